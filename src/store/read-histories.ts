/** Reads of merchants every reading, or those of the rates that changed. */
import { compareText } from '../domain/compare-text.ts';
import type { PlanLedger, ShopLedger } from '../domain/ledger.ts';
import { type RateSeries, SHOP_SCOPE } from '../domain/runs.ts';
import type { PastSales } from '../domain/verdict-at.ts';
import { openChangedReader } from './changed-scopes.ts';
import type { HistoryOptions, LedgerOptions, LedgerParts } from './ledger-parts.ts';
import { chunksOf, NO_SALES, ofAccount, openScopes, plansOf } from './ledger-parts.ts';
import type { MerchantRows } from './read-plans.ts';
import { type ByPlan, type RateRow, seriesOf } from './read-rates.ts';
import type { SalesByAccount } from './read-sales.ts';

export interface HistoryReader {
  /** One ledger for each account that knows the merchant. */
  histories(shopIds: readonly number[], options?: HistoryOptions): Generator<readonly [shopId: number, ShopLedger[]]>;
  /**
   * The same, for orders to be joined: of large plans only the scopes named and that of the shop as a whole, and then
   * `isWhole` is false. Items are not named.
   */
  joinable(
    shopIds: readonly number[],
    scopesOf: (shopId: number) => ReadonlySet<number>,
  ): Generator<readonly [shopId: number, ledgers: ShopLedger[], isWhole: boolean]>;
  /** Sales of a merchant's items as an account's exports stated them up to moments of the past. */
  pastSales(shopId: number, account: string): PastSales;
  /** Of merchants only scopes with a change since a moment; null where more than rates may have changed. */
  changed(
    shopIds: readonly number[],
    sinceMs: number,
    options: LedgerOptions,
  ): Generator<readonly [shopId: number, ShopLedger | null]>;
}

/** See `HistoryReader`. */
export function openHistoryReader(parts: LedgerParts): HistoryReader {
  const { feeds, plans, rates } = parts;
  const scopes = openScopes(parts);
  const changedOf = openChangedReader(parts);

  function ledgersOf(
    merchant: MerchantRows,
    rows: ByPlan<RateRow>,
    account: string | null,
    sales?: SalesByAccount | null,
  ): ShopLedger[] {
    const moved = scopes.rates(merchant, rows);
    const ledgers = parts.ledgers(merchant, account, (name, only) => ({
      series: seriesOf(ofAccount(moved, only, feeds), feeds, parts.items.itemOf),
      sales: sales?.get(name),
    }));
    const ordered = (plan: PlanLedger) => ({ ...plan, rates: plan.rates.toSorted(compareItems) });
    return ledgers.map((ledger) => ({ ...ledger, plans: ledger.plans.map(ordered) }));
  }

  return {
    *histories(shopIds, { account = null, joinedOnly = false, item = null, withSales = false } = {}) {
      for (const some of chunksOf(shopIds)) {
        for (const [shopId, merchant] of plans.read(some, joinedOnly)) {
          const asked = item === null ? null : new Set([SHOP_SCOPE, ...parts.itemRows(merchant.rows, item)]);
          const sales = withSales ? parts.sales.salesOf(merchant.rows, scopes.standingFor(merchant)) : null;
          yield [shopId, ledgersOf(merchant, rates.readAll(plansOf(merchant), asked), account, sales)];
        }
      }
    },
    *joinable(shopIds, scopesOf) {
      for (const some of chunksOf(shopIds)) {
        const read = [...plans.read(some, false)].map(([shopId, merchant]) => ({
          shopId,
          merchant,
          own: plansOf(merchant),
        }));
        const large = new Set(rates.largePlans(read.flatMap(({ own }) => own)));
        const isLarge = (own: readonly number[]) => large.size > 0 && own.some((plan) => large.has(plan));
        const whole = rates.readAll(
          read.flatMap(({ own }) => (isLarge(own) ? [] : own)),
          null,
        );
        for (const { shopId, merchant, own } of read) {
          const rows = isLarge(own)
            ? rates.readAll(own, new Set([SHOP_SCOPE, ...scopes.rowsOf(merchant, scopesOf(shopId))]))
            : whole;
          const moved = scopes.rates(merchant, new Map(own.map((plan) => [plan, rows.get(plan) ?? []])));
          const series = (only: string | null) => seriesOf(ofAccount(moved, only, feeds), feeds);
          const ledgers = parts.ledgers(merchant, null, (_, only) => ({ series: series(only) }));
          yield [shopId, ledgers, !isLarge(own)];
        }
      }
    },
    pastSales(shopId, account) {
      const rows = parts.merchants.rowsOf(shopId);
      const { times, at } = parts.sales.pastOf(rows, scopes.standingFor({ rows }));
      return { times, at: (ms) => at(ms).get(account) ?? NO_SALES };
    },
    *changed(shopIds, sinceMs, { account = null, joinedOnly = false }) {
      for (const some of chunksOf(shopIds)) {
        const read = plans.read(some, joinedOnly);
        const rowsOf = changedOf(read, sinceMs, account);
        for (const [shopId, merchant] of read) {
          const rows = rowsOf(merchant);
          const [ledger = null] = rows ? ledgersOf(merchant, rows, account) : [];
          yield [shopId, ledger];
        }
      }
    },
  };
}

/** Told by item, whatever the order of import. */
function compareItems(a: RateSeries, b: RateSeries): number {
  return compareText(a.item?.id ?? null, b.item?.id ?? null);
}
