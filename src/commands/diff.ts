/** `tkguard diff`: every joined special plan with its verdict. */
import type { Command } from 'commander';
import { compareJudgements, SORTS } from '../domain/order.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { CommonOptions, Context, PolicyOptions, ScopeOptions } from './context.ts';
import {
  addChoice,
  addCommand,
  addOutputOptions,
  addPolicyOptions,
  addScopeOptions,
  choiceOf,
  gateExitCode,
  limitOf,
  momentOf,
  outputFormat,
  policyOf,
  readLedger,
  writeReport,
} from './context.ts';

interface DiffOptions extends CommonOptions, PolicyOptions, ScopeOptions {
  readonly verdict?: string;
  readonly sort: string;
  readonly limit?: string;
  readonly items?: boolean;
  readonly all?: boolean;
  readonly exitCode?: boolean;
}

const VERDICTS = ['exit', 'keep', 'review', 'superseded'] as const;

export function defineDiff(program: Command, context: Context): void {
  const { t } = context;
  const command = addScopeOptions(addCommand(program, 'diff', t), t);
  addChoice(command, '--verdict <verdict,...>', t('help.option.verdict', { choices: VERDICTS.join(', ') }), VERDICTS);
  addChoice(command, '--sort <key>', t('help.option.sort', { choices: SORTS.join(', ') }), SORTS, 'verdict')
    .option('--limit <n>', t('help.option.limit'))
    .option('--items', t('help.option.items'))
    .option('--all', t('help.option.all'))
    .option('--exit-code', t('help.option.exit-code'));
  addOutputOptions(addPolicyOptions(command, t), t).action((_options, self: Command) =>
    runDiff(self.optsWithGlobals(), context),
  );
}

async function runDiff(options: DiffOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const policy = policyOf(options, context);
  const moment = momentOf(options, context);
  const verdicts = options.verdict?.split(',').map((verdict) => choiceOf('--verdict', verdict, VERDICTS)) ?? null;
  const sort = choiceOf('--sort', options.sort, SORTS);
  const limit = limitOf(options);
  const { judgeShops } = await import('./judge-shops.ts');
  const { findScope } = await import('../store/look-up.ts');
  const { readMutes } = await import('../store/decisions.ts');
  const isWanted = (j: Judgement) =>
    (options.plan === undefined || j.plan.id === options.plan) &&
    (options.all || j.verdict !== null || j.standing === 'superseded') &&
    (verdicts === null || verdicts.some((verdict) => verdict === (j.verdict ?? j.standing)));

  const judgements = await readLedger(options, context, moment.untilMs, (db, reader) => {
    const { shopIds, itemNo } = findScope(db, options, reader.merchants);
    const mutes = [...readMutes(db), ...context.config().mutes];
    const withItems = options.items === true || itemNo !== null;
    const question = { policy, nowMs: moment.nowMs, item: null, mutes, joinedOnly: !options.all, withItems };
    const scope = shopIds ?? reader.shopIds(!options.all);
    const wanted: Judgement[] = [];
    for (const judgement of judgeShops(reader, scope, question, { account: options.account ?? null }))
      if (isWanted(judgement) && (itemNo === null || sellsItem(judgement, itemNo))) wanted.push(judgement);
    return wanted.sort(compareJudgements(sort));
  });

  const { buildDiffReport } = await import('../report/diff-report.ts');
  const report = buildDiffReport(
    {
      judgements,
      generatedAtMs: host.now(),
      asOfMs: moment.nowMs,
      policy,
      withItems: options.items === true,
      limit,
    },
    t,
  );
  await writeReport(report, format, host);
  if (options.exitCode) context.setExitCode(gateExitCode(judgements.map((j) => (j.muted ? null : j.verdict))));
}

/** A plan lists the item, or its items are not known: then it holds for all of the shop. The verdict stays that of the whole plan. */
function sellsItem({ items }: Judgement, itemNo: string): boolean {
  return items.length === 0 || items.includes(itemNo);
}
