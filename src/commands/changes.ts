/** `tkguard changes`: what changed, when. */
import type { Command } from 'commander';
import type { PlanChange } from '../domain/changes.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import type { CommonOptions, Context, PolicyOptions, ScopeOptions, WindowOptions } from './context.ts';
import {
  addCommand,
  addConfirmMissing,
  addOutputOptions,
  addScopeOptions,
  choiceOf,
  limitOf,
  outputFormat,
  policyOf,
  readLedger,
  windowEnd,
  windowStart,
  writeReport,
} from './context.ts';

interface ChangesOptions extends CommonOptions, ScopeOptions, WindowOptions, Pick<PolicyOptions, 'confirmMissing'> {
  readonly since: string;
  readonly code?: string;
  readonly limit?: string;
  readonly all?: boolean;
}

const LAST_SYNC = 'last-sync';

export function defineChanges(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'changes', t)
    .option('--since <time>', t('help.option.since-sync'), '7d')
    .option('--until <time>', t('help.option.until'));
  addScopeOptions(command, t)
    .option('--code <code,...>', t('help.option.code'))
    .option('--limit <n>', t('help.option.limit-newest'))
    .option('--all', t('help.option.all-changes'));
  addOutputOptions(addConfirmMissing(command, t), t).action((_options, self: Command) =>
    runChanges(self.optsWithGlobals(), context),
  );
}

async function runChanges(options: ChangesOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const policy = policyOf(options, context);
  const limit = limitOf(options);
  const { nowMs, untilMs } = windowEnd(options, context);
  const { CHANGE_CODES, changesOf, compareChanges, concerningPlans, rateChangesOf, touchesItem } = await import(
    '../domain/changes.ts'
  );
  const codes = options.code?.split(',').map((code) => choiceOf('--code', code, CHANGE_CODES)) ?? null;
  const fixedSinceMs = options.since === LAST_SYNC ? null : windowStart(options.since, nowMs, t, `, ${LAST_SYNC}`);
  const { findScope } = await import('../store/look-up.ts');
  const { lastSyncCapturedMs } = await import('../store/last-sync.ts');

  const { sinceMs, changes, newestCapturedMs } = await readLedger(options, context, untilMs, (db, reader) => {
    const sinceMs = fixedSinceMs ?? lastSyncCapturedMs(db) ?? nowMs;
    const { shopIds, itemNo } = findScope(db, options, reader.merchants);
    const changesIn = (ledger: ShopLedger, onlyRates: boolean) => {
      const concerning = options.all ? undefined : concerningPlans(ledger);
      const changes = onlyRates ? rateChangesOf(ledger, concerning) : changesOf(ledger, policy, concerning);
      return changes.filter(
        (change) =>
          change.firstSeenAfterMs >= sinceMs &&
          (options.plan === undefined || change.plan.id === options.plan) &&
          (options.item === undefined || touchesItem(ledger, change, options.item)) &&
          (codes === null || codes.includes(change.code)),
      );
    };
    const account = options.account ?? null;
    const changes: PlanChange[] = [];
    // Merchants of whom more than rates may have changed, or whose item is asked for, are read with all their readings.
    const whole: number[] = [];
    const asked = shopIds ?? reader.shopIds(!options.all);
    if (itemNo !== null) whole.push(...asked);
    else {
      for (const [shopId, ledger] of reader.changed(asked, sinceMs, { account, joinedOnly: !options.all })) {
        if (ledger) changes.push(...changesIn(ledger, true));
        else whole.push(shopId);
      }
    }
    for (const [, ledgers] of reader.histories(whole, { account, item: itemNo }))
      for (const ledger of ledgers) changes.push(...changesIn(ledger, false));
    const newestCapturedMs = reader.newestCapturedMs(options.account);
    return { sinceMs, changes: changes.sort(compareChanges), newestCapturedMs };
  });

  const { buildChangesReport } = await import('../report/changes-report.ts');
  const window = { sinceMs, untilMs: nowMs, newestCapturedMs };
  const report = buildChangesReport({ changes, generatedAtMs: host.now(), ...window, policy, limit }, t);
  await writeReport(report, format, host);
}
