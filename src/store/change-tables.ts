/** Two tables of one kind of value: what holds now in each feed (`rate`, `sales`), and every row before that (`rate_past`, `sales_past`). */
import { type ChangeKind, removeAt, type StoredRow } from './delta.ts';
import type { Db } from './open.ts';
import { RowInserter, type SqlValue } from './statements.ts';

export interface TableShape<R extends StoredRow> extends ChangeKind<R> {
  /** That of what holds now; the other has `_past` behind it. */
  readonly table: 'rate' | 'sales';
  /** With the item and the feed it makes the key. */
  readonly owner: 'plan_id' | 'shop_id';
  /** In both tables, after the key and `at`. */
  readonly columns: readonly string[];
  /** Of these, what the first row of every key has. */
  readonly first: Readonly<Record<string, number>>;
  /** In the table of what holds now: worked out from all rows of the key. */
  readonly derived: readonly string[];
  rowOf(at: number, values: readonly SqlValue[]): R;
  valuesOf(row: R): readonly SqlValue[];
  derive(rows: readonly R[]): readonly SqlValue[];
}

export interface Key {
  readonly ownerId: number;
  readonly itemId: number;
  readonly feedId: number;
}

export class ChangeTables<R extends StoredRow> {
  /** First rows of keys: owner, item, feed, time, and the columns of the shape that differ. */
  readonly first: RowInserter;
  /** Rows in place of others. */
  readonly #replaced: RowInserter;
  readonly #past: RowInserter;
  readonly #shape: TableShape<R>;
  readonly #ofKey: ReturnType<Db['prepare']>;
  readonly #ofOwner: ReturnType<Db['prepare']>;
  readonly #deleteNow: ReturnType<Db['prepare']>;
  readonly #deletePast: ReturnType<Db['prepare']>;

  constructor(db: Db, shape: TableShape<R>) {
    this.#shape = shape;
    const { table, owner, columns, derived } = shape;
    const own = `${owner}, item_id, feed_id, at, ${columns.join(', ')}`;
    const all = [own, ...derived].join(', ');
    const marks = (list: string) => `(${list.split(', ').fill('?').join(', ')})`;
    const values = columns.map((column) => shape.first[column] ?? '?');
    // A failure undoes all of the file, so that SQLite need not prepare to undo each statement.
    this.first = new RowInserter(
      db,
      `INSERT OR FAIL INTO ${table} (${owner}, item_id, feed_id, at, ${columns.join(', ')})`,
      `(?, ?, ?, ?, ${values.join(', ')})`,
    );
    this.#replaced = new RowInserter(db, `INSERT OR REPLACE INTO ${table} (${all})`, marks(all));
    this.#past = new RowInserter(db, `INSERT INTO ${table}_past (${own})`, marks(own));
    const select = (from: string, where: string) =>
      `SELECT item_id, at, ${columns.join(', ')} FROM ${from} WHERE ${where}`;
    const both = (where: string) =>
      db.prepare(`${select(table, where)} UNION ALL ${select(`${table}_past`, where)} ORDER BY item_id, at`).raw();
    const key = `${owner} = @ownerId AND item_id = @itemId AND feed_id = @feedId`;
    this.#ofKey = both(key);
    this.#ofOwner = both(`${owner} = @ownerId AND feed_id = @feedId`);
    this.#deleteNow = db.prepare(`DELETE FROM ${table} WHERE ${key}`);
    this.#deletePast = db.prepare(`DELETE FROM ${table}_past WHERE ${key}`);
  }

  /** All rows of a key, oldest first. */
  rowsOf(key: Key): R[] {
    return this.#grouped(this.#ofKey.all(key)).get(key.itemId) ?? [];
  }

  /** All rows of a plan, or shop, in a feed: by item, oldest first. */
  rowsByItem(ownerId: number, feedId: number): Map<number, R[]> {
    return this.#grouped(this.#ofOwner.all({ ownerId, feedId }));
  }

  /** A row after `before`, which holds no longer. `derived` of it. */
  append({ ownerId, itemId, feedId }: Key, before: R, row: R, derived: readonly SqlValue[]): void {
    this.#past.add(ownerId, itemId, feedId, before.at, ...this.#shape.valuesOf(before));
    this.#replaced.add(ownerId, itemId, feedId, row.at, ...this.#shape.valuesOf(row), ...derived);
  }

  /** Writes `rows` of a key in place of `before`; of both all, oldest first. */
  replace(key: Key, before: readonly R[], rows: readonly R[]): void {
    const { ownerId, itemId, feedId } = key;
    if (before.length > 1) this.#deletePast.run(key);
    for (const row of rows.slice(0, -1)) this.#past.add(ownerId, itemId, feedId, row.at, ...this.#shape.valuesOf(row));
    const now = rows.at(-1);
    if (now)
      this.#replaced.add(ownerId, itemId, feedId, now.at, ...this.#shape.valuesOf(now), ...this.#shape.derive(rows));
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
    for (const rows of [this.first, this.#past, this.#replaced]) rows.flush();
  }

  /** To call when a transaction is rolled back. */
  forget(): void {
    for (const rows of [this.first, this.#past, this.#replaced]) rows.forget();
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
