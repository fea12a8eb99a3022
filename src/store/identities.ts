/** Accounts, shops, plans and items: from the ids of exports to the rows that stand for them. */
import type { ShopIds } from '../domain/reading.ts';
import { openItemTable } from './item-table.ts';
import type { Db } from './open.ts';
import { itemsOfShop, openRatePages } from './rate-pages.ts';

/** A keeper id that two sellers claim: one of the exports is wrong, and there is no telling which. */
export interface KeeperConflict {
  readonly keeperId: string;
  readonly sellerId: string;
  readonly otherSellerId: string;
}

export interface Identities {
  account(name: string): number;
  shop(ids: ShopIds, atMs: number): number | KeeperConflict;
  plan(shopId: number, planNo: string): number;
  /** `shopId`: in whose export the item stands. */
  item(itemNo: string, title: string | null, atMs: number, shopId: number): number;
  /** Items and shops whose name another export gave otherwise: which of the names stands hangs on when each was read. */
  readonly renamed: { readonly items: ReadonlySet<number>; readonly shops: ReadonlySet<number> };
  /** Shops that turned out to be others. */
  readonly merges: number;
  /** What to do before the rows of two shops become those of one. */
  beforeMerge(act: () => void): void;
  /** The names of these, given `fromMs`, were given again at `atMs`. */
  confirmNames(items: Iterable<number>, shops: Iterable<number>, fromMs: number, atMs: number): void;
  /** Writes what is waiting. */
  flush(): void;
  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void;
}

interface KnownShop extends ShopIds {
  readonly id: number;
  /** When the name was last given so. */
  readonly namedAt: number;
}

/** Whose plans are remembered at once: rows of a shop may stand far apart, and memory must stay flat. */
const MOST_SHOPS = 50_000;

export function openIdentities(db: Db): Identities {
  const statements = {
    account: db.prepare('SELECT id FROM account WHERE name = ?').pluck(),
    addAccount: db.prepare('INSERT INTO account (name) VALUES (?)'),
    bySeller: db.prepare('SELECT id FROM shop WHERE seller_id = ?').pluck(),
    byKeeper: db.prepare(
      'SELECT shop.id, seller_id AS sellerId FROM keeper JOIN shop ON shop.id = shop_id WHERE keeper_id = ?',
    ),
    byNameAlone: db.prepare(
      'SELECT name, id FROM shop WHERE seller_id IS NULL AND NOT EXISTS (SELECT 1 FROM keeper WHERE shop_id = shop.id)',
    ),
    addShop: db.prepare('INSERT INTO shop (seller_id) VALUES (?)'),
    addKeeper: db.prepare('INSERT INTO keeper (keeper_id, shop_id) VALUES (?, ?)'),
    setSeller: db.prepare('UPDATE shop SET seller_id = ? WHERE id = ?'),
    // The newest name stands; of two with one time the greater, so that the order of import cannot show.
    nameShop: db.prepare(
      'UPDATE shop SET name = @name, name_at = @at WHERE id = @id AND (name_at IS NULL OR name_at < @at OR (name_at = @at AND name < @name))',
    ),
    plan: db.prepare('SELECT id FROM plan WHERE shop_id = ? AND plan_no = ?').pluck(),
    addPlan: db.prepare('INSERT INTO plan (shop_id, plan_no) VALUES (?, ?)'),
    shopName: db.prepare('SELECT name, name_at AS nameAt FROM shop WHERE id = ?'),
    confirmShop: db.prepare('UPDATE shop SET name_at = ? WHERE id = ? AND name_at = ?'),
    forgetRolls: db.prepare('DELETE FROM roll WHERE at = ?'),
  };
  const accounts = new Map<string, number>();
  /** Of each first id the shop that was last met with it. */
  const shops = new Map<string, KnownShop>();
  const plans = new Map<number, Map<string, number>>();
  const items = openItemTable(db, (atMs) => void statements.forgetRolls.run(atMs));
  /** Shops without ids, by name; null: not looked up yet. */
  let namesAlone: Map<string, number> | null = null;
  // In most exports rows of one shop and one item stand together.
  let last: { ids: ShopIds; at: number; shopId: number } | null = null;
  const renamed = { items: items.renamed, shops: new Set<number>() };
  let merges = 0;
  let prepareMerge = () => {};

  const addShop = (sellerId: string | null) => Number(statements.addShop.run(sellerId).lastInsertRowid);

  /** A shop without ids is the one of that name without ids: whether it is one of those with ids, nothing says. */
  function findByName(name: string): number {
    namesAlone ??= new Map(statements.byNameAlone.raw().all() as [string, number][]);
    const id = namesAlone.get(name) ?? addShop(null);
    namesAlone.set(name, id);
    return id;
  }

  function findShop({ sellerId, keeperId, name }: ShopIds): number | KeeperConflict {
    if (sellerId === null && keeperId === null && name !== null) return findByName(name);
    const bySeller = sellerId === null ? undefined : (statements.bySeller.get(sellerId) as number | undefined);
    if (keeperId === null) return bySeller ?? addShop(sellerId);
    const byKeeper = statements.byKeeper.get(keeperId) as { id: number; sellerId: string | null } | undefined;
    if (!byKeeper) {
      const id = bySeller ?? addShop(sellerId);
      statements.addKeeper.run(keeperId, id);
      return id;
    }
    if (sellerId === null || byKeeper.sellerId === sellerId) return byKeeper.id;
    if (byKeeper.sellerId !== null) return { keeperId, sellerId, otherSellerId: byKeeper.sellerId };
    if (bySeller === undefined) {
      statements.setSeller.run(sellerId, byKeeper.id);
      return byKeeper.id;
    }
    prepareMerge();
    items.flush();
    mergeShops(db, byKeeper.id, bySeller);
    // Rows of plans were written anew: what rolls say of them no longer holds.
    db.exec('DELETE FROM roll');
    merges += 1;
    forget();
    return bySeller;
  }

  function forget() {
    accounts.clear();
    shops.clear();
    plans.clear();
    items.forget();
    namesAlone = null;
    last = null;
  }

  return {
    account(name) {
      const id =
        accounts.get(name) ??
        (statements.account.get(name) as number | undefined) ??
        Number(statements.addAccount.run(name).lastInsertRowid);
      accounts.set(name, id);
      return id;
    },
    shop(ids, at) {
      const { sellerId, keeperId, name } = ids;
      const isLast = last?.ids.sellerId === sellerId && last.ids.keeperId === keeperId && last.ids.name === name;
      if (last && isLast && last.at === at) return last.shopId;
      const firstId = sellerId ?? keeperId ?? name ?? '';
      const met = shops.get(firstId);
      const known = met?.sellerId === sellerId && met.keeperId === keeperId && met.name === name ? met : null;
      const id = known?.id ?? findShop(ids);
      if (typeof id !== 'number') return id;
      if (name !== null && known?.namedAt !== at) nameShop(id, name, at);
      if (known?.namedAt !== at) shops.set(firstId, { sellerId, keeperId, name, id, namedAt: at });
      last = { ids, at, shopId: id };
      return id;
    },
    plan(shopId, planNo) {
      const ofShop = plans.get(shopId) ?? new Map<string, number>();
      const known = ofShop.get(planNo);
      if (known !== undefined) return known;
      if (plans.size >= MOST_SHOPS) plans.clear();
      plans.set(shopId, ofShop);
      const id =
        (statements.plan.get(shopId, planNo) as number | undefined) ??
        Number(statements.addPlan.run(shopId, planNo).lastInsertRowid);
      ofShop.set(planNo, id);
      return id;
    },
    item: items.rowOf,
    flush: items.flush,
    renamed,
    get merges() {
      return merges;
    },
    beforeMerge(act) {
      prepareMerge = act;
    },
    confirmNames(itemIds, shopIds, from, at) {
      items.confirm(itemIds, from, at);
      for (const id of shopIds) statements.confirmShop.run(at, id, from);
      forget();
    },
    forget,
  };

  function nameShop(id: number, name: string, at: number): void {
    const before = statements.shopName.get(id) as { name: string | null; nameAt: number | null };
    if (before.name !== null && before.name !== name) {
      renamed.shops.add(id);
      // Of two names of one time the greater stands: rows that gave the other must be read again.
      if (before.nameAt === at) statements.forgetRolls.run(at);
    }
    statements.nameShop.run({ id, name, at });
  }
}

/** Two shops turn out to be one merchant: everything of `from` becomes `into`'s. */
function mergeShops(db: Db, from: number, into: number): void {
  const pairs = db
    .prepare(
      'SELECT a.id AS old, b.id AS kept FROM plan a JOIN plan b ON b.plan_no = a.plan_no WHERE a.shop_id = ? AND b.shop_id = ?',
    )
    .all(from, into) as { old: number; kept: number }[];
  const items = JSON.stringify([...itemsOfShop(db, from)]);
  const listed = 'SELECT value FROM json_each(@items)';
  db.prepare(`INSERT OR IGNORE INTO item_shop SELECT value, @into FROM (${listed})`).run({ into, items });
  db.prepare(`DELETE FROM item_shop WHERE shop_id = @from AND item_id IN (${listed})`).run({ from, items });
  const rates = openRatePages(db);
  for (const { old, kept } of pairs) {
    rates.moveToPlan(old, kept);
    db.prepare('UPDATE OR IGNORE fact SET plan_id = ? WHERE plan_id = ?').run(kept, old);
    db.prepare('DELETE FROM fact WHERE plan_id = ?').run(old);
    for (const table of ['mute', 'departure']) {
      db.prepare(`UPDATE OR IGNORE ${table} SET plan_id = ? WHERE plan_id = ?`).run(kept, old);
      db.prepare(`DELETE FROM ${table} WHERE plan_id = ?`).run(old);
    }
    db.prepare('DELETE FROM plan WHERE id = ?').run(old);
  }
  db.prepare('UPDATE plan SET shop_id = ? WHERE shop_id = ?').run(into, from);
  db.prepare('UPDATE keeper SET shop_id = ? WHERE shop_id = ?').run(into, from);
  db.prepare('DELETE FROM shop WHERE id = ?').run(from);
}
