/** Writes what a snapshot says of the sales of items. */
import type { TableShape } from './change-tables.ts';
import { KeyColumns, NumberList } from './columns.ts';
import type { StoredRow } from './delta.ts';
import type { Db } from './open.ts';
import { ChangeWriter } from './write-changes.ts';

export interface StoredSales extends StoredRow {
  /** null: the feed says nothing from then on; then `listed` is 0. */
  readonly sales: number | null;
}

export const SALES_SHAPE: TableShape<StoredSales> = {
  table: 'sales',
  past: 'sales_past',
  owner: 'shop_id',
  item: 'item_id',
  columns: ['sales'],
  derived: [],
  rowOf: (at, [sales]) => salesRow(at, sales as number | null),
  valuesOf: ({ ownerId, itemId, feedId }, { at, sales }) => [ownerId, itemId, feedId, at, sales],
  derive: () => [],
  isSame: (a, b) => a.sales === b.sales,
  absent: (at) => salesRow(at, null),
  carry: (row, at) => ({ ...row, at }),
};

/** `sales` null: nothing is said from then on. */
export function salesRow(at: number, sales: number | null): StoredSales {
  return { at, listed: sales === null ? 0 : 1, sales };
}

/** Sales of items by shop and item. */
export class SalesColumns extends KeyColumns {
  constructor() {
    super(new NumberList(new Float64Array(64)));
  }

  /** The rows by key, each key once: of what several rows say the greatest counts. */
  distinct(): Int32Array {
    const rows = this.order();
    const values = this.values.values();
    let count = 0;
    for (const row of rows) {
      const last = rows[count - 1] as number;
      if (count === 0 || !this.isSameKey(last, row)) rows[count++] = row;
      else if ((values[row] as number) > (values[last] as number)) rows[count - 1] = row;
    }
    return rows.subarray(0, count);
  }
}

/** Writes what snapshots say of the sales of items. */
export function openSales(db: Db): ChangeWriter<StoredSales, SalesColumns> {
  return new ChangeWriter<StoredSales, SalesColumns>(db, {
    shape: SALES_SHAPE,
    listed: 'sales IS NOT NULL',
    values: ['sales'],
    owners: `SELECT p.shop_id FROM (SELECT DISTINCT plan_id FROM fact WHERE feed_id = @feedId) f CROSS JOIN plan p ON p.id = f.plan_id`,
    isSame: (columns, index, values) => columns.values.at(index) === values[0],
    rowAt: (columns, index, at) => salesRow(at, columns.values.at(index)),
    deriveAfter: () => [],
  });
}
