/** What an explanation of a verdict starts from: the question, the rule that decides, and when a rate was read. */
import type { RateNow, RateValue, Run, Source } from '../domain/ledger.ts';
import { firstReadingAfter, lastSeen } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
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
export function firstReading(rate: RateNow): { readonly ms: number | null; readonly source: Source | null } {
  const runs = rate.series?.runs ?? [];
  const { bp, atMs } = rate;
  const sinceMs = bp === null ? lastKnown(runs) : (rate.lastChange()?.lastSeenBeforeMs ?? Number.NEGATIVE_INFINITY);
  // Where sources disagree, the newest reading.
  const first =
    firstReadingAfter(runs, sinceMs, (value) => value === bp) ?? firstReadingAfter(runs, atMs - 1, () => true);
  return { ms: first?.atMs ?? null, source: first?.source ?? null };
}

/** When a rate was last known. */
function lastKnown(runs: readonly Run<RateValue>[]): number {
  return runs.reduce((ms, run) => (run.value === null ? ms : Math.max(ms, lastSeen(run))), Number.NEGATIVE_INFINITY);
}
