/** Says something when the user presses Ctrl-C, while this process is busy and dies of it at once. */
import { spawn } from 'node:child_process';

const CHILD = `
process.on('SIGINT', () => { process.stderr.write(process.argv[1]); process.exit(); });
process.stdin.on('error', () => {}).on('close', () => process.exit()).resume();
`;

/** A small process in the same terminal waits for Ctrl-C. Gives what ends it; it also ends with this process. */
export function tellBreakOff(text: string): () => void {
  const child = spawn(process.execPath, ['-e', CHILD, text], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  return () => void child.kill('SIGKILL');
}
