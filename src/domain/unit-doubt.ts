/**
 * Whether the unit of a rate is in doubt (design.md §3.5): a believed rate that moves to a hundredth or a hundredfold, within
 * rounding, is not believed until another format says the same or the user accepts a capture that says it. The same format
 * saying it again settles nothing; any other rate that comes after it is believed, above all the old one.
 */
import type { Change, RateMoves, RateValue, Run } from './runs.ts';
import { isSeenAt, knownRate, NO_MOVES, sourceAt } from './runs.ts';
import { momentsForward, type Step, stepsOf } from './steps.ts';

/** Whether one of two rates is a hundredth of the other, rounded either way: of 15.50 both 0.15 and 0.16 are. */
export function isHundredth(aBp: number, bBp: number): boolean {
  return Math.abs(Math.min(aBp, bBp) * 100 - Math.max(aBp, bBp)) <= 50;
}

/** `believedBp`: of a rate in doubt, the one that is believed instead; null: the rate itself is. */
interface RateStep extends Step<number> {
  readonly believedBp: number | null;
}

/** The rates of a series in order of time, over all feeds together (see `stepsOf`). */
export function rateSteps(runs: readonly Run<RateValue>[]): RateStep[] {
  if (!mayLeap(runs)) return stepsOf(runs, knownRate).map((step) => ({ ...step, believedBp: null }));
  const believe = openBelief(runs);
  const steps: RateStep[] = [];
  for (const { atMs, value, run } of momentsForward(runs, knownRate)) {
    const believedBp = believe(value, atMs);
    const before = steps.at(-1);
    if (before?.value === value && before.believedBp === believedBp)
      steps[steps.length - 1] = { ...before, lastSeenMs: atMs };
    else steps.push({ value, believedBp, firstSeenMs: atMs, lastSeenMs: atMs, source: sourceAt(run, atMs) });
  }
  return steps;
}

/** Whether two of the rates are so far apart that one may be a hundredth of the other. */
function mayLeap(runs: readonly Run<RateValue>[]): boolean {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, 0];
  for (const run of runs) {
    const value = knownRate(run.value);
    if (value === null) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return highest >= lowest * 50;
}

/** To be told the rate of every moment in turn; gives what is believed instead of it, or null. */
function openBelief(runs: readonly Run<RateValue>[]): (bp: number, atMs: number) => number | null {
  let believed: number | null = null;
  /** Formats that said a rate while the believed one was believed. */
  const formats = new Map<number, Set<string>>();

  function isSettled(bp: number, atMs: number): boolean {
    const saying = runs.filter((run) => run.value === bp && isSeenAt(run, atMs)).map(({ feed }) => feed);
    const known = new Set([...(formats.get(bp) ?? []), ...saying.map(({ format }) => format)]);
    formats.set(bp, known);
    return known.size > 1 || saying.some((feed) => feed.isAccepted(atMs));
  }

  return (bp, atMs) => {
    if (bp === believed) return null;
    if (believed !== null && isHundredth(believed, bp) && !isSettled(bp, atMs)) return believed;
    believed = bp;
    formats.clear();
    return null;
  };
}

/** When a rate last changed among those that were believed; or since when it is in doubt. */
export function rateMoves(runs: readonly Run<RateValue>[]): RateMoves {
  if (runs.length === 1) return NO_MOVES;
  const doubt = mayLeap(runs) ? doubtNow(rateSteps(runs)) : null;
  return {
    // Most are asked for their doubt alone.
    get change() {
      return doubt ? null : lastChange(rateSteps(runs));
    },
    doubt,
  };
}

function doubtNow(steps: readonly RateStep[]): Change<number> | null {
  const isDoubted = (steps.at(-1)?.believedBp ?? null) !== null;
  return isDoubted ? changeAt(steps, steps.length - 1) : null;
}

/** Where the newest rate is believed. */
function lastChange(steps: readonly RateStep[]): Change<number> | null {
  const believed = steps.filter(({ believedBp }) => believedBp === null);
  const index = believed.findLastIndex(({ value }) => value !== steps.at(-1)?.value) + 1;
  return index > 0 ? changeAt(believed, index) : null;
}

/** The change that led to a step; one in doubt would lead there from what is believed. */
export function changeAt(steps: readonly RateStep[], index: number): Change<number> | null {
  const [before, after] = [steps[index - 1], steps[index]];
  if (!before || !after) return null;
  return {
    from: after.believedBp ?? before.value,
    to: after.value,
    lastSeenBeforeMs: before.lastSeenMs,
    firstSeenAfterMs: after.firstSeenMs,
  };
}

/** Tells of moments whether a rate was in doubt then. */
export function doubtsOf(runs: readonly Run<RateValue>[]): (atMs: number) => boolean {
  if (!mayLeap(runs)) return () => false;
  const doubted = rateSteps(runs).filter(({ believedBp }) => believedBp !== null);
  return (atMs) => doubted.some(({ firstSeenMs, lastSeenMs }) => firstSeenMs <= atMs && atMs <= lastSeenMs);
}
