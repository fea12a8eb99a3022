/** Where an account stands with a special plan, looked at by itself (other plans of the shop may still supersede it). */
import type { Policy } from './policy.ts';
import { PURGE_MS } from './policy.ts';
import type { PlanNow } from './state.ts';
import { endMs } from './time.ts';

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

/** Stopped, expired or deleted; or past its end, unless it was seen active after that. */
export function isClosed(plan: PlanNow, nowMs: number): boolean {
  if (plan.state !== null && plan.state !== 'active') return true;
  const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
  if (ends === null || ends >= nowMs) return false;
  return !(plan.state === 'active' && plan.stateAtMs !== null && plan.stateAtMs > ends);
}

export interface Binding {
  /** Those that do not apply, each with the later ones that override it. */
  readonly superseded: ReadonlyMap<PlanNow, readonly PlanNow[]>;
  /** Plans of which it is not known whether they were approved after this one. */
  rivalsOf(plan: PlanNow): readonly PlanNow[];
}

/**
 * Which of the approved, open special plans of one account in one shop was approved last (design.md §4.4, order of approval):
 * later only if the intervals of approval do not meet. A membership too old to judge by overrides no fresh one, but may be the
 * later one, unless a complete joined list since then lacks it.
 */
export function findBinding(approved: readonly PlanNow[], isStale: (plan: PlanNow) => boolean): Binding {
  const overriding = (plan: PlanNow) =>
    approved.filter((other) => isLater(other, plan) && (isStale(plan) || !isStale(other)));
  const isOverridden = (plan: PlanNow) => overriding(plan).length > 0;
  const last = approved.filter((plan) => !isOverridden(plan));
  const overridden = approved.filter(isOverridden);
  return {
    superseded: new Map(overridden.map((plan) => [plan, overriding(plan).filter((other) => !isOverridden(other))])),
    rivalsOf: (plan) =>
      last.filter(
        (other) => other !== plan && !isLater(plan, other) && !(isStale(other) && (isStale(plan) || isUnlisted(other))),
      ),
  };
}

function isLater({ membership: a }: PlanNow, { membership: b }: PlanNow): boolean {
  return a !== null && b !== null && a.approval.fromMs > b.approval.toMs;
}
