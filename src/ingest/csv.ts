/**
 * Delimited text to rows of cells: RFC 4180 with quotes, any line end, in flat memory. It is cut as bytes, since most cells
 * of a large table are those of the row above, and only what is asked for becomes a text.
 *
 * Our own: libraries glue a short row to the next, break characters between pieces, or are several times slower.
 */
import type { ByteSource, Encoding } from './decode.ts';
import { decodeChunks, holdsAscii } from './decode.ts';
import type { RowCells } from './row-cells.ts';
import { RowCutter } from './row-cutter.ts';

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
}

/** A download may come as one piece, which would be copied whole. */
const PIECE_BYTES = 1 << 18;

export interface TableRows extends IterableIterator<TableRow, undefined> {
  /** To call where the rest is not wanted. */
  return(): { done: true; value: undefined };
}

/** Gives the rows but blank lines, and but the first `skipped` ones. `separator` is one character of ASCII. */
export function scanCsv(source: ByteSource, encoding: Encoding, separator: string, skipped = 0): TableRows {
  // In UTF-16 a byte of another character may look like a separator.
  const isCut = holdsAscii(encoding);
  const chunks = isCut ? source.chunks() : encodeChunks(decodeChunks(source, encoding));
  return new RowScanner(chunks, new RowCutter(isCut ? encoding : 'utf-8', separator.charCodeAt(0), skipped));
}

function* encodeChunks(chunks: Iterable<string>): Generator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** Hands a cutter the pieces of a file as it needs them. No generator: this is called a million times. */
class RowScanner implements TableRows {
  private readonly chunks: Iterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;
  private isWhole = false;
  private isOver = false;
  private readonly found: { readonly done: false; readonly value: TableRow };

  constructor(
    chunks: Iterable<Uint8Array>,
    private readonly rows: RowCutter,
  ) {
    this.chunks = chunks[Symbol.iterator]();
    this.found = { done: false, value: rows };
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<TableRow, undefined> {
    while (!this.isOver) {
      if (this.rows.next(this.isWhole)) return this.found;
      if (this.isWhole) break;
      if (this.rows.isEndless()) {
        this.return();
        return this.found;
      }
      this.addPiece();
    }
    this.isOver = true;
    return { done: true, value: undefined };
  }

  return(): { done: true; value: undefined } {
    this.isOver = true;
    this.chunks.return?.();
    return { done: true, value: undefined };
  }

  private addPiece(): void {
    if (this.at >= this.chunk.length) {
      const next = this.chunks.next();
      this.isWhole = next.done === true;
      this.chunk = next.done ? new Uint8Array(0) : next.value;
      this.at = 0;
    }
    if (!this.isWhole) this.rows.add(this.chunk.subarray(this.at, this.at + PIECE_BYTES));
    this.at += PIECE_BYTES;
  }
}
