/** Compares a special plan's rates with the general plan's, scope by scope (design.md §4.1–4.3). */

import { compareText } from './compare-text.ts';
import type { RateNow } from './ledger.ts';
import { SHOP_SCOPE } from './ledger.ts';
import type { RatedPlan } from './state.ts';

export type Relation = 'below' | 'equal' | 'above' | 'unknown';

/** What a comparison stands on: like for like (`item`, `shop-average`), or one of each (`mixed`). */
export type ScopeBasis = 'item' | 'shop-average' | 'mixed';
export type Basis = ScopeBasis | 'items';

export interface Comparison {
  readonly scope: number;
  readonly basis: ScopeBasis | null;
  readonly relation: Relation;
  readonly special: RateNow | null;
  readonly general: RateNow | null;
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
export function compareScopes(special: RatedPlan, general: RatedPlan | null, question: CompareQuestion): Scopes {
  const { only } = question;
  const average = { special: special.rates.at(SHOP_SCOPE), general: general?.rates.at(SHOP_SCOPE) ?? null };
  const byItem: Comparison[] = [];
  let isItemKnown = false;
  for (const own of special.rates.all) {
    const { scope } = own;
    if (scope === SHOP_SCOPE || (only !== null && scope !== only)) continue;
    const other = general?.rates.at(scope) ?? null;
    const comparison = isUsable(other)
      ? compare(scope, own, other, 'item', question)
      : compare(scope, own, average.general ?? other, 'mixed', question);
    if (comparison.basis === 'item' && comparison.relation !== 'unknown') isItemKnown = true;
    byItem.push(comparison);
  }
  if (isItemKnown) return { comparisons: byItem, basis: byItem.length === 1 ? 'item' : 'items' };
  const shop = compare(SHOP_SCOPE, average.special, average.general, 'shop-average', question);
  if (shop.relation !== 'unknown') return { comparisons: [...byItem.map(withoutVote), shop], basis: 'shop-average' };
  if (byItem.some(isKnown)) return { comparisons: byItem, basis: 'mixed' };
  const reverse: Comparison[] = [];
  for (const other of general?.rates.all ?? []) {
    const { scope } = other;
    if (scope === SHOP_SCOPE || special.rates.at(scope) || (only !== null && scope !== only)) continue;
    reverse.push(compare(scope, average.special, other, 'mixed', question));
  }
  if (reverse.some(isKnown)) return { comparisons: reverse, basis: 'mixed' };
  const nothing = [...byItem, shop, ...reverse].filter((c) => c.special || c.general);
  return { comparisons: nothing.some((c) => c.stale) ? nothing.filter((c) => c.stale) : nothing, basis: null };
}

function isKnown({ relation }: Comparison): boolean {
  return relation !== 'unknown';
}

/** Whether a rate is known and still listed. */
export function isUsable(rate: RateNow | null): rate is RateNow & { readonly bp: number } {
  return rate !== null && rate.bp !== null && rate.absentCaptures === 0;
}

function compare(
  scope: number,
  special: RateNow | null,
  general: RateNow | null,
  basis: ScopeBasis,
  { sales, nowMs, maxAgeMs }: CompareQuestion,
): Comparison {
  const gapBp = isUsable(special) && isUsable(general) ? special.bp - general.bp : null;
  const oldestMs = Math.min(special?.atMs ?? nowMs, general?.atMs ?? nowMs);
  const stale = gapBp !== null && nowMs - oldestMs > maxAgeMs;
  return {
    scope,
    basis: gapBp === null ? null : basis,
    relation: gapBp === null || stale ? 'unknown' : gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal',
    special,
    general,
    gapBp,
    sales: sales.get(scope) ?? null,
    stale,
  };
}

/**
 * The order in which comparisons are told, whatever the order of import: the plan's items by their ids, the shop as a whole,
 * the items of the general plan alone.
 */
export function inOrder(idOf: (scope: number) => string | null): (a: Comparison, b: Comparison) => number {
  const rank = ({ scope, special }: Comparison) => (scope === SHOP_SCOPE ? 1 : special?.scope === scope ? 0 : 2);
  return (a, b) => rank(a) - rank(b) || compareText(idOf(a.scope), idOf(b.scope));
}

/** An item compared with an average, where both averages are known: shown, not counted. */
function withoutVote(comparison: Comparison): Comparison {
  return comparison.basis === 'mixed' ? { ...comparison, relation: 'unknown' } : comparison;
}

/** How much a comparison counts beside others. */
export type Weigh = (comparison: Comparison) => number;
