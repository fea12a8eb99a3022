/** Names of columns: how they are compared, the unit that they state, and which of a header stand twice or are missing. */
import { foldWidth } from '../domain/rate.ts';
import { stop } from './findings.ts';

/** Small letters and digits alone: `佣金比例（%）` → `佣金比例`, `pub_share_pre_fee` and `pubSharePreFee` → `pubshareprefee`. */
export function lettersOf(name: string): string {
  return foldWidth(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const plainNames = new Map<string, string>();
const MOST_NAMES = 1000;

/** The same without what stands in brackets, a unit or a validity that changes: `短链接(300天内有效)` → `短链接`. */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = lettersOf(foldWidth(name).replace(/\([^()]*\)/g, ''));
  if (plainNames.size < MOST_NAMES) plainNames.set(name, plain);
  return plain;
}

/** The unit that a column's name states: `佣金(%)`, `佣金比例（百分比）`, `rate (bp)`. null: it states none. */
export function saysUnit(name: string): 'percent' | 'basis-points' | null {
  const plain = foldWidth(name);
  if (/万分|1\/100 ?%|(?:^|[^a-z])bps?(?:$|[^a-z])|basis.?points?/i.test(plain)) return 'basis-points';
  return /%|百分|percent/i.test(plain) ? 'percent' : null;
}

/** Stops at a column that stands twice. `keys`: what is read of each; undefined: nothing. */
export function checkTwice(
  header: readonly string[],
  keys: readonly (string | undefined)[],
  nameOf = (key: string) => key,
): void {
  const at = keys.findIndex((key, index) => key !== undefined && keys.indexOf(key) < index);
  if (at >= 0) stop('duplicate-column', { column: (header[at] ?? '').trim(), as: nameOf(keys[at] ?? '') });
}

/** Stops where columns are missing. `needed`: keys of which one must be there, the one that is named first. */
export function checkMissing<K extends string>(
  keys: readonly (string | undefined)[],
  needed: readonly (readonly K[])[],
  nameOf = (key: K): string => key,
  code: 'missing-columns' | 'only-names' = 'missing-columns',
): void {
  const missing = needed.filter((some) => !some.some((key) => keys.includes(key))).flatMap(([first]) => first ?? []);
  if (missing.length > 0) stop(code, { columns: missing.map(nameOf).join(', ') });
}
