/** What a plan's verdict is, and why: codes with arguments. Sentences are made from them at the edge (report/). */
import { millisecondsInHour } from 'date-fns/constants';
import { isClosed } from './closed.ts';
import type { Binding } from './override.ts';
import { ENDS_SOON_MS, isStale } from './policy.ts';
import type { Question, Verdict } from './question.ts';
import type { Reason } from './reason-shape.ts';
import type { Change } from './runs.ts';
import { isUnlisted, type Standing } from './standing.ts';
import type { PlanNow, RatedPlan } from './state.ts';
import type { Moves, Tally } from './tally.ts';
import { endMs, formatIso } from './time.ts';

export type { Reason } from './reason-shape.ts';
export type ReasonCode = Reason['code'];

/** What stands in the way of judging a plan, beside age. */
const OBSTACLES: readonly ReasonCode[] = [
  'shop-unclear',
  'conflict',
  'binding-unknown',
  'not-listed',
  'missing',
  'not-in-plan',
  'unit-doubt',
  'no-special-rate',
  'no-general-rate',
];

/** Of a plan to review: whether it could be judged if its data were newer. */
export function isReviewByAge(reasons: readonly Reason[]): boolean {
  const codes = reasons.map(({ code }) => code);
  return codes.includes('stale') && !codes.some((code) => OBSTACLES.includes(code));
}

/** Of a plan to review by age: whether its data, were they newer, would give this verdict; where they give none, age is all there is. */
export function isAgeAlone(reasons: readonly Reason[], told: Verdict | null): boolean {
  const has = (...codes: ReasonCode[]) => reasons.some(({ code }) => codes.includes(code));
  if (!isReviewByAge(reasons)) return false;
  if (has('below-general', 'below-min-gain')) return told === 'exit';
  return has('above-general', 'no-gain') ? told === 'keep' : true;
}

/** What a plan is judged by. */
export interface Evidence {
  readonly plan: RatedPlan;
  readonly tally: Tally;
  readonly ageMs: number | null;
  /** With the policy of the very plan. */
  readonly question: Question;
}

export interface Decision {
  readonly verdict: Verdict | null;
  readonly reasons: readonly Reason[];
}

/** The verdict by where the account stands with the plan. `unclear`: ids of others that may be this merchant. */
export function decide(found: Evidence, standing: Standing, binding: Binding, unclear: readonly string[]): Decision {
  switch (standing) {
    case 'superseded':
      return {
        verdict: null,
        reasons: (binding.superseded.get(found.plan) ?? []).map((other) => ({ code: 'superseded', by: other.id })),
      };
    case 'pending':
      return { verdict: null, reasons: [{ code: 'pending-approval' }, ...pendingBelow(found)] };
    case 'unknown':
      return { verdict: null, reasons: [{ code: 'membership-unknown' }] };
    case 'not-joined':
      return { verdict: null, reasons: [notJoinedReason(found.plan)] };
    case 'closed':
      return { verdict: 'closed', reasons: closedReasons(found) };
    case 'binding':
      return decideBinding(found, binding.rivalsOf(found.plan), unclear);
    default:
      return standing satisfies never;
  }
}

/** Once approved it would pay less than the general plan: told before it is too late, of what can be judged. */
function pendingBelow(found: Evidence): Reason[] {
  const { gapBp, basis } = found.tally;
  if (gapBp === null || gapBp >= 0 || basis === 'mixed' || isClosed(found.plan, found.question.nowMs)) return [];
  return obstaclesOf(found, []).length === 0 ? [{ code: 'pending-below', gapBp }] : [];
}

/** Rejected since is no word on the exit. */
function notJoinedReason({ membership, reportedExit }: PlanNow): Reason {
  const status = membership?.status ?? null;
  if (!reportedExit || status === 'rejected') return { code: 'not-joined', status };
  const { atMs, confirmedMs } = reportedExit;
  return { code: 'exited', at: formatIso(atMs), confirmedAt: confirmedMs === null ? null : formatIso(confirmedMs) };
}

/** The user thinks to have left, and the alliance does not: told before all else, whatever the verdict. */
export function notEffective({ reportedExit }: PlanNow, verdict: Verdict | null): Reason[] {
  if (verdict === null || !reportedExit || reportedExit.isEffective) return [];
  return [{ code: 'exit-not-effective', at: formatIso(reportedExit.atMs) }];
}

function closedReasons({ plan, question }: Evidence): Reason[] {
  const state = plan.state === 'active' ? null : plan.state;
  if (state) return [{ code: 'plan-stopped', state }];
  if (plan.missing) return [missingReason(plan.missing, question)];
  return [{ code: 'plan-stopped', state: 'expired' }];
}

function missingReason({ confirmations }: { readonly confirmations: number }, { policy }: Question): Reason {
  return { code: 'missing', captures: confirmations, needed: policy.confirmMissing };
}

/** A plan that binds: review while anything stands in the way of judging, else by the comparison. */
function decideBinding(found: Evidence, rivals: readonly PlanNow[], unclear: readonly string[]): Decision {
  const obstacles = [...unclearReasons(unclear), ...obstaclesOf(found, rivals)];
  const comparison = byComparison(found);
  if (obstacles.length > 0) return { verdict: 'review', reasons: [...obstacles, ...comparison.reasons] };
  const doubt = comparison.verdict === 'keep' ? staleDoubt(found) : null;
  return doubt ? { verdict: 'review', reasons: [doubt, ...comparison.reasons] } : comparison;
}

/** Whose plans bind cannot be told where it cannot be told who the merchant is. */
export function unclearReasons(shops: readonly string[]): Reason[] {
  return shops.length === 0 ? [] : [{ code: 'shop-unclear', shops }];
}

function obstaclesOf({ plan, tally, ageMs, question }: Evidence, rivals: readonly PlanNow[]): Reason[] {
  const { policy } = question;
  const reasons: Reason[] = [];
  if (rivals.length > 0) reasons.push({ code: 'binding-unknown', plans: rivals.map((other) => other.id) });
  if (isUnlisted(plan)) reasons.push({ code: 'not-listed' });
  if (plan.missing) reasons.push(missingReason(plan.missing, question));
  if (ageMs !== null && isStale(ageMs, policy))
    reasons.push({ code: 'stale', ageHours: Math.floor(ageMs / millisecondsInHour) });
  const isOutside = !plan.missing && isOutsidePlan({ plan, tally, question });
  if (isOutside) reasons.push({ code: 'not-in-plan' });
  for (const { rates, item, change } of tally.doubts)
    reasons.push({ code: 'unit-doubt', rates, item, ...changeArguments(change) });
  if (tally.known > 0) return reasons;
  if (!tally.isSpecialKnown && !plan.missing && !isOutside) reasons.push({ code: 'no-special-rate' });
  if (!tally.isGeneralKnown || reasons.length === 0) {
    const { generalGoneMs: gone } = tally;
    reasons.push({ code: 'no-general-rate', lastSeenAt: gone === null ? null : formatIso(gone) });
  }
  return reasons;
}

function isOutsidePlan({ plan, tally, question: { item } }: Pick<Evidence, 'plan' | 'tally' | 'question'>): boolean {
  if (item !== null) return plan.isOutside(item);
  const { comparisons, isSpecialKnown } = tally;
  return !isSpecialKnown && comparisons.length > 0 && comparisons.every(({ scope }) => plan.isOutside(scope));
}

/** Fresh rates say keep, but others too old to judge by forbid it (design.md §4.2). */
function staleDoubt({ tally: { staleMs }, question }: Evidence): Reason | null {
  return staleMs === null
    ? null
    : { code: 'stale', ageHours: Math.floor((question.nowMs - staleMs) / millisecondsInHour) };
}

/**
 * All known scopes below: exit. None below: keep. Mixed: by the sum of gap × weight (design.md §4.3).
 * With a minimum gain, "below" is below general plus that gain.
 */
function byComparison({ tally, question }: Evidence): Decision {
  const { minGainBp } = question.policy;
  const { gapBp, known, below, gain, lower, itemsBelow, basis } = tally;
  if (known === 0 || gapBp === null || basis === 'mixed') return { verdict: 'review', reasons: [] };
  const exit = below === known || (below > 0 && gain < 0);
  const reasons: Reason[] = [];
  if (gapBp < 0) reasons.push({ code: 'below-general', gapBp });
  else if (exit && minGainBp > 0) reasons.push({ code: 'below-min-gain', gapBp, minGainBp });
  else if (gapBp > 0) reasons.push({ code: 'above-general', gapBp });
  else if (!exit) reasons.push({ code: 'no-gain' });
  if (lower > 0 && lower < known) reasons.push({ code: 'mixed', below: lower, above: known - lower, itemsBelow });
  return { verdict: exit ? 'exit' : 'keep', reasons };
}

/** What the user should know besides, whatever the verdict. */
export function circumstances({ plan, tally, question }: Evidence, { lastChange, raise }: Moves): Reason[] {
  const { gapBp, basis, byAverage } = tally;
  const reasons: Reason[] = [];
  const isCut = lastChange !== null && lastChange.to < lastChange.from;
  if (isCut) reasons.push({ code: 'rate-cut', item: lastChange.item, ...changeArguments(lastChange) });
  if (raise && gapBp !== null && gapBp < 0)
    reasons.push({ code: 'general-raised', item: raise.item, ...changeArguments(raise) });
  if (tally.isZero) reasons.push({ code: 'zero-rate' });
  if (basis === 'shop-average' || basis === 'mixed') reasons.push({ code: 'average-only', basis });
  else if (byAverage > 0) reasons.push({ code: 'part-average', items: byAverage });
  if (plan.locked) reasons.push({ code: 'locked' });
  const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
  if (plan.endsAt && ends !== null && ends >= question.nowMs && ends - question.nowMs <= ENDS_SOON_MS) {
    reasons.push({ code: 'ends-soon', endsAt: plan.endsAt });
  }
  return reasons;
}

function changeArguments({ from, to, firstSeenAfterMs }: Change<number>) {
  return { fromBp: from, toBp: to, at: formatIso(firstSeenAfterMs) };
}
