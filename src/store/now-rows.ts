/** What each rate is now in each feed, and at which scopes that does not say all. */
import { isZeroRate } from '../domain/rate.ts';
import { Rates, RateTable } from '../domain/rates.ts';
import { coversKind, isSilent } from '../domain/reading.ts';
import { type Feed, indexOfTime, type RateMoves, SHOP_SCOPE } from '../domain/runs.ts';
import type { FeedReader } from './runs.ts';

/** A rate: a plan and what it is of. */
export interface PlanScope {
  /** Row of the plan. */
  readonly plan: number;
  readonly scope: number;
}

/** SQL: what is read of a row of `rate`. Numbers above 2^30 take time: most rows need none. */
export const COLUMNS_NOW = [
  'plan_id',
  'item_id',
  'feed_id',
  'iif(listed, 0, at)',
  'income',
  'rate_bp',
  'iif(rate_bp IS NULL, raw, NULL)',
  'was_bp',
  'was_to',
  'changed_at',
  'leapt',
];
export type ColumnsNow = [
  plan: number,
  scope: number,
  feedId: number,
  /** Since which capture it is listed no longer; 0: it is listed. */
  unlistedAt: number,
  income: number,
  bp: number | null,
  /** The cell, where it gives no rate. */
  raw: string | null,
  /** The last other known rate, the capture that no longer had it, and since when it is this one. */
  wasBp: number | null,
  wasTo: number | null,
  changedAt: number | null,
  /** 1: it once moved to a hundredth or a hundredfold. */
  leapt: number | null,
];

/** Rows of `rate` in columns: those of a plan stand together, in the order of scopes and feeds. */
export class NowRows {
  /** Of the same rows: what a row says by itself, as if no other feed told of its scope. */
  readonly rates = new RateTable();
  /** Rates of plans without those between them of which the rows of now do not say all. */
  readonly clear = new RateTable();
  readonly plans: number[] = [];
  readonly feeds: number[] = [];
  readonly unlistedAt: number[] = [];
  /** A commission rate, or none, is stated; where it is listed no longer, its last is known. */
  readonly isTold: boolean[] = [];
  readonly #ranges = new Map<number, RowRange>();
  readonly #reader;
  readonly #movesOf;

  /** `movesOf`: how a rate moved, by all rows of its feed. */
  constructor(reader: FeedReader, movesOf: (rate: PlanScope, feed: Feed) => RateMoves) {
    this.#reader = reader;
    this.#movesOf = movesOf;
  }

  get length(): number {
    return this.plans.length;
  }

  get scopes(): readonly number[] {
    return this.rates.scopes;
  }

  readonly add: (...row: ColumnsNow) => void = (
    plan,
    scope,
    feedId,
    unlistedAt,
    income,
    bp,
    raw,
    wasBp,
    wasTo,
    changedAt,
    leapt,
  ) => {
    if (this.#reader.held.has(feedId)) return;
    this.plans.push(plan);
    this.feeds.push(feedId);
    this.unlistedAt.push(unlistedAt);
    const isListed = unlistedAt === 0;
    const isKnown = isListed || (wasBp !== null && wasTo === unlistedAt);
    this.isTold.push(isKnown && income === 0 && !isSilent({ bp, raw }));
    const feed = this.#reader.feedOf(feedId);
    const { rates } = this;
    const knownBp = isListed ? bp : wasBp;
    rates.add(scope, knownBp, isListed ? (feed.times.at(-1) as number) : captureBefore(feed, unlistedAt));
    if (raw !== null && isZeroRate(raw)) rates.setZero();
    if (!coversKind(feed.coverage, 'special')) rates.setPartial();
    if (wasBp === null) return;
    // What the row of a rate that is listed no longer, or as unknown, calls its last other rate is the last that was known; and
    // of what once moved by a hundred times all rows tell what is believed.
    if (!isListed || knownBp === null || leapt === 1) rates.setRecall(() => this.#movesOf({ plan, scope }, feed));
    else if (wasTo !== null && changedAt !== null) rates.setChange(wasBp, captureBefore(feed, wasTo), changedAt);
  };

  /** The rows of a plan. */
  rangeOf(plan: number): RowRange {
    return this.#ranges.get(plan) ?? NO_RANGE;
  }

  /** To call when rows were added. */
  note(firstAdded: number): void {
    for (let from = firstAdded; from < this.length; ) {
      const plan = this.plans[from] as number;
      let to = from + 1;
      while (to < this.length && this.plans[to] === plan) to += 1;
      this.#ranges.set(plan, { from, to });
      from = to;
    }
  }
}

function captureBefore({ times }: Feed, at: number): number {
  return times[indexOfTime(times, at) - 1] ?? Number.NEGATIVE_INFINITY;
}

/** Rows from `from` to before `to`. */
interface RowRange {
  readonly from: number;
  readonly to: number;
}

const NO_RANGE: RowRange = { from: 0, to: 0 };

type FeedOf = FeedReader['feedOf'];

/** What an account says of a merchant's rates now. */
export interface AccountNow {
  /** null: there is no other account. */
  readonly only: string | null;
  /** Of the merchant, and others at scopes where one of his is no longer listed. */
  readonly plans: readonly number[];
  /** Scopes of which the rows of now do not say all. */
  readonly unclear: ReadonlySet<number>;
}

/**
 * Scopes that are not told of by one feed that lists all there, or last listed all, with known rates, in one capture. The
 * shop as a whole is one, for what lists all its plans tells of every scope; so are the items of a plan that are listed alone.
 */
export function unclearScopes(
  now: NowRows,
  plans: readonly number[],
  only: string | null,
  feedOf: FeedOf,
): ReadonlySet<number> {
  const listing = oneListing(now, plans);
  if (listing !== null && feedOf(listing).coverage !== 'plan-items') return new Set();
  const unclear = new Set([SHOP_SCOPE]);
  const first = new Map<number, number>();
  for (const plan of plans) {
    const { from, to } = now.rangeOf(plan);
    const isListedAlone = hasItemList(now, plan, feedOf);
    for (let row = from; row < to; row++) {
      if (!isOf(only, now.feeds[row] as number, feedOf)) continue;
      const scope = now.scopes[row] as number;
      const other = first.get(scope);
      if (other === undefined) first.set(scope, row);
      if (isListedAlone || !isToldWith(now, row, other ?? row)) unclear.add(scope);
    }
  }
  return unclear;
}

function hasItemList(now: NowRows, plan: number, feedOf: FeedOf): boolean {
  const { from, to } = now.rangeOf(plan);
  const feeds = new Set(now.feeds.slice(from, to));
  return [...feeds].some((id) => feedOf(id).coverage === 'plan-items');
}

/** The rates of an account at these scopes. */
export function unclearRates({ plans, unclear, only }: AccountNow, now: NowRows, feedOf: FeedOf): PlanScope[] {
  const keys: PlanScope[] = [];
  if (unclear.size === 0) return keys;
  for (const plan of plans) {
    const { from, to } = now.rangeOf(plan);
    for (let row = from; row < to; row++) {
      const scope = now.scopes[row] as number;
      if (unclear.has(scope) && isOf(only, now.feeds[row] as number, feedOf)) keys.push({ plan, scope });
    }
  }
  return keys;
}

/** The rates of a plan at the other scopes: mostly its rows as they stand. */
export function clearRates({ unclear, only }: AccountNow, now: NowRows, plan: number, feedOf: FeedOf): Rates {
  const { from, to } = now.rangeOf(plan);
  const isClear = (row: number) =>
    !unclear.has(now.scopes[row] as number) && isOf(only, now.feeds[row] as number, feedOf);
  let clear = from;
  while (clear < to && isClear(clear)) clear += 1;
  if (clear === to) return new Rates(now.rates, from, to);
  const first = now.clear.length;
  for (let row = from; row < to; row++) if (isClear(row)) now.clear.addRow(now.rates, row);
  return new Rates(now.clear, first, now.clear.length);
}

/** `only` null: there is no other account. */
function isOf(only: string | null, feedId: number, feedOf: FeedOf): boolean {
  return only === null || feedOf(feedId).account === only;
}

/** The feed that lists all rates of these plans, where each has some. */
function oneListing(now: NowRows, plans: readonly number[]): number | null {
  let feedId: number | null = null;
  for (const plan of plans) {
    const { from, to } = now.rangeOf(plan);
    if (from === to) return null;
    for (let row = from; row < to; row++) {
      feedId ??= now.feeds[row] as number;
      if (!now.isTold[row] || now.unlistedAt[row] !== 0 || now.feeds[row] !== feedId) return null;
    }
  }
  return feedId;
}

/**
 * Whether one feed tells of both rates of a scope and lists both still, or last listed both, with a known rate, in one capture.
 * Where an income rate stands a commission rate may have stood; so it may where nothing is said.
 */
function isToldWith({ feeds, unlistedAt, isTold }: NowRows, row: number, other: number): boolean {
  return isTold[row] === true && feeds[row] === feeds[other] && unlistedAt[row] === unlistedAt[other];
}
