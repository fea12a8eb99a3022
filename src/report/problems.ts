/** What went wrong and what to do next: errors, warnings, and refused files with their bad rows. Clean lines for stderr. */
import { formatMinute } from '../domain/time.ts';
import type { Fault } from '../errors.ts';
import type { FileOutcome } from '../import/outcome.ts';
import type { MessageArguments, Translate } from '../words/index.ts';
import { lookUp } from '../words/index.ts';
import { cleanText } from './sanitize.ts';
import { joinSentences } from './sentences.ts';
import { ageText, bytesText } from './values.ts';

/** More problems than these are counted, not printed (formats.md §0). */
const PROBLEMS_SHOWN = 20;
const FOUND_SHOWN = 40;

export interface Explained {
  readonly what: string;
  readonly hint: string | null;
}

/** The two lines of an error's or a finding's words: what happened, and what to do next. Clean. */
export function explain(key: string, args: MessageArguments, t: Translate): Explained {
  const [what = key, hint = null] = lookUp(key, wordedArguments(args, t), t)?.split('\n') ?? [];
  return { what, hint };
}

/** `tkguard: <what happened> [code]`, then `hint: <what to do next>`; for errors and warnings. */
export function describeError({ code, args }: Fault, t: Translate): string[] {
  const { what, hint } = explain(`error.${code}`, args, t);
  const near = args.near === undefined ? '' : t('usage.suggestion', { suggestion: cleanText(String(args.near)) });
  return [t('line.error', { what: joinSentences([what, near], t), code }), ...hintLine(hint, t)];
}

/** The error that ended a command, or an id's question, for scripts. */
export function errorDocument(
  { code, args }: Fault,
  t: Translate,
): { code: string } & { message: string; hint: string | null } {
  const { what, hint } = explain(`error.${code}`, args, t);
  return { code, message: what, hint };
}

/** The same for a refused or unreadable file, with its bad rows between; empty for a file that was taken in. */
export function describeRefusal(outcome: FileOutcome, t: Translate): string[] {
  if (!outcome.refusal) return [];
  const { what, hint } = explainRefusal(outcome, t);
  return [
    t('line.refused', { file: cleanText(outcome.file), what, code: outcome.refusal.code }),
    ...problemLines(outcome, t),
    ...hintLine(hint, t),
  ];
}

interface SomeCode {
  readonly code: string;
  readonly args: MessageArguments;
}

/** What happened to a refused file, without its name. */
export function explainRefusal(
  { refusal, problems }: { readonly refusal: SomeCode | null; readonly problems: readonly { readonly code: string }[] },
  t: Translate,
): Explained {
  const { code, args } = refusal ?? { code: 'unreadable', args: { reason: '' } };
  let key: string = `error.${code}`;
  if (code === 'bad-status' && Number(args.status) >= 500) key = 'error.server-fault';
  if (code === 'bad-rows' && problems.some((problem) => problem.code === 'disagrees')) key = 'error.rows-disagree';
  const { what, hint } = explain(key, { count: problems.length, ...args }, t);
  // A command may fail without a word.
  return { what: what.replace(/[:：]\s*$/, ''), hint };
}

function hintLine(hint: string | null, t: Translate): string[] {
  return hint === null ? [] : [t('line.hint', { hint })];
}

/** Arguments that are codes with words of their own. */
const KEY_OF: Readonly<Record<string, (code: string) => string>> = {
  kind: (code) => (['seller', 'campaign', 'keeper'].includes(code) ? `need.${code}` : `thing.${code}`),
  expected: (code) => `expected.${code}`,
  what: (code) => `limit.${code}`,
  rates: (code) => `kind.${code}`,
};

/** Arguments as people read them, clean: moments, durations, sizes, and codes by their words. */
function wordedArguments(args: MessageArguments, t: Translate): MessageArguments {
  const worded = (name: string, value: string | number) => {
    if (name === 'fault' || name === 'cause') {
      const { [name]: _, ...others } = args;
      return explain(`error.${value}`, others, t).what;
    }
    if (name === 'ids') return cleanText(idWords(String(value), t));
    if (name === 'reason') return cleanText(reasonText(String(value), t));
    if (typeof value === 'string') return cleanText(lookUp(KEY_OF[name]?.(value) ?? '', {}, t) ?? value);
    if (name === 'atMs') return formatMinute(value, t.zone);
    if (name.endsWith('Ms')) return ageText(value, t);
    return name.endsWith('Bytes') ? bytesText(value) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, worded(name, value)]));
}

/** Kinds of ids that are missing: `seller, item`; ids themselves stay. */
function idWords(ids: string, t: Translate): string {
  const words = ids.split(', ').map((id) => lookUp(`need.${id}`, {}, t) ?? id);
  return words.join(t('list.separator'));
}

/** What the system and parsers say in English, in the words of the catalogue as far as it has them. */
function reasonText(reason: string, t: Translate): string {
  const [, code] = /^(E[A-Z]+)\b/.exec(reason) ?? [];
  const [, n] = /\bposition (\d+)/.exec(reason) ?? [];
  if (/\bend of (?:JSON )?input\b/i.test(reason)) return t('reason-of.cut-off');
  return n === undefined
    ? (lookUp(`reason-of.${code}`, {}, t) ?? reason)
    : t('reason-of.position', { n: Number(n) + 1 });
}

function problemLines({ problems, rowUnit }: FileOutcome, t: Translate): string[] {
  const lines = problems
    .slice(0, PROBLEMS_SHOWN)
    .map((problem) => cleanText(problemSentence(problem, `where.${rowUnit}`, t)));
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, t('line.more', { n: more })] : lines;
}

function problemSentence(
  problem: FileOutcome['problems'][number],
  unit: 'where.line' | 'where.row',
  t: Translate,
): string {
  const { code, locator, field, found, expected } = problem;
  const place = locator > 0 ? t(unit, { n: locator }) : t('where.head');
  const shown = cleanText(visible(found.length > FOUND_SHOWN ? `${found.slice(0, FOUND_SHOWN)}…` : found));
  return t('line.problem', {
    where: field === '' ? place : `${place}${t('list.separator')}${field}`,
    found: shown === '' ? t('found.nothing') : t('found.text', { text: shown }),
    expected: lookUp(`problem.${code}.${expected}`, {}, t) ?? lookUp(`problem.${code}`, { expected }, t) ?? expected,
  });
}

/** A mark that no screen shows may be all that is wrong with a cell. */
function visible(text: string): string {
  return text.replace(/\p{Cf}/gu, (mark) => `<U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`);
}
