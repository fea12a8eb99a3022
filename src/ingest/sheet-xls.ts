/**
 * Workbooks of Excel 5 to 2003 (.xls), also as WPS and the alliance write them: a stream of records in a compound file
 * ([MS-XLS]). Only the records that hold text and numbers are read; what the file says of its own size is not.
 */
import { openCompoundFile } from './compound-file.ts';
import type { TableRow } from './csv.ts';
import { stop } from './findings.ts';
import { Grid, type Sheet } from './sheet-limits.ts';
import { type Book, flagText, kindOfFormat, numberText } from './sheet-number.ts';
import { errorText, readChars, readSharedStrings, scanRecords, type XlsRecord } from './xls-record.ts';

const RECORD = {
  formula: 0x0006,
  eof: 0x000a,
  date1904: 0x0022,
  filePass: 0x002f,
  codePage: 0x0042,
  boundSheet: 0x0085,
  multipleRk: 0x00bd,
  richString: 0x00d6,
  cellFormat: 0x00e0,
  mergedCells: 0x00e5,
  sharedStrings: 0x00fc,
  sharedLabel: 0x00fd,
  number: 0x0203,
  label: 0x0204,
  boolError: 0x0205,
  string: 0x0207,
  rk: 0x027e,
  format: 0x041e,
  begin: 0x0809,
} as const;

const WORKSHEET = 0;
const LATEST = 0x0600;
const EXCEL_5 = 0x0500;

interface XlsBook extends Book {
  readonly isUnicode: boolean;
  readonly codePage: number;
}

/** The sheets of a workbook, in its order. */
export function openXls(file: Uint8Array): readonly Sheet[] {
  const streamOf = openCompoundFile(file);
  if (streamOf('EncryptedPackage')) stop('sheet-locked');
  const stream = streamOf('Workbook') ?? streamOf('Book');
  if (!stream) return stop('not-supported-yet', { kind: 'OLE' });
  const { book, bounds } = readGlobals(stream);
  return bounds.map(({ at, name, isHidden }) => ({ name, isHidden, rows: () => readSheet(stream, at, book) }));
}

interface Bound {
  readonly at: number;
  readonly name: string;
  readonly isHidden: boolean;
}

function readGlobals(stream: Uint8Array): { readonly book: XlsBook; readonly bounds: readonly Bound[] } {
  let [isUnicode, codePage, starts1904, strings]: [boolean, number, boolean, string[]] = [true, 1252, false, []];
  const bounds: Bound[] = [];
  const codes = new Map<number, string>();
  const formats: number[] = [];
  const text = (record: XlsRecord, at: number, lengthBytes: 1 | 2) =>
    readChars(record, at, lengthBytes, isUnicode, codePage);
  for (const record of scanRecords(stream, 0)) {
    const { body, id } = record;
    if (id === RECORD.begin) isUnicode = versionOf(record) === LATEST;
    else if (id === RECORD.filePass) stop('sheet-locked');
    else if (id === RECORD.codePage) codePage = body.getUint16(0, true);
    else if (id === RECORD.date1904) starts1904 = body.getUint16(0, true) === 1;
    else if (id === RECORD.format) codes.set(body.getUint16(0, true), text(record, 2, isUnicode ? 2 : 1));
    else if (id === RECORD.cellFormat) formats.push(body.getUint16(2, true));
    else if (id === RECORD.sharedStrings) strings = readSharedStrings(record);
    else if (id === RECORD.boundSheet && body.getUint8(5) === WORKSHEET)
      bounds.push({ at: body.getUint32(0, true), isHidden: (body.getUint8(4) & 3) !== 0, name: text(record, 6, 1) });
  }
  const kinds = formats.map((format) => kindOfFormat(format, codes.get(format) ?? null));
  return { book: { isUnicode, codePage, starts1904, strings, kinds }, bounds };
}

function versionOf({ body }: XlsRecord): number {
  const version = body.getUint16(0, true);
  return version === LATEST || version === EXCEL_5 ? version : stop('not-supported-yet', { kind: 'Excel 2–4' });
}

function readSheet(stream: Uint8Array, at: number, book: XlsBook): TableRow[] {
  const grid = new Grid();
  /** The cell of a formula whose text follows in a record of its own. */
  let awaited: { readonly row: number; readonly column: number } | null = null;
  for (const record of scanRecords(stream, at)) {
    if (record.id === RECORD.string && awaited) {
      grid.put(awaited.row, awaited.column, readChars(record, 0, 2, book.isUnicode, book.codePage));
      awaited = null;
    } else if (CELLS.has(record.id)) awaited = readCell(record, grid, book);
    else if (record.id === RECORD.mergedCells) readMerged(record, grid);
  }
  return grid.rows();
}

/** How many, and of each its first and last row, and its first and last column. */
function readMerged({ body }: XlsRecord, grid: Grid): void {
  for (let at = 2; at + 8 <= body.byteLength; at += 8)
    grid.merge(body.getUint16(at, true), body.getUint16(at + 4, true), body.getUint16(at + 2, true));
}

const CELLS = new Set<number>([
  RECORD.formula,
  RECORD.multipleRk,
  RECORD.richString,
  RECORD.sharedLabel,
  RECORD.number,
  RECORD.label,
  RECORD.boolError,
  RECORD.rk,
]);

/** Puts the cell's text into the grid; gives its place where the text is still to come. */
function readCell(record: XlsRecord, grid: Grid, book: XlsBook): { row: number; column: number } | null {
  const { id, body } = record;
  const [row, column, style] = [body.getUint16(0, true), body.getUint16(2, true), body.getUint16(4, true)];
  const put = (text: string) => grid.put(row, column, text);
  const number = (value: number, ofStyle = style) => numberText(value, book.kinds[ofStyle] ?? 'plain', book.starts1904);
  switch (id) {
    case RECORD.sharedLabel:
      put(book.strings[body.getUint32(6, true)] ?? stop('sheet-damaged'));
      break;
    case RECORD.label:
    case RECORD.richString:
      put(readChars(record, 6, 2, book.isUnicode, book.codePage));
      break;
    case RECORD.number:
      put(number(body.getFloat64(6, true)));
      break;
    case RECORD.rk:
      put(number(rkNumber(body.getUint32(6, true))));
      break;
    case RECORD.multipleRk:
      for (let at = 4, c = column; at + 8 <= body.byteLength; at += 6, c++)
        grid.put(row, c, number(rkNumber(body.getUint32(at + 2, true)), body.getUint16(at, true)));
      break;
    case RECORD.boolError:
      put(body.getUint8(7) === 1 ? errorText(body.getUint8(6)) : flagText(body.getUint8(6) !== 0));
      break;
    case RECORD.formula:
      if (body.getUint16(12, true) !== 0xffff) put(number(body.getFloat64(6, true)));
      else if (body.getUint8(6) === 0) return { row, column };
      else if (body.getUint8(6) === 1) put(flagText(body.getUint8(8) !== 0));
      else if (body.getUint8(6) === 2) put(errorText(body.getUint8(8)));
      break;
  }
  return null;
}

/** Numbers in 30 bits: a whole number or the upper half of a float, either of them in hundredths. */
function rkNumber(rk: number): number {
  let value = rk >> 2;
  if ((rk & 2) === 0) {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(4, rk & 0xfffffffc, true);
    value = view.getFloat64(0, true);
  }
  return rk & 1 ? value / 100 : value;
}
