/** Tables with tkguard's own column names (formats.md §0): which column is where, and their rows. */
import { cleanCell } from '../cells.ts';
import type { Findings, Problem, Refusal } from '../findings.ts';
import { refuse, stopAtTooManyProblems } from '../findings.ts';
import type { ReadContext } from '../format.ts';
import type { TableRow } from '../scan-table.ts';
import { rememberRows } from './own-parts.ts';
import type { Column, OwnRow } from './own-row.ts';
import { COLUMNS, readOwnRow } from './own-row.ts';

const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];
const COLUMN_OF = new Map<string, Column>(
  COLUMN_NAMES.flatMap((column) => [column, ...COLUMNS[column]].map((name) => [name.toLowerCase(), column])),
);

export function columnOf(header: string): Column | undefined {
  return COLUMN_OF.get(cleanCell(header).toLowerCase());
}

export interface OwnHeader {
  readonly indexes: ReadonlyMap<Column, number>;
  /** As they stand in the file: problems name a column as the user sees it. */
  readonly names: readonly string[];
  /** Names that stand for no column of ours. */
  readonly unknown: readonly string[];
  readonly width: number;
}

/** Finds the columns; two that mean the same are refused. */
export function mapHeader(header: readonly string[]): OwnHeader | Refusal {
  const indexes = new Map<Column, number>();
  const unknown: string[] = [];
  for (const [index, name] of header.entries()) {
    const column = columnOf(name);
    if (column && indexes.has(column)) return refuse('duplicate-column', { column: name.trim(), as: column });
    if (column) indexes.set(column, index);
    else if (name.trim()) unknown.push(name.trim());
  }
  return {
    indexes,
    names: header.map((name) => name.trim()),
    unknown,
    width: header.findLastIndex((name) => name.trim() !== '') + 1,
  };
}

/** The columns for a message: `rate (佣金比率), …`; '' when none is missing. */
export function missingColumns({ indexes }: OwnHeader, needed: readonly Column[]): string {
  const missing = needed.filter((column) => !indexes.has(column));
  return missing.map((column) => `${column} (${COLUMNS[column][0]})`).join(', ');
}

export interface TableRules {
  /** Cells that a row must have; by default as many as the header. */
  readonly least?: number;
  /** Columns that are not in the table, and what every row has there. */
  readonly fixed?: Partial<Record<Column, string>>;
  /** Columns that must not be blank, beside those that no row can do without. */
  readonly needed?: readonly Column[];
}

/**
 * The rows that are not empty and have as many cells as the header (`width`), or at least `least` of them; any other is a
 * problem.
 */
export function* wholeRows(
  rows: Iterable<TableRow>,
  width: number,
  { findings }: ReadContext,
  least = width,
): Generator<TableRow> {
  for (const row of rows) if (isWhole(row, width, findings, least)) yield row;
}

function isWhole({ line, cells, openQuote }: TableRow, width: number, findings: Findings, least: number): boolean {
  stopAtTooManyProblems(findings);
  const problem = (code: Problem['code'], found: string, expected: string) => {
    findings.problems.push({ code, locator: line, field: '', found, expected });
    return false;
  };
  if (openQuote) return problem('open-quote', cells.at(-1)?.slice(0, 40) ?? '', '');
  if (cells.every(isEmpty)) return false;
  const isRagged = cells.length < least || (cells.length > width && !cells.slice(width).every(isEmpty));
  return isRagged ? problem('ragged-row', `${cells.length}`, `${width}`) : true;
}

function isEmpty(cell: string): boolean {
  return cell.trim() === '';
}

/** The rows that can be read; what is wrong with the others is noted. */
export function* readOwnRows(
  rows: Iterable<TableRow>,
  { indexes, names, width }: OwnHeader,
  context: ReadContext,
  { least = width, fixed = {}, needed = [] }: TableRules = {},
): Generator<OwnRow> {
  const places = Object.fromEntries(
    COLUMN_NAMES.map((column) => [column, { index: indexes.get(column) ?? -1, otherwise: fixed[column] ?? '' }]),
  ) as Readonly<Record<Column, { readonly index: number; readonly otherwise: string }>>;
  const nameOf = (column: Column) => names[indexes.get(column) ?? -1];
  const rules = { needed, rateColumn: nameOf('rate') };
  const cellOf = (cells: readonly string[]) => (column: Column) => {
    const { index, otherwise } = places[column];
    return index < 0 ? otherwise : (cells[index] ?? otherwise);
  };
  const read = rememberRows(indexes, cellOf, (cell, line) =>
    nameProblems(context, nameOf, () => readOwnRow(cell, line, context, rules)),
  );
  for (const row of rows) {
    const own = isWhole(row, width, context.findings, least) ? read(row) : null;
    if (own) yield own;
  }
}

/** Runs `read`; the problems that it notes name columns as the user sees them. */
export function nameProblems<T>(
  { findings: { problems } }: ReadContext,
  nameOf: (column: Column) => string | undefined,
  read: () => T,
): T {
  const before = problems.length;
  const result = read();
  for (let i = before; i < problems.length; i++) {
    const told = problems[i];
    const name = told && nameOf(told.field as Column);
    if (name) problems[i] = { ...told, field: name };
  }
  return result;
}
