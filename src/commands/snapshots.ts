/** `tkguard snapshots`: what has been imported. */
import { buildSnapshotsReport } from '../report/snapshots-report.ts';
import { listSnapshots } from '../store/captures.ts';
import { writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { askLedger, type Ledger } from './ledger.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: ['account', ...OUTPUT],
  async run(o, app) {
    const ask = ({ db }: Ledger) => listSnapshots(db, o.account ?? null);
    const snapshots = await askLedger(o, Number.MAX_SAFE_INTEGER, app, ask);
    await writeReport(buildSnapshotsReport(snapshots, app.t), o.format, app);
  },
});
