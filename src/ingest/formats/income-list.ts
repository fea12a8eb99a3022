/** Lists of items with income rates (收入比率: commission plus subsidy), as the alliance exports them to spreadsheets (formats.md §7.1, §7.2). */
import type { Reading } from '../../domain/reading.ts';
import { cleanCell } from '../cells.ts';
import type { TableRow } from '../csv.ts';
import type { Refusal } from '../findings.ts';
import { refuse } from '../findings.ts';
import type { ReadContext } from '../format.ts';
import type { RowCells } from '../json-cells.ts';
import { readRow } from '../json-cells.ts';
import { noteRateStyle } from '../rate-style.ts';
import type { Column, OwnRow } from './own-row.ts';
import { wholeRows } from './own-table.ts';

/** Small letters, ASCII brackets. */
function plainName(header: string): string {
  return cleanCell(header).toLowerCase();
}

/** Columns go by how their headers begin: what follows is a unit or a validity that changes (`(300天内有效)`). */
export function hasColumns(header: readonly string[], beginnings: readonly string[]): boolean {
  const names = header.map(plainName);
  return beginnings.every((beginning) => names.some((name) => name.startsWith(beginning)));
}

/** The header of each column as it stands in the file; `''` for one that is not there and need not be. */
export function findColumns<K extends string>(
  header: readonly string[],
  beginnings: Readonly<Record<K, string>>,
  needed: readonly NoInfer<K>[],
): Readonly<Record<K, string>> | Refusal {
  const found: Partial<Record<K, string>> = {};
  for (const key of Object.keys(beginnings) as K[]) {
    const [first, second] = header.filter((name) => plainName(name).startsWith(beginnings[key]));
    if (second !== undefined) return refuse('duplicate-column', { column: second.trim(), as: beginnings[key] });
    found[key] = first ?? '';
  }
  const missing = needed.filter((key) => found[key] === '').map((key) => beginnings[key]);
  return missing.length > 0 ? refuse('missing-columns', { columns: missing.join(', ') }) : (found as Record<K, string>);
}

/** What each column is read as, in the words of tkguard's own columns; null: it is not read. */
export function meaningsByBeginning<K extends string>(
  header: readonly string[],
  beginnings: Readonly<Record<K, string>>,
  meanings: Readonly<Record<K, Column>>,
): (Column | null)[] {
  const keys = Object.keys(beginnings) as K[];
  return header.map((name) => {
    const key = keys.find((known) => plainName(name).startsWith(beginnings[known]));
    return key === undefined ? null : meanings[key];
  });
}

/**
 * The readings of a list's rows. `rateColumns`: headers of the columns with rates, all in percent. `read` gives those of one row, or none for a row that names no item. Says at the end how
 * many items have an income rate.
 */
export function* readIncomeRows(
  header: readonly string[],
  rows: Iterable<TableRow>,
  context: ReadContext,
  rateColumns: readonly string[],
  read: (row: RowCells) => readonly Reading[],
): Generator<OwnRow> {
  let items = 0;
  const width = header.findLastIndex((name) => name.trim() !== '') + 1;
  for (const { line, cells } of wholeRows(rows, width, context)) {
    const byName = Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
    // What stands under no name is nobody's value.
    delete byName[''];
    for (const column of rateColumns) noteRateStyle(context.findings, column, byName[column] ?? '', line);
    const readings = readRow(byName, line, context, read) ?? [];
    if (readings.length > 0) items += 1;
    for (const reading of readings) yield { account: null, capturedMs: null, reading };
  }
  if (items > 0) context.findings.notes.push({ code: 'income-only', args: { items } });
}
