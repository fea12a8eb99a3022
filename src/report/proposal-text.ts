/** The mapping that `tkguard inspect` proposes for an unknown file: its evidence, and the places to fill in. */
import type { Proposal } from '../ingest/propose-mapping.ts';
import type { Translate } from '../words/index.ts';
import type { DocumentOf } from './documents.ts';

type Proposed = NonNullable<DocumentOf<'inspect'>['files'][number]['proposal']>;
type ProposedColumn = Proposed['columns'][number];

/** The mappings as JSON for the configuration. A name that occurs twice gets a number. */
export function mappingText(proposals: readonly Pick<Proposal, 'name' | 'mapping'>[]): string {
  const mappings: Record<string, unknown> = {};
  for (const { name, mapping } of proposals) {
    let own = name;
    for (let n = 2; Object.hasOwn(mappings, own); n++) own = `${name}-${n}`;
    mappings[own] = mapping;
  }
  // Invisible characters in column names are escaped, so that a copy still matches the file.
  const escaped = (c: string) =>
    [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
  return `${JSON.stringify({ mappings }, null, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
}

/** Lines on each column, on fixed values, and on each `?` that the user has to fill. */
export function proposalLines(proposal: Proposed | null, t: Translate): string[] {
  if (!proposal) return [];
  const { columns, fixed } = proposal;
  const others = columns.filter(({ column, source, isIncome }) => column === null && source !== '' && !isIncome);
  const names = others.map((column) => `${column.source} (${samplesText(column)})`);
  const rates = others.filter(({ look }) => look === 'percent').map(({ source }) => source);
  return [
    ...columns.filter(({ column }) => column !== null).map((column) => columnLine(column, t)),
    ...columns
      .filter(({ isIncome }) => isIncome)
      .map((column) => t('inspect.income', { source: column.source, samples: samplesText(column) })),
    ...(names.length > 0 ? [t('inspect.unassigned', { columns: names.join(t('list.separator')) })] : []),
    ...(rates.length > 0 ? [t('inspect.more-rates', { columns: rates.join(t('list.separator')) })] : []),
    ...fixed.map(({ place, value, source }) => t('inspect.fixed', { place, value, source })),
    t('inspect.partial'),
    ...(columns.some(({ column }) => column === 'status') ? [] : [t('inspect.no-status')]),
    ...openLines(proposal.open, t),
  ];
}

function columnLine(proposed: ProposedColumn, t: Translate): string {
  const { source, column, by, unit, unitBy } = proposed;
  const parts = [
    t('inspect.proposed', {
      source,
      column: column ?? '',
      by: t(by === 'name' ? 'inspect.by-name' : 'inspect.by-cells'),
    }),
  ];
  if (column === 'rate') {
    const { lowest, highest, allWhole, percentSigns, filled } = proposed;
    if (lowest !== null) parts.push(t('inspect.range', { lowest, highest: highest ?? lowest }));
    parts.push(t(allWhole ? 'inspect.whole' : 'inspect.decimals'), t('inspect.signs', { n: percentSigns, of: filled }));
    if (unit === null) parts.push(t('inspect.unit-unknown'));
    else
      parts.push(
        t('inspect.unit', {
          unit: t(`unit.${unit}`),
          by: t(unitBy === 'header' ? 'inspect.by-name' : 'inspect.by-sign'),
        }),
      );
  } else parts.push(t('inspect.samples', { samples: samplesText(proposed) }));
  return parts.join(t('list.separator'));
}

/** One line for each kind of `?`: what to put there. */
function openLines(open: readonly string[], t: Translate): string[] {
  if (open.length === 0) return [t('inspect.complete')];
  const kinds = new Set(open.map(kindOf));
  return [
    t('inspect.to-fill', { n: open.length }),
    ...[...kinds].map((kind) => {
      const places = open.filter((place) => kindOf(place) === kind).join(t('list.separator'));
      return t('inspect.fill', { places, what: t(`inspect.fill.${kind}`) });
    }),
  ];
}

const FILLS = ['columns.rate', 'units.rate', 'fixed.shop_id', 'fixed.plan_id', 'fixed.plan_type'] as const;

/** `fixed.plan_type` of `plans[1].fixed.plan_type`; all that is no value of a known column is a word. */
function kindOf(place: string): (typeof FILLS)[number] | 'words' {
  const kind = /(?:columns|units|fixed)\.\w+$/.exec(place)?.[0] ?? '';
  return FILLS.find((known) => known === kind) ?? 'words';
}

function samplesText({ samples }: ProposedColumn): string {
  const shown = samples.map((sample) => (sample.length > 20 ? `${sample.slice(0, 20)}…` : sample));
  return shown.join(' / ') || '—';
}
