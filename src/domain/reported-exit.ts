/**
 * The user's word that they left a plan. It is a reading like any other, "left" at its moment: newer exports may say
 * otherwise, older ones may not. What it adds is whether the alliance confirms it.
 */
import type { PlanLedger } from './ledger.ts';
import { NO_FACTS, type PlanFacts } from './reading.ts';
import { isSeenAt, newestSighting, type Run } from './runs.ts';
import { momentsForward } from './steps.ts';
import { formatDay, parseTime } from './time.ts';

/** What stands for the file where the user's word is the source. */
export const USERS_WORD = 'tkguard exited';

export interface ReportedExit {
  /** When the user left. */
  readonly atMs: number;
  /** The first capture since then that no longer has the membership; null: none yet. */
  readonly confirmedMs: number | null;
  /** false: an export captured since then still has the same membership as approved. */
  readonly isEffective: boolean;
}

/** What is said of the membership: by exports, and by the user. */
export function membershipRuns(plan: PlanLedger): readonly Run<PlanFacts>[] {
  const { exitedMs = null } = plan;
  if (exitedMs === null) return plan.facts;
  // A capture of the very same moment was made before the click.
  const isTaken = plan.facts.some((run) => isSeenAt(run, exitedMs));
  return [...plan.facts, usersWord(isTaken ? exitedMs + 1 : exitedMs)];
}

function usersWord(atMs: number): Run<PlanFacts> {
  const coverage = 'partial' as const;
  const feed = { id: -1, format: 'user', coverage, times: [atMs], fileAt: () => USERS_WORD, isAccepted: () => false };
  const source = { file: USERS_WORD, locator: null, raw: null };
  return { feed, value: { ...NO_FACTS, status: 'left' }, first: 0, last: 0, source };
}

/**
 * What became of the exit that the user recorded; null: none was recorded, or the plan was joined anew since then.
 * Anything but "approved" captured after it confirms it, as does a complete joined list (`joinedLists`, their times)
 * without the plan. "Approved" says that it did not take effect, unless it was joined or approved on a later day than
 * the exit: that is a new membership.
 */
export function reportedExitOf(plan: PlanLedger, joinedLists: readonly number[]): ReportedExit | null {
  const { exitedMs: atMs = null } = plan;
  if (atMs === null) return null;
  const said = momentsForward(plan.facts, (facts) => facts.status).filter((moment) => moment.atMs > atMs);
  const approved = said.filter(({ value }) => value === 'approved');
  const stated = new Set(said.map((moment) => moment.atMs));
  const gone = [
    ...said.filter(({ value }) => value !== 'approved').map((moment) => moment.atMs),
    ...joinedLists.filter((ms) => ms > atMs && !stated.has(ms)),
  ];
  const confirmedMs = gone.length === 0 ? null : Math.min(...gone);
  if (approved.length === 0) return { atMs, confirmedMs, isEffective: true };
  return confirmedMs !== null || isJoinedAnew(plan, atMs) ? null : { atMs, confirmedMs: null, isEffective: false };
}

function isJoinedAnew(plan: PlanLedger, exitedMs: number): boolean {
  const dates = (['joinedAt', 'approvedAt'] as const).map((key) => newestSighting(plan.facts, (facts) => facts[key]));
  return dates.some((date) => date !== null && isAfter(date.value, exitedMs));
}

/** A bare date on the day of the exit may lie before it. */
function isAfter(text: string, ms: number): boolean {
  const parsed = parseTime(text);
  if (!parsed) return false;
  return parsed.text.length === 10 ? parsed.text > formatDay(ms) : parsed.ms > ms;
}
