/** The first rows of a file that no format knows, as they stand in it: what a mapping is proposed from. */

import { csvRows } from './csv.ts';
import type { ByteSource, Survey } from './decode.ts';
import { decodeChunks, decodeHead } from './decode.ts';
import { isRefusal } from './findings.ts';
import type { Json } from './json.ts';
import { at, cellText, isList, isObject, parseJson } from './json.ts';
import { rowsOfLines } from './json-lines.ts';
import { pathsOf, rowsAt } from './mapping.ts';
import type { Sample } from './propose-mapping.ts';
import { delimitersOf } from './read-export.ts';
import type { SheetKind } from './sheet.ts';
import { kindOfSheet, openTableOf, openWorkbook } from './sheet.ts';

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
  const sheets = openWorkbook(source, survey, kind);
  if (isRefusal(sheets)) return null;
  for (const sheet of sheets.filter(({ isHidden }) => !isHidden)) {
    const table = openTableOf(sheet);
    const rows = table === null || isRefusal(table) ? null : table.rows();
    const sample =
      table === null || isRefusal(table) || rows === null || isRefusal(rows)
        ? null
        : sampleTable([{ cells: table.header }, ...rows], null);
    if (sample) return sample;
  }
  return null;
}

/** The first row is the header. Rows of another length are left out: they would put cells under other names. */
export function sampleTable(
  rows: Iterable<{ readonly cells: readonly string[] }>,
  separator: string | null,
): Sample | null {
  let names: readonly string[] | null = null;
  const kept: (readonly string[])[] = [];
  for (const { cells } of rows) {
    if (names === null) names = cells;
    else if (cells.length === names.length) kept.push(cells);
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
  const text = [...decodeChunks(source, encoding)].join('');
  const parsed = parseJson(text);
  const doc = parsed.ok ? parsed.value : (rowsOfLines(text) ?? []);
  const [path] = findLists(doc).sort((a, b) => b.size - a.size);
  if (!path) return null;
  const rows = (rowsAt(doc, path.path) ?? []).slice(0, MOST_ROWS);
  const names = pathsOf(rowsAt(doc, path.path) ?? []);
  const columns = names.map((name) => ({
    name,
    cells: rows.map((row) => cellText(at(row, name) ?? at(row, ...name.split('.')))),
  }));
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
