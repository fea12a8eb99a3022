/** Snapshots that were held back (alarm.ts): kept in streams of their own until they are released or discarded. */
import { TkguardError } from '../errors.ts';
import type { Alarm } from './alarm.ts';
import type { Db } from './open.ts';
import type { PageEntry } from './rate-page.ts';
import { itemsOfShop, openRatePages } from './rate-pages.ts';

export function addHold(db: Db, fileId: number, { reason, args }: Alarm): void {
  db.prepare('INSERT INTO hold (file_id, reason, args) VALUES (?, ?, ?)').run(fileId, reason, JSON.stringify(args));
}

/** Releases held snapshots by number, or `all` of them; gives the names of their files. Throws `not-held` and changes nothing then. */
export function releaseFiles(db: Db, ids: readonly string[]): string[] {
  return forEachFile(db, ids, (id) => heldFiles(db, Number(id)), releaseHold, 'not-held');
}

/** Discards snapshots by number, held back or taken in; `all` are only the held ones. Gives the names of their files. Throws `no-snapshot` and changes nothing then. */
export function discardFiles(db: Db, ids: readonly string[]): string[] {
  const ofSnapshot = db.prepare('SELECT file_id FROM snapshot WHERE id = ?').pluck();
  return forEachFile(db, ids, (id) => ofSnapshot.all(Number(id)) as number[], discardFile, 'no-snapshot');
}

function forEachFile(
  db: Db,
  ids: readonly string[],
  filesOf: (id: string) => readonly number[],
  act: (db: Db, fileId: number) => unknown,
  notFound: 'not-held' | 'no-snapshot',
): string[] {
  const run = db.transaction(() => {
    const files = new Set<number>();
    for (const id of ids) {
      const found = id === 'all' ? heldFiles(db, null) : filesOf(id);
      if (id !== 'all' && found.length === 0) throw new TkguardError(notFound, { id });
      for (const fileId of found) files.add(fileId);
    }
    for (const fileId of files) act(db, fileId);
    return [...files].map((fileId) => db.prepare('SELECT name FROM file WHERE id = ?').pluck().get(fileId) as string);
  });
  return run.immediate();
}

/** Files that are held back: that of a snapshot, or all. */
function heldFiles(db: Db, snapshotId: number | null): number[] {
  return db
    .prepare('SELECT DISTINCT file_id FROM hold JOIN snapshot n USING (file_id) WHERE @id IS NULL OR n.id = @id')
    .pluck()
    .all({ id: snapshotId }) as number[];
}

/** From now on the file's snapshots count like any other. Gives the rows of the shops they speak of. They stay in streams of their own, which changes no answer. */
export function releaseHold(db: Db, fileId: number): Set<number> {
  db.prepare('UPDATE stream SET held = 0 WHERE id IN (SELECT stream_id FROM snapshot WHERE file_id = ?)').run(fileId);
  db.prepare('DELETE FROM hold WHERE file_id = ?').run(fileId);
  const streams = db.prepare('SELECT stream_id FROM snapshot WHERE file_id = ?').pluck().all(fileId) as number[];
  return new Set(streams.flatMap((streamId) => shopsOfStream(db, streamId)));
}

/**
 * Forgets what a file said, and remembers its digest, so that the next sync does not take it in again. Later captures of
 * the same stream keep saying what they said. A shop that nothing else knows gives up its keeper id: it may have been a wrong one.
 */
function discardFile(db: Db, fileId: number): void {
  // The newest capture first: where two of them go, the next keeps what the later one said.
  const places = db
    .prepare(
      'SELECT stream_id AS streamId, captured_at AS at FROM snapshot WHERE file_id = ? ORDER BY captured_at DESC',
    )
    .all(fileId) as { streamId: number; at: number }[];
  const shops = places.flatMap(({ streamId }) => shopsOfStream(db, streamId));
  const items = new Set<number>();
  const rates = openRatePages(db);
  const plans = db.prepare('SELECT DISTINCT plan_id FROM fact WHERE stream_id = ?').pluck();
  db.prepare('DELETE FROM snapshot WHERE file_id = ?').run(fileId);
  for (const { streamId, at } of places) {
    const next = db
      .prepare('SELECT min(captured_at) FROM snapshot WHERE stream_id = ? AND captured_at > ?')
      .pluck()
      .get(streamId, at) as number | null;
    // Rates first: they are found through the facts.
    // What held from here on holds from the next capture on, unless that says otherwise itself.
    for (const planId of plans.all(streamId) as number[]) {
      for (const { itemId } of rates.entriesAt(planId, streamId, at)) items.add(itemId);
      if (next !== null) rates.addMissing(planId, streamId, next, withoutLines(rates.entriesAt(planId, streamId, at)));
      rates.keepOnly(planId, streamId, (entry) => entry.at !== at);
    }
    const here = `stream_id = @streamId AND at = @at AND plan_id IN (SELECT plan_id FROM fact WHERE stream_id = @streamId)`;
    if (next !== null)
      db.prepare(`UPDATE OR IGNORE fact SET at = @next, line = NULL WHERE ${here}`).run({ next, streamId, at });
    db.prepare(`DELETE FROM fact WHERE ${here}`).run({ streamId, at });
    db.prepare('DELETE FROM roll WHERE stream_id = ?').run(streamId);
  }
  const forgetStream = db.prepare(
    'DELETE FROM stream WHERE id = @id AND NOT EXISTS (SELECT 1 FROM snapshot WHERE stream_id = @id)',
  );
  for (const { streamId } of places) forgetStream.run({ id: streamId });
  // An item that has no rate left in a shop is no longer known there.
  const forgetItems = db.prepare(
    'DELETE FROM item_shop WHERE shop_id = @shopId AND item_id IN (SELECT value FROM json_each(@items))',
  );
  for (const shopId of new Set(shops)) {
    const left = itemsOfShop(db, shopId);
    forgetItems.run({ shopId, items: JSON.stringify([...items].filter((id) => !left.has(id))) });
    if (isForgotten(db, shopId)) db.prepare('DELETE FROM keeper WHERE shop_id = ?').run(shopId);
  }
  db.prepare('DELETE FROM hold WHERE file_id = ?').run(fileId);
  db.prepare('UPDATE file SET discarded = 1 WHERE id = ?').run(fileId);
  // Else a server that says “not changed” would hide that this is left out.
  db.prepare('UPDATE source SET address = NULL, tag = NULL, modified = NULL').run();
}

function shopsOfStream(db: Db, streamId: number): number[] {
  return db
    .prepare('SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.stream_id = ?')
    .pluck()
    .all(streamId) as number[];
}

function* withoutLines(entries: Iterable<PageEntry>): Generator<PageEntry> {
  for (const { itemId, measureIndex, listed, bp, sales, raw } of entries)
    yield { itemId, measureIndex, listed, bp, sales, raw, line: null };
}

function isForgotten(db: Db, shopId: number): boolean {
  const facts = db
    .prepare('SELECT 1 FROM plan p JOIN fact f ON f.plan_id = p.id WHERE p.shop_id = ? LIMIT 1')
    .get(shopId);
  return facts === undefined;
}
