/** `tkguard snapshots`: what has been imported. */
import type { Command } from 'commander';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, addOutputOptions, outputFormat, readLedger, writeReport } from './context.ts';

export function defineSnapshots(program: Command, context: Context): void {
  const { host, t } = context;
  const command = addCommand(program, 'snapshots', t).option('--account <name>', t('help.option.account'));
  addOutputOptions(command, t).action(async (_options, self: Command) => {
    const options: CommonOptions = self.optsWithGlobals();
    const format = outputFormat(options);
    const { listSnapshots } = await import('../store/list-snapshots.ts');
    const snapshots = await readLedger(options, context, Number.MAX_SAFE_INTEGER, (db) =>
      listSnapshots(db, options.account ?? null),
    );
    const { buildSnapshotsReport } = await import('../report/snapshots-report.ts');
    await writeReport(buildSnapshotsReport({ snapshots }, t), format, host);
  });
}
