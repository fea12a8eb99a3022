/** The shape of `mappings` in the configuration, and of the file that `--map` names. */
import * as z from 'zod';
import { BadCell, cleanCell, RATE_UNITS } from '../ingest/cells.ts';
import { COLUMN_NAMES, COLUMNS, NEEDED_COLUMNS, WORD_COLUMNS } from '../ingest/columns.ts';
import { cleanNames, isIncomeName, type MappedPlan, type Mapping, splitSource, TO_FILL } from '../ingest/mapping.ts';
import { objectOf, someOf, textThat } from './check.ts';

const text = textThat('text', (value) => value.trim() !== '');
const filled = textThat('filled', (value) => value !== TO_FILL);
const word = z.union([z.string(), z.null()], 'word-or-null').refine((value) => value !== TO_FILL, 'word-or-null');

const PART = {
  columns: someOf(COLUMN_NAMES, filled).exactOptional(),
  fixed: someOf(COLUMN_NAMES, filled).exactOptional(),
  units: objectOf({ rate: z.enum(RATE_UNITS, 'unit').exactOptional() }).exactOptional(),
  words: someOf(COLUMN_NAMES, z.record(z.string(), word, 'object')).exactOptional(),
};
const part = objectOf(PART);
type MappingPart = z.infer<typeof part>;
const table = objectOf({
  header: z.array(text, 'list').min(1, 'header'),
  rows: textThat('rows', (path) => path === '.' || path.split('.').every((key) => key !== '')).exactOptional(),
  ...PART,
  plans: z.array(part, 'list').min(1, 'plans').exactOptional(),
  coverage: z.enum(['listed', 'partial'], 'coverage').exactOptional(),
});
type MappingValues = z.infer<typeof table>;

/** One mapping: its shape, and what must hold between its columns. */
const mapping = table.superRefine((checked, context) => {
  const say = (message: string, path: PropertyKey[]) => context.addIssue({ code: 'custom', message, path });
  const { plans } = checked;
  if (plans === undefined) checkPart(checked, checked, [], say);
  else for (const [i, plan] of plans.entries()) checkPart(checked, merge(checked, plan), ['plans', i], say);
});

const mappingName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u);

/** All mappings, under their names. */
export const MAPPINGS = z.record(mappingName, mapping, {
  error: ({ code }) => (code === 'invalid_key' ? 'mapping-name' : 'object'),
});

export function mappingsOf(values: Readonly<Record<string, MappingValues>> | undefined): readonly Mapping[] {
  return Object.entries(values ?? {}).map(([name, given]) => ({
    name,
    header: given.header,
    rows: given.rows ?? null,
    coverage: given.coverage ?? 'partial',
    plans: (given.plans ?? [{}]).map((plan) => planOf(merge(given, plan))),
  }));
}

/** A plan's own part, over the part that all plans of the row share. */
function merge(shared: MappingPart, plan: MappingPart): MappingPart {
  return {
    columns: { ...shared.columns, ...plan.columns },
    fixed: { ...shared.fixed, ...plan.fixed },
    units: { ...shared.units, ...plan.units },
    words: { ...shared.words, ...plan.words },
  };
}

function planOf({ columns = {}, fixed = {}, units = {}, words = {} }: MappingPart): MappedPlan {
  return { columns, fixed, words, unit: columns.rate === undefined ? null : (units.rate ?? null) };
}

type Say = (expected: string, path: PropertyKey[]) => void;

function checkPart({ header }: MappingValues, plan: MappingPart, at: readonly PropertyKey[], say: Say): void {
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
  const isGeneral = COLUMNS.plan_type.cell(fixed.plan_type ?? '') === 'general';
  for (const column of NEEDED_COLUMNS) {
    if (column === 'plan_id' && isGeneral) continue;
    if (columns[column] === undefined && fixed[column] === undefined) say('needed-column', [...at, 'columns', column]);
  }
  if (columns.rate !== undefined && units.rate === undefined) say('unit', [...at, 'units', 'rate']);
  for (const column of WORD_COLUMNS.keys()) {
    const isWord = (value: string | null) => value === null || !(COLUMNS[column].cell(value) instanceof BadCell);
    if (!isWord(fixed[column] ?? null)) say(column, [...at, 'fixed', column]);
    for (const [from, to] of Object.entries(words[column] ?? {}))
      if (!isWord(to)) say(column, [...at, 'words', column, from]);
  }
}
