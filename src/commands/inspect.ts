/** `tkguard inspect`: what a file is, how tkguard reads it and what it would change, with nothing written. */
import { EXIT, TkguardError } from '../errors.ts';
import { type NamedFiles, namedFiles } from '../import/named-files.ts';
import type { FileOutcome } from '../import/outcome.ts';
import { importSources } from '../import/run.ts';
import { verdictChanges } from '../import/verdict-changes.ts';
import { buildInspectReport, type Effect } from '../report/inspect-report.ts';
import { mappingText } from '../report/proposal-text.ts';
import { beginImport } from '../store/import.ts';
import { hasDatabase } from '../store/open.ts';
import { type App, databasePath, importWorldOf, policyOf, print, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { lookAtFiles } from './inspect-files.ts';
import { FILES, OUTPUT } from './options.ts';

export const command = defineCommand({
  options: [...FILES, 'mapping', ...OUTPUT],
  argument: { flags: '[paths...]', name: 'paths' },
  async run(o, app, paths) {
    const { host, t } = app;
    if (paths.length === 0) throw new TkguardError('no-paths');
    const named = await namedFiles(paths, o, importWorldOf(app));
    const looks = named.flatMap(({ files, importOptions }) => lookAtFiles(files, importOptions, host.now()));
    if (o.mapping) {
      const proposals = looks.flatMap(({ proposal }) => proposal ?? []);
      if (proposals.length === 0) throw new TkguardError('no-proposal', { path: paths.join(', ') });
      return print(mappingText(proposals), app);
    }
    const { outcomes, effect } = await rehearse(named, databasePath(app), app);
    await writeReport(buildInspectReport({ looks, outcomes, effect, generatedAtMs: host.now() }, t), o.format, app);
    if (outcomes.some(({ status }) => status === 'unreadable')) app.exitCode = EXIT.io;
    if (outcomes.some(({ status }) => status === 'refused')) app.exitCode = EXIT.usage;
  },
});

/** Imports the files into a copy of the database, or into an empty one if the database cannot be read. */
async function rehearse(
  named: readonly NamedFiles[],
  path: string,
  app: App,
): Promise<{ outcomes: readonly FileOutcome[]; effect: Effect }> {
  try {
    return await rehearseAt(path, named, app);
  } catch (error) {
    if (!(error instanceof TkguardError)) throw error;
    const { outcomes } = await rehearseAt(null, named, app);
    return { outcomes, effect: { ledger: 'unreadable', reason: error.fault, changes: [] } };
  }
}

async function rehearseAt(path: string | null, named: readonly NamedFiles[], app: App) {
  const session = beginImport(path ?? '', true, 0);
  try {
    const nowMs = app.host.now();
    const files = named.flatMap(({ files, outcomes, importOptions: options }) => [
      ...outcomes,
      ...importSources(files, { session, options, nowMs }),
    ]);
    const asked = { policy: policyOf({}, app), mutes: app.config().mutes, nowMs };
    const { changes } = verdictChanges(session.db, asked);
    const ledger = path !== null && hasDatabase(path) ? 'read' : 'none';
    return { outcomes: files, effect: { ledger, reason: null, changes } satisfies Effect };
  } finally {
    session.close();
  }
}
