/** `tkguard backup` makes a checked copy of the database; `tkguard restore` puts one in its place. */
import { basename } from 'node:path';
import { formatStamp } from '../domain/time.ts';
import { bytesText } from '../report/values.ts';
import { backUp, restoreBackup } from '../store/backup.ts';
import { databasePath, say } from './app.ts';
import { defineCommand } from './command.ts';

export const backup = defineCommand({
  options: [],
  argument: { flags: '[path]', name: 'backup' },
  async run(_, app, [target = null]) {
    const path = databasePath(app);
    const copy = await backUp(path, target, `${basename(path)}.${formatStamp(app.host.now())}.backup`);
    await say([app.t('backup.done', { path: copy.path, size: bytesText(copy.bytes) })], app);
  },
});

export const restore = defineCommand({
  options: ['wait'],
  argument: { flags: '<file>', name: 'restore' },
  async run(o, app, [file = '']) {
    const { host, t } = app;
    const path = databasePath(app);
    const kept = await restoreBackup(file, path, `${path}.before-restore-${formatStamp(host.now())}`, o.wait);
    const lines = [t('restore.done', { path, file })];
    if (kept !== null) lines.push(t('restore.kept', { path: kept }));
    await say(lines, app);
  },
});
