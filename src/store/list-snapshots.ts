import type { HoldReason, SnapshotInfo } from '../domain/snapshot.ts';
import type { NewestCapture } from '../domain/status.ts';
import type { Db } from './open.ts';
import { readOrderSpans } from './order-stock.ts';

/** Every import, newest capture first. */
export function listSnapshots(db: Db, account: string | null): SnapshotInfo[] {
  const rows = db
    .prepare(
      `SELECT n.id, n.captured_at AS capturedMs, n.captured_from AS capturedFrom, f.imported_at AS importedMs, a.name AS account,
              d.format, d.coverage, n.rows, f.name AS file, f.encoding, f.sha256, h.reason, h.args
       FROM snapshot n JOIN feed d ON d.id = n.feed_id JOIN account a ON a.id = d.account_id JOIN file f ON f.id = n.file_id
       LEFT JOIN hold h ON h.file_id = f.id AND h.released_at IS NULL
       WHERE @account IS NULL OR a.name = @account ORDER BY n.captured_at DESC, n.id DESC`,
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
  const find = db.prepare(
    `SELECT 1 FROM account a JOIN feed d ON d.account_id = a.id JOIN snapshot n ON n.feed_id = d.id WHERE a.name = ? LIMIT 1`,
  );
  return find.get(account) !== undefined;
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
  return db
    .prepare(
      `SELECT a.name AS other, max(n.id) AS id, f.imported_at AS importedMs, n.captured_at AS capturedMs
       FROM file f JOIN snapshot n ON n.file_id = f.id JOIN feed d ON d.id = n.feed_id JOIN account a ON a.id = d.account_id
       WHERE f.sha256 = @sha256 AND f.discarded_at IS NULL AND d.coverage = 'orders' AND a.name <> @account
       GROUP BY a.name ORDER BY a.name LIMIT 1`,
    )
    .get({ sha256, account }) as
    | { readonly other: string; readonly id: number; readonly importedMs: number; readonly capturedMs: number }
    | undefined;
}

/** Of each account and format of plans the newest capture that counts, newest first. */
export function newestCaptures(db: Db): NewestCapture[] {
  return db
    .prepare(
      `SELECT a.name AS account, d.format, max(n.captured_at) AS capturedMs
       FROM snapshot n JOIN feed d ON d.id = n.feed_id JOIN account a ON a.id = d.account_id WHERE d.held = 0 AND d.coverage <> 'orders'
       GROUP BY a.name, d.format ORDER BY a.name, capturedMs DESC, d.format`,
    )
    .all() as NewestCapture[];
}
