/** Lines for stderr: what was wrong with a file or a call, and what to do next. Clean, one finding a line. */
import { formatMinute } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { FileOutcome, FileProblem } from '../import/outcome.ts';
import type { MessageArguments, Translate } from '../words/index.ts';
import { isMessageKey } from '../words/index.ts';
import { cleanText } from './sanitize.ts';
import { joinSentences } from './sentences.ts';
import { ageText } from './values.ts';

/** More problems than these are counted, not printed (formats.md §0). */
const PROBLEMS_SHOWN = 20;
const FOUND_SHOWN = 40;

/** `tkguard: <what happened> [code]`, then `hint: <what to do next>`; for a `TkguardError`'s code and arguments. */
export function describeError({ code, args }: Coded, t: Translate): string[] {
  const key = `error.${code}`;
  const what = isMessageKey(key) ? t(key, wordedArguments(args, t)) : code;
  const near = args.near === undefined ? '' : t('usage.suggestion', { suggestion: args.near });
  return [
    t('error.line', { what: joinSentences([what, near], t), code }),
    ...hintLines('error-hint', code, args, t),
  ].map(cleanText);
}

/** The same for what did not stop the run. */
export function describeWarning({ code, args }: Coded, t: Translate): string[] {
  const key = `warning.${code}`;
  const what = isMessageKey(key) ? t(key, warningArguments(args, t)) : code;
  return [t('error.line', { what, code }), ...hintLines('warning-hint', code, args, t)].map(cleanText);
}

function warningArguments(args: MessageArguments, t: Translate): MessageArguments {
  const { periodMs, silentMs } = args;
  if (typeof periodMs !== 'number' || typeof silentMs !== 'number') return args;
  return { ...args, period: ageText(periodMs, t), silent: ageText(silentMs, t) };
}

/** Arguments that are codes themselves: what kind of thing, and what was expected of a setting. */
export function wordedArguments(args: MessageArguments, t: Translate): MessageArguments {
  const [kind, expected] = [`thing.${args.kind}`, `expected.${args.expected}`];
  return {
    ...args,
    ...(isMessageKey(kind) ? { kind: t(kind) } : {}),
    ...(isMessageKey(expected) ? { expected: t(expected) } : {}),
  };
}

/** The same for a refused or unreadable file, with its bad rows between; empty for a file that was taken in. */
export function describeRefusal(outcome: FileOutcome, t: Translate): string[] {
  if (outcome.status === 'imported' || outcome.status === 'known' || outcome.status === 'left') return [];
  const { code } = refusalOf(outcome, t);
  const what = refusalSentence(outcome, t);
  const { args } = refusalOf(outcome, t);
  const isServerFault = code === 'bad-status' && Number(args.status) >= 500;
  const hints = hintLines('refusal-hint', isServerFault ? 'server-fault' : code, args, t);
  return [
    t('refused.line', { file: outcome.file, what, code }),
    ...problemLines(outcome, t),
    ...(hints.length > 0 ? hints : hintLines('error-hint', code, args, t)),
  ].map(cleanText);
}

/** What happened to a refused file, without its name. */
export function refusalSentence(outcome: FileOutcome, t: Translate): string {
  const { code, args } = refusalOf(outcome, t);
  const keys = [`refusal.${code}`, `error.${code}`].filter(isMessageKey);
  const limit = `limit.${args.what}`;
  const worded = isMessageKey(limit) ? { ...args, what: t(limit) } : args;
  // A command may fail without a word.
  return keys[0] === undefined ? t('refusal.other') : t(keys[0], worded).replace(/[:：]\s*$/, '');
}

function refusalOf({ status, refusal, problems, file }: FileOutcome, t: Translate): Coded {
  if (refusal) {
    const { atMs } = refusal.args;
    const at = typeof atMs === 'number' ? formatMinute(atMs, t.zone) : '';
    return { code: refusal.code, args: { count: problems.length, path: file, at, ...refusal.args } };
  }
  if (status === 'unreadable') return { code: 'unreadable', args: { reason: '' } };
  return problems.length > 0 ? { code: 'bad-rows', args: { count: problems.length } } : { code: 'other', args: {} };
}

function hintLines(
  prefix: 'error-hint' | 'refusal-hint' | 'warning-hint',
  code: string,
  args: MessageArguments,
  t: Translate,
): string[] {
  const key = `${prefix}.${code}`;
  return isMessageKey(key) ? [t('hint.line', { hint: t(key, args) })] : [];
}

function problemLines({ problems, format, encoding }: FileOutcome, t: Translate): string[] {
  const unit = countsLines(format, encoding) ? 'where.line' : 'where.row';
  const lines = problems.slice(0, PROBLEMS_SHOWN).map((problem) => problemSentence(problem, unit, t));
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, t('problem.more', { n: more })] : lines;
}

// Their rows are lines of the file; in other JSON they are counted.
const LINE_FORMATS = new Set<string | null>([
  'tkguard-csv',
  'tkguard-ndjson',
  'alimama-joined-table',
  'alimama-selection',
  'alimama-quality-list',
]);
const SHEETS = new Set<string | null>(['xlsx', 'xls']);

/** Rows of a spreadsheet have the numbers that it shows. */
function countsLines(format: string | null, encoding: string | null): boolean {
  return LINE_FORMATS.has(format) && !SHEETS.has(encoding);
}

function problemSentence(problem: FileProblem, unit: 'where.line' | 'where.row', t: Translate): string {
  const { code, locator, field, found, expected } = problem;
  const key = [`problem.${code}.${expected}`, `problem.${code}`].find(isMessageKey);
  const place = locator > 0 ? t(unit, { n: locator }) : t('where.head');
  const shown = cleanText(found.length > FOUND_SHOWN ? `${found.slice(0, FOUND_SHOWN)}…` : found);
  return t('problem.line', {
    where: field === '' ? place : `${place}${t('list.separator')}${field}`,
    found: shown === '' ? t('found.nothing') : t('found.text', { text: shown }),
    expected: key === undefined ? expected : t(key, { expected }),
  });
}
