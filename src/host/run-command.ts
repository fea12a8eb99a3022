/** Runs a program without a shell, with a limit on time and output. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly folder: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Its standard input; left out: it has none. */
  readonly input?: string;
}

export interface RunResult {
  readonly output: Uint8Array;
  /** The end of what it said on its standard error. */
  readonly complaint: string;
  /** null: it ended with 0. `exit 3`, `SIGKILL`, `timeout`, `too-large`, or why it could not be started (`ENOENT`). */
  readonly failure: string | null;
}

const COMPLAINT_LENGTH = 16_000;

export function runCommand(
  words: readonly string[],
  { folder, timeoutMs, maxBytes, input }: RunOptions,
): Promise<RunResult> {
  const [program = '', ...args] = words;
  return new Promise((done) => {
    const chunks: Uint8Array[] = [];
    let [bytes, complaint] = [0, ''];
    let failure: string | null = null;
    // A group of its own, so that what the program has started ends with it.
    const child = spawn(program, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    // It may end without having read it.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const end = (why: string | null) => {
      clearTimeout(timer);
      done({ output: Buffer.concat(chunks), complaint, failure: failure ?? why });
    };
    const stop = (why: string) => {
      failure ??= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => stop('timeout'), timeoutMs);
    child.stdout.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > maxBytes) stop('too-large');
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-COMPLAINT_LENGTH);
    });
    child.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'failed'));
    child.on('close', (code, signal) => end(code === 0 ? null : (signal ?? `exit ${code}`)));
  });
}
