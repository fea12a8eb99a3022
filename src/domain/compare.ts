/** Compares a special plan's rates with the general plan's, scope by scope (design.md §4.1–4.3). */
import { compareText } from './compare-text.ts';
import { isStale } from './policy.ts';
import { NO_ROW, type Rates } from './rates.ts';
import { SHOP_SCOPE } from './runs.ts';

export const RELATIONS = ['below', 'equal', 'above', 'unknown'] as const;
export type Relation = (typeof RELATIONS)[number];

/** What a comparison stands on: like for like (`item`, `shop-average`), or one of each (`mixed`), which decides nothing. */
export const SCOPE_BASES = ['item', 'shop-average', 'mixed'] as const;
export type ScopeBasis = (typeof SCOPE_BASES)[number];
export type Basis = ScopeBasis | 'items';

export interface Comparison {
  readonly scope: number;
  /** In which order it is told: the plan's items, the shop as a whole, items of the general plan alone. */
  readonly rank: 0 | 1 | 2;
  readonly basis: ScopeBasis | null;
  readonly relation: Relation;
  /** Rows of the plan's and of the general rates. */
  readonly special: number;
  readonly general: number;
  readonly gapBp: number | null;
  /** The item's sales in 30 days; null: not stated. */
  readonly sales: number | null;
  /** Both rates are known, but too old to judge by. */
  readonly stale: boolean;
}

export interface ComparedScopes {
  readonly comparisons: readonly Comparison[];
  readonly basis: Basis | null;
}

/** What scopes are compared by. */
export interface CompareQuestion {
  /** Narrows it to one item. */
  readonly only: number | null;
  readonly sales: ReadonlyMap<number, number>;
  readonly nowMs: number;
  /** Older rates count as unknown. */
  readonly maxAgeMs: number;
}

/**
 * Picks the scopes that a verdict may stand on, best evidence first (design.md §4.1–4.2): items with both rates known; else both
 * averages; else what is too old to judge by; else an item against an average, which decides nothing, and is shown.
 */
export function compareScopes(special: Rates, general: Rates, question: CompareQuestion): ComparedScopes {
  const { only } = question;
  const compare = openCompare(special, general, question);
  const average = { special: special.find(SHOP_SCOPE), general: general.find(SHOP_SCOPE) };
  const items: Comparison[] = [];
  for (let own = special.from; own < special.to; own++) {
    const scope = special.table.scopes[own] as number;
    if (scope === SHOP_SCOPE || (only !== null && scope !== only)) continue;
    const other = general.find(scope);
    // A rate that is stated as unknown is not replaced by the average.
    const isMixed = !general.isStated(other) && average.general !== NO_ROW;
    items.push(isMixed ? compare(scope, 0, own, average.general, 'mixed') : compare(scope, 0, own, other, 'item'));
  }
  if (items.some(isKnown)) return { comparisons: items, basis: items.length === 1 ? 'item' : 'items' };
  const shop = compare(SHOP_SCOPE, 1, average.special, average.general, 'shop-average');
  if (isKnown(shop)) return { comparisons: [...items, shop], basis: 'shop-average' };
  const stale = [...items, shop].filter((comparison) => comparison.stale);
  if (stale.length > 0) return { comparisons: stale, basis: null };
  if (items.some(isMixed)) return { comparisons: items, basis: 'mixed' };
  const reverse: Comparison[] = [];
  for (let other = general.from; other < general.to; other++) {
    const scope = general.table.scopes[other] as number;
    if (scope === SHOP_SCOPE || special.isStated(special.find(scope)) || (only !== null && scope !== only)) continue;
    reverse.push(compare(scope, 2, average.special, other, 'mixed'));
  }
  if (reverse.some(isMixed)) return { comparisons: reverse, basis: 'mixed' };
  const nothing = [...items, shop, ...reverse].filter((c) => c.special !== NO_ROW || c.general !== NO_ROW);
  return { comparisons: nothing, basis: null };
}

function isKnown({ relation }: Comparison): boolean {
  return relation !== 'unknown';
}

function isMixed({ basis }: Comparison): boolean {
  return basis === 'mixed';
}

function openCompare(ofSpecial: Rates, ofGeneral: Rates, question: CompareQuestion) {
  const { sales, nowMs } = question;
  return (scope: number, rank: Comparison['rank'], special: number, general: number, basis: ScopeBasis): Comparison => {
    const own = ofSpecial.usableBp(special);
    const other = ofGeneral.usableBp(general);
    const gapBp = own !== null && other !== null ? own - other : null;
    const oldestMs = Math.min(ofSpecial.seenMs(special) ?? nowMs, ofGeneral.seenMs(general) ?? nowMs);
    const counts = gapBp !== null && basis !== 'mixed';
    const stale = counts && isStale(nowMs - oldestMs, question);
    return {
      scope,
      rank,
      basis: gapBp === null ? null : basis,
      relation: !counts || stale ? 'unknown' : gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal',
      special,
      general,
      gapBp,
      sales: sales.get(scope) ?? null,
      stale,
    };
  };
}

/** The order in which comparisons are told, whatever the order of import: by rank, then by the ids of items. */
export function inOrder(idOf: (scope: number) => string | null): (a: Comparison, b: Comparison) => number {
  return (a, b) => a.rank - b.rank || compareText(idOf(a.scope), idOf(b.scope));
}
