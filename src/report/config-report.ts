/** `tkguard config`: the settings in force, and where each comes from. */
import type { Translate } from '../words/index.ts';
import type { DocumentOf } from './documents.ts';
import { fieldsOf, type Report } from './report.ts';

/** `value` is never a secret; null: not set. */
export type Setting = DocumentOf<'config'>['settings'][number];

/** `path` null: there is no home folder to put it in. */
export type Place = DocumentOf<'config'>['places'][number];

export function buildConfigReport(
  places: readonly Place[],
  settings: readonly Setting[],
  t: Translate,
): Report<Setting> {
  const document: DocumentOf<'config'> = { schema: 'tkguard.config/1', places, settings };
  const file = places.find(({ name }) => name === 'config');
  return {
    t,
    document,
    rows: settings,
    fields: fieldsOf([
      { heading: 'setting', shrinks: true, csv: ['key'] },
      { heading: 'value', shrinks: true, csv: ['value'] },
      { heading: 'origin', cell: (setting) => placeText(setting, t), csv: ['from', 'name', 'line'] },
    ]),
    tone: ({ from }) => (from === 'default' ? 'muted' : 'plain'),
    closing: places
      .filter((place) => place !== file)
      .map(({ name, path, exists }) =>
        t(exists ? 'config.place' : 'config.place.none', { what: t(`place.${name}`), path: path ?? '—' }),
      ),
    summary: t(file?.exists ? 'config.file' : 'config.no-file', { path: file?.path ?? '—' }),
  };
}

function placeText({ from, name, line }: Setting, t: Translate): string {
  if (from === 'file') return line === null ? t('config.from.file') : t('config.from.line', { line });
  return name ?? t(`config.from.${from === 'locale' ? 'locale' : 'default'}`);
}
