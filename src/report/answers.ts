/** The answers to several ids of one call, in the order of the ids; one id is answered in the same shape. */
import type { Fault } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import { errorDocument } from './problems.ts';
import type { Field, Line, Report } from './report.ts';

/** What one id was answered, or why it could not be. */
export type Answer<R> = { readonly id: string } & (
  | { readonly document: object; readonly rows: readonly R[]; readonly text: readonly Line[] }
  | { readonly fault: Fault }
);

/** JSON is one object that lists the answers, NDJSON has an answer a line, CSV one table; people read each under its id. */
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
    text: answered.flatMap(({ id, text }, i) => [...(i > 0 ? [''] : []), ...(answers.length > 1 ? [id] : []), ...text]),
  };
}
