/** What `tkguard report` shows, put together from the ledger in one pass over the merchants. */
import { version } from '../../package.json';
import { changesOf, compareChanges, concerningPlans, type PlanChange } from '../domain/changes.ts';
import { openPairs } from '../domain/history.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import { type Lifetime, lifetimesOf } from '../domain/lifetimes.ts';
import { type MerchantRecord, merchantRecord } from '../domain/merchant.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Question } from '../domain/question.ts';
import { SHOP_SCOPE } from '../domain/runs.ts';
import { compareJudgements, compareMerchants } from '../domain/sorting.ts';
import { nextExports } from '../domain/status.ts';
import { isToldAlways, type Judgement, judgeShop } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import type { ReportDocument, ReportPlan } from '../report/html/document.ts';
import { byImportance, reportDocument, reportPlan } from '../report/html/document.ts';
import { newestCaptures } from '../store/captures.ts';
import { readHeld } from '../store/holds.ts';
import { findScope } from '../store/look-up.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import type { Translate } from '../words/index.ts';
import type { App } from './app.ts';
import { askLedger, type Ledger, readPlanId } from './ledger.ts';
import type { AskedMoment } from './option-values.ts';

export interface ReportQuestion {
  readonly account?: string;
  readonly shop?: string | undefined;
  readonly plan?: string | undefined;
  readonly asOf: AskedMoment;
  readonly sinceMs: number;
  readonly policy: PolicyRules;
  /** All plans and changes, however many there are. */
  readonly isWhole: boolean;
  /** Comparisons that are shown as evidence of a plan; left out: two. */
  readonly mostShown?: number;
}

const MOST = 300;
const MOST_SHOWN = 2;

export function askReport(question: ReportQuestion, app: App): Promise<ReportDocument> {
  return askLedger(question, question.asOf.untilMs, app, (ledger) => reportOf(question, ledger, app));
}

/**
 * All plans are judged, and all merchants counted; charts, evidence, merchants and changes are put together for those that are
 * shown. Throws `unknown-id`, and `not-special` for a plan that nobody joins.
 */
export function reportOf(question: ReportQuestion, { db, reader, mutes }: Ledger, { host, t }: App): ReportDocument {
  const plan = question.plan && readPlanId(question.plan);
  const askedFor = { ...question, plan };
  const { asOf, sinceMs, policy, shop, account = null } = question;

  const orders = openRecentOrders(db, reader.merchants, asOf.nowMs);
  const judging = { policy, nowMs: asOf.nowMs, item: null, mutes, orders, withItems: true };
  const most = question.isWhole ? Number.POSITIVE_INFINITY : MOST;
  const shopIds = findScope(db, { shop, plan }, reader.merchants).shopIds ?? reader.shopIds(true);
  const compare = compareJudgements('loss', asOf.nowMs);
  const asked: Judgement[] = [];
  const lifetimes: Lifetime[] = [];
  let found: MerchantPlan[] = [];
  /** Of merchants of whom nothing is joined any more: their changes are told, too. */
  const left: Past[] = [];
  const urgent = () => found.sort((a, b) => compare(a.judgement, b.judgement)).slice(0, most);
  for (const [, ledgers] of reader.histories(shopIds, { account, withSales: true })) {
    const merchant = { ledgers, lifetimes: lifetimesOf(ledgers, policy) };
    lifetimes.push(...merchant.lifetimes);
    const plans = ledgers.flatMap((ledger) => toldPlans(ledger, judging, askedFor));
    if (plans.length === 0 && ledgers.some((ledger) => concerningPlans(ledger).size > 0))
      left.push(pastOf(merchant, askedFor));
    for (const one of plans) {
      asked.push({ ...one.judgement, comparisons: [], items: [] });
      found.push({ ...one, merchant });
    }
    // Ledgers of all merchants would fill the memory.
    if (found.length > 2 * most) found = urgent();
  }
  // The id is known, but as no special plan.
  if (plan !== undefined && asked.length === 0) throw new TkguardError('not-special', { query: plan });
  const judgements = asked.sort(compare);
  const shown = urgent();
  const merchants = new Set(shown.map(({ merchant }) => merchant));
  const told = [...left, ...[...merchants].map((one) => pastOf(one, askedFor))];
  const isAll = shop === undefined && plan === undefined;
  const known = isAll ? newestCaptures(db).filter((one) => account === null || one.account === account) : [];
  const accounts = [...new Set([...known, ...judgements].map((one) => one.account))];
  return reportDocument({
    program: `tkguard ${version}`,
    generatedAtMs: host.now(),
    asOfMs: asOf.nowMs,
    policy,
    sinceMs,
    newestCapturedMs: reader.newestCapturedMs(account),
    accounts,
    asked: judgements,
    plans: shown.map(({ tell }) => tell(t)),
    held: readHeld(db, asOf.untilMs, account),
    next: nextExports(accounts, judgements, judging),
    merchants: told.flatMap(({ record }) => record ?? []).sort(compareMerchants('grade')),
    lifetimes,
    changes: told
      .flatMap(({ changes }) => changes)
      .sort(compareChanges)
      .slice(-most),
  });
}

/** By the ledgers of all accounts. */
interface Merchant {
  readonly ledgers: readonly ShopLedger[];
  readonly lifetimes: readonly Lifetime[];
}

interface ListedPlan {
  readonly judgement: Judgement;
  /** To be asked while the ledger is open. */
  tell(t: Translate): ReportPlan;
}

interface MerchantPlan extends ListedPlan {
  readonly merchant: Merchant;
}

/** The plans of a ledger that are asked for: one that is not joined only where it is named. */
function toldPlans(ledger: ShopLedger, judging: Question, question: ReportQuestion): ListedPlan[] {
  const { plan, sinceMs, mostShown = MOST_SHOWN } = question;
  const judgements = judgeShop(ledger, judging);
  const isAsked = (one: Judgement) => (plan === undefined ? isToldAlways(one, judging.nowMs) : one.plan.id === plan);
  const pairOf = openPairs(ledger);
  return judgements.filter(isAsked).map((judgement) => ({
    judgement,
    tell(t) {
      const comparisons = judgement.comparisons.toSorted(byImportance).slice(0, mostShown);
      const pair = pairOf(judgement.plan.id, comparisons[0]?.scope ?? SHOP_SCOPE);
      const others = judgements.filter((other) => other !== judgement);
      return reportPlan({ judgement, others, comparisons, pair, sinceMs }, t);
    },
  }));
}

interface Past {
  readonly record: MerchantRecord | null;
  readonly changes: readonly PlanChange[];
}

function pastOf({ ledgers, lifetimes }: Merchant, { policy, plan, sinceMs }: ReportQuestion): Past {
  const changesIn = new Map(ledgers.map((one) => [one, changesOf(one, policy)]));
  const record = merchantRecord(ledgers, policy, { lifetimes, changesIn: (one) => changesIn.get(one) ?? [] });
  const changes = [...changesIn].flatMap(([ledger, all]) => {
    const only = plan === undefined ? concerningPlans(ledger) : new Set([plan]);
    return all.filter((change) => change.firstSeenAfterMs >= sinceMs && only.has(change.plan.id));
  });
  return { record, changes };
}
