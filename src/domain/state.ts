/** The state as of a moment: for every plan and scope the newest reading, how old it is, and what has vanished since. */
import type { Departure } from './departure.ts';
import { departureOf, membershipRuns } from './departure.ts';
import type { Change } from './last-change.ts';
import { lastChange } from './last-change.ts';
import type { PlanLedger, RateSeries, Run, ShopLedger, Source } from './ledger.ts';
import { lastSeen, newestSighting, seenTimes } from './ledger.ts';
import { isZeroRate } from './rate.ts';
import type { MembershipStatus, PlanFacts, PlanKind, PlanState } from './reading.ts';
import { coversKind, GENERAL_PLAN_ID } from './reading.ts';

/** A rate at one scope as of the moment. */
export interface RateNow {
  readonly bp: number | null;
  /** Last seen at. */
  readonly atMs: number;
  readonly source: Source;
  readonly sales: number | null;
  /** The cell says a literal zero: unknown all the same, and worth a warning. */
  readonly zero: boolean;
  /** Sources disagree about the newest moment; then `bp` is null. */
  readonly conflict: boolean;
  /** Captures since then that would have listed this plan here and did not. */
  readonly absentCaptures: number;
  /** The runs behind it, for the last change and for the evidence. */
  readonly series: RateSeries;
}

/** A rate as it is shown. */
export interface RateView {
  /** Basis points; a mean weighted as the verdict weighs it where several items are compared. */
  readonly bp: number | null;
  /** When the oldest reading behind it was last seen. */
  readonly atMs: number | null;
}

export interface Membership {
  readonly status: MembershipStatus;
  readonly joinedAt: string | null;
  readonly approvedAt: string | null;
  readonly atMs: number;
  readonly source: Source;
  readonly conflict: boolean;
  /** Complete joined lists of the account since then that did not have it. */
  readonly absentCaptures: number;
}

export interface PlanNow {
  readonly id: string;
  readonly kind: PlanKind | null;
  readonly name: string | null;
  readonly state: PlanState | null;
  readonly exitId: string | null;
  readonly locked: boolean | null;
  readonly audit: boolean | null;
  readonly hidden: boolean | null;
  readonly endsAt: string | null;
  /** When `state` was last seen. */
  readonly stateAtMs: number | null;
  readonly membership: Membership | null;
  /** What became of the user's exit; null: none was recorded since the plan was joined. */
  readonly departure: Departure | null;
  /** Captures since the plan was last seen anywhere that would have listed it and did not. */
  readonly absentCaptures: number;
  /** Commission rates by item id; the key `''` is the shop as a whole. */
  readonly rates: ReadonlyMap<string, RateNow>;
  readonly itemTitles: ReadonlyMap<string, string | null>;
}

export interface ShopNow {
  readonly ledger: ShopLedger;
  readonly general: PlanNow | null;
  readonly plans: readonly PlanNow[];
}

export const SHOP_SCOPE = '';

export function stateOf(ledger: ShopLedger): ShopNow {
  const absences = absencesIn(ledger.plans);
  const plans = ledger.plans.map((plan) => planNow(plan, ledger, absences));
  return { ledger, general: plans.find((plan) => plan.id === GENERAL_PLAN_ID) ?? null, plans };
}

/** The key of a series' scope: its item's id, `''` for the shop. */
export function scopeOf(series: RateSeries): string {
  return series.item?.id ?? SHOP_SCOPE;
}

/** By scope, the runs that mention it: whatever lists one plan there would list every covered plan there. */
export type Mentions = ReadonlyMap<string, readonly Run<unknown>[]>;

export function mentionsByScope(plans: readonly PlanLedger[]): Mentions {
  const scopes = new Map<string, Run<unknown>[]>();
  for (const plan of plans) {
    for (const series of plan.rates) {
      const scope = scopeOf(series);
      const runs = scopes.get(scope);
      if (runs) runs.push(...series.runs);
      else scopes.set(scope, [...series.runs]);
    }
  }
  return scopes;
}

/** Captures, oldest first, that would list a plan of this kind at one of these scopes. `afterMs`: only those later. */
export function coveringTimes(
  mentions: Mentions,
  scopes: Iterable<string>,
  kind: PlanKind,
  afterMs = Number.NEGATIVE_INFINITY,
): number[] {
  let found: Set<number> | null = null;
  for (const scope of scopes) {
    for (const run of mentions.get(scope) ?? []) {
      if (lastSeen(run) <= afterMs || !coversKind(run.stream.coverage, kind)) continue;
      found ??= new Set();
      for (const time of seenTimes(run, afterMs + 1)) found.add(time);
    }
  }
  return found ? [...found].sort((a, b) => a - b) : [];
}

/** How many captures after a moment would list a plan of this kind at one of these scopes. */
type Absences = (scopes: readonly string[], kind: PlanKind, afterMs: number) => number;

/** Nothing is absent from captures that were not made: what was seen in the newest of the shop's is not looked for. */
function absencesIn(plans: readonly PlanLedger[]): Absences {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const plan of plans)
    for (const series of plan.rates) for (const run of series.runs) newestMs = Math.max(newestMs, lastSeen(run));
  let mentions: Mentions | null = null;
  return (scopes, kind, afterMs) => {
    if (afterMs >= newestMs) return 0;
    mentions ??= mentionsByScope(plans);
    return coveringTimes(mentions, scopes, kind, afterMs).length;
  };
}

function planNow(plan: PlanLedger, ledger: ShopLedger, absences: Absences): PlanNow {
  const attribute = <K extends keyof PlanFacts>(key: K) => newestSighting(plan.facts, (facts) => facts[key]);
  const kind = plan.planId === GENERAL_PLAN_ID ? 'general' : (attribute('kind')?.value ?? null);
  const state = attribute('state');
  const rates = new Map<string, RateNow>();
  const titles = new Map<string, string | null>();
  for (const series of plan.rates) {
    if (series.measure !== 'commission') continue;
    const rate = rateNow(series, kind ?? 'special', absences);
    if (rate) rates.set(scopeOf(series), rate);
    if (series.item) titles.set(series.item.id, series.item.title);
  }
  const scopes = plan.rates.map(scopeOf);
  return {
    id: plan.planId,
    kind,
    name: attribute('name')?.value ?? null,
    state: state?.value ?? null,
    stateAtMs: state?.atMs ?? null,
    exitId: attribute('exitId')?.value ?? null,
    locked: attribute('locked')?.value ?? null,
    audit: attribute('audit')?.value ?? null,
    hidden: attribute('hidden')?.value ?? null,
    endsAt: attribute('endsAt')?.value ?? null,
    membership: membershipNow(plan, ledger),
    departure: departureOf(plan, ledger.joinedListTimes),
    absentCaptures: absences(scopes, kind ?? 'special', newestSeenMs(plan)),
    rates,
    itemTitles: titles,
  };
}

function newestSeenMs(plan: PlanLedger): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const run of plan.facts) newest = Math.max(newest, lastSeen(run));
  for (const series of plan.rates) for (const run of series.runs) newest = Math.max(newest, lastSeen(run));
  return newest;
}

function rateNow(series: RateSeries, kind: PlanKind, absences: Absences): RateNow | null {
  // A stated unknown is a reading too: it hides an older rate rather than letting it pass for today's.
  const rate = newestSighting(series.runs, (value) => value.bp ?? -1);
  if (!rate) return null;
  return {
    bp: rate.conflict || rate.value < 0 ? null : rate.value,
    atMs: rate.atMs,
    source: rate.source,
    sales: newestSighting(series.runs, (value) => value.sales)?.value ?? null,
    zero: rate.source.raw !== null && isZeroRate(rate.source.raw),
    conflict: rate.conflict,
    absentCaptures: absences([scopeOf(series)], kind, rate.atMs),
    series,
  };
}

function membershipNow(plan: PlanLedger, ledger: ShopLedger): Membership | null {
  const status = newestSighting(membershipRuns(plan), (facts) => facts.status);
  if (!status) return null;
  const stated = (key: 'joinedAt' | 'approvedAt') => newestSighting(plan.facts, (facts) => facts[key])?.value ?? null;
  return {
    status: status.value,
    joinedAt: stated('joinedAt'),
    approvedAt: stated('approvedAt'),
    atMs: status.atMs,
    source: status.source,
    conflict: status.conflict,
    absentCaptures: ledger.joinedListTimes.filter((time) => time > status.atMs).length,
  };
}

/** The last change of a rate: unknown readings in between are passed over. */
export function rateChange(rate: RateNow | null | undefined): Change<number> | null {
  return rate ? lastChange(rate.series.runs, (value) => value.bp) : null;
}
