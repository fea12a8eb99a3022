/** Where pages of rates stand in the database: under their plan, the stream that says so, and when. */
import type { Db } from './open.ts';
import { scopeOfParts } from './rate-key.ts';
import type { PageEntry } from './rate-page.ts';
import { PageCursor, PageWriter } from './rate-page.ts';
import { SHOP_ITEM } from './schema.ts';

export type StoredPage = readonly [streamId: number, at: number, entries: Buffer];

export interface RatePages {
  /** Pages of a plan in a stream by time. */
  ofStream(planId: number, streamId: number, untilMs: number): readonly Buffer[];
  add(planId: number, streamId: number, at: number, pages: readonly Buffer[]): void;
  /** Adds what nothing is said of yet at that time. */
  addMissing(planId: number, streamId: number, at: number, entries: Iterable<PageEntry>): void;
  /** What a stream newly said of a plan at a moment. */
  entriesAt(planId: number, streamId: number, at: number): Iterable<PageEntry>;
  removeAt(planId: number, streamId: number, at: number): void;
  /** Makes the rates of one plan those of another, which keeps what it says itself. */
  moveToPlan(fromId: number, toId: number): void;
}

export function openRatePages(db: Db): RatePages {
  const here = 'plan_id = @planId AND stream_id = @streamId';
  const statements = {
    ofStream: db
      .prepare('SELECT entries FROM rate_page WHERE plan_id = ? AND stream_id = ? AND at <= ? ORDER BY at, part')
      .pluck(),
    at: db.prepare(`SELECT entries FROM rate_page WHERE ${here} AND at = @at ORDER BY part`).pluck(),
    addFirst: db.prepare(
      'INSERT OR IGNORE INTO rate_page (plan_id, stream_id, at, part, entries) VALUES (?, ?, ?, 0, ?)',
    ),
    lastPart: db.prepare('SELECT max(part) FROM rate_page WHERE plan_id = ? AND stream_id = ? AND at = ?').pluck(),
    add: db.prepare('INSERT INTO rate_page (plan_id, stream_id, at, part, entries) VALUES (?, ?, ?, ?, ?)'),
    remove: db.prepare(`DELETE FROM rate_page WHERE ${here} AND at = @at`),
    places: db.prepare('SELECT DISTINCT stream_id, at FROM rate_page WHERE plan_id = ?').raw(),
  };
  const pages: RatePages = {
    ofStream: (planId, streamId, untilMs) => statements.ofStream.all(planId, streamId, untilMs) as Buffer[],
    add(planId, streamId, at, bytes) {
      const [first] = bytes;
      if (first === undefined) return;
      // Mostly nothing stands there yet.
      if (bytes.length === 1 && statements.addFirst.run(planId, streamId, at, first).changes === 1) return;
      // Two statements: one that reads what it writes to makes a table in between and keeps the pages as they were.
      let part = (statements.lastPart.get(planId, streamId, at) as number | null) ?? -1;
      for (const entries of bytes) statements.add.run(planId, streamId, at, ++part, entries);
    },
    addMissing(planId, streamId, at, entries) {
      const standing = scopesOf(pages.entriesAt(planId, streamId, at));
      const writer = new PageWriter();
      for (const entry of entries) if (!standing.has(scopeOfParts(entry))) writer.add(entry);
      pages.add(planId, streamId, at, writer.take());
    },
    entriesAt: (planId, streamId, at) => entriesOf(statements.at.all({ planId, streamId, at }) as Buffer[]),
    removeAt: (planId, streamId, at) => void statements.remove.run({ planId, streamId, at }),
    moveToPlan(fromId, toId) {
      for (const [streamId, at] of statements.places.all(fromId) as [streamId: number, at: number][]) {
        pages.addMissing(toId, streamId, at, pages.entriesAt(fromId, streamId, at));
        pages.removeAt(fromId, streamId, at);
      }
    },
  };
  return pages;
}

/** The entries of pages, one after the other; each is good until the next is taken. */
export function* entriesOf(pages: Iterable<Uint8Array>): Generator<PageEntry> {
  const cursor = new PageCursor();
  for (const page of pages) {
    cursor.open(page);
    while (cursor.next()) yield cursor;
  }
}

/** Which rates they are of: items and measures, as in RateKey. */
export function scopesOf(entries: Iterable<PageEntry>): Set<number> {
  const scopes = new Set<number>();
  for (const entry of entries) scopes.add(scopeOfParts(entry));
  return scopes;
}

/** Items that anything is said of; 0: the shop as a whole. */
export function itemsIn(pages: Iterable<Buffer>): Set<number> {
  const items = new Set<number>();
  for (const { itemId } of entriesOf(pages)) items.add(itemId);
  return items;
}

/** Items that anything is said of in a shop, also that they are not listed. */
export function itemsOfShop(db: Db, shopId: number): Set<number> {
  const pages = db
    .prepare('SELECT entries FROM plan p CROSS JOIN rate_page r ON r.plan_id = p.id WHERE p.shop_id = ?')
    .pluck();
  const items = itemsIn(pages.iterate(shopId) as Iterable<Buffer>);
  items.delete(SHOP_ITEM);
  return items;
}
