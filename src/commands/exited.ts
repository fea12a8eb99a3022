/** `tkguard exited`: the user's word that they left plans. */
import type { PlanLedger, ShopLedger } from '../domain/ledger.ts';
import { newestSighting } from '../domain/ledger.ts';
import { formatMinute } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import { joinSentences, reasonSentences } from '../report/phrases.ts';
import { cleanText } from '../report/sanitize.ts';
import { labelOf, shopLabel } from '../report/values.ts';
import { removeReportedExit, setReportedExit } from '../store/decisions.ts';
import { findScope } from '../store/look-up.ts';
import type { Db } from '../store/open.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import { writeTold } from '../store/told.ts';
import { addUntold } from '../store/untold.ts';
import type { Translate } from '../words/index.ts';
import type { App } from './app.ts';
import { policyOf, print } from './app.ts';
import { defineCommand } from './command.ts';
import { changeDatabase, PLAN_CHOICE, readPlanId } from './decide.ts';
import { readIds } from './ids.ts';
import { judgeShops } from './judge-shops.ts';
import type { Values } from './options.ts';

const OPTIONS = ['exited-at', 'undo', ...PLAN_CHOICE] as const;
type ExitedOptions = Values<(typeof OPTIONS)[number]>;

export const command = defineCommand({
  options: OPTIONS,
  argument: { flags: '<plan...>', name: 'plans' },
  async run(o, app, words) {
    const planIds = readIds(words, 'plan', app).map(readPlanId);
    const judged = await changeDatabase(o.wait, app, (db) => planIds.map((planId) => record(planId, o, db, app)));
    await print(judged.map((judgement) => (judgement ? `${answer(judgement, o, app.t)}\n` : '')).join(''), app);
  },
});

/** Records that a plan was left, or takes it back. Gives how it is judged now. */
function record(planId: string, o: ExitedOptions, db: Db, app: App): Judgement | undefined {
  const nowMs = app.host.now();
  const read = () => openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const { shopIds } = findScope(db, { shop: o.shop, plan: planId }, read().merchants);
  const { shopId, account } = choosePlace(read(), shopIds ?? [], planId, o);
  const planRows = read().planRows(shopId, planId);
  if (o.undo) removeReportedExit(db, { planRows, account });
  else setReportedExit(db, { planRows, account }, o.at);
  const reader = read();
  const question = { policy: policyOf({}, app), nowMs: reader.newestCapturedMs() ?? nowMs, item: null };
  const judged = [...judgeShops(reader, [shopId], question, { account })].find(({ plan }) => plan.id === planId);
  // Of this plan the user knows; that another one applies instead is for the next sync to tell.
  const tellings = judged ? [{ account, planRows, verdict: judged.verdict }] : [];
  writeTold(db, { tellings, shopRows: [] }, nowMs);
  addUntold(db, [shopId]);
  return judged;
}

function answer({ account, shop, plan, reasons }: Judgement, o: ExitedOptions, t: Translate): string {
  const args = { account, shop: shopLabel(shop) ?? '—', plan: labelOf(plan.name, plan.id) ?? plan.id };
  const told = reasons.filter(({ code }) => code === 'exited' || code === 'exit-not-effective');
  const said = o.undo ? t('exited.undone', args) : t('exited.done', { ...args, at: formatMinute(o.at, t.zone) });
  return cleanText(joinSentences([said, reasonSentences(told, t)], t));
}

/** The account and shop in which there is something to record, or to take back. Throws when there is none, or more than one. */
function choosePlace(reader: LedgerReader, shopIds: readonly number[], planId: string, o: ExitedOptions) {
  const matches = (plan: PlanLedger) =>
    plan.planId === planId && (o.undo ? plan.exitedMs !== undefined : isJoined(plan));
  const places = [...reader.histories(shopIds, { account: o.account ?? null })].flatMap(([shopId, ledgers]) =>
    ledgers
      .filter((ledger) => ledger.plans.some(matches))
      .map((ledger) => ({ shopId, account: ledger.account, text: placeText(ledger) })),
  );
  const [place, ...others] = places;
  if (!place) throw new TkguardError(o.undo ? 'not-exited' : 'not-joined', { query: planId });
  if (others.length > 0)
    throw new TkguardError('ambiguous-plan', { query: planId, plans: places.map(({ text }) => text).join('; ') });
  return place;
}

/** By what the exports say: approved, or applied for. */
function isJoined(plan: PlanLedger): boolean {
  const status = newestSighting(plan.facts, (facts) => facts.status)?.value;
  return status === 'approved' || status === 'pending';
}

function placeText({ account, shop }: ShopLedger): string {
  return `--account ${account} --shop ${shop.id ?? shop.keeperId}`;
}
