/** Snapshots that were held (alarm.ts): kept in feeds of their own until they are released or discarded. */
import { TkguardError } from '../errors.ts';
import type { Alarm } from './alarm.ts';
import { ChangeTables } from './change-tables.ts';
import { openFacts } from './facts.ts';
import type { Db } from './open.ts';
import { RATE_SHAPE } from './rates.ts';
import { SALES_SHAPE } from './sales.ts';
import { addUntold, shopsOfFile } from './untold.ts';

export function addHold(db: Db, fileId: number, { reason, args }: Alarm): void {
  db.prepare('INSERT INTO hold (file_id, reason, args) VALUES (?, ?, ?)').run(fileId, reason, JSON.stringify(args));
}

/** Releases held snapshots by number, or `all` of them; gives the names of their files. Throws `not-held` and changes nothing then. */
export function releaseFiles(db: Db, ids: readonly string[], nowMs: number): string[] {
  return forEachFile(
    db,
    ids,
    (id) => heldFiles(db, Number(id)),
    (fileId) => releaseFile(db, fileId, nowMs),
    'not-held',
  );
}

/** Discards snapshots by number, held or believed; `all` are only the held ones. Gives the names of their files. Throws `no-snapshot` and changes nothing then. */
export function discardFiles(db: Db, ids: readonly string[], nowMs: number): string[] {
  const ofSnapshot = db.prepare('SELECT file_id FROM snapshot WHERE id = ?').pluck();
  const discard = openDiscard(db, nowMs);
  return forEachFile(db, ids, (id) => ofSnapshot.all(Number(id)) as number[], discard, 'no-snapshot');
}

function forEachFile(
  db: Db,
  ids: readonly string[],
  filesOf: (id: string) => readonly number[],
  act: (fileId: number) => void,
  notFound: 'not-held' | 'no-snapshot',
): string[] {
  const nameOf = db.prepare('SELECT name FROM file WHERE id = ?').pluck();
  const run = db.transaction(() => {
    const files = new Set<number>();
    for (const id of ids) {
      const found = id === 'all' ? heldFiles(db, null) : filesOf(id);
      if (id !== 'all' && found.length === 0) throw new TkguardError(notFound, { id });
      for (const fileId of found) files.add(fileId);
    }
    for (const fileId of files) act(fileId);
    return [...files].map((fileId) => nameOf.get(fileId) as string);
  });
  return run.immediate();
}

/** Files that are held: that of a snapshot, or all. */
function heldFiles(db: Db, snapshotId: number | null): number[] {
  return db
    .prepare(
      `SELECT DISTINCT file_id FROM hold JOIN snapshot n USING (file_id)
       WHERE released_at IS NULL AND (@id IS NULL OR n.id = @id)`,
    )
    .pluck()
    .all({ id: snapshotId }) as number[];
}

/** From now on the file's snapshots count like any other. They stay in feeds of their own, which changes no answer. */
export function releaseFile(db: Db, fileId: number, nowMs: number): void {
  db.prepare('UPDATE feed SET held = 0 WHERE id IN (SELECT feed_id FROM snapshot WHERE file_id = ?)').run(fileId);
  db.prepare('UPDATE hold SET released_at = ? WHERE file_id = ?').run(nowMs, fileId);
  addUntold(db, shopsOfFile(db, fileId));
}

/** Forgets what a file said, and remembers its digest, so that the next sync does not take it in again. */
function openDiscard(db: Db, nowMs: number): (fileId: number) => void {
  const rates = new ChangeTables(db, RATE_SHAPE);
  const sales = new ChangeTables(db, SALES_SHAPE);
  const facts = openFacts(db);
  const snapshotsOf = db.prepare(
    'SELECT id, feed_id AS feedId, captured_at AS at FROM snapshot WHERE file_id = ? ORDER BY captured_at DESC',
  );
  const nextOf = db.prepare('SELECT min(captured_at) FROM snapshot WHERE feed_id = ? AND captured_at > ?').pluck();
  const ofFeed = (what: 'f.plan_id' | 'p.shop_id') =>
    db.prepare(`SELECT DISTINCT ${what} FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.feed_id = ?`).pluck();
  const [plansOf, shopsOf] = [ofFeed('f.plan_id'), ofFeed('p.shop_id')];

  return (fileId) => {
    addUntold(db, shopsOfFile(db, fileId));
    const items = new Set<number>();
    // The newest capture first: each is then between captures that are still there.
    for (const { id, feedId, at } of snapshotsOf.all(fileId) as { id: number; feedId: number; at: number }[]) {
      const nextAt = nextOf.get(feedId, at) as number | null;
      const [plans, shops] = [plansOf.all(feedId), shopsOf.all(feedId)] as [number[], number[]];
      for (const itemId of rates.removeCapture(plans, feedId, at, nextAt)) items.add(itemId);
      sales.removeCapture(shops, feedId, at, nextAt);
      facts.removeCapture(feedId, at, nextAt);
      db.prepare('DELETE FROM snapshot WHERE id = ?').run(id);
      db.prepare(
        'DELETE FROM feed WHERE id = @feedId AND NOT EXISTS (SELECT 1 FROM snapshot WHERE feed_id = @feedId)',
      ).run({
        feedId,
      });
    }
    forgetItems(db, items);
    db.prepare('DELETE FROM hold WHERE file_id = ?').run(fileId);
    db.prepare('UPDATE file SET discarded_at = ? WHERE id = ?').run(nowMs, fileId);
    // Else a server that says “not changed” would hide that this is left out.
    db.prepare('UPDATE source SET address = NULL, tag = NULL, modified = NULL').run();
  };
}

/** An item that has no rate left in its shop is no longer known. */
function forgetItems(db: Db, items: Iterable<number>): void {
  db.prepare(
    `DELETE FROM item WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
       SELECT 1 FROM plan p CROSS JOIN rate r ON r.plan_id = p.id AND r.item_id = item.id WHERE p.shop_id = item.shop_id)`,
  ).run(JSON.stringify([...items]));
}
