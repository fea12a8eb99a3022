/** Values as people read them: rates, gaps, ages, times, names. */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import { formatYuan } from '../domain/money.ts';
import { formatBp } from '../domain/rate.ts';
import { type CapturedFrom, isGuessed } from '../domain/snapshot.ts';
import { CHINA, formatMinute, formatSecond, parseTime } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';

/** `1550` → `15.50%`; unknown is `—`. */
export function percentText(bp: number | null): string {
  return bp === null ? '—' : `${formatBp(bp)}%`;
}

/** Rates that exports give, of which one is true: `3.00% or unknown`. */
export function eitherRate(rates: readonly (string | null)[], t: Translate): string {
  return rates.map((rate) => (rate === null ? t('loss.rate.unknown') : `${rate}%`)).join(t('conflict.or'));
}

/** Both rates and how they compare: `special 4.00% < general 5.50%`. */
export function comparedText(specialBp: number | null, generalBp: number | null, t: Translate): string {
  const rates = { special: percentText(specialBp), general: percentText(generalBp) };
  if (specialBp === null || generalBp === null) return t('rates', rates);
  return t('rates.compared', { ...rates, sign: specialBp < generalBp ? '<' : specialBp > generalBp ? '>' : '=' });
}

/** `10.00→8.00`. The arrow's width differs by terminal: not for aligned columns but the last. */
export function movedText(fromBp: number, toBp: number): string {
  return `${formatBp(fromBp)}→${formatBp(toBp)}`;
}

/** A gap with its sign: `+1.62`, `-0.38`, `0.00` percentage points; null when unknown. */
export function gapText(gapBp: number | null): string | null {
  return gapBp === null ? null : `${gapBp > 0 ? '+' : ''}${formatBp(gapBp)}`;
}

/** `320` → `¥3.20`, `-186` → `-¥1.86`. */
export function yuanText(fen: number): string {
  return fen < 0 ? `-¥${formatYuan(-fen)}` : `¥${formatYuan(fen)}`;
}

/** From the lowest to the highest: `¥1.30–1.64`, or the one that both are. */
export function rangeText(lowFen: number, highFen: number): string {
  if (lowFen === highFen) return yuanText(lowFen);
  return lowFen < 0 || highFen < 0
    ? `${yuanText(lowFen)} – ${yuanText(highFen)}`
    : `${yuanText(lowFen)}–${formatYuan(highFen)}`;
}

/** A size for people: `124 kB`, `17.3 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Whole minutes below an hour, hours below two days, then days; rounded down. */
export function ageText(ageMs: number, t: Translate): string {
  if (ageMs < millisecondsInMinute) return t('age.now');
  if (ageMs < millisecondsInHour) return t('age.minutes', { n: Math.floor(ageMs / millisecondsInMinute) });
  return ageMs < 2 * millisecondsInDay
    ? t('age.hours', { n: Math.floor(ageMs / millisecondsInHour) })
    : t('age.days', { n: Math.floor(ageMs / millisecondsInDay) });
}

/** As a bound: rounded up to whole hours, or days. */
export function ageBelowText(ageMs: number, t: Translate): string {
  const days = ageMs / millisecondsInDay;
  return Number.isInteger(days)
    ? t('age.days', { n: days })
    : t('age.hours', { n: Math.ceil(ageMs / millisecondsInHour) });
}

/** `11 h ago`. */
export function agoText(ageMs: number, t: Translate): string {
  return ageMs < millisecondsInMinute ? t('ago.now') : t('ago', { age: ageText(ageMs, t) });
}

/** A word of a command to copy. */
export function quoteForShell(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The moment asked about. */
export function asOfNote(asOf: string, t: Translate): string {
  return t('as-of', { zone: zoneText(t), at: timeText(asOf, t) });
}

/** The age of the newest data at the moment asked about. No line if there is no data. */
export function newestNotes(newestMs: number | null, atMs: number, t: Translate): string[] {
  if (newestMs === null) return [];
  return [t('newest', { at: formatMinute(newestMs, t.zone), ago: agoText(atMs - newestMs, t) })];
}

/** A time text for people: minutes in China time; a date stays a date. */
export function timeText(text: string, t: Translate): string {
  // As documents have it: thousands of times of a page need not be read.
  if (t.zone.name === CHINA.name && /^.{10}T.{8}(?:\.\d+)?\+08:00$/.test(text))
    return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
  const parsed = parseTime(text);
  if (!parsed) return text;
  return parsed.text.length === 10 ? parsed.text : formatMinute(parsed.ms, t.zone);
}

/** The day of a time text, for people. */
export function dayText(text: string, t: Translate): string {
  return timeText(text, t).slice(0, 10);
}

/** Where a figure is explained: with seconds where there are any. */
export function exactTimeText(text: string, t: Translate): string {
  const parsed = parseTime(text);
  return parsed && parsed.text.length > 10 ? formatSecond(parsed.ms, t.zone) : (parsed?.text ?? text);
}

/** The name of the time zone. */
export function zoneText(t: Translate): string {
  return t.zone.name === CHINA.name ? t('zone.china') : t.zone.name;
}

/** The end of a mute: `2026-12-01 23:59`, or that it has none. */
export function untilText(until: string | null, t: Translate): string {
  return until === null ? t('mute.forever') : timeText(until, t);
}

/** `高佣定向计划 (2616191)`, or the one of the two that is known. */
export function labelOf<Id extends string | null>(name: string | null, id: Id): string | Id {
  if (name === null) return id;
  return id === null ? name : `${name} (${id})`;
}

/** What a rate holds for; null: the shop as a whole. */
export function scopeText(item: { readonly id: string; readonly title: string | null } | null, t: Translate): string {
  return item ? t('why.scope.item', { item: labelOf(item.title, item.id) }) : t('why.scope.shop');
}

/** The name of a file alone: what is handed on, tells nothing of the folders of who made it. */
export function bareName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Where times that no export tells come from, each once; null: there are none. */
export function guessesText(sources: readonly CapturedFrom[], t: Translate): string | null {
  const guesses = [...new Set(sources.filter(isGuessed))];
  return guesses.map((from) => t(`captured-from.${from}`)).join(t('list.separator')) || null;
}

/** `risky: 2, good: 14`: of each code that occurs. */
export function countsText<Code extends string>(
  counts: Readonly<Record<Code, number>>,
  wordOf: (code: Code) => string,
  t: Translate,
): string {
  const counted = (Object.keys(counts) as Code[]).filter((code) => counts[code] > 0);
  return counted.map((code) => t('count.named', { name: wordOf(code), n: counts[code] })).join(t('list.separator'));
}

export function severalAccounts(rows: readonly { readonly account: string }[]): boolean {
  return new Set(rows.map(({ account }) => account)).size > 1;
}
