/** Where the rows of a table lie in its bytes, and a hash of each: the grammar of scan-table.ts without making cells. */

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
  /** Whether the cell that says when each row was captured is that of the first row of the file. */
  areDatedAlike: boolean;
  /** Where the first row that is not complete begins. */
  end: number;
}

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

export function makeCutter({ separator, seed, datedColumn }: CutRules): Cutter {
  let size = 1024;
  const list = () => new Int32Array(size);
  const cuts: Cuts = {
    count: 0,
    starts: list(),
    ends: list(),
    lines: list(),
    lows: list(),
    highs: list(),
    areDatedAlike: true,
    end: 0,
  };
  let nextLine = 1;
  let firstDate: Uint8Array | null = null;

  function grow() {
    size *= 2;
    for (const key of ['starts', 'ends', 'lines', 'lows', 'highs'] as const) {
      const grown = list();
      grown.set(cuts[key]);
      cuts[key] = grown;
    }
  }

  function compareDate(bytes: Uint8Array, from: number, to: number) {
    firstDate ??= Uint8Array.from(bytes.subarray(from, to));
    if (firstDate.length !== to - from) cuts.areDatedAlike = false;
    for (let i = from; i < to && cuts.areDatedAlike; i++) cuts.areDatedAlike = bytes[i] === firstDate[i - from];
  }

  return {
    cut(bytes, atEnd, isHeader = false) {
      const length = bytes.length;
      let i = 0;
      let line = nextLine;
      cuts.count = 0;
      cuts.end = 0;
      while (i < length && !(isHeader && cuts.count === 1)) {
        const start = i;
        let low = seed;
        let high = ~seed;
        let column = 0;
        let linesInside = 0;
        let dateStart = start;
        let dateEnd = start;
        for (;;) {
          const cellStart = i;
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
          if (column === datedColumn) {
            dateStart = cellStart;
            dateEnd = i;
          } else {
            // MurmurHash3's mixing, in two lanes of which one feeds the other. The last word of a cell has its length.
            let k = cellStart;
            for (;;) {
              const isTail = k + 4 > i;
              const word = isTail ? tailOf(bytes, k, i) ^ ((i - cellStart) << 24) : wordAt(bytes, k);
              let mixed = Math.imul(word, 0xcc9e2d51);
              mixed = (mixed << 15) | (mixed >>> 17);
              low ^= Math.imul(mixed, 0x1b873593);
              low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64) | 0;
              mixed = Math.imul((word + low) | 0, 0x38b34ae5);
              mixed = (mixed << 18) | (mixed >>> 14);
              high ^= Math.imul(mixed, 0xa1e38b93);
              high = (Math.imul((high << 11) | (high >>> 21), 5) + 0x561ccd1b) | 0;
              if (isTail) break;
              k += 4;
            }
          }
          if (i >= length || bytes[i] !== separator) break;
          column += 1;
          i += 1;
        }
        // What ends with the piece may go on in the next, and a lone CR may be half of CRLF.
        if (!atEnd && (i >= length || (bytes[i] === CR && i + 1 >= length))) break;
        const end = i;
        if (bytes[i] === CR && bytes[i + 1] === LF) i += 1;
        i += 1;
        if (end > start) {
          if (!isHeader) compareDate(bytes, dateStart, dateEnd);
          if (cuts.count === size) grow();
          const at = cuts.count;
          cuts.starts[at] = start;
          cuts.ends[at] = end;
          cuts.lines[at] = line;
          low = finish(low ^ (end - start));
          high = finish(high ^ low);
          cuts.lows[at] = low === 0 && high === 0 ? 1 : low;
          cuts.highs[at] = high;
          cuts.count = at + 1;
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
