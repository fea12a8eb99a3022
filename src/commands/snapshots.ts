/** `tkguard snapshots`: what has been imported. */
import { buildSnapshotsReport } from '../report/snapshots-report.ts';
import { listSnapshots } from '../store/list-snapshots.ts';
import { writeReport } from './app.ts';
import { askLedger } from './ask.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: ['account', ...OUTPUT],
  async run(o, app) {
    const list = ({ db }: { db: Parameters<typeof listSnapshots>[0] }) => listSnapshots(db, o.account ?? null);
    const snapshots = await askLedger(o, Number.MAX_SAFE_INTEGER, app, list);
    await writeReport(buildSnapshotsReport({ snapshots }, app.t), o.format, app);
  },
});
