/** Rows of any table: those that can be read, and whether the file was cut off in the last one. */
import { cleanCell } from './cells.ts';
import type { TableRow } from './csv.ts';
import { addProblem, type Findings, stop, stopAtTooManyProblems } from './findings.ts';

/** The rows that are not empty and have as many cells as the header, or at least `least` of them; any other is a problem. */
export function* wholeRows(
  header: readonly string[],
  rows: Iterable<TableRow>,
  findings: Findings,
  least?: number,
): Generator<TableRow> {
  // Columns without a name at the end are none.
  const width = header.findLastIndex((name) => cleanCell(name) !== '') + 1;
  let isAboveRead = false;
  for (const row of rows) {
    const isRead = isWhole(row, width, findings, least ?? width);
    if (isRead) yield isAboveRead ? row : { ...row, same: 0 };
    isAboveRead = isRead;
    if (row.unended) noteEnd(row, rows, findings);
  }
}

function isWhole({ line, cells, openQuote }: TableRow, width: number, findings: Findings, least: number): boolean {
  stopAtTooManyProblems(findings);
  if (openQuote) addProblem(findings.problems, 'open-quote', line, { found: cells.at(-1)?.slice(0, 40) ?? '' });
  if (openQuote || cells.every(isEmpty)) return false;
  const isRagged = cells.length < least || (cells.length > width && !cells.slice(width).every(isEmpty));
  if (isRagged) addProblem(findings.problems, 'ragged-row', line, { found: `${cells.length}`, expected: `${width}` });
  return !isRagged;
}

function isEmpty(cell: string): boolean {
  return cell.trim() === '';
}

/** A last row without a line end was written so, or is cut off: in the last cell, where that is unlike its column. */
function noteEnd({ line, cells, unended }: TableRow, rows: Iterable<TableRow>, findings: Findings): void {
  const cell = cells.at(-1) ?? '';
  const like = unended === 'quoted' ? null : findUnlike(cell, columnAbove(rows, line, cells.length - 1));
  if (like !== null) stop('cut-off-cell', { line, found: cell.trim(), like });
  findings.notes.push({ code: 'no-line-end', args: {} });
}

function* columnAbove(rows: Iterable<TableRow>, end: number, column: number): Generator<string> {
  for (const { line, cells } of rows) {
    if (line >= end) return;
    yield cells[column] ?? '';
  }
}

/** Digits and the signs of rates, amounts, dates and times. */
const NUMERIC = /^[\d.,:/% +TZ-]*\d[\d.,:/% +TZ-]*$/;
/** Whole numbers of fewer digits are counts, of any length. */
const SHORTEST_ID = 6;

/** `16.50%` and `5.00%` are `9.99%`, `2026-11-02` is `9-99-99`: how many digits begin a number says nothing. */
function shapeOf(cell: string): string {
  return cell.replace(/\d/g, '9').replace(/^9+/, '9');
}

/**
 * A cell of the column, `others`, that shows that the last one is cut: none looks like that, and this one begins like it, as
 * `16.00` does like `16.5`; or all are ids of one length, and longer. null: it is whole, as far as can be told. Of a word a
 * beginning is no word of ours, and what is cut to nothing says nothing.
 */
function findUnlike(last: string, others: Iterable<string>): string | null {
  const cell = cleanCell(last);
  if (!NUMERIC.test(cell)) return null;
  const shape = shapeOf(cell);
  let begun: string | null = null;
  const ids: string[] = [];
  for (const other of others) {
    const clean = cleanCell(other);
    if (!NUMERIC.test(clean)) continue;
    const otherShape = shapeOf(clean);
    if (otherShape !== shape) {
      if (otherShape.startsWith(shape)) begun ??= clean;
      continue;
    }
    const [id = clean] = ids;
    const isLongerId = shape === '9' && clean.length >= SHORTEST_ID && clean.length > cell.length;
    if (!isLongerId || id.length !== clean.length) return null;
    if (ids.length < 2) ids.push(clean);
  }
  return ids.length === 0 ? begun : (ids[1] ?? null);
}
