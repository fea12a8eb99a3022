/** `tkguard formats`: the formats that tkguard reads, what they tell, and where to get them. */
import { lookUp, type Translate } from '../words/index.ts';
import { pick } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { fieldsOf, type Report } from './report.ts';

export type FormatRow = DocumentOf<'formats'>['formats'][number];
type RateFields = FormatRow['rates'];

/** `isBrief`: of each format what it is and where to get it. */
export function buildFormatsReport(formats: readonly FormatRow[], isBrief: boolean, t: Translate): Report<FormatRow> {
  const document: DocumentOf<'formats'> = {
    schema: 'tkguard.formats/1',
    formats: formats.map((format) => pick(format, ...KEYS)),
  };
  return {
    t,
    document,
    rows: document.formats,
    fields: isBrief
      ? FIELDS.map((field) => (/^(gives|example)$/.test(field.heading ?? '') ? { ...field, wide: true } : field))
      : FIELDS,
    details: (format) => (isBrief ? whereLines(format, t) : formatDetails(format, t)),
    closing: isBrief ? [t('formats.more')] : [],
    summary: t('formats.summary', { n: formats.length }),
  };
}

const KEYS = ['id', 'kind', 'gives', 'needs', 'exampleName', 'rates', 'addresses', 'example'] as const;

const FIELDS = fieldsOf<FormatRow>([
  { heading: 'format', csv: ['id', 'kind'] },
  { heading: 'title', cell: ({ id }, t) => lookUp(`format.${id}.title`, {}, t) },
  {
    heading: 'gives',
    shrinks: true,
    cell: ({ gives }, t) => wordList('facet', gives, t),
    csv: ['gives'],
  },
  {
    heading: 'needs',
    shrinks: true,
    cell: ({ needs }, t) => wordList('need', needs, t),
    csv: ['needs'],
  },
  { heading: 'example', shrinks: true, csv: ['exampleName'] },
  { csv: [['rates', ({ rates }) => csvRateFields(rates)], 'addresses', 'example'] },
]);

function wordList(prefix: 'facet' | 'need', codes: readonly string[], t: Translate): string | null {
  const words = codes.map((code) => lookUp(`${prefix}.${code}`, {}, t) ?? code);
  return words.join(t('list.separator')) || null;
}

function whereLines({ id }: FormatRow, t: Translate): string[] {
  const where = lookUp(`format.${id}.where`, {}, t);
  return where === null ? [] : [where];
}

function formatDetails(format: FormatRow, t: Translate): string[] {
  const { rates, addresses, example } = format;
  return [
    ...whereLines(format, t).map((where) => t('formats.where', { where })),
    ...(addresses.length > 0 ? [t('formats.addresses', { addresses: addresses.join(t('list.separator')) })] : []),
    rates.length === 0 ? t('formats.no-rates') : t('formats.rates', { rates: rateFieldsText(rates, t) }),
    ...t('formats.example', { example: example.replaceAll('\t', ' | ') }).split('\n'),
  ];
}

export function csvRateFields(rates: RateFields): string {
  return rates.map(({ field, unit, measure }) => `${field} ${unit ?? 'unknown'} ${measure}`).join('; ');
}

/** `tkRate (%), AvgCommission (unit unknown: not read)`. */
export function rateFieldsText(rates: RateFields, t: Translate): string {
  return rates.map((rate) => t('rate-field', { field: rate.field, unit: unitText(rate, t) })).join(t('list.separator'));
}

function unitText({ unit, measure }: RateFields[number], t: Translate): string {
  return lookUp(`unit.${unit ?? 'unknown'}${measure === 'income' ? '.income' : ''}`, {}, t) ?? unit ?? '';
}
