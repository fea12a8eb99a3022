/** JSON without loss, as what is read of our own format. */
import { expect, test } from 'vitest';
import { parseJson } from '../../src/ingest/json.ts';

test.each<[text: string, value: unknown]>([
  ['{"a":1,"b":[-2.5,true,null,"茶"]}', { a: 1, b: [-2.5, true, null, '茶'] }],
  ['[999999999999999,-999999999999999]', [999999999999999, -999999999999999]],
  [
    '[1876057285108350,-1876057285108350,217440529896652827]',
    ['1876057285108350', '-1876057285108350', '217440529896652827'],
  ],
  ['[1e5,1E+18,2.5e-7]', ['1e5', '1E+18', '2.5e-7']],
  ['\ufeff {"a" : "b: \\"c\\" 3e5"}\n', { a: 'b: "c" 3e5' }],
  ['jQuery_17.cb({"a":1});', { a: 1 }],
  ['{"a":1,"a":1}', { a: 1 }],
  ['{"__proto__":"x"}', JSON.parse('{"__proto__":"x"}')],
])('%s', (text, value) => {
  expect(parseJson(text)).toEqual({ ok: true, value });
});

test.each<[text: string, duplicateKey: string | null]>([
  ['{"a":1,"b":{"a":1,"c":2,"c":3}}', 'c'],
  ['{"a":1', null],
  ['{"a":1}{', null],
  ['', null],
  ['alert(1)', null],
  ['[12345678secret]', null],
  ['"\\usecret"', null],
  ['['.repeat(1_000_000), null],
])('%.40s is none, and no more than a letter of it is quoted', (text, duplicateKey) => {
  const parsed = parseJson(text);
  expect(parsed).toMatchObject({ ok: false, duplicateKey });
  if (!parsed.ok && duplicateKey === null) expect(parsed.reason).not.toMatch(/secret|1234|use/);
});
