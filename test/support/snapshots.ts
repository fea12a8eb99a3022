/** Ledgers drawn at random, and how they get into a database. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type ShopLedger, shopKey } from '../../src/domain/ledger.ts';
import {
  type Coverage,
  type Measure,
  NO_FACTS,
  NO_SHOP,
  type RateFact,
  type Reading,
  type ShopIds,
} from '../../src/domain/reading.ts';
import { type Run, seenTimes } from '../../src/domain/runs.ts';
import { discardFiles } from '../../src/store/holds.ts';
import { Identities } from '../../src/store/identities.ts';
import { type Db, openInMemory } from '../../src/store/open.ts';
import { openLedgerReader } from '../../src/store/read-ledger.ts';
import { type SnapshotHead, SnapshotStore } from '../../src/store/write-snapshot.ts';

export interface Snapshot {
  readonly head: SnapshotHead;
  readonly readings: readonly Reading[];
}

/** Of two merchants the first has a keeper id and an opaque id, by which some exports call him; some take him for the second. */
const OPAQUE = '3141592653589793';
const [FIRST, SECOND, OTHER] = [
  { sellerId: '100', nick: 'A' },
  { sellerId: '200', nick: 'A' },
  { sellerId: OPAQUE, nick: 'A' },
];
const shopArbitrary: fc.Arbitrary<ShopIds> = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom<Partial<ShopIds>>(FIRST, SECOND) },
    { weight: 3, arbitrary: fc.constantFrom({ ...FIRST, keeperId: '7' }, { keeperId: '7' }, OTHER) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { ...SECOND, keeperId: '7' },
        { ...SECOND, keeperId: '8' },
        { ...FIRST, otherId: OPAQUE },
        { ...OTHER, otherId: '200' },
        { ...OTHER, pictureId: '100' },
        { ...OTHER, pictureId: '200' },
      ),
    },
  )
  .map((ids) => ({ ...NO_SHOP, ...ids }));

export const readingArbitrary = fc
  .record({
    shop: shopArbitrary,
    item: fc.constantFrom(null, 'a', 'b'),
    plan: fc.constantFrom('0', '11', '12', '13', '14'),
    measure: fc.constantFrom('commission' as const, 'commission' as const, 'commission' as const, 'income' as const),
    bp: fc.constantFrom(null, 'silent' as const, 2, 100, 200, 300),
    sales: fc.constantFrom(null, 0, 5, 6),
    status: fc.constantFrom(null, null, 'approved', 'approved', 'left', 'pending', 'removed'),
    hasRate: fc.constantFrom(true, true, false),
    state: fc.constantFrom(null, 'active' as const, 'stopped' as const),
    name: fc.constantFrom(null, 'A', 'B'),
    locked: fc.constantFrom(null, true, false),
  })
  .map(
    ({ shop, item, plan, measure, bp, sales, status, hasRate, ...facts }): Reading => ({
      locator: 1,
      shop,
      item: item === null ? null : { id: item, title: null },
      planId: plan,
      facts: {
        ...NO_FACTS,
        ...facts,
        kind: plan === '0' ? 'general' : plan === '14' ? 'event' : 'special',
        status: plan === '0' ? null : status,
      },
      rate: hasRate ? rateOf(plan, measure, bp) : null,
      sales,
    }),
  );

/** Of one plan an unknown rate is always written alike, for equal rates in other words are one row. One has income rates, too. */
function rateOf(plan: string, ofPlan: Measure, bp: number | 'silent' | null): RateFact {
  const measure = plan === '13' ? ofPlan : 'commission';
  if (bp === 'silent') return { measure, bp: null, raw: '' };
  return { measure, bp, raw: bp === null ? (plan === '12' ? '0.00%' : '-') : String(bp) };
}

/** One reading per key and one membership per plan: a file that contradicts itself is refused before. */
function consistent(readings: readonly Reading[]): Reading[] {
  const rates = new Set<string>();
  const facts = new Map<string, Reading['facts']>();
  return readings.flatMap((reading) => {
    const { sellerId, keeperId } = reading.shop;
    const plan = `${sellerId ?? `keeper ${keeperId}`}/${reading.planId}`;
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
  /** Exports of another format make another feed. */
  readonly format?: string;
}

export const snapshotsArbitrary: fc.Arbitrary<Drawn[]> = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 6 }),
    coverage: fc.constantFrom('listed', 'partial', 'joined-plans', 'shop-plans', 'item-search', 'plan-items'),
    account: fc.constantFrom('x', 'y'),
    format: fc.constantFrom('test', 'test', 'other'),
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
  const content = JSON.stringify([head.account, head.format, head.coverage, head.capturedMs, readings]);
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
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
  const store = new SnapshotStore(db, new Identities(db));
  const files = new Map<number, number>();
  for (const [index, { head, readings }] of snapshots.entries()) {
    const file = fileOf(index);
    const name = nameOf({ head, readings });
    // The rates of some are accepted.
    const acceptedAt = name < '3' ? 1 : null;
    const fileId =
      files.get(file) ??
      Number(
        db
          .prepare(
            "INSERT INTO file (sha256, account, ids, name, bytes, encoding, format, imported_at, accepted_at) VALUES (?, '', '', ?, 0, 'utf-8', 'test', 0, ?)",
          )
          .run(digestOf(file), name, acceptedAt).lastInsertRowid,
      );
    files.set(file, fileId);
    const writer = store.open(head, { readings }, fileId);
    expect(writer.add({ readings })).toEqual([]);
    writer.finish();
  }
}

/** Discards files by the numbers that `importInto` knows them by. */
export function discardImported(db: Db, files: Iterable<number>): void {
  const first = db
    .prepare('SELECT min(n.id) FROM snapshot n JOIN file f ON f.id = n.file_id WHERE f.sha256 = ?')
    .pluck();
  for (const file of files) {
    const id = first.get(digestOf(file));
    if (id !== null) discardFiles(db, [String(id)], 0);
  }
}

function digestOf(file: number): string {
  return file.toString().padStart(64, '0');
}

/** All readings one by one, whichever feed they stand in: another choice of feeds is another code for the same ledger. */
export function readingsIn(db: Db): string[] {
  const lines: string[] = [];
  const add = (key: string, runs: readonly Run<unknown>[]) => {
    for (const run of runs) {
      for (const at of seenTimes([run])) lines.push(`${key} ${run.feed.coverage} ${at} ${JSON.stringify(run.value)}`);
    }
  };
  for (const { account, shop, plans } of ledgersIn(db)) {
    for (const { planId, facts, rates } of plans) {
      add(`${account} ${shopKey(shop)} ${planId}`, facts);
      for (const { item, measure, runs } of rates)
        add(`${account} ${shopKey(shop)} ${planId} ${item?.id} ${measure}`, runs);
    }
  }
  return lines.sort();
}

function ledgersIn(db: Db): ShopLedger[] {
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  return [...reader.histories(reader.shopIds(false))].flatMap(([, ledgers]) => ledgers);
}
