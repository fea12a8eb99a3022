/** `tkguard export`: the whole ledger as text that tkguard, and anything else, can read. */
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { TkguardError } from '../errors.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, databasePath, writeAnswer } from './context.ts';

interface ExportOptions extends CommonOptions {
  readonly output?: string;
}

export function defineExport(program: Command, context: Context): void {
  addCommand(program, 'export', context.t)
    .option('--output <file>', context.t('help.option.output'))
    .action((_options, self: Command) => runExport(self.optsWithGlobals(), context));
}

async function runExport(options: ExportOptions, context: Context): Promise<void> {
  const path = databasePath(options, context);
  const { openForReading } = await import('../store/open.ts');
  const db = openForReading(path);
  try {
    const { exportText } = await import('../store/export-ledger.ts');
    // All lines are of one moment, also while a sync is running.
    db.exec('BEGIN');
    const text = exportText(db);
    if (options.output === undefined) for (const chunk of text) await writeAnswer(chunk, context.host);
    else await writeNewFile(options.output, text);
  } finally {
    db.close();
  }
}

/** For the user alone; never over another file; a file that could not be finished is removed. */
async function writeNewFile(path: string, chunks: Iterable<string>): Promise<void> {
  if (existsSync(path)) throw new TkguardError('file-exists', { path });
  const failed = (error: unknown) => {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return new TkguardError('io', { path, reason: error.message });
  };
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    throw failed(error);
  }
  try {
    for (const chunk of chunks) writeFileSync(fd, chunk);
  } catch (error) {
    rmSync(path, { force: true });
    throw failed(error);
  } finally {
    closeSync(fd);
  }
}
