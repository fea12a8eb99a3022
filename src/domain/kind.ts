/** Of which kind a plan is, and whether it is one of those that are judged. */
import type { PlanLedger } from './ledger.ts';
import { GENERAL_PLAN_ID, type PlanKind } from './reading.ts';
import { membershipRuns } from './reported-exit.ts';
import { newestSighting, valuesAt } from './runs.ts';

/** The general plan's id says it, else the newest reading. Of kinds that contradict each other special stands: such a plan is judged. */
export function kindOf(plan: PlanLedger): PlanKind | null {
  if (plan.planId === GENERAL_PLAN_ID) return 'general';
  const kind = newestSighting(plan.facts, (facts) => facts.kind);
  if (!kind?.conflict) return kind?.value ?? null;
  const kinds = valuesAt(plan.facts, (facts) => facts.kind, kind.atMs);
  return kinds.includes('special') ? 'special' : kind.value;
}

/** Special, or of a kind that no export has said and applied for: only special plans are. */
export function isSpecial(kind: PlanKind | null, isAppliedFor: boolean): boolean {
  return kind === 'special' || (kind === null && isAppliedFor);
}

/** The same of all that was ever said of a plan. */
export function isSpecialPlan(plan: PlanLedger): boolean {
  return isSpecial(
    kindOf(plan),
    membershipRuns(plan).some(({ value }) => value.status !== null),
  );
}

/** No export says that it is of another kind. */
export function mayBeSpecial(kind: PlanKind | null): boolean {
  return isSpecial(kind, true);
}
