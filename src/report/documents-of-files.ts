/** Documents of what is imported: files, how they are read, snapshots, formats. */
import * as z from 'zod';
import { VERDICTS } from '../domain/question.ts';
import { COVERAGES, MEASURES } from '../domain/reading.ts';
import { count, FACT_KEYS, factShapes, flag, integer, list, text, time } from '../domain/shape.ts';
import { CAPTURED_FROM } from '../domain/snapshot.ts';
import { FILE_STATUSES } from '../import/outcome.ts';
import {
  atRisk,
  bothRates,
  coded,
  countsShape,
  documentOf,
  early,
  held,
  item,
  listOf,
  orderSpan,
  planName,
  reasons,
  shop,
  someRate,
  verdict,
} from './document-shapes.ts';

const unit = z.enum(['percent', 'basis-points', 'fraction']).nullable();

const orders = z.strictObject(orderSpan).nullable().describe('null: it is of plans');

const fileSnapshots = listOf({
  account: text,
  capturedAt: time,
  capturedFrom: z.enum(CAPTURED_FROM),
  coverage: z.enum(COVERAGES),
  rows: count,
  orders,
});
const problems = listOf({ code: text, locator: count, field: text, found: text, expected: text });
const knownSince = z.strictObject({ importedAt: time, capturedAt: time.nullable() }).nullable();
const changedVerdict = z.strictObject({
  account: text,
  shop: shop.omit({ keeperId: true }),
  plan: planName,
  from: verdict.nullable(),
  to: verdict.nullable(),
  stale: flag,
  ageMs: count.nullable().describe('age of the data when they were imported'),
  ...bothRates,
  reasons,
  ...atRisk,
  early,
});
const rateFields = listOf({
  field: text,
  unit: unit.describe('null: not known, so not read'),
  measure: z.enum(MEASURES),
});

const movedSum = z
  .strictObject({ lowFen: integer, highFen: integer })
  .meta({ description: 'proven, in fen: a loss is positive, a gain negative' });

export const sync = documentOf('sync', {
  generatedAt: time,
  asOf: time,
  dryRun: flag,
  summary: countsShape(...FILE_STATUSES, 'rows', 'changedRows', 'changes'),
  files: listOf({
    file: text,
    status: z.enum(FILE_STATUSES),
    format: text.nullable(),
    encoding: text.nullable(),
    snapshots: fileSnapshots,
    rows: count,
    changedRows: count,
    refusal: coded.nullable(),
    problems,
    notes: list(coded),
    knownSince,
  }),
  changes: list(changedVerdict),
  verdicts: countsShape(...VERDICTS)
    .nullable()
    .describe('of all joined plans; null: nothing new was imported'),
  moved: z
    .strictObject({
      lines: count.describe('known before, with a proven difference then or now'),
      before: movedSum.describe('of these lines'),
      after: movedSum,
    })
    .nullable()
    .describe('what was imported judges earlier order lines otherwise; null: none'),
  held,
  warnings: list(coded).describe('what did not stop the sync, but is not well'),
});

const sampleRow = z.strictObject({
  locator: count.describe('line of the file; in JSON, number of the row'),
  account: text.nullable(),
  capturedAt: time.nullable(),
  shop,
  item,
  plan: z.strictObject({ id: text, ...factShapes(...FACT_KEYS) }),
  rate: z
    .strictObject({
      ...someRate,
      measure: z.enum(MEASURES),
      cell: text.describe('as it stands in the file'),
      sales: count.nullable(),
    })
    .nullable(),
});
const proposal = z.strictObject({
  name: text,
  columns: listOf({
    source: text,
    column: text.nullable(),
    by: z.enum(['name', 'cells']).nullable(),
    unit: unit.describe('null: not certain'),
    unitBy: z.enum(['header', 'percent-sign']).nullable(),
    isIncome: flag.describe('a rate of income (commission and subsidy), which is never compared'),
    look: z.enum(['empty', 'percent', 'number', 'id', 'time', 'link', 'text']),
    filled: count,
    cells: count,
    lowest: text.nullable(),
    highest: text.nullable(),
    allWhole: flag,
    percentSigns: count,
    samples: list(text),
  }),
  mapping: z.looseObject({}).describe('as it stands in the configuration; "?" is for the user to fill'),
  fixed: listOf({ place: text, value: text, source: text }).describe(
    'values in it that are fixed by the name of a column',
  ),
  open: list(text),
});
export const inspect = documentOf('inspect', {
  generatedAt: time,
  summary: countsShape('readable', 'refused', 'unreadable', 'added', 'changed', 'gone', 'changes'),
  files: listOf({
    file: text,
    status: z.enum(['readable', 'known', 'skipped', 'held', 'refused', 'unreadable']),
    format: text.nullable(),
    encoding: text.nullable(),
    separator: text.nullable(),
    snapshots: fileSnapshots,
    rates: rateFields,
    columns: listOf({ name: text, column: text.nullable() }),
    rows: count,
    against: countsShape('added', 'changed', 'gone'),
    sample: list(sampleRow),
    refusal: coded.nullable(),
    problems,
    problemCount: count,
    notes: list(coded),
    knownSince,
    proposal: proposal.nullable(),
  }),
  ledger: z.enum(['none', 'read', 'unreadable']),
  ledgerReason: coded.nullable(),
  changes: list(changedVerdict),
});

export const snapshots = documentOf('snapshots', {
  snapshots: listOf({
    id: integer,
    capturedAt: time,
    capturedFrom: z.enum(CAPTURED_FROM),
    importedAt: time,
    account: text,
    format: text,
    coverage: z.enum(COVERAGES),
    rows: count,
    orders,
    file: text,
    encoding: text,
    sha256: text,
    held: coded.nullable(),
  }),
});

export const formats = documentOf('formats', {
  formats: listOf({
    id: text,
    kind: text,
    gives: list(text),
    needs: list(text),
    exampleName: text,
    rates: rateFields,
    addresses: list(text),
    example: text,
  }),
});
