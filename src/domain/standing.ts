/** Where an account stands with a special plan, looked at by itself (other plans of the shop may still supersede it). */
import type { Policy } from './policy.ts';
import { PURGE_MS } from './policy.ts';
import type { PlanNow } from './state.ts';
import { endMs, parseTime } from './time.ts';

/** Only `binding` and `closed` plans get a verdict. */
export type Standing = 'binding' | 'closed' | 'superseded' | 'pending' | 'not-joined';

/** Captures that would have listed the plan, or the account's membership in it, and did not. */
export function missedCaptures(plan: PlanNow): number {
  return Math.max(plan.absentCaptures, plan.membership?.absentCaptures ?? 0);
}

/**
 * Approved and open is `binding`, also while a disappearance is unconfirmed. Approved but stopped, ended or confirmed
 * missing is `closed`. A closed record that the joined list has since dropped is `not-joined`: the alliance purges
 * those (formats.md §4), and so is a record missing for longer than the purge takes.
 */
export function standingOf(
  plan: PlanNow,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): Standing {
  const { membership } = plan;
  if (membership?.status === 'pending') return 'pending';
  if (membership?.status !== 'approved') return 'not-joined';
  const unlisted = membership.absentCaptures;
  if (isClosed(plan, nowMs)) return unlisted > 0 ? 'not-joined' : 'closed';
  if (missedCaptures(plan) < policy.confirmMissing) return 'binding';
  return unlisted >= policy.confirmMissing && nowMs - membership.atMs > PURGE_MS ? 'not-joined' : 'closed';
}

/** Stopped, expired or deleted; or past its end, unless it was seen active after that. */
function isClosed(plan: PlanNow, nowMs: number): boolean {
  if (plan.state !== null && plan.state !== 'active') return true;
  const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
  if (ends === null || ends >= nowMs) return false;
  return !(plan.state === 'active' && plan.stateAtMs !== null && plan.stateAtMs > ends);
}

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
