/** Ledgers for tests, in few words: rates and facts by day. Day n is n days after the epoch. */
import type { PlanLedger, RateSeries, Run, ShopLedger, Stream } from '../../src/domain/ledger.ts';
import { type Coverage, NO_FACTS, type PlanFacts } from '../../src/domain/reading.ts';

export const DAY_MS = 86_400_000;

export interface PlanDraft {
  readonly id: string;
  /** What the joined list says, seen on the days of `joinedDays`. */
  readonly facts?: Partial<PlanFacts>;
  readonly factDays?: readonly number[];
  /** By item id (`''`: the shop), the rate on each day; null: listed as unknown; undefined days are not listed. */
  readonly rates?: Readonly<Record<string, Readonly<Record<number, number | null>>>>;
  readonly sales?: Readonly<Record<string, number>>;
  readonly raw?: string;
}

let nextStream = 1;

function runsOf<V>(days: Readonly<Record<number, V>>, stream: Stream, raw: string | null): Run<V>[] {
  const source = { file: 'test.csv', locator: 2, raw };
  return Object.entries(days).map(([day, value]) => {
    const index = stream.times.indexOf(Number(day) * DAY_MS);
    return { stream, value, first: index, last: index, source };
  });
}

/** A shop with its plans; `captures` are the days of its rate snapshots, `joinedLists` those of complete joined lists. */
export function shopLedger(
  plans: readonly PlanDraft[],
  options: { captures?: readonly number[]; joinedLists?: readonly number[]; coverage?: Coverage } = {},
): ShopLedger {
  const days =
    options.captures ??
    [...new Set(plans.flatMap((p) => Object.values(p.rates ?? {}).flatMap((r) => Object.keys(r).map(Number))))].sort(
      (a, b) => a - b,
    );
  const factDays = options.joinedLists ?? [...new Set(plans.flatMap((p) => p.factDays ?? [1]))].sort((a, b) => a - b);
  const rateStream: Stream = {
    id: nextStream++,
    format: 'test',
    coverage: options.coverage ?? 'listed',
    times: days.map((d) => d * DAY_MS),
    fileAt: () => 'test.csv',
  };
  const factStream: Stream = {
    id: nextStream++,
    format: 'test',
    coverage: 'joined-plans',
    times: factDays.map((d) => d * DAY_MS),
    fileAt: () => 'test.csv',
  };
  return {
    account: 'default',
    shop: { id: '100', keeperId: null, name: '测试店' },
    joinedListTimes: (options.joinedLists ?? []).map((day) => day * DAY_MS),
    plans: plans.map((draft): PlanLedger => {
      const facts: PlanFacts = { ...NO_FACTS, kind: draft.id === '0' ? 'general' : 'special', ...draft.facts };
      const rates = Object.entries(draft.rates ?? {}).map(([item, byDay]): RateSeries => {
        const values = Object.fromEntries(
          Object.entries(byDay).map(([day, bp]) => [day, { bp, sales: draft.sales?.[item] ?? null }]),
        );
        const raw = draft.raw ?? 'cell';
        return {
          measure: 'commission',
          item: item === '' ? null : { id: item, title: null },
          runs: runsOf(values, rateStream, raw),
        };
      });
      const seen = (draft.factDays ?? [1]).filter((day) => factDays.includes(day));
      return {
        planId: draft.id,
        facts: runsOf(Object.fromEntries(seen.map((day) => [day, facts])), factStream, null),
        rates,
      };
    }),
  };
}

/** Facts of an approved, open special plan. */
export const APPROVED: Partial<PlanFacts> = {
  status: 'approved',
  state: 'active',
  joinedAt: '1970-01-01',
  approvedAt: '1970-01-02',
};

/** What one capture says of a plan. */
export interface PlanSight {
  readonly facts?: Partial<PlanFacts>;
  /** By item id (`''`: the shop); null: listed as unknown. */
  readonly rates?: Readonly<Record<string, number | null>>;
}

/** One snapshot: its day, what it is complete for (default: all it lists), and the plans in it. */
export interface Capture {
  readonly day: number;
  readonly coverage?: Coverage;
  readonly plans: Readonly<Record<string, PlanSight>>;
}

/** A ledger from snapshots of any coverage. A joined list counts as complete; `coverage-day` is the name of a file. */
export function ledgerOf(captures: readonly Capture[], options: { readonly account?: string } = {}): ShopLedger {
  const sorted = [...captures].sort((a, b) => a.day - b.day);
  const streams = new Map<Coverage, Stream>();
  const coverageOf = (capture: Capture) => capture.coverage ?? 'listed';
  for (const capture of sorted) {
    const coverage = coverageOf(capture);
    const times = sorted.filter((other) => coverageOf(other) === coverage).map((other) => other.day * DAY_MS);
    const fileAt = (ms: number) => `${coverage}-${ms / DAY_MS}`;
    if (!streams.has(coverage)) streams.set(coverage, { id: nextStream++, format: 'test', coverage, times, fileAt });
  }
  const runOf = <V>(capture: Capture, value: V, raw: string | null): Run<V> => {
    const stream = streams.get(coverageOf(capture))!;
    const index = stream.times.indexOf(capture.day * DAY_MS);
    const source = { file: stream.fileAt(capture.day * DAY_MS), locator: 2, raw };
    return { stream, value, first: index, last: index, source };
  };
  const planIds = [...new Set(sorted.flatMap((capture) => Object.keys(capture.plans)))].sort();
  return {
    account: options.account ?? 'default',
    shop: { id: '100', keeperId: null, name: '测试店' },
    joinedListTimes: streams.get('joined-plans')?.times ?? [],
    plans: planIds.map((planId): PlanLedger => {
      const sights = sorted.flatMap((capture) => {
        const sight = capture.plans[planId];
        return sight ? [{ capture, sight }] : [];
      });
      const kind = planId === '0' ? 'general' : 'special';
      const items = [...new Set(sights.flatMap(({ sight }) => Object.keys(sight.rates ?? {})))].sort();
      return {
        planId,
        facts: sights.map(({ capture, sight }) => runOf(capture, { ...NO_FACTS, kind, ...sight.facts }, null)),
        rates: items.map((item) => ({
          measure: 'commission',
          item: item === '' ? null : { id: item, title: null },
          runs: sights.flatMap(({ capture, sight }) => {
            const bp = sight.rates?.[item];
            return bp === undefined ? [] : [runOf(capture, { bp, sales: null }, String(bp))];
          }),
        })),
      };
    }),
  };
}
