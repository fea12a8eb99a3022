import { describe, expect, test } from 'vitest';
import { headlineOf } from '../../src/domain/headline.ts';
import { type Lifetime, lifetimesOf, watchedSpans } from '../../src/domain/lifetimes.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import type { PlanFacts } from '../../src/domain/reading.ts';
import { bandsAt, kaplanMeier, medianOf, randomFrom, type Span, shareAt, turnbull } from '../../src/domain/survival.ts';
import { APPROVED, type Capture, ledgerOf, type PlanSight } from '../support/ledger.ts';

function span(left: number, right: number | null, entry = 0): Span {
  return { entry, left, right };
}

/** Ten plans: last seen good, first seen not; null: still good. */
const WORKED = (
  [
    [0, 7],
    [3, 7],
    [7, 10],
    [7, 14],
    [10, null],
    [14, 21],
    [21, 28],
    [28, 35],
    [30, null],
    [45, null],
  ] as const
).map(([left, right]) => span(left, right));

describe('ten plans', () => {
  test.each([
    [7, 10, 2, 0.8, 0.409, 0.946, 0.8],
    [10, 8, 1, 0.7, 0.329, 0.892, 0.6],
    [14, 6, 1, 0.5833, 0.23, 0.821, 0.6],
    [21, 5, 1, 0.4667, 0.15, 0.737, 0.48],
    [28, 4, 1, 0.35, 0.085, 0.64, 0.36],
    [35, 2, 1, 0.175, 0.011, 0.509, 0.18],
  ])('day %i', (day, atRisk, events, seen, lower, upper, good) => {
    const step = kaplanMeier(WORKED).find((one) => one.day === day);
    expect(step).toMatchObject({ atRisk, events });
    expect(step?.share).toBeCloseTo(seen, 4);
    expect(step?.lower).toBeCloseTo(lower, 3);
    expect(step?.upper).toBeCloseTo(upper, 3);
    expect(shareAt(turnbull(WORKED), day)).toBeCloseTo(good, 4);
  });

  test('shares, medians, headline', () => {
    const masses = turnbull(WORKED).map(({ from, to, share }) => [from, to, Number(share.toFixed(4))]);
    expect(masses).toEqual([
      [3, 7, 0.2],
      [7, 10, 0.2],
      [10, 14, 0],
      [14, 21, 0.12],
      [21, 28, 0.12],
      [30, 35, 0.18],
      [45, null, 0.18],
    ]);
    expect(medianOf(turnbull(WORKED))).toEqual({ from: 14, to: 21 });
    expect(kaplanMeier(WORKED).find(({ share }) => share <= 0.5)?.day).toBe(21);
    const headline = headlineOf(
      WORKED.map((one) => ({ ...one, age: 60, end: one.right === null ? null : ('below' as const) })),
      14,
    );
    expect(headline).toMatchObject({ below: 4, closed: 0, good: 5, unknown: 1, withinDays: 14 });
    expect(headline.bounds?.lower).toBeCloseTo(0.218, 4);
    expect(headline.bounds?.upper).toBeCloseTo(0.6965, 4);
  });

  test('bands hold the estimate, and are the same each time', () => {
    const days = [7, 14, 21, 28, 35];
    const masses = turnbull(WORKED);
    const bands = bandsAt(WORKED, masses, days);
    expect(bandsAt(WORKED, masses, days)).toEqual(bands);
    for (const [i, day] of days.entries()) {
      const share = shareAt(masses, day);
      expect(bands[i]?.lower).toBeLessThan(share);
      expect(bands[i]?.upper).toBeGreaterThan(share);
    }
  });
});

describe('estimates', () => {
  test('nothing', () => {
    expect([turnbull([]), kaplanMeier([]), bandsAt([], [], [])]).toEqual([[], [], []]);
    expect(headlineOf([], 14)).toMatchObject({ good: 0, unknown: 0, withinDays: null, bounds: null });
  });

  // By hand: of those that entered on day 10 one half lasts to day 20; before it one of two lasts to day 10.
  test('who entered late counts only from then on', () => {
    const spans = [span(0, 10), span(30, null), span(10, 20, 10), span(30, null, 10)];
    const masses = turnbull(spans);
    expect(shareAt(masses, 10)).toBeCloseTo(1 / 2, 4);
    expect(shareAt(masses, 20)).toBeCloseTo(1 / 3, 4);
    expect(kaplanMeier(spans).map(({ atRisk, share }) => [atRisk, Number(share.toFixed(4))])).toEqual([
      [2, 0.5],
      [3, 0.3333],
    ]);
  });

  // By an EM over all days, written apart from this program.
  test.each<[string, Span[], [day: number, share: number][]]>([
    [
      'watched from the start',
      [span(0, 5), span(2, 9), span(5, 9), span(9, null), span(3, 12), span(12, null)],
      [
        [5, 0.6667],
        [9, 0.3333],
        [12, 0.3333],
      ],
    ],
    [
      'some entered late',
      [span(0, 10), span(30, null), span(10, 20, 10), span(30, null, 10), span(8, 15, 5), span(20, null, 5)],
      [
        [10, 0.5],
        [15, 0.3333],
        [20, 0.3333],
      ],
    ],
    [
      'many that overlap',
      [span(1, 4), span(2, 6), span(4, 8), span(5, 9, 3), span(6, null), span(7, 12, 2), span(10, null), span(0, 3)],
      [
        [3, 0.5714],
        [6, 0.5714],
        [8, 0.1905],
        [12, 0],
      ],
    ],
  ])('%s', (_, spans, expected) => {
    const masses = turnbull(spans);
    expect(expected.map(([day]) => [day, Number(shareAt(masses, day).toFixed(4))])).toEqual(expected);
  });

  test('where none is left the bounds are the share itself', () => {
    expect(kaplanMeier([span(0, 5)])).toEqual([{ day: 5, atRisk: 1, events: 1, share: 0, lower: 0, upper: 0 }]);
  });
});

const DAY_ZERO = '1970-01-11T00:00:00.000Z';

/** Day n after the approval; the account was watched before. */
function sight(day: number, special: number | undefined, facts: Partial<PlanFacts> = {}, general = 838): Capture {
  const plans: Record<string, PlanSight> = { 0: { rates: { '': general } } };
  if (special !== undefined)
    plans['11'] = { rates: { '': special }, facts: { ...APPROVED, approvedAt: DAY_ZERO, ...facts } };
  return { day: 10 + day, plans };
}
const BEFORE: Capture = { day: 5, plans: { 0: { rates: { '': 838 } } } };

const OTHER = (day: number, special: number): Capture => ({
  day: 10 + day,
  plans: {
    0: { rates: { '': 838 } },
    11: { rates: { '': special }, facts: { ...APPROVED, approvedAt: '1970-01-14' } },
  },
});

describe('what captures tell of a plan', () => {
  test.each<[string, Capture[], Partial<Lifetime>]>([
    ['still good', [sight(1, 1000), sight(9, 1000)], { left: 9, right: null, end: null, specialBp: 1000 }],
    ['cut below', [sight(1, 1000), sight(9, 1000), sight(12.5, 800)], { left: 9, right: 12.5, end: 'below' }],
    ['cut, still above', [sight(1, 1000), sight(9, 900)], { left: 9, right: null, end: null }],
    ['below at first sight', [sight(3, 800)], { left: 0, right: 3, end: 'below' }],
    ['the general rate was raised above it', [sight(1, 1000), sight(9, 1000, {}, 1100)], { right: 9, end: 'below' }],
    ['below once, and good again', [sight(1, 1000), sight(5, 800), sight(9, 1000)], { left: 1, right: 5 }],
    ['stopped', [sight(2, 1000), sight(9, 1000, { state: 'stopped' })], { left: 2, right: 9, end: 'closed' }],
    ['cut and stopped at once', [sight(2, 1000), sight(9, 700, { state: 'stopped' })], { right: 9, end: 'below' }],
    [
      'stopped, then cut',
      [sight(2, 1000), sight(5, 1000, { state: 'stopped' }), sight(9, 1)],
      { right: 5, end: 'closed' },
    ],
    ['gone', [sight(2, 1000), sight(9, undefined), sight(10, undefined)], { left: 2, right: 10, end: 'closed' }],
    ['missed once', [sight(2, 1000), sight(9, undefined)], { left: 2, right: null, end: null }],
    [
      'ended as announced',
      [sight(2, 1000, { endsAt: '1970-01-15' }), sight(9, undefined), sight(10, undefined)],
      { left: 2, right: null, end: 'ended' },
    ],
    [
      'left, cut later',
      [sight(2, 1000), sight(4, 1000, { status: 'left' }), sight(9, 700, { status: 'left' })],
      { left: 2, end: 'left' },
    ],
    ['removed', [sight(2, 1000), sight(4, 700, { status: 'removed' })], { left: 2, right: null, end: 'removed' }],
    [
      'no general rate',
      [{ day: 12, plans: { 11: sight(2, 1000).plans['11'] as PlanSight } }],
      { left: 0, specialBp: null },
    ],
    [
      'approved between two captures',
      [
        sight(-3, 1000, { status: 'pending', approvedAt: null }),
        sight(1, 1000, { approvedAt: null, joinedAt: null }),
        sight(9, 700, { approvedAt: null, joinedAt: null }),
      ],
      { left: 0, right: 8, end: 'below' },
    ],
    ['another account sees the same cut', [sight(1, 1000), sight(9, 1000), OTHER(12, 700)], { left: 9, right: 12 }],
  ])('%s', (_, captures, expected) => {
    const ledgers = captures.includes(captures.find((one) => one.day === 22) as Capture)
      ? [ledgerOf([BEFORE, ...captures.slice(0, -1)]), ledgerOf([BEFORE, ...captures.slice(-1)], { account: 'second' })]
      : [ledgerOf([BEFORE, ...captures])];
    const found = lifetimesOf(ledgers, DEFAULT_POLICY);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ entry: 0, ...expected });
  });

  test('two accounts are one decision, a later membership is another', () => {
    const second = [sight(4, 1000, { approvedAt: '1970-01-14' }), sight(12, 700, { approvedAt: '1970-01-14' })];
    const ledgers = [
      ledgerOf([BEFORE, sight(1, 1000), sight(9, 1000)], { account: 'first' }),
      ledgerOf([BEFORE, ...second], { account: 'second' }),
    ];
    expect(lifetimesOf(ledgers, DEFAULT_POLICY)).toMatchObject([
      { accounts: ['first', 'second'], left: 9, right: 12, end: 'below' },
    ]);
    const again = ledgerOf([
      BEFORE,
      sight(1, 1000),
      sight(3, 1000, { status: 'left' }),
      sight(20, 1000, { approvedAt: '1970-01-26' }),
      sight(25, 700, { approvedAt: '1970-01-26' }),
    ]);
    expect(lifetimesOf([again], DEFAULT_POLICY)).toMatchObject([
      { left: 1, right: null, end: 'left' },
      { left: expect.closeTo(5 + 1 / 3), right: expect.closeTo(10 + 1 / 3), end: 'below' },
    ]);
  });

  test('approved before anything was captured: it enters when first seen, and was never seen to last if it was cut by then', () => {
    const late = lifetimesOf([ledgerOf([sight(20, 1000), sight(40, 700)])], DEFAULT_POLICY);
    expect(late).toMatchObject([{ entry: 20, left: 20, right: 40 }]);
    const cut = lifetimesOf([ledgerOf([sight(20, 700)])], DEFAULT_POLICY);
    expect(cut).toMatchObject([{ entry: 20, left: 0, right: 20 }]);
    expect([watchedSpans(late).length, watchedSpans(cut).length]).toEqual([1, 0]);
    // Of 14 days neither tells.
    expect(headlineOf([...late, ...cut], 14)).toMatchObject({ below: 0, good: 0, unknown: 2 });
    expect(headlineOf([...late, ...cut], 20)).toMatchObject({ below: 1, good: 1, unknown: 0 });
  });

  test('items count, averages where there are none', () => {
    const at = (day: number, rates: Record<string, number>): Capture => ({
      day: 10 + day,
      plans: {
        0: { rates: { '': 838, a: 500, b: 500 } },
        11: { rates, facts: { ...APPROVED, approvedAt: DAY_ZERO } },
      },
    });
    const isGood = (rates: Record<string, number>) =>
      lifetimesOf([ledgerOf([BEFORE, at(2, rates)])], DEFAULT_POLICY)[0]?.end === null;
    expect(
      [{ '': 900 }, { '': 800 }, { '': 900, a: 400 }, { '': 800, a: 600 }, { a: 400, b: 601 }, { a: 400, b: 599 }].map(
        isGood,
      ),
    ).toEqual([true, false, false, true, true, false]);
  });
});

/** Merchants with known lifetimes, exponential, watched at random moments; some joined before the first capture. */
function drawPlans(n: number, seed: number, { meanDays = 40, gapDays = 4, late = 0 }): Lifetime[] {
  const random = randomFrom(seed);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const found: Lifetime[] = [];
  while (found.length < n) {
    const lasts = exponential(meanDays);
    const first = random() < late ? random() * 20 : 0;
    const looks: number[] = [];
    for (let day = first; day < first + 20 + random() * 40; day += exponential(gapDays)) looks.push(day);
    // What was cut before the first capture had been left by then.
    if (first > 0 && lasts <= first) continue;
    const captures = looks.filter((day) => day > 0).map((day) => sight(day, day < lasts ? 1000 : 700));
    found.push(...lifetimesOf([ledgerOf(first > 0 ? captures : [BEFORE, ...captures])], DEFAULT_POLICY));
  }
  return found;
}

test.each([
  ['watched from the start', { late: 0 }],
  ['some joined before', { late: 0.4 }],
  ['seldom looked at', { gapDays: 9 }],
])('the truth lies within the band as often as the band claims: %s', (_, world) => {
  const days = [14, 30];
  const hits = days.map(() => 0);
  for (let run = 0; run < 400; run++) {
    const spans = watchedSpans(drawPlans(20, run * 7919 + 1, world));
    const bands = bandsAt(spans, turnbull(spans), days, { draws: 100, seed: run });
    for (const [i, day] of days.entries()) {
      const truth = Math.exp(-day / 40);
      const { lower = 1, upper = 0 } = bands[i] ?? {};
      if (lower <= truth && truth <= upper) hits[i] = (hits[i] ?? 0) + 1;
    }
  }
  for (const hit of hits) expect(Math.abs(hit / 4 - 95)).toBeLessThanOrEqual(3);
});
