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

/** Orders of an item by an account. */
export interface RecentOfItem {
  /** Of comparable, valid lines that were clicked in the last 14 days. */
  readonly lines: readonly Terms[];
  /** When the first order of all was clicked; the beginning of these days stands for all that is older. null: none says. */
  readonly firstMs: number | null;
}

/** A scope is that of an item in the ledger. */
export interface RecentOrders {
  /** null: none in the last 14 days. */
  at(account: string, scope: number): RecentOfItem | null;
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
    if (own === null || other === null) continue;
    const recent = orders.at(account, comparison.scope);
    if (recent === null) continue;
    for (const terms of recent.lines) {
      lines += 1;
      amountFen += terms.amountFen;
      sumFen += netFen(terms, other) - netFen(terms, own);
    }
    firstMs = Math.min(firstMs, recent.firstMs ?? nowMs);
  }
  if (lines === 0) return null;
  const known = Math.ceil((nowMs - firstMs) / millisecondsInDay);
  const days = Math.min(DAYS, Math.max(LEAST_DAYS, known));
  return { fenPerDay: divideRound(sumFen, days), lines, amountFen, days, isFew: lines < FEW_LINES };
}
