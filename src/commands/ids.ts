/** Several ids in one call, from its words and from standard input, and their answers together. */
import type { ExitCode } from '../errors.ts';
import { EXIT, isTkguardError, TkguardError } from '../errors.ts';
import type { ByteSource } from '../ingest/decode.ts';
import { describeError } from '../report/problems.ts';
import type { App } from './app.ts';
import { linksIn } from './target.ts';

/** `-` is standard input, one id a line; of a line that is more than an id only its links count. Throws `usage` for none. */
export function readIds(words: readonly string[], what: string, { host, t }: App): string[] {
  const ids = words.flatMap((word) => (word === '-' ? linesOf(host.stdin()).flatMap(idsIn) : [word.trim()]));
  const given = ids.filter((id) => id !== '');
  if (given.length === 0) throw new TkguardError('usage', { message: t('usage.missingArgument', { what }) });
  return given;
}

function linesOf(source: ByteSource): string[] {
  return Buffer.concat([...source.chunks()])
    .toString('utf8')
    .split(/\r\n|[\r\n]/);
}

function idsIn(line: string): readonly string[] {
  const text = line.trim();
  return /^-?\w[\w-]*$/.test(text) ? [text] : linksIn(text);
}

/** One that cannot be answered ends the command where it stands alone; of several it is a value. */
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

/** What a gate ends with for several answers: something to exit, a call to correct, something unknown, or neither. */
const WORST: readonly ExitCode[] = [EXIT.findings, EXIT.usage, EXIT.cannotJudge];

export function worstCode(codes: readonly ExitCode[]): ExitCode {
  return WORST.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** Tells what could not be answered. */
export async function tellErrors(errors: readonly TkguardError[], { host, t }: App): Promise<void> {
  for (const error of errors) await host.stderr.write(`${describeError(error.fault, t).join('\n')}\n`);
}
