/** Items: from the ids of exports to the numbers of their rows. New rows are written many at a time. */
import type { Statement } from 'better-sqlite3';
import type { ItemIds } from '../domain/reading.ts';
import { IntList } from './columns.ts';
import type { Db } from './open.ts';
import { RowInserter } from './statements.ts';

export interface ItemRows {
  /** The row of an item of a shop, made where there is none. */
  rowOf(shopId: number, item: ItemIds, atMs: number): number;
  /** Writes what is waiting, and completes the table. */
  flush(): void;
  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void;
}

/** Who meets an item of the database mostly meets its neighbours next. */
const NEIGHBOURS = 2000;

export function openItemRows(db: Db): ItemRows {
  const find = db.prepare('SELECT id FROM item WHERE item_no = ? AND shop_id = ?').pluck();
  // Many items come in no order: an index that is made afterwards takes a fifth of the time.
  const index = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'item_by_no'").pluck();
  let droppedIndex: string | null = null;
  const lastIdOf = db.prepare('SELECT coalesce(max(id), 0) FROM item').pluck();
  const confirm = db.prepare('UPDATE item SET title_at = @at WHERE id BETWEEN @first AND @last AND title_at < @at');
  const giveTitle = prepareNaming(db, 'item', 'title');
  const inserter = new RowInserter(
    db,
    'INSERT INTO item (id, shop_id, item_no, suffix, title, title_at)',
    '(?, ?, ?, ?, ?, ?)',
  );
  /** Numbers by shop and id. */
  const known = new Map<number, Map<string, number>>();
  /** Of each number: a hash of its title, and when it was last given; 0 while it has none. */
  let hashes = new Float64Array(0);
  let times = new Float64Array(0);
  /** The greatest number that was given, and the greatest when it was asked for; -1: not asked yet. */
  let lastId = -1;
  let lastStored = -1;
  let lastMet = 0;
  const confirmed = new IntList();
  let confirmedAt = 0;

  db.function(
    'meet_item',
    (id: number, shopId: number, itemNo: string, title: string | null, titleAt: number | null) => {
      ofShop(shopId).set(itemNo, id);
      hashes[id] = title === null ? 0 : hashOf(title);
      times[id] = titleAt ?? 0;
      return 0;
    },
  );
  const meet = db
    .prepare('SELECT count(meet_item(id, shop_id, item_no, title, title_at)) FROM item WHERE id BETWEEN ? AND ?')
    .pluck();

  function ofShop(shopId: number): Map<string, number> {
    const items = known.get(shopId) ?? new Map<string, number>();
    if (items.size === 0) known.set(shopId, items);
    return items;
  }

  function begin(): void {
    lastStored = lastIdOf.get() as number;
    lastId = lastStored;
    if (lastStored === 0) dropIndex();
    grow(lastStored);
  }

  function dropIndex(): void {
    droppedIndex = (index.get() as string | undefined) ?? droppedIndex;
    db.exec('DROP INDEX IF EXISTS item_by_no');
  }

  function restoreIndex(): void {
    // When a transaction is rolled back it is there again.
    if (droppedIndex !== null && index.get() === undefined) db.exec(droppedIndex);
    droppedIndex = null;
  }

  function grow(size: number): void {
    if (size < hashes.length) return;
    const [oldHashes, oldTimes] = [hashes, times];
    hashes = new Float64Array(size * 2 + 64);
    times = new Float64Array(size * 2 + 64);
    hashes.set(oldHashes);
    times.set(oldTimes);
  }

  function meetStored(shopId: number, itemNo: string): number | undefined {
    const id = find.get(itemNo, shopId) as number | undefined;
    if (id === undefined) return undefined;
    const isNear = id > lastMet && id <= lastMet + NEIGHBOURS;
    lastMet = isNear ? id + NEIGHBOURS : id;
    meet.get(id, Math.min(lastMet, lastStored));
    return id;
  }

  function make(shopId: number, { id: itemNo, title }: ItemIds, at: number): number {
    const id = ++lastId;
    grow(id);
    inserter.add(id, shopId, itemNo, suffixOf(itemNo), title, title === null ? null : at);
    ofShop(shopId).set(itemNo, id);
    hashes[id] = title === null ? 0 : hashOf(title);
    times[id] = title === null ? 0 : at;
    return id;
  }

  function nameItem(id: number, title: string, at: number): void {
    const [hash, before] = [hashOf(title), times[id] as number];
    if (hash === hashes[id]) {
      if (before === at) return;
      if (confirmedAt !== at) writeConfirmed();
      confirmedAt = at;
      confirmed.push(id);
    } else {
      flush();
      if (giveTitle.run({ id, name: title, at }).changes === 0) return;
      hashes[id] = hash;
    }
    times[id] = at;
  }

  function writeConfirmed(): void {
    for (const [first, last] of rangesOf(confirmed.values().sort())) confirm.run({ first, last, at: confirmedAt });
    confirmed.length = 0;
  }

  function flush(): void {
    inserter.flush();
    writeConfirmed();
  }

  return {
    rowOf(shopId, item, at) {
      if (lastId < 0) begin();
      const id =
        known.get(shopId)?.get(item.id) ??
        (lastStored > 0 ? meetStored(shopId, item.id) : undefined) ??
        make(shopId, item, at);
      if (item.title !== null && (times[id] as number) <= at) nameItem(id, item.title, at);
      return id;
    },
    flush() {
      flush();
      restoreIndex();
    },
    forget() {
      inserter.forget();
      confirmed.length = 0;
      known.clear();
      lastId = -1;
      lastMet = 0;
    },
  };
}

/** The part of an opaque item id after its last `-`; null for the old all-digit ids. */
export function suffixOf(itemNo: string): string | null {
  const dash = itemNo.lastIndexOf('-');
  return dash < 0 || /^\d+$/.test(itemNo) ? null : itemNo.slice(dash + 1) || null;
}

/** 53 bits (cyrb53, public domain), of which 0 is for no title. */
function hashOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0) || 1;
}

/** Neighbours together: most rows of items were made one after the other. */
function* rangesOf(sorted: Int32Array): Generator<[first: number, last: number]> {
  let first = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i + 1] === (sorted[i] as number) + 1) continue;
    yield [sorted[first] as number, sorted[i] as number];
    first = i + 1;
  }
}

/** Gives a row another name, unless its own stands. `at`: when the name was read. */
export function prepareNaming(
  db: Db,
  table: 'shop' | 'item',
  column: 'nick' | 'title' | 'name',
): Statement<[{ readonly id: number; readonly name: string; readonly at: number }]> {
  return db.prepare(
    `UPDATE ${table} SET ${column} = @name, ${column}_at = @at WHERE id = @id
       AND (${column}_at IS NULL OR ${column}_at < @at OR (${column}_at = @at AND ${column} < @name))`,
  );
}
