import { describe, expect, test } from 'vitest';
import type { AlertFacts, AlertFinding, AlertKind, OpenAlert, Route } from '../../src/domain/alert.ts';
import { accountFacts, alertSteps, byUrgency, DEPARTED, dueMs, isRouted } from '../../src/domain/alert.ts';
import { CHINA, zoneOf } from '../../src/domain/time.ts';

const NOW = Date.parse('2026-11-20T12:00:00+08:00');
const FACTS: AlertFacts = {
  ...accountFacts('default', NOW),
  shop: { id: '1', keeperId: '2', name: '店' },
  plan: { id: '7', name: null },
};

const open = (kind: AlertKind, toldBp: number | null = -100, toldFen: number | null = null): OpenAlert => ({
  id: 1,
  kind,
  toldBp,
  toldFen,
});
const decided = (kind: AlertKind | null, more: object = {}): AlertFinding => ({
  is: 'decided',
  kind,
  isNews: true,
  isKept: kind === null || kind === 'warn',
  ...more,
});
const KEPT = decided(null);

describe('what becomes of the alerts of a plan', () => {
  test.each<[string, OpenAlert[], AlertFinding, string]>([
    ['nothing, and nothing bad', [], KEPT, ''],
    ['a new one', [], decided('exit'), 'exit opened'],
    ['a cut that was seen long ago', [], decided('warn', { isNews: false }), ''],
    ['the same', [open('exit')], decided('exit'), 'exit same'],
    ['well again', [open('exit')], KEPT, 'exit resolved'],
    ['left', [open('exit')], DEPARTED, 'exit resolved'],
    ['closed by the merchant: the closing is told', [open('exit')], decided('closed'), 'exit ended, closed opened'],
    ['kept, though cut before', [open('exit')], decided('warn', { isNews: false }), 'exit resolved'],
    ['a warning that turned bad', [open('warn')], decided('exit'), 'warn ended, exit opened'],
    ['a warning that is over', [open('warn')], KEPT, 'warn ended'],
    ['the record of a removal is gone', [open('removed')], DEPARTED, 'removed ended'],
    ['a closed plan is back', [open('closed')], KEPT, 'closed resolved'],
    ['muted', [open('exit')], { is: 'muted' }, ''],
    ['not to be judged', [open('exit')], { is: 'undecided', isByAge: false }, ''],
    [
      'two numbers are one merchant',
      [open('exit'), { ...open('exit'), id: 2 }],
      decided('exit'),
      'exit ended, exit same',
    ],
  ])('%s', (_, alerts, finding, steps) => {
    const rules = { realertBp: 50, ends: 'resolved' } as const;
    const told = alertSteps(alerts, finding, { gapBp: -100, fenPerDay: null }, rules);
    expect(told.map(({ kind, event }) => `${kind} ${event}`).join(', ')).toBe(steps);
  });

  test.each<[string, OpenAlert[], AlertFinding, string]>([
    ['it was judged by what is gone', [open('exit')], KEPT, 'withdrawn'],
    ['nothing is left to judge by', [open('exit')], { is: 'undecided', isByAge: false }, 'withdrawn'],
    ['the data are too old as before', [open('exit')], { is: 'undecided', isByAge: true }, ''],
    ['it was removed by what is gone', [open('removed')], DEPARTED, 'withdrawn'],
  ])('after a discard: %s', (_, alerts, finding, event) => {
    const steps = alertSteps(alerts, finding, { gapBp: null, fenPerDay: null }, { realertBp: 50, ends: 'withdrawn' });
    expect(steps.map((step) => step.event).join()).toBe(event);
  });

  test.each<[string, OpenAlert, number | null, number | null, 'worse' | 'same']>([
    ['lower by enough', open('exit', -100), -150, null, 'worse'],
    ['lower, not by enough', open('exit', -100), -149, null, 'same'],
    ['unknown', open('exit', -100), null, null, 'same'],
    ['known now', open('exit', null), -500, null, 'same'],
    ['twice the loss', open('exit', -100, 300), -100, 600, 'worse'],
    ['not twice', open('exit', -100, 300), -100, 599, 'same'],
    ['from nothing', open('exit', -100, 0), -100, 600, 'same'],
    ['closed plans get no worse', open('closed', -100, 300), -900, 900, 'same'],
  ])('worse: %s', (_, alert, gapBp, fenPerDay, event) => {
    const steps = alertSteps([alert], decided(alert.kind), { gapBp, fenPerDay }, { realertBp: 50, ends: 'resolved' });
    expect(steps).toMatchObject([{ event }]);
  });
});

const ROUTE: Route = { name: 'x', only: [], accounts: [], shops: [], digest: null };

test.each<[Partial<Route>, AlertKind, boolean]>([
  [{}, 'exit', true],
  [{}, 'warn', false],
  [{ digest: '09:05' }, 'warn', true],
  [{ only: ['warn'] }, 'warn', true],
  [{ only: ['warn'] }, 'exit', false],
  [{ accounts: ['default'] }, 'exit', true],
  [{ accounts: ['other'] }, 'exit', false],
  [{ shops: ['2'] }, 'exit', true],
  [{ shops: ['店'] }, 'exit', true],
  [{ shops: ['3'] }, 'exit', false],
])('%j takes %s: %s', (route, kind, isTaken) => {
  expect(isRouted({ ...ROUTE, ...route }, kind, FACTS)).toBe(isTaken);
});

test('an account as a whole is of no shop', () => {
  expect(isRouted({ ...ROUTE, shops: ['1'] }, 'held', accountFacts('default', NOW))).toBe(false);
});

test.each<[string | null, number | null, string]>([
  [null, null, '2026-11-20T12:00:00+08:00'],
  ['13:00', null, '2026-11-20T13:00:00+08:00'],
  ['12:00', null, '2026-11-21T12:00:00+08:00'],
  ['09:05', 4999, '2026-11-21T09:05:00+08:00'],
  ['09:05', 5000, '2026-11-20T12:00:00+08:00'],
])('a digest at %s, losing %s fen a day, is due at %s', (digest, fenPerDay, at) => {
  expect(dueMs({ ...ROUTE, digest }, { ...FACTS, fenPerDay }, 5000, NOW, CHINA)).toBe(Date.parse(at));
});

test('a digest is at the time of the user', () => {
  const at = dueMs({ ...ROUTE, digest: '09:05' }, FACTS, null, NOW, zoneOf('Europe/Berlin'));
  expect(new Date(at).toISOString()).toBe('2026-11-20T08:05:00.000Z');
});

test('the dearest first, then the widest gap, then the kind', () => {
  const alerts = [
    { kind: 'held', facts: accountFacts('default', NOW) },
    { kind: 'exit', facts: { ...FACTS, gapBp: -10 } },
    { kind: 'exit', facts: { ...FACTS, gapBp: -300 } },
    { kind: 'warn', facts: { ...FACTS, gapBp: 200 } },
    { kind: 'exit', facts: { ...FACTS, gapBp: -5, fenPerDay: 100 } },
    { kind: 'stale', facts: accountFacts('default', NOW) },
  ] as const;
  expect(alerts.toSorted(byUrgency).map(({ kind, facts }) => `${kind} ${facts.gapBp}`)).toEqual([
    'exit -5',
    'exit -300',
    'exit -10',
    'held null',
    'stale null',
    'warn 200',
  ]);
});
