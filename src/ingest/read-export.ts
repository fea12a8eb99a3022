/** From bytes to readings: recognise what a file is and read it, or say why not. */

import type { RateUnit } from './cells.ts';
import { csvRows } from './csv.ts';
import type { ByteSource, Encoding, Survey } from './decode.ts';
import { decodeChunks, decodeHead, isShort, magicOf } from './decode.ts';
import type { Findings, Refusal } from './findings.ts';
import { isRefusal, makeFindings, refuse } from './findings.ts';
import type { Batch, Format, JsonFormat, KnownIds, LinesFormat, ReadContext, TableFormat } from './format.ts';
import { FORMATS } from './formats/registry.ts';
import { idsOf } from './ids-in-name.ts';
import type { Json } from './json.ts';
import { parseJson } from './json.ts';
import { rowsOfLines, splitLines } from './json-lines.ts';
import type { MappingChoice } from './mapping.ts';
import { driftOfDocument, driftOfTable } from './mapping.ts';
import { formatsOf } from './mapping-formats.ts';
import { refuseOrderRows, refuseOrders } from './orders.ts';
import { pageTime } from './page-time.ts';
import { answersIn, COMMENTED_JSON, refuseAnswer, refuseComments, refuseOther, refusePage } from './refusals.ts';
import type { Sheet, SheetKind } from './sheet.ts';
import { kindOfSheet, openTableOf, openWorkbook } from './sheet.ts';
import { findHeaderBelow, findTitledHeader } from './title-row.ts';

export interface ReadOptions {
  /** Format id that overrides recognition. */
  readonly format: string | null;
  readonly mapping: MappingChoice;
  /** Ids given by flags; those in the file's name fill the rest. */
  readonly ids: KnownIds;
  readonly latestMs: number;
  /** Unit of bare rates of our own tables; null: not said. */
  readonly rateUnit: RateUnit | null;
}

export interface TableHead {
  readonly header: readonly string[];
  /** null: cells of a spreadsheet. */
  readonly separator: string | null;
}

/** A file being read. `findings` is complete only when `batches` has been read to its end. */
export interface OpenExport {
  readonly format: Format;
  readonly encoding: Encoding | Exclude<SheetKind, 'page'>;
  /** What locators count: lines of a text; rows of a sheet, which have the numbers that it shows, and of a JSON list. */
  readonly rowUnit: 'line' | 'row';
  /** The whole content, where it is one JSON document. */
  readonly document: Json | null;
  /** When the page's answer that it is was made, as far as it shows; weaker than `--captured-at`. */
  readonly pageMs: number | null;
  /** Its columns, where it is a table. */
  readonly table: TableHead | null;
  readonly batches: Iterable<Batch>;
  readonly findings: Findings;
}

/** Recognises an export and opens it for reading, or refuses it. Reads nothing twice that is large. */
export function openExport(source: ByteSource, survey: Survey, options: ReadOptions): OpenExport | Refusal {
  const notText = refuseBinary(survey);
  if (notText) return notText;
  const findings = makeFindings();
  const ids = idsOf(options.ids, source.name);
  if (isRefusal(ids)) return ids;
  const context: ReadContext = { ids, latestMs: options.latestMs, rateUnit: options.rateUnit, findings };
  const formats = formatsToTry(options);
  const named = formats.find((format) => format.id === options.format);
  const openedAs =
    (encoding: OpenExport['encoding']): Opened =>
    (format, batches, { document = null, pageMs = null, table = null } = {}) =>
      isRefusal(batches)
        ? asRecognised(batches, options)
        : { format, encoding, rowUnit: rowUnitOf(format, encoding), document, pageMs, table, batches, findings };
  const kind = kindOfSheet(survey);
  if (kind === 'xlsx' || kind === 'xls')
    return openSheets(source, survey, kind, '', named, options, context, openedAs(kind));
  const { encoding } = survey;
  if (!encoding) return refuse('bad-encoding');
  const opened = openedAs(encoding);
  const head = decodeHead(survey.head, encoding);
  if (kind === 'page') return openSheets(source, survey, kind, head, named, options, context, opened);
  const first = head.trimStart()[0];
  if (first === undefined && isShort(survey)) return refuse('empty');
  const looksLikeJson =
    first === '{' ||
    first === '[' ||
    (named === undefined && (/^\s*[\w$.]{1,64}\([[{]/.test(head) || COMMENTED_JSON.test(head)));
  if (named?.kind === 'table' || (!named && !looksLikeJson))
    return openTable(source, head, encoding, named, options, context, opened);
  const lines = named ?? formats.find((format) => format.kind === 'lines' && isLines(format, head));
  if (lines?.kind === 'lines') return opened(lines, lines.read(splitLines(decodeChunks(source, encoding)), context));
  const text = isShort(survey) ? head : [...decodeChunks(source, encoding)].join('');
  return openDocument(text, named, options, context, opened);
}

function rowUnitOf({ kind }: Format, encoding: OpenExport['encoding']): OpenExport['rowUnit'] {
  return kind === 'json' || encoding === 'xlsx' || encoding === 'xls' ? 'row' : 'line';
}

/** Nobody said that it is this format: it was taken for it. */
function asRecognised(refusal: Refusal, { format }: ReadOptions): Refusal {
  return refusal.code === 'not-this-format' && format === null ? refuse('unlike-format', refusal.args) : refusal;
}

/** Mappings come first: one that was made for just these columns knows better than a format that looks at some of them. */
function formatsToTry({ mapping: { mappings, only } }: ReadOptions): readonly Format[] {
  if (mappings.length === 0) return FORMATS;
  const mapped = mappings.flatMap(formatsOf);
  return only ? mapped : [...mapped, ...FORMATS];
}

type Opened = (
  format: Format,
  batches: Iterable<Batch> | Refusal,
  of?: Partial<Pick<OpenExport, 'document' | 'pageMs' | 'table'>>,
) => OpenExport | Refusal;

function openDocument(
  text: string,
  named: Format | undefined,
  options: ReadOptions,
  context: ReadContext,
  opened: Opened,
): OpenExport | Refusal {
  const parsed = parseJson(text);
  if (!parsed.ok) {
    const { duplicateKey, reason } = parsed;
    if (duplicateKey !== null) return refuse('duplicate-key', { key: duplicateKey });
    const rows = rowsOfLines(text);
    const isWhole = rows?.length === text.split('\n').filter((line) => line.trim() !== '').length;
    const answers = rows && isWhole && !named ? openAnswers(rows, formatsToTry(options), context, opened) : null;
    if (rows && !answers)
      return refuseOrderRows(rows) ?? driftOfDocument(rows, options.mapping) ?? refuse('unknown-format');
    if (answers) return answers;
    return refusePage(text) ?? refuseComments(text) ?? refuse('not-json', { reason });
  }
  const answers = answersIn(parsed.value);
  for (const answer of answers) {
    const notData = refuseAnswer(answer);
    if (notData) return notData;
  }
  const formats = named ? [named as JsonFormat] : formatsToTry(options).filter((format) => format.kind === 'json');
  for (const answer of answers) {
    const format = formats.find((known) => known.recognizes(answer));
    if (!format) continue;
    const pageMs = pageTime(answer, context.latestMs, context.findings);
    return opened(format, format.read(answer, context), { document: answer, pageMs });
  }
  // Named by the user: it says what is wrong with it.
  if (named) return opened(named, (named as JsonFormat).read(parsed.value, context), { document: parsed.value });
  return (
    refusePage(text) ??
    answers.reduce((refusal: Refusal | null, answer) => refusal ?? refuseOther(answer), null) ??
    driftOfDocument(parsed.value, options.mapping) ??
    refuse('unknown-format')
  );
}

/** Answers one a line, all of one format: each speaks for itself, so pages of a list are not joined. null: they are none. */
function openAnswers(
  lines: readonly Json[],
  known: readonly Format[],
  context: ReadContext,
  opened: Opened,
): OpenExport | Refusal | null {
  const formats = known.filter((format) => format.kind === 'json');
  const batches: Batch[] = [];
  let format: JsonFormat | undefined;
  for (const line of lines) {
    for (const answer of answersIn(line)) {
      const notData = refuseAnswer(answer);
      if (notData) return notData;
    }
    const answer = answersIn(line).find((inner) => (format ? [format] : formats).some((one) => one.recognizes(inner)));
    format ??= formats.find((one) => answer !== undefined && one.recognizes(answer));
    const read = answer === undefined ? undefined : format?.read(answer, context);
    if (read === undefined) return null;
    if (isRefusal(read)) return read;
    batches.push(...read);
  }
  return format ? opened(format, batches) : null;
}

function openTable(
  source: ByteSource,
  head: string,
  encoding: Encoding,
  named: TableFormat | undefined,
  options: ReadOptions,
  context: ReadContext,
  opened: Opened,
): OpenExport | Refusal {
  const { separator, hiddenLines } = delimitersOf(head);
  const [first, second] = csvRows(source, encoding, separator, hiddenLines);
  if (!first) return refuse('empty');
  const header = first.cells;
  const format = named ?? findTableFormat(header, options);
  if (!format)
    return (
      refuseOrders(header) ??
      refusePage(head) ??
      refuseTitle(findTitledHeader(head)) ??
      driftOfTable(header, options.mapping) ??
      refuse('unknown-format')
    );
  if (!second) return refuse('header-only');
  const rows = csvRows(source, encoding, separator, hiddenLines + 1);
  return opened(format, format.read(header, rows, context), { table: { header, separator } });
}

function findTableFormat(header: readonly string[], options: ReadOptions): TableFormat | undefined {
  return formatsToTry(options).find(
    (known): known is TableFormat => known.kind === 'table' && known.recognizes(header),
  );
}

/** Reads the first sheet whose header a format knows, and says which others have rows. `head`: of a page, its text. */
function openSheets(
  source: ByteSource,
  survey: Survey,
  kind: SheetKind,
  head: string,
  named: Format | undefined,
  options: ReadOptions,
  context: ReadContext,
  opened: Opened,
): OpenExport | Refusal {
  if (named && named.kind !== 'table') return refusePage(head) ?? refuse('not-this-format', { format: named.id });
  const sheets = openWorkbook(source, survey, kind);
  if (isRefusal(sheets)) return (sheets.code === 'sheet-damaged' && refusePage(head)) || sheets;
  let report: Refusal | null = null;
  let drift: Refusal | null = null;
  for (const sheet of sheets.filter(({ isHidden }) => !isHidden)) {
    const table = openTableOf(sheet);
    if (table === null) continue;
    if (isRefusal(table)) return table;
    report ??= refuseOrders(table.header);
    const format = named ?? findTableFormat(table.header, options);
    drift ??= format ? null : driftOfTable(table.header, options.mapping);
    if (!format) continue;
    const rows = table.rows();
    if (isRefusal(rows)) return rows;
    if (rows.length === 0) return refuse('header-only');
    const others = sheets.filter((other) => other !== sheet && openTableOf(other) !== null).map(({ name }) => name);
    if (others.length > 0 && kind !== 'page')
      context.findings.notes.push({ code: 'other-sheets', args: { sheet: sheet.name, others: others.join(', ') } });
    return opened(format, format.read(table.header, rows, context), {
      table: { header: table.header, separator: null },
    });
  }
  return (
    report ??
    refusePage(head) ??
    refuseHidden(sheets, options) ??
    refuseTitledSheet(sheets) ??
    drift ??
    refuse('unknown-format')
  );
}

/** By the first sheet that is to be seen and has rows. */
function refuseTitledSheet(sheets: readonly Sheet[]): Refusal | null {
  for (const sheet of sheets.filter(({ isHidden }) => !isHidden)) {
    const table = openTableOf(sheet);
    if (table === null) continue;
    const rows = isRefusal(table) ? table : table.rows();
    return isRefusal(table) || isRefusal(rows) ? null : refuseTitle(findHeaderBelow(table.header, rows));
  }
  return null;
}

function refuseTitle(row: number | null): Refusal | null {
  return row === null ? null : refuse('title-row', { row });
}

/** Where no sheet that shows is an export, one that somebody hid may be what was meant. */
function refuseHidden(sheets: readonly Sheet[], options: ReadOptions): Refusal | null {
  const hidden = sheets.filter((sheet) => {
    const table = sheet.isHidden ? openTableOf(sheet) : null;
    return table !== null && !isRefusal(table) && findTableFormat(table.header, options) !== undefined;
  });
  return hidden.length === 0 ? null : refuse('hidden-sheets', { sheets: hidden.map(({ name }) => name).join(', ') });
}

/** By how they begin: what is no text, and cannot be read yet. Archives that can be are unpacked before (unpack.ts). */
const BINARIES: readonly (readonly [magic: string, kind: string])[] = [
  ['1f8b', 'gzip'],
  ['52617221', 'rar'],
  ['377abcaf', '7z'],
];
const [TAR_MAGIC, TAR_MAGIC_AT] = [Buffer.from('ustar'), 257];

function refuseBinary({ head, bytes }: Survey): Refusal | null {
  if (bytes === 0) return refuse('empty');
  const magic = magicOf(head);
  const isTar = TAR_MAGIC.equals(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length));
  // A workbook that is no compound file: Excel 2 to 4, and what some scripts write by hand.
  if (magic === '53514c69') return refuse('database');
  if (/^09(00|02|04|08)(04|06|08|10)00/.test(magic)) return refuse('not-supported-yet', { kind: 'Excel 2–4' });
  const kind = isTar ? 'tar' : BINARIES.find(([start]) => magic.startsWith(start))?.[1];
  return kind === undefined ? null : refuse('not-supported-yet', { kind });
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

/** NDJSON: the first line is a whole row by itself, and another follows or the file says so by its shape. */
function isLines(format: LinesFormat, head: string): boolean {
  if (!head.includes('\n')) return false;
  const [first, ...rest] = head.trimStart().split(/\r?\n/);
  const next = rest.find((line) => line.trim() !== '');
  if (!first || !next?.trimStart().startsWith('{')) return false;
  const parsed = parseJson(first);
  return parsed.ok && format.recognizes(parsed.value as Json);
}
