/** Reads the ledger of merchants up to a moment, for the domain to judge. */
import type { ShopLedger } from '../domain/ledger.ts';
import { openLedgerParts } from './ledger-parts.ts';
import { type Merchants, merchantsOf, openMerchants, openPlanRows } from './merchants.ts';
import type { Db } from './open.ts';
import { type HistoryReader, openHistoryReader } from './read-histories.ts';
import { JudgedReader } from './read-judged.ts';
import { JOINED } from './read-plans.ts';

/** Merchants are named by the row of `shop` that stands for each. */
export interface LedgerReader extends HistoryReader {
  readonly judged: JudgedReader['judged'];
  /** Something was captured after the moment. */
  readonly isPast: boolean;
  /** As of the moment. */
  readonly merchants: Merchants;
  /** What an account says of merchants that may be this one as well, of whom it has, or had, a plan approved. */
  alike(shopId: number, account: string): Iterable<ShopLedger>;
  /** The scope of an item in a merchant's ledgers; null: he has no such item. */
  scopeOf(shopId: number, item: string): number | null;
  /** Merchants with a plan that was joined or applied for, or all. */
  shopIds(joinedOnly: boolean): number[];
  /** Rows of `plan` of a merchant's plan. */
  planRows(shopId: number, planId: string): number[];
  /** Newest captured time, of one account or of all; null when there is nothing. */
  newestCapturedMs(account?: string | null): number | null;
}

/** `untilMs`: nothing captured later is seen. `merchants`: may be those of another moment. */
export function openLedgerReader(db: Db, untilMs: number, merchants = openMerchants(db, untilMs)): LedgerReader {
  const parts = openLedgerParts(db, untilMs, merchants);
  const reader = new JudgedReader(db, parts);
  const judged: LedgerReader['judged'] = (shopIds, asked) => reader.judged(shopIds, asked);
  return {
    isPast: parts.isPast,
    merchants,
    judged,
    ...openHistoryReader(parts),
    *alike(shopId, account) {
      const shops = merchants.alikeOf(shopId);
      for (const [, ledgers] of judged(shops, { account, joinedOnly: true })) yield* ledgers;
    },
    scopeOf: (shopId, item) => parts.itemRows(merchants.rowsOf(shopId), item)[0] ?? null,
    shopIds(joinedOnly) {
      const sql = joinedOnly
        ? `SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.status IN ${JOINED}`
        : 'SELECT id FROM shop';
      return merchantsOf(db.prepare(sql).pluck().all() as number[], merchants);
    },
    planRows: openPlanRows(db, merchants),
    newestCapturedMs(account = null) {
      return db
        .prepare(
          `SELECT max(captured_at) FROM capture WHERE captured_at <= @untilMs AND coverage <> 'orders'
             AND (@account IS NULL OR account = @account) AND held = 0`,
        )
        .pluck()
        .get({ untilMs, account }) as number | null;
    },
  };
}
