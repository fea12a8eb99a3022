/**
 * What a rate may have been in a window of time (orders.md §3.3). Between two readings that agree the rate is that one; between
 * two that differ it is either. It is unknown next to a reading that states it as unknown or to a capture that would list the
 * plan and does not (rate-tracks.ts), before the first reading, and later than `maxAge` after the last.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { firstSourceAt, indexOfTime, type RateValue, type Run, type Source } from './runs.ts';

/** Both ends included, in milliseconds. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PossibleRates {
  /** Basis points, ascending, each once. */
  readonly bps: readonly number[];
  /** At some moment of the window nothing says what the rate was. */
  readonly isUnknown: boolean;
  /** The readings around some moment agree, but lie more than 14 days apart. */
  readonly isAssumed: boolean;
}

/** A reading that a window stands on. `bps`: none where it states that the rate is unknown, or does not list the plan; several where files disagree. */
interface WindowReading {
  readonly atMs: number;
  readonly bps: readonly number[];
  readonly source: Source | null;
}

/** A rate was one at a capture and another at the next. */
export interface RateChange {
  readonly fromBp: number;
  readonly toBp: number;
  readonly afterMs: number;
  readonly beforeMs: number;
}

export const NOTHING_KNOWN: PossibleRates = { bps: [], isUnknown: true, isAssumed: false };

/** Readings that agree, further apart than this, leave room for a change and its taking back. */
const SURE_MS = 14 * millisecondsInDay;

/** Readings that follow each other and say the same: indexes into the times of the track, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
  /** Empty: unknown. */
  readonly bps: readonly number[];
}

/** Whether the same is possible in two spans. */
export function isSameRate(a: Span, b: Span): boolean {
  return a.bps.length === b.bps.length && a.bps.every((bp, i) => bp === b.bps[i]);
}

/** All readings of one plan's commission rate at one scope, in order of time. */
export class RateTrack {
  readonly #times: readonly number[];
  readonly #spans: readonly Span[];
  readonly #stating: readonly Run<RateValue>[];
  /** What is possible inside a span, and between it and the next: most windows are short. */
  readonly #inside: (PossibleRates | undefined)[] = [];
  readonly #between: (PossibleRates | undefined)[] = [];

  constructor(times: readonly number[], spans: readonly Span[], stating: readonly Run<RateValue>[]) {
    this.#times = times;
    this.#spans = spans;
    this.#stating = stating;
  }

  /** `maxAgeMs`: for so long after the last reading the rate is taken to be the same. */
  during(window: Window, maxAgeMs: number): PossibleRates {
    const { fromMs, toMs } = window;
    const index = this.#spanBefore(fromMs);
    const span = this.#spans[index];
    const next = this.#spans[index + 1];
    if (span && toMs <= this.#time(span.last) && !this.#hasLongGap(span, fromMs, toMs)) {
      this.#inside[index] ??= this.#work(window, maxAgeMs);
      return this.#inside[index];
    }
    if (span && next && fromMs > this.#time(span.last) && toMs < this.#time(next.first)) {
      this.#between[index] ??= this.#work(window, maxAgeMs);
      return this.#between[index];
    }
    return this.#work(window, maxAgeMs);
  }

  #work({ fromMs, toMs }: Window, maxAgeMs: number): PossibleRates {
    const [found, spans] = [new Set<number>(), this.#spans];
    let [isUnknown, isAssumed] = [false, false];
    const add = (bps: readonly number[]) => {
      if (bps.length === 0) isUnknown = true;
      for (const bp of bps) found.add(bp);
    };
    let index = this.#spanBefore(fromMs);
    if (index < 0) [isUnknown, index] = [true, 0];
    for (; index < spans.length; index++) {
      const span = spans[index] as Span;
      const [startMs, endMs] = [this.#time(span.first), this.#time(span.last)];
      if (startMs > toMs) break;
      if (endMs >= fromMs) {
        add(span.bps);
        isAssumed ||= this.#hasLongGap(span, fromMs, toMs);
      }
      if (toMs <= endMs) break;
      const next = spans[index + 1];
      if (!next) {
        if (fromMs <= endMs + maxAgeMs) add(span.bps);
        if (toMs > endMs + maxAgeMs) isUnknown = true;
      } else if (fromMs < this.#time(next.first)) {
        // Where one side is unknown, what lies between is.
        if (span.bps.length === 0 || next.bps.length === 0) isUnknown = true;
        else for (const bp of [...span.bps, ...next.bps]) found.add(bp);
        isAssumed ||= isSameRate(span, next) && this.#time(next.first) - endMs > SURE_MS;
      }
    }
    return { bps: [...found].sort((a, b) => a - b), isUnknown, isAssumed };
  }

  /** Changes that came between two captures, some of it inside the window. */
  changesIn({ fromMs, toMs }: Window): RateChange[] {
    const changes: RateChange[] = [];
    for (let index = Math.max(0, this.#spanBefore(fromMs)); index + 1 < this.#spans.length; index++) {
      const [span, next] = [this.#spans[index] as Span, this.#spans[index + 1] as Span];
      const [afterMs, beforeMs] = [this.#time(span.last), this.#time(next.first)];
      if (afterMs >= toMs) break;
      const [fromBp, toBp] = [span.bps[0], next.bps[0]];
      if (beforeMs <= fromMs || span.bps.length !== 1 || next.bps.length !== 1) continue;
      if (fromBp !== undefined && toBp !== undefined && fromBp !== toBp)
        changes.push({ fromBp, toBp, afterMs, beforeMs });
    }
    return changes;
  }

  /** The readings that decide what is possible, the oldest first; to be asked while the ledger is open. */
  readingsAround({ fromMs, toMs }: Window): WindowReading[] {
    const readings = new Map<number, readonly number[]>();
    for (let index = Math.max(0, this.#spanBefore(fromMs)); index < this.#spans.length; index++) {
      const { first, last, bps } = this.#spans[index] as Span;
      const after = indexOfTime(this.#times, fromMs);
      const from = Math.min(last, Math.max(first, this.#times[after] === fromMs ? after : after - 1));
      const to = Math.min(last, Math.max(first, indexOfTime(this.#times, toMs)));
      for (const at of [from, to]) readings.set(this.#time(at), bps);
      if (this.#time(last) >= toMs || this.#time(first) > toMs) break;
    }
    return [...readings].map(([atMs, bps]) => ({ atMs, bps, source: firstSourceAt(this.#stating, atMs) }));
  }

  #time(index: number): number {
    return this.#times[index] ?? Number.NaN;
  }

  /** The last span that begins at or before a moment; -1: none does. */
  #spanBefore(ms: number): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#time((this.#spans[middle] as Span).first) <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #hasLongGap({ first, last }: Span, fromMs: number, toMs: number): boolean {
    const start = Math.max(first, indexOfTime(this.#times, fromMs) - 1);
    for (let i = start; i < last && this.#time(i) < toMs; i++)
      if (this.#time(i + 1) > fromMs && this.#time(i + 1) - this.#time(i) > SURE_MS) return true;
    return false;
  }
}
