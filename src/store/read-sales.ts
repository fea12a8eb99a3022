/** Sales of items as their newest capture tells them (design.md §4.3), and how those of a shop moved. */
import { lazy } from '../domain/lazy.ts';
import type { SalesMove } from '../domain/ledger.ts';
import { indexOfTime } from '../domain/runs.ts';
import type { Db } from './open.ts';
import type { FeedReader } from './runs.ts';
import { prepareVisit } from './statements.ts';

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

/** The row that stands for an item's row, of a merchant with several numbers. */
export type StandingFor = (item: number) => number;
export const ITSELF: StandingFor = (item) => item;

/** Sales that were stated at any moment; `times`: when any was, ascending. */
interface SalesHistory {
  readonly times: readonly number[];
  at(ms: number): SalesByAccount;
}

const COLUMNS = ['item_id', 'feed_id', 'at', 'sales'];

/** Reads the sales of the items of some shop rows. */
export class SalesReader {
  readonly #db: Db;
  readonly #untilMs: number;
  readonly #isPast: boolean;
  readonly #feeds: FeedReader;
  readonly #now = lazy(() => this.#prepare('sales'));
  readonly #past = lazy(() => this.#prepare('sales_past'));
  readonly #hasSales = lazy(() => this.#db.prepare('SELECT 1 FROM sales LIMIT 1').get() !== undefined);
  readonly #statedBefore = lazy(() =>
    this.#db
      .prepare(
        `SELECT sales FROM sales_past WHERE shop_id = (SELECT shop_id FROM item WHERE id = @item) AND item_id = @item
         AND feed_id = @feedId AND at < @at ORDER BY at DESC LIMIT 1`,
      )
      .pluck(),
  );

  /** `untilMs`: nothing captured later is seen; `isPast`: something was. */
  constructor(db: Db, untilMs: number, isPast: boolean, feeds: FeedReader) {
    this.#db = db;
    this.#untilMs = untilMs;
    this.#isPast = isPast;
    this.#feeds = feeds;
  }

  salesOf(shopIds: readonly number[], standingFor = ITSELF): SalesByAccount {
    const rows = this.#read(shopIds, this.#isPast);
    return this.#byAccount(this.#isPast ? newestOfEach(rows) : rows, this.#untilMs, standingFor);
  }

  pastOf(shopIds: readonly number[], standingFor: StandingFor): SalesHistory {
    const all = this.#hasSales() ? this.#read(shopIds, true) : [];
    return {
      times: [...new Set(all.map(({ at }) => at))].sort((a, b) => a - b),
      at: (ms) => this.#byAccount(newestOfEach(all.filter(({ at }) => at <= ms)), ms, standingFor),
    };
  }

  #prepare(table: string) {
    return prepareVisit<[item: number, feedId: number, at: number, sales: number | null]>(
      this.#db,
      COLUMNS,
      `SELECT ${COLUMNS.map((column) => `n.${column}`)} FROM json_each(@shops) j
       CROSS JOIN ${table} n ON n.shop_id = j.value AND n.at <= @untilMs`,
    );
  }

  #read(shopIds: readonly number[], withPast: boolean): SalesRow[] {
    const parameters = { shops: JSON.stringify(shopIds), untilMs: this.#untilMs };
    const rows: SalesRow[] = [];
    for (const visit of withPast ? [this.#past(), this.#now()] : [this.#now()])
      visit(parameters, (item, feedId, at, sales) => {
        if (!this.#feeds.held.has(feedId)) rows.push({ item, feedId, at, sales });
      });
    return rows;
  }

  /** `newest`: a row of each item and feed, at or before the moment. */
  #byAccount(newest: readonly SalesRow[], ms: number, standingFor: StandingFor): SalesByAccount {
    const sightings: Sighting[] = [];
    let isOnce = true;
    for (const row of newest) {
      const sighting = this.#lastStated(row, ms);
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
  #lastStated({ item, feedId, at, sales }: SalesRow, ms: number): Sighting | null {
    const { account, times } = this.#feeds.feedOf(feedId);
    const before = (to: number) => times[indexOfTime(times, to) - 1] ?? at;
    if (sales !== null) return { account, item, sales, seenMs: before(ms + 1) };
    const stated = this.#statedBefore().get({ item, feedId, at }) as number | null | undefined;
    return stated == null ? null : { account, item, sales: stated, seenMs: before(at) };
  }
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

/** What is held is not seen. */
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
