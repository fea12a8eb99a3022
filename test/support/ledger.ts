/** Ledgers for tests, in few words: rates and facts by day. Day n is n days after the epoch. */
import type { PlanLedger, ShopLedger } from '../../src/domain/ledger.ts';
import { type Coverage, NO_FACTS, type PlanFacts } from '../../src/domain/reading.ts';
import type { Feed, Item, Run } from '../../src/domain/runs.ts';

export const DAY_MS = 86_400_000;

/** Null: stated as unknown; `zero`: by a zero. */
type RateDraft = number | 'zero' | null;

let nextFeed = 1;

/** Numbers that stand for items, in the order in which they are met; 0: the shop as a whole. */
const scopes = new Map<string, number>([['', 0]]);
function scopeOf(item: string): number {
  const scope = scopes.get(item) ?? scopes.size;
  scopes.set(item, scope);
  return scope;
}

function itemOf(scope: number): Item | null {
  const [id = ''] = [...scopes].find(([, known]) => known === scope) ?? [];
  return id === '' ? null : { id, title: null };
}

/** The number of an item in every ledger here; null: every item. */
export const scopeOrAll = (item: string | null) => (item === null ? null : scopeOf(item));

const SHOP: Omit<ShopLedger, 'plans'> = {
  account: 'default',
  shop: { id: '100', keeperId: null, name: '测试店' },
  joinedListTimes: [],
  sales: new Map(),
  salesBetween: () => [],
  itemOf,
  idOf: (scope) => itemOf(scope)?.id ?? null,
};

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
  /** By item id (`''`: the shop). */
  readonly rates?: Readonly<Record<string, RateDraft>>;
}

/** One snapshot: its day, what it is complete for (default: all it lists), and the plans in it. */
export interface Capture {
  readonly day: number;
  readonly coverage?: Coverage;
  readonly plans: Readonly<Record<string, PlanSight>>;
}

const WORDS: Readonly<Record<string, Partial<PlanFacts>>> = {
  ...Object.fromEntries(
    (['approved', 'pending', 'left', 'removed', 'rejected', 'none'] as const).map((status) => [status, { status }]),
  ),
  ...Object.fromEntries((['active', 'stopped', 'expired', 'deleted'] as const).map((state) => [state, { state }])),
  unsaid: { status: null, state: null, joinedAt: null, approvedAt: null },
  locked: { locked: true },
  unlocked: { locked: false },
};

const COVERAGES: Readonly<Record<string, Coverage>> = {
  partial: 'partial',
  joined: 'joined-plans',
  'plan-items': 'plan-items',
  'shop-plans': 'shop-plans',
  'item-search': 'item-search',
};

/**
 * Captures of plan 11 and of the general plan, with commas between them: a day, then rates `special/general`, of an item
 * `a:special/general`, then words of plan 11: its status or state, `locked`, `ends=`, `approved=`… `-`: stated as unknown, `0`: by a zero;
 * nothing: not listed. `partial`, `joined` (a joined list) and others say what the capture is complete for. `facts`: those of plan 11 wherever it is
 * listed; `ofItem`: whose rates are meant where no item stands, else those of the shop.
 */
export function capturesOf(text: string, facts: Partial<PlanFacts> = {}, ofItem = ''): Capture[] {
  return text.split(', ').map((one) => {
    const [day, ...words] = one.split(' ');
    const sides: Record<string, RateDraft>[] = [{}, {}];
    const said: Partial<PlanFacts>[] = [];
    let coverage: Coverage = 'listed';
    for (const word of words) {
      const [, item = ofItem, ...rates] = /^(?:(\w*):)?(.*)\/(.*)$/.exec(word) ?? [];
      for (const [side, rate] of rates.entries())
        if (rate !== '') sides[side]![item] = rate === '-' ? null : rate === '0' ? 'zero' : Number(rate);
      const of = COVERAGES[word];
      if (of) coverage = of;
      else if (rates.length === 0) said.push(factsOf(word));
    }
    const [special, general] = sides as [Record<string, RateDraft>, Record<string, RateDraft>];
    const isListed = said.length > 0 || Object.keys(special).length > 0;
    const plans: Record<string, PlanSight> = Object.keys(general).length > 0 ? { 0: { rates: general } } : {};
    if (isListed) plans['11'] = { facts: Object.assign({}, facts, ...said), rates: special };
    return { day: Number(day), coverage, plans };
  });
}

function factsOf(word: string): Partial<PlanFacts> {
  const [, key = '', value] = /^(ends|name|joined|approved)=(.*)$/.exec(word) ?? [];
  const named = { ends: 'endsAt', name: 'name', joined: 'joinedAt', approved: 'approvedAt' }[key];
  const facts = named === undefined ? WORDS[word] : { [named]: value === '-' ? null : value };
  if (!facts) throw new Error(`no such word: ${word}`);
  return facts;
}

/** A ledger from snapshots of any coverage. A joined list counts as complete; `coverage-day` is the name of a file. */
export function ledgerOf(
  drawn: string | readonly Capture[],
  {
    sales = {},
    ...options
  }: {
    readonly account?: string;
    readonly salesBetween?: ShopLedger['salesBetween'];
    readonly sales?: Readonly<Record<string, number>>;
  } = {},
): ShopLedger {
  const captures = typeof drawn === 'string' ? capturesOf(drawn) : drawn;
  const sorted = [...captures].sort((a, b) => a.day - b.day);
  const feeds = new Map<Coverage, Feed>();
  const coverageOf = (capture: Capture) => capture.coverage ?? 'listed';
  for (const coverage of new Set(sorted.map(coverageOf)))
    feeds.set(coverage, {
      id: nextFeed++,
      format: 'test',
      coverage,
      times: sorted.filter((capture) => coverageOf(capture) === coverage).map(({ day }) => day * DAY_MS),
      fileAt: (ms) => `${coverage}-${ms / DAY_MS}`,
      isAccepted: () => false,
    });
  const runOf = <V>(capture: Capture, value: V, raw: string | null): Run<V> => {
    const feed = feeds.get(coverageOf(capture))!;
    const index = feed.times.indexOf(capture.day * DAY_MS);
    const source = { file: feed.fileAt(capture.day * DAY_MS), locator: 2, raw };
    return { feed, value, first: index, last: index, source };
  };
  const planIds = [...new Set(sorted.flatMap((capture) => Object.keys(capture.plans)))].sort();
  return {
    ...SHOP,
    ...options,
    sales: new Map(Object.entries(sales).map(([item, n]) => [scopeOf(item), n])),
    joinedListTimes: feeds.get('joined-plans')?.times ?? [],
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
          scope: scopeOf(item),
          measure: 'commission',
          item: itemOf(scopeOf(item)),
          runs: sights.flatMap(({ capture, sight }) => {
            const bp = sight.rates?.[item];
            return bp === undefined
              ? []
              : [bp === 'zero' ? runOf(capture, 'unknown', '0.00%') : runOf(capture, bp ?? 'unknown', String(bp))];
          }),
        })),
      };
    }),
  };
}
