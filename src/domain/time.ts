/**
 * Times. The alliance lives in China: times without a zone are those of Asia/Shanghai. Instants are milliseconds since
 * 1970 (`…Ms`); text is ISO 8601 with the offset `+08:00`. A date without a time stays a date (`2026-11-02`), because two
 * approvals on one day cannot be put in order.
 */
import { tz } from '@date-fns/tz/tz';
import { tzOffset } from '@date-fns/tz/tzOffset';
import { UTCDateMini } from '@date-fns/utc/date/mini';
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute, millisecondsInSecond } from 'date-fns/constants';
import { lightFormat } from 'date-fns/lightFormat';
import { parseISO } from 'date-fns/parseISO';

/** A time zone, by its IANA name. */
export interface Zone {
  readonly name: string;
  /** The instant of a date and time without offset (`2026-11-20T09:30:00`); one that the clock skips is an hour later. */
  parse(iso: string): number;
  /** A date whose UTC fields are what the clock on the wall shows. */
  wall(ms: number): Date;
}

/** A report has many times of a few days. */
const chinaDays = new Map<string, number>();
const MOST_DAYS = 1000;

/** Eight hours ahead of UTC since 1991. Written out: the first formatter of `Intl` costs half of what `check` may take. */
export const CHINA: Zone = {
  name: 'Asia/Shanghai',
  parse(iso) {
    const [day, hours, minutes, seconds] = [iso.slice(0, 10), iso.slice(11, 13), iso.slice(14, 16), iso.slice(17, 19)];
    return chinaDayMs(day) + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * millisecondsInSecond;
  },
  wall: (ms) => new UTCDateMini(ms + 8 * millisecondsInHour),
};

/** When a day begins in China. */
function chinaDayMs(day: string): number {
  const known = chinaDays.get(day);
  if (known !== undefined) return known;
  const ms = parseISO(`${day}T00:00:00+08:00`).getTime();
  if (chinaDays.size >= MOST_DAYS) chinaDays.clear();
  chinaDays.set(day, ms);
  return ms;
}

/** Throws a RangeError for a name that is no zone's. */
export function zoneOf(name: string): Zone {
  if (name === CHINA.name) return CHINA;
  if (!isZone(name)) throw new RangeError(`no time zone: ${name}`);
  const context = { in: tz(name) };
  return {
    name,
    parse: (iso) => parseISO(iso, context).getTime(),
    wall: (ms) => new UTCDateMini(ms + tzOffset(name, new Date(ms)) * millisecondsInMinute),
  };
}

/** An offset is no zone: it says nothing of another season. */
export function isZone(name: string): boolean {
  return name === CHINA.name || (/^[a-z]/i.test(name) && !Number.isNaN(tzOffset(name, new Date(0))));
}

const TIME =
  /^(\d{4})(?:-(\d{1,2})-|\/(\d{1,2})\/|年(\d{1,2})月)(\d{1,2})日?(?:[T ]+([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?)?\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;
const [FIRST_MS, LAST_MS] = [CHINA.parse('1900-01-01T00:00:00'), CHINA.parse('9999-12-31T23:59:59') + 999];

export interface ParsedTime {
  /** The instant; for a date without a time, its first moment. */
  readonly ms: number;
  /** `2026-11-02` or `2026-11-02T09:30:00+08:00`. */
  readonly text: string;
}

/**
 * Reads `2026-11-20`, `2026-11-20 09:30[:15]`, `2026/11/20 9:30` (as Excel saves it), `2026年11月20日` and ISO 8601, from
 * 1900 to 9999. Without an offset it is a time of `zone`; an hour that comes twice is its second coming. Returns null for
 * anything else, impossible dates (`2026-02-30`) included.
 */
export function parseTime(text: string, zone: Zone = CHINA): ParsedTime | null {
  if (zone !== CHINA) return parseAnew(text, zone);
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const time = parseAnew(text, zone);
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(text, time);
  return time;
}

/** Thousands of plans were approved on a few days. */
const MOST_KEPT = 1000;
const parsed = new Map<string, ParsedTime | null>();

function parseAnew(text: string, zone: Zone): ParsedTime | null {
  const instant = instantIn(text, zone);
  return instant && { ms: instant.ms, text: instant.day ?? formatIso(instant.ms) };
}

/** The instant that `parseTime` reads, in China: for texts that hardly come twice. */
export function parseInstant(text: string): number | null {
  return instantIn(text, CHINA)?.ms ?? null;
}

/** `day`: where the text has no time of the day. */
function instantIn(text: string, zone: Zone): { readonly ms: number; readonly day: string | null } | null {
  const m = TIME.exec(text.trim());
  if (!m) return null;
  const [, year, dashed, slashed, chinese, dayOfMonth = '', hour, minute, second = '00', fraction = '', offset] = m;
  const month = dashed ?? slashed ?? chinese ?? '';
  const day = `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
  if (hour === undefined && offset !== undefined) return null;
  const iso = `${day}T${(hour ?? '00').padStart(2, '0')}:${minute ?? '00'}:${second}`;
  // parseISO loses thousandths: it multiplies 1.001 by 1000 and cuts.
  const thousandths = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const ms = (offset ? parseISO(iso + offset.toUpperCase()).getTime() : zone.parse(iso)) + thousandths;
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null;
  return { ms, day: hour === undefined ? day : null };
}

/** The instant of a text as `formatIso` writes it. */
export function instantOf(iso: string): number {
  return Date.parse(iso);
}

/** The last moment of a time text: a date lasts until its midnight, a date-time is its own end. */
export function endMs(text: string, zone: Zone = CHINA): number | null {
  const time = parseTime(text, zone);
  if (!time || time.text.length > 10) return time?.ms ?? null;
  return (parseTime(`${time.text} 23:59:59.999`, zone) as ParsedTime).ms;
}

/** An instant as ISO 8601 text in Shanghai time: `2026-11-20T09:30:00+08:00` (milliseconds only where there are any). */
export function formatIso(ms: number): string {
  const wall = new Date(ms + 8 * millisecondsInHour).toISOString();
  return `${wall.slice(0, ms % 1000 === 0 ? 19 : 23)}+08:00`;
}

/** For people: `2026-11-20 09:30`. */
export function formatMinute(ms: number, zone: Zone = CHINA): string {
  return lightFormat(zone.wall(ms), 'yyyy-MM-dd HH:mm');
}

/** The same, with seconds where there are any. */
export function formatSecond(ms: number, zone: Zone = CHINA): string {
  const wall = zone.wall(ms);
  return lightFormat(wall, wall.getSeconds() === 0 ? 'yyyy-MM-dd HH:mm' : 'yyyy-MM-dd HH:mm:ss');
}

/** The calendar day of an instant, as `2026-11-20`. */
export function formatDay(ms: number, zone: Zone = CHINA): string {
  return lightFormat(zone.wall(ms), 'yyyy-MM-dd');
}

/** In a file's name: `20261120-093000`, Shanghai time. */
export function formatStamp(ms: number): string {
  return lightFormat(CHINA.wall(ms), 'yyyyMMdd-HHmmss');
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: millisecondsInSecond,
  m: millisecondsInMinute,
  h: millisecondsInHour,
  d: millisecondsInDay,
};

/** Reads a duration (`30s`, `30m`, `12h`, `7d`) to milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const m = /^(\d{1,6})([smhd])$/.exec(text.trim());
  return m ? Number(m[1]) * (UNIT_MS[m[2] ?? ''] ?? 0) : null;
}
