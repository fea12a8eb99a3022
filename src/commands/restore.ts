/** `tkguard restore`: a backup in the place of the database, which is kept. */
import { formatStamp } from '../domain/time.ts';
import { cleanText } from '../report/sanitize.ts';
import { restoreBackup } from '../store/backup.ts';
import { databasePath, print } from './app.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: ['wait'],
  argument: { flags: '<file>', name: 'restore' },
  async run(o, app, [file = '']) {
    const { host, t } = app;
    const path = databasePath(app);
    const kept = await restoreBackup(file, path, `${path}.before-restore-${formatStamp(host.now())}`, o.wait);
    const lines = [t('restore.done', { path: cleanText(path), file: cleanText(file) })];
    if (kept !== null) lines.push(t('restore.kept', { path: cleanText(kept) }));
    await print(`${lines.join('\n')}\n`, app);
  },
});
