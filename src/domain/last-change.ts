/** When a value was last another one: a rate that was cut, or raised. */
import type { Change, Run } from './runs.ts';
import { firstSeen, indexOfTime, isSeenAt, lastSeen } from './runs.ts';

/**
 * The last change of a series' value, over all feeds together. Readings without the value (`pick` gives null) are
 * passed over, unknown in between is not a change; so are moments about which sources disagree.
 *
 * It looks at the ends of runs: walking from reading to reading, a verdict took longer with every day of the ledger.
 */
export function lastChange<V, W extends string | number | boolean>(
  runs: readonly Run<V>[],
  pick: (value: V) => W | null,
): Change<W> | null {
  if (runs.length < 2) return null;
  const claims: Claim<W>[] = [];
  for (const run of runs) {
    const value = pick(run.value);
    if (value !== null) claims.push({ run, value });
  }
  const now = newestMoment(claims, () => true);
  const before = now && newestMoment(claims, ({ value }) => value !== now.value);
  if (!now || !before) return null;
  let firstSeenAfterMs = now.atMs;
  for (const claim of claims) {
    const { run, value } = claim;
    if (value !== now.value) continue;
    for (let i = Math.max(run.first, indexOfTime(run.feed.times, before.atMs + 1)); i <= run.last; i++) {
      const atMs = run.feed.times[i] ?? Number.NaN;
      if (atMs >= firstSeenAfterMs) break;
      if (!isDisputed(claims, claim, atMs)) firstSeenAfterMs = atMs;
    }
  }
  return { from: before.value, to: now.value, lastSeenBeforeMs: before.atMs, firstSeenAfterMs };
}

/** What a run says of one thing. */
interface Claim<W> {
  readonly run: Run<unknown>;
  readonly value: W;
}

/** The newest moment of the claims that are asked for which no other claim disputes. */
function newestMoment<W>(
  claims: readonly Claim<W>[],
  isAsked: (claim: Claim<W>) => boolean,
): { readonly atMs: number; readonly value: W } | null {
  let newest: { readonly atMs: number; readonly value: W } | null = null;
  // The newest mostly stand at the end, so that the others are passed over.
  for (const claim of claims.toReversed()) {
    const { run, value } = claim;
    if (!isAsked(claim)) continue;
    for (let i = run.last; i >= run.first; i--) {
      const atMs = run.feed.times[i] ?? Number.NaN;
      if (newest && atMs <= newest.atMs) break;
      if (!isDisputed(claims, claim, atMs)) newest = { atMs, value };
    }
  }
  return newest;
}

/** Whether another run says something else at one of the claim's moments. */
function isDisputed<W>(claims: readonly Claim<W>[], { run, value }: Claim<W>, atMs: number): boolean {
  return claims.some(({ run: other, value: said }) => {
    if (said === value) return false;
    // Of the same feed it needs no search.
    return other.feed === run.feed ? firstSeen(other) <= atMs && atMs <= lastSeen(other) : isSeenAt(other, atMs);
  });
}
