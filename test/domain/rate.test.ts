import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBp, isZeroRate, parseHundredths, parsePercent } from '../../src/domain/rate.ts';

const bp = (value: number | null) => ({ ok: true, bp: value });
const NOT_RATE = { ok: false };
const UNKNOWN = ['', ' ', '-', '--', '—', '无', '0', '0.00', '0.00 %', '0.004'];
const NO_PERCENT = ['100.01', '100.001', '101%', '1550', '-1', '5.', '.5', '1e1', '5,5', '5%%', 'abc'];

test.each<[string, unknown]>([
  ['15.50%', bp(1550)],
  ['15.5', bp(1550)],
  ['15.50 %', bp(1550)],
  ['15.50\u00a0%', bp(1550)],
  ['１５．５０％', bp(1550)],
  [' 8.38%\t', bp(838)],
  ['1.15', bp(115)],
  ['0.01', bp(1)],
  ['100', bp(10_000)],
  ['100.00%', bp(10_000)],
  ['99.995', bp(10_000)],
  ['8.384', bp(838)],
  ['8.385', bp(839)],
  ['8.3849999', bp(838)],
  ['2.8000000000000003', bp(280)],
  ...UNKNOWN.map((text) => [text, bp(null)] as [string, unknown]),
  ...NO_PERCENT.map((text) => [text, NOT_RATE] as [string, unknown]),
])('percent text %j', (text, expected) => {
  expect(parsePercent(text)).toEqual(expected);
});

test.each<[string, unknown]>([
  ['1550', bp(1550)],
  ['45', bp(45)],
  ['1', bp(1)],
  ['10000', bp(10_000)],
  ['550.4', bp(550)],
  ['550.5', bp(551)],
  ['9999.5', bp(10_000)],
  ['0', bp(null)],
  ['-', bp(null)],
  ['', bp(null)],
  ['10001', NOT_RATE],
  ['10000.4', NOT_RATE],
  ['15.50%', NOT_RATE],
  ['-45', NOT_RATE],
])('hundredths of a percent %j', (text, expected) => {
  expect(parseHundredths(text)).toEqual(expected);
});

test.each([
  ['0', true],
  ['0.00 %', true],
  ['００', true],
  ['', false],
  ['-', false],
  ['0.01', false],
  ['10', false],
])('zero rate %j: %j', (text, expected) => {
  expect(isZeroRate(text)).toBe(expected);
});

test.each([
  [1550, '15.50'],
  [1, '0.01'],
  [0, '0.00'],
  [10_000, '100.00'],
  [-38, '-0.38'],
  [-1210, '-12.10'],
])('%i bp is %j', (value, expected) => {
  expect(formatBp(value)).toBe(expected);
});

test('every rate survives writing and reading, in either unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom('', '%', ' %', '％'), (value, sign) => {
      expect(parsePercent(formatBp(value) + sign)).toEqual(bp(value));
      expect(parseHundredths(String(value))).toEqual(bp(value));
    }),
  );
});

test('no text makes a rate outside 0.01 % to 100 %', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^[\d.%-]{0,8}$/)), (text) => {
      for (const rate of [parsePercent(text), parseHundredths(text)]) {
        if (!rate.ok || rate.bp === null) continue;
        expect(Number.isInteger(rate.bp)).toBe(true);
        expect(rate.bp).toBeGreaterThanOrEqual(1);
        expect(rate.bp).toBeLessThanOrEqual(10_000);
      }
    }),
  );
});
