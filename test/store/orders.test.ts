/** Reports of orders in any order, overlapping, twice, and discarded: what is known of a line is always the same (orders.md §3.1). */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderRow, OrderScope, RefundRow } from '../../src/domain/order-line.ts';
import { EVERY_ORDER, ORDER_STATES, REFUND_STATES } from '../../src/domain/order-line.ts';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { isOfOrders } from '../../src/store/feeds.ts';
import { discardFiles } from '../../src/store/holds.ts';
import { Identities } from '../../src/store/identities.ts';
import { type Db, openInMemory } from '../../src/store/open.ts';
import { readOrders } from '../../src/store/read-orders.ts';
import { SnapshotStore } from '../../src/store/write-snapshot.ts';
import { ORDER, REFUND } from '../support/order-rows.ts';

interface Report {
  readonly account: string;
  readonly capturedMs: number;
  /** Equal numbers stand for equal bytes. */
  readonly content: number;
  readonly orders: readonly OrderRow[];
  readonly refunds: readonly RefundRow[];
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });
const orderArbitrary = fc.record({
  subOrderNo: maybe(fc.constantFrom('11', '12', '21')),
  itemNo: fc.constantFrom('7', '8'),
  state: fc.constantFrom(...ORDER_STATES),
  rateBp: maybe(fc.constantFrom(500, 800)),
  clickedMs: maybe(fc.constantFrom(10, 20)),
  modifiedMs: maybe(fc.integer({ min: 1, max: 60 })),
});
const refundArbitrary = fc.record({
  subOrderNo: maybe(fc.constantFrom('11', '12')),
  state: fc.constantFrom(...REFUND_STATES),
  createdMs: maybe(fc.constantFrom(30, 40)),
});

/** The lines and cases of the second order have another number. */
const orderNoOf = (subOrderNo: string | null) => (subOrderNo?.startsWith('2') ? '20' : '10');
const contentsArbitrary = fc.array(
  fc.record({
    orders: fc.array(orderArbitrary, { maxLength: 4 }),
    refunds: fc.array(refundArbitrary, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const reportsArbitrary = contentsArbitrary.chain((contents) =>
  fc.array(
    fc
      .record({
        account: fc.constantFrom('主号', '小号'),
        capturedMs: fc.integer({ min: 1, max: 60 }),
        content: fc.nat({ max: contents.length - 1 }),
      })
      .map((head): Report => {
        const { orders = [], refunds = [] } = contents[head.content] ?? {};
        return {
          ...head,
          orders: orders.map((row, i) => ({ ...ORDER, ...row, orderNo: orderNoOf(row.subOrderNo), locator: i + 2 })),
          refunds: refunds.map((row, i) => ({ ...REFUND, ...row, orderNo: orderNoOf(row.subOrderNo), locator: i + 2 })),
        };
      }),
    { minLength: 1, maxLength: 6 },
  ),
);

/** Gives the number of each report's snapshot. */
function importAll(db: Db, reports: readonly Report[]): number[] {
  const store = new SnapshotStore(db, new Identities(db));
  return reports.map((report) => {
    const digest = `${report.content}`.padStart(64, '0');
    const file = db.prepare(
      "INSERT INTO file (sha256, account, ids, name, bytes, encoding, format, imported_at) VALUES (?, ?, '', ?, 0, 'utf-8', 'top-orders', 0)",
    );
    const fileId = Number(file.run(digest, report.account, `${report.content}.json`).lastInsertRowid);
    const { account, capturedMs } = report;
    const head = {
      account,
      capturedMs,
      capturedFrom: 'flag',
      format: 'top-orders',
      coverage: 'orders',
      subject: '',
    } as const;
    const said = { readings: [], orders: report.orders, refunds: report.refunds };
    const writer = store.open(head, said, fileId);
    writer.add(said);
    writer.finish();
    return db.prepare('SELECT max(id) FROM snapshot').pluck().get() as number;
  });
}

const known = (db: Db, scope: Partial<OrderScope> = {}) =>
  [...readOrders(db, { ...EVERY_ORDER, ...scope })].map((line) => JSON.stringify(line)).sort();

function knownOf(reports: readonly Report[], scope: Partial<OrderScope> = {}): string[] {
  const db = openInMemory();
  importAll(db, reports);
  return known(db, scope);
}

const withOrder = reportsArbitrary.chain((reports) =>
  fc.record({
    reports: fc.constant(reports),
    mixed: fc.shuffledSubarray(reports, { minLength: reports.length }),
    again: fc.subarray(reports),
    discarded: fc.subarray(reports.map((_, i) => i)),
  }),
);

test('the order of import, and importing again, change nothing', () => {
  fc.assert(
    fc.property(withOrder, ({ reports, mixed, again }) => {
      expect(knownOf([...mixed, ...again])).toEqual(knownOf(reports));
    }),
  );
});

test('a discarded report leaves nothing behind', () => {
  fc.assert(
    fc.property(withOrder, ({ reports, discarded }) => {
      const db = openInMemory();
      const snapshots = importAll(db, reports);
      if (discarded.length > 0)
        discardFiles(
          db,
          discarded.map((i) => `${snapshots[i]}`),
          1,
        );
      const rest = reports.filter((_, i) => !discarded.includes(i));
      expect(known(db)).toEqual(knownOf(rest));
      if (rest.length > 0) return;
      for (const table of ['order_state', 'order_seen', 'refund_state', 'refund_seen'])
        expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
    }),
  );
});

test('a narrower question gives just the lines that are asked for', () => {
  fc.assert(
    fc.property(withOrder, ({ reports }) => {
      const db = openInMemory();
      importAll(db, reports);
      const lines = [...readOrders(db, EVERY_ORDER)];
      const asked: readonly (readonly [Partial<OrderScope>, (line: (typeof lines)[number]) => boolean])[] = [
        [{ accounts: ['小号'] }, (line) => line.account === '小号'],
        [{ orderNos: ['11', '20'] }, (line) => line.subOrderNo === '11' || line.orderNo === '20'],
        [{ itemNos: ['7'] }, (line) => line.itemNo === '7'],
        [{ itemNos: ['无此商品'] }, () => false],
        [{ sinceMs: 26 }, () => false],
        [{ sinceMs: 25, untilMs: 25 }, () => true],
      ];
      for (const [scope, isAsked] of asked)
        expect(known(db, scope)).toEqual(
          lines
            .filter(isAsked)
            .map((line) => JSON.stringify(line))
            .sort(),
        );
    }),
  );
});

test('formats of orders, and no others, are told by their names', () => {
  const db = new Database(':memory:');
  const isNamedSo = (id: string) =>
    db
      .prepare(`SELECT ${isOfOrders('@id')}`)
      .pluck()
      .get({ id });
  const named = FORMATS.filter(({ id }) => isNamedSo(id) === 1).map(({ id }) => id);
  const giving = FORMATS.filter(({ gives }) => gives.some((facet) => facet === 'orders' || facet === 'refunds'));
  expect(named).toEqual(giving.map(({ id }) => id));
});
