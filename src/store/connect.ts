/** Connections to SQLite, and what its errors mean to the user. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { TkguardError } from '../errors.ts';

export type Db = Database.Database;

/** How long to wait for another writer, unless told otherwise, before giving up with exit code 75. */
export const BUSY_MS = 30_000;

/** SQLite takes a file without bytes for a new database; here it is a mistake: throws `db-empty-file`. */
export function connect(path: string, options: Database.Options, waitMs = BUSY_MS): Db {
  if (existsSync(path) && statSync(path).size === 0) throw new TkguardError('db-empty-file', { path });
  return new Database(path, { ...options, nativeBinding: nativePart(), timeout: waitMs });
}

/** A database that is never kept: an empty one, or the one whose file has these bytes. */
export function connectInMemory(bytes?: Buffer): Db {
  // Bytes 18 and 19 of the file's header: 2 is WAL, which memory has not; 1 is any other journal.
  bytes?.fill(1, 18, 20);
  return new Database(bytes ?? ':memory:', { nativeBinding: nativePart() });
}

/** Where the native part was built: found at once, without the search that the library would make. */
function nativePart(): string {
  const from =
    typeof require === 'function' ? require : process.getBuiltinModule('node:module').createRequire(__filename);
  return from.resolve('better-sqlite3/build/Release/better_sqlite3.node');
}

/** How many steps of the schema a database has taken. */
export function schemaVersion(db: Db): number {
  return db.pragma('user_version', { simple: true }) as number;
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
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new TkguardError('db-busy', { path });
  if (/^SQLITE_(IOERR|FULL|CANTOPEN|READONLY|PERM)/.test(code) || /^E[A-Z]+$/.test(code))
    return new TkguardError('io', { path, reason });
  return null;
}

/** The database holds what tkguard never writes: `guard` (connect.ts) turns it into `db-damaged`. */
export class DamagedData extends Error {}
