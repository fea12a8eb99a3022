/** Runs tkguard in process, with a fake host, a fixed clock and a database of its own. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { ExitCode } from '../../src/errors.ts';
import { hostOf, type Output } from '../../src/host.ts';
import type { ByteSource } from '../../src/ingest/decode.ts';
import { runProgram } from '../../src/main.ts';

const REAL = hostOf(process);
export const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');

/** Whatever a terminal might obey, but for the newline; and marks that turn the writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must not be there
export const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

export interface Result {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export interface World {
  readonly folder: string;
  readonly db: string;
  run(...argv: string[]): Promise<Result>;
  /** Parses stdout of a run with `--json`. */
  json(...argv: string[]): Promise<any>;
  /** Writes a file with a modification time, as a download has; default: now. */
  write(name: string, content: string | Uint8Array, at?: string): string;
  /** Writes the configuration: where it is looked for, readable by its owner only. */
  configure(config: object | string): string;
  now: number;
  /** Columns of the terminal that is stdout; null: it is none. */
  columns: number | null;
  /** The pauses that were asked for: none is made. */
  readonly waits: number[];
  /** How long a request may take; null: as long as the program lets it. */
  requestMs: number | null;
  /** Runs after each chunk that is read of a file. */
  whileReading: () => void;
  env: Record<string, string | undefined>;
  stdin: string | Uint8Array;
  /** What is typed at questions, one after the other; null: nobody is there. */
  answers: string[] | null;
  isWindows: boolean;
  /** Of stdout: the disk behind it is full, or its reader has gone away; null: it works. */
  broken: 'full' | 'closed' | null;
}

/** A new world: empty folder, no database. The clock stands at `now` until a test moves it. */
export function makeWorld(now = '2026-11-20T12:00:00+08:00'): World {
  const folder = mkdtempSync(join(tmpdir(), 'tkguard-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const db = join(folder, 'test.db');
  const world: World = {
    folder,
    db,
    now: Date.parse(now),
    columns: null,
    waits: [],
    requestMs: null,
    whileReading: () => {},
    env: { TKGUARD_DB: db },
    stdin: '',
    answers: null,
    isWindows: false,
    broken: null,
    async run(...argv) {
      const [out, err]: [string[], string[]] = [[], []];
      const sink = (lines: string[]) => ({
        isTerminal: world.columns !== null,
        columns: world.columns,
        write: async (text: string) => void lines.push(text),
      });
      // As a pipe is: whoever opens it again finds nothing in it.
      const piped = [typeof world.stdin === 'string' ? Buffer.from(world.stdin) : world.stdin];
      const openStdin = (): ByteSource => {
        const chunks = piped.splice(0);
        return { name: '-', modifiedMs: null, chunks: () => chunks };
      };
      const code = await runProgram({
        ...REAL,
        argv,
        env: world.env,
        stdout: world.broken === null ? sink(out) : brokenOutput(world.broken),
        stderr: sink(err),
        now: () => world.now,
        stdin: openStdin,
        home: () => folder,
        ask: async (_question, usual) => (world.answers === null ? null : (world.answers.shift() ?? usual)),
        isWindows: world.isWindows,
        wait: async (ms) => void world.waits.push(ms),
        sendRequest: (address, options) =>
          REAL.sendRequest(address, { ...options, timeoutMs: world.requestMs ?? options.timeoutMs }),
        tellBreakOff: () => () => {},
        openFile(path) {
          const source = REAL.openFile(path);
          return {
            ...source,
            *chunks() {
              for (const chunk of source.chunks()) {
                yield chunk;
                world.whileReading();
              }
            },
          };
        },
      });
      return { code, out: out.join(''), err: err.join('') };
    },
    write(name, content, at) {
      const path = join(folder, name);
      writeFileSync(path, content);
      const time = new Date(at ?? world.now);
      utimesSync(path, time, time);
      return path;
    },
    configure(config) {
      const path = join(folder, '.config', 'tkguard', 'config.json');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 });
      return path;
    },
    async json(...argv) {
      const { out } = await world.run(...argv, '--json');
      return JSON.parse(out);
    },
  };
  return world;
}

/** Runs the program here, as it is in the world but for the environment, and says nothing: cheaper than a process. */
export function runSilently(...argv: readonly string[]): Promise<ExitCode> {
  const silent = { isTerminal: false, columns: null, write: async () => {} };
  return runProgram({ ...REAL, argv, env: {}, stdout: silent, stderr: silent });
}

function brokenOutput(how: 'full' | 'closed'): Output {
  return {
    isTerminal: false,
    columns: null,
    isClosed: how === 'closed',
    async write() {
      if (how === 'full')
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { syscall: 'write' });
    },
  };
}

/** Changes a database behind the program's back. */
export function execSql(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

/** A plan of a document by its id, and the codes of its reasons. */
export const planOf = (document: any, id: string) => document.plans.find((plan: any) => plan.plan.id === id);
export const codesOf = (plan: any): string[] => plan.reasons.map((reason: any) => reason.code);
