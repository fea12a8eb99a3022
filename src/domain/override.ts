/**
 * The later approved plan overrides the earlier: of several special plans of one shop that an account was approved for, only
 * the one approved last applies, to all that it sells there, even with a lower rate (design.md §4; formats.md §8, R2).
 */
import { type Approval, AT_ANY_TIME } from './approval.ts';
import { isUnlisted } from './standing.ts';
import type { PlanNow } from './state.ts';

/**
 * The plans that do not apply, each with the later ones that override it and apply themselves. Later is only what was surely
 * approved later: the intervals of approval do not meet (design.md §4.4). `mayOverride`: whether enough is known of the later.
 */
export function findOverridden<P>(
  approved: readonly P[],
  approvalOf: (plan: P) => Approval,
  mayOverride: (later: P, earlier: P) => boolean,
): ReadonlyMap<P, readonly P[]> {
  const overridden = new Map<P, readonly P[]>();
  for (const plan of approved) {
    const later = approved.filter((other) => isLater(approvalOf(other), approvalOf(plan)) && mayOverride(other, plan));
    if (later.length > 0) overridden.set(plan, later);
  }
  for (const [plan, later] of overridden)
    overridden.set(
      plan,
      later.filter((other) => !overridden.has(other)),
    );
  return overridden;
}

function isLater(a: Approval, b: Approval): boolean {
  return a.fromMs > b.toMs;
}

export interface Binding {
  /** Those that do not apply, each with the later ones that override it. */
  readonly superseded: ReadonlyMap<PlanNow, readonly PlanNow[]>;
  /** Plans of which it is not known whether they were approved after this one. */
  rivalsOf(plan: PlanNow): readonly PlanNow[];
}

/**
 * The rule for the approved, open special plans of one account in one shop as of now. A membership too old to judge by overrides
 * no fresh one, but may be the later one, unless a complete joined list since then lacks it (design.md §4.4).
 */
export function findBinding(approved: readonly PlanNow[], isStale: (plan: PlanNow) => boolean): Binding {
  const superseded = findOverridden(approved, approvalNow, (later, earlier) => isStale(earlier) || !isStale(later));
  const last = approved.filter((plan) => !superseded.has(plan));
  const mayBeLater = (other: PlanNow, plan: PlanNow) =>
    !isLater(approvalNow(plan), approvalNow(other)) && !(isStale(other) && (isStale(plan) || isUnlisted(other)));
  return { superseded, rivalsOf: (plan) => last.filter((other) => other !== plan && mayBeLater(other, plan)) };
}

function approvalNow({ membership }: PlanNow): Approval {
  return membership?.approval ?? AT_ANY_TIME;
}
