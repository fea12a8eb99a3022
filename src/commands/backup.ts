/** `tkguard backup` makes a checked copy of the database; `tkguard restore` puts one in its place. */
import { basename } from 'node:path';
import { formatStamp } from '../domain/time.ts';
import { deedOf } from '../report/done-report.ts';
import { bytesText } from '../report/values.ts';
import { backUp, restoreBackup } from '../store/backup.ts';
import { databasePath, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';

export const backup = defineCommand({
  options: OUTPUT,
  argument: { flags: '[path]', name: 'backup' },
  async run(o, app, [target = null]) {
    const path = databasePath(app);
    const copy = await backUp(path, target, `${basename(path)}.${formatStamp(app.host.now())}.backup`);
    const done = deedOf(app.t, 'backup.done', { path: copy.path, size: bytesText(copy.bytes) });
    await writeDone([done], o.format, app);
  },
});

export const restore = defineCommand({
  options: ['wait', ...OUTPUT],
  argument: { flags: '<file>', name: 'restore' },
  async run(o, app, [file = '']) {
    const { host, t } = app;
    const path = databasePath(app);
    const kept = await restoreBackup(file, path, `${path}.before-restore-${formatStamp(host.now())}`, o.wait);
    const done = [deedOf(t, 'restore.done', { path, file })];
    if (kept !== null) done.push(deedOf(t, 'restore.kept', { path: kept }));
    await writeDone(done, o.format, app);
  },
});
