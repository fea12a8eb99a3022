/** Mappings as formats: their rows are read as tkguard's own (formats.md §0). */
import { isZeroRate } from '../domain/rate.ts';
import { cleanCell, isBlank } from './cells.ts';
import type { Column } from './columns.ts';
import { COLUMN_NAMES } from './columns.ts';
import { refuse, stopAtTooManyProblems } from './findings.ts';
import type { Format, FormatInfo, ReadContext } from './format.ts';
import { rateFields } from './format.ts';
import type { Json } from './json.ts';
import { at, cellText, isObject } from './json.ts';
import { parseLines } from './json-lines.ts';
import type { MappedPlan, Mapping } from './mapping.ts';
import { cleanNames, driftOf, formatIdOf, linkParameter, pathsOf, rowsAt, splitSource } from './mapping.ts';
import type { OwnRow } from './own-rows.ts';
import { batchRows, OwnRowReader } from './own-rows.ts';
import { notAnObject } from './row.ts';
import { wholeRows, widthOf } from './table-rows.ts';

/** The formats that read what a mapping was made for: one for tables; two for JSON whose rows may stand a line each. */
export function formatsOf(mapping: Mapping): readonly Format[] {
  const { name, rows: path, coverage } = mapping;
  const info: FormatInfo = {
    id: formatIdOf(name),
    gives: [],
    needs: [],
    exampleName: '',
    rates: mapping.plans.flatMap(({ columns, unit }) => (columns.rate ? rateFields({ [columns.rate]: unit }) : [])),
    addresses: [],
    example: '',
  };
  if (path === null) {
    const table: Format = {
      ...info,
      kind: 'table',
      recognizes: (header) => driftOf(mapping, header) === null,
      meaningsOf: (header) => header.map((known) => columnsFrom(mapping, cleanCell(known)).join(' ') || null),
      read: (header, rows, context) => {
        const read = tableReader(mapping, header.map(cleanCell), context);
        return batchRows(
          flatMap(wholeRows(rows, widthOf(header), context.findings), ({ cells, line }) => read(cells, line)),
          coverage,
        );
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
      if (rows === null) return refuse('not-this-format', { format: info.id });
      if (rows.length === 0) return refuse('no-rows');
      const read = jsonReader(mapping, context);
      return [
        ...batchRows(
          flatMap(rows.entries(), ([index, row]) => read(row, index + 1)),
          coverage,
        ),
      ];
    },
  };
  const lines: Format = {
    ...info,
    kind: 'lines',
    // The first line alone: the others may have keys that it has not, but none that is not known.
    recognizes: (line) => isObject(line) && driftOf({ ...mapping, plans: [] }, pathsOf([line])) === null,
    read(written, context) {
      const read = jsonReader(mapping, context);
      return batchRows(
        flatMap(parseLines(written, context), ({ value, line }) => read(value, line)),
        coverage,
      );
    },
  };
  return path === '.' ? [lines, document] : [document];
}

/** Columns of ours that are read from a column. */
function columnsFrom({ header, plans }: Mapping, name: string): Column[] {
  const names = cleanNames(header);
  const columns = plans.flatMap((plan) => Object.entries(plan.columns) as [Column, string][]);
  return [
    ...new Set(columns.filter(([, source]) => splitSource(source, names).name === name).map(([column]) => column)),
  ];
}

type RowReader<R> = (row: R, locator: number) => readonly OwnRow[];

function tableReader(mapping: Mapping, names: readonly string[], context: ReadContext): RowReader<readonly string[]> {
  return plansReader(mapping, names, context, (name) => {
    const index = names.indexOf(name);
    return (cells) => cells[index] ?? '';
  });
}

function jsonReader(mapping: Mapping, context: ReadContext): RowReader<Json> {
  const read = plansReader<Json>(mapping, cleanNames(mapping.header), context, (name) => {
    const path = name.split('.');
    return (row) => cellText(at(row, name) ?? at(row, ...path));
  });
  return (row, locator) => {
    stopAtTooManyProblems(context.findings);
    if (isObject(row)) return read(row, locator);
    context.findings.problems.push(notAnObject(row, locator));
    return [];
  };
}

/** `reach`: how a name's cell is had from a row. Of several plans in a row, one without an id and a rate is not there. */
function plansReader<R>(
  { plans }: Mapping,
  names: readonly string[],
  context: ReadContext,
  reach: (name: string) => (row: R) => string,
): RowReader<R> {
  const leftOut = { rows: 0 };
  const readers = plans.map((plan) => planReader(plan, names, context, reach));
  return (row, locator) =>
    readers.flatMap((read) => {
      const own = read(row, locator, plans.length > 1);
      if (own !== 'left-out') return own ?? [];
      if (leftOut.rows === 0) context.findings.notes.push({ code: 'left-out', args: leftOut });
      leftOut.rows += 1;
      return [];
    });
}

function planReader<R>(
  { columns, fixed, words, unit }: MappedPlan,
  names: readonly string[],
  context: ReadContext,
  reach: (name: string) => (row: R) => string,
): (row: R, locator: number, isOneOfMany: boolean) => OwnRow | 'left-out' | null {
  const own = new OwnRowReader(context, COLUMN_NAMES, {
    unit: unit ?? 'percent',
    nameOf: (column) => columns[column],
  });
  const cells = new Map<Column, (row: R) => string>();
  for (const [column, source] of Object.entries(columns) as [Column, string][]) {
    const { name, key } = splitSource(source, names);
    const cell = reach(name);
    cells.set(column, key === null ? cell : (row) => linkParameter(cell(row), key));
  }
  /** In our words; null: rows with this word are left out. */
  const wordOf = (column: Column, cell: string): string | null => {
    const list = words[column];
    const word = cleanCell(cell);
    return list && Object.hasOwn(list, word) ? (list[word] ?? null) : cell;
  };
  const worded = Object.keys(words) as Column[];
  return (row, locator, isOneOfMany) => {
    const raw = (column: Column) => cells.get(column)?.(row);
    const cell = (column: Column) => wordOf(column, raw(column) ?? fixed[column] ?? '') ?? '';
    if (isOneOfMany && isBlank(cell('plan_id')) && (isBlank(cell('rate')) || isZeroRate(cell('rate')))) return null;
    if (worded.some((column) => wordOf(column, raw(column) ?? '') === null)) return 'left-out';
    return own.read(COLUMN_NAMES.map(cell), locator);
  };
}

function* flatMap<A, B>(values: Iterable<A>, map: (value: A) => Iterable<B>): Generator<B> {
  for (const value of values) yield* map(value);
}
