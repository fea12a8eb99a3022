/** Which merchant an order line is of: by its item, else by the seller's number or the 旺旺 (orders.md §0.3). */
import { lazy, lazyByKey } from '../domain/lazy.ts';
import type { OrderFacts } from '../domain/order-line.ts';
import { STANDING_FIRST } from './items.ts';
import type { Merchants } from './merchants.ts';
import type { Db } from './open.ts';

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

interface ShopRow {
  readonly id: number;
  /** null: the shop is not known by a seller's number. */
  readonly sellerId: string | null;
  readonly nick: string | null;
  readonly name: string | null;
}

/** By what the ledger knows of shops and items, as of the moment of `merchants`. */
export function openOrderPlaces(db: Db, { firstOf }: Merchants): OrderPlaces {
  const find = db.prepare(`SELECT id, shop_id FROM item WHERE item_no = ? ORDER BY ${STANDING_FIRST}`).raw();
  const heldOnly = lazy(() => readHeldOnly(db));
  /** Where an item may be: by merchant. */
  const placesOf = lazyByKey((itemNo: string): ReadonlyMap<number, OrderPlace> => {
    const found = new Map<number, OrderPlace>();
    for (const [id, shopId] of find.all(itemNo) as [id: number, shopId: number][]) {
      if (heldOnly().has(shopId)) continue;
      const merchant = firstOf(shopId);
      if (!found.has(merchant)) found.set(merchant, { shopId: merchant, scope: id });
    }
    return found;
  });
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
        if (key !== null && !heldOnly().has(shop.id))
          found.set(key, (found.get(key) ?? new Set()).add(firstOf(shop.id)));
    return found;
  }

  function byNames({ sellerId, nick }: Line): ReadonlySet<number> {
    const ofSeller = sellerId === null ? undefined : bySeller().get(sellerId);
    return ofSeller ?? (nick === null ? undefined : byNick().get(nick)) ?? NONE;
  }

  function placeOf(line: Line): OrderPlace | 'unclear' | null {
    const own = line.itemNo === null ? NOWHERE : placesOf(line.itemNo);
    const [only] = own.values();
    if (only && own.size === 1) return only;
    // Where several have the item, or none, names tell.
    const named = byNames(line);
    const found = own.size > 0 && named.size > 0 ? [...named].filter((shop) => own.has(shop)) : [...named];
    const [shopId] = found;
    if (shopId === undefined || found.length > 1) return own.size > 0 || found.length > 1 ? 'unclear' : null;
    return own.get(shopId) ?? { shopId, scope: null };
  }

  return {
    placeOf,
    shopOf(line) {
      const place = placeOf(line);
      return place === null || place === 'unclear' ? null : place.shopId;
    },
  };
}

/** Rows of shops that no file but held ones tells of: nothing is judged by those. */
function readHeldOnly(db: Db): ReadonlySet<number> {
  const rows = db
    .prepare(
      `SELECT DISTINCT p.shop_id FROM feed d CROSS JOIN fact f ON f.feed_id = d.id CROSS JOIN plan p ON p.id = f.plan_id
       WHERE d.held = 1 AND NOT EXISTS (
         SELECT 1 FROM plan o CROSS JOIN fact g ON g.plan_id = o.id CROSS JOIN feed e ON e.id = g.feed_id
         WHERE o.shop_id = p.shop_id AND e.held = 0)`,
    )
    .pluck()
    .all();
  return new Set(rows as number[]);
}

const NOWHERE: ReadonlyMap<number, OrderPlace> = new Map();
const NONE: ReadonlySet<number> = new Set();
