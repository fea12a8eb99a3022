/** The table for people: aligned by width on screen, and no wider than the terminal as far as its columns may shrink. */
import Table from 'cli-table3';
import { widthOf, wrapText } from './wrap.ts';

const GAP = 2;
/** Of a row in a terminal that its columns do not fit: the lines after the first. */
const INDENT = '    ';
/** Columns become no narrower than this; only if that is still too wide, than the next. */
const LEAST = [12, 8, 6];
/** Never broken: half of `-0.50` is another number, and half of an id cannot be copied. An item's id has 12 digits. */
const WHOLE = /^[+-]?[\d.,%]+(?:→[+-]?[\d.,%]+)?$|\(\d{1,12}\)/g;

interface DrawnColumn {
  readonly heading: string;
  readonly align?: 'right';
  readonly shrinks?: true;
}

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
  ['', '-mid', '-left', '-right'].map((end) => side + end),
);
const NO_BORDERS = Object.fromEntries([...BORDERS, 'middle'].map((name) => [name, '']));

/**
 * The lines of the head and of each row. Cells are clean; `paint` colours the first cell of a row. Each row is a table of its
 * own, because the time of cli-table3 grows with the square of the rows.
 */
export function drawTable(
  columns: readonly DrawnColumn[],
  rows: readonly (readonly string[])[],
  width: number | null,
  paint: (text: string, row: number) => string = (text) => text,
): { readonly head: string[]; readonly rows: string[][] } {
  const headings = columns.map(({ heading }) => heading);
  const widths = fitWidths(columns, [headings, ...rows], width);
  const paintFirst = (cell: string, row: number | null) => (row === null ? cell : paint(cell, row));
  const draw = (cells: readonly string[], row: number | null) => {
    if (widths === null) {
      const [first = ''] = cells;
      const [line = '', ...lines] = wrapText(cells.join(' '.repeat(GAP)), (width ?? 0) - INDENT.length);
      const begun = line.startsWith(first) ? paintFirst(first, row) + line.slice(first.length) : line;
      return [begun, ...lines.map((more) => INDENT + more)];
    }
    const table = new Table({
      chars: NO_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
      colWidths: widths.map((columnWidth) => columnWidth + GAP),
      colAligns: columns.map(({ align }) => align ?? 'left'),
    });
    const wrapped = cells.map((cell, i) => wrapText(cell, widths[i] ?? 0).join('\n'));
    table.push(wrapped.map((cell, i) => (i === 0 ? paintFirst(cell, row) : cell)));
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd());
  };
  return { head: draw(headings, null), rows: rows.map(draw) };
}

/** Columns as wide as their widest cell; in a terminal those that may shrink do so until the table fits. null: it cannot. */
function fitWidths(
  columns: readonly DrawnColumn[],
  rows: readonly (readonly string[])[],
  width: number | null,
): number[] | null {
  const widestOf = (i: number, partsOf: (cell: string) => readonly string[]) =>
    rows.reduce((widest, row) => Math.max(widest, ...partsOf(row[i] ?? '').map(widthOf)), 0);
  const widths = columns.map((_, i) => widestOf(i, (cell) => [cell]));
  const wholes = columns.map((_, i) => widestOf(i, (cell) => cell.match(WHOLE) ?? []));
  const total = () => widths.reduce((sum, w) => sum + w + GAP, -GAP);
  for (const least of LEAST) {
    while (width !== null && total() > width) {
      let widest = -1;
      columns.forEach((column, i) => {
        const floor = Math.max(least, wholes[i] ?? 0);
        if (column.shrinks && (widths[i] ?? 0) > Math.max(widths[widest] ?? 0, floor)) widest = i;
      });
      if (widest < 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return width !== null && total() > width ? null : widths;
}
