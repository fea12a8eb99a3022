/** Whether the verdict on a plan was exit at a moment of the past, as far as captures up to then tell (orders.md §3.6). */
import type { PlanLedger, ShopLedger } from './ledger.ts';
import type { PolicyRules } from './policy.ts';
import { Rates, RateTable } from './rates.ts';
import { coversKind, GENERAL_PLAN_ID } from './reading.ts';
import type { Feed, Run } from './runs.ts';
import { indexOfTime, union } from './runs.ts';
import { endMs } from './time.ts';
import { runsOf } from './timeline.ts';
import { mayLeap, rateMoves } from './unit-doubt.ts';
import { judgeShop } from './verdict.ts';

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

interface Exits {
  /** Plans. */
  readonly exits: ReadonlySet<string>;
  /** Items of a plan differ: they are weighed by their sales. */
  readonly isMixed: boolean;
}

/** `ledger` has all readings of the shop; `salesOf` is asked where items of a plan differ. */
export function openPastVerdicts(ledger: ShopLedger, policy: PolicyRules, salesOf: () => PastSales): PastVerdicts {
  const told = new Set<Feed>();
  for (const plan of ledger.plans) for (const { feed } of runsOf(plan)) told.add(feed);
  const feeds = [...told];
  const times = feeds.map((feed) => feed.times).reduce(union, ledger.joinedListTimes);
  // One feed tells all: between two changes it says the same, and of plans that nobody joined nothing that matters.
  const isOneFeed = feeds.length === 1 && ledger.joinedListTimes.length === 0;
  const needed = isOneFeed ? { ...ledger, plans: ledger.plans.filter(mayBind) } : ledger;
  const turns = isOneFeed ? turnsOf(needed) : null;
  const captureAt = isOneFeed && feeds[0] ? openCaptures(needed, feeds[0]) : () => null;
  const judged = new Map<number, Exits>();
  const weighed = new Map<string, Exits>();
  const searches = new Map<string, { next: number; hasExit: boolean }>();
  let sales: PastSales | null = null;

  function exitsAt(capturedMs: number): Exits['exits'] {
    const turn = turns ? indexOfTime(turns, capturedMs + 1) : capturedMs;
    const known = judged.get(turn) ?? judge(capturedMs, needed.sales);
    judged.set(turn, known);
    if (!known.isMixed) return known.exits;
    sales ??= salesOf();
    const stated = indexOfTime(sales.times, capturedMs + 1);
    if (stated === 0) return known.exits;
    const key = `${turn} ${stated}`;
    const exact = weighed.get(key) ?? judge(capturedMs, sales.at(capturedMs));
    weighed.set(key, exact);
    return exact.exits;
  }

  function judge(nowMs: number, sold: ShopLedger['sales']): Exits {
    const then = { ...(captureAt(nowMs) ?? ledgerUntil(needed, nowMs)), sales: sold };
    const found = judgeShop(then, { policy, nowMs, item: null, joinedOnly: true });
    return {
      exits: new Set(found.flatMap(({ plan, verdict }) => (verdict === 'exit' ? plan.id : []))),
      isMixed: found.some(({ scopes }) => scopes.below > 0 && scopes.above + scopes.equal > 0),
    };
  }

  return {
    exitAt(planId, ms) {
      const capturedMs = times[indexOfTime(times, ms + 1) - 1];
      if (capturedMs === undefined || !exitsAt(capturedMs).has(planId)) return null;
      const seen = feeds.filter((feed) => feed.times[indexOfTime(feed.times, capturedMs)] === capturedMs);
      return { capturedMs, feedIds: seen.map(({ id }) => id) };
    },
    saidExit(planId, ms) {
      const search = searches.get(planId) ?? { next: 0, hasExit: false };
      searches.set(planId, search);
      for (; !search.hasExit && (times[search.next] ?? Number.POSITIVE_INFINITY) <= ms; search.next++)
        search.hasExit = exitsAt(times[search.next] ?? 0).has(planId);
      return search.hasExit;
    },
  };
}

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

/**
 * Gives a ledger of one feed as of a capture, with its rates in columns (`PlanLedger.now`). null: the capture does not say all
 * that was said before it, and what it would have listed must be looked for.
 */
function openCaptures(ledger: ShopLedger, feed: Feed): (capturedMs: number) => ShopLedger | null {
  const plans = ledger.plans.map((plan) => ({
    plan,
    rates: plan.rates
      .toSorted((a, b) => a.scope - b.scope)
      .map((series) => ({ ...series, leaps: mayLeap(series.runs) })),
  }));
  const listsAll = feed.coverage !== 'plan-items';
  const listsSpecials = coversKind(feed.coverage, 'special');
  const table = new RateTable();
  return (capturedMs) => {
    const index = indexOfTime(feed.times, capturedMs);
    const then = { ...feed, times: feed.times.slice(0, index + 1) };
    let isWhole = listsAll;
    function add({ scope, measure, runs, leaps }: (typeof plans)[number]['rates'][number]): void {
      const said = runs.filter(({ first }) => first <= index);
      if (said.length === 0) return;
      const [run, other] = said.filter(({ last }) => last >= index);
      isWhole &&= run !== undefined && other === undefined && run.value !== null;
      if (!isWhole || !run || measure !== 'commission') return;
      table.add(scope, run.value === 'unknown' ? null : run.value, capturedMs);
      if (!listsSpecials) table.setPartial();
      if (leaps) table.setRecall(() => rateMoves(runsUntil(runs, () => then)));
    }
    const known = plans.flatMap(({ plan: { planId, facts: all, exitedMs }, rates }): PlanLedger[] => {
      const facts = runsUntil(all, () => then);
      const from = table.length;
      for (const series of rates) add(series);
      const now = new Rates(table, from, table.length);
      if (facts.length === 0 && table.length === from) return [];
      isWhole &&= table.length > from || facts.some(({ last }) => last === index);
      return [
        { planId, facts, rates: [], now, ...(exitedMs !== undefined && exitedMs <= capturedMs ? { exitedMs } : {}) },
      ];
    });
    return isWhole ? { ...ledger, plans: known } : null;
  };
}

/** `feedUntil`: with the captures until then. */
function runsUntil<V>(runs: readonly Run<V>[], feedUntil: (feed: Feed) => Feed): Run<V>[] {
  return runs.flatMap((run) => {
    const feed = feedUntil(run.feed);
    return run.first >= feed.times.length ? [] : [{ ...run, feed, last: Math.min(run.last, feed.times.length - 1) }];
  });
}

/** What the same ledger was when nothing captured later was known. */
function ledgerUntil(ledger: ShopLedger, untilMs: number): ShopLedger {
  const feeds = new Map<Feed, Feed>();
  const feedUntil = (feed: Feed) => {
    const known = feeds.get(feed) ?? { ...feed, times: feed.times.slice(0, indexOfTime(feed.times, untilMs + 1)) };
    feeds.set(feed, known);
    return known;
  };
  const plans = ledger.plans.flatMap((plan): PlanLedger[] => {
    const { exitedMs, ...rest } = plan;
    const facts = runsUntil(plan.facts, feedUntil);
    const rates = plan.rates.map((series) => ({ ...series, runs: runsUntil(series.runs, feedUntil) }));
    const own = { ...rest, facts, rates: rates.filter(({ runs }) => runs.length > 0) };
    if (facts.length === 0 && own.rates.length === 0) return [];
    return [exitedMs === undefined || exitedMs > untilMs ? own : { ...own, exitedMs }];
  });
  return { ...ledger, plans, joinedListTimes: ledger.joinedListTimes.filter((ms) => ms <= untilMs) };
}
