/** Workbooks of Excel since 2007 (.xlsx, .xlsm), also as WPS and LibreOffice save them (ECMA-376): XML parts in a zip archive. */

import type { TableRow } from './csv.ts';
import { refuse } from './findings.ts';
import type { Sheet } from './sheet-limits.ts';
import { giveUp, giveUpDamaged, giveUpTooLarge, makeGrid, ownText, SHEET_LIMITS } from './sheet-limits.ts';
import type { Tag } from './sheet-markup.ts';
import { attributeOf, scanMarkup } from './sheet-markup.ts';
import type { NumberKind } from './sheet-number.ts';
import { kindOfFormat, numberText } from './sheet-number.ts';
import type { ZipEntry } from './zip.ts';
import { inflateEntry, isWorkbook, listZip, zipFaultOf } from './zip.ts';

const ZIP_LIMITS = { entries: 10_000, entryBytes: SHEET_LIMITS.unpackedMegabytes << 20, ratio: 200 };

/** The sheets of a workbook, in its order. Their rows are read when asked for. */
export function openXlsx(archive: Uint8Array): readonly Sheet[] {
  const parts = openParts(archive);
  const main = relations(parts, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
  if (main.endsWith('.bin')) giveUp(refuse('not-supported-yet', { kind: '.xlsb' }));
  const links = relations(parts, main);
  const partOf = (kind: string) => links.find(({ type }) => type.endsWith(`/${kind}`))?.target;
  let starts1904 = false;
  const found: { name: string; isHidden: boolean; link: string }[] = [];
  for (const tag of parts.tags(main)) {
    if (tag.kind === 'close') continue;
    if (tag.name === 'workbookpr') starts1904 = /^(1|true|on)$/.test(attributeOf(tag, 'date1904') ?? '');
    if (tag.name !== 'sheet') continue;
    const state = attributeOf(tag, 'state') ?? 'visible';
    const [name, link] = [attributeOf(tag, 'name') ?? '', attributeOf(tag, 'id') ?? ''];
    found.push({ name, link, isHidden: state !== 'visible' });
    if (found.length > SHEET_LIMITS.sheets) giveUpTooLarge('sheets');
  }
  // Read once, for the sheet that is read first.
  let book: Book | null = null;
  const openBook = (): Book => {
    book ??= {
      starts1904,
      strings: readStrings(parts, partOf('sharedStrings')),
      kinds: readKinds(parts, partOf('styles')),
    };
    return book;
  };
  return found.flatMap(({ name, isHidden, link }) => {
    const relation = links.find(({ id }) => id === link);
    if (!relation) return giveUpDamaged();
    // Charts and macros have sheets of their own, without cells.
    if (!relation.type.endsWith('/worksheet')) return [];
    return [{ name, isHidden, rows: () => readRows(parts.tags(relation.target), openBook()) }];
  });
}

interface Book {
  readonly starts1904: boolean;
  readonly strings: readonly string[];
  /** By the cell's style. */
  readonly kinds: readonly NumberKind[];
}

interface Parts {
  has(name: string): boolean;
  tags(name: string): Iterable<Tag>;
}

function openParts(archive: Uint8Array): Parts {
  const entries = listZip(archive, ZIP_LIMITS);
  if (typeof entries === 'string') return giveUpZip(entries);
  if (!isWorkbook(entries)) giveUp(refuse('not-supported-yet', { kind: 'zip' }));
  const byName = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
  return {
    has: (name) => byName.has(name.toLowerCase()),
    tags: (name) => scanMarkup(decodeParts(archive, byName.get(name.toLowerCase()) ?? giveUpDamaged())),
  };
}

function* decodeParts(archive: Uint8Array, entry: ZipEntry): Generator<string> {
  const decoder = new TextDecoder();
  try {
    for (const piece of inflateEntry(archive, entry, ZIP_LIMITS)) yield decoder.decode(piece, { stream: true });
  } catch (error) {
    const fault = zipFaultOf(error);
    if (fault === null) throw error;
    giveUpZip(fault);
  }
}

function giveUpZip(fault: 'damaged' | 'encrypted' | 'bomb'): never {
  if (fault === 'encrypted') giveUp(refuse('sheet-locked'));
  return fault === 'bomb' ? giveUpTooLarge('unpackedMegabytes') : giveUpDamaged();
}

interface Relation {
  readonly id: string;
  readonly type: string;
  /** Name of a part. */
  readonly target: string;
}

/** What a part refers to; `''` is the package itself. */
function relations(parts: Parts, part: string): Relation[] {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  if (!parts.has(name)) return [];
  const found: Relation[] = [];
  for (const tag of parts.tags(name)) {
    if (tag.name !== 'relationship' || tag.kind === 'close') continue;
    const target = attributeOf(tag, 'Target') ?? '';
    const [id, type] = [attributeOf(tag, 'Id') ?? '', attributeOf(tag, 'Type') ?? ''];
    found.push({ id, type, target: target.startsWith('/') ? target.slice(1) : normalize(folder + target) });
  }
  return found;
}

/** `xl/./../xl/a.xml` → `xl/a.xml`. A name of a part, never a path on disk. */
function normalize(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}

function readStrings(parts: Parts, part: string | undefined): string[] {
  const strings: string[] = [];
  if (part === undefined) return strings;
  let characters = 0;
  for (const text of readTexts(parts.tags(part))) {
    characters += text.length;
    if (strings.length >= SHEET_LIMITS.cells) giveUpTooLarge('cells');
    if (characters > SHEET_LIMITS.characters) giveUpTooLarge('characters');
    strings.push(ownText(text));
  }
  return strings;
}

/** The text of every `si`: its `t` parts, without the readings (`rPh`) that Japanese Excel adds. */
function* readTexts(tags: Iterable<Tag>): Generator<string> {
  let [text, isReading] = ['', false];
  for (const tag of tags) {
    if (tag.name === 'rph') isReading = tag.kind === 'open';
    if (tag.name === 't' && tag.kind === 'close' && !isReading) text += tag.text;
    if (tag.name !== 'si' || tag.kind === 'open') continue;
    yield unescapeText(text);
    text = '';
  }
}

/** Characters that XML has no room for stand as `_x000D_`. */
function unescapeText(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([\da-f]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}

function readKinds(parts: Parts, part: string | undefined): NumberKind[] {
  const kinds: NumberKind[] = [];
  if (part === undefined) return kinds;
  const codes = new Map<number, string>();
  let inCellFormats = false;
  for (const tag of parts.tags(part)) {
    if (tag.name === 'cellxfs') inCellFormats = tag.kind === 'open';
    if (tag.kind === 'close') continue;
    const id = Number(attributeOf(tag, 'numFmtId') ?? 0);
    if (tag.name === 'numfmt') codes.set(id, attributeOf(tag, 'formatCode') ?? '');
    if (tag.name === 'xf' && inCellFormats) kinds.push(kindOfFormat(id, codes.get(id) ?? null));
    if (kinds.length > 100_000) giveUpDamaged();
  }
  return kinds;
}

/** Nothing but the cells themselves: what a sheet says of its own size is not looked at. */
function readRows(tags: Iterable<Tag>, book: Book): TableRow[] {
  const grid = makeGrid();
  let [row, column, inCells, isReading] = [-1, -1, false, false];
  let cell: { readonly type: string; readonly kind: NumberKind } | null = null;
  let [value, formula, inline] = ['', '', ''];
  for (const tag of tags) {
    if (tag.name === 'sheetdata') inCells = tag.kind === 'open';
    else if (!inCells) continue;
    else if (tag.name === 'row' && tag.kind !== 'close') {
      row = rowOf(attributeOf(tag, 'r'), row + 1);
      column = -1;
    } else if (tag.name === 'c' && tag.kind !== 'close') {
      column = columnOf(attributeOf(tag, 'r'), column + 1);
      const style = Number(attributeOf(tag, 's') ?? 0);
      cell = tag.kind === 'open' ? { type: attributeOf(tag, 't') ?? 'n', kind: book.kinds[style] ?? 'plain' } : null;
      [value, formula, inline] = ['', '', ''];
    } else if (tag.name === 'rph') isReading = tag.kind === 'open';
    else if (tag.kind === 'close' && cell) {
      if (tag.name === 'v') value = tag.text;
      if (tag.name === 'f') formula = tag.text;
      if (tag.name === 't' && !isReading) inline += tag.text;
      if (tag.name !== 'c') continue;
      // A formula that was never worked out has no value: as its own text it is no value of ours either.
      const isWorkedOut = value !== '' || formula === '';
      grid.put(row, column, isWorkedOut ? cellText(cell.type, cell.kind, value, inline, book) : `=${formula}`);
      cell = null;
    }
  }
  return grid.rows();
}

function cellText(type: string, kind: NumberKind, value: string, inline: string, book: Book): string {
  if (value === '' && inline === '') return '';
  switch (type) {
    case 's':
      return book.strings[Number(value)] ?? giveUpDamaged();
    case 'inlineStr':
      return unescapeText(inline);
    case 'str':
      return unescapeText(value);
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'd':
      return value.replace(/T00:00:00(\.0+)?Z?$/, '').replace(/T(.*?)Z?$/, ' $1');
    case 'e':
      return value;
    default: {
      const number = Number(value);
      return value.trim() === '' || Number.isNaN(number) ? value : numberText(number, kind, book.starts1904);
    }
  }
}

function rowOf(reference: string | null, next: number): number {
  if (reference === null) return next;
  const row = Number(reference) - 1;
  return Number.isInteger(row) && row >= 0 && row < 1 << 20 ? row : giveUpDamaged();
}

/** `AB12` → 27. */
function columnOf(reference: string | null, next: number): number {
  if (reference === null) return next;
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64;
    // The row's number follows; the row itself has said it.
    if (letter < 1 || letter > 26) return column > 0 && i <= 3 ? column - 1 : giveUpDamaged();
    column = column * 26 + letter;
  }
  return giveUpDamaged();
}
