/**
 * The verdict per joined special plan: exit, keep or review (design.md §4). Pure: the same ledger, policy and moment
 * always give the same answer.
 */
import type { Binding } from './binding.ts';
import { findBinding } from './binding.ts';
import type { Basis, Comparison, Relation } from './compare.ts';
import { compareScopes, countRelations, weightedMean } from './compare.ts';
import type { Change, ShopLedger, ShopRef } from './ledger.ts';
import type { Mute } from './mute.ts';
import { muteAt } from './mute.ts';
import type { Policy, PolicyRules } from './policy.ts';
import { ENDS_SOON_MS, isSamePolicy, policyFor } from './policy.ts';
import type { PlanKind } from './reading.ts';
import type { Reason } from './reason.ts';
import type { Standing } from './standing.ts';
import { missedCaptures, standingOf } from './standing.ts';
import type { PlanNow, RateNow, ShopNow } from './state.ts';
import { rateChange, SHOP_SCOPE, stateOf } from './state.ts';
import { endMs, formatIso } from './time.ts';

export type Verdict = 'exit' | 'keep' | 'review';

export interface RateView {
  /** Basis points; a mean weighted as the verdict weighs it where several items are compared. */
  readonly bp: number | null;
  /** When the oldest reading behind it was last seen. */
  readonly atMs: number | null;
}

const UNKNOWN_VIEW: RateView = { bp: null, atMs: null };

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

/** As `judgeShop`, for a state already derived. */
export function judgeState(shop: ShopNow, question: Question): Judgement[] {
  const specials = shop.plans.filter(isSpecial);
  const questionOf = (plan: PlanNow): Question => ({
    ...question,
    policy: policyFor(question.policy, shop.ledger.shop, plan.id),
  });
  const standings = new Map(specials.map((plan) => [plan, standingOf(plan, questionOf(plan))]));
  const { candidates, superseded } = findBinding(specials.filter((plan) => standings.get(plan) === 'binding'));
  return specials.flatMap((plan) => {
    const standing = superseded.includes(plan) ? 'superseded' : (standings.get(plan) ?? 'not-joined');
    if (question.joinedOnly && (standing === 'not-joined' || standing === 'pending')) return [];
    const own = questionOf(plan);
    const judgement = judgePlan(shop, plan, standing, { candidates, superseded }, own);
    return [{ ...judgement, ownPolicy: isSamePolicy(own.policy, question.policy) ? null : own.policy }];
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
  plan: PlanNow,
  standing: Standing,
  binding: Binding,
  question: Question,
): Omit<Judgement, 'ownPolicy'> {
  const { policy, nowMs } = question;
  const scopes = compareScopes(plan, shop.general, question.item, nowMs, policy.maxAgeMs);
  const counted = countedOf(scopes.comparisons);
  const special = viewOf(counted, (c) => c.special);
  // Where no scope has both rates, a special rate of one beside the general rate of another would compare what cannot be compared.
  const isComparable = counted.some((c) => c.gapBp !== null);
  const general = isComparable || special.bp === null ? viewOf(counted, (c) => c.general) : UNKNOWN_VIEW;
  const gapBp = isComparable && special.bp !== null && general.bp !== null ? special.bp - general.bp : null;
  const changes = counted.map((c) => rateChange(c.special)).filter((c) => c !== null);
  const lastChange = changes.reduce<Change<number> | null>(
    (a, b) => (a && a.firstSeenAfterMs >= b.firstSeenAfterMs ? a : b),
    null,
  );
  const needed = [standing === 'not-joined' ? null : (plan.membership?.atMs ?? null), special.atMs, general.atMs];
  const oldest = Math.min(...needed.filter((ms) => ms !== null));
  const ageMs = Number.isFinite(oldest) ? Math.max(0, nowMs - oldest) : null;

  const found: Finding = {
    plan,
    comparisons: scopes.comparisons,
    counted,
    gapBp,
    lastChange,
    ageMs,
    basis: scopes.basis,
    question,
  };
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
    basis: scopes.basis,
    special,
    general,
    gapBp,
    comparisons: scopes.comparisons,
    scopes: countRelations(scopes.comparisons),
    lastChange,
    ageMs,
    event: bestOf(shop, 'event', scopes.comparisons, question),
    marketing: bestOf(shop, 'marketing', scopes.comparisons, question),
    muted: muteAt(question.mutes ?? [], { ...shop.ledger, plan }, nowMs),
  };
}

interface Finding {
  readonly plan: PlanNow;
  readonly comparisons: readonly Comparison[];
  readonly counted: readonly Comparison[];
  readonly gapBp: number | null;
  readonly lastChange: Change<number> | null;
  readonly ageMs: number | null;
  readonly basis: Basis | null;
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

function obstaclesOf({ plan, counted, ageMs, question }: Finding, candidates: readonly PlanNow[]): Reason[] {
  const { policy, nowMs } = question;
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
  if (counted.some((c) => c.gapBp !== null)) return reasons;
  const sides = { special: counted.map((c) => c.special), general: counted.map((c) => c.general) };
  const torn = [...sides.special, ...sides.general].find(
    (rate) => rate?.conflict && nowMs - rate.atMs <= policy.maxAgeMs,
  );
  if (torn) reasons.push({ code: 'conflict', at: formatIso(torn.atMs) });
  if (!sides.special.some(isKnown) && captures === 0) reasons.push({ code: 'no-special-rate' });
  if (!sides.general.some(isKnown) || reasons.length === 0) {
    reasons.push({ code: 'no-general-rate', lastSeenAt: lastSeenAt(sides.general) });
  }
  return reasons;
}

/** When rates that have vanished since were last seen; null: there were none. */
function lastSeenAt(rates: readonly (RateNow | null)[]): string | null {
  const gone = rates.flatMap((rate) => (rate && rate.bp !== null && rate.absentCaptures > 0 ? [rate.atMs] : []));
  return gone.length === 0 ? null : formatIso(Math.max(...gone));
}

function isKnown(rate: RateNow | null): boolean {
  return rate !== null && rate.bp !== null && rate.absentCaptures === 0;
}

/** Fresh rates say keep, but others too old to judge by said exit: never a keep (design.md §4.4). */
function staleBelow({ comparisons, question }: Finding): Reason | null {
  const { policy, nowMs } = question;
  const old = comparisons.filter((c) => c.stale && (c.gapBp ?? 0) < policy.minGainBp);
  const oldest = Math.min(...old.flatMap((c) => [c.special?.atMs ?? nowMs, c.general?.atMs ?? nowMs]));
  return old.length === 0 ? null : { code: 'stale', ageHours: Math.floor((nowMs - oldest) / 3_600_000) };
}

/**
 * All known scopes below: exit. None below: keep. Mixed: by the sum of gap × weight (design.md §4.3).
 * With a minimum gain, "below" is below general plus that gain.
 */
function byComparison({ counted, gapBp, question }: Finding): Decision {
  const { minGainBp } = question.policy;
  const known = counted.filter((c) => c.gapBp !== null);
  if (known.length === 0 || gapBp === null) return { verdict: 'review', reasons: [] };
  const below = known.filter((c) => (c.gapBp ?? 0) < minGainBp);
  const exit = below.length === known.length || (below.length > 0 && weightedSum(known, minGainBp) < 0);
  const reasons: Reason[] = [];
  if (gapBp < 0) reasons.push({ code: 'below-general', gapBp });
  else if (exit && minGainBp > 0) reasons.push({ code: 'below-min-gain', gapBp, minGainBp });
  else if (gapBp > 0) reasons.push({ code: 'above-general', gapBp });
  else if (!exit) reasons.push({ code: 'no-gain' });
  const lower = known.filter((c) => (c.gapBp ?? 0) < 0);
  if (lower.length > 0 && lower.length < known.length) {
    const itemsBelow = lower.flatMap((c) => (c.itemId === null ? [] : [c.itemId]));
    reasons.push({ code: 'mixed', below: lower.length, above: known.length - lower.length, itemsBelow });
  }
  return { verdict: exit ? 'exit' : 'keep', reasons };
}

function weightedSum(known: readonly Comparison[], minGainBp: number): number {
  const weightless = known.every((c) => c.weight === 0);
  return known.reduce((sum, c) => sum + ((c.gapBp ?? 0) - minGainBp) * (weightless ? 1 : c.weight), 0);
}

/** What the user should know besides, whatever the verdict. */
function circumstances({ plan, counted, gapBp, lastChange, basis, question }: Finding): Reason[] {
  const reasons: Reason[] = [];
  if (lastChange && lastChange.to < lastChange.from) reasons.push({ code: 'rate-cut', ...changeArguments(lastChange) });
  const raised = counted.map((c) => rateChange(c.general)).find((change) => change && change.to > change.from);
  if (raised && gapBp !== null && gapBp < 0) reasons.push({ code: 'general-raised', ...changeArguments(raised) });
  if (counted.some((c) => c.special && c.special.bp === null && c.special.zero)) reasons.push({ code: 'zero-rate' });
  const byAverage = counted.filter((c) => c.basis === 'mixed').length;
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

/** The comparisons that decide; where none can, those that would if they were not stale; else whatever is known. */
function countedOf(comparisons: readonly Comparison[]): readonly Comparison[] {
  const judged = comparisons.filter((c) => c.relation !== 'unknown');
  if (judged.length > 0) return judged;
  const stale = comparisons.filter((c) => c.stale);
  return stale.length > 0 ? stale : comparisons;
}

function viewOf(counted: readonly Comparison[], side: (c: Comparison) => RateNow | null): RateView {
  const rates = counted.map(side).filter((rate) => rate !== null && isKnown(rate));
  const atMs =
    rates.length === 0
      ? null
      : rates.reduce((oldest, rate) => Math.min(oldest, rate?.atMs ?? oldest), Number.POSITIVE_INFINITY);
  const known = (rate: RateNow | null) => (isKnown(rate) ? (rate?.bp ?? null) : null);
  return { bp: weightedMean(counted, (c) => known(side(c))), atMs };
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
