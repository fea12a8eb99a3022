/** The shape of `mappings` in the configuration, and of the file that `--map` names. */
import { BAD, cleanCell, KIND_WORDS, STATE_WORDS, STATUS_WORDS, wordCell, YES_NO_WORDS } from '../ingest/cells.ts';
import { RATE_UNITS } from '../ingest/format.ts';
import type { Column } from '../ingest/formats/own-row.ts';
import { COLUMNS, NEEDED_COLUMNS } from '../ingest/formats/own-row.ts';
import type { MappedPlan, Mapping } from '../ingest/mapping.ts';
import { cleanNames, isIncomeName, splitSource } from '../ingest/mapping.ts';
import type { Check, Checked } from './check.ts';
import { listOf, literalOf, mapOf, optional, recordOf, refine, textOf, wordOf } from './check.ts';

const TO_FILL = '?';
const text = textOf('text', (value) => value.trim() !== '');
const filled = textOf('filled', (value) => value !== TO_FILL);
const word = literalOf(
  'word-or-null',
  (value): value is string | null => value === null || (typeof value === 'string' && value !== TO_FILL),
);

/** An object whose keys are columns of tkguard. */
function byColumn<T>(check: Check<T>): Check<Readonly<Partial<Record<Column, T>>>> {
  return recordOf(Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, optional(check)]))) as Check<
    Readonly<Partial<Record<Column, T>>>
  >;
}

const PART = {
  columns: optional(byColumn(filled)),
  fixed: optional(byColumn(filled)),
  units: optional(recordOf({ rate: optional(wordOf('unit', ...RATE_UNITS)) })),
  words: optional(byColumn(mapOf(word))),
};
const part = recordOf(PART);
const shape = recordOf({
  header: refine(listOf(text), 'header', (names) => names.length > 0),
  rows: optional(textOf('rows', (path) => path === '.' || path.split('.').every((key) => key !== ''))),
  ...PART,
  plans: optional(refine(listOf(part), 'plans', (plans) => plans.length > 0)),
  coverage: optional(wordOf('coverage', 'listed', 'partial')),
});

export type MappingValues = Checked<typeof shape>;
type Part = Checked<typeof part>;
type Say = Parameters<Check<unknown>>[1];

/** One mapping: its shape, and what must hold between its columns. */
const mapping: Check<MappingValues> = (value, say) => {
  let isWell = true;
  const checked = shape(value, (...said) => {
    isWell = false;
    say(...said);
  });
  if (isWell) {
    const { plans } = checked;
    if (plans === undefined) checkPart(checked, checked, [], say);
    else for (const [i, plan] of plans.entries()) checkPart(checked, merge(checked, plan), ['plans', i], say);
  }
  return checked;
};

/** All mappings, under their names. */
export const mappings: Check<Readonly<Record<string, MappingValues>>> = (value, say) => {
  const checked = mapOf(mapping)(value, say);
  for (const name of Object.keys(checked))
    if (!/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u.test(name)) say('mapping-name', [name]);
  return checked;
};

export function mappingsOf(values: Readonly<Record<string, MappingValues>> | undefined): readonly Mapping[] {
  return Object.entries(values ?? {}).map(([name, given]) => ({
    name,
    header: given.header,
    rows: given.rows ?? null,
    coverage: given.coverage ?? 'partial',
    plans: (given.plans ?? [{}]).map((plan) => planOf(merge(given, plan))),
  }));
}

/** What a plan says of itself, over what all plans of the row share. */
function merge(shared: Part, plan: Part): Part {
  return {
    columns: { ...shared.columns, ...plan.columns },
    fixed: { ...shared.fixed, ...plan.fixed },
    units: { ...shared.units, ...plan.units },
    words: { ...shared.words, ...plan.words },
  };
}

function planOf({ columns = {}, fixed = {}, units = {}, words = {} }: Part): MappedPlan {
  return { columns, fixed, words, unit: columns.rate === undefined ? null : (units.rate ?? null) };
}

function checkPart({ header }: MappingValues, plan: Part, at: readonly (string | number)[], say: Say): void {
  const { columns = {}, fixed = {}, units = {}, words = {} } = plan;
  const names = cleanNames(header);
  const used = new Set<string>();
  for (const [column, source] of Object.entries(columns)) {
    const { name } = splitSource(source, names);
    const times = names.filter((known) => known === name).length;
    if (times === 0) say('source', [...at, 'columns', column]);
    else if (times > 1) say('source-once', [...at, 'columns', column]);
    else if (used.has(cleanCell(source))) say('source-unused', [...at, 'columns', column]);
    else if (column === 'rate' && isIncomeName(source)) say('commission-rate', [...at, 'columns', column]);
    used.add(cleanCell(source));
    if (column in fixed) say('mapped-or-fixed', [...at, 'fixed', column]);
  }
  const isGeneral = wordCell(fixed.plan_type ?? '', KIND_WORDS) === 'general';
  for (const column of NEEDED_COLUMNS) {
    if (column === 'plan_id' && isGeneral) continue;
    if (columns[column] === undefined && fixed[column] === undefined) say('needed-column', [...at, 'columns', column]);
  }
  if (columns.rate !== undefined && units.rate === undefined) say('unit', [...at, 'units', 'rate']);
  for (const [column, known] of Object.entries(WORDS) as [Column, ReadonlyMap<string, unknown>][]) {
    const isWord = (value: string | null) => value === null || wordCell(value, known) !== BAD;
    if (!isWord(fixed[column] ?? null)) say(column, [...at, 'fixed', column]);
    for (const [from, to] of Object.entries(words[column] ?? {}))
      if (!isWord(to)) say(column, [...at, 'words', column, from]);
  }
}

const WORDS: Readonly<Partial<Record<Column, ReadonlyMap<string, unknown>>>> = {
  plan_type: KIND_WORDS,
  status: STATUS_WORDS,
  plan_state: STATE_WORDS,
  locked: YES_NO_WORDS,
  audit: YES_NO_WORDS,
};
