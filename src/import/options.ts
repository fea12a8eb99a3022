/** How the files of one call, or of one source, are read. */
import type { Config } from '../config/shape.ts';
import type { Accepting } from '../domain/snapshot.ts';
import { parseTime, type Zone } from '../domain/time.ts';
import { TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { RateUnit } from '../ingest/cells.ts';
import type { KnownIds } from '../ingest/format.ts';
import type { MappingChoice } from '../ingest/mapping.ts';

export interface ImportOptions extends Accepting {
  readonly account: string;
  readonly capturedMs: number | null;
  readonly format: string | null;
  readonly partial: boolean;
  readonly skipBadRows: boolean;
  /** Import again what was discarded. */
  readonly again: boolean;
  readonly ids: KnownIds;
  readonly mapping: MappingChoice;
  /** Unit of bare rates of our own tables; null: not said. */
  readonly rateUnit: RateUnit | null;
}

/** The flags that say what files are; a source of the configuration gives some of them, too. */
export interface ImportFlags {
  readonly account?: string;
  readonly capturedAt?: string;
  /** What the files are: a format, or `map:` and the name of a mapping. */
  readonly as?: string;
  readonly map?: string;
  readonly seller?: string;
  readonly keeper?: string;
  readonly item?: string;
  readonly campaign?: string;
  readonly partial?: boolean;
  readonly rateUnit?: 'percent' | 'fraction';
  readonly skipBadRows?: boolean;
  readonly acceptRemovals?: boolean;
  readonly acceptRates?: boolean;
  readonly again?: boolean;
}

export interface ImportWorld {
  readonly host: Host;
  readonly config: Config;
  readonly zone: Zone;
}

const MAP = 'map:';

/** What the flags mean. Throws `bad-option`. */
export async function importOptionsOf(flags: ImportFlags, { host, config, zone }: ImportWorld): Promise<ImportOptions> {
  const captured = flags.capturedAt === undefined ? null : parseTime(flags.capturedAt, zone);
  const given = { option: '--captured-at', value: flags.capturedAt ?? '' };
  if (flags.capturedAt !== undefined && !captured)
    throw new TkguardError('bad-option', { ...given, expected: '2026-11-20, 2026-11-20 09:30' });
  if (captured && captured.ms > host.now()) throw new TkguardError('time-to-come', given);
  const format = flags.as?.startsWith(MAP) ? undefined : flags.as;
  const mapping = flags.map ?? (format === flags.as ? undefined : flags.as?.slice(MAP.length));
  return {
    account: flags.account?.trim() || config.values.account || 'default',
    capturedMs: captured?.ms ?? null,
    format: format === undefined ? null : await knownFormat(format),
    mapping: await mappingChoice(mapping, host, config),
    partial: flags.partial === true,
    rateUnit: flags.rateUnit ?? null,
    skipBadRows: flags.skipBadRows === true,
    acceptRemovals: flags.acceptRemovals === true,
    acceptRates: flags.acceptRates === true,
    again: flags.again === true,
    ids: {
      seller: flags.seller ?? null,
      keeper: flags.keeper ?? null,
      item: flags.item ?? null,
      campaign: flags.campaign ?? null,
    },
  };
}

async function knownFormat(value: string): Promise<string> {
  const { FORMATS } = await import('../ingest/formats/registry.ts');
  const known = FORMATS.map(({ id }) => id);
  const format = value.trim();
  if (!known.includes(format))
    throw new TkguardError('bad-option', { option: '--as', value, expected: known.join(', ') });
  return format;
}

/** All mappings of the configuration; with a name that one alone, or those of the file that has this name. */
async function mappingChoice(name: string | undefined, host: Host, config: Config): Promise<MappingChoice> {
  const { mappings } = config.values;
  if (name === undefined && mappings === undefined) return { mappings: [], only: false };
  const { mappingsOf } = await import('../config/mapping-shape.ts');
  const known = mappingsOf(mappings);
  if (name === undefined) return { mappings: known, only: false };
  const named = known.filter((mapping) => mapping.name === name);
  if (named.length > 0) return { mappings: named, only: true };
  if (!host.exists(name)) {
    const names = known.map((mapping) => mapping.name).join(', ') || '—';
    throw new TkguardError('unknown-mapping', { name, known: names });
  }
  const { readConfig } = await import('../config/read.ts');
  const file = readConfig(name, host);
  if ('code' in file) throw TkguardError.of(file);
  const read = mappingsOf(file.values.mappings);
  if (read.length === 0) throw new TkguardError('no-mappings', { path: name });
  return { mappings: read, only: true };
}
