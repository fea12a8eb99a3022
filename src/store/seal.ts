/**
 * A checksum of the database file, in a small file beside it: SQLite notices a damaged page only where its structure
 * breaks, and a rate in which one bit has flipped is as good a rate as any.
 *
 * A writer breaks the seal when it opens the database and makes a new one when it closes it. A process that dies in
 * between leaves none, and nothing is checked until the next writer is done: a seal that stands is never out of date.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type Database from 'better-sqlite3';
import { APPLICATION_ID } from './schema.ts';

const CHUNK_BYTES = 1 << 20;
/** Where SQLite's header counts changes. */
const CHANGES_AT = 24;

export function sealPath(path: string): string {
  return `${path}.seal`;
}

export function isSealed(path: string): boolean {
  return readSeal(path) !== null;
}

export function breakSeal(path: string): void {
  rmSync(sealPath(path), { force: true });
}

/**
 * Whether the file is byte for byte what its last writer left; null when that cannot be told: no seal, one of another
 * file (somebody has put a copy in its place), changes that are still in the log, or a file of more than `mostBytes`.
 * To be called within a read transaction: it keeps the file as it is.
 */
export function isIntact(path: string, mostBytes: number): boolean | null {
  const seal = readSeal(path);
  if (seal === null || seal.bytes > mostBytes || hasLog(path)) return null;
  const found = surveyFile(path);
  if (found.changes !== seal.changes) return null;
  return found.bytes === seal.bytes && found.sum === seal.sum;
}

/**
 * Seals the file, unless somebody else is at work in it: then they will. Never fails, since a file without a seal is
 * only one that cannot be checked.
 */
export function writeSeal(db: Database.Database, path: string): void {
  try {
    db.pragma('busy_timeout = 0');
    // Counts as a change, whatever was written before: so no two sealed files have one number of changes.
    db.pragma(`application_id = ${APPLICATION_ID}`);
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (state?.busy !== 0) return;
    db.exec('BEGIN IMMEDIATE');
    if (!hasLog(path)) sealFile(path);
    db.exec('ROLLBACK');
  } catch {
    // A full disk, a folder that may not be written to, or another writer.
  }
}

/** Seals a file that nobody else has open. */
export function sealFile(path: string): void {
  const { bytes, changes, sum } = surveyFile(path);
  const text = `tkguard-seal 2 ${bytes} ${changes} ${sum}`;
  const unfinished = `${sealPath(path)}.${process.pid}`;
  writeFileSync(unfinished, `${text} ${checksum(Buffer.from(text))}\n`, { mode: 0o600 });
  renameSync(unfinished, sealPath(path));
}

interface Seal {
  readonly bytes: number;
  readonly changes: number;
  readonly sum: number;
}

/** null when there is none, or when the seal itself is damaged: that says nothing of the file. */
function readSeal(path: string): Seal | null {
  try {
    const match = /^(tkguard-seal 2 (\d+) (\d+) (\d+)) (\d+)\n$/.exec(readFileSync(sealPath(path), 'utf8'));
    if (!match || checksum(Buffer.from(match[1] ?? '')) !== Number(match[5])) return null;
    return { bytes: Number(match[2]), changes: Number(match[3]), sum: Number(match[4]) };
  } catch {
    return null;
  }
}

/** Changes that are not in the file yet. */
export function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function surveyFile(path: string): Seal {
  const fd = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(Math.min(Math.max(fstatSync(fd).size, CHANGES_AT + 4), CHUNK_BYTES));
    let [bytes, changes, sum] = [0, 0, 0];
    for (let read = -1; read !== 0; bytes += read) {
      read = readSync(fd, chunk, 0, chunk.length, null);
      if (bytes === 0) changes = chunk.readUInt32BE(CHANGES_AT);
      sum = checksum(chunk.subarray(0, read), sum);
    }
    return { bytes, changes, sum };
  } finally {
    closeSync(fd);
  }
}

/**
 * 32 bits, of which each step is one to one: a change within four bytes always shows, any other does but once in four
 * thousand million. zlib's CRC says no more, and loading it is a twelfth of what the gate takes.
 */
function checksum(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = before;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) sum = mix(sum, view.getInt32(at));
  for (; at < bytes.length; at++) sum = mix(sum, view.getUint8(at));
  return sum >>> 0;
}

function mix(sum: number, word: number): number {
  const product = Math.imul(sum ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}
