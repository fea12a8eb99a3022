/**
 * The verdict per joined special plan: exit, keep, review or closed (design.md §4). Pure: the same ledger, policy and moment
 * always give the same answer.
 */
import { type AtRisk, atRiskOf, type RecentOrders } from './at-risk.ts';
import { isRunning } from './closed.ts';
import { type Comparison, inOrder } from './compare.ts';
import { conflictReason, newestContradiction, worldsOf } from './contradictions.ts';
import { isSpecial } from './kind.ts';
import type { ShopLedger, ShopRef } from './ledger.ts';
import { type Mute, muteAt } from './mute.ts';
import { type Binding, findBinding } from './override.ts';
import { isSamePolicy, isStale, type Policy, type PolicyRules, policyFor } from './policy.ts';
import type { Question, Verdict } from './question.ts';
import { NO_RATES } from './rates.ts';
import type { PlanKind } from './reading.ts';
import { circumstances, type Decision, decide, type Evidence, notEffective, type Reason } from './reason.ts';
import type { Item, RateNow } from './runs.ts';
import { isRemoved, type Standing, standingOf } from './standing.ts';
import { type PlanNow, type RatedPlan, type RateView, type ShopNow, stateOf } from './state.ts';
import { type ItemChange, type Tally, tallyScopes } from './tally.ts';

export interface Judgement extends Pick<Tally, 'basis' | 'special' | 'general' | 'gapBp' | 'scopes'> {
  /** null: the plan is not joined, or does not bind. */
  readonly verdict: Verdict | null;
  readonly standing: Standing;
  readonly reasons: readonly Reason[];
  readonly account: string;
  readonly shop: ShopRef;
  /** Without its rates: those of ten thousand plans would fill the memory. */
  readonly plan: PlanNow;
  /** Every comparison behind the verdict, by item, and the items of which the plan has a rate, where they were asked for. */
  readonly comparisons: readonly ItemComparison[];
  readonly items: readonly string[];
  /** The newest change of the special rate among the compared scopes. */
  readonly lastChange: ItemChange | null;
  /** What a plan to exit costs a day; null: own orders do not say. */
  readonly atRisk: AtRisk | null;
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

/** A comparison as it is shown. */
export interface ItemComparison extends Omit<Comparison, 'special' | 'general'> {
  readonly special: RateNow | null;
  readonly general: RateNow | null;
  /** null: the shop as a whole. */
  readonly item: Item | null;
  /** How much it counts beside the others. */
  readonly weight: number;
}

/** Judges every special plan of one account in one shop; plans not joined come with `verdict: null`. */
export function judgeShop(ledger: ShopLedger, question: Question): Judgement[] {
  return judgeState(stateOf(ledger), question);
}

/** As `judgeShop`, for a state already derived. Where exports contradict each other each of the values is tried (design.md §4.4). */
export function judgeState(shop: ShopNow, question: Question): Judgement[] {
  if (!isContradicted(shop)) return judgeWorld(shop, question);
  const all = { ...question, joinedOnly: false };
  const worlds = worldsOf(shop)?.map((world) => judgeWorld(world, all));
  return judgeWorld(shop, all)
    .map((judged, index) => {
      const tried = worlds?.map((world) => world[index] as Judgement) ?? [];
      const isSure = worlds ? new Set(tried.map(outcomeOf)).size === 1 : !hasConflict(judged);
      // What an application would pay is told only if each of the values says so.
      const told = tried.find(({ reasons }) => !isPendingBelow(reasons)) ?? tried[0];
      return isSure ? (told ?? judged) : asReview(judged, shop);
    })
    .filter((judged) => !question.joinedOnly || isToldAlways(judged, question.nowMs));
}

/** The verdicts alone, for less: nothing of what else a judgement says is worked out. */
export function verdictsOf(shop: ShopNow, question: Question): Pick<Judgement, 'verdict' | 'scopes'>[] {
  if (isContradicted(shop)) return judgeState(shop, question);
  return Array.from(casesOf(shop, question), (one) => ({
    verdict: decisionOf(shop, one).verdict,
    scopes: one.found.tally.scopes,
  }));
}

function isContradicted({ plans }: ShopNow): boolean {
  return plans.some(({ contradictions }) => contradictions.length > 0);
}

function outcomeOf({ verdict, standing }: Judgement): string {
  return standing === 'closed' ? standing : `${verdict}`;
}

function hasConflict({ verdict, reasons }: Judgement): boolean {
  return verdict !== null || reasons.some(({ code }) => code === 'conflict');
}

/** The contradicting values give different verdicts. */
function asReview(judged: Judgement, { plans, ledger }: ShopNow): Judgement {
  const own = judged.reasons.find((reason) => reason.code === 'conflict');
  const other = own ? null : newestContradiction(plans, null, ledger.idOf);
  const conflict = own ? { ...own, matters: true } : other && conflictReason(other, judged.plan.id, true);
  // Of rates that contradict each other it is no news that none is known.
  const isRate = plans.some(({ contradictions }) => contradictions.some(({ of }) => of === 'rate'));
  const isTold = ({ code }: Reason) => !(isRate && (code === 'no-special-rate' || code === 'no-general-rate'));
  const others = judged.reasons.filter((reason) => reason !== own && isTold(reason));
  return { ...judged, verdict: 'review', standing: 'binding', reasons: conflict ? [conflict, ...others] : others };
}

/**
 * What is told without being asked for: plans that are joined; those applied for that would pay less than the general plan; and
 * being removed from one (design.md §4).
 */
export function isToldAlways({ verdict, standing, reasons, plan }: Judgement, nowMs: number): boolean {
  if (verdict !== null || standing === 'superseded') return true;
  return isRemoved(plan, nowMs) || isPendingBelow(reasons);
}

function isPendingBelow(reasons: readonly Reason[]): boolean {
  return reasons.some(({ code }) => code === 'pending-below');
}

function judgeWorld(shop: ShopNow, question: Question): Judgement[] {
  const all: Judgement[] = [];
  for (const one of casesOf(shop, question)) {
    const judged = judgeCase(shop, one, question.policy);
    if (!question.joinedOnly || isToldAlways(judged, question.nowMs)) all.push(judged);
  }
  return all;
}

/** A plan that is judged. */
interface Case {
  readonly found: Evidence;
  readonly standing: Standing;
  readonly binding: Binding;
}

/** One after the other: the tallies of all plans of a shop would fill the memory. */
function* casesOf(shop: ShopNow, question: Question): Generator<Case> {
  const specials = shop.plans.filter(({ kind, membership }) => isSpecial(kind, membership !== null));
  const questionOf = (plan: PlanNow): Question => {
    const policy = policyFor(question.policy, shop.ledger.shop, plan.id);
    return policy === question.policy ? question : { ...question, policy };
  };
  const hasJoinedList = shop.ledger.joinedListTimes.length > 0;
  const standings = new Map(specials.map((plan) => [plan, standingOf(plan, questionOf(plan), hasJoinedList)]));
  const binding = findBinding(
    specials.filter((plan) => standings.get(plan) === 'binding'),
    (plan) => isStale(question.nowMs - (plan.membership?.atMs ?? question.nowMs), questionOf(plan).policy),
  );
  const asked = question.plan === undefined ? specials : specials.filter(({ id }) => id === question.plan);
  for (const plan of asked) {
    const standing = binding.superseded.has(plan) ? 'superseded' : (standings.get(plan) ?? 'not-joined');
    const isOutside = standing === 'unknown' || (standing === 'not-joined' && !isRemoved(plan, question.nowMs));
    if (question.joinedOnly && isOutside) continue;
    const own = questionOf(plan);
    const tally = tallyScopes(plan.rates, shop.general?.rates ?? NO_RATES, shop.ledger, own);
    const ageMs = ageOf(standing === 'not-joined' ? null : plan.membership, tally, question.nowMs);
    yield { found: { plan, tally, ageMs, question: own }, standing, binding };
  }
}

function ageOf(membership: PlanNow['membership'], { special, general }: Tally, nowMs: number): number | null {
  const oldestMs = Math.min(...[membership, special, general].flatMap((needed) => needed?.atMs ?? []));
  return Number.isFinite(oldestMs) ? Math.max(0, nowMs - oldestMs) : null;
}

function decisionOf({ ledger }: ShopNow, { found, standing, binding }: Case): Decision {
  return decide(found, standing, binding, ledger.unclear ?? []);
}

/** By item, whatever the order of import. Of a million scopes they would fill the memory: they are asked for. */
function shownComparisons({ rates }: RatedPlan, { comparisons, weigh }: Tally, shop: ShopNow): ItemComparison[] {
  const { itemOf, idOf } = shop.ledger;
  return comparisons.toSorted(inOrder(idOf)).map((comparison) => ({
    ...comparison,
    special: rates.rateAt(comparison.special),
    general: shop.general?.rates.rateAt(comparison.general) ?? null,
    item: itemOf(comparison.scope),
    weight: weigh(comparison),
  }));
}

function judgeCase(shop: ShopNow, one: Case, rule: PolicyRules): Judgement {
  const { found, standing, binding } = one;
  const { plan, tally, ageMs, question } = found;
  const { rates, contradictions: _, isOutside: __, ...known } = plan;
  const { verdict, reasons } = decisionOf(shop, one);
  const moves = tally.moves();
  const contradicting = (shop.general ? [plan, shop.general] : [plan]).filter(
    ({ contradictions }) => contradictions.length > 0,
  );
  const newest =
    contradicting.length === 0
      ? null
      : newestContradiction(contradicting, new Set(tally.comparisons.map((one) => one.scope)), shop.ledger.idOf);
  const contradicted = newest ? [conflictReason(newest, plan.id, false)] : [];
  // Whether leaving brings back the earlier plan is not known for certain (formats.md, Appendix D.4): it is said, not judged.
  const back: Reason[] =
    verdict === 'exit' && binding.superseded.size > 0
      ? [{ code: 'may-come-back', plans: [...binding.superseded.keys()].map((other) => other.id) }]
      : [];
  return {
    verdict,
    standing,
    reasons: [...notEffective(plan, verdict), ...contradicted, ...reasons, ...back, ...circumstances(found, moves)],
    account: shop.ledger.account,
    shop: shop.ledger.shop,
    plan: known,
    basis: tally.basis,
    special: tally.special,
    general: tally.general,
    gapBp: tally.gapBp,
    comparisons: question.withItems ? shownComparisons(plan, tally, shop) : [],
    items: question.withItems ? rates.scopes().flatMap((scope) => shop.ledger.idOf(scope) ?? []) : [],
    scopes: tally.scopes,
    lastChange: moves.lastChange,
    atRisk: verdict === 'exit' && question.orders ? riskOf(shop, found, question.orders) : null,
    ageMs,
    event: bestOf(shop, 'event', tally.comparisons, question),
    marketing: bestOf(shop, 'marketing', tally.comparisons, question),
    muted: muteAt(question.mutes ?? [], { account: shop.ledger.account, shop: shop.ledger.shop, plan }, question.nowMs),
    ownPolicy: isSamePolicy(question.policy, rule) ? null : question.policy,
  };
}

/** Of the whole plan, also where one item is asked about: leaving it concerns all of its items. */
function riskOf(
  { ledger, general }: ShopNow,
  { plan, tally, question }: Evidence,
  orders: RecentOrders,
): AtRisk | null {
  const rates = { special: plan.rates, general: general?.rates ?? NO_RATES };
  const whole =
    question.item === null ? tally : tallyScopes(rates.special, rates.general, ledger, { ...question, item: null });
  return atRiskOf(ledger.account, whole.comparisons, rates, orders, question.nowMs);
}

function bestOf(
  shop: ShopNow,
  kind: PlanKind,
  comparisons: readonly Comparison[],
  question: Question,
): RateView | null {
  let best: { readonly bp: number; readonly atMs: number } | null = null;
  for (const plan of shop.plans) {
    if (plan.kind !== kind || !isRunning(plan, question.nowMs)) continue;
    for (const { scope } of comparisons) {
      const row = plan.rates.find(scope);
      const [bp, atMs] = [plan.rates.usableBp(row), plan.rates.seenMs(row)];
      if (bp === null || atMs === null || isStale(question.nowMs - atMs, question.policy)) continue;
      const isBetter = !best || bp > best.bp || (bp === best.bp && atMs > best.atMs);
      if (isBetter) best = { bp, atMs };
    }
  }
  return best;
}
