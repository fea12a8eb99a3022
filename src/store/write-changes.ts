/** Writes what a snapshot says of one kind of value (rates, items' sales) as changes against its feed. */
import type { Key, TableShape } from './change-tables.ts';
import { ChangeTables } from './change-tables.ts';
import type { KeyColumns } from './columns.ts';
import { IntList } from './columns.ts';
import type { Change, DeltaCounts } from './delta.ts';
import { insertBetween, rowBefore } from './delta.ts';
import type { FeedPlace } from './feeds.ts';
import type { Db } from './open.ts';
import type { RowInserter, SqlValue } from './statements.ts';

/** How the rows of a snapshot are compared with those of its feed, and written. */
export interface Writing<R extends Change, C extends KeyColumns> {
  readonly shape: TableShape<R>;
  /** SQL, of a row of the table: what is compared (`values` of the columns is the same), and whether it is listed. */
  readonly value: string;
  readonly listed: string;
  /** SQL: the owners of which the feed `@feedId` says anything. */
  readonly owners: string;
  rowAt(columns: C, index: number, at: number): R;
  /** A row of a key that the feed never had. */
  addFirst(rows: RowInserter, columns: C, index: number, feedId: number, at: number): void;
  /** What is worked out of `row`, which follows `before`, of which `derived` was; null: only all rows of the key tell. */
  deriveAfter(before: R, derived: readonly SqlValue[], row: R): readonly SqlValue[] | null;
}

/** What the capture before a snapshot said, beside what the snapshot says. */
export interface Delta {
  readonly counts: DeltaCounts;
  /** How many both list. */
  readonly still: number;
  /** Keys that are listed no longer. */
  readonly lostOwners: IntList;
  readonly lostItems: IntList;
}

/** Is told of values that both captures list. */
export interface Pairs<R> {
  /** `value`: see `Writing`. */
  same(value: number): void;
  changed(before: R, row: R): void;
}

export interface ChangeWriter<R extends Change, C extends KeyColumns> {
  readonly tables: ChangeTables<R>;
  /** `rows`: of the columns, ascending by key, no two of one key. */
  write(columns: C, rows: Int32Array, place: FeedPlace, at: number, pairs: Pairs<R>): Delta;
}

interface Job<R, C> {
  readonly columns: C;
  readonly rows: Int32Array;
  readonly place: FeedPlace;
  readonly at: number;
  readonly pairs: Pairs<R>;
  readonly delta: Delta & { counts: { added: number; changed: number; gone: number }; still: number };
}

export function openChangeWriter<R extends Change, C extends KeyColumns>(
  db: Db,
  writing: Writing<R, C>,
): ChangeWriter<R, C> {
  const { shape, rowAt, addFirst } = writing;
  const { table, owner } = shape;
  const tables = new ChangeTables(db, shape);
  const owners = db.prepare(`SELECT DISTINCT * FROM (${writing.owners})`).pluck();
  const current = db
    .prepare(
      `SELECT at, ${[...shape.columns, ...shape.derived].join(', ')}
       FROM ${table} WHERE ${owner} = @ownerId AND item_id = @itemId AND feed_id = @feedId`,
    )
    .raw();

  // SQLite calls it for each row that a feed has: much faster than to fetch them.
  let meet: (ownerId: number, itemId: number, listed: number, value: number) => void = () => {};
  db.function(`meet_${table}`, (ownerId: number, itemId: number, listed: number, value: number) => {
    meet(ownerId, itemId, listed, value);
    return 0;
  });
  const meetAll = db.prepare(
    `SELECT count(meet_${table}(${owner}, item_id, ${writing.listed}, ${writing.value})) FROM (
       SELECT * FROM ${table} WHERE feed_id = @feedId AND ${owner} IN (${writing.owners}) ORDER BY ${owner}, item_id)`,
  );

  function keyAt({ columns, place }: Job<R, C>, index: number): Key {
    return { ownerId: columns.owners.at(index), itemId: columns.items.at(index), feedId: place.feedId };
  }

  function addAll({ columns, rows, place, at, delta }: Job<R, C>): void {
    for (const row of rows) addFirst(tables.first, columns, row, place.feedId, at);
    delta.counts.added += rows.length;
  }

  function noteLost({ delta }: Job<R, C>, { ownerId, itemId }: Omit<Key, 'feedId'>): void {
    delta.lostOwners.push(ownerId);
    delta.lostItems.push(itemId);
  }

  /**
   * Merges the rows with what the feed says now; gives what is to be written, because nothing can be while SQLite reads: twice
   * the row that is new, that and 1 for one that follows another, and below 0 those that are lost.
   */
  function compare(job: Job<R, C>): IntList {
    const { columns, rows, delta, place, pairs } = job;
    const ownerIds = columns.owners.values();
    const itemIds = columns.items.values();
    const values = columns.values.values();
    const writes = new IntList();
    let next = 0;
    meet = (ownerId, itemId, listed, value) => {
      let order = 1;
      for (; next < rows.length; next++) {
        const row = rows[next] as number;
        order = (ownerIds[row] as number) - ownerId || (itemIds[row] as number) - itemId;
        if (order >= 0) break;
        writes.push(row * 2);
      }
      if (next === rows.length || order > 0) {
        if (listed === 0) return;
        writes.push(-1 - delta.lostOwners.length);
        noteLost(job, { ownerId, itemId });
        return;
      }
      const row = rows[next++] as number;
      if (listed === 1) delta.still += 1;
      if (listed === 0 || values[row] !== value) writes.push(row * 2 + 1);
      else pairs.same(value);
    };
    meetAll.get({ feedId: place.feedId });
    for (; next < rows.length; next++) writes.push((rows[next] as number) * 2);
    return writes;
  }

  /** Writes the row that follows what the feed says now. */
  function append({ delta: { counts }, pairs }: Job<R, C>, key: Key, row: R): void {
    const [at, ...values] = current.get(key) as [number, ...SqlValue[]];
    const before = shape.rowOf(at, values);
    if (row.listed === 0) counts.gone += 1;
    else counts[before.listed === 1 ? 'changed' : 'added'] += 1;
    if (row.listed === 1 && before.listed === 1) pairs.changed(before, row);
    const derived = writing.deriveAfter(before, values.slice(shape.columns.length), row);
    tables.append(key, before, row, derived ?? shape.derive([...tables.rowsOf(key), row]));
  }

  /** After all other captures of the feed. */
  function writeNewest(job: Job<R, C>): void {
    const { columns, delta, place, at } = job;
    // In the order of keys, in which SQLite has them, too.
    for (const write of compare(job).values()) {
      const row = write >> 1;
      if (write < 0) {
        const key = { ownerId: delta.lostOwners.at(-1 - write), itemId: delta.lostItems.at(-1 - write) };
        append(job, { ...key, feedId: place.feedId }, shape.absent(at));
      } else if ((write & 1) === 1) append(job, keyAt(job, row), rowAt(columns, row, at));
      else {
        addFirst(tables.first, columns, row, place.feedId, at);
        delta.counts.added += 1;
      }
    }
  }

  /** Of a key whose rows are `stored`, before a capture that the feed has: they are made anew. */
  function putLate(job: Job<R, C>, key: Key, stored: readonly R[], row: R, value: number): void {
    const { at, delta, pairs, place } = job;
    const before = rowBefore(stored, at) ?? shape.absent(at);
    const isSame = shape.isSame(before, row);
    if (before.listed === 1 && row.listed === 1) {
      delta.still += 1;
      if (isSame) pairs.same(value);
      else pairs.changed(before, row);
    }
    if (isSame) return;
    if (row.listed === 0) {
      delta.counts.gone += 1;
      noteLost(job, key);
    } else delta.counts[before.listed === 1 ? 'changed' : 'added'] += 1;
    tables.replace(key, stored, insertBetween(stored, row, place.nextAt, shape));
  }

  function writeLate(job: Job<R, C>): void {
    const { columns, rows, place, at } = job;
    const { feedId } = place;
    let next = 0;
    const all = new Set([...(owners.all({ feedId }) as number[]), ...rows.map((row) => columns.owners.at(row))]);
    for (const ownerId of Int32Array.from(all).sort()) {
      const stored = tables.rowsByItem(ownerId, feedId);
      for (; next < rows.length && columns.owners.at(rows[next] as number) === ownerId; next++) {
        const index = rows[next] as number;
        const key = keyAt(job, index);
        putLate(job, key, stored.get(key.itemId) ?? [], rowAt(columns, index, at), columns.values.at(index));
        stored.delete(key.itemId);
      }
      for (const [itemId, left] of stored) putLate(job, { ownerId, itemId, feedId }, left, shape.absent(at), 0);
    }
  }

  return {
    tables,
    write(columns, rows, place, at, pairs) {
      const counts = { added: 0, changed: 0, gone: 0 };
      const delta = { counts, still: 0, lostOwners: new IntList(), lostItems: new IntList() };
      const job = { columns, rows, place, at, pairs, delta };
      if (place.nextAt !== null) writeLate(job);
      else if (place.previousAt !== null) writeNewest(job);
      else addAll(job);
      tables.flush();
      return delta;
    },
  };
}
