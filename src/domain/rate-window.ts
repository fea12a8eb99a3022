/**
 * What a rate may have been in a window of time (orders.md §3.3). Between two readings that agree the rate is that one; between
 * two that differ it is either. It is unknown next to a reading that states it as unknown or to a capture that would list the
 * plan and does not, before the first reading, and later than `maxAge` after the last.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { type Mentions, mentionsByScope } from './absence.ts';
import { kindOf } from './kind.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { coversKind, GENERAL_PLAN_ID, type PlanKind } from './reading.ts';
import type { Feed, RateValue, Run, Source } from './runs.ts';
import { indexOfTime, isSeenAt, SHOP_SCOPE, seenTimes, sourceAt } from './runs.ts';
import { doubtsOf } from './unit-doubt.ts';

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
interface Span {
  readonly first: number;
  readonly last: number;
  /** Empty: unknown. */
  readonly bps: readonly number[];
}

function isSame(a: Span, b: Span): boolean {
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
        isAssumed ||= isSame(span, next) && this.#time(next.first) - endMs > SURE_MS;
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
    return [...readings].map(([atMs, bps]) => ({ atMs, bps, source: this.#sourceAt(atMs) }));
  }

  /** Of several files of one moment the one of the least name. */
  #sourceAt(atMs: number): Source | null {
    const sources = this.#stating.filter((run) => isSeenAt(run, atMs)).map((run) => sourceAt(run, atMs));
    return sources.sort((a, b) => (a.file < b.file ? -1 : 1))[0] ?? null;
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

/** Gives the track of a plan at a scope; null where no export ever listed the plan there. */
export function openTracks(ledger: ShopLedger): (planId: string, scope: number) => RateTrack | null {
  const known = new Map<string, Map<number, RateTrack | null>>();
  let mentions: Mentions | null = null;
  const plans = new Map(ledger.plans.map((plan) => [plan.planId, plan]));
  const lists = generalAverages(plans.get(GENERAL_PLAN_ID));
  return (planId, scope) => {
    const ofPlan = known.get(planId) ?? new Map<number, RateTrack | null>();
    const made = ofPlan.get(scope);
    if (made !== undefined) return made;
    known.set(planId, ofPlan);
    const plan = plans.get(planId);
    mentions ??= mentionsByScope(ledger.plans.flatMap(({ rates }) => rates));
    const track = plan ? trackOf(plan, scope, mentions.get(scope) ?? [], lists) : null;
    ofPlan.set(scope, track);
    return track;
  };
}

/** Where these are told, all plans of the shop are. */
function generalAverages(general: PlanLedger | undefined): readonly Run<unknown>[] {
  return general?.rates.find(({ scope, measure }) => scope === SHOP_SCOPE && measure === 'commission')?.runs ?? [];
}

/** What tells of one rate, and what would. */
interface Looks {
  /** They say something of the rate. */
  readonly stating: readonly Run<RateValue>[];
  /** They list the plan and say nothing of its rate. */
  readonly silent: readonly Run<RateValue>[];
  /** They would list the plan at the scope. */
  readonly listing: readonly Run<unknown>[];
  /** They would list the plan, if only at another scope. */
  readonly shopWide: readonly Run<unknown>[];
  readonly isPlanSeen: (ms: number) => boolean;
  readonly isDoubted: (ms: number) => boolean;
}

function trackOf(
  plan: PlanLedger,
  scope: number,
  mentions: readonly Run<unknown>[],
  lists: readonly Run<unknown>[],
): RateTrack | null {
  const series = plan.rates.filter((one) => one.scope === scope && one.measure === 'commission');
  const runs = series.flatMap((one) => one.runs);
  const stating = runs.filter(({ value }) => value !== null);
  if (stating.length === 0) return null;
  const kind = kindOf(plan);
  const looks: Looks = {
    stating,
    silent: runs.filter(({ value }) => value === null),
    listing: [...mentions.filter(({ feed }) => coversKind(feed.coverage, kind)), ...itemLists(plan, scope)],
    shopWide: listsOf(lists, kind),
    isPlanSeen: (ms) =>
      plan.facts.some((run) => isSeenAt(run, ms)) ||
      plan.rates.some((one) => one.runs.some((run) => isSeenAt(run, ms))),
    isDoubted: doubtsOf(stating),
  };
  const oneFeed = feedOfAll(looks);
  const [times, spans] = oneFeed ? [oneFeed.times, spansOfFeed(looks)] : spansOfMany(looks);
  return new RateTrack(times, spans, stating);
}

function listsOf(lists: readonly Run<unknown>[], kind: PlanKind | null): readonly Run<unknown>[] {
  return kind === 'general' ? [] : lists.filter(({ feed }) => coversKind(feed.coverage, kind));
}

/** Lists of all items of the plan. */
function itemLists({ rates }: PlanLedger, scope: number): readonly Run<unknown>[] {
  if (scope === SHOP_SCOPE) return [];
  return rates.flatMap(({ runs }) => runs.filter(({ feed }) => feed.coverage === 'plan-items'));
}

/** The one feed that tells all there is to know, each moment once; null where it needs a closer look. */
function feedOfAll({ stating, silent, listing, shopWide, isDoubted }: Looks): Feed | null {
  const [first] = stating;
  if (!first || silent.length > 0) return null;
  for (const runs of [stating, listing, shopWide]) if (runs.some(({ feed }) => feed !== first.feed)) return null;
  if (stating.some((run) => isDoubted(first.feed.times[run.first] ?? 0))) return null;
  const sorted = stating.toSorted((a, b) => a.first - b.first);
  return sorted.every((run, i) => run.first > (sorted[i - 1]?.last ?? -1)) ? first.feed : null;
}

/** Of one feed: the runs are the spans; what lists another plan there between and after them shows this one absent. */
function spansOfFeed(looks: Looks): Span[] {
  const sorted = looks.stating.toSorted((a, b) => a.first - b.first);
  const spans: Span[] = [];
  const addAbsence = (from: number, to: number) => {
    for (let i = from; i <= to; i++) {
      const ms = sorted[0]?.feed.times[i] ?? Number.NaN;
      if (isLacking(looks, ms)) spans.push({ first: i, last: i, bps: [] });
    }
  };
  let next = 0;
  for (const { first, last, value } of sorted) {
    addAbsence(next, first - 1);
    spans.push({ first, last, bps: typeof value === 'number' ? [value] : [] });
    next = last + 1;
  }
  const [some] = sorted;
  if (some) addAbsence(next, some.feed.times.length - 1);
  return spans;
}

/** Of several feeds moment by moment. */
function spansOfMany(looks: Looks): [times: readonly number[], spans: Span[]] {
  const times: number[] = [];
  const spans: Span[] = [];
  for (const ms of seenTimes([...looks.stating, ...looks.listing, ...looks.shopWide])) {
    const bps = ratesAt(looks, ms);
    if (bps === null) continue;
    const [before, index] = [spans.at(-1), times.length];
    times.push(ms);
    const span = { first: index, last: index, bps };
    if (before && isSame(before, span)) spans[spans.length - 1] = { ...before, last: index };
    else spans.push(span);
  }
  return [times, spans];
}

/** What captures of a moment say; empty: unknown; null: nothing. */
function ratesAt(looks: Looks, ms: number): readonly number[] | null {
  const said = new Set(looks.stating.filter((run) => isSeenAt(run, ms)).map(({ value }) => value));
  if (said.size === 0) return isLacking(looks, ms) ? [] : null;
  if (said.has('unknown') || looks.isDoubted(ms)) return [];
  return [...said].filter((value) => typeof value === 'number').sort((a, b) => a - b);
}

/** Whether captures of a moment would list the plan and do not. */
function isLacking({ silent, listing, shopWide, isPlanSeen }: Looks, ms: number): boolean {
  if (silent.some((run) => isSeenAt(run, ms))) return false;
  if (listing.some((run) => isSeenAt(run, ms))) return true;
  return shopWide.some((run) => isSeenAt(run, ms)) && !isPlanSeen(ms);
}
