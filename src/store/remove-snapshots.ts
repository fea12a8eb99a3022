/** What is taken out of the ledger again. */
import { ChangeTables } from './change-tables.ts';
import { FACT_SHAPE } from './facts.ts';
import type { Db } from './open.ts';
import { openOrderRemoval } from './orders.ts';
import { RATE_SHAPE } from './rates.ts';
import { SALES_SHAPE } from './sales.ts';
import { addUntold, shopsOfFile } from './told.ts';

/**
 * Forgets what a file said, or some of its snapshots alone. Of a file without any the digest is remembered, so that the
 * next sync does not take it in again.
 */
export function openRemoval(db: Db, nowMs: number): (fileId: number, snapshotIds?: readonly number[]) => void {
  const rates = new ChangeTables(db, RATE_SHAPE);
  const sales = new ChangeTables(db, SALES_SHAPE);
  const facts = new ChangeTables(db, FACT_SHAPE);
  const removeOrders = openOrderRemoval(db);
  const snapshotsOf = db.prepare(
    'SELECT id, feed_id AS feedId, captured_at AS at FROM snapshot WHERE file_id = ? ORDER BY captured_at DESC',
  );
  const nextOf = db.prepare('SELECT min(captured_at) FROM snapshot WHERE feed_id = ? AND captured_at > ?').pluck();
  const removeSnapshot = db.prepare('DELETE FROM snapshot WHERE id = ?');
  const removeEmptyFeed = db.prepare(
    'DELETE FROM feed WHERE id = @feedId AND NOT EXISTS (SELECT 1 FROM snapshot WHERE feed_id = @feedId)',
  );
  const ofFeed = (what: 'f.plan_id' | 'p.shop_id') =>
    db.prepare(`SELECT DISTINCT ${what} FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.feed_id = ?`).pluck();
  const [plansOf, shopsOf] = [ofFeed('f.plan_id'), ofFeed('p.shop_id')];

  return (fileId, snapshotIds) => {
    const snapshots = snapshotsOf.all(fileId) as { id: number; feedId: number; at: number }[];
    // It was removed before: when, and what it had, stands.
    if (snapshots.length === 0) return;
    addUntold(db, shopsOfFile(db, fileId));
    const items = new Set<number>();
    const isGoing = ({ id }: { readonly id: number }) => snapshotIds?.includes(id) ?? true;
    // The newest capture first: each is then between captures that are still there.
    for (const { id, feedId, at } of snapshots.filter(isGoing)) {
      const nextAt = nextOf.get(feedId, at) as number | null;
      const [plans, shops] = [plansOf.all(feedId), shopsOf.all(feedId)] as [number[], number[]];
      for (const itemId of rates.removeCapture(plans, feedId, at, nextAt)) items.add(itemId);
      for (const itemId of sales.removeCapture(shops, feedId, at, nextAt)) items.add(itemId);
      facts.removeCapture(plans, feedId, at, nextAt);
      removeOrders(id);
      removeSnapshot.run(id);
      removeEmptyFeed.run({ feedId });
    }
    forgetItems(db, items);
    if (!snapshots.every(isGoing)) return;
    db.prepare('DELETE FROM hold WHERE file_id = ?').run(fileId);
    const capturedAt = snapshots[0]?.at ?? null;
    db.prepare('UPDATE file SET discarded_at = ?, last_captured_at = ? WHERE id = ?').run(nowMs, capturedAt, fileId);
    // Else a server that says “not changed” would hide that this is left out.
    db.prepare('UPDATE source SET address = NULL, tag = NULL, modified = NULL').run();
  };
}

/** An item that has neither a rate nor sales left in its shop is no longer known. */
function forgetItems(db: Db, items: Iterable<number>): void {
  db.prepare(
    `DELETE FROM item WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
       SELECT 1 FROM plan p CROSS JOIN rate r ON r.plan_id = p.id AND r.item_id = item.id WHERE p.shop_id = item.shop_id)
     AND NOT EXISTS (SELECT 1 FROM sales n WHERE n.shop_id = item.shop_id AND n.item_id = item.id)`,
  ).run(JSON.stringify([...items]));
}
