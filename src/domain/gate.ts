/** The gate before promoting: one answer for an item, a plan or a shop, and the better choices that are known. */
import { type Alternative, betterChoices } from './better.ts';
import type { EarlyWarning } from './early-warning.ts';
import { mayBeSpecial } from './kind.ts';
import type { ShopLedger, ShopRef } from './ledger.ts';
import { isStale, policyFor } from './policy.ts';
import { type Question, VERDICTS, type Verdict } from './question.ts';
import { type Reason, unclearReasons } from './reason.ts';
import { newestSighting } from './runs.ts';
import { type ShopNow, stateOf } from './state.ts';
import { type Judgement, judgeState, verdictsOf } from './verdict.ts';

/** The answer for one account in one shop. */
export interface GateAnswer {
  readonly account: string;
  readonly shop: ShopRef;
  readonly outcome: Verdict;
  /** The outcome as far as it counts: without plans that are muted. */
  readonly counted: Verdict;
  /** Why, where no judgement says it: nothing joined, or membership unknown. */
  readonly reasons: readonly Reason[];
  /** The judgements that the outcome stands on; empty when nothing is joined. */
  readonly judgements: readonly Judgement[];
  /** A plan applies here, whether or not it is the one asked for. */
  readonly isBound: boolean;
  /** Age of the newest export that says what is joined here; null where none does, and where judgements have ages of their own. */
  readonly ageMs: number | null;
  /** The best three, by what they pay more. */
  readonly better: readonly Alternative[];
  /** Plans approved earlier that may apply again after an exit. */
  readonly returning?: readonly Judgement[];
  /** Of a new membership, where it was asked for. */
  readonly early?: EarlyWarning | null;
}

export interface GateTarget {
  /** Scope of the item. */
  readonly item: number | null;
  readonly planId: string | null;
}

/** The most urgent of several outcomes. */
export function worstOf(verdicts: readonly Verdict[]): Verdict | null {
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? null;
}

/**
 * Answers for one account in one shop. A plan asked for is judged, and no other; one that is overridden stands beside those that
 * bind. With nothing joined there is nothing to exit (`keep`), but only where a fresh export says so, and no plan binds in a
 * shop of which it cannot be told whether it is this one (`alike`, of the same account): else it cannot be judged (design.md §3.4).
 */
export function askGate(
  ledger: ShopLedger,
  target: GateTarget,
  question: Question,
  alike: () => Iterable<ShopLedger> = () => [],
): GateAnswer {
  const shop = stateOf(ledger);
  const narrowed = { ...question, item: target.item };
  const all = judgeState(shop, narrowed);
  // Events and the general plan are nothing to join: asked for, they stand for the shop.
  const isOfShop =
    target.planId === null || shop.plans.some(({ id, kind }) => id === target.planId && !mayBeSpecial(kind));
  const asked = isOfShop ? [] : all.filter((j) => j.plan.id === target.planId);
  const isOverridden = asked.some((j) => j.standing === 'superseded');
  const bound = deciding(all);
  const judgements = isOfShop ? bound : isOverridden ? [...asked, ...bound] : asked.filter((j) => j.verdict !== null);
  const base = { account: ledger.account, shop: ledger.shop };
  const outcome = worstVerdict(judgements);
  const isNothingBound = outcome === null || outcome === 'closed';
  const unclear = isNothingBound ? unclearReasons([...(ledger.unclear ?? []), ...boundShops(alike(), question)]) : [];
  if (outcome === null || unclear.length > 0) {
    const known = unclear.length === 0 && isMembershipKnown(shop, asked.length > 0 ? asked : all, question);
    const status = asked[0]?.plan.membership?.status ?? null;
    const exited = asked.flatMap((j) => j.reasons).find((reason) => reason.code === 'exited');
    const unknown: readonly Reason[] = unclear.length > 0 ? unclear : [{ code: 'membership-unknown' }];
    const below = asked.flatMap((j) => j.reasons).filter((reason) => reason.code === 'pending-below');
    const reasons = known ? [exited ?? ({ code: 'not-joined', status } as const), ...below] : unknown;
    return {
      ...base,
      outcome: known ? 'keep' : 'review',
      counted: known ? 'keep' : 'review',
      reasons,
      judgements: [],
      isBound: bound.length > 0,
      ageMs: membershipAge(ledger, question.nowMs),
      better: unclear.length > 0 ? [] : betterChoices(shop, all, null, narrowed),
    };
  }
  const binding = judgements.filter((j) => j.standing === 'binding');
  // Which plan binds must be known before another can be called better.
  const best = binding.length === 1 ? (binding[0] ?? null) : null;
  const whole = target.item === null ? null : wholePlanVerdict(shop, best, question);
  const reasons: Reason[] = whole === null || whole === outcome ? [] : [{ code: 'whole-plan', verdict: whole }];
  const better = binding.length > 1 ? [] : betterChoices(shop, all, best, narrowed);
  const counted = worstVerdict(judgements.filter((j) => j.muted === null)) ?? 'keep';
  const back = best?.reasons.flatMap((reason) => (reason.code === 'may-come-back' ? reason.plans : [])) ?? [];
  const returning = all.filter(({ plan }) => back.includes(plan.id));
  return { ...base, outcome, counted, reasons, judgements, isBound: true, ageMs: null, better, returning };
}

/** So many shops are named. */
const MOST_ALIKE = 3;

/** Ids of shops in which a plan binds. */
function boundShops(ledgers: Iterable<ShopLedger>, question: Question): string[] {
  const shops = new Set<string>();
  for (const ledger of ledgers) {
    const { id, keeperId, name } = ledger.shop;
    if (judgeState(stateOf(ledger), question).some((j) => j.standing === 'binding'))
      shops.add(id ?? keeperId ?? name ?? '');
    if (shops.size === MOST_ALIKE) break;
  }
  return [...shops];
}

/** Where something that is held tells of the shop, too, nothing can be judged until the user has decided. */
export function holdBack(answer: GateAnswer, snapshots: readonly number[]): GateAnswer {
  if (snapshots.length === 0) return answer;
  const reasons = [{ code: 'held', snapshots } as const, ...answer.reasons];
  return { ...answer, outcome: 'review', counted: 'review', reasons };
}

function worstVerdict(judgements: readonly Judgement[]): Verdict | null {
  return worstOf(judgements.flatMap((j) => (j.verdict === null ? [] : [j.verdict])));
}

/** One item may pay less while the plan as a whole pays more: exiting is a decision about the plan. */
function wholePlanVerdict(shop: ShopNow, asked: Judgement | null, question: Question): Verdict | null {
  if (!asked) return null;
  const [whole] = verdictsOf(shop, { ...question, item: null, plan: asked.plan.id });
  return whole?.verdict ?? null;
}

/** Closed plans decide only where no plan binds: they bind nothing any more. */
function deciding(judgements: readonly Judgement[]): readonly Judgement[] {
  const binding = judgements.filter((j) => j.standing === 'binding');
  return binding.length > 0 ? binding : judgements.filter((j) => j.verdict !== null);
}

/**
 * The answers to give. That of a shop known by its name alone is left out beside one with ids: its export gives nothing to
 * judge by, and says of an item that stands in the other shop too no more than that.
 */
export function askedShops(answers: readonly GateAnswer[]): readonly GateAnswer[] {
  const known = answers.filter(({ shop }) => !isNameAlone(shop));
  return known.length > 0 ? known : answers;
}

function isNameAlone({ id, keeperId }: ShopRef): boolean {
  return id === null && keeperId === null;
}

/** A complete joined list of the account, or a stated membership of every special plan here, no older than allowed. */
function isMembershipKnown(shop: ShopNow, judgements: readonly Judgement[], { policy, nowMs }: Question): boolean {
  const own = policyFor(policy, shop.ledger.shop, null);
  // It may be any of the shops whose plans were joined.
  if (isNameAlone(shop.ledger.shop)) return false;
  const isFresh = (ms: number | undefined) => ms !== undefined && !isStale(nowMs - ms, own);
  if (isFresh(shop.ledger.joinedListTimes.at(-1))) return true;
  return judgements.length > 0 && judgements.every((j) => isFresh(j.plan.membership?.atMs));
}

/** By exports alone: the user's own word makes no data newer. */
function membershipAge({ plans, joinedListTimes }: ShopLedger, nowMs: number): number | null {
  const stated = plans.flatMap((plan) => newestSighting(plan.facts, (facts) => facts.status)?.atMs ?? []);
  const newestMs = Math.max(...joinedListTimes.slice(-1), ...stated);
  return Number.isFinite(newestMs) ? Math.max(0, nowMs - newestMs) : null;
}
