/** `tkguard doctor`: looks at everything that a silent cron job may suffer from. */
import { EXIT } from '../errors.ts';
import type { Level } from '../report/doctor-report.ts';
import { buildDoctorReport } from '../report/doctor-report.ts';
import { writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { examine } from './examine.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: OUTPUT,
  async run(o, app) {
    const findings = await examine(app);
    await writeReport(buildDoctorReport({ findings, generatedAtMs: app.host.now() }, app.t), o.format, app);
    const isFound = (level: Level) => findings.some((finding) => finding.level === level);
    if (isFound('problem')) app.exitCode = EXIT.findings;
    if (isFound('damage')) app.exitCode = EXIT.database;
  },
});
