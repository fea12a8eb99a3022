/** What becomes of snapshots that were held back, or taken in by mistake. */
import { cleanText } from '../report/sanitize.ts';
import type { Db } from '../store/open.ts';
import { print } from './app.ts';
import type { Command } from './command.ts';
import { defineCommand } from './command.ts';
import { changeDatabase } from './decide.ts';

/** `decide` gives the names of the files that it was about. */
export function holdCommand(
  key: 'hold.released' | 'hold.discarded',
  decide: (db: Db, ids: readonly string[], nowMs: number) => readonly string[],
): Command {
  return defineCommand({
    options: ['wait'],
    argument: { flags: '<snapshot...>', name: 'held' },
    async run(o, app, ids) {
      const { host, t } = app;
      const names = await changeDatabase(o.wait, app, (db) => decide(db, ids, host.now()));
      const lines = names.length === 0 ? [t('hold.none')] : names.map((file) => t(key, { file: cleanText(file) }));
      await print(`${lines.join('\n')}\n`, app);
    },
  });
}
