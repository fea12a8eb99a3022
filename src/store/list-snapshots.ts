import type { HoldReason, SnapshotInfo } from '../domain/snapshot.ts';
import type { NewestCapture } from '../domain/status.ts';
import type { Db } from './open.ts';

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
    .all({ account }) as (Omit<SnapshotInfo, 'held'> & { reason: HoldReason | null; args: string })[];
  return rows.map(({ reason, args, ...snapshot }) => ({
    ...snapshot,
    held: reason === null ? null : { code: reason, args: JSON.parse(args) },
  }));
}

/** Of each account and format the newest capture that counts, newest first. */
export function newestCaptures(db: Db): NewestCapture[] {
  return db
    .prepare(
      `SELECT a.name AS account, d.format, max(n.captured_at) AS capturedMs
       FROM snapshot n JOIN feed d ON d.id = n.feed_id JOIN account a ON a.id = d.account_id WHERE d.held = 0
       GROUP BY a.name, d.format ORDER BY a.name, capturedMs DESC, d.format`,
    )
    .all() as NewestCapture[];
}
