/** `tkguard restore`: a backup in the place of the database, which is kept. */
import type { Command } from 'commander';
import { formatStamp } from '../domain/time.ts';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, databasePath, waitOf, writeAnswer } from './context.ts';

export function defineRestore(program: Command, context: Context): void {
  const command = addCommand(program, 'restore', context.t).argument('<file>', context.t('help.argument.restore'));
  addWaitOption(command, context.t).action((file: string, _options, self: Command) =>
    runRestore(file, self.optsWithGlobals(), context),
  );
}

async function runRestore(file: string, options: CommonOptions & WaitOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const path = databasePath(options, context);
  const { restoreBackup } = await import('../store/backup.ts');
  const aside = `${path}.before-restore-${formatStamp(host.now())}`;
  const kept = await restoreBackup(file, path, aside, waitOf(options));
  const { cleanText } = await import('../report/sanitize.ts');
  const lines = [t('restore.done', { path: cleanText(path), file: cleanText(file) })];
  if (kept !== null) lines.push(t('restore.kept', { path: cleanText(kept) }));
  await writeAnswer(`${lines.join('\n')}\n`, host);
}
