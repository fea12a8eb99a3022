/** What went wrong and what to do next: errors, warnings, and refused files with their bad rows. Clean lines for stderr. */
import type { HeldFile } from '../domain/snapshot.ts';
import { type Fault, namesNear, nearArgument, TkguardError } from '../errors.ts';
import type { FileOutcome } from '../import/outcome.ts';
import { lookUp, type MessageArguments, type Translate } from '../words/index.ts';
import { type Explained, explain } from './explain.ts';
import { joinSentences } from './phrases.ts';
import { cleanText } from './sanitize.ts';

/** More problems than these are counted, not listed (formats.md §0). */
export const PROBLEMS_SHOWN = 20;
const FOUND_SHOWN = 40;

/** `tkguard: <what happened> [code]`, then `hint: <what to do next>`; for errors and warnings. */
export function describeError(fault: Fault, t: Translate): string[] {
  const { code, args } = fault;
  const { what, hint } = explain(`error.${code}`, args, t);
  const names = namesNear(fault).join(t('list.separator'));
  const near = names === '' ? '' : t('usage.suggestion', { suggestion: cleanText(names) });
  return [t('line.error', { what: joinSentences([what, near], t), code }), ...hintLine(hint, t)];
}

/** What is wrong with the call, and what may have been meant, if anything. */
export function usageError(message: string, near: readonly string[], command: string | null): TkguardError {
  return new TkguardError('usage', {
    message,
    command: command ? `${command} --help` : '--help',
    ...nearArgument(near),
  });
}

/** An error as scripts get it. */
export function errorDocument(
  fault: Fault,
  t: Translate,
): { code: string; message: string; hint: string | null; near: string[] } {
  const { code, args } = fault;
  const { what, hint } = explain(`error.${code}`, args, t);
  return { code, message: what, hint, near: namesNear(fault) };
}

/** The same for a refused or unreadable file, with its bad rows. Empty for an imported file. */
export function describeRefusal(outcome: FileOutcome, t: Translate, held: readonly HeldFile[] = []): string[] {
  if (!outcome.refusal) return [];
  const { what, hint: advice } = explainRefusal(outcome, t);
  const number = held.find(({ file }) => file === outcome.file)?.snapshot;
  const hint = number === undefined ? advice : (advice?.replace(/<(?:snapshot|编号)>/g, String(number)) ?? null);
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
  if (code === 'missing-id' && args.ids === 'seller') key = 'error.missing-seller';
  if (code === 'bad-rows' && problems.some((problem) => problem.code === 'disagrees')) key = 'error.rows-disagree';
  const { what, hint } = explain(key, { count: problems.length, ...args }, t);
  // A command may fail without output; then no colon ends the line.
  return { what: what.replace(/[:：]\s*$/, ''), hint };
}

/** One line for each held file. */
export function heldLines(
  held: readonly (Pick<HeldFile, 'snapshot' | 'file' | 'args'> & { readonly code: string })[],
  t: Translate,
): string[] {
  return held.map(({ snapshot, file, code, args }) =>
    t('held.line', { snapshot, file, what: explain(`error.${code}`, args, t).what }),
  );
}

function hintLine(hint: string | null, t: Translate): string[] {
  return hint === null ? [] : [t('line.hint', { hint })];
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
  unit: `where.${FileOutcome['rowUnit']}`,
  t: Translate,
): string {
  const { code, locator, field, found, expected } = problem;
  const place = locator > 0 ? t(unit, { n: locator }) : t('where.head');
  const shown = cleanText(visible(found.length > FOUND_SHOWN ? `${found.slice(0, FOUND_SHOWN)}…` : found));
  const where = field === '' ? place : t('where.field', { place, field });
  if (code === 'needed' && shown === '') return t('line.needed', { where });
  return t('line.problem', {
    where,
    found: shown === '' ? t('found.nothing') : t('found.text', { text: shown }),
    expected:
      lookUp(`problem.${code}.${expected}`, {}, t) ??
      lookUp(`problem.${code}`, { expected: expected.replaceAll(', ', t('list.separator')) }, t) ??
      expected,
  });
}

/** Shows invisible characters: one of them may be the mistake. */
function visible(text: string): string {
  return text.replace(/\p{Cf}/gu, (mark) => `<U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`);
}
