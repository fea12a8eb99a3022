/** Tallies a plan straight from columns of rates: what `tallyScopes` gives of the ledger (test/store/read-ledger.test.ts). */
import type { Change } from './last-change.ts';
import { compareText } from './order.ts';
import type { Policy } from './policy.ts';
import type { RateView } from './state.ts';
import type { Tally } from './tally.ts';

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
  /** By item, for those that are unknown or no longer listed and were known before. */
  readonly past: ReadonlyMap<number, PastRate>;
  /** The last change, for those that changed, by item. */
  readonly changes: ReadonlyMap<number, Change<number>>;
}

/** The last rate that was known, and when it was last seen. */
export interface PastRate {
  readonly bp: number;
  readonly ms: number;
}

export const NOT_LISTED = -1;
export const UNKNOWN_SALES = -1;

export interface ColumnsQuestion {
  /** The newest capture of the stream, which would list every plan of both kinds; no older than allowed. */
  readonly seenMs: number;
  /** When any plan last listed an item whose rates vanished from both lists together. */
  readonly lastListed: ReadonlyMap<number, number>;
  readonly nowMs: number;
  readonly policy: Policy;
  /** Gives an item's id; null leaves out what names items or depends on their order: the changes, and the items below. */
  readonly idOf: IdOf | null;
}

/** As `tallyScopes`, from columns; null where they do not tell all: no item that is still listed has both rates. */
export function tallyColumns(
  allSpecial: RateColumns,
  allGeneral: RateColumns,
  question: ColumnsQuestion,
): Tally | null {
  const { seenMs, idOf } = question;
  const { minGainBp } = question.policy;
  const { special, general, revived, oldestMs, staleBelowMs } = reviveGone(allSpecial, allGeneral, question);
  const sums = sumUp(special, general, minGainBp);
  if (sums.known === revived) return null;
  const { known, weight } = sums;
  const changes = idOf ? changesIn(special, general, idOf) : { lastChange: null, raise: null };
  const view = (sum: number, plainSum: number): RateView => ({
    bp: Math.floor((weight === 0 ? plainSum / known : sum / weight) + 0.5),
    atMs: Math.min(seenMs, oldestMs),
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
    staleBelowMs,
  };
}

/**
 * Items that the newest exports do not mention at all: nothing says that their rates ended, and they count as last seen
 * until they are too old to judge by. Gives columns in which they stand as if they were listed.
 */
function reviveGone(
  special: RateColumns,
  general: RateColumns,
  { lastListed, nowMs, policy: { maxAgeMs, minGainBp } }: ColumnsQuestion,
) {
  let [revived, oldestMs, staleBelowMs]: [number, number, number | null] = [0, Number.POSITIVE_INFINITY, null];
  if (lastListed.size === 0) return { special, general, revived, oldestMs, staleBelowMs };
  const [specialBps, generalBps] = [special.bps.slice(), general.bps.slice()];
  for (const [item, ms] of lastListed) {
    const [s, o] = [special.past.get(item), general.past.get(item)];
    if (s?.ms !== ms || o?.ms !== ms) continue;
    if (nowMs - ms <= maxAgeMs) {
      specialBps[indexIn(special.items, item)] = s.bp;
      generalBps[indexIn(general.items, item)] = o.bp;
      revived += 1;
      oldestMs = Math.min(oldestMs, ms);
    } else if (s.bp - o.bp < minGainBp) staleBelowMs = Math.min(staleBelowMs ?? ms, ms);
  }
  return {
    special: { ...special, bps: specialBps },
    general: { ...general, bps: generalBps },
    revived,
    oldestMs,
    staleBelowMs,
  };
}

/** Gives the id of an item by its number. */
export type IdOf = (item: number) => string;

/** `plain…`: unweighted, in case that all weights are 0. Runs a million times: no objects within. */
function sumUp(special: RateColumns, general: RateColumns, minGainBp: number) {
  let [known, below, lower, higher, weight] = [0, 0, 0, 0, 0];
  let [specialSum, generalSum, gain, plainSpecial, plainGeneral] = [0, 0, 0, 0, 0];
  for (let i = 0, g = 0; i < special.items.length; i++) {
    const item = special.items[i] ?? 0;
    while ((general.items[g] ?? Number.POSITIVE_INFINITY) < item) g++;
    const s = special.bps[i] ?? 0;
    const o = general.items[g] === item ? (general.bps[g] ?? 0) : NOT_LISTED;
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
  for (const [item, change] of special.changes) {
    if (!isKnownIn(special, item) || !isKnownIn(general, item)) continue;
    if (isNewer({ change, item }, lastChange, idOf)) lastChange = { change, item };
  }
  for (const [item, change] of general.changes) {
    if (change.to <= change.from || !isKnownIn(general, item) || !isKnownIn(special, item)) continue;
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
