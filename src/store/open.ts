/** The one place that opens the database. Files that are not ours, damaged, or newer than the program are refused, each in its own words. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TkguardError } from '../errors.ts';
import { DamagedData } from './damage.ts';
import { placeNew } from './place-file.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { breakSeal, hasLog, isIntact, writeSeal } from './seal.ts';
import { PACK_RATES } from './write-rate-page.ts';

export type Db = Database.Database;

/** How long to wait for another writer, unless told otherwise, before giving up with exit code 75. */
const BUSY_MS = 30_000;

/** Readers look at every byte of a file up to this size, which takes 2 ms; of larger ones `sync` and `doctor` do. */
const READERS_CHECK_BYTES = 4 << 20;

/** What is read into memory where only the file itself may be read. */
const MOST_COPIED_BYTES = 1 << 30;

/** Pages that a large import changes and comes back to: with less they are written out and read in again and again. */
const WRITE_CACHE_KIB = 16 << 10;

/** Opens for reading only; never creates, never writes. Throws `no-database` when there is none yet. */
export function openForReading(path: string): Db {
  const db = openAnyVersion(path, READERS_CHECK_BYTES);
  if (schemaVersion(db) === MIGRATIONS.length) return db;
  // Readers never write: the next sync brings the schema up to date.
  db.close();
  throw new TkguardError('db-older', { path });
}

/** The same for databases of older versions too, which can be copied but not asked. */
export function openAnyVersion(path: string, checkBytes = Number.POSITIVE_INFINITY): Db {
  if (!existsSync(path)) throw new TkguardError('no-database', { path });
  return guard(path, () => {
    const db = connect(path, { readonly: true, fileMustExist: true });
    try {
      checkOurs(db, path);
      checkIntact(db, path, checkBytes);
      return db;
    } catch (error) {
      db.close();
      const still = isRefusedWriting(error) ? openStillCopy(path, checkBytes) : null;
      if (!still) throw error;
      return still;
    }
  });
}

/** Reading takes a file for locks beside the database, which SQLite cannot make for whoever may only read. */
function isRefusedWriting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(READONLY|CANTOPEN)/.test(String(error.code));
}

/**
 * The file in memory, read without locks: only where nobody is at work in it (they would have made the locks and the
 * log), and it is the same before and after. null otherwise, and where it is too large for that.
 */
function openStillCopy(path: string, checkBytes: number): Db | null {
  const stampOf = () => {
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return hasLog(path) ? null : `${size} ${mtimeNs} ${ino}`;
  };
  const stamp = stampOf();
  if (stamp === null || statSync(path).size > MOST_COPIED_BYTES) return null;
  const db = openBytes(readFileSync(path));
  try {
    checkOurs(db, path);
    checkIntact(db, path, checkBytes);
    if (stampOf() === stamp) return db;
  } catch (error) {
    if (stampOf() === stamp) throw error;
  }
  db.close();
  throw new TkguardError('db-busy', { path });
}

/** Opens for writing as it is, to be replaced; waits for another writer. */
export function openAsItIs(path: string, waitMs = BUSY_MS): Db {
  return guard(path, () => {
    const db = connect(path, { fileMustExist: true }, waitMs);
    checkOurs(db, path);
    return db;
  });
}

/**
 * Opens for writing; makes the folder and the file (readable by the user only) when there is none. Whoever writes
 * waits `waitMs` for another writer, then gets `db-busy`. Closing seals the file.
 */
export function openForWriting(path: string, waitMs = BUSY_MS): Db {
  return guard(path, () => {
    const umask = process.umask(0o077);
    try {
      if (!existsSync(path)) createDatabase(path);
      const db = connect(path, {}, waitMs);
      checkOurs(db, path);
      checkIntact(db, path, Number.POSITIVE_INFINITY);
      breakSeal(path);
      sealOnClose(db, path);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      db.pragma(`cache_size = -${WRITE_CACHE_KIB}`);
      backUpBeforeMigration(db, path);
      migrate(db);
      return db;
    } finally {
      process.umask(umask);
    }
  });
}

/** Made under another name: a run that dies here, or one that comes at the same time, must not leave or find half a database. */
function createDatabase(path: string): void {
  makeFolder(dirname(path));
  breakSeal(path);
  const unfinished = `${path}.${process.pid}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    const db = connect(unfinished, {});
    try {
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma('journal_mode = WAL');
      migrate(db);
    } finally {
      db.close();
    }
    placeNew(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    // Somebody else was first.
    if (!(error instanceof TkguardError)) throw error;
  } finally {
    // What SQLite cannot tidy up on a full disk.
    for (const rest of ['-wal', '-shm', '-journal']) rmSync(unfinished + rest, { force: true });
  }
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

/** A ledger that is never kept: for a dry run where there is no database yet. */
export function openInMemory(): Db {
  const db = new Database(':memory:', { nativeBinding: nativePart() });
  migrate(db);
  return db;
}

/** The ledger as it is now, in memory: what is written to it is never kept. An empty one where there is no database yet. */
export function openCopyInMemory(path: string): Db {
  if (!existsSync(path)) return openInMemory();
  return guard(path, () => {
    const db = openForReading(path);
    try {
      return openBytes(db.serialize());
    } finally {
      db.close();
    }
  });
}

function openBytes(bytes: Buffer): Db {
  // Bytes 18 and 19 of the file's header: 2 is WAL, which memory has not; 1 is any other journal.
  bytes.fill(1, 18, 20);
  return new Database(bytes, { nativeBinding: nativePart() });
}

export function hasDatabase(path: string): boolean {
  return existsSync(path);
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

function connect(path: string, options: Database.Options, waitMs = BUSY_MS): Db {
  if (existsSync(path) && statSync(path).size === 0) throw new TkguardError('db-empty-file', { path });
  return new Database(path, { ...options, nativeBinding: nativePart(), timeout: waitMs });
}

/** Throws `db-altered` where a byte is not what the last writer left. */
function checkIntact(db: Db, path: string, mostBytes: number): void {
  const check = db.transaction(() => {
    // The first look takes the read lock, under which the file does not change.
    schemaVersion(db);
    return isIntact(path, mostBytes);
  });
  if (check() !== false) return;
  db.close();
  throw new TkguardError('db-altered', { path });
}

/** No writer can forget it. */
function sealOnClose(db: Db, path: string): void {
  const close = db.close.bind(db);
  db.close = () => {
    if (db.open) writeSeal(db, path);
    return close();
  };
}

/** Where the native part was built: found at once, without the search that the library would make. */
function nativePart(): string {
  const from =
    typeof require === 'function' ? require : process.getBuiltinModule('node:module').createRequire(__filename);
  return from.resolve('better-sqlite3/build/Release/better_sqlite3.node');
}

function schemaVersion(db: Db): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function checkOurs(db: Db, path: string): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    db.close();
    throw new TkguardError('db-foreign', { path });
  }
  const found = schemaVersion(db);
  if (found > MIGRATIONS.length) {
    db.close();
    throw new TkguardError('db-newer', { path, found, known: MIGRATIONS.length });
  }
}

/** A copy beside the file, of the version it has, before the first step that touches data. */
function backUpBeforeMigration(db: Db, path: string): void {
  const version = schemaVersion(db);
  if (version === 0 || version === MIGRATIONS.length) return;
  const backup = `${path}.schema-${version}.backup`;
  if (!existsSync(backup)) db.prepare('VACUUM INTO ?').run(backup);
}

/** Brings the schema up to date, one transaction for each step and its version. */
function migrate(db: Db): void {
  if (schemaVersion(db) < MIGRATIONS.length)
    db.aggregate('pack_rates', PACK_RATES as unknown as Parameters<Db['aggregate']>[1]);
  for (const [version, step] of MIGRATIONS.entries()) {
    if (schemaVersion(db) > version) continue;
    db.transaction(() => {
      if (schemaVersion(db) > version) return;
      db.exec(step);
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
}

/** Turns SQLite's errors into ours; everything else passes. */
export function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error ? (translate(path, error) ?? error) : error;
  }
}

function translate(path: string, error: Error): TkguardError | null {
  const code = 'code' in error ? String(error.code) : '';
  const reason = error.message;
  if (code === 'SQLITE_NOTADB') return new TkguardError('db-foreign', { path });
  if (error instanceof DamagedData) return new TkguardError('db-damaged', { path, reason });
  // Our SQL is right for our schema: where a table is not found, or a number is none, the file is not as it was written.
  if (/^SQLITE_(CORRUPT|ERROR|FORMAT|SCHEMA|TOOBIG|MISMATCH)/.test(code))
    return new TkguardError('db-damaged', { path, reason });
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return new TkguardError('db-busy', { path });
  if (/^SQLITE_(IOERR|FULL|CANTOPEN|READONLY|PERM)/.test(code) || /^E[A-Z]+$/.test(code)) {
    return new TkguardError('io', { path, reason });
  }
  return null;
}
