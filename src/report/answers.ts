/** Puts the answers to the ids of one call together, in the order of the ids. One id gets the same shape as several. */
import type { ExitCode, Fault } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import { errorDocument } from './problems.ts';
import { type Field, type Line, type Report, textLine } from './report.ts';

/** The answer to one id, or why there is none. */
export type Answer<R> = { readonly id: string } & (Answered<R> | { readonly fault: Fault });

export interface Answered<R> {
  readonly document: object;
  readonly rows: readonly R[];
  readonly text: readonly Line[];
  /** Of several answers people read these lines, each after its id; left out: the text below the id. */
  readonly brief?: readonly Line[];
  /** What this answer alone would end the command with; left out: 0. */
  readonly exitCode?: ExitCode;
}

/** JSON: one object with a list of answers. NDJSON: one answer a line. CSV: one table. For people: each answer under its id. */
export function joinAnswers<R>(
  head: object,
  answers: readonly Answer<R>[],
  fields: readonly Field<R>[],
  t: Translate,
): Report<R> {
  const documents = answers.map((answer) =>
    'fault' in answer ? { query: answer.id, error: errorDocument(answer.fault, t) } : answer.document,
  );
  const answered = answers.flatMap((answer) => ('fault' in answer ? [] : [answer]));
  return {
    t,
    document: { ...head, answers: documents },
    records: documents,
    rows: answered.flatMap(({ rows }) => rows),
    fields,
    text: answered.flatMap((answer, i) => (answers.length > 1 ? severalLines(answer, i) : answer.text)),
  };
}

function severalLines<R>({ id, text, brief }: Answered<R> & { readonly id: string }, i: number): readonly Line[] {
  if (!brief) return [...(i > 0 ? [''] : []), id, ...text];
  return brief.map((line) => {
    const { text, lead = '', ...look } = textLine(line);
    return { ...look, text: `${id}  ${text}`, lead: `${id}  ${lead}` };
  });
}
