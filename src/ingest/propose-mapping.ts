/**
 * Proposes a mapping for a table or JSON list that no format knows: columns by their names, else by their cells. What
 * is not certain is a `?`, which no mapping may have: units above all are for the user to say.
 */
import { cleanCell, isBlank, type RateUnit } from './cells.ts';
import { COLUMN_NAMES, type ColumnName, NEEDED_COLUMNS, WORD_COLUMNS } from './columns.ts';
import { saysUnit } from './header.ts';
import { isIncomeName, linkParameter, TO_FILL } from './mapping.ts';
import type { Meaning } from './propose-names.ts';
import { isKindGuessed, isNoMerchant, isOtherRate, meaningOf, RATE_MEANINGS } from './propose-names.ts';
import { type ColumnLook, lookAt, type Sample } from './sample.ts';

export interface ProposedColumn {
  readonly source: string;
  /** null: nothing that tkguard reads, as far as can be told. */
  readonly column: ColumnName | null;
  readonly by: 'name' | 'cells' | null;
  readonly evidence: ColumnLook;
  /** Of rates; null: not certain. */
  readonly unit: RateUnit | null;
  readonly unitBy: 'header' | 'percent-sign' | null;
  /** Rates of income, which are never compared and so never taken. */
  readonly isIncome: boolean;
}

export interface Proposal {
  readonly name: string;
  readonly columns: readonly ProposedColumn[];
  /** The mapping as it stands in a configuration, under its name. */
  readonly mapping: Draft;
  /** Kinds of plans that it fixes, `plans[0].fixed.plan_type`, and the column of rates by whose name it does. */
  readonly fixed: readonly { readonly place: string; readonly value: string; readonly source: string }[];
  /** Places in it that the user has to fill: `units.rate`, `fixed.plan_type`. */
  readonly open: readonly string[];
}

type Texts = Readonly<Record<string, string>>;

interface PlanDraft {
  readonly columns?: Texts;
  readonly fixed?: Texts;
  readonly units?: Texts;
}

interface Draft extends PlanDraft {
  readonly [key: string]: unknown;
  readonly plans?: readonly PlanDraft[];
}

/** More different words than these are no words of a closed list. */
const MOST_WORDS = 12;

/** Parameters of the alliance's links that are ids (formats.md §1.3, §6.3). */
const LINK_IDS: readonly (readonly [key: string, column: ColumnName])[] = [
  ['campaignId', 'plan_id'],
  ['sellerId', 'shop_id'],
  ['userNumberId', 'shop_id'],
  ['oriMemberId', 'shop_id'],
];

interface SampleColumn {
  readonly name: string;
  readonly cells: readonly string[];
  readonly evidence: ColumnLook;
}

/** Where a meaning was found. */
interface Found {
  readonly source: string;
  readonly by: 'name' | 'cells';
  readonly column: SampleColumn;
}

type Meanings = ReadonlyMap<Meaning, Found>;

/** However little of it looks like what tkguard reads: the rest is for the user to fill. */
export function proposeMapping(sample: Sample, fileName: string): Proposal {
  const columns = sample.columns.map(({ name, cells }) => ({ name: cleanCell(name), cells, evidence: lookAt(cells) }));
  const found = findMeanings(columns);
  const mapping = draftOf(sample, columns, found);
  return {
    name: mappingName(fileName),
    columns: columns.map((column) => proposedColumn(column, found)),
    mapping,
    fixed: fixedKinds(mapping, found),
    open: openPlaces(mapping),
  };
}

function findMeanings(columns: readonly SampleColumn[]): Meanings {
  const names = columns.map(({ name }) => name);
  const alone = columns.filter(
    ({ name }) => name !== '' && name !== TO_FILL && names.indexOf(name) === names.lastIndexOf(name),
  );
  const found = new Map<Meaning, Found>();
  const take = (meaning: Meaning, place: Found) => {
    const isTaken = [...found.values()].some(({ source }) => source === place.source);
    if (!found.has(meaning) && !isTaken) found.set(meaning, place);
  };
  const named = alone.flatMap((column) => {
    const told = isNoMerchant(column.name, names) ? null : meaningOf(column.name, column.evidence);
    return told ? [{ ...told, column }] : [];
  });
  for (const { meaning, column } of named.sort((a, b) => a.rank - b.rank))
    take(meaning, { source: column.name, by: 'name', column });
  for (const column of alone) {
    if ([...found.values()].some((place) => place.column === column)) continue;
    const hasRate = RATE_MEANINGS.some((meaning) => found.has(meaning));
    for (const [meaning, source] of meaningsByCells(column))
      if (meaning !== 'rate' || !hasRate) take(meaning, { source, by: 'cells', column });
  }
  return found;
}

function meaningsByCells({ name, cells, evidence }: SampleColumn): (readonly [ColumnName, string])[] {
  const filled = cells.map(cleanCell).filter((cell) => !isBlank(cell));
  if (filled.length === 0) return [];
  if (evidence.look === 'percent') return isOtherRate(name) ? [] : [['rate', name]];
  const worded = (['plan_type', 'status', 'plan_state'] as const).find((column) =>
    filled.every((cell) => WORD_COLUMNS.get(column)?.has(cell.toLowerCase())),
  );
  if (worded) return [[worded, name]];
  const links = LINK_IDS.filter(([key]) => filled.some((cell) => linkParameter(cell, key) !== ''));
  return links.map(([key, column]) => [column, `${name}?${key}`]);
}

/** The header states it, or every cell has a percent sign; numbers alone never tell. */
function unitOf({ name, evidence }: SampleColumn): Pick<ProposedColumn, 'unit' | 'unitBy'> {
  const { filled, percentSigns } = evidence;
  const stated = saysUnit(name);
  if (stated === 'basis-points' && percentSigns > 0) return { unit: null, unitBy: null };
  if (filled > 0 && percentSigns === filled) return { unit: 'percent', unitBy: 'percent-sign' };
  return { unit: stated, unitBy: stated && 'header' };
}

function draftOf({ rows }: Sample, columns: readonly SampleColumn[], found: Meanings): Draft {
  const sources = COLUMN_NAMES.flatMap((column) => {
    const source = column === 'rate' ? undefined : found.get(column)?.source;
    return source === undefined ? [] : [[column, source] as const];
  });
  const head = { header: columns.flatMap(({ name }) => name || []), ...(rows !== null && { rows }) };
  const tail = { ...unlessEmpty('words', unknownWords(found)), coverage: 'partial' };
  const [general, special] = [found.get('general-rate'), found.get('special-rate')];
  if (general && special && !found.has('plan_type')) {
    const isPlan = (column: ColumnName) => column === 'plan_id' || column === 'plan_name';
    const shared = Object.fromEntries(sources.filter(([column]) => !isPlan(column)));
    const plan = Object.fromEntries(sources.filter(([column]) => isPlan(column)));
    const specialPlan = planDraft({ ...plan, rate: special.source }, 'special', special);
    const plans = [
      planDraft({ rate: general.source }, 'general', general),
      { ...specialPlan, fixed: { ...specialPlan.fixed, ...toFill(plan, ['plan_id']) } },
    ];
    return { ...head, columns: shared, ...unlessEmpty('fixed', toFill(shared, ['shop_id'])), plans, ...tail };
  }
  const rate = found.get('rate') ?? special ?? general;
  const kind = rate === undefined || rate === found.get('rate') ? null : rate === special ? 'special' : 'general';
  const draft = planDraft({ ...Object.fromEntries(sources), rate: rate?.source ?? TO_FILL }, kind, rate);
  const isGeneral = draft.fixed.plan_type === 'general';
  const needed = NEEDED_COLUMNS.filter((column) => column !== 'plan_type' && !(isGeneral && column === 'plan_id'));
  const fixed = { ...toFill(draft.columns, needed), ...(found.has('plan_type') ? {} : draft.fixed) };
  return { ...head, columns: draft.columns, ...unlessEmpty('fixed', fixed), units: draft.units, ...tail };
}

/** `kind`: of the plan whose rates they are by their name; null: it does not say. */
function planDraft(columns: Texts, kind: 'general' | 'special' | null, rate: Found | undefined) {
  const isSure = kind !== null && rate !== undefined && !isKindGuessed(rate.source);
  const unit = (rate && unitOf(rate.column).unit) ?? TO_FILL;
  return { columns, fixed: { plan_type: isSure ? kind : TO_FILL }, units: { rate: unit } };
}

function toFill(columns: Texts, needed: readonly ColumnName[]): Texts {
  const missing = needed.filter((column) => columns[column] === undefined);
  return Object.fromEntries(missing.map((column) => [column, TO_FILL]));
}

function unlessEmpty(key: string, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.keys(values).length > 0 ? { [key]: values } : {};
}

/** Words that are not tkguard's: numbers of plan types and the like differ from source to source (formats.md §1.2). */
function unknownWords(found: Meanings): Readonly<Record<string, Texts>> {
  const words = [...WORD_COLUMNS].flatMap(([column, known]) => {
    const cells = new Set(found.get(column)?.column.cells.map(cleanCell));
    const unknown = [...cells].filter((cell) => !isBlank(cell) && !known.has(cell.toLowerCase()));
    const isList = unknown.length > 0 && unknown.length <= MOST_WORDS;
    return isList ? [[column, Object.fromEntries(unknown.map((word) => [word, TO_FILL]))] as const] : [];
  });
  return Object.fromEntries(words);
}

function proposedColumn(column: SampleColumn, found: Meanings): ProposedColumn {
  const [meaning, place] = [...found].find(([, place]) => place.column === column) ?? [];
  const isRate = RATE_MEANINGS.some((known) => known === meaning);
  return {
    source: place?.source ?? column.name,
    column: isRate ? 'rate' : ((meaning as ColumnName | undefined) ?? null),
    by: place?.by ?? null,
    evidence: column.evidence,
    ...(isRate ? unitOf(column) : { unit: null, unitBy: null }),
    isIncome: meaning === undefined && isIncomeName(column.name),
  };
}

function fixedKinds({ plans, fixed }: Draft, found: Meanings): Proposal['fixed'] {
  const parts = plans?.map((plan, i) => [`plans[${i}].`, plan.fixed] as const) ?? [['', fixed] as const];
  return parts.flatMap(([place, part]) => {
    const value = part?.plan_type ?? '';
    const source = found.get(`${value}-rate` as Meaning)?.source;
    return source === undefined ? [] : [{ place: `${place}fixed.plan_type`, value, source }];
  });
}

/** Where a `?` stands: `units.rate`, `words.status.2`. */
function openPlaces(value: unknown, place = ''): string[] {
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
