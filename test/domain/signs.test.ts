/** Signs that a membership showed while it was new. */
import { expect, test } from 'vitest';
import { type Sign, signsOf, type Turns } from '../../src/domain/signs.ts';
import { DAY_MS } from '../support/ledger.ts';

const NONE: Turns = { raisedMs: [], openedMs: [], isLockedAt: () => null, salesBetween: () => [] };
/** Approved on day 100. */
const GOOD = { approvedMs: 100 * DAY_MS, left: 60, right: null, age: 60 };
const BROKEN = { ...GOOD, left: 6, right: 8 };
const on = (...days: number[]) => days.map((day) => day * DAY_MS);

test.each<[string, Partial<Turns>, typeof GOOD | typeof BROKEN, Sign[]]>([
  ['nothing', {}, GOOD, []],
  ['raised two weeks before', { raisedMs: on(86) }, GOOD, ['general-raised']],
  ['raised earlier', { raisedMs: on(85.9) }, GOOD, []],
  ['raised two weeks after', { raisedMs: on(114) }, GOOD, ['general-raised']],
  ['raised later', { raisedMs: on(114.1) }, GOOD, []],
  ['raised before it broke', { raisedMs: on(106) }, BROKEN, ['general-raised']],
  ['raised above it', { raisedMs: on(108) }, BROKEN, []],
  ['just joined, raised since the newest capture', { raisedMs: on(103) }, { ...GOOD, age: 2 }, []],
  ['opened on the day', { openedMs: on(100) }, GOOD, ['new-plan']],
  ['not locked', { isLockedAt: () => false }, GOOD, ['not-locked']],
  ['locked', { isLockedAt: () => true }, GOOD, []],
  ['sales doubled', { salesBetween: () => [{ before: 15, after: 30 }] }, GOOD, ['sales-ramp']],
  ['nearly', { salesBetween: () => [{ before: 100, after: 199 }] }, GOOD, []],
  ['of few', { salesBetween: () => [{ before: 2, after: 29 }] }, GOOD, []],
  ['of none', { salesBetween: () => [{ before: 0, after: 300 }] }, GOOD, []],
  [
    'as another feed has it',
    {
      salesBetween: () => [
        { before: 90, after: 90 },
        { before: 30, after: 90 },
      ],
    },
    GOOD,
    ['sales-ramp'],
  ],
])('%s', (_, turns, timing, signs) => {
  expect(signsOf(timing, [{ ...NONE, ...turns }])).toEqual(signs);
});

test('sales are asked of from two weeks before the approval until it broke, or for two weeks', () => {
  const asked: number[][] = [];
  const turns = {
    ...NONE,
    salesBetween: (fromMs: number, toMs: number) => {
      asked.push([fromMs / DAY_MS, toMs / DAY_MS]);
      return [];
    },
  };
  for (const timing of [GOOD, BROKEN, { ...GOOD, age: 3 }]) signsOf(timing, [turns]);
  expect(asked).toEqual([
    [86, 114],
    [86, 106],
    [86, 103],
  ]);
});
