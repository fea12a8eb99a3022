/** The ledger as plain tables, for databases that many ledgers are put into: the views of views.ts, shop by shop. */
import type { Db } from './open.ts';
import type { SqlValue } from './statements.ts';
import { SHOP_ID } from './views.ts';

/** A type of PostgreSQL. */
type ColumnType = 'text' | 'timestamptz' | 'integer' | 'double precision';

export interface Table {
  readonly name: string;
  /** Of these columns, in this order, the first `keys` are the key: none of them is null. */
  readonly columns: readonly (readonly [name: string, type: ColumnType])[];
  readonly keys: number;
}

/** What a ledger says of a shop in one table: in the order of the columns, and of the key. */
export interface ShopRows {
  readonly table: Table;
  readonly shop: string;
  readonly rows: readonly (readonly SqlValue[])[];
}

function table<const N extends string>(name: N, keys: string, others: string): Table & { readonly name: N } {
  const columns = `${keys} ${others}`.split(' ').map((word): readonly [string, ColumnType] => {
    const [column = '', type = 'text'] = word.split(':');
    return [column, TYPES[type] ?? 'text'];
  });
  return { name, columns, keys: keys.split(' ').length };
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  time: 'timestamptz',
  count: 'integer',
  number: 'double precision',
};

const WHO = 'account shop_id plan_id';
const FEED = 'format coverage';
const SHOP_TABLE = table('shop', 'shop_id', 'nick title name');
const PLAN_TABLE = table(
  'plan',
  WHO,
  'shop plan kind status state approved_at exited_at:time shop_rate_bp:count items:count lowest_bp:count highest_bp:count seen_at:time',
);
const RUN_TABLE = table(
  'run',
  `${WHO} item_id measure ${FEED} first_at:time`,
  'last_at:time shop item rate_bp:count rate:number',
);
const FACT_TABLE = table(
  'fact',
  `${WHO} ${FEED} first_at:time`,
  'last_at:time shop plan kind state status joined_at approved_at starts_at ends_at',
);
const CHANGE_TABLE = table(
  'change',
  `${WHO} item_id what ${FEED} changed_at:time`,
  'shop old_value new_value points:number',
);
export const VERDICT_TABLE = table(
  'verdict',
  WHO,
  'shop plan verdict reasons special_bp:count general_bp:count gap_bp:count judged_at:time',
);
export const TABLES: readonly Table[] = [SHOP_TABLE, PLAN_TABLE, RUN_TABLE, FACT_TABLE, CHANGE_TABLE, VERDICT_TABLE];

const FROM: readonly (readonly [table: Table, from: string])[] = [
  [SHOP_TABLE, `(SELECT ${SHOP_ID} AS shop_id, nick, title, name FROM shop s)`],
  [PLAN_TABLE, 'plan_now'],
  [RUN_TABLE, 'rate_run'],
  [FACT_TABLE, 'fact_run'],
  [CHANGE_TABLE, 'change'],
];

/** Everything but the verdicts, in flat memory. To be read within one transaction. */
export function* tableRows(db: Db): Generator<ShopRows> {
  for (const [table, from] of FROM) {
    const names = table.columns.map(([name]) => name);
    const columns = names.map((name) => (name === 'item_id' ? "ifnull(item_id, '') AS item_id" : name));
    const sql = `SELECT ${columns.join(', ')} FROM ${from} ORDER BY ${['shop_id', ...names.slice(0, table.keys)].join(', ')}`;
    yield* byShop(table, db.prepare(sql).raw().iterate() as Iterable<SqlValue[]>);
  }
}

/** `rows`: those of a shop stand together. Of several of one key the last stands: two feeds may say the same thing. */
export function* byShop(table: Table, rows: Iterable<readonly SqlValue[]>): Generator<ShopRows> {
  const at = table.columns.findIndex(([name]) => name === 'shop_id');
  let shop: string | null = null;
  let known = new Map<string, readonly SqlValue[]>();
  for (const row of rows) {
    if (shop !== null && row[at] !== shop) {
      yield { table, shop, rows: [...known.values()] };
      known = new Map();
    }
    shop = String(row[at]);
    known.set(JSON.stringify(row.slice(0, table.keys)), row);
  }
  if (shop !== null) yield { table, shop, rows: [...known.values()] };
}
