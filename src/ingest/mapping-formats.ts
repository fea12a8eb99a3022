/** Mappings as formats: their rows are read as tkguard's own (formats.md §0). */
import { isZeroRate } from '../domain/rate.ts';
import { cleanCell, isBlank } from './cells.ts';
import { refuse, stopAtTooManyProblems } from './findings.ts';
import type { Format, JsonFormat, LinesFormat, RateField, ReadContext, TableFormat } from './format.ts';
import { rateField } from './format.ts';
import type { Column, OwnRow } from './formats/own-row.ts';
import { batchRows, COLUMN_NAMES } from './formats/own-row.ts';
import { OwnRowReader } from './formats/own-row-reader.ts';
import { wholeRows } from './formats/own-table.ts';
import type { Json } from './json.ts';
import { at, cellText, isList, isObject } from './json.ts';
import { notAnObject } from './json-cells.ts';
import { parseLines } from './json-lines.ts';
import type { MappedPlan, Mapping } from './mapping.ts';
import { cleanNames, driftOf, formatIdOf, linkParameter, splitSource } from './mapping.ts';

/** The formats that read what a mapping was made for: one for tables; two for JSON whose rows may stand a line each. */
export function formatsOf(mapping: Mapping): readonly Format[] {
  if (mapping.rows === null) return [tableFormat(mapping)];
  return mapping.rows === '.' ? [linesFormat(mapping), jsonFormat(mapping)] : [jsonFormat(mapping)];
}

function infoOf({ name, plans }: Mapping) {
  const rates = plans.flatMap(({ columns, unit }): RateField[] =>
    columns.rate === undefined ? [] : [rateField(columns.rate, unit)],
  );
  return { id: formatIdOf(name), gives: [], needs: [], exampleName: '', rates, addresses: [], example: '' };
}

function tableFormat(mapping: Mapping): TableFormat {
  return {
    ...infoOf(mapping),
    kind: 'table',
    recognizes: (header) => driftOf(mapping, header) === null,
    meaningsOf: (header) => header.map((name) => columnsFrom(mapping, cleanCell(name)).join(' ') || null),
    read(header, rows, context) {
      const names = header.map(cleanCell);
      const width = names.findLastIndex((name) => name !== '') + 1;
      const readers = mapping.plans.map((plan) =>
        planReader(plan, names, (name) => {
          const index = names.indexOf(name);
          return (cells: readonly string[]) => cells[index] ?? '';
        }),
      );
      const read = rowsReader(readers, context);
      return batchRows(
        flatMap(wholeRows(rows, width, context), ({ cells, line }) => read(cells, line)),
        mapping.coverage,
      );
    },
  };
}

function jsonFormat(mapping: Mapping): JsonFormat {
  return {
    ...infoOf(mapping),
    kind: 'json',
    recognizes(doc) {
      const rows = rowsAt(doc, mapping.rows ?? '.');
      return rows !== null && driftOf(mapping, pathsOf(rows)) === null;
    },
    read(doc, context) {
      const rows = rowsAt(doc, mapping.rows ?? '.');
      if (rows === null) return refuse('not-this-format', { format: formatIdOf(mapping.name) });
      if (rows.length === 0) return refuse('no-rows');
      const read = jsonReader(mapping, context);
      return [
        ...batchRows(
          flatMap(rows.entries(), ([index, row]) => read(row, index + 1)),
          mapping.coverage,
        ),
      ];
    },
  };
}

function linesFormat(mapping: Mapping): LinesFormat {
  return {
    ...infoOf(mapping),
    kind: 'lines',
    // The first line alone: the others may have keys that it has not, but none that is not known.
    recognizes: (firstLine) => isObject(firstLine) && driftOf({ ...mapping, plans: [] }, pathsOf([firstLine])) === null,
    read(lines, context) {
      const read = jsonReader(mapping, context);
      return batchRows(
        flatMap(parseLines(lines, context), ({ value, line }) => read(value, line)),
        mapping.coverage,
      );
    },
  };
}

function jsonReader(mapping: Mapping, context: ReadContext): (row: Json, locator: number) => readonly OwnRow[] {
  const names = cleanNames(mapping.header);
  const readers = mapping.plans.map((plan) =>
    planReader(plan, names, (name) => (row: Json) => cellText(at(row, name) ?? at(row, ...name.split('.')))),
  );
  const read = rowsReader(readers, context);
  return (row, locator) => {
    stopAtTooManyProblems(context.findings);
    if (isObject(row)) return read(row, locator);
    context.findings.problems.push(notAnObject(row, locator));
    return [];
  };
}

/** Columns of ours that are read from a column. */
function columnsFrom({ header, plans }: Mapping, name: string): Column[] {
  const names = cleanNames(header);
  const columns = plans.flatMap((plan) =>
    (Object.entries(plan.columns) as [Column, string][]).filter(
      ([, source]) => splitSource(source, names).name === name,
    ),
  );
  return [...new Set(columns.map(([column]) => column))];
}

interface PlanReader<Row> {
  readonly unit: MappedPlan['unit'];
  /** The cell in tkguard's words. */
  cellOf(row: Row): (column: Column) => string;
  isLeftOut(row: Row): boolean;
  sourceOf(column: Column): string | undefined;
}

function planReader<Row>(
  { columns, fixed, words, unit }: MappedPlan,
  names: readonly string[],
  reach: (name: string) => (row: Row) => string,
): PlanReader<Row> {
  const raw = new Map<Column, (row: Row) => string>();
  for (const [column, source] of Object.entries(columns) as [Column, string][]) {
    const { name, key } = splitSource(source, names);
    const cell = reach(name);
    raw.set(column, key === null ? cell : (row) => linkParameter(cell(row), key));
  }
  const worded = Object.entries(words) as [Column, Readonly<Record<string, string | null>>][];
  const wordOf = (column: Column, cell: string): string | null => {
    const list = words[column];
    const word = cleanCell(cell);
    return list && Object.hasOwn(list, word) ? (list[word] ?? null) : cell;
  };
  return {
    unit,
    cellOf: (row) => (column) => wordOf(column, raw.get(column)?.(row) ?? fixed[column] ?? '') ?? '',
    isLeftOut: (row) => worded.some(([column]) => wordOf(column, raw.get(column)?.(row) ?? '') === null),
    sourceOf: (column) => columns[column],
  };
}

/** Reads every plan that stands in a row; of several, one without an id and a rate is not there. */
function rowsReader<Row>(
  readers: readonly PlanReader<Row>[],
  context: ReadContext,
): (row: Row, locator: number) => OwnRow[] {
  const leftOut = { rows: 0 };
  const plans = readers.map((reader) => ({
    reader,
    own: new OwnRowReader(context, COLUMN_NAMES, { unit: reader.unit ?? 'percent', nameOf: reader.sourceOf }),
  }));
  return (row, locator) =>
    plans.flatMap(({ reader, own }) => {
      const cell = reader.cellOf(row);
      if (readers.length > 1 && isBlank(cell('plan_id')) && saysNoRate(cell('rate'))) return [];
      if (reader.isLeftOut(row)) {
        if (leftOut.rows === 0) context.findings.notes.push({ code: 'left-out', args: leftOut });
        leftOut.rows += 1;
        return [];
      }
      return own.read(COLUMN_NAMES.map(cell), locator) ?? [];
    });
}

function saysNoRate(cell: string): boolean {
  return isBlank(cell) || isZeroRate(cell);
}

/** The list of rows that a path leads to; a document that is a row itself is a list of one. null: there is none. */
export function rowsAt(doc: Json, path: string): readonly Json[] | null {
  const rows = path === '.' ? doc : at(doc, ...path.split('.'));
  if (isList(rows)) return rows;
  return path === '.' && isObject(doc) ? [doc] : null;
}

/** Paths of all values in the rows, lists left out: `id`, `publish_info.rate`. */
export function pathsOf(rows: readonly Json[]): string[] {
  const paths = new Set<string>();
  const collect = (value: Json, prefix: string, depth: number) => {
    if (!isObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (isObject(inner) && depth < 8) collect(inner, `${prefix}${key}.`, depth + 1);
      else if (!isList(inner) && !isObject(inner)) paths.add(`${prefix}${key}`);
    }
  };
  for (const row of rows) collect(row, '', 0);
  return [...paths];
}

function* flatMap<A, B>(values: Iterable<A>, map: (value: A) => Iterable<B>): Generator<B> {
  for (const value of values) yield* map(value);
}
