/** `tkguard why`: a verdict down to file, line and raw cell. */
import type { Command } from 'commander';
import type { Judgement } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import type { CommonOptions, Context, PolicyOptions } from './context.ts';
import {
  addCommand,
  addOutputOptions,
  addPolicyOptions,
  momentOf,
  outputFormat,
  policyOf,
  readLedger,
  writeReport,
} from './context.ts';

interface WhyOptions extends CommonOptions, PolicyOptions {
  readonly shop?: string;
  readonly item?: string;
}

export function defineWhy(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'why', t)
    .argument('<plan>', t('help.argument.plan'))
    .option('--account <name>', t('help.option.account'))
    .option('--shop <id|name>', t('help.option.shop'))
    .option('--item <id>', t('help.option.item'));
  addOutputOptions(addPolicyOptions(command, t), t).action((plan: string, _options, self: Command) =>
    runWhy(plan, self.optsWithGlobals(), context),
  );
}

async function runWhy(plan: string, options: WhyOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const policy = policyOf(options, context);
  const moment = momentOf(options, context);
  const planId = plan.trim().replace(/^-/, '');
  const { judgeShop } = await import('../domain/verdict.ts');
  const { findScope } = await import('../store/look-up.ts');
  const { readMutes } = await import('../store/decisions.ts');
  const shops = await readLedger(options, context, moment.untilMs, (db, reader) => {
    const mutes = [...readMutes(db), ...context.config().mutes];
    const { shopIds, itemNo } = findScope(
      db,
      { shop: options.shop, item: options.item, plan: planId },
      reader.merchants,
    );
    const shops: Judgement[][] = [];
    for (const [shopId, ledgers] of reader.histories(shopIds ?? [], {
      account: options.account ?? null,
      item: itemNo,
      withSales: true,
    })) {
      const item = itemNo === null ? null : reader.scopeOf(shopId, itemNo);
      const question = { policy, nowMs: moment.nowMs, item, mutes, withItems: true };
      for (const ledger of ledgers) shops.push(judgeShop(ledger, question));
    }
    return shops.filter((judgements) => judgements.some((j) => j.plan.id === planId));
  });
  const [judgements, ...more] = shops;
  // Known, or the scope would have been refused: but no plan to exit or to keep.
  if (!judgements) throw new TkguardError('not-special', { query: plan });
  const judgement = judgements.find((j) => j.plan.id === planId);
  if (!judgement || more.length > 0) {
    const places = shops.flatMap((all) =>
      all.slice(0, 1).map((j) => `--account ${j.account} --shop ${j.shop.id ?? j.shop.keeperId}`),
    );
    throw new TkguardError('ambiguous-plan', { query: plan, plans: places.join('; ') });
  }
  const { buildWhyReport } = await import('../report/why-report.ts');
  const others = judgements.filter((j) => j !== judgement);
  const report = buildWhyReport(
    { judgement, others, generatedAtMs: host.now(), asOfMs: moment.nowMs, policy: judgement.ownPolicy ?? policy },
    t,
  );
  await writeReport(report, format, host);
}
