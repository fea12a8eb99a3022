/**
 * A table in bytes to rows of cells, as scan-table.ts makes them of text. Cells that say what they said before are not
 * decoded again, and rows that the snapshot before had byte for byte are not read at all: they are only marked
 * (domain/row-marks.ts).
 *
 * Why: most cells of a large table stand in the row before too, and of a million rows a day 97 % are those of yesterday.
 * Cutting and hashing takes a tenth of what making a text of every cell and reading it does. Both ways cut rows by one
 * grammar: test/ingest/own-parts.test.ts proves that they give the same rows, and test/cli/unchanged.test.ts that they
 * leave the same ledger.
 */
import { TextDecoder } from 'node:util';
import type { KnownRows, RowMarks } from '../domain/row-marks.ts';
import { makeRowMarks } from '../domain/row-marks.ts';
import { makeDecoder, rememberTexts } from './cell-texts.ts';
import { makeCellCutter } from './cut-cells.ts';
import type { Cuts } from './cut-rows.ts';
import { makeCutter } from './cut-rows.ts';
import type { Encoding } from './decode.ts';
import type { TableRow } from './scan-table.ts';
import { MAX_ROW_CHARS, scanTable } from './scan-table.ts';

const LF = 10;

/** Snapshots that a table may go on from. */
export interface RowMemory {
  readonly seed: number;
  /** Rows of snapshots whose tables were read alike, the newest first. */
  recall(print: string): Iterable<KnownRows>;
}

export interface RawTable {
  readonly encoding: Encoding;
  readonly delimiter: string;
  /** The column that says when a row was captured, which no mark depends on; -1: there is none. */
  readonly datedColumn: number;
}

/** Encodings in which no byte of another character looks like a separator, a quote or a line end. */
export function canReadRaw(encoding: Encoding): boolean {
  return encoding === 'utf-8' || encoding === 'gb18030';
}

/** Chooses the snapshot that has at least half of the rows at the head of the file. */
export function chooseKnown(memory: RowMemory, print: string, head: Uint8Array, table: RawTable): RowMarks {
  // What the head cuts off in the middle is no row.
  const wholeRows = head.subarray(0, head.lastIndexOf(LF) + 1);
  for (const known of memory.recall(print)) {
    const marks = makeRowMarks(print, memory.seed, known);
    for (const _ of readRawRows([wholeRows], table, marks));
    let hits = 0;
    for (let i = 0; i < marks.count; i++) if (marks.place(i) < 0) hits += 1;
    if (hits * 2 >= marks.count) return makeRowMarks(print, memory.seed, known);
  }
  return makeRowMarks(print, memory.seed, null);
}

/**
 * All rows after the header, but blank ones and those that are known. The first row is always read: it says when and for
 * whom. `chunks`: the file from its beginning.
 */
export function* readRawRows(chunks: Iterable<Uint8Array>, table: RawTable, marks: RowMarks): Generator<TableRow> {
  const { encoding, delimiter, datedColumn } = table;
  const separator = delimiter.charCodeAt(0);
  const cutter = makeCutter({ separator, seed: marks.seed, datedColumn });
  const cellCutter = makeCellCutter(separator);
  const textOf = rememberTexts(encoding);
  let rest: Uint8Array = new Uint8Array(0);
  let isAtStart = true;
  let isHeaderRead = false;
  let lastKnown = -1;

  function readCuts(bytes: Buffer, cuts: Cuts): TableRow[] {
    if (!cuts.areDatedAlike) marks.setMixed();
    const rows: TableRow[] = [];
    // Cells of the row that was read before.
    let before: readonly string[] = [];
    cellCutter.open(bytes);
    for (let i = 0; i < cuts.count; i++) {
      if (markRow(bytes, cuts, i) >= 0) continue;
      const [start, end, line] = [cuts.starts[i] ?? 0, cuts.ends[i] ?? 0, cuts.lines[i] ?? 0];
      if (end === bytes.length) {
        // What the file breaks off in.
        rows.push(...scanTable([makeDecoder(encoding)(bytes.subarray(start))], delimiter, line));
        continue;
      }
      const { texts: cells, again } = readCells(bytes, start, end, before);
      if (!isBlank(cells)) rows.push({ line, cells, openQuote: false, before, again });
      before = cells;
    }
    return rows;
  }

  function readCells(bytes: Buffer, from: number, to: number, before: readonly string[]) {
    const { count, starts, ends, hashes, agains, again } = cellCutter.cut(from, to);
    const texts = new Array<string>(count);
    for (let column = 0; column < count; column++) {
      const same = agains[column] === 1 ? before[column] : undefined;
      texts[column] = same ?? textOf(bytes, starts[column] ?? 0, ends[column] ?? 0, hashes[column] ?? 0);
    }
    return { texts, again };
  }

  function markRow(bytes: Uint8Array, cuts: Cuts, i: number): number {
    const [low, high, line] = [cuts.lows[i] ?? 0, cuts.highs[i] ?? 0, cuts.lines[i] ?? 0];
    // A row that the file breaks off in is read, so that its reader sees it.
    const isRead = marks.count === 0 || cuts.ends[i] === bytes.length;
    const known = isRead ? -1 : (marks.known?.find(low, high, lastKnown) ?? -1);
    marks.add(low, high, known < 0 ? line : -1 - known);
    if (known >= 0) lastKnown = known;
    return known;
  }

  function readPiece(piece: Uint8Array, isLast: boolean): TableRow[] {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    if (isAtStart && bytes.length < 3 && !isLast) {
      // It may be the beginning of a byte order mark.
      rest = bytes;
      return [];
    }
    if (isAtStart && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    isAtStart = false;
    while (!isHeaderRead) {
      const header = cutter.cut(bytes, isLast, true);
      cellCutter.open(bytes);
      isHeaderRead =
        header.count === 1 && !isBlank(readCells(bytes, header.starts[0] ?? 0, header.ends[0] ?? 0, []).texts);
      bytes = bytes.subarray(header.end);
      if (header.count === 0) {
        rest = bytes;
        return [];
      }
    }
    const cuts = cutter.cut(bytes, isLast);
    rest = bytes.subarray(cuts.end);
    return readCuts(bytes, cuts);
  }

  // Texts are copied out of a piece before the next is laid over it.
  let piece = Buffer.alloc(0);
  const join = (chunk: Uint8Array): Uint8Array => {
    if (rest.length === 0) return chunk;
    const length = rest.length + chunk.length;
    const room = length <= piece.length ? piece : Buffer.allocUnsafeSlow(length * 2);
    room.set(rest);
    room.set(chunk, rest.length);
    piece = room;
    return room.subarray(0, length);
  };

  for (const chunk of chunks) {
    for (const row of readPiece(join(chunk), false)) yield row;
    if (rest.length <= MAX_ROW_CHARS) continue;
    // Where the piece ends a character may be cut; four bytes are the most that one has.
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(rest.subarray(0, 320));
    yield { line: cutter.line, cells: [text.slice(0, 80)], openQuote: true };
    return;
  }
  for (const row of readPiece(rest, true)) yield row;
}

/** A line that is empty, or has no more than a pair of quotes. */
function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === '';
}
