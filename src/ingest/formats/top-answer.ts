/**
 * Answers of the open platform (formats.md §6): where the rows are. The root is `<method>_response` and lists are
 * wrapped (`result_list.map_data`); with `simplify=true`, or after some clients, either or both are gone.
 */
import { stop } from '../findings.ts';
import { at, has, isList, isObject, type Json } from '../json.ts';

/**
 * One family of answers. The root says which it is. Without one the rows' own keys must say it, and say nothing else:
 * `commission_rate` is in 1/100 % in one family and in percent in another, so a row that could be either is not taken.
 */
export interface TopFamily {
  readonly format: string;
  /** Of the open platform, without `tbk`. */
  readonly methods: readonly string[];
  /** Keys that rows of this family alone have: without a root, one row at least must have one. */
  readonly ownKeys: readonly string[];
  /** Keys of other families: without a root, no row may have one. */
  readonly foreignKeys: readonly string[];
}

const LISTS = ['result_list', 'results', 'map_data'];
const ITEM_IDS = ['item_id', 'num_iid'];

/** Whether a document is an answer of this family. */
export function isTopAnswer(doc: Json, family: TopFamily): boolean {
  const root = rootOf(doc);
  if (root !== undefined) return isOf(family, root);
  const rows = findRows(doc, family) ?? [];
  return rows.some((row) => hasAny(row, family.ownKeys)) && !rows.some((row) => hasAny(row, family.foreignKeys));
}

/**
 * The rows of an answer, at least one. An answer without rows has an empty list, `""`, an empty wrapper, or no list at
 * all: what was searched for was not found, which says nothing of any plan.
 */
export function topRows(doc: Json, family: TopFamily): readonly Json[] {
  const root = rootOf(doc);
  const isOther = root !== undefined && !isOf(family, root);
  const rows = isOther ? null : findRows(root === undefined ? doc : at(doc, root), family);
  if (rows === null || (rows === undefined && root === undefined))
    return stop('not-this-format', { format: family.format });
  return rows === undefined || rows.length === 0 ? stop('no-rows') : rows;
}

function isOf({ methods }: TopFamily, root: string): boolean {
  return methods.some((method) => root === `tbk_${method}_response`);
}

function rootOf(doc: Json): string | undefined {
  return isObject(doc) ? Object.keys(doc).find((key) => key.endsWith('_response')) : undefined;
}

/** undefined: no list where one may stand; null: something else stands there. */
function findRows(body: Json | undefined, family: TopFamily): readonly Json[] | null | undefined {
  if (isList(body)) return body;
  if (isNothing(body)) return [];
  if (!isObject(body)) return null;
  const list = LISTS.map((key) => at(body, key)).find((value) => value !== undefined);
  if (list !== undefined) return unwrap(list);
  return hasAny(body, ITEM_IDS) && hasAny(body, family.ownKeys) ? [body] : undefined;
}

/** A list as it is, or in its wrapper: `{"map_data":[…]}`. */
function unwrap(list: Json): readonly Json[] | null {
  if (isList(list)) return list;
  if (isNothing(list)) return [];
  if (!isObject(list)) return null;
  const inner = Object.values(list);
  return inner.find(isList) ?? (inner.every(isNothing) ? [] : null);
}

function isNothing(value: Json | undefined): boolean {
  return value === null || value === '' || (isObject(value) && Object.keys(value).length === 0);
}

function hasAny(row: Json, keys: readonly string[]): boolean {
  return keys.some((key) => has(row, key));
}
