/** What the verdict on a plan was at a moment of the past, as far as captures up to then tell (orders.md §3.6). */
import type { PlanLedger, ShopLedger } from './ledger.ts';
import type { PolicyRules } from './policy.ts';
import type { Verdict } from './question.ts';
import type { Feed, Run } from './runs.ts';
import { indexOfTime } from './runs.ts';
import type { Judgement } from './verdict.ts';
import { judgeShop } from './verdict.ts';

export interface PastVerdicts {
  /** The verdict on a plan by the newest capture at or before a moment; null: there was no capture, or no verdict. */
  at(planId: string, ms: number): PastVerdict | null;
  /** Whether any capture at or before a moment said exit. */
  saidExit(planId: string, ms: number): boolean;
}

interface PastVerdict {
  readonly verdict: Verdict;
  readonly capturedMs: number;
  /** Whose capture it was. */
  readonly feedIds: readonly number[];
}

/** `ledger` has all readings of the shop. `judgeExactly`: as of a moment, with the sales that items had then. */
export function openPastVerdicts(
  ledger: ShopLedger,
  policy: PolicyRules,
  judgeExactly: (capturedMs: number) => readonly Judgement[],
): PastVerdicts {
  const feeds = feedsOf(ledger);
  const times = [...new Set([...feeds.flatMap((feed) => feed.times), ...ledger.joinedListTimes])].sort((a, b) => a - b);
  const turns = feeds.length === 1 && ledger.joinedListTimes.length === 0 ? turnsOf(ledger) : null;
  const judged = new Map<number, ReadonlyMap<string, Verdict>>();
  const exits = new Map<string, { next: number; hasExit: boolean }>();

  function verdictsAt(capturedMs: number): ReadonlyMap<string, Verdict> {
    // One feed tells all: between two changes it says the same.
    const key = turns ? indexOfTime(turns, capturedMs + 1) : capturedMs;
    const known = judged.get(key) ?? judge(capturedMs);
    judged.set(key, known);
    return known;
  }

  function judge(capturedMs: number): ReadonlyMap<string, Verdict> {
    const question = { policy, nowMs: capturedMs, item: null };
    const plain = judgeShop(ledgerUntil(ledger, capturedMs), question);
    const isMixed = ({ scopes }: Judgement) => scopes.below > 0 && scopes.above + scopes.equal > 0;
    // Items that differ are weighed by their sales then, which this ledger does not have.
    const all = plain.some(isMixed) ? judgeExactly(capturedMs) : plain;
    return new Map(all.flatMap(({ plan, verdict }) => (verdict === null ? [] : [[plan.id, verdict] as const])));
  }

  const lastBefore = (ms: number) => times[indexOfTime(times, ms + 1) - 1] ?? null;
  return {
    at(planId, ms) {
      const capturedMs = lastBefore(ms);
      const verdict = capturedMs === null ? undefined : verdictsAt(capturedMs).get(planId);
      if (capturedMs === null || verdict === undefined) return null;
      const seen = feeds.filter(({ times }) => times[indexOfTime(times, capturedMs)] === capturedMs);
      return { verdict, capturedMs, feedIds: seen.map(({ id }) => id) };
    },
    saidExit(planId, ms) {
      const search = exits.get(planId) ?? { next: 0, hasExit: false };
      exits.set(planId, search);
      for (; !search.hasExit && (times[search.next] ?? Number.POSITIVE_INFINITY) <= ms; search.next++)
        search.hasExit = verdictsAt(times[search.next] ?? 0).get(planId) === 'exit';
      return search.hasExit;
    },
  };
}

function runsOf({ plans }: ShopLedger): Run<unknown>[] {
  return plans.flatMap((plan) => [
    ...plan.facts,
    ...plan.rates.flatMap((series): readonly Run<unknown>[] => series.runs),
  ]);
}

function feedsOf(ledger: ShopLedger): Feed[] {
  return [...new Set(runsOf(ledger).map(({ feed }) => feed))];
}

/** Moments from which the ledger says something else, ascending. */
function turnsOf(ledger: ShopLedger): number[] {
  const turns = new Set<number>();
  for (const { feed, first, last } of runsOf(ledger))
    for (const index of [first, last + 1]) if (feed.times[index] !== undefined) turns.add(feed.times[index]);
  for (const { exitedMs } of ledger.plans) if (exitedMs !== undefined) turns.add(exitedMs);
  return [...turns].sort((a, b) => a - b);
}

/** What the same ledger was when nothing captured later was known. */
function ledgerUntil(ledger: ShopLedger, untilMs: number): ShopLedger {
  const feeds = new Map<Feed, Feed>();
  const feedUntil = (feed: Feed) => {
    const known = feeds.get(feed) ?? { ...feed, times: feed.times.slice(0, indexOfTime(feed.times, untilMs + 1)) };
    feeds.set(feed, known);
    return known;
  };
  function runsUntil<V>(runs: readonly Run<V>[]): Run<V>[] {
    return runs.flatMap((run) => {
      const feed = feedUntil(run.feed);
      return run.first >= feed.times.length ? [] : [{ ...run, feed, last: Math.min(run.last, feed.times.length - 1) }];
    });
  }
  const plans = ledger.plans.flatMap((plan): PlanLedger[] => {
    const { exitedMs, ...rest } = plan;
    const facts = runsUntil(plan.facts);
    const rates = plan.rates.map((series) => ({ ...series, runs: runsUntil(series.runs) }));
    const own = { ...rest, facts, rates: rates.filter(({ runs }) => runs.length > 0) };
    if (facts.length === 0 && own.rates.length === 0) return [];
    return [exitedMs === undefined || exitedMs > untilMs ? own : { ...own, exitedMs }];
  });
  return { ...ledger, plans, joinedListTimes: ledger.joinedListTimes.filter((ms) => ms <= untilMs) };
}
