/**
 * Finds what a user names by an id: an item, a plan or a shop. Shops are merchants: of all rows of one, the first.
 * `merchants`: as of the moment asked about.
 */
import { groupBy } from '../domain/group-by.ts';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import { MOST_EDITS, similarNames } from '../domain/similar.ts';
import { nearArgument, TkguardError } from '../errors.ts';
import { suffixOf } from './item-ids.ts';
import { type Merchants, merchantsOf } from './merchants.ts';
import type { Db } from './open.ts';

/** The shops that have a rate of this item; one that the item has left counts, one of which all was discarded does not. */
function findItem(db: Db, itemNo: string, merchants: Merchants): number[] {
  const rows = db
    .prepare(
      `SELECT i.shop_id FROM item i WHERE i.item_no = ? AND EXISTS (
         SELECT 1 FROM plan p CROSS JOIN rate r ON r.plan_id = p.id AND r.item_id = i.id WHERE p.shop_id = i.shop_id)`,
    )
    .pluck()
    .all(itemNo) as number[];
  return merchantsOf(rows, merchants);
}

/** Items whose opaque id ends alike: perhaps the same one, which must not be taken for granted (formats.md §1.3). */
export function findItemsWithSameEnd(db: Db, itemNo: string): string[] {
  const suffix = suffixOf(itemNo);
  if (suffix === null) return [];
  return db
    .prepare('SELECT DISTINCT item_no FROM item WHERE suffix = ? AND item_no <> ? ORDER BY item_no LIMIT 5')
    .pluck()
    .all(suffix, itemNo) as string[];
}

/** Shops that have a plan of this id: plan ids are taken as unique, but nothing guarantees it. */
function findPlanShops(db: Db, planNo: string, merchants: Merchants): number[] {
  const rows = db.prepare('SELECT shop_id FROM plan WHERE plan_no = ?').pluck().all(planNo) as number[];
  return merchantsOf(rows, merchants);
}

/** A shop by any of its numbers, also one that an export only shows beside its own, or a full name of it. */
function findShops(db: Db, text: string, merchants: Merchants): number[] {
  const rows = db
    .prepare(
      `SELECT id FROM shop WHERE id_no = @text OR nick = @text OR title = @text OR name = @text
       UNION SELECT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.keeper_id = @text
       UNION SELECT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id
         WHERE f.other_seller_id IS NOT NULL AND instr(' ' || f.other_seller_id || ' ', ' ' || @text || ' ') > 0`,
    )
    .pluck()
    .all({ text }) as number[];
  return merchantsOf(rows, merchants);
}

export type TargetKind = 'item' | 'plan' | 'shop';

export interface TargetMatch {
  readonly kind: TargetKind;
  readonly shopIds: readonly number[];
  /** Of an item: its id. */
  readonly itemNo: string | null;
}

/** A bare id is looked up as item, then plan, then shop (design.md §5), as far as it may be one. */
export function findTarget(db: Db, id: string, kinds: readonly TargetKind[], merchants: Merchants): TargetMatch | null {
  const find = { item: findItem, plan: findPlanShops, shop: findShops };
  for (const kind of kinds) {
    const shopIds = find[kind](db, id, merchants);
    if (shopIds.length > 0) return { kind, shopIds, itemNo: kind === 'item' ? id : null };
  }
  return null;
}

/** More names than these are not searched for one that was mistyped. */
const MOST_NAMES = 50_000;

const NAMES_SQL = {
  plan: `SELECT DISTINCT plan_no AS name FROM plan WHERE plan_no <> '${GENERAL_PLAN_ID}'`,
  shop: `SELECT id_no AS name FROM shop UNION ALL SELECT nick FROM shop WHERE nick IS NOT NULL
         UNION ALL SELECT title FROM shop WHERE title IS NOT NULL UNION ALL SELECT name FROM shop WHERE name IS NOT NULL`,
  account: 'SELECT name FROM account',
} as const;

/** Known plan ids (also by the plan's name), shop ids and names, or accounts that may have been meant; items are too many to ask. */
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
  const planIds = kinds.includes('plan') ? planIdsByName(db) : new Map<string, string[]>();
  const near = similarNames(query, [...planIds.keys(), ...known]);
  return [...new Set(near.flatMap((name) => planIds.get(name) ?? [name]))].slice(0, MOST_NEAR);
}

const MOST_NEAR = 3;

/** Plans are asked for by id alone, for several have one name. */
function planIdsByName(db: Db): Map<string, string[]> {
  const rows = db
    .prepare(
      `SELECT DISTINCT f.name, p.plan_no AS id FROM fact f JOIN plan p ON p.id = f.plan_id
       WHERE f.name IS NOT NULL AND p.plan_no <> '${GENERAL_PLAN_ID}' LIMIT ${MOST_NAMES}`,
    )
    .all() as { name: string; id: string }[];
  return new Map([...groupBy(rows, ({ name }) => name)].map(([name, plans]) => [name, plans.map(({ id }) => id)]));
}

/** The error for an id that no export has; it names what may have been meant: accounts are few, so all of them. */
export function unknownId(db: Db, kind: TargetKind | 'account' | 'any', query: string): TkguardError {
  if (kind === 'account') {
    const known = db.prepare('SELECT name FROM account ORDER BY name LIMIT 20').pluck().all() as string[];
    return new TkguardError('unknown-account', { query, known: known.join(', ') });
  }
  const near = findNear(db, kind === 'any' ? ['plan', 'shop'] : [kind], query);
  return new TkguardError('unknown-id', { kind, query, ...nearArgument(near) });
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
  readonly itemNo: string | null;
}

/** The shops that all given ids have in common. Throws `unknown-id`: a mistyped id must not read as "nothing to exit". */
export function findScope(db: Db, { shop, plan, item }: ScopeIds, merchants: Merchants): Scope {
  const asked = [
    ['shop', shop, findShops],
    ['plan', plan, findPlanShops],
    ['item', item, findItem],
  ] as const;
  const found: number[][] = [];
  for (const [kind, query, find] of asked) {
    if (query === undefined) continue;
    const matches = find(db, query, merchants);
    if (matches.length === 0) throw unknownId(db, kind, query);
    found.push(matches);
  }
  const [first, ...others] = found;
  const shopIds = first?.filter((id) => others.every((matches) => matches.includes(id))) ?? null;
  return { shopIds, itemNo: item ?? null };
}
