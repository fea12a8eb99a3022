/** However a ledger is read, the same is judged by it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeFirst, judgeShops } from '../../src/commands/judge-shops.ts';
import {
  changesOf,
  compareChanges,
  concerningPlans,
  type PlanChange,
  rateChangesOf,
} from '../../src/domain/changes.ts';
import type { ShopLedger } from '../../src/domain/ledger.ts';
import { compareJudgements, SORTS } from '../../src/domain/order.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { NO_FACTS, type Reading } from '../../src/domain/reading.ts';
import { type Judgement, judgeShop, type Question, withoutRates } from '../../src/domain/verdict.ts';
import { type LedgerReader, openLedgerReader, type ReadOptions } from '../../src/store/read-ledger.ts';
import { type Drawn, importAll, readingArbitrary, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

const DAY_MS = 86_400_000;
const questionArbitrary = fc.record({
  nowMs: fc.integer({ min: 3, max: 12 }).map((day) => day * DAY_MS),
  item: fc.constant(null),
  joinedOnly: fc.boolean(),
  policy: fc.record({
    minGainBp: fc.constantFrom(0, 0, 50),
    maxAgeMs: fc.constantFrom(DEFAULT_POLICY.maxAgeMs, 30 * DAY_MS),
    confirmMissing: fc.constantFrom(1, 2),
  }),
});

function judgePlainly(reader: LedgerReader, question: Question, options: ReadOptions) {
  return reader
    .shopIds(question.joinedOnly === true)
    .flatMap((id) => reader.readShop(id, options))
    .flatMap((ledger) => judgeShop(ledger, question))
    .map(withoutRates);
}

test('without sources and without plans that do not matter, plans are judged alike', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, questionArbitrary, (drawn, question) => {
      const reader = openLedgerReader(importAll(toSnapshots(drawn)), Number.MAX_SAFE_INTEGER);
      const { joinedOnly } = question;
      expect(judgePlainly(reader, question, { withoutSources: true, joinedOnly })).toEqual(
        judgePlainly(reader, question, {}),
      );
    }),
    { numRuns: 100 },
  );
});

const PLANS = ['0', '11', '12'];
const ITEMS = ['a', 'b', 'c', 'd'];

/** What a list says of one plan at one item; null: it is not in the list. */
const cellArbitrary = fc.oneof(
  { weight: 8, arbitrary: fc.record({ bp: fc.constantFrom(100, 200, 300), sales: fc.constantFrom(null, null, 0, 5) }) },
  { weight: 1, arbitrary: fc.record({ bp: fc.constant(null), sales: fc.constant(null) }) },
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
        const shop = { sellerId: '100', keeperId: null, name: null };
        return isListed ? [{ locator: 1, shop, item: null, planId: PLANS[index + 1]!, facts, rate: null }] : [];
      }),
    }),
  );

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
    )
    .map(([lists, others, joined, isSteady]): Drawn[] => [
      ...joined,
      ...lists.map(({ cells, facts: drawn }, index) => ({
        day: index + 1,
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
          const shop = { sellerId: '100', keeperId: null, name: null };
          return cell ? [{ ...own, shop, rate: { measure: 'commission', raw: String(cell.bp), ...cell } }] : [];
        }),
      })),
      ...others.slice(0, 2),
    ]);

const listsArbitrary = listsOf(
  fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: snapshotsArbitrary }),
  fc.boolean(),
);
const steadyListsArbitrary = listsOf(fc.constant([]), fc.constant(true));

test('from columns, plans are judged as from the ledger', () => {
  let [simple, all] = [0, 0];
  fc.assert(
    fc.property(listsArbitrary, questionArbitrary, (drawn, question) => {
      const reader = openLedgerReader(importAll(toSnapshots(drawn)), Number.MAX_SAFE_INTEGER);
      const shopIds = reader.shopIds(question.joinedOnly);
      const counting: LedgerReader = {
        ...reader,
        readShop(...asked) {
          simple -= 1;
          return reader.readShop(...asked);
        },
      };
      all += shopIds.length;
      simple += shopIds.length;
      expect([...judgeShops(counting, shopIds, question, { account: null })]).toEqual(
        judgePlainly(reader, question, {}),
      );
    }),
    { numRuns: 200 },
  );
  // The property would hold if no shop were ever judged from columns.
  expect(simple / all).toBeGreaterThan(0.1);
});

test('where only the first are shown, these are as if all were, and the others are in their places', () => {
  fc.assert(
    fc.property(
      fc.tuple(listsArbitrary, snapshotsArbitrary),
      questionArbitrary,
      fc.constantFrom(...SORTS),
      fc.integer({ min: 1, max: 4 }),
      ([lists, others], question, sort, shown) => {
        const reader = openLedgerReader(importAll(toSnapshots([...lists, ...others])), Number.MAX_SAFE_INTEGER);
        const shopIds = reader.shopIds(question.joinedOnly);
        const [compare, isWanted] = [compareJudgements(sort), (j: Judgement) => j.verdict !== 'review'];
        const first = judgeFirst(reader, shopIds, question, { account: null }, { isWanted, compare, shown });
        const all = [...judgeShops(reader, shopIds, question, { account: null })].filter(isWanted).sort(compare);
        expect(first.slice(0, shown)).toEqual(all.slice(0, shown));
        const counted = ({ account, shop, plan, verdict, standing, gapBp, ageMs, muted, scopes }: Judgement) =>
          JSON.stringify([account, shop, plan.id, verdict, standing, gapBp, ageMs, muted, scopes]);
        expect(first.map(counted).sort()).toEqual(all.map(counted).sort());
      },
    ),
    { numRuns: 100 },
  );
});

test('shops are read alike alone and in turn, in any order', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, fc.array(fc.integer({ min: 1, max: 9 })), (drawn, asked) => {
      const db = importAll(toSnapshots(drawn));
      const readIn = (reader: LedgerReader, id: number) => JSON.stringify(reader.readShop(id));
      const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
      const inTurn: string[] = [];
      for (const id of reader.inTurn(asked)) inTurn.push(readIn(reader, id));
      expect(inTurn).toEqual(asked.map((id) => readIn(openLedgerReader(db, Number.MAX_SAFE_INTEGER), id)));
    }),
    { numRuns: 50 },
  );
});

test('what changed since a moment is the same without what did not', () => {
  let [simple, simpleWithLists, all] = [0, 0, 0];
  fc.assert(
    fc.property(
      fc.oneof(listsArbitrary, steadyListsArbitrary),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (drawn, day, joinedOnly) => {
        const reader = openLedgerReader(importAll(toSnapshots(drawn)), Number.MAX_SAFE_INTEGER);
        for (const shopId of reader.shopIds(joinedOnly)) {
          all += 1;
          const changed = reader.readChanged(shopId, day * DAY_MS, { joinedOnly });
          if (!changed) continue;
          simple += 1;
          if (drawn.some(({ coverage }) => coverage === 'joined-plans')) simpleWithLists += 1;
          const recent = (ledger: ShopLedger, changes: PlanChange[]) => {
            const concerning = concerningPlans(ledger);
            return changes.filter(
              ({ firstSeenAfterMs, plan }) =>
                firstSeenAfterMs >= day * DAY_MS && (!joinedOnly || concerning.has(plan.id)),
            );
          };
          const plainly = reader
            .readShop(shopId)
            .flatMap((ledger) => recent(ledger, changesOf(ledger, DEFAULT_POLICY)));
          expect(recent(changed, rateChangesOf(changed)).sort(compareChanges)).toEqual(plainly);
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(simple / all).toBeGreaterThan(0.1);
  expect(simpleWithLists).toBeGreaterThan(0);
});

test.each(['test', 'other'])('a plan that a joined list (%s) no longer has is told of', (format) => {
  const shop = { sellerId: '100', keeperId: null, name: null };
  const listed = (planId: string): Reading => {
    const kind = planId === '0' ? 'general' : 'special';
    const rate = { measure: 'commission', bp: 100, raw: '1', sales: null } as const;
    return { locator: 1, shop, item: { id: 'a', title: null }, planId, facts: { ...NO_FACTS, kind }, rate };
  };
  const joined: Reading = {
    locator: 1,
    shop,
    item: null,
    planId: '11',
    facts: { ...NO_FACTS, kind: 'special', status: 'approved' },
    rate: null,
  };
  const plans = ['0', '11'].map(listed);
  const drawn: Drawn[] = [
    { day: 1, coverage: 'listed', account: 'x', readings: plans },
    { day: 1, coverage: 'joined-plans', account: 'x', readings: [joined] },
    { day: 2, coverage: 'listed', account: 'x', readings: plans },
  ];
  const changedSince = (snapshots: readonly Drawn[], day: number) => {
    const reader = openLedgerReader(importAll(toSnapshots(snapshots)), Number.MAX_SAFE_INTEGER);
    return reader.readChanged(1, day * DAY_MS, { joinedOnly: true });
  };
  expect(changedSince(drawn, 2)?.plans).toEqual([]);
  const without: Drawn = { day: 3, coverage: 'joined-plans', account: 'x', format, readings: [] };
  // Only the whole ledger can tell.
  expect(changedSince([...drawn, without], 2)).toBe(null);
});
