/** What merchants are called, and which feeds tell of them. */
import type { ShopRef } from '../domain/ledger.ts';
import { groupBy } from './group-by.ts';
import { lazy } from './lazy.ts';
import type { Merchants } from './merchants.ts';
import type { Db } from './open.ts';

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
  { firstOf, rowsOf }: Pick<Merchants, 'firstOf' | 'rowsOf'>,
  held: ReadonlySet<number>,
): (shopIds: readonly number[]) => ReadonlyMap<number, ShopInfo> {
  const shopsOf = lazy(() =>
    db.prepare(
      `SELECT id, id_kind AS kind, id_no AS no, coalesce(title, nick, name) AS name, coalesce(title_at, nick_at, name_at) AS namedAt
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
        return [id, { shop: refOf(own, told), feedIds: [...new Set(told.map(({ feedId }) => feedId))] }];
      }),
    );
  };
}

/** Of several names the newest stands, of one time the greater; of several keeper ids the least. */
function refOf(rows: readonly ShopRow[], feeds: readonly FeedOfShop[]): ShopRef {
  const noOf = (kind: ShopRow['kind']) => rows.filter((row) => row.kind === kind).map(({ no }) => no);
  const [keeperId = null] = [...noOf('keeper'), ...feeds.flatMap((feed) => feed.keeperId ?? [])].sort();
  let named: ShopRow | null = null;
  for (const row of rows) {
    if (row.name === null) continue;
    const later = (row.namedAt ?? 0) - (named?.namedAt ?? Number.NEGATIVE_INFINITY);
    if (later > 0 || (later === 0 && row.name > (named?.name ?? ''))) named = row;
  }
  return { id: noOf('seller')[0] ?? null, keeperId, name: named?.name ?? noOf('name')[0] ?? null };
}
