/**
 * Money as integer fen: 1 fen = ¥0.01. Unknown is `null`, never 0. Amounts are parsed from decimal text, and products are
 * rounded once, to the nearest fen, an exact half up (orders.md §2.3, §3.2).
 */
import { foldWidth, formatBp, UNKNOWN } from './rate.ts';

/** What a cell means: an amount, a stated unknown (`fen: null`), or text that is no amount. */
type ParsedMoney = { readonly ok: true; readonly fen: number | null } | { readonly ok: false };

const NOT_MONEY: ParsedMoney = { ok: false };
const AMOUNT = /^([+-]?)(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,40}))?$/;

/** Reads yuan: `46.56`, `46.5600`, `￥46.56`, `1,046.5元`; half a fen is rounded up. `0.00` is no money, which is known. */
export function parseYuan(text: string): ParsedMoney {
  const plain = foldWidth(text)
    .trim()
    .replace(/^([+-]?)\s*[¥￥]\s*/, '$1')
    .replace(/\s*元$/, '');
  if (UNKNOWN.has(plain)) return { ok: true, fen: null };
  const match = AMOUNT.exec(plain);
  if (!match) return NOT_MONEY;
  const [, sign, whole = '', part = ''] = match;
  const fraction = `${part}000`;
  const roundUp = fraction.charCodeAt(2) >= 53 ? 1 : 0;
  const fen = Number(whole.replaceAll(',', '')) * 100 + Number(fraction.slice(0, 2)) + roundUp;
  return { ok: true, fen: sign === '-' && fen !== 0 ? -fen : fen };
}

/** `320` → `"3.20"`, `-186` → `"-1.86"`: always two decimals, no sign for the currency. */
export function formatYuan(fen: number): string {
  return formatBp(fen);
}

/** What one order line's commission depends on, beside the rate of its plan. */
export interface Terms {
  readonly amountFen: number;
  /** 专项服务费率: taken out of the plan's rate. */
  readonly serviceFeeBp: number;
  /** 分成比率, of the commission. */
  readonly shareBp: number;
  /** 技术服务费率, of the commission; null is not known: then it is not taken off. */
  readonly feeBp: number | null;
}

/** The two parts of what is paid out at a plan's rate, each rounded by itself from the unrounded product. */
export function payoutAt({ amountFen, serviceFeeBp, shareBp, feeBp }: Terms, rateBp: number) {
  const commissionBp = rateBp - serviceFeeBp;
  return {
    commissionFen: timesBp(amountFen, commissionBp, shareBp),
    feeFen: feeBp === null ? 0 : timesBp(amountFen, commissionBp, feeBp),
  };
}

/** What is paid out at a plan's rate: commission less technical fee. */
export function netFen(terms: Terms, rateBp: number): number {
  const { commissionFen, feeFen } = payoutAt(terms, rateBp);
  return commissionFen - feeFen;
}

const BP = 10_000;

/** An amount times two rates, to the nearest fen, half up. */
function timesBp(fen: number, aBp: number, bBp: number): number {
  const product = fen * aBp * bBp;
  // Below 2^52 twice the product is exact, too.
  if (Math.abs(product) < 2 ** 52) return divideRound(product, BP * BP);
  const [one, whole] = [BigInt(fen) * BigInt(aBp) * BigInt(bBp) * 2n + BigInt(BP * BP), 2n * BigInt(BP * BP)];
  const cut = one / whole;
  return Number(one < 0n && cut * whole !== one ? cut - 1n : cut);
}

/** The nearest integer of a quotient, half up; both are integers, and twice the dividend is below 2^53. */
export function divideRound(dividend: number, divisor: number): number {
  return Math.floor((2 * dividend + divisor) / (2 * divisor)) + 0;
}
