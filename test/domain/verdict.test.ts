import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy.ts';
import type { ReasonCode } from '../../src/domain/reason.ts';
import { type Judgement, judgeShop } from '../../src/domain/verdict.ts';
import { APPROVED, DAY_MS, ledgerOf, type PlanDraft, scopeOrAll, shopLedger } from '../support/ledger.ts';

interface Options {
  readonly now?: number;
  readonly policy?: Partial<Policy>;
  readonly item?: string;
  readonly captures?: readonly number[];
  readonly joinedLists?: readonly number[];
}

function judge(plans: readonly PlanDraft[], options: Options = {}): Judgement[] {
  const policy = { ...DEFAULT_POLICY, ...options.policy };
  return judgeShop(shopLedger(plans, options), {
    policy,
    nowMs: (options.now ?? 2) * DAY_MS,
    item: scopeOrAll(options.item ?? null),
    withItems: true,
  });
}

function only(judgements: readonly Judgement[], planId = '11'): Judgement {
  const found = judgements.find((j) => j.plan.id === planId);
  if (!found) throw new Error(`no plan ${planId}`);
  return found;
}

const codes = (judgement: Judgement): ReasonCode[] => judgement.reasons.map((reason) => reason.code);
const general = (bp: number | null): PlanDraft => ({ id: '0', rates: { '': { 1: bp } } });
const special = (bp: number | null, more: Partial<PlanDraft> = {}): PlanDraft => ({
  id: '11',
  facts: APPROVED,
  rates: { '': { 1: bp } },
  ...more,
});

/** Rates of items on day 1; `''`: the shop as a whole. */
const items = (
  specials: Record<string, number | null>,
  generals: Record<string, number | null>,
  sales: Record<string, number> = {},
): PlanDraft[] => {
  const byDay = (rates: Record<string, number | null>) =>
    Object.fromEntries(Object.entries(rates).map(([id, bp]) => [id, { 1: bp }]));
  return [
    { id: '0', rates: byDay(generals) },
    { id: '11', facts: APPROVED, rates: byDay(specials), sales },
  ];
};
/** Averages by day. */
const days = (generals: Record<number, number>, specials: Record<number, number | null>): PlanDraft[] => [
  { id: '0', rates: { '': generals } },
  special(0, { rates: { '': specials } }),
];
const facts = (more: PlanDraft['facts']) => special(900, { facts: { ...APPROVED, ...more } });
const MIXED = [
  { a: 500, b: 800 },
  { a: 600, b: 600 },
] as const;
const GAIN = (minGainBp: number): Options => ({ policy: { minGainBp } });
const ENDED: Options = { now: 5, policy: { maxAgeMs: 9 * DAY_MS } };

test.each<[string, readonly PlanDraft[], Options, string]>([
  ['below', [general(838), special(800)], {}, 'exit below-general average-only'],
  ['equal', [general(550), special(550)], {}, 'keep no-gain average-only'],
  ['above', [general(838), special(1000)], {}, 'keep above-general average-only'],
  ['general unknown', [general(null), special(1000)], {}, 'review no-general-rate'],
  ['special unknown', [general(838), special(null)], {}, 'review no-special-rate'],
  ['both unknown', [general(null), special(null)], {}, 'review no-special-rate no-general-rate'],
  ['a literal zero', [general(838), special(null, { raw: '0.00%' })], {}, 'review no-special-rate zero-rate'],
  ['no general plan in any export', [special(1000)], {}, 'review no-general-rate'],
  ['more than the minimum gain', [general(838), special(900)], GAIN(50), 'keep above-general average-only'],
  ['just the minimum gain', [general(838), special(888)], GAIN(50), 'keep above-general average-only'],
  ['less than it', [general(838), special(887)], GAIN(50), 'exit below-min-gain average-only'],
  ['equal, with one', [general(838), special(838)], GAIN(1), 'exit below-min-gain average-only'],
  ['at the allowed age', [general(838), special(800)], { now: 4 }, 'exit below-general average-only'],
  ['beyond it', [general(838), special(800)], { now: 4.1 }, 'review stale below-general'],
  [
    'an old membership beside fresh rates',
    days({ 9: 500 }, { 9: 900 }),
    { now: 9 },
    'review stale above-general average-only',
  ],
  ['one item', items({ a: 500 }, { a: 600 }), {}, 'exit below-general'],
  ['items outrank averages', items({ a: 500, '': 900 }, { a: 600, '': 600 }), {}, 'exit below-general'],
  ['averages, where no item has both', items({ a: 500, '': 900 }, { '': 600 }), {}, 'keep above-general average-only'],
  [
    'a rate stated as unknown is not replaced by the average',
    items({ a: 500 }, { a: null, '': 600 }),
    {},
    'review no-general-rate',
  ],
  ['mixed, sold alike', items(...MIXED, { a: 1, b: 1 }), {}, 'keep above-general mixed'],
  ['mixed: the sum of gap times sales is below', items(...MIXED, { a: 3, b: 1 }), {}, 'exit below-general mixed'],
  ['mixed: it is nothing', items(...MIXED, { a: 2, b: 1 }), {}, 'keep no-gain mixed'],
  [
    'without any sales they weigh the same',
    items({ a: 500, b: 650 }, { a: 600, b: 600 }, { a: 0, b: 0 }),
    {},
    'exit below-general mixed',
  ],
  ['narrowed to the item below', items(...MIXED), { item: 'a' }, 'exit below-general'],
  ['narrowed to the other', items(...MIXED), { item: 'b' }, 'keep above-general'],
  [
    'locked and ending soon',
    [general(500), facts({ locked: true, endsAt: '1970-01-06' })],
    {},
    'keep above-general average-only locked ends-soon',
  ],
  ['past its end', [general(500), facts({ endsAt: '1970-01-03' })], ENDED, 'closed plan-stopped average-only'],
  [
    'past its end, and seen active after that',
    [general(500), { ...facts({ endsAt: '1970-01-03' }), factDays: [1, 4] }],
    ENDED,
    'keep above-general average-only',
  ],
  [
    'the founding story: cut below general',
    days({ 1: 838, 2: 838 }, { 1: 1000, 2: 800 }),
    {},
    'exit below-general rate-cut average-only',
  ],
  [
    'cut, but still above general',
    days({ 1: 500, 2: 500 }, { 1: 1000, 2: 800 }),
    {},
    'keep above-general rate-cut average-only',
  ],
  [
    'the general rate was raised past it',
    days({ 1: 500, 2: 900 }, { 1: 800, 2: 800 }),
    {},
    'exit below-general general-raised average-only',
  ],
  [
    'unknown in between is not a change',
    days({ 1: 500, 3: 500 }, { 1: 800, 2: null, 3: 800 }),
    { now: 3 },
    'keep above-general average-only',
  ],
  ['missing once', days({ 1: 500, 2: 500 }, { 1: 900 }), {}, 'review missing'],
  ['missing twice', days({ 1: 500, 2: 500, 3: 500 }, { 1: 900 }), { now: 3 }, 'closed missing'],
  [
    'gone from the joined list',
    days({ 1: 500, 2: 500 }, { 1: 900, 2: 900 }),
    { joinedLists: [1, 2] },
    'review not-listed above-general average-only',
  ],
  [
    'a stopped record purged from it',
    [general(500), facts({ state: 'stopped' })],
    { joinedLists: [1, 2] },
    'null not-joined average-only',
  ],
])('%s', (_, plans, options, expected) => {
  const judgement = only(judge(plans, options));
  expect([`${judgement.verdict}`, ...codes(judgement)].join(' ')).toBe(expected);
});

test('reasons tell figures: ages, gaps, captures, changes', () => {
  const first = (plans: readonly PlanDraft[], options: Options = {}) => only(judge(plans, options)).reasons[0];
  expect(first([general(838), special(800)], { now: 4.1 })).toEqual({ code: 'stale', ageHours: 74 });
  expect(first([special(1000)])).toEqual({ code: 'no-general-rate', lastSeenAt: null });
  const lastSeenAt = '1970-01-02T08:00:00+08:00';
  expect(first(days({ 1: 838 }, { 1: 1000, 2: 1000 }))).toEqual({ code: 'no-general-rate', lastSeenAt });
  expect(first(days({ 1: 500, 2: 500 }, { 1: 900 }))).toEqual({ code: 'missing', captures: 1, needed: 2 });
  const { gapBp, lastChange } = only(judge(days({ 1: 838, 2: 838 }, { 1: 1000, 2: 800 })));
  const window = { lastSeenBeforeMs: DAY_MS, firstSeenAfterMs: 2 * DAY_MS };
  expect([gapBp, lastChange]).toMatchObject([-38, { from: 1000, to: 800, ...window }]);
  const mixed = only(judge(items(...MIXED, { a: 1, b: 1 })));
  expect(mixed.reasons).toContainEqual({ code: 'mixed', below: 1, above: 1, itemsBelow: ['a'] });
});

describe('which plan binds: the later approved overrides the earlier, even with a lower rate', () => {
  const two = (first: string | null, second: string | null): PlanDraft[] => [
    general(500),
    special(900, { facts: { ...APPROVED, approvedAt: first } }),
    { id: '12', facts: { ...APPROVED, approvedAt: second }, rates: { '': { 1: 400 } } },
  ];

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
    const captures = [1, 9].map((day) => ({
      day,
      plans: { 0: { rates: { a: 600 } }, 11: { facts: sight(day === 1 ? null : '1970-01-06'), rates: { a: 500 } } },
    }));
    const question = { policy: DEFAULT_POLICY, nowMs: 9 * DAY_MS, item: null };
    expect(only(judgeShop(ledgerOf(captures), question)).verdict).toBe('exit');
  });

  test('a stopped plan does not override', () => {
    const [g, a, b] = two('1970-01-01', '1970-01-02') as [PlanDraft, PlanDraft, PlanDraft];
    const judgements = judge([g, a, { ...b, facts: { ...b.facts, state: 'stopped' } }]);
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
    const judgement = only(judge([general(500), special(400, { facts: { ...APPROVED, status } })]));
    expect(judgement).toMatchObject({ verdict: null, standing, gapBp: -100 });
    expect(codes(judgement)[0]).toBe(reason);
  });

  test.each(['stopped', 'expired', 'deleted'] as const)('%s is closed: nothing to exit', (state) => {
    const judgement = only(judge([general(500), special(900, { facts: { ...APPROVED, state } })]));
    expect(judgement.verdict).toBe('closed');
    expect(judgement.reasons[0]).toEqual({ code: 'plan-stopped', state });
  });
});

describe('items', () => {
  test.each<[string, Record<string, number>, Record<string, number>]>([
    ['an item against the average', { a: 500 }, { '': 600 }],
    ['the average against an item', { '': 500 }, { a: 600 }],
    ['nor what would be kept', { a: 700 }, { '': 600 }],
  ])('%s decides nothing, and is shown', (_, specials, generals) => {
    const judgement = only(judge(items(specials, generals)));
    expect(judgement).toMatchObject({ verdict: 'review', basis: 'mixed', scopes: { unknown: 1 } });
    expect(judgement.comparisons).toMatchObject([{ relation: 'unknown', gapBp: judgement.gapBp }]);
    expect(judgement.reasons).toEqual([{ code: 'average-only', basis: 'mixed' }]);
  });

  test('an item against the average does not count beside one with both rates', () => {
    const judgement = only(judge(items({ a: 900, b: 500 }, { a: 800, '': 1000 }, { a: 1, b: 90_000 })));
    expect(judgement).toMatchObject({ verdict: 'keep', basis: 'items', gapBp: 100 });
    expect(judgement.reasons).toContainEqual({ code: 'part-average', items: 1 });
  });

  test.each<[string, number, string, string[]]>([
    ['keep', 900, 'review', ['stale', 'above-general', 'average-only']],
    ['exit', 500, 'exit', ['below-general', 'average-only']],
  ])('items too old to judge by silence fresh averages that say %s only for keep', (_, average, verdict, reasons) => {
    const plans = [
      { id: '0', rates: { a: { 1: 600 }, '': { 9: 600 } } },
      { id: '11', facts: APPROVED, factDays: [9], rates: { a: { 1: 900 }, '': { 9: average } } },
    ];
    const ledger = shopLedger(plans, { coverage: 'partial' });
    const judgement = only(judgeShop(ledger, { policy: DEFAULT_POLICY, nowMs: 9 * DAY_MS, item: null }));
    expect([judgement.verdict, codes(judgement)]).toEqual([verdict, reasons]);
  });

  test('an item that has left the plan is not compared any more', () => {
    const plans: PlanDraft[] = [
      { id: '0', rates: { a: { 1: 600, 2: 600 }, b: { 1: 600, 2: 600 } } },
      { id: '11', facts: APPROVED, rates: { a: { 1: 500 }, b: { 1: 700, 2: 700 } } },
    ];
    expect(only(judge(plans, { now: 2 }))).toMatchObject({ verdict: 'keep', gapBp: 100 });
  });
});

describe('exports of one moment that contradict each other', () => {
  const many = (bp: number) => Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`c${n}`, bp]));
  const judgeBoth = (a: Record<string, number | null>, b: Record<string, number | null>) => {
    const plans = (rates: Record<string, number | null>) => ({
      0: { rates: many(500) },
      11: { facts: APPROVED, rates },
    });
    const ledger = ledgerOf([
      { day: 2, plans: plans(a) },
      { day: 2, coverage: 'partial', plans: plans(b) },
    ]);
    return only(judgeShop(ledger, { policy: DEFAULT_POLICY, nowMs: 2 * DAY_MS, item: null }));
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
  const ledger = shopLedger(days({ 1: 500, 2: 500 }, { 1: 900 }), { coverage: 'partial' });
  expect(only(judgeShop(ledger, { policy: DEFAULT_POLICY, nowMs: 2 * DAY_MS, item: null })).verdict).toBe('keep');
});

test('the verdict is monotone in the special rate', () => {
  const rank = { exit: 0, review: 1, closed: 1, keep: 2 };
  const verdict = (bp: number, generalBp: number, minGainBp: number) => {
    const judgement = only(judge([general(generalBp), special(bp)], { policy: { minGainBp } }));
    return rank[judgement.verdict ?? 'review'];
  };
  const bp = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(bp, bp, bp, fc.integer({ min: 0, max: 300 }), (a, b, g, gain) => {
      expect(verdict(Math.max(a, b), g, gain)).toBeGreaterThanOrEqual(verdict(Math.min(a, b), g, gain));
    }),
  );
});
