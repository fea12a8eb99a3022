/** What else one may have now in a shop, for an item or as a whole, for more than the plan that binds pays. */
import { isClosed, isRunning } from './closed.ts';
import { policyFor } from './policy.ts';
import type { Question } from './question.ts';
import type { RatedPlan, ShopNow } from './state.ts';
import { tallyScopes } from './tally.ts';
import type { Judgement } from './verdict.ts';

/** `general`: by leaving the plan; `joined`: a superseded plan; `joinable`: a plan to apply for. */
export const WAYS = ['general', 'joined', 'joinable', 'event', 'marketing'] as const;

export interface Alternative {
  readonly via: (typeof WAYS)[number];
  readonly planId: string;
  readonly planName: string | null;
  readonly rateBp: number;
  /** More than now, by the same scopes. */
  readonly gainBp: number;
  readonly atMs: number;
  /** Whether joining needs approval; null: unknown, or nothing to join. */
  readonly audit: boolean | null;
  /** Whether the merchant cannot lower it for a time; null: unknown. */
  readonly locked: boolean | null;
}

/** So many are named. */
const MOST_BETTER = 3;

/**
 * The best choices, by what they pay more. `judgements` are of every special plan of the shop, `current` the one that binds (null:
 * none does, and links earn the general rate). Like is compared with like, as a verdict does; for a whole plan only what has a
 * rate wherever the binding plan has one. Nothing is better for certain than a rate whose unit is in doubt.
 */
export function betterChoices(
  shop: ShopNow,
  judgements: readonly Judgement[],
  current: Judgement | null,
  { policy, nowMs, item }: Question,
): Alternative[] {
  const earning = current ? shop.plans.find(({ id }) => id === current.plan.id) : shop.general;
  if (!earning) return [];
  const compared = current ? current.scopes.below + current.scopes.equal + current.scopes.above : 0;
  const offer = (via: Alternative['via'], plan: RatedPlan): Alternative[] => {
    const own = { item, nowMs, policy: policyFor(policy, shop.ledger.shop, plan.id) };
    const { basis, gapBp, general: offered, known, doubts } = tallyScopes(earning.rates, plan.rates, shop.ledger, own);
    const isLike = basis === 'item' || (item === null && (basis === 'items' || basis === 'shop-average'));
    if (!isLike || gapBp === null || gapBp >= 0 || offered.bp === null || offered.atMs === null) return [];
    if (doubts.length > 0 || (item === null && basis !== 'shop-average' && known < compared)) return [];
    const audit = via === 'joinable' ? plan.audit : null;
    const rate = { rateBp: offered.bp, gainBp: -gapBp, atMs: offered.atMs };
    return [{ via, planId: plan.id, planName: plan.name, ...rate, audit, locked: plan.locked }];
  };
  const judged = new Map(judgements.map((j) => [j.plan.id, j]));
  const found = shop.plans.flatMap((plan) => {
    const j = judged.get(plan.id);
    if (plan === shop.general) return current && (current.gapBp ?? 0) < 0 ? offer('general', plan) : [];
    if (j?.standing === 'superseded') return offer('joined', plan);
    if (j) return isJoinable(j, nowMs) ? offer('joinable', plan) : [];
    if (!isRunning(plan, nowMs)) return [];
    return plan.kind === 'event' || plan.kind === 'marketing' ? offer(plan.kind, plan) : [];
  });
  return found.sort((a, b) => b.gainBp - a.gainBp || (a.planId < b.planId ? -1 : 1)).slice(0, MOST_BETTER);
}

/** Open, known as not joined, and not turned down or removed by the merchant. */
function isJoinable({ standing, plan }: Judgement, nowMs: number): boolean {
  const status = plan.membership?.status;
  if (isClosed(plan, nowMs) || plan.missing !== null) return false;
  return standing === 'not-joined' && status !== 'rejected' && status !== 'removed' && plan.reportedExit === null;
}
