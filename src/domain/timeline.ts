/** What was known of a plan over time: its rate at one scope, beside the general plan's; and when any capture saw it. */
import type { Mentions } from './absence.ts';
import { coveringTimes, mentionsByScope } from './absence.ts';
import type { PlanLedger } from './ledger.ts';
import type { Measure, PlanKind } from './reading.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import type { RateSeries, Run, Source, Step } from './runs.ts';
import { isSeenAt, momentsForward, newestSighting, seenTimes, sourceAt, valuesAt } from './runs.ts';

/** The general plan's id says it, else the newest reading. Of kinds that contradict each other special stands: such a plan is judged. */
export function kindOf(plan: PlanLedger): PlanKind | null {
  if (plan.planId === GENERAL_PLAN_ID) return 'general';
  const kind = newestSighting(plan.facts, (facts) => facts.kind);
  if (!kind?.conflict) return kind?.value ?? null;
  const kinds = valuesAt(plan.facts, (facts) => facts.kind, kind.atMs);
  return kinds.includes('special') ? 'special' : kind.value;
}

export function nameOf(plan: PlanLedger): string | null {
  return newestSighting(plan.facts, (facts) => facts.name)?.value ?? null;
}

/** Special, or of a kind that no export has said: only special plans are applied for (as in verdict.ts). */
export function isSpecialPlan(plan: PlanLedger): boolean {
  const kind = kindOf(plan);
  return kind === 'special' || (kind === null && plan.facts.some((run) => run.value.status !== null));
}

export function runsOf(plan: PlanLedger): Run<unknown>[] {
  return [...plan.facts, ...plan.rates.flatMap((series): readonly Run<unknown>[] => series.runs)];
}

/** Captures, ascending, that would list a plan of a kind at a scope. */
export type Covering = (scope: number, kind: PlanKind) => readonly number[];

/** Each scope is looked at once, however many plans are asked about there. */
export function coveringOf(plans: readonly PlanLedger[]): Covering {
  let mentions: Mentions | null = null;
  const known = new Map<string, readonly number[]>();
  return (scope, kind) => {
    const key = `${kind} ${scope}`;
    mentions ??= mentionsByScope(plans.flatMap((plan) => plan.rates));
    const times = known.get(key) ?? coveringTimes(mentions, scope, kind);
    known.set(key, times);
    return times;
  };
}

/** Every captured time at which one of the runs was seen, ascending, each once. */
export function timesOf(runs: readonly Run<unknown>[]): number[] {
  const times = new Set<number>();
  for (const run of runs) for (const time of seenTimes(run)) times.add(time);
  return [...times].sort((a, b) => a - b);
}

/** Where a plan was read at a moment: of several files the same one, whichever was imported first. */
export function firstSourceAt(plan: PlanLedger, ms: number): Source | null {
  const sources = runsOf(plan)
    .filter((run) => isSeenAt(run, ms))
    .map((run) => sourceAt(run, ms))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  return sources[0] ?? null;
}

/** The step that held at a moment: the last one first seen at or before it. */
export function stepAt<W>(steps: readonly Step<W>[], ms: number): Step<W> | null {
  return steps.filter(({ firstSeenMs }) => firstSeenMs <= ms).at(-1) ?? null;
}

/** A rate as known at a moment, and when it was last read. */
export interface KnownRate {
  readonly bp: number;
  readonly seenMs: number;
  readonly run: Run<unknown>;
}

/** Both sides at a moment at which either was seen, or should have been; null: not known then. */
export interface PairMoment {
  readonly atMs: number;
  readonly special: KnownRate | null;
  readonly general: KnownRate | null;
}

interface SideMoment {
  readonly atMs: number;
  readonly side: 'special' | 'general';
  readonly rate: KnownRate | null;
}

/**
 * A plan's rate beside the general one of the same scope, moment by moment. A side is unknown while an export states no
 * rate, while exports of one moment disagree, and while captures that would list it do not: as the verdict has it. What says
 * nothing of the rate changes nothing.
 */
export function pairMoments(
  special: { readonly series: RateSeries; readonly kind: PlanKind } | null,
  general: RateSeries | null,
  covering: Covering,
): PairMoment[] {
  const moments = [
    ...(special ? sideMoments('special', special.series, special.kind, covering) : []),
    ...(general ? sideMoments('general', general, 'general', covering) : []),
  ].sort((a, b) => a.atMs - b.atMs);
  const pairs: PairMoment[] = [];
  let now: Pick<PairMoment, 'special' | 'general'> = { special: null, general: null };
  for (const [index, { atMs, side, rate }] of moments.entries()) {
    now = { ...now, [side]: rate };
    // Both sides of one capture count before they are compared.
    if (moments[index + 1]?.atMs !== atMs) pairs.push({ atMs, ...now });
  }
  return pairs;
}

function sideMoments(side: SideMoment['side'], series: RateSeries, kind: PlanKind, covering: Covering): SideMoment[] {
  const stating = series.runs.filter((run) => run.value !== null);
  const read = new Map(momentsForward(stating, (value) => value).map((m) => [m.atMs, m]));
  const stated = new Set(timesOf(stating));
  const silent = new Set(timesOf(series.runs).filter((ms) => !stated.has(ms)));
  const times = new Set([...stated, ...covering(series.scope, kind)].filter((ms) => !silent.has(ms)));
  return [...times].map((atMs) => {
    const { value = 'unknown', run } = read.get(atMs) ?? {};
    return { atMs, side, rate: run && value !== 'unknown' ? { bp: value, seenMs: atMs, run } : null };
  });
}

/** The general plan's rates that may be compared, by scope: commission rates with commission rates, income rates among themselves. */
export function generalRates(
  plans: readonly PlanLedger[],
  measure: Measure = 'commission',
): ReadonlyMap<number, RateSeries> {
  const general = plans.find((plan) => plan.planId === GENERAL_PLAN_ID);
  return new Map(ratesOf(general, measure).map((series) => [series.scope, series]));
}

export function ratesOf(plan: PlanLedger | undefined, measure: Measure): readonly RateSeries[] {
  return plan?.rates.filter((series) => series.measure === measure) ?? [];
}

export function commissionRates(plan: PlanLedger | undefined): readonly RateSeries[] {
  return ratesOf(plan, 'commission');
}
