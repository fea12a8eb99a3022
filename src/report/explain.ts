/** The words of a code: its text, with arguments as people read them. */
import { millisecondsInHour } from 'date-fns/constants';
import { formatBp } from '../domain/rate.ts';
import { formatMinute } from '../domain/time.ts';
import { type Holes, lookUp, type MessageKey, type Translate } from '../words/index.ts';
import { cleanText } from './sanitize.ts';
import { ageText, agoText, bytesText, percentText, timeText } from './values.ts';

export interface Explained {
  readonly what: string;
  readonly hint: string | null;
}

type Arguments = Readonly<Record<string, unknown>>;

/** The two lines of an error's, a note's or a finding's words: what happened, and what to do next. Clean. */
export function explain(key: string, args: Arguments, t: Translate): Explained {
  const worded = Object.entries(args).map(([name, value]) => [name, wordOf(name, value, args, t)]);
  const [what = key, hint = null] = lookUp(key, Object.fromEntries(worded), t)?.split('\n') ?? [];
  return { what, hint };
}

/** The text of a key, with values as they stand in a document. Clean. */
export function sentence<K extends MessageKey>(
  key: K,
  args: Readonly<Record<Holes<K>, unknown>>,
  t: Translate,
): string {
  return explain(key, args, t).what;
}

/** Arguments that are codes with words of their own. */
const KEY_OF: Readonly<Record<string, (code: string) => string>> = {
  kind: (code) => (['seller', 'campaign', 'keeper'].includes(code) ? `need.${code}` : `thing.${code}`),
  expected: (code) => `expected.${code}`,
  what: (code) => `limit.${code}`,
  rates: (code) => `kind.${code}`,
  state: (code) => `state.${code}`,
  status: (code) => `membership.${code}`,
  verdict: (code) => `verdict.${code}`,
  standing: (code) => `standing.${code}`,
  rule: (code) => `rule.${code}`,
  relation: (code) => `relation.${code}`,
  basis: (code) => `basis.${code}`,
  coverage: (code) => `coverage.${code}`,
  capturedFrom: (code) => `captured-from.${code}`,
};

/** The word of a code that is the value of this argument; null where it is no code. */
export function codeWord(name: string, code: string, t: Translate): string | null {
  return lookUp(KEY_OF[name]?.(code) ?? '', {}, t);
}

/** How an argument is written follows from its name, which ends in its unit. */
function wordOf(name: string, value: unknown, args: Arguments, t: Translate): string | number {
  if (value === null) return '—';
  if (Array.isArray(value)) return cleanText(listText(value, t));
  if (typeof value === 'number') {
    if (name === 'atMs') return formatMinute(value, t.zone);
    if (name === 'ageMs') return agoText(value, t);
    if (name.endsWith('Ms')) return ageText(value, t);
    if (name === 'ageHours') return ageText(value * millisecondsInHour, t);
    if (name === 'rateBp') return percentText(value);
    if (name.endsWith('Bp')) return formatBp(Math.abs(value));
    return name.endsWith('Bytes') ? bytesText(value) : value;
  }
  const text = String(value);
  if (name === 'fault' || name === 'cause') {
    const { [name]: _, ...others } = args;
    return explain(`error.${text}`, others, t).what;
  }
  if (name === 'examples')
    return cleanText([...new Set(text.split('; '))].join(t('list.separator')).replaceAll(' > ', '→'));
  if (name === 'plans') return cleanText(text.replaceAll('; ', t('list.separator')));
  if (name === 'known' || name === 'others') return cleanText(text.replaceAll(', ', t('list.separator')));
  if (name === 'columns') return cleanText(columnWords(text, t));
  if (name === 'ids') return cleanText(idWords(text, t));
  if (name === 'reason') return cleanText(reasonText(text, t));
  if (/^at$|(?:At|Before|After)$/.test(name)) return timeText(text, t);
  const word = codeWord(name, text, t);
  if (word === null && name === 'expected') return cleanText(text.replaceAll(', ', t('list.separator')));
  return cleanText(word ?? text);
}

const MOST_LISTED = 5;

export function listText(list: readonly unknown[], t: Translate): string {
  const listed = list.slice(0, MOST_LISTED).map(String);
  if (list.length > MOST_LISTED) listed.push(t('list.more', { n: list.length - MOST_LISTED }));
  return listed.join(t('list.separator'));
}

/** `rate (佣金比率), plan_id (计划ID)`: our name of each column, and the Chinese one. */
function columnWords(columns: string, t: Translate): string {
  const named = columns.replace(/(?<=^|, )([a-z0-9_]+) \(([^)]*)\)/g, (_, column: string, name: string) =>
    t('column.named', { column, name }),
  );
  return named.replaceAll(', ', t('list.separator'));
}

/** Kinds of ids that are missing: `seller, item`; ids themselves stay. */
function idWords(ids: string, t: Translate): string {
  const words = ids.split(', ').map((id) => lookUp(`need.${id}`, {}, t) ?? id);
  return words.join(t('list.separator'));
}

/** Translates what the system and parsers say in English, as far as the catalogue has words for it. */
function reasonText(reason: string, t: Translate): string {
  const [, code] = /^(E[A-Z]+)\b/.exec(reason) ?? [];
  const [, n] = /\bposition (\d+)/.exec(reason) ?? [];
  if (/\bend of (?:JSON )?input\b/i.test(reason)) return t('reason-of.cut-off');
  return n === undefined
    ? (lookUp(`reason-of.${code}`, {}, t) ?? reason)
    : t('reason-of.position', { n: Number(n) + 1 });
}
