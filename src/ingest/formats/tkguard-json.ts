/** tkguard's own JSON and NDJSON (formats.md §0): `{"format":"tkguard/snapshot@1",…,"plans":[…]}`, a bare array of rows, or a row a line. */
import { parseTime } from '../../domain/time.ts';
import type { Refusal } from '../findings.ts';
import { isRefusal, refuse, stopAtTooManyProblems } from '../findings.ts';
import type { LineShape } from '../flat-lines.ts';
import { shapeOf } from '../flat-lines.ts';
import type { Batch, JsonFormat, LinesFormat, ReadContext, TextLine } from '../format.ts';
import { rateField } from '../format.ts';
import type { Json, JsonObject } from '../json.ts';
import { at, cellText, isList, isObject, textOf } from '../json.ts';
import { notAnObject } from '../json-cells.ts';
import { parseLines } from '../json-lines.ts';
import type { TableRow } from '../scan-table.ts';
import { rememberRows } from './own-parts.ts';
import type { Column, OwnRow } from './own-row.ts';
import { batchRows, COLUMNS, NEEDED_COLUMNS, readOwnRow } from './own-row.ts';

const SNAPSHOT = 'tkguard/snapshot@1';
const SNAPSHOT_OF_ANY = /^tkguard\/snapshot@(\d{1,6})$/;
const GIVES = ['general', 'special', 'event', 'membership', 'state'] as const;

function isOwnRow(value: Json | undefined): boolean {
  return isObject(value) && NEEDED_COLUMNS.filter((column) => keyOf(value, column) !== undefined).length >= 2;
}

const KEYS = new Map(Object.entries(COLUMNS).map(([column, names]) => [column, [column, ...names]]));

/** The key under which a row has a column, in English or Chinese. */
function keyOf(row: JsonObject, column: Column): string | undefined {
  return KEYS.get(column)?.find((name) => Object.hasOwn(row, name));
}

/** The columns that a row cannot do without, and this has not. */
function lacking(value: JsonObject): readonly Column[] {
  return NEEDED_COLUMNS.filter((column) => keyOf(value, column) === undefined && column !== 'plan_id');
}

/** Reads a row, or notes what is wrong with it and gives null. */
export function readJsonRow(value: Json, locator: number, context: ReadContext): OwnRow | null {
  stopAtTooManyProblems(context.findings);
  if (!isObject(value)) {
    context.findings.problems.push(notAnObject(value, locator));
    return null;
  }
  const absent = lacking(value);
  for (const field of absent)
    context.findings.problems.push({ code: 'needed', locator, field, found: '', expected: '' });
  if (absent.length > 0) return null;
  return readOwnRow((column) => cellText(at(value, keyOf(value, column) ?? '')), locator, context);
}

export const tkguardJson: JsonFormat = {
  kind: 'json',
  id: 'tkguard-json',
  gives: GIVES,
  needs: [],
  exampleName: '2026-11-20.json',
  rates: [rateField('rate', 'percent')],
  addresses: [],
  example:
    '{"format":"tkguard/snapshot@1","plans":[{"shop_id":"1001","plan_id":"2001","plan_type":"special","rate":"4.50%","status":"approved"}]}',
  recognizes: (doc) =>
    (isObject(doc) && (SNAPSHOT_OF_ANY.test(textOf(doc.format)) || isOwnRow(doc) || isList(doc.plans))) ||
    (isList(doc) && isOwnRow(doc[0])),
  read(doc, context) {
    const head = snapshotHead(doc, context);
    if (isRefusal(head)) return head;
    const rows = head.rows.flatMap((value, index) => {
      const row = readJsonRow(value, index + 1, context);
      return row
        ? [{ ...row, account: row.account ?? head.account, capturedMs: row.capturedMs ?? head.capturedMs }]
        : [];
    });
    return [...batchRows(rows, head.coverage)];
  },
};

interface Head {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly coverage: Batch['coverage'];
  readonly rows: readonly Json[];
}

function snapshotHead(doc: Json, context: ReadContext): Head | Refusal {
  if (isList(doc)) return { account: null, capturedMs: null, coverage: 'listed', rows: doc };
  if (!isObject(doc)) return refuse('not-this-format', { format: tkguardJson.id });
  if (isOwnRow(doc)) return { account: null, capturedMs: null, coverage: 'listed', rows: [doc] };
  const [found, version] = SNAPSHOT_OF_ANY.exec(textOf(doc.format)) ?? [];
  if (found !== undefined && Number(version) > 1) return refuse('newer-snapshot', { found, known: SNAPSHOT });
  if (!isList(doc.plans) || (doc.format !== undefined && doc.format !== SNAPSHOT))
    return refuse('not-this-format', { format: tkguardJson.id });
  if (doc.plans.length === 0) return refuse('no-rows');
  const text = cellText(doc.captured_at);
  const captured = text === '' ? null : parseTime(text);
  const problem = { locator: 0, field: 'captured_at', found: text, expected: '' };
  if (text !== '' && !captured) context.findings.problems.push({ code: 'bad-time', ...problem });
  if (captured && captured.ms > context.latestMs) context.findings.problems.push({ code: 'future-time', ...problem });
  const coverage = doc.coverage ?? 'listed';
  if (coverage !== 'listed' && coverage !== 'partial') {
    context.findings.problems.push({
      code: 'bad-word',
      locator: 0,
      field: 'coverage',
      found: cellText(coverage),
      expected: 'listed partial',
    });
  }
  return {
    account: textOf(doc.account).trim() || null,
    capturedMs: captured?.ms ?? null,
    coverage: coverage === 'partial' ? 'partial' : 'listed',
    rows: doc.plans,
  };
}

export const tkguardNdjson: LinesFormat = {
  kind: 'lines',
  id: 'tkguard-ndjson',
  gives: GIVES,
  needs: [],
  exampleName: '2026-11-20.ndjson',
  rates: [rateField('rate', 'percent')],
  addresses: [],
  example:
    '{"shop_id":"1001","plan_id":"2001","plan_type":"special","rate":"4.50%"}\n{"shop_id":"1001","plan_id":"0","plan_type":"general","rate":"5.00%"}',
  recognizes: (firstLine) => isOwnRow(firstLine),
  read: (lines, context) => batchRows(readRows(lines, context), 'listed'),
};

/** Lines that are written alike are read as rows of a table whose columns are their keys. */
function* readRows(lines: Iterable<TextLine>, context: ReadContext): Generator<OwnRow> {
  let shapes: readonly FlatRows[] = [];
  for (const line of lines) {
    const flat = readFlat(shapes, line, context);
    if (flat !== undefined) {
      if (flat !== null) yield flat;
      continue;
    }
    for (const { value } of parseLines([line], context)) {
      const row = readJsonRow(value, line.line, context);
      if (row) yield row;
      const shape = isObject(value) ? flatRowsOf(line.text, value, context) : null;
      if (shape) shapes = [shape, ...shapes.slice(0, MOST_SHAPES - 1)];
    }
  }
}

/** Rows without a value may lack its key, so that one file has several shapes. */
const MOST_SHAPES = 8;

interface FlatRows {
  readonly shape: LineShape;
  readonly read: (row: TableRow) => OwnRow | null;
}

/** undefined: no shape fits. */
function readFlat(
  shapes: readonly FlatRows[],
  { line, text }: TextLine,
  context: ReadContext,
): OwnRow | null | undefined {
  for (const { shape, read } of shapes) {
    const flat = shape.read(text);
    if (flat === null) continue;
    stopAtTooManyProblems(context.findings);
    const { cells, before, again } = flat;
    return read({ line, cells, openQuote: false, before, again });
  }
  return undefined;
}

/** null: the line is not flat, or lacks what every row must have. */
function flatRowsOf(text: string, value: JsonObject, context: ReadContext): FlatRows | null {
  const shape = lacking(value).length === 0 && !Object.hasOwn(value, '') ? shapeOf(text, value) : null;
  if (!shape) return null;
  const columns = Object.keys(COLUMNS) as Column[];
  const indexes = new Map(
    columns.flatMap((column) => {
      const key = keyOf(value, column);
      return key === undefined ? [] : [[column, shape.keys.indexOf(key)]];
    }),
  );
  const cellOf = (cells: readonly string[]) => (column: Column) => cells[indexes.get(column) ?? -1] ?? '';
  const read = rememberRows(indexes, cellOf, (cell, locator) => readOwnRow(cell, locator, context));
  return { shape, read };
}
