/** Which special plans applied at a moment of the past, as far as all exports tell (orders.md §3.3, §3.4). */
import type { PlanLedger, ShopLedger } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { Window } from './rate-window.ts';
import type { MembershipStatus, PlanFacts, PlanState } from './reading.ts';
import { membershipRuns, USERS_WORD } from './reported-exit.ts';
import type { Run } from './runs.ts';
import { firstReadingAfter, indexOfTime, lastSeenBefore } from './runs.ts';
import type { Approval } from './state.ts';
import { approvalAt } from './state.ts';
import type { Step } from './steps.ts';
import { stepsOf } from './steps.ts';
import { endMs } from './time.ts';
import { isSpecialPlan, nameOf } from './timeline.ts';

/** One time of being approved. It began between `fromMs` and `sinceMs`, and ended between `untilMs` and `toMs`. */
interface Period {
  readonly fromMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly toMs: number;
  /** It ended by the user's own exit, which was known then; null: otherwise, or not at all. */
  readonly exitMs: number | null;
}

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
      if (!period || isDead(one, click)) return [];
      return [{ ...one, period, isSure: period.sinceMs <= click.fromMs && period.untilMs >= click.toMs }];
    });
    // The plan approved later overrides, even with a lower rate (design.md §4).
    const isOverridden = (one: (typeof members)[number]) =>
      members.some((other) => other.isSure && other.period.fromMs > one.period.sinceMs);
    const applying = members.filter((one) => !isOverridden(one)).sort((a, b) => b.period.sinceMs - a.period.sinceMs);
    return {
      applying: applying.map(({ plan, isSure }) => ({ ...refOf(plan), isSure: isSure && applying.length === 1 })),
      superseded: members.filter(isOverridden).map(({ plan }) => refOf(plan)),
      left: applying.length > 0 ? null : lastLeft(joined, click),
      isUnknown: ledger.joinedListTimes.length === 0 && joined.some(isUntold),
    };
  }
}

/** Moments from which a membership, or what is known of it, may be another one; ascending. */
function turnsOf(joined: readonly Joined[]): number[] {
  const turns = joined.flatMap(({ periods, states, ends }) => [
    ...periods.flatMap(({ fromMs, sinceMs, untilMs, toMs, exitMs }) => [
      fromMs,
      sinceMs,
      untilMs + 1,
      toMs + 1,
      ...(exitMs === null ? [] : [exitMs]),
    ]),
    ...[...states, ...ends].flatMap(({ firstSeenMs, lastSeenMs }) => [firstSeenMs, lastSeenMs + 1]),
    ...ends.map(({ value }) => (endMs(value) ?? 0) + 1),
  ]);
  return [...new Set(turns.filter(Number.isFinite))].sort((a, b) => a - b);
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
  const runs = membershipRuns(plan);
  const statuses = stepsOf(runs, (facts) => facts.status);
  const stated = (key: 'approvedAt' | 'joinedAt') => stepsOf(plan.facts, (facts) => facts[key]);
  const [approvals, joins] = [stated('approvedAt'), stated('joinedAt')];
  return {
    plan,
    periods: statuses.flatMap((step, i) => {
      const [before, after] = [statuses[i - 1] ?? null, statuses[i + 1] ?? null];
      const notMs = before?.lastSeenMs ?? Number.NEGATIVE_INFINITY;
      const stated = approvalsIn(step, notMs, approvals, joins);
      const earliestMs = earliestOf(step, joins);
      if (step.value === 'approved')
        return approvedIn(runs, notMs, earliestMs, stated, endedAt(step, after, joinedListTimes, maxAgeMs));
      // It was approved before anything was captured.
      const isPast = before === null && (step.value === 'left' || step.value === 'removed');
      const fromMs = Math.min(step.firstSeenMs, stated[0]?.fromMs ?? earliestMs);
      const ended = { untilMs: Number.NEGATIVE_INFINITY, toMs: step.firstSeenMs, exitMs: exitOf(step) };
      return isPast ? [{ fromMs, sinceMs: step.firstSeenMs, ...ended }] : [];
    }),
    states: stepsOf(plan.facts, (facts) => facts.state),
    ends: stepsOf(plan.facts, (facts) => facts.endsAt),
  };
}

type Status = Step<MembershipStatus>;

/** A stated approval lies between two moments; it was last stated at a third. */
interface Stated extends Approval {
  readonly saidMs: number;
}

/**
 * The approvals that are stated while a status held, each later than the last capture that states the one before: the plan was
 * joined anew. Else the newer statement corrects the older. Where none is stated, joining tells the earliest time of approval.
 */
function approvalsIn(
  step: Status,
  notMs: number,
  approvals: readonly Step<string>[],
  joins: readonly Step<string>[],
): Stated[] {
  const isApproval = ({ value }: Step<string>) => approvalAt(value).toMs > notMs;
  const own = approvals.filter((one) => isDuring(one, step) && isApproval(one));
  const all: Stated[] = [];
  for (const said of own.length > 0 ? own : joins.filter((one) => isDuring(one, step))) {
    const { fromMs, toMs: latestMs } = approvalAt(said.value);
    const toMs = own.length > 0 ? latestMs : Number.POSITIVE_INFINITY;
    while (all.some((one) => fromMs <= one.toMs || toMs <= one.saidMs)) all.pop();
    // What a capture shows approved was approved before it.
    const atMs = Math.max(said.firstSeenMs, step.firstSeenMs);
    all.push({ fromMs: Math.min(fromMs, atMs), toMs, saidMs: Math.min(said.lastSeenMs, step.lastSeenMs) });
  }
  return all;
}

function isDuring(one: Step<string>, step: Status): boolean {
  return one.firstSeenMs <= step.lastSeenMs && one.lastSeenMs >= step.firstSeenMs;
}

/** When it was joined that was approved at the first capture of a status. */
function earliestOf(step: Status, joins: readonly Step<string>[]): number {
  const joined = joins.find((one) => isDuring(one, step));
  const fromMs = joined ? approvalAt(joined.value).fromMs : Number.NEGATIVE_INFINITY;
  return fromMs <= step.firstSeenMs ? fromMs : Number.NEGATIVE_INFINITY;
}

/** From each approval to the next. What captures show approved before the first that is stated was approved at an unknown time. */
function approvedIn(
  runs: readonly Run<PlanFacts>[],
  notMs: number,
  earliestMs: number,
  stated: readonly Stated[],
  end: Pick<Period, 'untilMs' | 'toMs' | 'exitMs'>,
): Period[] {
  const periods: Period[] = [];
  const add = (afterMs: number, { fromMs, toMs }: Approval) => {
    const first = firstReadingAfter(runs, Math.max(afterMs, fromMs - 1), ({ status }) => status === 'approved');
    const sinceMs = Math.min(toMs, first?.atMs ?? toMs);
    const before = periods.at(-1);
    if (before) periods[periods.length - 1] = { ...before, untilMs: afterMs, toMs: sinceMs - 1, exitMs: null };
    periods.push({ fromMs: Math.max(afterMs, fromMs), sinceMs, ...end });
  };
  const [first] = stated;
  if (!first || lastApproved(runs, first.fromMs) > notMs)
    add(notMs, { fromMs: earliestMs, toMs: Number.POSITIVE_INFINITY });
  for (const [i, one] of stated.entries()) {
    const isFirst = periods.length === 0;
    add(isFirst ? notMs : Math.max(stated[i - 1]?.saidMs ?? notMs, lastApproved(runs, one.fromMs)), one);
  }
  return periods;
}

function lastApproved(runs: readonly Run<PlanFacts>[], beforeMs: number): number {
  const approved = runs.filter(({ value }) => value.status === 'approved');
  return Math.max(Number.NEGATIVE_INFINITY, ...approved.map((run) => lastSeenBefore(run, beforeMs)));
}

function endedAt(step: Status, after: Status | null, joinedLists: readonly number[], maxAgeMs: number) {
  if (after) {
    // The user's own word is the moment itself.
    const isExact = after.source.file === USERS_WORD;
    const [untilMs, toMs] = [isExact ? after.firstSeenMs - 1 : step.lastSeenMs, after.firstSeenMs - 1];
    return { untilMs, toMs, exitMs: exitOf(after) };
  }
  // A list that lacks it may be filtered: it may still be joined.
  const isLacked = joinedLists.some((ms) => ms > step.lastSeenMs);
  return { untilMs: step.lastSeenMs + (isLacked ? 0 : maxAgeMs), toMs: Number.POSITIVE_INFINITY, exitMs: null };
}

/** No record any more is an exit, too: it was purged. */
function exitOf({ value, firstSeenMs }: Status): number | null {
  return value === 'left' || value === 'none' ? firstSeenMs : null;
}

/** Stopped, expired or deleted all the time of the click; or past its end, unless it was seen active after that. */
function isDead({ states, ends }: Joined, { fromMs, toMs }: Window): boolean {
  const state = states.findLast((step) => step.firstSeenMs <= fromMs);
  if (state && state.value !== 'active' && state.lastSeenMs >= toMs) return true;
  const isLast = state !== undefined && state === states.at(-1);
  if (state && state.value !== 'active' && isLast) return true;
  const end = ends.findLast((step) => step.firstSeenMs <= fromMs) ?? ends[0];
  const endsMs = end ? (endMs(end.value) ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return endsMs < fromMs && !states.some((step) => step.value === 'active' && step.lastSeenMs > endsMs);
}
