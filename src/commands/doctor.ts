/** `tkguard doctor`: looks at everything that a silent cron job may suffer from. */
import type { Command } from 'commander';
import { EXIT } from '../errors.ts';
import type { Level } from '../report/finding.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, addOutputOptions, outputFormat, writeReport } from './context.ts';

export function defineDoctor(program: Command, context: Context): void {
  addOutputOptions(addCommand(program, 'doctor', context.t), context.t).action((_options, self: Command) =>
    runDoctor(self.optsWithGlobals(), context),
  );
}

async function runDoctor(options: CommonOptions, context: Context): Promise<void> {
  const format = outputFormat(options);
  const { examine } = await import('./examine.ts');
  const findings = await examine(options, context);
  const { buildDoctorReport } = await import('../report/doctor-report.ts');
  const { host, t } = context;
  await writeReport(buildDoctorReport({ findings, generatedAtMs: host.now() }, t), format, host);
  const isFound = (level: Level) => findings.some((finding) => finding.level === level);
  if (isFound('problem')) context.setExitCode(EXIT.findings);
  if (isFound('damage')) context.setExitCode(EXIT.database);
}
