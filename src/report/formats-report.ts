/** `tkguard formats`: what can be read, what it tells, and where one gets it. */
import type { Column, Report } from './report.ts';
import type { Translate } from './translate.ts';
import { isMessageKey } from './translate.ts';

export interface FormatRow {
  readonly id: string;
  readonly kind: string;
  readonly gives: readonly string[];
  readonly needs: readonly string[];
  readonly exampleName: string;
}

export interface FormatsInput {
  readonly formats: readonly FormatRow[];
}

export function buildFormatsReport({ formats }: FormatsInput, t: Translate): Report {
  const column = (key: string, heading: string, shrinks = true): Column => ({ key, heading, align: 'left', shrinks });
  const word = (prefix: 'facet' | 'need') => (code: string) => {
    const key = `${prefix}.${code}`;
    return isMessageKey(key) ? t(key) : code;
  };
  const listed = (words: readonly string[]) => (words.length === 0 ? null : words.join(t('list.separator')));
  return {
    get document() {
      return {
        schema: 'tkguard.formats/1',

        formats: formats.map(formatDocument),
      };
    },
    get records() {
      return formats.map(formatDocument);
    },
    columns: [
      column('id', t('heading.format'), false),
      column('title', t('heading.title')),
      column('gives', t('heading.gives')),
      column('needs', t('heading.needs')),
      column('example', t('heading.example')),
    ],
    csvColumns: ['id', 'kind', 'gives', 'needs', 'example_name'],
    get rows() {
      return formats.map(({ id, kind, gives, needs, exampleName }) => {
        const [title, where] = [`format.${id}.title`, `format.${id}.where`];
        return {
          cells: {
            id,
            title: isMessageKey(title) ? t(title) : null,
            gives: listed(gives.map(word('facet'))),
            needs: listed(needs.map(word('need'))),
            example: exampleName,
          },
          values: { id, kind, gives: gives.join(' '), needs: needs.join(' '), example_name: exampleName },
          details: isMessageKey(where) ? [{ text: t('formats.where', { where: t(where) }), loud: false }] : [],
          tone: 'plain' as const,
        };
      });
    },
    notes: [],
    closing: [],
    summary: t('formats.summary', { n: formats.length }),
    empty: t('formats.empty'),
    detailHeading: t('heading.why'),
  };
}

function formatDocument({ id, kind, gives, needs, exampleName }: FormatRow) {
  return { id, kind, gives, needs, exampleName };
}
