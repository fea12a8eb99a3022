import { expect, test } from 'vitest';
import { mergeOrderStates } from '../../src/domain/merge-orders.ts';
import type { OrderLine, RefundStatement } from '../../src/domain/order-line.ts';
import { ORDER, REFUND } from '../support/order-rows.ts';

const source = { file: 'a.csv', sha256: 'aa', line: 2, capturedMs: 10, importedMs: 99 };
const row: OrderLine = { ...ORDER, account: '主号', occurrence: 1, source, earlier: [], refunds: [] };
const refund: RefundStatement = { ...REFUND, account: '主号', occurrence: 1, source };
const other = { ...source, sha256: 'bb' };
const at = (capturedMs: number, more: Partial<OrderLine> = {}): OrderLine => ({
  ...row,
  source: { ...source, capturedMs, sha256: `${capturedMs}` },
  ...more,
});

const newest: readonly (readonly [name: string, states: readonly OrderLine[], expected: object])[] = [
  [
    'the later capture',
    [at(10), at(20, { state: 'settled', settledFen: 9000 })],
    { state: 'settled', settledFen: 9000 },
  ],
  ['void after settled', [at(10, { state: 'settled' }), at(20, { state: 'void' })], { state: 'void' }],
  ['of one moment the later state', [at(10, { state: 'void' }), at(10, { state: 'settled' })], { state: 'void' }],
  [
    'the later modification, captured before',
    [at(30, { modifiedMs: 5 }), at(20, { modifiedMs: 6, state: 'settled' })],
    { state: 'settled' },
  ],
  ['a capture after a modification', [at(30), at(20, { modifiedMs: 15, state: 'received' })], { state: 'paid' }],
  [
    'what does not change is filled in',
    [at(10), at(20, { clickedMs: null, role: null, nick: null })],
    { clickedMs: 20, role: 'own', nick: '旺旺' },
  ],
  [
    'amounts are of the newest alone',
    [at(10), at(20, { paidFen: null, rateBp: null })],
    { paidFen: null, rateBp: null },
  ],
];

test.each(newest)('newest state: %s', (_, states, expected) => {
  for (const given of [states, [...states].reverse(), [...states, ...states]]) {
    const lines = mergeOrderStates(given, []);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject(expected);
  }
});

test('earlier rates stand in order of time, each change once', () => {
  const states = [at(40, { state: 'settled', rateBp: 600 }), at(10), at(20), at(30, { state: 'settled' })];
  expect(mergeOrderStates(states, [])[0]?.earlier).toMatchObject([
    { state: 'paid', rateBp: 800, source: { capturedMs: 20 } },
    { state: 'settled', rateBp: 800, source: { capturedMs: 30 } },
  ]);
});

const lines: readonly (readonly [name: string, a: Partial<OrderLine>, b: Partial<OrderLine>, count: number])[] = [
  ['another sub-order', {}, { subOrderNo: '102' }, 2],
  ['another account', {}, { account: '小号' }, 2],
  ['another role', {}, { role: 'third-party' }, 2],
  ['no sub-order: another occurrence', { subOrderNo: null }, { subOrderNo: null, occurrence: 2 }, 2],
  ['no sub-order: another price', { subOrderNo: null }, { subOrderNo: null, unitPriceFen: 1 }, 2],
  ['no sub-order: the same', { subOrderNo: null }, { subOrderNo: null }, 1],
];

test.each(lines)('lines: %s', (_, a, b, count) => {
  expect(mergeOrderStates([at(10, a), at(20, b)], [])).toHaveLength(count);
});

const refunds: readonly (readonly [
  name: string,
  rows: readonly OrderLine[],
  cases: readonly Partial<RefundStatement>[],
  expected: readonly object[],
])[] = [
  [
    'of the sub-order',
    [row, { ...row, subOrderNo: '102' }],
    [{}],
    [{ refunds: [{ refundFen: 1995 }], refundTag: false }, { refunds: [] }],
  ],
  [
    'the newest state of a case',
    [row],
    [{ state: 'open', refundFen: null, source }, { source: { ...source, capturedMs: 11 } }],
    [{ refunds: [{ state: 'succeeded' }] }],
  ],
  ['two cases', [row], [{ createdMs: 50 }, {}], [{ refunds: [{ createdMs: 20 }, { createdMs: 50 }] }]],
  ['an order of one line', [row], [{ subOrderNo: null }], [{ refunds: [{ refundFen: 1995 }] }]],
  [
    'an order of two lines',
    [row, { ...row, subOrderNo: '102' }],
    [{ subOrderNo: null }],
    [
      { refunds: [], refundTag: true },
      { refunds: [], refundTag: true },
    ],
  ],
  ['another account', [row], [{ account: '小号' }], [{ refunds: [] }]],
  ['a report without the number of the order', [row], [{}, { orderNo: null, source: other }], [{ refunds: [{}] }]],
  [
    'a report with the number of the order alone, which is that of its line',
    [{ ...row, subOrderNo: '100' }],
    [{ subOrderNo: '100' }, { subOrderNo: null, source: other }],
    [{ refunds: [{}] }],
  ],
  [
    'a report without the time of opening',
    [row],
    [{ createdMs: null, source: other }, { createdMs: 50, refundFen: 40 }, {}],
    [{ refunds: [{ createdMs: 50 }, { createdMs: 20, refundFen: 1995 }] }],
  ],
  [
    'a report without the time of opening, of several cases',
    [row],
    [
      { createdMs: null, refundFen: 40, source: other },
      { createdMs: null, refundFen: 1995, occurrence: 2, source: other },
      { createdMs: null, refundFen: 1995, occurrence: 3, source: other },
      { createdMs: 50 },
      {},
      { createdMs: 60, refundFen: 40 },
    ],
    [{ refunds: [{ createdMs: 50 }, { createdMs: 20 }, { createdMs: 60 }] }],
  ],
  [
    'a report without the time of opening has a case more',
    [row],
    [{ createdMs: null, source: other }, { createdMs: null, occurrence: 2, source: other }, {}],
    [{ refunds: [{}, {}] }],
  ],
  [
    'an open case, of which a report has neither the time of opening nor the amount',
    [row],
    [{}, { createdMs: null, refundFen: null, state: 'open', source: { ...source, sha256: 'bb', capturedMs: 5 } }],
    [{ refunds: [{ state: 'succeeded' }] }],
  ],
];

test.each(refunds)('refunds: %s', (_, rows, cases, expected) => {
  expect(
    mergeOrderStates(
      rows,
      cases.map((more) => ({ ...refund, ...more })),
    ),
  ).toMatchObject(expected);
});
