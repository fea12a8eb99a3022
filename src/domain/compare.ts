/** Compares a special plan's rates with the general plan's, scope by scope (design.md §4.1–4.3). */
import type { PlanNow, RateNow } from './state.ts';
import { SHOP_SCOPE } from './state.ts';

export type Relation = 'below' | 'equal' | 'above' | 'unknown';

/** What a comparison stands on: like for like (`item`, `shop-average`), or one of each (`mixed`). */
export type ScopeBasis = 'item' | 'shop-average' | 'mixed';
export type Basis = ScopeBasis | 'items';

export interface Comparison {
  /** null: the shop as a whole. */
  readonly itemId: string | null;
  readonly itemTitle: string | null;
  readonly basis: ScopeBasis | null;
  readonly relation: Relation;
  readonly special: RateNow | null;
  readonly general: RateNow | null;
  readonly gapBp: number | null;
  /** Known sales of the item in 30 days, else 1. */
  readonly weight: number;
  /** A rate was known, but is too old to judge by. */
  readonly stale: boolean;
}

export interface Scopes {
  readonly comparisons: readonly Comparison[];
  readonly basis: Basis | null;
}

/**
 * Picks the scopes that a verdict may stand on, best evidence first:
 * items with both rates known decide, together with the plan's other items against the shop's average (marked `mixed`);
 * else both averages (a fallback: formats.md §2, trap); else an item against an average, either way round.
 * `only` narrows to one item. Rates older than `maxAgeMs` at `nowMs` count as unknown.
 */
export function compareScopes(
  special: PlanNow,
  general: PlanNow | null,
  only: string | null,
  nowMs: number,
  maxAgeMs: number,
): Scopes {
  const fresh = (rate: RateNow | null | undefined) => !!rate && nowMs - rate.atMs <= maxAgeMs;
  const compare = (itemId: string | null, s: RateNow | null, g: RateNow | null, basis: ScopeBasis): Comparison => {
    const known = usable(s) && usable(g);
    const stale = known && !(fresh(s) && fresh(g));
    const gapBp = known ? (s?.bp ?? 0) - (g?.bp ?? 0) : null;
    return {
      itemId,
      itemTitle: itemId === null ? null : (special.itemTitles.get(itemId) ?? general?.itemTitles.get(itemId) ?? null),
      basis: known ? basis : null,
      relation: gapBp === null || stale ? 'unknown' : gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal',
      special: s,
      general: g,
      gapBp,
      weight: s?.sales ?? g?.sales ?? 1,
      stale,
    };
  };
  const rate = (plan: PlanNow | null, scope: string) => plan?.rates.get(scope) ?? null;
  const averages = { s: rate(special, SHOP_SCOPE), g: rate(general, SHOP_SCOPE) };

  const wanted = (id: string) => id !== SHOP_SCOPE && (only === null || id === only);
  const byItem = [...special.rates.keys()].filter(wanted).map((id) => {
    const g = rate(general, id);
    return usable(g)
      ? compare(id, rate(special, id), g, 'item')
      : compare(id, rate(special, id), averages.g ?? g, 'mixed');
  });
  if (byItem.some((c) => c.basis === 'item' && c.relation !== 'unknown')) {
    return { comparisons: byItem, basis: byItem.length === 1 ? 'item' : 'items' };
  }
  const shop = compare(null, averages.s, averages.g, 'shop-average');
  if (shop.relation !== 'unknown') return { comparisons: [...byItem.map(withoutVote), shop], basis: 'shop-average' };
  if (byItem.some((c) => c.relation !== 'unknown')) return { comparisons: byItem, basis: 'mixed' };
  const reverse = [...(general?.rates.keys() ?? [])]
    .filter(wanted)
    .filter((id) => !special.rates.has(id))
    .map((id) => compare(id, averages.s, rate(general, id), 'mixed'));
  if (reverse.some((c) => c.relation !== 'unknown')) return { comparisons: reverse, basis: 'mixed' };
  const nothing = [...byItem, shop, ...reverse].filter((c) => c.special || c.general);
  return { comparisons: nothing.some((c) => c.stale) ? nothing.filter((c) => c.stale) : nothing, basis: null };
}

function usable(rate: RateNow | null): boolean {
  return rate !== null && rate.bp !== null && rate.absentCaptures === 0;
}

/** An item compared with an average, where both averages are known: shown, not counted. */
function withoutVote(comparison: Comparison): Comparison {
  return comparison.basis === 'mixed' ? { ...comparison, relation: 'unknown' } : comparison;
}

/** The mean of a rate over comparisons, weighted as the verdict weighs them, in basis points rounded half up. */
export function weightedMean(
  comparisons: readonly Comparison[],
  pick: (c: Comparison) => number | null | undefined,
): number | null {
  const all = comparisons.every((c) => c.weight === 0) ? comparisons.map((c) => ({ ...c, weight: 1 })) : comparisons;
  let [sum, weights] = [0, 0];
  for (const c of all) {
    const value = pick(c);
    if (value === null || value === undefined) continue;
    sum += value * c.weight;
    weights += c.weight;
  }
  return weights === 0 ? null : Math.floor(sum / weights + 0.5);
}
