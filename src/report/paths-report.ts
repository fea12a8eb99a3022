/** `tkguard paths`: where the database, its backups and the configuration are. */
import type { Translate } from '../words/index.ts';
import type { DocumentOf } from './documents.ts';
import type { Report } from './report.ts';

/** `path` null: there is no home folder to put it in. */
export type Place = DocumentOf<'paths'>['paths'][number];

export function buildPathsReport({ paths }: { readonly paths: readonly Place[] }, t: Translate): Report<Place> {
  const document: DocumentOf<'paths'> = { schema: 'tkguard.paths/1', paths };
  return {
    t,
    document,
    rows: paths,
    fields: [
      { heading: 'what', cell: ({ name }) => t(`place.${name}`), csv: { name: ({ name }) => name } },
      { heading: 'path', cell: ({ path }) => path, csv: { path: ({ path }) => path } },
      {
        heading: 'exists',
        cell: ({ exists }) => t(exists ? 'exists.yes' : 'exists.no'),
        csv: { exists: ({ exists }) => exists },
      },
    ],
    tone: ({ exists }) => (exists ? 'plain' : 'muted'),
    empty: t('findings.empty'),
  };
}
