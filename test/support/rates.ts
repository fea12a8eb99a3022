/** Rates as a table, for tests that look into the ledger: in the database they are packed (store/rate-page.ts). */
import type Database from 'better-sqlite3';
import { entriesOf, whole } from '../../src/store/rate-pages.ts';

type Page = [planId: number, streamId: number, at: number, entries: Buffer];

/** Makes the table `rate` visible to this connection. */
export function showRates(db: Database.Database): void {
  const pages = db.prepare('SELECT plan_id, stream_id, at, entries FROM rate_page').raw().all() as Page[];
  db.table('rate', {
    columns: ['plan_id', 'stream_id', 'at', 'item_id', 'measure', 'listed', 'rate_bp', 'sales', 'raw', 'line'],
    *rows() {
      for (const [planId, streamId, from, entries] of pages)
        for (const { at, itemId, measureIndex, listed, bp, sales, raw, line } of entriesOf([
          whole({ at: from, entries }),
        ]))
          yield [planId, streamId, at, itemId, measureIndex, listed, bp, sales, raw, line];
    },
  });
}
