/** Tables whose header is not in the first row: a title or a remark stands above it. Nothing is read of them; the row is named. */
import { isBlank } from './cells.ts';
import type { TableRow } from './csv.ts';
import { csvRows } from './csv.ts';
import { meaningOf } from './propose-names.ts';

/** A title has few rows. */
const MOST_ROWS = 20;

/**
 * The row that looks like the header of a table whose first row, `first`, was taken for none: the first row names
 * nothing. null: there is none such.
 */
export function findHeaderBelow(first: readonly string[], rows: Iterable<TableRow>): number | null {
  if (namesIn(first) > 0) return null;
  const isTitle = filledIn(first) === 1;
  let looked = 0;
  for (const { cells, line } of rows) {
    if (++looked > MOST_ROWS) return null;
    if (namesIn(cells) >= 2 || (isTitle && filledIn(cells) >= 2)) return line;
  }
  return null;
}

/** The same for text, whose separator the first row does not show. */
export function findTitledHeader(head: string): number | null {
  for (const separator of ['\t', ';', ',']) {
    const source = { name: '', modifiedMs: null, chunks: () => [Buffer.from(head)] };
    const [first] = csvRows(source, 'utf-8', separator);
    if (!first) return null;
    const row = findHeaderBelow(first.cells, csvRows(source, 'utf-8', separator, 1));
    if (row !== null) return row;
  }
  return null;
}

function filledIn(cells: readonly string[]): number {
  return cells.filter((cell) => !isBlank(cell)).length;
}

/** How many different things that tkguard reads the cells name. */
function namesIn(cells: readonly string[]): number {
  return new Set(cells.flatMap((cell) => meaningOf(cell)?.meaning ?? [])).size;
}
