/** The trap checklist of formats.md §9 for tables, one test a trap; those of JSON have theirs beside its formats. */
import { describe, expect, test } from 'vitest';
import { readText } from '../support/exports.ts';

const HEADER = 'shop_id,plan_id,plan_type,rate,plan_name';
const read = (row: string, header = HEADER) => readText(`${header}\n${row}\n`);
const rateOf = (cell: string) => read(`7,1,special,${cell},x`).readings[0]?.rate?.bp;
const TABLE = '店铺ID\t计划ID\t计划类型\t佣金比率\r\n7\t1\t定向计划\t5.5 %\r\n';

describe('encodings', () => {
  test.each<[trap: string, bytes: Uint8Array, encoding: string]>([
    ['UTF-8 without BOM', Buffer.from(TABLE), 'utf-8'],
    ['UTF-8 with BOM', Buffer.from(`\ufeff${TABLE}`), 'utf-8'],
    ['GBK, as Chinese Excel saves CSV', gbk(), 'gb18030'],
    ['UTF-16LE with BOM, the "Unicode text" of Excel', Buffer.from(`\ufeff${TABLE}`, 'utf16le'), 'utf-16le'],
    ['UTF-16LE without BOM', Buffer.from(TABLE, 'utf16le'), 'utf-16le'],
    ['UTF-16BE', Buffer.from(`\ufeff${TABLE}`, 'utf16le').swap16(), 'utf-16be'],
  ])('%s', (_, bytes, encoding) => {
    for (const name of ['export.csv', 'export.xls']) {
      const result = readText(bytes, { name });
      expect([result.refusal, result.encoding, result.readings[0]?.rate?.bp]).toEqual([null, encoding, 550]);
    }
  });

  test('bytes in no encoding are refused', () => {
    expect(readText(Buffer.from('73686f705f69642cffff0a', 'hex')).refusal?.code).toBe('bad-encoding');
  });

  test.each(['\n', '\r\n', '\r'])('line end %j', (end) => {
    expect(readText([HEADER, '7,1,special,5%,x', '8,2,special,6%,y', ''].join(end)).readings).toHaveLength(2);
  });
});

/** TABLE in GBK: TextEncoder knows UTF-8 alone. */
function gbk(): Uint8Array {
  const bytes: Readonly<Record<string, string>> = {
    店: 'b5ea',
    铺: 'c6cc',
    计: 'bcc6',
    划: 'bbae',
    类: 'c0e0',
    型: 'd0cd',
    佣: 'd3b6',
    金: 'bdf0',
    比: 'b1c8',
    率: 'c2ca',
    定: 'b6a8',
    向: 'cff2',
  };
  return Buffer.from([...TABLE].map((c) => bytes[c] ?? Buffer.from(c).toString('hex')).join(''), 'hex');
}

describe('cells as spreadsheets and pages leave them', () => {
  test.each([
    ['tab after an id', '728628560\t'],
    ['tab before an id', '\t728628560'],
    ['="123"', '"=""728628560"""'],
    ['leading apostrophe', "'728628560"],
    ['full-width digits', '７２８６２８５６０'],
    ['NBSP around an id', '\u00a0728628560\u00a0'],
    ['ideographic blank around an id', '\u3000728628560'],
  ])('id: %s', (_, cell) => {
    expect(read(`${cell},1,special,5%,x`).readings[0]?.shop.sellerId).toBe('728628560');
  });

  test.each(['1.87606E+18', '1.87606e18', '2.17440529896652E+17', '１.８７６０６E+18'])(
    'id: %s has lost its digits',
    (cell) => {
      expect(read(`${cell},1,special,5%,x`).problems).toMatchObject([{ code: 'rounded-id', locator: 2 }]);
    },
  );

  test('id: more digits than a number holds', () => {
    expect(read('217440529896652827,1,special,5%,x').readings[0]?.shop.sellerId).toBe('217440529896652827');
  });

  test.each([
    ['blank before %', '20.00 %', 2000],
    ['NBSP before %', '20.00\u00a0%', 2000],
    ['full-width ％', '５．５０％', 550],
    ['tab after a rate', '5.5%\t', 550],
    ['no sign at all', '5.5', 550],
    ['-- is unknown', '--', null],
    ['无 is unknown', '无', null],
    ['0 is unknown, not zero', '0.00', null],
  ])('rate: %s', (_, cell, bp) => {
    expect(rateOf(cell)).toBe(bp);
  });

  test.each(['5,5%', '5.5.5', '-3%', '101%', '五', '5%%', '=1+1'])('rate: %j is none', (cell) => {
    expect(read(`7,1,special,"${cell}",x`).problems).toMatchObject([{ code: 'bad-rate', found: cell }]);
  });

  test('headers: full-width brackets and letters, blanks and capitals', () => {
    expect(read('7,1,special,5%', ' 店铺ＩＤ ,PLAN_ID,\u00a0计划类型,佣金比率\t').readings).toHaveLength(1);
  });
});

describe('CSV', () => {
  test.each([
    ['a comma', '"甲,乙"', '甲,乙'],
    ['a quotation mark', '"甲""乙"', '甲"乙'],
    ['a line end', '"甲\n乙"', '甲\n乙'],
    ['an emoji', '甲🎉', '甲🎉'],
    ['a number that is no id', 'QQ：1259814898', 'QQ：1259814898'],
    ['a formula', '=HYPERLINK(1)', '=HYPERLINK(1)'],
  ])('plan name with %s', (_, cell, name) => {
    expect(read(`7,1,special,5%,${cell}`).readings[0]?.facts.name).toBe(name);
  });

  test('[计划已停止] at the end of a name is a state', () => {
    expect(read('7,1,special,5%,老客专享[计划已停止]').readings[0]?.facts).toMatchObject({
      name: '老客专享',
      state: 'stopped',
    });
  });

  test('names are not unique: plans of one name are told apart by their ids', () => {
    const { readings } = read('7,1,special,5%,高佣\n7,2,special,6%,高佣\n8,3,special,7%,高佣');
    expect(readings.map(({ shop, planId }) => `${shop.sellerId}/${planId}`)).toEqual(['7/1', '7/2', '8/3']);
  });

  test('ragged rows are named by line, after quoted line ends too, and never glued to the next', () => {
    const { problems, readings } = read(
      '7,1,special,5%,"甲\n乙"\n8,2,special\n9,3,special,5%,甲,乙\n10,4,special,5%,x',
    );
    expect(problems.map(({ code, locator, found, expected }) => [code, locator, found, expected])).toEqual([
      ['ragged-row', 4, '3', '5'],
      ['ragged-row', 5, '6', '5'],
    ]);
    expect(readings.map(({ locator, planId }) => [locator, planId])).toEqual([
      [2, '1'],
      [6, '4'],
    ]);
  });

  test('a quotation mark that is never closed swallows no rows', () => {
    expect(read('7,1,special,5%,"x\n8,2,special,5%,y').problems).toMatchObject([{ code: 'open-quote', locator: 2 }]);
  });

  test('trailing separators, and rows of nothing', () => {
    expect(read('7,1,special,5%,x,,\n,,,,,,\n\n8,2,special,5%,y,,', `${HEADER},,`).readings).toHaveLength(2);
  });

  test('the separator is the header’s own: tab, comma or semicolon', () => {
    for (const separator of ['\t', ',', ';'])
      expect(readText([HEADER, '7,1,special,5%,x'].join('\n').replaceAll(',', separator)).readings).toHaveLength(1);
  });
  // Output starting with =, +, - or @ is neutralised: test/report/sanitize.test.ts. Duplicates and times: test/store, own-format.test.ts.
  // HTML in titles comes from JSON (alimama.test.ts); in a table a title is kept as it stands, since a name may hold < and >.
});
