/** Sales of items as their newest capture tells them (design.md §4.3), and how those of a shop moved. */
import type { SalesMove } from '../domain/ledger.ts';
import { indexOfTime } from '../domain/runs.ts';
import type { Db } from './open.ts';
import type { FeedReader } from './runs.ts';
import { lazy, prepareVisit } from './statements.ts';

/** By account, and by item row. */
export type SalesByAccount = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** A row of `sales` or `sales_past`. */
interface SalesRow {
  readonly item: number;
  readonly feedId: number;
  readonly at: number;
  /** null: the feed states none from then on. */
  readonly sales: number | null;
}

/** Of the items of some shop rows. `standingFor`: the row that stands for an item's row, of a merchant with several numbers. */
export interface SalesReader {
  salesOf(shopIds: readonly number[], standingFor?: StandingFor): SalesByAccount;
  /** As they were at any moment; `times`: when any was stated, ascending. */
  pastOf(
    shopIds: readonly number[],
    standingFor: StandingFor,
  ): { readonly times: readonly number[]; at(ms: number): SalesByAccount };
}

export type StandingFor = (item: number) => number;
const ITSELF: StandingFor = (item) => item;

/** `untilMs`: nothing captured later is seen; `isPast`: something was. */
export function openSalesReader(db: Db, untilMs: number, isPast: boolean, { feedOf, held }: FeedReader): SalesReader {
  let rows: SalesRow[] = [];
  const take = (_total: unknown, item: number, feedId: number, at: number, sales: number | null) => {
    if (!held.has(feedId)) rows.push({ item, feedId, at, sales });
  };
  const columns = ['item_id', 'feed_id', 'at', 'sales'];
  const prepare = (table: string) =>
    prepareVisit(
      db,
      columns,
      `SELECT ${columns.map((column) => `n.${column}`)} FROM json_each(@shops) j
       CROSS JOIN ${table} n ON n.shop_id = j.value AND n.at <= @untilMs`,
      take,
    );
  const now = lazy(() => prepare('sales'));
  const past = lazy(() => prepare('sales_past'));
  const statedBefore = lazy(() =>
    db
      .prepare(
        `SELECT sales FROM sales_past WHERE shop_id = (SELECT shop_id FROM item WHERE id = @item) AND item_id = @item
         AND feed_id = @feedId AND at < @at ORDER BY at DESC LIMIT 1`,
      )
      .pluck(),
  );

  const hasSales = lazy(() => db.prepare('SELECT 1 FROM sales LIMIT 1').get() !== undefined);

  function read(shopIds: readonly number[], withPast: boolean): SalesRow[] {
    const parameters = { shops: JSON.stringify(shopIds), untilMs };
    rows = [];
    if (withPast) past()(parameters);
    now()(parameters);
    return rows;
  }

  /** `newest`: a row of each item and feed, at or before the moment. */
  function byAccount(newest: readonly SalesRow[], ms: number, standingFor: StandingFor): SalesByAccount {
    const sightings: Sighting[] = [];
    let isOnce = true;
    for (const row of newest) {
      const sighting = lastStated(row, ms);
      if (!sighting) continue;
      const item = standingFor(row.item);
      isOnce &&= row.feedId === newest[0]?.feedId && item === row.item;
      sightings.push({ ...sighting, item });
    }
    // Of several feeds and rows the newest counts, of one moment the greatest: it is put last.
    if (!isOnce) sightings.sort((a, b) => a.seenMs - b.seenMs || a.sales - b.sales);
    const accounts = new Map<string, Map<number, number>>();
    for (const { account, item, sales } of sightings) {
      const own = accounts.get(account);
      if (own) own.set(item, sales);
      else accounts.set(account, new Map([[item, sales]]));
    }
    return accounts;
  }

  /** The sales that a feed stated last of an item, and when; null: none. */
  function lastStated({ item, feedId, at, sales }: SalesRow, ms: number): Sighting | null {
    const { account, times } = feedOf(feedId);
    const before = (to: number) => times[indexOfTime(times, to) - 1] ?? at;
    if (sales !== null) return { account, item, sales, seenMs: before(ms + 1) };
    const stated = statedBefore().get({ item, feedId, at }) as number | null | undefined;
    return stated == null ? null : { account, item, sales: stated, seenMs: before(at) };
  }

  return {
    salesOf(shopIds, standingFor = ITSELF) {
      const rows = read(shopIds, isPast);
      return byAccount(isPast ? newestOfEach(rows) : rows, untilMs, standingFor);
    },
    pastOf(shopIds, standingFor) {
      const all = hasSales() ? read(shopIds, true) : [];
      return {
        times: [...new Set(all.map(({ at }) => at))].sort((a, b) => a - b),
        at: (ms) => byAccount(newestOfEach(all.filter(({ at }) => at <= ms)), ms, standingFor),
      };
    },
  };
}

interface Sighting {
  readonly account: string;
  readonly item: number;
  readonly sales: number;
  readonly seenMs: number;
}

/** Of each item and feed the newest row. */
function newestOfEach(rows: readonly SalesRow[]): SalesRow[] {
  const newest = new Map<string, SalesRow>();
  for (const row of rows) {
    const key = `${row.item} ${row.feedId}`;
    if (row.at > (newest.get(key)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(key, row);
  }
  return [...newest.values()];
}

/** See `ShopLedger`; of rows of `shop`, and of one account. */
export type SalesBetween = (
  shopIds: readonly number[],
  account: string,
  fromMs: number,
  toMs: number,
) => readonly SalesMove[];

export function openSalesBetween(db: Db, { feedOf, held }: FeedReader): SalesBetween {
  const at = (bound: string) =>
    `(SELECT p.sales FROM sales_past p WHERE p.shop_id = s.shop_id AND p.item_id = s.item_id AND p.feed_id = s.feed_id AND p.at ${bound} LIMIT 1)`;
  const last = `CASE WHEN s.at <= @toMs THEN s.sales ELSE ${at('<= @toMs ORDER BY p.at DESC')} END`;
  const first = `CASE WHEN s.at <= @fromMs THEN s.sales
    ELSE coalesce(${at('<= @fromMs ORDER BY p.at DESC')}, ${at('> @fromMs AND p.sales > 0 ORDER BY p.at')}, s.sales) END`;
  const read = lazy(() =>
    db.prepare(
      `SELECT feed_id AS feedId, sum(first) AS before, sum(last) AS after
       FROM (SELECT s.feed_id, ${first} AS first, ${last} AS last FROM json_each(@shops) j CROSS JOIN sales s ON s.shop_id = j.value)
       WHERE first IS NOT NULL AND last IS NOT NULL GROUP BY feed_id ORDER BY feed_id`,
    ),
  );
  return (shopIds, account, fromMs, toMs) => {
    const moves = read().all({ shops: JSON.stringify(shopIds), fromMs, toMs }) as (SalesMove & {
      readonly feedId: number;
    })[];
    return moves.filter(({ feedId }) => !held.has(feedId) && feedOf(feedId).account === account);
  };
}
