/**
 * What a merchant is known for: how he dealt with special plans, counted from what the ledger saw. The grade follows from
 * the counts (grade.ts), so that a reader can recompute it.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { staysOf } from './approval.ts';
import { changesOf, type PlanChange } from './changes.ts';
import { type Grade, gradeOf, SOON_CLOSED_DAYS, wilson } from './grade.ts';
import { groupBy } from './group-by.ts';
import { isSpecialPlan } from './kind.ts';
import type { PlanLedger, ShopLedger, ShopRef } from './ledger.ts';
import { type Lifetime, lifetimesOf } from './lifetimes.ts';
import type { PolicyRules } from './policy.ts';
import { seenTimes } from './runs.ts';
import { stepsOf } from './steps.ts';
import { nameOf, runsOf } from './timeline.ts';

/** What was seen of one plan, by all accounts together. Rates are basis points. */
export interface PlanEvidence {
  readonly planId: string;
  readonly name: string | null;
  /** Accounts that watch it, in order. */
  readonly accounts: readonly string[];
  readonly joined: boolean;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Captures at which its rate was lowered; the cut of forty items at once is one decision. */
  readonly cuts: number;
  readonly raises: number;
  /** Captures at which a cut took it below the general rate: a general rate that was raised is no fault of his. */
  readonly crossedBelow: number;
  readonly largestCutBp: number | null;
  /** Whole days from joining, or else from the first sight, until the first cut after that. */
  readonly daysToFirstCut: number | null;
  /** Whole days from joining until it was stopped, deleted or gone; null also where it ran to its announced end. */
  readonly closedAfterDays: number | null;
  readonly locked: boolean;
  /** Cut while it was locked. */
  readonly lockBroken: boolean;
  /** Cut below the general rate, or closed soon. */
  readonly bad: boolean;
}

export interface MerchantRecord {
  readonly shop: ShopRef;
  /** The watched plans, by id. */
  readonly plans: readonly PlanEvidence[];
  readonly watched: number;
  readonly bad: number;
  /** Whole days from the first sight of a watched plan to the last. */
  readonly daysObserved: number;
  readonly cuts: number;
  readonly crossedBelow: number;
  readonly closedSoon: number;
  readonly raises: number;
  readonly largestCutBp: number | null;
  /** Median over the plans that were cut, rounded down. */
  readonly daysToFirstCut: number | null;
  readonly locked: number;
  readonly locksHonoured: number;
  readonly grade: Grade;
  /** Of the plans that were joined, in the order of approval. */
  readonly lifetimes: readonly Lifetime[];
  /** Bounds of the share of bad plans, in thousandths. */
  readonly lowerPermille: number;
  readonly upperPermille: number;
}

interface KnownPast {
  readonly lifetimes: readonly Lifetime[];
  /** All changes of a ledger. */
  readonly changesIn: (ledger: ShopLedger) => readonly PlanChange[];
}

/**
 * Judges one merchant by the ledgers of all accounts that know it; null for one without a special plan. A plan that two
 * accounts watch is one plan. `known`: what was worked out already.
 */
export function merchantRecord(
  ledgers: readonly ShopLedger[],
  policy: PolicyRules,
  known: KnownPast = { lifetimes: lifetimesOf(ledgers, policy), changesIn: (ledger) => changesOf(ledger, policy) },
): MerchantRecord | null {
  const [ledger] = ledgers;
  if (!ledger || !ledgers.some(({ plans }) => plans.some(isSpecialPlan))) return null;
  const plans = mergeAccounts(ledgers.flatMap((one) => evidenceOf(one, known.changesIn(one))));
  const [watched, bad] = [plans.length, plans.filter((plan) => plan.bad).length];
  const { lower, upper } = wilson(bad, watched);
  const sum = (pick: (plan: PlanEvidence) => number) => plans.reduce((total, plan) => total + pick(plan), 0);
  const lastSeen = maxOf(plans.map((plan) => plan.lastSeenMs));
  const firstSeen = minOf(plans.map((plan) => plan.firstSeenMs));
  const locked = plans.filter((plan) => plan.locked);
  return {
    shop: ledger.shop,
    plans,
    watched,
    bad,
    daysObserved: lastSeen === null || firstSeen === null ? 0 : daysBetween(firstSeen, lastSeen),
    cuts: sum((plan) => plan.cuts),
    crossedBelow: sum((plan) => plan.crossedBelow),
    closedSoon: plans.filter(isClosedSoon).length,
    raises: sum((plan) => plan.raises),
    largestCutBp: maxOf(plans.map((plan) => plan.largestCutBp)),
    daysToFirstCut: median(plans.map((plan) => plan.daysToFirstCut)),
    locked: locked.length,
    locksHonoured: locked.filter((plan) => !plan.lockBroken).length,
    grade: gradeOf(bad, watched),
    lifetimes: known.lifetimes,
    lowerPermille: Math.round(lower * 1000),
    upperPermille: Math.round(upper * 1000),
  };
}

function evidenceOf(ledger: ShopLedger, all: readonly PlanChange[]): PlanEvidence[] {
  const changes = groupBy(all, (change) => change.plan.id);
  return ledger.plans.flatMap((plan): PlanEvidence[] => {
    if (!isSpecialPlan(plan)) return [];
    const times = seenTimes(runsOf(plan));
    const [first, last] = [times[0], times.at(-1)];
    // A single look shows no behaviour.
    if (first === undefined || last === undefined || times.length < 2) return [];
    return [planEvidence(ledger, plan, changes.get(plan.planId) ?? [], first, last)];
  });
}

function planEvidence(
  { account, joinedListTimes }: ShopLedger,
  plan: PlanLedger,
  changes: readonly PlanChange[],
  firstSeenMs: number,
  lastSeenMs: number,
): PlanEvidence {
  const moments = (some: readonly PlanChange[]) => new Set(some.map((change) => change.firstSeenAfterMs)).size;
  const of = (code: PlanChange['code']) => changes.filter((change) => change.code === code);
  const stays = staysOf(plan, joinedListTimes);
  const cuts = of('lowered');
  const crossings = of('crossed-below').filter((crossing) => cuts.some((cut) => isWithin(cut, crossing)));
  const joinedMs = stays.at(-1)?.approvedMs ?? null;
  const sinceMs = joinedMs ?? firstSeenMs;
  const firstCut = cuts.find((cut) => cut.firstSeenAfterMs >= sinceMs);
  const closed = joinedMs === null ? undefined : of('closed').find((change) => isMerchants(change, joinedMs));
  const locked = stepsOf(plan.facts, (facts) => facts.locked).filter((step) => step.value);
  const evidence = {
    planId: plan.planId,
    name: nameOf(plan),
    accounts: [account],
    joined: stays.length > 0,
    firstSeenMs,
    lastSeenMs,
    cuts: moments(cuts),
    raises: moments(of('raised')),
    crossedBelow: moments(crossings),
    largestCutBp: maxOf(cuts.map((cut) => Number(cut.from) - Number(cut.to))),
    daysToFirstCut: firstCut ? daysBetween(sinceMs, firstCut.firstSeenAfterMs) : null,
    closedAfterDays: closed ? daysBetween(sinceMs, closed.firstSeenAfterMs) : null,
    locked: locked.length > 0,
    lockBroken: cuts.some((cut) =>
      locked.some((step) => cut.firstSeenAfterMs > step.firstSeenMs && cut.firstSeenAfterMs <= step.lastSeenMs),
    ),
  };
  return { ...evidence, bad: isBad(evidence) };
}

/** Whether a cut is what took the rate of its scope below the general one. */
function isWithin(cut: PlanChange, crossing: PlanChange): boolean {
  return (
    cut.item?.id === crossing.item?.id &&
    cut.firstSeenAfterMs <= crossing.firstSeenAfterMs &&
    cut.firstSeenAfterMs > crossing.lastSeenBeforeMs
  );
}

/** Whether the merchant closed it, after it was joined: one that ran to its announced end has kept its word. */
function isMerchants({ to, firstSeenAfterMs }: PlanChange, joinedMs: number): boolean {
  return firstSeenAfterMs >= joinedMs && to !== 'expired';
}

type Closure = Pick<PlanEvidence, 'closedAfterDays'>;

function isClosedSoon({ closedAfterDays }: Closure): boolean {
  return closedAfterDays !== null && closedAfterDays <= SOON_CLOSED_DAYS;
}

function isBad(plan: Closure & Pick<PlanEvidence, 'crossedBelow'>): boolean {
  return plan.crossedBelow > 0 || isClosedSoon(plan);
}

/** One plan as several accounts saw it: who looked more often saw more. */
function mergeAccounts(evidence: readonly PlanEvidence[]): PlanEvidence[] {
  const byPlan = groupBy(evidence, (plan) => plan.planId);
  return [...byPlan.values()]
    .map((same) => {
      const most = (pick: (plan: PlanEvidence) => number) => Math.max(...same.map(pick));
      const merged: PlanEvidence = {
        ...same[0],
        name: same.find((plan) => plan.name !== null)?.name ?? null,
        accounts: same.flatMap((plan) => plan.accounts).sort(),
        joined: same.some((plan) => plan.joined),
        firstSeenMs: Math.min(...same.map((plan) => plan.firstSeenMs)),
        lastSeenMs: most((plan) => plan.lastSeenMs),
        cuts: most((plan) => plan.cuts),
        raises: most((plan) => plan.raises),
        crossedBelow: most((plan) => plan.crossedBelow),
        largestCutBp: maxOf(same.map((plan) => plan.largestCutBp)),
        daysToFirstCut: minOf(same.map((plan) => plan.daysToFirstCut)),
        closedAfterDays: minOf(same.map((plan) => plan.closedAfterDays)),
        locked: same.some((plan) => plan.locked),
        lockBroken: same.some((plan) => plan.lockBroken),
      };
      return { ...merged, bad: isBad(merged) };
    })
    .sort((a, b) => (a.planId < b.planId ? -1 : 1));
}

function daysBetween(fromMs: number, toMs: number): number {
  return Math.floor((toMs - fromMs) / millisecondsInDay);
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null).sort((a, b) => a - b);
}

function minOf(values: readonly (number | null)[]): number | null {
  return known(values)[0] ?? null;
}

function maxOf(values: readonly (number | null)[]): number | null {
  return known(values).at(-1) ?? null;
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = known(values);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : Math.floor((low + high) / 2);
}
