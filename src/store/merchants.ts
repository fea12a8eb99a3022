/** Which rows of shops and plans are one merchant and one plan, what merchants are called, and which feeds tell of them. */
import { groupBy } from '../domain/group-by.ts';
import type { ShopRef } from '../domain/ledger.ts';
import type { Db } from './open.ts';
import { lazy } from './statements.ts';

export interface Merchants {
  /** The row that stands for the merchant of a shop row. */
  firstOf(shopId: number): number;
  /** All shop rows of a merchant, the one that stands for it first. */
  rowsOf(shopId: number): readonly number[];
  /** Other sellers that claim a keeper id of this merchant; empty where it is clear who he is. */
  unclearOf(shopId: number): readonly string[];
}

/** `untilMs`: evidence captured later is not seen. */
export function openMerchants(db: Db, untilMs: number): Merchants {
  const ties = lazy(() => readTies(db, untilMs));
  const firstOf = (shopId: number) => ties().sellerOf.get(shopId) ?? shopId;
  return {
    firstOf,
    rowsOf(shopId) {
      const first = firstOf(shopId);
      return [first, ...(ties().keepersOf.get(first) ?? [])];
    },
    unclearOf: (shopId) => ties().unclear.get(firstOf(shopId)) ?? [],
  };
}

interface Ties {
  /** By the row of a keeper id. */
  readonly sellerOf: Map<number, number>;
  readonly keepersOf: Map<number, number[]>;
  readonly unclear: Map<number, string[]>;
}

interface ShopNo {
  readonly id: number;
  readonly no: string;
}

/** Sellers that show a keeper id; of what is held nothing is seen. */
const SHOWN = `FROM fact f JOIN plan p ON p.id = f.plan_id JOIN feed ON feed.id = f.feed_id
  WHERE f.keeper_id IS NOT NULL AND f.at <= @untilMs AND feed.held = 0`;

function readTies(db: Db, untilMs: number): Ties {
  const ties: Ties = { sellerOf: new Map(), keepersOf: new Map(), unclear: new Map() };
  const sellers = db.prepare(
    `SELECT DISTINCT s.id, s.id_no AS no ${SHOWN.replace('WHERE', 'JOIN shop s ON s.id = p.shop_id WHERE f.keeper_id = @no AND')} ORDER BY s.id_no`,
  );
  const alone = db
    .prepare("SELECT id, id_no AS no FROM shop WHERE id_kind = 'keeper' ORDER BY id_no")
    .all() as ShopNo[];
  const contested = db
    .prepare(`SELECT f.keeper_id ${SHOWN} GROUP BY f.keeper_id HAVING min(p.shop_id) <> max(p.shop_id)`)
    .pluck()
    .all({ untilMs }) as string[];
  const claimantsOf = (no: string) => sellers.all({ no, untilMs }) as ShopNo[];
  for (const keeper of alone) {
    const [seller, ...others] = claimantsOf(keeper.no);
    if (!seller || others.length > 0) continue;
    ties.sellerOf.set(keeper.id, seller.id);
    ties.keepersOf.set(seller.id, [...(ties.keepersOf.get(seller.id) ?? []), keeper.id]);
  }
  for (const no of contested) {
    const claimants = claimantsOf(no);
    for (const { id } of [...alone.filter((keeper) => keeper.no === no), ...claimants]) {
      const others = claimants.filter((other) => other.id !== id).map((other) => other.no);
      ties.unclear.set(id, [...(ties.unclear.get(id) ?? []), ...others]);
    }
  }
  return ties;
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
