/** How rates stand in the database, by series. */
import type { RateFact } from '../domain/reading.ts';
import type { DeltaTable } from './delta.ts';
import type { Db } from './open.ts';

export interface RateRow {
  readonly listed: 0 | 1;
  readonly rate_bp: number | null;
  readonly sales: number | null;
  readonly raw: string | null;
}

export type RateEntry = RateFact & { readonly line: number };

export function rateTable(db: Db): DeltaTable<RateEntry, RateRow> {
  const last = db.prepare(
    'SELECT listed, rate_bp, sales, raw FROM rate WHERE series_id = ? AND stream_id = ? AND at <= ? ORDER BY at DESC LIMIT 1',
  );
  const insert = db.prepare(
    'INSERT INTO rate (series_id, stream_id, at, listed, rate_bp, sales, raw, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const carry = db.prepare(
    'INSERT OR IGNORE INTO rate (series_id, stream_id, at, listed, rate_bp, sales, raw, line) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)',
  );
  const keys = db.prepare('SELECT DISTINCT series_id FROM rate WHERE stream_id = ? AND at <= ?').pluck();
  return {
    lastRow: (key, streamId, at) => last.get(key, streamId, at) as RateRow | undefined,
    // The raw cell may be written otherwise ("8.00%", "8.00 %"): that is no change.
    isSame: (row, value) => row.rate_bp === value.bp && row.sales === value.sales,
    insert: (key, streamId, at, value) =>
      insert.run(key, streamId, at, 1, value.bp, value.sales, value.raw, value.line),
    carry: (key, streamId, at, row) =>
      carry.run(key, streamId, at, row?.listed ?? 0, row?.rate_bp ?? null, row?.sales ?? null, row?.raw ?? null),
    insertAbsent: (key, streamId, at) => insert.run(key, streamId, at, 0, null, null, null, null),
    keys: (streamId, at) => keys.iterate(streamId, at) as Iterable<number>,
  };
}
