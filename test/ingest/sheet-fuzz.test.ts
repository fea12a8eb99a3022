/** Damaged sheets: whatever is changed or cut off, the file is refused or read as what its undamaged cells say. */
import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { kindOfFormat, numberText } from '../../src/ingest/sheet-number.ts';
import { readText } from '../support/exports.ts';
import { makeSheetFile, numberCell, SHEET_TYPES, type SheetDraft } from '../support/sheets.ts';

const HEADER = ['shop_id', 'plan_id', 'plan_type', 'rate', 'plan_name'];
const ROWS: SheetDraft = {
  rows: [
    HEADER,
    ...Array.from({ length: 20 }, (_, i) => [
      `7${i}`,
      i + 1,
      'special',
      numberCell((i + 1) / 200, '0.00%'),
      `plan ${i}`,
    ]),
  ],
};
const HTML = strToU8(
  `<html><table>${ROWS.rows.map((row) => `<tr>${row.map((cell) => `<td>${typeof cell === 'object' ? '5%' : cell}</td>`).join('')}</tr>`).join('\n')}</table></html>`,
);
const FILES = [...SHEET_TYPES.map((type) => makeSheetFile({ 一: ROWS }, type, { shared: type !== 'biff5' })), HTML];

function expectSound(bytes: Uint8Array): void {
  const { refusal, readings } = readText(bytes);
  if (refusal) expect(refusal.code).toMatch(/^[a-z-]+$/);
  expect(readings.length).toBeLessThanOrEqual(25);
  for (const { shop, planId, rate } of readings) {
    expect(shop.sellerId).toMatch(/./);
    expect(planId).toMatch(/./);
    if (rate?.bp != null) expect(Number.isInteger(rate.bp) && rate.bp > 0 && rate.bp <= 10_000).toBe(true);
  }
}

test('bytes changed anywhere', () => {
  const edits = fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...FILES), edits, (file, changes) => {
      const copy = file.slice();
      for (const [at, byte] of changes) copy[at % copy.length] = byte;
      expectSound(copy);
    }),
    { numRuns: 600 },
  );
});

test('bytes changed within the parts of an .xlsx, where no checksum tells', () => {
  const parts = unzipSync(FILES[0]!);
  const names = Object.keys(parts).filter((name) => /sheet1|styles|sharedStrings|workbook/.test(name));
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.nat(100_000),
      fc.string({ maxLength: 6 }),
      fc.nat(8),
      (name, place, text, cut) => {
        const part = parts[name]!;
        const at = place % part.length;
        const changed = Buffer.concat([part.subarray(0, at), strToU8(text), part.subarray(at + cut)]);
        expectSound(zipSync({ ...parts, [name]: new Uint8Array(changed) }, { level: 0 }));
      },
    ),
    { numRuns: 400 },
  );
});

test('a file that is cut off anywhere is refused, never read in part', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FILES), fc.nat(1_000_000), (file, place) => {
      // What follows the end of the last table is of no consequence.
      const length = place % (file.length - 600 > 0 ? file.length - 600 : Math.floor(file.length / 2));
      const { readings } = readText(file.slice(0, length));
      expect(readings).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('pieces of markup in any order', () => {
  const piece = fc.constantFrom(
    ...'<table>|</table>|<tr>|<td>|<td rowspan=3>|<td colspan="2">|</td>|shop_id|rate|7|&amp;|&#x110000;|<|>|"'.split(
      '|',
    ),
    ...'<!--|-->|<![CDATA[|]]>|<script>|</script>|<Worksheet>|<Row ss:Index="5">|<Cell>|</Cell>'.split('|'),
    ...'<Data ss:Type="Number">|</Data>|</Workbook>'.split('|'),
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => expectSound(strToU8(`<x>${pieces.join('')}`))),
    { numRuns: 1000 },
  );
});

test('a percentage of a cell is the percentage that was typed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (typed) => {
      // As a spreadsheet keeps it: the nearest double to the hundredth.
      const value = Number(`${typed}e-6`);
      expect(Number.parseFloat(numberText(value, 'percent', false))).toBe(Number(`${typed}e-4`));
    }),
  );
});

test.each([
  ['0.00%', 'percent'],
  ['0.00%;[Red]-0.00%', 'percent'],
  ['0.00"%"', 'plain'],
  ['0.00\\%', 'plain'],
  ['General', 'plain'],
  ['G/通用格式', 'plain'],
  ['#,##0.00_);[Red](#,##0.00)', 'plain'],
  ['0.00E+00', 'plain'],
  ['yyyy"年"m"月"d"日"', 'date'],
  ['[$-804]yyyy/m/d;@', 'date'],
  ['yyyy/m/d h:mm', 'date-time'],
  ['h:mm:ss', 'time'],
  ['[h]:mm', 'plain'],
  ['@', 'plain'],
])('number format %s is %s', (code, kind) => {
  expect(kindOfFormat(164, code)).toBe(kind);
});

test.each<[number, Parameters<typeof numberText>[1], boolean, string]>([
  [0.155, 'percent', false, '15.5%'],
  [0.1 + 0.05, 'percent', false, '15%'],
  [8.3799999999999999e-2, 'percent', false, '8.38%'],
  [1, 'percent', false, '100%'],
  [5e-7, 'plain', false, '0.0000005'],
  [999999999999999, 'plain', false, '999999999999999'],
  [1e15, 'plain', false, '1E+15'],
  [217440529896652830, 'plain', false, '2.17440529896653E+17'],
  [46346, 'date', false, '2026-11-20'],
  [46346.75, 'date', false, '2026-11-20 18:00:00'],
  [46346, 'date-time', false, '2026-11-20 00:00:00'],
  [44884, 'date', true, '2026-11-20'],
  [60, 'date', false, '60'],
  [0.5, 'time', false, '12:00:00'],
  [-1, 'date', false, '-1'],
  [3e6, 'date', false, '3000000'],
])('%d as %s is %s', (value, kind, starts1904, text) => {
  expect(numberText(value, kind, starts1904)).toBe(text);
});
