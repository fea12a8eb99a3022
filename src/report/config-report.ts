/** `tkguard config`: the settings in force, and where each comes from. */

import type { Translate } from '../words/index.ts';
import type { Report } from './report.ts';
import { columnOf } from './report.ts';

export interface Setting {
  /** Place in the file: `policy.minGain`, `sources[0].path`. */
  readonly key: string;
  /** Never a secret; null: not set. */
  readonly value: string | null;
  readonly from: 'flag' | 'environment' | 'file' | 'locale' | 'default';
  /** Of the flag or the variable. */
  readonly name: string | null;
  readonly line: number | null;
}

export interface ConfigInput {
  /** null: there is no place for one. */
  readonly path: string | null;
  readonly exists: boolean;
  readonly settings: readonly Setting[];
}

export function buildConfigReport({ path, exists, settings }: ConfigInput, t: Translate): Report {
  return {
    get document() {
      return { schema: 'tkguard.config/1', path, exists, settings: settings.map(settingDocument) };
    },
    get records() {
      return settings.map(settingDocument);
    },
    columns: [
      columnOf('key', t('heading.setting'), 'left', true),
      columnOf('value', t('heading.value'), 'left', true),
      columnOf('from', t('heading.from')),
    ],
    csvColumns: ['key', 'value', 'from', 'name', 'line'],
    get rows() {
      return settings.map((setting) => ({
        cells: { key: setting.key, value: setting.value, from: placeText(setting, t) },
        values: { ...settingDocument(setting) },
        details: [],
        tone: setting.from === 'default' ? ('muted' as const) : ('plain' as const),
      }));
    },
    notes: [],
    closing: [],
    summary: exists ? t('config.file', { path: path ?? '—' }) : t('config.no-file', { path: path ?? '—' }),
    empty: t('config.no-file', { path: path ?? '—' }),
    detailHeading: t('heading.note'),
  };
}

function settingDocument({ key, value, from, name, line }: Setting) {
  return { key, value, from, name, line };
}

function placeText({ from, name, line }: Setting, t: Translate): string {
  if (from === 'file') return line === null ? t('config.from.file') : t('config.from.line', { line });
  return name ?? t(`config.from.${from === 'locale' ? 'locale' : 'default'}`);
}
