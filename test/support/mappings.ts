/** Mappings of the fixtures. */
import { checkShape } from '../../src/config/check.ts';
import { MAPPINGS, mappingsOf } from '../../src/config/mapping-shape.ts';
import type { MappingChoice } from '../../src/ingest/mapping.ts';
import { fixtureBytes } from './exports.ts';

/** From the text of a configuration; throws what is wrong with it. */
export function parseMappings(text: string): MappingChoice {
  const checked = checkShape(MAPPINGS, JSON.parse(text).mappings);
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return { mappings: mappingsOf(checked.values), only: false };
}

export function fixtureMapping(name: string): MappingChoice {
  return parseMappings(new TextDecoder().decode(fixtureBytes(`mappings/${name}.json`)));
}
