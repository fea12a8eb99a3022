/**
 * What the database holds and no answer needs. That is little, because the ledger keeps changes and not readings: rows
 * that repeat the one before them, which late arrivals leave behind, and names of things that nothing speaks of any
 * more, which discarded snapshots leave. Every change stays, and so does every snapshot: it says when something was
 * seen last, and keeps its file from being taken in again.
 */
import { statSync } from 'node:fs';
import { FACT_COLUMN_NAMES } from './fact-table.ts';
import type { Db } from './open.ts';
import { guard, lockForWriting } from './open.ts';
import { scopeOfParts } from './rate-key.ts';
import type { PageEntry } from './rate-page.ts';
import { openRatePages } from './rate-pages.ts';

export interface Redundant {
  /** Rows of rates and plans that say what the row before them says. */
  readonly repeats: number;
  /** Plans, items, shops, accounts and streams that nothing speaks of. */
  readonly orphans: number;
  /** Bytes of the file that hold nothing; more may come free when it is written anew. */
  readonly freeBytes: number;
}

/** Rows that say "not listed" first of all, or what the row before them in the stream says. */
const REPEATED_FACTS = `SELECT plan_id, stream_id, at FROM (
    SELECT plan_id, stream_id, at, listed, lag(listed) OVER w AS was_listed,
           ${FACT_COLUMN_NAMES.map((column) => `${column}, lag(${column}) OVER w AS before_${column}`).join(', ')}
    FROM fact WINDOW w AS (PARTITION BY plan_id, stream_id ORDER BY at))
  WHERE CASE listed WHEN 0 THEN was_listed IS NOT 1
    ELSE was_listed = 1 AND ${FACT_COLUMN_NAMES.map((column) => `${column} IS before_${column}`).join(' AND ')} END`;

/** The same of rates; gives how many. */
function removeRepeatedRates(db: Db): number {
  const rates = openRatePages(db);
  const places = db.prepare('SELECT DISTINCT plan_id, stream_id FROM rate_page').raw();
  let removed = 0;
  for (const [planId, streamId] of places.all() as [planId: number, streamId: number][]) {
    const before = new Map<number, Pick<PageEntry, 'listed' | 'bp' | 'sales'>>();
    removed += rates.keepOnly(planId, streamId, (entry) => {
      const { listed, bp, sales } = entry;
      const last = before.get(scopeOfParts(entry));
      before.set(scopeOfParts(entry), { listed, bp, sales });
      const isRepeat = listed === 0 ? last?.listed !== 1 : last?.listed === 1 && last.bp === bp && last.sales === sales;
      return !isRepeat;
    });
  }
  return removed;
}

/** In the order in which they come free. */
const ORPHANS: readonly (readonly [table: string, condition: string])[] = [
  ['stream', 'id NOT IN (SELECT stream_id FROM snapshot)'],
  [
    'plan',
    `id NOT IN (SELECT plan_id FROM fact) AND id NOT IN (SELECT plan_id FROM rate_page)
      AND id NOT IN (SELECT plan_id FROM mute) AND id NOT IN (SELECT plan_id FROM departure)`,
  ],
  // Whatever has a rate is linked to the shop that it is of.
  ['item', 'id NOT IN (SELECT item_id FROM item_shop)'],
  [
    'shop',
    'id NOT IN (SELECT shop_id FROM plan) AND id NOT IN (SELECT shop_id FROM keeper) AND id NOT IN (SELECT shop_id FROM item_shop)',
  ],
  [
    'account',
    `id NOT IN (SELECT account_id FROM stream) AND id NOT IN (SELECT account_id FROM mute WHERE account_id IS NOT NULL)
      AND id NOT IN (SELECT account_id FROM departure)`,
  ],
];

/** Finds out by doing it and taking it back: what comes free depends on what went before. */
export function findRedundant(db: Db, path: string): Redundant {
  lockForWriting(db, path);
  try {
    return guard(path, () => ({ ...removeRedundant(db), freeBytes: freeBytes(db) }));
  } finally {
    db.exec('ROLLBACK');
  }
}

/** Removes it and writes the file anew; gives the file's size before and after. */
export function prune(db: Db, path: string): Redundant & { readonly bytesBefore: number; readonly bytesAfter: number } {
  guard(path, () => db.pragma('wal_checkpoint(TRUNCATE)'));
  const bytesBefore = statSync(path).size;
  lockForWriting(db, path);
  return guard(path, () => {
    const found = { ...removeRedundant(db), freeBytes: freeBytes(db) };
    db.exec('COMMIT');
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)');
    return { ...found, bytesBefore, bytesAfter: statSync(path).size };
  });
}

/** Within a transaction of the caller. */
export function removeRedundant(db: Db): Pick<Redundant, 'repeats' | 'orphans'> {
  const remove = (sql: string) => db.prepare(sql).run().changes;
  const sum = (counts: readonly number[]) => counts.reduce((total, n) => total + n, 0);
  // What is recognised must stay what reading it would make of it: the next sync reads all of it.
  db.exec('DELETE FROM roll');
  const repeats = [
    removeRepeatedRates(db),
    remove(`DELETE FROM fact WHERE (plan_id, stream_id, at) IN (${REPEATED_FACTS})`),
  ];
  const orphans = ORPHANS.map(([table, condition]) => remove(`DELETE FROM ${table} WHERE ${condition}`));
  return { repeats: sum(repeats), orphans: sum(orphans) };
}

function freeBytes(db: Db): number {
  const number = (name: string) => db.pragma(name, { simple: true }) as number;
  return number('freelist_count') * number('page_size');
}
