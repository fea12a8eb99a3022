/** Rows of tables, and their cells. */

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

/** A row of a delimited text or of a sheet. That of a text holds until the next one is asked for. */
export interface TableRow {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The same cells one by one, where not all of them need be made a text. */
  readonly byCell?: RowCells;
  /** A quote was opened and the file ended: everything after it may have been swallowed. */
  readonly openQuote?: boolean;
  /** The file ended before its last line did: it was written so, or is cut off, perhaps within the last cell. */
  readonly isUnended?: boolean;
  /** Then: the rows above it, read anew. */
  readonly above?: () => Iterable<TableRow>;
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

/** No byte of any encoding that is cut. */
const AFTER_CELL = 0xff;

/** Some cells of a row as they are compared with those of later rows. */
export type CellsCopy = Uint8Array | readonly string[];

export function copyCells(row: RowCells, indexes: readonly number[]): CellsCopy {
  const { bytes } = row;
  if (bytes === null || indexes.some((index) => index >= row.count)) return indexes.map((index) => row.text(index));
  const end = Buffer.of(AFTER_CELL);
  return Buffer.concat(indexes.flatMap((index) => [bytes.subarray(row.startOf(index), row.endOf(index)), end]));
}

/** Compared as bytes, where there are any, so that none of a million cells becomes a text. */
export function isCopy(copy: CellsCopy, row: RowCells, indexes: readonly number[]): boolean {
  const { bytes } = row;
  if (!(copy instanceof Uint8Array) || bytes === null) {
    for (let i = 0; i < indexes.length; i++) if (copy[i] !== row.text(indexes[i] as number)) return false;
    return true;
  }
  let at = 0;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i] as number;
    if (index >= row.count) return false;
    const end = row.endOf(index);
    for (let from = row.startOf(index); from < end; from++) if (bytes[from] !== copy[at++]) return false;
    if (copy[at++] !== AFTER_CELL) return false;
  }
  return true;
}

const [ZERO, NINE, POINT, PERCENT] = [48, 57, 46, 37];
const LONGEST_NUMBER = 11;

/**
 * Hundredths of a cell with a plain number, `12` or `4.50`, or, with `isPercent`, `4.50%` in just this form. It is told from the
 * bytes, so that none of a million cells becomes a text. NaN: it is no such number, or of no bytes.
 */
export function plainHundredths(row: RowCells, index: number, isPercent = false): number {
  const { bytes } = row;
  if (bytes === null || index < 0 || index >= row.count) return Number.NaN;
  const [from, end] = [row.startOf(index), row.endOf(index)];
  const to = isPercent ? end - 1 : end;
  const point = to - 3;
  const hasPoint = point > from && bytes[point] === POINT;
  if (to <= from || to - from > LONGEST_NUMBER) return Number.NaN;
  if (isPercent && (!hasPoint || bytes[to] !== PERCENT || (bytes[from] === ZERO && point > from + 1)))
    return Number.NaN;
  let digits = 0;
  for (let i = from; i < to; i++) {
    if (i === point && hasPoint) continue;
    const byte = bytes[i] as number;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    digits = digits * 10 + byte - ZERO;
  }
  return hasPoint ? digits : digits * 100;
}
