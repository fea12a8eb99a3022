/** The state as of a moment: for every plan and scope the newest reading, how old it is, and what has vanished since. */
import { type Absence, confirmations, openAbsences } from './absence.ts';
import { type Approval, approvalOf } from './approval.ts';
import { isDead } from './closed.ts';
import { kindOf } from './kind.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { isZeroRate } from './rate.ts';
import { mergeRates, NO_RATES, NO_ROW, type Rates, RateTable } from './rates.ts';
import { GENERAL_PLAN_ID, type MembershipStatus, type PlanFacts, type PlanState } from './reading.ts';
import { membershipRuns, type ReportedExit, reportedExitOf } from './reported-exit.ts';
import type { RateNow, RateSeries, RateValue, Run, Sighting, Source } from './runs.ts';
import { firstReadingAfter, isSeenAt, lastSeen, lastSeenOf, newestSighting, valuesAt } from './runs.ts';
import { rateMoves } from './unit-doubt.ts';

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
  /** Between which moments it was approved. */
  readonly approval: Approval;
  /** Complete joined lists of the account since then that did not have it. */
  readonly absentCaptures: number;
}

/** What is told of a plan as exports last said it, each fact by itself; and so its name. */
export const NEWEST_FACTS = ['locked', 'audit', 'hidden', 'endsAt', 'exitId'] as const satisfies (keyof PlanFacts)[];
type NewestFacts = Pick<PlanFacts, (typeof NEWEST_FACTS)[number] | 'name'>;

export interface PlanNow extends Pick<PlanFacts, 'kind' | 'state'>, NewestFacts {
  readonly id: string;
  /** When `state` was last seen. */
  readonly stateAtMs: number | null;
  readonly membership: Membership | null;
  /** What became of the user's exit; null: none was recorded since the plan was joined. */
  readonly reportedExit: ReportedExit | null;
  /** No scope lists it any more; how many captures of all plans of the shop confirm it. null: it is not missing. */
  readonly missing: { readonly confirmations: number } | null;
}

/** The different values that exports of the newest moment give of one thing. */
export type Contradiction = { readonly atMs: number } & (
  | { readonly of: 'status'; readonly values: readonly MembershipStatus[] }
  | { readonly of: 'state'; readonly values: readonly PlanState[] }
  | { readonly of: 'approvedAt'; readonly values: readonly string[] }
  /** Ascending; null: stated as unknown. */
  | { readonly of: 'rate'; readonly scope: number; readonly values: readonly (number | null)[] }
);

export interface RatedPlan extends PlanNow {
  /** What exports of the same moment say otherwise. */
  readonly contradictions: readonly Contradiction[];
  /** Commission rates. */
  readonly rates: Rates;
  /** Whether exports that would list the plan at a scope do not: an item is not in the plan, or has left it. */
  isOutside(scope: number): boolean;
}

export interface ShopNow {
  readonly ledger: ShopLedger;
  readonly general: RatedPlan | null;
  readonly plans: readonly RatedPlan[];
}

/** What the plans of a shop are as of the newest captures of its ledger. */
export function stateOf(ledger: ShopLedger): ShopNow {
  const absenceOf = openAbsences(ledger);
  const table = new RateTable();
  const plans: RatedPlan[] = [];
  // Where one feed tells of a scope, and lists all special plans there, one without a rate is not there.
  const isListing = (scope: number) =>
    plans.some(({ rates }) => rates.find(scope) !== NO_ROW && rates.table.listsSpecials(rates.find(scope)));
  plans.push(...ledger.plans.map((plan) => planNow(plan, ledger, absenceOf, table, isListing)));
  return { ledger, general: plans.find((plan) => plan.id === GENERAL_PLAN_ID) ?? null, plans };
}

/** When anything of a plan was last seen. */
function newestSeen({ facts, rates, now = NO_RATES }: PlanLedger): number {
  let newestMs = Math.max(lastSeenOf(facts), now.seen().newestMs);
  for (const { runs } of rates) newestMs = Math.max(newestMs, lastSeenOf(runs));
  return newestMs;
}

function planNow(
  plan: PlanLedger,
  ledger: ShopLedger,
  absenceOf: ReturnType<typeof openAbsences>,
  table: RateTable,
  isListing: (scope: number) => boolean,
): RatedPlan {
  const kind = kindOf(plan);
  const newest = <K extends keyof NewestFacts>(key: K) =>
    newestSighting(plan.facts, (said) => said[key])?.value ?? null;
  const state = newestSighting(plan.facts, (facts) => facts.state);
  const absence = absenceOf(plan, kind);
  const worked = plan.rates.flatMap((series) => rateNow(series, absence) ?? []);
  const plain = plan.now ?? NO_RATES;
  const rates = mergeRates(plain, worked, table, goneFrom(plain, absence));
  return {
    id: plan.planId,
    kind,
    name: newest('name'),
    ...newestFacts(newest),
    state: state?.value ?? null,
    stateAtMs: state?.atMs ?? null,
    membership: membershipNow(plan, ledger),
    reportedExit: reportedExitOf(plan, ledger.joinedListTimes),
    missing: isJoinedByList(plan, ledger) ? null : missingNow(plan, absence),
    rates,
    contradictions: [...contradictedFacts(plan), ...contradictedRates(worked)],
    isOutside: (scope) => {
      const rate = rates.at(scope);
      if (rate) return rate.absentCaptures > 0;
      const own = plan.rates.filter((series) => series.scope === scope).flatMap(({ runs }) => runs);
      if (own.length > 0) return absence.lacking(scope, lastSeenOf(own)).length > 0;
      return isListing(scope) || absence.isCovered(scope);
    },
  };
}

/** By assignment: it is done for each plan of each verdict of then. */
function newestFacts(newest: <K extends keyof NewestFacts>(key: K) => NewestFacts[K]): Omit<NewestFacts, 'name'> {
  const facts: Partial<Record<keyof NewestFacts, unknown>> = {};
  for (const key of NEWEST_FACTS) facts[key] = newest(key);
  return facts as Omit<NewestFacts, 'name'>;
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
    return [{ of: 'rate', scope, values: statedRatesAt(series.runs, atMs), atMs }];
  });
}

/** While the newest complete joined list has it approved and active, absence elsewhere only makes its rates unknown. */
function isJoinedByList(plan: PlanLedger, { joinedListTimes }: ShopLedger): boolean {
  const newestMs = joinedListTimes.at(-1);
  if (newestMs === undefined) return false;
  const said = plan.facts.filter((run) => run.feed.coverage === 'joined-plans' && isSeenAt(run, newestMs));
  return said.some(({ value: { status, state } }) => status === 'approved' && !isDead(state));
}

/** See `PlanNow.missing`. From `now` of a plan only captures of all plans of the shop take: one feed tells of these scopes, and of every plan there. */
function missingNow(plan: PlanLedger, { shopLacking, lacking }: Absence): PlanNow['missing'] {
  const lacked = shopLacking(newestSeen(plan));
  if (lacked.length > 0) return { confirmations: confirmations(lacked) };
  const { rates, now = NO_RATES } = plan;
  if (now.to > now.from && shopLacking(now.seen().newestMs).length === 0) return null;
  const isGone = ({ scope, runs }: RateSeries) => lacking(scope, lastSeenOf(runs)).length > 0;
  const isKnown = rates.length > 0 || now.to > now.from;
  return isKnown && rates.every(isGone) ? { confirmations: 0 } : null;
}

/** Of a rate that was last seen at a moment, how many captures of all plans of the shop lack the plan since; null: none lacks any. */
function goneFrom(rates: Rates, { shopLacking }: Absence): ((seenMs: number) => number) | null {
  return shopLacking(rates.seen().oldestMs).length === 0 ? null : (seenMs) => shopLacking(seenMs).length;
}

/** Stands for a rate that is stated as unknown: lower than any, so that of two sources that disagree it comes first. */
const UNKNOWN = -1;

function statedRate(value: RateValue): number | null {
  return value === 'unknown' ? UNKNOWN : value;
}

/** What exports of one moment state of a rate, ascending; null: that it is unknown. */
export function statedRatesAt(runs: readonly Run<RateValue>[], atMs: number): (number | null)[] {
  return valuesAt(runs, statedRate, atMs).map((bp) => (bp === UNKNOWN ? null : bp));
}

/**
 * What a rate comes to as of the newest of its readings: a stated unknown hides an older rate, and what says nothing of the rate
 * lets it stand (design.md §4.1). null for an income rate, which is compared with nothing.
 */
function rateNow(series: RateSeries, { lacking }: Absence): RateNow | null {
  if (series.measure !== 'commission') return null;
  const { scope, runs } = series;
  const rate = newestSighting(runs, statedRate);
  const listedMs = lastSeenOf(runs);
  return {
    scope,
    bp: rate && !rate.conflict && rate.value !== UNKNOWN ? rate.value : null,
    atMs: rate?.atMs ?? listedMs,
    isStated: rate !== null,
    zero: runs.some(
      (run) => lastSeen(run) === rate?.atMs && run.value === 'unknown' && isZeroRate(run.source.raw ?? ''),
    ),
    conflict: rate?.conflict ?? false,
    absentCaptures: lacking(scope, listedMs).length,
    series,
    moves: () => rateMoves(runs),
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
  const [joinedAt, approvedAt] = [stated('joinedAt'), stated('approvedAt')];
  return {
    status: status.value,
    joinedAt,
    approvedAt,
    approval: approvalOf(runs, status.atMs, joinedAt, approvedAt),
    atMs: status.atMs,
    source: firstSource(runs, status),
    conflict: status.conflict,
    absentCaptures: ledger.joinedListTimes.filter((time) => time > status.atMs).length,
  };
}
