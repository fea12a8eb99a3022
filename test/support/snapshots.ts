/** Ledgers drawn at random, and how they get into a database. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Run } from '../../src/domain/ledger.ts';
import { seenTimes } from '../../src/domain/ledger.ts';
import { type Coverage, NO_FACTS, type Reading } from '../../src/domain/reading.ts';
import { openIdentities } from '../../src/store/identities.ts';
import { type Db, openInMemory } from '../../src/store/open.ts';
import { openLedgerReader } from '../../src/store/read-ledger.ts';
import { openSnapshotStore, type SnapshotHead } from '../../src/store/write-snapshot.ts';

export interface Snapshot {
  readonly head: SnapshotHead;
  readonly readings: readonly Reading[];
}

export const readingArbitrary = fc
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

export interface Drawn {
  readonly day: number;
  readonly coverage: Coverage;
  readonly account: string;
  readonly readings: readonly Reading[];
  /** Exports of another format make another stream. */
  readonly format?: string;
}

export const snapshotsArbitrary: fc.Arbitrary<Drawn[]> = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 6 }),
    coverage: fc.constantFrom('listed', 'partial', 'joined-plans', 'shop-plans', 'item-search'),
    account: fc.constantFrom('x', 'y'),
    readings: fc.array(readingArbitrary, { maxLength: 12 }).map(consistent),
  }),
  { minLength: 1, maxLength: 9 },
);

export function toSnapshots(drawn: readonly Drawn[]): Snapshot[] {
  return drawn.map(({ day, coverage, account, readings, format = 'test' }) => ({
    head: { account, capturedMs: day * 86_400_000, capturedFrom: 'content', format, coverage, subject: '' },
    readings,
  }));
}

/** The same content has the same name, whenever it is imported. */
function nameOf({ head, readings }: Snapshot): string {
  return `${head.account} ${head.coverage} ${head.capturedMs} ${JSON.stringify(readings)}`;
}

/** A database in memory with these snapshots, imported in this order. */
export function importAll(snapshots: readonly Snapshot[]): Db {
  const db = openInMemory();
  importInto(db, snapshots);
  return db;
}

/** `fileOf`: which file a snapshot is of; each is one of its own unless this says otherwise. */
export function importInto(
  db: Db,
  snapshots: readonly Snapshot[],
  fileOf: (index: number) => number = (index) => index,
): void {
  const store = openSnapshotStore(db, openIdentities(db));
  const files = new Map<number, number>();
  for (const [index, { head, readings }] of snapshots.entries()) {
    const file = fileOf(index);
    const fileId =
      files.get(file) ??
      Number(
        db
          .prepare(
            "INSERT INTO file (sha256, account, name, bytes, encoding, format, imported_at) VALUES (?, '', ?, 0, 'utf-8', 'test', 0)",
          )
          .run(file.toString().padStart(64, '0'), nameOf({ head, readings })).lastInsertRowid,
      );
    files.set(file, fileId);
    const writer = store.open(head, readings)!;
    expect(writer.add(readings)).toEqual([]);
    writer.finish(fileId);
  }
}

/** All readings that a ledger gives back, as sorted text; without the numbers of streams. */
export function everythingIn(db: Db): string[] {
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const shops = reader.shopIds(false).flatMap((id) => reader.readShop(id));
  const text = shops.map((ledger) =>
    JSON.stringify(ledger, (key, value) => {
      if (key === 'stream') return { ...value, id: 0 };
      const isRuns = key === 'runs' || key === 'facts';
      return isRuns ? value.map((run: object) => JSON.stringify(run, withoutIds)).sort() : value;
    }),
  );
  return text.sort();
}

/** All readings one by one, whichever stream they stand in: another choice of streams is another code for the same ledger. */
export function readingsIn(db: Db): string[] {
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const lines: string[] = [];
  const add = (key: string, runs: readonly Run<object>[]) => {
    for (const run of runs) {
      for (const at of seenTimes(run)) lines.push(`${key} ${run.stream.coverage} ${at} ${JSON.stringify(run.value)}`);
    }
  };
  for (const { account, shop, plans } of reader.shopIds(false).flatMap((id) => reader.readShop(id))) {
    for (const { planId, facts, rates } of plans) {
      add(`${account} ${shop.id} ${planId}`, facts);
      for (const { item, runs } of rates) add(`${account} ${shop.id} ${planId} ${item?.id}`, runs);
    }
  }
  return lines.sort();
}

function withoutIds(key: string, value: unknown) {
  return key === 'stream' ? { ...(value as object), id: 0 } : value;
}
