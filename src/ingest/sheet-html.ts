/** Tables of a web page, as many programs write them under the name .xls. What counts is the text on the page. */
import type { TableRow } from './csv.ts';
import type { Grid, Sheet } from './sheet-limits.ts';
import { addSheet, giveUpDamaged, giveUpTooLarge, makeGrid, SHEET_LIMITS } from './sheet-limits.ts';
import type { Tag } from './sheet-markup.ts';
import { attributeOf, scanMarkup } from './sheet-markup.ts';

interface OpenTable {
  readonly grid: Grid;
  row: number;
  column: number;
  /** Text of the open cell; null: between cells. */
  text: string | null;
  /** The element within the cell that hides its text, and how many of its name are open in it; null: none. */
  hidden: { readonly name: string; readonly depth: number } | null;
  span: number;
  /** Columns that a cell from above reaches into, and the last row that it does. */
  readonly below: Map<number, number>;
}

/** The tables of a page, a table within another by itself. The rows of a table that does not end give up: the page was cut off. */
export function openHtml(chunks: Iterable<string>): readonly Sheet[] {
  const sheets: Sheet[] = [];
  const open: OpenTable[] = [];
  for (const tag of scanMarkup(chunks, ['script', 'style'])) {
    const table = open.at(-1);
    if (table?.text != null && table.hidden === null) table.text += tag.text.replace(/[ \t\r\n]+/g, ' ');
    if (tag.name === 'table') {
      if (tag.kind === 'open' && open.length >= SHEET_LIMITS.sheets) giveUpTooLarge('sheets');
      if (tag.kind === 'open') open.push(newTable());
      else if (tag.kind === 'close' && table) {
        finishCell(table);
        open.pop();
        addSheet(sheets, { name: `${sheets.length + 1}`, isHidden: false, rows: () => table.grid.rows() });
      }
    } else if (table) readTag(table, tag);
  }
  for (const table of open)
    addSheet(sheets, { name: `${sheets.length + 1}`, isHidden: false, rows: () => cutRows(table) });
  return sheets;
}

function* cutRows({ grid }: OpenTable): Generator<TableRow> {
  yield* grid.rows();
  giveUpDamaged();
}

function newTable(): OpenTable {
  return { grid: makeGrid(), row: -1, column: -1, text: null, hidden: null, span: 1, below: new Map() };
}

/** End tags of rows and cells may be left out. */
function readTag(table: OpenTable, tag: Tag): void {
  const begins = tag.kind !== 'close';
  if (tag.name === 'tr') {
    finishCell(table);
    if (!begins) return;
    table.row += 1;
    table.column = -1;
    table.span = 1;
  } else if (tag.name === 'td' || tag.name === 'th') {
    finishCell(table);
    if (begins) beginCell(table, tag);
  } else if (table.text !== null) {
    if (tag.name === 'br' && table.hidden === null) table.text += '\n';
    table.hidden = hiddenAfter(table.hidden, tag);
  }
}

const STRUCK = new Set(['s', 'strike', 'del']);
const WITHOUT_END = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'wbr']);
const HIDING = /display\s*:\s*none|visibility\s*:\s*hidden|line-through/i;

/**
 * What was struck out or is not shown does not count: `<del>9</del>5` is 5, not 95. Rows and columns that are hidden as a
 * whole count, as in workbooks.
 */
function hiddenAfter(hidden: OpenTable['hidden'], tag: Tag): OpenTable['hidden'] {
  if (tag.kind === 'empty' || WITHOUT_END.has(tag.name)) return hidden;
  if (hidden === null) {
    const hides =
      STRUCK.has(tag.name) ||
      HIDING.test(attributeOf(tag, 'style') ?? '') ||
      /^\s*hidden\b|\shidden(?=[\s=]|$)/i.test(tag.attributes);
    return tag.kind === 'open' && hides ? { name: tag.name, depth: 1 } : null;
  }
  if (tag.name !== hidden.name) return hidden;
  const depth = hidden.depth + (tag.kind === 'open' ? 1 : -1);
  return depth === 0 ? null : { ...hidden, depth };
}

function beginCell(table: OpenTable, tag: Tag): void {
  const { below } = table;
  table.row = Math.max(0, table.row);
  table.column += table.column < 0 ? 1 : table.span;
  while ((below.get(table.column) ?? -1) >= table.row) table.column += 1;
  table.span = countOf(tag, 'colspan');
  const rows = countOf(tag, 'rowspan');
  if (table.column + table.span > SHEET_LIMITS.columns) giveUpTooLarge('columns');
  for (let i = 0; rows > 1 && i < table.span; i++) below.set(table.column + i, table.row + rows - 1);
  table.text = '';
}

function finishCell(table: OpenTable): void {
  if (table.text === null) return;
  table.grid.put(table.row, table.column, table.text.trim());
  table.text = null;
  table.hidden = null;
}

function countOf(tag: Tag, name: string): number {
  const count = Number(attributeOf(tag, name) ?? 1);
  return Number.isInteger(count) && count > 0 ? Math.min(count, SHEET_LIMITS.rows) : 1;
}
