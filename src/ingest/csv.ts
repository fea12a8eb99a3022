/**
 * Delimited text to rows of cells: RFC 4180 with quotes, any line end, in flat memory. It is cut as bytes, since most cells
 * of a large table are those of the row above, and only what is asked for becomes a text.
 *
 * Our own: libraries glue a short row to the next, break characters between pieces, or are several times slower.
 */
import type { ByteSource, Encoding } from './decode.ts';
import { decodeChunks, holdsAscii } from './decode.ts';
import type { TableRow } from './row-cells.ts';
import { RowCutter } from './row-cutter.ts';

/** A download may come as one piece, which would be copied whole. */
const PIECE_BYTES = 1 << 18;

/** Gives the rows but blank lines, and but the first `skipped` ones. `separator` is one character of ASCII. */
export function* scanCsv(
  source: ByteSource,
  encoding: Encoding,
  separator: string,
  skipped = 0,
): Generator<TableRow, void, undefined> {
  // In UTF-16 a byte of another character may look like a separator.
  const isCut = holdsAscii(encoding);
  const chunks = isCut ? source.chunks() : encodeChunks(decodeChunks(source, encoding));
  const rows = new RowCutter(isCut ? encoding : 'utf-8', separator.charCodeAt(0), skipped);
  rows.above = () => scanCsv(source, encoding, separator, skipped);
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      rows.add(chunk.subarray(at, at + PIECE_BYTES));
      while (rows.next(false)) yield rows;
      if (!rows.isEndless()) continue;
      yield rows;
      return;
    }
  }
  while (rows.next(true)) yield rows;
}

function* encodeChunks(chunks: Iterable<string>): Generator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
