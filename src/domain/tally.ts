/**
 * What a plan's comparisons come to: all that a verdict needs to know of them. Tallied from comparisons; or, where one
 * export lists all of a shop, straight from columns of rates, which gives the same (test/domain/tally.test.ts).
 */
import type { Basis, Comparison, Relation } from './compare.ts';
import { compareScopes, weightedMean } from './compare.ts';
import type { Change } from './ledger.ts';
import { compareText } from './order.ts';
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

/**
 * The commission rates of a plan by item, as of a moment, where all exports that list them are of one stream. Objects for
 * each rate, as a state has them, are most of what judging a million of them costs: 2 s of 3.
 */
export interface RateColumns {
  /** Ascending; which item a number stands for only the ledger knows. */
  readonly items: readonly number[];
  /** Basis points; 0: listed as unknown, NOT_LISTED: no longer listed. */
  readonly bps: readonly number[];
  /** Newest known sales; UNKNOWN_SALES where there are none. */
  readonly sales: readonly number[];
  /** The last change, for those that changed, by index. */
  readonly changes: ReadonlyMap<number, Change<number>>;
}

export const NOT_LISTED = -1;
export const UNKNOWN_SALES = -1;

/**
 * As `tallyScopes`, from columns; null where they do not tell all: no item has both rates, or an item is in neither list
 * any more (then only other plans show whether the export still has it). `seenMs` is the newest capture of the stream,
 * which would list every plan of both kinds; it is no older than allowed. `idOf` gives an item's id; null leaves out what
 * names items or depends on their order: the changes, and the items below.
 */
export function tallyColumns(
  special: RateColumns,
  general: RateColumns,
  { seenMs, minGainBp, idOf }: { readonly seenMs: number; readonly minGainBp: number; readonly idOf: IdOf | null },
): Tally | null {
  const sums = sumUp(special, general, minGainBp);
  if (!sums || sums.known === 0) return null;
  const { known, weight } = sums;
  const changes = idOf ? changesIn(special, general, idOf) : { lastChange: null, raise: null };
  const view = (sum: number, plainSum: number): RateView => ({
    bp: Math.floor((weight === 0 ? plainSum / known : sum / weight) + 0.5),
    atMs: seenMs,
  });
  const specialView = view(sums.special, sums.plainSpecial);
  const generalView = view(sums.general, sums.plainGeneral);
  return {
    comparisons: [],
    basis: special.items.length === 1 ? 'item' : 'items',
    scopes: {
      below: sums.lower,
      equal: known - sums.lower - sums.higher,
      above: sums.higher,
      unknown: special.items.length - known,
    },
    special: specialView,
    general: generalView,
    gapBp: (specialView.bp ?? 0) - (generalView.bp ?? 0),
    lastChange: changes.lastChange,
    raise: changes.raise,
    known,
    below: sums.below,
    gain: weight === 0 ? sums.plainSpecial - sums.plainGeneral - known * minGainBp : sums.gain,
    lower: sums.lower,
    itemsBelow: idOf && sums.lower < known ? itemsBelow(special, general).map(idOf).sort(compareText) : [],
    byAverage: 0,
    isZero: false,
    tornMs: null,
    isSpecialKnown: true,
    isGeneralKnown: true,
    generalGoneMs: null,
    staleBelowMs: null,
  };
}

type IdOf = (item: number) => string;

/** `plain…`: unweighted, in case that all weights are 0. Null: an item is in neither list. Runs a million times: no objects within. */
function sumUp(special: RateColumns, general: RateColumns, minGainBp: number) {
  let [known, below, lower, higher, weight] = [0, 0, 0, 0, 0];
  let [specialSum, generalSum, gain, plainSpecial, plainGeneral] = [0, 0, 0, 0, 0];
  for (let i = 0, g = 0; i < special.items.length; i++) {
    const item = special.items[i] ?? 0;
    while ((general.items[g] ?? Number.POSITIVE_INFINITY) < item) g++;
    const s = special.bps[i] ?? 0;
    const o = general.items[g] === item ? (general.bps[g] ?? 0) : NOT_LISTED;
    if (s === NOT_LISTED && o === NOT_LISTED) return null;
    if (s <= 0 || o <= 0) continue;
    known += 1;
    if (s - o < minGainBp) below += 1;
    if (s < o) lower += 1;
    else if (s > o) higher += 1;
    const sales = firstSales(special.sales[i], general.sales[g]);
    weight += sales;
    specialSum += s * sales;
    generalSum += o * sales;
    gain += (s - o - minGainBp) * sales;
    plainSpecial += s;
    plainGeneral += o;
  }
  return {
    known,
    below,
    lower,
    higher,
    weight,
    special: specialSum,
    general: generalSum,
    gain,
    plainSpecial,
    plainGeneral,
  };
}

/** Items of which both rates are known, the special one below the general one. */
function itemsBelow(special: RateColumns, general: RateColumns): number[] {
  let g = 0;
  return special.items.filter((item, i) => {
    while ((general.items[g] ?? Number.POSITIVE_INFINITY) < item) g++;
    const s = special.bps[i] ?? 0;
    return s > 0 && general.items[g] === item && s < (general.bps[g] ?? 0);
  });
}

/** The newest change of the special rate, and the first item's raise of the general one, among items of which both rates are known. */
function changesIn(special: RateColumns, general: RateColumns, idOf: IdOf): Pick<Tally, 'lastChange' | 'raise'> {
  let [lastChange, raise]: [ItemChange | null, ItemChange | null] = [null, null];
  const isKnownIn = ({ items, bps }: RateColumns, item: number) => (bps[indexIn(items, item)] ?? 0) > 0;
  for (const [i, change] of special.changes) {
    const item = special.items[i] ?? 0;
    if ((special.bps[i] ?? 0) <= 0 || !isKnownIn(general, item)) continue;
    if (isNewer({ change, item }, lastChange, idOf)) lastChange = { change, item };
  }
  for (const [g, change] of general.changes) {
    const item = general.items[g] ?? 0;
    if (change.to <= change.from || (general.bps[g] ?? 0) <= 0 || !isKnownIn(special, item)) continue;
    if (!raise || compareText(idOf(item), idOf(raise.item)) < 0) raise = { change, item };
  }
  return { lastChange: lastChange?.change ?? null, raise: raise?.change ?? null };
}

/** Index of a number in ascending ones; -1: it is not there. */
export function indexIn(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length - 1];
  if (wanted > (ascending[high] ?? 0)) return -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ascending[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

interface ItemChange {
  readonly change: Change<number>;
  readonly item: number;
}

/** Of two changes at one moment that of the first item. */
function isNewer(one: ItemChange, other: ItemChange | null, idOf: IdOf): boolean {
  const later = one.change.firstSeenAfterMs - (other?.change.firstSeenAfterMs ?? Number.NEGATIVE_INFINITY);
  return later > 0 || (later === 0 && other !== null && compareText(idOf(one.item), idOf(other.item)) < 0);
}

/** The weight of a scope: sales as the special plan states them, else as the general one does, else 1. */
function firstSales(special = UNKNOWN_SALES, general = UNKNOWN_SALES): number {
  if (special !== UNKNOWN_SALES) return special;
  return general === UNKNOWN_SALES ? 1 : general;
}
