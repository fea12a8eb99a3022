/** Writes the rates of a snapshot as changes against its feed. */
import { ChangeTables, type Key } from './change-tables.ts';
import type { RateColumns, RateValue } from './columns.ts';
import { bpOf, IntList, incomeOf } from './columns.ts';
import type { DeltaCounts } from './delta.ts';
import { insertBetween, rowBefore } from './delta.ts';
import type { FeedPlace } from './feeds.ts';
import type { SqlValue } from './insert-rows.ts';
import type { Db } from './open.ts';
import type { RateRow, RateTables } from './rate-rows.ts';
import { columnsOf, lastChangeAfter, lastChangeOf, RATE_SHAPE } from './rate-rows.ts';

/** What the capture before a snapshot said, beside what the snapshot says. */
export interface RateDelta {
  readonly counts: DeltaCounts;
  /** Rates that both list. */
  readonly still: number;
  /** Of these, known commission rates that are the same. */
  readonly same: number;
  /** Rates that are listed no longer. */
  readonly lostPlans: IntList;
  readonly lostItems: IntList;
}

/** What is being written. `onPair` is called with rates that both captures list, and that are not the same. */
interface Job {
  readonly columns: RateColumns;
  readonly place: FeedPlace;
  readonly at: number;
  readonly onPair: (before: RateRow, row: RateRow) => void;
  readonly delta: Counting;
}

type Counting = {
  -readonly [K in keyof RateDelta]: K extends 'counts'
    ? { added: number; changed: number; gone: number }
    : RateDelta[K];
};

export interface Rates {
  readonly tables: RateTables;
  /** `rows`: of the columns, ascending by plan and item, no two of one rate. */
  write(columns: RateColumns, rows: Int32Array, place: FeedPlace, at: number, onPair: Job['onPair']): RateDelta;
}

export function openRates(db: Db): Rates {
  const tables = new ChangeTables(db, RATE_SHAPE);
  const plansOfFeed = 'SELECT plan_id FROM fact WHERE feed_id = @feedId';
  const plans = db.prepare('SELECT DISTINCT plan_id FROM fact WHERE feed_id = ?').pluck();
  const current = db
    .prepare(
      `SELECT at, ${[...RATE_SHAPE.columns, ...RATE_SHAPE.derived].join(', ')}
       FROM rate WHERE plan_id = @ownerId AND item_id = @itemId AND feed_id = @feedId`,
    )
    .raw();

  // SQLite calls it for each rate that a feed has: much faster than to fetch them.
  let meet: (planId: number, itemId: number, listed: number, value: RateValue) => void = () => {};
  db.function('meet_rate', (planId: number, itemId: number, listed: number, value: RateValue) => {
    meet(planId, itemId, listed, value);
    return 0;
  });
  const meetAll = db.prepare(
    `SELECT count(meet_rate(plan_id, item_id, listed, ifnull(rate_bp, 0) * 2 + income)) FROM (
       SELECT * FROM rate WHERE feed_id = @feedId AND plan_id IN (${plansOfFeed}) ORDER BY plan_id, item_id)`,
  );

  function rowAt({ columns, at }: Job, index: number): RateRow {
    const value = columns.values.at(index);
    const [income, bp] = [incomeOf(value), bpOf(value)];
    return { at, listed: 1, income, bp, line: columns.lines.at(index), raw: columns.rawAt(index) };
  }

  function keyAt({ columns, place }: Job, index: number): Key {
    return { ownerId: columns.plans.at(index), itemId: columns.items.at(index), feedId: place.feedId };
  }

  /** A rate that the feed never listed. */
  function addFirst({ columns, place, at }: Job, row: number): void {
    const value = columns.values.at(row);
    tables.first.add(
      columns.plans.at(row),
      columns.items.at(row),
      place.feedId,
      at,
      incomeOf(value),
      bpOf(value),
      columns.lines.at(row),
      columns.rawAt(row),
    );
  }

  function addAll(job: Job, rows: Int32Array): void {
    for (const row of rows) addFirst(job, row);
    job.delta.counts.added += rows.length;
  }

  /** Merges the rows with what the feed says now; gives what is to be written, because nothing can be while SQLite reads. */
  function compare(job: Job, rows: Int32Array): IntList {
    const { columns, delta, place } = job;
    const [plans, items, values] = [columns.plans.values(), columns.items.values(), columns.values.values()];
    const writes = new IntList();
    let next = 0;
    meet = (planId, itemId, listed, value) => {
      let order = 1;
      for (; next < rows.length; next++) {
        const row = rows[next] as number;
        order = (plans[row] as number) - planId || (items[row] as number) - itemId;
        if (order >= 0) break;
        writes.push(row * 2);
      }
      if (next === rows.length || order > 0) {
        if (listed === 0) return;
        writes.push(-1 - delta.lostPlans.length);
        delta.lostPlans.push(planId);
        delta.lostItems.push(itemId);
        return;
      }
      const row = rows[next++] as number;
      if (listed === 1) delta.still += 1;
      if (listed === 0 || values[row] !== value) writes.push(row * 2 + 1);
      else if (value > 1 && (value & 1) === 0) delta.same += 1;
    };
    meetAll.get({ feedId: place.feedId });
    for (; next < rows.length; next++) writes.push((rows[next] as number) * 2);
    return writes;
  }

  /** Writes the row that follows what the feed says now. */
  function append(job: Job, key: Key, row: RateRow): void {
    const [at, ...values] = current.get(key) as [number, ...SqlValue[]];
    const before = RATE_SHAPE.rowOf(at, values);
    const { counts } = job.delta;
    if (row.listed === 0) counts.gone += 1;
    else counts[before.listed === 1 ? 'changed' : 'added'] += 1;
    if (row.listed === 1 && before.listed === 1) job.onPair(before, row);
    const known = lastChangeOf(values.slice(RATE_SHAPE.columns.length));
    const derived = lastChangeAfter(before, known, row);
    const columns = derived ? columnsOf(derived) : RATE_SHAPE.derive([...tables.rowsOf(key), row]);
    tables.append(key, before, row, columns);
  }

  /** After all other captures of the feed. */
  function writeNewest(job: Job, rows: Int32Array): void {
    const { delta, place, at } = job;
    const writes = compare(job, rows);
    // In the order of keys, in which SQLite has them, too.
    for (const write of writes.values()) {
      const row = write >> 1;
      if (write < 0) {
        const [ownerId, itemId] = [delta.lostPlans.at(-1 - write), delta.lostItems.at(-1 - write)];
        append(job, { ownerId, itemId, feedId: place.feedId }, RATE_SHAPE.absent(at));
      } else if ((write & 1) === 1) append(job, keyAt(job, row), rowAt(job, row));
      else {
        addFirst(job, row);
        delta.counts.added += 1;
      }
    }
  }

  /** Before a capture that the feed has: the rows of each rate that changes are made anew. */
  function writeLate(job: Job, rows: Int32Array): void {
    const { columns, delta, at } = job;
    const { feedId, nextAt } = job.place;
    const put = (key: Key, stored: readonly RateRow[], row: RateRow) => {
      const before = rowBefore(stored, at) ?? RATE_SHAPE.absent(at);
      const isSame = RATE_SHAPE.isSame(before, row);
      if (before.listed === 1 && row.listed === 1) {
        delta.still += 1;
        if (!isSame) job.onPair(before, row);
        else if (row.bp !== null && row.income === 0) delta.same += 1;
      }
      if (isSame) return;
      if (row.listed === 0) {
        delta.counts.gone += 1;
        delta.lostPlans.push(key.ownerId);
        delta.lostItems.push(key.itemId);
      } else delta.counts[before.listed === 1 ? 'changed' : 'added'] += 1;
      tables.replace(key, stored, insertBetween(stored, row, nextAt, RATE_SHAPE));
    };
    let next = 0;
    const own = rows.map((row) => columns.plans.at(row));
    const all = new Set([...(plans.all(feedId) as number[]), ...own]);
    for (const ownerId of Int32Array.from(all).sort()) {
      const stored = tables.rowsByItem(ownerId, feedId);
      for (; next < rows.length && columns.plans.at(rows[next] as number) === ownerId; next++) {
        const index = rows[next] as number;
        const key = keyAt(job, index);
        put(key, stored.get(key.itemId) ?? [], rowAt(job, index));
        stored.delete(key.itemId);
      }
      for (const [itemId, left] of stored) put({ ownerId, itemId, feedId }, left, RATE_SHAPE.absent(at));
    }
  }

  return {
    tables,
    write(columns, rows, place, at, onPair) {
      const counts = { added: 0, changed: 0, gone: 0 };
      const delta: Counting = { counts, still: 0, same: 0, lostPlans: new IntList(), lostItems: new IntList() };
      const job: Job = { columns, place, at, onPair, delta };
      if (place.nextAt !== null) writeLate(job, rows);
      else if (place.previousAt !== null) writeNewest(job, rows);
      else addAll(job, rows);
      tables.flush();
      return delta;
    },
  };
}
