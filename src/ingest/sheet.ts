/**
 * Spreadsheets of every kind to sheets with rows of text, which the formats of tables read like any other table.
 *
 * Our own readers, because sheets are untrusted: the one library that reads them all (SheetJS, which writes our test files)
 * walks through whatever ranges a file claims and ends without a word where an `.xls` is cut off, so that neither its time nor
 * the completeness of what it read has a bound.
 */

import type { TableRow } from './csv.ts';
import { type ByteSource, bytesOf, decodeChunks, decodeHead, type Encoding, magicOf, type Survey } from './decode.ts';
import { stop } from './findings.ts';
import { openHtml } from './sheet-html.ts';
import { giveUpTooLarge, SHEET_LIMITS, type Sheet } from './sheet-limits.ts';
import { openXls } from './sheet-xls.ts';
import { openXlsx } from './sheet-xlsx.ts';
import { isWorkbookXml, openXml } from './sheet-xml.ts';

/** `page`: text with tags, a web page or an XML workbook. */
export type SheetKind = 'xlsx' | 'xls' | 'page';

const MAGIC: Readonly<Record<string, SheetKind>> = { '504b0304': 'xlsx', d0cf11e0: 'xls' };

/** By the first bytes, whatever the name says; null for any other file. */
export function kindOfSheet({ head, encoding }: Survey): SheetKind | null {
  const magic = MAGIC[magicOf(head)];
  if (magic) return magic;
  return encoding !== null && /^\s*</.test(decodeHead(head.subarray(0, 1024), encoding)) ? 'page' : null;
}

/** The sheets of a file. Nothing of it is trusted: neither sizes that it states nor what it refers to. */
export function openWorkbook(source: ByteSource, survey: Survey, kind: SheetKind): readonly Sheet[] {
  return orDamaged(() => {
    if (survey.bytes > SHEET_LIMITS.megabytes << 20) giveUpTooLarge('megabytes');
    switch (kind) {
      case 'xlsx':
        return openXlsx(bytesOf(source));
      case 'xls':
        return openXls(bytesOf(source));
      case 'page':
        return openPage(source, survey, survey.encoding ?? 'utf-8');
    }
  });
}

function openPage(source: ByteSource, survey: Survey, encoding: Encoding): readonly Sheet[] {
  const head = decodeHead(survey.head, encoding);
  const chunks = decodeChunks(source, encoding);
  return isWorkbookXml(head) ? openXml(chunks) : openHtml(chunks);
}

export interface SheetTable {
  readonly header: readonly string[];
  rows(): readonly TableRow[];
}

/** A sheet's header and the rows below it; null for a sheet without any. The rows are read when asked for, all at once. */
export function openTableOf(sheet: Sheet): SheetTable | null {
  return orDamaged(() => {
    const rows = sheet.rows()[Symbol.iterator]();
    const first = rows.next();
    if (first.done) return null;
    const rest = () => [...{ [Symbol.iterator]: () => rows }];
    return { header: first.value.cells, rows: () => orDamaged(rest) };
  });
}

function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    // Something was to be read beyond the end of a record.
    if (error instanceof RangeError) stop('sheet-damaged');
    throw error;
  }
}
