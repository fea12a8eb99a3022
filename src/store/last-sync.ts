/** What the newest sync brought. */
import { isOfOrders } from './feeds.ts';
import type { Db } from './open.ts';

/** The earliest captured time among the snapshots of plans that the newest sync with any imported; null when nothing was imported yet. */
export function lastSyncCapturedMs(db: Db): number | null {
  return db
    .prepare(
      `SELECT min(n.captured_at) FROM snapshot n JOIN file f ON f.id = n.file_id JOIN feed d ON d.id = n.feed_id
       WHERE d.held = 0 AND d.coverage <> 'orders' AND f.imported_at = (
         SELECT max(imported_at) FROM file o WHERE NOT ${isOfOrders('o.format')})`,
    )
    .pluck()
    .get() as number | null;
}
