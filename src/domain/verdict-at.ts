/** Whether the verdict on a plan was exit at a moment of the past, as far as captures up to then tell (orders.md §3.6). */
import { confirmations, wholeShopTimes } from './absence.ts';
import { lazy, lazyByKey } from './lazy.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { type PolicyRules, policyFor } from './policy.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import { firstSeen, indexOfTime, lastSeen, type RateSeries, type Run, union } from './runs.ts';
import { type ShopNow, stateOf } from './state.ts';
import { endMs } from './time.ts';
import { runsOf } from './timeline.ts';
import { verdictsOf } from './verdict.ts';

export interface PastVerdicts {
  /** The newest capture at or before a moment, where the verdict was exit by it; null: it was not, or nothing was captured. */
  exitAt(planId: string, ms: number): PastExit | null;
  /** Whether any capture at or before a moment said exit. */
  saidExit(planId: string, ms: number): boolean;
}

interface PastExit {
  readonly capturedMs: number;
  /** Whose capture it was. */
  readonly feedIds: readonly number[];
}

/** Sales of items, by scope, as they were known at moments of the past. */
export interface PastSales {
  /** When any was stated, ascending. */
  readonly times: readonly number[];
  at(ms: number): ReadonlyMap<number, number>;
}

/** What was judged of one plan. */
interface Judged {
  readonly isExit: boolean;
  /** Items of the plan differ: they are weighed by their sales. */
  readonly isMixed: boolean;
}

/** `ledger` has all readings of the shop; `salesOf` is asked where items of a plan differ. */
export function openPastVerdicts(ledger: ShopLedger, policy: PolicyRules, salesOf: () => PastSales): PastVerdicts {
  const feeds = [...new Set(ledger.plans.flatMap((plan) => runsOf(plan).map(({ feed }) => feed)))];
  const times = feeds.map((feed) => feed.times).reduce(union, ledger.joinedListTimes);
  // One feed tells all: between two changes it says the same.
  const isOneFeed = feeds.length === 1 && ledger.joinedListTimes.length === 0;
  const judged = isOneFeed ? withoutOthers(ledger) : ledger;
  const shopAt = lazyByKey((capturedMs: number) => stateOf(ledgerUntil(judged, capturedMs)));
  const sales = lazy(salesOf);

  function openPlan(planId: string) {
    const turns = isOneFeed ? turnsOf(ledger, planId, policy) : times;
    const plain = new Map<number, Judged>();
    const weighed = new Map<string, Judged>();
    let [next, hasExit] = [0, false];

    function judge(shop: ShopNow, nowMs: number): Judged {
      const [judged] = verdictsOf(shop, { policy, nowMs, item: null, plan: planId, joinedOnly: true });
      if (!judged) return { isExit: false, isMixed: false };
      const { below, above, equal } = judged.scopes;
      return { isExit: judged.verdict === 'exit', isMixed: below > 0 && above + equal > 0 };
    }

    function isExitAt(capturedMs: number): boolean {
      const turn = indexOfTime(turns, capturedMs + 1);
      const known = plain.get(turn) ?? judge(shopAt(capturedMs), capturedMs);
      plain.set(turn, known);
      if (!known.isMixed) return known.isExit;
      const stated = indexOfTime(sales().times, capturedMs + 1);
      if (stated === 0) return known.isExit;
      const key = `${turn} ${stated}`;
      const exact = weighed.get(key) ?? judge(withSales(shopAt(capturedMs), sales().at(capturedMs)), capturedMs);
      weighed.set(key, exact);
      return exact.isExit;
    }

    return {
      isExitAt,
      saidExit(ms: number): boolean {
        for (; !hasExit && (times[next] ?? Number.POSITIVE_INFINITY) <= ms; next++)
          hasExit = isExitAt(times[next] ?? 0);
        return hasExit;
      },
    };
  }

  const verdictsOn = lazyByKey(openPlan);
  return {
    exitAt(planId, ms) {
      const capturedMs = times[indexOfTime(times, ms + 1) - 1];
      if (capturedMs === undefined || !verdictsOn(planId).isExitAt(capturedMs)) return null;
      const seen = feeds.filter((feed) => feed.times[indexOfTime(feed.times, capturedMs)] === capturedMs);
      return { capturedMs, feedIds: seen.map(({ id }) => id) };
    },
    saidExit: (planId, ms) => verdictsOn(planId).saidExit(ms),
  };
}

function withSales(shop: ShopNow, sales: ShopNow['ledger']['sales']): ShopNow {
  return { ...shop, ledger: { ...shop.ledger, sales } };
}

/** Moments, ascending, from which the ledger of one feed may give another verdict on a plan. */
function turnsOf({ plans, shop }: ShopLedger, judgedId: string, rules: PolicyRules): number[] {
  const turns = new Set<number>();
  const policies = plans.map(({ planId }) => policyFor(rules, shop, planId));
  const maxAgeMs = Math.max(...policies.map((policy) => policy.maxAgeMs));
  const confirmMissing = Math.max(...policies.map((policy) => policy.confirmMissing));

  function add(runs: readonly Run<unknown>[], isCompared: boolean): void {
    for (const { feed, first, last } of runs) {
      const isNew = runs.every((run) => run.last !== first - 1);
      if (isNew || isCompared) turns.add(feed.times[first] as number);
      if (runs.every((run) => run.first !== last + 1)) addSilence(feed.times, last);
    }
  }

  const wholeShop = new Set(wholeShopTimes(plans, null));
  /** What is no longer listed is first missed, then confirmed to be missing, and at last too old to judge by. */
  function addSilence(times: readonly number[], last: number): void {
    const confirming: number[] = [];
    let isOld = false;
    for (const ms of times.slice(last + 1)) {
      if (wholeShop.has(ms)) confirming.push(ms);
      if (!isOld || wholeShop.has(ms)) turns.add(ms);
      isOld = ms - (times[last] as number) > maxAgeMs;
      if (isOld && confirmations(confirming) >= confirmMissing) return;
    }
  }

  for (const { planId, facts, rates, exitedMs } of plans) {
    add(facts, true);
    // Of a plan that may override the one that is judged it matters whether it is listed, not at which rate.
    for (const { runs } of rates) add(runs, planId === judgedId || planId === GENERAL_PLAN_ID);
    for (const { value } of facts) if (value.endsAt !== null) turns.add((endMs(value.endsAt) ?? 0) + 1);
    if (exitedMs !== undefined) turns.add(exitedMs);
  }
  return [...turns].sort((a, b) => a - b);
}

/** Of one feed: a plan that nobody joined shows where others are absent, and no more, unless its readings contradict each other. */
function withoutOthers(ledger: ShopLedger): ShopLedger {
  const [plans, others]: [PlanLedger[], RateSeries[]] = [[], []];
  for (const plan of ledger.plans) {
    const { planId, exitedMs, facts, rates } = plan;
    const mayBind =
      planId === GENERAL_PLAN_ID || exitedMs !== undefined || facts.some((run) => run.value.status !== null);
    if (mayBind || [facts, ...rates.map(({ runs }) => runs)].some(mayContradict)) plans.push(plan);
    else others.push(...rates);
  }
  return { ...ledger, plans, others };
}

function mayContradict(runs: readonly Run<unknown>[]): boolean {
  return runs.some((run, i) => run.first <= (runs[i - 1]?.last ?? -1));
}

/** What the same ledger was when nothing captured later was known. Feeds keep their later times: no run comes to them. */
function ledgerUntil(ledger: ShopLedger, untilMs: number): ShopLedger {
  const plans = ledger.plans.flatMap((plan): PlanLedger[] => {
    const { planId, exitedMs } = plan;
    const [facts, rates] = [runsUntil(plan.facts, untilMs), seriesUntil(plan.rates, untilMs)];
    if (facts.length === 0 && rates.length === 0) return [];
    const exited = exitedMs === undefined || exitedMs > untilMs ? {} : { exitedMs };
    return [{ planId, facts, rates, ...exited }];
  });
  const others = seriesUntil(ledger.others ?? [], untilMs);
  return { ...ledger, plans, others, joinedListTimes: ledger.joinedListTimes.filter((ms) => ms <= untilMs) };
}

function seriesUntil(all: readonly RateSeries[], untilMs: number): RateSeries[] {
  const said: RateSeries[] = [];
  for (const { scope, measure, item, runs } of all) {
    const until = runsUntil(runs, untilMs);
    if (until.length > 0) said.push({ scope, measure, item, runs: until });
  }
  return said;
}

function runsUntil<V>(runs: readonly Run<V>[], untilMs: number): Run<V>[] {
  const said: Run<V>[] = [];
  for (const run of runs) {
    if (lastSeen(run) <= untilMs) said.push(run);
    else if (firstSeen(run) <= untilMs) said.push({ ...run, last: indexOfTime(run.feed.times, untilMs + 1) - 1 });
  }
  return said;
}
