/** How many plans stayed good for some days after the approval, in plain numbers (orders.md §6). */
import { wilson } from './grade.ts';
import type { Lifetime } from './lifetimes.ts';
import { wholeDays } from './survival.ts';

/** Days within which a break of the word is counted. */
export const HORIZONS = [14, 30] as const;
/** Of fewer plans the number is said, and no share. */
export const FEW_PLANS = 5;

/** Of plans that can be told of: how many were good for all `days`, and how many were not. */
export interface Headline {
  readonly days: number;
  readonly below: number;
  readonly closed: number;
  readonly good: number;
  /** Not watched long enough, or not from early enough on. */
  readonly unknown: number;
  /** Within so many days all these breaks were seen; null: there was none. */
  readonly withinDays: number | null;
  /**
   * Wilson's bounds of the share of broken ones among plans approved `days` ago or more: of younger ones only the broken are
   * known. Null for fewer than FEW_PLANS.
   */
  readonly bounds: { readonly lower: number; readonly upper: number } | null;
}

/** Plans that were not good for all the days, whatever they ended by. */
export function brokenOf({ below, closed }: Headline): number {
  return below + closed;
}

type Counted = Pick<Lifetime, 'entry' | 'left' | 'right' | 'end' | 'age'>;

/** Counts plans by whether they were good for so many days. */
export function headlineOf(all: readonly Counted[], days: number): Headline {
  const lifetimes = all.map((one) => ({ ...one, ...wholeDays(one) }));
  const broken = lifetimes.filter(({ right }) => right !== null && right <= days);
  const good = lifetimes.filter(({ entry, left }) => entry <= days && left >= days).length;
  const below = broken.filter(({ end }) => end === 'below').length;
  const old = broken.filter(({ age }) => age >= days).length;
  return {
    days,
    below,
    closed: broken.length - below,
    good,
    unknown: lifetimes.length - broken.length - good,
    withinDays: broken.reduce<number | null>((most, { right }) => Math.max(most ?? 0, right ?? 0), null),
    bounds: old + good < FEW_PLANS ? null : wilson(old, old + good),
  };
}
