/**
 * Readings as runs. A feed is a row of comparable snapshots (same account, format, coverage, subject); a run says that a series
 * had one value in consecutive snapshots of a feed. Nothing here depends on the order of import.
 */
import type { Coverage, Measure } from './reading.ts';

export interface Feed {
  readonly id: number;
  readonly format: string;
  readonly coverage: Coverage;
  /** Captured times of its snapshots up to the moment asked for, ascending, in milliseconds. */
  readonly times: readonly number[];
  /** File of the snapshot captured then; to be asked while the ledger is open. */
  fileAt(ms: number): string;
  /** Whether the user said that the rates of this file are right. */
  isAccepted(ms: number): boolean;
}

/** Where a value was first read: file, line (or row index; null when not kept) and raw cell. */
export interface Source {
  readonly file: string;
  readonly locator: number | null;
  readonly raw: string | null;
}

export interface Run<V> {
  readonly feed: Feed;
  readonly value: V;
  /** Indexes into `feed.times`, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly source: Source;
}

/** Basis points; `unknown`: the export states that it is unknown; null: it lists the plan there and says nothing of the rate. */
export type RateValue = number | 'unknown' | null;

/** The rate where it is known. */
export function knownRate(value: RateValue): number | null {
  return value === 'unknown' ? null : value;
}

export interface Item {
  readonly id: string;
  readonly title: string | null;
}

/** The number that stands for the shop as a whole, where a rate is the plan's average. */
export const SHOP_SCOPE = 0;

/** All readings of one plan's rate at one scope. */
export interface RateSeries {
  /** What the rate is of: the number of an item in this ledger, or SHOP_SCOPE. */
  readonly scope: number;
  readonly measure: Measure;
  /** null: the shop as a whole. */
  readonly item: Item | null;
  readonly runs: readonly Run<RateValue>[];
}

/** When a value was last another one. */
export interface Change<V> {
  readonly from: V;
  readonly to: V;
  /** The change happened between these two captures. */
  readonly lastSeenBeforeMs: number;
  readonly firstSeenAfterMs: number;
}

/** How a rate last moved: one of the two at most, for a rate whose unit is in doubt has not changed (unit-doubt.ts). */
export interface RateMoves {
  readonly change: Change<number> | null;
  /** From the rate that is believed to the one in doubt. */
  readonly doubt: Change<number> | null;
}

export const NO_MOVES: RateMoves = { change: null, doubt: null };

/** A commission rate at one scope as of a moment. */
export interface RateNow {
  readonly scope: number;
  /** null: stated as unknown, never stated, or sources disagree. */
  readonly bp: number | null;
  /** When it was last stated; where it never was, when the plan was last listed there. */
  readonly atMs: number;
  /** Whether any export says what it is, or that it is unknown. */
  readonly isStated: boolean;
  /** The cell says a literal zero: unknown all the same, and worth a warning. */
  readonly zero: boolean;
  /** Sources disagree about the newest moment. */
  readonly conflict: boolean;
  /** Captures since then that would have listed this plan here and did not. */
  readonly absentCaptures: number;
  /** All readings; null where one feed alone tells of the scope and its newest captures say all. */
  readonly series: RateSeries | null;
  moves(): RateMoves;
}

export interface Sighting<V> {
  readonly value: V;
  /** When the value was last seen. */
  readonly atMs: number;
  readonly source: Source;
  /** Two sources disagree about the same moment: there is no saying which is right. */
  readonly conflict: boolean;
}

function rank({ value, source }: Pick<Sighting<unknown>, 'value' | 'source'>): string {
  return `${value}\u0000${source.file}\u0000${source.locator}`;
}

/** The same order, without making texts of what mostly says the same: twenty files of one moment are compared for every fact. */
function isSmaller(value: unknown, source: Source, than: Sighting<unknown>): boolean {
  if (value !== than.value) return rank({ value, source }) < rank(than);
  if (source.file !== than.source.file) return source.file < than.source.file;
  return `${source.locator}` < `${than.source.locator}`;
}

/** When a run was first seen, in milliseconds. */
export function firstSeen(run: Run<unknown>): number {
  return run.feed.times[run.first] ?? Number.NaN;
}

/** When a run was last seen, in milliseconds. */
export function lastSeen(run: Run<unknown>): number {
  return run.feed.times[run.last] ?? Number.NEGATIVE_INFINITY;
}

/** When any of them was last seen; never, where there is none. */
export function lastSeenOf(runs: readonly Run<unknown>[]): number {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const run of runs) newestMs = Math.max(newestMs, lastSeen(run));
  return newestMs;
}

/**
 * The newest reading of a series, over all feeds: of several at one moment, they must agree.
 * `accept` limits it to readings that say something (a joined list has no rate, a search no membership).
 */
export function newestSighting<V, W>(runs: readonly Run<V>[], accept: (value: V) => W | null): Sighting<W> | null {
  let best: Sighting<W> | null = null;
  for (const run of runs) {
    const atMs: number = lastSeen(run);
    if (best && atMs < best.atMs) continue;
    const value = accept(run.value);
    if (value === null) continue;
    if (best && atMs === best.atMs) {
      // Of two the smaller stands ("approved" before "left"), so that the order of import cannot show.
      const other: Sighting<W> = best;
      const conflict = other.conflict || other.value !== value;
      if (isSmaller(value, run.source, other)) best = { value, atMs, source: run.source, conflict };
      else if (conflict) best = { ...other, conflict };
    } else {
      best = { value, atMs, source: run.source, conflict: false };
    }
  }
  return best;
}

/** All that is said at a moment, in the same order whatever the order of import. */
export function valuesAt<V, W extends string | number>(
  runs: readonly Run<V>[],
  accept: (value: V) => W | null,
  atMs: number,
): W[] {
  const values = new Set(runs.flatMap((run) => (isSeenAt(run, atMs) ? (accept(run.value) ?? []) : [])));
  return [...values].sort((a, b) => (a < b ? -1 : 1));
}

/** Index of a captured time in a feed's ascending times; of one that is not among them, of the next. */
export function indexOfTime(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a run was seen at a captured time. */
export function isSeenAt({ feed, first, last }: Run<unknown>, atMs: number): boolean {
  const index = indexOfTime(feed.times, atMs);
  return feed.times[index] === atMs && index >= first && index <= last;
}

/** When a run was last seen before a moment. */
export function lastSeenBefore({ feed, first, last }: Run<unknown>, ms: number): number {
  const index = Math.min(last, indexOfTime(feed.times, ms) - 1);
  return index < first ? Number.NEGATIVE_INFINITY : (feed.times[index] as number);
}

/** Every captured time at which one of the runs was seen, ascending, each once. `sinceMs`: only those from then on. */
export function seenTimes(runs: readonly Run<unknown>[], sinceMs = Number.NEGATIVE_INFINITY): readonly number[] {
  let times: readonly number[] = [];
  for (const { first, last, feed } of runs)
    times = union(times, feed.times.slice(Math.max(first, indexOfTime(feed.times, sinceMs)), last + 1));
  return times;
}

/** All of two lists of times, both ascending and each time once: so is the answer. Most have the same times. */
export function union(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length < b.length) return union(b, a);
  if (b.every(walk(a))) return a;
  const all: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const own = a[i] ?? Number.POSITIVE_INFINITY;
    const other = b[j] ?? Number.POSITIVE_INFINITY;
    all.push(Math.min(own, other));
    if (own <= other) i++;
    if (other <= own) j++;
  }
  return all;
}

/** Whether a moment is one of ascending times; to be asked of moments in ascending order. */
export function walk(times: readonly number[]): (ms: number) => boolean {
  let next = 0;
  return (ms) => {
    while (next < times.length && (times[next] as number) < ms) next++;
    return times[next] === ms;
  };
}

/** Where a run's value was read at one of its moments: line and cell are kept only where it was first read. */
export function sourceAt(run: Run<unknown>, atMs: number): Source {
  if (firstSeen(run) === atMs) return run.source;
  return { file: run.feed.fileAt(atMs), locator: null, raw: null };
}

/** Where any of the runs was read at a moment: of several files the one of the smallest name. */
export function firstSourceAt(runs: readonly Run<unknown>[], atMs: number): Source | null {
  const sources = runs.filter((run) => isSeenAt(run, atMs)).map((run) => sourceAt(run, atMs));
  return sources.sort((a, b) => (a.file < b.file ? -1 : 1))[0] ?? null;
}

/** The first reading after a moment that is accepted, over all feeds: of two of one moment that in the file of the smaller name. */
export function firstReadingAfter<V>(
  runs: readonly Run<V>[],
  afterMs: number,
  accept: (value: V) => boolean,
): { readonly atMs: number; readonly source: Source } | null {
  let best: { readonly atMs: number; readonly source: Source } | null = null;
  for (const run of runs) {
    if (!accept(run.value)) continue;
    const atMs = run.feed.times[Math.max(run.first, indexOfTime(run.feed.times, afterMs + 1))];
    if (atMs === undefined || atMs > lastSeen(run) || (best && atMs > best.atMs)) continue;
    const source = sourceAt(run, atMs);
    if (!best || atMs < best.atMs || source.file < best.source.file) best = { atMs, source };
  }
  return best;
}

/** One reading: a value with the file of its very capture. */
export interface ReadingAt<W> {
  readonly atMs: number;
  readonly value: W;
  readonly source: Source;
}

/** Every reading of every feed, oldest first: also those that do not have the value, or that disagree. */
export function readingsOf<V, W>(runs: readonly Run<V>[], pick: (value: V) => W): ReadingAt<W>[] {
  return runs
    .flatMap((run) => seenTimes([run]).map((atMs) => ({ atMs, value: pick(run.value), source: sourceAt(run, atMs) })))
    .sort((a, b) => a.atMs - b.atMs || (rank(a) < rank(b) ? -1 : 1));
}
