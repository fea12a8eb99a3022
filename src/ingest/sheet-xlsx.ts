/** Workbooks of Excel since 2007 (.xlsx, .xlsm), also as WPS and LibreOffice save them (ECMA-376): XML parts in a zip archive. */
import { posix } from 'node:path';
import { inflateEntry, isWorkbook, listZip, type ZipEntry } from './archive.ts';
import { refusalIn, stop } from './findings.ts';
import { type Attributes, addPiece, attributeOf, type MarkupReader, readMarkup } from './markup.ts';
import { Grid, giveUpTooLarge, ownText, rowIndex, SHEET_LIMITS, type Sheet } from './sheet-limits.ts';
import { type Book, flagText, kindOfFormat, type NumberKind, numberText } from './sheet-number.ts';

const LIMITS = { entries: 10_000, entryBytes: SHEET_LIMITS.unpackedMegabytes << 20, ratio: 200 };

/** The sheets of a workbook, in its order. Their rows are read when asked for. */
export function openXlsx(archive: Buffer): readonly Sheet[] {
  const parts = new Parts(archive);
  const main = relations(parts, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
  if (main.endsWith('.bin')) stop('not-supported-yet', { kind: '.xlsb' });
  const links = relations(parts, main);
  const partOf = (kind: string) => links.find(({ type }) => type.endsWith(`/${kind}`))?.target;
  let starts1904 = false;
  const found: { name: string; isHidden: boolean; link: string }[] = [];
  parts.read(main, {
    open(tag, attributes) {
      if (tag === 'workbookpr') starts1904 = /^(1|true|on)$/.test(attributeOf(attributes, 'date1904') ?? '');
      if (tag !== 'sheet') return;
      const state = attributeOf(attributes, 'state') ?? 'visible';
      const [name, link] = [attributeOf(attributes, 'name') ?? '', attributeOf(attributes, 'id') ?? ''];
      found.push({ name, link, isHidden: state !== 'visible' });
      if (found.length > SHEET_LIMITS.sheets) giveUpTooLarge('sheets');
    },
  });
  let book: Book | null = null;
  const readRows = (part: string) => {
    // Read once, for the sheet that is read first.
    const [strings, styles] = book ? [] : [partOf('sharedStrings'), partOf('styles')];
    book ??= { starts1904, strings: readStrings(parts, strings), kinds: readKinds(parts, styles) };
    const cells = new CellReader(book);
    parts.read(part, cells);
    return cells.grid.rows();
  };
  return found.flatMap(({ name, isHidden, link }) => {
    const relation = links.find(({ id }) => id === link);
    if (!relation) return stop('sheet-damaged');
    // Charts and macros have sheets of their own, without cells.
    if (!relation.type.endsWith('/worksheet')) return [];
    return [{ name, isHidden, rows: () => readRows(relation.target) }];
  });
}

const PIECE_BYTES = 1 << 16;

/** The parts of a workbook by name, in any case. */
class Parts {
  private readonly entries: ReadonlyMap<string, ZipEntry>;

  constructor(private readonly archive: Buffer) {
    const entries = asSheet(() => listZip(archive, LIMITS));
    if (!isWorkbook(entries)) stop('not-supported-yet', { kind: 'zip' });
    this.entries = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
  }

  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  read(name: string, reader: MarkupReader): void {
    const entry = this.entries.get(name.toLowerCase()) ?? stop('sheet-damaged');
    readMarkup(decode(asSheet(() => inflateEntry(this.archive, entry, LIMITS))), 'xml', reader);
  }
}

function* decode(content: Buffer): Generator<string> {
  const decoder = new TextDecoder();
  for (let at = 0; at < content.length; at += PIECE_BYTES)
    yield decoder.decode(content.subarray(at, at + PIECE_BYTES), { stream: true });
}

/** What is wrong with an archive, said of a sheet. */
function asSheet<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    switch (refusalIn(error)?.code) {
      case 'encrypted-archive':
        return stop('sheet-locked');
      case 'unsafe-archive':
        return giveUpTooLarge('unpackedMegabytes');
      case 'damaged-archive':
      case 'archive-method':
        return stop('sheet-damaged');
      default:
        throw error;
    }
  }
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
  parts.read(name, {
    open(tag, attributes) {
      if (tag !== 'relationship') return;
      const target = attributeOf(attributes, 'Target') ?? '';
      const [id, type] = [attributeOf(attributes, 'Id') ?? '', attributeOf(attributes, 'Type') ?? ''];
      // A name of a part, never a path on disk: `xl/../a.xml` is `a.xml`.
      found.push({ id, type, target: posix.join('/', target.startsWith('/') ? '' : folder, target).slice(1) });
    },
  });
  return found;
}

/** The texts that cells share: of every `si` its `t` parts, without the readings (`rPh`) that Japanese Excel adds. */
function readStrings(parts: Parts, part: string | undefined): string[] {
  const strings: string[] = [];
  if (part === undefined) return strings;
  let [text, isText, isReading, characters] = ['', false, false, 0];
  parts.read(part, {
    open(tag) {
      if (tag === 'rph') isReading = true;
      isText = tag === 't' && !isReading;
    },
    text(piece) {
      if (isText) text = addPiece(text, piece);
    },
    close(tag) {
      isText = false;
      if (tag === 'rph') isReading = false;
      if (tag !== 'si') return;
      characters += text.length;
      if (strings.length >= SHEET_LIMITS.cells) giveUpTooLarge('cells');
      if (characters > SHEET_LIMITS.characters) giveUpTooLarge('characters');
      strings.push(ownText(unescapeText(text)));
      text = '';
    },
  });
  return strings;
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
  parts.read(part, {
    open(tag, attributes) {
      if (tag === 'cellxfs') inCellFormats = true;
      const id = Number(attributeOf(attributes, 'numFmtId') ?? 0);
      if (tag === 'numfmt') codes.set(id, attributeOf(attributes, 'formatCode') ?? '');
      if (tag === 'xf' && inCellFormats) kinds.push(kindOfFormat(id, codes.get(id) ?? null));
      if (kinds.length > 100_000) stop('sheet-damaged');
    },
    close(tag) {
      if (tag === 'cellxfs') inCellFormats = false;
    },
  });
  return kinds;
}

/** Nothing but the cells themselves: what a sheet says of its own size is not looked at. */
class CellReader implements MarkupReader {
  readonly grid = new Grid();
  private row = -1;
  private column = -1;
  private inCells = false;
  private isReading = false;
  private type = '';
  private kind: NumberKind = 'plain';
  /** What the tag that is open says: the value of a cell (`v`), a formula (`f`) or a text in place (`t`). */
  private piece = '';
  private value = '';
  private formula = '';
  private inline = '';

  constructor(private readonly book: Book) {}

  open(tag: string, attributes: Attributes): void {
    this.piece = '';
    if (tag === 'sheetdata') this.inCells = true;
    else if (tag === 'mergecell') this.merge(attributeOf(attributes, 'ref') ?? '');
    else if (!this.inCells) return;
    else if (tag === 'row') {
      const row = attributeOf(attributes, 'r');
      this.row = row === null ? this.row + 1 : rowIndex(Number(row) - 1);
      this.column = -1;
    } else if (tag === 'c') {
      this.column = columnOf(attributeOf(attributes, 'r'), this.column + 1);
      this.kind = this.book.kinds[Number(attributeOf(attributes, 's') ?? 0)] ?? 'plain';
      this.type = attributeOf(attributes, 't') ?? 'n';
      [this.value, this.formula, this.inline] = ['', '', ''];
    } else if (tag === 'rph') this.isReading = true;
  }

  /** `A2:B4`. */
  private merge(reference: string): void {
    const [, first, last] = /^([A-Z]{1,3}\d+):[A-Z]{1,3}(\d+)$/.exec(reference) ?? [];
    if (first === undefined) return;
    const row = rowIndex(Number(first.replace(/^\D+/, '')) - 1);
    this.grid.merge(row, columnOf(first, 0), rowIndex(Number(last) - 1));
  }

  text(text: string): void {
    this.piece = addPiece(this.piece, text);
  }

  close(tag: string): void {
    if (!this.inCells) return;
    if (tag === 'sheetdata') this.inCells = false;
    else if (tag === 'rph') this.isReading = false;
    else if (tag === 'v') this.value = this.piece;
    else if (tag === 'f') this.formula = this.piece;
    else if (tag === 't' && !this.isReading) this.inline = addPiece(this.inline, this.piece);
    else if (tag === 'c') {
      const { value, formula, inline } = this;
      // A formula that was never worked out has no value: as its own text it is no value of ours either.
      const isWorkedOut = value !== '' || formula === '';
      const text = isWorkedOut ? cellText(this.type, this.kind, value, inline, this.book) : `=${formula}`;
      this.grid.put(this.row, this.column, text);
    }
  }
}

function cellText(type: string, kind: NumberKind, value: string, inline: string, book: Book): string {
  if (value === '' && inline === '') return '';
  switch (type) {
    case 's':
      return book.strings[Number(value)] ?? stop('sheet-damaged');
    case 'inlineStr':
      return unescapeText(inline);
    case 'str':
      return unescapeText(value);
    case 'b':
      return flagText(value === '1');
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

/** `AB12` → 27. */
function columnOf(reference: string | null, next: number): number {
  if (reference === null) return next;
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64;
    // The row's number follows; the row itself has said it.
    if (letter < 1 || letter > 26) return column > 0 && i <= 3 ? column - 1 : stop('sheet-damaged');
    column = column * 26 + letter;
  }
  return stop('sheet-damaged');
}
