/**
 * The tables of one kind of value: rates, items' sales, facts of plans. What holds now in each feed and every row before that
 * stand in two tables (`rate` and `rate_past`), or together in one (`fact`).
 */
import { type ChangeKind, removeAt, type StoredRow } from './delta.ts';
import type { Db } from './open.ts';
import { RowInserter, type SqlValue } from './statements.ts';

export interface TableShape<R extends StoredRow> extends ChangeKind<R> {
  /** That of what holds now. */
  readonly table: 'rate' | 'sales' | 'fact';
  /** That of every row before; null: the same. */
  readonly past: 'rate_past' | 'sales_past' | null;
  /** With the item, where there are any, and the feed it makes the key. */
  readonly owner: 'plan_id' | 'shop_id';
  readonly item: 'item_id' | null;
  /** In both tables, after the key and `at`. */
  readonly columns: readonly string[];
  /** In the table of what holds now: worked out from all rows of the key. */
  readonly derived: readonly string[];
  rowOf(at: number, values: readonly SqlValue[]): R;
  /** The key, `at` and the columns. */
  valuesOf(key: Key, row: R): SqlValue[];
  derive(rows: readonly R[]): readonly SqlValue[];
}

export interface Key {
  readonly ownerId: number;
  /** 0: the shop, or the plan, as a whole. */
  readonly itemId: number;
  readonly feedId: number;
}

/** Reads and writes the rows of one kind of value. Rows that are added may wait until `flush`. */
export class ChangeTables<R extends StoredRow> {
  /** First rows of keys. */
  readonly #first: RowInserter;
  /** Rows in place of others. */
  readonly #replaced: RowInserter;
  readonly #past: RowInserter;
  readonly #shape: TableShape<R>;
  readonly #newest: ReturnType<Db['prepare']>;
  readonly #ofKey: ReturnType<Db['prepare']>;
  readonly #ofOwner: ReturnType<Db['prepare']>;
  readonly #deleteNow: ReturnType<Db['prepare']>;
  readonly #deletePast: ReturnType<Db['prepare']>;

  constructor(db: Db, shape: TableShape<R>) {
    this.#shape = shape;
    const { table, past, owner, item, columns, derived } = shape;
    const ids = [owner, ...(item === null ? [] : [item]), 'feed_id'];
    const own = [...ids, 'at', ...columns];
    const insert = (how: string, into: string, names: readonly string[]) =>
      new RowInserter(db, `INSERT ${how} INTO ${into} (${names.join(', ')})`, names.length);
    // A failure undoes all of the file, so that SQLite need not prepare to undo each statement.
    this.#first = insert('OR FAIL', table, own);
    this.#replaced = insert('OR REPLACE', table, [...own, ...derived]);
    this.#past = past === null ? this.#replaced : insert('', past, own);
    const key = `${owner} = @ownerId ${item === null ? '' : 'AND item_id = @itemId'} AND feed_id = @feedId`;
    const all = (where: string) =>
      [table, ...(past === null ? [] : [past])]
        .map((from) => `SELECT ${item ?? 0} AS item, at, ${columns.join(', ')} FROM ${from} WHERE ${where}`)
        .join(' UNION ALL ');
    this.#newest = db
      .prepare(`SELECT at, ${[...columns, ...derived].join(', ')} FROM ${table} WHERE ${key} ORDER BY at DESC LIMIT 1`)
      .raw();
    this.#ofKey = db.prepare(`${all(key)} ORDER BY item, at`).raw();
    this.#ofOwner = db.prepare(`${all(`${owner} = @ownerId AND feed_id = @feedId`)} ORDER BY item, at`).raw();
    this.#deleteNow = db.prepare(`DELETE FROM ${table} WHERE ${key}`);
    this.#deletePast = db.prepare(`DELETE FROM ${past ?? table} WHERE ${key}`);
  }

  /** SQL: what holds now of the feed `@feedId`, in the order of keys. `owners`: SQL, those of which it says anything. */
  selectNow(owners: string): string {
    const { table, past, owner, item } = this.#shape;
    const where = `WHERE feed_id = @feedId AND ${owner} IN (${owners})`;
    if (past === null) return `SELECT *, max(at) FROM ${table} ${where} GROUP BY ${owner} ORDER BY ${owner}`;
    return `SELECT * FROM ${table} ${where} ORDER BY ${owner}, ${item}`;
  }

  /** The row of a key that holds now, and what is derived of it. */
  newestOf(key: Key): { readonly row: R; readonly derived: readonly SqlValue[] } {
    const [at, ...values] = this.#newest.get(key) as [number, ...SqlValue[]];
    return { row: this.#shape.rowOf(at, values), derived: values.slice(this.#shape.columns.length) };
  }

  /** All rows of a key, oldest first. */
  rowsOf(key: Key): R[] {
    return this.#grouped(this.#ofKey.all(key)).get(key.itemId) ?? [];
  }

  /** All rows of a plan, or shop, in a feed: by item, oldest first. */
  rowsByItem(ownerId: number, feedId: number): Map<number, R[]> {
    return this.#grouped(this.#ofOwner.all({ ownerId, feedId }));
  }

  /** A row of a key that the feed never had. */
  addFirst(key: Key, row: R): void {
    this.#add(this.#first, key, row);
  }

  /** A row after `before`, which holds no longer. `derived` of it. */
  append(key: Key, before: R, row: R, derived: readonly SqlValue[]): void {
    if (this.#shape.past !== null) this.#add(this.#past, key, before);
    this.#add(this.#replaced, key, row, derived);
  }

  /** Writes `rows` of a key in place of `before`; of both all, oldest first. */
  replace(key: Key, before: readonly R[], rows: readonly R[]): void {
    if (before.length > (this.#shape.past === null ? 0 : 1)) this.#deletePast.run(key);
    for (const row of rows.slice(0, -1)) this.#add(this.#past, key, row);
    const now = rows.at(-1);
    if (now) this.#add(this.#replaced, key, now, this.#shape.derive(rows));
    else this.#deleteNow.run(key);
  }

  /** Forgets what these said at a capture of a feed; `nextAt`: see `removeAt`. Gives the items of which no row is left. */
  removeCapture(ownerIds: Iterable<number>, feedId: number, at: number, nextAt: number | null): number[] {
    const gone: number[] = [];
    for (const ownerId of ownerIds) {
      for (const [itemId, before] of this.rowsByItem(ownerId, feedId)) {
        if (!before.some((row) => row.at === at)) continue;
        const rows = removeAt(before, at, nextAt, this.#shape);
        this.replace({ ownerId, itemId, feedId }, before, rows);
        if (rows.length === 0) gone.push(itemId);
      }
    }
    this.flush();
    return gone;
  }

  /** Writes what is waiting. */
  flush(): void {
    for (const rows of [this.#first, this.#past, this.#replaced]) rows.flush();
  }

  /** To call when a transaction is rolled back. */
  forget(): void {
    for (const rows of [this.#first, this.#past, this.#replaced]) rows.forget();
  }

  #add(into: RowInserter, key: Key, row: R, derived: readonly SqlValue[] = []): void {
    into.add(...this.#shape.valuesOf(key, row), ...derived);
  }

  #grouped(stored: readonly unknown[]): Map<number, R[]> {
    const groups = new Map<number, R[]>();
    for (const [itemId, at, ...values] of stored as [number, number, ...SqlValue[]][]) {
      const row = this.#shape.rowOf(at, values);
      const known = groups.get(itemId);
      if (known) known.push(row);
      else groups.set(itemId, [row]);
    }
    return groups;
  }
}
