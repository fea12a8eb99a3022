/** Whether the verdict on a plan was exit at a moment of the past, as far as captures up to then tell (orders.md §3.6). */
import type { PlanLedger, ShopLedger } from './ledger.ts';
import type { PolicyRules } from './policy.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import { firstSeen, indexOfTime, lastSeen, type Run, union } from './runs.ts';
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

/** What the verdict on one plan was. */
interface Told {
  readonly isExit: boolean;
  /** Items of the plan differ: they are weighed by their sales. */
  readonly isMixed: boolean;
}

/** `ledger` has all readings of the shop; `salesOf` is asked where items of a plan differ. */
export function openPastVerdicts(ledger: ShopLedger, policy: PolicyRules, salesOf: () => PastSales): PastVerdicts {
  const feeds = [...new Set(ledger.plans.flatMap((plan) => runsOf(plan).map(({ feed }) => feed)))];
  const times = feeds.map((feed) => feed.times).reduce(union, ledger.joinedListTimes);
  // One feed tells all: between two changes it says the same, and of plans that nobody joined nothing that matters.
  const isOneFeed = feeds.length === 1 && ledger.joinedListTimes.length === 0;
  const needed = isOneFeed ? { ...ledger, plans: ledger.plans.filter(mayBind) } : ledger;
  const turns = isOneFeed ? turnsOf(needed) : times;
  const shops = new Map<number, ShopNow>();
  const told = new Map<string, Told>();
  const searches = new Map<string, { next: number; hasExit: boolean }>();
  let sales: PastSales | null = null;

  function isExitAt(planId: string, capturedMs: number): boolean {
    const turn = indexOfTime(turns, capturedMs + 1);
    const shop = shops.get(turn) ?? stateOf(ledgerUntil(needed, capturedMs));
    shops.set(turn, shop);
    const plain = judge(`${turn} ${planId}`, shop, planId, capturedMs);
    if (!plain.isMixed) return plain.isExit;
    sales ??= salesOf();
    const stated = indexOfTime(sales.times, capturedMs + 1);
    if (stated === 0) return plain.isExit;
    const weighed = { ...shop, ledger: { ...shop.ledger, sales: sales.at(capturedMs) } };
    return judge(`${turn} ${planId} ${stated}`, weighed, planId, capturedMs).isExit;
  }

  function judge(key: string, shop: ShopNow, planId: string, nowMs: number): Told {
    const known = told.get(key);
    if (known) return known;
    const [judged] = verdictsOf(shop, { policy, nowMs, item: null, plan: planId, joinedOnly: true });
    const { below, above, equal } = judged?.scopes ?? NO_SCOPES;
    const made = { isExit: judged?.verdict === 'exit', isMixed: below > 0 && above + equal > 0 };
    told.set(key, made);
    return made;
  }

  return {
    exitAt(planId, ms) {
      const capturedMs = times[indexOfTime(times, ms + 1) - 1];
      if (capturedMs === undefined || !isExitAt(planId, capturedMs)) return null;
      const seen = feeds.filter((feed) => feed.times[indexOfTime(feed.times, capturedMs)] === capturedMs);
      return { capturedMs, feedIds: seen.map(({ id }) => id) };
    },
    saidExit(planId, ms) {
      const search = searches.get(planId) ?? { next: 0, hasExit: false };
      searches.set(planId, search);
      for (; !search.hasExit && (times[search.next] ?? Number.POSITIVE_INFINITY) <= ms; search.next++)
        search.hasExit = isExitAt(planId, times[search.next] ?? 0);
      return search.hasExit;
    },
  };
}

const NO_SCOPES = { below: 0, above: 0, equal: 0 };

function mayBind({ planId, facts, exitedMs }: PlanLedger): boolean {
  return planId === GENERAL_PLAN_ID || exitedMs !== undefined || facts.some(({ value }) => value.status !== null);
}

/** Moments from which the ledger says something else, or a plan is over; ascending. */
function turnsOf({ plans }: ShopLedger): number[] {
  const turns = new Set<number>();
  for (const { feed, first, last } of plans.flatMap(runsOf))
    for (const index of [first, last + 1]) if (feed.times[index] !== undefined) turns.add(feed.times[index]);
  for (const { exitedMs, facts } of plans) {
    if (exitedMs !== undefined) turns.add(exitedMs);
    for (const { value } of facts) if (value.endsAt !== null) turns.add((endMs(value.endsAt) ?? 0) + 1);
  }
  return [...turns].sort((a, b) => a - b);
}

/** What the same ledger was when nothing captured later was known. Feeds keep their later times: no run comes to them. */
function ledgerUntil(ledger: ShopLedger, untilMs: number): ShopLedger {
  const plans = ledger.plans.flatMap(({ exitedMs, ...plan }): PlanLedger[] => {
    const facts = runsUntil(plan.facts, untilMs);
    const rates = plan.rates.flatMap((series) => {
      const runs = runsUntil(series.runs, untilMs);
      return runs.length === 0 ? [] : [{ ...series, runs }];
    });
    if (facts.length === 0 && rates.length === 0) return [];
    const exited = exitedMs === undefined || exitedMs > untilMs ? {} : { exitedMs };
    return [{ ...plan, facts, rates, ...exited }];
  });
  return { ...ledger, plans, joinedListTimes: ledger.joinedListTimes.filter((ms) => ms <= untilMs) };
}

function runsUntil<V>(runs: readonly Run<V>[], untilMs: number): Run<V>[] {
  const said = runs.filter((run) => firstSeen(run) <= untilMs);
  return said.map((run) =>
    lastSeen(run) <= untilMs ? run : { ...run, last: indexOfTime(run.feed.times, untilMs + 1) - 1 },
  );
}
