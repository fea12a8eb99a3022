/** `tkguard sync`: take in exports and say what they changed. */
import type { Command } from 'commander';
import type { Coded } from '../errors.ts';
import { EXIT } from '../errors.ts';
import type { BatchOptions, BatchResult } from '../import/batches.ts';
import { batchesOf, importBatch, noteSources, tidyUp } from '../import/batches.ts';
import { verdictChanges } from '../import/verdict-changes.ts';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, databasePath, policyOf, waitOf, writeReport } from './context.ts';
import { addImportOptions, importWorldOf } from './import-options.ts';
import { NO_PROGRESS, openProgress } from './progress.ts';

interface SyncOptions extends CommonOptions, WaitOptions, BatchOptions {
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export function defineSync(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'sync', t)
    .argument('[paths...]', t('help.argument.paths'))
    .option('--source <name...>', t('help.option.source'));
  addImportOptions(command, t)
    .option('--format <format>', t('help.option.input-format'))
    .option('--accept-removals', t('help.option.accept-removals'))
    .option('--again', t('help.option.again'))
    .option('--dry-run', t('help.option.dry-run'))
    .option('-q, --quiet', t('help.option.quiet'))
    .option('-v, --verbose', t('help.option.verbose'))
    .option('--json', t('help.option.json'));
  addWaitOption(command, t).action((paths: string[], _options, self: Command) =>
    runSync(paths, self.optsWithGlobals(), context),
  );
}

async function runSync(paths: readonly string[], options: SyncOptions, context: Context): Promise<void> {
  const { beginHeartbeat } = await import('../import/heartbeat.ts');
  let isWell = false;
  const noted: Context = {
    ...context,
    setExitCode(code) {
      isWell = code === EXIT.ok;
      context.setExitCode(code);
    },
  };
  const heartbeat = options.dryRun ? null : beginHeartbeat(context.config(), context.host);
  try {
    noted.setExitCode(EXIT.ok);
    await takeIn(paths, options, noted);
  } catch (error) {
    isWell = false;
    throw error;
  } finally {
    const warning = (await heartbeat?.end(isWell)) ?? null;
    if (warning) await writeWarnings([warning], context);
  }
}

async function takeIn(paths: readonly string[], options: SyncOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const waitMs = waitOf(options);
  const policy = policyOf({}, context);
  const path = databasePath(options, context);
  const progress = options.quiet ? NO_PROGRESS : openProgress(host, t);
  const batches = (await batchesOf(paths, options, importWorldOf(context), path)).map((batch) => ({
    ...batch,
    files: batch.files.map((file) => ({ ...file, open: () => progress.watch(file.open()) })),
  }));
  const { beginImport } = await import('../store/import.ts');
  const { dataVersion, rememberTold } = await import('../store/told.ts');
  const session = beginImport(path, options.dryRun === true, waitMs);
  try {
    // All files of one sync have one time, by which `changes --since last-sync` knows them.
    const startedMs = host.now();
    const results: BatchResult[] = [];
    for (const batch of batches) results.push(await importBatch(batch, session, startedMs));
    const files = results.flatMap((result) => result.files);
    progress.say(t('progress.judging'));
    const news = await verdictChanges(session.db, { policy, mutes: context.config().mutes, nowMs: startedMs });
    const warnings = noteSources(results, session, startedMs);
    // While the lock is held nobody else commits.
    const version = dataVersion(session.db);
    if (!options.dryRun) {
      session.commit();
      warnings.push(...tidyUp(results, host));
    }
    const { buildSyncReport, describeRefusal } = await import('../report/sync-report.ts');
    const report = buildSyncReport(
      {
        dryRun: options.dryRun === true,
        files,
        changes: news.changes,
        warnings,
        generatedAtMs: host.now(),
        asOfMs: news.asOfMs ?? host.now(),
      },
      t,
    );
    progress.clear();
    if (options.json || !options.quiet) {
      await writeReport(report, options.json ? 'json' : 'table', host);
      if (!options.dryRun && !host.stdout.isClosed) rememberTold(session.db, path, news, startedMs, version);
    }
    if (options.verbose) await tellDecisions(results, context);
    for (const file of files) {
      if (file.refusal) await host.stderr.write(`${describeRefusal(file, t).join('\n')}\n`);
    }
    await writeWarnings(warnings, context);
    if (files.some((file) => file.status === 'unreadable')) context.setExitCode(EXIT.io);
    if (files.some((file) => file.status === 'refused' || file.status === 'held')) context.setExitCode(EXIT.usage);
  } finally {
    progress.clear();
    session.close();
  }
}

async function writeWarnings(warnings: readonly Coded<'error'>[], { host, t }: Context): Promise<void> {
  const { describeError } = await import('../report/sync-report.ts');
  for (const warning of warnings) await host.stderr.write(`${describeError(warning, t).join('\n')}\n`);
}

async function tellDecisions(results: readonly BatchResult[], { host, t }: Context): Promise<void> {
  const { describeDecisions } = await import('../report/sync-verbose.ts');
  const lines = results.flatMap(({ batch, files }) =>
    files.flatMap((file) => describeDecisions(file, batch.importOptions.format !== null, t)),
  );
  await host.stderr.write(lines.map((line) => `${line}\n`).join(''));
}
