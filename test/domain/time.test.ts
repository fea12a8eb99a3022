import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endMs, formatDay, formatIso, formatMinute, parseDuration, parseTime } from '../../src/domain/time.ts';

const at = (iso: string) => Date.parse(iso);

test.each([
  ['2026-11-20', '2026-11-20', '2026-11-19T16:00:00Z'],
  ['2026/11/20', '2026-11-20', '2026-11-19T16:00:00Z'],
  ['2026-1-2', '2026-01-02', '2026-01-01T16:00:00Z'],
  ['2026年11月20日', '2026-11-20', '2026-11-19T16:00:00Z'],
  ['1900-01-01', '1900-01-01', '1899-12-31T16:00:00Z'],
  ['2028-02-29', '2028-02-29', '2028-02-28T16:00:00Z'],
  ['2026-11-20 09:30', '2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00Z'],
  ['2026-11-20 09:30:15', '2026-11-20T09:30:15+08:00', '2026-11-20T01:30:15Z'],
  ['2026/11/20 9:30', '2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00Z'],
  ['2026年11月20日 09:30', '2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00Z'],
  ['2026-11-20T01:30:00Z', '2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00Z'],
  ['2026-11-20T01:30:00.250Z', '2026-11-20T09:30:00.250+08:00', '2026-11-20T01:30:00.250Z'],
  ['2026-11-19T20:30:00-05:00', '2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00Z'],
  ['2026-11-20T07:00+0530', '2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00Z'],
  [' 2026-11-20 00:00 ', '2026-11-20T00:00:00+08:00', '2026-11-19T16:00:00Z'],
])('%j is %s', (text, expectedText, instant) => {
  expect(parseTime(text)).toEqual({ text: expectedText, ms: at(instant) });
});

const NO_DAY =
  '2026-02-30 2026-02-29 2026-13-01 2026-00-01 2026-11-00 0026-11-20 1899-12-31 2026-11/20 20261120 20-11-2026 1501208864509'.split(
    ' ',
  );
const NO_TIME =
  '-|1900-01-01T00:00+14:00|2026-11-20 24:00|2026-11-20 09:60|2026-11-20 9|2026-11-20Z|2026-11-20T09:30:00+99:00|2026-11-20T09:30:00+08:99|9999-12-31T23:59:59-12:00|soon'.split(
    '|',
  );

test.each(['', ...NO_DAY, ...NO_TIME])('%j is no time', (text) => {
  expect(parseTime(text)).toBeNull();
});

test('what is written is read back, day and instant', () => {
  const ms = fc.integer({ min: at('1970-01-02T00:00:00Z'), max: at('2100-01-01T00:00:00Z') });
  fc.assert(
    fc.property(ms, (value) => {
      expect(parseTime(formatIso(value))).toEqual({ ms: value, text: formatIso(value) });
      expect(parseTime(formatDay(value))?.text).toBe(formatDay(value));
      expect(parseTime(formatMinute(value))?.ms).toBe(Math.floor(value / 60_000) * 60_000);
    }),
  );
});

test('no text is a time that cannot be written', () => {
  const parts = fc.stringMatching(/^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d\d(:\d\d(\.\d{1,4})?)?(Z|[+-]\d\d:\d\d)?)?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), parts), (text) => {
      const time = parseTime(text);
      if (time) expect(parseTime(time.text)).toEqual(time);
    }),
  );
});

test('a day ends at its midnight, an instant is its own end', () => {
  expect(endMs('2026-12-31')).toBe(at('2026-12-31T15:59:59.999Z'));
  expect(endMs('2026-12-31T10:00:00+08:00')).toBe(at('2026-12-31T02:00:00Z'));
  expect(endMs('never')).toBeNull();
});

test.each([
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  ['7d', 604_800_000],
  [' 1d ', 86_400_000],
  ['0d', 0],
  ['30s', 30_000],
  ['7', null],
  ['1w', null],
  ['-1d', null],
  ['1.5h', null],
  ['1234567d', null],
])('duration %j: %j', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});
