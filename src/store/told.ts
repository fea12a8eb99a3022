/** Verdicts that the user was told last, and the shops of which something was imported, released or discarded since. */
import type { Verdict } from '../domain/question.ts';
import type { Coverage } from '../domain/reading.ts';
import { isTkguardError } from '../errors.ts';
import { accountPlanKey } from './merchants.ts';
import { type Db, guard } from './open.ts';
import { prepared } from './statements.ts';

/** What is told of a plan of an account. `planRows`: its rows of `plan`, one for each number of its merchant. */
export interface Telling {
  readonly account: string;
  readonly planRows: readonly number[];
  /** null: the plan is judged no longer. */
  readonly verdict: Verdict | null;
}

export interface ToldPlan {
  readonly account: string;
  readonly planRow: number;
  readonly planId: string;
  /** Row of `shop`. */
  readonly shopRow: number;
  readonly verdict: Verdict | null;
}

/** By `accountPlanKey`. */
export function readTold(db: Db): ReadonlyMap<string, ToldPlan> {
  const rows = db
    .prepare(
      `SELECT a.name AS account, t.plan_id AS planRow, p.plan_no AS planId, p.shop_id AS shopRow, t.verdict
       FROM told t JOIN account a ON a.id = t.account_id JOIN plan p ON p.id = t.plan_id ORDER BY t.plan_id, a.name`,
    )
    .all() as ToldPlan[];
  return new Map(rows.map((row) => [accountPlanKey(row.planRow, row.account), row]));
}

/** Rows of the shops whose verdicts have not been told since something was imported of them. */
export function readUntold(db: Db): number[] {
  return db.prepare('SELECT shop_id FROM untold ORDER BY shop_id').pluck().all() as number[];
}

/** What the user was told, which is all there was to tell of these rows of `shop`. */
export interface ToldNews {
  readonly tellings: readonly Telling[];
  readonly shopRows: readonly number[];
}

/** Another number when another connection has committed something. */
export function dataVersion(db: Db): unknown {
  return db.pragma('data_version', { simple: true });
}

/** Remembers what the user was told. Where it is not remembered the next sync tells it again. */
export function rememberTold(db: Db, path: string, news: ToldNews, atMs: number, version: unknown): void {
  if (news.shopRows.length > 0) writeUnlessChanged(db, path, version, () => writeTold(db, news, atMs));
}

/**
 * In a transaction of its own. While another writes, or where one has written since `version` (of `dataVersion`), nothing is
 * written.
 */
export function writeUnlessChanged(db: Db, path: string, version: unknown, write: () => void): void {
  db.pragma('busy_timeout = 0');
  const whole = db.transaction(() => {
    if (dataVersion(db) === version) write();
  });
  try {
    guard(path, () => whole.immediate());
  } catch (error) {
    if (!isTkguardError(error) || error.code !== 'db-busy') throw error;
  }
}

/** The same in a transaction that is open. */
export function writeTold(db: Db, { tellings, shopRows }: ToldNews, atMs: number): void {
  const write = db.prepare(
    `INSERT INTO told (account_id, plan_id, verdict, told_at) VALUES ((SELECT id FROM account WHERE name = ?), ?, ?, ?)
     ON CONFLICT (account_id, plan_id) DO UPDATE SET verdict = excluded.verdict, told_at = excluded.told_at`,
  );
  for (const { account, planRows, verdict } of tellings)
    for (const planRow of planRows) write.run(account, planRow, verdict, atMs);
  const forget = db.prepare('DELETE FROM untold WHERE shop_id = ?');
  for (const row of shopRows) forget.run(row);
}

/** Notes shops whose verdicts may be others now. */
export function addUntold(db: Db, shopIds: Iterable<number>): void {
  const add = prepared(db, 'INSERT OR IGNORE INTO untold (shop_id) SELECT value FROM json_each(?)');
  add.run(JSON.stringify([...shopIds]));
}

/** Shops of which a snapshot speaks by what it does not list: a complete list of joined plans, of all that the account has, or had, approved. */
export function unlistedShops(db: Db, accountId: number, coverage: Coverage): number[] {
  if (coverage !== 'joined-plans') return [];
  return db
    .prepare(
      `SELECT DISTINCT p.shop_id FROM fact f JOIN feed ON feed.id = f.feed_id JOIN plan p ON p.id = f.plan_id
       WHERE f.status = 'approved' AND feed.account_id = ?`,
    )
    .pluck()
    .all(accountId) as number[];
}

/** Shops that the snapshots of a file speak of. */
export function shopsOfFile(db: Db, fileId: number): Set<number> {
  const feeds = db
    .prepare(
      'SELECT id, account_id AS accountId, coverage FROM feed WHERE id IN (SELECT feed_id FROM snapshot WHERE file_id = ?)',
    )
    .all(fileId) as { id: number; accountId: number; coverage: Coverage }[];
  const ofFeed = db
    .prepare('SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.feed_id = ?')
    .pluck();
  const shops = new Set<number>();
  for (const { id, accountId, coverage } of feeds) {
    for (const shopId of ofFeed.all(id) as number[]) shops.add(shopId);
    for (const shopId of unlistedShops(db, accountId, coverage)) shops.add(shopId);
  }
  return shops;
}
