/** Bombs at the built binary: refused in words, in a heap that could not hold what they unpack to. */
import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { makeSheetFile } from '../support/sheets.ts';
import { makePlace } from '../support/spawn.ts';

const HEADER = ['shop_id', 'plan_id', 'plan_type', 'rate'];
const base = unzipSync(makeSheetFile({ A: { rows: [HEADER, ['7', '1', 'special', '5%']] } }, 'xlsx'));
const withPart = (name: string, content: Uint8Array) => zipSync({ ...base, [name]: content });
const SHEET = 'xl/worksheets/sheet1.xml';

test.each<[string, () => string | Uint8Array, string]>([
  ['blanks.xlsx', () => withPart(SHEET, new Uint8Array(120 << 20).fill(32)), 'sheet-too-large'],
  ['strings.xlsx', () => withPart('xl/sharedStrings.xml', new Uint8Array(120 << 20).fill(65)), 'sheet-too-large'],
  ['columns.xls', () => `<table>${'<tr><td colspan=999><td>x'.repeat(100_000)}</table>`, 'sheet-too-large'],
  ['rows.xls', () => `<table>${'<tr><td>x'.repeat(1_000_000)}</table>`, 'sheet-too-large'],
  ['tables.xls', () => '<table>'.repeat(1_000_000), 'html'],
  [
    'chain.xls',
    () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(20 << 20, 9)]),
    'sheet-damaged',
  ],
  [
    'laughs.xls',
    () =>
      `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "${'a'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}">]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>${`<Row><Cell><Data>${'&b;'.repeat(1000)}</Data></Cell></Row>`}</Table></Worksheet></Workbook>`,
    'xml',
  ],
])('%s', (name, make, code) => {
  const place = makePlace({ LANG: 'en_US.UTF-8', NODE_OPTIONS: '--max-old-space-size=96' });
  const bytes = make();
  place.write(name, typeof bytes === 'string' ? strToU8(bytes) : bytes);
  const { code: exit, err } = place.run('sync', name);
  expect([exit, /\[([\w-]+)\]/.exec(err)?.[1], err.split('\n').length]).toEqual([2, code, 3]);
});
