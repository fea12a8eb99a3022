/**
 * When an account was approved for a special plan, by what exports state (审核时间, 加入日期) and by when they were captured. Three
 * questions, for three uses: within which moments the approval of now lies (`approvalOf`: which plan overrides which); every
 * approval of the past (`periodsOf`: what applied at the click of an order); from which day on it was approved (`staysOf`: how
 * long merchants keep their word, where a likely day says more than an interval).
 */
import type { PlanLedger } from './ledger.ts';
import type { MembershipStatus, PlanFacts } from './reading.ts';
import { membershipRuns, USERS_WORD } from './reported-exit.ts';
import { firstReadingAfter, lastSeenBefore, type Run } from './runs.ts';
import { type Step, stepsOf } from './steps.ts';
import { endMs, parseTime } from './time.ts';

/** The first and the last moment at which it may have been. */
export interface Approval {
  readonly fromMs: number;
  readonly toMs: number;
}

export const AT_ANY_TIME: Approval = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Of a stated time: a bare date is the whole day. */
export function approvalAt(text: string): Approval {
  return { fromMs: parseTime(text)?.ms ?? Number.NEGATIVE_INFINITY, toMs: endMs(text) ?? Number.POSITIVE_INFINITY };
}

/**
 * The interval of approval (design.md §4.4): the stated time, a bare date being the whole day; else from the later of joining
 * and the last capture that showed it not approved, to the first that showed it approved. `statusMs`: the newest capture of its
 * status, of which the approval is taken for true.
 */
export function approvalOf(
  runs: readonly Run<PlanFacts>[],
  statusMs: number,
  joinedAt: string | null,
  approvedAt: string | null,
): Approval {
  if (approvedAt !== null) return approvalAt(approvedAt);
  let notMs = Number.NEGATIVE_INFINITY;
  for (const run of runs)
    if (run.value.status !== null && run.value.status !== 'approved')
      notMs = Math.max(notMs, lastSeenBefore(run, statusMs));
  const fromMs = joinedAt === null ? notMs : approvalAt(joinedAt).fromMs;
  // Captures before a later joining show an earlier approval.
  const first = firstReadingAfter(runs, Math.max(notMs, fromMs - 1), (facts) => facts.status === 'approved');
  return { fromMs: Math.max(notMs, fromMs), toMs: first?.atMs ?? Number.POSITIVE_INFINITY };
}

/** One time of being approved. It began between `fromMs` and `sinceMs`, and ended between `untilMs` and `toMs`. */
export interface Period {
  readonly fromMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly toMs: number;
  /** It ended by the user's own exit, which was known then; null: otherwise, or not at all. */
  readonly exitMs: number | null;
}

type Status = Step<MembershipStatus>;

/** Every time of being approved, oldest first, as exports and the user's word tell it (orders.md §3.3). */
export function periodsOf(plan: PlanLedger, joinedLists: readonly number[], maxAgeMs: number): Period[] {
  const runs = membershipRuns(plan);
  const statuses = stepsOf(runs, (facts) => facts.status);
  if (statuses.length === 0) return [];
  const [approvals, joins] = [
    stepsOf(plan.facts, (facts) => facts.approvedAt),
    stepsOf(plan.facts, (facts) => facts.joinedAt),
  ];
  return statuses.flatMap((step, i) => {
    const [before, after] = [statuses[i - 1] ?? null, statuses[i + 1] ?? null];
    const notMs = before?.lastSeenMs ?? Number.NEGATIVE_INFINITY;
    const stated = approvalsIn(step, notMs, approvals, joins);
    const earliestMs = earliestOf(step, joins);
    if (step.value === 'approved')
      return approvedIn(runs, notMs, earliestMs, stated, endedAt(step, after, joinedLists, maxAgeMs));
    // It was approved before anything was captured.
    const isPast = before === null && (step.value === 'left' || step.value === 'removed');
    const fromMs = Math.min(step.firstSeenMs, stated[0]?.fromMs ?? earliestMs);
    const ended = { untilMs: Number.NEGATIVE_INFINITY, toMs: step.firstSeenMs, exitMs: exitOf(step) };
    return isPast ? [{ fromMs, sinceMs: step.firstSeenMs, ...ended }] : [];
  });
}

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

/** From one approval to the next change of the membership, by the likely moments. */
export interface Stay {
  /** null: nobody knows when it began. */
  readonly approvedMs: number | null;
  /** When the membership was first seen to be another one. */
  readonly endMs: number;
  /** What it was then; null: it still is. */
  readonly end: MembershipStatus | null;
}

/**
 * Oldest first. It began when it is stated, unless it was seen approved before that; else when it was first seen approved, if an
 * earlier capture could have had it and did not.
 */
export function staysOf(plan: PlanLedger, joinedLists: readonly number[]): Stay[] {
  const steps = stepsOf(membershipRuns(plan), (facts) => facts.status);
  const approved = plan.facts.filter((run) => run.value.status === 'approved');
  const stated = stepsOf(approved, (facts) => facts.approvedAt ?? facts.joinedAt);
  return steps.flatMap(({ value, firstSeenMs }, i): Stay[] => {
    if (value !== 'approved') return [];
    const after = steps[i + 1];
    const text = stated.find((step) => step.lastSeenMs >= firstSeenMs)?.value ?? null;
    const toldMs = text === null ? null : (parseTime(text)?.ms ?? null);
    const isNews = i > 0 || joinedLists.some((ms) => ms < firstSeenMs);
    const approvedMs = toldMs !== null && toldMs <= firstSeenMs ? toldMs : isNews ? firstSeenMs : null;
    return [{ approvedMs, endMs: after?.firstSeenMs ?? Number.POSITIVE_INFINITY, end: after?.value ?? null }];
  });
}
