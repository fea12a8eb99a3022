/** `tkguard formats`: the formats that tkguard reads. */
import { FORMATS } from '../ingest/formats/registry.ts';
import { buildFormatsReport } from '../report/formats-report.ts';
import { writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: OUTPUT,
  run: (o, app) => writeReport(buildFormatsReport(FORMATS, app.t), o.format, app),
});
