/** `tkguard exited`: the user's word that they left a plan. */
import type { Command } from 'commander';
import type { PlanLedger, ShopLedger } from '../domain/ledger.ts';
import { newestSighting } from '../domain/ledger.ts';
import { endMs, formatMinute, parseTime } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import type { Translate } from '../words/index.ts';
import type { Context } from './context.ts';
import { addCommand, policyOf, writeAnswer } from './context.ts';
import type { PlanChoiceOptions } from './decide.ts';
import { addPlanChoice, changeDatabase, readPlanId } from './decide.ts';

interface ExitedOptions extends PlanChoiceOptions {
  readonly at?: string;
  readonly undo?: boolean;
}

export function defineExited(program: Command, context: Context): void {
  const { t } = context;
  addPlanChoice(addCommand(program, 'exited', t).argument('<plan>', t('help.argument.plan')), t)
    .option('--at <time>', t('help.option.exited-at'))
    .option('--undo', t('help.option.undo'))
    .action((plan: string, _options, self: Command) => runExited(plan, self.optsWithGlobals(), context));
}

async function runExited(plan: string, options: ExitedOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const planId = readPlanId(plan);
  const nowMs = host.now();
  const policy = policyOf({}, context);
  const atMs = options.at === undefined ? nowMs : readPast(options.at, nowMs, t);
  const undo = options.undo === true;
  const { findScope } = await import('../store/look-up.ts');
  const { openLedgerReader } = await import('../store/read-ledger.ts');
  const { removeReportedExit, setReportedExit } = await import('../store/decisions.ts');
  const { writeTold } = await import('../store/told.ts');
  const { addUntold } = await import('../store/untold.ts');
  const { judgeShops } = await import('./judge-shops.ts');
  const judgement = await changeDatabase(options, context, (db) => {
    const read = () => openLedgerReader(db, Number.MAX_SAFE_INTEGER);
    const { shopIds } = findScope(db, { shop: options.shop, plan: planId }, read().merchants);
    const { shopId, account } = choosePlace(read(), shopIds ?? [], planId, options);
    const planRows = read().planRows(shopId, planId);
    if (undo) removeReportedExit(db, { planRows, account });
    else setReportedExit(db, { planRows, account }, atMs);
    const reader = read();
    const question = { policy, nowMs: reader.newestCapturedMs() ?? nowMs, item: null };
    const judged = [...judgeShops(reader, [shopId], question, { account })].find(({ plan }) => plan.id === planId);
    // Of this plan the user knows; that another one applies instead is for the next sync to tell.
    const tellings = judged ? [{ account, planRows, verdict: judged.verdict }] : [];
    writeTold(db, { tellings, shopRows: [] }, nowMs);
    addUntold(db, [shopId]);
    return judged;
  });
  if (judgement) await writeAnswer(await answer(judgement, undo, atMs, t), host);
}

async function answer(judgement: Judgement, undo: boolean, atMs: number, t: Context['t']): Promise<string> {
  const { joinSentences, reasonSentences } = await import('../report/sentences.ts');
  const { cleanText } = await import('../report/sanitize.ts');
  const { labelOf, shopLabel } = await import('../report/values.ts');
  const { account, shop, plan } = judgement;
  const args = { account, shop: shopLabel(shop) ?? '—', plan: labelOf(plan.name, plan.id) ?? plan.id };
  const told = judgement.reasons.filter(({ code }) => code === 'exited' || code === 'exit-not-effective');
  const said = undo ? t('exited.undone', args) : t('exited.done', { ...args, at: formatMinute(atMs, t.zone) });
  return `${cleanText(joinSentences([said, reasonSentences(told, t)], t))}\n`;
}

/** The account and shop in which there is something to record, or to take back. Throws when there is none, or more than one. */
function choosePlace(reader: LedgerReader, shopIds: readonly number[], planId: string, options: ExitedOptions) {
  const matches = (plan: PlanLedger) =>
    plan.planId === planId && (options.undo ? plan.exitedMs !== undefined : isJoined(plan));
  const places = [...reader.histories(shopIds, { account: options.account ?? null })].flatMap(([shopId, ledgers]) =>
    ledgers
      .filter((ledger) => ledger.plans.some(matches))
      .map((ledger) => ({ shopId, account: ledger.account, text: placeText(ledger) })),
  );
  const [place, ...others] = places;
  if (!place) throw new TkguardError(options.undo ? 'not-exited' : 'not-joined', { query: planId });
  if (others.length > 0) {
    throw new TkguardError('ambiguous-plan', { query: planId, plans: places.map(({ text }) => text).join('; ') });
  }
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

/** A moment that has passed; a date is its last one, as far as it has passed. Throws `bad-option` or `time-to-come`. */
function readPast(text: string, nowMs: number, { zone }: Pick<Translate, 'zone'>): number {
  const [first, last] = [parseTime(text, zone)?.ms, endMs(text, zone)];
  if (first === undefined || last === null) {
    throw new TkguardError('bad-option', { option: '--at', value: text, expected: '2026-11-20, 2026-11-20 09:30' });
  }
  if (first > nowMs) throw new TkguardError('time-to-come', { option: '--at', value: text });
  return Math.min(last, nowMs);
}
