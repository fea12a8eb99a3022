/**
 * Which of several approved special plans of one shop binds.
 *
 * Rule: **the later approved plan overrides the earlier**, even when its rate is lower; settlement is at the later
 * one's rate (formats.md §8, R2: 「后者会覆盖前者，实际以后者佣金比率结算」). The others are superseded.
 */
import type { PlanNow } from './state.ts';
import { parseTime } from './time.ts';

export interface Binding {
  /** Plans that bind, or that may: more than one when their approvals cannot be put in order. */
  readonly candidates: readonly PlanNow[];
  readonly superseded: readonly PlanNow[];
}

/**
 * Takes the approved, open special plans of one account in one shop. Two approvals on one day, of which one has no
 * time, cannot be put in order, nor can an unknown approval time: then all that may be the last are candidates.
 */
export function findBinding(approved: readonly PlanNow[]): Binding {
  const superseded = approved.filter((plan) => approved.some((other) => isLater(other, plan)));
  return { candidates: approved.filter((plan) => !superseded.includes(plan)), superseded };
}

function isLater(a: PlanNow, b: PlanNow): boolean {
  const [at, than] = [a.membership?.approvedAt, b.membership?.approvedAt];
  if (!at || !than) return false;
  if (at.length > 10 && than.length > 10) return (parseTime(at)?.ms ?? 0) > (parseTime(than)?.ms ?? 0);
  return at.slice(0, 10) > than.slice(0, 10);
}
