/** `tkguard release` and `tkguard discard`: what becomes of snapshots that were held, or taken in by mistake. */
import { formatMinute } from '../domain/time.ts';
import type { DecidedFile } from '../store/holds.ts';
import { discardFiles, releaseFiles } from '../store/holds.ts';
import type { Db } from '../store/open.ts';
import { say } from './app.ts';
import { defineCommand } from './command.ts';
import { changeLedger } from './ledger.ts';

export const release = holdCommand('hold.released', releaseFiles);
export const discard = holdCommand('hold.discarded', discardFiles);

/** `decide` gives the files that it changed. A file with several snapshots lists them all. */
function holdCommand(
  key: 'hold.released' | 'hold.discarded',
  decide: (db: Db, ids: readonly string[], nowMs: number) => readonly DecidedFile[],
) {
  return defineCommand({
    options: ['wait'],
    argument: { flags: '<snapshot...>', name: 'held' },
    async run(o, app, ids) {
      const { host, t } = app;
      const files = await changeLedger(o.wait, app, (db) => decide(db, ids, host.now()));
      const lines = files.flatMap(({ name, snapshots }) => [
        t(key, { file: name }),
        ...(snapshots.length > 1
          ? snapshots.map(({ id, capturedMs }) => ({ text: `${id}  ${formatMinute(capturedMs, t.zone)}`, depth: 1 }))
          : []),
      ]);
      await say(files.length === 0 ? [t('hold.none')] : lines, app);
    },
  });
}
