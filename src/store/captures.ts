/** What was captured when, from which files, and when it was imported. */
import { lazyByKey } from '../domain/lazy.ts';
import type { HoldReason, SnapshotInfo } from '../domain/snapshot.ts';
import type { NewestCapture } from '../domain/status.ts';
import { isOfOrders } from './feeds.ts';
import type { Db } from './open.ts';
import { readOrderSpans } from './order-stock.ts';
import { prepared } from './statements.ts';

/** Every import, newest capture first. */
export function listSnapshots(db: Db, account: string | null): SnapshotInfo[] {
  const rows = db
    .prepare(
      `SELECT n.id, n.captured_at AS capturedMs, n.captured_from AS capturedFrom, f.imported_at AS importedMs, n.account,
              n.format, n.coverage, n.rows, f.name AS file, f.encoding, f.sha256, h.reason, h.args
       FROM capture n JOIN file f ON f.id = n.file_id LEFT JOIN hold h ON h.file_id = f.id AND h.released_at IS NULL
       WHERE @account IS NULL OR n.account = @account ORDER BY n.captured_at DESC, n.id DESC`,
    )
    .all({ account }) as (Omit<SnapshotInfo, 'held' | 'orders'> & { reason: HoldReason | null; args: string })[];
  const spans = readOrderSpans(db);
  return rows.map(({ reason, args, ...snapshot }) => ({
    ...snapshot,
    orders: spans.get(snapshot.id) ?? null,
    held: reason === null ? null : { code: reason, args: JSON.parse(args) },
  }));
}

/** Whether anything of the account was imported. */
export function hasSnapshots(db: Db, account: string): boolean {
  return db.prepare('SELECT 1 FROM capture WHERE account = ? LIMIT 1').get(account) !== undefined;
}

/** Accounts of which something is known beside orders. */
export function accountsWithPlans(db: Db): string[] {
  return db
    .prepare(
      `SELECT name FROM account WHERE id IN (SELECT d.account_id FROM feed d WHERE d.coverage <> 'orders') ORDER BY name`,
    )
    .pluck()
    .all() as string[];
}

/** Where these bytes count already as the orders of another account: no two accounts have the same, and they would count twice. */
export function ordersOfOther(db: Db, sha256: string, account: string) {
  return prepared(
    db,
    `SELECT n.account AS other, max(n.id) AS id, f.imported_at AS importedMs, n.captured_at AS capturedMs
     FROM file f JOIN capture n ON n.file_id = f.id
     WHERE f.sha256 = @sha256 AND f.discarded_at IS NULL AND n.coverage = 'orders' AND n.account <> @account
     GROUP BY n.account ORDER BY n.account LIMIT 1`,
  ).get({ sha256, account }) as
    | { readonly other: string; readonly id: number; readonly importedMs: number; readonly capturedMs: number }
    | undefined;
}

/** Of each account and format of plans the newest capture that counts, newest first. */
export function newestCaptures(db: Db): NewestCapture[] {
  return db
    .prepare(
      `SELECT account, format, max(captured_at) AS capturedMs FROM capture WHERE held = 0 AND coverage <> 'orders'
       GROUP BY account, format ORDER BY account, capturedMs DESC, format`,
    )
    .all() as NewestCapture[];
}

/** The earliest captured time among the snapshots of plans that the newest sync with any imported; null when nothing was imported yet. */
export function lastSyncCapturedMs(db: Db): number | null {
  return db
    .prepare(
      `SELECT min(n.captured_at) FROM capture n JOIN file f ON f.id = n.file_id
       WHERE n.held = 0 AND n.coverage <> 'orders' AND f.imported_at = (
         SELECT max(imported_at) FROM file o WHERE NOT ${isOfOrders('o.format')})`,
    )
    .pluck()
    .get() as number | null;
}

/** Gives the moment from which all of some feeds was known that was captured at a moment. */
export function openImportTimes(db: Db): (feedIds: readonly number[], capturedMs: number) => number | null {
  const find = db
    .prepare(
      `SELECT n.captured_at, max(f.imported_at) FROM snapshot n JOIN file f ON f.id = n.file_id
       WHERE n.feed_id = ? GROUP BY n.captured_at`,
    )
    .raw();
  const timesOf = lazyByKey(
    (feedId: number) => new Map(find.all(feedId) as [capturedMs: number, importedMs: number][]),
  );
  return (feedIds, capturedMs) => {
    const times = feedIds.flatMap((feedId) => timesOf(feedId).get(capturedMs) ?? []);
    return times.length === 0 ? null : Math.max(...times);
  };
}

interface FeedFile {
  readonly file: string;
  readonly sha256: string;
  readonly capturedMs: number;
  readonly importedMs: number;
  readonly rows: number;
}

/** One for each snapshot, by time of capture. */
export function readFeedFiles(db: Db, feedIds: readonly number[]): FeedFile[] {
  return db
    .prepare(
      `SELECT f.name AS file, f.sha256, n.captured_at AS capturedMs, f.imported_at AS importedMs, n.rows
       FROM snapshot n JOIN file f ON f.id = n.file_id
       WHERE n.feed_id IN (SELECT value FROM json_each(?)) ORDER BY n.captured_at, f.sha256, n.id`,
    )
    .all(JSON.stringify(feedIds)) as FeedFile[];
}

/** SQL: the newest capture of `f`, a row of `file`, also of one that was discarded. */
export function capturedAt(f: string): string {
  return `coalesce((SELECT max(n.captured_at) FROM snapshot n WHERE n.file_id = ${f}.id), ${f}.last_captured_at)`;
}

/** SQL: that two rows of `file` are one content in any ledger (design.md §3.3): the same bytes for the same account and ids, of the same own time; without one, of the same capture. */
export function isSameFile(f: string, g: string): string {
  return `${g}.sha256 = ${f}.sha256 AND ${g}.account = ${f}.account AND ${g}.ids = ${f}.ids AND ${g}.own_at IS ${f}.own_at
    AND (${f}.own_at IS NOT NULL OR ${capturedAt(g)} = ${capturedAt(f)})`;
}
