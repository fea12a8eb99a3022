/**
 * A mapping is data that turns the rows of a foreign table or JSON list into rows of tkguard's own format. It is made
 * for one set of column names, by which files are recognised: the same names in any order. Anything else is drift.
 */
import { cleanCell, type RateUnit } from './cells.ts';
import type { ColumnName } from './columns.ts';
import { type Refusal, refuse } from './findings.ts';
import { at, cellText, isList, isObject, type Json } from './json.ts';

type ByColumn<T> = Readonly<Partial<Record<ColumnName, T>>>;

/** Where one plan stands in a row. */
export interface MappedPlan {
  /** A source is a column's name, in JSON a path within the row; `name?key` is the parameter `key` of a link in it. */
  readonly columns: ByColumn<string>;
  /** What every row has, where it has no column for it. */
  readonly fixed: ByColumn<string>;
  /** Cells in tkguard's words; null: rows with this word are left out. */
  readonly words: ByColumn<Readonly<Record<string, string | null>>>;
  /** null: no column is mapped to `rate`. */
  readonly unit: RateUnit | null;
}

export interface Mapping {
  readonly name: string;
  /** Column names, in JSON the paths of all values within a row. */
  readonly header: readonly string[];
  /** JSON: path of the list of rows, `.` for the document itself or a row a line; null: a table. */
  readonly rows: string | null;
  readonly coverage: 'listed' | 'partial';
  /** Several where one row holds the rates of several plans. */
  readonly plans: readonly MappedPlan[];
}

/** Which mappings a file is tried with. */
export interface MappingChoice {
  readonly mappings: readonly Mapping[];
  /** The user named them: no other format will do. */
  readonly only: boolean;
}

/** Stands in a proposed mapping where the user has to fill something in: no mapping may have it. */
export const TO_FILL = '?';

/** What a mapping is called among formats. */
export function formatIdOf(name: string): string {
  return `map:${name}`;
}

interface Drift {
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/** Names as they are compared: trimmed, full-width characters folded, as often as they stand. Blank ones are no columns. */
export function cleanNames(names: readonly string[]): string[] {
  return names.map(cleanCell).filter((name) => name !== '');
}

/** How the names of a file differ from those that the mapping was made for; null: not at all. */
export function driftOf(mapping: Mapping, names: readonly string[]): Drift | null {
  const [known, found] = [cleanNames(mapping.header), cleanNames(names)];
  // Programs that write JSON leave out keys without a value: only those that are read must be there.
  const needed = mapping.rows === null ? known : known.filter((name) => sourcesOf(mapping).has(name));
  const drift = { missing: without(needed, found), added: without(found, known) };
  return drift.missing.length + drift.added.length === 0 ? null : drift;
}

/** The mapping that a file was probably made for: it has more than half of its names, and more than of any other. */
function closestMapping(mappings: readonly Mapping[], names: readonly string[]): Mapping | null {
  const found = cleanNames(names);
  const share = ({ header }: Mapping) => 1 - without(cleanNames(header), found).length / header.length;
  const [closest] = mappings.filter((mapping) => share(mapping) > 0.5).sort((a, b) => share(b) - share(a));
  return closest ?? null;
}

/** The column, or path, of a source: the whole of it where the header has that name, else what stands before `?`. */
export function splitSource(
  source: string,
  names: readonly string[],
): { readonly name: string; readonly key: string | null } {
  const name = cleanCell(source);
  const mark = name.lastIndexOf('?');
  if (names.includes(name) || mark < 0) return { name, key: null };
  return { name: name.slice(0, mark), key: name.slice(mark + 1) };
}

const INCOME = /收入|补贴|income|subsid/i;
const COMMISSION = /佣金|commission|tk_?rate/i;
const WITHOUT_SUBSIDY = /(不含|不包含|不包括|除去?|without |excluding |excl\.? )(平台)?(补贴|subsid\p{L}*)/giu;

/**
 * Whether a column, or a path, says by its name that it is an income rate (收入比率: commission plus subsidy, formats.md
 * §1.1), which is never compared with commission. Of a path the last word on it counts: `income.rate` is one,
 * `income_list.commission_rate` is none.
 */
export function isIncomeName(name: string): boolean {
  const steps = cleanCell(name).replace(WITHOUT_SUBSIDY, '').split('.').reverse();
  return INCOME.test(steps.find((step) => INCOME.test(step) || COMMISSION.test(step)) ?? '');
}

function sourcesOf({ header, plans }: Mapping): ReadonlySet<string> {
  const names = cleanNames(header);
  return new Set(
    plans.flatMap(({ columns }) => Object.values(columns).map((source) => splitSource(source, names).name)),
  );
}

/** Those of `names` that `others` has fewer of. */
function without(names: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const name of others) left.set(name, (left.get(name) ?? 0) + 1);
  return names.filter((name) => {
    const n = left.get(name) ?? 0;
    left.set(name, n - 1);
    return n <= 0;
  });
}

/** A parameter of a link: `campaignId` of `//pub.alimama.com/…?campaignId=2001&shopkeeperId=27`; `''` where it has none. */
export function linkParameter(link: string, key: string): string {
  const found = link
    .split(/[?&#]/)
    .slice(1)
    .find((part) => part.startsWith(`${key}=`));
  const value = found?.slice(key.length + 1) ?? '';
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The list of rows that a path leads to; a document that is a row itself is a list of one. null: there is none. */
export function rowsAt(doc: Json, path: string): readonly Json[] | null {
  const rows = path === '.' ? doc : at(doc, ...path.split('.'));
  if (isList(rows)) return rows;
  return path === '.' && isObject(doc) ? [doc] : null;
}

/** Paths of all values in the rows, lists left out: `id`, `publish_info.rate`. */
export function pathsOf(rows: readonly Json[]): string[] {
  const paths = new Set<string>();
  const collect = (value: Json, prefix: string, depth: number) => {
    if (!isObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (isObject(inner) && depth < 8) collect(inner, `${prefix}${key}.`, depth + 1);
      else if (!isList(inner) && !isObject(inner)) paths.add(`${prefix}${key}`);
    }
  };
  for (const row of rows) collect(row, '', 0);
  return [...paths];
}

/** The value under a path of `pathsOf`; a key may have points in it. */
export function cellAt(row: Json, path: string): string {
  return cellText(at(row, path) ?? at(row, ...path.split('.')));
}

/** For a table that nothing recognises; null: no mapping was made for the like of it. */
export function driftOfTable(names: readonly string[], { mappings, only }: MappingChoice): Refusal | null {
  const tables = mappings.filter(({ rows }) => rows === null);
  const mapping = closestMapping(tables, names) ?? (only ? tables[0] : undefined);
  if (mapping) return refuseDrift(mapping, driftOf(mapping, names));
  return only ? refuseDrift(mappings[0], null) : null;
}

/** For a JSON document that nothing recognises. A list that is empty, or not there, has no columns to miss. */
export function driftOfDocument(doc: Json, { mappings, only }: MappingChoice): Refusal | null {
  const found = mappings.flatMap((mapping) => {
    const rows = mapping.rows === null ? null : rowsAt(doc, mapping.rows);
    return rows === null ? [] : [{ mapping, names: pathsOf(rows), isEmpty: rows.length === 0 }];
  });
  const near =
    found.find(({ mapping, names }) => closestMapping([mapping], names) !== null) ?? (only ? found[0] : undefined);
  if (near?.isEmpty || (!near && found.some(({ isEmpty }) => isEmpty))) return refuse('no-rows');
  if (near) return refuseDrift(near.mapping, driftOf(near.mapping, near.names));
  const listless = mappings.find(({ rows }) => rows !== null && (only || endsInNull(doc, rows)));
  if (listless) return refuse('no-list', { name: listless.name, path: listless.rows ?? '' });
  return only ? refuseDrift(mappings[0], null) : null;
}

/** Whether the way to a list ends at a null, as in the answer `{"code":-1,"data":null}`. */
function endsInNull(doc: Json, path: string): boolean {
  const keys = path.split('.');
  return keys.some((_, i) => at(doc, ...keys.slice(0, i + 1)) === null);
}

/** `drift` null: there is no such table at all. */
function refuseDrift(mapping: Mapping | undefined, drift: Drift | null): Refusal | null {
  if (!mapping) return null;
  const { missing, added } = drift ?? { missing: [mapping.header.join(', ')], added: [] };
  const listed = (names: readonly string[]) => names.join(', ') || '—';
  return refuse('mapping-drift', { name: mapping.name, missing: listed(missing), added: listed(added) });
}
