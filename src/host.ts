/** What the program needs of the world, so that tests can give it another one. */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { homedir, hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { tellBreakOff } from './host/break-off.ts';
import type { RequestOptions, RequestResult } from './host/request.ts';
import type { RunOptions, RunResult } from './host/run-command.ts';
import type { ByteSource } from './ingest/decode.ts';
import { isExportName } from './ingest/file-names.ts';

export interface Output {
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
  readonly columns: number | null;
  /** The reader has gone away: what is left was not written. */
  readonly isClosed?: boolean;
}

export interface Host {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  now(): number;
  home(): string | null;
  hostname(): string;
  stdin(): ByteSource;
  /** Asks whoever sits at the terminal; `usual` where nothing is typed, null where nobody is there. */
  ask(question: string, usual: string): Promise<string | null>;
  /** Files behind a path as the user wrote it: the file, the exports in the folder, or what the pattern matches. Throws what reading throws. */
  findFiles(path: string): Promise<readonly string[]>;
  openFile(path: string): ByteSource;
  exists(path: string): boolean;
  /** Makes a file that only its owner may read, and its folders. Throws what the file system says, also when there is one already. */
  createFile(path: string, text: string): void;
  /** Puts a file, that only its owner may read, in the place of one that may be there; never leaves half of it. Throws what the file system says. */
  replaceFile(path: string, text: string): void;
  /** Throws what the file system says; one that is there stays as it is. */
  makeFolder(path: string): void;
  /** null: there is no such file. Throws what the file system says. */
  statFile(path: string): FileState | null;
  /** Moves a file to a name that is not taken, and makes its folder. Throws what the file system says. */
  moveFile(from: string, to: string): void;
  removeFile(path: string): void;
  sendRequest(address: string, options: RequestOptions): Promise<RequestResult>;
  runCommand(words: readonly string[], options: RunOptions): Promise<RunResult>;
  wait(ms: number): Promise<void>;
  /** Writes the text to stderr if the user presses Ctrl-C, until what it gives is called. */
  tellBreakOff(text: string): () => void;
  /** How this program is started: Node and the script, as absolute paths. */
  readonly program: readonly [node: string, script: string];
  readonly isWindows: boolean;
}

export interface FileState {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Whether others than its owner may read it. */
  readonly isShared: boolean;
}

const { O_NONBLOCK, O_RDONLY } = constants;
const CHUNK_BYTES = 1 << 18;
const SMALLEST_CHUNK_BYTES = 512;

/** The real world. */
export function hostOf(process: NodeJS.Process): Host {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    stdout: outputOf(1, () => process.stdout),
    stderr: outputOf(2, () => process.stderr),
    now: () => Date.now(),
    home: findHome,
    hostname,
    stdin: readStdin,
    ask: async (question, usual) => (await import('./host/ask.ts')).ask(question, usual),
    findFiles,
    exists: existsSync,
    createFile,
    replaceFile,
    makeFolder: (path) => void mkdirSync(path, { recursive: true }),
    statFile,
    moveFile,
    removeFile: unlinkSync,
    sendRequest: async (address, options) => (await import('./host/request.ts')).sendRequest(address, options),
    runCommand: async (words, options) => (await import('./host/run-command.ts')).runCommand(words, options),
    wait: (ms) => new Promise((done) => setTimeout(done, ms)),
    tellBreakOff,
    program: [process.execPath, resolve(process.argv[1] ?? '')],
    isWindows: process.platform === 'win32',
    openFile,
  };
}

/** A pipe with a name, as of `<(…)`, can be read but once, and one that nobody writes to must not be waited for. */
function openFile(path: string): ByteSource {
  const stat = statSync(path);
  if (stat.isFIFO() || stat.isCharacterDevice()) return keepRead(path, () => openSync(path, O_RDONLY | O_NONBLOCK));
  return {
    name: path,
    modifiedMs: Math.floor(stat.mtimeMs),
    bytes: stat.size,
    chunks: () => readChunks(openSync(path, 'r'), true, stat.size),
    isAsOpened() {
      const { size, mtimeMs, ino } = statSync(path);
      return size === stat.size && mtimeMs === stat.mtimeMs && ino === stat.ino;
    },
  };
}

/** What `~` or `~/x` stands for; null for any other path. */
export function belowHome(path: string, { home }: Pick<Host, 'home'>): string | null {
  return path === '~' || path.startsWith('~/') ? join(home() ?? '~', path.slice(1)) : null;
}

function findHome(): string | null {
  try {
    return homedir() || null;
  } catch {
    return null;
  }
}

/**
 * Writes straight to a file descriptor: `process.stdout` takes long to set up.
 * A reader that has gone away (`| head -1`) is no error: what is left is not written.
 */
function outputOf(fd: 1 | 2, stream: () => NodeJS.WriteStream): Output {
  let gone = false;
  return {
    get isTerminal() {
      return isCharacterDevice(fd) && stream().isTTY === true;
    },
    get columns() {
      return stream().columns || null;
    },
    get isClosed() {
      return gone;
    },
    async write(text) {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length && !gone; ) {
        try {
          written += writeSync(fd, bytes, written);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === 'EPIPE') gone = true;
          else if (code === 'EAGAIN') await new Promise((done) => setTimeout(done, 5));
          else throw error;
        }
      }
    },
  };
}

function isCharacterDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

async function findFiles(path: string): Promise<readonly string[]> {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && isExportName(entry.name))
      .map((entry) => join(path, entry.name))
      .sort();
  }
  if (!/[*?[\]{}]/.test(basename(path)) && !path.includes('**')) return [];
  const { glob } = await import('tinyglobby');
  return (await glob(path, { cwd: resolve('.'), onlyFiles: true, expandDirectories: false })).sort();
}

function createFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
}

/** A link stays one. */
function replaceFile(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  createFile(`${target}.tmp`, text);
  renameSync(`${target}.tmp`, target);
}

function statFile(path: string): FileState | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? { bytes: found.size, modifiedMs: found.mtimeMs, isShared: (found.mode & 0o077) !== 0 } : null;
}

/** A link never takes the place of another file, as renaming would; other file systems get a copy. */
function moveFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    const { atime, mtime } = statSync(from);
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    utimesSync(to, atime, mtime);
  }
  unlinkSync(from);
}

/** `size`: of the file, where it is known; it may be another by now. `closes`: at the end of what there is to read. */
function* readChunks(fd: number, closes: boolean, size = CHUNK_BYTES): Generator<Uint8Array> {
  let isOpen = closes;
  const close = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  // A small file takes no more memory than it has, and one byte to see its end.
  const room = Math.min(Math.max(size + 1, SMALLEST_CHUNK_BYTES), CHUNK_BYTES);
  const readChunk = () => {
    const chunk = Buffer.allocUnsafe(room);
    return chunk.subarray(0, readWaiting(fd, chunk));
  };
  try {
    for (let chunk = readChunk(); chunk.length > 0; ) {
      const next = readChunk();
      // A reader may stop at any piece and never come back: what is small is closed before it can.
      if (next.length === 0) close();
      yield chunk;
      chunk = next;
    }
  } finally {
    close();
  }
}

/** What is not there yet is waited for, also where the other end has made the pipe one that does not wait. */
function readWaiting(fd: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, chunk, 0, chunk.length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function readStdin(): ByteSource {
  return keepRead('-', () => 0);
}

/** What can be read but once, kept in memory so that it can be read again. */
function keepRead(name: string, open: () => number): ByteSource {
  let kept: Uint8Array[] | null = null;
  return {
    name,
    modifiedMs: null,
    chunks() {
      if (kept === null) {
        const fd = open();
        kept = [...readChunks(fd, fd !== 0)];
      }
      return kept;
    },
  };
}
