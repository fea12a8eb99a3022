/** Cuts a delimited text, as bytes, into rows and their cells. */
import type { CellTexts } from './cell-texts.ts';
import { textsIn } from './cell-texts.ts';
import type { Encoding } from './decode.ts';
import { decodeHead } from './decode.ts';
import type { RowCells, TableRow } from './row-cells.ts';
import { isSameBytes } from './row-cells.ts';

/** A row longer than this has an unclosed quote, or is no row: reading on would swallow the file into one cell. */
const MAX_ROW_BYTES = 1 << 20;
const [LF, CR, QUOTE] = [10, 13, 34];

/** Cuts rows out of pieces of a file, and is the row that was cut last. */
export class RowCutter implements RowCells {
  line = 0;
  count = 0;
  openQuote = false;
  isUnended = false;
  above: () => Iterable<TableRow> = () => [];
  readonly byCell = this;
  /** What is not cut yet lies between `at` and `end`; bytes after `end` are of earlier pieces. */
  bytes = Buffer.allocUnsafeSlow(0);

  private readonly decoder: CellTexts;
  /** Four bytes, each the least that ends no cell. */
  private readonly least: number;
  private words = new DataView(this.bytes.buffer);
  private at = 0;
  private end = 0;
  private isAtStart = true;
  /** Line of the row at `at`. */
  private nextLine = 1;
  /** Line ends within the quotes of the row that is being cut. */
  private linesInside = 0;
  /** Where the cells begin and end. */
  private starts: number[] = [];
  private ends: number[] = [];
  /** How many cells the row above has, and where they are; 0 where its bytes are gone. */
  private aboveCount = 0;
  private aboveStarts: number[] = [];
  private aboveEnds: number[] = [];
  /** What cells say, where that was asked for. */
  private readonly texts: string[] = [];
  private readonly isKnown: boolean[] = [];

  constructor(
    private readonly encoding: Encoding,
    private readonly separator: number,
    private skipped: number,
  ) {
    this.decoder = textsIn(encoding);
    this.least = (Math.max(separator, CR) + 1) * 0x01010101;
  }

  get cells(): readonly string[] {
    for (let index = 0; index < this.count; index++) this.text(index);
    this.texts.length = this.count;
    return this.texts;
  }

  text(index: number): string {
    if (index >= this.count) return '';
    if (this.isKnown[index] !== true) {
      this.texts[index] = this.decoder.read(this.bytes, this.startOf(index), this.endOf(index));
      this.isKnown[index] = true;
    }
    return this.texts[index] as string;
  }

  startOf(index: number): number {
    return this.starts[index] as number;
  }

  endOf(index: number): number {
    return this.ends[index] as number;
  }

  isAgain(index: number): boolean {
    if (index >= this.aboveCount || index >= this.count) return false;
    const { bytes, aboveStarts, aboveEnds } = this;
    const [from, to] = [aboveStarts[index] as number, aboveEnds[index] as number];
    return isSameBytes(bytes, this.startOf(index), this.endOf(index), bytes, from, to);
  }

  add(chunk: Uint8Array): void {
    const rest = this.end - this.at;
    const needed = rest + chunk.length;
    const bytes = needed > this.bytes.length ? Buffer.allocUnsafeSlow(needed * 2) : this.bytes;
    this.bytes.copy(bytes, 0, this.at, this.end);
    bytes.set(chunk, rest);
    if (bytes !== this.bytes) this.words = new DataView(bytes.buffer);
    this.bytes = bytes;
    this.at = 0;
    this.end = needed;
    this.count = 0;
  }

  /** Goes to the next row. False: there is none, or its end is not there yet. `isWhole`: no more bytes will come. */
  next(isWhole: boolean): boolean {
    if (this.isAtStart && !this.skipMark(isWhole)) return false;
    while (this.at < this.end) {
      if (!this.cutRow(isWhole)) return false;
      const isBlank = this.count === 1 && this.text(0) === '';
      if (!isBlank && this.skipped === 0) return true;
      if (!isBlank) this.skipped -= 1;
      // The row above is the one that was given last.
      this.count = 0;
    }
    return false;
  }

  /** Goes to what there is of the next row where that is too long to be one. */
  isEndless(): boolean {
    if (this.end - this.at <= MAX_ROW_BYTES) return false;
    const beginning = decodeHead(this.bytes.subarray(this.at, this.at + 320), this.encoding);
    this.endOpen(0, beginning.slice(0, 80));
    return true;
  }

  /** False: what is there may be the beginning of a byte order mark. */
  private skipMark(isWhole: boolean): boolean {
    if (this.end < 3 && !isWhole) return false;
    const [a, b, c] = this.bytes;
    if (this.end >= 3 && a === 0xef && b === 0xbb && c === 0xbf) this.at = 3;
    this.isAtStart = false;
    return true;
  }

  private cutRow(isWhole: boolean): boolean {
    const { starts, ends } = this;
    this.aboveCount = this.count;
    this.linesInside = 0;
    this.count = 0;
    this.starts = this.aboveStarts;
    this.ends = this.aboveEnds;
    this.aboveStarts = starts;
    this.aboveEnds = ends;
    return this.cutCells(isWhole);
  }

  private cutCells(isWhole: boolean): boolean {
    const { bytes, end, separator, starts, ends, isKnown } = this;
    let column = 0;
    let i = this.at;
    for (; ; i += 1) {
      starts[column] = i;
      isKnown[column] = false;
      if (i < end && bytes[i] === QUOTE) i = this.skipQuotes(i);
      if (i > end) return isWhole && this.cutOpen(column);
      i = this.findCellEnd(i);
      if (i === end && !isWhole) return false;
      ends[column] = i;
      column += 1;
      if (i === end || bytes[i] !== separator) break;
    }
    // A CR may be half of CRLF.
    if (!isWhole && bytes[i] === CR && i + 1 === end) return false;
    this.count = column;
    this.isUnended = i === end;
    this.at = this.isUnended ? end : i + (bytes[i] === CR && i + 1 < end && bytes[i + 1] === LF ? 2 : 1);
    this.line = this.nextLine;
    this.nextLine += 1 + this.linesInside;
    return true;
  }

  /** The last row: a quote that opens in this column does not close. */
  private cutOpen(column: number): true {
    // As if its last line ended.
    this.endOpen(column, `${this.decoder.decode(this.bytes, this.startOf(column), this.end)}\n`);
    return true;
  }

  private endOpen(column: number, cell: string): void {
    this.texts[column] = cell;
    this.isKnown[column] = true;
    this.count = column + 1;
    this.aboveCount = 0;
    this.openQuote = true;
    this.line = this.nextLine;
    this.at = this.end;
  }

  /** Where a cell goes on after quotes that open at `from`; beyond the end where they do not close. */
  private skipQuotes(from: number): number {
    const { bytes, end } = this;
    for (let i = from + 1; i < end; i++) {
      const byte = bytes[i];
      if (byte === CR || (byte === LF && bytes[i - 1] !== CR)) this.linesInside += 1;
      if (byte !== QUOTE) continue;
      if (i + 1 === end || bytes[i + 1] !== QUOTE) return i + 1;
      i += 1;
    }
    return end + 1;
  }

  private findCellEnd(from: number): number {
    const { bytes, words, end, separator, least } = this;
    let i = from;
    while (i < end) {
      const word = i + 4 <= end ? words.getInt32(i) : 0;
      // None of four bytes is below `least`: Bit Twiddling Hacks, “Determine if a word has a byte less than n”.
      if (((word - least) & ~word & 0x80808080) === 0) {
        i += 4;
        continue;
      }
      const byte = bytes[i];
      if (byte === separator || byte === LF || byte === CR) break;
      i += 1;
    }
    return i;
  }
}
