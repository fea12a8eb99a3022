/** tkguard's own JSON and NDJSON (formats.md §0): `{"format":"tkguard/snapshot@1",…,"plans":[…]}`, a bare array of rows, or a row a line. */
import { parseTime } from '../../domain/time.ts';
import type { Refusal } from '../findings.ts';
import { isRefusal, refuse, stopAtTooManyProblems } from '../findings.ts';
import type { Batch, JsonFormat, LinesFormat, ReadContext, TextLine } from '../format.ts';
import { rateField } from '../format.ts';
import type { Json, JsonObject } from '../json.ts';
import { cellText, isList, isObject, textOf } from '../json.ts';
import { notAnObject } from '../json-cells.ts';
import { parseLines } from '../json-lines.ts';
import type { Column, OwnRow } from './own-row.ts';
import { batchRows, COLUMN_NAMES, COLUMNS, NEEDED_COLUMNS } from './own-row.ts';
import { OwnRowReader } from './own-row-reader.ts';

const SNAPSHOT = 'tkguard/snapshot@1';
const SNAPSHOT_OF_ANY = /^tkguard\/snapshot@(\d{1,6})$/;
const GIVES = ['general', 'special', 'event', 'membership', 'state'] as const;

function isOwnRow(value: Json | undefined): boolean {
  return isObject(value) && NEEDED_COLUMNS.filter((column) => keyOf(value, column) !== undefined).length >= 2;
}

/** The key under which a row has a column, in English or Chinese. */
function keyOf(row: JsonObject, column: Column): string | undefined {
  if (Object.hasOwn(row, column)) return column;
  for (const name of COLUMNS[column]) if (Object.hasOwn(row, name)) return name;
  return undefined;
}

/** Reads rows one after the other; notes what is wrong with a row and gives null. */
export function makeJsonReader(context: ReadContext): (value: Json, locator: number) => OwnRow | null {
  const reader = new OwnRowReader(context, COLUMN_NAMES);
  const { problems } = context.findings;
  return (value, locator) => {
    stopAtTooManyProblems(context.findings);
    if (!isObject(value)) {
      problems.push(notAnObject(value, locator));
      return null;
    }
    const absent = NEEDED_COLUMNS.filter((column) => column !== 'plan_id' && keyOf(value, column) === undefined);
    for (const field of absent) problems.push({ code: 'needed', locator, field, found: '', expected: '' });
    if (absent.length > 0) return null;
    return reader.read(
      COLUMN_NAMES.map((column) => cellText(value[keyOf(value, column) ?? ''])),
      locator,
    );
  };
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
    const read = makeJsonReader(context);
    const rows = head.rows.flatMap((value, index) => {
      const row = read(value, index + 1);
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

function* readRows(lines: Iterable<TextLine>, context: ReadContext): Generator<OwnRow> {
  const read = makeJsonReader(context);
  for (const { value, line } of parseLines(lines, context)) {
    const row = read(value, line);
    if (row) yield row;
  }
}
