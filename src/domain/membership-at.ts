/** Which special plans applied at a moment of the past, as far as all exports tell (orders.md §3.3, §3.4). */
import { type Period, periodsOf } from './approval.ts';
import { wasClosed } from './closed.ts';
import { isSpecialPlan } from './kind.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { findOverridden } from './override.ts';
import type { Policy } from './policy.ts';
import type { Window } from './rate-window.ts';
import type { PlanState } from './reading.ts';
import { indexOfTime } from './runs.ts';
import { type Step, stepsOf } from './steps.ts';
import { endMs } from './time.ts';
import { nameOf } from './timeline.ts';

interface Joined {
  readonly plan: PlanLedger;
  readonly periods: readonly Period[];
  /** In order of time. */
  readonly states: readonly Step<PlanState>[];
  readonly ends: readonly Step<string>[];
}

export interface PlanRef {
  readonly id: string;
  readonly name: string | null;
}

export interface Applying extends PlanRef {
  /** false: it may have applied. */
  readonly isSure: boolean;
}

export interface Memberships {
  /** The plans that applied, or may have, the one approved last first. Several: it is not known which. */
  readonly applying: readonly Applying[];
  /** Approved as well, but overridden by a later one. */
  readonly superseded: readonly PlanRef[];
  /** The plan that was left last; null while one may apply. */
  readonly left: (PlanRef & { readonly exitMs: number }) | null;
  /** Of some plan nothing says whether it was joined. */
  readonly isUnknown: boolean;
}

/** Memberships of an account in a shop, at the moment of a click or, of one that is not known, in the window in which it lies. */
export function openMemberships(
  ledger: ShopLedger,
  policyOf: (planId: string) => Policy,
): (click: Window) => Memberships {
  const specials = ledger.plans.filter(isSpecialPlan);
  const joined = specials.map((plan) => joinedOf(plan, ledger, policyOf(plan.planId).maxAgeMs));
  const turns = turnsOf(joined);
  const known = new Map<number, Memberships>();
  return (click) => {
    if (click.fromMs !== click.toMs) return membershipsAt(click);
    // Between two of these moments nothing changes.
    const index = indexOfTime(turns, click.fromMs + 1);
    const found = known.get(index) ?? membershipsAt(click);
    known.set(index, found);
    return found;
  };

  function membershipsAt(click: Window): Memberships {
    const members = joined.flatMap((one) => {
      const period = one.periods.findLast(({ fromMs, toMs }) => fromMs <= click.toMs && toMs >= click.fromMs);
      if (!period || wasClosed(one.states, one.ends, click)) return [];
      return [{ ...one, period, isSure: period.sinceMs <= click.fromMs && period.untilMs >= click.toMs }];
    });
    const overridden = findOverridden(
      members,
      ({ period: { fromMs, sinceMs } }) => ({ fromMs, toMs: sinceMs }),
      ({ isSure }) => isSure,
    );
    const applying = members.filter((one) => !overridden.has(one)).sort((a, b) => b.period.sinceMs - a.period.sinceMs);
    return {
      applying: applying.map(({ plan, isSure }) => ({ ...refOf(plan), isSure: isSure && applying.length === 1 })),
      superseded: [...overridden.keys()].map(({ plan }) => refOf(plan)),
      left: applying.length > 0 ? null : lastLeft(joined, click),
      isUnknown: ledger.joinedListTimes.length === 0 && joined.some(isUntold),
    };
  }
}

/** Moments from which a membership, or what is known of it, may be another one; ascending. */
function turnsOf(joined: readonly Joined[]): number[] {
  const turns = new Set<number>();
  for (const { periods, states, ends } of joined) {
    for (const { fromMs, sinceMs, untilMs, toMs, exitMs } of periods)
      for (const ms of [fromMs, sinceMs, untilMs + 1, toMs + 1, exitMs ?? fromMs]) turns.add(ms);
    for (const { firstSeenMs, lastSeenMs } of [...states, ...ends]) turns.add(firstSeenMs).add(lastSeenMs + 1);
    for (const { value } of ends) turns.add((endMs(value) ?? 0) + 1);
  }
  return [...turns].filter(Number.isFinite).sort((a, b) => a - b);
}

function refOf(plan: PlanLedger): PlanRef {
  return { id: plan.planId, name: nameOf(plan) };
}

function isUntold({ plan }: Joined): boolean {
  return plan.facts.every(({ value }) => value.status === null);
}

function lastLeft(joined: readonly Joined[], click: Window): Memberships['left'] {
  let last: Memberships['left'] = null;
  for (const { plan, periods } of joined) {
    const exitMs =
      periods.findLast((period) => period.exitMs !== null && period.exitMs <= click.fromMs)?.exitMs ?? null;
    if (exitMs !== null && (last === null || exitMs > last.exitMs)) last = { ...refOf(plan), exitMs };
  }
  return last;
}

function joinedOf(plan: PlanLedger, { joinedListTimes }: ShopLedger, maxAgeMs: number): Joined {
  const periods = periodsOf(plan, joinedListTimes, maxAgeMs);
  if (periods.length === 0) return { plan, periods, states: [], ends: [] };
  return {
    plan,
    periods,
    states: stepsOf(plan.facts, (facts) => facts.state),
    ends: stepsOf(plan.facts, (facts) => facts.endsAt),
  };
}
