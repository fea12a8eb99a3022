/** The answers to several ids of one call, in the order of the ids; one id is answered in the same shape. */
import type { Fault } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import { errorDocument } from './problems.ts';
import type { Field, Report } from './report.ts';
import { cleanText } from './sanitize.ts';

/** What one id was answered, or why it could not be. */
export type Answer<R> =
  | { readonly id: string; readonly report: Pick<Report<R>, 'document' | 'rows' | 'text'> }
  | { readonly id: string; readonly fault: Fault };

/** JSON is one object that lists the answers, NDJSON has an answer a line, CSV one table; people read each under its id. */
export function joinAnswers<R>(
  head: object,
  answers: readonly Answer<R>[],
  fields: readonly Field<R>[],
  t: Translate,
): Report<R> {
  const documents = answers.map((answer) =>
    'report' in answer ? answer.report.document : { query: answer.id, error: errorDocument(answer.fault, t) },
  );
  const answered = answers.flatMap((answer) => ('report' in answer ? [answer] : []));
  return {
    t,
    document: { ...head, answers: documents },
    records: documents,
    rows: answered.flatMap(({ report }) => report.rows),
    fields,
    text: (terminal) =>
      answered
        .map(({ id, report }) => `${answers.length > 1 ? `${cleanText(id)}\n` : ''}${report.text?.(terminal) ?? ''}`)
        .join('\n'),
  };
}
