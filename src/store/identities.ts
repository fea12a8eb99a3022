/** Accounts, shops, plans and items: from the ids of exports to the numbers of their rows. */
import type { ItemIds, ShopIds } from '../domain/reading.ts';
import { SHOP_SCOPE } from '../domain/runs.ts';
import { ItemRows, prepareNaming } from './item-ids.ts';
import type { Db } from './open.ts';

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

/** Gives the rows of accounts, shops, plans and items, and makes those that there are not. */
export class Identities {
  readonly #findAccount;
  readonly #addAccount;
  readonly #findShop;
  readonly #addShop;
  readonly #giveName;
  readonly #findPlan;
  readonly #addPlan;
  readonly #items: ItemRows;
  readonly #accounts = new Map<string, number>();
  readonly #shops: Readonly<Record<IdKind, Map<string, KnownShop>>> = {
    seller: new Map(),
    keeper: new Map(),
    name: new Map(),
  };
  readonly #plans = new Map<number, Map<string, number>>();

  constructor(db: Db) {
    this.#findAccount = db.prepare('SELECT id FROM account WHERE name = ?').pluck();
    this.#addAccount = db.prepare('INSERT INTO account (name) VALUES (?)');
    this.#findShop = db.prepare(
      'SELECT id, nick, nick_at, title, title_at, name, name_at FROM shop WHERE id_kind = ? AND id_no = ?',
    );
    this.#addShop = db.prepare('INSERT INTO shop (id_kind, id_no) VALUES (?, ?)');
    this.#giveName = {
      nick: prepareNaming(db, 'shop', 'nick'),
      title: prepareNaming(db, 'shop', 'title'),
      name: prepareNaming(db, 'shop', 'name'),
    };
    this.#findPlan = db.prepare('SELECT id FROM plan WHERE shop_id = ? AND plan_no = ?').pluck();
    this.#addPlan = db.prepare('INSERT INTO plan (shop_id, plan_no) VALUES (?, ?)');
    this.#items = new ItemRows(db);
  }

  account(name: string): number {
    const id =
      this.#accounts.get(name) ??
      (this.#findAccount.get(name) as number | undefined) ??
      Number(this.#addAccount.run(name).lastInsertRowid);
    this.#accounts.set(name, id);
    return id;
  }

  shop(ids: ShopIds, at: number): number {
    const { sellerId, keeperId, nick, title, name } = ids;
    const [kind, idNo]: [IdKind, string] =
      sellerId !== null
        ? ['seller', sellerId]
        : keeperId !== null
          ? ['keeper', keeperId]
          : ['name', nick ?? title ?? name ?? ''];
    const shop = this.#meetShop(kind, idNo);
    for (const name of NAME_KINDS) this.#nameShop(shop, name, ids[name], at);
    return shop.id;
  }

  /** A shop as another ledger has it: each of its names with when it was given. */
  shopOf(kind: IdKind, idNo: string, names: Names): number {
    const shop = this.#meetShop(kind, idNo);
    for (const name of NAME_KINDS) this.#nameShop(shop, name, names[name], names[`${name}_at`]);
    return shop.id;
  }

  plan(shopId: number, planNo: string): number {
    const ofShop = this.#plans.get(shopId) ?? new Map<string, number>();
    if (ofShop.size === 0) this.#plans.set(shopId, ofShop);
    const id =
      ofShop.get(planNo) ??
      (this.#findPlan.get(shopId, planNo) as number | undefined) ??
      Number(this.#addPlan.run(shopId, planNo).lastInsertRowid);
    ofShop.set(planNo, id);
    return id;
  }

  /** null: the shop as a whole. */
  item(shopId: number, item: ItemIds | null, at: number): number {
    return item === null ? SHOP_SCOPE : this.#items.rowOf(shopId, item, at);
  }

  /** Writes what is waiting. */
  flush(): void {
    this.#items.flush();
  }

  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void {
    this.#accounts.clear();
    for (const kind of ID_KINDS) this.#shops[kind].clear();
    this.#plans.clear();
    this.#items.forget();
  }

  #meetShop(kind: IdKind, idNo: string): KnownShop {
    const known = this.#shops[kind].get(idNo);
    if (known) return known;
    const stored = this.#findShop.get(kind, idNo) as KnownShop | undefined;
    const shop = stored ?? { id: Number(this.#addShop.run(kind, idNo).lastInsertRowid), ...NO_NAMES };
    this.#shops[kind].set(idNo, shop);
    return shop;
  }

  /** The newest name of each kind stands. */
  #nameShop(shop: KnownShop, kind: (typeof NAME_KINDS)[number], name: string | null, at: number | null): void {
    if (name === null || at === null) return;
    const before = shop[`${kind}_at`];
    if (before !== null && (before > at || (before === at && shop[kind] === name))) return;
    if (this.#giveName[kind].run({ id: shop.id, name, at }).changes === 0) return;
    shop[kind] = name;
    shop[`${kind}_at`] = at;
  }
}
