/** Writes what a snapshot says of the sales of items as changes against its feed. */
import type { TableShape } from './change-tables.ts';
import { ChangeTables } from './change-tables.ts';
import type { Change } from './delta.ts';
import { insertBetween, rowBefore } from './delta.ts';
import type { FeedPlace } from './feeds.ts';
import type { Db } from './open.ts';

export interface SalesRow extends Change {
  /** null: the feed says nothing from then on; then `listed` is 0. */
  readonly sales: number | null;
}

export const SALES_SHAPE: TableShape<SalesRow> = {
  table: 'sales',
  owner: 'shop_id',
  columns: ['sales'],
  first: {},
  derived: [],
  rowOf: (at, [sales]) => salesRow(at, sales as number | null),
  valuesOf: ({ sales }) => [sales],
  derive: () => [],
  isSame: (a, b) => a.sales === b.sales,
  absent: (at) => salesRow(at, null),
  carry: (row, at) => ({ ...row, at }),
};

export function salesRow(at: number, sales: number | null): SalesRow {
  return { at, listed: sales === null ? 0 : 1, sales };
}

/** Sales of items by shop. */
export type SalesByShop = Map<number, Map<number, number>>;

/** Of what several rows of a snapshot say the greatest counts. */
export function addSales(known: SalesByShop, shopId: number, itemId: number, sales: number): void {
  const ofShop = known.get(shopId) ?? new Map<number, number>();
  if (ofShop.size === 0) known.set(shopId, ofShop);
  const before = ofShop.get(itemId);
  if (before === undefined || before < sales) ofShop.set(itemId, sales);
}

export interface Sales {
  readonly tables: ChangeTables<SalesRow>;
  write(sales: SalesByShop, place: FeedPlace, at: number): void;
}

export function openSales(db: Db): Sales {
  const tables = new ChangeTables(db, SALES_SHAPE);
  const shopsOfFeed = `SELECT p.shop_id FROM (SELECT DISTINCT plan_id FROM fact WHERE feed_id = @feedId) f CROSS JOIN plan p ON p.id = f.plan_id`;
  const shops = db.prepare(`SELECT DISTINCT shop_id FROM (${shopsOfFeed})`).pluck();

  let meet: (shopId: number, itemId: number, at: number, sales: number | null) => void = () => {};
  db.function('meet_sales', (shopId: number, itemId: number, at: number, sales: number | null) => {
    meet(shopId, itemId, at, sales);
    return 0;
  });
  const meetAll = db.prepare(
    `SELECT count(meet_sales(shop_id, item_id, at, sales)) FROM (
       SELECT * FROM sales WHERE feed_id = @feedId AND shop_id IN (${shopsOfFeed}) ORDER BY shop_id, item_id)`,
  );

  function addAll(sales: SalesByShop, feedId: number, at: number): void {
    for (const shopId of inOrder(sales)) {
      const items = sales.get(shopId) ?? NO_SALES;
      for (const itemId of inOrder(items)) tables.first.add(shopId, itemId, feedId, at, items.get(itemId) ?? null);
    }
  }

  /** Takes out of `sales` what the feed had: the others are new. */
  function writeNewest(sales: SalesByShop, feedId: number, at: number): void {
    const changed: { ownerId: number; itemId: number; before: SalesRow; now: number | null }[] = [];
    meet = (ownerId, itemId, since, before) => {
      const items = sales.get(ownerId);
      const now = items?.get(itemId) ?? null;
      items?.delete(itemId);
      if (now !== before) changed.push({ ownerId, itemId, before: salesRow(since, before), now });
    };
    meetAll.get({ feedId });
    for (const { ownerId, itemId, before, now } of changed)
      tables.append({ ownerId, itemId, feedId }, before, salesRow(at, now), []);
    addAll(sales, feedId, at);
  }

  function writeLate(sales: SalesByShop, { feedId, nextAt }: FeedPlace, at: number): void {
    for (const ownerId of new Set([...(shops.all({ feedId }) as number[]), ...sales.keys()])) {
      const stored = tables.rowsByItem(ownerId, feedId);
      const now = sales.get(ownerId) ?? new Map<number, number>();
      for (const itemId of new Set([...now.keys(), ...stored.keys()])) {
        const before = stored.get(itemId) ?? [];
        const row = salesRow(at, now.get(itemId) ?? null);
        if ((rowBefore(before, at)?.sales ?? null) === row.sales) continue;
        tables.replace({ ownerId, itemId, feedId }, before, insertBetween(before, row, nextAt, SALES_SHAPE));
      }
    }
  }

  return {
    tables,
    write(sales, place, at) {
      if (place.nextAt !== null) writeLate(sales, place, at);
      else if (place.previousAt !== null) writeNewest(sales, place.feedId, at);
      else addAll(sales, place.feedId, at);
      tables.flush();
    },
  };
}

const NO_SALES: ReadonlyMap<number, number> = new Map();

/** The keys by number: then the rows stand together that SQLite puts together. */
function inOrder(map: ReadonlyMap<number, unknown>): Int32Array {
  return Int32Array.from(map.keys()).sort();
}
