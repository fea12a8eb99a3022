/** Which mute is in force; what it does to verdicts and gates: cli/decisions.test.ts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Mute, muteAt } from '../../src/domain/mute.ts';

const ALWAYS: Mute = { planId: '11', shop: null, account: null, fromMs: null, untilMs: null, reason: null };
const TARGET = { account: 'default', shop: { id: '100', keeperId: '70', name: '测试店' }, plan: { id: '11' } };

test.each<[string, Partial<Mute>, boolean]>([
  ['by plan alone', {}, true],
  ['another plan', { planId: '12' }, false],
  ['by seller id', { shop: '100' }, true],
  ['by keeper id', { shop: '70' }, true],
  ['by name', { shop: '测试店' }, true],
  ['another shop', { shop: '101' }, false],
  ['its account', { account: 'default' }, true],
  ['another account', { account: 'b' }, false],
  ['begun', { fromMs: 5 }, true],
  ['not begun', { fromMs: 6 }, false],
  ['not ended', { untilMs: 6 }, true],
  ['ended', { untilMs: 5 }, false],
])('%s', (_, parts, isMuted) => {
  expect(muteAt([{ ...ALWAYS, ...parts }], TARGET, 5) !== null).toBe(isMuted);
});

test('of several the longest counts, in whatever order they stand', () => {
  const until = fc.option(fc.integer({ min: 6, max: 100 }), { nil: null });
  fc.assert(
    fc.property(fc.array(until, { minLength: 1 }), (ends) => {
      const mutes = ends.map((untilMs) => ({ ...ALWAYS, untilMs }));
      const longest = ends.includes(null) ? null : Math.max(...ends.map(Number));
      expect(muteAt(mutes, TARGET, 5)?.untilMs).toBe(longest);
      expect(muteAt([...mutes].reverse(), TARGET, 5)?.untilMs).toBe(longest);
    }),
  );
});
