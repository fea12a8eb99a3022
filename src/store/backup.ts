/** Copies of the database: made while others read and write, looked through before they are relied on, never in place of a file. */
import { chmodSync, existsSync, lstatSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isTkguardError, TkguardError } from '../errors.ts';
import { guard, makeFolder, openAnyVersion, openAsItIs } from './open.ts';
import { linkOrCopy, needFolderOf, placeNew, unfinishedOf } from './place-file.ts';
import { checkCopy, digestContent } from './verify.ts';

/**
 * Copies the database to a new file, for the user alone; `name` is the file's in a folder. null: beside the database.
 * Throws `file-exists`, `no-folder`, or what is wrong with either.
 */
export async function backUp(
  path: string,
  target: string | null,
  name: string,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const chosen = guard(target ?? path, () => chooseFile(target ?? dirname(path), name));
  const unfinished = unfinishedOf(chosen);
  await copyDatabase(path, unfinished);
  return guard(chosen, () => {
    placeNew(unfinished, chosen);
    return { path: chosen, bytes: statSync(chosen).size };
  });
}

function chooseFile(target: string, name: string): string {
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder || target.endsWith('/') || target.endsWith(sep) ? join(target, name) : target;
  needFolderOf(file);
  if (lstatSync(file, { throwIfNoEntry: false })) throw new TkguardError('file-exists', { path: file });
  return file;
}

/**
 * Puts a copy of a backup in the database's place, in one step, and keeps what stood there as `aside` with its log.
 * Gives the path of what was kept, null if nothing stood there. Throws what is wrong with the backup, `db-busy` while
 * another process writes, and `db-foreign` when what stands there is not tkguard's.
 */
export async function restoreBackup(
  backup: string,
  path: string,
  aside: string,
  waitMs: number,
): Promise<string | null> {
  if (!existsSync(backup)) throw new TkguardError('no-such-path', { path: backup });
  const isSame = existsSync(path) && realpathSync(backup) === realpathSync(path);
  if (isSame) throw new TkguardError('backup-of-itself', { path });
  guard(path, () => makeFolder(dirname(path)));
  const unfinished = unfinishedOf(path);
  await copyDatabase(backup, unfinished).catch((error: unknown) => {
    const isForeign = isTkguardError(error) && error.code === 'db-foreign';
    throw isForeign ? new TkguardError('not-a-backup', { path: backup }) : error;
  });
  try {
    return guard(path, () => {
      const isReplaced = existsSync(path);
      if (isReplaced) {
        settleWriters(path, waitMs);
        keepAside(path, aside);
      }
      renameSync(unfinished, path);
      // A log of the replaced file must not be taken for the new one's.
      rmSync(`${path}-wal`, { force: true });
      rmSync(`${path}-shm`, { force: true });
      return isReplaced ? aside : null;
    });
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** A copy of one moment, as a single file with no log beside it; looked through, and compared row by row. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const source = openAnyVersion(from);
  const umask = process.umask(0o077);
  try {
    rmSync(to, { force: true });
    source.exec('BEGIN');
    const digest = guard(from, () => digestContent(source));
    await source.backup(to).catch((error: unknown) => {
      guard(to, () => {
        throw error;
      });
    });
    chmodSync(to, 0o600);
    checkCopy(to, digest, from);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  } finally {
    process.umask(umask);
    source.close();
  }
}

/** Waits until nobody writes, and brings the log into the file. A damaged file has no writers that could be waited for. */
function settleWriters(path: string, waitMs: number): void {
  try {
    const db = openAsItIs(path, waitMs);
    try {
      guard(path, () => {
        db.exec('BEGIN IMMEDIATE; ROLLBACK');
        db.pragma('wal_checkpoint(TRUNCATE)');
      });
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isTkguardError(error) || error.code === 'db-busy' || error.code === 'db-foreign') throw error;
  }
}

/** The file under another name too: so the first name always leads to a whole database. */
function keepAside(path: string, aside: string): void {
  if (existsSync(aside)) throw new TkguardError('file-exists', { path: aside });
  linkOrCopy(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
}
