/** What an explanation of a verdict starts from: the question, the rule that decides, and when a rate was read. */
import type { Policy } from '../domain/policy.ts';
import type { RateNow } from '../domain/state.ts';
import type { Judgement } from '../domain/verdict.ts';

export interface WhyInput {
  readonly judgement: Judgement;
  /** Other special plans of the same shop and account. */
  readonly others: readonly Judgement[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  readonly policy: Policy;
}

/** Which rule decides whether the plan applies at all. */
export type RuleCode =
  | 'only-approved'
  | 'latest-approved'
  | 'undecided'
  | 'superseded'
  | 'closed'
  | 'pending'
  | 'not-joined';

export function ruleOf({ judgement, others }: WhyInput): RuleCode {
  if (judgement.standing !== 'binding') return judgement.standing;
  if (judgement.reasons.some((reason) => reason.code === 'binding-unknown')) return 'undecided';
  return others.some((other) => other.standing === 'superseded') ? 'latest-approved' : 'only-approved';
}

/** When the value as it stands was first read: at the start of the run that its source belongs to. */
export function firstReadMs({ series, source }: RateNow): number | null {
  const run = series.runs.find((candidate) => candidate.source === source);
  return run?.stream.times[run.first] ?? null;
}
