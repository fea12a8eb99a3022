/** Which rows of shops and plans are one merchant and one plan, what merchants are called, and which feeds tell of them. */
import { groupBy } from '../domain/group-by.ts';
import { lazy } from '../domain/lazy.ts';
import type { ShopRef } from '../domain/ledger.ts';
import { newestName, openAlike } from './alike-shops.ts';
import type { Db } from './open.ts';
import { readTies } from './ties.ts';

export interface Merchants {
  /** The row that stands for the merchant of a shop row: that of his seller number, where it is known. */
  firstOf(shopId: number): number;
  /** All shop rows of a merchant, the one that stands for him first. */
  rowsOf(shopId: number): readonly number[];
  /** Other sellers that claim a keeper id of this merchant; empty where it is clear who he is. */
  unclearOf(shopId: number): readonly string[];
  /** Merchants with approved plans, of any account, of whom it cannot be told whether they are this one: rows, in order of their ids. */
  alikeOf(shopId: number): readonly number[];
}

/** `untilMs`: evidence captured later is not seen; nor that of held files, but with `withHeld`. */
export function openMerchants(db: Db, untilMs: number, withHeld = false): Merchants {
  const ties = lazy(() => readTies(db, { untilMs, withHeld: withHeld ? 1 : 0 }));
  const firstOf = (shopId: number) => ties().sellerOf.get(shopId) ?? shopId;
  const othersOf = lazy(() => groupBy([...ties().sellerOf.keys()], firstOf));
  const rowsOf = (shopId: number) => [firstOf(shopId), ...(othersOf().get(firstOf(shopId)) ?? [])];
  const alike = lazy(() => openAlike(db, untilMs, { firstOf, rowsOf }));
  return {
    firstOf,
    rowsOf,
    unclearOf: (shopId) => ties().unclear.get(firstOf(shopId)) ?? [],
    alikeOf: (shopId) => alike()(firstOf(shopId), ties().claimants.get(shopId) ?? []),
  };
}

/** Each merchant of some rows of `shop` once, ascending. */
export function merchantsOf(rows: readonly number[], { firstOf }: Merchants): number[] {
  return [...new Set(rows.map(firstOf))].sort((a, b) => a - b);
}

/** Gives the rows of `plan` of a merchant's plan: one for each of his numbers, that of the first one first. */
export function openPlanRows(db: Db, { rowsOf }: Merchants): (shopId: number, planNo: string) => number[] {
  const find = lazy(() => db.prepare('SELECT id FROM plan WHERE shop_id = ? AND plan_no = ?').pluck());
  return (shopId, planNo) => rowsOf(shopId).flatMap((row) => (find().get(row, planNo) as number | undefined) ?? []);
}

/** A plan of an account. `planRow`: row of `plan`. */
export function accountPlanKey(planRow: number, account: string): string {
  return `${planRow} ${account}`;
}

export interface ShopInfo {
  readonly shop: ShopRef;
  /** Feeds that say something of any of its plans. */
  readonly feedIds: readonly number[];
}

interface ShopRow {
  readonly id: number;
  readonly kind: 'seller' | 'keeper' | 'name';
  readonly no: string;
  readonly name: string | null;
  readonly namedAt: number | null;
}

interface FeedOfShop {
  readonly shopId: number;
  readonly feedId: number;
  /** The least that the feed shows. */
  readonly keeperId: string | null;
}

/** Gives merchants by the row that stands for each. `untilMs`: nothing captured later is seen; `held`: nor what these feeds say. */
export function openShopInfos(
  db: Db,
  untilMs: number,
  { firstOf, rowsOf }: Merchants,
  held: ReadonlySet<number>,
): (shopIds: readonly number[]) => ReadonlyMap<number, ShopInfo> {
  const shopsOf = lazy(() =>
    db.prepare(
      `SELECT id, id_kind AS kind, id_no AS no, coalesce(nick, title, name) AS name, coalesce(nick_at, title_at, name_at) AS namedAt
       FROM shop WHERE id IN (SELECT value FROM json_each(?))`,
    ),
  );
  const feedsOf = lazy(() =>
    db.prepare(
      `SELECT p.shop_id AS shopId, f.feed_id AS feedId, min(f.keeper_id) AS keeperId
       FROM json_each(@rows) s CROSS JOIN plan p ON p.shop_id = s.value
       CROSS JOIN fact f ON f.plan_id = p.id AND f.at <= @untilMs GROUP BY p.shop_id, f.feed_id`,
    ),
  );
  return (shopIds) => {
    const rows = JSON.stringify(shopIds.flatMap(rowsOf));
    const shops = groupBy(shopsOf().all(rows) as ShopRow[], ({ id }) => firstOf(id));
    const feeds = groupBy(feedsOf().all({ rows, untilMs }) as FeedOfShop[], ({ shopId }) => firstOf(shopId));
    return new Map(
      [...shops].map(([id, own]) => {
        const told = (feeds.get(id) ?? []).filter(({ feedId }) => !held.has(feedId));
        return [id, { shop: refOf(id, own, told), feedIds: [...new Set(told.map(({ feedId }) => feedId))] }];
      }),
    );
  };
}

/** Of several keeper ids the least. */
function refOf(first: number, rows: readonly ShopRow[], feeds: readonly FeedOfShop[]): ShopRef {
  const noOf = (kind: ShopRow['kind']) => rows.filter((row) => row.kind === kind).map(({ no }) => no);
  const [keeperId = null] = [...noOf('keeper'), ...feeds.flatMap((feed) => feed.keeperId ?? [])].sort();
  const id = rows.find((row) => row.id === first && row.kind === 'seller')?.no ?? null;
  return { id, keeperId, name: newestName(rows) ?? noOf('name')[0] ?? null };
}
