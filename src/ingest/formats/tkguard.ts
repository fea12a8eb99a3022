/** tkguard's own format (formats.md §0): a table, a JSON document, or a JSON row a line. */
import * as z from 'zod';
import { parseTime } from '../../domain/time.ts';
import { COLUMN_NAMES, COLUMNS, type ColumnName, NEEDED_COLUMNS } from '../columns.ts';
import { addProblem, type ProblemCode, stop } from '../findings.ts';
import type { Batch, JsonFormat, LinesFormat, ReadContext, TableFormat } from '../format.ts';
import { NO_INFO, rateFields } from '../format.ts';
import { cellText, isList, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { parseLines } from '../json-lines.ts';
import type { OwnRow } from '../own-rows.ts';
import { batchRows, checkHeader, columnsOfHeader, OwnRowReader, readOwnRows } from '../own-rows.ts';
import { askForUnit } from '../rate-style.ts';
import { type NumberedJson, numbered, objectsOf } from '../row.ts';

const OWN = {
  ...NO_INFO,
  gives: ['general', 'special', 'event', 'membership', 'state'],
  rates: rateFields({ rate: 'percent' }),
} as const;

/** Tab- and semicolon-separated too. */
export const tkguardTable: TableFormat = {
  ...OWN,
  kind: 'table',
  id: 'tkguard-csv',
  exampleName: '2026-11-20.csv',
  example: 'shop_id,plan_id,plan_type,rate,status\n1001,2001,special,4.50%,approved',
  recognizes: (header) =>
    columnsOfHeader(header).filter((column) => column && NEEDED_COLUMNS.includes(column)).length >= 2,
  meaningsOf: columnsOfHeader,
  read(header, rows, context) {
    checkHeader(header, NEEDED_COLUMNS);
    return batchRows(readOwnRows(header, rows, context), 'listed');
  },
};

/** `{"format":"tkguard/snapshot@1",…,"plans":[…]}`, or rows alone. */
export const tkguardJson: JsonFormat = {
  ...OWN,
  kind: 'json',
  id: 'tkguard-json',
  exampleName: '2026-11-20.json',
  example:
    '{"format":"tkguard/snapshot@1","plans":[{"shop_id":"1001","plan_id":"2001","plan_type":"special","rate":"4.50%","status":"approved"}]}',
  recognizes: (doc) =>
    (isObject(doc) && (SNAPSHOT_OF_ANY.test(textOf(doc.format)) || isOwnRow(doc) || isList(doc.plans))) ||
    (isList(doc) && isOwnRow(doc[0])),
  read(doc, context) {
    const head = isList(doc) ? rowsAlone(doc) : isOwnRow(doc) ? rowsAlone([doc]) : snapshotHead(doc, context);
    const rows = Array.from(ownRowsOf(numbered(head.rows), context), ({ account, capturedMs, reading }) => {
      return { account: account ?? head.account, capturedMs: capturedMs ?? head.capturedMs, reading };
    });
    return [...batchRows(rows, head.coverage)];
  },
};

export const tkguardNdjson: LinesFormat = {
  ...OWN,
  kind: 'lines',
  id: 'tkguard-ndjson',
  exampleName: '2026-11-20.ndjson',
  example:
    '{"shop_id":"1001","plan_id":"2001","plan_type":"special","rate":"4.50%"}\n{"shop_id":"1001","plan_id":"0","plan_type":"general","rate":"5.00%"}',
  recognizes: isOwnRow,
  read: (lines, context) => batchRows(ownRowsOf(parseLines(lines, context), context), 'listed'),
};

const SNAPSHOT = 'tkguard/snapshot@1';
const SNAPSHOT_OF_ANY = /^tkguard\/snapshot@(\d{1,6})$/;
const LISTS = ['listed', 'partial'] as const;

/** What stands beside the rows; these are read one by one. */
const HEAD = z.object({
  format: z.literal(SNAPSHOT).optional(),
  captured_at: z.unknown().optional(),
  account: z.unknown().optional(),
  coverage: z.enum(LISTS).nullish(),
  plans: z.custom<readonly Json[]>(Array.isArray),
});

interface Head {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly coverage: Batch['coverage'];
  readonly rows: readonly Json[];
}

function rowsAlone(rows: readonly Json[]): Head {
  return { account: null, capturedMs: null, coverage: 'listed', rows };
}

function snapshotHead(doc: Json, { latestMs, findings }: ReadContext): Head {
  const [found, version] = SNAPSHOT_OF_ANY.exec(isObject(doc) ? textOf(doc.format) : '') ?? [];
  if (found !== undefined && Number(version) > 1) return stop('newer-snapshot', { found, known: SNAPSHOT });
  const parsed = HEAD.safeParse(doc);
  const wrong = parsed.error?.issues.some(({ path }) => path[0] !== 'coverage');
  if (wrong || !isObject(doc)) return stop('not-this-format', { format: tkguardJson.id });
  const rows = doc.plans as readonly Json[];
  if (rows.length === 0) return stop('no-rows');
  const bad = (code: ProblemCode, field: string, expected = '') =>
    addProblem(findings.problems, code, 0, { field, found: cellText(doc[field]), expected });
  const written = cellText(doc.captured_at);
  const captured = written === '' ? null : parseTime(written);
  if (written !== '' && !captured) bad('bad-time', 'captured_at');
  if (captured && captured.ms > latestMs) bad('future-time', 'captured_at');
  if (!parsed.success) bad('bad-word', 'coverage', LISTS.join(', '));
  const coverage = parsed.data?.coverage ?? 'listed';
  return { account: textOf(doc.account).trim() || null, capturedMs: captured?.ms ?? null, coverage, rows };
}

function isOwnRow(value: Json | undefined): boolean {
  return isObject(value) && NEEDED_COLUMNS.filter((column) => keyOf(value, column) !== undefined).length >= 2;
}

/** The key under which a row has a column, in English or Chinese. */
function keyOf(row: JsonObject, column: ColumnName): string | undefined {
  if (Object.hasOwn(row, column)) return column;
  return COLUMNS[column].zh.find((name) => Object.hasOwn(row, name));
}

function* ownRowsOf(rows: Iterable<NumberedJson>, context: ReadContext): Generator<OwnRow> {
  const { findings } = context;
  const reader = new OwnRowReader(context, COLUMN_NAMES);
  for (const { value, line } of objectsOf(rows, findings)) {
    // An absent id is that of the general plan, and an absent rate says nothing.
    const absent = (['shop_id', 'plan_type'] as const).filter((column) => keyOf(value, column) === undefined);
    for (const field of absent) addProblem(findings.problems, 'needed', line, { field });
    if (absent.length > 0) continue;
    const cells = COLUMN_NAMES.map((column) => cellText(value[keyOf(value, column) ?? '']));
    const own = reader.read(cells, line);
    if (own) yield own;
  }
  askForUnit(findings);
}
