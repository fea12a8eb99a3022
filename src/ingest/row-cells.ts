/** The cells of a row one by one, so that only what is asked for becomes a text. */

export interface RowCells {
  readonly count: number;
  /** `''` beyond the last cell. */
  text(index: number): string;
  /** Whether a cell is known to say what that of the row above says. */
  isAgain(index: number): boolean;
  /** What the cells were cut from: a byte below 128 is that character of ASCII. null: from no bytes. */
  readonly bytes: Buffer | null;
  /** Where in `bytes` a cell begins and ends; quotes are part of it. */
  startOf(index: number): number;
  endOf(index: number): number;
}

/** Cells that are texts already. */
export class TextCells implements RowCells {
  readonly bytes = null;
  cells: readonly string[] = [];

  get count(): number {
    return this.cells.length;
  }

  text(index: number): string {
    return this.cells[index] ?? '';
  }

  isAgain(): boolean {
    return false;
  }

  startOf(): number {
    return 0;
  }

  endOf(): number {
    return 0;
  }
}

export function isSameBytes(
  bytes: Uint8Array,
  from: number,
  to: number,
  others: Uint8Array,
  othersFrom: number,
  othersTo: number,
): boolean {
  const length = to - from;
  if (othersTo - othersFrom !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== others[othersFrom + i]) return false;
  return true;
}
