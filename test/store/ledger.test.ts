/** The ledger's promise: its rows are what the captures say, whatever the order of import, and whatever was discarded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_FACTS, NO_SHOP, type PlanFacts, type Reading } from '../../src/domain/reading.ts';
import { type Db, openInMemory } from '../../src/store/open.ts';
import { discardImported, importInto, type Snapshot } from '../support/snapshots.ts';

const DAY = 86_400_000;

type Value = readonly (string | number | null)[];
/** What one capture says, by key. */
type Said = ReadonlyMap<string, Value>;

const factsArbitrary = fc.record({
  status: fc.constantFrom(null, 'approved' as const, 'left' as const),
  name: fc.constantFrom(null, 'A', 'B'),
  locked: fc.constantFrom(null, true, false),
});

const rowArbitrary = fc.record({
  shop: fc.constantFrom('100', '200'),
  item: fc.constantFrom(null, 'a', 'b'),
  plan: fc.constantFrom('0', '11', '12'),
  bp: fc.constantFrom(null, 100, 200, 300),
  isSilent: fc.boolean(),
  measure: fc.constantFrom('commission' as const, 'commission' as const, 'income' as const),
  sales: fc.constantFrom(null, 5, 6),
  hasRate: fc.constantFrom(true, true, false),
});

/** `facts` and `keepers` are of a plan, so that a file does not contradict itself; `twins` are rows that stand twice. */
const readingsArbitrary = fc
  .record({
    rows: fc.uniqueArray(rowArbitrary, {
      maxLength: 10,
      selector: ({ shop, item, plan }) => `${shop}/${plan}/${item}`,
    }),
    facts: fc.array(factsArbitrary, { minLength: 6, maxLength: 6 }),
    keepers: fc.array(fc.constantFrom(null, 'k1', 'k2'), { minLength: 6, maxLength: 6 }),
    twins: fc.array(fc.nat(9), { maxLength: 2 }),
  })
  .map(({ rows: distinct, facts, keepers, twins }) => {
    const rows = [...distinct, ...twins.flatMap((index) => distinct[index] ?? [])];
    return rows.map(({ shop, item, plan, bp, isSilent, measure, sales, hasRate }, index): Reading => {
      const place = ['0', '11', '12'].indexOf(plan) + (shop === '100' ? 0 : 3);
      return {
        locator: index + 1,
        shop: { ...NO_SHOP, sellerId: shop, keeperId: keepers[place] ?? null },
        item: item === null ? null : { id: item, title: null },
        planId: plan,
        facts: { ...NO_FACTS, ...facts[place] },
        rate: hasRate ? { measure, bp, raw: bp === null ? (isSilent ? '' : '-') : `${bp / 100}%` } : null,
        sales,
      };
    });
  });

/** `isOneFeed`: captures that are compared have one feed, and each its time; else feeds are found by what they list. */
function snapshotsArbitrary(isOneFeed: boolean): fc.Arbitrary<Snapshot[]> {
  const snapshot = fc.record({
    day: fc.integer({ min: 1, max: 6 }),
    account: fc.constantFrom('x', 'x', 'y'),
    coverage: fc.constantFrom('listed' as const, 'joined-plans' as const),
    readings: readingsArbitrary,
  });
  const nameOf = ({ day, account, coverage }: { day: number; account: string; coverage: string }) =>
    `${day}/${account}/${coverage}`;
  const drawn = isOneFeed
    ? fc.uniqueArray(snapshot, { minLength: 1, maxLength: 8, selector: nameOf })
    : fc.array(snapshot, { minLength: 1, maxLength: 8 });
  return drawn.map((all) =>
    all.map(({ day, account, coverage, readings }) => ({
      head: {
        account,
        coverage,
        capturedMs: day * DAY,
        capturedFrom: 'content',
        format: 'test',
        subject: isOneFeed ? 'one' : '',
      },
      readings,
    })),
  );
}

/** Which file each snapshot is of, and which files are discarded. */
const filesArbitrary = fc.array(fc.nat(3), { minLength: 8, maxLength: 8 });
const discardedArbitrary = fc.uniqueArray(fc.nat(3), { maxLength: 2 });

function ledgerOf(snapshots: readonly Snapshot[], files: readonly number[], discarded: readonly number[]): Db {
  const db = openInMemory();
  db.pragma('foreign_keys = ON');
  importInto(db, snapshots, (index) => files[index] ?? 0);
  discardImported(db, discarded);
  return db;
}

const FACT_KEYS = Object.keys(NO_FACTS) as (keyof PlanFacts)[];

function saidBy({ readings }: Snapshot): { rates: Said; sales: Said; facts: Said } {
  const [rates, sales, facts] = [new Map<string, Value>(), new Map<string, Value>(), new Map<string, Value>()];
  for (const { shop, item, planId, rate, sales: sold, facts: own } of readings) {
    const plan = `${shop.sellerId}/${planId}`;
    const values = FACT_KEYS.map((key) => own[key]).map((value) =>
      typeof value === 'boolean' ? Number(value) : value,
    );
    facts.set(plan, [...values, shop.keeperId]);
    if (rate)
      rates.set(`${plan}/${item?.id ?? ''}`, [Number(rate.measure === 'income'), rate.bp, Number(rate.raw === '')]);
    const itemKey = `${shop.sellerId}/${item?.id}`;
    const before = Number(sales.get(itemKey)?.[0] ?? -1);
    if (item && sold !== null && sold > before) sales.set(itemKey, [sold]);
  }
  return { rates, sales, facts };
}

/** Rows of a feed's captures, in order of time: one where a key says something else than at the capture before. */
function rowsOf(captures: readonly { at: number; said: Said }[]): string[] {
  const keys = new Set(captures.flatMap(({ said }) => [...said.keys()]));
  const ordered = [...captures].sort((a, b) => a.at - b.at);
  return [...keys].flatMap((key) => {
    let before = 'null';
    return ordered.flatMap(({ at, said }) => {
      const value = JSON.stringify(said.get(key) ?? null);
      if (value === before) return [];
      before = value;
      return [`${key} ${at} ${value}`];
    });
  });
}

function expectedRows(snapshots: readonly Snapshot[], kind: 'rates' | 'sales' | 'facts'): string[] {
  const feeds = new Map<string, Snapshot[]>();
  for (const snapshot of snapshots) {
    const feed = `${snapshot.head.account}/${snapshot.head.coverage}`;
    feeds.set(feed, [...(feeds.get(feed) ?? []), snapshot]);
  }
  return [...feeds]
    .flatMap(([feed, all]) =>
      rowsOf(all.map((one) => ({ at: one.head.capturedMs, said: saidBy(one)[kind] }))).map((row) => `${feed} ${row}`),
    )
    .sort();
}

const FEED =
  "(SELECT a.name || '/' || f.coverage FROM feed f JOIN account a ON a.id = f.account_id WHERE f.id = feed_id)";
const PLAN = "(SELECT s.id_no || '/' || p.plan_no FROM plan p JOIN shop s ON s.id = p.shop_id WHERE p.id = plan_id)";
const ITEM = "ifnull((SELECT item_no FROM item WHERE item.id = item_id), '')";

/** Rows of a query whose first columns are the key, the time, and whether it is listed; with `prefix` before the key. */
function storedRows(db: Db, sql: string): string[] {
  const rows = db.prepare(sql).raw().all() as [string, number, number, ...Value][];
  return rows.map(([key, at, listed, ...values]) => `${key} ${at} ${listed ? JSON.stringify(values) : null}`).sort();
}

function ratesIn(db: Db, prefix = `${FEED} || ' ' || `): string[] {
  return storedRows(
    db,
    `SELECT ${prefix} ${PLAN} || '/' || ${ITEM}, at, listed, income, rate_bp, ifnull(raw = '', 0) FROM rate_change`,
  );
}

function salesIn(db: Db, prefix = `${FEED} || ' ' || `): string[] {
  const shop = '(SELECT id_no FROM shop WHERE shop.id = shop_id)';
  return storedRows(
    db,
    `SELECT ${prefix} ${shop} || '/' || ${ITEM}, at, sales IS NOT NULL, sales
     FROM (SELECT * FROM sales UNION ALL SELECT * FROM sales_past)`,
  );
}

function factsIn(db: Db, prefix = `${FEED} || ' ' || `): string[] {
  const columns =
    'kind, name, state, status, joined_at, approved_at, exit_id, locked, audit, hidden, starts_at, ends_at, keeper_id';
  return storedRows(db, `SELECT ${prefix} ${PLAN}, at, listed, ${columns} FROM fact`);
}

/** The row of each key in `now` is its newest; `past` has the others. */
function countMisplaced(db: Db, table: 'rate' | 'sales', key: string): unknown {
  return db
    .prepare(
      `SELECT count(*) FROM ${table}_past p LEFT JOIN ${table} r USING (${key}) WHERE r.at IS NULL OR r.at <= p.at`,
    )
    .pluck()
    .get();
}

/** The last change of each rate, told from its rows, newest first. */
function expectLastChanges(db: Db): void {
  const rowsOfKey = db
    .prepare(
      `SELECT at, iif(income, NULL, rate_bp) AS bp FROM rate_change
       WHERE plan_id = ? AND item_id = ? AND feed_id = ? ORDER BY at DESC`,
    )
    .raw();
  const rates = db.prepare('SELECT plan_id, item_id, feed_id, was_bp, was_to, changed_at FROM rate').raw().all();
  for (const [planId, itemId, feedId, wasBp, wasTo, changedAt] of rates as number[][]) {
    const rows = rowsOfKey.all(planId, itemId, feedId) as [number, number | null][];
    const now = rows[0]?.[1] ?? null;
    const was = rows.findIndex(([, bp]) => bp !== null && bp !== now);
    const since = rows.slice(0, Math.max(was, 0)).reverse();
    const expected =
      was < 0
        ? [null, null, null]
        : [rows[was]?.[1], since[0]?.[0], now === null ? null : since.find(([, bp]) => bp === now)?.[0]];
    expect([wasBp, wasTo, changedAt]).toEqual(expected);
  }
}

test('in any order of import, rows are where captures say something else; what is discarded was never there', () => {
  const shuffled = snapshotsArbitrary(true).chain((all) =>
    fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
  );
  fc.assert(
    fc.property(shuffled, filesArbitrary, discardedArbitrary, (snapshots, files, discarded) => {
      const db = ledgerOf(snapshots, files, discarded);
      const left = snapshots.filter((_, index) => !discarded.includes(files[index] ?? 0));
      expect(ratesIn(db)).toEqual(expectedRows(left, 'rates'));
      expect(salesIn(db)).toEqual(expectedRows(left, 'sales'));
      expect(factsIn(db)).toEqual(expectedRows(left, 'facts'));
      expect(countMisplaced(db, 'rate', 'plan_id, item_id, feed_id')).toBe(0);
      expect(countMisplaced(db, 'sales', 'shop_id, item_id, feed_id')).toBe(0);
      expectLastChanges(db);
      db.close();
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('each capture can be read again, whichever feed it went into', () => {
  fc.assert(
    fc.property(snapshotsArbitrary(false), filesArbitrary, discardedArbitrary, (snapshots, files, discarded) => {
      const db = ledgerOf(snapshots, files, discarded);
      const left = snapshots.filter((_, index) => !discarded.includes(files[index] ?? 0));
      const captures = db.prepare('SELECT feed_id AS feedId, captured_at AS at FROM snapshot').all() as {
        feedId: number;
        at: number;
      }[];
      for (const [kind, rows] of [
        ['rates', ratesIn],
        ['sales', salesIn],
        ['facts', factsIn],
      ] as const) {
        const stored = rows(db, "feed_id || ' ' || ").map((row) => row.split(' ') as [string, string, string, string]);
        const read = captures.map(({ feedId, at }) => {
          const before = stored.filter((row) => Number(row[0]) === feedId && Number(row[2]) <= at);
          const newest = new Map<string, string>();
          for (const [, key, , value] of before.sort((a, b) => Number(a[2]) - Number(b[2]))) newest.set(key, value);
          return capture(at, [...newest]);
        });
        const said = left.map((snapshot) => {
          const values = [...saidBy(snapshot)[kind]].map(([key, value]) => [key, JSON.stringify(value)] as const);
          return capture(snapshot.head.capturedMs, values);
        });
        expect(read.sort()).toEqual(said.sort());
      }
      db.close();
    }),
    { numRuns: 300 },
  );
}, 60_000);

function capture(at: number, values: readonly (readonly [key: string, value: string])[]): string {
  const listed = values.filter(([, value]) => value !== 'null').map(([key, value]) => `${key} ${value}`);
  return JSON.stringify([at, ...listed.sort()]);
}

const namedArbitrary = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 3 }),
    rows: fc.array(
      fc.record({
        shop: fc.constantFrom('100', '200'),
        name: fc.constantFrom(null, 'A', 'B', 'C'),
        item: fc.constantFrom('a', 'b'),
        title: fc.constantFrom(null, 'A', 'B', 'C'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

test('of the names that shops and items were given the newest stands, of one time the greater, with its last time', () => {
  fc.assert(
    fc.property(namedArbitrary, (drawn) => {
      const db = openInMemory();
      const expected = new Map<string, [at: number, name: string]>();
      const expectName = (key: string, at: number, name: string | null) => {
        const known = expected.get(key);
        const isLess = known !== undefined && (known[0] > at || (known[0] === at && known[1] >= (name ?? '')));
        if (name !== null && !isLess) expected.set(key, [at, name]);
      };
      for (const [index, { day, rows }] of drawn.entries()) {
        for (const { shop, name, item, title } of rows) {
          expectName(shop, day, name);
          expectName(`${shop}/${item}`, day, title);
        }
        const readings = rows.map(
          ({ shop, name, item, title }, row): Reading => ({
            locator: row + 1,
            shop: { ...NO_SHOP, sellerId: shop, name },
            item: { id: item, title },
            planId: '11',
            facts: NO_FACTS,
            rate: null,
            sales: null,
          }),
        );
        const head = {
          account: 'x',
          format: 'test',
          coverage: 'listed',
          subject: '',
          capturedFrom: 'content',
        } as const;
        importInto(db, [{ head: { ...head, capturedMs: day }, readings }], () => index);
      }
      const stored = db
        .prepare(
          `SELECT id_no, name_at, name FROM shop WHERE name IS NOT NULL
           UNION ALL SELECT id_no || '/' || item_no, i.title_at, i.title FROM item i JOIN shop s ON s.id = i.shop_id
           WHERE i.title IS NOT NULL`,
        )
        .raw()
        .all() as [string, number, string][];
      expect(new Map(stored.map(([key, at, name]) => [key, [at, name]]))).toEqual(expected);
      db.close();
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('an unchanged snapshot costs one row, whatever its size', () => {
  const readings = Array.from(
    { length: 500 },
    (_, i): Reading => ({
      locator: i + 1,
      shop: { ...NO_SHOP, sellerId: '100' },
      item: { id: `item-${i}`, title: null },
      planId: '11',
      facts: { ...NO_FACTS, kind: 'special' },
      rate: { measure: 'commission', bp: 500, raw: '5' },
      sales: 7,
    }),
  );
  const db = openInMemory();
  for (const day of [1, 2, 3]) {
    const head = { account: 'x', format: 'test', coverage: 'listed', subject: '', capturedFrom: 'content' } as const;
    importInto(db, [{ head: { ...head, capturedMs: day * DAY }, readings }], () => day);
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(['rate', 'rate_past', 'sales', 'sales_past', 'fact', 'snapshot'].map(count)).toEqual([
      500,
      0,
      500,
      0,
      1,
      day,
    ]);
  }
});
