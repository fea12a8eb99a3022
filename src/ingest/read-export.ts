/** From bytes to readings: recognise what a file is and read it, or say why not. */
import type { RateUnit } from './cells.ts';
import { csvRows, delimitersOf } from './csv.ts';
import { type ByteSource, decodeAll, decodeChunks, decodeHead, type Encoding, isShort, type Survey } from './decode.ts';
import { type Findings, isRefusal, makeFindings, orRefusal, type Refusal, refuse, stop, stopWith } from './findings.ts';
import type { Batch, Format, JsonFormat, KnownIds, ReadContext, TableFormat } from './format.ts';
import { FORMATS } from './formats/registry.ts';
import { type Json, type ParsedJson, parseJson } from './json.ts';
import { isLines, rowsOfLines, splitLines } from './json-lines.ts';
import { driftOfDocument, driftOfTable, type MappingChoice } from './mapping.ts';
import { formatsOf } from './mapping-formats.ts';
import { pageTime } from './page-time.ts';
import { findHeaderBelow, findTitledHeader } from './propose-names.ts';
import {
  answersIn,
  COMMENTED_JSON,
  refuseAnswer,
  refuseBinary,
  refuseComments,
  refuseOrderRows,
  refuseOrders,
  refuseOther,
  refusePage,
} from './refusals.ts';
import { kindOfSheet, openTableOf, openWorkbook, type SheetKind, type SheetTable } from './sheet.ts';
import type { Sheet } from './sheet-limits.ts';

export interface ReadOptions {
  /** Format id that overrides recognition. */
  readonly format: string | null;
  readonly mapping: MappingChoice;
  /** From its request, flags and its name. */
  readonly ids: KnownIds;
  readonly latestMs: number;
  /** Unit of bare rates of our own tables; null: not said. */
  readonly rateUnit: RateUnit | null;
}

interface TableHead {
  readonly header: readonly string[];
  /** null: cells of a spreadsheet. */
  readonly separator: string | null;
}

/** A file being read. `findings` is complete only when `batches` has been read to its end. */
export interface OpenExport {
  readonly format: Format;
  readonly encoding: Encoding | Exclude<SheetKind, 'page'>;
  /** What locators count: lines of a text; rows of a sheet, which have the numbers that it shows, and of a JSON list. */
  readonly rowUnit: 'line' | 'row' | 'entry';
  /** The whole content, where it is one JSON document. */
  readonly document: Json | null;
  /** When the page's answer that it is was made, as far as it shows; weaker than `--captured-at`. */
  readonly pageMs: number | null;
  /** Its columns, where it is a table. */
  readonly table: TableHead | null;
  readonly batches: Iterable<Batch>;
  readonly findings: Findings;
}

/** An export that is being opened. */
interface Opening {
  readonly source: ByteSource;
  readonly survey: Survey;
  readonly options: ReadOptions;
  readonly encoding: OpenExport['encoding'];
  /** Its beginning; of a workbook `''`. */
  readonly head: string;
  /** What it is tried as. */
  readonly formats: readonly Format[];
  /** What the user, or its request, says it is. */
  readonly named: Format | undefined;
  readonly context: ReadContext;
}

interface TextOpening extends Opening {
  readonly encoding: Encoding;
}

/** Recognises an export and opens it for reading, or refuses it. Reads nothing twice that is large. */
export function openExport(source: ByteSource, survey: Survey, options: ReadOptions): OpenExport | Refusal {
  const opened = orRefusal(() => open(source, survey, options));
  // Nobody said that it is this format: it was taken for it.
  const isTaken = isRefusal(opened) && opened.code === 'not-this-format' && options.format === null;
  return isTaken ? refuse('unlike-format', opened.args) : opened;
}

function open(source: ByteSource, survey: Survey, options: ReadOptions): OpenExport {
  const notText = refuseBinary(survey);
  if (notText) return stopWith(notText);
  const { ids, latestMs, rateUnit } = options;
  const context: ReadContext = { ids, latestMs, rateUnit, findings: makeFindings() };
  const formats = formatsToTry(options);
  const named = formats.find((format) => format.id === options.format);
  const opening = { source, survey, options, formats, named, context };
  const kind = kindOfSheet(survey);
  if (kind === 'xlsx' || kind === 'xls') return openSheets({ ...opening, encoding: kind, head: '' }, kind);
  const { encoding } = survey;
  if (!encoding) return stop(survey.isCutOff ? 'cut-off-character' : 'bad-encoding');
  const text = { ...opening, encoding, head: decodeHead(survey.head, encoding) };
  return kind ? openSheets(text, kind) : openText(text);
}

function openText(opening: TextOpening): OpenExport {
  const { source, survey, encoding, head, formats, named, context } = opening;
  const first = head.trimStart()[0];
  if (first === undefined && isShort(survey)) stop('empty');
  const looksLikeJson =
    first === '{' ||
    first === '[' ||
    (named === undefined && (/^\s*[\w$.]{1,64}\([[{]/.test(head) || COMMENTED_JSON.test(head)));
  if (named?.kind === 'table' || (!named && !looksLikeJson)) return openTable(opening);
  const lines = named ?? formats.find((format) => format.kind === 'lines' && isLines(format, head));
  if (lines?.kind === 'lines')
    return opened(opening, lines, lines.read(splitLines(decodeChunks(source, encoding)), context));
  return openDocument(opening, isShort(survey) ? head : decodeAll(source, encoding));
}

/** Mappings come first: one that was made for just these columns knows better than a format that looks at some of them. */
function formatsToTry({ mapping: { mappings, only } }: ReadOptions): readonly Format[] {
  if (mappings.length === 0) return FORMATS;
  const mapped = mappings.flatMap(formatsOf);
  return only ? mapped : [...mapped, ...FORMATS];
}

function opened(
  { encoding, context: { findings } }: Opening,
  format: Format,
  batches: Iterable<Batch>,
  { document = null, pageMs = null, table = null }: Partial<Pick<OpenExport, 'document' | 'pageMs' | 'table'>> = {},
): OpenExport {
  const isSheet = encoding === 'xlsx' || encoding === 'xls';
  const rowUnit = format.kind === 'json' ? 'entry' : isSheet ? 'row' : 'line';
  return { format, encoding, rowUnit, document, pageMs, table, batches, findings };
}

function openDocument(opening: Opening, text: string): OpenExport {
  const { named, context, options } = opening;
  const parsed = parseJson(text);
  if (!parsed.ok) return openLines(opening, text, parsed);
  const answers = answersIn(parsed.value);
  const notData = firstOf(answers, refuseAnswer);
  if (notData) return stopWith(notData);
  for (const answer of answers) {
    const format = jsonFormatsOf(opening).find((known) => known.recognizes(answer));
    if (!format) continue;
    const pageMs = pageTime(answer, context.latestMs, context.findings);
    return opened(opening, format, format.read(answer, context), { document: answer, pageMs });
  }
  // Named by the user: it says what is wrong with it.
  if (named)
    return opened(opening, named, (named as JsonFormat).read(parsed.value, context), { document: parsed.value });
  return stopWith(
    refusePage(text) ??
      firstOf(answers, refuseOther) ??
      driftOfDocument(parsed.value, options.mapping) ??
      refuse('unknown-format'),
  );
}

function jsonFormatsOf({ named, formats }: Opening): readonly JsonFormat[] {
  return named ? [named as JsonFormat] : formats.filter((format) => format.kind === 'json');
}

function firstOf<T>(values: readonly T[], refusalOf: (value: T) => Refusal | null): Refusal | null {
  return values.reduce((refusal: Refusal | null, value) => refusal ?? refusalOf(value), null);
}

/** A text that is no JSON: answers one a line, or why it is nothing. */
function openLines(
  opening: Opening,
  text: string,
  { duplicateKey, reason }: ParsedJson & { readonly ok: false },
): OpenExport {
  if (duplicateKey !== null) stop('duplicate-key', { key: duplicateKey });
  const rows = rowsOfLines(text);
  if (!rows) return stopWith(refusePage(text) ?? refuseComments(text) ?? refuse('not-json', { reason }));
  const isWhole = rows.length === text.split('\n').filter((line) => line.trim() !== '').length;
  return (
    (isWhole && !opening.named ? openAnswers(opening, rows) : null) ??
    stopWith(refuseOrderRows(rows) ?? driftOfDocument(rows, opening.options.mapping) ?? refuse('unknown-format'))
  );
}

/** Answers one a line, all of one format: each speaks for itself, so pages of a list are not joined. null: they are none. */
function openAnswers(opening: Opening, lines: readonly Json[]): OpenExport | null {
  const batches: Batch[] = [];
  let formats = jsonFormatsOf(opening);
  const { problems } = opening.context.findings;
  for (const [index, line] of lines.entries()) {
    const answers = answersIn(line);
    const notData = firstOf(answers, refuseAnswer);
    if (notData) return stopWith(notData);
    const answer = answers.find((inner) => formats.some((one) => one.recognizes(inner)));
    const format = formats.find((one) => answer !== undefined && one.recognizes(answer));
    if (answer === undefined || !format) return null;
    formats = [format];
    const told = problems.length;
    const read = format.read(answer, opening.context);
    const locator = index + 1;
    const isOfOrders = format.gives.includes('orders') || format.gives.includes('refunds');
    batches.push(...read.map((batch) => atRow(batch, locator)));
    if (isOfOrders) problems.push(...problems.splice(told).map((problem) => ({ ...problem, locator })));
  }
  const [format] = formats;
  return format ? opened(opening, format, batches) : null;
}

/** An order a line: its number is that of the line, not that within its answer. */
function atRow({ orders, refunds, ...batch }: Batch, locator: number): Batch {
  return {
    ...batch,
    ...(orders && { orders: orders.map((order) => ({ ...order, locator })) }),
    ...(refunds && { refunds: refunds.map((refund) => ({ ...refund, locator })) }),
  };
}

function openTable(opening: TextOpening): OpenExport {
  const { source, encoding, head, options, context } = opening;
  const { separator, hiddenLines } = delimitersOf(head);
  const [first, second] = csvRows(source, encoding, separator, hiddenLines);
  if (!first) return stop('empty');
  const header = first.cells;
  const format = tableFormatOf(opening, header);
  if (!format)
    return stopWith(
      refuseOrders(header) ??
        refusePage(head) ??
        refuseTitle(findTitledHeader(head)) ??
        driftOfTable(header, options.mapping) ??
        refuse('unknown-format'),
    );
  if (!second) stop('header-only');
  const rows = csvRows(source, encoding, separator, hiddenLines + 1);
  return opened(opening, format, format.read(header, rows, context), { table: { header, separator } });
}

function tableFormatOf({ named, formats }: Opening, header: readonly string[]): TableFormat | undefined {
  if (named?.kind === 'table') return named;
  return formats.find((known): known is TableFormat => known.kind === 'table' && known.recognizes(header));
}

function refuseTitle(row: number | null): Refusal | null {
  return row === null ? null : refuse('title-row', { row });
}

/** Reads the first sheet whose header a format knows, and says which others have rows. */
function openSheets(opening: Opening, kind: SheetKind): OpenExport {
  const { source, survey, head, named, options, context } = opening;
  if (named && named.kind !== 'table') stopWith(refusePage(head) ?? refuse('not-this-format', { format: named.id }));
  const sheets = orRefusal(() => openWorkbook(source, survey, kind));
  if (isRefusal(sheets)) return stopWith((sheets.code === 'sheet-damaged' && refusePage(head)) || sheets);
  const headers: (readonly string[])[] = [];
  let firstTable: SheetTable | null = null;
  for (const sheet of sheets.filter(({ isHidden }) => !isHidden)) {
    const table = openTableOf(sheet);
    if (table === null) continue;
    const { header } = table;
    headers.push(header);
    firstTable ??= table;
    const format = tableFormatOf(opening, header);
    if (!format) continue;
    const rows = table.rows();
    if (rows.length === 0) stop('header-only');
    const hasRows = (other: Sheet) => other !== sheet && orRefusal(() => openTableOf(other)) !== null;
    const others = sheets.filter(hasRows).map(({ name }) => name);
    if (others.length > 0 && kind !== 'page')
      context.findings.notes.push({ code: 'other-sheets', args: { sheet: sheet.name, others: others.join(', ') } });
    return opened(opening, format, format.read(header, rows, context), { table: { header, separator: null } });
  }
  const below = orRefusal(() => firstTable?.rows() ?? []);
  return stopWith(
    firstOf(headers, refuseOrders) ??
      refusePage(head) ??
      refuseHidden(opening, sheets) ??
      (isRefusal(below) ? null : refuseTitle(findHeaderBelow(headers[0] ?? [], below))) ??
      firstOf(headers, (header) => driftOfTable(header, options.mapping)) ??
      refuse('unknown-format'),
  );
}

/** Where no sheet that shows is an export, one that somebody hid may be what was meant. */
function refuseHidden(opening: Opening, sheets: readonly Sheet[]): Refusal | null {
  const hidden = sheets.filter((sheet) => {
    const table = sheet.isHidden ? orRefusal(() => openTableOf(sheet)) : null;
    return table !== null && !isRefusal(table) && tableFormatOf(opening, table.header) !== undefined;
  });
  return hidden.length === 0 ? null : refuse('hidden-sheets', { sheets: hidden.map(({ name }) => name).join(', ') });
}
