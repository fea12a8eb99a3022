/** From stored changes to runs: what a feed said of one thing in consecutive snapshots. */
import type { Feed, Item, RateSeries, RateValue, Run, Source } from '../domain/ledger.ts';
import { indexOfTime } from '../domain/ledger.ts';
import type { Measure } from '../domain/reading.ts';
import { MEASURES } from '../domain/reading.ts';
import { DamagedData } from './damage.ts';
import { groupBy } from './group-by.ts';
import { cellOf } from './rate-rows.ts';
import type { FeedReader } from './read-feeds.ts';
import type { ByPlan, RateRow } from './read-rates.ts';

/** What every stored change has. */
export interface ChangeRow {
  readonly feedId: number;
  readonly at: number;
  /** 1, or 0. */
  readonly listed: number;
  readonly line: number | null;
}

/** What a row says; rows that say nothing of it give undefined. */
export interface RunKind<R extends ChangeRow, V> {
  valueOf(row: R): V | undefined;
  isSame(a: V, b: V): boolean;
  /** The cell, where one is kept. */
  rawOf(row: R): string | null;
}

/** Rows of one key, ordered by feed and time. Equal neighbours become one run, first read where the first was. */
export function toRuns<R extends ChangeRow, V>(
  rows: readonly R[],
  kind: RunKind<R, V>,
  feedOf: (feedId: number) => Feed,
): Run<V>[] {
  const runs: Run<V>[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    const value = row?.listed === 1 ? kind.valueOf(row) : undefined;
    if (!row || value === undefined) continue;
    const feed = feedOf(row.feedId);
    const next = rows[index + 1];
    const end = next?.feedId === row.feedId ? indexOfTime(feed.times, next.at) : feed.times.length;
    const first = captureIndex(feed.times, row.at);
    const before = runs.at(-1);
    if (before && before.feed === feed && before.last + 1 === first && kind.isSame(before.value, value)) {
      runs[runs.length - 1] = { ...before, last: end - 1 };
      continue;
    }
    const source: Source = { file: feed.fileAt(row.at), locator: row.line, raw: kind.rawOf(row) };
    runs.push({ feed, value, first, last: end - 1, source });
  }
  return runs;
}

/** Index of a row's capture in the times of its feed. Throws `DamagedData` where it is none of them. */
function captureIndex(times: readonly number[], at: number): number {
  const index = indexOfTime(times, at);
  if (times[index] !== at) throw new DamagedData('a row is of a capture that is not there');
  return index;
}

/** All readings of each rate. `rows`: every row of these rates, of one account; `itemOf`: where items are to be named. */
export function seriesOf(
  rows: ByPlan<RateRow>,
  { feedOf }: FeedReader,
  itemOf: (scope: number) => Item | null = () => null,
): Map<number, RateSeries[]> {
  const plans = new Map<number, RateSeries[]>();
  for (const [plan, own] of rows) {
    const all: RateSeries[] = [];
    for (const [scope, same] of groupBy(own, (row) => row.scope)) {
      for (const measure of MEASURES) {
        const runs = rateRuns(same, measure, feedOf);
        if (runs.length > 0) all.push({ scope, measure, item: itemOf(scope), runs });
      }
    }
    plans.set(plan, all);
  }
  return plans;
}

/** What is said of one rate. */
export function rateRuns(
  rows: readonly RateRow[],
  measure: Measure,
  feedOf: (feedId: number) => Feed,
): Run<RateValue>[] {
  return toRuns(rows, RATE_RUNS[measure], feedOf);
}

function runsOfMeasure(measure: Measure): RunKind<RateRow, RateValue> {
  const income = MEASURES.indexOf(measure);
  return {
    valueOf: (row) => (row.income === income ? row.bp : undefined),
    isSame: (a, b) => a === b,
    rawOf: cellOf,
  };
}

const RATE_RUNS: Readonly<Record<Measure, RunKind<RateRow, RateValue>>> = {
  commission: runsOfMeasure('commission'),
  income: runsOfMeasure('income'),
};
