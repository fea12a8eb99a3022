/** Runs the built binary as cron or a shell would: installed by a link, with only PATH and HOME set. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  readonly folder: string;
  /** The database: no file until something is synced. */
  readonly db: string;
  readonly env: Record<string, string>;
  run(...argv: string[]): Run;
  /** Runs a line of bash in the folder; `tkguard` is on the PATH. */
  bash(script: string, input?: string | Uint8Array): Run;
  write(name: string, content: string | Uint8Array): string;
  bytes(name: string): Buffer;
}

/** A folder of its own that is home and working folder. Gone when the test is done, unless it is to stay. */
export function makePlace(env: Readonly<Record<string, string>> = {}, cleanUp = true): Place {
  const folder = mkdtempSync(join(tmpdir(), 'tkguard-place-'));
  if (cleanUp) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const programs = join(folder, '.programs');
  mkdirSync(programs);
  symlinkSync(join(ROOT, 'bin', 'tkguard.js'), join(programs, 'tkguard'));
  const db = join(folder, '.local', 'share', 'tkguard', 'tkguard.db');
  const place: Place = {
    folder,
    db,
    env: { PATH: `${programs}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, ...env },
    run: (...argv) => runIn(join(programs, 'tkguard'), argv),
    bash: (script, input) => runIn('bash', ['-c', script], input),
    write(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    bytes: (name) => readFileSync(join(folder, name)),
  };
  function runIn(program: string, argv: readonly string[], input: string | Uint8Array = ''): Run {
    const { env } = place;
    const done = spawnSync(program, argv, { cwd: folder, env, input, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (done.error) throw done.error;
    return { code: done.status, out: done.stdout, err: done.stderr };
  }
  return place;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
  readonly err: string;
}

/** Runs the built program; kills it with `signal` after `killMs`, unless it is done by then. */
export function runUntil(
  killMs: number | null,
  argv: readonly string[],
  { signal = 'SIGKILL', env = { PATH: process.env.PATH ?? '' } }: { signal?: NodeJS.Signals; env?: Place['env'] } = {},
): Promise<Ended> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'tkguard.js'), ...argv], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk) => (err += chunk));
  const timer = killMs === null ? undefined : setTimeout(() => child.kill(signal), killMs);
  return new Promise((done) =>
    child.once('close', (code, killedBy) => {
      clearTimeout(timer);
      done({ code, signal: killedBy, ms: performance.now() - start, err });
    }),
  );
}
