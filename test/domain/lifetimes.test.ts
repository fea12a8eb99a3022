import { describe, expect, test } from 'vitest';
import { headlineOf } from '../../src/domain/headline.ts';
import { type Lifetime, lifetimesOf, watchedSpans } from '../../src/domain/lifetimes.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { bandsAt, kaplanMeier, medianOf, randomFrom, type Span, shareAt, turnbull } from '../../src/domain/survival.ts';
import { APPROVED, type Capture, capturesOf, ledgerOf } from '../support/ledger.ts';

function span(left: number, right: number | null, entry = 0): Span {
  return { entry, left, right };
}

/** Ten plans: last seen good, first seen not; null: still good. */
const WORKED = '0-7 3-7 7-10 7-14 10- 14-21 21-28 28-35 30- 45-'.split(' ').map((text) => {
  const [left, right] = text.split('-');
  return span(Number(left), right === '' ? null : Number(right));
});

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
function sights(text: string): Capture[] {
  const facts = { ...APPROVED, approvedAt: DAY_ZERO };
  return capturesOf(text, facts).map((capture) => ({ ...capture, day: 10 + capture.day }));
}
const BEFORE: Capture = { day: 5, plans: { 0: { rates: { '': 838 } } } };

test('a capture that tells nothing of the merchant makes no membership older: which of them share a feed may hang on their order', () => {
  const captures = [BEFORE, ...sights('0 900/838, 3 900/838')];
  const ageOf = (all: readonly Capture[]) => lifetimesOf([ledgerOf(all)], DEFAULT_POLICY).map(({ age }) => age);
  expect(ageOf([...captures, { day: 20, plans: {} }])).toEqual([3]);
  expect(ageOf([...captures, { day: 20, plans: { 0: { rates: { '': 838 } } } }])).toEqual([10]);
});
const watched = (text: string, account = 'default') => ledgerOf([BEFORE, ...sights(text)], { account });

describe('what captures tell of a plan', () => {
  test.each<[string, string, Partial<Lifetime>]>([
    ['still good', '1 1000/838, 9 1000/838', { left: 9, right: null, end: null, specialBp: 1000 }],
    ['cut below', '1 1000/838, 9 1000/838, 12.5 800/838', { left: 9, right: 12.5, end: 'below' }],
    ['cut, still above', '1 1000/838, 9 900/838', { left: 9, right: null, end: null }],
    ['below at first sight', '3 800/838', { left: 0, right: 3, end: 'below' }],
    ['the general rate was raised above it', '1 1000/838, 9 1000/1100', { right: 9, end: 'below' }],
    ['below once, and good again', '1 1000/838, 5 800/838, 9 1000/838', { left: 1, right: 5 }],
    ['stopped', '2 1000/838, 9 1000/838 stopped', { left: 2, right: 9, end: 'closed' }],
    ['cut and stopped at once', '2 1000/838, 9 700/838 stopped', { right: 9, end: 'below' }],
    ['stopped, then cut', '2 1000/838, 5 1000/838 stopped, 9 1/838', { right: 5, end: 'closed' }],
    ['gone', '2 1000/838, 9 /838, 10 /838', { left: 2, right: 10, end: 'closed' }],
    ['missed once', '2 1000/838, 9 /838', { left: 2, right: null, end: null }],
    ['ended as announced', '2 1000/838 ends=1970-01-15, 9 /838, 10 /838', { left: 2, right: null, end: 'ended' }],
    ['left, cut later', '2 1000/838, 4 1000/838 left, 9 700/838 left', { left: 2, end: 'left' }],
    ['removed', '2 1000/838, 4 700/838 removed', { left: 2, right: null, end: 'removed' }],
    ['no general rate', '2 1000/', { left: 0, specialBp: null }],
    [
      'approved between two captures',
      '-3 1000/838 pending approved=-, 1 1000/838 approved=- joined=-, 9 700/838 approved=- joined=-',
      { left: 0, right: 8, end: 'below' },
    ],
  ])('%s', (_, captures, expected) => {
    const found = lifetimesOf([watched(captures)], DEFAULT_POLICY);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ entry: 0, ...expected });
  });

  test('two accounts are one decision, a later membership is another', () => {
    const ledgers = [
      watched('1 1000/838, 9 1000/838', 'first'),
      watched('4 1000/838 approved=1970-01-14, 12 700/838 approved=1970-01-14', 'second'),
    ];
    expect(lifetimesOf(ledgers, DEFAULT_POLICY)).toMatchObject([
      { accounts: ['first', 'second'], left: 9, right: 12, end: 'below' },
    ]);
    const joined = 'approved=1970-01-26';
    const again = watched(`1 1000/838, 3 1000/838 left, 20 1000/838 ${joined}, 25 700/838 ${joined}`);
    expect(lifetimesOf([again], DEFAULT_POLICY)).toMatchObject([
      { left: 1, right: null, end: 'left' },
      { left: expect.closeTo(5 + 1 / 3), right: expect.closeTo(10 + 1 / 3), end: 'below' },
    ]);
  });

  test('approved before anything was captured: it enters when first seen, and was never seen to last if it was cut by then', () => {
    const late = lifetimesOf([ledgerOf(sights('20 1000/838, 40 700/838'))], DEFAULT_POLICY);
    expect(late).toMatchObject([{ entry: 20, left: 20, right: 40 }]);
    const cut = lifetimesOf([ledgerOf(sights('20 700/838'))], DEFAULT_POLICY);
    expect(cut).toMatchObject([{ entry: 20, left: 0, right: 20 }]);
    expect([watchedSpans(late).length, watchedSpans(cut).length]).toEqual([1, 0]);
    // Of 14 days neither tells.
    expect(headlineOf([...late, ...cut], 14)).toMatchObject({ below: 0, good: 0, unknown: 2 });
    expect(headlineOf([...late, ...cut], 20)).toMatchObject({ below: 1, good: 1, unknown: 0 });
  });

  test('items count, averages where there are none', () => {
    for (const [specials, end] of [
      ['900/838', null],
      ['800/838', 'below'],
      ['900/838 a:400/500', 'below'],
      ['800/838 a:600/500', null],
      ['a:400/500 b:601/500', null],
      ['a:400/500 b:599/500', 'below'],
    ] as const)
      expect(lifetimesOf([watched(`2 ${specials}`)], DEFAULT_POLICY)).toMatchObject([{ end }]);
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
    const captures = looks.filter((day) => day > 0).flatMap((day) => sights(`${day} ${day < lasts ? 1000 : 700}/838`));
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
