/** Where the rows of a table and their cells lie in its bytes, and a hash of each: the grammar of scan-table.ts without making texts. */

const [QUOTE, LF, CR] = [34, 10, 13];

/** Rows of one piece of a file, overwritten by the next. Blank rows are left out. */
export interface Cuts {
  count: number;
  /** Where each row begins, and where its line end does. */
  starts: Int32Array;
  ends: Int32Array;
  /** Line of the file on which each row begins, from 1. */
  lines: Int32Array;
  lows: Int32Array;
  highs: Int32Array;
  /** Which of the first 31 cells of each row are those of the row before, as bits. */
  agains: Int32Array;
  /** Where in `cells` those of each row begin; one more says where those of the last row end. */
  firstCells: Int32Array;
  /** `CELL_SIZE` numbers a cell: where it begins, and what is named below. */
  cells: Int32Array;
  /** Whether the cell that says when each row was captured is that of the first row of the file. */
  areDatedAlike: boolean;
  /** Where the first row that is not complete begins. */
  end: number;
}

/** Where a cell ends. */
export const CELL_END = 1;
/** Its hash. */
export const CELL_LOW = 2;
const CELL_HIGH = 3;
/** 1: the same bytes as in the row before; 0: others; -1: others, of several lines. */
export const CELL_AGAIN = 4;
export const CELL_SIZE = 5;

export interface CutRules {
  readonly separator: number;
  readonly seed: number;
  /** The column that the hash leaves out; -1: none. */
  readonly datedColumn: number;
}

export interface Cutter {
  /** Cuts all complete rows, or the header alone. `atEnd`: there is no more, so that the last row is complete. */
  cut(bytes: Uint8Array, atEnd: boolean, isHeader?: boolean): Cuts;
  /** Line of the file on which the next row begins. */
  readonly line: number;
}

/**
 * Most cells say what they said in the row before, which costs less to see than where they end and what their hash is.
 * So the hash of a row is made of those of its cells.
 */
export function makeCutter({ separator, seed, datedColumn }: CutRules): Cutter {
  const cuts: Cuts = {
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    lines: new Int32Array(64),
    lows: new Int32Array(64),
    highs: new Int32Array(64),
    agains: new Int32Array(64),
    firstCells: new Int32Array(64),
    cells: new Int32Array(1024 * CELL_SIZE),
    areDatedAlike: true,
    end: 0,
  };
  let nextLine = 1;
  let firstDate: Uint8Array | null = null;

  function compareDate(bytes: Uint8Array, from: number, to: number) {
    firstDate ??= Uint8Array.from(bytes.subarray(from, to));
    if (firstDate.length !== to - from) cuts.areDatedAlike = false;
    for (let i = from; i < to && cuts.areDatedAlike; i++) cuts.areDatedAlike = bytes[i] === firstDate[i - from];
  }

  return {
    cut(bytes, atEnd, isHeader = false) {
      const length = bytes.length;
      let cells = cuts.cells;
      let i = 0;
      let line = nextLine;
      let firstCell = 0;
      let cellsEnd = 0;
      cuts.count = 0;
      cuts.end = 0;
      while (i < length && !(isHeader && cuts.count === 1)) {
        const start = i;
        let low = seed;
        let high = ~seed;
        let column = 0;
        let linesInside = 0;
        let dateCell = -1;
        let again = 0;
        const firstAbove = firstCell;
        // The cell of the same column in the row before.
        let above = firstAbove;
        firstCell = cellsEnd;
        for (;;) {
          const cellStart = i;
          const cell = cellsEnd;
          cellsEnd += CELL_SIZE;
          if (cellsEnd > cells.length) cells = cuts.cells = doubled(cells);
          const end = above < firstCell ? endOfSame(bytes, i, cells, above) : -1;
          if (end >= 0) {
            i = end;
            cells[cell + CELL_LOW] = cells[above + CELL_LOW] ?? 0;
            cells[cell + CELL_HIGH] = cells[above + CELL_HIGH] ?? 0;
            cells[cell + CELL_AGAIN] = 1;
            if (column < 31) again |= 1 << column;
          } else {
            const linesBefore = linesInside;
            if (bytes[i] === QUOTE) {
              for (i += 1; i < length; i++) {
                const code = bytes[i];
                if (code === QUOTE) {
                  if (bytes[i + 1] !== QUOTE) break;
                  i += 1;
                } else if (code === CR || (code === LF && bytes[i - 1] !== CR)) linesInside += 1;
              }
            }
            for (; i < length; i++) {
              const code = bytes[i];
              if (code === separator || code === LF || code === CR) break;
            }
            let cellLow = seed;
            let cellHigh = ~seed;
            // The last word of a cell has its length.
            for (let k = cellStart; ; k += 4) {
              const isTail = k + 4 > i;
              const word = isTail ? tailOf(bytes, k, i) ^ ((i - cellStart) << 24) : wordAt(bytes, k);
              cellLow = mixLow(cellLow, word);
              cellHigh = mixHigh(cellHigh, (word + cellLow) | 0);
              if (isTail) break;
            }
            cells[cell + CELL_LOW] = cellLow;
            cells[cell + CELL_HIGH] = cellHigh;
            cells[cell + CELL_AGAIN] = linesInside > linesBefore ? -1 : 0;
          }
          cells[cell] = cellStart;
          cells[cell + CELL_END] = i;
          if (column === datedColumn) dateCell = cell;
          else {
            low = mixLow(low, cells[cell + CELL_LOW] ?? 0);
            high = mixHigh(high, ((cells[cell + CELL_HIGH] ?? 0) + low) | 0);
          }
          if (i >= length || bytes[i] !== separator) break;
          column += 1;
          above += CELL_SIZE;
          i += 1;
        }
        // What ends with the piece may go on in the next, and a lone CR may be half of CRLF.
        if (!atEnd && (i >= length || (bytes[i] === CR && i + 1 >= length))) break;
        const end = i;
        if (bytes[i] === CR && bytes[i + 1] === LF) i += 1;
        i += 1;
        if (end > start) {
          const at = cuts.count;
          if (at + 1 === cuts.firstCells.length)
            for (const key of ['starts', 'ends', 'lines', 'lows', 'highs', 'agains', 'firstCells'] as const)
              cuts[key] = doubled(cuts[key]);
          if (!isHeader && dateCell < 0) compareDate(bytes, start, start);
          else if (!isHeader && cells[dateCell + CELL_AGAIN] !== 1)
            compareDate(bytes, cells[dateCell] ?? 0, cells[dateCell + CELL_END] ?? 0);
          cuts.starts[at] = start;
          cuts.ends[at] = end;
          cuts.lines[at] = line;
          low = finish(low ^ (end - start));
          high = finish(high ^ low);
          cuts.lows[at] = low === 0 && high === 0 ? 1 : low;
          cuts.highs[at] = high;
          cuts.agains[at] = again;
          cuts.firstCells[at] = firstCell;
          cuts.firstCells[at + 1] = cellsEnd;
          cuts.count = at + 1;
        } else {
          cellsEnd = firstCell;
          firstCell = firstAbove;
        }
        line += 1 + linesInside;
        cuts.end = Math.min(i, length);
      }
      nextLine = line;
      return cuts;
    },
    get line() {
      return nextLine;
    },
  };
}

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(list.length * 2);
  grown.set(list);
  return grown;
}

/** Where the cell at `from` ends if it is that at `above`, up to and with what ends it; else -1. */
function endOfSame(bytes: Uint8Array, from: number, cells: Int32Array, above: number): number {
  const start = cells[above] ?? 0;
  const length = (cells[above + CELL_END] ?? 0) - start;
  // What has several lines is always looked at: they are counted.
  if (cells[above + CELL_AGAIN] === -1 || from + length >= bytes.length) return -1;
  for (let k = 0; k <= length; k++) if (bytes[start + k] !== bytes[from + k]) return -1;
  return from + length;
}

/** MurmurHash3's mixing, in two lanes of which one feeds the other. */
function mixLow(low: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = (mixed << 15) | (mixed >>> 17);
  const all = low ^ Math.imul(mixed, 0x1b873593);
  return (Math.imul((all << 13) | (all >>> 19), 5) + 0xe6546b64) | 0;
}

function mixHigh(high: number, word: number): number {
  let mixed = Math.imul(word, 0x38b34ae5);
  mixed = (mixed << 18) | (mixed >>> 14);
  const all = high ^ Math.imul(mixed, 0xa1e38b93);
  return (Math.imul((all << 11) | (all >>> 21), 5) + 0x561ccd1b) | 0;
}

function wordAt(bytes: Uint8Array, k: number): number {
  return (bytes[k] ?? 0) | ((bytes[k + 1] ?? 0) << 8) | ((bytes[k + 2] ?? 0) << 16) | ((bytes[k + 3] ?? 0) << 24);
}

function tailOf(bytes: Uint8Array, from: number, to: number): number {
  let word = 0;
  for (let k = from; k < to; k++) word = (word << 8) | (bytes[k] ?? 0);
  return word;
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
