/** What each rate is now, and every reading of it, are two inputs of one judge: they come to the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesOf, compareChanges, concerningPlans, rateChangesOf } from '../../src/domain/changes.ts';
import { askGate } from '../../src/domain/gate.ts';
import type { ShopLedger } from '../../src/domain/ledger.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import type { RateNow } from '../../src/domain/runs.ts';
import { type Judgement, judgeShop } from '../../src/domain/verdict.ts';
import type { Db } from '../../src/store/open.ts';
import { openLedgerReader } from '../../src/store/read-ledger.ts';
import { DAY_MS, listsArbitrary, questionArbitrary, steadyListsArbitrary } from '../support/lists.ts';
import { type Drawn, discardImported, importAll, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

const EVER = Number.MAX_SAFE_INTEGER;

/** Ledgers of which some files were discarded again. */
const ledgerArbitrary = fc
  .record({
    drawn: fc.oneof(snapshotsArbitrary, listsArbitrary, steadyListsArbitrary),
    discarded: fc.oneof(fc.constant([]), fc.uniqueArray(fc.nat(8), { maxLength: 2 })),
  })
  .map(({ drawn, discarded }) => ({ drawn, discarded }));

function ledgerOf({
  drawn,
  discarded,
}: {
  readonly drawn: readonly Drawn[];
  readonly discarded: readonly number[];
}): Db {
  const db = importAll(toSnapshots(drawn));
  discardImported(db, discarded);
  return db;
}

const accountArbitrary = fc.constantFrom(null, null, 'x', 'y');
const momentArbitrary = fc.oneof(
  fc.constant(EVER),
  fc.integer({ min: 1, max: 6 }).map((day) => day * DAY_MS),
);

/** A judgement as it is told; `readings` are only where they were needed. */
function toldOf(judgement: Judgement): object {
  const rateOf = (rate: RateNow | null) =>
    rate && {
      bp: rate.bp,
      atMs: rate.atMs,
      isTorn: rate.conflict,
      absent: rate.absentCaptures,
      moves: rate.moves(),
    };
  const comparisons = judgement.comparisons.map(({ special, general, ...told }) => ({
    ...told,
    special: rateOf(special),
    general: rateOf(general),
  }));
  return { ...judgement, comparisons, items: [...judgement.items].sort() };
}

test('by what each rate is now, plans are judged as by all readings', () => {
  fc.assert(
    fc.property(
      ledgerArbitrary,
      questionArbitrary,
      accountArbitrary,
      momentArbitrary,
      (drawn, asked, account, untilMs) => {
        const reader = openLedgerReader(ledgerOf(drawn), untilMs);
        const question = { ...asked, withItems: true };
        const { joinedOnly } = question;
        const shopIds = reader.shopIds(joinedOnly);
        const judge = (ledgers: Iterable<readonly [number, Parameters<typeof judgeShop>[0][]]>) =>
          [...ledgers].flatMap(([shopId, own]) =>
            own.flatMap((ledger) => judgeShop(ledger, question).map((judgement) => [shopId, toldOf(judgement)])),
          );
        expect(judge(reader.judged(shopIds, { account, joinedOnly }))).toEqual(
          judge(reader.histories(shopIds, { account, withSales: true })),
        );
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);

test('by what each rate is now, the gate answers as by all readings', () => {
  const targets = [
    ...['a', 'b', 'd'].map((itemNo) => ({ itemNo, planId: null })),
    ...['11', '12', null].map((planId) => ({ itemNo: null, planId })),
  ];
  const met = { bound: 0, wholePlan: 0, better: 0 };
  fc.assert(
    fc.property(
      ledgerArbitrary,
      questionArbitrary,
      accountArbitrary,
      momentArbitrary,
      (drawn, { joinedOnly: _, ...question }, account, untilMs) => {
        const reader = openLedgerReader(ledgerOf(drawn), untilMs);
        for (const [shopId, whole] of reader.histories(reader.shopIds(false), { account, withSales: true })) {
          for (const { itemNo, planId } of targets) {
            const item = itemNo === null ? null : reader.scopeOf(shopId, itemNo);
            if (itemNo !== null && item === null) continue;
            const ask = (ledger: Parameters<typeof askGate>[0]) => {
              const answer = askGate(ledger, { item, planId }, { ...question, withItems: true });
              const told = (judgements: readonly Judgement[]) =>
                judgements.map((judgement) => ({ ...toldOf(judgement), items: [] }));
              return { ...answer, judgements: told(answer.judgements), returning: told(answer.returning ?? []) };
            };
            const answers = [...reader.judged([shopId], { account })].flatMap(([, ledgers]) => ledgers.map(ask));
            expect(answers).toEqual(whole.map(ask));
            met.bound += answers.filter(({ judgements }) => judgements.length > 0).length;
            met.wholePlan += answers.filter(({ reasons }) => reasons.some(({ code }) => code === 'whole-plan')).length;
            met.better += answers.filter(({ better }) => better.length > 0).length;
          }
        }
      },
    ),
    { numRuns: 150 },
  );
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(0);
}, 60_000);

test('by what changed since a moment, the same changes are told as by all readings', () => {
  let steady = 0;
  fc.assert(
    fc.property(
      ledgerArbitrary,
      accountArbitrary,
      momentArbitrary,
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      (drawn, account, untilMs, day, joinedOnly) => {
        const sinceMs = day * DAY_MS;
        const reader = openLedgerReader(ledgerOf(drawn), untilMs);
        const told = (ledger: ShopLedger, onlyRates: boolean) => {
          const concerning = joinedOnly ? concerningPlans(ledger) : undefined;
          const changes = onlyRates ? rateChangesOf(ledger, concerning) : changesOf(ledger, DEFAULT_POLICY, concerning);
          return changes.filter(({ firstSeenAfterMs }) => firstSeenAfterMs >= sinceMs);
        };
        const shopIds = reader.shopIds(joinedOnly);
        const whole = new Map(reader.histories(shopIds, { account }));
        for (const [shopId, changed] of reader.changed(shopIds, sinceMs, { account, joinedOnly })) {
          if (!changed) continue;
          steady += 1;
          const all = (whole.get(shopId) ?? []).flatMap((ledger) => told(ledger, false));
          expect(told(changed, true).sort(compareChanges)).toEqual(all.sort(compareChanges));
        }
      },
    ),
    { numRuns: 200 },
  );
  // The property would hold if every merchant were read with all readings.
  expect(steady).toBeGreaterThan(8);
}, 60_000);
