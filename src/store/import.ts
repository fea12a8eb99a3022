/** One import: many files in one transaction, each of them wholly or not at all. */
import { existsSync } from 'node:fs';
import type { HoldReason } from '../domain/snapshot.ts';
import type { Identities } from './identities.ts';
import { openIdentities } from './identities.ts';
import type { Db } from './open.ts';
import { guard, lockForWriting, openCopyInMemory, openForWriting, openInMemory } from './open.ts';
import type { SnapshotStore } from './write-snapshot.ts';
import { openSnapshotStore } from './write-snapshot.ts';

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
  /** The time in its content, else the file's time in whole seconds; null: it has neither. */
  readonly ownMs: number | null;
  /** Absolute, on this machine; null: it is no file here. */
  readonly path: string | null;
}

export interface KnownFile {
  readonly importedMs: number;
  /** Newest of its snapshots; null when it was discarded. */
  readonly capturedMs: number | null;
  readonly fileId: number;
  /** Its content says when it was captured. */
  readonly isDated: boolean;
  /** Why it is held; null: it is not. */
  readonly held: { readonly code: HoldReason; readonly args: Readonly<Record<string, string | number>> } | null;
  /** Thrown away by the user. */
  readonly isDiscarded: boolean;
  /** One of its snapshots is `partial`. */
  readonly isPartial: boolean;
}

export interface ImportSession {
  readonly db: Db;
  readonly identities: Identities;
  /** Whether this content is in the ledger for this account; with `capturedMs`, whether it is there as captured then. */
  findKnown(sha256: string, account: string, ids: string, capturedMs: number | null): KnownFile | null;
  /** Runs `work`; what it writes is kept only where its result is to be kept. */
  attempt<T>(work: (snapshots: SnapshotStore) => T, isKept: (result: T) => boolean): T;
  addFile(file: FileRecord): number;
  /** Every row of the file names its account: the same content for another account would say nothing new. */
  setOwnAccounts(fileId: number): void;
  /** The content says when it was captured, so its own time is that and not the file's. */
  setOwnTime(fileId: number, ms: number): void;
  commit(): void;
  /** Gives up what was not committed and closes. */
  close(): void;
}

/** Takes the write lock; waits for another writer, then throws `db-busy`. `dryRun` never makes a file. */
export function beginImport(path: string, dryRun: boolean, waitMs: number): ImportSession {
  return importInto(dryRun && !existsSync(path) ? openInMemory() : openForWriting(path, waitMs), path);
}

/** An import into a copy of the ledger: neither the database nor anything beside it is touched, and nothing is kept. */
export function rehearseImport(path: string): ImportSession {
  return importInto(openCopyInMemory(path), path);
}

function importInto(db: Db, path: string): ImportSession {
  lockForWriting(db, path);
  const identities: Identities = openIdentities(db);
  const snapshots = openSnapshotStore(db, identities);
  const known = db.prepare(
    `SELECT file.id AS fileId, imported_at AS importedMs, max(captured_at) AS capturedMs,
            coalesce(sum(captured_from = 'content'), 1) AS dated, hold.reason, hold.args,
            discarded_at IS NOT NULL AS discarded, coalesce(max(coverage = 'partial'), 0) AS partial
     FROM file LEFT JOIN snapshot n ON n.file_id = file.id LEFT JOIN feed ON feed.id = n.feed_id
       LEFT JOIN hold ON hold.file_id = file.id AND released_at IS NULL
     WHERE sha256 = ? AND account IN ('', ?) AND ids IN ('', ?) GROUP BY file.id ORDER BY file.id`,
  );
  const hasDigest = db.prepare('SELECT 1 FROM file WHERE sha256 = ? LIMIT 1').pluck();
  const addFile = db.prepare(
    `INSERT INTO file (sha256, account, ids, own_at, name, path, bytes, encoding, format, imported_at)
     VALUES (@sha256, @account, @ids, @ownMs, @name, @path, @bytes, @encoding, @format, @importedMs)`,
  );
  const savepoint = {
    begin: db.prepare('SAVEPOINT file'),
    undo: db.prepare('ROLLBACK TO file'),
    end: db.prepare('RELEASE file'),
  };
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
          identities.forget();
          snapshots.forget();
        }
        if (db.inTransaction) savepoint.end.run();
      }
    });
  }

  return {
    db,
    identities,
    findKnown(sha256, account, ids, capturedMs) {
      // Fast path: unknown content has no row.
      if (hasDigest.get(sha256) === undefined) return null;
      const files = known.all(sha256, account, ids) as (Omit<
        KnownFile,
        'held' | 'isDated' | 'isDiscarded' | 'isPartial'
      > & {
        dated: number;
        discarded: number;
        partial: number;
        reason: HoldReason | null;
        args: string;
      })[];
      // What was taken in again after all is no longer discarded.
      const standing = files.filter(({ discarded }) => discarded === 0);
      const file = (standing.length > 0 ? standing : files).find(
        ({ dated, capturedMs: at }) => capturedMs === null || dated > 0 || at === capturedMs,
      );
      if (!file) return null;
      const { fileId, importedMs, reason, args } = file;
      const held = reason === null ? null : { code: reason, args: JSON.parse(args) };
      return {
        fileId,
        importedMs,
        capturedMs: file.capturedMs,
        held,
        isDated: file.dated > 0,
        isDiscarded: file.discarded === 1,
        isPartial: file.partial === 1,
      };
    },
    attempt,
    setOwnAccounts: (fileId) => db.prepare("UPDATE file SET account = '' WHERE id = ?").run(fileId),
    setOwnTime: (fileId, ms) => db.prepare('UPDATE file SET own_at = ? WHERE id = ?').run(ms, fileId),
    addFile: (file) => Number(addFile.run(file).lastInsertRowid),
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
