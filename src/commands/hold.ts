/** `tkguard release` and `tkguard discard`: what becomes of snapshots that were held back. */
import type { Command } from 'commander';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addCommand, addWaitOption, writeAnswer } from './context.ts';
import { changeDatabase } from './decide.ts';

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
  context: Context,
): Promise<void> {
  const { host, t } = context;
  const { discardFiles, releaseFiles } = await import('../store/holds.ts');
  const { cleanText } = await import('../report/sanitize.ts');
  const names = await changeDatabase(options, context, (db) =>
    (name === 'release' ? releaseFiles : discardFiles)(db, ids, host.now()),
  );
  const key = name === 'release' ? 'hold.released' : 'hold.discarded';
  const lines = names.length === 0 ? [t('hold.none')] : names.map((file) => t(key, { file: cleanText(file) }));
  await writeAnswer(`${lines.join('\n')}\n`, host);
}
