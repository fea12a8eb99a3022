/** The account's own orders of the last days, for what a plan to exit costs (orders.md §3.8). */
import { type RecentOfItem, type RecentOrders, RISK_MS } from '../domain/at-risk.ts';
import { groupBy } from '../domain/group-by.ts';
import { lazy } from '../domain/lazy.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import type { Terms } from '../domain/money.ts';
import { EVERY_ORDER } from '../domain/order-line.ts';
import { obstacleOf, termsOf, timesOf } from '../domain/order-terms.ts';
import type { Merchants } from './merchants.ts';
import type { Db } from './open.ts';
import { openOrderPlaces } from './order-places.ts';
import { readOrders } from './read-orders.ts';

/**
 * As of a moment. States and refunds are those known now. Nothing is read before it is asked for. `ledger`: the only one
 * that is judged; null: any may be.
 */
export function openRecentOrders(
  db: Db,
  merchants: Merchants,
  nowMs: number,
  ledger: ShopLedger | null = null,
): RecentOrders {
  const recent = lazy(() => readRecent(db, merchants, nowMs, ledger && scopesOf(ledger)));
  return { at: (account, scope) => recent().get(keyOf({ account, scope })) ?? null };
}

/** Whether a report of orders was ever imported. */
export function hasOrders(db: Db): boolean {
  return db.prepare('SELECT 1 FROM order_state LIMIT 1').get() !== undefined;
}

/** Whether there is an order of an item. */
export function hasOrderOf(db: Db, itemNo: string): boolean {
  return db.prepare('SELECT 1 FROM order_state WHERE item_no = ? LIMIT 1').get(itemNo) !== undefined;
}

interface AccountItem {
  readonly account: string;
  readonly scope: number;
}

function keyOf({ account, scope }: AccountItem): string {
  return `${scope} ${account}`;
}

/** By account and item. An order counts by its click, which came before it. */
function readRecent(
  db: Db,
  merchants: Merchants,
  nowMs: number,
  scopes: readonly number[] | null,
): ReadonlyMap<string, RecentOfItem> {
  const sinceMs = nowMs - RISK_MS;
  const places = openOrderPlaces(db, merchants);
  const itemNos = scopes && itemNosOf(db, scopes);
  const recent: (AccountItem & { readonly terms: Terms })[] = [];
  for (const line of readOrders(db, { ...EVERY_ORDER, sinceMs, itemNos, withoutTitles: true })) {
    const [terms, times] = [termsOf(line), timesOf(line)];
    if (times === null || times.atMs <= sinceMs || times.atMs > nowMs || !terms || obstacleOf(line) !== null) continue;
    const place = places.placeOf(line);
    if (place === null || place === 'unclear' || place.scope === null) continue;
    recent.push({ account: line.account, scope: place.scope, terms });
  }
  const first = readFirst(db, [...new Set(recent.map(({ scope }) => scope))], sinceMs);
  const ofItem = (key: string, own: typeof recent): RecentOfItem => {
    return { lines: own.map(({ terms }) => terms), firstMs: first.get(key) ?? null };
  };
  return new Map([...groupBy(recent, keyOf)].map(([key, own]) => [key, ofItem(key, own)]));
}

function scopesOf({ plans }: ShopLedger): number[] {
  const scopes = plans.flatMap(({ rates, now }) => [...rates.map(({ scope }) => scope), ...(now?.scopes() ?? [])]);
  return [...new Set(scopes)];
}

function itemNosOf(db: Db, scopes: readonly number[]): string[] {
  const find = db.prepare('SELECT DISTINCT item_no FROM item WHERE id IN (SELECT value FROM json_each(?))').pluck();
  return find.all(JSON.stringify(scopes)) as string[];
}

/** When each account's first order of an item was clicked; a moment stands for all that are older. */
function readFirst(db: Db, scopes: readonly number[], sinceMs: number): ReadonlyMap<string, number | null> {
  const clicked = 'coalesce(s.clicked_at, s.created_at, s.paid_at)';
  const own = 'order_state s WHERE s.item_no = i.item_no AND s.account_id = a.id';
  const rows = db
    .prepare(
      `SELECT i.id AS scope, a.name AS account,
              iif(EXISTS (SELECT 1 FROM ${own} AND ${clicked} < @sinceMs), @sinceMs, (SELECT min(${clicked}) FROM ${own})) AS firstMs
       FROM json_each(@scopes) j CROSS JOIN item i ON i.id = j.value CROSS JOIN account a`,
    )
    .all({ scopes: JSON.stringify(scopes), sinceMs }) as (AccountItem & { readonly firstMs: number | null })[];
  return new Map(rows.map((row) => [keyOf(row), row.firstMs]));
}
