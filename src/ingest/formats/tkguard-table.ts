/** tkguard's own CSV, with English or Chinese headers (formats.md §0); tab- and semicolon-separated too. */
import { cleanCell } from '../cells.ts';
import { refuse } from '../findings.ts';
import type { ReadContext, TableFormat } from '../format.ts';
import type { TableRow } from '../scan-table.ts';
import type { Column, OwnRow } from './own-row.ts';
import { batchRows, COLUMNS, NEEDED_COLUMNS, readOwnRow } from './own-row.ts';

const COLUMN_OF = new Map<string, Column>(
  (Object.keys(COLUMNS) as Column[]).flatMap((column) =>
    [column, ...COLUMNS[column]].map((name) => [name.toLowerCase(), column]),
  ),
);

function columnOf(header: string): Column | undefined {
  return COLUMN_OF.get(cleanCell(header).toLowerCase());
}

export const tkguardTable: TableFormat = {
  kind: 'table',
  id: 'tkguard-csv',
  gives: ['general', 'special', 'event', 'membership', 'state'],
  needs: [],
  exampleName: '2026-11-20.csv',
  recognizes: (header) =>
    header.filter((name) => NEEDED_COLUMNS.some((needed) => needed === columnOf(name))).length >= 2,
  read(header, rows, context) {
    const indexes = new Map<Column, number>();
    const unknown: string[] = [];
    for (const [index, name] of header.entries()) {
      const column = columnOf(name);
      if (column && indexes.has(column)) return refuse('duplicate-column', { column: name.trim(), as: column });
      if (column) indexes.set(column, index);
      else if (name.trim()) unknown.push(name.trim());
    }
    const missing = NEEDED_COLUMNS.filter((column) => !indexes.has(column));
    if (missing.length > 0)
      return refuse('missing-columns', { columns: missing.map((c) => `${c} (${COLUMNS[c][0]})`).join(', ') });
    if (unknown.length > 0)
      context.findings.notes.push({ code: 'unknown-columns', args: { columns: unknown.join(', ') } });
    const width = header.findLastIndex((name) => name.trim() !== '') + 1;
    return batchRows(readRows(rows, width, indexes, context), 'listed');
  },
};

function* readRows(
  rows: Iterable<TableRow>,
  width: number,
  indexes: ReadonlyMap<Column, number>,
  context: ReadContext,
): Generator<OwnRow> {
  for (const { line, cells, openQuote } of rows) {
    if (openQuote) {
      context.findings.problems.push({
        code: 'open-quote',
        locator: line,
        field: '',
        found: cells.at(-1)?.slice(0, 40) ?? '',
        expected: '',
      });
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    const extra = cells.slice(width).some((cell) => cell.trim() !== '');
    if (cells.length < width || extra) {
      const found = `${cells.length}`;
      context.findings.problems.push({ code: 'ragged-row', locator: line, field: '', found, expected: `${width}` });
      continue;
    }
    const row = readOwnRow((column) => cells[indexes.get(column) ?? -1] ?? '', line, context);
    if (row) yield row;
  }
}
