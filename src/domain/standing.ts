/** Where an account stands with a special plan, looked at by itself (other plans of the shop may still supersede it). */
import type { Policy } from './policy.ts';
import { PURGE_MS } from './policy.ts';
import type { PlanNow } from './state.ts';
import { endMs } from './time.ts';

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
