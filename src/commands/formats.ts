/** `tkguard formats`: what can be read, and where one gets it. */
import type { Command } from 'commander';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, addOutputOptions, outputFormat, writeReport } from './context.ts';

export function defineFormats(program: Command, context: Context): void {
  const { host, t } = context;
  const command = addCommand(program, 'formats', t);
  addOutputOptions(command, t).action(async (_options, self: Command) => {
    const format = outputFormat(self.optsWithGlobals<CommonOptions>());
    const { FORMATS } = await import('../ingest/formats/registry.ts');
    const { buildFormatsReport } = await import('../report/formats-report.ts');
    await writeReport(buildFormatsReport({ formats: FORMATS }, t), format, host);
  });
}
