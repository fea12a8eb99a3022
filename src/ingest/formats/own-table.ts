/** Tables with tkguard's own column names (formats.md §0): which column is where, and their rows. */
import type { Reading } from '../../domain/reading.ts';
import { cleanCell } from '../cells.ts';
import type { TableRow } from '../csv.ts';
import type { Findings, Problem, Refusal } from '../findings.ts';
import { refuse, stopAtTooManyProblems } from '../findings.ts';
import type { Batch, ReadContext } from '../format.ts';
import { TextCells } from '../row-cells.ts';
import type { Column } from './own-row.ts';
import { BatchGroups, COLUMN_NAMES, COLUMNS } from './own-row.ts';
import { OwnRowReader } from './own-row-reader.ts';

const COLUMN_OF = new Map<string, Column>(
  COLUMN_NAMES.flatMap((column) => [column, ...COLUMNS[column]].map((name) => [name.toLowerCase(), column])),
);

export function columnOf(header: string): Column | undefined {
  return COLUMN_OF.get(cleanCell(header).toLowerCase());
}

export interface OwnHeader {
  /** What each column of the file is. */
  readonly columns: readonly (Column | undefined)[];
  /** As they stand in the file: problems name a column as the user sees it. */
  readonly names: readonly string[];
  /** Names that stand for no column of ours. */
  readonly unknown: readonly string[];
  readonly width: number;
}

/** Finds the columns; two that mean the same are refused. */
export function mapHeader(header: readonly string[]): OwnHeader | Refusal {
  const names = header.map((name) => name.trim());
  const columns = names.map(columnOf);
  for (const [index, column] of columns.entries()) {
    if (column && columns.indexOf(column) < index)
      return refuse('duplicate-column', { column: names[index] ?? '', as: column });
  }
  return {
    columns,
    names,
    unknown: names.filter((name, index) => name !== '' && columns[index] === undefined),
    width: names.findLastIndex((name) => name !== '') + 1,
  };
}

/** The columns for a message: `rate (佣金比率), …`; '' when none is missing. */
export function missingColumns({ columns }: OwnHeader, needed: readonly Column[]): string {
  const missing = needed.filter((column) => !columns.includes(column));
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
  for (const row of rows) {
    if (isWhole(row, width, findings, least)) yield row;
    if (row.isUnended) findings.notes.push({ code: 'no-line-end', args: {} });
  }
}

function isWhole(row: TableRow, width: number, findings: Findings, least: number): boolean {
  stopAtTooManyProblems(findings);
  if (row.byCell?.count === width && !row.openQuote && !isEmpty(row.byCell.text(0))) return true;
  const { line, cells, openQuote } = row;
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

/** Reads the rows that can be read and gives them in batches; what is wrong with the others is noted. */
export function* readOwnRows(
  rows: Iterable<TableRow>,
  { columns, names, width }: OwnHeader,
  context: ReadContext,
  { least = width, fixed = {}, needed = [] }: TableRules = {},
): Generator<Batch> {
  const reader = new OwnRowReader(context, columns, {
    fixed,
    needed,
    nameOf: (column) => names[columns.indexOf(column)],
  });
  const groups = new BatchGroups('listed');
  const texts = new TextCells();
  for (const row of rows) {
    let reading: Reading | null = null;
    if (isWhole(row, width, context.findings, least)) {
      if (!row.byCell) texts.cells = row.cells;
      reading = reader.readCells(row.byCell ?? texts, row.line);
    } else reader.skip();
    const batch = reading && groups.add(reader.account, reader.capturedMs, reading);
    if (batch) yield batch;
    if (row.isUnended) context.findings.notes.push({ code: 'no-line-end', args: {} });
  }
  yield* groups.rest();
}
