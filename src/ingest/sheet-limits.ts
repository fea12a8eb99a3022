/** What a spreadsheet may cost, and how its readers give up. Sheets come from anywhere: every reader counts as it reads. */
import type { TableRow } from './csv.ts';
import { stop } from './findings.ts';

/** An export of the alliance has some thousand rows; CSV has no limits and is the way out that the refusal names. */
export const SHEET_LIMITS = {
  /** Of the file. */
  megabytes: 64,
  /** Of one part of an .xlsx, unpacked. */
  unpackedMegabytes: 256,
  sheets: 1000,
  rows: 200_000,
  columns: 1000,
  cells: 2_000_000,
  /** Of all cells together: one long text may stand in every cell and cost nothing in the file. */
  characters: 200_000_000,
} as const;

/** Ends the reading of a sheet that is beyond a limit. */
export function giveUpTooLarge(what: keyof typeof SHEET_LIMITS): never {
  return stop('sheet-too-large', { what, limit: SHEET_LIMITS[what] });
}

/** A number of a row, from 0, as a file states it. */
export function rowIndex(stated: number): number {
  return Number.isInteger(stated) && stated >= 0 && stated < 1 << 20 ? stated : stop('sheet-damaged');
}

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Rows that are not empty, in order; `line` is the row number that a spreadsheet program shows. May give up. */
  rows(): Iterable<TableRow>;
}

/** Adds a sheet, within the limit. */
export function addSheet(sheets: Sheet[], sheet: Sheet): void {
  if (sheets.length >= SHEET_LIMITS.sheets) giveUpTooLarge('sheets');
  sheets.push(sheet);
}

interface Merged {
  readonly row: number;
  readonly column: number;
  readonly lastRow: number;
}

/** Cells by place, in any order, within the limits. Indexes are from 0. */
export class Grid {
  private readonly texts = new Map<number, string[]>();
  private readonly merged: Merged[] = [];
  private cells = 0;
  private characters = 0;

  /** A later text at the same place stands. */
  put(row: number, column: number, text: string): void {
    if (text === '') return;
    if (column >= SHEET_LIMITS.columns) giveUpTooLarge('columns');
    let known = this.texts.get(row);
    if (!known) {
      if (this.texts.size >= SHEET_LIMITS.rows) giveUpTooLarge('rows');
      known = [];
      this.texts.set(row, known);
    }
    this.cells += Math.max(1, column + 1 - known.length);
    if (this.cells > SHEET_LIMITS.cells) giveUpTooLarge('cells');
    this.characters += text.length;
    if (this.characters > SHEET_LIMITS.characters) giveUpTooLarge('characters');
    while (known.length < column) known.push('');
    known[column] = ownText(text);
  }

  /** A merged cell reaches down to a row: below the header its text stands in each row that it covers. */
  merge(row: number, column: number, lastRow: number): void {
    if (this.merged.length >= SHEET_LIMITS.cells) giveUpTooLarge('cells');
    if (lastRow > row) this.merged.push({ row, column, lastRow });
  }

  rows(): TableRow[] {
    const hasText = (cells: readonly string[]) => cells.some((text) => text.trim() !== '');
    const filled = [...this.texts].filter(([, cells]) => hasText(cells)).sort(([a], [b]) => a - b);
    this.spreadMerged(filled);
    const width = filled[0]?.[1].length ?? 0;
    return filled.map(([row, cells]) => {
      // An empty cell at the end of a row is not in the file at all.
      while (cells.length < width) cells.push('');
      return { line: row + 1, cells };
    });
  }

  /** `filled`: rows that have cells of their own, in order; the first is the header. */
  private spreadMerged([header, ...filled]: readonly (readonly [row: number, cells: string[]])[]): void {
    const reaching = new Map<number, Merged>();
    const below = this.merged.filter(({ row }) => header !== undefined && row > header[0]);
    const next = below.sort((a, b) => b.row - a.row);
    for (const [row, own] of filled) {
      for (const [column, { row: first, lastRow }] of reaching)
        if (lastRow < row) reaching.delete(column);
        else if (!own[column]) this.put(row, column, this.texts.get(first)?.[column] ?? '');
      for (let one = next.at(-1); one !== undefined && one.row <= row; one = next.at(-1)) {
        if (one.row === row) reaching.set(one.column, one);
        next.pop();
      }
    }
  }
}

/** A copy of its own: a piece of a longer text keeps all of it in memory. */
export function ownText(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
