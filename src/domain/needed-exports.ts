/** Which exports would let be judged what cannot be judged now. */
import { isStale, policyFor } from './policy.ts';
import type { Question } from './question.ts';
import type { ReasonCode } from './reason.ts';
import type { Judgement } from './verdict.ts';

/** The list of joined plans of an account; or rates of a shop, by an item search or its plans. */
export const EXPORTS = ['joined-plans', 'rates'] as const;
export type Export = (typeof EXPORTS)[number];

const CURED_BY: Readonly<Record<Export, readonly ReasonCode[]>> = {
  'joined-plans': ['membership-unknown', 'not-listed', 'binding-unknown'],
  rates: [
    'no-general-rate',
    'no-special-rate',
    'average-only',
    'missing',
    'not-in-plan',
    'shop-unclear',
    'conflict',
    'unit-doubt',
  ],
};

/** What a plan to review waits for; nothing of one that waits for the user's word. */
export function neededExports({ verdict, reasons, shop, plan }: Judgement, { policy, nowMs }: Question): Export[] {
  if (verdict !== 'review') return [];
  // That averages are compared is a remark; what waits for rates is an item's beside an average.
  const open = reasons.filter((reason) => reason.code !== 'average-only' || reason.basis === 'mixed');
  const codes = new Set(open.map(({ code }) => code));
  const needed = EXPORTS.filter((one) => CURED_BY[one].some((code) => codes.has(code)));
  if (needed.length > 0 || !codes.has('stale')) return needed;
  const { membership } = plan;
  const isListOld = membership !== null && isStale(nowMs - membership.atMs, policyFor(policy, shop, plan.id));
  return isListOld ? ['joined-plans', 'rates'] : ['rates'];
}
