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
import { openLedgerReader } from '../../src/store/read-ledger.ts';
import { openSnapshotStore, type SnapshotHead } from '../../src/store/write-snapshot.ts';

interface Snapshot {
  readonly head: SnapshotHead;
  readonly readings: readonly Reading[];
}

const COVERAGES = ['listed', 'partial', 'joined-plans', 'shop-plans', 'item-search'] as const;

const readingArbitrary = fc
  .record({
    shop: fc.constantFrom('100', '200'),
    item: fc.constantFrom(null, 'a', 'b'),
    plan: fc.constantFrom('0', '11', '12', '13'),
    bp: fc.constantFrom(null, 100, 200, 300),
    sales: fc.constantFrom(null, 5),
    status: fc.constantFrom(null, 'approved' as const, 'left' as const),
    hasRate: fc.boolean(),
    state: fc.constantFrom(null, 'active' as const, 'stopped' as const),
    name: fc.constantFrom(null, 'A', 'B'),
    locked: fc.constantFrom(null, true, false),
  })
  .map(
    ({ shop, item, plan, bp, sales, status, hasRate, ...facts }): Reading => ({
      locator: 1,
      shop: { sellerId: shop, keeperId: null, name: null },
      item: item === null ? null : { id: item, title: null },
      planId: plan,
      facts: {
        ...NO_FACTS,
        ...facts,
        kind: plan === '0' ? 'general' : 'special',
        status: plan === '0' ? null : status,
      },
      rate: hasRate ? { measure: 'commission', bp, raw: String(bp), sales } : null,
    }),
  );

/** One reading per key and one membership per plan: a file that contradicts itself is refused before. */
function consistent(readings: readonly Reading[]): Reading[] {
  const rates = new Set<string>();
  const facts = new Map<string, Reading['facts']>();
  return readings.flatMap((reading) => {
    const plan = `${reading.shop.sellerId}/${reading.planId}`;
    const key = `${plan}/${reading.item?.id}`;
    if (rates.has(key)) return [];
    rates.add(key);
    const known = facts.get(plan) ?? reading.facts;
    facts.set(plan, known);
    return [{ ...reading, facts: known }];
  });
}

const snapshotsArbitrary = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 6 }),
    coverage: fc.constantFrom(...COVERAGES),
    account: fc.constantFrom('x', 'y'),
    readings: fc.array(readingArbitrary, { maxLength: 12 }).map(consistent),
  }),
  { minLength: 1, maxLength: 9 },
);

function toSnapshots(
  drawn: readonly { day: number; coverage: (typeof COVERAGES)[number]; account: string; readings: Reading[] }[],
): Snapshot[] {
  return drawn.map(({ day, coverage, account, readings }) => ({
    head: { account, capturedMs: day * 86_400_000, capturedFrom: 'content', format: 'test', coverage, subject: '' },
    readings,
  }));
}

/** The same content has the same name, whenever it is imported. */
function nameOf({ head, readings }: Snapshot): string {
  return `${head.account} ${head.coverage} ${head.capturedMs} ${JSON.stringify(readings)}`;
}

function importAll(snapshots: readonly Snapshot[]) {
  const db = openInMemory();
  const store = openSnapshotStore(db, openIdentities(db));
  for (const [index, { head, readings }] of snapshots.entries()) {
    const fileId = Number(
      db
        .prepare(
          "INSERT INTO file (sha256, account, name, bytes, encoding, format, imported_at) VALUES (?, '', ?, 0, 'utf-8', 'test', 0)",
        )
        .run(index.toString().padStart(64, '0'), nameOf({ head, readings })).lastInsertRowid,
    );
    const writer = store.open(head, readings);
    expect(writer.add(readings)).toEqual([]);
    writer.finish(fileId);
  }
  return openLedgerReader(db, Number.MAX_SAFE_INTEGER);
}

/** Every reading that the ledger gives back, as text, sorted: value, time and key. */
function readingsOf(reader: ReturnType<typeof importAll>): string[] {
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

function verdictsOf(reader: ReturnType<typeof importAll>): object[] {
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
function derivedFrom(reader: ReturnType<typeof importAll>): string {
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
      expect(readingsOf(importAll(snapshots))).toEqual(expectedReadings(snapshots));
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
      const [a, b] = [importAll(inOrder), importAll(mixed)];
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
    const writer = store.open(head, readings);
    writer.add(readings);
    writer.finish(1);
    return db.prepare('SELECT (SELECT count(*) FROM rate) + (SELECT count(*) FROM fact)').pluck().get();
  };
  expect(rowsAfter(1)).toBe(501);
  expect(rowsAfter(2)).toBe(501);
  expect(rowsAfter(3)).toBe(501);
});
