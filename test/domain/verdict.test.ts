import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy.ts';
import type { PlanFacts } from '../../src/domain/reading.ts';
import type { ReasonCode } from '../../src/domain/reason.ts';
import { type Judgement, judgeShop } from '../../src/domain/verdict.ts';
import { APPROVED, type Capture, capturesOf, DAY_MS, ledgerOf, scopeOrAll } from '../support/ledger.ts';

interface Options {
  readonly now?: number;
  readonly policy?: Partial<Policy>;
  readonly item?: string;
  readonly sales?: Readonly<Record<string, number>>;
}

/** Plan 11 is approved, if nothing else is said. */
function judge(captures: string | readonly Capture[], { now = 2, item, policy, sales }: Options = {}): Judgement[] {
  const all = typeof captures === 'string' ? capturesOf(captures, APPROVED) : captures;
  return judgeShop(ledgerOf(all, sales ? { sales } : {}), {
    policy: { ...DEFAULT_POLICY, ...policy },
    nowMs: now * DAY_MS,
    item: scopeOrAll(item ?? null),
    withItems: true,
  });
}

function only(judgements: readonly Judgement[], planId = '11'): Judgement {
  const found = judgements.find((j) => j.plan.id === planId);
  if (!found) throw new Error(`no plan ${planId}`);
  return found;
}

const codes = (judgement: Judgement): ReasonCode[] => judgement.reasons.map((reason) => reason.code);
const MIXED = '1 a:500/600 b:800/600';
const GAIN = (minGainBp: number): Options => ({ policy: { minGainBp } });
const ENDED: Options = { now: 5, policy: { maxAgeMs: 9 * DAY_MS } };

test.each<[string, string, Options, string]>([
  ['below', '1 800/838', {}, 'exit below-general average-only'],
  ['equal', '1 550/550', {}, 'keep no-gain average-only'],
  ['above', '1 1000/838', {}, 'keep above-general average-only'],
  ['general unknown', '1 1000/-', {}, 'review no-general-rate'],
  ['special unknown', '1 -/838', {}, 'review no-special-rate'],
  ['both unknown', '1 -/-', {}, 'review no-special-rate no-general-rate'],
  ['a literal zero', '1 0/838', {}, 'review no-special-rate zero-rate'],
  ['no general plan in any export', '1 1000/', {}, 'review no-general-rate'],
  ['more than the minimum gain', '1 900/838', GAIN(50), 'keep above-general average-only'],
  ['just the minimum gain', '1 888/838', GAIN(50), 'keep above-general average-only'],
  ['less than it', '1 887/838', GAIN(50), 'exit below-min-gain average-only'],
  ['equal, with one', '1 838/838', GAIN(1), 'exit below-min-gain average-only'],
  ['at the allowed age', '1 800/838', { now: 4 }, 'exit below-general average-only'],
  ['beyond it', '1 800/838', { now: 4.1 }, 'review stale below-general'],
  [
    'an old membership beside fresh rates',
    '1 joined approved, 9 900/500 unsaid',
    { now: 9 },
    'review stale above-general average-only',
  ],
  ['one item', '1 a:500/600', {}, 'exit below-general'],
  ['items outrank averages', '1 a:500/600 900/600', {}, 'exit below-general'],
  ['averages, where no item has both', '1 a:500/ 900/600', {}, 'keep above-general average-only'],
  ['a rate stated as unknown is not replaced by the average', '1 a:500/- /600', {}, 'review no-general-rate'],
  ['mixed, sold alike', MIXED, { sales: { a: 1, b: 1 } }, 'keep above-general mixed'],
  ['mixed: the sum of gap times sales is below', MIXED, { sales: { a: 3, b: 1 } }, 'exit below-general mixed'],
  ['mixed: it is nothing', MIXED, { sales: { a: 2, b: 1 } }, 'keep no-gain mixed'],
  [
    'without any sales they weigh the same',
    '1 a:500/600 b:650/600',
    { sales: { a: 0, b: 0 } },
    'exit below-general mixed',
  ],
  ['narrowed to the item below', MIXED, { item: 'a' }, 'exit below-general'],
  ['narrowed to the other', MIXED, { item: 'b' }, 'keep above-general'],
  [
    'locked and ending soon',
    '1 900/500 locked ends=1970-01-06',
    {},
    'keep above-general average-only locked ends-soon',
  ],
  ['past its end', '1 900/500 ends=1970-01-03', ENDED, 'closed plan-stopped average-only'],
  [
    'past its end, and seen active after that',
    '1 900/500 ends=1970-01-03, 4 partial ends=1970-01-03',
    ENDED,
    'keep above-general average-only',
  ],
  ['the founding story: cut below general', '1 1000/838, 2 800/838', {}, 'exit below-general rate-cut average-only'],
  ['cut, but still above general', '1 1000/500, 2 800/500', {}, 'keep above-general rate-cut average-only'],
  ['the general rate was raised past it', '1 800/500, 2 800/900', {}, 'exit below-general general-raised average-only'],
  ['unknown in between is not a change', '1 800/500, 2 -/, 3 800/500', { now: 3 }, 'keep above-general average-only'],
  ['missing once', '1 900/500, 2 /500', {}, 'review missing'],
  ['missing twice', '1 900/500, 2 /500, 3 /500', { now: 3 }, 'closed missing'],
  [
    'gone from the joined list',
    '1 joined approved, 1 900/500 unsaid, 2 joined, 2 900/500 unsaid',
    {},
    'review not-listed above-general average-only',
  ],
  [
    'a stopped record purged from it',
    '1 joined approved stopped, 1 900/500 unsaid, 2 joined',
    {},
    'null not-joined average-only',
  ],
])('%s', (_, captures, options, expected) => {
  const judgement = only(judge(captures, options));
  expect([`${judgement.verdict}`, ...codes(judgement)].join(' ')).toBe(expected);
});

test('reasons tell figures: ages, gaps, captures, changes', () => {
  const first = (captures: string, options: Options = {}) => only(judge(captures, options)).reasons[0];
  expect(first('1 800/838', { now: 4.1 })).toEqual({ code: 'stale', ageHours: 74 });
  expect(first('1 1000/')).toEqual({ code: 'no-general-rate', lastSeenAt: null });
  const lastSeenAt = '1970-01-02T08:00:00+08:00';
  expect(first('1 1000/838, 2 1000/')).toEqual({ code: 'no-general-rate', lastSeenAt });
  expect(first('1 900/500, 2 /500')).toEqual({ code: 'missing', captures: 1, needed: 2 });
  const { gapBp, lastChange } = only(judge('1 1000/838, 2 800/838'));
  const window = { lastSeenBeforeMs: DAY_MS, firstSeenAfterMs: 2 * DAY_MS };
  expect([gapBp, lastChange]).toMatchObject([-38, { from: 1000, to: 800, ...window }]);
  const mixed = only(judge(MIXED, { sales: { a: 1, b: 1 } }));
  expect(mixed.reasons).toContainEqual({ code: 'mixed', below: 1, above: 1, itemsBelow: ['a'] });
});

describe('which plan binds: the later approved overrides the earlier, even with a lower rate', () => {
  const two = (first: string | null, second: string | null, more: Partial<PlanFacts> = {}): Capture[] => {
    const approved = (approvedAt: string | null) => ({ ...APPROVED, approvedAt });
    const eleven = { facts: approved(first), rates: { '': 900 } };
    const twelve = { facts: { ...approved(second), ...more }, rates: { '': 400 } };
    return [{ day: 1, plans: { 0: { rates: { '': 500 } }, 11: eleven, 12: twelve } }];
  };

  test('the later one is judged, the earlier is superseded by it', () => {
    const judgements = judge(two('1970-01-01', '1970-01-02'));
    expect(only(judgements, '12').verdict).toBe('exit');
    expect(only(judgements)).toMatchObject({
      verdict: null,
      standing: 'superseded',
      reasons: [{ code: 'superseded', by: '12' }, { code: 'average-only' }],
    });
  });

  test.each([
    ['the same day', '1970-01-02', '1970-01-02'],
    ['a day against a time on that day', '1970-01-02', '1970-01-02T10:00:00+08:00'],
    ['an unknown time', null, '1970-01-02'],
    ['both unknown', null, null],
  ])('%s cannot be put in order: review', (_, first, second) => {
    const judgements = judge(two(first, second));
    for (const id of ['11', '12']) {
      expect(only(judgements, id).verdict).toBe('review');
      expect(codes(only(judgements, id))[0]).toBe('binding-unknown');
    }
  });

  test('times on one day can be', () => {
    const judgements = judge(two('1970-01-02T11:00:00+08:00', '1970-01-02T10:00:00+08:00'));
    expect(only(judgements).verdict).toBe('keep');
    expect(only(judgements, '12').verdict).toBeNull();
  });

  test('a joining told later than the first capture that shows it approved does not put a plan after itself', () => {
    const sight = (joinedAt: string | null) => ({ ...APPROVED, joinedAt, approvedAt: null });
    const captures = [...capturesOf('1 a:500/600', sight(null)), ...capturesOf('9 a:500/600', sight('1970-01-06'))];
    expect(only(judge(captures, { now: 9 })).verdict).toBe('exit');
  });

  test('a stopped plan does not override', () => {
    const judgements = judge(two('1970-01-01', '1970-01-02', { state: 'stopped' }));
    expect(only(judgements).verdict).toBe('keep');
    expect(only(judgements, '12')).toMatchObject({ verdict: 'closed', standing: 'closed' });
  });
});

describe('plans that are not in force', () => {
  test.each([
    ['pending', 'pending', 'pending-approval'],
    ['rejected', 'not-joined', 'not-joined'],
    ['removed', 'not-joined', 'not-joined'],
    ['left', 'not-joined', 'not-joined'],
    ['none', 'not-joined', 'not-joined'],
  ] as const)('%s', (status, standing, reason) => {
    const judgement = only(judge(`1 400/500 ${status}`));
    expect(judgement).toMatchObject({ verdict: null, standing, gapBp: -100 });
    expect(codes(judgement)[0]).toBe(reason);
  });

  test.each(['stopped', 'expired', 'deleted'] as const)('%s is closed: nothing to exit', (state) => {
    const judgement = only(judge(`1 900/500 ${state}`));
    expect(judgement.verdict).toBe('closed');
    expect(judgement.reasons[0]).toEqual({ code: 'plan-stopped', state });
  });
});

describe('items', () => {
  test.each([
    ['an item against the average', '1 a:500/ /600'],
    ['the average against an item', '1 500/ a:/600'],
    ['nor what would be kept', '1 a:700/ /600'],
  ])('%s decides nothing, and is shown', (_, captures) => {
    const judgement = only(judge(captures));
    expect(judgement).toMatchObject({ verdict: 'review', basis: 'mixed', scopes: { unknown: 1 } });
    expect(judgement.comparisons).toMatchObject([{ relation: 'unknown', gapBp: judgement.gapBp }]);
    expect(judgement.reasons).toEqual([{ code: 'average-only', basis: 'mixed' }]);
  });

  test('an item against the average does not count beside one with both rates', () => {
    const judgement = only(judge('1 a:900/800 b:500/ /1000', { sales: { a: 1, b: 90_000 } }));
    expect(judgement).toMatchObject({ verdict: 'keep', basis: 'items', gapBp: 100 });
    expect(judgement.reasons).toContainEqual({ code: 'part-average', items: 1 });
  });

  test.each([
    ['keep', 900, 'review stale above-general average-only'],
    ['exit', 500, 'exit below-general average-only'],
  ])('items too old to judge by silence fresh averages that say %s only for keep', (_, average, expected) => {
    const judgement = only(judge(`1 a:900/600 partial, 9 ${average}/600 partial`, { now: 9 }));
    expect([judgement.verdict, ...codes(judgement)].join(' ')).toBe(expected);
  });

  test('an item that has left the plan is not compared any more', () => {
    const judgement = only(judge('1 a:500/600 b:700/600, 2 a:/600 b:700/600'));
    expect(judgement).toMatchObject({ verdict: 'keep', gapBp: 100 });
  });
});

describe('exports of one moment that contradict each other', () => {
  const many = (bp: number) => Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`c${n}`, bp]));
  const judgeBoth = (a: Record<string, number | null>, b: Record<string, number | null>) => {
    const plans = (rates: Record<string, number | null>) => ({
      0: { rates: many(500) },
      11: { facts: APPROVED, rates },
    });
    return only(
      judge([
        { day: 2, plans: plans(a) },
        { day: 2, coverage: 'partial', plans: plans(b) },
      ]),
    );
  };

  test.each<[string, Record<string, number | null>, Record<string, number | null>, string, boolean]>([
    ['a hundred rates, all below either way', many(300), many(400), 'exit', false],
    ['a hundred rates, all above either way', many(600), many(700), 'keep', false],
    ['a hundred rates, on both sides', many(400), many(700), 'review', true],
    ['one of a hundred that changes nothing', { ...many(700), c0: 900 }, { ...many(700), c0: 600 }, 'keep', false],
    ['one unknown that changes nothing', { ...many(700), c0: null }, { ...many(700), c0: 600 }, 'keep', false],
    ['one unknown that changes all', { c0: 700, c1: null }, { c0: 700, c1: 200 }, 'review', true],
    [
      'a hundred unknown: too many to try',
      Object.fromEntries(Object.keys(many(1)).map((id) => [id, null])),
      many(700),
      'review',
      true,
    ],
  ])('%s', (_, a, b, verdict, matters) => {
    for (const judgement of [judgeBoth(a, b), judgeBoth(b, a)]) {
      expect(judgement.verdict).toBe(verdict);
      expect(judgement.reasons).toContainEqual(
        expect.objectContaining({ code: 'conflict', at: '1970-01-03T08:00:00+08:00', matters }),
      );
    }
  });
});

test('a partial snapshot says nothing about what it does not list', () => {
  expect(only(judge('1 900/500 partial, 2 /500 partial')).verdict).toBe('keep');
});

test('the verdict is monotone in the special rate', () => {
  const rank = { exit: 0, review: 1, closed: 1, keep: 2 };
  const verdict = (bp: number, generalBp: number, minGainBp: number) => {
    const judgement = only(judge(`1 ${bp}/${generalBp}`, { policy: { minGainBp } }));
    return rank[judgement.verdict ?? 'review'];
  };
  const bp = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(bp, bp, bp, fc.integer({ min: 0, max: 300 }), (a, b, g, gain) => {
      expect(verdict(Math.max(a, b), g, gain)).toBeGreaterThanOrEqual(verdict(Math.min(a, b), g, gain));
    }),
  );
});
