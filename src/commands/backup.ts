/** `tkguard backup`: a checked copy of the database, made while others work with it. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { formatStamp } from '../domain/time.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, databasePath, writeAnswer } from './context.ts';

export function defineBackup(program: Command, context: Context): void {
  addCommand(program, 'backup', context.t)
    .argument('[path]', context.t('help.argument.backup'))
    .action((target: string | undefined, _options, self: Command) =>
      runBackup(target ?? null, self.optsWithGlobals(), context),
    );
}

async function runBackup(target: string | null, options: CommonOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const path = databasePath(options, context);
  const name = `${basename(path)}.${formatStamp(host.now())}.backup`;
  const { backUp } = await import('../store/backup.ts');
  const copy = await backUp(path, target, name);
  const { cleanText } = await import('../report/sanitize.ts');
  const { bytesText } = await import('../report/values.ts');
  await writeAnswer(`${t('backup.done', { path: cleanText(copy.path), size: bytesText(copy.bytes) })}\n`, host);
}
