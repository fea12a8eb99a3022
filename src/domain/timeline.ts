/** What was known of a plan over time: its rate at one scope, beside the general plan's; and when any capture saw it. */
import { coveringTimes, mentionsByScope } from './absence.ts';
import { lazy, lazyByKey } from './lazy.ts';
import type { PlanLedger } from './ledger.ts';
import { GENERAL_PLAN_ID, type Measure, type PlanKind } from './reading.ts';
import { newestSighting, type RateSeries, type RateValue, type Run, seenTimes, union, walk } from './runs.ts';
import { type Moment, momentsForward, type Step } from './steps.ts';
import { doubtsOf } from './unit-doubt.ts';

/** What the newest capture that names a plan calls it; null: none does. */
export function nameOf(plan: PlanLedger): string | null {
  return newestSighting(plan.facts, (facts) => facts.name)?.value ?? null;
}

/** All that was read of a plan. */
export function runsOf(plan: PlanLedger): Run<unknown>[] {
  return [...plan.facts, ...plan.rates.flatMap((series): readonly Run<unknown>[] => series.runs)];
}

/** Captures, ascending, that would list a plan of a kind at a scope. */
export type Covering = (scope: number, kind: PlanKind | null) => readonly number[];

/** Each scope is looked at once, however many plans are asked about there. */
export function coveringOf(plans: readonly PlanLedger[]): Covering {
  const mentions = lazy(() => mentionsByScope(plans.flatMap((plan) => plan.rates)));
  const ofKind = lazyByKey((kind: PlanKind | null) =>
    lazyByKey((scope: number) => coveringTimes(mentions(), scope, kind)),
  );
  return (scope, kind) => ofKind(kind)(scope);
}

/** The step that held at a moment: the last one first seen at or before it. */
export function stepAt<W>(steps: readonly Step<W>[], ms: number): Step<W> | null {
  return steps.findLast(({ firstSeenMs }) => firstSeenMs <= ms) ?? null;
}

/** A rate, basis points, and when it was last read. */
type KnownRate = Moment<RateValue, number>;

/** Both sides at a moment at which either was seen, or should have been; null: not known then. */
export interface PairMoment {
  readonly atMs: number;
  readonly special: KnownRate | null;
  readonly general: KnownRate | null;
}

interface SideMoment {
  readonly atMs: number;
  readonly rate: KnownRate | null;
}

/**
 * A plan's rate beside the general one of the same scope, moment by moment. A side is unknown while an export states no
 * rate, while exports of one moment disagree, and while captures that would list it do not: as the verdict has it. What says
 * nothing of the rate changes nothing.
 */
export function pairMoments(
  special: { readonly series: RateSeries; readonly kind: PlanKind | null } | null,
  general: RateSeries | null,
  covering: Covering,
): PairMoment[] {
  const own = special ? sideMoments(special.series, special.kind, covering) : [];
  const other = general ? sideMoments(general, 'general', covering) : [];
  const pairs: PairMoment[] = [];
  let [i, j] = [0, 0];
  // Both sides of one capture count before they are compared.
  while (i < own.length || j < other.length) {
    const atMs = Math.min(own[i]?.atMs ?? Number.POSITIVE_INFINITY, other[j]?.atMs ?? Number.POSITIVE_INFINITY);
    if (own[i]?.atMs === atMs) i++;
    if (other[j]?.atMs === atMs) j++;
    pairs.push({ atMs, special: own[i - 1]?.rate ?? null, general: other[j - 1]?.rate ?? null });
  }
  return pairs;
}

/** The same of a special plan's rate; not known where its unit is in doubt, too. */
export function believedPairs(own: RateSeries, other: RateSeries, covering: Covering): PairMoment[] {
  const [isDoubted, isGeneralDoubted] = [doubtsOf(own.runs), doubtsOf(other.runs)];
  return pairMoments({ series: own, kind: 'special' }, other, covering).map(({ atMs, special, general }) => ({
    atMs,
    special: special && isDoubted(special.atMs) ? null : special,
    general: general && isGeneralDoubted(general.atMs) ? null : general,
  }));
}

/** Ascending: where the rate is read, and where captures would list it. Unknown where they do not, or disagree. */
function sideMoments({ runs, scope }: RateSeries, kind: PlanKind | null, covering: Covering): SideMoment[] {
  const stating = runs.filter((run) => run.value !== null);
  const read = momentsForward(stating, (value) => value);
  const stated = seenTimes(stating);
  const covered = covering(scope, kind);
  const times = union(stated, covered);
  const isStated = walk(stated);
  const isSilent =
    stating.length === runs.length ? () => false : walk(seenTimes(runs.filter((run) => run.value === null)));
  const moments: SideMoment[] = [];
  let next = 0;
  for (const atMs of times) {
    if (!isStated(atMs) && isSilent(atMs)) continue;
    while ((read[next]?.atMs ?? atMs) < atMs) next++;
    const rate = read[next]?.atMs === atMs ? read[next] : null;
    moments.push({ atMs, rate: rate && isKnown(rate) ? rate : null });
  }
  return moments;
}

function isKnown(rate: Moment<RateValue, number | 'unknown'>): rate is KnownRate {
  return rate.value !== 'unknown';
}

/** The general plan's rates that may be compared, by scope: commission rates with commission rates, income rates among themselves. */
export function generalRates(
  plans: readonly PlanLedger[],
  measure: Measure = 'commission',
): ReadonlyMap<number, RateSeries> {
  const general = plans.find((plan) => plan.planId === GENERAL_PLAN_ID);
  return new Map(ratesOf(general, measure).map((series) => [series.scope, series]));
}

/** The rates of one measure; none of a plan that there is not. */
export function ratesOf(plan: PlanLedger | undefined, measure: Measure): readonly RateSeries[] {
  return plan?.rates.filter((series) => series.measure === measure) ?? [];
}

export function commissionRates(plan: PlanLedger | undefined): readonly RateSeries[] {
  return ratesOf(plan, 'commission');
}
