/** The mappings that a run reads by. Gives what is wrong as a value: it is a part of its own, whose errors main would not know. */

import { mappingsOf } from '../config/mapping-shape.ts';
import type { ConfigValues } from '../config/shape.ts';
import type { Fault } from '../errors.ts';
import type { Host } from '../host.ts';
import type { MappingChoice } from '../ingest/mapping.ts';

/** All of the configuration; with a name that one alone, or those of the file that has this name. */
export async function chooseMappings(
  name: string | undefined,
  configured: ConfigValues['mappings'],
  host: Host,
): Promise<MappingChoice | Fault> {
  const known = mappingsOf(configured);
  if (name === undefined) return { mappings: known, only: false };
  const named = known.filter((mapping) => mapping.name === name);
  if (named.length > 0) return { mappings: named, only: true };
  const names = known.map((mapping) => mapping.name).join(', ') || '—';
  if (!host.exists(name)) return { code: 'unknown-mapping', args: { name, known: names } };
  const { readConfig } = await import('../config/read.ts');
  const file = readConfig(name, host);
  if ('code' in file) return file;
  const mappings = mappingsOf(file.values.mappings);
  return mappings.length === 0 ? { code: 'no-mappings', args: { path: name } } : { mappings, only: true };
}
