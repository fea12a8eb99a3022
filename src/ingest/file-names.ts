/** What the name of a file says: whether it may be an export, and ids that its content is about and does not say. */
import { stop } from './findings.ts';
import type { KnownIds } from './format.ts';

/**
 * Numbers; of items also the opaque ids since 2022, which mix capitals, small letters and digits (formats.md §1.3).
 * Any looser, and a name such as `item-search-2026-11-20.json` would hold an id.
 */
const ID_IN_NAME = /^(?:(seller|item|campaign|keeper)-(-?\d+)|(item)-((?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{16,}))$/;

/** Ids that the body lacks, from flags and the file's name: `shop-campaigns.seller-2166356588.json`. Two that differ are refused. */
export function idsOf(given: KnownIds, name: string): KnownIds {
  // Of a file in an archive (`exports.zip: joined.json`) only its own name counts.
  const parts = (name.split(/[\\/]|: /).at(-1) ?? '').split(/[.,\s()]+/);
  const found = parts.flatMap((part) => {
    const [, numbered, number, named, id = number] = ID_IN_NAME.exec(part) ?? [];
    const kind = (numbered ?? named) as keyof KnownIds | undefined;
    return kind && id !== undefined ? [[kind, id] as const] : [];
  });
  return addIds(given, found);
}

/** Two ids of one thing that differ are refused. */
export function addIds(given: KnownIds, found: readonly (readonly [kind: keyof KnownIds, id: string])[]): KnownIds {
  const ids: Record<keyof KnownIds, string | null> = { ...given };
  for (const [kind, id] of found) {
    if (ids[kind] !== null && ids[kind] !== id) stop('ambiguous-id', { kind, ids: `${ids[kind]}, ${id}` });
    ids[kind] = id;
  }
  return ids;
}

const ENDINGS = new Set('csv tsv txt json jsonl ndjson xls xlsx html htm har gz zip'.split(' '));

/** Whether a text among exports is a note: its first line is no row of a table. */
export function isMemo(name: string, head: string): boolean {
  const [line = ''] = head.trimStart().split('\n');
  return /\.txt$/i.test(name) && !/[\t,;{[]/.test(line);
}

/** Whether a file of this name, without its folders, is tried. Hidden files are not, nor what Office puts beside an open file. */
export function isExportName(name: string): boolean {
  const [, ending] = /\.([^.]+)$/.exec(name) ?? [];
  return !/^(\.|~\$)/.test(name) && ending !== undefined && ENDINGS.has(ending.toLowerCase());
}
