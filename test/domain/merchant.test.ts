import { describe, expect, test } from 'vitest';
import { GRADE_FORMULA, GRADES, type Grade, gradeOf, wilson } from '../../src/domain/grade.ts';
import { type MerchantRecord, merchantRecord } from '../../src/domain/merchant.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { compareMerchants } from '../../src/domain/sorting.ts';
import { APPROVED, type Capture, capturesOf, ledgerOf } from '../support/ledger.ts';

test.each([
  [0, 0, 0, 1],
  [0, 1, 0, 0.7301],
  [1, 1, 0.2699, 1],
  [1, 2, 0.1208, 0.8792],
  [2, 2, 0.425, 1],
  [1, 3, 0.0783, 0.7465],
  [3, 3, 0.5258, 1],
  [0, 6, 0, 0.3108],
  [1, 10, 0.0226, 0.3477],
  [5, 10, 0.2693, 0.7307],
  [50, 100, 0.4189, 0.5811],
])('%i of %i', (b, n, lower, upper) => {
  const bounds = wilson(b, n);
  expect(bounds.lower).toBeCloseTo(lower, 3);
  expect(bounds.upper).toBeCloseTo(upper, 3);
  // What defines them: the shares from which b of n is just z standard deviations away.
  for (const share of n === 0 ? [] : [bounds.lower, bounds.upper]) {
    expect((b / n - share) ** 2).toBeCloseTo((1.645 ** 2 * share * (1 - share)) / n, 10);
  }
});

test.each<[number, number, Grade]>([
  [0, 0, 'unproven'],
  [0, 5, 'unproven'],
  [0, 6, 'good'],
  [1, 1, 'unproven'],
  [1, 2, 'unproven'],
  [2, 2, 'risky'],
  [1, 3, 'fair'],
  [1, 100, 'fair'],
  [2, 3, 'fair'],
  [3, 4, 'risky'],
  [3, 3, 'avoid'],
  [9, 10, 'avoid'],
])('%i bad of %i: %s', (bad, watched, grade) => {
  expect(gradeOf(bad, watched)).toBe(grade);
});

test('one bad plan never makes a merchant risky, however few are watched', () => {
  for (let n = 1; n <= 200; n++) expect(['risky', 'avoid']).not.toContain(gradeOf(1, n));
});

test('more bad plans never make a better grade', () => {
  const badness = (grade: Grade) => ['good', 'unproven', 'fair', 'risky', 'avoid'].indexOf(grade);
  for (let n = 3; n <= 40; n++) {
    for (let b = 1; b <= n; b++) expect(badness(gradeOf(b, n))).toBeGreaterThanOrEqual(badness(gradeOf(b - 1, n)));
  }
});

test('the formula names its numbers', () => {
  for (const number of ['1.645', '30', '0.5', '0.3', '0.33', 'n >= 3', 'Wilson', ...GRADES]) {
    expect(GRADE_FORMULA).toContain(number);
  }
});

function record(captures: string | readonly Capture[], confirmMissing = 2): MerchantRecord {
  const all = typeof captures === 'string' ? capturesOf(captures, APPROVED) : captures;
  const found = merchantRecord([ledgerOf(all)], { ...DEFAULT_POLICY, confirmMissing });
  if (!found) throw new Error('no special plan');
  return found;
}

describe('what counts as bad', () => {
  test.each<[string, string, number]>([
    ['nothing happened', '1 1000/838, 9 1000/838', 0],
    ['cut, still above', '1 1000/838, 9 900/838', 0],
    ['cut below general', '1 1000/838, 9 800/838', 1],
    ['general raised above it', '1 1000/838, 9 1000/1100', 0],
    ['cut, and only later overtaken', '1 1000/838, 2 900/838, 3 900/1100', 0],
    ['both at once', '1 1000/838, 9 900/950', 1],
    ['cut while the general rate was not listed', '1 1000/838, 2 800/, 3 800/838', 1],
    ['stopped soon', '1 1000/838, 9 1000/838 stopped', 1],
    ['gone soon', '1 1000/838, 9 /838, 10 /838', 1],
    ['missed once', '1 1000/838, 9 /838', 0],
    ['stopped after 40 days', '1 1000/838, 41 1000/838 stopped', 0],
    ['stopped, never joined', '1 1000/838 unsaid active, 9 1000/838 unsaid stopped', 0],
    ['ran to its end', '1 1000/838, 9 1000/838 expired', 0],
    ['ran to its announced end', '1 1000/838 ends=1970-01-05, 9 /838', 0],
    ['only the joined list has lost it', '1 1000/838, 2 joined, 3 joined, 4 joined', 0],
  ])('%s', (_, captures, bad) => {
    // A plan of the last case is watched by a second look.
    const again: Capture = { day: 1.5, coverage: 'partial', plans: { 11: {} } };
    const { watched, plans } = record([...capturesOf(captures, APPROVED), again]);
    expect([watched, plans.filter((plan) => plan.bad).length]).toEqual([1, bad]);
  });
});

test('everything is counted', () => {
  const at = (n: number, a: number, b: number, locked: boolean): Capture => ({
    day: n,
    plans: {
      0: { rates: { a: 500, b: 500 } },
      11: { rates: { a, b }, facts: { ...APPROVED, locked } },
      12: { rates: { a: n === 4 ? 700 : 600 } },
      13: { rates: { a: 100 * n } },
    },
  });
  const found = record([at(1, 900, 900, false), at(2, 800, 600, true), at(3, 700, 600, true), at(4, 400, 300, true)]);
  expect(found).toMatchObject({
    watched: 3,
    bad: 1,
    daysObserved: 3,
    cuts: 3,
    crossedBelow: 1,
    closedSoon: 0,
    raises: 4,
    largestCutBp: 300,
    daysToFirstCut: 1,
    locked: 1,
    locksHonoured: 0,
    grade: 'fair',
    lowerPermille: 78,
    upperPermille: 746,
  });
  expect(found.plans.map(({ planId, cuts, raises, lockBroken }) => [planId, cuts, raises, lockBroken])).toEqual([
    ['11', 3, 0, true],
    ['12', 0, 1, false],
    ['13', 0, 3, false],
  ]);
});

test('the lock: cut before it, or at the capture that ends it, is no breach', () => {
  expect(record('1 900/100 unlocked, 2 800/100 locked, 3 800/100 locked').locksHonoured).toBe(1);
  expect(record('1 900/100 locked, 2 800/100 unlocked').locksHonoured).toBe(1);
  expect(record('1 900/100 locked, 2 800/100 locked').locksHonoured).toBe(0);
});

test('a cut before joining counts, but not as the first cut after it', () => {
  const before = capturesOf('1 900/100 pending, 2 800/100 pending', APPROVED);
  const after = capturesOf('8 700/100', { ...APPROVED, approvedAt: '1970-01-06' });
  const found = record([...before, ...after]);
  expect([found.cuts, found.daysToFirstCut]).toEqual([2, 3]);
});

test('a plan that two accounts watch is one plan; who looked more often saw more', () => {
  const often = ledgerOf(capturesOf('1 1000/838, 2 900/838, 3 800/838', APPROVED), { account: 'b' });
  const seldom = ledgerOf(capturesOf('1 1000/838, 9 800/838', APPROVED), { account: 'a' });
  const found = merchantRecord([often, seldom], DEFAULT_POLICY);
  expect(found).toMatchObject({ watched: 1, bad: 1, cuts: 2, daysObserved: 8, grade: 'unproven' });
  expect(found?.plans[0]?.accounts).toEqual(['a', 'b']);
});

test('a single look shows no behaviour; a merchant without a special plan has no record', () => {
  expect(record('1 1000/838')).toMatchObject({
    watched: 0,
    grade: 'unproven',
    daysObserved: 0,
    upperPermille: 1000,
  });
  expect(merchantRecord([ledgerOf('1 /838, 2 /838')], DEFAULT_POLICY)).toBeNull();
  expect(merchantRecord([], DEFAULT_POLICY)).toBeNull();
});

test('thousands of readings of one plan', () => {
  const rates = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`item-${i}`, 500]));
  const captures = Array.from({ length: 60 }, (_, n): Capture => ({ day: n + 1, plans: { 11: { rates } } }));
  expect(record(captures)).toMatchObject({ watched: 1, cuts: 0, daysObserved: 59 });
});

test('orders: the least trusted first, most cuts first, by name', () => {
  const merchant = (name: string, grade: Grade, cuts: number): MerchantRecord => ({
    ...record('1 1000/838'),
    shop: { id: name, keeperId: null, name },
    grade,
    cuts,
  });
  const all = [merchant('a', 'good', 2), merchant('b', 'avoid', 1), merchant('c', 'unproven', 3)];
  const names = (sort: 'grade' | 'cuts' | 'name') =>
    [...all]
      .reverse()
      .sort(compareMerchants(sort))
      .map(({ shop }) => shop.name)
      .join('');
  expect([names('grade'), names('cuts'), names('name')]).toEqual(['bca', 'cab', 'abc']);
});
