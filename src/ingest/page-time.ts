/** When an answer of the alliance's pages was made, as far as it shows (design.md §3.3, formats.md Appendix E). */
import { millisecondsInDay } from 'date-fns/constants';
import { CHINA, endMs, formatDay } from '../domain/time.ts';
import type { Findings } from './findings.ts';
import { at, isList, type Json, textOf } from './json.ts';

/** The pages have `pvid` since about then. */
const FIRST_PVID_MS = CHINA.parse('2013-01-01T00:00:00');
/** What is above is the days that an event still lasts. */
const LEAST_DAYS_AGO = 10_000;

/**
 * By `info.pvid`, whose last part is the moment in ms; else by `dayLeft`, the day as days before 1970, at its end (which
 * may be to come yet). null: by neither, or the two contradict each other by more than a day, which is noted.
 */
export function pageTime(doc: Json, latestMs: number, { notes }: Findings): number | null {
  const moment = momentOf(doc, latestMs);
  const day = dayOf(doc, latestMs);
  if (moment === null || day === null) return moment ?? endOf(day);
  if (Math.abs(Date.parse(formatDay(moment)) - Date.parse(day)) <= millisecondsInDay) return moment;
  notes.push({ code: 'times-disagree', args: { pvid: formatDay(moment), dayLeft: day } });
  return null;
}

function endOf(day: string | null): number | null {
  return day === null ? null : endMs(day);
}

function momentOf(doc: Json, latestMs: number): number | null {
  const ms = Number(/(?:^|_)(\d{13})$/.exec(textOf(at(doc, 'info', 'pvid')))?.[1] ?? Number.NaN);
  return ms >= FIRST_PVID_MS && ms <= latestMs ? ms : null;
}

/** `2017-12-28` for -17528 in all rows. A day to come is none. */
function dayOf(doc: Json, latestMs: number): string | null {
  const rows = at(doc, 'data', 'pageList');
  const [first, ...others] = new Set((isList(rows) ? rows : []).map((row) => textOf(at(row, 'dayLeft'))));
  const daysAgo = others.length === 0 && /^-\d{5}$/.test(first ?? '') ? -Number(first) : 0;
  const startMs = Date.UTC(1970, 0, 1 + daysAgo);
  const day = formatDay(startMs);
  return daysAgo > LEAST_DAYS_AGO && day <= formatDay(latestMs) ? day : null;
}
