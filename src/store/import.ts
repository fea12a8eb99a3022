/** One import: many files in one transaction, each of them wholly or not at all. */
import { existsSync } from 'node:fs';
import type { HoldReason, OwnTime } from '../domain/snapshot.ts';
import { isSameFile } from './captures.ts';
import { type Corrections, openCorrections } from './corrections.ts';
import { type Identities, openIdentities } from './identities.ts';
import { type Db, guard, lockForWriting, openCopyInMemory, openForWriting, openInMemory } from './open.ts';
import { openRemoval } from './remove-snapshots.ts';
import { SnapshotStore } from './write-snapshot.ts';

export interface FileRecord {
  readonly sha256: string;
  /** Account of rows that do not name one, '' where every row does: the same content for another account is another import. */
  readonly account: string;
  readonly name: string;
  /** Ids of its name, where they decide what the content is about; '' elsewhere. */
  readonly ids: string;
  readonly bytes: number;
  readonly encoding: string;
  readonly format: string;
  readonly importedMs: number;
  readonly own: OwnTime | null;
}

export interface KnownFile {
  readonly importedMs: number;
  /** Newest of its snapshots; null when it was discarded. */
  readonly capturedMs: number | null;
  /** By `--captured-at`. */
  readonly givenMs: number | null;
  readonly fileId: number;
  readonly format: string;
  /** null: it has none. */
  readonly own: OwnTime | null;
  /** Why it is held; null: it is not. */
  readonly held: { readonly code: HoldReason; readonly args: Readonly<Record<string, string | number>> } | null;
  /** Thrown away by the user, or replaced. */
  readonly isDiscarded: boolean;
  /** A correction replaced it, or some of its snapshots. */
  readonly isCorrected: boolean;
  /** One of its snapshots is `partial`. */
  readonly isPartial: boolean;
}

export interface ImportSession {
  readonly db: Db;
  /** Nothing is kept: numbers of what is written mean nothing to the user. */
  readonly isRehearsal: boolean;
  readonly identities: Identities;
  /** All times that these bytes were taken in for this account and these ids; those that the user threw away last. */
  findCopies(sha256: string, account: string, ids: string): readonly KnownFile[];
  /** Runs `work`; what it writes is kept only where its result is to be kept. */
  attempt<T>(work: (snapshots: SnapshotStore) => T, isKept: (result: T) => boolean): T;
  addFile(file: FileRecord): number;
  /** Every row of the file names its account: the same content for another account would say nothing new. */
  setOwnAccounts(fileId: number): void;
  /** Its rows say when it was captured, so its own time is that and not the file's. */
  setOwnTime(fileId: number, ms: number): void;
  /** When all is known by which the file is recognised: a content that had been discarded is the next generation of itself. */
  setGeneration(fileId: number): void;
  readonly corrections: Corrections;
  /** Forgets a file that is taken in anew; to be called in an attempt. */
  replace(fileId: number, nowMs: number): void;
  /** To call where rows were removed that may be remembered. */
  forget(): void;
  /** Numbers of the file and the snapshot that were written last. */
  lastFile(): number;
  lastSnapshot(): number;
  commit(): void;
  /** Gives up what was not committed and closes. */
  close(): void;
}

interface KnownRow extends Pick<KnownFile, 'fileId' | 'importedMs' | 'capturedMs' | 'givenMs' | 'format'> {
  readonly ownMs: number | null;
  readonly dated: number;
  readonly discarded: number;
  readonly corrected: number;
  readonly partial: number;
  readonly reason: HoldReason | null;
  readonly args: string;
}

/** Takes the write lock; waits for another writer, then throws `db-busy`. `dryRun` never makes a file. */
export function beginImport(path: string, dryRun: boolean, waitMs: number): ImportSession {
  return importInto(dryRun && !existsSync(path) ? openInMemory() : openForWriting(path, waitMs), path, dryRun);
}

/** An import into a copy of the ledger: neither the database nor anything beside it is touched, and nothing is kept. */
export function rehearseImport(path: string): ImportSession {
  return importInto(openCopyInMemory(path), path, true);
}

/** Whatever fails here gives the lock back. */
function importInto(db: Db, path: string, isRehearsal: boolean): ImportSession {
  lockForWriting(db, path);
  try {
    return guard(path, () => openSession(db, path, isRehearsal));
  } catch (error) {
    db.close();
    throw error;
  }
}

function openSession(db: Db, path: string, isRehearsal: boolean): ImportSession {
  const identities: Identities = openIdentities(db);
  const snapshots = new SnapshotStore(db, identities);
  const known = db.prepare(
    `SELECT file.id AS fileId, imported_at AS importedMs, max(captured_at) AS capturedMs,
            max(iif(captured_from = 'flag', captured_at, NULL)) AS givenMs, file.format, own_at AS ownMs, dated,
            hold.reason, hold.args, discarded_at IS NOT NULL AS discarded, corrected, coalesce(max(coverage = 'partial'), 0) AS partial
     FROM file LEFT JOIN snapshot n ON n.file_id = file.id LEFT JOIN feed ON feed.id = n.feed_id
       LEFT JOIN hold ON hold.file_id = file.id AND released_at IS NULL
     WHERE sha256 = ? AND account IN ('', ?) AND ids IN ('', ?) GROUP BY file.id ORDER BY discarded, file.id`,
  );
  const hasDigest = db.prepare('SELECT 1 FROM file WHERE sha256 = ? LIMIT 1').pluck();
  const addFile = db.prepare(
    `INSERT INTO file (sha256, account, ids, own_at, dated, name, bytes, encoding, format, imported_at)
     VALUES (@sha256, @account, @ids, @ownMs, @dated, @name, @bytes, @encoding, @format, @importedMs)`,
  );
  const savepoint = {
    begin: db.prepare('SAVEPOINT file'),
    undo: db.prepare('ROLLBACK TO file'),
    end: db.prepare('RELEASE file'),
  };
  const corrections = openCorrections(db);
  function forget(): void {
    identities.forget();
    snapshots.forget();
  }
  function attempt<T>(work: (snapshots: SnapshotStore) => T, isKept: (result: T) => boolean): T {
    return guard(path, () => {
      savepoint.begin.run();
      let keep = false;
      try {
        const result = work(snapshots);
        keep = isKept(result);
        return result;
      } finally {
        if (!keep) {
          if (db.inTransaction) savepoint.undo.run();
          forget();
        }
        if (db.inTransaction) savepoint.end.run();
      }
    });
  }

  return {
    db,
    isRehearsal,
    identities,
    findCopies(sha256, account, ids) {
      // Fast path: unknown content has no row.
      if (hasDigest.get(sha256) === undefined) return [];
      return (known.all(sha256, account, ids) as KnownRow[]).map(
        ({ ownMs, dated, reason, args, discarded, corrected, partial, ...file }) => ({
          ...file,
          own: ownMs === null ? null : { ms: ownMs, from: dated === 1 ? 'content' : 'file-time' },
          held: reason === null ? null : { code: reason, args: JSON.parse(args) },
          isDiscarded: discarded === 1,
          isCorrected: corrected === 1,
          isPartial: partial === 1,
        }),
      );
    },
    attempt,
    corrections: {
      ...corrections,
      settle(fileId, nowMs) {
        identities.flush();
        const files = corrections.settle(fileId, nowMs);
        if (files.size > 0) forget();
        return files;
      },
    },
    replace(fileId, nowMs) {
      identities.flush();
      openRemoval(db, nowMs)(fileId);
      forget();
    },
    forget,
    setOwnAccounts: (fileId) => db.prepare("UPDATE file SET account = '' WHERE id = ?").run(fileId),
    setOwnTime: (fileId, ms) => db.prepare('UPDATE file SET own_at = ?, dated = 1 WHERE id = ?').run(ms, fileId),
    setGeneration: (fileId) =>
      db
        .prepare(
          `UPDATE file SET generation = (
             SELECT coalesce(max(g.generation) + 1, 0) FROM file f JOIN file g ON ${isSameFile('f', 'g')} AND g.id <> f.id
             WHERE f.id = file.id) WHERE id = ?`,
        )
        .run(fileId),
    addFile({ own, ...file }) {
      const { lastInsertRowid } = addFile.run({
        ...file,
        ownMs: own?.ms ?? null,
        dated: Number(own?.from === 'content'),
      });
      return Number(lastInsertRowid);
    },
    lastFile: () => db.prepare('SELECT coalesce(max(id), 0) FROM file').pluck().get() as number,
    lastSnapshot: () => db.prepare('SELECT max(id) FROM snapshot').pluck().get() as number,
    commit: () =>
      guard(path, () => {
        identities.flush();
        db.exec('COMMIT');
      }),
    close() {
      if (db.inTransaction) db.exec('ROLLBACK');
      db.close();
    },
  };
}
