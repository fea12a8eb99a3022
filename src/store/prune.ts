/**
 * What the database holds and no answer needs. That is little, because the ledger keeps changes and not readings: rows
 * that repeat the one before them, which late arrivals leave behind, and names of things that nothing speaks of any
 * more, which discarded snapshots leave. Every change stays, and so does every snapshot: it says when something was
 * seen last, and keeps its file from being taken in again.
 */
import { statSync } from 'node:fs';
import type { Db } from './open.ts';
import { guard, lockForWriting } from './open.ts';

export interface Redundant {
  /** Rows of rates and plans that say what the row before them says. */
  readonly repeats: number;
  /** Plans, items, shops, accounts and streams that nothing speaks of. */
  readonly orphans: number;
  /** Bytes of the file that hold nothing; more may come free when it is written anew. */
  readonly freeBytes: number;
}

const FACT_COLUMNS = 'kind name state status joined_at approved_at exit_id locked audit hidden starts_at ends_at'.split(
  ' ',
);

/** Rows that say "not listed" first of all, or what the row before them in the stream says. */
function repeatsIn(table: string, key: readonly string[], values: readonly string[]): string {
  const before = values.map((column) => `lag(${column}) OVER w AS before_${column}`);
  const same = values.map((column) => `${column} IS before_${column}`);
  return `SELECT ${[...key, 'at'].join(', ')} FROM (
      SELECT ${[...key, 'at', 'listed', ...values].join(', ')}, lag(listed) OVER w AS was_listed, ${before.join(', ')}
      FROM ${table} WINDOW w AS (PARTITION BY ${key.join(', ')} ORDER BY at))
    WHERE CASE listed WHEN 0 THEN was_listed IS NOT 1 ELSE was_listed = 1 AND ${same.join(' AND ')} END`;
}

const RATE_KEY = ['plan_id', 'item_id', 'measure', 'stream_id'];
const FACT_KEY = ['plan_id', 'stream_id'];

const REPEATS: readonly (readonly [table: string, key: readonly string[], select: string])[] = [
  ['rate', RATE_KEY, repeatsIn('rate', RATE_KEY, ['rate_bp', 'sales'])],
  ['fact', FACT_KEY, repeatsIn('fact', FACT_KEY, FACT_COLUMNS)],
];

/** In the order in which they come free. */
const ORPHANS: readonly (readonly [table: string, condition: string])[] = [
  ['stream', 'id NOT IN (SELECT stream_id FROM snapshot)'],
  [
    'plan',
    `id NOT IN (SELECT plan_id FROM fact) AND id NOT IN (SELECT plan_id FROM rate)
      AND id NOT IN (SELECT plan_id FROM mute) AND id NOT IN (SELECT plan_id FROM departure)`,
  ],
  ['item', 'id NOT IN (SELECT item_id FROM rate) AND id NOT IN (SELECT item_id FROM item_shop)'],
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
  const repeats = REPEATS.map(([table, key, select]) =>
    remove(`DELETE FROM ${table} WHERE (${[...key, 'at'].join(', ')}) IN (${select})`),
  );
  const orphans = ORPHANS.map(([table, condition]) => remove(`DELETE FROM ${table} WHERE ${condition}`));
  return { repeats: sum(repeats), orphans: sum(orphans) };
}

function freeBytes(db: Db): number {
  const number = (name: string) => db.pragma(name, { simple: true }) as number;
  return number('freelist_count') * number('page_size');
}
