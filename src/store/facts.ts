/** Facts of plans: how rows of a file are put together, and how they are written as changes against a feed. */
import type { PlanFacts } from '../domain/reading.ts';
import { type ChangeKind, type DeltaCounts, insertBetween, removeAt, rowBefore, type StoredRow } from './delta.ts';
import type { Disagreement } from './disagreement.ts';
import { COLUMN_OF, FACT_COLUMNS, FACT_KEYS } from './fact-columns.ts';
import type { FeedPlace } from './feeds.ts';
import type { Db } from './open.ts';
import { lazy, prepareVisit, RowInserter, type SqlValue } from './statements.ts';

/** What a snapshot says of a plan as a whole. */
export interface FactEntry {
  /** Of all its rows so far. */
  facts: PlanFacts;
  /** A keeper id beside the seller id by which the shop is known. */
  keeperId: string | null;
  /** Other numbers that the rows state, and those in links of their pictures: see `addNumber`. */
  otherIds: string | null;
  pictureIds: string | null;
  /** What its last row said: rows of a plan mostly share it. */
  last: PlanFacts;
  readonly line: number;
}

/** Columns of what is said of a plan, in the order of the table. */
export const FACT_COLUMN_NAMES = [...FACT_COLUMNS, 'keeper_id', 'other_seller_id', 'picture_seller_id'];

export interface StoredFacts extends StoredRow {
  /** In the order of `FACT_COLUMN_NAMES`; all null where it is not listed. */
  readonly values: readonly SqlValue[];
  readonly line: number | null;
}

const [KIND, STATUS] = [FACT_COLUMN_NAMES.indexOf('kind'), FACT_COLUMN_NAMES.indexOf('status')];
const NOTHING: readonly SqlValue[] = FACT_COLUMN_NAMES.map(() => null);

export const FACT_KIND: ChangeKind<StoredFacts> = {
  isSame: (a, b) => a.listed === b.listed && a.values.every((value, i) => value === b.values[i]),
  absent: (at) => ({ at, listed: 0, values: NOTHING, line: null }),
  carry: (row, at) => ({ ...row, at, line: null }),
};

export function storedFacts(
  at: number,
  { facts, keeperId, otherIds, pictureIds, line }: Omit<FactEntry, 'last'>,
): StoredFacts {
  const numbers = [keeperId, otherIds, pictureIds];
  return { at, listed: 1, values: [...FACT_KEYS.map((key) => sqlValue(facts[key])), ...numbers], line };
}

/** Rows of one shop may show several numbers: each stands once in the cell, in order, with blanks between. */
export function addNumber(known: string | null, number: string | null): string | null {
  if (number === null || known === null || known === number) return number ?? known;
  return [...new Set([...known.split(' '), number])].sort().join(' ');
}

/** SQLite has no booleans. */
function sqlValue(value: string | boolean | null): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** By what it says of a plan it takes nothing away from those who joined it. */
function isHarmless({ listed, values }: StoredFacts): boolean {
  const [kind, status] = [values[KIND] ?? 'special', values[STATUS] ?? 'approved'];
  return listed === 1 && (kind === 'special' || kind === 'general') && (status === 'approved' || status === 'pending');
}

/** Adds what another row of the file says of a plan. A name is only a label, and a keeper id may be wrong: the first one stands. */
export function mergeFacts(entry: FactEntry, added: PlanFacts, locator: number, disagreements: Disagreement[]): void {
  const before = entry.facts;
  entry.last = added;
  for (const key of FACT_KEYS) {
    if (added[key] === before[key] || added[key] === null) continue;
    if (before[key] === null) entry.facts = { ...entry.facts, [key]: added[key] };
    else if (key !== 'name') {
      const [found, earlier] = [String(added[key]), String(before[key])];
      disagreements.push({ locator, field: COLUMN_OF[key], found, earlier });
    }
  }
}

export interface FactDelta {
  readonly counts: DeltaCounts;
  /** Plans that are listed no longer. */
  readonly lost: readonly number[];
  /** Plans of which something is said otherwise that may end a membership. */
  readonly news: readonly number[];
}

export interface FactStore {
  write(entries: ReadonlyMap<number, FactEntry>, place: FeedPlace, at: number): FactDelta;
  /** Writes all rows of a plan in a feed, which has none of it; oldest first, no two neighbours the same. */
  addRows(planId: number, feedId: number, rows: readonly StoredFacts[]): void;
  /** What a feed says of a plan since its last change; null: nothing was ever said. */
  lastOf(planId: number, feedId: number): StoredFacts | null;
  /** Forgets what a feed says at a capture; `nextAt`: see `removeAt`. */
  removeCapture(feedId: number, at: number, nextAt: number | null): void;
  flush(): void;
  /** To call when a transaction is rolled back. */
  forget(): void;
}

export function openFacts(db: Db): FactStore {
  const columns = FACT_COLUMN_NAMES.join(', ');
  const marks = `(?, ?, ?, ?, ?${', ?'.repeat(FACT_COLUMN_NAMES.length)})`;
  const inserter = new RowInserter(db, `INSERT INTO fact (plan_id, feed_id, at, listed, line, ${columns})`, marks);
  let found: { readonly planId: number; readonly rows: StoredFacts[] }[] = [];
  const prepare = (at: string, rest: string) =>
    prepareVisit(
      db,
      ['plan_id', 'at', 'listed', 'line', ...FACT_COLUMN_NAMES],
      `SELECT plan_id, ${at} AS at, listed, line, ${columns} FROM fact WHERE feed_id = @feedId ${rest}`,
      (_total, planId: number, at: number, listed: 0 | 1, line: number | null, ...values: SqlValue[]) => {
        if (found.at(-1)?.planId !== planId) found.push({ planId, rows: [] });
        found.at(-1)?.rows.push({ at, listed, line, values });
      },
    );
  const newest = lazy(() => prepare('max(at)', 'GROUP BY plan_id ORDER BY plan_id'));
  const all = lazy(() => prepare('at', 'ORDER BY plan_id, at'));
  const removeRow = db.prepare('DELETE FROM fact WHERE plan_id = ? AND feed_id = ? AND at = ?');

  const last = db
    .prepare(`SELECT at, listed, line, ${columns} FROM fact WHERE plan_id = ? AND feed_id = ? ORDER BY at DESC LIMIT 1`)
    .raw();

  function addRows(planId: number, feedId: number, rows: readonly StoredFacts[]): void {
    for (const { at, listed, line, values } of rows) inserter.add(planId, feedId, at, listed, line, ...values);
  }

  /** The rows of each plan of a feed, ascending. */
  function rowsByPlan(visit: typeof all, feedId: number): typeof found {
    found = [];
    visit()({ feedId });
    return found;
  }

  function replace(planId: number, feedId: number, before: readonly StoredFacts[], rows: readonly StoredFacts[]): void {
    for (const row of before) if (!rows.includes(row)) removeRow.run(planId, feedId, row.at);
    addRows(
      planId,
      feedId,
      rows.filter((row) => !before.includes(row)),
    );
  }

  return {
    addRows,
    lastOf(planId, feedId) {
      const row = last.get(planId, feedId) as [number, 0 | 1, number | null, ...SqlValue[]] | undefined;
      if (!row) return null;
      const [at, listed, line, ...values] = row;
      return { at, listed, line, values };
    },
    flush: () => inserter.flush(),
    forget: () => inserter.forget(),
    write(entries, { feedId, previousAt, nextAt }, at) {
      const counts = { added: 0, changed: 0, gone: 0 };
      const changed: { planId: number; before: readonly StoredFacts[]; row: StoredFacts }[] = [];
      const met = new Set<number>();
      const lost: number[] = [];
      const news: number[] = [];
      const put = (planId: number, rows: readonly StoredFacts[]) => {
        const entry = entries.get(planId);
        met.add(planId);
        const row = entry ? storedFacts(at, entry) : FACT_KIND.absent(at);
        const before = rowBefore(rows, at) ?? FACT_KIND.absent(at);
        if (FACT_KIND.isSame(before, row)) return;
        if (!isHarmless(row)) news.push(planId);
        if (!entry) lost.push(planId);
        counts[entry ? (before.listed === 1 ? 'changed' : 'added') : 'gone'] += 1;
        changed.push({ planId, before: rows, row });
      };
      // Of the newest capture only what holds now is asked for.
      if (previousAt !== null || nextAt !== null)
        for (const { planId, rows } of rowsByPlan(nextAt === null ? newest : all, feedId)) put(planId, rows);
      for (const planId of entries.keys()) if (!met.has(planId)) put(planId, []);
      // Of the newest capture `before` is but the row that holds now.
      for (const { planId, before, row } of changed) {
        if (nextAt === null) addRows(planId, feedId, [row]);
        else replace(planId, feedId, before, insertBetween(before, row, nextAt, FACT_KIND));
      }
      inserter.flush();
      return { counts, lost, news };
    },
    removeCapture(feedId, at, nextAt) {
      for (const { planId, rows } of rowsByPlan(all, feedId)) {
        if (rows.some((row) => row.at === at)) replace(planId, feedId, rows, removeAt(rows, at, nextAt, FACT_KIND));
      }
      inserter.flush();
    },
  };
}
