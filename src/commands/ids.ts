/** Several ids in one call, from its words and from standard input, and their answers together. */
import type { ExitCode } from '../errors.ts';
import { EXIT, isTkguardError, TkguardError } from '../errors.ts';
import type { ByteSource } from '../ingest/decode.ts';
import { describeError } from '../report/problems.ts';
import type { OutputFormat, Report } from '../report/report.ts';
import { cleanText } from '../report/sanitize.ts';
import type { App } from './app.ts';
import { print, renderReport, writeReport } from './app.ts';
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
  const [only, ...more] = ids;
  if (only !== undefined && more.length === 0) return [answer(only)];
  return ids.map((id) => {
    try {
      return answer(id);
    } catch (error) {
      if (isTkguardError(error)) return error as TkguardError;
      throw error;
    }
  });
}

export interface Answer {
  readonly id: string;
  readonly report: Report;
}

/**
 * The answer to one id is its report. Of several, JSON is one object that lists their documents, NDJSON a document a line,
 * CSV one table; people read one after the other under its id.
 */
export async function writeAnswers(
  answers: readonly Answer[],
  { format, head, isOne }: { readonly format: OutputFormat; readonly head: object; readonly isOne: boolean },
  app: App,
): Promise<void> {
  const documents = answers.map(({ report }) => report.document);
  if (isOne) for (const { report } of answers) await writeReport(report, format, app);
  else if (format === 'json') await print(`${JSON.stringify({ ...head, answers: documents }, null, 2)}\n`, app);
  else if (format === 'ndjson') await print(documents.map((document) => `${JSON.stringify(document)}\n`).join(''), app);
  else {
    const texts: string[] = [];
    for (const { id, report } of answers) {
      const text = await renderReport(report, format, app);
      const isFirst = texts.length === 0;
      if (format === 'csv') texts.push(isFirst ? text : text.slice(text.indexOf('\n') + 1));
      else texts.push(`${isFirst ? '' : '\n'}${cleanText(id)}\n${format === 'md' ? '\n' : ''}${text}`);
    }
    await print(texts.join(''), app);
  }
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
