/**
 * Commission rates as integer basis points: 1 bp = 0.01 %, so 15.50 % is 1550.
 * Unknown is `null`, never 0. Rates are parsed from decimal text, never multiplied out of floats
 * (in JavaScript `1.15 * 100` is 114.99999999999999).
 */

/** What a rate cell means: a rate, a stated unknown (`bp: null`), or text that is no rate at all. */
export type ParsedRate = { readonly ok: true; readonly bp: number | null } | { readonly ok: false };

const MAX_RATE_BP = 10_000;

/** Cells, their width folded, that say that nothing is known. */
export const UNKNOWN = new Set(['', '-', '--', '—', '——', '无', 'null']);
const DECIMAL = /^(\d{1,3})(?:\.(\d{1,40}))?$/;
const NOT_RATE: ParsedRate = { ok: false };
const UNKNOWN_RATE: ParsedRate = { ok: true, bp: null };

/** Folds full-width digits and signs (`１５．５０％`) and every kind of blank, NBSP included, to plain ASCII. */
export function foldWidth(text: string): string {
  if (!/[\s\uff01-\uff5e]/.test(text)) return text;
  return text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s\u3000]+/g, ' ');
}

/**
 * Reads percent text: `15.50%`, `15.5`, `15.50 %`, `１５．５０％`. Empty, `-`, `--`, `—`, `无` and zero are
 * unknown (formats.md §0, §8.1 rule 5). More than two decimals are rounded half up to the basis point,
 * because averages have them. Below 0 or above 100 is not a rate.
 */
export function parsePercent(text: string): ParsedRate {
  const whole = foldWidth(text).trim();
  const plain = whole.endsWith('%') ? whole.slice(0, -1).trimEnd() : whole;
  if (UNKNOWN.has(plain)) return UNKNOWN_RATE;
  const match = DECIMAL.exec(plain);
  if (!match) return NOT_RATE;
  return rounded(match[1] ?? '', match[2], 2, Number(plain) > 100);
}

/** Reads text in hundredths of a percent (`"1550"` is 15.50 %): the unit of some fields, fixed per format and field. */
export function parseHundredths(text: string): ParsedRate {
  const plain = foldWidth(text).trim();
  if (UNKNOWN.has(plain)) return UNKNOWN_RATE;
  const match = /^(\d{1,5})(?:\.(\d{1,40}))?$/.exec(plain);
  if (!match) return NOT_RATE;
  return rounded(match[1] ?? '', match[2], 0, Number(plain) > MAX_RATE_BP);
}

/** Reads fractions of 1 (`0.155` is 15.50 %), with or without the zero before the point. Above 1 is not a rate. */
export function parseFraction(text: string): ParsedRate {
  const plain = foldWidth(text).trim();
  if (UNKNOWN.has(plain)) return UNKNOWN_RATE;
  const match = /^([01]?)(?:\.(\d{1,40}))?$/.exec(plain);
  if (!match) return NOT_RATE;
  return rounded(match[1] ?? '', match[2], 4, Number(plain) > 1);
}

/** The digits before the point and `places` behind it are basis points. 100.001 is above 100 all the same; 0.004 rounds to 0, which stands for unknown. */
function rounded(whole: string, decimals: string | undefined, places: number, isAbove: boolean): ParsedRate {
  const fraction = (decimals ?? '').padEnd(places + 1, '0');
  const bp = Number(whole + fraction.slice(0, places)) + (fraction.charCodeAt(places) >= 53 ? 1 : 0);
  if (isAbove || bp > MAX_RATE_BP) return NOT_RATE;
  return bp === 0 ? UNKNOWN_RATE : { ok: true, bp };
}

/** Whether a cell says a literal zero: unknown like an empty one, but worth a warning of its own. */
export function isZeroRate(text: string): boolean {
  return /^0+(\.0*)?%?$/.test(foldWidth(text).replaceAll(' ', ''));
}

/** `1550` → `"15.50"`: always two decimals, no sign for percent. Negative gaps keep their minus. */
export function formatBp(bp: number): string {
  const size = Math.abs(bp);
  return `${bp < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}
