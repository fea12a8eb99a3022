/** Shops of which something was imported, released or discarded since the user was told their verdicts. */
import type { Coverage } from '../domain/reading.ts';
import type { Db } from './open.ts';

export function addUntold(db: Db, shopIds: Iterable<number>): void {
  db.prepare('INSERT OR IGNORE INTO untold (shop_id) SELECT value FROM json_each(?)').run(JSON.stringify([...shopIds]));
}

/** Shops of which a snapshot speaks by what it does not list: a complete list of joined plans, of all that the account has, or had, approved. */
export function unlistedShops(db: Db, accountId: number, coverage: Coverage): number[] {
  if (coverage !== 'joined-plans') return [];
  return db
    .prepare(
      `SELECT DISTINCT p.shop_id FROM fact f JOIN feed ON feed.id = f.feed_id JOIN plan p ON p.id = f.plan_id
       WHERE f.status = 'approved' AND feed.account_id = ?`,
    )
    .pluck()
    .all(accountId) as number[];
}

/** Shops that the snapshots of a file speak of. */
export function shopsOfFile(db: Db, fileId: number): Set<number> {
  const feeds = db
    .prepare(
      'SELECT id, account_id AS accountId, coverage FROM feed WHERE id IN (SELECT feed_id FROM snapshot WHERE file_id = ?)',
    )
    .all(fileId) as { id: number; accountId: number; coverage: Coverage }[];
  const ofFeed = db
    .prepare('SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.feed_id = ?')
    .pluck();
  const shops = new Set<number>();
  for (const { id, accountId, coverage } of feeds) {
    for (const shopId of ofFeed.all(id) as number[]) shops.add(shopId);
    for (const shopId of unlistedShops(db, accountId, coverage)) shops.add(shopId);
  }
  return shops;
}
