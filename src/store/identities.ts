/** Accounts, shops, plans and items: from the ids of exports to the numbers of their rows. */
import type { ItemIds, ShopIds } from '../domain/reading.ts';
import { SHOP_SCOPE } from '../domain/runs.ts';
import { type ItemRows, openItemRows, prepareNaming } from './item-ids.ts';
import type { Db } from './open.ts';

export interface Identities {
  account(name: string): number;
  shop(ids: ShopIds, atMs: number): number;
  plan(shopId: number, planNo: string): number;
  /** null: the shop as a whole. */
  item(shopId: number, item: ItemIds | null, atMs: number): number;
  /** Writes what is waiting. */
  flush(): void;
  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void;
}

const ID_KINDS = ['seller', 'keeper', 'name'] as const;
type IdKind = (typeof ID_KINDS)[number];

/** Names of a shop, each with when it was given. */
const NAME_KINDS = ['nick', 'title', 'name'] as const;
type Names = Record<(typeof NAME_KINDS)[number], string | null> &
  Record<`${(typeof NAME_KINDS)[number]}_at`, number | null>;

interface KnownShop extends Names {
  readonly id: number;
}

const NO_NAMES: Names = { nick: null, nick_at: null, title: null, title_at: null, name: null, name_at: null };

export function openIdentities(db: Db): Identities {
  const findAccount = db.prepare('SELECT id FROM account WHERE name = ?').pluck();
  const addAccount = db.prepare('INSERT INTO account (name) VALUES (?)');
  const findShop = db.prepare(
    'SELECT id, nick, nick_at, title, title_at, name, name_at FROM shop WHERE id_kind = ? AND id_no = ?',
  );
  const addShop = db.prepare('INSERT INTO shop (id_kind, id_no) VALUES (?, ?)');
  const giveName = {
    nick: prepareNaming(db, 'shop', 'nick'),
    title: prepareNaming(db, 'shop', 'title'),
    name: prepareNaming(db, 'shop', 'name'),
  };
  const findPlan = db.prepare('SELECT id FROM plan WHERE shop_id = ? AND plan_no = ?').pluck();
  const addPlan = db.prepare('INSERT INTO plan (shop_id, plan_no) VALUES (?, ?)');
  const items: ItemRows = openItemRows(db);
  const accounts = new Map<string, number>();
  const shops: Readonly<Record<IdKind, Map<string, KnownShop>>> = {
    seller: new Map(),
    keeper: new Map(),
    name: new Map(),
  };
  const plans = new Map<number, Map<string, number>>();

  function meetShop(kind: IdKind, idNo: string): KnownShop {
    const known = shops[kind].get(idNo);
    if (known) return known;
    const stored = findShop.get(kind, idNo) as KnownShop | undefined;
    const shop = stored ?? { id: Number(addShop.run(kind, idNo).lastInsertRowid), ...NO_NAMES };
    shops[kind].set(idNo, shop);
    return shop;
  }

  /** The newest name of each kind stands. */
  function nameShop(shop: KnownShop, names: Pick<ShopIds, (typeof NAME_KINDS)[number]>, at: number): void {
    for (const kind of NAME_KINDS) {
      const [name, before] = [names[kind], shop[`${kind}_at`]];
      if (name === null || (before !== null && (before > at || (before === at && shop[kind] === name)))) continue;
      if (giveName[kind].run({ id: shop.id, name, at }).changes === 0) continue;
      shop[kind] = name;
      shop[`${kind}_at`] = at;
    }
  }

  return {
    account(name) {
      const id =
        accounts.get(name) ??
        (findAccount.get(name) as number | undefined) ??
        Number(addAccount.run(name).lastInsertRowid);
      accounts.set(name, id);
      return id;
    },
    shop(ids, at) {
      const { sellerId, keeperId, nick, title, name } = ids;
      const [kind, idNo]: [IdKind, string] =
        sellerId !== null
          ? ['seller', sellerId]
          : keeperId !== null
            ? ['keeper', keeperId]
            : ['name', nick ?? title ?? name ?? ''];
      const shop = meetShop(kind, idNo);
      nameShop(shop, ids, at);
      return shop.id;
    },
    plan(shopId, planNo) {
      const ofShop = plans.get(shopId) ?? new Map<string, number>();
      if (ofShop.size === 0) plans.set(shopId, ofShop);
      const known = ofShop.get(planNo);
      if (known !== undefined) return known;
      const id =
        (findPlan.get(shopId, planNo) as number | undefined) ?? Number(addPlan.run(shopId, planNo).lastInsertRowid);
      ofShop.set(planNo, id);
      return id;
    },
    item: (shopId, item, at) => (item === null ? SHOP_SCOPE : items.rowOf(shopId, item, at)),
    flush: items.flush,
    forget() {
      accounts.clear();
      for (const kind of ID_KINDS) shops[kind].clear();
      plans.clear();
      items.forget();
    },
  };
}
