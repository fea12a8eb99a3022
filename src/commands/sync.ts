/** `tkguard sync`: take in exports and say what they changed. */
import type { Command } from 'commander';
import { parseTime } from '../domain/time.ts';
import { EXIT, TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, choiceOf, databasePath, policyOf, waitOf, writeReport } from './context.ts';
import type { ImportOptions } from './import-file.ts';
import { collectSources } from './sources.ts';
import { verdictChanges } from './verdict-changes.ts';

interface SyncOptions extends CommonOptions, WaitOptions {
  readonly capturedAt?: string;
  readonly partial?: boolean;
  readonly skipBadRows?: boolean;
  readonly acceptRemovals?: boolean;
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly seller?: string;
  readonly keeper?: string;
  readonly item?: string;
  readonly campaign?: string;
}

export function defineSync(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'sync', t)
    .argument('[paths...]', t('help.argument.paths'))
    .option('--account <name>', t('help.option.sync-account'))
    .option('--captured-at <time>', t('help.option.captured-at'))
    .option('--format <format>', t('help.option.input-format'))
    .option('--seller <id>', t('help.option.seller'))
    .option('--keeper <id>', t('help.option.keeper'))
    .option('--item <id>', t('help.option.sync-item'))
    .option('--campaign <id>', t('help.option.campaign'))
    .option('--partial', t('help.option.partial'))
    .option('--skip-bad-rows', t('help.option.skip-bad-rows'))
    .option('--accept-removals', t('help.option.accept-removals'))
    .option('--again', t('help.option.again'))
    .option('--dry-run', t('help.option.dry-run'))
    .option('--json', t('help.option.json'));
  addWaitOption(command, t).action((paths: string[], _options, self: Command) =>
    runSync(paths, self.optsWithGlobals(), context),
  );
}

async function runSync(paths: readonly string[], options: SyncOptions, context: Context): Promise<void> {
  const { host, t } = context;
  if (paths.length === 0) throw new TkguardError('no-paths');
  const waitMs = waitOf(options);
  const importOptions = await importOptionsOf(options, context);
  const policy = policyOf({}, context);
  const path = databasePath(options, context);
  const { missing, sources } = await collectSources(paths, host);
  const { beginImport } = await import('../store/import.ts');
  const { importSources } = await import('./import-sources.ts');
  const session = beginImport(path, options.dryRun === true, waitMs);
  try {
    // All files of one sync have one time, by which `changes --since last-sync` knows them.
    const startedMs = host.now();
    const stopped: Host = { ...host, now: () => startedMs };
    const { files, touched } = importSources({ missing, sources }, session, importOptions, stopped);
    const { changes, asOfMs } = await verdictChanges(session, path, touched, files, {
      policy,
      mutes: context.config().mutes,
      nowMs: startedMs,
    });
    if (!options.dryRun) session.commit();
    const { buildSyncReport, describeRefusal } = await import('../report/sync-report.ts');
    const report = buildSyncReport(
      { dryRun: options.dryRun === true, files, changes, generatedAtMs: host.now(), asOfMs: asOfMs ?? host.now() },
      t,
    );
    await writeReport(report, options.json ? 'json' : 'table', host);
    for (const file of files) {
      if (file.refusal) await host.stderr.write(`${describeRefusal(file, t).join('\n')}\n`);
    }
    if (files.some((file) => file.status === 'unreadable')) context.setExitCode(EXIT.io);
    if (files.some((file) => file.status === 'refused' || file.status === 'held')) context.setExitCode(EXIT.usage);
  } finally {
    session.close();
  }
}

async function importOptionsOf(options: SyncOptions, { host, config }: Context): Promise<ImportOptions> {
  const captured = options.capturedAt === undefined ? null : parseTime(options.capturedAt);
  const wrong = options.capturedAt !== undefined && (!captured || captured.ms > host.now());
  if (wrong)
    throw new TkguardError('bad-option', {
      option: '--captured-at',
      value: options.capturedAt ?? '',
      expected: '2026-11-20, 2026-11-20 09:30',
    });
  const { FORMATS } = await import('../ingest/formats/registry.ts');
  const ids = FORMATS.map((format) => format.id);
  return {
    account: options.account?.trim() || config().values.account || 'default',
    capturedMs: captured?.ms ?? null,
    format: options.format === undefined ? null : choiceOf('--format', options.format, ids),
    partial: options.partial === true,
    skipBadRows: options.skipBadRows === true,
    acceptRemovals: options.acceptRemovals === true,
    again: options.again === true,
    ids: {
      seller: options.seller ?? null,
      keeper: options.keeper ?? null,
      item: options.item ?? null,
      campaign: options.campaign ?? null,
    },
  };
}
