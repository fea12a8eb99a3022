/**
 * What exports list no longer (design.md §3.5). Absence is counted per scope: an item that the plan no longer lists has left
 * the plan, and the plan is missing when no scope lists it any more. A capture of all plans of the shop (it has the average of
 * the general one) speaks for all scopes of a plan that it lacks, one of all items of a plan for its items.
 */
import { millisecondsInHour } from 'date-fns/constants';
import { lazy, lazyByKey } from './lazy.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { NO_RATES } from './rates.ts';
import { coversKind, GENERAL_PLAN_ID, type PlanKind } from './reading.ts';
import { isSeenAt, lastSeen, lastSeenOf, type RateSeries, type Run, SHOP_SCOPE, seenTimes } from './runs.ts';

/** Captures of all plans of the shop that are closer to each other confirm nothing to one another. */
const CONFIRMING_MS = 6 * millisecondsInHour;

/**
 * By scope, the runs that mention it: whatever gives the rate of one plan there would list every covered plan there. What says
 * nothing of the rate, as a list of memberships, lists its plan and speaks for no other.
 */
export type Mentions = ReadonlyMap<number, readonly Run<unknown>[]>;

export function mentionsByScope(all: Iterable<RateSeries>): Mentions {
  const scopes = new Map<number, Run<unknown>[]>();
  for (const { scope, runs } of all) {
    const stating = runs.filter(({ value }) => value !== null);
    const known = scopes.get(scope);
    if (known) known.push(...stating);
    else scopes.set(scope, stating);
  }
  return scopes;
}

/** Captures, oldest first, that would list a plan of this kind at this scope. `afterMs`: only those later. */
export function coveringTimes(
  mentions: Mentions,
  scope: number,
  kind: PlanKind | null,
  afterMs = Number.NEGATIVE_INFINITY,
): readonly number[] {
  const runs = mentions.get(scope) ?? [];
  const covering = runs.filter((run) => lastSeen(run) > afterMs && coversKind(run.feed.coverage, kind));
  return seenTimes(covering, afterMs + 1);
}

/** Captures, oldest first, of all plans of the shop, as far as plans of this kind go. */
export function wholeShopTimes(
  plans: readonly PlanLedger[],
  kind: PlanKind | null,
  afterMs = Number.NEGATIVE_INFINITY,
): readonly number[] {
  const general = plans.find(({ planId }) => planId === GENERAL_PLAN_ID);
  const averages = (general?.rates ?? []).filter(({ scope }) => scope === SHOP_SCOPE);
  return coveringTimes(mentionsByScope(averages), SHOP_SCOPE, kind, afterMs);
}

/** What lists all items of a plan: at least one is there. */
export function itemLists({ rates }: PlanLedger): readonly Run<unknown>[] {
  return rates.flatMap(({ runs }) => runs.filter(({ feed }) => feed.coverage === 'plan-items'));
}

/** What no longer lists a plan, as of the newest capture. */
export interface Absence {
  /** Captures after a moment that would list the plan at a scope and do not. */
  lacking(scope: number, afterMs: number): number[];
  /** Captures of all plans of the shop that lack this one, ascending, later than the moment. */
  shopLacking(afterMs: number): number[];
  /** Whether any capture would list the plan at a scope. */
  isCovered(scope: number): boolean;
}

/** Nothing is absent from captures that were not made: what was seen in the newest of the shop's is not looked for. */
export function openAbsences({ plans, others = [] }: ShopLedger): (plan: PlanLedger, kind: PlanKind | null) => Absence {
  const all = [...plans.flatMap((plan) => plan.rates), ...others];
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { runs } of all) newestMs = Math.max(newestMs, lastSeenOf(runs));
  const mentions = lazy(() => mentionsByScope(all));
  const covering = (scope: number, kind: PlanKind | null, afterMs: number) =>
    coveringTimes(mentions(), scope, kind, afterMs);
  return (plan, kind) => {
    const lists = lazy(() => seenTimes(itemLists(plan)));
    // Most scopes were last seen in one capture.
    const shopLacking = lazyByKey((afterMs: number) =>
      afterMs >= newestMs ? [] : wholeShopTimes(plans, kind, afterMs).filter((ms) => !isPlanSeenAt(plan, ms)),
    );
    return {
      shopLacking,
      isCovered: (scope) => lists().length > 0 || covering(scope, kind, Number.NEGATIVE_INFINITY).length > 0,
      lacking(scope, afterMs) {
        if (afterMs >= newestMs) return [];
        const items = scope === SHOP_SCOPE ? [] : lists().filter((ms) => ms > afterMs);
        return [...new Set([...covering(scope, kind, afterMs), ...shopLacking(afterMs), ...items])];
      },
    };
  };
}

/** Whether anything of a plan was seen at a moment. `now` has only the newest sighting of each rate. */
export function isPlanSeenAt({ facts, rates, now = NO_RATES }: PlanLedger, ms: number): boolean {
  if (facts.some((run) => isSeenAt(run, ms))) return true;
  if (rates.some(({ runs }) => runs.some((run) => isSeenAt(run, ms)))) return true;
  for (let row = now.from; row < now.to; row++) if (now.seenMs(row) === ms) return true;
  return false;
}

/** How many captures confirm each other: two answers within six hours count once. */
export function confirmations(times: readonly number[]): number {
  let [count, lastMs] = [0, Number.NEGATIVE_INFINITY];
  for (const ms of times) if (ms - lastMs >= CONFIRMING_MS) [count, lastMs] = [count + 1, ms];
  return count;
}
