/** The ledger's promise: any order of import, with repeats, gives back exactly the readings that were put in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesOf, compareChanges } from '../../src/domain/changes.ts';
import { historyOf } from '../../src/domain/history.ts';
import type { Run } from '../../src/domain/ledger.ts';
import { seenTimes } from '../../src/domain/ledger.ts';
import { merchantRecord } from '../../src/domain/merchant.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { NO_FACTS, type Reading } from '../../src/domain/reading.ts';
import { judgeShop } from '../../src/domain/verdict.ts';
import { openIdentities } from '../../src/store/identities.ts';
import { openInMemory } from '../../src/store/open.ts';
import { type LedgerReader, openLedgerReader } from '../../src/store/read-ledger.ts';
import { openSnapshotStore } from '../../src/store/write-snapshot.ts';
import { showRates } from '../support/rates.ts';
import { importAll, type Snapshot, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

const importAndRead = (snapshots: readonly Snapshot[]) =>
  openLedgerReader(importAll(snapshots), Number.MAX_SAFE_INTEGER);

/** Every reading that the ledger gives back, as text, sorted: value, time and key. */
function readingsOf(reader: LedgerReader): string[] {
  const lines: string[] = [];
  const add = (key: string, runs: readonly Run<object>[]) => {
    for (const run of runs)
      for (const time of seenTimes(run))
        lines.push(`${key} ${run.stream.coverage} ${time} ${JSON.stringify(run.value)}`);
  };
  for (const shopId of reader.shopIds(false)) {
    for (const ledger of reader.readShop(shopId)) {
      for (const plan of ledger.plans) {
        const key = `${ledger.account} ${ledger.shop.id} ${plan.planId}`;
        add(`${key} facts`, plan.facts);
        for (const series of plan.rates) add(`${key} ${series.item?.id}`, series.runs);
      }
    }
  }
  return lines.sort();
}

/** What went in, in the same words. */
function expectedReadings(snapshots: readonly Snapshot[]): string[] {
  const lines = snapshots.flatMap(({ head, readings }) => {
    const at = `${head.coverage} ${head.capturedMs}`;
    const facts = new Map(readings.map((r) => [`${head.account} ${r.shop.sellerId} ${r.planId} facts`, r.facts]));
    return [
      ...[...facts].map(([key, value]) => `${key} ${at} ${JSON.stringify(value)}`),
      ...readings.flatMap((r) =>
        r.rate
          ? [
              `${head.account} ${r.shop.sellerId} ${r.planId} ${r.item?.id} ${at} ${JSON.stringify({ bp: r.rate.bp, sales: r.rate.sales })}`,
            ]
          : [],
      ),
    ];
  });
  return lines.sort();
}

function verdictsOf(reader: LedgerReader): object[] {
  const question = { policy: DEFAULT_POLICY, nowMs: 7 * 86_400_000, item: null };
  return reader
    .shopIds(false)
    .flatMap((id) => reader.readShop(id))
    .flatMap((ledger) => judgeShop(ledger, question))
    .map((j) => ({ ...j, plan: j.plan.id, comparisons: j.comparisons.length, shop: j.shop.id }))
    .sort((a, b) =>
      JSON.stringify([a.account, a.shop, a.plan]) < JSON.stringify([b.account, b.shop, b.plan]) ? -1 : 1,
    );
}

/** All that is derived, as text. Lines and cells are left out: what a late arrival makes be written again loses them. */
function derivedFrom(reader: LedgerReader): string {
  const shops = reader
    .shopIds(false)
    .map((id) => reader.readShop(id))
    .sort(([a], [b]) => ((a?.shop.id ?? '') < (b?.shop.id ?? '') ? -1 : 1));
  const everything = { planId: null, itemId: null, sinceMs: 0 };
  const derived = {
    changes: shops
      .flat()
      .flatMap((ledger) => changesOf(ledger, DEFAULT_POLICY))
      .sort(compareChanges),
    histories: shops.flat().map((ledger) => historyOf(ledger, everything)),
    merchants: shops.map((ledgers) => merchantRecord(ledgers, DEFAULT_POLICY)),
  };
  return JSON.stringify(derived, (key, value) => (key === 'locator' || key === 'raw' ? null : value));
}

test('what is read back is what was put in', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, (drawn) => {
      const snapshots = toSnapshots(drawn);
      expect(readingsOf(importAndRead(snapshots))).toEqual(expectedReadings(snapshots));
    }),
    { numRuns: 300 },
  );
});

test('any order of import gives the same readings, judgements, changes, history and merchants', () => {
  const shuffled = snapshotsArbitrary.chain((drawn) =>
    fc.tuple(
      fc.constant(toSnapshots(drawn)),
      fc.shuffledSubarray(toSnapshots(drawn), { minLength: drawn.length, maxLength: drawn.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([inOrder, mixed]) => {
      const [a, b] = [importAndRead(inOrder), importAndRead(mixed)];
      expect(readingsOf(b)).toEqual(readingsOf(a));
      expect(verdictsOf(b)).toEqual(verdictsOf(a));
      expect(derivedFrom(b)).toEqual(derivedFrom(a));
    }),
    { numRuns: 300 },
  );
});

test('an unchanged snapshot costs one row, whatever its size', () => {
  const readings = Array.from(
    { length: 500 },
    (_, i): Reading => ({
      locator: i + 1,
      shop: { sellerId: '100', keeperId: null, name: null },
      item: { id: `item-${i}`, title: null },
      planId: '11',
      facts: { ...NO_FACTS, kind: 'special' },
      rate: { measure: 'commission', bp: 500, raw: '5', sales: null },
    }),
  );
  const db = openInMemory();
  const store = openSnapshotStore(db, openIdentities(db));
  db.prepare(
    "INSERT INTO file (id, sha256, account, name, bytes, encoding, format, imported_at) VALUES (1, ?, '', 'f', 0, 'utf-8', 'test', 0)",
  ).run('0'.repeat(64));
  const rowsAfter = (day: number) => {
    const head = {
      account: 'x',
      capturedMs: day,
      capturedFrom: 'content',
      format: 'test',
      coverage: 'listed',
      subject: '',
    } as const;
    const writer = store.open(head, readings)!;
    writer.add(readings);
    writer.finish(1);
    showRates(db);
    return db.prepare('SELECT (SELECT count(*) FROM rate) + (SELECT count(*) FROM fact)').pluck().get();
  };
  expect(rowsAfter(1)).toBe(501);
  expect(rowsAfter(2)).toBe(501);
  expect(rowsAfter(3)).toBe(501);
});
