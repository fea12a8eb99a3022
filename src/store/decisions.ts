/** What the user decided about plans: mutes, and exits by their own word. */
import { compareText } from '../domain/compare-text.ts';
import type { ShopRef } from '../domain/ledger.ts';
import type { Mute } from '../domain/mute.ts';
import { TkguardError } from '../errors.ts';
import { findScope, unknownId } from './look-up.ts';
import { accountPlanKey, type Merchants, openMerchants, openPlanRows, openShopInfos } from './merchants.ts';
import type { Db } from './open.ts';

/** A plan, and for whom. */
export interface PlanTarget {
  /** Rows of `plan` that stand for it: one for each number of its merchant. A decision is recorded for the first. */
  readonly planRows: readonly number[];
  /** null: every account. */
  readonly account: string | null;
}

/** A mute of the database, with what its plan and shop are called. */
export interface StoredMute extends Mute {
  readonly planName: string | null;
  readonly shopRef: ShopRef;
}

const ACCOUNT_ID = '(SELECT id FROM account WHERE name = @account)';
const ITS_ROWS = 'plan_id IN (SELECT value FROM json_each(@planRows))';

/** The name that an export gave the plan last; `p` is its row. */
export const PLAN_NAME =
  '(SELECT f.name FROM fact f WHERE f.plan_id = p.id AND f.name IS NOT NULL ORDER BY f.at DESC LIMIT 1)';

/** What the shop is called; `s` is its row. */
export const SHOP_NAME = 'coalesce(s.nick, s.title, s.name)';

/** The one plan of this id. Throws `unknown-id`, and `ambiguous-plan` where several shops have one. */
export function findPlan(
  db: Db,
  planNo: string,
  { shop, account = null }: { readonly shop?: string | undefined; readonly account?: string | undefined | null },
): PlanTarget {
  const isKnown = account === null || db.prepare('SELECT 1 FROM account WHERE name = ?').get(account) !== undefined;
  if (!isKnown) throw unknownId(db, 'account', account);
  const merchants = openMerchants(db, Number.MAX_SAFE_INTEGER);
  const [shopId, ...others] = findScope(db, { shop, plan: planNo }, merchants).shopIds ?? [];
  if (shopId === undefined) throw unknownId(db, 'plan', planNo);
  if (others.length > 0) {
    const nameOf = db.prepare("SELECT '--shop ' || id_no FROM shop WHERE id = ?").pluck();
    const plans = [shopId, ...others].map((id) => nameOf.get(id)).join('; ');
    throw new TkguardError('ambiguous-plan', { query: planNo, plans });
  }
  return { planRows: openPlanRows(db, merchants)(shopId, planNo), account };
}

/** SQL: when a word is said. Later than what it replaces, also where another machine's clock was ahead. */
const LATER = 'max(@nowMs, decided_at + 1)';

/** Mutes a plan, or changes its mute, from now on. Plan and account must be known. */
export function setMute(
  db: Db,
  { planRows, account }: PlanTarget,
  mute: Pick<Mute, 'untilMs' | 'reason'>,
  nowMs: number,
): void {
  takeBack(db, 'mute', { planRows: planRows.slice(1), account }, nowMs);
  db.prepare(
    `INSERT INTO mute (plan_id, account_id, decided_at, muted_at, until_at, reason)
     VALUES (@planRow, ${ACCOUNT_ID}, @nowMs, @nowMs, @untilMs, @reason)
     ON CONFLICT (plan_id, coalesce(account_id, 0))
     DO UPDATE SET decided_at = ${LATER}, muted_at = @nowMs, until_at = @untilMs, reason = @reason`,
  ).run({ planRow: planRows[0], account, nowMs, ...mute });
}

/** Takes back the mutes of a plan: those of an account, or all. Gives how many there were. */
export function removeMutes(db: Db, { planRows, account }: PlanTarget, nowMs: number): number {
  return takeBack(db, 'mute', { planRows, account: account ?? ANY }, nowMs);
}

const ANY = Symbol('any account');
const AT = { mute: 'muted_at', reported_exit: 'at' } as const;

/** The row stays, so that other machines learn of it. Gives how many were in force. */
function takeBack(
  db: Db,
  table: keyof typeof AT,
  { planRows, account }: { readonly planRows: readonly number[]; readonly account: string | null | typeof ANY },
  nowMs: number,
): number {
  const ofAccount = account === ANY ? '' : `AND account_id IS ${ACCOUNT_ID}`;
  return db
    .prepare(
      `UPDATE ${table} SET ${AT[table]} = NULL, decided_at = ${LATER} WHERE ${ITS_ROWS} AND ${AT[table]} IS NOT NULL ${ofAccount}`,
    )
    .run({ planRows: JSON.stringify(planRows), nowMs, ...(account !== ANY && { account }) }).changes;
}

interface MuteRow extends Omit<Mute, 'shop'> {
  readonly shopId: number;
  readonly planName: string | null;
}

/** Every mute that was ever set and not taken back, also those that have ended. */
export function readMutes(db: Db): StoredMute[] {
  const rows = db
    .prepare(
      `SELECT p.plan_no AS planId, a.name AS account, m.muted_at AS fromMs, m.until_at AS untilMs, m.reason,
              p.shop_id AS shopId, ${PLAN_NAME} AS planName
       FROM mute m JOIN plan p ON p.id = m.plan_id LEFT JOIN account a ON a.id = m.account_id
       WHERE m.muted_at IS NOT NULL ORDER BY p.shop_id, p.plan_no, a.name`,
    )
    .all() as MuteRow[];
  if (rows.length === 0) return [];
  const merchants = openMerchants(db, Number.MAX_SAFE_INTEGER);
  const refOf = openShopRefs(db, merchants);
  return rows
    .map(({ shopId, ...mute }) => {
      const shopRef = refOf(shopId);
      return { ...mute, shop: shopRef.id ?? shopRef.keeperId ?? shopRef.name, shopRef };
    })
    .sort((a, b) => compareText(a.shopRef.name, b.shopRef.name));
}

/** The name of a row of `plan`. */
export function openPlanNames(db: Db): (planRow: number) => string | null {
  const find = db.prepare(`SELECT ${PLAN_NAME} FROM plan p WHERE p.id = ?`).pluck();
  return (planRow) => find.get(planRow) as string | null;
}

/** What merchants are called, as of now. */
export function openShopRefs(db: Db, merchants: Merchants): (shopId: number) => ShopRef {
  const infosOf = openShopInfos(db, Number.MAX_SAFE_INTEGER, merchants, new Set());
  return (shopId) => {
    const first = merchants.firstOf(shopId);
    return infosOf([first]).get(first)?.shop ?? { id: null, keeperId: null, name: null };
  };
}

/** Records that the user left a plan of an account; a later word replaces an earlier one. */
export function setReportedExit(
  db: Db,
  { planRows, account }: PlanTarget & { readonly account: string },
  atMs: number,
  nowMs: number,
): void {
  takeBack(db, 'reported_exit', { planRows: planRows.slice(1), account }, nowMs);
  db.prepare(
    `INSERT INTO reported_exit (plan_id, account_id, decided_at, at) VALUES (@planRow, ${ACCOUNT_ID}, @nowMs, @atMs)
     ON CONFLICT (plan_id, account_id) DO UPDATE SET decided_at = ${LATER}, at = @atMs`,
  ).run({ planRow: planRows[0], account, nowMs, atMs });
}

/** Takes back that the user left a plan. */
export function removeReportedExit(db: Db, target: PlanTarget & { readonly account: string }, nowMs: number): void {
  takeBack(db, 'reported_exit', target, nowMs);
}

/** When the user left which plans, by `accountPlanKey`; later ones than `untilMs` are not seen. */
export function readReportedExits(db: Db, untilMs: number): ReadonlyMap<string, number> {
  const rows = db
    .prepare('SELECT plan_id, a.name, at FROM reported_exit JOIN account a ON a.id = account_id WHERE at <= ?')
    .raw()
    .all(untilMs) as [number, string, number][];
  return new Map(rows.map(([planRow, account, at]) => [accountPlanKey(planRow, account), at]));
}

/** SQL that takes in the word of another ledger: the later stands; of the same moment the greater, so that all ledgers say the same. */
export const TAKE_EXIT = `
  INSERT INTO reported_exit (plan_id, account_id, decided_at, at) VALUES (@planId, @accountId, @decided_at, @left_at)
  ON CONFLICT (plan_id, account_id) DO UPDATE SET decided_at = excluded.decided_at, at = excluded.at
  WHERE (excluded.decided_at, ifnull(excluded.at, -1)) > (decided_at, ifnull(at, -1))`;
export const TAKE_MUTE = `
  INSERT INTO mute (plan_id, account_id, decided_at, muted_at, until_at, reason)
  VALUES (@planId, @accountId, @decided_at, @muted_at, @until_at, @reason)
  ON CONFLICT (plan_id, coalesce(account_id, 0)) DO UPDATE
  SET decided_at = excluded.decided_at, muted_at = excluded.muted_at, until_at = excluded.until_at, reason = excluded.reason
  WHERE (excluded.decided_at, ifnull(excluded.muted_at, -1), ifnull(excluded.until_at, -1), ifnull(excluded.reason, ''))
    > (decided_at, ifnull(muted_at, -1), ifnull(until_at, -1), ifnull(reason, ''))`;
