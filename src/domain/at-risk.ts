/** What a plan to exit costs a day as long as it is joined, by the account's own orders (orders.md §3.8). */
import { millisecondsInDay } from 'date-fns/constants';
import type { Comparison } from './compare.ts';
import { divideRound, netFen, type Terms } from './money.ts';
import type { Rates } from './rates.ts';

/** The days that are looked back, and the least by which a sum is divided. */
const DAYS = 14;
const LEAST_DAYS = 7;
export const RISK_MS = DAYS * millisecondsInDay;
const FEW_LINES = 5;

/** A comparable, valid order line. */
export interface RecentLine {
  readonly atMs: number;
  readonly terms: Terms;
}

/** Orders of some days. A scope is that of an item in the ledger. */
export interface RecentOrders {
  /** Clicked in the last 14 days. */
  linesAt(account: string, scope: number): readonly RecentLine[];
  /** When the first order of an item was clicked; null: there is none. */
  firstMs(account: string, scope: number): number | null;
}

export interface AtRisk {
  /** To the nearest fen, before refunds to come; negative where the plan would pay more on these orders. */
  readonly fenPerDay: number;
  readonly lines: number;
  readonly amountFen: number;
  readonly days: number;
  /** Fewer than five lines. */
  readonly isFew: boolean;
}

/** null: no line of an item of which both rates are known now. Averages and old rates do not count. */
export function atRiskOf(
  account: string,
  comparisons: readonly Comparison[],
  { special, general }: { readonly special: Rates; readonly general: Rates },
  orders: RecentOrders,
  nowMs: number,
): AtRisk | null {
  let [lines, amountFen, sumFen, firstMs] = [0, 0, 0, nowMs];
  for (const comparison of comparisons) {
    if (comparison.basis !== 'item' || comparison.relation === 'unknown') continue;
    const [own, other] = [special.usableBp(comparison.special), general.usableBp(comparison.general)];
    const recent = own === null || other === null ? [] : orders.linesAt(account, comparison.scope);
    for (const { terms } of recent) {
      lines += 1;
      amountFen += terms.amountFen;
      sumFen += netFen(terms, other ?? 0) - netFen(terms, own ?? 0);
    }
    if (recent.length > 0) firstMs = Math.min(firstMs, orders.firstMs(account, comparison.scope) ?? nowMs);
  }
  if (lines === 0) return null;
  const known = Math.ceil((nowMs - firstMs) / millisecondsInDay);
  const days = Math.min(DAYS, Math.max(LEAST_DAYS, known));
  return { fenPerDay: divideRound(sumFen, days), lines, amountFen, days, isFew: lines < FEW_LINES };
}
