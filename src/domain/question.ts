/** What a judgement is asked, and the words of its answer. */
import type { RecentOrders } from './at-risk.ts';
import type { Mute } from './mute.ts';
import type { PolicyRules } from './policy.ts';

/** The most urgent first. `closed`: joined, but nothing to exit: links earn the general rate (design.md §4.5). */
export const VERDICTS = ['exit', 'review', 'closed', 'keep'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a judgement is asked with. `nowMs` is the moment to which ages count; `item` narrows it to one item (its scope). */
export interface Question {
  readonly policy: PolicyRules;
  readonly nowMs: number;
  readonly item: number | null;
  /** Only this plan is judged; which plans override it is looked at all the same. */
  readonly plan?: string;
  readonly mutes?: readonly Mute[];
  /** Leaves out plans that are not joined. */
  readonly joinedOnly?: boolean;
  /** Gives the comparisons, too. */
  readonly withItems?: boolean;
  /** Own orders, to say what a plan to exit costs a day. */
  readonly orders?: RecentOrders;
}
