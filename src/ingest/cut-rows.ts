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
  let [low, high] = [0, 0];

  function compareDate(bytes: Uint8Array, from: number, to: number) {
    firstDate ??= Uint8Array.from(bytes.subarray(from, to));
    if (firstDate.length !== to - from) cuts.areDatedAlike = false;
    for (let i = from; i < to && cuts.areDatedAlike; i++) cuts.areDatedAlike = bytes[i] === firstDate[i - from];
  }

  function endOfRow(bytes: Uint8Array, from: number): number {
    for (let i = from; ; i += 1) {
      if (bytes[i] === QUOTE) i = closingQuote(bytes, i, bytes.length);
      while (i < bytes.length && bytes[i] !== separator && bytes[i] !== LF && bytes[i] !== CR) i++;
      if (bytes[i] !== separator) return i;
    }
  }

  /** MurmurHash3's mixing, in two lanes of which each feeds the other. */
  function addToHash(bytes: Uint8Array, words: DataView, from: number, to: number) {
    let k = from;
    for (; k + 8 <= to; k += 8) {
      const next = words.getInt32(k + 4, true);
      low = mixLow(low, words.getInt32(k, true));
      high = mixHigh(high, (next + low) | 0);
      low = mixLow(low, high ^ next);
    }
    for (; k < to; k++) {
      low = mixLow(low, bytes[k] ?? 0);
      high = mixHigh(high, ((bytes[k] ?? 0) + low) | 0);
    }
  }

  function addRow(bytes: Uint8Array, words: DataView, start: number, end: number, line: number, isHeader: boolean) {
    let dateStart = start;
    for (let column = 0; column < datedColumn && dateStart <= end; column++)
      dateStart = endOfCell(bytes, dateStart, end, separator) + 1;
    const hasDate = datedColumn >= 0 && dateStart <= end;
    if (!hasDate) dateStart = start;
    const dateEnd = hasDate ? endOfCell(bytes, dateStart, end, separator) : start;
    if (!isHeader) compareDate(bytes, dateStart, dateEnd);
    [low, high] = [seed, ~seed];
    addToHash(bytes, words, start, dateStart);
    addToHash(bytes, words, dateEnd, end);
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
      let [quote, cr] = [-1, -1];
      for (let i = 0; i < length && !(isHeader && cuts.count === 1); i = cuts.end) {
        if (quote < i) quote = next(QUOTE, i);
        if (cr < i) cr = next(CR, i);
        let end = next(LF, i);
        let linesInside = 0;
        if (quote < end) {
          end = endOfRow(bytes, i);
          linesInside = countLines(bytes, quote, end);
        } else if (cr < end) end = cr;
        // What ends with the piece may go on in the next, and a lone CR may be half of CRLF.
        if (!atEnd && (end >= length || (bytes[end] === CR && end + 1 >= length))) break;
        if (end > i) addRow(bytes, words, i, end, nextLine, isHeader);
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

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
