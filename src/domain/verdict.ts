/**
 * The verdict per joined special plan: exit, keep or review (design.md §4). Pure: the same ledger, policy and moment
 * always give the same answer.
 */
import type { Binding } from './binding.ts';
import { findBinding } from './binding.ts';
import type { Basis, Comparison, Relation } from './compare.ts';
import type { Change } from './last-change.ts';
import type { ShopLedger, ShopRef } from './ledger.ts';
import type { Mute } from './mute.ts';
import { muteAt } from './mute.ts';
import type { Policy, PolicyRules } from './policy.ts';
import { ENDS_SOON_MS, isSamePolicy, policyFor } from './policy.ts';
import type { PlanKind } from './reading.ts';
import type { Reason } from './reason.ts';
import type { Standing } from './standing.ts';
import { missedCaptures, standingOf } from './standing.ts';
import type { PlanNow, RateView, ShopNow } from './state.ts';
import { SHOP_SCOPE, stateOf } from './state.ts';
import type { Tally } from './tally.ts';
import { isKnown, tallyScopes } from './tally.ts';
import { endMs, formatIso } from './time.ts';

export type Verdict = 'exit' | 'keep' | 'review';

export interface Judgement {
  /** null: the plan is not joined, or does not bind. */
  readonly verdict: Verdict | null;
  readonly standing: Standing;
  readonly reasons: readonly Reason[];
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: PlanNow;
  readonly basis: Basis | null;
  readonly special: RateView;
  readonly general: RateView;
  readonly gapBp: number | null;
  readonly comparisons: readonly Comparison[];
  /** How many of the comparisons came out how. */
  readonly scopes: Readonly<Record<Relation, number>>;
  /** The newest change of the special rate among the compared scopes. */
  readonly lastChange: Change<number> | null;
  /** Age of the oldest reading that the verdict needs; null when there is none. */
  readonly ageMs: number | null;
  /** Best running event and marketing rates of the same scopes: context only, they never stand in for the general rate. */
  readonly event: RateView | null;
  readonly marketing: RateView | null;
  /** Judged all the same, but not to be counted where a verdict raises an alarm. */
  readonly muted: Mute | null;
  /** The policy it was judged by, where an exception holds for the plan or its shop; null: the rule. */
  readonly ownPolicy: Policy | null;
}

/** What a judgement is asked with. `nowMs` is the moment to which ages count; `item` narrows it to one item. */
export interface Question {
  readonly policy: PolicyRules;
  readonly nowMs: number;
  readonly item: string | null;
  readonly mutes?: readonly Mute[];
  /** Leaves out plans that are not joined. */
  readonly joinedOnly?: boolean;
}

/** Judges every special plan of one account in one shop; plans not joined come with `verdict: null`. */
export function judgeShop(ledger: ShopLedger, question: Question): Judgement[] {
  return judgeState(stateOf(ledger), question);
}

/** Tallies of whole plans that are known already. */
export type Tallied = (plan: PlanNow) => Tally | undefined;

/** As `judgeShop`, for a state already derived. */
export function judgeState(shop: ShopNow, question: Question, tallied: Tallied = () => undefined): Judgement[] {
  const specials = shop.plans.filter(isSpecial);
  const questionOf = (plan: PlanNow): Question => {
    const policy = policyFor(question.policy, shop.ledger.shop, plan.id);
    return policy === question.policy ? question : { ...question, policy };
  };
  const standings = new Map(specials.map((plan) => [plan, standingOf(plan, questionOf(plan))]));
  const { candidates, superseded } = findBinding(specials.filter((plan) => standings.get(plan) === 'binding'));
  return specials.flatMap((plan) => {
    const standing = superseded.includes(plan) ? 'superseded' : (standings.get(plan) ?? 'not-joined');
    if (question.joinedOnly && (standing === 'not-joined' || standing === 'pending')) return [];
    const own = questionOf(plan);
    const tally = tallied(plan) ?? tallyScopes(plan, shop.general, own);
    const ownPolicy = isSamePolicy(own.policy, question.policy) ? null : own.policy;
    return [judgePlan(shop, { plan, tally, question: own }, standing, { candidates, superseded }, ownPolicy)];
  });
}

/** A judgement without the rates behind it: of a million scopes they would fill the memory. */
export function withoutRates(judgement: Judgement): Judgement {
  return { ...judgement, comparisons: [], plan: { ...judgement.plan, rates: new Map(), itemTitles: new Map() } };
}

/** Special, or of a kind that no export has said: only special plans are applied for. */
function isSpecial(plan: PlanNow): boolean {
  return plan.kind === 'special' || (plan.kind === null && plan.membership !== null);
}

function judgePlan(
  shop: ShopNow,
  { plan, tally, question }: Omit<Finding, 'ageMs'>,
  standing: Standing,
  binding: Binding,
  ownPolicy: Policy | null,
): Judgement {
  const { nowMs } = question;
  const { special, general } = tally;
  const needed = [standing === 'not-joined' ? null : (plan.membership?.atMs ?? null), special.atMs, general.atMs];
  const oldest = Math.min(...needed.filter((ms) => ms !== null));
  const ageMs = Number.isFinite(oldest) ? Math.max(0, nowMs - oldest) : null;

  const found: Finding = { plan, tally, ageMs, question };
  const { verdict, reasons } = decide(found, standing, binding.candidates);
  // Whether leaving brings back the earlier plan is not known for certain (formats.md, Appendix D.4): it is said, not judged.
  const back: Reason[] =
    verdict === 'exit' && binding.superseded.length > 0
      ? [{ code: 'may-come-back', plans: binding.superseded.map((other) => other.id) }]
      : [];
  return {
    verdict,
    standing,
    reasons: [...notEffective(plan, verdict), ...reasons, ...back, ...circumstances(found)],
    account: shop.ledger.account,
    shop: shop.ledger.shop,
    plan,
    basis: tally.basis,
    special,
    general,
    gapBp: tally.gapBp,
    comparisons: tally.comparisons,
    scopes: tally.scopes,
    lastChange: tally.lastChange,
    ageMs,
    event: bestOf(shop, 'event', tally.comparisons, question),
    marketing: bestOf(shop, 'marketing', tally.comparisons, question),
    muted: muteAt(question.mutes ?? [], { account: shop.ledger.account, shop: shop.ledger.shop, plan }, nowMs),
    ownPolicy,
  };
}

interface Finding {
  readonly plan: PlanNow;
  readonly tally: Tally;
  readonly ageMs: number | null;
  /** With the policy of the very plan. */
  readonly question: Question;
}

interface Decision {
  readonly verdict: Verdict | null;
  readonly reasons: readonly Reason[];
}

function decide(found: Finding, standing: Standing, candidates: readonly PlanNow[]): Decision {
  switch (standing) {
    case 'superseded':
      return { verdict: null, reasons: candidates.map((other) => ({ code: 'superseded', by: other.id })) };
    case 'pending':
      return { verdict: null, reasons: [{ code: 'pending-approval' }] };
    case 'not-joined':
      return { verdict: null, reasons: [notJoinedReason(found.plan)] };
    case 'closed':
      return { verdict: 'review', reasons: closedReasons(found) };
    case 'binding':
      return decideBinding(found, candidates);
    default:
      return standing satisfies never;
  }
}

/** Rejected since is no word on the exit. */
function notJoinedReason({ membership, departure }: PlanNow): Reason {
  const status = membership?.status ?? null;
  if (!departure || status === 'rejected') return { code: 'not-joined', status };
  const { atMs, confirmedMs } = departure;
  return { code: 'exited', at: formatIso(atMs), confirmedAt: confirmedMs === null ? null : formatIso(confirmedMs) };
}

/** The user thinks to have left, and the alliance does not: told before all else, whatever the verdict. */
function notEffective({ departure }: PlanNow, verdict: Verdict | null): Reason[] {
  if (verdict === null || !departure || departure.isEffective) return [];
  return [{ code: 'exit-not-effective', at: formatIso(departure.atMs) }];
}

function closedReasons({ plan, question }: Finding): Reason[] {
  const state = plan.state === 'active' ? null : plan.state;
  if (state) return [{ code: 'plan-stopped', state }];
  const captures = missedCaptures(plan);
  if (captures > 0) return [{ code: 'missing', captures, needed: question.policy.confirmMissing }];
  return [{ code: 'plan-stopped', state: 'expired' }];
}

/** A plan that binds: review while anything stands in the way of judging, else by the comparison. */
function decideBinding(found: Finding, candidates: readonly PlanNow[]): Decision {
  const obstacles = obstaclesOf(found, candidates);
  const comparison = byComparison(found);
  if (obstacles.length > 0) return { verdict: 'review', reasons: [...obstacles, ...comparison.reasons] };
  const doubt = comparison.verdict === 'keep' ? staleBelow(found) : null;
  return doubt ? { verdict: 'review', reasons: [doubt, ...comparison.reasons] } : comparison;
}

function obstaclesOf({ plan, tally, ageMs, question }: Finding, candidates: readonly PlanNow[]): Reason[] {
  const { policy } = question;
  const reasons: Reason[] = [];
  if (plan.membership?.conflict) reasons.push({ code: 'conflict', at: formatIso(plan.membership.atMs) });
  if (candidates.length > 1) {
    reasons.push({
      code: 'binding-unknown',
      plans: candidates.filter((other) => other !== plan).map((other) => other.id),
    });
  }
  const captures = missedCaptures(plan);
  if (captures > 0) reasons.push({ code: 'missing', captures, needed: policy.confirmMissing });
  if (ageMs !== null && ageMs > policy.maxAgeMs)
    reasons.push({ code: 'stale', ageHours: Math.floor(ageMs / 3_600_000) });
  if (tally.known > 0) return reasons;
  if (tally.tornMs !== null) reasons.push({ code: 'conflict', at: formatIso(tally.tornMs) });
  if (!tally.isSpecialKnown && captures === 0) reasons.push({ code: 'no-special-rate' });
  if (!tally.isGeneralKnown || reasons.length === 0) {
    const { generalGoneMs: gone } = tally;
    reasons.push({ code: 'no-general-rate', lastSeenAt: gone === null ? null : formatIso(gone) });
  }
  return reasons;
}

/** Fresh rates say keep, but others too old to judge by said exit: never a keep (design.md §4.4). */
function staleBelow({ tally, question }: Finding): Reason | null {
  const { staleBelowMs } = tally;
  return staleBelowMs === null
    ? null
    : { code: 'stale', ageHours: Math.floor((question.nowMs - staleBelowMs) / 3_600_000) };
}

/**
 * All known scopes below: exit. None below: keep. Mixed: by the sum of gap × weight (design.md §4.3).
 * With a minimum gain, "below" is below general plus that gain.
 */
function byComparison({ tally, question }: Finding): Decision {
  const { minGainBp } = question.policy;
  const { gapBp, known, below, gain, lower, itemsBelow } = tally;
  if (known === 0 || gapBp === null) return { verdict: 'review', reasons: [] };
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
function circumstances({ plan, tally, question }: Finding): Reason[] {
  const { lastChange, raise, gapBp, basis, byAverage } = tally;
  const reasons: Reason[] = [];
  if (lastChange && lastChange.to < lastChange.from) reasons.push({ code: 'rate-cut', ...changeArguments(lastChange) });
  if (raise && gapBp !== null && gapBp < 0) reasons.push({ code: 'general-raised', ...changeArguments(raise) });
  if (tally.isZero) reasons.push({ code: 'zero-rate' });
  if (basis === 'shop-average' || basis === 'mixed') reasons.push({ code: 'average-only' });
  else if (byAverage > 0) reasons.push({ code: 'part-average', items: byAverage });
  if (plan.locked) reasons.push({ code: 'locked' });
  const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
  if (plan.endsAt && ends !== null && ends >= question.nowMs && ends - question.nowMs <= ENDS_SOON_MS) {
    reasons.push({ code: 'ends-soon', endsAt: plan.endsAt });
  }
  return reasons;
}

function changeArguments(change: Change<number>): { fromBp: number; toBp: number; at: string } {
  return { fromBp: change.from, toBp: change.to, at: formatIso(change.firstSeenAfterMs) };
}

function bestOf(
  shop: ShopNow,
  kind: PlanKind,
  comparisons: readonly Comparison[],
  question: Question,
): RateView | null {
  let best: RateView | null = null;
  for (const plan of shop.plans) {
    if (plan.kind !== kind || !isRunning(plan, question.nowMs)) continue;
    for (const { itemId } of comparisons) {
      const rate = plan.rates.get(itemId ?? SHOP_SCOPE);
      if (!rate || !isKnown(rate) || question.nowMs - rate.atMs > question.policy.maxAgeMs) continue;
      if (rate.bp !== null && rate.bp > (best?.bp ?? 0)) best = { bp: rate.bp, atMs: rate.atMs };
    }
  }
  return best;
}

/** An event earns its rate only between its start and its end (formats.md §8, R5). */
export function isRunning(plan: PlanNow, nowMs: number): boolean {
  const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
  return (
    (plan.state === null || plan.state === 'active') && plan.absentCaptures === 0 && (ends === null || ends >= nowMs)
  );
}
