/** Workbooks of Excel 2002 and 2003 in one XML file ("XML 电子表格 2003"), often named .xls. */
import type { Sheet } from './sheet-limits.ts';
import { addSheet, giveUpDamaged, makeGrid } from './sheet-limits.ts';
import type { Tag } from './sheet-markup.ts';
import { attributeOf, scanMarkup } from './sheet-markup.ts';
import type { NumberKind } from './sheet-number.ts';
import { kindOfFormat, numberText } from './sheet-number.ts';

/** Formats that this file type knows by name. */
const NAMED_FORMATS: ReadonlyMap<string, NumberKind> = new Map<string, NumberKind>([
  ['percent', 'percent'],
  ...['long date', 'medium date', 'short date'].map((name) => [name, 'date'] as const),
  ...['long time', 'medium time', 'short time'].map((name) => [name, 'time'] as const),
  ['general date', 'date-time'],
  ...[
    'general',
    'general number',
    'currency',
    'euro currency',
    'fixed',
    'standard',
    'scientific',
    'yes/no',
    'true/false',
    'on/off',
  ].map((name) => [name, 'plain'] as const),
]);

/** Whether text that begins like XML is such a workbook. */
export function isWorkbookXml(head: string): boolean {
  return /<(?:\w+:)?Workbook\b/.test(head) && head.includes('urn:schemas-microsoft-com:office:spreadsheet');
}

export function openXml(chunks: Iterable<string>): readonly Sheet[] {
  const sheets: Sheet[] = [];
  const kinds = new Map<string, NumberKind>();
  let [style, starts1904, isWhole] = ['', false, false];
  let sheet = { name: '', isHidden: false, grid: makeGrid() };
  let [row, column, after, rowsAfter] = [-1, -1, 0, 0];
  let cell: { readonly kind: NumberKind; type: string; text: string } | null = null;
  for (const tag of scanMarkup(chunks)) {
    const begins = tag.kind !== 'close';
    switch (tag.name) {
      case 'style':
        if (begins) style = attributeOf(tag, 'ID') ?? '';
        break;
      case 'numberformat':
        if (begins) kinds.set(style, kindOfNamed(attributeOf(tag, 'Format') ?? ''));
        break;
      case 'date1904':
        starts1904 = true;
        break;
      case 'worksheet':
        if (begins) {
          sheet = { name: attributeOf(tag, 'Name') ?? '', isHidden: false, grid: makeGrid() };
          [row, rowsAfter] = [-1, 0];
        } else {
          const { name, isHidden, grid } = sheet;
          addSheet(sheets, { name, isHidden, rows: () => grid.rows() });
        }
        break;
      case 'visible':
        if (tag.kind === 'close') sheet.isHidden = tag.text.trim() !== 'SheetVisible';
        break;
      case 'row':
        if (!begins) break;
        row = indexOf(tag, row + 1 + rowsAfter);
        rowsAfter = spanOf(tag);
        [column, after] = [-1, 0];
        break;
      case 'cell':
        if (begins) {
          column = indexOf(tag, column + 1 + after);
          after = Number(attributeOf(tag, 'MergeAcross') ?? 0) || 0;
          const kind = kinds.get(attributeOf(tag, 'StyleID') ?? '') ?? 'plain';
          cell = tag.kind === 'open' ? { kind, type: '', text: '' } : null;
        } else if (cell) {
          sheet.grid.put(row, column, cellText(cell, starts1904));
          cell = null;
        }
        break;
      case 'data':
        if (begins && cell) cell.type = attributeOf(tag, 'Type') ?? 'String';
        else if (cell) cell.text += tag.text;
        break;
      case 'workbook':
        isWhole = tag.kind === 'close';
        break;
      default:
        // Data may hold text in several fonts, each in a tag of its own.
        if (cell && cell.type !== '') cell.text += tag.text;
    }
  }
  return isWhole ? sheets : giveUpDamaged();
}

function cellText({ kind, type, text }: { kind: NumberKind; type: string; text: string }, starts1904: boolean): string {
  if (type === 'Number' && text.trim() !== '' && !Number.isNaN(Number(text))) {
    return numberText(Number(text), kind, starts1904);
  }
  if (type === 'Boolean') return text === '1' ? 'TRUE' : 'FALSE';
  if (type !== 'DateTime') return text;
  const [day = '', time = ''] = text.replace(/\.\d+$/, '').split('T');
  return kind !== 'date-time' && /^(00:00:00)?$/.test(time) ? day : `${day} ${time}`;
}

function kindOfNamed(format: string): NumberKind {
  return NAMED_FORMATS.get(format.toLowerCase()) ?? kindOfFormat(0, format);
}

/** Rows and cells follow one another, but where one says its own number (from 1). */
function indexOf(tag: Tag, next: number): number {
  const index = Number(attributeOf(tag, 'Index') ?? next + 1) - 1;
  return Number.isInteger(index) && index >= 0 && index < 1 << 20 ? index : giveUpDamaged();
}

/** Rows that an empty row stands for, beside itself. */
function spanOf(tag: Tag): number {
  const span = Number(attributeOf(tag, 'Span') ?? 0);
  return Number.isInteger(span) && span >= 0 && span < 1 << 20 ? span : giveUpDamaged();
}
