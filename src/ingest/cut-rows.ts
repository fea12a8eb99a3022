/** Where the rows of a table lie in its bytes, and a hash of each: the grammar of scan-table.ts without making cells. */
import { closingQuote, endOfCell } from './cut-cells.ts';

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

/**
 * Most rows have neither quotes nor lone CRs, so their end is the next LF, which is found many bytes at a time; the others
 * are walked through. A row that is recognised by its hash is never cut into cells (cut-cells.ts).
 */
export function makeCutter({ separator, seed, datedColumn }: CutRules): Cutter {
  const list = () => new Int32Array(64);
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
  let isHeaderNext = false;

  function isFirstDate(bytes: Uint8Array, from: number, to: number): boolean {
    firstDate ??= Uint8Array.from(bytes.subarray(from, to));
    const first = firstDate;
    if (first.length !== to - from) return false;
    for (let k = 0; k < first.length; k++) if (bytes[from + k] !== first[k]) return false;
    return true;
  }

  /** The hash has two lanes, of which each feeds the other. */
  function addRow(bytes: Uint8Array, words: DataView, start: number, end: number, line: number) {
    let dateStart = start;
    for (let column = 0; column < datedColumn && dateStart <= end; column++)
      dateStart = endOfCell(bytes, dateStart, end, separator) + 1;
    const hasDate = datedColumn >= 0 && dateStart <= end;
    if (!hasDate) dateStart = start;
    const dateEnd = hasDate ? endOfCell(bytes, dateStart, end, separator) : start;
    if (!isHeaderNext && cuts.areDatedAlike) cuts.areDatedAlike = isFirstDate(bytes, dateStart, dateEnd);
    // Kept in this function: what is shared with others is written to memory at every word.
    let low = seed;
    let high = ~seed;
    for (let k = start, to = dateStart; ; k = dateEnd, to = end) {
      for (; k + 8 <= to; k += 8) {
        low = mix(low ^ words.getInt32(k, true), 0xcc9e2d51);
        high = mix(high ^ low ^ words.getInt32(k + 4, true), 0x9e3779b1);
        low = (low + high) | 0;
      }
      for (; k < to; k++) {
        low = mix(low ^ (bytes[k] ?? 0), 0xcc9e2d51);
        high = mix(high ^ low, 0x9e3779b1);
      }
      if (to === end) break;
    }
    low = finish(low ^ (end - start - (dateEnd - dateStart)));
    high = finish(high ^ low);
    const at = cuts.count;
    if (at === cuts.starts.length)
      for (const key of ['starts', 'ends', 'lines', 'lows', 'highs'] as const) cuts[key] = doubled(cuts[key]);
    cuts.starts[at] = start;
    cuts.ends[at] = end;
    cuts.lines[at] = line;
    cuts.lows[at] = low === 0 && high === 0 ? 1 : low;
    cuts.highs[at] = high;
    cuts.count = at + 1;
  }

  return {
    cut(bytes, atEnd, isHeader = false) {
      const { length } = bytes;
      const words = new DataView(bytes.buffer, bytes.byteOffset, length);
      const next = (code: number, from: number) => {
        const at = bytes.indexOf(code, from);
        return at < 0 ? length : at;
      };
      cuts.count = 0;
      cuts.end = 0;
      isHeaderNext = isHeader;
      let [lf, cr, quote] = [-1, -1, -1];
      for (let i = 0; i < length && !(isHeader && cuts.count === 1); i = cuts.end) {
        let linesInside = 0;
        // Where the row would end if it went on from here without quotes.
        for (let from = i; ; ) {
          if (lf < from) lf = next(LF, from);
          if (cr < from) cr = next(CR, from);
          if (quote < from) quote = next(QUOTE, from);
          if (quote > lf || quote > cr || quote === length) break;
          // Only what a cell begins with are quotes; any other is a sign like another.
          const isOpening = quote === i || bytes[quote - 1] === separator;
          from = isOpening ? closingQuote(bytes, quote, length) : quote;
          if (lf < from || cr < from) linesInside += countLines(bytes, quote, from);
          from += 1;
        }
        const end = Math.min(lf, cr);
        // What ends with the piece may go on in the next, and a lone CR may be half of CRLF.
        if (!atEnd && (end >= length || (bytes[end] === CR && end + 1 >= length))) break;
        if (end > i) addRow(bytes, words, i, end, nextLine);
        nextLine += 1 + linesInside;
        cuts.end = Math.min(end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1), length);
      }
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

/** Line ends between two places; CRLF is one. */
function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let i = from; i < to; i++) if (bytes[i] === CR || (bytes[i] === LF && bytes[i - 1] !== CR)) lines += 1;
  return lines;
}

function mix(word: number, factor: number): number {
  const mixed = Math.imul(word, factor);
  return (mixed << 15) | (mixed >>> 17);
}

/** As MurmurHash3 ends. */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
