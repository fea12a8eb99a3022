/** The state as of a moment: for every plan and scope the newest reading, how old it is, and what has vanished since. */
import type { Contradiction } from './contradictions.ts';
import { lastChange } from './last-change.ts';
import type { PlanLedger, RateNow, RateSeries, Run, ShopLedger, Sighting, Source } from './ledger.ts';
import { firstReadingAfter, lastSeen, newestSighting, seenTimes, valuesAt } from './ledger.ts';
import { isZeroRate } from './rate.ts';
import type { Rates } from './rates.ts';
import { mergeRates, NO_RATES, RateTable } from './rates.ts';
import type { MembershipStatus, PlanFacts, PlanKind, PlanState } from './reading.ts';
import { coversKind, GENERAL_PLAN_ID } from './reading.ts';
import type { ReportedExit } from './reported-exit.ts';
import { membershipRuns, reportedExitOf } from './reported-exit.ts';

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
  readonly reportedExit: ReportedExit | null;
  /** Captures since the plan was last seen anywhere that would have listed it and did not. */
  readonly absentCaptures: number;
}

export interface RatedPlan extends PlanNow {
  /** What exports of the same moment say otherwise. */
  readonly contradictions: readonly Contradiction[];
  /** Commission rates. */
  readonly rates: Rates;
}

export interface ShopNow {
  readonly ledger: ShopLedger;
  readonly general: RatedPlan | null;
  readonly plans: readonly RatedPlan[];
}

export function stateOf(ledger: ShopLedger): ShopNow {
  const absences = absencesIn([...ledger.plans.flatMap((plan) => plan.rates), ...(ledger.others ?? [])]);
  const table = new RateTable();
  const plans = ledger.plans.map((plan) => planNow(plan, ledger, absences, table));
  return { ledger, general: plans.find((plan) => plan.id === GENERAL_PLAN_ID) ?? null, plans };
}

/** When anything of a plan was last seen. */
function newestSeen({ facts, rates, now = NO_RATES }: PlanLedger): number {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const run of facts) newestMs = Math.max(newestMs, lastSeen(run));
  for (const { runs } of rates) for (const run of runs) newestMs = Math.max(newestMs, lastSeen(run));
  for (let row = now.from; row < now.to; row++) newestMs = Math.max(newestMs, now.seenMs(row) ?? newestMs);
  return newestMs;
}

/** By scope, the runs that mention it: whatever lists one plan there would list every covered plan there. */
export type Mentions = ReadonlyMap<number, readonly Run<unknown>[]>;

export function mentionsByScope(all: Iterable<RateSeries>): Mentions {
  const scopes = new Map<number, Run<unknown>[]>();
  for (const { scope, runs } of all) {
    const known = scopes.get(scope);
    if (known) known.push(...runs);
    else scopes.set(scope, [...runs]);
  }
  return scopes;
}

/** Captures, oldest first, that would list a plan of this kind at one of these scopes. `afterMs`: only those later. */
export function coveringTimes(
  mentions: Mentions,
  scopes: Iterable<number>,
  kind: PlanKind,
  afterMs = Number.NEGATIVE_INFINITY,
): number[] {
  let found: Set<number> | null = null;
  for (const scope of scopes) {
    for (const run of mentions.get(scope) ?? []) {
      if (lastSeen(run) <= afterMs || !coversKind(run.feed.coverage, kind)) continue;
      found ??= new Set();
      for (const time of seenTimes(run, afterMs + 1)) found.add(time);
    }
  }
  return found ? [...found].sort((a, b) => a - b) : [];
}

/** How many captures after a moment would list a plan of this kind at one of these scopes. */
type Absences = (scopes: Iterable<number>, kind: PlanKind, afterMs: number) => number;

/**
 * Nothing is absent from captures that were not made: what was seen in the newest of the shop's is not looked for. Of `now` of
 * a plan nothing is absent: one feed tells of these scopes, and of every plan that it has there.
 */
function absencesIn(all: readonly RateSeries[]): Absences {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { runs } of all) for (const run of runs) newestMs = Math.max(newestMs, lastSeen(run));
  let mentions: Mentions | null = null;
  return (scopes, kind, afterMs) => {
    if (afterMs >= newestMs) return 0;
    mentions ??= mentionsByScope(all);
    return coveringTimes(mentions, scopes, kind, afterMs).length;
  };
}

function planNow(plan: PlanLedger, ledger: ShopLedger, absences: Absences, table: RateTable): RatedPlan {
  const attribute = <K extends keyof PlanFacts>(key: K) => newestSighting(plan.facts, (facts) => facts[key]);
  const kind = plan.planId === GENERAL_PLAN_ID ? 'general' : (attribute('kind')?.value ?? null);
  const state = attribute('state');
  const worked = plan.rates.flatMap((series) => rateNow(series, kind ?? 'special', absences) ?? []);
  const scopes = plan.rates.map(({ scope }) => scope);
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
    reportedExit: reportedExitOf(plan, ledger.joinedListTimes),
    absentCaptures: absences(scopes, kind ?? 'special', newestSeen(plan)),
    rates: mergeRates(plan.now ?? NO_RATES, worked, table),
    contradictions: [...contradictedFacts(plan), ...contradictedRates(worked)],
  };
}

const STATED = ['status', 'state', 'approvedAt'] as const;

/** A date and a time of that day agree. */
function contradictedFacts(plan: PlanLedger): Contradiction[] {
  return STATED.flatMap((of) => {
    const facts = of === 'status' ? membershipRuns(plan) : plan.facts;
    if (facts.length < 2) return [];
    const pick = (value: PlanFacts) => value[of];
    const stated = newestSighting(facts, pick);
    if (!stated?.conflict) return [];
    const values = mostExact(valuesAt(facts, pick, stated.atMs));
    return values.length < 2 ? [] : [{ of, values, atMs: stated.atMs } as Contradiction];
  });
}

/** Without dates of which a time of that day is stated, too. */
function mostExact<T extends string>(values: readonly T[]): T[] {
  return values.filter((value) => !values.some((other) => other !== value && other.startsWith(`${value}T`)));
}

function contradictedRates(rates: readonly RateNow[]): Contradiction[] {
  return rates.flatMap(({ conflict, absentCaptures, scope, atMs, series }) => {
    if (!conflict || absentCaptures > 0 || !series) return [];
    const values = valuesAt(series.runs, (bp) => bp ?? -1, atMs).map((bp) => (bp < 0 ? null : bp));
    return [{ of: 'rate', scope, values, atMs }];
  });
}

/** What a rate comes to as of the newest of its readings; null for an income rate, which is compared with nothing. */
function rateNow(series: RateSeries, kind: PlanKind, absences: Absences): RateNow | null {
  if (series.measure !== 'commission') return null;
  // A stated unknown is a reading too: it hides an older rate rather than letting it pass for today's.
  const rate = newestSighting(series.runs, (bp) => bp ?? -1);
  if (!rate) return null;
  return {
    scope: series.scope,
    bp: rate.conflict || rate.value < 0 ? null : rate.value,
    atMs: rate.atMs,
    zero: series.runs.some(
      (run) => lastSeen(run) === rate.atMs && run.value === null && isZeroRate(run.source.raw ?? ''),
    ),
    conflict: rate.conflict,
    absentCaptures: absences([series.scope], kind, rate.atMs),
    series,
    lastChange: () => lastChange(series.runs, (bp) => bp),
  };
}

/** Where a status was first read since another one was, whatever the order of import. */
function firstSource(runs: readonly Run<PlanFacts>[], { value, atMs, source }: Sighting<MembershipStatus>): Source {
  let afterMs = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    const isOther = run.value.status !== null && run.value.status !== value;
    if (isOther) afterMs = Math.max(afterMs, Math.min(lastSeen(run), atMs - 1));
  }
  return firstReadingAfter(runs, afterMs, (facts) => facts.status === value)?.source ?? source;
}

function membershipNow(plan: PlanLedger, ledger: ShopLedger): Membership | null {
  const runs = membershipRuns(plan);
  const status = newestSighting(runs, (facts) => facts.status);
  if (!status) return null;
  const stated = (key: 'joinedAt' | 'approvedAt') => {
    const sighting = newestSighting(plan.facts, (facts) => facts[key]);
    if (!sighting?.conflict) return sighting?.value ?? null;
    return mostExact(valuesAt(plan.facts, (facts) => facts[key], sighting.atMs))[0] ?? null;
  };
  return {
    status: status.value,
    joinedAt: stated('joinedAt'),
    approvedAt: stated('approvedAt'),
    atMs: status.atMs,
    source: firstSource(runs, status),
    conflict: status.conflict,
    absentCaptures: ledger.joinedListTimes.filter((time) => time > status.atMs).length,
  };
}
