/** When a plan is closed: by what exports say of its state, by its announced end, or because nothing lists it any more. */
import type { Window } from './rate-window.ts';
import type { PlanFacts, PlanState } from './reading.ts';
import type { Step } from './steps.ts';
import { endMs } from './time.ts';

/** Stopped, expired or deleted. A plan of which no state is known is not. */
export function isDead(state: PlanState | null): boolean {
  return state !== null && state !== 'active';
}

/** Its announced end has passed; a date lasts until its midnight. `activeMs`: it did not end that was seen active after that. */
export function hasEnded(endsAt: string | null, ms: number, activeMs: number | null = null): boolean {
  const ends = endsAt === null ? null : endMs(endsAt);
  return ends !== null && ends < ms && !(activeMs !== null && activeMs > ends);
}

type Stated = Pick<PlanFacts, 'state' | 'endsAt'>;

/** As of now. What is only missing is not closed: how often it was missed decides (standing.ts). */
export function isClosed(
  { state, stateAtMs, endsAt }: Stated & { readonly stateAtMs: number | null },
  nowMs: number,
): boolean {
  return isDead(state) || hasEnded(endsAt, nowMs, state === 'active' ? stateAtMs : null);
}

/** Of an event or a marketing plan: it pays till its end and no longer (formats.md §8, R5), and not where it is missing. */
export function isRunning(
  { state, missing, endsAt }: Stated & { readonly missing: object | null },
  nowMs: number,
): boolean {
  return !isDead(state) && missing === null && !hasEnded(endsAt, nowMs);
}

/** All through a window of the past; `states` and `ends` in order of time. */
export function wasClosed(
  states: readonly Step<PlanState>[],
  ends: readonly Step<string>[],
  { fromMs, toMs }: Window,
): boolean {
  const state = states.findLast((step) => step.firstSeenMs <= fromMs);
  if (state && isDead(state.value) && (state.lastSeenMs >= toMs || state === states.at(-1))) return true;
  const end = ends.findLast((step) => step.firstSeenMs <= fromMs) ?? ends[0];
  const activeMs = states.findLast(({ value }) => value === 'active')?.lastSeenMs ?? null;
  return hasEnded(end?.value ?? null, fromMs, activeMs);
}
