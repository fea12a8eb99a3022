/** Finds what a user names by an id: an item, a plan or a shop. */
import { findAlike, MOST_EDITS } from '../domain/alike.ts';
import { TkguardError } from '../errors.ts';
import { suffixOf } from './item-table.ts';
import type { Db } from './open.ts';

export interface ItemMatch {
  readonly itemId: number;
  readonly shopIds: readonly number[];
}

export function findItem(db: Db, itemNo: string): ItemMatch | null {
  const itemId = db.prepare('SELECT id FROM item WHERE item_no = ?').pluck().get(itemNo) as number | undefined;
  if (itemId === undefined) return null;
  const shopIds = db
    .prepare('SELECT shop_id FROM item_shop WHERE item_id = ? ORDER BY shop_id')
    .pluck()
    .all(itemId) as number[];
  return { itemId, shopIds };
}

/** Items whose opaque id ends alike: perhaps the same one, which must not be taken for granted (formats.md §1.3). */
export function findItemsWithSameEnd(db: Db, itemNo: string): string[] {
  const suffix = suffixOf(itemNo);
  if (suffix === null) return [];
  return db
    .prepare('SELECT item_no FROM item WHERE suffix = ? AND item_no <> ? LIMIT 5')
    .pluck()
    .all(suffix, itemNo) as string[];
}

/** Shops that have a plan of this id: plan ids are taken as unique, but nothing guarantees it. */
export function findPlanShops(db: Db, planNo: string): number[] {
  return db.prepare('SELECT shop_id FROM plan WHERE plan_no = ? ORDER BY shop_id').pluck().all(planNo) as number[];
}

/** A shop by seller id, keeper id, or its full name. */
export function findShops(db: Db, text: string): number[] {
  return db
    .prepare(
      `SELECT id FROM shop WHERE seller_id = @text
       UNION SELECT shop_id FROM keeper WHERE keeper_id = @text
       UNION SELECT id FROM shop WHERE name = @text`,
    )
    .pluck()
    .all({ text }) as number[];
}

export type TargetKind = 'item' | 'plan' | 'shop';

export interface TargetMatch {
  readonly kind: TargetKind;
  readonly shopIds: readonly number[];
  readonly itemId: number | null;
}

/** A bare id is looked up as item, then plan, then shop (design.md §5), as far as it may be one. */
export function findTarget(db: Db, id: string, kinds: readonly TargetKind[]): TargetMatch | null {
  for (const kind of kinds) {
    const item = kind === 'item' ? findItem(db, id) : null;
    if (item && item.shopIds.length > 0) return { kind, ...item };
    const shopIds = kind === 'plan' ? findPlanShops(db, id) : kind === 'shop' ? findShops(db, id) : [];
    if (shopIds.length > 0) return { kind, shopIds, itemId: null };
  }
  return null;
}

/** More names than these are not searched for one that was mistyped. */
const MOST_NAMES = 50_000;

const NAMES_SQL = {
  plan: 'SELECT DISTINCT plan_no AS name FROM plan',
  shop: 'SELECT name FROM shop WHERE name IS NOT NULL UNION ALL SELECT seller_id FROM shop WHERE seller_id IS NOT NULL',
  account: 'SELECT name FROM account',
} as const;

/** Known plan ids, shop ids and names, or accounts that a mistyped one may have meant; items are too many to ask. */
export function findNear(db: Db, kinds: readonly string[], query: string): string[] {
  const known = (['plan', 'shop', 'account'] as const)
    .filter((kind) => kinds.includes(kind))
    .flatMap((kind) => {
      // As one text: row by row the library takes longer than all the rest. A text has at most as many letters as bytes.
      const names = db
        .prepare(
          `SELECT json_group_array(name) FROM (${NAMES_SQL[kind]} LIMIT ${MOST_NAMES}) WHERE octet_length(name) >= ?`,
        )
        .pluck();
      return JSON.parse(names.get(query.length - MOST_EDITS) as string) as string[];
    });
  return findAlike(query, known);
}

/** The error for an id that no export has; it names what may have been meant. */
export function unknownId(db: Db, kind: TargetKind | 'account' | 'any', query: string): TkguardError {
  const near = findNear(db, kind === 'any' ? ['plan', 'shop'] : [kind], query);
  return new TkguardError('unknown-id', { kind, query, ...(near.length > 0 ? { near: near.join(', ') } : {}) });
}

/** Ids that narrow a question; undefined: not narrowed by it. */
export interface ScopeIds {
  readonly shop?: string | undefined;
  readonly plan?: string | undefined;
  readonly item?: string | undefined;
}

export interface Scope {
  /** null: all shops. */
  readonly shopIds: readonly number[] | null;
  readonly itemId: number | null;
}

/** The shops that all given ids have in common. Throws `unknown-id`: a mistyped id must not read as "nothing to exit". */
export function findScope(db: Db, ids: ScopeIds): Scope {
  const item = ids.item === undefined ? null : findItem(db, ids.item);
  const found = [
    ['shop', ids.shop, ids.shop === undefined ? [] : findShops(db, ids.shop)],
    ['plan', ids.plan, ids.plan === undefined ? [] : findPlanShops(db, ids.plan)],
    ['item', ids.item, item?.shopIds ?? []],
  ] as const;
  const given = found.filter(([, query]) => query !== undefined);
  for (const [kind, query, matches] of given) {
    if (matches.length === 0) throw unknownId(db, kind, query ?? '');
  }
  const [first, ...others] = given.map(([, , matches]) => matches);
  const shopIds = first?.filter((id) => others.every((matches) => matches.includes(id))) ?? null;
  return { shopIds, itemId: item?.itemId ?? null };
}
