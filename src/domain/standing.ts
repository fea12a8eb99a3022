/** Where an account stands with a special plan, looked at by itself (other plans of the shop may still supersede it). */
import { isClosed } from './closed.ts';
import { type Policy, PURGE_MS } from './policy.ts';
import type { PlanNow } from './state.ts';

/** Only `binding` and `closed` plans get a verdict. `unknown`: nothing says whether it is joined. */
export const STANDINGS = ['binding', 'closed', 'superseded', 'pending', 'not-joined', 'unknown'] as const;
export type Standing = (typeof STANDINGS)[number];

/**
 * Approved and open is `binding`, also while a disappearance is unconfirmed. Approved but stopped, ended or confirmed
 * missing is `closed` (design.md §3.5, §4.5). What the joined list no longer has is never `closed`: the list may be filtered,
 * or of another login. A dead record that it has dropped is `not-joined`, and so is one missing for longer than records are kept.
 * A plan of which nothing says whether it is joined is `not-joined` only where there is a complete joined list.
 */
export function standingOf(
  plan: PlanNow,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
  hasJoinedList: boolean,
): Standing {
  const { membership, missing } = plan;
  if (membership === null) return hasJoinedList ? 'not-joined' : 'unknown';
  if (membership.status === 'pending') return 'pending';
  if (membership.status !== 'approved') return 'not-joined';
  if (isUnlisted(plan)) return isClosed(plan, nowMs) || nowMs - membership.atMs > PURGE_MS ? 'not-joined' : 'binding';
  const isGone = missing !== null && missing.confirmations >= policy.confirmMissing;
  return isClosed(plan, nowMs) || isGone ? 'closed' : 'binding';
}

/** Removed by the merchant, and the joined list still says so, or did while it keeps such records. */
export function isRemoved(plan: PlanNow, nowMs: number): boolean {
  const { membership } = plan;
  return membership?.status === 'removed' && !isUnlisted(plan) && nowMs - membership.atMs <= PURGE_MS;
}

/** A complete joined list of the account since then does not have it. */
export function isUnlisted({ membership }: PlanNow): boolean {
  return (membership?.absentCaptures ?? 0) > 0;
}

/** Nothing lists it any more, or the joined list does not. */
export function isAbsent(plan: PlanNow): boolean {
  return plan.missing !== null || isUnlisted(plan);
}
