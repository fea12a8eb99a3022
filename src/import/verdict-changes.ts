/** Verdicts that differ from those reported to the user last. */
import { millisecondsInHour } from 'date-fns/constants';
import { type EarlyWarning, isNewMembership } from '../domain/early-warning.ts';
import { lazy } from '../domain/lazy.ts';
import type { ShopRef } from '../domain/ledger.ts';
import { type Mute, type MuteTarget, muteAt } from '../domain/mute.ts';
import { isStale, type PolicyRules } from '../domain/policy.ts';
import type { Verdict } from '../domain/question.ts';
import { isAgeAlone, type Reason } from '../domain/reason.ts';
import { type Judgement, judgeShop } from '../domain/verdict.ts';
import { openPlanNames, openShopRefs, readMutes } from '../store/decisions.ts';
import { accountPlanKey } from '../store/merchants.ts';
import type { Db } from '../store/open.ts';
import { type LedgerReader, openLedgerReader } from '../store/read-ledger.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import { readTold, readUntold, type Telling, type ToldPlan } from '../store/told.ts';
import { type LifetimesByShop, openEarly, openLifetimes } from './early.ts';
import type { VerdictChange } from './outcome.ts';

export interface VerdictNews {
  readonly changes: readonly VerdictChange[];
  /** How many plans have which verdict now; null: nothing was imported since they were told. */
  readonly verdicts: Readonly<Record<Verdict, number>> | null;
  readonly asOfMs: number | null;
  /** What to remember when the user has been told: the changes, and those that are muted. */
  readonly tellings: readonly Telling[];
  /** Rows of the shops that were compared completely. */
  readonly shopRows: readonly number[];
  /** Every plan that was judged, once. */
  readonly judged: readonly JudgedPlan[];
  isMuted(target: MuteTarget): boolean;
  /** Of all merchants; to be asked while the ledger is open. */
  lifetimes(): LifetimesByShop;
}

/** `planRows`: its rows of `plan`, one for each number of its merchant. */
interface JudgedPlan {
  readonly planRows: readonly number[];
  readonly judgement: Judgement;
  readonly isMuted: boolean;
  /** As of the newest capture it could be judged; by now its data are too old. */
  readonly isStale: boolean;
  /** The user was told nothing of it yet. */
  readonly isFirst: boolean;
  /** To be asked while the ledger is open. */
  early(): EarlyWarning | null;
}

interface NewsOptions {
  readonly policy: PolicyRules;
  /** Of the configuration. */
  readonly mutes: readonly Mute[];
  readonly nowMs: number;
  /** Judges where nothing was imported, too. */
  readonly always?: boolean;
}

/**
 * If something was imported since the last report, compares all verdicts as of the newest capture with those reported, so that
 * imports of old exports report changes too; data too old to judge by now are marked. Muted plans are left out.
 */
export function verdictChanges(db: Db, options: NewsOptions): VerdictNews {
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const asOfMs = reader.newestCapturedMs();
  const shopRows = readUntold(db);
  if (shopRows.length === 0 && !options.always) return { ...NO_NEWS, asOfMs };
  const { merchants } = reader;
  const { firstOf } = merchants;
  const told = readTold(db);
  const mutes = [...readMutes(db), ...options.mutes];
  const judgedMs = asOfMs ?? options.nowMs;
  const lifetimes = openLifetimes(db, reader, options.policy);
  const comparison = new Comparison(told, reader, { ...options, mutes, asOfMs: judgedMs, lifetimes });
  const { changes, tellings, judged } = comparison;
  const orders = openRecentOrders(db, merchants, judgedMs);
  const question = { policy: options.policy, nowMs: judgedMs, item: null, orders };

  // All shops are judged: where a plan has ended since, an earlier one may apply again.
  const shopIds = new Set([...reader.shopIds(true), ...shopRows.map(firstOf)].sort((a, b) => a - b));
  for (const [shopId, ledgers] of reader.judged([...shopIds], { joinedOnly: true })) {
    const judgements = ledgers.flatMap((ledger) => judgeShop(ledger, { ...question, joinedOnly: true }));
    for (const judgement of judgements) comparison.compare(shopId, judgement, judgement);
  }
  const isLeft = (plan: ToldPlan) =>
    plan.verdict !== null && !comparison.isMet(plan) && shopIds.has(firstOf(plan.shopRow));
  // Plans that are no longer joined: their reasons are reported.
  const left = [...told.values()].filter(isLeft);
  const planIds = new Set(left.map(({ planId }) => planId));
  for (const [shopId, ledgers] of reader.judged([...new Set(left.map(({ shopRow }) => firstOf(shopRow)))])) {
    const judgements = ledgers.flatMap((ledger) => judgeShop(ledger, question));
    for (const judgement of judgements)
      if (planIds.has(judgement.plan.id)) comparison.compare(shopId, judgement, judgement);
  }
  // Plans of which nothing is known any more.
  const [shopOf, nameOf] = [openShopRefs(db, merchants), openPlanNames(db)];
  for (const { account, planRow, planId, shopRow } of left.filter(isLeft)) {
    const shopId = firstOf(shopRow);
    const plan = { id: planId, name: nameOf(planRow) };
    comparison.compare(shopId, { ...NOTHING_KNOWN, account, shop: shopOf(shopId), plan }, null);
  }
  const isMuted = (target: MuteTarget) => muteAt(mutes, target, options.nowMs) !== null;
  if (shopRows.length === 0) return { ...NO_NEWS, asOfMs, judged, isMuted, lifetimes };
  return { changes, tellings, verdicts: countVerdicts(judged), asOfMs, shopRows, judged, isMuted, lifetimes };
}

function countVerdicts(judged: readonly JudgedPlan[]): Record<Verdict, number> {
  const counts = { exit: 0, review: 0, closed: 0, keep: 0 };
  for (const { judgement } of judged) if (judgement.verdict !== null) counts[judgement.verdict]++;
  return counts;
}

const NO_NEWS = {
  changes: [],
  verdicts: null,
  tellings: [],
  shopRows: [],
  judged: [],
  isMuted: () => false,
  lifetimes: () => new Map(),
};

/** A judgement, or a plan of which nothing is known any more. */
interface Judged extends Pick<Judgement, 'account' | 'reasons' | 'ageMs' | 'ownPolicy' | 'atRisk'> {
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null };
  readonly special: { readonly bp: number | null };
  readonly general: { readonly bp: number | null };
}

const NOTHING_KNOWN = {
  reasons: [],
  ageMs: null,
  ownPolicy: null,
  atRisk: null,
  special: { bp: null },
  general: { bp: null },
};

/** Compares verdicts with those reported, each plan once. */
class Comparison {
  readonly changes: VerdictChange[] = [];
  readonly tellings: Telling[] = [];
  readonly judged: JudgedPlan[] = [];
  readonly #met = new Set<string>();
  readonly #earlyOf: ReturnType<typeof openEarly>;

  constructor(
    private readonly told: ReadonlyMap<string, ToldPlan>,
    private readonly reader: LedgerReader,
    private readonly asked: NewsOptions & Pick<VerdictNews, 'lifetimes'> & { readonly asOfMs: number },
  ) {
    this.#earlyOf = openEarly(asked.lifetimes);
  }

  isMet({ planRow, account }: ToldPlan): boolean {
    return this.#met.has(accountPlanKey(planRow, account));
  }

  /** `judgement` null: nothing is known any more. */
  compare(shopId: number, of: Judged, judgement: Judgement | null): void {
    const { account, plan } = of;
    const verdict = judgement?.verdict ?? null;
    const { mutes, nowMs, asOfMs } = this.asked;
    const planRows = this.reader.planRows(shopId, plan.id);
    const keys = planRows.map((row) => accountPlanKey(row, account));
    if (keys.some((key) => this.#met.has(key))) return;
    for (const key of keys) this.#met.add(key);
    const isMuted = muteAt(mutes, of, nowMs) !== null;
    const before = keys.map((key) => this.told.get(key)).find((plan) => plan !== undefined);
    const isFirst = before === undefined;
    const early = lazy(() => (judgement ? this.#earlyOf(shopId, judgement) : null));
    if (judgement) this.judged.push({ planRows, judgement, isMuted, isStale: this.#isStale(of), isFirst, early });
    const from = before?.verdict ?? null;
    // Age alone is no change: after an exit was reported, old data are no news, unless they say otherwise by now.
    if (from === verdict || (before && verdict === 'review' && isAgeAlone(of.reasons, from))) return;
    this.tellings.push({ account, planRows, verdict });
    if (isMuted) return;
    const isNew = isFirst && judgement !== null && isNewMembership(judgement, asOfMs);
    this.changes.push(this.#changeOf(of, from, verdict, isNew ? early() : null));
  }

  /** Age now; the judgement is of the newest capture. */
  #ageOf({ ageMs }: Judged): number | null {
    return ageMs === null ? null : this.asked.nowMs - this.asked.asOfMs + ageMs;
  }

  /** Age now, where a reason names one. */
  #reasonNow(reason: Reason): Reason {
    if (reason.code !== 'stale') return reason;
    const sinceHours = Math.floor((this.asked.nowMs - this.asked.asOfMs) / millisecondsInHour);
    return { ...reason, ageHours: reason.ageHours + Math.max(0, sinceHours) };
  }

  #isStale(of: Judged): boolean {
    return isStale(this.#ageOf(of) ?? 0, of.ownPolicy ?? this.asked.policy);
  }

  #changeOf(of: Judged, from: Verdict | null, to: Verdict | null, early: EarlyWarning | null): VerdictChange {
    const { account, shop, plan, reasons, atRisk } = of;
    return {
      account,
      shop: { id: shop.id ?? shop.keeperId, name: shop.name },
      plan: { id: plan.id, name: plan.name },
      from,
      to,
      isStale: this.#isStale(of),
      ageMs: this.#ageOf(of),
      specialBp: of.special.bp,
      generalBp: of.general.bp,
      reasons: reasons.map((reason) => this.#reasonNow(reason)),
      atRisk,
      early,
    };
  }
}
