/** What becomes of snapshots that were held back, or taken in by mistake. */
import { formatMinute } from '../domain/time.ts';
import { cleanText } from '../report/sanitize.ts';
import type { DecidedFile } from '../store/holds.ts';
import type { Db } from '../store/open.ts';
import { print } from './app.ts';
import type { Command } from './command.ts';
import { defineCommand } from './command.ts';
import { changeDatabase } from './decide.ts';

/** `decide` gives the files that it was about; of a file with several snapshots all are named. */
export function holdCommand(
  key: 'hold.released' | 'hold.discarded',
  decide: (db: Db, ids: readonly string[], nowMs: number) => readonly DecidedFile[],
): Command {
  return defineCommand({
    options: ['wait'],
    argument: { flags: '<snapshot...>', name: 'held' },
    async run(o, app, ids) {
      const { host, t } = app;
      const files = await changeDatabase(o.wait, app, (db) => decide(db, ids, host.now()));
      const lines = files.flatMap(({ name, snapshots }) => [
        t(key, { file: cleanText(name) }),
        ...(snapshots.length > 1 ? snapshots.map(({ id, capturedMs }) => `  ${id}  ${formatMinute(capturedMs)}`) : []),
      ]);
      if (files.length === 0) lines.push(t('hold.none'));
      await print(`${lines.join('\n')}\n`, app);
    },
  });
}
