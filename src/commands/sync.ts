/** `tkguard sync`: take in exports and say what they changed. */
import type { Command } from 'commander';
import { EXIT, TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, databasePath, policyOf, waitOf, writeReport } from './context.ts';
import type { ImportFlags } from './import-options.ts';
import { addImportOptions, importOptionsOf } from './import-options.ts';
import { collectSources } from './sources.ts';
import { verdictChanges } from './verdict-changes.ts';

interface SyncOptions extends CommonOptions, ImportFlags, WaitOptions {
  readonly dryRun?: boolean;
}

export function defineSync(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'sync', t).argument('[paths...]', t('help.argument.paths'));
  addImportOptions(command, t)
    .option('--format <format>', t('help.option.input-format'))
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
  const importOptions = await importOptionsOf(options, '--format', context);
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
