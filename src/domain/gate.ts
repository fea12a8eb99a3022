/** The gate before promoting: one answer for an item, a plan or a shop, and the better choices that are known. */
import type { ShopLedger } from './ledger.ts';
import { isSeenSince, newestSighting } from './ledger.ts';
import { policyFor } from './policy.ts';
import type { Reason } from './reason.ts';
import type { ShopColumns } from './shop-columns.ts';
import { tallyShop } from './shop-columns.ts';
import type { PlanNow, RateNow, ShopNow } from './state.ts';
import { SHOP_SCOPE, scopeOf, stateOf } from './state.ts';
import type { IdOf } from './tally-columns.ts';
import type { Judgement, Question, Tallied, Verdict } from './verdict.ts';
import { isRunning, judgeState } from './verdict.ts';

/** Another way to earn at the same scope, for more than the binding plan pays. */
export interface Alternative {
  /** `general`: by leaving the plan; `joined`: a superseded plan; `joinable`: a plan to apply for. */
  readonly via: 'general' | 'joined' | 'joinable' | 'event' | 'marketing';
  readonly planId: string;
  readonly planName: string | null;
  readonly rateBp: number;
  readonly atMs: number;
  /** Whether joining needs approval; null: unknown, or nothing to join. */
  readonly audit: boolean | null;
}

/** The answer for one account in one shop. */
export interface GateAnswer {
  readonly account: string;
  readonly shop: ShopLedger['shop'];
  readonly outcome: Verdict;
  /** The outcome as far as it counts: without plans that are muted. */
  readonly counted: Verdict;
  /** Why, where no judgement says it: nothing joined, or membership unknown. */
  readonly reasons: readonly Reason[];
  /** The judgements that the outcome stands on; empty when nothing is joined. */
  readonly judgements: readonly Judgement[];
  /** Age of the newest export that says what is joined here; null where none does, and where judgements have ages of their own. */
  readonly ageMs: number | null;
  /** Best first. */
  readonly better: readonly Alternative[];
}

export interface GateTarget {
  readonly itemId: string | null;
  readonly planId: string | null;
}

const SEVERITY: Readonly<Record<Verdict, number>> = { keep: 0, review: 1, exit: 2 };

/** The most urgent of several outcomes: exit before review before keep. */
export function worstOf(verdicts: readonly Verdict[]): Verdict | null {
  return verdicts.reduce<Verdict | null>(
    (worst, v) => (worst === null || SEVERITY[v] > SEVERITY[worst] ? v : worst),
    null,
  );
}

/**
 * Answers for one account in one shop. A plan asked for that does not bind is answered by those that do. With nothing
 * joined there is nothing to exit (`keep`), but only where a fresh export says so: else it cannot be judged.
 */
export function askGate(ledger: ShopLedger, target: GateTarget, question: Question, tallied?: Tallied): GateAnswer {
  const shop = stateOf(ledger);
  const all = judgeState(shop, { ...question, item: target.itemId }, target.itemId === null ? tallied : undefined);
  const asked = all.filter((j) => j.plan.id === target.planId);
  const judgements = deciding(asked.some((j) => j.verdict !== null) ? asked : all);
  const base = { account: ledger.account, shop: ledger.shop };
  const outcome = worstVerdict(judgements);
  if (outcome === null) {
    const known = isMembershipKnown(shop, all, question);
    const status = asked[0]?.plan.membership?.status ?? null;
    const exited = asked.flatMap((j) => j.reasons).find((reason) => reason.code === 'exited');
    const reasons: Reason[] = [known ? (exited ?? { code: 'not-joined', status }) : { code: 'membership-unknown' }];
    return {
      ...base,
      outcome: known ? 'keep' : 'review',
      counted: known ? 'keep' : 'review',
      reasons,
      judgements: [],
      ageMs: membershipAge(ledger, question.nowMs),
      better: alternatives(shop, all, null, target, question),
    };
  }
  const binding = judgements.filter((j) => j.standing === 'binding');
  // Which plan binds must be known before another can be called better.
  const best = binding.length === 1 ? (binding[0] ?? null) : null;
  const whole = target.itemId === null ? null : wholePlanVerdict(shop, best, question, tallied);
  const reasons: Reason[] = whole === null || whole === outcome ? [] : [{ code: 'whole-plan', verdict: whole }];
  const better = binding.length > 1 ? [] : alternatives(shop, all, best, target, question);
  const counted = worstVerdict(judgements.filter((j) => j.muted === null)) ?? 'keep';
  return { ...base, outcome, counted, reasons, judgements, ageMs: null, better };
}

/**
 * As `askGate`, by the columns of the plans that were ever joined, and of the ledger only `part`: all plans, with their
 * rates at the item asked for and of the shop as a whole. The history of every other rate took 0.7 s for 10,000 items. Null
 * where only the whole ledger can tell (test/store/ask-shop.test.ts).
 */
export function askColumns(
  columns: ShopColumns,
  part: ShopLedger,
  target: GateTarget,
  question: Question,
  idOf: IdOf,
): GateAnswer | null {
  if (!isEnough(part, columns.seenMs)) return null;
  // Of a whole plan beside an item only the verdict is told, which no id changes.
  const tallied = tallyShop(columns, question, target.itemId === null ? idOf : null);
  return tallied && askGate(part, target, question, tallied);
}

/**
 * Whether a plan that the newest capture does not list is known to be absent from it, or has no rate here to be offered:
 * else only the rates that were left out can tell whether it still runs.
 */
function isEnough({ plans }: ShopLedger, seenMs: number): boolean {
  const gone = plans.filter(({ facts }) => !isSeenSince(facts, seenMs));
  if (gone.length === 0) return true;
  const listed = new Set(
    plans.flatMap(({ rates }) => rates.filter(({ runs }) => isSeenSince(runs, seenMs)).map(scopeOf)),
  );
  return gone.every(({ rates }) => rates.every((series) => listed.has(scopeOf(series))));
}

function worstVerdict(judgements: readonly Judgement[]): Verdict | null {
  return worstOf(judgements.flatMap((j) => (j.verdict === null ? [] : [j.verdict])));
}

/** One item may pay less while the plan as a whole pays more: exiting is a decision about the plan. */
function wholePlanVerdict(
  shop: ShopNow,
  asked: Judgement | null,
  question: Question,
  tallied?: Tallied,
): Verdict | null {
  if (!asked) return null;
  const wholes = judgeState(shop, { ...question, item: null }, tallied);
  return wholes.find((j) => j.plan.id === asked.plan.id)?.verdict ?? null;
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

function isNameAlone({ id, keeperId }: ShopLedger['shop']): boolean {
  return id === null && keeperId === null;
}

/** A complete joined list of the account, or a stated membership of every special plan here, no older than allowed. */
function isMembershipKnown(shop: ShopNow, judgements: readonly Judgement[], { policy, nowMs }: Question): boolean {
  const { maxAgeMs } = policyFor(policy, shop.ledger.shop, null);
  // It may be any of the shops whose plans were joined.
  if (isNameAlone(shop.ledger.shop)) return false;
  const isFresh = (ms: number | undefined) => ms !== undefined && nowMs - ms <= maxAgeMs;
  if (isFresh(shop.ledger.joinedListTimes.at(-1))) return true;
  return judgements.length > 0 && judgements.every((j) => isFresh(j.plan.membership?.atMs));
}

/** By exports alone: the user's own word makes no data newer. */
function membershipAge({ plans, joinedListTimes }: ShopLedger, nowMs: number): number | null {
  const stated = plans.flatMap((plan) => newestSighting(plan.facts, (facts) => facts.status)?.atMs ?? []);
  const newestMs = Math.max(...joinedListTimes.slice(-1), ...stated);
  return Number.isFinite(newestMs) ? Math.max(0, nowMs - newestMs) : null;
}

function alternatives(
  shop: ShopNow,
  judgements: readonly Judgement[],
  current: Judgement | null,
  target: GateTarget,
  { policy, nowMs }: Question,
): Alternative[] {
  const earnedBp = current ? current.special.bp : (shop.general?.rates.get(target.itemId ?? SHOP_SCOPE)?.bp ?? null);
  if (earnedBp === null) return [];
  const found: Alternative[] = [];
  const offer = (via: Alternative['via'], plan: PlanNow) => {
    const rate = rateFor(plan, target.itemId);
    if (
      !rate ||
      rate.bp === null ||
      rate.bp <= earnedBp ||
      nowMs - rate.atMs > policyFor(policy, shop.ledger.shop, plan.id).maxAgeMs
    )
      return;
    found.push({
      via,
      planId: plan.id,
      planName: plan.name,
      rateBp: rate.bp,
      atMs: rate.atMs,
      audit: via === 'joinable' ? plan.audit : null,
    });
  };
  if (current && shop.general) offer('general', shop.general);
  for (const j of judgements) {
    if (j.standing === 'superseded') offer('joined', j.plan);
    if (isJoinable(j) && isRunning(j.plan, nowMs)) offer('joinable', j.plan);
  }
  for (const plan of shop.plans) {
    if ((plan.kind === 'event' || plan.kind === 'marketing') && isRunning(plan, nowMs)) offer(plan.kind, plan);
  }
  return found.sort((a, b) => b.rateBp - a.rateBp || (a.planId < b.planId ? -1 : 1));
}

/** Not joined, and not turned down or removed by the merchant. */
function isJoinable({ standing, plan }: Judgement): boolean {
  const status = plan.membership?.status;
  return standing === 'not-joined' && status !== 'rejected' && status !== 'removed' && plan.departure === null;
}

/** Like for like only: an item's rate for an item, the average for a shop. */
function rateFor(plan: PlanNow, itemId: string | null): RateNow | null {
  const rate = plan.rates.get(itemId ?? SHOP_SCOPE);
  return rate && rate.absentCaptures === 0 ? rate : null;
}
