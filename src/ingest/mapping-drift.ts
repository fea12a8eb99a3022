/** Files that a mapping was made for, but whose columns are no longer those that it knows. */
import type { Refusal } from './findings.ts';
import { refuse } from './findings.ts';
import type { Json } from './json.ts';
import { at } from './json.ts';
import type { Drift, Mapping, MappingChoice } from './mapping.ts';
import { closestMapping, driftOf } from './mapping.ts';
import { pathsOf, rowsAt } from './mapping-formats.ts';

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
