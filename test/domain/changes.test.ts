import { describe, expect, test } from 'vitest';
import type { ChangeCode, PlanChange } from '../../src/domain/changes.ts';
import { CHANGE_CODES, changesOf, compareChanges, concerningPlans, touchesItem } from '../../src/domain/changes.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { type Capture, DAY_MS, ledgerOf } from '../support/ledger.ts';

/** `code plan/item lastSeenBefore-firstSeenAfter from>to`, with days. */
function line({ code, plan, item, lastSeenBeforeMs, firstSeenAfterMs, from, to }: PlanChange): string {
  const scope = item ? `${plan.id}/${item.id}` : plan.id;
  const values = from === null && to === null ? '' : ` ${from}>${to}`;
  return `${code} ${scope} ${(lastSeenBeforeMs ?? Number.NaN) / DAY_MS}-${firstSeenAfterMs / DAY_MS}${values}`;
}

function changes(captures: string | readonly Capture[], confirmMissing = 2): string {
  return changesOf(ledgerOf(captures), { ...DEFAULT_POLICY, confirmMissing })
    .map(line)
    .join(', ');
}

describe('rates', () => {
  test.each<[string, string, string]>([
    ['the first reading is a baseline', '1 1000/838', ''],
    ['nothing moves', '1 1000/838, 2 1000/838', ''],
    ['a cut', '1 1000/838, 3 900/838', 'lowered 11 1-3 1000>900'],
    ['a raise', '1 900/838, 3 1000/838', 'raised 11 1-3 900>1000'],
    ['the window begins with the last sight', '1 10/5, 2 10/5, 9 9/5', 'lowered 11 2-9 10>9'],
    ['unknown in between', '1 10/5, 2 -/5, 3 9/5', 'lowered 11 1-3 10>9'],
    ['unknown in between, then the same', '1 10/5, 2 -/5, 3 10/5', ''],
    ['unknown at first', '1 -/5, 2 10/5', ''],
    ['down and up', '1 10/5, 2 8/5, 3 10/5', 'lowered 11 1-2 10>8, raised 11 2-3 8>10'],
    ['general raised, still below', '1 10/5, 2 10/6', 'general-raised 0 1-2 5>6'],
    ['general lowered', '1 10/6, 2 10/5', 'general-lowered 0 1-2 6>5'],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures)).toBe(expected);
  });

  test('the file and the line are those of the capture that first shows it', () => {
    const [cut] = changesOf(ledgerOf('1 10/5, 2 8/5, 3 8/5'), DEFAULT_POLICY);
    expect(cut?.source).toEqual({ file: 'listed-2', locator: 2, raw: '8' });
  });

  test('two files of one moment that disagree say nothing', () => {
    const text = '1 10/5, 2 8/5, 2 9/5 shop-plans';
    expect(changes(text)).toBe('');
    expect(changes(`${text}, 3 8/5`)).toBe('lowered 11 1-3 10>8');
  });
});

describe('crossings', () => {
  test.each<[string, string, string]>([
    ['by the special rate', '1 1000/838, 9 800/838', 'crossed-below 11 1-9 162>-38'],
    ['by the general rate', '1 1000/838, 9 1000/1100', 'crossed-below 11 1-9 162>-100'],
    ['by both in one capture', '1 1000/838, 9 900/950', 'crossed-below 11 1-9 162>-50'],
    ['both move and it stays above', '1 1000/838, 9 1100/950', ''],
    ['from equal', '1 838/838, 2 800/838', 'crossed-below 11 1-2 0>-38'],
    ['to equal is not below', '1 1000/838, 2 838/838', ''],
    ['and back, to equal', '1 800/838, 2 838/838', 'crossed-above 11 1-2 -38>0'],
    ['below from the start', '1 800/838, 2 700/838', ''],
    ['general first known later', '1 1000/, 2 800/838', ''],
    ['while the general rate is unknown nothing is said', '1 1000/838, 2 800/-, 3 800/-', ''],
    ['but once it is known again', '1 1000/838, 2 800/-, 3 800/838', 'crossed-below 11 1-3 162>-38'],
    [
      'unknown in between: the window begins when what moved was last seen',
      '1 1000/838, 2 -/838, 3 800/838',
      'crossed-below 11 1-3 162>-38',
    ],
    [
      'what has not moved does not widen the window',
      '1 1000/838, 2 1000/ partial, 3 800/ partial',
      'crossed-below 11 2-3 162>-38',
    ],
    ['a plan that is gone crosses nothing', '1 1000/838, 2 /838, 3 /1100', ''],
    ['nor does a stopped one', '1 1000/838 active, 2 1000/838 stopped, 3 1000/1100', ''],
  ])('%s', (_, captures, expected) => {
    const crossed = changes(captures)
      .split(', ')
      .filter((text) => text.startsWith('crossed'));
    expect(crossed.join(', ')).toBe(expected);
  });

  test('each item for itself, and never an item against the shop', () => {
    const captures = '1 a:900/800 b:900/700 /2000, 2 a:700/800 b:900/700 /2000';
    expect(changes(captures)).toBe('lowered 11/a 1-2 900>700, crossed-below 11/a 1-2 100>-100');
  });

  test('the source is that of the side that moved', () => {
    const [, crossing] = changesOf(ledgerOf('1 1000/838, 2 1000/1100'), DEFAULT_POLICY);
    expect([crossing?.code, crossing?.source?.raw]).toEqual(['crossed-below', '1100']);
  });
});

describe('presence', () => {
  test.each<[string, number, string, string]>([
    ['in the first capture: baseline', 2, '1 1000/838', ''],
    ['opened after a capture that would have listed it', 2, '1 /838, 2 /838, 4 1000/838', 'opened 11 2-4'],
    ['missed once', 2, '1 1000/838, 2 /838', 'missing 11 1-2'],
    ['missed twice', 2, '1 1000/838, 2 /838, 3 /838', 'missing 11 1-2, closed 11 1-3'],
    ['missed more often', 2, '1 1000/838, 2 /838, 3 /838, 4 /838', 'missing 11 1-2, closed 11 1-3'],
    ['confirmed by one', 1, '1 1000/838, 2 /838, 3 /838', 'closed 11 1-2'],
    ['confirmed by three', 3, '1 1000/838, 2 /838, 3 /838', 'missing 11 1-2'],
    ['confirmed by three', 3, '1 1000/838, 2 /838, 3 /838, 5 /838', 'missing 11 1-2, closed 11 1-5'],
    ['back after a miss', 2, '1 1000/838, 2 /838, 3 1000/838', 'missing 11 1-2, reappeared 11 2-3'],
    [
      'back after closing',
      2,
      '1 1000/838, 2 /838, 3 /838, 5 1000/838',
      'missing 11 1-2, closed 11 1-3, reopened 11 3-5',
    ],
    ['a partial file misses nothing', 1, '1 1000/838, 2 /838 partial', ''],
    ['nor does an earlier partial one make it new', 1, '1 /838 partial, 2 1000/838', ''],
    ['nor one about another scope', 1, '1 1000/838, 2 a:/5', ''],
    ['nor one that lists special plans only for others', 1, '1 1000/838, 2 /838 plan-items', ''],
    ['seen in the joined list meanwhile', 1, '1 1000/838, 2 joined unsaid, 3 1000/838', ''],
    ['an item that leaves', 2, '1 10/5 a:9/5, 2 10/5 a:/5', 'item-left 11/a 1-2'],
    ['its items, which go and come with it, are not told', 1, '1 10/5 a:9/5, 2 /5 a:/5', 'closed 11 1-2'],
  ])('%s (%i)', (_, confirm, captures, expected) => {
    expect(changes(captures, confirm)).toBe(expected);
  });

  test('a plan that the joined list has is not missing where an item left it', () => {
    const list = 'joined approved active';
    const search = 'item-search a:9/5';
    const captures = `1 ${list}, 1.1 ${search}, 2 ${list}, 2.1 item-search a:/5, 3 ${list}, 3.1 item-search a:/5, 4 ${list}`;
    expect(changes(captures)).toBe('item-left 11/a 1.1-2.1');
  });

  test.each<[string, string, string]>([
    ['stopped, at once', '1 9/838 active, 2 9/838 stopped', 'closed 11 1-2 active>stopped'],
    ['a first state is a baseline', '1 9/838, 2 9/838 stopped', ''],
    [
      'a missed plan turns out to be stopped',
      '1 9/838, 2 /838, 3 9/838 stopped',
      'missing 11 1-2, closed 11 1-3 null>stopped',
    ],
    ['stopped, later deleted', '1 9/838 active, 2 9/838 stopped, 3 9/838 deleted', 'closed 11 1-2 active>stopped'],
    ['active again', '1 9/838 stopped, 2 9/838 active', 'reopened 11 1-2 stopped>active'],
    ['a dead record is purged: no event', '1 9/838 stopped, 2 /838, 3 /838, 40 /838', ''],
    ['past its own end, gone at once', '1 9/838 ends=1970-01-02, 4 /838', 'closed 11 1-4 null>expired'],
    ['before its end, missing', '1 9/838 ends=1970-03-02, 4 /838', 'missing 11 1-4'],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures)).toBe(expected);
  });

  test('events start and end', () => {
    const at = (n: number, running: boolean): Capture => ({
      day: n,
      coverage: 'item-search',
      plans: { 0: { rates: { a: 5 } }, ...(running ? { 77: { rates: { a: 30 }, facts: { kind: 'event' } } } : {}) },
    });
    const ended = 'event-started 77 1-2, missing 77 2-3, event-ended 77 2-4';
    expect(changes([at(1, false), at(2, true), at(3, false), at(4, false)])).toBe(ended);
    expect(changes([at(1, true), at(2, false), at(3, false), at(5, true)])).toMatch(/, event-started 77 3-5$/);
  });
});

describe('membership', () => {
  test.each<[string, string, string]>([
    ['the first list is a baseline', '1 joined approved', ''],
    [
      'applied, then approved',
      '1 joined, 2 joined pending, 3 joined approved',
      'joined 11 1-2 null>pending, approved 11 2-3 pending>approved',
    ],
    ['approved straight away', '1 joined, 2 joined approved', 'approved 11 1-2 null>approved'],
    ['rejected', '1 joined pending, 2 joined rejected', 'rejected 11 1-2 pending>rejected'],
    ['removed by the merchant', '1 joined approved, 2 joined removed', 'removed 11 1-2 approved>removed'],
    ['left', '1 joined approved, 2 joined left', 'left 11 1-2 approved>left'],
    ['left, by an export that says so', '1 joined approved, 2 joined none', 'left 11 1-2 approved>none'],
    ['the record of a refusal is no more', '1 joined rejected, 2 joined none', ''],
    ['gone from two lists', '1 joined approved, 2 joined, 3 joined', 'missing 11 1-2 approved>null'],
    ['one that was left is purged', '1 joined left, 2 joined, 40 joined', ''],
    ['so is a stopped one', '1 joined approved stopped, 2 joined, 40 joined', ''],
    ['unknown in between', '1 joined approved, 2 partial unsaid, 3 joined approved', ''],
    ['renamed', '1 joined approved name=A, 2 joined approved name=B', 'renamed 11 1-2 A>B'],
    ['locked', '1 joined approved unlocked, 2 joined approved locked', 'locked 11 1-2'],
    ['unlocked', '1 joined approved locked, 2 joined approved unlocked', 'unlocked 11 1-2'],
  ])('%s', (_, captures, expected) => {
    expect(changes(captures)).toBe(expected);
  });

  test('gone from the plans and from the list at once is one event', () => {
    const captures = '1 joined approved active, 1.1 9/5, 2 joined, 2.1 /5, 3 joined, 3.1 /5';
    expect(changes(captures)).toBe('missing 11 1-2 approved>null');
  });

  test('one account’s list says nothing about another’s', () => {
    const other = ledgerOf([{ day: 2, coverage: 'joined-plans', plans: { 12: { facts: { status: 'approved' } } } }], {
      account: 'b',
    });
    const mine = ledgerOf('1 joined approved, 3 joined approved', { account: 'a' });
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
  const found = changesOf(ledgerOf('1 1000/838, 2 800/850, 3 900/850'), DEFAULT_POLICY);
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
