/** The user's word that they left a plan, and what newer exports make of it. */
import { describe, expect, test } from 'vitest';
import { changesOf } from '../../src/domain/changes.ts';
import { askGate } from '../../src/domain/gate.ts';
import type { ShopLedger } from '../../src/domain/ledger.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import type { MembershipStatus, PlanFacts } from '../../src/domain/reading.ts';
import { judgeShop } from '../../src/domain/verdict.ts';
import { APPROVED, type Capture, capturesOf, DAY_MS, ledgerOf } from '../support/ledger.ts';

const EXIT_DAY = 3;

/** Rates of the shop: plan 11 pays less than the general plan, every day. */
const rates = (day: number): Capture => ({
  day,
  plans: { 0: { rates: { '': 800 } }, 11: { rates: { '': 600 } }, 12: { rates: { '': 700 } } },
});

/** A complete joined list; plans without a status are not in it. */
const list = (day: number, statuses: Record<string, MembershipStatus>, more: Partial<PlanFacts> = {}): Capture => ({
  day,
  coverage: 'joined-plans',
  plans: Object.fromEntries(
    Object.entries(statuses).map(([id, status]) => [
      id,
      { facts: { ...APPROVED, approvedAt: id === '12' ? '1970-01-01' : '1970-01-02', ...more, status } },
    ]),
  ),
});

function ledger(captures: readonly Capture[], exitedDay: number | null = EXIT_DAY): ShopLedger {
  const days = [...new Set(captures.map((capture) => capture.day))];
  const whole = ledgerOf([...days.map(rates), ...captures]);
  const exit = exitedDay === null ? {} : { exitedMs: exitedDay * DAY_MS };
  return { ...whole, plans: whole.plans.map((plan) => (plan.planId === '11' ? { ...plan, ...exit } : plan)) };
}

function judge(captures: readonly Capture[], day: number, exitedDay: number | null = EXIT_DAY) {
  const judgements = judgeShop(ledger(captures, exitedDay), {
    policy: DEFAULT_POLICY,
    nowMs: day * DAY_MS,
    item: null,
  });
  const told = (id: string) => {
    const found = judgements.find((j) => j.plan.id === id);
    return found && [found.verdict, found.reasons[0]?.code];
  };
  return { told, judgements };
}

const at = (day: number) => `1970-01-0${day + 1}T08:00:00+08:00`;
const joined = list(2, { 11: 'approved' });

describe('what newer exports make of an exit on day 3', () => {
  test.each([
    ['nothing newer', '', 'null exited'],
    ['an older list, taken in later, says nothing', '1 joined approved', 'null exited'],
    ['a list of the same moment was made before', '3 joined approved', 'null exited'],
    ['left: confirmed', '4 joined left', 'null exited'],
    ['removed by the merchant meanwhile: gone all the same', '4 joined removed', 'null exited'],
    ['not in the list: confirmed', '4 joined', 'null exited'],
    ['still approved: not effective', '4 joined approved', 'exit exit-not-effective'],
    ['still approved, then left', '4 joined approved, 5 joined left', 'null not-joined'],
    ['approved on a later day: a new membership', '5 joined approved approved=1970-01-05', 'exit below-general'],
    [
      'joined at a later time of the same day: a new membership',
      '5 joined approved joined=1970-01-04T09:00:00+08:00',
      'exit below-general',
    ],
    ['gone, then approved: joined anew, whatever the dates say', '4 joined, 5 joined approved', 'exit below-general'],
    ['applied for again', '4 joined pending', 'null pending-approval'],
    ['applied for again and rejected', '4 joined pending, 5 joined rejected', 'null not-joined'],
  ])('%s', (_, newer, told) => {
    const captures = capturesOf(newer === '' ? '2 joined approved' : `2 joined approved, ${newer}`, APPROVED);
    for (const given of [captures, captures.toReversed()])
      expect(judge(given, 5).told('11')?.map(String).join(' ')).toBe(told);
  });

  test('a partial list without it confirms nothing', () => {
    const partial: Capture = { day: 4, coverage: 'partial', plans: { 12: { facts: { status: 'left' } } } };
    const [reason] = judge([joined, partial], 5).judgements.find((j) => j.plan.id === '11')?.reasons ?? [];
    expect(reason).toEqual({ code: 'exited', at: at(3), confirmedAt: null });
  });

  test('the first capture without it is when it was confirmed', () => {
    const captures = [joined, list(4, { 12: 'left' }), list(5, { 11: 'left' })];
    const [reason] = judge(captures, 6).judgements.find((j) => j.plan.id === '11')?.reasons ?? [];
    expect(reason).toEqual({ code: 'exited', at: at(3), confirmedAt: at(4) });
  });
});

test('without an exit the plan is judged', () => {
  expect(judge([joined], 3, null).told('11')).toEqual(['exit', 'below-general']);
});

test('an earlier plan of the shop applies again once the binding one is left', () => {
  const both = list(2, { 11: 'approved', 12: 'approved' });
  expect(judge([both], 3, null).told('12')).toEqual([null, 'superseded']);
  expect(judge([both], 3).told('12')).toEqual(['exit', 'below-general']);
  expect(judge([both, list(4, { 11: 'approved', 12: 'approved' })], 4).told('12')).toEqual([null, 'superseded']);
});

test('the gate lets pass what was left, and says so', () => {
  const target = { item: null, planId: '11' };
  const answer = askGate(ledger([joined]), target, { policy: DEFAULT_POLICY, nowMs: 4 * DAY_MS, item: null });
  expect(answer).toMatchObject({ outcome: 'keep', reasons: [{ code: 'exited' }] });
  expect(answer.better.map(({ planId }) => planId)).not.toContain('11');
});

test('changes tell it once: a record that is gone afterwards is not missing', () => {
  const captures = [joined, list(4, { 12: 'left' }), list(5, { 12: 'left' }), list(6, { 12: 'left' })];
  const told = (exitedDay: number | null) =>
    changesOf(ledger(captures, exitedDay), DEFAULT_POLICY)
      .filter((change) => change.plan.id === '11')
      .map(({ code, firstSeenAfterMs }) => `${code} ${firstSeenAfterMs / DAY_MS}`);
  expect(told(EXIT_DAY)).toEqual(['left 3']);
  expect(told(null)).toEqual(['missing 4']);
});
