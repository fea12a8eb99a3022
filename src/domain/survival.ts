/**
 * How long something lasts that is only looked at now and then. Turnbull's estimator (B. W. Turnbull, 1976, JRSS B 38:290–295)
 * for events between two looks, and Kaplan–Meier (1958) for what a looker experiences. Days are whole.
 */
import { wilson } from './grade.ts';

/**
 * One thing looked at: it lasted beyond day `left`, and no longer on day `right` (null: it still lasts). `entry`, at most `left`:
 * the day from which it was looked at; had it ended before, it would not be here.
 */
export interface Span {
  readonly entry: number;
  readonly left: number;
  readonly right: number | null;
}

/** In whole days that have passed, as everywhere: what ended and what lasted in one capture keep their order. */
export function wholeDays({ entry, left, right }: Span): Span {
  const ended = right === null ? null : Math.max(1, Math.floor(right));
  const good = Math.min(Math.floor(left), (ended ?? Number.POSITIVE_INFINITY) - 1);
  return { entry: left < entry ? Math.floor(entry) : Math.min(Math.floor(entry), good), left: good, right: ended };
}

/** Share of all that ended in (`from`, `to`]; where in between is not known. `to` null: after all looks. */
export interface Mass {
  readonly from: number;
  readonly to: number | null;
  readonly share: number;
}

/** A step of Kaplan–Meier: of `atRisk` ended `events` on this day, and `share` lasts beyond it; 95 % bounds. */
export interface CurveStep {
  readonly day: number;
  readonly atRisk: number;
  readonly events: number;
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

interface Weighed extends Span {
  readonly weight: number;
}

const EXACT = { precision: 1e-12, rounds: 20_000 };
/** A band is read to a percent. */
const ROUGH = { precision: 1e-3, rounds: 60 };

/**
 * The shares that make what was seen most likely, found by EM over the innermost intervals. What entered late counts only
 * from then on. Where nothing was looked at nothing is known, and no share is given.
 */
export function turnbull(spans: readonly Span[]): Mass[] {
  const known = merged(spans);
  return openEstimate(known)(
    known.map(({ weight }) => weight),
    EXACT,
  );
}

/** The same spans once, with their number. */
function merged(spans: readonly Span[]): Weighed[] {
  const known = new Map<string, Weighed>();
  for (const span of spans) {
    const key = `${span.entry} ${span.left} ${span.right}`;
    known.set(key, { ...span, weight: (known.get(key)?.weight ?? 0) + 1 });
  }
  return [...known.values()];
}

/** Estimates from the spans as often as `weights` says, span by span; what is drawn again and again is laid out once. */
function openEstimate(all: readonly Span[]): (weights: ArrayLike<number>, limits: typeof EXACT) => Mass[] {
  const lastDay = Math.max(0, ...all.map(({ left, right }) => right ?? left));
  // Each span covers a row of intervals, and could only have been seen in those from its entry on.
  const rows = all.map((): Row => ({ weight: 0, entry: 0, begin: 0, end: 0 }));
  return (weights, { precision, rounds }) => {
    const { intervals, begun, over } = innermost(all, weights, lastDay);
    const n = intervals.length;
    for (const [i, row] of rows.entries()) {
      const { entry, left, right } = all[i] as Span;
      row.weight = weights[i] as number;
      row.entry = at(begun, entry);
      row.begin = at(begun, left);
      row.end = right === null ? n : at(over, right);
    }
    const drawn = rows.filter(({ weight }) => weight > 0);
    let shares = new Float64Array(n).fill(1 / n);
    for (let round = 0, moved = 1; round < rounds && moved > precision; round++) {
      const next = improve(shares, drawn);
      moved = 0;
      for (let i = 0; i < n; i++) moved = Math.max(moved, Math.abs(at(next, i) - at(shares, i)));
      shares = next;
    }
    return intervals.map(({ from, to }, i) => ({ from, to: Number.isFinite(to) ? to : null, share: at(shares, i) }));
  };
}

/** Indexes of intervals: that which a span is seen from on, the first it covers, and the first after those. */
interface Row {
  weight: number;
  entry: number;
  begin: number;
  end: number;
}

/** A round of EM. Differences of what each interval gains, so that a span costs the same however many it covers. */
function improve(shares: Float64Array, rows: readonly Row[]): Float64Array<ArrayBuffer> {
  const n = shares.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = at(sums, i) + at(shares, i);
  const gains = new Float64Array(n + 1);
  let all = 0;
  for (const { weight, entry, begin, end } of rows) {
    const gain = weight / (at(sums, end) - at(sums, begin));
    gains[begin] = at(gains, begin) + gain;
    gains[end] = at(gains, end) - gain;
    // For each that entered late, those that ended before and were never seen.
    const unseen = weight / (1 - at(sums, entry));
    gains[0] = at(gains, 0) + unseen;
    gains[entry] = at(gains, entry) - unseen;
    all += unseen;
  }
  const next = new Float64Array(n);
  for (let i = 0, gain = 0; i < n; i++) {
    gain += at(gains, i);
    next[i] = (at(shares, i) * gain) / all;
  }
  return next;
}

function at(values: Float64Array | Uint16Array, index: number): number {
  return values[index] as number;
}

interface Interval {
  readonly from: number;
  /** Infinity: after all looks. */
  readonly to: number;
}

/**
 * From a last good look to the next end, with no other such moment in between: only there can shares lie. By day: how many
 * begin before it, and how many are over by it.
 */
function innermost(all: readonly Span[], weights: ArrayLike<number>, lastDay: number) {
  const [lefts, ends] = [new Uint8Array(lastDay + 1), new Uint8Array(lastDay + 1)];
  let isEndless = false;
  for (const [i, span] of all.entries()) {
    if (!weights[i]) continue;
    lefts[span.left] = 1;
    // An entry bounds the shares as an end does (H. Frydman, 1994, JRSS B 56:71–74).
    if (span.entry > 0) ends[span.entry] = 1;
    if (span.right === null) isEndless = true;
    else ends[span.right] = 1;
  }
  const intervals: Interval[] = [];
  let from: number | null = null;
  for (let day = 0; day <= lastDay; day++) {
    if (ends[day] && from !== null) {
      intervals.push({ from, to: day });
      from = null;
    }
    if (lefts[day]) from = day;
  }
  if (from !== null && isEndless) intervals.push({ from, to: Number.POSITIVE_INFINITY });
  const [begun, over] = [new Uint16Array(lastDay + 1), new Uint16Array(lastDay + 1)];
  for (let [day, i, j] = [0, 0, 0]; day <= lastDay; day++) {
    while ((intervals[i]?.from ?? day) < day) i++;
    while ((intervals[j]?.to ?? Number.POSITIVE_INFINITY) <= day) j++;
    begun[day] = i;
    over[day] = j;
  }
  return { intervals, begun, over };
}

/** The share that lasts beyond a day. Inside an interval it is not known: there it falls evenly. */
export function shareAt(masses: readonly Mass[], day: number): number {
  let share = 1;
  for (const { from, to, share: own } of masses)
    if (to !== null && day > from) share -= own * Math.min(1, (day - from) / (to - from));
  return Math.max(0, share);
}

/** The day, or the interval, in which half have ended; null: later than was seen. */
export function medianOf(masses: readonly Mass[]): { readonly from: number; readonly to: number } | null {
  for (const { from, to } of masses) if (to !== null && shareAt(masses, to) <= 0.5 + 1e-9) return { from, to };
  return null;
}

const Z_95 = 1.959964;

/**
 * Kaplan–Meier with each end on the day it was seen, Greenwood's variance and log-log bounds (D. Collett, Modelling Survival
 * Data, 2.2): when a looker noticed it. Where none lasts these bounds are not defined: they are the share itself.
 */
export function kaplanMeier(spans: readonly Span[]): CurveStep[] {
  const days = [...new Set(spans.flatMap(({ right }) => right ?? []))].sort((a, b) => a - b);
  let [share, variance] = [1, 0];
  return days.flatMap((day): CurveStep[] => {
    const atRisk = spans.filter(({ entry, left, right }) => entry < day && (right ?? left) >= day).length;
    const events = spans.filter(({ entry, right }) => right === day && entry < day).length;
    if (events === 0) return [];
    share *= 1 - events / atRisk;
    variance += events / (atRisk * (atRisk - events));
    const spread = share > 0 ? Math.exp((Z_95 * Math.sqrt(variance)) / Math.abs(Math.log(share))) : 1;
    return [{ day, atRisk, events, share, lower: share ** spread, upper: share ** (1 / spread) }];
  });
}

/** Days at which the estimate bends: between two of them it falls evenly, and after the last nothing is known. */
export function bendsOf(masses: readonly Mass[]): number[] {
  const days = masses.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  return masses.length === 0 ? [] : [...new Set([0, ...days])].sort((a, b) => a - b);
}

/** How a band is drawn (orders.md §6.4); of the seed follows that the same plans always give the same band. */
export const BAND = { draws: 1000, percent: 95, seed: 20140301 };

/**
 * For each day 95 % bounds of the estimate, `masses`. How far it moves when as many plans are drawn again and again (B. Efron, 1979) says
 * how many plans without gaps it is worth; of so many the bounds are Wilson's, which hold near 0 and 1, too.
 */
export function bandsAt(
  spans: readonly Span[],
  masses: readonly Mass[],
  days: readonly number[],
  { draws, seed }: Pick<typeof BAND, 'draws' | 'seed'> = BAND,
): { readonly lower: number; readonly upper: number }[] {
  const drawn = redraw(merged(spans), days, draws, randomFrom(seed));
  return days.map((day, i) => {
    const shares = drawn[i] ?? [];
    const mean = shares.reduce((sum, share) => sum + share, 0) / draws;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (draws - 1);
    const isMoved = variance > 1e-9 && mean * (1 - mean) > 1e-9;
    const worth = isMoved ? Math.min(spans.length, (mean * (1 - mean)) / variance) : spans.length;
    return wilson(shareAt(masses, day) * worth, worth, Z_95);
  });
}

/** By day the estimates of every draw. */
function redraw(
  known: readonly Weighed[],
  days: readonly number[],
  draws: number,
  random: () => number,
): readonly (readonly number[])[] {
  const all = known.flatMap(({ weight }, index) => new Array<number>(weight).fill(index));
  const estimate = openEstimate(known);
  const shares = days.map((): number[] => []);
  for (let draw = 0; draw < draws; draw++) {
    const times = new Uint32Array(known.length);
    for (let i = 0; i < all.length; i++) {
      const index = all[Math.floor(random() * all.length)] as number;
      times[index] = (times[index] as number) + 1;
    }
    const masses = estimate(times, ROUGH);
    for (const [i, day] of days.entries()) shares[i]?.push(shareAt(masses, day));
  }
  return shares;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32, T. Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
