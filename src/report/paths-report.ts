/** `tkguard paths`: where the database, its backups and the configuration are. */

import type { Translate } from '../words/index.ts';
import type { Report } from './report.ts';
import { columnOf } from './report.ts';

export interface Place {
  readonly name: 'database' | 'backups' | 'config';
  /** null: there is no home folder to put it in. */
  readonly path: string | null;
  readonly exists: boolean;
}

export function buildPathsReport({ paths }: { readonly paths: readonly Place[] }, t: Translate): Report {
  return {
    document: { schema: 'tkguard.paths/1', paths },
    records: paths,
    columns: [
      columnOf('what', t('heading.what')),
      columnOf('path', t('heading.path')),
      columnOf('exists', t('heading.exists')),
    ],
    csvColumns: ['name', 'path', 'exists'],
    rows: paths.map(({ name, path, exists }) => ({
      cells: { what: t(`place.${name}`), path, exists: t(exists ? 'exists.yes' : 'exists.no') },
      values: { name, path, exists },
      details: [],
      tone: exists ? 'plain' : 'muted',
    })),
    notes: [],
    closing: [],
    summary: '',
    empty: t('doctor.empty'),
    detailHeading: t('heading.note'),
  };
}
