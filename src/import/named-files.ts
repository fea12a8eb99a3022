/** What the paths of a call lead to, with the options that it is read with. */
import { resolve, sep } from 'node:path';
import type { ConfigSource } from '../config/shape.ts';
import { groupBy } from '../domain/group-by.ts';
import { type ImportFlags, type ImportOptions, type ImportWorld, importOptionsOf } from './options.ts';
import { collectSources, type FoundFiles, isPattern } from './paths.ts';

export interface NamedFiles extends FoundFiles {
  readonly importOptions: ImportOptions;
}

/** A file in the folder of a source belongs to the account of that source, however it is named. Throws as `collectSources`. */
export async function namedFiles(
  paths: readonly string[],
  flags: ImportFlags,
  world: ImportWorld,
): Promise<NamedFiles[]> {
  const { files, outcomes } = await collectSources(paths, world.host);
  const { sources = [] } = world.config.values;
  const groups = groupBy(files, ({ path }) => sourceHolding(path, sources));
  const ordinary = { files: groups.get(null) ?? [], outcomes, importOptions: await importOptionsOf(flags, world) };
  const named: NamedFiles[] = [ordinary];
  for (const [source, own] of groups) {
    if (source === null) continue;
    const { account = source.account, partial = source.partial } = flags;
    const read = { ...flags, ...(account !== undefined && { account }), ...(partial !== undefined && { partial }) };
    named.push({ files: own, outcomes: [], importOptions: await importOptionsOf(read, world) });
  }
  return named;
}

/** Of folders within each other the innermost. */
function sourceHolding(file: string | undefined, sources: readonly ConfigSource[]): ConfigSource | null {
  if (file === undefined) return null;
  const placeOf = ({ path = '' }: ConfigSource) =>
    isPattern(path) ? path.replace(/[\\/][^\\/]*[*?[\]{}].*$/s, '') : path;
  const isHeld = (source: ConfigSource) => {
    const place = resolve(placeOf(source));
    return source.path !== undefined && (file === place || file.startsWith(place.endsWith(sep) ? place : place + sep));
  };
  return sources.filter(isHeld).toSorted((a, b) => placeOf(b).length - placeOf(a).length)[0] ?? null;
}
