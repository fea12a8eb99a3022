import { expect, test } from 'vitest';
import { type History, historyOf } from '../../src/domain/history.ts';
import { DAY_MS, ledgerOf } from '../support/ledger.ts';

const EVERYTHING = { planId: null, itemId: null, sinceMs: 0 };

/** `plan/item from-to special general`, with days. */
const steps = ({ pairs }: History) =>
  pairs.flatMap(({ plan, item, steps }) =>
    steps.map(
      (s) => `${plan.id}/${item?.id ?? ''} ${s.fromMs / DAY_MS}-${s.toMs / DAY_MS} ${s.specialBp} ${s.generalBp}`,
    ),
  );
const lines = ({ lines }: History) =>
  lines.map(({ plan, item, readings }) => `${plan.id}/${item?.id ?? ''} ${readings.map((r) => r.value).join(' ')}`);

test.each<[string, string, string[]]>([
  ['nothing moves', '1 10/8, 2 10/8, 5 10/8', ['11/ 1-5 10 8']],
  ['a cut', '1 10/8, 2 10/8, 9 7/8', ['11/ 1-2 10 8', '11/ 9-9 7 8']],
  ['both move', '1 10/8, 2 9/11, 3 9/11', ['11/ 1-1 10 8', '11/ 2-3 9 11']],
  ['general known later', '1 10/, 2 10/8', ['11/ 1-1 10 null', '11/ 2-2 10 8']],
  ['listed as unknown', '1 10/8, 2 -/8, 3 10/8', ['11/ 1-1 10 8', '11/ 2-2 null 8', '11/ 3-3 10 8']],
  ['not listed any more', '1 10/8, 2 /8', ['11/ 1-1 10 8', '11/ 2-2 null 8']],
  ['a partial file without it says nothing', '1 10/8, 2 /8 partial', ['11/ 1-2 10 8']],
  ['no general plan', '1 10/, 2 9/', ['11/ 1-1 10 null', '11/ 2-2 9 null']],
  ['only the general plan', '1 /8, 2 /9', ['0/ 1-1 null 8', '0/ 2-2 null 9']],
])('side by side: %s', (_, captures, expected) => {
  expect(steps(historyOf(ledgerOf(captures), EVERYTHING))).toEqual(expected);
});

test('two files of one moment that disagree: unknown then, and both are told', () => {
  const history = historyOf(ledgerOf('1 10/8, 1 9/ shop-plans'), EVERYTHING);
  expect(steps(history)).toEqual(['11/ 1-1 null 8']);
  expect(lines(history)).toEqual(['0/ 8', '11/ 10 9']);
});

test('every reading has the file of its capture', () => {
  const { lines } = historyOf(ledgerOf('1 10/8, 2 -/8'), { ...EVERYTHING, planId: '11' });
  expect(lines.at(-1)?.readings).toEqual([
    { atMs: DAY_MS, value: 10, source: { file: 'listed-1', locator: 2, raw: '10' } },
    { atMs: 2 * DAY_MS, value: null, source: { file: 'listed-2', locator: 2, raw: 'null' } },
  ]);
});

const WIDE = ledgerOf([
  {
    day: 1,
    plans: {
      0: { rates: { '': 8, a: 5, b: 6 } },
      11: { rates: { '': 10, a: 9 } },
      12: { rates: { b: 7 } },
      77: { rates: { a: 30 }, facts: { kind: 'event' } },
    },
  },
]);

test.each<[string, Partial<typeof EVERYTHING> | object, string[], string[]]>([
  [
    'the shop',
    {},
    ['0/ 8', '0/a 5', '0/b 6', '11/ 10', '11/a 9', '12/b 7', '77/a 30'],
    ['11/ 1-1 10 8', '11/a 1-1 9 5', '12/b 1-1 7 6', '77/a 1-1 30 5'],
  ],
  ['a plan, with the general one beside it', { planId: '12' }, ['0/b 6', '12/b 7'], ['12/b 1-1 7 6']],
  ['an item', { itemId: 'a' }, ['0/a 5', '11/a 9', '77/a 30'], ['11/a 1-1 9 5', '77/a 1-1 30 5']],
  [
    'the general plan',
    { planId: '0' },
    ['0/ 8', '0/a 5', '0/b 6'],
    ['0/ 1-1 null 8', '0/a 1-1 null 5', '0/b 1-1 null 6'],
  ],
  ['a plan without rates', { planId: '99' }, [], []],
])('asked for %s', (_, only, expectedLines, expectedSteps) => {
  const history = historyOf(WIDE, { ...EVERYTHING, ...only });
  expect(lines(history)).toEqual(expectedLines);
  expect(steps(history)).toEqual(expectedSteps);
});

test('since: what ended before is left out, what lasted is told from its beginning', () => {
  const history = historyOf(ledgerOf('1 10/8, 2 9/8, 4 9/8'), {
    ...EVERYTHING,
    sinceMs: 3 * DAY_MS,
  });
  expect(steps(history)).toEqual(['11/ 2-4 9 8']);
  expect(lines(history)).toEqual(['0/ 8', '11/ 9']);
});
