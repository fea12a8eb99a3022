/** `tkguard shops`: what merchants are known for. */
import type { Command } from 'commander';
import { GRADES } from '../domain/grade.ts';
import type { MerchantRecord } from '../domain/merchant.ts';
import { compareMerchants, SHOP_SORTS } from '../domain/order.ts';
import type { CommonOptions, Context, PolicyOptions } from './context.ts';
import {
  addChoice,
  addCommand,
  addConfirmMissing,
  addOutputOptions,
  choiceOf,
  momentOf,
  outputFormat,
  policyOf,
  readLedger,
  writeReport,
} from './context.ts';

interface ShopsOptions extends CommonOptions, Pick<PolicyOptions, 'asOf' | 'confirmMissing'> {
  readonly shop?: string;
  readonly grade?: string;
  readonly sort: string;
  readonly evidence?: boolean;
}

export function defineShops(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'shops', t)
    .option('--account <name>', t('help.option.account'))
    .option('--shop <id|name>', t('help.option.shop'));
  addChoice(command, '--grade <grade,...>', t('help.option.grade', { choices: GRADES.join(', ') }), GRADES);
  addChoice(command, '--sort <key>', t('help.option.sort', { choices: SHOP_SORTS.join(', ') }), SHOP_SORTS, 'grade')
    .option('--evidence', t('help.option.evidence'))
    .option('--as-of <time>', t('help.option.as-of'));
  addOutputOptions(addConfirmMissing(command, t), t).action((_options, self: Command) =>
    runShops(self.optsWithGlobals(), context),
  );
}

async function runShops(options: ShopsOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const policy = policyOf(options, context);
  const moment = momentOf(options, context);
  const grades = options.grade?.split(',').map((grade) => choiceOf('--grade', grade, GRADES)) ?? null;
  const sort = choiceOf('--sort', options.sort, SHOP_SORTS);
  const { merchantRecord } = await import('../domain/merchant.ts');
  const { findScope } = await import('../store/look-up.ts');

  const { merchants, newestCapturedMs } = await readLedger(options, context, moment.untilMs, (db, reader) => {
    const shopIds = findScope(db, { shop: options.shop }, reader.merchants).shopIds ?? reader.shopIds(false);
    const merchants: MerchantRecord[] = [];
    for (const [, ledgers] of reader.histories(shopIds, { account: options.account ?? null })) {
      const record = merchantRecord(ledgers, policy);
      if (record && (grades === null || grades.includes(record.grade))) merchants.push(record);
    }
    return { merchants, newestCapturedMs: reader.newestCapturedMs(options.account) };
  });
  merchants.sort(compareMerchants(sort));

  const { buildShopsReport } = await import('../report/shops-report.ts');
  const report = buildShopsReport(
    {
      merchants,
      generatedAtMs: host.now(),
      asOfMs: moment.nowMs,
      newestCapturedMs,
      confirmMissing: policy.confirmMissing,
      withEvidence: options.evidence === true,
    },
    t,
  );
  await writeReport(report, format, host);
}
