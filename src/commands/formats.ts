/** `tkguard formats`: the formats that tkguard reads, those that everybody needs first; a table to fill in. */
import { TkguardError } from '../errors.ts';
import { itemSearch } from '../ingest/formats/item-search.ts';
import { joinedPlans } from '../ingest/formats/joined.ts';
import { FORMATS } from '../ingest/formats/registry.ts';
import { tkguardTable } from '../ingest/formats/tkguard.ts';
import { buildFormatsReport } from '../report/formats-report.ts';
import type { Line } from '../report/report.ts';
import { print, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';

const NEEDED = [joinedPlans, itemSearch];
const ORDERED = [...NEEDED, ...FORMATS.filter((format) => !NEEDED.some(({ id }) => id === format.id))];

export const command = defineCommand({
  options: ['template', ...OUTPUT],
  argument: { flags: '[format...]', name: 'formats', choices: ORDERED.map(({ id }) => id) },
  run: (o, app, ids) => {
    const { t } = app;
    if (o.template) {
      const [id = tkguardTable.id, ...more] = ids;
      if (id !== tkguardTable.id || more.length > 0)
        throw new TkguardError('bad-option', { option: '--template', value: ids.join(' '), expected: tkguardTable.id });
      // Excel takes a file without the mark for one in the language of Windows.
      return print(`\ufeff${t('formats.template')}\n`, app);
    }
    const isBrief = ids.length === 0;
    const formats = isBrief ? ORDERED : ORDERED.filter((format) => ids.includes(format.id));
    const notes: Line[] = isBrief ? [t('formats.needed')] : [];
    return writeReport({ ...buildFormatsReport(formats, isBrief, t), notes }, o.format, app);
  },
});
