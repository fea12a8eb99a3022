/** Why a verdict is what it is: codes with arguments. Sentences are made from them at the edge (report/). */
import type { MembershipStatus, PlanState } from './reading.ts';

export type Reason =
  | { readonly code: 'below-general'; readonly gapBp: number }
  | { readonly code: 'below-min-gain'; readonly gapBp: number; readonly minGainBp: number }
  | { readonly code: 'above-general'; readonly gapBp: number }
  | { readonly code: 'no-gain' }
  | { readonly code: 'mixed'; readonly below: number; readonly above: number; readonly itemsBelow: readonly string[] }
  | {
      readonly code: 'rate-cut' | 'general-raised';
      readonly fromBp: number;
      readonly toBp: number;
      readonly at: string;
    }
  /** `lastSeenAt`: there was one, but exports that would list it no longer do. */
  | { readonly code: 'no-general-rate'; readonly lastSeenAt: string | null }
  | { readonly code: 'no-special-rate' | 'zero-rate' | 'average-only' | 'locked' }
  | { readonly code: 'conflict'; readonly at: string }
  | { readonly code: 'stale'; readonly ageHours: number }
  | { readonly code: 'plan-stopped'; readonly state: PlanState }
  | { readonly code: 'missing'; readonly captures: number; readonly needed: number }
  | { readonly code: 'pending-approval' | 'membership-unknown' }
  | { readonly code: 'not-joined'; readonly status: MembershipStatus | null }
  | { readonly code: 'exited'; readonly at: string; readonly confirmedAt: string | null }
  | { readonly code: 'exit-not-effective'; readonly at: string }
  | { readonly code: 'superseded'; readonly by: string }
  | { readonly code: 'part-average'; readonly items: number }
  | { readonly code: 'whole-plan'; readonly verdict: 'exit' | 'keep' | 'review' }
  | { readonly code: 'may-come-back'; readonly plans: readonly string[] }
  | { readonly code: 'binding-unknown'; readonly plans: readonly string[] }
  /** `shops`: ids of whom the shop may be, too. */
  | { readonly code: 'shop-unclear'; readonly shops: readonly string[] }
  | { readonly code: 'ends-soon'; readonly endsAt: string };

export type ReasonCode = Reason['code'];

/** What stands in the way of judging a plan, beside age. */
const OBSTACLES: readonly ReasonCode[] = [
  'shop-unclear',
  'conflict',
  'binding-unknown',
  'missing',
  'no-special-rate',
  'no-general-rate',
];

/** Of a plan to review: whether it could be judged if its data were newer. */
export function isReviewByAge(reasons: readonly Reason[]): boolean {
  const codes = reasons.map(({ code }) => code);
  return codes.includes('stale') && !codes.some((code) => OBSTACLES.includes(code));
}
