/** `tkguard inspect`: what a file is, how tkguard reads it and what it would change, with nothing written. */
import type { Command } from 'commander';
import { EXIT, TkguardError } from '../errors.ts';
import type { ImportFlags, ImportOptions } from '../import/options.ts';
import { importOptionsOf } from '../import/options.ts';
import type { FileOutcome } from '../import/outcome.ts';
import { collectSources } from '../import/paths.ts';
import { verdictChanges } from '../import/verdict-changes.ts';
import type { Effect } from '../report/inspect-report.ts';
import type { CommonOptions, Context } from './context.ts';
import {
  addCommand,
  addOutputOptions,
  databasePath,
  outputFormat,
  policyOf,
  writeAnswer,
  writeReport,
} from './context.ts';
import { addImportOptions, importWorldOf } from './import-options.ts';

interface InspectOptions extends CommonOptions, ImportFlags {
  readonly as?: string;
  readonly mapping?: boolean;
}

type Sources = Awaited<ReturnType<typeof collectSources>>;

export function defineInspect(program: Command, context: Context): void {
  const { t } = context;
  const command = addCommand(program, 'inspect', t).argument('[paths...]', t('help.argument.paths'));
  addImportOptions(command, t)
    .option('--as <format>', t('help.option.input-format'))
    .option('--mapping', t('help.option.mapping'));
  addOutputOptions(command, t).action((paths: string[], _options, self: Command) =>
    runInspect(paths, self.optsWithGlobals(), context),
  );
}

async function runInspect(paths: readonly string[], options: InspectOptions, context: Context): Promise<void> {
  const { host, t } = context;
  if (paths.length === 0) throw new TkguardError('no-paths');
  const output = outputFormat(options);
  // `--format` is that of the answer here; that of the files is `--as`.
  const { format: _, as, ...flags } = options;
  const importOptions = await importOptionsOf({ ...flags, ...(as && { format: as }) }, '--as', importWorldOf(context));
  const sources = await collectSources(paths, host);
  const { lookAtFiles } = await import('./inspect-files.ts');
  const looks = lookAtFiles(sources.files, importOptions, host.now());
  const { buildInspectReport, mappingText } = await import('../report/inspect-report.ts');
  if (options.mapping) {
    const proposals = looks.flatMap(({ proposal }) => proposal ?? []);
    if (proposals.length === 0) throw new TkguardError('no-proposal', { path: paths.join(', ') });
    await writeAnswer(mappingText(proposals), host);
    return;
  }
  const { outcomes, effect } = await rehearse(sources, importOptions, databasePath(options, context), context);
  await writeReport(buildInspectReport({ looks, outcomes, effect, generatedAtMs: host.now() }, t), output, host);
  if (outcomes.some(({ status }) => status === 'unreadable')) context.setExitCode(EXIT.io);
  if (outcomes.some(({ status }) => status === 'refused')) context.setExitCode(EXIT.usage);
}

/** Takes the files into a copy of the ledger; into an empty one, where the ledger cannot be read, which must not keep a file from being looked at. */
async function rehearse(
  sources: Sources,
  options: ImportOptions,
  path: string,
  context: Context,
): Promise<{ outcomes: readonly FileOutcome[]; effect: Effect }> {
  try {
    return await rehearseAt(path, sources, options, context);
  } catch (error) {
    if (!(error instanceof TkguardError)) throw error;
    const { outcomes } = await rehearseAt(null, sources, options, context);
    return { outcomes, effect: { ledger: 'unreadable', reason: error.fault, changes: [] } };
  }
}

async function rehearseAt(path: string | null, sources: Sources, options: ImportOptions, context: Context) {
  const { rehearseImport } = await import('../store/import.ts');
  const { hasDatabase } = await import('../store/open.ts');
  const { importSources } = await import('../import/run.ts');
  const session = rehearseImport(path ?? '');
  try {
    const startedMs = context.host.now();
    const files = importSources(sources.files, { session, options, nowMs: startedMs });
    const { changes } = await verdictChanges(session.db, {
      policy: policyOf({}, context),
      mutes: context.config().mutes,
      nowMs: startedMs,
    });
    const ledger = path !== null && hasDatabase(path) ? 'read' : 'none';
    return { outcomes: [...sources.outcomes, ...files], effect: { ledger, reason: null, changes } satisfies Effect };
  } finally {
    session.close();
  }
}
