/** The one place that opens the database. Files that are not ours, damaged, or newer than the program are refused, each in its own words. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { isTkguardError, TkguardError } from '../errors.ts';
import { BUSY_MS, connect, connectInMemory, type Db, guard, schemaVersion } from './connect.ts';
import { placeNew, unfinishedOf } from './place-file.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { checkCopy, digestContent } from './verify.ts';

export type { Db } from './connect.ts';
export { guard } from './connect.ts';

/** What is read into memory where only the file itself may be read. */
const MOST_COPIED_BYTES = 1 << 30;

/** Pages that a large import changes and comes back to: with less they are written out and read in again and again. */
const WRITE_CACHE_KIB = 16 << 10;

/** Whether there is a file; whether it is ours is known when it is opened. */
export function hasDatabase(path: string): boolean {
  return existsSync(path);
}

/**
 * Opens for reading only; never creates, never writes. All that is read is of one state, though a sync commits meanwhile.
 * Throws `no-database`, and `db-older` until a sync has migrated it.
 */
export function openForReading(path: string): Db {
  const db = openAnyVersion(path);
  if (schemaVersion(db) === MIGRATIONS.length) {
    db.exec('BEGIN');
    return db;
  }
  db.close();
  throw new TkguardError('db-older', { path });
}

/** The same for databases of older versions too, which can be copied but not asked. */
export function openAnyVersion(path: string): Db {
  if (!hasDatabase(path)) throw new TkguardError('no-database', { path });
  return guard(path, () => {
    try {
      return connectOurs(path, { readonly: true });
    } catch (error) {
      const copy = isRefusedWriting(error) ? openStillCopy(path) : null;
      if (!copy) throw error;
      return copy;
    }
  });
}

/**
 * Opens for writing; makes the folder and the file (readable by the user only) when there is none, and migrates an older
 * one. Whoever writes waits `waitMs` for another writer, then gets `db-busy`.
 */
export function openForWriting(path: string, waitMs = BUSY_MS): Db {
  return guard(path, () => {
    const umask = process.umask(0o077);
    try {
      if (!hasDatabase(path)) createDatabase(path);
      const db = connectOurs(path, {}, waitMs);
      try {
        db.pragma('journal_mode = WAL');
        db.pragma('synchronous = FULL');
        db.pragma('foreign_keys = ON');
        db.pragma(`cache_size = -${WRITE_CACHE_KIB}`);
        migrate(db);
        return db;
      } catch (error) {
        db.close();
        throw error;
      }
    } finally {
      process.umask(umask);
    }
  });
}

/** Opens for writing as it is, to be replaced; waits for another writer. */
export function openAsItIs(path: string, waitMs: number): Db {
  return guard(path, () => connectOurs(path, {}, waitMs));
}

/** A ledger that is never kept: for a dry run where there is no database yet. */
export function openInMemory(): Db {
  const db = connectInMemory();
  migrate(db);
  return db;
}

/** The ledger as it is now, in memory: what is written to it is never kept. An empty one where there is no database yet. */
export function openCopyInMemory(path: string): Db {
  if (!hasDatabase(path)) return openInMemory();
  return guard(path, () => {
    const db = openForReading(path);
    try {
      return connectInMemory(db.serialize());
    } finally {
      db.close();
    }
  });
}

/** Begins a transaction that writes; closes the database and throws `db-busy` when another writer does not finish in time. */
export function lockForWriting(db: Db, path: string): void {
  try {
    guard(path, () => db.exec('BEGIN IMMEDIATE'));
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Node's own recursive mkdir never returns where a folder cannot be made and does not say so (`/proc`). */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another first sync made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

function connectOurs(path: string, options: Database.Options, waitMs = BUSY_MS): Db {
  const db = connect(path, { ...options, fileMustExist: true }, waitMs);
  try {
    checkOurs(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Throws what is wrong with the file; writes nothing to it. */
function checkOurs(db: Db, path: string): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw new TkguardError('db-foreign', { path });
  const found = schemaVersion(db);
  const known = MIGRATIONS.length;
  if (found > known) throw new TkguardError('db-newer', { path, found, known });
  // A database gets its name when its tables have been made. A file with our number and without them is somebody else's.
  const findTable = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'snapshot'");
  if (found < 1 || !findTable.get()) throw new TkguardError('db-foreign', { path });
}

/**
 * Made under another name: a run that dies here, or one that comes at the same time, must not leave or find half a database.
 * Without a log at first: on a full disk, SQLite says nothing when it cannot bring a log into the file.
 */
function createDatabase(path: string): void {
  makeFolder(dirname(path));
  const unfinished = unfinishedOf(path);
  const ends = ['', '-wal', '-shm', '-journal'];
  const removeUnfinished = () => ends.forEach((end) => void rmSync(unfinished + end, { force: true }));
  removeUnfinished();
  try {
    const db = connect(unfinished, {});
    try {
      db.pragma(`application_id = ${APPLICATION_ID}`);
      migrate(db);
      db.pragma('journal_mode = WAL');
    } finally {
      db.close();
    }
    placeNew(unfinished, path);
  } catch (error) {
    // Another first sync was faster.
    if (!isTkguardError(error) || error.code !== 'file-exists') throw error;
  } finally {
    removeUnfinished();
  }
}

/** Reading takes a file for locks beside the database, which SQLite cannot make for whoever may only read. */
function isRefusedWriting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(READONLY|CANTOPEN)/.test(String(error.code));
}

/**
 * The file in memory, read without locks: only where nobody is at work in it (they would have made the locks and the
 * log), and it is the same before and after. null otherwise, and where it is too large for that.
 */
function openStillCopy(path: string): Db | null {
  const stamp = stampOf(path);
  if (stamp === null || statSync(path).size > MOST_COPIED_BYTES) return null;
  const db = connectInMemory(readFileSync(path));
  try {
    if (stampOf(path) !== stamp) throw new TkguardError('db-busy', { path });
    checkOurs(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Other where the file is another; null while a log holds changes that are not in the file. */
function stampOf(path: string): string | null {
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  const hasLog = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  return hasLog ? null : `${size} ${mtimeNs} ${ino}`;
}

/** Takes the steps that are missing, each in one transaction with its version. A database that is not new is copied before each. */
export function migrate(db: Db): void {
  const isNew = schemaVersion(db) === 0;
  while (schemaVersion(db) < MIGRATIONS.length) db.transaction(() => takeStep(db, isNew)).immediate();
}

function takeStep(db: Db, isNew: boolean): void {
  const version = schemaVersion(db);
  const step = MIGRATIONS[version];
  // Another process has taken it meanwhile.
  if (step === undefined) return;
  if (!isNew) keepCopy(db, version);
  db.exec(step);
  db.pragma(`user_version = ${version + 1}`);
}

/** Beside the database, as `….schema-<version>.backup`. It gets that name when it is whole and has been checked. */
function keepCopy(db: Db, version: number): void {
  const backup = `${db.name}.schema-${version}.backup`;
  const unfinished = unfinishedOf(backup);
  // SQLite makes no copy within a transaction. This connection keeps all others from writing, and a second one copies.
  const reader = connect(db.name, { readonly: true, fileMustExist: true });
  try {
    rmSync(unfinished, { force: true });
    reader.prepare('VACUUM INTO ?').run(unfinished);
    checkCopy(unfinished, digestContent(reader), db.name);
    renameSync(unfinished, backup);
  } finally {
    reader.close();
    rmSync(unfinished, { force: true });
  }
}
