/** The values of a series in order of time, over all feeds together. */
import { firstSeen, lastSeen, type Run, type Source, sourceAt } from './runs.ts';

/** A value that held over one or more captures, until another was seen. */
export interface Step<W> {
  readonly value: W;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Where it was first read. */
  readonly source: Source;
}

/**
 * The values of a series in order of time, over all feeds together. Readings without the value and moments about
 * which sources disagree are passed over.
 */
export function stepsOf<V, W extends string | number | boolean>(
  runs: readonly Run<V>[],
  pick: (value: V) => W | null,
): Step<W>[] {
  const steps: Step<W>[] = [];
  const add = (value: W, run: Run<V>, firstSeenMs: number, lastSeenMs: number) => {
    const before = steps.at(-1);
    if (before?.value === value) steps[steps.length - 1] = { ...before, lastSeenMs };
    else steps.push({ value, firstSeenMs, lastSeenMs, source: sourceAt(run, firstSeenMs) });
  };
  for (const { all, value, lastMs } of meetings(runs, pick)) {
    const [first] = all;
    if (first && value !== null) add(value, first, firstSeen(first), lastMs);
    else for (const { atMs, value, run } of momentsForward(all, pick)) add(value, run, atMs, atMs);
  }
  return steps;
}

/** Runs that were seen at one time, in the order of time. `value` null: they do not say the same. */
interface Meeting<V, W> {
  readonly all: Run<V>[];
  value: W | null;
  lastMs: number;
}

/** Where all that is said at a time is the same, its moments need not be looked at one by one. */
function meetings<V, W>(runs: readonly Run<V>[], pick: (value: V) => W | null): Meeting<V, W>[] {
  const claims = runs.filter((run) => pick(run.value) !== null);
  const found: Meeting<V, W>[] = [];
  for (const run of claims.length > 1 ? claims.sort(byFirstSeen) : claims) {
    const [value, lastMs] = [pick(run.value), lastSeen(run)];
    const open = found.at(-1);
    if (open && firstSeen(run) <= open.lastMs) {
      open.all.push(run);
      if (open.value !== value) open.value = null;
      open.lastMs = Math.max(open.lastMs, lastMs);
    } else found.push({ all: [run], value, lastMs });
  }
  return found;
}

/** Of two that begin in one capture that in the file of the smaller name. */
function byFirstSeen(a: Run<unknown>, b: Run<unknown>): number {
  const atMs = firstSeen(a);
  return atMs - firstSeen(b) || (a.feed.fileAt(atMs) < b.feed.fileAt(atMs) ? -1 : 1);
}

/** A value that was seen, and in which run. */
export interface Moment<V, W> {
  readonly atMs: number;
  readonly value: W;
  readonly run: Run<V>;
}

/** Every moment at which a value was seen and no source disagreed, oldest first. */
export function momentsForward<V, W extends string | number | boolean>(
  runs: readonly Run<V>[],
  pick: (value: V) => W | null,
): Moment<V, W>[] {
  const all: Moment<V, W>[] = [];
  let isOrdered = true;
  for (const run of runs) {
    const value = pick(run.value);
    if (value === null) continue;
    for (let i = run.first; i <= run.last; i++) {
      const atMs = run.feed.times[i] as number;
      isOrdered &&= all.length === 0 || atMs > (all.at(-1) as Moment<V, W>).atMs;
      all.push({ atMs, value, run });
    }
  }
  return isOrdered ? all : agreeing(all.sort((a, b) => a.atMs - b.atMs));
}

/** Of moments in order each once, those left out at which two values stand. Of two files that agree the smaller name is given. */
function agreeing<V, W>(all: readonly Moment<V, W>[]): Moment<V, W>[] {
  const moments: Moment<V, W>[] = [];
  for (let i = 0, next = 0; i < all.length; i = next) {
    let best = all[i] as Moment<V, W>;
    let isConflict = false;
    for (next = i + 1; all[next]?.atMs === best.atMs; next++) {
      const other = all[next] as Moment<V, W>;
      isConflict ||= other.value !== best.value;
      if (other.run.feed.fileAt(other.atMs) < best.run.feed.fileAt(best.atMs)) best = other;
    }
    if (!isConflict) moments.push(best);
  }
  return moments;
}
