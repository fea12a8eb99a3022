/** `tkguard release` and `tkguard discard`: what becomes of snapshots that were held back. */
import type { Command } from 'commander';
import { TkguardError } from '../errors.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, databasePath } from './context.ts';

export function defineRelease(program: Command, context: Context): void {
  defineHold(program, context, 'release');
}

export function defineDiscard(program: Command, context: Context): void {
  defineHold(program, context, 'discard');
}

function defineHold(program: Command, context: Context, name: 'release' | 'discard'): void {
  addCommand(program, name, context.t)
    .argument('<snapshot...>', context.t('help.argument.held'))
    .action((ids: string[], _options, self: Command) => runHold(name, ids, self.optsWithGlobals(), context));
}

async function runHold(
  name: 'release' | 'discard',
  ids: readonly string[],
  options: CommonOptions,
  { host, t }: Context,
): Promise<void> {
  const wrong = ids.find((id) => id !== 'all' && !/^\d{1,12}$/.test(id));
  if (wrong !== undefined) throw new TkguardError('not-held', { id: wrong });
  const path = databasePath(options, host);
  const { guard, openForReading, openForWriting } = await import('../store/open.ts');
  // A mistyped path must not make a database.
  openForReading(path).close();
  const { discardFile, fileNameOf, fileOfSnapshot, findHolds, releaseHold } = await import('../store/holds.ts');
  const db = openForWriting(path);
  try {
    const names = guard(path, () =>
      db
        .transaction(() => {
          const filesOf = (id: string) => {
            if (id === 'all') return findHolds(db, null);
            const fileId = name === 'discard' ? fileOfSnapshot(db, Number(id)) : null;
            return fileId === null ? findHolds(db, [Number(id)]) : [fileId];
          };
          const found = ids.map((id) => ({ id, fileIds: filesOf(id) }));
          const missing = found.find(({ id, fileIds }) => id !== 'all' && fileIds.length === 0);
          if (missing) throw new TkguardError('not-held', { id: missing.id });
          const fileIds = [...new Set(found.flatMap((one) => one.fileIds))];
          for (const fileId of fileIds) (name === 'release' ? releaseHold : discardFile)(db, fileId);
          return fileIds.map((fileId) => fileNameOf(db, fileId));
        })
        .immediate(),
    );
    const { cleanText } = await import('../report/sanitize.ts');
    const key = name === 'release' ? 'hold.released' : 'hold.discarded';
    const lines = names.length === 0 ? [t('hold.none')] : names.map((file) => t(key, { file: cleanText(file) }));
    await host.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    db.close();
  }
}
