/** `tkguard prune`: remove what no answer needs; without `--yes` it only says what that is. */
import type { Command } from 'commander';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, databasePath, waitOf, writeAnswer } from './context.ts';

interface PruneOptions extends CommonOptions, WaitOptions {
  readonly yes?: boolean;
}

export function definePrune(program: Command, context: Context): void {
  const command = addCommand(program, 'prune', context.t).option('--yes', context.t('help.option.yes'));
  addWaitOption(command, context.t).action((_options, self: Command) => runPrune(self.optsWithGlobals(), context));
}

async function runPrune(options: PruneOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const path = databasePath(options, context);
  const waitMs = waitOf(options);
  const { openForReading, openForWriting } = await import('../store/open.ts');
  // A mistyped path must not make a database.
  openForReading(path).close();
  const { findRedundant, prune } = await import('../store/prune.ts');
  const { bytesText } = await import('../report/values.ts');
  const db = openForWriting(path, waitMs);
  try {
    const pruned = options.yes ? prune(db, path) : null;
    const { repeats, orphans, freeBytes } = pruned ?? findRedundant(db, path);
    const lines = [t('prune.found', { repeats, orphans, free: bytesText(freeBytes) }), t('prune.kept')];
    const sizes = pruned && { before: bytesText(pruned.bytesBefore), after: bytesText(pruned.bytesAfter) };
    lines.push(sizes ? t('prune.done', sizes) : t('prune.dry-run'));
    await writeAnswer(`${lines.join('\n')}\n`, host);
  } finally {
    db.close();
  }
}
