/** Mappings as formats: their rows are read as tkguard's own (formats.md §0). */
import { isZeroRate } from '../domain/rate.ts';
import { cleanCell, isBlank } from './cells.ts';
import { COLUMN_NAMES, type ColumnName } from './columns.ts';
import { stop } from './findings.ts';
import { type Format, type FormatInfo, NO_INFO, type ReadContext, rateFields } from './format.ts';
import { isObject } from './json.ts';
import { parseLines } from './json-lines.ts';
import type { MappedPlan, Mapping } from './mapping.ts';
import { cellAt, cleanNames, driftOf, formatIdOf, linkParameter, pathsOf, rowsAt, splitSource } from './mapping.ts';
import { batchRows, type OwnRow, OwnRowReader } from './own-rows.ts';
import { type NumberedJson, numbered, objectsOf } from './row.ts';
import { wholeRows } from './table-rows.ts';

/** The formats that read what a mapping was made for: one for tables; two for JSON whose rows may stand a line each. */
export function formatsOf(mapping: Mapping): readonly Format[] {
  const { rows: path, coverage } = mapping;
  const info: FormatInfo = {
    ...NO_INFO,
    id: formatIdOf(mapping.name),
    gives: [],
    exampleName: '',
    rates: mapping.plans.flatMap(({ columns, unit }) => (columns.rate ? rateFields({ [columns.rate]: unit }) : [])),
    example: '',
  };
  if (path === null) {
    const table: Format = {
      ...info,
      kind: 'table',
      recognizes: (header) => driftOf(mapping, header) === null,
      meaningsOf: (header) => header.map((known) => columnsFrom(mapping, cleanCell(known)).join(' ') || undefined),
      read: (header, rows, context) => {
        const names = header.map(cleanCell);
        // Of equal names the first counts.
        const places = new Map(names.map((name, index) => [name, index] as const).reverse());
        const read = rowReader(mapping, names, context);
        function* ownRows() {
          for (const { cells, line } of wholeRows(header, rows, context.findings))
            yield* read((name) => cells[places.get(name) ?? -1] ?? '', line);
        }
        return batchRows(ownRows(), coverage);
      },
    };
    return [table];
  }
  const document: Format = {
    ...info,
    kind: 'json',
    recognizes(doc) {
      const rows = rowsAt(doc, path);
      return rows !== null && driftOf(mapping, pathsOf(rows)) === null;
    },
    read(doc, context) {
      const rows = rowsAt(doc, path);
      if (rows === null) return stop('not-this-format', { format: info.id });
      if (rows.length === 0) stop('no-rows');
      return [...batchRows(jsonRows(mapping, numbered(rows), context), coverage)];
    },
  };
  const lines: Format = {
    ...info,
    kind: 'lines',
    // The first line alone: the others may have keys that it has not, but none that is not known.
    recognizes: (line) => isObject(line) && driftOf({ ...mapping, plans: [] }, pathsOf([line])) === null,
    read: (written, context) => batchRows(jsonRows(mapping, parseLines(written, context), context), coverage),
  };
  return path === '.' ? [lines, document] : [document];
}

/** Columns of ours that are read from a column. */
function columnsFrom({ header, plans }: Mapping, name: string): ColumnName[] {
  const names = cleanNames(header);
  const columns = plans.flatMap((plan) => Object.entries(plan.columns) as [ColumnName, string][]);
  const read = columns.filter(([, source]) => splitSource(source, names).name === name);
  return [...new Set(read.map(([column]) => column))];
}

function* jsonRows(mapping: Mapping, rows: Iterable<NumberedJson>, context: ReadContext): Generator<OwnRow> {
  const read = rowReader(mapping, cleanNames(mapping.header), context);
  for (const { value, line } of objectsOf(rows, context.findings)) yield* read((path) => cellAt(value, path), line);
}

/** Gives the cell under a name, or a path. */
type CellOf = (name: string) => string;

/** Of several plans in a row, one without an id and a rate is not there. */
function rowReader(
  { plans }: Mapping,
  names: readonly string[],
  context: ReadContext,
): (cellOf: CellOf, locator: number) => readonly OwnRow[] {
  const leftOut = { rows: 0 };
  const readers = plans.map((plan) => planReader(plan, names, context));
  return (cellOf, locator) =>
    readers.flatMap((read) => {
      const own = read(cellOf, locator, plans.length > 1);
      if (own !== 'left-out') return own ?? [];
      if (leftOut.rows === 0) context.findings.notes.push({ code: 'left-out', args: leftOut });
      leftOut.rows += 1;
      return [];
    });
}

function planReader({ columns, fixed, words, unit }: MappedPlan, names: readonly string[], context: ReadContext) {
  const rules = { unit: unit ?? 'percent', nameOf: (column: ColumnName) => columns[column] };
  const own = new OwnRowReader(context, COLUMN_NAMES, rules);
  const sources = new Map(
    Object.entries(columns).map(([column, source]) => [column as ColumnName, splitSource(source, names)] as const),
  );
  /** In our words; null: rows with this word are left out. */
  const wordOf = (column: ColumnName, cell: string): string | null => {
    const list = words[column];
    const word = cleanCell(cell);
    return list && Object.hasOwn(list, word) ? (list[word] ?? null) : cell;
  };
  const worded = Object.keys(words) as ColumnName[];
  return (cellOf: CellOf, locator: number, isOneOfMany: boolean): OwnRow | 'left-out' | null => {
    const raw = (column: ColumnName) => {
      const { name, key } = sources.get(column) ?? {};
      if (name === undefined) return undefined;
      return typeof key === 'string' ? linkParameter(cellOf(name), key) : cellOf(name);
    };
    const cell = (column: ColumnName) => wordOf(column, raw(column) ?? fixed[column] ?? '') ?? '';
    if (isOneOfMany && isBlank(cell('plan_id')) && (isBlank(cell('rate')) || isZeroRate(cell('rate')))) return null;
    if (worded.some((column) => wordOf(column, raw(column) ?? '') === null)) return 'left-out';
    return own.read(COLUMN_NAMES.map(cell), locator);
  };
}
