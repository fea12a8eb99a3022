/** Ledgers as literals, judged: what the reports are made of. */
import type { PlanLedger, ShopLedger } from '../../src/domain/ledger.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { NO_FACTS, type PlanFacts } from '../../src/domain/reading.ts';
import { type Feed, type Item, type RateSeries, type Run, SHOP_SCOPE, type Source } from '../../src/domain/runs.ts';
import { type Judgement, judgeShop } from '../../src/domain/verdict.ts';

export const POLICY = DEFAULT_POLICY;
export const DAY_ONE = Date.UTC(2014, 2, 1, 1);
export const DAY_TWO = Date.UTC(2014, 2, 9, 1);
export const NOW = Date.UTC(2014, 2, 9, 4);

const feed: Feed = {
  id: 1,
  format: 'tkguard-csv',
  coverage: 'listed',
  times: [DAY_ONE, DAY_TWO],
  isAccepted: () => false,
  fileAt: (ms) => FILES[ms === DAY_ONE ? 0 : 1]!,
};
const source = (file: string, locator: number, raw: string | null): Source => ({ file, locator, raw });
const FILES = ['2014-03-01.csv', '2014-03-09.csv'];

function run<V>(value: V, first: number, last: number, locator: number, raw: string | null): Run<V> {
  return { feed, value, first, last, source: source(FILES[first]!, locator, raw) };
}

const ITEM = { id: '537099364188', title: '2014春季新款连衣裙' };
const OTHER = { id: '560234787224', title: null };
const ITEMS: readonly Item[] = [ITEM, OTHER];
const SALES = new Map([
  [1, 10],
  [2, 1],
]);

/** Rates on both days, as percent text; one text: the same on both. */
export function rates(
  cells: readonly [string] | readonly [string, string],
  item: RateSeries['item'] = null,
): RateSeries {
  const value = (cell: string) => (cell === '-' ? null : Math.round(Number.parseFloat(cell) * 100));
  const runs =
    cells.length === 1
      ? [run(value(cells[0]), 0, 1, 3, cells[0])]
      : [run(value(cells[0]), 0, 0, 3, cells[0]), run(value(cells[1]), 1, 1, 3, cells[1])];
  return { scope: item === null ? SHOP_SCOPE : ITEMS.indexOf(item) + 1, measure: 'commission', item, runs };
}

export function plan(planId: string, facts: Partial<PlanFacts>, series: readonly RateSeries[]): PlanLedger {
  return { planId, facts: [run({ ...NO_FACTS, ...facts }, 0, 1, 3, null)], rates: series };
}

const APPROVED = {
  kind: 'special',
  status: 'approved',
  state: 'active',
  approvedAt: '2014-02-21',
  joinedAt: '2014-02-20',
} as const;

export function shop(
  plans: readonly PlanLedger[],
  name = '隆缘裳服饰旗舰店',
  id = '728628560',
  account = 'default',
): ShopLedger {
  const itemOf = (scope: number) => ITEMS[scope - 1] ?? null;
  return {
    account,
    shop: { id, keeperId: null, name },
    plans,
    joinedListTimes: [],
    salesBetween: () => [],
    sales: SALES,
    itemOf,
    idOf: (scope) => itemOf(scope)?.id ?? null,
  };
}

export const general = (cell: string) => plan('0', { kind: 'general', name: '通用计划' }, [rates([cell])]);

/** The founding story on its second day: cut from 10 to 8, below the general 8.38. */
export const STORY = shop([
  general('8.38%'),
  plan('2616191', { ...APPROVED, name: '高佣定向计划', exitId: '998877' }, [rates(['10.00%', '8.00%'])]),
]);

/** One of everything: cut but kept, raised, per item, unknown, closed, superseded, pending, not joined, an event. */
export const MANY: readonly ShopLedger[] = [
  STORY,
  shop(
    [
      general('5.50%'),
      plan('13804894', { ...APPROVED, name: 'VIP', locked: true }, [rates(['12.00%', '9.00%'])]),
      plan('13804895', { ...APPROVED, name: '老计划', approvedAt: '2013-12-01' }, [rates(['20.00%'])]),
      plan('13804896', { kind: 'special', name: '待审', status: 'pending' }, [rates(['6.00%'])]),
      plan('13804897', { kind: 'special', name: '可申请', audit: true }, [rates(['15.00%'])]),
      plan('77', { kind: 'event', name: '鹊桥' }, [rates(['30.00%'])]),
    ],
    '全球茶叶公司',
    '2649797694',
  ),
  shop(
    [
      plan('0', { kind: 'general' }, [rates(['2.80%'], ITEM), rates(['14.00%'], OTHER)]),
      plan('28929421', { ...APPROVED, name: 'A|B', endsAt: '2014-03-12' }, [
        rates(['2.00%', '3.00%'], ITEM),
        rates(['10.00%'], OTHER),
      ]),
    ],
    'Tea & <b>Co</b>',
    '2166356588',
    'studio-b',
  ),
  shop([plan('8013864', { ...APPROVED, name: null, state: 'stopped' }, [])], '停业店', '55'),
  shop([plan('8013865', { ...APPROVED, name: '无通用' }, [rates(['8.00%'])])], '未知店', '56'),
];

/** What moves: cuts, a crossing, a raise per item; a new name and a stop, of a plan that the second list lacks a rate for. */
export const MOVES: readonly ShopLedger[] = [
  ...MANY.slice(0, 3),
  shop(
    [
      {
        planId: '8013866',
        facts: [
          run({ ...NO_FACTS, ...APPROVED, name: '旧名' }, 0, 0, 2, null),
          run({ ...NO_FACTS, ...APPROVED, name: '=新名', state: 'stopped', locked: true }, 1, 1, 2, null),
        ],
        rates: [],
      },
    ],
    '停业店',
    '55',
  ),
];

export function judge(ledgers: readonly ShopLedger[], nowMs = NOW): Judgement[] {
  return ledgers.flatMap((ledger) => judgeShop(ledger, { policy: POLICY, nowMs, item: null, withItems: true }));
}
