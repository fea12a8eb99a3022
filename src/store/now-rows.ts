/** What each rate is now in each feed, and at which scopes that does not say all. */
import { SHOP_SCOPE } from '../domain/runs.ts';
import type { FeedReader } from './runs.ts';

/** A rate: a plan and what it is of. */
export interface PlanScope {
  /** Row of the plan. */
  readonly plan: number;
  readonly scope: number;
}

/** Rows of `rate` in columns: those of a plan stand together, in the order of scopes and feeds. */
export class NowRows {
  readonly plans: number[] = [];
  readonly scopes: number[] = [];
  readonly feeds: number[] = [];
  /** Since which capture it is listed no longer; 0: it is listed. */
  readonly unlistedAt: number[] = [];
  readonly isIncome: boolean[] = [];
  readonly isZero: boolean[] = [];
  /** Nothing is said of the rate: what was known of it is not in these columns. */
  readonly isSilent: boolean[] = [];
  readonly bps: (number | null)[] = [];
  /** The last other known rate, the capture that no longer had it, and since when it is this one. */
  readonly wasBps: (number | null)[] = [];
  readonly wasTo: (number | null)[] = [];
  readonly changedAt: (number | null)[] = [];
  /** It once moved to a hundredth or a hundredfold. */
  readonly hasLeapt: boolean[] = [];
  readonly #ranges = new Map<number, RowRange>();

  get length(): number {
    return this.plans.length;
  }

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

/** `only` null: there is no other account. */
export function isOf(only: string | null, feedId: number, feedOf: FeedOf): boolean {
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
      const isPlain = now.unlistedAt[row] === 0 && !now.isIncome[row] && !now.isSilent[row];
      if (!isPlain || now.feeds[row] !== feedId) return null;
    }
  }
  return feedId;
}

/**
 * Whether one feed tells of both rates of a scope and lists both still, or last listed both, with a known rate, in one capture.
 * Where an income rate stands a commission rate may have stood; so it may where nothing is said.
 */
function isToldWith(now: NowRows, row: number, other: number): boolean {
  const { feeds, unlistedAt, isIncome, isSilent, wasBps, wasTo } = now;
  if (feeds[row] !== feeds[other] || unlistedAt[row] !== unlistedAt[other]) return false;
  if (isIncome[row] || isSilent[row]) return false;
  return unlistedAt[row] === 0 || (wasBps[row] !== null && wasTo[row] === unlistedAt[row]);
}
