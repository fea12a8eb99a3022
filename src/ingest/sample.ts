/** The first rows of a file that no format knows, as they stand in it: what a mapping is proposed from. */
import { foldWidth } from '../domain/rate.ts';
import { parseTime } from '../domain/time.ts';
import { cleanCell, idCell, isBlank } from './cells.ts';
import { csvRows, delimitersOf } from './csv.ts';
import { type ByteSource, decodeAll, decodeHead, type Survey } from './decode.ts';
import { isRefusal, orRefusal } from './findings.ts';
import { isList, isObject, type Json, parseJson } from './json.ts';
import { rowsOfLines } from './json-lines.ts';
import { cellAt, pathsOf, rowsAt } from './mapping.ts';
import { kindOfSheet, openTableOf, openWorkbook, type SheetKind } from './sheet.ts';

/** Rows of a file that is not known, by column. */
export interface Sample {
  /** JSON: where the list of rows is; null: a table. */
  readonly rows: string | null;
  readonly separator: string | null;
  readonly columns: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

const MOST_ROWS = 1000;
/** Lists lie deeper than this in no answer that was seen. */
const DEEPEST = 6;

/** null: no table with a header and a row, and no list of objects anywhere in a JSON document. */
export function sampleExport(source: ByteSource, survey: Survey): Sample | null {
  const kind = kindOfSheet(survey);
  if (kind) return sampleSheets(source, survey, kind);
  const { encoding } = survey;
  if (!encoding) return null;
  const head = decodeHead(survey.head, encoding);
  if (/^\s*[[{]/.test(head)) return sampleJson(source, encoding);
  const { separator, hiddenLines } = delimitersOf(head);
  return sampleTable(csvRows(source, encoding, separator, hiddenLines), separator);
}

/** The first sheet that is to be seen and has a table. */
function sampleSheets(source: ByteSource, survey: Survey, kind: SheetKind): Sample | null {
  const sheets = orRefusal(() => openWorkbook(source, survey, kind));
  if (isRefusal(sheets)) return null;
  for (const sheet of sheets.filter(({ isHidden }) => !isHidden)) {
    const sample = orRefusal(() => {
      const table = openTableOf(sheet);
      return table && sampleTable([{ cells: table.header }, ...table.rows()], null);
    });
    if (sample && !isRefusal(sample)) return sample;
  }
  return null;
}

/** The first row is the header. Rows of another length are left out: they would put cells under other names. */
function sampleTable(rows: Iterable<{ readonly cells: readonly string[] }>, separator: string | null): Sample | null {
  let names: readonly string[] | null = null;
  const kept: (readonly string[])[] = [];
  for (const { cells } of rows) {
    names ??= cells;
    if (cells !== names && cells.length === names.length) kept.push(cells);
    if (kept.length >= MOST_ROWS) break;
  }
  if (names === null || kept.length === 0 || names.length < 2) return null;
  return {
    rows: null,
    separator,
    columns: names.map((name, index) => ({ name, cells: kept.map((cells) => cells[index] ?? '') })),
  };
}

function sampleJson(source: ByteSource, encoding: NonNullable<Survey['encoding']>): Sample | null {
  const text = decodeAll(source, encoding);
  const parsed = parseJson(text);
  const doc = parsed.ok ? parsed.value : (rowsOfLines(text) ?? []);
  const [path] = findLists(doc).sort((a, b) => b.size - a.size);
  if (!path) return null;
  const rows = rowsAt(doc, path.path) ?? [];
  const shown = rows.slice(0, MOST_ROWS);
  const columns = pathsOf(rows).map((name) => ({ name, cells: shown.map((row) => cellAt(row, name)) }));
  return columns.length === 0 ? null : { rows: path.path, separator: null, columns };
}

/** Lists of objects with their paths; keys with a point in them cannot stand in a path. */
function findLists(doc: Json): { readonly path: string; readonly size: number }[] {
  if (isList(doc)) return doc.some(isObject) ? [{ path: '.', size: doc.length }] : [];
  const found: { path: string; size: number }[] = [];
  const search = (value: Json, path: readonly string[]) => {
    if (!isObject(value) || path.length >= DEEPEST) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '' || key.includes('.')) continue;
      if (isList(inner)) {
        if (inner.some(isObject)) found.push({ path: [...path, key].join('.'), size: inner.length });
      } else search(inner, [...path, key]);
    }
  };
  search(doc, []);
  return found;
}

/** What the cells of an unknown column look like: for a person, and no unit is ever guessed from it. */
export interface ColumnLook {
  readonly look: 'empty' | 'percent' | 'number' | 'id' | 'time' | 'link' | 'text';
  /** Cells that say something, of those looked at. */
  readonly filled: number;
  readonly cells: number;
  /** Of numbers, with or without a percent sign: as they stand in the file. */
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly allWhole: boolean;
  readonly percentSigns: number;
  /** Different cells, the first few. */
  readonly samples: readonly string[];
}

const SAMPLES = 3;
const NUMBER = /^-?\d{1,15}(\.\d+)?$/;

/** What the cells of one column have in common. */
export function lookAt(cells: readonly string[]): ColumnLook {
  const filled = cells.map(cleanCell).filter((cell) => !isBlank(cell));
  const signs = filled.filter((cell) => cell.endsWith('%'));
  const bare = filled.map((cell) => cell.replace(/\s*%$/, ''));
  const numbers = bare.filter((cell) => NUMBER.test(cell));
  const sorted = [...numbers].sort((a, b) => Number(a) - Number(b));
  return {
    look: lookOf(filled, signs.length, numbers.length),
    filled: filled.length,
    cells: cells.length,
    lowest: sorted[0] ?? null,
    highest: sorted.at(-1) ?? null,
    allWhole: numbers.length > 0 && numbers.every((cell) => !cell.includes('.')),
    percentSigns: signs.length,
    samples: [...new Set(filled)].slice(0, SAMPLES),
  };
}

function lookOf(filled: readonly string[], signs: number, numbers: number): ColumnLook['look'] {
  if (filled.length === 0) return 'empty';
  const most = (test: (cell: string) => boolean) => filled.filter(test).length * 10 >= filled.length * 9;
  if (signs > 0 && numbers * 10 >= filled.length * 9) return 'percent';
  if (most((cell) => /^\d{8,20}$/.test(cell) && !parseTime(cell))) return 'id';
  if (numbers * 10 >= filled.length * 9) return 'number';
  if (most((cell) => parseTime(cell) !== null)) return 'time';
  if (most((cell) => /^(https?:)?\/\//.test(foldWidth(cell)))) return 'link';
  // Opaque ids since 2022 mix capitals, small letters and digits (formats.md §1.3).
  const isOpaque = (cell: string) =>
    /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z]).{16}/.test(cell) && typeof idCell(cell) === 'string';
  if (most(isOpaque)) return 'id';
  return 'text';
}
