/** `tkguard backup`: a checked copy of the database, made while others work with it. */
import { basename } from 'node:path';
import { formatStamp } from '../domain/time.ts';
import { cleanText } from '../report/sanitize.ts';
import { bytesText } from '../report/values.ts';
import { backUp } from '../store/backup.ts';
import { databasePath, print } from './app.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: [],
  argument: { flags: '[path]', name: 'backup' },
  async run(_, app, [target = null]) {
    const path = databasePath(app);
    const copy = await backUp(path, target, `${basename(path)}.${formatStamp(app.host.now())}.backup`);
    const said = { path: cleanText(copy.path), size: bytesText(copy.bytes) };
    await print(`${app.t('backup.done', said)}\n`, app);
  },
});
