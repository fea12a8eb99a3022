/**
 * What a plan's comparisons come to: all that a verdict needs to know of them. Where one export lists all of a shop, the
 * same is tallied straight from columns of rates (tally-columns.ts).
 */
import type { Basis, Comparison, Relation } from './compare.ts';
import { compareScopes, weightedMean } from './compare.ts';
import type { Change } from './last-change.ts';
import type { Policy } from './policy.ts';
import type { PlanNow, RateNow, RateView } from './state.ts';
import { rateChange } from './state.ts';

const UNKNOWN_VIEW: RateView = { bp: null, atMs: null };

export interface Tally {
  readonly comparisons: readonly Comparison[];
  readonly basis: Basis | null;
  /** How many of the comparisons came out how. */
  readonly scopes: Readonly<Record<Relation, number>>;
  /** Of the comparisons that count. */
  readonly special: RateView;
  readonly general: RateView;
  readonly gapBp: number | null;
  /** The newest change of the special rate among them. */
  readonly lastChange: Change<number> | null;
  /** The first of them whose general rate was raised. */
  readonly raise: Change<number> | null;
  /** How many have both rates, and in how many of these the special rate lies below the general one plus the minimum gain. */
  readonly known: number;
  readonly below: number;
  /** Gaps less the minimum gain, weighted and summed up. */
  readonly gain: number;
  /** How many of those with both rates lie below the general one; and their items, unless all do. */
  readonly lower: number;
  readonly itemsBelow: readonly string[];
  /** How many compare an item with an average. */
  readonly byAverage: number;
  /** A rate is stated as a literal zero. */
  readonly isZero: boolean;
  /** Sources disagree about a rate that is no older than allowed: when. */
  readonly tornMs: number | null;
  readonly isSpecialKnown: boolean;
  readonly isGeneralKnown: boolean;
  /** When general rates that have vanished since were last seen; null: there were none. */
  readonly generalGoneMs: number | null;
  /** The oldest rate behind a comparison that would say exit, but is too old to judge by. */
  readonly staleBelowMs: number | null;
}

export function isKnown(rate: RateNow | null): boolean {
  return rate !== null && rate.bp !== null && rate.absentCaptures === 0;
}

/** `item` narrows it to one item. */
export function tallyScopes(
  special: PlanNow,
  general: PlanNow | null,
  { item, nowMs, policy }: { readonly item: string | null; readonly nowMs: number; readonly policy: Policy },
): Tally {
  const { maxAgeMs, minGainBp } = policy;
  const { comparisons, basis } = compareScopes(special, general, item, nowMs, maxAgeMs);
  const counted = countedOf(comparisons);
  const known = counted.filter((c) => c.gapBp !== null);
  const lower = known.filter((c) => (c.gapBp ?? 0) < 0);
  const specialView = viewOf(counted, (c) => c.special);
  // Where no scope has both rates, a special rate of one beside the general rate of another would compare what cannot be compared.
  const isComparable = known.length > 0;
  const generalView = isComparable || specialView.bp === null ? viewOf(counted, (c) => c.general) : UNKNOWN_VIEW;
  const changes = counted.map((c) => rateChange(c.special)).filter((c) => c !== null);
  const sides = [...counted.map((c) => c.special), ...counted.map((c) => c.general)];
  const gone = counted.flatMap(({ general: rate }) =>
    rate && rate.bp !== null && rate.absentCaptures > 0 ? [rate.atMs] : [],
  );
  const old = comparisons.filter((c) => c.stale && (c.gapBp ?? 0) < minGainBp);
  return {
    comparisons,
    basis,
    scopes: countRelations(comparisons),
    special: specialView,
    general: generalView,
    gapBp: isComparable && specialView.bp !== null && generalView.bp !== null ? specialView.bp - generalView.bp : null,
    lastChange: changes.reduce<Change<number> | null>(
      (a, b) => (a && a.firstSeenAfterMs >= b.firstSeenAfterMs ? a : b),
      null,
    ),
    raise: counted.map((c) => rateChange(c.general)).find((change) => change && change.to > change.from) ?? null,
    known: known.length,
    below: known.filter((c) => (c.gapBp ?? 0) < minGainBp).length,
    gain: weightedGain(known, minGainBp),
    lower: lower.length,
    itemsBelow: lower.length < known.length ? lower.flatMap((c) => (c.itemId === null ? [] : [c.itemId])) : [],
    byAverage: counted.filter((c) => c.basis === 'mixed').length,
    isZero: counted.some((c) => c.special && c.special.bp === null && c.special.zero),
    tornMs: sides.find((rate) => rate?.conflict && nowMs - rate.atMs <= maxAgeMs)?.atMs ?? null,
    isSpecialKnown: counted.some((c) => isKnown(c.special)),
    isGeneralKnown: counted.some((c) => isKnown(c.general)),
    generalGoneMs: gone.length === 0 ? null : Math.max(...gone),
    staleBelowMs:
      old.length === 0 ? null : Math.min(...old.flatMap((c) => [c.special?.atMs ?? nowMs, c.general?.atMs ?? nowMs])),
  };
}

/** The comparisons that decide; where none can, those that would if they were not stale; else whatever is known. */
function countedOf(comparisons: readonly Comparison[]): readonly Comparison[] {
  const judged = comparisons.filter((c) => c.relation !== 'unknown');
  if (judged.length > 0) return judged;
  const stale = comparisons.filter((c) => c.stale);
  return stale.length > 0 ? stale : comparisons;
}

function countRelations(comparisons: readonly Comparison[]): Record<Relation, number> {
  const counts = { below: 0, equal: 0, above: 0, unknown: 0 };
  for (const { relation } of comparisons) counts[relation] += 1;
  return counts;
}

function viewOf(counted: readonly Comparison[], side: (c: Comparison) => RateNow | null): RateView {
  let atMs: number | null = null;
  for (const c of counted) {
    const rate = side(c);
    if (rate && isKnown(rate)) atMs = Math.min(atMs ?? rate.atMs, rate.atMs);
  }
  const known = (rate: RateNow | null) => (isKnown(rate) ? (rate?.bp ?? null) : null);
  return { bp: weightedMean(counted, (c) => known(side(c))), atMs };
}

function weightedGain(known: readonly Comparison[], minGainBp: number): number {
  const weightless = known.every((c) => c.weight === 0);
  return known.reduce((sum, c) => sum + ((c.gapBp ?? 0) - minGainBp) * (weightless ? 1 : c.weight), 0);
}
