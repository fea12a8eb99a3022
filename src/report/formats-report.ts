/** `tkguard formats`: what can be read, what it tells, and where one gets it. */

import type { Translate } from '../words/index.ts';
import { lookUp } from '../words/index.ts';
import type { Column, Report } from './report.ts';

export interface FormatRow {
  readonly id: string;
  readonly kind: string;
  readonly gives: readonly string[];
  readonly needs: readonly string[];
  readonly exampleName: string;
  /** `unit` null: not known, not read. */
  readonly rates: readonly { readonly field: string; readonly unit: string | null; readonly measure: string }[];
  readonly addresses: readonly string[];
  readonly example: string;
}

export interface FormatsInput {
  readonly formats: readonly FormatRow[];
}

export function buildFormatsReport({ formats }: FormatsInput, t: Translate): Report {
  const column = (key: string, heading: string, shrinks = true): Column => ({ key, heading, align: 'left', shrinks });
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
    csvColumns: ['id', 'kind', 'gives', 'needs', 'example_name', 'rates', 'addresses', 'example'],
    get rows() {
      return formats.map((format) => {
        const { id, kind, gives, needs, exampleName, rates, addresses, example } = format;
        return {
          cells: {
            id,
            title: lookUp(`format.${id}.title`, {}, t),
            gives: listed(gives.map((code) => lookUp(`facet.${code}`, {}, t) ?? code)),
            needs: listed(needs.map((code) => lookUp(`need.${code}`, {}, t) ?? code)),
            example: exampleName,
          },
          values: {
            id,
            kind,
            gives: gives.join(' '),
            needs: needs.join(' '),
            example_name: exampleName,
            rates: rates.map(({ field, unit, measure }) => `${field} ${unit ?? 'unknown'} ${measure}`).join('; '),
            addresses: addresses.join(' '),
            example,
          },
          details: formatDetails(format, t).map((text) => ({ text, loud: false })),
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

function formatDetails({ id, rates, addresses, example }: FormatRow, t: Translate): string[] {
  const where = lookUp(`format.${id}.where`, {}, t);
  return [
    ...(where === null ? [] : [t('formats.where', { where })]),
    ...(addresses.length > 0 ? [t('formats.addresses', { addresses: addresses.join(t('list.separator')) })] : []),
    rates.length === 0 ? t('formats.no-rates') : t('formats.rates', { rates: rateFieldsText(rates, t) }),
    ...t('formats.example', { example: example.replaceAll('\t', ' | ') }).split('\n'),
  ];
}

/** `tkRate (%), AvgCommission (unit unknown: not read)`. */
export function rateFieldsText(rates: FormatRow['rates'], t: Translate): string {
  return rates.map((rate) => t('rate-field', { field: rate.field, unit: unitText(rate, t) })).join(t('list.separator'));
}

function unitText({ unit, measure }: FormatRow['rates'][number], t: Translate): string {
  return lookUp(`unit.${unit ?? 'unknown'}${measure === 'income' ? '.income' : ''}`, {}, t) ?? unit ?? '';
}

function formatDocument({ id, kind, gives, needs, exampleName, rates, addresses, example }: FormatRow) {
  return { id, kind, gives, needs, exampleName, rates, addresses, example };
}
