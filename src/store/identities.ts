/** Accounts, shops, plans and items: from the ids of exports to the rows that stand for them. */
import type { ShopIds } from '../domain/reading.ts';
import type { Db } from './open.ts';

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
  item(itemNo: string, title: string | null, atMs: number): number;
  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void;
}

export function openIdentities(db: Db): Identities {
  const statements = {
    account: db.prepare('SELECT id FROM account WHERE name = ?').pluck(),
    addAccount: db.prepare('INSERT INTO account (name) VALUES (?)'),
    bySeller: db.prepare('SELECT id FROM shop WHERE seller_id = ?').pluck(),
    byKeeper: db.prepare(
      'SELECT shop.id, seller_id AS sellerId FROM keeper JOIN shop ON shop.id = shop_id WHERE keeper_id = ?',
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
    item: db.prepare('SELECT id, title_at AS titleAt FROM item WHERE item_no = ?'),
    addItem: db.prepare('INSERT INTO item (item_no, suffix, title, title_at) VALUES (?, ?, ?, ?)'),
    nameItem: db.prepare(
      'UPDATE item SET title = @name, title_at = @at WHERE id = @id AND (title_at IS NULL OR title_at < @at OR (title_at = @at AND title < @name))',
    ),
  };
  const shops = new Map<string, number>();
  const plans = new Map<string, number>();
  const items = new Map<string, { id: number; titleAt: number | null }>();

  const addShop = (sellerId: string | null) => Number(statements.addShop.run(sellerId).lastInsertRowid);

  function findShop({ sellerId, keeperId }: ShopIds): number | KeeperConflict {
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
    mergeShops(db, byKeeper.id, bySeller);
    plans.clear();
    shops.clear();
    return bySeller;
  }

  return {
    account(name) {
      return (
        (statements.account.get(name) as number | undefined) ?? Number(statements.addAccount.run(name).lastInsertRowid)
      );
    },
    shop(ids, at) {
      const key = `${ids.sellerId}\u0000${ids.keeperId}\u0000${ids.name}\u0000${at}`;
      const known = shops.get(key);
      if (known !== undefined) return known;
      const id = findShop(ids);
      if (typeof id !== 'number') return id;
      if (ids.name !== null) statements.nameShop.run({ id, name: ids.name, at });
      shops.set(key, id);
      return id;
    },
    plan(shopId, planNo) {
      const key = `${shopId}\u0000${planNo}`;
      const known = plans.get(key);
      if (known !== undefined) return known;
      const id =
        (statements.plan.get(shopId, planNo) as number | undefined) ??
        Number(statements.addPlan.run(shopId, planNo).lastInsertRowid);
      plans.set(key, id);
      return id;
    },
    item(itemNo, title, at) {
      let known =
        items.get(itemNo) ?? (statements.item.get(itemNo) as { id: number; titleAt: number | null } | undefined);
      const titleAt = title === null ? null : at;
      if (!known) {
        known = {
          id: Number(statements.addItem.run(itemNo, suffixOf(itemNo), title, titleAt).lastInsertRowid),
          titleAt,
        };
      } else if (title !== null && (known.titleAt === null || known.titleAt <= at)) {
        if (known.titleAt !== at || !items.has(itemNo)) statements.nameItem.run({ id: known.id, name: title, at });
        known = { id: known.id, titleAt: at };
      }
      items.set(itemNo, known);
      return known.id;
    },
    forget() {
      shops.clear();
      plans.clear();
      items.clear();
    },
  };
}

/** The part of an opaque item id after its last `-`; null for the old all-digit ids. */
export function suffixOf(itemNo: string): string | null {
  const dash = itemNo.lastIndexOf('-');
  return /^\d+$/.test(itemNo) || dash < 0 ? null : itemNo.slice(dash + 1) || null;
}

/** Two shops turn out to be one merchant: everything of `from` becomes `into`'s. */
function mergeShops(db: Db, from: number, into: number): void {
  const pairs = db
    .prepare(
      'SELECT a.id AS old, b.id AS kept FROM plan a JOIN plan b ON b.plan_no = a.plan_no WHERE a.shop_id = ? AND b.shop_id = ?',
    )
    .all(from, into) as { old: number; kept: number }[];
  for (const { old, kept } of pairs) {
    const series = db
      .prepare(
        'SELECT a.id AS old, b.id AS kept FROM series a JOIN series b ON b.item_id = a.item_id AND b.measure = a.measure WHERE a.plan_id = ? AND b.plan_id = ?',
      )
      .all(old, kept) as { old: number; kept: number }[];
    for (const pair of series) {
      db.prepare('UPDATE OR IGNORE rate SET series_id = ? WHERE series_id = ?').run(pair.kept, pair.old);
      db.prepare('DELETE FROM rate WHERE series_id = ?').run(pair.old);
      db.prepare('DELETE FROM series WHERE id = ?').run(pair.old);
    }
    db.prepare('UPDATE series SET plan_id = ? WHERE plan_id = ?').run(kept, old);
    db.prepare('UPDATE OR IGNORE fact SET plan_id = ? WHERE plan_id = ?').run(kept, old);
    db.prepare('DELETE FROM fact WHERE plan_id = ?').run(old);
    db.prepare('DELETE FROM plan WHERE id = ?').run(old);
  }
  db.prepare('UPDATE plan SET shop_id = ? WHERE shop_id = ?').run(into, from);
  db.prepare('UPDATE keeper SET shop_id = ? WHERE shop_id = ?').run(into, from);
  db.prepare('DELETE FROM shop WHERE id = ?').run(from);
}
