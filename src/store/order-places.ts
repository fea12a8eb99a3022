/** Which merchant an order line is of: by its item, else by the seller's number or the 旺旺 (orders.md §0.3). */
import type { OrderFacts } from '../domain/order-line.ts';
import type { Merchants } from './merchants.ts';
import type { Db } from './open.ts';
import { lazy } from './statements.ts';

type Line = Pick<OrderFacts, 'itemNo' | 'sellerId' | 'nick'>;

interface OrderPlace {
  readonly shopId: number;
  /** Of the item in the ledgers of the merchant; null: no export has it there. */
  readonly scope: number | null;
}

interface OrderPlaces {
  /** `unclear`: of several merchants nothing tells which; null: no export knows the shop. */
  placeOf(line: Line): OrderPlace | 'unclear' | null;
  /** null: it is of none that is known for certain. */
  shopOf(line: Line): number | null;
}

interface ItemRow {
  readonly id: number;
  readonly shopId: number;
}

interface ShopRow {
  readonly id: number;
  /** null: the shop is not known by a seller's number. */
  readonly sellerId: string | null;
  readonly nick: string | null;
  readonly name: string | null;
}

export function openOrderPlaces(db: Db, { firstOf }: Merchants): OrderPlaces {
  const find = db.prepare('SELECT id, shop_id AS shopId FROM item WHERE item_no = ? ORDER BY id');
  const items = new Map<string, readonly ItemRow[]>();
  const itemsOf = (itemNo: string) => {
    const found = items.get(itemNo) ?? (find.all(itemNo) as ItemRow[]);
    items.set(itemNo, found);
    return found;
  };
  const shops = lazy(
    () =>
      db
        .prepare(
          `SELECT id, iif(id_kind = 'seller', id_no, NULL) AS sellerId, nick, name FROM shop
           UNION ALL SELECT id, NULL, id_no, NULL FROM shop WHERE id_kind = 'name'`,
        )
        .all() as ShopRow[],
  );
  // A name of a table of one's own may be either: the export does not say.
  const byNick = lazy(() => merchantsBy(({ nick, name }) => [nick, name]));
  const bySeller = lazy(() => merchantsBy(({ sellerId }) => [sellerId]));

  function merchantsBy(keysOf: (shop: ShopRow) => (string | null)[]): ReadonlyMap<string, ReadonlySet<number>> {
    const found = new Map<string, Set<number>>();
    for (const shop of shops())
      for (const key of keysOf(shop))
        if (key !== null) found.set(key, (found.get(key) ?? new Set()).add(firstOf(shop.id)));
    return found;
  }

  function byNames({ sellerId, nick }: Line): ReadonlySet<number> {
    const ofSeller = sellerId === null ? undefined : bySeller().get(sellerId);
    return ofSeller ?? (nick === null ? undefined : byNick().get(nick)) ?? NONE;
  }

  function placeOf(line: Line): OrderPlace | 'unclear' | null {
    const own = line.itemNo === null ? [] : itemsOf(line.itemNo);
    const known = new Set(own.map(({ shopId }) => firstOf(shopId)));
    // Where several have the item, or none, names tell.
    const named = known.size === 1 ? known : byNames(line);
    const found = known.size > 1 && named.size > 0 ? [...named].filter((shop) => known.has(shop)) : [...named];
    const [shopId] = found;
    if (shopId === undefined || found.length > 1) return known.size > 1 || found.length > 1 ? 'unclear' : null;
    return { shopId, scope: own.find((item) => firstOf(item.shopId) === shopId)?.id ?? null };
  }

  return {
    placeOf,
    shopOf(line) {
      const place = placeOf(line);
      return place === null || place === 'unclear' ? null : place.shopId;
    },
  };
}

const NONE: ReadonlySet<number> = new Set();
