/**
 * Which shop rows are one merchant, as of a moment. A row known by its keeper id alone is of the seller whose exports show
 * that keeper id; where those of several sellers do, nothing is tied (design.md §3.4).
 */
import { lazy } from './lazy.ts';
import type { Db } from './open.ts';

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
