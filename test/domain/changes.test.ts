import { describe, expect, test } from 'vitest';
import type { ChangeCode, PlanChange } from '../../src/domain/changes.ts';
import { CHANGE_CODES, changesOf, compareChanges, concerningPlans, touchesItem } from '../../src/domain/changes.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import type { PlanFacts } from '../../src/domain/reading.ts';
import { type Capture, DAY_MS, ledgerOf, type PlanSight } from '../support/ledger.ts';

/** `code plan/item lastSeenBefore-firstSeenAfter from>to`, with days. */
function line({ code, plan, item, lastSeenBeforeMs, firstSeenAfterMs, from, to }: PlanChange): string {
  const scope = item ? `${plan.id}/${item.id}` : plan.id;
  const values = from === null && to === null ? '' : ` ${from}>${to}`;
  return `${code} ${scope} ${(lastSeenBeforeMs ?? Number.NaN) / DAY_MS}-${firstSeenAfterMs / DAY_MS}${values}`;
}

function changes(captures: readonly Capture[], confirmMissing = 2): string[] {
  return changesOf(ledgerOf(captures), { ...DEFAULT_POLICY, confirmMissing }).map(line);
}

/** The shop as a whole: special and general on a day; undefined: not listed. */
function day(day: number, special?: number | null, general?: number | null, facts: Partial<PlanFacts> = {}): Capture {
  const plans: Record<string, PlanSight> = {};
  if (special !== undefined) plans['11'] = { rates: { '': special }, facts };
  if (general !== undefined) plans['0'] = { rates: { '': general } };
  return { day, plans };
}

/** A complete joined list. */
const joined = (day: number, plans: Readonly<Record<string, Partial<PlanFacts>>>): Capture => ({
  day,
  coverage: 'joined-plans',
  plans: Object.fromEntries(Object.entries(plans).map(([id, facts]) => [id, { facts }])),
});

describe('rates', () => {
  test.each<[string, Capture[], string[]]>([
    ['the first reading is a baseline', [day(1, 1000, 838)], []],
    ['nothing moves', [day(1, 1000, 838), day(2, 1000, 838)], []],
    ['a cut', [day(1, 1000, 838), day(3, 900, 838)], ['lowered 11 1-3 1000>900']],
    ['a raise', [day(1, 900, 838), day(3, 1000, 838)], ['raised 11 1-3 900>1000']],
    ['the window begins with the last sight', [day(1, 10, 5), day(2, 10, 5), day(9, 9, 5)], ['lowered 11 2-9 10>9']],
    ['unknown in between', [day(1, 10, 5), day(2, null, 5), day(3, 9, 5)], ['lowered 11 1-3 10>9']],
    ['unknown in between, then the same', [day(1, 10, 5), day(2, null, 5), day(3, 10, 5)], []],
    ['unknown at first', [day(1, null, 5), day(2, 10, 5)], []],
    ['down and up', [day(1, 10, 5), day(2, 8, 5), day(3, 10, 5)], ['lowered 11 1-2 10>8', 'raised 11 2-3 8>10']],
    ['general raised, still below', [day(1, 10, 5), day(2, 10, 6)], ['general-raised 0 1-2 5>6']],
    ['general lowered', [day(1, 10, 6), day(2, 10, 5)], ['general-lowered 0 1-2 6>5']],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures)).toEqual(expected);
  });

  test('the file and the line are those of the capture that first shows it', () => {
    const [cut] = changesOf(ledgerOf([day(1, 10, 5), day(2, 8, 5), day(3, 8, 5)]), DEFAULT_POLICY);
    expect(cut?.source).toEqual({ file: 'listed-2', locator: 2, raw: '8' });
  });

  test('two files of one moment that disagree say nothing', () => {
    const captures: Capture[] = [
      day(1, 10, 5),
      day(2, 8, 5),
      { day: 2, coverage: 'shop-plans', plans: { 11: { rates: { '': 9 } }, 0: { rates: { '': 5 } } } },
    ];
    expect(changes(captures)).toEqual([]);
    expect(changes([...captures, day(3, 8, 5)])).toEqual(['lowered 11 1-3 10>8']);
  });
});

describe('crossings', () => {
  test.each<[string, Capture[], string[]]>([
    ['by the special rate', [day(1, 1000, 838), day(9, 800, 838)], ['crossed-below 11 1-9 162>-38']],
    ['by the general rate', [day(1, 1000, 838), day(9, 1000, 1100)], ['crossed-below 11 1-9 162>-100']],
    ['by both in one capture', [day(1, 1000, 838), day(9, 900, 950)], ['crossed-below 11 1-9 162>-50']],
    ['both move and it stays above', [day(1, 1000, 838), day(9, 1100, 950)], []],
    ['from equal', [day(1, 838, 838), day(2, 800, 838)], ['crossed-below 11 1-2 0>-38']],
    ['to equal is not below', [day(1, 1000, 838), day(2, 838, 838)], []],
    ['and back, to equal', [day(1, 800, 838), day(2, 838, 838)], ['crossed-above 11 1-2 -38>0']],
    ['below from the start', [day(1, 800, 838), day(2, 700, 838)], []],
    ['general first known later', [day(1, 1000), day(2, 800, 838)], []],
    [
      'while the general rate is unknown nothing is said',
      [day(1, 1000, 838), day(2, 800, null), day(3, 800, null)],
      [],
    ],
    [
      'but once it is known again',
      [day(1, 1000, 838), day(2, 800, null), day(3, 800, 838)],
      ['crossed-below 11 1-3 162>-38'],
    ],
    [
      'unknown in between: the window begins when what moved was last seen',
      [day(1, 1000, 838), day(2, null, 838), day(3, 800, 838)],
      ['crossed-below 11 1-3 162>-38'],
    ],
    [
      'what has not moved does not widen the window',
      [
        day(1, 1000, 838),
        { day: 2, coverage: 'partial', plans: { 11: { rates: { '': 1000 } } } },
        { day: 3, coverage: 'partial', plans: { 11: { rates: { '': 800 } } } },
      ],
      ['crossed-below 11 2-3 162>-38'],
    ],
    ['a plan that is gone crosses nothing', [day(1, 1000, 838), day(2, undefined, 838), day(3, undefined, 1100)], []],
    [
      'nor does a stopped one',
      [day(1, 1000, 838, { state: 'active' }), day(2, 1000, 838, { state: 'stopped' }), day(3, 1000, 1100)],
      [],
    ],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures).filter((text) => text.startsWith('crossed'))).toEqual(expected);
  });

  test('each item for itself, and never an item against the shop', () => {
    const at = (ms: number, special: number, general: number): Capture => ({
      day: ms,
      plans: { 11: { rates: { a: special, b: 900 } }, 0: { rates: { a: general, b: 700, '': 2000 } } },
    });
    expect(changes([at(1, 900, 800), at(2, 700, 800)])).toEqual([
      'lowered 11/a 1-2 900>700',
      'crossed-below 11/a 1-2 100>-100',
    ]);
  });

  test('the source is that of the side that moved', () => {
    const [, crossing] = changesOf(ledgerOf([day(1, 1000, 838), day(2, 1000, 1100)]), DEFAULT_POLICY);
    expect([crossing?.code, crossing?.source?.raw]).toEqual(['crossed-below', '1100']);
  });
});

describe('presence', () => {
  const gone = (n: number) => day(n, undefined, 838);
  const there = (n: number) => day(n, 1000, 838);
  test.each<[string, number, Capture[], string[]]>([
    ['in the first capture: baseline', 2, [there(1)], []],
    ['opened after a capture that would have listed it', 2, [gone(1), gone(2), there(4)], ['opened 11 2-4']],
    ['missed once', 2, [there(1), gone(2)], ['missing 11 1-2']],
    ['missed twice', 2, [there(1), gone(2), gone(3)], ['missing 11 1-2', 'closed 11 1-3']],
    ['missed more often', 2, [there(1), gone(2), gone(3), gone(4)], ['missing 11 1-2', 'closed 11 1-3']],
    ['confirmed by one', 1, [there(1), gone(2), gone(3)], ['closed 11 1-2']],
    ['confirmed by three', 3, [there(1), gone(2), gone(3)], ['missing 11 1-2']],
    ['confirmed by three', 3, [there(1), gone(2), gone(3), gone(5)], ['missing 11 1-2', 'closed 11 1-5']],
    ['back after a miss', 2, [there(1), gone(2), there(3)], ['missing 11 1-2', 'reappeared 11 2-3']],
    [
      'back after closing',
      2,
      [there(1), gone(2), gone(3), there(5)],
      ['missing 11 1-2', 'closed 11 1-3', 'reopened 11 3-5'],
    ],
    ['a partial file misses nothing', 1, [there(1), { ...gone(2), coverage: 'partial' }], []],
    ['nor does an earlier partial one make it new', 1, [{ ...gone(1), coverage: 'partial' }, there(2)], []],
    ['nor one about another scope', 1, [there(1), { day: 2, plans: { 0: { rates: { a: 5 } } } }], []],
    ['nor one that lists special plans only for others', 1, [there(1), { ...gone(2), coverage: 'plan-items' }], []],
    ['seen in the joined list meanwhile', 1, [there(1), joined(2, { 11: {} }), there(3)], []],
  ])('%s (%i)', (_, confirm, captures, expected) => {
    expect(changes(captures, confirm)).toEqual(expected);
  });

  test('a plan that the joined list has is not missing where an item left it', () => {
    const search = (n: number, withPlan: boolean): Capture => ({
      day: n,
      coverage: 'item-search',
      plans: { 0: { rates: { a: 5 } }, ...(withPlan ? { 11: { rates: { a: 9 } } } : {}) },
    });
    const list = (n: number) => joined(n, { 11: { status: 'approved', state: 'active' } });
    expect(
      changes([list(1), search(1.1, true), list(2), search(2.1, false), list(3), search(3.1, false), list(4)]),
    ).toEqual(['item-left 11/a 1.1-2.1']);
  });

  test.each<[string, Capture[], string[]]>([
    [
      'stopped, at once',
      [day(1, 9, 838, { state: 'active' }), day(2, 9, 838, { state: 'stopped' })],
      ['closed 11 1-2 active>stopped'],
    ],
    ['a first state is a baseline', [day(1, 9, 838), day(2, 9, 838, { state: 'stopped' })], []],
    [
      'a missed plan turns out to be stopped',
      [day(1, 9, 838), gone(2), day(3, 9, 838, { state: 'stopped' })],
      ['missing 11 1-2', 'closed 11 1-3 null>stopped'],
    ],
    [
      'stopped, later deleted',
      [day(1, 9, 838, { state: 'active' }), day(2, 9, 838, { state: 'stopped' }), day(3, 9, 838, { state: 'deleted' })],
      ['closed 11 1-2 active>stopped'],
    ],
    [
      'active again',
      [day(1, 9, 838, { state: 'stopped' }), day(2, 9, 838, { state: 'active' })],
      ['reopened 11 1-2 stopped>active'],
    ],
    ['a dead record is purged: no event', [day(1, 9, 838, { state: 'stopped' }), gone(2), gone(3), gone(40)], []],
    [
      'past its own end, gone at once',
      [day(1, 9, 838, { endsAt: '1970-01-02' }), gone(4)],
      ['closed 11 1-4 null>expired'],
    ],
    ['before its end, missing', [day(1, 9, 838, { endsAt: '1970-03-02' }), gone(4)], ['missing 11 1-4']],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures)).toEqual(expected);
  });

  test('events start and end', () => {
    const at = (n: number, running: boolean): Capture => ({
      day: n,
      coverage: 'item-search',
      plans: { 0: { rates: { a: 5 } }, ...(running ? { 77: { rates: { a: 30 }, facts: { kind: 'event' } } } : {}) },
    });
    expect(changes([at(1, false), at(2, true), at(3, false), at(4, false)])).toEqual([
      'event-started 77 1-2',
      'missing 77 2-3',
      'event-ended 77 2-4',
    ]);
    expect(changes([at(1, true), at(2, false), at(3, false), at(5, true)]).at(-1)).toBe('event-started 77 3-5');
  });
});

describe('membership', () => {
  const status = (n: number, status: PlanFacts['status'], more: Partial<PlanFacts> = {}) =>
    joined(n, { 11: { status, ...more } });
  test.each<[string, Capture[], string[]]>([
    ['the first list is a baseline', [status(1, 'approved')], []],
    [
      'applied, then approved',
      [joined(1, {}), status(2, 'pending'), status(3, 'approved')],
      ['joined 11 1-2 null>pending', 'approved 11 2-3 pending>approved'],
    ],
    ['approved straight away', [joined(1, {}), status(2, 'approved')], ['approved 11 1-2 null>approved']],
    ['rejected', [status(1, 'pending'), status(2, 'rejected')], ['rejected 11 1-2 pending>rejected']],
    ['removed by the merchant', [status(1, 'approved'), status(2, 'removed')], ['removed 11 1-2 approved>removed']],
    ['left', [status(1, 'approved'), status(2, 'left')], ['left 11 1-2 approved>left']],
    ['left, by an export that says so', [status(1, 'approved'), status(2, 'none')], ['left 11 1-2 approved>none']],
    ['the record of a refusal is no more', [status(1, 'rejected'), status(2, 'none')], []],
    ['gone from two lists', [status(1, 'approved'), joined(2, {}), joined(3, {})], ['missing 11 1-2 approved>null']],
    ['one that was left is purged', [status(1, 'left'), joined(2, {}), joined(40, {})], []],
    ['so is a stopped one', [status(1, 'approved', { state: 'stopped' }), joined(2, {}), joined(40, {})], []],
    [
      'unknown in between',
      [status(1, 'approved'), { day: 2, coverage: 'partial', plans: { 11: {} } }, status(3, 'approved')],
      [],
    ],
    ['renamed', [status(1, 'approved', { name: 'A' }), status(2, 'approved', { name: 'B' })], ['renamed 11 1-2 A>B']],
    ['locked', [status(1, 'approved', { locked: false }), status(2, 'approved', { locked: true })], ['locked 11 1-2']],
    [
      'unlocked',
      [status(1, 'approved', { locked: true }), status(2, 'approved', { locked: false })],
      ['unlocked 11 1-2'],
    ],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures)).toEqual(expected);
  });

  test('gone from the plans and from the list at once is one event', () => {
    const captures = [1, 2, 3].flatMap((n) => [
      joined(n, n === 1 ? { 11: { status: 'approved', state: 'active' } } : {}),
      day(n + 0.1, n === 1 ? 9 : undefined, 5),
    ]);
    expect(changes(captures)).toEqual(['missing 11 1-2 approved>null']);
  });

  test('one account’s list says nothing about another’s', () => {
    const list = joined(2, { 12: { status: 'approved' } });
    const other = ledgerOf([list], { account: 'b' });
    const mine = ledgerOf([status(1, 'approved'), status(3, 'approved')], { account: 'a' });
    expect([mine, other].flatMap((ledger) => changesOf(ledger, { ...DEFAULT_POLICY, confirmMissing: 1 }))).toEqual([]);
  });
});

describe('what concerns an account', () => {
  const plans = {
    0: { rates: { '': 5 } },
    11: { rates: { '': 9, a: 9 }, facts: { status: 'approved' } },
    12: { rates: { '': 7 } },
    77: { rates: { '': 30 }, facts: { kind: 'event' } },
  } as const;

  test('plans ever approved, the general plan and events beside them', () => {
    expect(concerningPlans(ledgerOf([{ day: 1, plans }]))).toEqual(new Set(['11', '0', '77']));
    expect(concerningPlans(ledgerOf([{ day: 1, plans: { ...plans, 11: { rates: { '': 9 } } } }]))).toEqual(new Set());
  });

  test('of one item: its own rates, and its plans as a whole', () => {
    const ledger = ledgerOf([{ day: 1, plans }]);
    const change = (code: ChangeCode, planId: string, item: string | null) =>
      ({ code, plan: { id: planId }, item: item === null ? null : { id: item, title: null } }) as PlanChange;
    const touches = (code: ChangeCode, planId: string, item: string | null) =>
      touchesItem(ledger, change(code, planId, item), 'a');
    expect(touches('lowered', '11', 'a')).toBe(true);
    expect(touches('lowered', '11', 'b')).toBe(false);
    expect(touches('lowered', '11', null)).toBe(false);
    expect(touches('closed', '11', null)).toBe(true);
    expect(touches('closed', '12', null)).toBe(false);
  });
});

test('in order of time; at one moment by plan, scope and code', () => {
  const found = changesOf(ledgerOf([day(1, 1000, 838), day(2, 800, 850), day(3, 900, 850)]), DEFAULT_POLICY);
  expect(found.map(line)).toEqual([
    'general-raised 0 1-2 838>850',
    'lowered 11 1-2 1000>800',
    'crossed-below 11 1-2 162>-50',
    'raised 11 2-3 800>900',
    'crossed-above 11 2-3 -50>50',
  ]);
  expect([...found].reverse().sort(compareChanges)).toEqual(found);
  expect(new Set(CHANGE_CODES).size).toBe(24);
});
