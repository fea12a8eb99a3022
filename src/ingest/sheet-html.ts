/** Tables of a web page, as many programs write them under the name .xls. What counts is the text on the page. */
import type { TableRow } from './csv.ts';
import { stop } from './findings.ts';
import { type Attributes, addPiece, attributeOf, readMarkup } from './markup.ts';
import { addSheet, Grid, giveUpTooLarge, SHEET_LIMITS, type Sheet } from './sheet-limits.ts';

/** The tables of a page, a table within another by itself. The rows of a table that does not end give up: the page was cut off. */
export function openHtml(chunks: Iterable<string>): readonly Sheet[] {
  const sheets: Sheet[] = [];
  const open: HtmlTable[] = [];
  const add = (rows: Sheet['rows']) => addSheet(sheets, { name: `${sheets.length + 1}`, isHidden: false, rows });
  readMarkup(chunks, 'html', {
    open(name, attributes) {
      if (name !== 'table') open.at(-1)?.open(name, attributes);
      else if (open.length >= SHEET_LIMITS.sheets) giveUpTooLarge('sheets');
      else open.push(new HtmlTable());
    },
    text: (text) => open.at(-1)?.addText(text),
    close(name, isImplied) {
      if (name !== 'table') open.at(-1)?.close(name, isImplied);
      else if (!isImplied) {
        const table = open.pop();
        table?.finishCell();
        if (table) add(() => table.grid.rows());
      }
    },
  });
  for (const table of open) add(() => cutRows(table));
  return sheets;
}

function* cutRows({ grid }: HtmlTable): Generator<TableRow> {
  yield* grid.rows();
  stop('sheet-damaged');
}

/** What was struck out or is not shown does not count: `<del>9</del>5` is 5, not 95. */
const HIDDEN = new Set(['s', 'strike', 'del', 'script', 'style']);
const HIDING = /display\s*:\s*none|visibility\s*:\s*hidden|line-through/i;
/** In a text, until its blanks are cut: the end of a line on the page. */
const BREAK = '\0';

/** End tags of rows and cells may be left out. Rows and columns that are hidden as a whole count, as in workbooks. */
class HtmlTable {
  readonly grid = new Grid();
  private row = -1;
  private column = -1;
  private span = 1;
  /** Text of the open cell; null: between cells. */
  private text: string | null = null;
  /** The element within the cell that hides its text, and how many of its name are open in it. */
  private hidden = { name: '', depth: 0 };
  /** Columns that a cell from above reaches into, and the last row that it does. */
  private readonly below = new Map<number, number>();

  open(name: string, attributes: Attributes): void {
    if (name === 'tr') {
      this.finishCell();
      this.row += 1;
      this.column = -1;
      this.span = 1;
    } else if (name === 'td' || name === 'th') {
      this.finishCell();
      this.beginCell(attributes);
    } else if (this.hidden.depth > 0) {
      if (name === this.hidden.name) this.hidden.depth += 1;
    } else if (HIDDEN.has(name) || 'hidden' in attributes || HIDING.test(attributes.style ?? ''))
      this.hidden = { name, depth: 1 };
    else if (name === 'br') this.addText(BREAK);
  }

  addText(text: string): void {
    if (this.text !== null && this.hidden.depth === 0) this.text = addPiece(this.text, text);
  }

  close(name: string, isImplied: boolean): void {
    if (name === 'tr' || name === 'td' || name === 'th') {
      if (!isImplied) this.finishCell();
    } else if (name === this.hidden.name) this.hidden.depth -= 1;
  }

  finishCell(): void {
    if (this.text === null) return;
    const text = this.text.replace(/[ \t\r\n]+/g, ' ').replaceAll(BREAK, '\n');
    this.grid.put(this.row, this.column, text.trim());
    this.text = null;
  }

  private beginCell(attributes: Attributes): void {
    const { below } = this;
    this.row = Math.max(0, this.row);
    this.column += this.column < 0 ? 1 : this.span;
    while ((below.get(this.column) ?? -1) >= this.row) this.column += 1;
    this.span = countOf(attributes, 'colspan');
    const rows = countOf(attributes, 'rowspan');
    if (this.column + this.span > SHEET_LIMITS.columns) giveUpTooLarge('columns');
    this.grid.merge(this.row, this.column, this.row + rows - 1);
    for (let i = 0; rows > 1 && i < this.span; i++) below.set(this.column + i, this.row + rows - 1);
    this.text = '';
    this.hidden = { name: '', depth: 0 };
  }
}

function countOf(attributes: Attributes, name: string): number {
  const count = Number(attributeOf(attributes, name) ?? 1);
  return Number.isInteger(count) && count > 0 ? Math.min(count, SHEET_LIMITS.rows) : 1;
}
