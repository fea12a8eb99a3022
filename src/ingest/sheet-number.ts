/**
 * Numbers of a spreadsheet to text, by what the cell's number format says they are: never by the text on the screen,
 * which is rounded and, for dates, ambiguous.
 */

import { UTCDateMini } from '@date-fns/utc/date/mini';
import { secondsInDay } from 'date-fns/constants';
import { lightFormat } from 'date-fns/lightFormat';
import { instantOf } from '../domain/time.ts';

export type NumberKind = 'plain' | 'percent' | 'date' | 'date-time' | 'time';

/** What all sheets of a workbook share. */
export interface Book {
  readonly starts1904: boolean;
  readonly strings: readonly string[];
  /** By the cell's style. */
  readonly kinds: readonly NumberKind[];
}

/** Formats that have a number and no text in the file (ECMA-376 §18.8.30; 27–58 are those of Chinese Excel). */
const BUILT_IN: ReadonlyMap<number, NumberKind> = new Map<number, NumberKind>([
  ...[9, 10].map((id) => [id, 'percent'] as const),
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'date'] as const),
  ...[18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56].map((id) => [id, 'time'] as const),
  [22, 'date-time'],
]);

/** What a number format makes of a number. `code` is null for a format that is only named by its number. */
export function kindOfFormat(id: number, code: string | null): NumberKind {
  if (code === null) return BUILT_IN.get(id) ?? 'plain';
  // Elapsed hours are a span, no point in time.
  if (/\[[hms]+\]/i.test(code)) return 'plain';
  // What is quoted, escaped, skipped, repeated or in brackets is decoration: "%" in quotes does not multiply.
  const bare = code.replace(/"[^"]*"|[\\_*].|\[[^\]]*\]/gsu, '').toLowerCase();
  if (bare.includes('%')) return 'percent';
  if (!/[ymdhs]/.test(bare) || bare.includes('general')) return 'plain';
  const hasTime = /[hs]/.test(bare);
  if (!hasTime) return 'date';
  return /[yd]/.test(bare) ? 'date-time' : 'time';
}

/**
 * Plain numbers are decimal text; percentages have their `%` (0.155 is `15.5%`); dates are ISO text. A whole number of
 * 16 digits or more has lost some (a sheet keeps 15) and comes out as `2.17440529896653E+17`, which no id may be.
 */
export function numberText(value: number, kind: NumberKind, starts1904: boolean): string {
  if (kind === 'percent') return `${shiftTwo(decimalText(value))}%`;
  if (kind === 'plain') return decimalText(value);
  return timeText(value, kind, starts1904) ?? decimalText(value);
}

/** As spreadsheet programs show it. */
export function flagText(isTrue: boolean): string {
  return isTrue ? 'TRUE' : 'FALSE';
}

/** 15 digits are what a sheet keeps and shows: 0.1 + 0.05 is 0.15 there too. */
function decimalText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1e15)
    return value
      .toExponential(14)
      .replace(/\.?0+e/, 'e')
      .toUpperCase();
  const rounded = Number(value.toPrecision(15));
  const text = String(rounded);
  return text.includes('e') ? rounded.toFixed(20).replace(/\.?0+$/, '') : text;
}

function shiftTwo(decimal: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (!match) return decimal;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = fraction.padEnd(2, '0');
  const rest = digits.slice(2);
  return `${sign}${`${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '')}${rest ? `.${rest}` : ''}`;
}

/** Days since 1899-12-30, or since 1904-01-01. Before March 1900 the first count has a day that never was: no date. */
function timeText(serial: number, kind: NumberKind, starts1904: boolean): string | null {
  const seconds = Math.round(serial * secondsInDay);
  const isTimeOfDay = kind === 'time' && seconds >= 0 && seconds < secondsInDay;
  if (!isTimeOfDay && (serial < (starts1904 ? 0 : 61) || serial >= 2_958_466)) return null;
  const start = instantOf(starts1904 ? '1904-01-01T00:00:00Z' : '1899-12-30T00:00:00Z');
  const date = new UTCDateMini(start + seconds * 1000);
  if (isTimeOfDay) return lightFormat(date, 'HH:mm:ss');
  // A date is a whole day: what is valid until a day is so until its end.
  return lightFormat(date, kind === 'date' && seconds % secondsInDay === 0 ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss');
}
