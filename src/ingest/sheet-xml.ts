/** Workbooks of Excel 2002 and 2003 in one XML file ("XML 电子表格 2003"), often named .xls. */
import { stop } from './findings.ts';
import { type Attributes, addPiece, attributeOf, type MarkupReader, readMarkup } from './markup.ts';
import { addSheet, Grid, rowIndex, type Sheet } from './sheet-limits.ts';
import { flagText, kindOfFormat, type NumberKind, numberText } from './sheet-number.ts';

/** Formats that this file type knows by name. */
const NAMED_FORMATS: ReadonlyMap<string, NumberKind> = new Map(
  Object.entries({
    percent: 'percent',
    date: 'long date|medium date|short date',
    time: 'long time|medium time|short time',
    'date-time': 'general date',
    plain: 'general|general number|currency|euro currency|fixed|standard|scientific|yes/no|true/false|on/off',
  } satisfies Record<NumberKind, string>).flatMap(([kind, names]) =>
    names.split('|').map((name) => [name, kind as NumberKind] as const),
  ),
);

/** Whether text that begins like XML is such a workbook. */
export function isWorkbookXml(head: string): boolean {
  return /<(?:\w+:)?Workbook\b/.test(head) && head.includes('urn:schemas-microsoft-com:office:spreadsheet');
}

/** The sheets of such a workbook. Stops with `sheet-damaged` where it is cut off. */
export function openXml(chunks: Iterable<string>): readonly Sheet[] {
  const workbook = new XmlWorkbook();
  readMarkup(chunks, 'xml', workbook);
  return workbook.isWhole ? workbook.sheets : stop('sheet-damaged');
}

interface OpenCell {
  readonly kind: NumberKind;
  type: string;
  /** null: none yet. */
  text: string | null;
}

class XmlWorkbook implements MarkupReader {
  readonly sheets: Sheet[] = [];
  isWhole = false;
  private readonly kinds = new Map<string, NumberKind>();
  private style = '';
  private starts1904 = false;
  private sheet = { name: '', isHidden: false, grid: new Grid() };
  private row = -1;
  private column = -1;
  /** Rows and columns that the last one stands for, beside itself. */
  private moreRows = 0;
  private moreColumns = 0;
  private cell: OpenCell | null = null;
  /** What the tag that is open says; null: none of which it matters. */
  private value: string | null = null;

  open(name: string, tag: Attributes): void {
    switch (name) {
      case 'style':
        this.style = attributeOf(tag, 'ID') ?? '';
        break;
      case 'numberformat':
        this.kinds.set(this.style, kindOfNamed(attributeOf(tag, 'Format') ?? ''));
        break;
      case 'date1904':
        this.starts1904 = true;
        break;
      case 'worksheet':
        this.sheet = { name: attributeOf(tag, 'Name') ?? '', isHidden: false, grid: new Grid() };
        [this.row, this.moreRows] = [-1, 0];
        break;
      case 'row':
        this.row = indexOf(tag, this.row + 1 + this.moreRows);
        this.moreRows = spanOf(tag);
        [this.column, this.moreColumns] = [-1, 0];
        break;
      case 'cell': {
        this.column = indexOf(tag, this.column + 1 + this.moreColumns);
        this.moreColumns = Number(attributeOf(tag, 'MergeAcross') ?? 0) || 0;
        this.sheet.grid.merge(this.row, this.column, this.row + (Number(attributeOf(tag, 'MergeDown') ?? 0) || 0));
        const kind = this.kinds.get(attributeOf(tag, 'StyleID') ?? '') ?? 'plain';
        this.cell = { kind, type: 'String', text: null };
        break;
      }
      case 'data':
        // What follows the first is that of a comment.
        if (this.cell?.text === null) this.cell.type = attributeOf(tag, 'Type') ?? 'String';
        this.value = '';
        break;
      case 'visible':
        this.value = '';
    }
  }

  text(text: string): void {
    if (this.value !== null) this.value = addPiece(this.value, text);
  }

  close(name: string): void {
    switch (name) {
      case 'visible':
        this.sheet.isHidden = this.value?.trim() !== 'SheetVisible';
        this.value = null;
        break;
      case 'data':
        if (this.cell) this.cell.text ??= this.value;
        this.value = null;
        break;
      case 'cell':
        if (this.cell) this.sheet.grid.put(this.row, this.column, cellText(this.cell, this.starts1904));
        this.cell = null;
        break;
      case 'worksheet': {
        const { name, isHidden, grid } = this.sheet;
        addSheet(this.sheets, { name, isHidden, rows: () => grid.rows() });
        break;
      }
      case 'workbook':
        this.isWhole = true;
    }
  }
}

function cellText({ kind, type, text }: OpenCell, starts1904: boolean): string {
  if (text === null) return '';
  if (type === 'Number' && text.trim() !== '' && !Number.isNaN(Number(text))) {
    return numberText(Number(text), kind, starts1904);
  }
  if (type === 'Boolean') return flagText(text === '1');
  if (type !== 'DateTime') return text;
  const [day = '', time = ''] = text.replace(/\.\d+$/, '').split('T');
  return kind !== 'date-time' && /^(00:00:00)?$/.test(time) ? day : `${day} ${time}`;
}

function kindOfNamed(format: string): NumberKind {
  return NAMED_FORMATS.get(format.toLowerCase()) ?? kindOfFormat(0, format);
}

/** Rows and cells follow one another, unless one states its own number (from 1). */
function indexOf(tag: Attributes, next: number): number {
  return rowIndex(Number(attributeOf(tag, 'Index') ?? next + 1) - 1);
}

/** Rows that an empty row stands for, beside itself. */
function spanOf(tag: Attributes): number {
  return rowIndex(Number(attributeOf(tag, 'Span') ?? 0));
}
