/** Reads the texts of options. Throws `bad-option`. */
import { millisecondsInDay } from 'date-fns/constants';
import { parseGain } from '../domain/policy.ts';
import { similarNames } from '../domain/similar.ts';
import { endMs, formatMinute, parseDuration, parseTime, type Zone } from '../domain/time.ts';
import { nearArgument, TkguardError } from '../errors.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../report/report.ts';

/** What a parser may look at. */
export interface ReadingOf {
  /** `--limit`, for the error. */
  readonly option: string;
  readonly nowMs: number;
  readonly zone: Zone;
  /** All options of the call, as text. */
  readonly given: Readonly<Record<string, unknown>>;
}

export const text = (value: string) => value;

/** One of a closed list of words; `others` are further words for them. Throws `bad-option`. */
export function choiceOf<T extends string>(
  option: string,
  value: string,
  choices: readonly T[],
  others: Readonly<Record<string, T>> = {},
): T {
  const word = value.trim();
  // Who types Chinese is told the Chinese words, too.
  const all = /\p{Script=Han}/u.test(word) ? [...choices, ...Object.keys(others)] : choices;
  return (
    choices.find((known) => known === word) ??
    others[word] ??
    bad(option, value, all.join(', '), similarNames(value, all))
  );
}

function bad(option: string, value: string, expected: string, near: readonly string[] = []): never {
  throw new TkguardError('bad-option', { option, value, expected, ...nearArgument(near) });
}

export function format(value: string, { option, given }: ReadingOf): OutputFormat {
  const named = new Set<string>(given.format === undefined ? [] : [value]);
  for (const short of ['json', 'excel']) if (given[short]) named.add(short);
  const [one = value, ...others] = named;
  return others.length > 0 ? bad(option, [...named].join(' '), 'one of them') : choiceOf(option, one, OUTPUT_FORMATS);
}

/** A parser that gives null for what it cannot read; `expected` is for the error. */
function parsed<Value>(parse: (text: string) => Value | null, expected: string) {
  return (value: string, { option }: ReadingOf): Value => parse(value) ?? bad(option, value, expected);
}

export const count = parsed((value) => (/^[1-9]\d{0,8}$/.test(value) ? Number(value) : null), '20');
export const captures = parsed((value) => (/^[1-9]\d?$/.test(value) ? Number(value) : null), '1-99');
/** In basis points. */
export const gain = parsed(parseGain, '0.5');
/** In milliseconds. */
export const age = parsed(parseDuration, '30m, 12h, 7d');
/** In milliseconds; SQLite counts them in 32 bits. */
export const wait = parsed((value) => {
  const ms = parseDuration(value);
  return ms === null || ms > millisecondsInDay ? null : ms;
}, '0s, 30s, 5m');

/** The moment asked about, and the last capture that counts for it. */
export interface AskedMoment {
  readonly nowMs: number;
  readonly untilMs: number;
}

/** A time (a date is its last moment), or a duration back from now. */
export function moment(text: string, { option, nowMs, zone }: ReadingOf): AskedMoment {
  const value = dayOf(text, { nowMs, zone });
  if (value === 'now') return { nowMs, untilMs: Number.MAX_SAFE_INTEGER };
  const back = parseDuration(value);
  const ms = back === null ? endMs(value, zone) : nowMs - back;
  if (ms === null) return bad(option, value, '2026-11-20, 2026-11-20 09:30, 2026-11-20T01:30Z, 7d');
  return { nowMs: ms, untilMs: ms };
}

/** The beginning of a window that ends at a moment. Throws `starts-late` where it is later than the end. */
type WindowStart = (endMs: number) => number;

/** A duration back from the end of the window, or a time (a date is its first moment). */
export function windowStart(text: string, { option, nowMs, zone }: ReadingOf, more = ''): WindowStart {
  const value = dayOf(text, { nowMs, zone });
  const back = parseDuration(value);
  const startMs = back === null ? parseTime(value, zone)?.ms : undefined;
  if (back === null && startMs === undefined) bad(option, value, `7d, 2026-11-20, 2026-11-20 09:30${more}`);
  return (untilMs) => {
    const ms = startMs ?? untilMs - (back ?? 0);
    if (ms > untilMs) throw new TkguardError('starts-late', { option, value, atMs: untilMs });
    return ms;
  };
}

export const LAST_SYNC = 'last-sync';

export function sinceSync(value: string, of: ReadingOf): WindowStart | typeof LAST_SYNC {
  return value === LAST_SYNC ? LAST_SYNC : windowStart(value, of, `, ${LAST_SYNC}`);
}

/** A moment to come: a duration from now, or a time (a date is its last moment). */
export function future(value: string, { option, nowMs, zone }: ReadingOf): number {
  const ahead = parseDuration(value);
  const ms = ahead === null ? endMs(value, zone) : nowMs + ahead;
  if (ms === null) return bad(option, value, '7d, 2026-12-01');
  if (ms <= nowMs) throw new TkguardError('time-past', { option, value });
  return ms;
}

/** A moment that has passed; a date is its last one, as far as it has passed. */
export function past(text: string, { option, nowMs, zone }: ReadingOf): number {
  const value = dayOf(text, { nowMs, zone });
  if (value === 'now') return nowMs;
  const [first, last] = [parseTime(value, zone)?.ms, endMs(value, zone)];
  if (first === undefined || last === null) return bad(option, value, '2026-11-20, 2026-11-20 09:30');
  if (first > nowMs) throw new TkguardError('time-to-come', { option, value });
  return Math.min(last, nowMs);
}

/** Of today and the days before: `2026-11-28` for yesterday. Other texts stay as they are. */
function dayOf(value: string, { nowMs, zone }: Pick<ReadingOf, 'nowMs' | 'zone'>): string {
  const back = { today: 0, 今天: 0, yesterday: 1, 昨天: 1, 前天: 2 }[value.trim()];
  return back === undefined ? value : formatMinute(nowMs - back * millisecondsInDay, zone).slice(0, 10);
}
