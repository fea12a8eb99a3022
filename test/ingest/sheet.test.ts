/** Spreadsheets of every kind, written by another hand, read like the same table in CSV. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as XLSX from '@e965/xlsx';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { SHEET_LIMITS } from '../../src/ingest/sheet-limits.ts';
import { readText } from '../support/exports.ts';
import { FIXTURES } from '../support/run.ts';
import {
  FIXTURE_SHEETS,
  makeSheetFile,
  numberCell,
  SHEET_TYPES,
  type SheetDraft,
  type SheetType,
} from '../support/sheets.ts';

const HEADER = ['shop_id', 'plan_id', 'plan_type', 'rate'];
const ONE: SheetDraft = { rows: [HEADER, ['7', '1', 'special', '5%']] };

/** In which way each type of file is told in the list of snapshots. */
const ENCODINGS: Readonly<Record<SheetType, string>> = { xlsx: 'xlsx', biff8: 'xls', biff5: 'xls', xlml: 'utf-8' };

/** BIFF5 has no shared strings, though SheetJS would write them. */
const make = (sheets: Record<string, SheetDraft>, type: SheetType, options: Parameters<typeof makeSheetFile>[2] = {}) =>
  makeSheetFile(sheets, type, type === 'biff5' ? { ...options, shared: false } : options);

test.each(Object.entries(FIXTURE_SHEETS))('fixture %s is what the script makes', (name, build) => {
  const path = join(FIXTURES, name);
  const made = build();
  if (process.env.REMAKE_FIXTURES) writeFileSync(path, made);
  const [kept, fresh] = [readFileSync(path), made].map((bytes) => XLSX.read(bytes, { type: 'buffer', raw: true }));
  const contentOf = (book: XLSX.WorkBook | undefined) =>
    book?.SheetNames.map((sheet) => [sheet, XLSX.utils.sheet_to_json(book.Sheets[sheet]!, { header: 1 })]);
  expect(contentOf(kept)).toEqual(contentOf(fresh));
});

test.each(SHEET_TYPES)(
  '%s: texts, numbers, percentages, dates, formulas, errors, in the rows that Excel shows',
  (type) => {
    const rows = [
      [],
      ['captured_at', 'shop_id', 'plan_id', 'plan_type', 'rate', 'ends_at', 'status', 'locked', 'plan_name'],
      [
        numberCell(46346.395833333336, 'yyyy/m/d h:mm'),
        '7',
        12,
        'special',
        numberCell(0.155, '0.00%'),
        '',
        'approved',
        true,
      ],
      [],
      [
        numberCell(46346.395833333336, 'm/d/yy h:mm'),
        { t: 'n', v: 7, f: '3+4' },
        1e14 + 1,
        { t: 's', v: 'special', f: '"special"' },
        15.5,
        numberCell(46347, 'm/d/yy'),
        '',
        false,
        "'名,称\n二",
      ],
      ['2026-11-20 09:30', 8, 13, 'special', numberCell(0.07, '0%')],
      ['2026-11-20 09:30', 9, 13, 'special', { t: 'e', v: 42 }],
    ] as SheetDraft['rows'];
    const shown =
      type === 'biff5' ? rows.map((row) => row.map((cell) => (cell === "'名,称\n二" ? "'a,b\nc" : cell))) : rows;
    for (const shared of [true, false]) {
      const result = readText(make({ 一: { rows: shown } }, type, { shared }));
      expect([result.refusal, result.format, result.encoding]).toEqual([null, 'tkguard-csv', ENCODINGS[type]]);
      expect(result.problems).toMatchObject([{ code: 'bad-rate', locator: 7, field: 'rate', found: '#N/A' }]);
      expect(result.batches.map(({ capturedMs }) => capturedMs)).toEqual([Date.parse('2026-11-20T09:30:00+08:00')]);
      expect(
        result.readings.map(({ locator, shop, planId, rate, facts }) => [
          locator,
          shop.sellerId,
          planId,
          rate?.bp,
          rate?.raw,
          facts.endsAt,
          facts.locked,
          facts.name,
        ]),
      ).toEqual([
        [3, '7', '12', 1550, '15.5%', null, true, null],
        [5, '7', '100000000000001', 1550, '15.5', '2026-11-21', false, type === 'biff5' ? "'a,b\nc" : "'名,称\n二"],
        [6, '8', '13', 700, '7%', null, null, null],
      ]);
    }
  },
);

test.each(SHEET_TYPES)('%s: an id that lost digits in a number cell is refused, not rounded', (type) => {
  const rows = [HEADER, [217440529896652830, '1', 'special', '5%'], [1876057285108350, '1', 'special', '5%']];
  const { problems, readings } = readText(make({ S: { rows } }, type));
  expect(readings).toEqual([]);
  expect(problems).toMatchObject([
    { code: 'rounded-id', locator: 2, field: 'shop_id', found: '2.17440529896653E+17' },
    { code: 'rounded-id', locator: 3, found: '1.87605728510835E+15' },
  ]);
});

test.each(['xlsx', 'biff8'] as const)('%s: dates count from 1904 where the workbook says so', (type) => {
  const rows = [
    ['captured_at', ...HEADER],
    [numberCell(44884.5, 'yyyy-mm-dd hh:mm'), '7', '1', 'special', '5%'],
  ];
  const result = readText(make({ S: { rows } }, type, { starts1904: true }));
  expect(result.batches[0]?.capturedMs).toBe(Date.parse('2026-11-20T12:00:00+08:00'));
});

test.each(SHEET_TYPES)('%s: the first sheet that is an export is read, and those that are not are named', (type) => {
  const other: SheetDraft = {
    rows: [
      ['something', 'else'],
      ['1', '2'],
    ],
  };
  const result = readText(make({ Notes: other, Plans: ONE, Later: ONE, Empty: { rows: [] } }, type));
  expect(result.readings).toHaveLength(1);
  expect(result.notes).toEqual(
    [{ code: 'other-sheets', args: { sheet: 'Plans', others: 'Notes, Later' } }].filter(() => type !== 'xlml'),
  );
});

test.each(['xlsx', 'biff8'] as const)(
  '%s: a hidden sheet is not read, hidden rows are: a filter hides them',
  (type) => {
    const rows = [...ONE.rows, ['8', '1', 'special', '5%']];
    expect(readText(make({ A: { ...ONE, hidden: true }, B: { rows: [['x', 'y']] } }, type)).refusal?.code).toBe(
      'hidden-sheets',
    );
    const result = readText(make({ A: { rows, hiddenRows: [1] } }, type));
    expect(result.readings.map(({ shop }) => shop.sellerId)).toEqual(['7', '8']);
  },
);

test.each(['xlsx', 'biff8'] as const)(
  '%s: a merged cell stands for the rows that it covers, and no further',
  (type) => {
    const rows = [HEADER, ['7', '1', 'special', '5%'], [null, '2', 'special', '6%'], [null, '3', 'special', '6%']];
    const { readings, problems } = readText(make({ A: { rows, merges: ['A2:A3'] } }, type));
    expect(readings.map(({ shop, planId }) => [shop.sellerId, planId])).toEqual([
      ['7', '1'],
      ['7', '2'],
    ]);
    expect(problems).toMatchObject([{ code: 'needed', locator: 4, field: 'shop_id' }]);
  },
);

test('xlsx: a merged header reaches into no row, and merged cells bring no row to life', () => {
  const rows = [HEADER, [null, '1', 'special', '5%'], ['7', '2', 'special', '6%']];
  const { readings, problems } = readText(make({ A: { rows, merges: ['A1:A2', 'A3:A900'] } }, 'xlsx'));
  expect(readings.map(({ planId }) => planId)).toEqual(['2']);
  expect(problems).toMatchObject([{ code: 'needed', locator: 2, field: 'shop_id' }]);
});

test('a title above the header is no header, and the row that is one is named', () => {
  const { refusal } = readText(make({ A: { rows: [['十一月导出'], ...ONE.rows] } }, 'xlsx'));
  expect(refusal).toEqual({ code: 'title-row', args: { row: 2 } });
});

test('heads of groups, as merged cells, are no header either', () => {
  const rows = [
    ['店铺', null, '计划', null],
    ['卖家ID', '店铺名称', '计划ID', '计划类型', '佣金率'],
    ['7', '茶', '0', 'general', '5%'],
  ];
  const { refusal } = readText(make({ A: { rows, merges: ['A1:B1', 'C1:D1'] } }, 'xlsx'));
  expect(refusal).toEqual({ code: 'title-row', args: { row: 2 } });
});

test('a header alone, and no rows at all', () => {
  expect(readText(make({ A: { rows: [HEADER] } }, 'xlsx')).refusal?.code).toBe('header-only');
  expect(readText(make({ A: { rows: [] } }, 'xlsx')).refusal?.code).toBe('unknown-format');
});

test('a formula that was never worked out is no value', () => {
  const parts = unzipSync(make({ A: ONE }, 'xlsx', { shared: false }));
  const sheet = new TextDecoder().decode(parts['xl/worksheets/sheet1.xml']);
  const formula = sheet.replace(/<c r="D2"[^>]*>.*?<\/c>/, '<c r="D2"><f>B2*2</f></c>');
  expect(formula).not.toBe(sheet);
  const file = zipSync({ ...parts, 'xl/worksheets/sheet1.xml': strToU8(formula) });
  expect(readText(file).problems).toMatchObject([{ code: 'bad-rate', found: '=B2*2' }]);
});

const table = (rows: string) =>
  `<html><head><style>td>a{}</style><script>if (a<b) "</td>"</script></head><table>${rows}</table></html>`;
const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

test('HTML inside .xls: entities, tags in cells, cells left out and spans', () => {
  const text = table(
    `${row(...HEADER, 'plan_name')}${row('<b>7</b>', '1', '定向计划', '5&#46;5%', '&lt;甲&gt;&nbsp;&amp; 乙')}` +
      '<TR><TD rowspan=2>8<TD>2<TD x="a>b">special<TD>6%<TR><TD>3<TD colspan="1">special<TD>7%<TD>x',
  );
  for (const content of [text, Buffer.from(`\ufeff${text}`, 'utf16le')]) {
    const result = readText(content, { name: 'favorites.xls' });
    expect(result.readings.map(({ locator, planId, rate, facts }) => [locator, planId, rate?.bp, facts.name])).toEqual([
      [2, '1', 550, '<甲>\u00a0& 乙'],
      [3, '2', 600, null],
      [4, '3', 700, 'x'],
    ]);
    // A cell that reaches down stands for the rows that it covers.
    expect(result.readings.map(({ shop }) => shop.sellerId)).toEqual(['7', '8', '8']);
    expect(result.problems).toEqual([]);
  }
});

test('a page whose table is no export is a web page; one that is cut off within its table is damaged', () => {
  const rows = `${row(...HEADER)}${row('7', '1', 'special', '5%')}`;
  expect(readText(table(row('a', 'b') + row('c', 'd'))).refusal?.code).toBe('html');
  expect(readText(`${table(rows)}亲，访问受限了`).refusal).toBeNull();
  expect(readText(`${table(row('a'))}亲，访问受限了`).refusal?.code).toBe('throttled');
  expect(readText(`<table>${rows}<tr><td>8`).refusal?.code).toBe('sheet-damaged');
});

test('tab-separated text and CSV under the name .xls or .xlsx', () => {
  for (const name of ['export.xls', 'export.xlsx'])
    expect(readText('shop_id\tplan_id\tplan_type\trate\n7\t1\tspecial\t5%\n', { name }).readings).toHaveLength(1);
});

test.each<[string, Uint8Array, string]>([
  ['a password in .xlsx', Buffer.from(XLSX.CFB.write(encrypted(), { type: 'buffer' }) as Uint8Array), 'sheet-locked'],
  ['a zip that is no workbook', zipSync({ 'a.csv': strToU8('x') }), 'not-supported-yet'],
  ['a workbook of Excel 2', makeBook('biff2'), 'not-supported-yet'],
  ['a binary workbook', makeBook('xlsb'), 'not-supported-yet'],
  ['an OpenDocument sheet', makeBook('ods'), 'not-supported-yet'],
])('%s: %s', (_, bytes, code) => {
  expect(readText(bytes).refusal?.code).toBe(code);
});

function encrypted() {
  const file = XLSX.CFB.utils.cfb_new();
  XLSX.CFB.utils.cfb_add(file, '/EncryptedPackage', Buffer.alloc(5000));
  return file;
}

function makeBook(bookType: XLSX.BookType): Uint8Array {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([...ONE.rows] as string[][]), 'A');
  return new Uint8Array(XLSX.write(book, { type: 'buffer', bookType }));
}

/** An .xlsx whose first sheet is given as XML. */
function rawXlsx(sheet: string | Uint8Array, parts: Record<string, string | Uint8Array> = {}): Uint8Array {
  const base = unzipSync(make({ A: ONE }, 'xlsx'));
  const given = Object.entries({ 'xl/worksheets/sheet1.xml': sheet, ...parts }).map(([name, content]) => [
    name,
    typeof content === 'string' ? strToU8(content) : content,
  ]);
  return zipSync({ ...base, ...Object.fromEntries(given) });
}

const cellsOf = (texts: readonly string[]) =>
  texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('');
const sheetXml = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
const GOOD_ROWS = `<row>${cellsOf(HEADER)}</row><row>${cellsOf(['7', '1', 'special', '5%'])}</row>`;

const BOMBS: Readonly<Record<string, () => readonly [content: Uint8Array | string, code: string | null]>> = {
  'megabytes of blanks in a sheet': () => [rawXlsx(new Uint8Array(30 << 20).fill(32)), 'sheet-too-large'],
  'a sheet packed tighter than any': () => [
    rawXlsx(sheetXml(`${GOOD_ROWS}${' '.repeat(20 << 20)}`)),
    'sheet-too-large',
  ],
  'shared strings packed tighter than any': () => [
    rawXlsx(sheetXml(`${GOOD_ROWS}<row><c t="s"><v>0</v></c></row>`), {
      'xl/sharedStrings.xml': new Uint8Array(40 << 20).fill(65),
    }),
    'sheet-too-large',
  ],
  'a dimension that lies': () => [
    rawXlsx(sheetXml(GOOD_ROWS).replace('<sheetData', '<dimension ref="A1:XFD1048576"/><sheetData')),
    null,
  ],
  'links and columns over the whole sheet': () => [
    rawXlsx(
      sheetXml(GOOD_ROWS).replace(
        '</worksheet',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" r:id="x"/></hyperlinks><cols><col min="1" max="999999999"/></cols></worksheet',
      ),
    ),
    null,
  ],
  'a cell in the last column': () => [
    rawXlsx(sheetXml(`<row r="1"><c r="XFD1"><v>1</v></c></row>`)),
    'sheet-too-large',
  ],
  'a cell in the last row': () => [
    rawXlsx(sheetXml(`${GOOD_ROWS}<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row>`)),
    null,
  ],
  'more rows than any export': () => [
    `<table>${row(...HEADER)}${'<tr><td>1'.repeat(SHEET_LIMITS.rows + 1)}</table>`,
    'sheet-too-large',
  ],
  'one long text in every cell': () => [
    rawXlsx(sheetXml(`${GOOD_ROWS}${`<row>${'<c t="s"><v>0</v></c>'.repeat(500)}</row>`.repeat(200)}`), {
      'xl/sharedStrings.xml': `<sst><si><t>${[...Array(4000).keys()].join(' ')}</t></si></sst>`,
    }),
    'sheet-too-large',
  ],
  'entities that grow (billion laughs)': () => [
    `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij'].map((n, i) => `<!ENTITY ${n} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>
     <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data ss:Type="String">&j;</Data></Cell></Row></Table></Worksheet></Workbook>`,
    'xml',
  ],
  'a row number beyond any sheet': () => [
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row ss:Index="999999999999"><Cell/></Row></Table></Worksheet></Workbook>',
    'html',
  ],
  'a cell over a billion columns': () => [`<table><tr><td colspan=1000000000>x</table>`, 'sheet-too-large'],
  'a million tables': () => [`${'<table><tr><td>x</table>'.repeat(1_000_000)}`, 'sheet-too-large'],
  'tags in each other': () => [`<table>${'<b>'.repeat(1_000_000)}`, 'html'],
  'attributes without end': () => [`<table ${[...Array(100_000).keys()].map((n) => `a${n}`).join(' ')}>`, 'html'],
  'a text in a million pieces': () => [`<table><tr><td>${'<'.repeat(10_000_000)}`, 'html'],
  'a tag without end': () => [`<table ${'x'.repeat(30 << 20)}`, 'html'],
};

test.each(Object.entries(BOMBS))('bomb: %s', (_, bomb) => {
  const [content, code] = bomb();
  expect(readText(content).refusal?.code ?? null).toBe(code);
});
