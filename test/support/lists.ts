/** Shops drawn at random that one feed of lists tells, mostly; and what is asked of them. */
import fc from 'fast-check';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { NO_FACTS, NO_SHOP, type Reading } from '../../src/domain/reading.ts';
import { type Drawn, readingArbitrary, snapshotsArbitrary } from './snapshots.ts';

export const DAY_MS = 86_400_000;

export const questionArbitrary = fc.record({
  nowMs: fc.integer({ min: 3, max: 12 }).map((day) => day * DAY_MS),
  item: fc.constant(null),
  joinedOnly: fc.boolean(),
  policy: fc.record({
    minGainBp: fc.constantFrom(0, 0, 50),
    maxAgeMs: fc.constantFrom(DEFAULT_POLICY.maxAgeMs, 30 * DAY_MS),
    confirmMissing: fc.constantFrom(1, 2),
  }),
});

const PLANS = ['0', '11', '12'];
const ITEMS = ['a', 'b', 'c', 'd'];

/** What a list says of one plan at one item; null: it is not in the list. */
const cellArbitrary = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      bp: fc.constantFrom(2, 100, 200, 300),
      raw: fc.constant('x'),
      sales: fc.constantFrom(null, null, 0, 5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ bp: fc.constant(null), raw: fc.constantFrom('-', '-', ''), sales: fc.constant(null) }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** A joined list, which mostly has both special plans. */
const joinedArbitrary = fc
  .record({
    day: fc.integer({ min: 1, max: 6 }),
    format: fc.constantFrom('test', 'test', 'other'),
    has: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() }), {
      minLength: 2,
      maxLength: 2,
    }),
  })
  .map(
    ({ day, format, has }): Drawn => ({
      day,
      format,
      coverage: 'joined-plans',
      account: 'x',
      readings: has.flatMap((isListed, index): Reading[] => {
        const facts = { ...NO_FACTS, kind: 'special', status: 'approved' } as const;
        const shop = { ...NO_SHOP, sellerId: '100' };
        return isListed
          ? [{ locator: 1, shop, item: null, planId: PLANS[index + 1]!, facts, rate: null, sales: null }]
          : [];
      }),
    }),
  );

/** Items, or plans, that no list has any more from one on. */
const goneArbitrary = fc.record({
  from: fc.constantFrom(1, 1, 2),
  names: fc.oneof(fc.constant<string[]>([]), fc.subarray<string>(['a', 'b', '12'], { minLength: 1 })),
});

/** One list after another of all plans and items of a shop, and now and then something else beside them. */
const listsOf = (othersArbitrary: fc.Arbitrary<readonly Drawn[]>, isSteadyArbitrary: fc.Arbitrary<boolean>) =>
  fc
    .tuple(
      fc.array(
        fc.record({
          cells: fc.array(cellArbitrary, { minLength: 12, maxLength: 12 }),
          facts: fc.array(readingArbitrary, { minLength: 3, maxLength: 3 }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      othersArbitrary,
      fc.oneof(
        { weight: 1, arbitrary: fc.constant([]) },
        { weight: 2, arbitrary: fc.array(joinedArbitrary, { maxLength: 5 }) },
      ),
      isSteadyArbitrary,
      fc.record({ isLastFirst: fc.boolean(), pace: fc.constantFrom(1, 1, 2) }),
      goneArbitrary,
    )
    .map(([lists, others, joined, isSteady, { isLastFirst, pace }, gone]): Drawn[] => {
      const told = lists.map(({ cells, facts: drawn }, index) => ({
        day: index * pace + 1,
        coverage: 'listed' as const,
        account: 'x',
        readings: cells.flatMap((cell, place): Reading[] => {
          const facts = isSteady ? lists[0]!.facts : drawn;
          const plan = place % PLANS.length;
          const planId = PLANS[plan]!;
          const item = { id: ITEMS[Math.floor(place / PLANS.length)]!, title: null };
          const status = planId === '0' ? null : plan === 1 ? 'approved' : facts[plan]!.facts.status;
          const kind = planId === '0' ? 'general' : 'special';
          const own = { ...facts[plan]!, planId, item, facts: { ...facts[plan]!.facts, kind, status } } as const;
          const shop = { ...NO_SHOP, sellerId: '100' };
          const isGone = index >= gone.from && (gone.names.includes(item.id) || gone.names.includes(planId));
          return cell && !isGone
            ? [{ ...own, shop, rate: { measure: 'commission', raw: cell.raw, bp: cell.bp }, sales: cell.sales }]
            : [];
        }),
      }));
      return [...joined, ...(isLastFirst ? told.reverse() : told), ...others.slice(0, 2)];
    });

export const listsArbitrary = listsOf(
  fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: snapshotsArbitrary }),
  fc.boolean(),
);
export const steadyListsArbitrary = listsOf(fc.constant([]), fc.constant(true));
