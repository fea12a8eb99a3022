/** `tkguard release` and `tkguard discard`: what becomes of snapshots that were held back. */
import type { Command } from 'commander';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, databasePath, waitOf } from './context.ts';

export function defineRelease(program: Command, context: Context): void {
  defineHold(program, context, 'release');
}

export function defineDiscard(program: Command, context: Context): void {
  defineHold(program, context, 'discard');
}

function defineHold(program: Command, context: Context, name: 'release' | 'discard'): void {
  const command = addCommand(program, name, context.t).argument('<snapshot...>', context.t('help.argument.held'));
  addWaitOption(command, context.t).action((ids: string[], _options, self: Command) =>
    runHold(name, ids, self.optsWithGlobals(), context),
  );
}

async function runHold(
  name: 'release' | 'discard',
  ids: readonly string[],
  options: CommonOptions & WaitOptions,
  { host, t }: Context,
): Promise<void> {
  const path = databasePath(options, host);
  const waitMs = waitOf(options);
  const { guard, openForReading, openForWriting } = await import('../store/open.ts');
  // A mistyped path must not make a database.
  openForReading(path).close();
  const { discardFiles, releaseFiles } = await import('../store/holds.ts');
  const db = openForWriting(path, waitMs);
  try {
    const names = guard(path, () => (name === 'release' ? releaseFiles : discardFiles)(db, ids));
    const { cleanText } = await import('../report/sanitize.ts');
    const key = name === 'release' ? 'hold.released' : 'hold.discarded';
    const lines = names.length === 0 ? [t('hold.none')] : names.map((file) => t(key, { file: cleanText(file) }));
    await host.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    db.close();
  }
}
