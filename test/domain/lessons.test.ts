import { expect, test } from 'vitest';
import { narrowedChanges, type PlanLessons, type RateMoments, shownMoment } from '../../src/domain/lessons.ts';
import { openLossJudge } from '../../src/domain/loss.ts';
import { LossSums } from '../../src/domain/loss-sums.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { APPROVED, capturesOf, DAY_MS, ledgerOf, scopeOrAll } from '../support/ledger.ts';
import { type OrderDraft, orderLine } from '../support/order-lines.ts';

const JOINED = { ...APPROVED, joinedAt: '1969-12-01', approvedAt: '1969-12-01' } as const;

/** What the lines teach, times in days. */
function lessonsOf(captures: string, orders: readonly OrderDraft[]) {
  const judge = openLossJudge(ledgerOf(capturesOf(captures, JOINED, 'a')), DEFAULT_POLICY);
  const sums = new LossSums();
  for (const draft of orders) {
    const order = orderLine(draft);
    sums.add({ line: judge(order, scopeOrAll(order.itemNo)), moment: null, isTold: false });
  }
  const own: PlanLessons | undefined = sums.plans()[0]?.lessons;
  const days = (ms: number) => Math.round((ms / DAY_MS) * 100) / 100;
  return {
    moments: sums.rateMoments,
    changes: (own ? narrowedChanges(own) : []).map((change) =>
      [change.side, change.fromBp, change.toBp, days(change.paidAfterMs), days(change.paidBeforeMs)].join(' '),
    ),
    outside: own?.outside,
    afterExit: own?.afterExit,
    exit: own?.exit && [days(own.exit.exitMs), days(own.exit.generalMs)],
  };
}

const CUT = '1 1000/838 b:/838, 2 1000/838 b:/838, 4 800/838 b:/838, 7 800/838 b:/838';

const moments: readonly (readonly [string, OrderDraft, RateMoments])[] = [
  ['at the rate of the click', { click: 1.5, paid: 5, rateBp: 1000 }, { click: 1, payment: 0 }],
  ['at the rate of the payment', { click: 1.5, paid: 5, rateBp: 800 }, { click: 0, payment: 1 }],
  ['no change between', { click: 5, paid: 6, rateBp: 800 }, { click: 0, payment: 0 }],
  ['the payment lies inside the change', { click: 1.5, paid: 3, rateBp: 1000 }, { click: 0, payment: 0 }],
  ['at the general rate', { click: 1.5, paid: 5, rateBp: 838 }, { click: 0, payment: 0 }],
  ['invalid', { click: 1.5, paid: 5, rateBp: 1000, state: 'void' }, { click: 0, payment: 0 }],
  ['the click is not known', { click: null, paid: 5, rateBp: 1000 }, { click: 0, payment: 0 }],
];

test.each(moments)('the moment of the rate: %s', (_, order, expected) => {
  expect(lessonsOf(CUT, [order]).moments).toEqual(expected);
});

test('a rate that the other plan had meanwhile says nothing', () => {
  const alike = '1 1000/800, 2 1000/800, 4 800/800, 7 800/800';
  expect(lessonsOf(alike, [{ click: 1.5, paid: 5, rateBp: 800 }]).moments).toEqual({ click: 0, payment: 0 });
});

const shown: readonly (readonly [RateMoments, string | null])[] = [
  [{ click: 5, payment: 0 }, 'click'],
  [{ click: 0, payment: 6 }, 'payment'],
  [{ click: 4, payment: 0 }, null],
  [{ click: 9, payment: 1 }, null],
  [{ click: 0, payment: 0 }, null],
];

test.each(shown)('five lines that agree show it: %j', (found, expected) => {
  expect(shownMoment(found)).toBe(expected);
});

test('a moment that is set leaves one rate', () => {
  const order = orderLine({ click: 1.5, paid: 5, rateBp: 1000 });
  const ledger = ledgerOf(capturesOf(CUT, JOINED, 'a'));
  const special = (rateMoment: 'click' | 'payment' | null) =>
    openLossJudge(ledger, { ...DEFAULT_POLICY, ...(rateMoment && { rateMoment }) })(order, scopeOrAll('a')).special
      ?.bps;
  expect([special(null), special('click'), special('payment')]).toEqual([[800, 1000], [1000], [800]]);
});

const narrowed: readonly (readonly [string, readonly OrderDraft[], readonly string[]])[] = [
  ['by a line at the old rate', [{ click: 3, rateBp: 1000 }], ['special 1000 800 3 4']],
  ['by a line at the new rate', [{ click: 3, rateBp: 800 }], ['special 1000 800 2 3']],
  [
    'by both',
    [
      { click: 2.5, rateBp: 1000 },
      { click: 2.2, rateBp: 1000 },
      { click: 3.4, paid: 3.5, rateBp: 800 },
      { click: 3.7, rateBp: 800 },
    ],
    ['special 1000 800 2.5 3.5'],
  ],
  [
    'not by lines that contradict each other',
    [
      { click: 3.4, rateBp: 1000 },
      { click: 2.2, paid: 2.5, rateBp: 800 },
    ],
    [],
  ],
  [
    'not by a new rate paid in the moment of a click at the old one',
    [
      { click: 3, rateBp: 1000 },
      { click: 2.5, paid: 3, rateBp: 800 },
    ],
    [],
  ],
  ['not by one at another rate', [{ click: 3, rateBp: 838 }], []],
  ['not by one outside', [{ click: 5, rateBp: 800 }], []],
  ['not by one that saw all of it', [{ click: 1.5, paid: 5, rateBp: 800 }], []],
];

test.each(narrowed)('a change between two captures is narrowed %s', (_, orders, expected) => {
  expect(lessonsOf(CUT, orders).changes).toEqual(expected);
});

test('items that the plan does not list', () => {
  const orders = [
    { click: 5, itemNo: 'b', rateBp: 838 },
    { click: 5, itemNo: 'b', rateBp: 700 },
    { click: 5, rateBp: 838 },
  ];
  expect(lessonsOf(CUT, orders).outside).toEqual({ lines: 2, atGeneral: 1 });
});

test('of lines clicked after an exit those at the general rate count, and none before it', () => {
  const left = '1 800/838, 4 800/838 left, 7 800/838 left, 10 -/838 left';
  const orders = [
    { click: 0.5, rateBp: 838 },
    { click: 2, rateBp: 838 },
    { click: 3, rateBp: 800 },
    { click: 4.2, rateBp: 800 },
    { click: 4.5, rateBp: 838 },
    { click: 5, rateBp: 419 },
    { click: 11, rateBp: 838 },
  ];
  expect(lessonsOf(left, orders).afterExit).toEqual({ lines: 3, atGeneral: 2 });
  expect(lessonsOf(CUT, [{ click: 5, rateBp: 838 }]).afterExit).toEqual({ lines: 0, atGeneral: 0 });
});

test('after an exit the first click at the general rate', () => {
  const left = '1 800/838, 4 800/838 left, 7 800/838 left';
  const orders = [
    { click: 6, rateBp: 838 },
    { click: 4.5, rateBp: 838 },
    { click: 4.2, rateBp: 800 },
    { click: 2, rateBp: 838 },
  ];
  expect(lessonsOf(left, orders).exit).toEqual([4, 4.5]);
  expect(lessonsOf(left, orders.slice(2)).exit).toBeNull();
});
