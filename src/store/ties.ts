/**
 * Which numbers are one merchant, by the evidence of exports up to a moment (design.md §3.4). Nothing of it is kept: rows of
 * plans and rates are never moved, and discarding a file takes its evidence away.
 */
import { isOpaqueId, OPAQUE_DIGITS, SELLER_DIGITS } from '../domain/reading.ts';
import { isTyped } from './feeds.ts';
import type { Db } from './open.ts';

export interface Ties {
  /** By a row of `shop` known by an opaque id or a keeper id: the row of its seller number. */
  readonly sellerOf: ReadonlyMap<number, number>;
  /** Seller numbers that claim a keeper id together with others, and that keeper id: the ids of those others. */
  readonly unclear: ReadonlyMap<number, readonly string[]>;
  /** Opaque ids that are not tied: the rows of the seller numbers that evidence names. */
  readonly claimants: ReadonlyMap<number, readonly number[]>;
}

/** Evidence captured later is not seen; `withHeld` 1: that of held files is, too. */
interface AsOf {
  readonly untilMs: number;
  readonly withHeld: 0 | 1;
}

interface ShopNo {
  readonly id: number;
  readonly no: string;
}

/** Reads all evidence until the moment. */
export function readTies(db: Db, asOf: AsOf): Ties {
  const sellerOf = new Map<number, number>();
  const claimants = new Map<number, readonly number[]>();
  const isListedApart = openListedApart(db, asOf);
  for (const [opaque, sellers] of readClaims(db, asOf)) {
    const [seller, ...others] = sellers;
    if (seller !== undefined && others.length === 0 && !isListedApart(opaque, seller)) sellerOf.set(opaque, seller);
    else claimants.set(opaque, [...sellers]);
  }
  return { sellerOf, claimants, unclear: tieKeepers(db, asOf, sellerOf) };
}

const isDigits = (column: string) => `${column} NOT GLOB '*[^0-9]*'`;
const isOpaque = (shop: string) =>
  `${shop}.id_kind = 'seller' AND length(${shop}.id_no) BETWEEN ${OPAQUE_DIGITS.join(' AND ')} AND ${isDigits(`${shop}.id_no`)}`;
const isNumber = (shop: string) =>
  `${shop}.id_kind = 'seller' AND length(${shop}.id_no) <= ${SELLER_DIGITS} AND ${isDigits(`${shop}.id_no`)}`;

/** That an export of the alliance lists a special plan (`isSpecial`): ids that users type or map are no evidence. */
const isListedSpecial = (plan: string) => `EXISTS (
  SELECT 1 FROM fact f JOIN feed ON feed.id = f.feed_id
  WHERE f.plan_id = ${plan}.id AND f.at <= @untilMs AND f.listed = 1 AND feed.held <= @withHeld
    AND (f.kind = 'special' OR (f.kind IS NULL AND f.status IS NOT NULL))
    AND NOT ${isTyped('feed.format')})`;

/** By the row of an opaque id, the rows of seller numbers that evidence names, in order of their ids. */
function readClaims(db: Db, asOf: AsOf): Map<number, readonly number[]> {
  const opaque = new Map<string, number>();
  const find = db.prepare(`SELECT id, id_no AS no FROM shop s WHERE ${isOpaque('s')} ORDER BY id_no`);
  for (const { id, no } of find.all() as ShopNo[]) opaque.set(no, id);
  if (opaque.size === 0) return new Map();
  const claims = new Map<number, Map<string, number>>();
  const claim = (id: number | undefined, seller: ShopNo | undefined) => {
    if (id !== undefined && seller) claims.set(id, (claims.get(id) ?? new Map()).set(seller.no, seller.id));
  };

  // The same special plan under both: its id belongs to one shop only.
  const byPlan = db.prepare(
    `SELECT DISTINCT o.id AS opaque, s.id, s.id_no AS no
     FROM shop o CROSS JOIN plan op ON op.shop_id = o.id CROSS JOIN plan sp ON sp.plan_no = op.plan_no
     CROSS JOIN shop s ON s.id = sp.shop_id
     WHERE ${isOpaque('o')} AND ${isNumber('s')} AND length(op.plan_no) >= 7 AND ${isDigits('op.plan_no')}
       AND ${isListedSpecial('op')} AND ${isListedSpecial('sp')}`,
  );
  for (const row of byPlan.all(asOf) as (ShopNo & { opaque: number })[]) claim(row.opaque, row);

  const shown = (column: string) =>
    db.prepare(
      `SELECT DISTINCT s.id, s.id_no AS no, s.nick, e.${column} AS others
       FROM evidence e JOIN shop s ON s.id = e.shop_id WHERE e.${column} IS NOT NULL AND e.at <= @untilMs AND e.held <= @withHeld`,
    );
  type Shown = ShopNo & { readonly nick: string | null; readonly others: string };
  // A seller of whom all was discarded, or that is seen later, is not known.
  const seller = db.prepare(
    `SELECT id, id_no AS no, nick FROM shop s WHERE id_no = @no AND ${isNumber('s')} AND EXISTS (
       SELECT 1 FROM plan p CROSS JOIN fact f ON f.plan_id = p.id JOIN feed ON feed.id = f.feed_id
       WHERE p.shop_id = s.id AND f.at <= @untilMs AND feed.held <= @withHeld)`,
  );
  const sellerOf = (no: string) =>
    seller.get({ no, ...asOf }) as (ShopNo & { readonly nick: string | null }) | undefined;
  // Both numbers in one row.
  for (const { no, others } of shown('other_seller_id').all(asOf) as Shown[]) {
    for (const other of others.split(' '))
      if (isOpaqueId(no)) claim(opaque.get(no), sellerOf(other));
      else claim(opaque.get(other), sellerOf(no));
  }
  // The seller number in the link of the row's picture, and the same 旺旺. A picture alone may be another merchant's.
  for (const { id, nick, others } of shown('picture_seller_id').all(asOf) as Shown[]) {
    for (const found of others.split(' ').map(sellerOf)) if (nick !== null && found?.nick === nick) claim(id, found);
  }
  return new Map([...claims].map(([id, sellers]) => [id, [...sellers].sort().map(([, row]) => row)]));
}

/** Whether one file lists both ids, as different shops under different names. */
function openListedApart(db: Db, asOf: AsOf): (opaque: number, seller: number) => boolean {
  const isNamedApart = db
    .prepare(
      `SELECT 1 FROM shop a JOIN shop b ON b.id = @seller WHERE a.id = @opaque
         AND (a.nick <> b.nick OR a.title <> b.title) IS TRUE AND (a.nick = b.nick OR a.title = b.title) IS NOT TRUE`,
    )
    .pluck();
  const isListed = (shop: string, snapshot: string) => `EXISTS (
    SELECT 1 FROM plan p CROSS JOIN fact f ON f.plan_id = p.id AND f.feed_id = ${snapshot}.feed_id
    WHERE p.shop_id = @${shop} AND f.listed = 1 AND f.at = (
      SELECT max(at) FROM fact WHERE plan_id = p.id AND feed_id = f.feed_id AND at <= ${snapshot}.captured_at))`;
  const isInOneFile = db
    .prepare(
      `SELECT 1 FROM capture a JOIN snapshot b ON b.file_id = a.file_id
       WHERE a.captured_at <= @untilMs AND b.captured_at <= @untilMs AND a.held <= @withHeld
         AND a.feed_id IN (SELECT f.feed_id FROM plan p JOIN fact f ON f.plan_id = p.id WHERE p.shop_id = @opaque)
         AND ${isListed('opaque', 'a')} AND ${isListed('seller', 'b')} LIMIT 1`,
    )
    .pluck();
  return (opaque, seller) =>
    isNamedApart.get({ opaque, seller }) !== undefined && isInOneFile.get({ opaque, seller, ...asOf }) !== undefined;
}

/** Sellers that show a keeper id: not by the view, so that an index alone tells it. */
const SHOWN_KEEPER = `FROM fact f JOIN plan p ON p.id = f.plan_id JOIN shop s ON s.id = p.shop_id JOIN feed ON feed.id = f.feed_id
  WHERE f.keeper_id IS NOT NULL AND f.at <= @untilMs AND feed.held <= @withHeld`;

/** Adds the ties of rows known by a keeper id alone; gives whom a contradiction leaves unclear. */
function tieKeepers(db: Db, asOf: AsOf, sellerOf: Map<number, number>): Map<number, string[]> {
  const unclear = new Map<number, string[]>();
  const sellers = db.prepare(
    `SELECT DISTINCT s.id, s.id_no AS no ${SHOWN_KEEPER} AND f.keeper_id = @no ORDER BY s.id_no`,
  );
  const alone = db
    .prepare("SELECT id, id_no AS no FROM shop WHERE id_kind = 'keeper' ORDER BY id_no")
    .all() as ShopNo[];
  const contested = db
    .prepare(`SELECT f.keeper_id ${SHOWN_KEEPER} GROUP BY f.keeper_id HAVING min(p.shop_id) <> max(p.shop_id)`)
    .pluck()
    .all(asOf) as string[];
  // An opaque id that is tied claims nothing beside its seller number.
  const claimantsOf = (no: string) => {
    const found = sellers.all({ no, ...asOf }) as ShopNo[];
    return found.filter(({ id }) => !found.some((other) => other.id === sellerOf.get(id)));
  };
  const keepers = new Map<number, number>();
  for (const keeper of alone) {
    const [seller, ...others] = claimantsOf(keeper.no);
    if (seller && others.length === 0) keepers.set(keeper.id, sellerOf.get(seller.id) ?? seller.id);
  }
  for (const no of contested) {
    const claimants = claimantsOf(no);
    for (const { id } of [...alone.filter((keeper) => keeper.no === no), ...claimants]) {
      const others = claimants.filter((other) => other.id !== id).map((other) => other.no);
      if (others.length > 0) unclear.set(id, [...(unclear.get(id) ?? []), ...others]);
    }
  }
  for (const [keeper, seller] of keepers) sellerOf.set(keeper, seller);
  return unclear;
}
