/**
 * Delimited text to rows of cells: RFC 4180 with quotes, any line end, in flat memory. It is cut as bytes of UTF-8.
 *
 * Our own: libraries glue a short row to the next, break characters between pieces, or are several times slower.
 */
import { type ByteSource, decodeChunks, type Encoding } from './decode.ts';

/** A row of a delimited text or of a sheet. */
export interface TableRow {
  /** Line of the file on which the row begins, from 1; in a sheet the number that it shows. */
  readonly line: number;
  readonly cells: readonly string[];
  /** How many of the first cells are those of the row above, as far as that was looked at. */
  readonly same?: number;
  /** A quote was opened and the file ended: everything after it may have been swallowed. */
  readonly openQuote?: true;
  /** The file ended before its last line did: it was written so, or cut off. `quoted`: after quotes, which end the cell. */
  readonly unended?: 'bare' | 'quoted';
}

/** Excel hides a first line `sep=;`, which says by what the cells are parted. */
const SEPARATOR_LINE = /^\ufeff?"?sep=([\t ,;|])"?\r?\n/i;

/** How a text is cut into rows: what that line says, else the header's own separator: the one of tab, comma and semicolon that it has most of. */
export function delimitersOf(head: string): { readonly separator: string; readonly hiddenLines: number } {
  const said = SEPARATOR_LINE.exec(head)?.[1];
  if (said !== undefined) return { separator: said, hiddenLines: 1 };
  const line = /[^\r\n]+/.exec(head)?.[0] ?? '';
  const count = (c: string) => line.split(c).length;
  const separator = ['\t', ';'].reduce((best, c) => (count(c) > count(best) ? c : best), ',');
  return { separator, hiddenLines: 0 };
}

/** A row longer than this has an unclosed quote, or is no row: reading on would swallow the file into one cell. */
const MAX_ROW_BYTES = 1 << 20;
const SHOWN_BYTES = 320;
const [LF, CR, QUOTE] = [10, 13, 34];

/** The rows without blank lines and without the first `skipped` ones; may be read several times. `separator` is one character of ASCII. */
export function csvRows(source: ByteSource, encoding: Encoding, separator: string, skipped = 0): Iterable<TableRow> {
  return { [Symbol.iterator]: () => scan(source, encoding, separator, skipped) };
}

function* scan(source: ByteSource, encoding: Encoding, separator: string, skipped: number): Generator<TableRow> {
  const chunks = encoding === 'utf-8' ? source.chunks() : encodeChunks(decodeChunks(source, encoding));
  const cutter = new RowCutter(separator.charCodeAt(0));
  let count = 0;
  for (const chunk of chunks) {
    cutter.add(chunk);
    for (let row = cutter.next(false); row; row = cutter.next(false)) if (++count > skipped) yield row;
    const endless = cutter.endless();
    if (!endless) continue;
    yield endless;
    return;
  }
  for (let row = cutter.next(true); row; row = cutter.next(true)) if (++count > skipped) yield row;
}

function* encodeChunks(chunks: Iterable<string>): Generator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** Cuts pieces of a file into rows. */
class RowCutter {
  private bytes = Buffer.alloc(0);
  /** Bytes from `at` to `end` are not cut yet. */
  private at = 0;
  private end = 0;
  /** Of the row at `at`. */
  private line = 1;
  /** Where the row above begins, its cells, and where each ends, from there. No cells: its bytes are gone. */
  private aboveAt = 0;
  private above: string[] = [];
  private readonly ends: number[] = [];
  private readonly texts = new CellTexts();
  /** By byte, whether it ends a cell. */
  private readonly isEnd = new Uint8Array(256);

  constructor(private readonly separator: number) {
    for (const byte of [separator, LF, CR]) this.isEnd[byte] = 1;
  }

  add(chunk: Uint8Array): void {
    const rest = this.end - this.at;
    const needed = rest + chunk.length;
    const bytes = needed > this.bytes.length ? Buffer.allocUnsafeSlow(needed * 2) : this.bytes;
    this.bytes.copy(bytes, 0, this.at, this.end);
    bytes.set(chunk, rest);
    this.bytes = bytes;
    this.at = 0;
    this.end = needed;
    this.above = [];
  }

  /** The next row that is not blank; null: none, or its end has not arrived. `isWhole`: no more bytes will come. */
  next(isWhole: boolean): TableRow | null {
    for (let row = this.cutRow(isWhole); row; row = this.cutRow(isWhole))
      if (row.cells.length > 1 || row.cells[0] !== '') return row;
    return null;
  }

  /** The beginning of the next row where that is too long to be one. */
  endless(): TableRow | null {
    const { bytes, at, end, line } = this;
    if (end - at <= MAX_ROW_BYTES) return null;
    return { line, cells: [bytes.toString('utf8', at, at + SHOWN_BYTES).slice(0, 80)], openQuote: true };
  }

  private cutRow(isWhole: boolean): TableRow | null {
    const { bytes, separator, isEnd, texts, line, end, ends } = this;
    const begin = line === 1 && this.hasMark() ? this.at + 3 : this.at;
    if (begin === end) return null;
    const same = this.countSame(begin);
    const cells = this.above.slice();
    let column = same;
    let at = same > 0 ? begin + (ends[same - 1] as number) : begin;
    let from = at;
    let nextLine = line + 1;
    for (; ; at += 1) {
      from = at;
      if (at < end && bytes[at] === QUOTE) {
        for (at += 1; at < end && !(bytes[at] === QUOTE && (at + 1 === end || bytes[at + 1] !== QUOTE)); at += 1) {
          const byte = bytes[at];
          if (byte === QUOTE) at += 1;
          else if (byte === CR || (byte === LF && bytes[at - 1] !== CR)) nextLine += 1;
        }
        if (at >= end) {
          if (!isWhole) return null;
          this.at = end;
          return { line, cells: [...cells.slice(0, column), bytes.toString('utf8', from, end)], openQuote: true };
        }
        at += 1;
      }
      while (at < end && isEnd[bytes[at] as number] === 0) at += 1;
      if (at === end && !isWhole) return null;
      cells[column] = texts.read(bytes, from, at);
      ends[column] = at + 1 - begin;
      column += 1;
      if (at === end || bytes[at] !== separator) break;
    }
    // A CR may be half of CRLF.
    if (!isWhole && bytes[at] === CR && at + 1 === end) return null;
    cells.length = column;
    this.aboveAt = begin;
    this.above = nextLine > line + 1 ? [] : cells;
    this.line = nextLine;
    this.at = at === end ? end : bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF ? at + 2 : at + 1;
    return at < end ? { line, cells, same } : { line, cells, same, unended: bytes[from] === QUOTE ? 'quoted' : 'bare' };
  }

  /** How many of the first cells have the bytes of the row above: most rows begin alike. */
  private countSame(begin: number): number {
    const { bytes, aboveAt, above, ends } = this;
    const most = Math.min(this.end - begin, begin - aboveAt);
    let length = 0;
    while (length < most && bytes[begin + length] === bytes[aboveAt + length]) length += 1;
    let same = 0;
    while (same < above.length - 1 && (ends[same] as number) <= length) same += 1;
    return same;
  }

  private hasMark(): boolean {
    const { bytes, at, end } = this;
    return at + 3 <= end && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
  }
}

/** Bytes of the longest cell that is remembered, and how many are (as bits): they must fit into the processor's cache. */
const [LONGEST, PLACE_BITS] = [32, 11];
/** Cells differ most in their last bytes. */
const HASHED = 12;

/**
 * Texts of cells by their bytes. Short ones are remembered in a table by a hash of the bytes, until another takes the place: the
 * same few texts stand in many rows.
 */
class CellTexts {
  private readonly bytes = new Uint8Array(LONGEST << PLACE_BITS);
  private readonly lengths = new Uint8Array(1 << PLACE_BITS);
  private readonly texts: string[] = new Array(1 << PLACE_BITS).fill('');

  read(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (length > LONGEST) return unquote(bytes.toString('utf8', from, to));
    let hash = length;
    for (let i = Math.max(from, to - HASHED); i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x9e3779b1);
    const place = hash >>> (32 - PLACE_BITS);
    if (this.isAt(place, bytes, from, length)) return this.texts[place] as string;
    for (let i = 0; i < length; i++) this.bytes[place * LONGEST + i] = bytes[from + i] as number;
    this.lengths[place] = length;
    const text = unquote(bytes.toString('utf8', from, to));
    this.texts[place] = text;
    return text;
  }

  private isAt(place: number, bytes: Buffer, from: number, length: number): boolean {
    if (this.lengths[place] !== length) return false;
    const start = place * LONGEST;
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== bytes[from + i]) return false;
    return true;
  }
}

/** Text after the closing quote belongs to the cell too (`"a"b`), as spreadsheets read it. */
function unquote(cell: string): string {
  if (!cell.startsWith('"')) return cell;
  let close = cell.indexOf('"', 1);
  while (cell[close + 1] === '"') close = cell.indexOf('"', close + 2);
  return cell.slice(1, close).replaceAll('""', '"') + cell.slice(close + 1).trimEnd();
}
