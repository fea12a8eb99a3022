/** `tkguard exited`: the user reports that they left plans. */
import { periodsOf } from '../domain/approval.ts';
import { type PlanLedger, type ShopLedger, shopLabel } from '../domain/ledger.ts';
import type { PolicyRules } from '../domain/policy.ts';
import { newestSighting } from '../domain/runs.ts';
import { formatMinute } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import { type Deed, deedOf } from '../report/done-report.ts';
import { joinSentences, reasonSentences } from '../report/phrases.ts';
import { labelOf } from '../report/values.ts';
import { removeReportedExit, setReportedExit } from '../store/decisions.ts';
import { findScope } from '../store/look-up.ts';
import type { Db } from '../store/open.ts';
import { type LedgerReader, openLedgerReader } from '../store/read-ledger.ts';
import { addUntold, writeTold } from '../store/told.ts';
import type { Translate } from '../words/index.ts';
import { type App, policyOf, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { readIds } from './ids.ts';
import { changeLedger, judgeShops, onlyPlace, readPlanId } from './ledger.ts';
import { OUTPUT, PLAN_CHOICE, type Values } from './options.ts';

const OPTIONS = ['exited-at', 'undo', ...PLAN_CHOICE, ...OUTPUT] as const;
type ExitedOptions = Values<(typeof OPTIONS)[number]>;

export const command = defineCommand({
  options: OPTIONS,
  argument: { flags: '<plan...>', name: 'plans' },
  async run(o, app, words) {
    const planIds = readIds(words, 'plan', app).map(readPlanId);
    const judged = await changeLedger(o.wait, app, (db) => planIds.map((planId) => record(planId, o, db, app)));
    const done = judged.flatMap((judgement) => (judgement ? [deedOn(judgement, o, app.t)] : []));
    await writeDone(done, o.format, app);
  },
});

/** Records that a plan was left, or takes it back. Gives how it is judged now. */
function record(planId: string, o: ExitedOptions, db: Db, app: App): Judgement | undefined {
  const nowMs = app.host.now();
  const read = () => openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const { shopIds } = findScope(db, { shop: o.shop, plan: planId }, read().merchants);
  const { shopId, account } = choosePlace(read(), shopIds ?? [], planId, o, policyOf({}, app));
  const planRows = read().planRows(shopId, planId);
  if (o.undo) removeReportedExit(db, { planRows, account }, nowMs);
  else setReportedExit(db, { planRows, account }, o.at, nowMs);
  const reader = read();
  const question = { policy: policyOf({}, app), nowMs: reader.newestCapturedMs() ?? nowMs, item: null };
  const judged = [...judgeShops(reader, [shopId], question, { account })].find(({ plan }) => plan.id === planId);
  // The user knows about this plan. The next sync tells which other plan applies instead.
  const tellings = judged ? [{ account, planRows, verdict: judged.verdict }] : [];
  writeTold(db, { tellings, shopRows: [] }, nowMs);
  addUntold(db, [shopId]);
  return judged;
}

function deedOn({ account, shop, plan, reasons }: Judgement, o: ExitedOptions, t: Translate): Deed {
  const args = { account, shop: shopLabel(shop) ?? '—', plan: labelOf(plan.name, plan.id) ?? plan.id };
  const deed = o.undo
    ? deedOf(t, 'exited.undone', args)
    : deedOf(t, 'exited.done', { ...args, at: formatMinute(o.at, t.zone) });
  const told = reasons.filter(({ code }) => code === 'exit-not-effective');
  return { ...deed, message: joinSentences([deed.message, reasonSentences(told, t)], t) };
}

/** The account and shop of the plan to record, or to take back. Throws for none, and for more than one. */
function choosePlace(
  reader: LedgerReader,
  shopIds: readonly number[],
  planId: string,
  { undo, at, account }: ExitedOptions,
  { maxAgeMs }: PolicyRules,
) {
  const matches = (plan: PlanLedger, { joinedListTimes }: ShopLedger) =>
    plan.planId === planId &&
    (undo ? plan.exitedMs !== undefined : isJoined(plan) || wasJoined(plan, joinedListTimes, maxAgeMs, at));
  const places = [...reader.histories(shopIds, { account: account ?? null })].flatMap(([shopId, ledgers]) =>
    ledgers
      .filter((ledger) => ledger.plans.some((plan) => matches(plan, ledger)))
      .map(({ account, shop }) => ({ shopId, account, shop })),
  );
  const place = onlyPlace(planId, places);
  if (!place) throw new TkguardError(undo ? 'not-exited' : 'not-joined', { query: planId });
  return place;
}

/** The newest export says approved or pending. */
function isJoined(plan: PlanLedger): boolean {
  const status = newestSighting(plan.facts, (facts) => facts.status)?.value;
  return status === 'approved' || status === 'pending';
}

/** Exports show it as approved at that moment, or leave it open; what the user said before is to be corrected. */
function wasJoined(
  { exitedMs: _, ...plan }: PlanLedger,
  joinedLists: readonly number[],
  maxAgeMs: number,
  atMs: number,
): boolean {
  return periodsOf(plan, joinedLists, maxAgeMs).some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
}
