/** How rates stand in the database, by what they are of. */
import type { RateFact } from '../domain/reading.ts';
import type { DeltaTable } from './delta.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { partsOf, rateKeyOf } from './rate-key.ts';

export interface RateRow {
  readonly listed: 0 | 1;
  readonly rate_bp: number | null;
  readonly sales: number | null;
  readonly raw: string | null;
}

export type RateEntry = RateFact & { readonly line: number };

type StoredRate = readonly [
  planId: number,
  itemId: number,
  measureIndex: number,
  listed: 0 | 1,
  bp: number | null,
  sales: number | null,
  raw: string | null,
];

/** Rows a statement: a million inserts one by one take twice as long. */
const ROWS_AT_ONCE = 16;
const COLUMNS = 10;

export function rateTable(db: Db): DeltaTable<RateEntry, RateRow> {
  const last = db.prepare(
    'SELECT listed, rate_bp, sales, raw FROM rate WHERE plan_id = ? AND item_id = ? AND measure = ? AND stream_id = ? AND at <= ? ORDER BY at DESC LIMIT 1',
  );
  const into = 'INTO rate (plan_id, item_id, measure, stream_id, at, listed, rate_bp, sales, raw, line) VALUES';
  const row = `(${Array(COLUMNS).fill('?').join(', ')})`;
  const insert = db.prepare(`INSERT ${into} ${row}`);
  const insertMany = db.prepare(`INSERT ${into} ${Array(ROWS_AT_ONCE).fill(row).join(', ')}`);
  const carry = db.prepare(`INSERT OR IGNORE ${into} ${row}`);
  const waiting: (number | string | null)[] = [];
  const flush = () => {
    for (let i = 0; i < waiting.length; i += COLUMNS) insert.run(waiting.slice(i, i + COLUMNS));
    waiting.length = 0;
  };
  const insertRow = (key: RateKey, streamId: number, at: number, listed: 0 | 1, value: RateEntry | null) => {
    const { planId, itemId, measureIndex } = partsOf(key);
    waiting.push(planId, itemId, measureIndex, streamId, at, listed);
    waiting.push(value?.bp ?? null, value?.sales ?? null, value?.raw ?? null, value?.line ?? null);
    if (waiting.length < ROWS_AT_ONCE * COLUMNS) return;
    insertMany.run(waiting);
    waiting.length = 0;
  };
  const plans = db
    .prepare('SELECT DISTINCT plan_id FROM fact WHERE stream_id = ? AND at <= ? ORDER BY plan_id')
    .pluck();
  const ofPlan = db
    .prepare(
      `SELECT plan_id, item_id, measure, listed, rate_bp, sales, raw FROM rate
       WHERE plan_id = ? AND stream_id = ? AND at <= ? ORDER BY item_id, measure, at`,
    )
    .raw();
  return {
    lastRow(key, streamId, at) {
      const { planId, itemId, measureIndex } = partsOf(key);
      return last.get(planId, itemId, measureIndex, streamId, at) as RateRow | undefined;
    },
    // The raw cell may be written otherwise ("8.00%", "8.00 %"): that is no change.
    isSame: (row, value) => row.rate_bp === value.bp && row.sales === value.sales,
    insert: (key, streamId, at, value) => insertRow(key, streamId, at, 1, value),
    flush,
    forget() {
      waiting.length = 0;
    },
    carry(key, streamId, at, row) {
      const { planId, itemId, measureIndex } = partsOf(key);
      const { listed = 0, rate_bp = null, sales = null, raw = null } = row ?? {};
      carry.run(planId, itemId, measureIndex, streamId, at, listed, rate_bp, sales, raw, null);
    },
    insertAbsent: (key, streamId, at) => insertRow(key, streamId, at, 0, null),
    *listedRows(streamId, at) {
      for (const planId of plans.all(streamId, at) as number[]) {
        yield* lastRowsOf(ofPlan.all(planId, streamId, at) as StoredRate[]);
      }
    },
  };
}

/** The last row of each key, where it says that the key is listed. The rows stand in the order of keys and times. */
function* lastRowsOf(rows: readonly StoredRate[]): Generator<readonly [RateKey, RateRow]> {
  for (const [index, [planId, itemId, measureIndex, listed, rate_bp, sales, raw]] of rows.entries()) {
    const next = rows[index + 1];
    const isLast = next?.[1] !== itemId || next[2] !== measureIndex;
    if (isLast && listed === 1) yield [rateKeyOf(planId, itemId, measureIndex), { listed, rate_bp, sales, raw }];
  }
}
