/** `tkguard export`: the whole ledger as text that tkguard, and anything else, can read; or as tables in PostgreSQL. */
import { closeSync, existsSync, fstatSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { ioErrorOf, TkguardError } from '../errors.ts';
import { deedOf } from '../report/done-report.ts';
import { bytesText } from '../report/values.ts';
import { exportText } from '../store/export-ledger.ts';
import { openForReading } from '../store/open.ts';
import { needFolderOf } from '../store/place-file.ts';
import { databasePath, print, writeDone } from './app.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: ['output', 'orders', 'to', 'json'],
  async run(o, app) {
    const format = o.json ? 'json' : 'table';
    const db = openForReading(databasePath(app));
    try {
      if (o.to !== undefined) {
        const { exportTables } = await import('./export-tables.ts');
        return await writeDone([await exportTables(db, o.to, app)], format, app);
      }
      const text = exportText(db, o.orders === true);
      if (o.output === undefined) for (const chunk of text) await print(chunk, app);
      else {
        const size = bytesText(writeNewFile(o.output, text));
        await writeDone([deedOf(app.t, 'export.done', { path: o.output, size })], format, app);
      }
    } finally {
      db.close();
    }
  },
});

/** Makes a new file that only its owner may read; gives its bytes. Removes it if writing fails. */
function writeNewFile(path: string, chunks: Iterable<string>): number {
  if (existsSync(path)) throw new TkguardError('file-exists', { path });
  needFolderOf(path);
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    throw ioErrorOf(path, error);
  }
  try {
    for (const chunk of chunks) writeFileSync(fd, chunk);
    return fstatSync(fd).size;
  } catch (error) {
    rmSync(path, { force: true });
    throw ioErrorOf(path, error);
  } finally {
    closeSync(fd);
  }
}
