/**
 * Times. The alliance lives in China: zone-less times are Asia/Shanghai (UTC+8, no daylight saving since 1991).
 * Instants are milliseconds since 1970 (`…Ms`); text is ISO 8601 with the offset `+08:00`. A date without a time
 * stays a date (`2026-11-02`), because two approvals on one day cannot be put in order.
 */

import type { Zone } from './zone.ts';
import { CHINA, instantOf } from './zone.ts';

const SHANGHAI_MS = 8 * 3_600_000;
const TIME =
  /^(\d{4})(?:-(\d{1,2})-|\/(\d{1,2})\/|年(\d{1,2})月)(\d{1,2})日?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

export interface ParsedTime {
  /** The instant; for a date without a time, its first moment. */
  readonly ms: number;
  /** `2026-11-02` or `2026-11-02T09:30:00+08:00`. */
  readonly text: string;
}

/**
 * Reads `2026-11-20`, `2026-11-20 09:30[:15]`, `2026/11/20 9:30` (as Excel saves it), `2026年11月20日` and ISO 8601.
 * Without an offset it is a time of `zone`. Returns null for anything else, impossible dates (`2026-02-30`) included.
 */
export function parseTime(text: string, zone: Zone = CHINA): ParsedTime | null {
  const m = TIME.exec(text.trim());
  if (!m) return null;
  const [year, month, day] = [Number(m[1]), Number(m[2] ?? m[3] ?? m[4]), Number(m[5])];
  const [hour, minute, second] = [Number(m[6] ?? 0), Number(m[7] ?? 0), Number(m[8] ?? 0)];
  const milli = Number((m[9] ?? '0').padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, milli);
  const back = new Date(wall);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (
    back.getUTCFullYear() !== year ||
    back.getUTCMonth() !== month - 1 ||
    back.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return null;
  if (m[6] === undefined) return m[10] ? null : { ms: instantOf(wall, zone), text: back.toISOString().slice(0, 10) };
  const ms = m[10] ? wall - offsetMs(m[10]) : instantOf(wall, zone);
  const iso = formatIso(ms);
  // An offset may carry the last hours of 9999 into a year that no longer has four digits.
  return /^\d{4}-/.test(iso) ? { ms, text: iso } : null;
}

function offsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}

/** An instant as ISO 8601 text in Shanghai time: `2026-11-20T09:30:00+08:00` (milliseconds only where there are any). */
export function formatIso(ms: number): string {
  const known = formatted.get(ms);
  if (known !== undefined) return known;
  const text = new Date(ms + SHANGHAI_MS).toISOString().slice(0, -1);
  const iso = `${text.endsWith('.000') ? text.slice(0, -4) : text}+08:00`;
  if (formatted.size >= MOST_FORMATTED) formatted.clear();
  formatted.set(ms, iso);
  return iso;
}

/** Thousands of values were captured at a few moments. */
const formatted = new Map<number, string>();
const MOST_FORMATTED = 1000;

/** For people: `2026-11-20 09:30`. */
export function formatMinute(ms: number, zone: Zone = CHINA): string {
  return new Date(ms + zone.offsetMs(ms)).toISOString().slice(0, 16).replace('T', ' ');
}

/** The calendar day of an instant, as `2026-11-20`. */
export function formatDay(ms: number, zone: Zone = CHINA): string {
  return new Date(ms + zone.offsetMs(ms)).toISOString().slice(0, 10);
}

/** In a file's name: `20261120-093000`, Shanghai time. */
export function formatStamp(ms: number): string {
  return formatIso(ms).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/** The last moment of a time text: a date lasts until its midnight, a date-time is its own end. */
export function endMs(text: string, zone: Zone = CHINA): number | null {
  const parsed = parseTime(text, zone);
  if (!parsed) return null;
  if (parsed.text.length > 10) return parsed.ms;
  return instantOf(Date.parse(parsed.text) + 86_400_000, zone) - 1;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a duration (`30s`, `30m`, `12h`, `7d`) to milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const m = /^(\d{1,6})([smhd])$/.exec(text.trim());
  return m ? Number(m[1]) * (UNIT_MS[m[2] ?? ''] ?? 0) : null;
}
