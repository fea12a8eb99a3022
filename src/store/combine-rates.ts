/**
 * From rows of rates to what the domain judges by.
 *
 * Where one feed alone tells of a scope, and last listed all its plans there in one capture, the row of `rate` says all: what
 * the rate is, when it was last seen, what it was before. Elsewhere, and as of the past, the earlier rows are read too, and the
 * domain works out which of several sightings stands and from which captures a plan is absent.
 */
import type { Item, RateSeries } from '../domain/ledger.ts';
import { MEASURES } from '../domain/reading.ts';
import { groupBy } from './group-by.ts';
import type { NowRate } from './now-rate.ts';
import type { FeedReader } from './read-feeds.ts';
import type { ByPlan, RateRow } from './read-rates.ts';
import { RATE_RUNS } from './read-rates.ts';
import { toRuns } from './runs.ts';

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
        const runs = toRuns(same, RATE_RUNS[measure], feedOf);
        if (runs.length > 0) all.push({ scope, measure, item: itemOf(scope), runs });
      }
    }
    plans.set(plan, all);
  }
  return plans;
}

/** Scopes of which the rows of now do not say all. `rates`: all that one account has at the scopes that they are of. */
export function unclearScopes(rates: ByPlan<NowRate>): ReadonlySet<number> {
  const unclear = new Set<number>();
  if (isOneListing(rates)) return unclear;
  const before = new Map<number, NowRate>();
  for (const own of rates.values()) {
    for (const rate of own) {
      const other = before.get(rate.scope);
      if (!other) before.set(rate.scope, rate);
      if (!isToldWith(rate, other ?? rate)) unclear.add(rate.scope);
    }
  }
  return unclear;
}

/** Whether one feed lists all of it. */
function isOneListing(rates: ByPlan<NowRate>): boolean {
  let feedId: number | null = null;
  for (const own of rates.values()) {
    for (const rate of own) {
      feedId ??= rate.feedId;
      if (rate.listed === 0 || rate.income === 1 || rate.feedId !== feedId) return false;
    }
  }
  return true;
}

/**
 * Whether one feed tells of both and lists both still, or last listed both, with a known rate, in one capture. Where an income
 * rate stands a commission rate may have stood.
 */
function isToldWith(rate: NowRate, other: NowRate): boolean {
  if (rate.feedId !== other.feedId || rate.listed !== other.listed || rate.income === 1) return false;
  return rate.listed === 1 || (rate.at === other.at && rate.isLastKnown);
}
