/** What the user decided about plans: mutes, and exits by their own word. */
import type { ShopRef } from '../domain/ledger.ts';
import type { Mute } from '../domain/mute.ts';
import { TkguardError } from '../errors.ts';
import { findScope, unknownId } from './look-up.ts';
import type { Db } from './open.ts';

/** A plan of a shop, and for whom; `account` null: every account. */
export interface PlanTarget {
  readonly shopId: number;
  readonly planNo: string;
  readonly account: string | null;
}

/** A mute of the database, with what its plan and shop are called. */
export interface StoredMute extends Mute {
  readonly planName: string | null;
  readonly shopRef: ShopRef;
}

const PLAN_ID = '(SELECT id FROM plan WHERE shop_id = @shopId AND plan_no = @planNo)';
const ACCOUNT_ID = '(SELECT id FROM account WHERE name = @account)';

/** The one plan of this id. Throws `unknown-id`, and `ambiguous-plan` where several shops have one. */
export function findPlan(
  db: Db,
  planNo: string,
  { shop, account = null }: { readonly shop?: string | undefined; readonly account?: string | undefined | null },
): PlanTarget {
  const isKnown = account === null || db.prepare('SELECT 1 FROM account WHERE name = ?').get(account) !== undefined;
  if (!isKnown) throw unknownId(db, 'account', account);
  const [shopId, ...others] = findScope(db, { shop, plan: planNo }).shopIds ?? [];
  if (shopId === undefined) throw unknownId(db, 'plan', planNo);
  if (others.length > 0) {
    const nameOf = db.prepare(
      "SELECT '--shop ' || coalesce(seller_id, (SELECT min(keeper_id) FROM keeper WHERE shop_id = shop.id)) FROM shop WHERE id = ?",
    );
    const plans = [shopId, ...others].map((id) => nameOf.pluck().get(id)).join('; ');
    throw new TkguardError('ambiguous-plan', { query: planNo, plans });
  }
  return { shopId, planNo, account };
}

/** Mutes a plan, or changes its mute. Plan and account must be known. */
export function setMute(db: Db, target: PlanTarget, mute: Pick<Mute, 'fromMs' | 'untilMs' | 'reason'>): void {
  db.prepare(
    `INSERT INTO mute (plan_id, account_id, muted_at, until_at, reason) VALUES (${PLAN_ID}, ${ACCOUNT_ID}, @fromMs, @untilMs, @reason)
     ON CONFLICT (plan_id, coalesce(account_id, 0)) DO UPDATE SET muted_at = @fromMs, until_at = @untilMs, reason = @reason`,
  ).run({ ...target, ...mute });
}

/** Takes back the mutes of a plan: those of an account, or all. Gives how many there were. */
export function removeMutes(db: Db, target: PlanTarget): number {
  return db
    .prepare(`DELETE FROM mute WHERE plan_id = ${PLAN_ID} AND (@account IS NULL OR account_id = ${ACCOUNT_ID})`)
    .run({ ...target }).changes;
}

/** Every mute that was ever set and not taken back, also those that have ended. */
export function readMutes(db: Db): StoredMute[] {
  const rows = db
    .prepare(
      `SELECT p.plan_no AS planId, a.name AS account, m.muted_at AS fromMs, m.until_at AS untilMs, m.reason,
              s.seller_id AS id, (SELECT min(keeper_id) FROM keeper WHERE shop_id = s.id) AS keeperId, s.name AS name,
              (SELECT f.name FROM fact f WHERE f.plan_id = p.id AND f.name IS NOT NULL ORDER BY f.at DESC LIMIT 1) AS planName
       FROM mute m JOIN plan p ON p.id = m.plan_id JOIN shop s ON s.id = p.shop_id LEFT JOIN account a ON a.id = m.account_id
       ORDER BY s.name, s.id, p.plan_no, a.name`,
    )
    .all() as (Omit<StoredMute, 'shop' | 'shopRef'> & ShopRef)[];
  return rows.map(({ id, keeperId, name, ...mute }) => ({
    ...mute,
    shop: id ?? keeperId,
    shopRef: { id, keeperId, name },
  }));
}

/** Records that the user left a plan of an account; a later word replaces an earlier one. */
export function setDeparture(db: Db, target: PlanTarget & { readonly account: string }, atMs: number): void {
  db.prepare(
    `INSERT INTO departure (plan_id, account_id, at) VALUES (${PLAN_ID}, ${ACCOUNT_ID}, @atMs)
     ON CONFLICT (plan_id, account_id) DO UPDATE SET at = @atMs`,
  ).run({ ...target, atMs });
}

export function removeDeparture(db: Db, target: PlanTarget & { readonly account: string }): void {
  db.prepare(`DELETE FROM departure WHERE plan_id = ${PLAN_ID} AND account_id = ${ACCOUNT_ID}`).run({ ...target });
}

/** When the user left which plans, by `departureKey`; later ones than `untilMs` are not seen. */
export function readDepartures(db: Db, untilMs: number): ReadonlyMap<string, number> {
  const rows = db
    .prepare('SELECT plan_id, a.name, at FROM departure JOIN account a ON a.id = account_id WHERE at <= ?')
    .raw()
    .all(untilMs) as [number, string, number][];
  return new Map(rows.map(([planId, account, at]) => [departureKey(planId, account), at]));
}

/** `planId` is the plan's row. */
export function departureKey(planId: number, account: string): string {
  return `${planId} ${account}`;
}
