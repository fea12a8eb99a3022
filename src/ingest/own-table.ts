/** Tables with tkguard's own column names (formats.md §0): which column is where, and their rows. */
import { findUnlike } from './cell-shape.ts';
import { cleanCell } from './cells.ts';
import type { Column } from './columns.ts';
import { COLUMNS, columnOf, saysPercent } from './columns.ts';
import type { Findings, Problem, Refusal } from './findings.ts';
import { refuse, stopAtTooManyProblems, stopReading } from './findings.ts';
import type { ReadContext } from './format.ts';
import type { OwnRow, RowRules } from './own-rows.ts';
import { OwnRowReader } from './own-rows.ts';
import { askForUnit } from './rate-style.ts';
import type { TableRow } from './row-cells.ts';
import { TextCells } from './row-cells.ts';

export function columnsOf(header: readonly string[]): (Column | undefined)[] {
  return header.map((name) => columnOf(cleanCell(name)));
}

export interface OwnHeader {
  /** What each column of the file is. */
  readonly columns: readonly (Column | undefined)[];
  /** As they stand in the file: problems name a column as the user sees it. */
  readonly names: readonly string[];
  /** Names that stand for no column of ours. */
  readonly unknown: readonly string[];
}

/** Finds the columns; two that mean the same are refused. */
export function mapHeader(header: readonly string[]): OwnHeader | Refusal {
  const names = header.map((name) => name.trim());
  const columns = columnsOf(header);
  const twice = columns.findIndex((column, index) => column && columns.indexOf(column) < index);
  if (twice >= 0) return refuse('duplicate-column', { column: names[twice] ?? '', as: columns[twice] ?? '' });
  return { columns, names, unknown: names.filter((name, index) => name !== '' && columns[index] === undefined) };
}

/** The columns for a message: `rate (佣金比率), …`; '' when none is missing. */
export function missingColumns({ columns }: OwnHeader, needed: readonly Column[]): string {
  const missing = needed.filter((column) => !columns.includes(column));
  return missing.map((column) => `${column} (${COLUMNS[column].zh[0]})`).join(', ');
}

/** Cells that a row must have: columns without a name at the end are none. */
export function widthOf(header: readonly string[]): number {
  return header.findLastIndex((name) => cleanCell(name) !== '') + 1;
}

/** The rows that are not empty and have as many cells as the header (`width`), or at least `least` of them; any other is a problem. */
export function* wholeRows(rows: Iterable<TableRow>, width: number, { findings }: ReadContext): Generator<TableRow> {
  for (const row of rows) {
    if (isWhole(row, width, findings, width)) yield row;
    if (row.isUnended) noteEnd(row, findings);
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

const QUOTE = 34;

/** A last row without a line end was written so, or is cut off: in the last cell, where that is unlike its column. */
function noteEnd(row: TableRow, findings: Findings): void {
  const cell = row.cells.at(-1) ?? '';
  const { byCell } = row;
  const isQuoted = byCell?.bytes?.[byCell.startOf(byCell.count - 1)] === QUOTE;
  // A quote that closes ends the cell.
  const like = row.openQuote || isQuoted ? null : findUnlike(cell, cellsAbove(row));
  if (like !== null) throw stopReading(refuse('cut-off-cell', { line: row.line, found: cell.trim(), like }));
  findings.notes.push({ code: 'no-line-end', args: {} });
}

function* cellsAbove({ line, cells, above }: TableRow): Generator<string> {
  const index = cells.length - 1;
  for (const row of above?.() ?? []) {
    if (row.line >= line) return;
    yield row.byCell ? row.byCell.text(index) : (row.cells[index] ?? '');
  }
}

function isEmpty(cell: string): boolean {
  return cell.trim() === '';
}

/** Reads the rows that can be read; what is wrong with the others is noted. `least`: cells that a row must have. */
export function* readOwnRows(
  rows: Iterable<TableRow>,
  { columns, names }: OwnHeader,
  context: ReadContext,
  { least, ...rules }: RowRules & { readonly least?: number } = {},
): Generator<OwnRow> {
  const { findings } = context;
  const width = widthOf(names);
  const reader = new OwnRowReader(context, columns, { ...rules, nameOf: (column) => names[columns.indexOf(column)] });
  const texts = new TextCells();
  for (const row of rows) {
    let own: OwnRow | null = null;
    if (isWhole(row, width, findings, least ?? width)) {
      if (!row.byCell) texts.cells = row.cells;
      own = reader.readCells(row.byCell ?? texts, row.line);
    } else reader.skip();
    if (own) yield own;
    if (row.isUnended) noteEnd(row, findings);
  }
  if (!names.some((name, index) => columns[index] === 'rate' && saysPercent(name))) askForUnit(findings);
}
