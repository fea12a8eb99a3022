/** Where pages of rates stand in the database: under their plan, the stream that says so, and when. */
import type { Db } from './open.ts';
import { scopeOfParts } from './rate-key.ts';
import type { Page, PageEntry, TimedEntry } from './rate-page.ts';
import { PageCursor } from './rate-page.ts';
import { SHOP_ITEM } from './schema.ts';
import { extendPage, PageWriter } from './write-rate-page.ts';

export interface StoredPage extends Page {
  readonly streamId: number;
}

export interface RatePages {
  /** Pages of a plan in a stream by time. */
  ofStream(planId: number, streamId: number, untilMs?: number): readonly Page[];
  /** `pages`: what is newly said at that time, and nothing else. */
  add(planId: number, streamId: number, at: number, pages: readonly Buffer[]): void;
  /** Adds what nothing is said of yet at that time. */
  addMissing(planId: number, streamId: number, at: number, entries: Iterable<PageEntry>): void;
  /** What a stream newly said of a plan at a moment. */
  entriesAt(planId: number, streamId: number, at: number): Iterable<PageEntry>;
  /** Keeps some entries of a plan in a stream, which it is shown by time. Gives how many are gone. */
  keepOnly(planId: number, streamId: number, isKept: (entry: TimedEntry) => boolean): number;
  /** Makes the rates of one plan those of another, which keeps what it says itself. */
  moveToPlan(fromId: number, toId: number): void;
}

interface PageRow {
  readonly at: number;
  readonly part: number;
  readonly entries: Buffer;
}

/**
 * A row holds what was said from its `at` on, and nothing of what comes after that of the next row; of one time there may be
 * several, in parts. What is newest is put to the last row while there is room: mostly one rate of a plan has changed.
 */
export function openRatePages(db: Db): RatePages {
  const here = 'plan_id = ? AND stream_id = ?';
  const statements = {
    until: db.prepare(`SELECT at, part, entries FROM rate_page WHERE ${here} AND at <= ? ORDER BY at, part`),
    last: db.prepare(`SELECT at, part, entries FROM rate_page WHERE ${here} ORDER BY at DESC, part DESC LIMIT 1`),
    lastTime: db.prepare(`SELECT max(at) FROM rate_page WHERE ${here} AND at <= ?`).pluck(),
    at: db.prepare(`SELECT at, part, entries FROM rate_page WHERE ${here} AND at = ? ORDER BY part`),
    add: db.prepare('INSERT INTO rate_page (plan_id, stream_id, at, part, entries) VALUES (?, ?, ?, ?, ?)'),
    change: db.prepare(`UPDATE rate_page SET entries = ? WHERE ${here} AND at = ? AND part = ?`),
    remove: db.prepare(`DELETE FROM rate_page WHERE ${here} AND at = ? AND part = ?`),
    streams: db.prepare('SELECT DISTINCT stream_id FROM rate_page WHERE plan_id = ?').pluck(),
  };
  const cursor = new PageCursor();

  function addRows(planId: number, streamId: number, at: number, firstPart: number, pages: readonly Buffer[]): void {
    let part = firstPart;
    for (const entries of pages) statements.add.run(planId, streamId, at, part++, entries);
  }

  /** Puts what is said of an earlier time among what is known. */
  function addEarlier(planId: number, streamId: number, at: number, pages: readonly Buffer[]): void {
    const from = statements.lastTime.get(planId, streamId, at) as number | null;
    if (from === null) {
      addRows(planId, streamId, at, 0, pages);
      return;
    }
    const rows = statements.at.all(planId, streamId, from) as PageRow[];
    const entries: TimedEntry[] = [];
    for (const entry of entriesOf([...rows.map(whole), ...pages.map((page) => whole({ at, entries: page }))]))
      entries.push({ ...entry, raw: entry.raw });
    const writer = new PageWriter();
    for (const entry of entries.sort((a, b) => a.at - b.at)) writer.add(entry, entry.at - from);
    for (const { part } of rows) statements.remove.run(planId, streamId, from, part);
    addRows(planId, streamId, from, 0, writer.take());
  }

  const pages: RatePages = {
    ofStream: (planId, streamId, untilMs = Number.MAX_SAFE_INTEGER) =>
      (statements.until.all(planId, streamId, untilMs) as PageRow[]).map((row) => ({ ...row, untilMs })),
    add(planId, streamId, at, added) {
      const [first, ...others] = added;
      if (first === undefined) return;
      const last = statements.last.get(planId, streamId) as PageRow | undefined;
      if (!last) return addRows(planId, streamId, at, 0, added);
      cursor.open(whole(last));
      while (cursor.next());
      if (at < cursor.at) return addEarlier(planId, streamId, at, added);
      const extended = others.length > 0 ? null : extendPage(last.entries, at - last.at, first);
      if (extended) statements.change.run(extended, planId, streamId, last.at, last.part);
      else addRows(planId, streamId, at, last.at === at ? last.part + 1 : 0, added);
    },
    addMissing(planId, streamId, at, entries) {
      const standing = scopesOf(pages.entriesAt(planId, streamId, at));
      const writer = new PageWriter();
      for (const entry of entries) if (!standing.has(scopeOfParts(entry))) writer.add(entry);
      pages.add(planId, streamId, at, writer.take());
    },
    *entriesAt(planId, streamId, at) {
      for (const entry of entriesOf(pages.ofStream(planId, streamId, at))) if (entry.at === at) yield entry;
    },
    keepOnly(planId, streamId, isKept) {
      let removed = 0;
      for (const row of statements.until.all(planId, streamId, Number.MAX_SAFE_INTEGER) as PageRow[]) {
        const writer = new PageWriter(Number.POSITIVE_INFINITY);
        const before = removed;
        for (const entry of entriesOf([whole(row)])) {
          if (isKept(entry)) writer.add(entry, entry.at - row.at);
          else removed += 1;
        }
        if (removed === before) continue;
        const [kept] = writer.take();
        if (kept) statements.change.run(kept, planId, streamId, row.at, row.part);
        else statements.remove.run(planId, streamId, row.at, row.part);
      }
      return removed;
    },
    moveToPlan(fromId, toId) {
      for (const streamId of statements.streams.all(fromId) as number[]) {
        const times = new Set<number>();
        for (const { at } of entriesOf(pages.ofStream(fromId, streamId))) times.add(at);
        for (const at of times) pages.addMissing(toId, streamId, at, pages.entriesAt(fromId, streamId, at));
        pages.keepOnly(fromId, streamId, () => false);
      }
    },
  };
  return pages;
}

/** A page of which everything is read. */
export function whole({ at, entries }: Pick<Page, 'at' | 'entries'>): Page {
  return { at, entries, untilMs: Number.MAX_SAFE_INTEGER };
}

/** The entries of pages, one after the other; each is good until the next is taken. */
export function* entriesOf(pages: Iterable<Page>): Generator<TimedEntry> {
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

/** Items that have rates in a shop, or had. */
export function itemsOfShop(db: Db, shopId: number): Set<number> {
  const pages = db.prepare(
    'SELECT at, entries FROM plan p CROSS JOIN rate_page r ON r.plan_id = p.id WHERE p.shop_id = ?',
  );
  const items = new Set<number>();
  for (const row of pages.iterate(shopId) as Iterable<Page>)
    for (const { itemId } of entriesOf([whole(row)])) items.add(itemId);
  items.delete(SHOP_ITEM);
  return items;
}
