/** What a command did that changes something: a line for each thing done. */
import type { ArgumentsOf, MessageArguments, MessageKey, Translate } from '../words/index.ts';
import type { DocumentOf } from './documents.ts';
import { fieldsOf, type Report } from './report.ts';
import { cleanText } from './sanitize.ts';

export type Deed = DocumentOf<'done'>['done'][number];

export function deedOf<K extends MessageKey>(t: Translate, code: K, ...args: ArgumentsOf<K>): Deed {
  const [given = {}] = args as readonly MessageArguments[];
  return { code, args: given, message: cleanText(t(code, ...args)) };
}

export function buildDoneReport(done: readonly Deed[], t: Translate, nothing = t('done.nothing')): Report<Deed> {
  const document: DocumentOf<'done'> = { schema: 'tkguard.done/1', done: [...done] };
  return {
    t,
    document,
    rows: document.done,
    fields: fieldsOf<Deed>([{ csv: ['code', 'message'] }]),
    text: (done.length === 0 ? [nothing] : done.map(({ message }) => message)).filter((line) => line !== ''),
  };
}
