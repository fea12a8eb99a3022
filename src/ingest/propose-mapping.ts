/**
 * Proposes a mapping for a table or JSON list that no format knows: columns by their names, else by their cells. What
 * is not certain is a `?`, which no mapping may have: units above all are for the user to say.
 */
import type { RateUnit } from './cells.ts';
import { cleanCell, isBlank } from './cells.ts';
import type { Column } from './columns.ts';
import { COLUMN_NAMES, NEEDED_COLUMNS, WORD_COLUMNS } from './columns.ts';
import { isIncomeName, linkParameter } from './mapping.ts';
import type { Evidence } from './propose-evidence.ts';
import { lookAt } from './propose-evidence.ts';
import type { Meaning } from './propose-names.ts';
import { isKindGuessed, isNoMerchant, isOtherRate, meaningOf, saysUnit } from './propose-names.ts';

/** Rows of a file that is not known, by column. */
export interface Sample {
  /** JSON: where the list of rows is; null: a table. */
  readonly rows: string | null;
  readonly separator: string | null;
  readonly columns: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

export type ProposedBy = 'name' | 'cells';

export interface ProposedColumn {
  readonly source: string;
  /** null: nothing that tkguard reads, as far as can be told. */
  readonly column: Column | null;
  readonly by: ProposedBy | null;
  readonly evidence: Evidence;
  /** Of rates; null: not certain. */
  readonly unit: RateUnit | null;
  readonly unitBy: 'header' | 'percent-sign' | null;
  /** Rates of income, which are never compared and so never taken. */
  readonly isIncome: boolean;
}

/** A value that the proposal fixes, and the column by whose name it does. */
export interface ProposedFixed {
  /** `plans[0].fixed.plan_type` */
  readonly place: string;
  readonly value: string;
  readonly source: string;
}

export interface Proposal {
  readonly name: string;
  readonly columns: readonly ProposedColumn[];
  /** The mapping as it stands in a configuration, under its name. */
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly fixed: readonly ProposedFixed[];
  /** Places in it that the user has to fill: `units.rate`, `fixed.plan_type`. */
  readonly open: readonly string[];
}

export const TO_FILL = '?';

/** More different words than these are no words of a closed list. */
const MOST_WORDS = 12;

/** Parameters of the alliance's links that are ids (formats.md §1.3, §6.3). */
const LINK_IDS: readonly (readonly [key: string, column: Column])[] = [
  ['campaignId', 'plan_id'],
  ['sellerId', 'shop_id'],
  ['userNumberId', 'shop_id'],
  ['oriMemberId', 'shop_id'],
];

interface Found {
  readonly source: string;
  readonly by: ProposedBy;
  readonly index: number;
}

/** However little of it looks like what tkguard reads: the rest is for the user to fill. */
export function proposeMapping(sample: Sample, fileName: string): Proposal {
  const columns = sample.columns.map((column) => ({ ...column, evidence: lookAt(column.cells) }));
  const names = columns.map(({ name }) => cleanCell(name));
  const isAlone = (index: number) =>
    names[index] !== '' && names[index] !== TO_FILL && names.filter((name) => name === names[index]).length === 1;
  const found = new Map<Meaning, Found>();
  const take = (meaning: Meaning, place: Found) => {
    const isTaken = [...found.values()].some(({ source }) => source === place.source);
    if (!found.has(meaning) && !isTaken) found.set(meaning, place);
  };
  const byName = names.flatMap((source, index) => {
    const told =
      isAlone(index) && !isNoMerchant(source, names) ? meaningOf(source, cellsSay(columns[index]?.evidence)) : null;
    return told ? [{ ...told, source, index }] : [];
  });
  for (const { meaning, source, index } of byName.sort((a, b) => a.rank - b.rank))
    take(meaning, { source, by: 'name', index });
  for (const [index, { cells, evidence }] of columns.entries()) {
    if (!isAlone(index) || byName.some((named) => named.index === index && found.get(named.meaning)?.index === index))
      continue;
    const hasRate = rateMeanings(found).length > 0;
    for (const [meaning, source] of meaningsByCells(names[index] ?? '', cells, evidence))
      if (meaning !== 'rate' || !hasRate) take(meaning, { source, by: 'cells', index });
  }
  const units = new Map(rateMeanings(found).map((meaning) => [meaning, unitOf(found.get(meaning), names, columns)]));
  const mapping = mappingOf(sample, names, columns, found, units);
  return {
    name: mappingName(fileName),
    columns: columns.map(({ evidence }, index) => proposedColumn(index, names, evidence, found, units)),
    mapping,
    fixed: fixedPlaces(mapping, found),
    open: openPlaces(mapping),
  };
}

function cellsSay(evidence: Evidence | undefined) {
  const isWhole = evidence?.allWhole === true && (evidence.look === 'number' || evidence.look === 'id');
  return { isPercent: evidence?.look === 'percent', isWhole };
}

/** The kinds of plan that are fixed by the name of a column of rates. */
function fixedPlaces(
  { fixed, plans }: { readonly fixed?: unknown; readonly plans?: readonly Part[] },
  found: ReadonlyMap<Meaning, Found>,
): ProposedFixed[] {
  const parts: (readonly [string, Part])[] = plans
    ? plans.map((plan, i) => [`plans[${i}].`, plan])
    : [['', { fixed: fixed as Record<string, string> }]];
  return parts.flatMap(([place, part]) => {
    const value = part.fixed?.plan_type;
    const source = value === 'general' || value === 'special' ? found.get(`${value}-rate`)?.source : undefined;
    return value === undefined || source === undefined ? [] : [{ place: `${place}fixed.plan_type`, value, source }];
  });
}

type Columns = readonly (Sample['columns'][number] & { readonly evidence: Evidence })[];
type Units = ReadonlyMap<Meaning, Pick<ProposedColumn, 'unit' | 'unitBy'>>;

function rateMeanings(found: ReadonlyMap<Meaning, Found>): Meaning[] {
  return (['rate', 'general-rate', 'special-rate'] as const).filter((meaning) => found.has(meaning));
}

function meaningsByCells(name: string, cells: readonly string[], { look }: Evidence): [Meaning, string][] {
  const filled = cells.map(cleanCell).filter((cell) => !isBlank(cell));
  if (filled.length === 0) return [];
  if (look === 'percent') return isOtherRate(name) ? [] : [['rate', name]];
  const words = [...WORD_COLUMNS].filter(
    ([column, known]) =>
      ['plan_type', 'status', 'plan_state'].includes(column) && filled.every((cell) => known.has(cell.toLowerCase())),
  );
  if (words[0]) return [[words[0][0] as Meaning, name]];
  return LINK_IDS.flatMap(([key, column]): [Meaning, string][] =>
    filled.some((cell) => linkParameter(cell, key) !== '') ? [[column as Meaning, `${name}?${key}`]] : [],
  );
}

/** The header states it, or every cell has a percent sign; numbers alone never tell. */
function unitOf(
  place: Found | undefined,
  names: readonly string[],
  columns: Columns,
): Pick<ProposedColumn, 'unit' | 'unitBy'> {
  const { filled, percentSigns } = columns[place?.index ?? -1]?.evidence ?? { filled: 0, percentSigns: 0 };
  const stated = saysUnit(names[place?.index ?? -1] ?? '');
  const isSigned = filled > 0 && percentSigns === filled;
  if (isSigned)
    return stated === 'basis-points' ? { unit: null, unitBy: null } : { unit: 'percent', unitBy: 'percent-sign' };
  return stated === null || (stated === 'basis-points' && percentSigns > 0)
    ? { unit: null, unitBy: null }
    : { unit: stated, unitBy: 'header' };
}

interface Part {
  readonly columns?: Record<string, string>;
  readonly fixed?: Record<string, string>;
  readonly units?: Record<string, string>;
}

function mappingOf(
  { rows }: Sample,
  names: readonly string[],
  columns: Columns,
  found: ReadonlyMap<Meaning, Found>,
  units: Units,
): Record<string, unknown> {
  const unit = (meaning: Meaning) => units.get(meaning)?.unit ?? TO_FILL;
  const sources: Record<string, string> = {};
  for (const column of COLUMN_NAMES) {
    const source = column === 'rate' ? undefined : found.get(column)?.source;
    if (source !== undefined) sources[column] = source;
  }
  const head = { header: names.filter((name) => name !== ''), ...(rows === null ? {} : { rows }) };
  const words = wordsOf(columns, found);
  const tail = { ...(Object.keys(words).length > 0 ? { words } : {}), coverage: 'partial' };
  const kindOf = (place: Found | undefined) =>
    place === undefined || isKindGuessed(place.source) ? TO_FILL : place === special ? 'special' : 'general';
  const [general, special] = [found.get('general-rate'), found.get('special-rate')];
  if (general && special && !found.has('plan_type')) {
    const { plan_id, plan_name, ...shared } = sources;
    const fixed = missingOf(shared, ['shop_id']);
    const plan = { ...(plan_id ? { plan_id } : {}), ...(plan_name ? { plan_name } : {}) };
    const plans: Part[] = [
      {
        columns: { rate: general.source },
        fixed: { plan_type: kindOf(general) },
        units: { rate: unit('general-rate') },
      },
      {
        columns: { ...plan, rate: special.source },
        fixed: { plan_type: kindOf(special), ...missingOf(plan, ['plan_id']) },
        units: { rate: unit('special-rate') },
      },
    ];
    return { ...head, columns: shared, ...(Object.keys(fixed).length > 0 ? { fixed } : {}), plans, ...tail };
  }
  const meaning = (['rate', 'special-rate', 'general-rate'] as const).find((known) => found.has(known));
  const all: Record<string, string> = { ...sources, rate: meaning ? (found.get(meaning)?.source ?? '') : TO_FILL };
  const kind = meaning === 'rate' || meaning === undefined ? TO_FILL : kindOf(found.get(meaning));
  const plan = found.has('plan_type') ? {} : { plan_type: kind };
  const needed = NEEDED_COLUMNS.filter(
    (column) => column !== 'plan_type' && !(kind === 'general' && column === 'plan_id'),
  );
  const fixed = { ...missingOf(all, needed), ...plan };
  return {
    ...head,
    columns: all,
    ...(Object.keys(fixed).length > 0 ? { fixed } : {}),
    units: { rate: meaning ? unit(meaning) : TO_FILL },
    ...tail,
  };
}

function missingOf(columns: Readonly<Record<string, string>>, needed: readonly Column[]): Record<string, string> {
  return Object.fromEntries(
    needed.filter((column) => columns[column] === undefined).map((column) => [column, TO_FILL]),
  );
}

/** Words that are not tkguard's: numbers of plan types and the like differ from source to source (formats.md §1.2). */
function wordsOf(columns: Columns, found: ReadonlyMap<Meaning, Found>): Record<string, Record<string, string>> {
  const words: Record<string, Record<string, string>> = {};
  for (const [column, known] of WORD_COLUMNS) {
    const place = found.get(column as Meaning);
    const cells = columns[place?.index ?? -1]?.cells ?? [];
    const unknown = [...new Set(cells.map(cleanCell))].filter(
      (cell) => !isBlank(cell) && !known.has(cell.toLowerCase()),
    );
    if (unknown.length > 0 && unknown.length <= MOST_WORDS)
      words[column] = Object.fromEntries(unknown.map((word) => [word, TO_FILL]));
  }
  return words;
}

function proposedColumn(
  index: number,
  names: readonly string[],
  evidence: Evidence,
  found: ReadonlyMap<Meaning, Found>,
  units: Units,
): ProposedColumn {
  const entry = [...found].find(([, place]) => place.index === index);
  const meaning = entry?.[0];
  const isRate = meaning === 'rate' || meaning === 'general-rate' || meaning === 'special-rate';
  return {
    source: entry?.[1].source ?? names[index] ?? '',
    column: isRate ? 'rate' : (meaning ?? null),
    by: entry?.[1].by ?? null,
    evidence,
    ...((meaning && units.get(meaning)) ?? { unit: null, unitBy: null }),
    isIncome: meaning === undefined && isIncomeName(names[index] ?? ''),
  };
}

/** Where a `?` stands: `units.rate`, `words.status.2`. */
export function openPlaces(value: unknown, place = ''): string[] {
  if (value === TO_FILL) return [place];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'header') return [];
    const step = Array.isArray(value) ? `[${key}]` : place === '' ? key : `.${key}`;
    return openPlaces(inner, `${place}${step}`);
  });
}

/** A name from the file's own: letters, digits, `-` and `_`, without a date and what stands after the first point. */
export function mappingName(fileName: string): string {
  const base = (fileName.split(/[\\/]|: /).at(-1) ?? '').replace(/\..*$/, '');
  const plain = base
    .replace(/(19|20)\d{2}[-_]?\d{2}[-_]?\d{2}.*$/, '')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 40);
  return plain === '' ? 'my-export' : plain;
}
