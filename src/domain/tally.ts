/** What a plan's comparisons come to: all that a verdict needs to know of them. */
import { type Basis, type Comparison, compareScopes, inOrder, type Relation } from './compare.ts';
import type { ShopLedger } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { Rates } from './rates.ts';
import { type Change, SHOP_SCOPE } from './runs.ts';
import type { RateView } from './state.ts';

const UNKNOWN_VIEW: RateView = { bp: null, atMs: null };

/** What comparisons that count add up to. */
interface Sums {
  /** How much a comparison counts beside others. */
  readonly weigh: (comparison: Comparison) => number;
  readonly special: RateView;
  readonly general: RateView;
  readonly gapBp: number | null;
  /** How many have both rates, and in how many of these the special rate lies below the general one plus the minimum gain. */
  readonly known: number;
  readonly below: number;
  /** Gaps less the minimum gain, weighted and summed up. */
  readonly gain: number;
  /** A rate is stated as a literal zero. */
  readonly isZero: boolean;
  readonly isSpecialKnown: boolean;
  readonly isGeneralKnown: boolean;
  /** When general rates that have vanished since were last seen; null: there were none. */
  readonly generalGoneMs: number | null;
}

export interface Tally extends Sums {
  readonly comparisons: readonly Comparison[];
  readonly basis: Basis | null;
  /** How many of the comparisons came out how. */
  readonly scopes: Readonly<Record<Relation, number>>;
  /** How those that count last moved: a verdict stands without it. */
  readonly moves: () => Moves;
  /** Of each side the first item whose rate is in doubt (unit-doubt.ts). */
  readonly doubts: readonly UnitDoubt[];
  /** How many of those with both rates lie below the general one; and their items in order, unless all do. */
  readonly lower: number;
  readonly itemsBelow: readonly string[];
  /** How many items stand against an average: they decide nothing. */
  readonly byAverage: number;
  /** The oldest rate too old to judge by that forbids a keep: it said below, or averages stand in for its item. */
  readonly staleMs: number | null;
}

export interface Moves {
  /** The newest change of the special rate. */
  readonly lastChange: ItemChange | null;
  /** The last change of the general rate of the first item for which it was raised. */
  readonly raise: ItemChange | null;
}

/** `item`: whose rate changed; null where one scope is compared, or all changed alike. */
export interface ItemChange extends Change<number> {
  readonly item: string | null;
}

const SIDES = ['special', 'general'] as const;
type Side = (typeof SIDES)[number];

interface UnitDoubt {
  readonly rates: Side;
  /** null: the shop as a whole. */
  readonly item: string | null;
  /** From the rate that is believed. */
  readonly change: Change<number>;
}

export interface TallyQuestion {
  readonly item: number | null;
  readonly nowMs: number;
  readonly policy: Policy;
}

/** `item` narrows it to one item. */
export function tallyScopes(
  special: Rates,
  general: Rates,
  { sales, idOf }: Pick<ShopLedger, 'sales' | 'idOf'>,
  { item, nowMs, policy: { maxAgeMs, minGainBp } }: TallyQuestion,
): Tally {
  const { comparisons, basis } = compareScopes(special, general, { only: item, sales, nowMs, maxAgeMs });
  const scopes = countRelations(comparisons);
  const order = { compare: inOrder(idOf), idOf };
  const counted = countedOf(comparisons, scopes);
  const rates = { special, general };
  let [staleMs, byAverage]: [number | null, number] = [null, 0];
  for (const comparison of comparisons) {
    if (comparison.basis === 'mixed') byAverage += 1;
    if (comparison.stale && (basis === 'shop-average' || (comparison.gapBp ?? 0) < minGainBp))
      staleMs = Math.min(
        staleMs ?? nowMs,
        special.seenMs(comparison.special) ?? nowMs,
        general.seenMs(comparison.general) ?? nowMs,
      );
  }
  const sums = sumsOf(counted, rates, minGainBp);
  const lower = counted.filter(({ gapBp }) => gapBp !== null && gapBp < 0);
  return {
    comparisons,
    basis,
    scopes,
    ...sums,
    moves: () => movesOf(counted, rates, order),
    doubts: doubtsOf(counted, rates, order),
    lower: lower.length,
    itemsBelow: lower.length < sums.known ? lower.sort(order.compare).flatMap(({ scope }) => idOf(scope) ?? []) : [],
    byAverage,
    staleMs,
  };
}

/** The comparisons that decide; where none can, those that would if they were not stale; else whatever is known. */
function countedOf(comparisons: readonly Comparison[], scopes: Tally['scopes']): readonly Comparison[] {
  if (scopes.unknown === 0) return comparisons;
  if (scopes.unknown < comparisons.length) return comparisons.filter(({ relation }) => relation !== 'unknown');
  const stale = comparisons.filter((comparison) => comparison.stale);
  return stale.length > 0 ? stale : comparisons;
}

function countRelations(comparisons: readonly Comparison[]): Record<Relation, number> {
  const counts = { below: 0, equal: 0, above: 0, unknown: 0 };
  for (const { relation } of comparisons) counts[relation] += 1;
  return counts;
}

/** Adds up the comparisons that count. */
function sumsOf(counted: readonly Comparison[], rates: BothRates, minGainBp: number): Sums {
  const both = counted.filter(({ gapBp }) => gapBp !== null);
  const known = both.length;
  const weigh = weighOf(both);
  let [below, gain] = [0, 0];
  for (const comparison of both) {
    const gapBp = comparison.gapBp ?? 0;
    if (gapBp < minGainBp) below += 1;
    gain += (gapBp - minGainBp) * weigh(comparison);
  }
  const viewOf = (side: Side): RateView => {
    const usable = known === counted.length ? both : counted.filter((one) => rates[side].usableBp(one[side]) !== null);
    const bp = known > 0 ? meanOf(both, weigh, rates, side) : meanOf(usable, weighOf(usable), rates, side);
    return { bp, atMs: oldestOf(usable, rates, side) };
  };
  const [special, general] = [viewOf('special'), viewOf('general')];
  // Where no scope has both rates, a special rate of one beside the general rate of another would compare what cannot be compared.
  const isApart = known === 0 && special.bp !== null;
  return {
    weigh,
    special,
    general: isApart ? UNKNOWN_VIEW : general,
    gapBp: known > 0 && special.bp !== null && general.bp !== null ? special.bp - general.bp : null,
    known,
    below,
    gain,
    ...unknownOf(counted, rates),
    isSpecialKnown: special.atMs !== null,
    isGeneralKnown: general.atMs !== null,
  };
}

/** What scopes tell of which a rate is not known. */
function unknownOf(counted: readonly Comparison[], rates: BothRates): Pick<Sums, 'isZero' | 'generalGoneMs'> {
  let [isZero, generalGoneMs]: [boolean, number | null] = [false, null];
  for (const { special, general, gapBp } of counted) {
    if (gapBp !== null) continue;
    const [own, other] = [rates.special.rateAt(special), rates.general.rateAt(general)];
    if (own?.bp === null && own.zero) isZero = true;
    if (other && other.bp !== null && other.absentCaptures > 0)
      generalGoneMs = Math.max(generalGoneMs ?? other.atMs, other.atMs);
  }
  return { isZero, generalGoneMs };
}

/** Items weigh by their sales; if those of any are unknown, or all are 0, all weigh 1 (design.md §4.3). */
function weighOf(all: readonly Comparison[]): Sums['weigh'] {
  const hasAllSales = all.every(({ scope, sales }) => sales !== null || scope === SHOP_SCOPE);
  const isWeighed = hasAllSales && all.some(({ sales }) => sales !== null && sales > 0);
  return isWeighed ? ({ sales }) => sales ?? 1 : () => 1;
}

/** The weighed mean of known rates, rounded half up. */
function meanOf(all: readonly Comparison[], weigh: Sums['weigh'], rates: BothRates, side: Side): number | null {
  let [sum, weight] = [0, 0];
  for (const comparison of all) {
    const own = weigh(comparison);
    sum += (rates[side].usableBp(comparison[side]) ?? 0) * own;
    weight += own;
  }
  return weight === 0 ? null : Math.floor(sum / weight + 0.5);
}

/** When the rate that was last seen longest ago was last seen. */
function oldestOf(all: readonly Comparison[], rates: BothRates, side: Side): number | null {
  let oldestMs: number | null = null;
  for (const comparison of all) {
    const atMs = rates[side].seenMs(comparison[side]);
    if (atMs !== null && (oldestMs === null || atMs < oldestMs)) oldestMs = atMs;
  }
  return oldestMs;
}

interface Found {
  readonly of: Comparison;
  readonly change: Change<number>;
}

/** The order in which comparisons are told, and their items. */
interface Order extends Pick<ShopLedger, 'idOf'> {
  readonly compare: (a: Comparison, b: Comparison) => number;
}

type BothRates = Readonly<Record<Side, Rates>>;

function movesOf(counted: readonly Comparison[], rates: BothRates, { compare, idOf }: Order): Moves {
  const isFirst = (a: Found, b: Found) => compare(a.of, b.of) < 0;
  const isLater = (a: Found, b: Found) => {
    const later = a.change.firstSeenAfterMs - b.change.firstSeenAfterMs;
    return later > 0 || (later === 0 && isFirst(a, b));
  };
  const [last, raise] = [makeTold(isLater, idOf), makeTold(isFirst, idOf)];
  for (const of of counted) {
    last.add(of, rates.special.moves(of.special).change);
    const { change } = rates.general.moves(of.general);
    raise.add(of, change && change.to > change.from ? change : null);
  }
  return { lastChange: last.result(), raise: raise.result() };
}

function doubtsOf(counted: readonly Comparison[], rates: BothRates, { compare, idOf }: Order): UnitDoubt[] {
  return SIDES.flatMap((side) => {
    let first: Found | null = null;
    for (const of of counted) {
      const { doubt } = rates[side].moves(of[side]);
      const isNow = doubt !== null && doubt.to === rates[side].usableBp(of[side]);
      if (isNow && (first === null || compare(of, first.of) < 0)) first = { of, change: doubt };
    }
    return first ? [{ rates: side, item: idOf(first.of.scope), change: first.change }] : [];
  });
}

/** Of changes, added one for each comparison (null: none), the one that is told. */
function makeTold(isBefore: (a: Found, b: Found) => boolean, idOf: ShopLedger['idOf']) {
  let told: Found | null = null;
  let first: Change<number> | null | undefined;
  let isSame = true;
  return {
    add(of: Comparison, change: Change<number> | null): void {
      if (first === undefined) first = change;
      else isSame &&= change?.from === first?.from && change?.to === first?.to;
      if (change && (!told || isBefore({ of, change }, told))) told = { of, change };
    },
    result: (): ItemChange | null => told && { ...told.change, item: isSame ? null : idOf(told.of.scope) },
  };
}
