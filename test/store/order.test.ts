/** The ledger's promise to whoever asks: the order of import changes no answer, and the past is what was known then. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesOf, compareChanges } from '../../src/domain/changes.ts';
import { historyOf } from '../../src/domain/history.ts';
import { shopKey } from '../../src/domain/ledger.ts';
import { merchantRecord } from '../../src/domain/merchant.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { judgeShop } from '../../src/domain/verdict.ts';
import { firstReading } from '../../src/report/why-report.ts';
import type { Db } from '../../src/store/open.ts';
import { openLedgerReader } from '../../src/store/read-ledger.ts';
import {
  discardImported,
  importAll,
  readingsIn,
  type Snapshot,
  snapshotsArbitrary,
  toSnapshots,
} from '../support/snapshots.ts';

const DAY_MS = 86_400_000;
const EVER = Number.MAX_SAFE_INTEGER;

/** What is answered as of a moment, as text. Lines and cells are left out: what a late arrival makes be written again loses them. */
function answersIn(db: Db, untilMs: number): Record<string, string[]> {
  const reader = openLedgerReader(db, untilMs);
  const question = { policy: DEFAULT_POLICY, nowMs: Math.min(untilMs, 7 * DAY_MS), item: null, withItems: true };
  const judgedOf = (joinedOnly: boolean) =>
    [...reader.judged(reader.shopIds(joinedOnly), { joinedOnly })].flatMap(([, ledgers]) =>
      ledgers.flatMap((ledger) =>
        judgeShop(ledger, { ...question, joinedOnly }).map((judgement) => ({
          ...judgement,
          items: [...judgement.items].sort(),
          comparisons: judgement.comparisons.map(({ scope: _, special, general, ...told }) => ({
            ...told,
            rates: [special, general].map((rate) => rate && [rate.bp, rate.atMs, rate.moves()]),
          })),
        })),
      ),
    );
  const shops = [...reader.histories(reader.shopIds(false))].flatMap(([, ledgers]) => (ledgers[0] ? [ledgers] : []));
  const explained = shops.flat().flatMap((ledger) => judgeShop(ledger, question));
  const everything = { planId: null, itemId: null, sinceMs: 0 };
  const derived = {
    judgements: judgedOf(false),
    joined: judgedOf(true),
    changes: shops
      .flatMap((ledgers) => ledgers.flatMap((ledger) => changesOf(ledger, DEFAULT_POLICY)))
      .sort(compareChanges),
    histories: shops.flat().map((ledger) => historyOf(ledger, everything)),
    merchants: shops.map((ledgers) => [shopKey(ledgers[0]!.shop), merchantRecord(ledgers, DEFAULT_POLICY)]),
    explained: explained.flatMap(({ account, shop, plan, comparisons }) =>
      comparisons.map(({ item, special, general }) => [
        [account, shopKey(shop), plan.id, item?.id],
        [special, general].map((rate) => rate && firstReading(rate)),
      ]),
    ),
    newest: [reader.newestCapturedMs(), reader.newestCapturedMs('x')],
  };
  const textOf = (told: unknown) =>
    JSON.stringify(told, (key, value) => (key === 'locator' || key === 'raw' ? null : value));
  return Object.fromEntries(Object.entries(derived).map(([name, all]) => [name, all.map(textOf).sort()]));
}

/** Snapshots in any order, some of them to be discarded again. */
const importsArbitrary = snapshotsArbitrary.chain((drawn) => {
  const all = toSnapshots(drawn);
  return fc.record({
    all: fc.constant(all),
    mixed: fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length }),
    discarded: fc.subarray([...all.keys()], { maxLength: Math.min(2, all.length) }),
  });
});

function importMixed(all: readonly Snapshot[], mixed: readonly number[], discarded: readonly number[]): Db {
  const db = importAll(mixed.flatMap((index) => all[index] ?? []));
  discardImported(
    db,
    discarded.map((index) => mixed.indexOf(index)),
  );
  return db;
}

test('any order of import, with files that are discarded again, gives the same answers', () => {
  fc.assert(
    fc.property(importsArbitrary, ({ all, mixed, discarded }) => {
      const plain = importAll(all.filter((_, index) => !discarded.includes(index)));
      const db = importMixed(all, mixed, discarded);
      expect(readingsIn(db)).toEqual(readingsIn(plain));
      expect(answersIn(db, EVER)).toEqual(answersIn(plain, EVER));
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('as of a moment the answers are those of a ledger that got only what was captured until then', () => {
  fc.assert(
    fc.property(importsArbitrary, fc.integer({ min: 1, max: 6 }), ({ all, mixed, discarded }, day) => {
      const untilMs = day * DAY_MS;
      const known = all.filter(({ head }, index) => head.capturedMs <= untilMs && !discarded.includes(index));
      expect(answersIn(importMixed(all, mixed, discarded), untilMs)).toEqual(answersIn(importAll(known), untilMs));
    }),
    { numRuns: 150 },
  );
}, 60_000);
