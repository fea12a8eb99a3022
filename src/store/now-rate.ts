/** A rate as a row of `rate` has it: what it is now in one feed, and what it was before. */
import { lastChange } from '../domain/last-change.ts';
import type { Change, Feed, RateNow, RateValue, Run } from '../domain/ledger.ts';
import { indexOfTime } from '../domain/ledger.ts';
import { isZeroRate } from '../domain/rate.ts';

/** What a rate is looked up with; to be asked while the ledger is open. */
export interface RateReaders {
  feedOf(feedId: number): Feed;
  /** All that its feed said of a rate. */
  readRuns(rate: NowRate): readonly Run<RateValue>[];
}

/** Where one feed alone tells of a rate, this is the rate. */
export class NowRate implements RateNow {
  /** Row of the plan. */
  readonly plan: number;
  readonly scope: number;
  readonly feedId: number;
  /** Since which capture the feed says so. */
  readonly at: number;
  readonly listed: number;
  readonly income: number;
  /** Where it is listed no longer, as it was listed last. */
  readonly bp: number | null;
  readonly zero: boolean;
  private readonly wasBp: number | null;
  private readonly wasTo: number | null;
  private readonly changedAt: number | null;
  private readonly readers: RateReaders;
  /** When it was last seen; 0: not worked out yet. */
  private seenMs = 0;

  /** The columns of `rate`; `raw`: the cell of a rate that is not known. */
  constructor(
    readers: RateReaders,
    plan: number,
    scope: number,
    feedId: number,
    at: number,
    listed: number,
    income: number,
    bp: number | null,
    raw: string | null,
    wasBp: number | null,
    wasTo: number | null,
    changedAt: number | null,
  ) {
    this.readers = readers;
    this.plan = plan;
    this.scope = scope;
    this.feedId = feedId;
    this.at = at;
    this.listed = listed;
    this.income = income;
    this.bp = listed === 1 ? bp : wasBp;
    this.zero = raw !== null && isZeroRate(raw);
    this.wasBp = wasBp;
    this.wasTo = wasTo;
    this.changedAt = changedAt;
  }

  get conflict(): boolean {
    return false;
  }

  get absentCaptures(): number {
    return 0;
  }

  get series(): null {
    return null;
  }

  get atMs(): number {
    if (this.seenMs === 0) {
      const feed = this.readers.feedOf(this.feedId);
      this.seenMs = this.listed === 1 ? (feed.times.at(-1) ?? this.at) : captureBefore(feed, this.at);
    }
    return this.seenMs;
  }

  /** Of a rate that is listed no longer: whether it was known when it was listed last. */
  get isLastKnown(): boolean {
    return this.wasBp !== null && this.wasTo === this.at;
  }

  lastChange(): Change<number> | null {
    const [from, wasTo, changedAt] = [this.wasBp, this.wasTo, this.changedAt];
    if (from === null || wasTo === null) return null;
    // What the row of a rate that is listed no longer, or as unknown, calls its last other rate is the last that was known.
    if (this.listed === 0 || this.bp === null) return lastChange(this.readers.readRuns(this), (bp) => bp);
    if (changedAt === null) return null;
    return {
      from,
      to: this.bp,
      lastSeenBeforeMs: captureBefore(this.readers.feedOf(this.feedId), wasTo),
      firstSeenAfterMs: changedAt,
    };
  }
}

function captureBefore({ times }: Feed, at: number): number {
  return times[indexOfTime(times, at) - 1] ?? Number.NEGATIVE_INFINITY;
}
