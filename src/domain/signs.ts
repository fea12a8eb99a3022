/** Signs that may stand before a merchant cuts a plan: facts of a membership while it was new. */
import { millisecondsInDay } from 'date-fns/constants';
import type { PlanLedger, SalesMove, ShopLedger } from './ledger.ts';
import type { PresenceEvent } from './presence.ts';
import type { RateSeries } from './runs.ts';
import { stepsOf } from './steps.ts';
import type { Span } from './survival.ts';
import { parseTime } from './time.ts';
import { commissionRates, stepAt } from './timeline.ts';
import { rateSteps } from './unit-doubt.ts';

/**
 * Seen while the membership was new, and before it broke: the general rate was raised; the sales of the shop's items rose; the
 * plan had just been opened; its rate was not locked.
 */
export const SIGNS = ['general-raised', 'sales-ramp', 'new-plan', 'not-locked'] as const;
export type Sign = (typeof SIGNS)[number];
/** From so long before the approval to so long after it. */
export const NEW_DAYS = 14;
/** So many times as much was sold, and at least so many pieces: of fewer chance tells. */
const RAMP = { times: 2, pieces: 30 };

/** When things happened that are signs. */
export interface Turns {
  /** The general rate was raised. */
  readonly raisedMs: readonly number[];
  readonly openedMs: readonly number[];
  readonly isLockedAt: (ms: number) => boolean | null;
  readonly salesBetween: ShopLedger['salesBetween'];
}

/** `generals`: the rates beside it, by scope. */
export function turnsOf(
  plan: PlanLedger,
  presence: readonly PresenceEvent[],
  generals: ReadonlyMap<number, RateSeries>,
): Omit<Turns, 'salesBetween'> {
  const raised = commissionRates(plan).flatMap(({ scope }) => {
    const steps = rateSteps(generals.get(scope)?.runs ?? []).filter(({ believedBp }) => believedBp === null);
    return steps.flatMap((step, i) => (step.value > (steps[i - 1]?.value ?? step.value) ? [step.firstSeenMs] : []));
  });
  const starts = stepsOf(plan.facts, (facts) => facts.startsAt).flatMap(({ value }) => parseTime(value)?.ms ?? []);
  const opened = presence.flatMap(({ code, firstSeenAfterMs }) => (code === 'opened' ? [firstSeenAfterMs] : []));
  const locks = stepsOf(plan.facts, (facts) => facts.locked);
  return {
    raisedMs: raised,
    openedMs: [...starts, ...opened],
    isLockedAt: (ms: number) => (stepAt(locks, ms) ?? locks[0])?.value ?? null,
  };
}

/** What any account saw. `left`, `right`, `age`: see `Lifetime`. */
export function signsOf({ approvedMs, left, right, age }: Timing, seen: readonly Turns[]): Sign[] {
  const sinceMs = approvedMs - NEW_DAYS * millisecondsInDay;
  const untilMs = approvedMs + Math.min(NEW_DAYS, right === null ? age : left) * millisecondsInDay;
  const isLately = (ms: number) => ms >= sinceMs && ms <= untilMs;
  const isSo: Readonly<Record<Sign, (plan: Turns) => boolean>> = {
    'general-raised': ({ raisedMs }) => raisedMs.some(isLately),
    'sales-ramp': ({ salesBetween }) => salesBetween(sinceMs, untilMs).some(isRamp),
    'new-plan': ({ openedMs }) => openedMs.some(isLately),
    'not-locked': ({ isLockedAt }) => isLockedAt(approvedMs) === false,
  };
  return SIGNS.filter((sign) => seen.some(isSo[sign]));
}

type Timing = Pick<Span, 'left' | 'right'> & { readonly approvedMs: number; readonly age: number };

function isRamp({ before, after }: SalesMove): boolean {
  return after >= RAMP.times * before && after >= RAMP.pieces && before > 0;
}
