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

describe('special against general, both averages', () => {
  test.each([
    ['below', 800, 838, 'exit', ['below-general', 'average-only']],
    ['equal', 550, 550, 'keep', ['no-gain', 'average-only']],
    ['above', 1000, 838, 'keep', ['above-general', 'average-only']],
    ['general unknown', 1000, null, 'review', ['no-general-rate']],
    ['special unknown', null, 838, 'review', ['no-special-rate']],
    ['both unknown', null, null, 'review', ['no-special-rate', 'no-general-rate']],
  ] as const)('%s', (_, specialBp, generalBp, verdict, reasons) => {
    const judgement = only(judge([general(generalBp), special(specialBp)]));
    expect(judgement.verdict).toBe(verdict);
    expect(codes(judgement)).toEqual(reasons);
  });

  test('a literal zero is unknown and warned of', () => {
    const judgement = only(judge([general(838), special(null, { raw: '0.00%' })]));
    expect(judgement.verdict).toBe('review');
    expect(codes(judgement)).toContain('zero-rate');
  });

  test('no general plan in any export', () => {
    expect(codes(only(judge([special(1000)])))).toEqual(['no-general-rate']);
    expect(only(judge([special(1000)])).reasons).toContainEqual({ code: 'no-general-rate', lastSeenAt: null });
    const vanished = [general(838), special(null, { rates: { '': { 1: 1000, 2: 1000 } } })];
    expect(only(judge(vanished)).reasons[0]).toEqual({
      code: 'no-general-rate',
      lastSeenAt: '1970-01-02T08:00:00+08:00',
    });
  });
});

describe('minimum gain', () => {
  test.each([
    [900, 50, 'keep'],
    [888, 50, 'keep'],
    [887, 50, 'exit'],
    [838, 1, 'exit'],
    [838, 0, 'keep'],
  ])('special %i with minGain %i', (bp, minGainBp, verdict) => {
    expect(only(judge([general(838), special(bp)], { policy: { minGainBp } })).verdict).toBe(verdict);
  });
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

  test('past its end is closed, unless seen active after that', () => {
    const facts = { ...APPROVED, endsAt: '1970-01-03' };
    expect(
      only(judge([general(500), special(900, { facts })], { now: 5, policy: { maxAgeMs: 9 * DAY_MS } })).verdict,
    ).toBe('closed');
    const seen = special(900, { facts, factDays: [1, 4], rates: { '': { 1: 900 } } });
    expect(only(judge([general(500), seen], { now: 5, policy: { maxAgeMs: 9 * DAY_MS } })).verdict).toBe('keep');
  });
});

describe('stale', () => {
  test('at the allowed age it is judged, beyond it is not', () => {
    expect(only(judge([general(838), special(800)], { now: 4 })).verdict).toBe('exit');
    const stale = only(judge([general(838), special(800)], { now: 4.1 }));
    expect(stale.verdict).toBe('review');
    expect(stale.reasons[0]).toEqual({ code: 'stale', ageHours: 74 });
    expect(stale.gapBp).toBe(-38);
  });

  test('old membership makes fresh rates stale', () => {
    const plans = [{ id: '0', rates: { '': { 9: 500 } } }, special(900, { rates: { '': { 9: 900 } } })];
    expect(codes(only(judge(plans, { now: 9 })))[0]).toBe('stale');
  });
});

describe('items', () => {
  const items = (
    specials: Record<string, number>,
    generals: Record<string, number>,
    sales: Record<string, number> = {},
  ): PlanDraft[] => {
    const byDay = (rates: Record<string, number>) =>
      Object.fromEntries(Object.entries(rates).map(([id, bp]) => [id, { 1: bp }]));
    return [
      { id: '0', rates: byDay(generals) },
      { id: '11', facts: APPROVED, rates: byDay(specials), sales },
    ];
  };

  test('one item: basis item', () => {
    expect(only(judge(items({ a: 500 }, { a: 600 })))).toMatchObject({ verdict: 'exit', basis: 'item', gapBp: -100 });
  });

  test('items outrank averages', () => {
    expect(only(judge(items({ a: 500, '': 900 }, { a: 600, '': 600 })))).toMatchObject({
      verdict: 'exit',
      basis: 'item',
    });
  });

  test('averages decide where no item has both', () => {
    const judgement = only(judge(items({ a: 500, '': 900 }, { '': 600 })));
    expect(judgement).toMatchObject({ verdict: 'keep', basis: 'shop-average' });
  });

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

  test('a general rate stated as unknown is not replaced by the average', () => {
    const plans = [
      { id: '0', rates: { a: { 1: null }, '': { 1: 600 } } },
      { id: '11', facts: APPROVED, rates: { a: { 1: 500 } } },
    ];
    expect(codes(only(judge(plans)))).toEqual(['no-general-rate']);
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

  test('mixed: the sum of gap times sales decides', () => {
    const rates = [
      { a: 500, b: 800 },
      { a: 600, b: 600 },
    ] as const;
    const light = only(judge(items(...rates, { a: 1, b: 1 })));
    expect(light).toMatchObject({ verdict: 'keep', basis: 'items' });
    expect(light.reasons).toContainEqual({ code: 'mixed', below: 1, above: 1, itemsBelow: ['a'] });
    expect(only(judge(items(...rates, { a: 3, b: 1 }))).verdict).toBe('exit');
    expect(only(judge(items(...rates, { a: 2, b: 1 }))).verdict).toBe('keep');
  });

  test('items without any sales weigh the same', () => {
    expect(only(judge(items({ a: 500, b: 650 }, { a: 600, b: 600 }, { a: 0, b: 0 }))).verdict).toBe('exit');
  });

  test('narrowed to one item', () => {
    const plans = items({ a: 500, b: 900 }, { a: 600, b: 600 });
    expect(only(judge(plans, { item: 'a' })).verdict).toBe('exit');
    expect(only(judge(plans, { item: 'b' })).verdict).toBe('keep');
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

describe('missing', () => {
  const shop = (generalDays: Record<number, number>): PlanDraft[] => [
    { id: '0', rates: { '': generalDays } },
    special(900),
  ];

  test('once: review', () => {
    const judgement = only(judge(shop({ 1: 500, 2: 500 })));
    expect(judgement.verdict).toBe('review');
    expect(judgement.reasons[0]).toEqual({ code: 'missing', captures: 1, needed: 2 });
  });

  test('twice: closed', () => {
    const judgement = only(judge(shop({ 1: 500, 2: 500, 3: 500 }), { now: 3 }));
    expect(judgement).toMatchObject({ verdict: 'closed', standing: 'closed' });
  });

  test('a partial snapshot says nothing about what it does not list', () => {
    const ledger = shopLedger(shop({ 1: 500, 2: 500 }), { coverage: 'partial' });
    expect(only(judgeShop(ledger, { policy: DEFAULT_POLICY, nowMs: 2 * DAY_MS, item: null })).verdict).toBe('keep');
  });

  test('gone from the joined list', () => {
    const fresh = { ...special(900, { rates: { '': { 1: 900, 2: 900 } } }) };
    const plans = [{ id: '0', rates: { '': { 1: 500, 2: 500 } } }, fresh];
    const judgement = only(judge(plans, { joinedLists: [1, 2] }));
    expect(judgement.verdict).toBe('review');
    expect(judgement.reasons[0]).toEqual({ code: 'not-listed' });
  });

  test('a stopped record purged from the joined list is no longer joined', () => {
    const stopped = special(900, { facts: { ...APPROVED, state: 'stopped' } });
    expect(only(judge([general(500), stopped], { joinedLists: [1, 2] })).standing).toBe('not-joined');
  });
});

describe('history', () => {
  test('the founding story: cut below general', () => {
    const plans = [{ id: '0', rates: { '': { 1: 838, 2: 838 } } }, special(0, { rates: { '': { 1: 1000, 2: 800 } } })];
    const judgement = only(judge(plans));
    expect(judgement).toMatchObject({
      verdict: 'exit',
      gapBp: -38,
      lastChange: { from: 1000, to: 800, lastSeenBeforeMs: DAY_MS, firstSeenAfterMs: 2 * DAY_MS },
    });
    expect(codes(judgement)).toEqual(['below-general', 'rate-cut', 'average-only']);
  });

  test('cut, but still above general: keep, and said', () => {
    const plans = [{ id: '0', rates: { '': { 1: 500, 2: 500 } } }, special(0, { rates: { '': { 1: 1000, 2: 800 } } })];
    expect(only(judge(plans)).verdict).toBe('keep');
    expect(codes(only(judge(plans)))).toContain('rate-cut');
  });

  test('the general rate was raised past it', () => {
    const plans = [{ id: '0', rates: { '': { 1: 500, 2: 900 } } }, special(0, { rates: { '': { 1: 800, 2: 800 } } })];
    expect(codes(only(judge(plans)))).toEqual(['below-general', 'general-raised', 'average-only']);
  });

  test('unknown in between is not a change', () => {
    const plans = [
      { id: '0', rates: { '': { 1: 500, 3: 500 } } },
      special(0, { rates: { '': { 1: 800, 2: null, 3: 800 } } }),
    ];
    expect(only(judge(plans, { now: 3 })).lastChange).toBeNull();
  });
});

test('locked and ending soon are said', () => {
  const facts = { ...APPROVED, locked: true, endsAt: '1970-01-06' };
  expect(codes(only(judge([general(500), special(900, { facts })])))).toEqual([
    'above-general',
    'average-only',
    'locked',
    'ends-soon',
  ]);
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
