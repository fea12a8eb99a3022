/** Compares a special plan's rates with the general plan's, scope by scope (design.md §4.1–4.3). */
import { compareText } from './compare-text.ts';
import { SHOP_SCOPE } from './ledger.ts';
import type { Rates } from './rates.ts';
import { NO_ROW } from './rates.ts';

export type Relation = 'below' | 'equal' | 'above' | 'unknown';

/** What a comparison stands on: like for like (`item`, `shop-average`), or one of each (`mixed`). */
export type ScopeBasis = 'item' | 'shop-average' | 'mixed';
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
  /** A rate was known, but is too old to judge by. */
  readonly stale: boolean;
}

export interface Scopes {
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
 * Picks the scopes that a verdict may stand on, best evidence first:
 * items with both rates known decide, together with the plan's other items against the shop's average (marked `mixed`);
 * else both averages (a fallback: formats.md §2, trap); else an item against an average, either way round.
 */
export function compareScopes(special: Rates, general: Rates, question: CompareQuestion): Scopes {
  const { only } = question;
  const compare = openCompare(special, general, question);
  const average = { special: special.find(SHOP_SCOPE), general: general.find(SHOP_SCOPE) };
  const byItem: Comparison[] = [];
  let isItemKnown = false;
  for (let own = special.from; own < special.to; own++) {
    const scope = special.table.scopes[own] as number;
    if (scope === SHOP_SCOPE || (only !== null && scope !== only)) continue;
    const other = general.find(scope);
    const isOfItem = general.usableBp(other) !== null;
    const against = isOfItem || average.general === NO_ROW ? other : average.general;
    const comparison = compare(scope, 0, own, against, isOfItem ? 'item' : 'mixed');
    if (comparison.basis === 'item' && comparison.relation !== 'unknown') isItemKnown = true;
    byItem.push(comparison);
  }
  if (isItemKnown) return { comparisons: byItem, basis: byItem.length === 1 ? 'item' : 'items' };
  const shop = compare(SHOP_SCOPE, 1, average.special, average.general, 'shop-average');
  if (shop.relation !== 'unknown') return { comparisons: [...byItem.map(withoutVote), shop], basis: 'shop-average' };
  if (byItem.some(isKnown)) return { comparisons: byItem, basis: 'mixed' };
  const reverse: Comparison[] = [];
  for (let other = general.from; other < general.to; other++) {
    const scope = general.table.scopes[other] as number;
    if (scope === SHOP_SCOPE || special.find(scope) !== NO_ROW || (only !== null && scope !== only)) continue;
    reverse.push(compare(scope, 2, average.special, other, 'mixed'));
  }
  if (reverse.some(isKnown)) return { comparisons: reverse, basis: 'mixed' };
  const nothing = [...byItem, shop, ...reverse].filter((c) => c.special !== NO_ROW || c.general !== NO_ROW);
  return { comparisons: nothing.some((c) => c.stale) ? nothing.filter((c) => c.stale) : nothing, basis: null };
}

function isKnown({ relation }: Comparison): boolean {
  return relation !== 'unknown';
}

function openCompare(ofSpecial: Rates, ofGeneral: Rates, { sales, nowMs, maxAgeMs }: CompareQuestion) {
  return (scope: number, rank: Comparison['rank'], special: number, general: number, basis: ScopeBasis): Comparison => {
    const own = ofSpecial.usableBp(special);
    const other = ofGeneral.usableBp(general);
    const gapBp = own !== null && other !== null ? own - other : null;
    const oldestMs = Math.min(ofSpecial.seenMs(special) ?? nowMs, ofGeneral.seenMs(general) ?? nowMs);
    const stale = gapBp !== null && nowMs - oldestMs > maxAgeMs;
    return {
      scope,
      rank,
      basis: gapBp === null ? null : basis,
      relation: gapBp === null || stale ? 'unknown' : gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal',
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

/** An item compared with an average, where both averages are known: shown, not counted. */
function withoutVote(comparison: Comparison): Comparison {
  return comparison.basis === 'mixed' ? { ...comparison, relation: 'unknown' } : comparison;
}

/** How much a comparison counts beside others. */
export type Weigh = (comparison: Comparison) => number;
