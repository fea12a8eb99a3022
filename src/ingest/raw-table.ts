/**
 * A table in bytes to rows of cells, as scan-table.ts makes them of text. Rows that the snapshot before had byte for
 * byte are neither decoded nor read: they are only marked (domain/row-marks.ts).
 *
 * Why: of a million rows a day 97 % are those of yesterday. Reading all of them takes most of a next-day import; cutting
 * and hashing takes a tenth of that. Both ways cut rows by one grammar, and test/cli/unchanged.test.ts proves that they
 * leave the same ledger.
 */
import { TextDecoder } from 'node:util';
import type { KnownRows, RowMarks } from '../domain/row-marks.ts';
import { makeRowMarks } from '../domain/row-marks.ts';
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
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const cutter = makeCutter({ separator: delimiter.charCodeAt(0), seed: marks.seed, datedColumn });
  let rest: Uint8Array = new Uint8Array(0);
  let isAtStart = true;
  let isHeaderRead = false;
  let lastKnown = -1;

  function* readCuts(bytes: Uint8Array, cuts: Cuts): Generator<TableRow> {
    if (!cuts.areDatedAlike) marks.setMixed();
    let first = 0;
    for (let i = 0; i <= cuts.count; i++) {
      const known = i === cuts.count ? 0 : markRow(bytes, cuts, i);
      if (known < 0) continue;
      if (first < i) {
        const end = i < cuts.count ? cuts.starts[i] : cuts.end;
        yield* scanTable([decoder.decode(bytes.subarray(cuts.starts[first], end))], delimiter, cuts.lines[first]);
      }
      first = i + 1;
    }
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

  function* readPiece(piece: Uint8Array, isLast: boolean): Generator<TableRow> {
    let bytes = piece;
    if (isAtStart && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    isAtStart = false;
    if (!isHeaderRead) {
      const header = cutter.cut(bytes, isLast, true);
      isHeaderRead = header.count === 1;
      bytes = bytes.subarray(header.end);
    }
    if (isHeaderRead) {
      const cuts = cutter.cut(bytes, isLast);
      yield* readCuts(bytes, cuts);
      bytes = bytes.subarray(cuts.end);
    }
    rest = bytes;
  }

  for (const chunk of chunks) {
    yield* readPiece(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk, false);
    if (rest.length <= MAX_ROW_CHARS) continue;
    yield { line: cutter.line, cells: [new TextDecoder(encoding).decode(rest.subarray(0, 80))], openQuote: true };
    return;
  }
  yield* readPiece(rest, true);
}
