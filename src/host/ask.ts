/** Questions to whoever sits at the terminal. */
import { createInterface } from 'node:readline/promises';

/** The answer; `usual` where nothing was typed, null where there is nobody to ask or no more to be read. */
export async function ask(question: string, usual: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ended = new Promise<null>((end) => terminal.once('close', () => end(null)));
    const answer = await Promise.race([terminal.question(question), ended]);
    return answer === null ? null : answer.trim() || usual;
  } finally {
    terminal.close();
  }
}
