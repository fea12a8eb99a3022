/** Writes what a snapshot says of one kind of value (rates, items' sales) as changes against its feed. */
import { ChangeTables, type Key, type TableShape } from './change-tables.ts';
import { IntList, type KeyColumns } from './columns.ts';
import { type DeltaCounts, insertBetween, rowBefore, type StoredRow } from './delta.ts';
import type { FeedPlace } from './feeds.ts';
import type { Db } from './open.ts';
import type { RowInserter, SqlValue } from './statements.ts';

/** How the rows of a snapshot are compared with those of its feed, and written. */
export interface Writing<R extends StoredRow, C extends KeyColumns> {
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
  /** Owners of whom most is said otherwise. */
  readonly upset: ReadonlySet<number>;
  /** Keys that are listed no longer. */
  readonly lostOwners: IntList;
  readonly lostItems: IntList;
}

/** Finds the owners of whom more is said otherwise than is said again. Those of one owner are noted together. */
class Upset {
  readonly owners = new Set<number>();
  #ownerId = 0;
  #balance = 0;

  note(ownerId: number, isSame: boolean): void {
    if (ownerId !== this.#ownerId) {
      this.close();
      this.#ownerId = ownerId;
    }
    this.#balance += isSame ? -1 : 1;
  }

  close(): void {
    if (this.#balance > 0) this.owners.add(this.#ownerId);
    this.#balance = 0;
  }
}

export interface ChangeWriter<R extends StoredRow, C extends KeyColumns> {
  readonly tables: ChangeTables<R>;
  /** `rows`: of the columns, ascending by key, no two of one key. */
  write(columns: C, rows: Int32Array, place: FeedPlace, at: number): Delta;
}

interface Job<C> {
  readonly columns: C;
  readonly rows: Int32Array;
  readonly place: FeedPlace;
  readonly at: number;
  readonly upset: Upset;
  readonly delta: Delta & { counts: { added: number; changed: number; gone: number } };
}

export function openChangeWriter<R extends StoredRow, C extends KeyColumns>(
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

  function keyAt({ columns, place }: Job<C>, index: number): Key {
    return { ownerId: columns.owners.at(index), itemId: columns.items.at(index), feedId: place.feedId };
  }

  function addAll({ columns, rows, place, at, delta, upset }: Job<C>): void {
    for (const row of rows) {
      addFirst(tables.first, columns, row, place.feedId, at);
      upset.note(columns.owners.at(row), false);
    }
    delta.counts.added += rows.length;
  }

  function noteLost({ delta }: Job<C>, { ownerId, itemId }: Omit<Key, 'feedId'>): void {
    delta.lostOwners.push(ownerId);
    delta.lostItems.push(itemId);
  }

  /**
   * Merges the rows with what the feed says now; gives what is to be written, because nothing can be while SQLite reads: twice
   * the row that is new, that and 1 for one that follows another, and below 0 those that are lost.
   */
  function compare(job: Job<C>): IntList {
    const { columns, rows, delta, place, upset } = job;
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
        upset.note(ownerIds[row] as number, false);
      }
      if (next === rows.length || order > 0) {
        if (listed === 0) return;
        writes.push(-1 - delta.lostOwners.length);
        upset.note(ownerId, false);
        noteLost(job, { ownerId, itemId });
        return;
      }
      const row = rows[next++] as number;
      const isSame = listed === 1 && values[row] === value;
      if (!isSame) writes.push(row * 2 + 1);
      upset.note(ownerId, isSame);
    };
    meetAll.get({ feedId: place.feedId });
    for (; next < rows.length; next++) {
      const row = rows[next] as number;
      writes.push(row * 2);
      upset.note(ownerIds[row] as number, false);
    }
    return writes;
  }

  /** Writes the row that follows what the feed says now. */
  function append({ delta: { counts } }: Job<C>, key: Key, row: R): void {
    const [at, ...values] = current.get(key) as [number, ...SqlValue[]];
    const before = shape.rowOf(at, values);
    if (row.listed === 0) counts.gone += 1;
    else counts[before.listed === 1 ? 'changed' : 'added'] += 1;
    const derived = writing.deriveAfter(before, values.slice(shape.columns.length), row);
    tables.append(key, before, row, derived ?? shape.derive([...tables.rowsOf(key), row]));
  }

  /** After all other captures of the feed. */
  function writeNewest(job: Job<C>): void {
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
  function putLate(job: Job<C>, key: Key, stored: readonly R[], row: R): void {
    const { at, delta, upset, place } = job;
    const before = rowBefore(stored, at) ?? shape.absent(at);
    const isSame = shape.isSame(before, row);
    if (before.listed === 1 || row.listed === 1) upset.note(key.ownerId, isSame);
    if (isSame) return;
    if (row.listed === 0) {
      delta.counts.gone += 1;
      noteLost(job, key);
    } else delta.counts[before.listed === 1 ? 'changed' : 'added'] += 1;
    tables.replace(key, stored, insertBetween(stored, row, place.nextAt, shape));
  }

  function writeLate(job: Job<C>): void {
    const { columns, rows, place, at } = job;
    const { feedId } = place;
    let next = 0;
    const all = new Set([...(owners.all({ feedId }) as number[]), ...rows.map((row) => columns.owners.at(row))]);
    for (const ownerId of Int32Array.from(all).sort()) {
      const stored = tables.rowsByItem(ownerId, feedId);
      for (; next < rows.length && columns.owners.at(rows[next] as number) === ownerId; next++) {
        const index = rows[next] as number;
        const key = keyAt(job, index);
        putLate(job, key, stored.get(key.itemId) ?? [], rowAt(columns, index, at));
        stored.delete(key.itemId);
      }
      for (const [itemId, left] of stored) putLate(job, { ownerId, itemId, feedId }, left, shape.absent(at));
    }
  }

  return {
    tables,
    write(columns, rows, place, at) {
      const counts = { added: 0, changed: 0, gone: 0 };
      const upset = new Upset();
      const delta = { counts, upset: upset.owners, lostOwners: new IntList(), lostItems: new IntList() };
      const job = { columns, rows, place, at, upset, delta };
      if (place.nextAt !== null) writeLate(job);
      else if (place.previousAt !== null) writeNewest(job);
      else addAll(job);
      tables.flush();
      upset.close();
      return delta;
    },
  };
}
