/** `tkguard report`: a page to look at and to hand on. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { millisecondsInDay } from 'date-fns/constants';
import { version } from '../../package.json';
import type { PlanChange } from '../domain/changes.ts';
import { changesOf, compareChanges, concerningPlans } from '../domain/changes.ts';
import { openPairs } from '../domain/history.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import { planKey } from '../domain/ledger.ts';
import type { MerchantRecord } from '../domain/merchant.ts';
import { merchantRecord } from '../domain/merchant.ts';
import { compareJudgements, compareMerchants } from '../domain/order.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Question } from '../domain/question.ts';
import { SHOP_SCOPE } from '../domain/runs.ts';
import { nextExports } from '../domain/status.ts';
import type { Judgement } from '../domain/verdict.ts';
import { judgeShop } from '../domain/verdict.ts';
import { ioErrorOf, TkguardError } from '../errors.ts';
import { deedOf } from '../report/done-report.ts';
import type { ReportDocument, ReportPlan } from '../report/html/document.ts';
import { byImportance, reportDocument, reportPlan } from '../report/html/document.ts';
import { renderPage } from '../report/html/page.ts';
import { bytesText } from '../report/values.ts';
import { readHeld } from '../store/holds.ts';
import { findScope } from '../store/look-up.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import type { Translate } from '../words/index.ts';
import type { App } from './app.ts';
import { policyOf, print, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import type { Ledger } from './ledger.ts';
import { askLedger } from './ledger.ts';
import type { Moment } from './option-values.ts';
import { POLICY } from './options.ts';
import { placeFile, refuseExisting } from './output-file.ts';

export const command = defineCommand({
  options: ['report-output', 'force', 'account', 'shop', 'plan', 'report-since', 'all-plans', ...POLICY, 'report-json'],
  async run(o, app) {
    const { output } = o;
    if (output !== undefined && !o.force) refuseExisting(output);
    const sinceMs = o.since(o.asOf.nowMs);
    const document = await askReport({ ...o, sinceMs, policy: policyOf(o, app), isWhole: o.all === true }, app);
    const page = await renderPage(document, app.t);
    if (output !== undefined) placeFile(output, page);
    if (o.json) return print(`${JSON.stringify(document, null, 2)}\n`, app);
    if (output === undefined) return print(page, app);
    const size = bytesText(Buffer.byteLength(page));
    await writeDone([deedOf(app.t, 'report.done', { path: output, size })], 'table', app);
  },
});

/** How a report begins that may be replaced unasked. */
const OURS = '<meta name="generator" content="tkguard ';
const HEAD_BYTES = 2000;

/** Writes the report of a sync, in place of the one before. Throws `not-report` for a file that is none. */
export async function renewReport(path: string, app: App): Promise<void> {
  if (existsSync(path) && !headOf(path).includes(OURS)) throw new TkguardError('not-report', { path });
  const nowMs = app.host.now();
  const asOf = { nowMs, untilMs: Number.MAX_SAFE_INTEGER };
  const sinceMs = nowMs - WINDOW_MS;
  const document = await askReport({ asOf, sinceMs, policy: policyOf({}, app), isWhole: false }, app);
  placeFile(path, await renderPage(document, app.t));
}

function headOf(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const fd = openSync(path, 'r');
    try {
      return head.toString('latin1', 0, readSync(fd, head));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw ioErrorOf(path, error);
  }
}

interface ReportQuestion {
  readonly account?: string;
  readonly shop?: string;
  readonly plan?: string;
  readonly asOf: Moment;
  readonly sinceMs: number;
  readonly policy: PolicyRules;
  /** All plans and changes, however many there are. */
  readonly isWhole: boolean;
  /** Comparisons that are shown as evidence of a plan; left out: two. */
  readonly mostShown?: number;
}

const MOST = 300;
/** Of the report of a sync. */
const WINDOW_MS = 90 * millisecondsInDay;
const MOST_SHOWN = 2;

/** All plans are judged; charts, evidence, merchants and changes are read for those that are shown. */
export async function askReport(question: ReportQuestion, app: App): Promise<ReportDocument> {
  const { asOf, sinceMs, policy, plan } = question;
  const account = question.account ?? null;
  return askLedger(question, asOf.untilMs, app, (ledger) => {
    const { db, reader, mutes } = ledger;
    const orders = openRecentOrders(db, reader.merchants, asOf.nowMs);
    const judging = { policy, nowMs: asOf.nowMs, item: null, mutes, orders };
    const found = judgeAll(question, ledger, judging);
    const judgements = found.map(({ judgement }) => judgement);
    const most = question.isWhole ? Number.POSITIVE_INFINITY : MOST;
    const shown = found.slice(0, most);
    const keys = new Set(shown.map(({ judgement }) => planKey(judgement)));
    const parts = new Map<string, ReportPlan>();
    const merchants: MerchantRecord[] = [];
    const changes: PlanChange[] = [];
    const shops = [...new Set(shown.map(({ shopId }) => shopId))];
    for (const [, ledgers] of reader.histories(shops, { account, withSales: true })) {
      const changesIn = new Map(ledgers.map((one) => [one, changesOf(one, policy)]));
      for (const one of ledgers) {
        for (const part of plansOf(one, judging, question, keys, app.t)) parts.set(...part);
        const only = plan === undefined ? concerningPlans(one) : new Set([plan]);
        const isAsked = (change: PlanChange) => change.firstSeenAfterMs >= sinceMs && only.has(change.plan.id);
        changes.push(...(changesIn.get(one) ?? []).filter(isAsked));
      }
      const record = merchantRecord(ledgers, policy, (one) => changesIn.get(one) ?? []);
      if (record) merchants.push(record);
    }
    const accounts = [...new Set(judgements.map((judgement) => judgement.account))];
    return reportDocument({
      program: `tkguard ${version}`,
      generatedAtMs: app.host.now(),
      asOfMs: asOf.nowMs,
      policy,
      sinceMs,
      newestCapturedMs: reader.newestCapturedMs(account),
      accounts,
      asked: judgements,
      plans: [...keys].flatMap((key) => parts.get(key) ?? []),
      held: readHeld(db, asOf.untilMs, account),
      next: nextExports(accounts, judgements, judging),
      merchants: merchants.sort(compareMerchants('grade')),
      changes: changes.sort(compareChanges).slice(-most),
    });
  });
}

/** Exits first, by what they cost a day, then by the gap. */
function judgeAll({ account, shop, plan }: ReportQuestion, { db, reader }: Ledger, judging: Question) {
  // One that is not joined is shown where it is asked for.
  const joinedOnly = plan === undefined;
  const shopIds = findScope(db, { shop, plan }, reader.merchants).shopIds ?? reader.shopIds(true);
  const found: { readonly shopId: number; readonly judgement: Judgement }[] = [];
  for (const [shopId, ledgers] of reader.judged(shopIds, { account: account ?? null, joinedOnly }))
    for (const ledger of ledgers)
      for (const judgement of judgeShop(ledger, { ...judging, joinedOnly }))
        if (plan === undefined || judgement.plan.id === plan) found.push({ shopId, judgement });
  const compare = compareJudgements('loss', judging.nowMs);
  return found.sort((a, b) => compare(a.judgement, b.judgement));
}

/** The plans of a ledger that are asked for. */
function* plansOf(
  ledger: ShopLedger,
  judging: Question,
  { sinceMs, mostShown = MOST_SHOWN }: ReportQuestion,
  keys: ReadonlySet<string>,
  t: Translate,
): Generator<[key: string, ReportPlan]> {
  const judgements = judgeShop(ledger, { ...judging, withItems: true });
  const pairOf = openPairs(ledger);
  for (const judgement of judgements) {
    const key = planKey(judgement);
    if (!keys.has(key)) continue;
    const comparisons = judgement.comparisons.toSorted(byImportance).slice(0, mostShown);
    const pair = pairOf(judgement.plan.id, comparisons[0]?.scope ?? SHOP_SCOPE);
    const others = judgements.filter((other) => other !== judgement);
    yield [key, reportPlan({ judgement, others, comparisons, pair, sinceMs }, t)];
  }
}
