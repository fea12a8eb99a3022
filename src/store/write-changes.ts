/** Writes what a snapshot says of one kind of value (rates, items' sales, facts of plans) as changes against its feed. */
import { ChangeTables, type Key, type TableShape } from './change-tables.ts';
import { KeyColumns } from './columns.ts';
import { type DeltaCounts, insertBetween, rowBefore, type StoredRow } from './delta.ts';
import type { FeedPlace } from './feeds.ts';
import type { Db } from './open.ts';
import { prepareVisit, type SqlValue, type Visit } from './statements.ts';

/** How the rows of a snapshot are compared with those of its feed, and written. */
export interface Writing<R extends StoredRow, C extends KeyColumns> {
  readonly shape: TableShape<R>;
  /** SQL, of a row of the table: whether it is listed, and what is compared. */
  readonly listed: string;
  readonly values: readonly string[];
  /** SQL: the owners of which the feed `@feedId` says anything. */
  readonly owners: string;
  /** Whether a row of the columns says what a listed row of the table does. */
  isSame(columns: C, index: number, values: readonly SqlValue[]): boolean;
  rowAt(columns: C, index: number, at: number): R;
  /** What is worked out of `row`, which follows `before`, of which `derived` was; null: only all rows of the key tell. */
  deriveAfter(before: R, derived: readonly SqlValue[], row: R): readonly SqlValue[] | null;
}

/** What the capture before a snapshot said, beside what the snapshot says. */
export interface Delta {
  readonly counts: DeltaCounts;
  /** Owners of whom most is said otherwise. */
  readonly upset: ReadonlySet<number>;
  /** Owners of whom something is listed no longer. */
  readonly lost: ReadonlySet<number>;
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

interface Job<C> {
  readonly columns: C;
  /** Of the columns, ascending by key, no two of one key. */
  readonly rows: Int32Array;
  readonly place: FeedPlace;
  readonly at: number;
  readonly upset: Upset;
  readonly counts: { added: number; changed: number; gone: number };
  readonly lost: Set<number>;
}

/** Of keys that are to be written: twice the row that is new, that and 1 for one that follows another, this where it is lost. */
const LOST = -1;

/** Writes one kind of value, of snapshots of any feeds. */
export class ChangeWriter<R extends StoredRow, C extends KeyColumns> {
  readonly tables: ChangeTables<R>;
  readonly #writing: Writing<R, C>;
  readonly #owners: ReturnType<Db['prepare']>;
  readonly #visitNow: Visit<[ownerId: number, itemId: number, listed: number, ...values: SqlValue[]]>;

  constructor(db: Db, writing: Writing<R, C>) {
    const { shape, listed, values, owners } = writing;
    const { owner, item } = shape;
    this.#writing = writing;
    this.tables = new ChangeTables(db, shape);
    this.#owners = db.prepare(`SELECT DISTINCT * FROM (${owners})`).pluck();
    this.#visitNow = prepareVisit(db, [owner, item ?? '0', listed, ...values], this.tables.selectNow(owners));
  }

  /** `rows`: of the columns, ascending by key, no two of one key. */
  write(columns: C, rows: Int32Array, place: FeedPlace, at: number): Delta {
    const upset = new Upset();
    const delta = { counts: { added: 0, changed: 0, gone: 0 }, lost: new Set<number>() };
    const job = { columns, rows, place, at, upset, ...delta };
    if (place.nextAt !== null) this.#writeLate(job);
    else if (place.previousAt !== null) this.#writeNewest(job);
    else this.#writeFirst(job);
    this.tables.flush();
    upset.close();
    return { ...delta, upset: upset.owners };
  }

  #writeFirst(job: Job<C>): void {
    const { columns, rows, upset } = job;
    for (const row of rows) {
      this.#addFirst(job, row);
      upset.note(columns.owners.at(row), false);
    }
  }

  #addFirst({ columns, place, at, counts }: Job<C>, row: number): void {
    const key = { ownerId: columns.owners.at(row), itemId: columns.items.at(row), feedId: place.feedId };
    this.tables.addFirst(key, this.#writing.rowAt(columns, row, at));
    counts.added += 1;
  }

  /** After all other captures of the feed. */
  #writeNewest(job: Job<C>): void {
    const { columns, at, place } = job;
    const { rowAt, shape } = this.#writing;
    const writes = this.#compare(job);
    // In the order of keys, in which SQLite has them, too.
    for (let i = 0; i < writes.length; i++) {
      const write = writes.values.at(i);
      const key = { ownerId: writes.owners.at(i), itemId: writes.items.at(i), feedId: place.feedId };
      if (write === LOST) this.#append(job, key, shape.absent(at));
      else if ((write & 1) === 1) this.#append(job, key, rowAt(columns, write >> 1, at));
      else this.#addFirst(job, write >> 1);
    }
  }

  /** Merges the rows with what the feed says now; gives what is to be written, because nothing can be while SQLite reads. */
  #compare({ columns, rows, place, upset }: Job<C>): KeyColumns {
    const [ownerIds, itemIds] = [columns.owners.values(), columns.items.values()];
    const writes = new KeyColumns();
    let next = 0;
    const addNew = (row: number) => {
      writes.put(ownerIds[row] as number, itemIds[row] as number, row * 2);
      upset.note(ownerIds[row] as number, false);
    };
    this.#visitNow(place, (ownerId, itemId, listed, ...values) => {
      let order = 1;
      for (; next < rows.length; next++) {
        const row = rows[next] as number;
        order = (ownerIds[row] as number) - ownerId || (itemIds[row] as number) - itemId;
        if (order >= 0) break;
        addNew(row);
      }
      const isSaid = next < rows.length && order === 0;
      if (!isSaid && listed === 0) return;
      const row = isSaid ? (rows[next++] as number) : 0;
      const isSame = isSaid && listed === 1 && this.#writing.isSame(columns, row, values);
      if (!isSame) writes.put(ownerId, itemId, isSaid ? row * 2 + 1 : LOST);
      upset.note(ownerId, isSame);
    });
    for (; next < rows.length; next++) addNew(rows[next] as number);
    return writes;
  }

  /** Writes the row that follows what the feed says now. */
  #append(job: Job<C>, key: Key, row: R): void {
    const { shape, deriveAfter } = this.#writing;
    const { row: before, derived } = this.tables.newestOf(key);
    this.#count(job, key, before, row);
    const after = deriveAfter(before, derived, row) ?? shape.derive([...this.tables.rowsOf(key), row]);
    this.tables.append(key, before, row, after);
  }

  #count({ counts, lost }: Job<C>, { ownerId }: Key, before: R, row: R): void {
    counts[row.listed === 0 ? 'gone' : before.listed === 1 ? 'changed' : 'added'] += 1;
    if (row.listed === 0) lost.add(ownerId);
  }

  #writeLate(job: Job<C>): void {
    const { columns, rows, place, at } = job;
    const { rowAt, shape } = this.#writing;
    const { feedId } = place;
    let next = 0;
    const all = new Set([...(this.#owners.all({ feedId }) as number[]), ...rows.map((row) => columns.owners.at(row))]);
    for (const ownerId of Int32Array.from(all).sort()) {
      const stored = this.tables.rowsByItem(ownerId, feedId);
      for (; next < rows.length && columns.owners.at(rows[next] as number) === ownerId; next++) {
        const index = rows[next] as number;
        const itemId = columns.items.at(index);
        this.#putLate(job, { ownerId, itemId, feedId }, stored.get(itemId) ?? [], rowAt(columns, index, at));
        stored.delete(itemId);
      }
      for (const [itemId, left] of stored) this.#putLate(job, { ownerId, itemId, feedId }, left, shape.absent(at));
    }
  }

  /** Of a key whose rows are `stored`, before a capture that the feed has: they are made anew. */
  #putLate(job: Job<C>, key: Key, stored: readonly R[], row: R): void {
    const { at, upset, place } = job;
    const { shape } = this.#writing;
    const before = rowBefore(stored, at) ?? shape.absent(at);
    const isSame = shape.isSame(before, row);
    if (before.listed === 1 || row.listed === 1) upset.note(key.ownerId, isSame);
    if (isSame) return;
    this.#count(job, key, before, row);
    this.tables.replace(key, stored, insertBetween(stored, row, place.nextAt, shape));
  }
}
