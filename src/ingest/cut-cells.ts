/** Where the cells of a row of a table lie in its bytes: the grammar of scan-table.ts without making texts. */

const QUOTE = 34;

/** Where the quotes close that open at `from`; `end` where they do not. */
export function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  for (let i = bytes.indexOf(QUOTE, from + 1); i >= 0 && i < end; i = bytes.indexOf(QUOTE, i + 2))
    if (bytes[i + 1] !== QUOTE) return i;
  return end;
}

/** Where the cell ends that begins at `from`: at the separator after it, or where its row does (`end`). */
export function endOfCell(bytes: Uint8Array, from: number, end: number, separator: number): number {
  let i = bytes[from] === QUOTE ? closingQuote(bytes, from, end) : from;
  while (i < end && bytes[i] !== separator) i++;
  return i;
}

/** The cells of one row, overwritten by the next. */
export interface Cells {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  /** Of the bytes of each cell that is not the same as in the row before. */
  hashes: Int32Array;
  /** 1: the same bytes as in the row before. */
  agains: Uint8Array;
  /** The same of the first 31 cells, as bits. */
  again: number;
}

export interface CellCutter {
  /** The bytes in which the next rows lie. The first of them has no row before it. */
  open(bytes: Uint8Array): void;
  /** Cuts the row between `from` and `end`, which is complete. */
  cut(from: number, end: number): Cells;
}

/** Most cells say what they said in the row before, which costs less to see than where they end. */
export function makeCellCutter(separator: number): CellCutter {
  let bytes: Uint8Array = new Uint8Array(0);
  let words = new DataView(bytes.buffer);
  let [row, above] = [makeCells(), makeCells()];

  /** Whether the cell at `from` is that at `start`, of so many bytes, and ends there too. */
  function isSame(start: number, from: number, length: number, end: number): boolean {
    if (from + length > end || (from + length < end && bytes[from + length] !== separator)) return false;
    let k = 0;
    for (; k + 4 <= length; k += 4) if (words.getInt32(start + k) !== words.getInt32(from + k)) return false;
    for (; k < length; k++) if (bytes[start + k] !== bytes[from + k]) return false;
    return true;
  }

  function hashOf(from: number, end: number): number {
    let hash = end - from;
    let k = from;
    for (; k + 4 <= end; k += 4) hash = mix(hash, words.getInt32(k));
    for (; k < end; k++) hash = mix(hash, bytes[k] ?? 0);
    return hash ^ (hash >>> 15);
  }

  return {
    open(next) {
      bytes = next;
      words = new DataView(next.buffer, next.byteOffset, next.length);
      row.count = 0;
    },
    cut(from, end) {
      [row, above] = [above, row];
      row.again = 0;
      let column = 0;
      for (let i = from; ; i += 1, column += 1) {
        if (column === row.starts.length) grow(row);
        row.starts[column] = i;
        const start = above.starts[column] ?? 0;
        const length = (above.ends[column] ?? 0) - start;
        if (column < above.count && isSame(start, i, length, end)) {
          i += length;
          row.agains[column] = 1;
          if (column < 31) row.again |= 1 << column;
        } else {
          const cellEnd = endOfCell(bytes, i, end, separator);
          row.hashes[column] = hashOf(i, cellEnd);
          row.agains[column] = 0;
          i = cellEnd;
        }
        row.ends[column] = i;
        if (i >= end) break;
      }
      row.count = column + 1;
      return row;
    },
  };
}

function makeCells(): Cells {
  const list = () => new Int32Array(32);
  return { count: 0, starts: list(), ends: list(), hashes: list(), agains: new Uint8Array(32), again: 0 };
}

function grow(cells: Cells): void {
  const size = cells.starts.length * 2;
  for (const key of ['starts', 'ends', 'hashes'] as const) {
    const grown = new Int32Array(size);
    grown.set(cells[key]);
    cells[key] = grown;
  }
  const agains = new Uint8Array(size);
  agains.set(cells.agains);
  cells.agains = agains;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return (mixed << 15) | (mixed >>> 17);
}
