/** `tkguard paths`: where everything is. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { configPath } from '../config/config.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, addOutputOptions, databasePath, outputFormat, writeReport } from './context.ts';

export function definePaths(program: Command, context: Context): void {
  const { host, t } = context;
  addOutputOptions(addCommand(program, 'paths', t), t).action(async (_options, self: Command) => {
    const options: CommonOptions = self.optsWithGlobals();
    const format = outputFormat(options);
    const database = databasePath(options, context);
    const places = [
      { name: 'database', path: database },
      { name: 'backups', path: dirname(database) },
      { name: 'config', path: configPath(host).path },
    ] as const;
    const { buildPathsReport } = await import('../report/paths-report.ts');
    const paths = places.map(({ name, path }) => ({ name, path, exists: path !== null && host.exists(path) }));
    await writeReport(buildPathsReport({ paths }, t), format, host);
  });
}
