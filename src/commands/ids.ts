/** Reads ids and links from the command line and from standard input. */
import { EXIT, type ExitCode, isTkguardError, TkguardError } from '../errors.ts';
import { type ByteSource, bytesOf } from '../ingest/decode.ts';
import type { Answer, Answered } from '../report/answers.ts';
import { describeError, usageError } from '../report/problems.ts';
import type { TargetKind } from '../store/look-up.ts';
import { type App, tell } from './app.ts';
import { linksIn, readId } from './links.ts';
import type { Values } from './options.ts';
import { nameValues } from './value-names.ts';

/** `-` is standard input, one id a line; of a line that is more than an id only its links count. Throws `usage` for none. */
export function readIds(words: readonly string[], what: string, app: App): string[] {
  const ids = words.flatMap((word) => (word === '-' ? linesOf(app.host.stdin()).flatMap(idsIn) : [word.trim()]));
  const given = ids.filter((id) => id !== '');
  if (given.length === 0) throw missingArgument(what, app);
  return given;
}

/** What is missing, in the words of the help. */
export function missingArgument(what: string, { command, t }: App): TkguardError {
  return usageError(t('usage.missingArgument', { what: nameValues(`<${what}>`, t) }), [], command);
}

function linesOf(source: ByteSource): string[] {
  return bytesOf(source)
    .toString('utf8')
    .split(/\r\n|[\r\n]/);
}

function idsIn(line: string): readonly string[] {
  const text = line.trim();
  return /^-?\w[\w-]*$/.test(text) ? [text] : linksIn(text);
}

/** An id that cannot be answered ends the command if it is the only one; among several it becomes a value. */
export function answerEach<T>(ids: readonly string[], answer: (id: string) => T): (T | TkguardError)[] {
  if (ids.length === 1) return ids.map(answer);
  return ids.map((id) => {
    try {
      return answer(id);
    } catch (error) {
      if (isTkguardError(error)) return error;
      throw error;
    }
  });
}

/** Exit codes of several answers, the first that occurs wins (design.md §5). */
const WORST: readonly ExitCode[] = [EXIT.findings, EXIT.usage, EXIT.cannotJudge];

/** Writes errors to stderr, sets the exit code, and gives the answers for the report. */
export async function tellAnswers<R>(
  ids: readonly string[],
  found: readonly (Answered<R> | TkguardError)[],
  app: App,
): Promise<Answer<R>[]> {
  const codes = found.map(({ exitCode = EXIT.ok }) => exitCode);
  app.exitCode = WORST.find((code) => codes.includes(code)) ?? EXIT.ok;
  for (const error of found.filter(isTkguardError)) await tell(describeError(error.fault, app.t), app);
  return found.map((one, i) => {
    const id = ids[i] ?? '';
    return isTkguardError(one) ? { id, fault: one.fault } : { id, ...one };
  });
}

export const TARGET_OPTIONS = ['check-item', 'check-plan', 'check-shop', 'account'] as const;

export interface Target {
  /** As it was given. */
  readonly text: string;
  readonly id: string;
  /** What the id may be: what the flags say, an item for a link, else any. */
  readonly kinds: readonly TargetKind[];
}

/** Throws what `readId` throws. */
export function readTarget(text: string, flags: Values<(typeof TARGET_OPTIONS)[number]>): Target {
  const { id, isItem } = readId(text);
  const all = ['item', 'plan', 'shop'] as const;
  const wanted = all.filter((kind) => flags[kind] || (isItem && kind === 'item'));
  if (wanted.length > 1)
    throw new TkguardError('bad-option', { option: `--${wanted[1]}`, value: id, expected: `--${wanted[0]}` });
  return { text, id, kinds: wanted.length > 0 ? wanted : all };
}
