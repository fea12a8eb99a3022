/** `tkguard release` and `tkguard discard`: what becomes of snapshots that were held, or imported by mistake. */
import { deedOf } from '../report/done-report.ts';
import { type DecidedFile, discardFiles, releaseFiles } from '../store/holds.ts';
import type { Db } from '../store/open.ts';
import { writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { changeLedger } from './ledger.ts';
import { OUTPUT } from './options.ts';

export const release = holdCommand('hold.released', releaseFiles, 'resolved');
export const discard = holdCommand('hold.discarded', discardFiles, 'withdrawn');

/** `decide` gives the files that it changed. A file with several snapshots lists them all. */
function holdCommand(
  key: 'hold.released' | 'hold.discarded',
  decide: (db: Db, ids: readonly string[], nowMs: number) => readonly DecidedFile[],
  ends: 'resolved' | 'withdrawn',
) {
  return defineCommand({
    options: ['wait', ...OUTPUT],
    argument: { flags: '<snapshot...>', name: 'held' },
    async run(o, app, ids) {
      const { host, t } = app;
      const files = await changeLedger(o.wait, app, (db) => decide(db, ids, host.now()), ends);
      const done = files.map(({ name, snapshots }) =>
        deedOf(t, key, { file: name, snapshots: snapshots.map(({ id }) => id).join(', ') }),
      );
      await writeDone(done, o.format, app, t('hold.none'));
    },
  });
}
