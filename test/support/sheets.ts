/** Spreadsheets for tests, written by SheetJS: another hand than the readers'. */
import * as XLSX from '@e965/xlsx';

/** A number with its number format, or what SheetJS takes as it is. */
export type CellDraft = string | number | boolean | null | XLSX.CellObject;

export const SHEET_TYPES = ['xlsx', 'biff8', 'biff5', 'xlml'] as const;
export type SheetType = (typeof SHEET_TYPES)[number];

export interface SheetDraft {
  readonly rows: readonly (readonly CellDraft[])[];
  readonly merges?: readonly string[];
  readonly hidden?: boolean;
  readonly hiddenRows?: readonly number[];
}

export function numberCell(value: number, format: string): XLSX.CellObject {
  return { t: 'n', v: value, z: format };
}

export function makeSheetFile(
  sheets: Readonly<Record<string, SheetDraft>>,
  type: SheetType,
  options: { starts1904?: boolean; codepage?: number; shared?: boolean } = {},
): Uint8Array {
  const book = XLSX.utils.book_new();
  for (const [name, { rows, merges, hiddenRows }] of Object.entries(sheets)) {
    const sheet = XLSX.utils.aoa_to_sheet(rows.map((row) => [...row]));
    if (merges) sheet['!merges'] = merges.map((range) => XLSX.utils.decode_range(range));
    if (hiddenRows) {
      sheet['!rows'] = [];
      for (const row of hiddenRows) sheet['!rows'][row] = { hidden: true };
    }
    XLSX.utils.book_append_sheet(book, sheet, name);
  }
  book.Workbook = {
    Sheets: Object.values(sheets).map(({ hidden }) => ({ Hidden: hidden ? 1 : 0 })),
    WBProps: { date1904: options.starts1904 === true },
  };
  const written = XLSX.write(book, {
    type: 'buffer',
    bookType: type,
    bookSST: options.shared !== false,
    compression: true,
    ...(options.codepage ? { codepage: options.codepage } : {}),
  });
  return typeof written === 'string' ? Buffer.from(written) : new Uint8Array(written);
}

const SELECTION_HEADER = [
  ...['商品id', '商品名称', '商品主图', '商品详情页链接地址', '店铺名称', '商品价格(单位：元)', '商品月销量'],
  ...[
    '通用收入比率(%)',
    '通用佣金',
    '活动状态',
    '活动收入比率(%)',
    '活动佣金',
    '活动开始时间',
    '活动结束时间',
    '卖家旺旺',
  ],
  ...['淘宝客短链接(300天内有效)', '淘宝客链接', '淘口令(30天内有效)', '优惠券总量', '优惠券剩余量', '优惠券面额'],
  ...['优惠券开始时间', '优惠券结束时间', '优惠券链接', '优惠券淘口令(30天内有效)', '优惠券短链接(300天内有效)'],
];

type SelectionRow = Readonly<Partial<Record<(typeof SELECTION_HEADER)[number], CellDraft>>>;

const SELECTION_ROWS: readonly SelectionRow[] = [
  {
    商品id: '537099364188',
    商品名称: '茶叶,礼盒 "特级"',
    店铺名称: '全球茶叶官方店',
    '商品价格(单位：元)': '68.00',
    商品月销量: '12626',
    '通用收入比率(%)': '2.80',
    活动状态: '进行中',
    '活动收入比率(%)': '30.00 %',
    活动开始时间: '2026-11-18',
    活动结束时间: '2026-11-22',
    卖家旺旺: '全球茶叶公司',
    优惠券面额: '满45元减5元',
  },
  // A row without an item, as they occur.
  { 淘宝客链接: 'https://s.click.taobao.com/x' },
  {
    商品id: 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb',
    商品名称: '连衣裙',
    店铺名称: '某某旗舰店',
    '通用收入比率(%)': '5.50%',
    活动状态: '无',
    '活动收入比率(%)': '--',
    卖家旺旺: '全球茶叶公司',
    优惠券面额: '无',
  },
  { 商品id: '560234787224', 店铺名称: '只有店名', '通用收入比率(%)': '无' },
];

/** As the alliance writes it: every cell text, missing cells not there at all. */
function selectionSheet(rows: readonly SelectionRow[]): SheetDraft {
  return { rows: [SELECTION_HEADER, ...rows.map((row) => SELECTION_HEADER.map((name) => row[name] ?? null))] };
}

/** As a spreadsheet program saves it again: numbers, percentages and dates in cells of their own kinds, validity texts gone. */
function resavedSheet(): SheetDraft {
  const { rows } = selectionSheet([
    {
      商品id: 537099364188,
      '通用收入比率(%)': numberCell(0.028, '0.00%'),
      活动状态: '进行中',
      '活动收入比率(%)': numberCell(0.3, '0%'),
      活动开始时间: numberCell(46344, 'yyyy"年"m"月"d"日"'),
      活动结束时间: numberCell(46348.75, 'yyyy/m/d h:mm'),
      卖家旺旺: '全球茶叶公司',
    },
  ]);
  return {
    rows: rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell.replace(/\(\d+天内有效\)/, '') : cell))),
  };
}

const QUALITY_ROWS: SheetDraft['rows'] = [
  ['商品id', '商品名称', '收入比率(%)', '佣金', '卖家id', '平台类型', '商品一级类目', '卖家旺旺', '是否为营销计划商品'],
  ['537099364188', '茶叶', '5.50', '3.74', '2649797694', '天猫', '茶', '全球茶叶公司', '否'],
  ['560234787224', '连衣裙', '20.00 %', '9.80', '2166356588', '淘宝', '女装', '某某旗舰店', '是'],
  ['557256631017', '袜子', '3.00', '0.30', '2166356588', '淘宝', '女装', '某某旗舰店', null],
];

/** Fixtures that are spreadsheets, by path: `REMAKE_FIXTURES=1 npx vitest run test/ingest/sheet.test.ts` writes them. */
export const FIXTURE_SHEETS: Readonly<Record<string, () => Uint8Array>> = {
  'sheets/selection.xls': () => makeSheetFile({ Sheet1: selectionSheet(SELECTION_ROWS) }, 'biff8'),
  'sheets/selection-resaved.xlsx': () => makeSheetFile({ Sheet1: resavedSheet(), Sheet2: { rows: [] } }, 'xlsx'),
  'sheets/quality-list.xls': () => makeSheetFile({ Sheet1: { rows: QUALITY_ROWS } }, 'biff8'),
};
