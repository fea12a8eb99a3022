/** orders.md §3: which bucket a line is in, and what it cost. The plan is 11; rates are basis points; each case is one trap. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ShopLedger } from '../../src/domain/ledger.ts';
import { judgeAlone, openLossJudge } from '../../src/domain/loss.ts';
import type { LossLine } from '../../src/domain/loss-line.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import type { PlanFacts } from '../../src/domain/reading.ts';
import type { Run } from '../../src/domain/runs.ts';
import { judgeShop } from '../../src/domain/verdict.ts';
import { openPastVerdicts } from '../../src/domain/verdict-at.ts';
import { APPROVED, type Capture, capturesOf, DAY_MS, ledgerOf, type PlanSight, scopeOrAll } from '../support/ledger.ts';
import { type OrderDraft, orderLine } from '../support/order-lines.ts';

const JOINED: Partial<PlanFacts> = { ...APPROVED, joinedAt: '1970-01-01', approvedAt: '1970-01-01' };
/** An order is `click at rate`, or more than that. */
function judge(captures: string | readonly Capture[], order: string | OrderDraft): LossLine {
  const [click, rateBp] = typeof order === 'string' ? order.split(' at ').map(Number) : [];
  const line = orderLine(typeof order === 'string' ? { click: click!, rateBp: rateBp! } : order);
  const all = typeof captures === 'string' ? capturesOf(captures, JOINED, 'a') : captures;
  return openLossJudge(ledgerOf(all), DEFAULT_POLICY)(line, scopeOrAll(line.itemNo));
}

/** `bucket low..high: notes`. */
function told({ bucket, lowFen, highFen, notes }: LossLine): string {
  const figure = lowFen === null ? '-' : lowFen === highFen ? `${lowFen}` : `${lowFen}..${highFen}`;
  return [`${bucket} ${figure}`, ...notes].join(' ');
}

const CUT = '1 1000/838, 4 800/838, 7 800/838';
const ALIKE = '1 1000/838, 4 1000/838, 7 1000/838';

// ¥100.00 at 8.38 % is 838 - 84 = 754; at 8.00 % 720; at 10.00 % 900.
test.each<[string, string | readonly Capture[], string | OrderDraft, string]>([
  ['above the general rate: a gain', ALIKE, '2 at 1000', 'gain -146'],
  ['below it: a loss', CUT, '5 at 800', 'proven 34'],
  ['inside an open change the old rate', CUT, '2 at 1000', 'gain -146'],
  ['inside an open change the new one', CUT, '2 at 800', 'proven 34'],
  ['paid after the cut at the rate of the click', CUT, { click: 0.5 + 1, paid: 5, rateBp: 1000 }, 'gain -146'],
  ['paid after a cut that is sure, at the old rate', CUT, { click: 5, paid: 6, rateBp: 1000 }, 'unexplained -146'],
  ['the general rate may have been either', '1 600/700, 4 600/750', '2 at 600', 'proven 90..135'],
  ['before the first capture', CUT, '0.5 at 1000', 'unknown - general-unknown'],
  ['clicked before it, paid after it', CUT, { click: 0.5, paid: 2, rateBp: 1000 }, 'unknown - general-unknown'],
  ['within maxAge after the last capture', CUT, '9 at 800', 'proven 34'],
  ['later', CUT, '10.5 at 800', 'unknown - general-unknown'],
  [
    'next to a general rate listed as unknown',
    '1 800/838, 3 800/-, 5 800/838',
    '2 at 800',
    'unknown - general-unknown',
  ],
  [
    'next to a capture without the general plan',
    '1 800/838, 3 800/, 5 800/838',
    '2 at 800',
    'unknown - general-unknown',
  ],
  [
    'next to a special rate listed as unknown',
    '1 800/838, 3 -/838, 5 800/838',
    '2 at 800',
    'unknown - special-unknown',
  ],
  ['special unknown, but paid at the general rate', '1 800/838, 3 -/838', '2 at 838', 'general 0'],
  [
    'the item has left the plan',
    '1 800/838, 3 /838 approved, 5 /838 approved',
    '4 at 800',
    'unknown - special-unknown',
  ],
  ['both rates are the one paid', '1 800/800, 4 800/838', '2 at 800', 'either 0..34'],
  ['equal rates', '1 800/800, 4 800/800', '2 at 800', 'either 0'],
  ['paid at the general rate while joined', CUT, '5 at 838', 'general 0'],
  ['a rate that matches nothing', CUT, '5 at 419', 'unexplained 377'],
  ['without a technical fee the rate may be net', CUT, { click: 5, rateBp: 754, feeBp: 0 }, 'unexplained 84 maybe-net'],
  ['readings that agree, 20 days apart', '1 800/838, 21 800/838', '9 at 800', 'estimated 34 assumed'],
  ['not joined', '1 800/838 none, 4 800/838 none', '2 at 800', 'unexplained 34'],
  [
    'nothing says whether it is joined',
    '1 800/838 unsaid, 4 800/838 unsaid',
    '2 at 800',
    'unknown - membership-unknown',
  ],
  [
    'left between two captures: its rate says that it was still joined',
    '1 800/838, 4 800/838 left',
    '2 at 800',
    'proven 34 membership-open',
  ],
  ['after the exit at the general rate', '1 800/838, 4 800/838 left, 6 800/838 left', '5 at 838', 'saved 34'],
  [
    'after the exit, of a special rate not known then',
    '1 800/838, 4 -/838 left, 6 -/838 left',
    '5 at 838',
    'general 0',
  ],
  [
    'after the exit, of a special rate that may have been either',
    '1 800/838, 4 800/838 left, 6 700/838 left',
    '5 at 838',
    'saved 34..124',
  ],
  [
    'the exit has no effect',
    '1 800/838, 4 800/838 left, 6 800/838 left',
    '5 at 800',
    'unexplained 34 exit-not-effective',
  ],
  [
    'left, and its rate is not known: it may be the one paid',
    '1 800/838, 4 -/838 left, 7 800/838 left',
    '5 at 790',
    'unknown - special-unknown',
  ],
  ['removed by the merchant: nothing was saved', '1 800/838, 4 800/838 removed', '5 at 838', 'general 0'],
  ['stopped: it does not apply', '1 800/838, 4 800/838 stopped', '5 at 838', 'general 0'],
  ['an item without rates of its own', '1 :790/810', '2 at 750', 'estimated 54 shop-average'],
  ['the same, at the general average', '1 :790/810', '2 at 810', 'estimated 0 shop-average'],
  [
    'an average on one side',
    [{ day: 1, plans: { 0: { rates: { a: 838 } }, 11: { facts: JOINED, rates: { '': 800 } } } }],
    '2 at 800',
    'estimated 34 shop-average',
  ],
  [
    'an event',
    [
      {
        day: 1,
        plans: { ...capturesOf(CUT, JOINED, 'a')[0]?.plans, 77: { facts: { kind: 'event' }, rates: { a: 2000 } } },
      },
    ],
    '2 at 2000',
    'other-plan - event',
  ],
  ['not settled', CUT, { click: 5, rateBp: 800, state: 'paid', settledFen: null }, 'pending 34'],
  ['received', CUT, { click: 5, rateBp: 800, state: 'received', settledFen: null }, 'pending 34'],
  ['settled less than paid', CUT, { click: 5, rateBp: 800, settledFen: 5000 }, 'proven 17'],
  ['a partial refund', CUT, { click: 5, rateBp: 800, refundTag: true, refunds: [{ refundFen: 4000 }] }, 'proven 21'],
  ['two of them', CUT, { click: 5, rateBp: 800, refunds: [{ refundFen: 4000 }, { refundFen: 3000 }] }, 'proven 10'],
  [
    'one that failed',
    CUT,
    { click: 5, rateBp: 800, refundTag: true, refunds: [{ state: 'failed', refundFen: 4000 }] },
    'proven 34',
  ],
  ['one that is open', CUT, { click: 5, rateBp: 800, refunds: [{ state: 'open' }] }, 'pending 34 refund-open'],
  ['one of an unknown amount', CUT, { click: 5, rateBp: 800, refundTag: true }, 'proven 0..34 refund-amount-unknown'],
  [
    'a gain with a refund of an unknown amount',
    ALIKE,
    { click: 5, rateBp: 1000, refundTag: true },
    'gain -146..0 refund-amount-unknown',
  ],
  ['a full refund', CUT, { click: 5, rateBp: 800, refunds: [{ refundFen: 10_000 }] }, 'void - refunded'],
  ['invalid', CUT, { click: 5, rateBp: 800, state: 'void' }, 'void - invalid'],
  ['third party', CUT, { click: 5, rateBp: 75, role: 'third-party', feeBp: 0 }, 'not-comparable - third-party'],
  ['a product type', CUT, { click: 5, rateBp: 135, product: '品牌精选推广' }, 'not-comparable - product'],
  ['a marketing type', CUT, { click: 5, rateBp: 800, marketing: '比价' }, 'not-comparable - marketing'],
  ['another platform', CUT, { click: 5, rateBp: 800, platform: '饿了么' }, 'not-comparable - platform'],
  ['no share', CUT, { click: 5, rateBp: 800, shareBp: 0 }, 'not-comparable - no-share'],
  ['invalid comes before third party', CUT, { state: 'void', role: 'third-party' }, 'void - invalid'],
  ['a special service fee belongs to the rate', CUT, { click: 5, rateBp: 500, serviceFeeBp: 300 }, 'proven 34'],
  ['half of the commission', CUT, { click: 5, rateBp: 800, shareBp: 5000 }, 'proven 15'],
  ['an unknown fee', CUT, { click: 5, rateBp: 800, feeBp: null }, 'estimated 38 fee-unknown'],
  ['an unknown share', CUT, { click: 5, rateBp: 800, shareBp: null }, 'unknown - no-amount'],
  ['no applied rate', CUT, { click: 5, rateBp: null }, 'unknown - no-rate'],
  ['no amount', CUT, { click: 5, rateBp: 800, paidFen: null, settledFen: null }, 'unknown - no-amount'],
  [
    'reported money that agrees within a fen',
    CUT,
    { click: 5, rateBp: 800, settledIncomeFen: 801, feeFen: 79 },
    'proven 34',
  ],
  [
    'reported money that does not',
    CUT,
    { click: 5, rateBp: 800, settledIncomeFen: 790 },
    'estimated 34 amounts-disagree',
  ],
  ['a subsidy is taken out of it', CUT, { click: 5, rateBp: 800, settledIncomeFen: 900, subsidyFen: 100 }, 'proven 34'],
  [
    'no click: the 15 days before',
    '1 1000/838, 4 800/838, 12 800/838, 19 800/838',
    { click: null, paid: 17, rateBp: 1000 },
    'gain -146 no-click',
  ],
  ['half a fen is rounded up', '1 600/750', { click: 2, rateBp: 600, paidFen: 4620 }, 'proven 63'],
])('%s', (_, captures, order, expected) => {
  expect(told(judge(captures, order))).toBe(expected);
});

test('the plan approved later binds, also with the lower rate, and an item at the earlier one is explained', () => {
  const later = { ...JOINED, approvedAt: '1970-01-03' };
  const both: Capture[] = [1, 5, 8].map((day) => ({
    day,
    plans: {
      0: { rates: { a: 838 } },
      11: { facts: { ...JOINED, approvedAt: '1969-12-01' }, rates: { a: 1000 } },
      12: { facts: day < 5 ? { kind: 'special' } : later, rates: { a: 800 } },
    },
  }));
  const plans = (click: number, rateBp: number) => {
    const line = judge(both, { click, rateBp });
    return `${line.plan?.id} ${told(line)}`;
  };
  expect(plans(1.5, 1000)).toBe('11 gain -146');
  expect(plans(6, 800)).toBe('12 proven 34');
  expect(plans(6, 1000)).toBe('12 other-plan - superseded');
  expect(plans(2.5, 800)).toBe('12 proven 34 binding-unknown');
  expect(plans(2.5, 1000)).toBe('11 gain -146 binding-unknown');
});

/** Plan 12, at 8 %, is stated as approved at these times in captures of days 4, 22 and 30; plan 11, at 10 %, on the second day. */
function twice(...stated: readonly (string | null)[]): Capture[] {
  const approved = (approvedAt: string | null) => ({ ...JOINED, joinedAt: null, approvedAt });
  const capture = (day: number, twelve?: string | null): Capture => {
    const [eleven, other] = twelve === undefined ? [{}, {}] : [approved('1970-01-02'), approved(twelve)];
    const rates = { 0: { rates: { a: 838 } }, 11: { facts: eleven, rates: { a: 1000 } } };
    return { day, plans: { ...rates, 12: { facts: other, rates: { a: 800 } } } };
  };
  // A capture of rates alone lies between.
  return [capture(4, stated[0]), capture(13), capture(22, stated[1]), capture(30, stated[2])];
}
const RENEWED = '1970-01-11';
const SURE = '12 proven 34';
const OPEN = '12 proven 34 binding-unknown';

test.each<[string, readonly Capture[], number, number, string]>([
  ['not stated at first: from the stated day on', twice(null, RENEWED, RENEWED), 26, 800, SURE],
  ['the overridden rate', twice(null, RENEWED, RENEWED), 26, 1000, '12 other-plan - superseded'],
  ['on the stated day', twice(null, RENEWED, RENEWED), 10.5, 800, OPEN],
  ['before it, nothing says which came later', twice(null, RENEWED, RENEWED), 4, 800, OPEN],
  ['approved anew: the later time binds', twice('1970-01-01', RENEWED, RENEWED), 26, 800, SURE],
  ['before that the earlier time is overridden', twice('1970-01-01', RENEWED, RENEWED), 4, 1000, '11 gain -146'],
  ['and between, too', twice('1970-01-01', RENEWED, RENEWED), 8, 800, '11 other-plan - superseded'],
  ['a time that is stated later corrects', twice(RENEWED, '1970-01-03', '1970-01-03'), 8, 800, SURE],
  ['an earlier one, too', twice('1970-01-03', '1970-01-01', '1970-01-01'), 26, 1000, '11 gain -146'],
  ['the time of an approval is stated only at last', twice(null, null, '1970-01-03'), 8, 800, SURE],
  ['never', twice(null, null, null), 26, 800, OPEN],
])('which plan was in force: %s', (_, captures, click, rateBp, expected) => {
  const line = judge(captures, { click, rateBp });
  expect(`${line.plan?.id} ${told(line)}`).toBe(expected);
});

test('of an unknown shop', () => {
  expect(told(judgeAlone(orderLine({})))).toBe('unknown-shop -');
  expect(told(judgeAlone(orderLine({}), true))).toBe('unknown-shop - shop-unclear');
  expect(told(judgeAlone(orderLine({ state: 'void' })))).toBe('void - invalid');
});

const NO_SALES = { times: [], at: () => new Map<number, number>() };

test('what is known only now changes nothing of what was said then', () => {
  const captures = capturesOf('1 1000/838, 4 800/838, 7 900/838, 9 700/838', JOINED, 'a');
  const verdicts = openPastVerdicts(ledgerOf(captures), DEFAULT_POLICY, () => NO_SALES);
  const days = [0.5, 1, 3.9, 4, 6, 7, 8, 9, 30];
  expect(days.map((day) => verdicts.exitAt('11', day * DAY_MS)?.capturedMs ?? 0)).toEqual([
    0,
    0,
    0,
    4 * DAY_MS,
    4 * DAY_MS,
    0,
    0,
    9 * DAY_MS,
    9 * DAY_MS,
  ]);
  expect(days.map((day) => verdicts.saidExit('11', day * DAY_MS))).toEqual(days.map((day) => day >= 4));
});

/** As a ledger keeps them: one run for as long as captures say the same. */
function joinRuns({ plans, ...ledger }: ShopLedger): ShopLedger {
  const joined = <V>(runs: readonly Run<V>[]) => {
    const all: Run<V>[] = [];
    for (const run of runs) {
      const before = all.at(-1);
      if (before?.last === run.first - 1 && JSON.stringify(before.value) === JSON.stringify(run.value))
        all[all.length - 1] = { ...before, last: run.last };
      else all.push(run);
    }
    return all;
  };
  const own = plans.map((plan) => ({
    ...plan,
    facts: joined(plan.facts),
    rates: plan.rates.map((series) => ({ ...series, runs: joined(series.runs) })),
  }));
  return { ...ledger, plans: own };
}

const rates = (...values: (number | null)[]) =>
  fc.dictionary(fc.constantFrom('a', 'b', ''), fc.constantFrom(...values), { minKeys: 1, maxKeys: 2 });
const joined = (approvedAt: string) =>
  fc.record({
    status: fc.constantFrom('approved' as const, 'approved' as const, 'left' as const),
    endsAt: fc.constantFrom(null, null, '1970-01-06'),
    rates: rates(700, 800, 900, null),
    approvedAt: fc.constant(approvedAt),
  });
/** What is listed for some captures on end; of a plan nothing, where it is not. */
const stretches = fc.array(
  fc.record({
    days: fc.integer({ min: 1, max: 6 }),
    general: rates(800, 838),
    11: fc.option(joined('1970-01-01'), { nil: null, freq: 4 }),
    12: fc.option(joined('1970-01-02'), { nil: null, freq: 2 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function capturesIn(all: typeof stretches extends fc.Arbitrary<infer S> ? S : never): Capture[] {
  const plans = all.flatMap(({ days, general, ...specials }) => {
    const sights = Object.entries(specials).flatMap(([id, said]): [string, PlanSight][] => {
      if (!said) return [];
      const { rates, ...facts } = said;
      return [[id, { facts: { ...APPROVED, ...facts }, rates }]];
    });
    return Array.from({ length: days }, () => ({ 0: { rates: general }, ...Object.fromEntries(sights) }));
  });
  return plans.map((own, i) => ({ day: i + 2, plans: own }));
}

test('the verdict of then is that of a ledger that only has the captures until then', () => {
  fc.assert(
    fc.property(stretches, (all) => {
      const captures = capturesIn(all);
      const verdicts = openPastVerdicts(joinRuns(ledgerOf(captures)), DEFAULT_POLICY, () => NO_SALES);
      for (const { day } of captures.toReversed()) {
        const then = ledgerOf(captures.filter((capture) => capture.day <= day));
        const question = { policy: DEFAULT_POLICY, nowMs: day * DAY_MS, item: null, joinedOnly: true };
        const exits = judgeShop(then, question).flatMap(({ plan, verdict }) => (verdict === 'exit' ? plan.id : []));
        const told = ['11', '12'].filter((plan) => verdicts.exitAt(plan, day * DAY_MS));
        expect(told).toEqual(exits.sort());
      }
    }),
    { numRuns: 400 },
  );
});

test('an item that has left the plan does not count in the verdict of then, though only a plan that nobody joined lists it', () => {
  const open = { rates: { a: 900, b: 900 } };
  const before = { 0: { rates: { a: 838, b: 838 } }, 11: { facts: JOINED, rates: { a: 800, b: 990 } }, 13: open };
  const after = { 0: { rates: { a: 838 } }, 11: { facts: JOINED, rates: { a: 800 } }, 13: open };
  const ledger = ledgerOf([2, 3, 4].map((day) => ({ day, plans: day === 2 ? before : after })));
  const verdicts = openPastVerdicts(joinRuns(ledger), DEFAULT_POLICY, () => NO_SALES);
  expect([2, 3, 4].map((day) => verdicts.exitAt('11', day * DAY_MS) !== null)).toEqual([false, true, true]);
});

test('a later plan overrides until two captures of the whole shop lack it, however long after it was last listed', () => {
  const approved = (approvedAt: string) => ({ facts: { ...APPROVED, approvedAt }, rates: { a: 700 } });
  const own = { 0: { rates: { a: 800, '': 800 } }, 11: approved('1970-01-01') };
  const ledger = ledgerOf(
    [2, 3, 4, 5, 6, 7].map((day) => {
      if (day === 2) return { day, plans: { 0: { rates: { a: 800 } }, 12: approved('1970-01-02') } };
      return { day, plans: day < 6 ? { 0: { rates: { a: 800 } } } : own };
    }),
  );
  const verdicts = openPastVerdicts(joinRuns(ledger), DEFAULT_POLICY, () => NO_SALES);
  expect([7, 6].map((day) => verdicts.exitAt('11', day * DAY_MS) !== null)).toEqual([true, false]);
});

test('a line that no item is known of does not change what is said of one whose item the plan does not list', () => {
  const plans = { 0: { rates: { '': 838, a: 838, b: 838 } }, 11: { facts: JOINED, rates: { '': 800, a: 800 } } };
  const orders = [orderLine({ click: 2, itemNo: 'z', rateBp: 800 }), orderLine({ click: 2, itemNo: 'b', rateBp: 800 })];
  const outside = (lines: typeof orders) => {
    const judgeLine = openLossJudge(ledgerOf([1, 4].map((day) => ({ day, plans }))), DEFAULT_POLICY);
    const said = lines.map((line) => [
      line.itemNo,
      judgeLine(line, line.itemNo === 'z' ? null : scopeOrAll(line.itemNo)).special?.isOutside,
    ]);
    return Object.fromEntries(said);
  };
  expect([outside(orders), outside(orders.toReversed())]).toEqual([
    { z: false, b: true },
    { z: false, b: true },
  ]);
});
