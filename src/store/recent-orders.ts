/** The account's own orders of the last days, for what a plan to exit costs (orders.md §3.8). */
import { type RecentLine, type RecentOrders, RISK_MS } from '../domain/at-risk.ts';
import { lazy } from '../domain/lazy.ts';
import { obstacleOf, termsOf, timesOf } from '../domain/order-terms.ts';
import type { Merchants } from './merchants.ts';
import type { Db } from './open.ts';
import { openOrderPlaces } from './order-places.ts';
import { readOrders } from './read-orders.ts';

/** As of a moment. States and refunds are those known now. Nothing is read before it is asked for. */
export function openRecentOrders(db: Db, merchants: Merchants, nowMs: number): RecentOrders {
  const recent = lazy(() => readRecent(db, merchants, nowMs));
  const first = lazy(() =>
    db
      .prepare(
        `SELECT min(coalesce(s.clicked_at, s.created_at, s.paid_at)) FROM order_state s JOIN account a ON a.id = s.account_id
         WHERE a.name = @account AND s.item_no IN (SELECT item_no FROM item WHERE id = @scope)`,
      )
      .pluck(),
  );
  return {
    linesAt: (account, scope) => recent().get(keyOf(account, scope)) ?? [],
    firstMs: (account, scope) => first().get({ account, scope }) as number | null,
  };
}

export function hasOrders(db: Db): boolean {
  return db.prepare('SELECT 1 FROM order_state LIMIT 1').get() !== undefined;
}

/** Whether there is an order of an item. */
export function hasOrderOf(db: Db, itemNo: string): boolean {
  return db.prepare('SELECT 1 FROM order_state WHERE item_no = ? LIMIT 1').get(itemNo) !== undefined;
}

function keyOf(account: string, scope: number): string {
  return `${scope} ${account}`;
}

/** By account and scope. An order counts by its click, which came before it. */
function readRecent(db: Db, merchants: Merchants, nowMs: number): ReadonlyMap<string, readonly RecentLine[]> {
  const sinceMs = nowMs - RISK_MS;
  const scope = { sinceMs, untilMs: null, asOfMs: null, accounts: null, itemNos: null, orderNos: null };
  const lines = [...readOrders(db, scope)].flatMap((line) => {
    const [terms, times] = [termsOf(line), timesOf(line)];
    const isRecent = times !== null && times.atMs > sinceMs && times.atMs <= nowMs;
    return isRecent && terms && obstacleOf(line) === null ? [{ line, atMs: times.atMs, terms }] : [];
  });
  const places = openOrderPlaces(db, merchants);
  const found = new Map<string, RecentLine[]>();
  for (const { line, ...recent } of lines) {
    const place = places.placeOf(line);
    if (place === null || place === 'unclear' || place.scope === null) continue;
    const key = keyOf(line.account, place.scope);
    const own = found.get(key);
    if (own) own.push(recent);
    else found.set(key, [recent]);
  }
  return found;
}
