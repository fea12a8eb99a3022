/** What an explanation of a verdict starts from: the question, the rule that decides, and when a rate was read. */
import type { Source } from '../domain/ledger.ts';
import { firstSeen } from '../domain/ledger.ts';
import { compareText } from '../domain/order.ts';
import type { Policy } from '../domain/policy.ts';
import type { RateNow } from '../domain/state.ts';
import { rateChange } from '../domain/state.ts';
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

/**
 * Where the rate as it stands was first read since it was last another one, and when: in whichever export gave it first, of
 * two of one moment in the same one, whatever the order of import.
 */
export function firstReading(rate: RateNow): { readonly ms: number | null; readonly source: Source } {
  const { series, bp, source } = rate;
  const sinceMs = rateChange(rate)?.lastSeenBeforeMs ?? Number.NEGATIVE_INFINITY;
  const [first] = series.runs
    .filter((run) => bp !== null && run.value.bp === bp && firstSeen(run) > sinceMs)
    .sort((a, b) => firstSeen(a) - firstSeen(b) || compareText(a.source.file, b.source.file));
  const run = first ?? series.runs.find((candidate) => candidate.source === source);
  return run ? { ms: firstSeen(run), source: run.source } : { ms: null, source };
}
