/** Items: from the ids of exports to the numbers of their rows. New rows are written many at a time. */
import type { Statement } from 'better-sqlite3';
import type { ItemIds } from '../domain/reading.ts';
import { IntList } from './columns.ts';
import type { Db } from './open.ts';
import { prepareVisit, RowInserter, type Visit } from './statements.ts';

/** Who meets an item of the database mostly meets its neighbours next. */
const NEIGHBOURS = 2000;

/** Gives the rows of items. Those that it makes may wait until `flush`. */
export class ItemRows {
  readonly #db: Db;
  readonly #find;
  readonly #confirm;
  readonly #giveTitle;
  readonly #visitNeighbours: Visit<
    [id: number, shopId: number, itemNo: string, title: string | null, titleAt: number | null]
  >;
  readonly #inserter: RowInserter;
  /** Numbers by shop and id. */
  readonly #known = new Map<number, Map<string, number>>();
  /** Of each number: a hash of its title, and when it was last given; 0 while it has none. */
  #hashes = new Float64Array(0);
  #times = new Float64Array(0);
  /** The greatest number that was given, and the greatest when it was asked for; -1: not asked yet. */
  #lastId = -1;
  #lastStored = -1;
  #lastMet = 0;
  readonly #confirmed = new IntList();
  #confirmedAt = 0;
  #droppedIndex: string | null = null;

  constructor(db: Db) {
    this.#db = db;
    this.#find = db.prepare('SELECT id FROM item WHERE item_no = ? AND shop_id = ?').pluck();
    this.#confirm = db.prepare('UPDATE item SET title_at = @at WHERE id BETWEEN @first AND @last AND title_at < @at');
    this.#giveTitle = prepareNaming(db, 'item', 'title');
    this.#inserter = new RowInserter(db, 'INSERT INTO item (id, shop_id, item_no, suffix, title, title_at)', 6);
    this.#visitNeighbours = prepareVisit(
      db,
      ['id', 'shop_id', 'item_no', 'title', 'title_at'],
      'SELECT * FROM item WHERE id BETWEEN @first AND @last',
    );
  }

  /** The row of an item of a shop, made where there is none. */
  rowOf(shopId: number, item: ItemIds, at: number): number {
    if (this.#lastId < 0) this.#begin();
    const id =
      this.#known.get(shopId)?.get(item.id) ??
      (this.#lastStored > 0 ? this.#meetStored(shopId, item.id) : undefined) ??
      this.#make(shopId, item, at);
    if (item.title !== null && (this.#times[id] as number) <= at) this.#nameItem(id, item.title, at);
    return id;
  }

  /** Writes what is waiting, and completes the table. */
  flush(): void {
    this.#write();
    // When a transaction is rolled back it is there again.
    if (this.#droppedIndex !== null && this.#indexSql() === undefined) this.#db.exec(this.#droppedIndex);
    this.#droppedIndex = null;
  }

  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void {
    this.#inserter.forget();
    this.#confirmed.length = 0;
    this.#known.clear();
    this.#hashes = new Float64Array(0);
    this.#times = new Float64Array(0);
    this.#lastId = -1;
    this.#lastMet = 0;
  }

  #begin(): void {
    this.#lastStored = this.#db.prepare('SELECT coalesce(max(id), 0) FROM item').pluck().get() as number;
    this.#lastId = this.#lastStored;
    this.#grow(this.#lastStored);
    if (this.#lastStored > 0) return;
    // Many items come in no order: an index that is made afterwards takes a fifth of the time.
    this.#droppedIndex = this.#indexSql() ?? this.#droppedIndex;
    this.#db.exec('DROP INDEX IF EXISTS item_by_no');
  }

  #indexSql(): string | undefined {
    const find = this.#db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'item_by_no'").pluck();
    return find.get() as string | undefined;
  }

  #grow(size: number): void {
    if (size < this.#hashes.length) return;
    const [hashes, times] = [this.#hashes, this.#times];
    this.#hashes = new Float64Array(size * 2 + 64);
    this.#times = new Float64Array(size * 2 + 64);
    this.#hashes.set(hashes);
    this.#times.set(times);
  }

  #meetStored(shopId: number, itemNo: string): number | undefined {
    const id = this.#find.get(itemNo, shopId) as number | undefined;
    if (id === undefined) return undefined;
    const isNear = id > this.#lastMet && id <= this.#lastMet + NEIGHBOURS;
    this.#lastMet = isNear ? id + NEIGHBOURS : id;
    const last = Math.min(this.#lastMet, this.#lastStored);
    this.#visitNeighbours({ first: id, last }, (...item) => this.#note(...item));
    return id;
  }

  #make(shopId: number, { id: itemNo, title }: ItemIds, at: number): number {
    const id = ++this.#lastId;
    const titleAt = title === null ? null : at;
    this.#grow(id);
    this.#inserter.add(id, shopId, itemNo, suffixOf(itemNo), title, titleAt);
    this.#note(id, shopId, itemNo, title, titleAt);
    return id;
  }

  #note(id: number, shopId: number, itemNo: string, title: string | null, titleAt: number | null): void {
    const items = this.#known.get(shopId) ?? new Map<string, number>();
    if (items.size === 0) this.#known.set(shopId, items);
    items.set(itemNo, id);
    this.#hashes[id] = title === null ? 0 : hashOf(title);
    this.#times[id] = titleAt ?? 0;
  }

  #nameItem(id: number, title: string, at: number): void {
    const hash = hashOf(title);
    if (hash === this.#hashes[id]) {
      if (this.#times[id] === at) return;
      if (this.#confirmedAt !== at) this.#writeConfirmed();
      this.#confirmedAt = at;
      this.#confirmed.push(id);
    } else {
      this.#write();
      if (this.#giveTitle.run({ id, name: title, at }).changes === 0) return;
      this.#hashes[id] = hash;
    }
    this.#times[id] = at;
  }

  #write(): void {
    this.#inserter.flush();
    this.#writeConfirmed();
  }

  #writeConfirmed(): void {
    for (const [first, last] of rangesOf(this.#confirmed.values().sort()))
      this.#confirm.run({ first, last, at: this.#confirmedAt });
    this.#confirmed.length = 0;
  }
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
