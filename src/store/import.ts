/** One import: many files in one transaction, each of them wholly or not at all. */
import type { Hold, HoldReason, OwnTime } from '../domain/snapshot.ts';
import { isSameFile } from './captures.ts';
import { type Corrections, openCorrections } from './corrections.ts';
import { releaseFile } from './holds.ts';
import { Identities } from './identities.ts';
import { type Db, guard, lockForWriting, openCopyInMemory, openForWriting } from './open.ts';
import { openRemoval } from './remove-snapshots.ts';
import { prepared } from './statements.ts';
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
  readonly held: Hold | null;
  /** Thrown away by the user, or replaced. */
  readonly isDiscarded: boolean;
  /** A correction replaced it, or some of its snapshots. */
  readonly isCorrected: boolean;
  /** One of its snapshots is `partial`. */
  readonly isPartial: boolean;
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

/**
 * Takes the write lock; waits for another writer, then throws `db-busy`. A rehearsal goes into a copy of the ledger in memory:
 * neither the database nor anything beside it is touched, and nothing is kept.
 */
export function beginImport(path: string, isRehearsal: boolean, waitMs: number): ImportSession {
  const db = isRehearsal ? openCopyInMemory(path) : openForWriting(path, waitMs);
  lockForWriting(db, path);
  try {
    return guard(path, () => new ImportSession(db, path, isRehearsal));
  } catch (error) {
    // Whatever fails here gives the lock back.
    db.close();
    throw error;
  }
}

/** An import that has the write lock: `commit` keeps it, `close` gives up what was not committed. */
export class ImportSession {
  readonly db: Db;
  /** Nothing is kept: numbers of what is written mean nothing to the user. */
  readonly isRehearsal: boolean;
  readonly identities: Identities;
  readonly corrections: Corrections;
  readonly #path: string;
  readonly #snapshots: SnapshotStore;
  readonly #known;
  readonly #hasDigest;
  readonly #addFile;
  readonly #savepoint;

  constructor(db: Db, path: string, isRehearsal: boolean) {
    this.db = db;
    this.#path = path;
    this.isRehearsal = isRehearsal;
    this.identities = new Identities(db);
    this.#snapshots = new SnapshotStore(db, this.identities);
    const corrections = openCorrections(db);
    this.corrections = {
      ...corrections,
      settle: (fileId, nowMs) => {
        this.identities.flush();
        const files = corrections.settle(fileId, nowMs);
        if (files.size > 0) this.forget();
        return files;
      },
    };
    this.#known = db.prepare(
      `SELECT file.id AS fileId, imported_at AS importedMs, max(captured_at) AS capturedMs,
              max(iif(captured_from = 'flag', captured_at, NULL)) AS givenMs, file.format, own_at AS ownMs, dated,
              hold.reason, hold.args, discarded_at IS NOT NULL AS discarded, corrected, coalesce(max(coverage = 'partial'), 0) AS partial
       FROM file LEFT JOIN snapshot n ON n.file_id = file.id LEFT JOIN feed ON feed.id = n.feed_id
         LEFT JOIN hold ON hold.file_id = file.id AND released_at IS NULL
       WHERE sha256 = ? AND account IN ('', ?) AND ids IN ('', ?) GROUP BY file.id ORDER BY discarded, file.id`,
    );
    this.#hasDigest = db.prepare('SELECT 1 FROM file WHERE sha256 = ? LIMIT 1').pluck();
    this.#addFile = db.prepare(
      `INSERT INTO file (sha256, account, ids, own_at, dated, name, bytes, encoding, format, imported_at)
       VALUES (@sha256, @account, @ids, @ownMs, @dated, @name, @bytes, @encoding, @format, @importedMs)`,
    );
    this.#savepoint = {
      begin: db.prepare('SAVEPOINT file'),
      undo: db.prepare('ROLLBACK TO file'),
      end: db.prepare('RELEASE file'),
    };
  }

  /** All times that these bytes were taken in for this account and these ids; those that the user threw away last. */
  findCopies(sha256: string, account: string, ids: string): readonly KnownFile[] {
    // Fast path: unknown content has no row.
    if (this.#hasDigest.get(sha256) === undefined) return [];
    return (this.#known.all(sha256, account, ids) as KnownRow[]).map(
      ({ ownMs, dated, reason, args, discarded, corrected, partial, ...file }) => ({
        ...file,
        own: ownMs === null ? null : { ms: ownMs, from: dated === 1 ? 'content' : 'file-time' },
        held: reason === null ? null : { code: reason, args: JSON.parse(args) },
        isDiscarded: discarded === 1,
        isCorrected: corrected === 1,
        isPartial: partial === 1,
      }),
    );
  }

  /** Runs `work`; what it writes is kept only where its result is to be kept. */
  attempt<T>(work: (snapshots: SnapshotStore) => T, isKept: (result: T) => boolean): T {
    return guard(this.#path, () => {
      const { begin, undo, end } = this.#savepoint;
      begin.run();
      let keep = false;
      try {
        const result = work(this.#snapshots);
        keep = isKept(result);
        return result;
      } finally {
        if (!keep) {
          if (this.db.inTransaction) undo.run();
          this.forget();
        }
        if (this.db.inTransaction) end.run();
      }
    });
  }

  addFile({ own, ...file }: FileRecord): number {
    const row = { ...file, ownMs: own?.ms ?? null, dated: Number(own?.from === 'content') };
    return Number(this.#addFile.run(row).lastInsertRowid);
  }

  /** Every row of the file names its account: the same content for another account would say nothing new. */
  setOwnAccounts(fileId: number): void {
    prepared(this.db, "UPDATE file SET account = '' WHERE id = ?").run(fileId);
  }

  /** Its rows say when it was captured, so its own time is that and not the file's. */
  setOwnTime(fileId: number, ms: number): void {
    prepared(this.db, 'UPDATE file SET own_at = ?, dated = 1 WHERE id = ?').run(ms, fileId);
  }

  /** When all is known by which the file is recognised: a content that had been discarded is the next generation of itself. */
  setGeneration(fileId: number): void {
    const next = `SELECT coalesce(max(g.generation) + 1, 0)
      FROM file f JOIN file g ON ${isSameFile('f', 'g')} AND g.id <> f.id WHERE f.id = file.id`;
    prepared(this.db, `UPDATE file SET generation = (${next}) WHERE id = ?`).run(fileId);
  }

  /** Forgets a file that is taken in anew; to be called in an attempt. */
  replace(fileId: number, nowMs: number): void {
    this.#remove(() => openRemoval(this.db, nowMs)(fileId));
  }

  /** The user says that a held file is to be believed: it may correct another. */
  release(fileId: number, nowMs: number): void {
    this.#remove(() => releaseFile(this.db, fileId, nowMs));
  }

  /** `remove` may remove rows that wait or are remembered. */
  #remove(remove: () => void): void {
    this.identities.flush();
    remove();
    this.forget();
  }

  /** When files have been imported: the verdicts that follow need the memory. */
  finish(): void {
    this.identities.flush();
    this.forget();
  }

  /** To call where rows were removed that may be remembered. */
  forget(): void {
    this.identities.forget();
    this.#snapshots.forget();
  }

  /** Number of the file that was written last. */
  lastFile(): number {
    return this.db.prepare('SELECT coalesce(max(id), 0) FROM file').pluck().get() as number;
  }

  lastSnapshot(): number {
    return this.db.prepare('SELECT max(id) FROM snapshot').pluck().get() as number;
  }

  commit(): void {
    guard(this.#path, () => {
      this.identities.flush();
      this.db.exec('COMMIT');
    });
  }

  /** Gives up what was not committed and closes. */
  close(): void {
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
    this.db.close();
  }
}
