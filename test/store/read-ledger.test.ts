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
import { DAY_MS, listsArbitrary, questionArbitrary, steadyListsArbitrary } from '../support/lists.ts';
import { type Drawn, importAll, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

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
