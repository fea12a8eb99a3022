/** What is remembered of the sources of the configuration: when each last brought something new, and the version of a download. */
import { existsSync } from 'node:fs';
import { TkguardError } from '../errors.ts';
import { type Db, openForReading } from './open.ts';

/** A version of a download, as the server called it: asked about, it says whether there is a newer one. */
export interface Version {
  /** Digest of the address and of everything else that decides what it is taken in as. */
  readonly address: string;
  readonly tag: string | null;
  readonly modified: string | null;
}

const NO_VERSION: Readonly<Record<keyof Version, string | null>> = { address: null, tag: null, modified: null };

export interface SourceRecord {
  readonly name: string;
  /** When it was first read. */
  readonly firstMs: number;
  /** When it last brought an export that was not known; null: never. */
  readonly newMs: number | null;
  readonly version: Version | null;
}

/** By name. */
export function readSources(db: Db): ReadonlyMap<string, SourceRecord> {
  const rows = db
    .prepare('SELECT name, first_at AS firstMs, new_at AS newMs, address, tag, modified FROM source')
    .all() as (Omit<SourceRecord, 'version'> & typeof NO_VERSION)[];
  return new Map(
    rows.map(({ address, tag, modified, ...source }) => {
      const version = address === null ? null : { address, tag, modified };
      return [source.name, { ...source, version }];
    }),
  );
}

/** What is known before a sync; nothing where there is no database yet, or an older one. */
export function readSourcesOf(path: string): ReadonlyMap<string, SourceRecord> {
  if (!existsSync(path)) return new Map();
  try {
    const db = openForReading(path);
    try {
      return readSources(db);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof TkguardError && error.code === 'db-older') return new Map();
    throw error;
  }
}

/** `isNew`: it brought something now. A `version` of null leaves the one that is known. */
export function recordSource(
  db: Db,
  source: { readonly name: string; readonly nowMs: number; readonly isNew: boolean; readonly version: Version | null },
): void {
  const { name, nowMs, isNew, version } = source;
  const newMs = isNew ? nowMs : null;
  db.prepare(
    `INSERT INTO source (name, first_at, new_at, address, tag, modified) VALUES (@name, @nowMs, @newMs, @address, @tag, @modified)
     ON CONFLICT (name) DO UPDATE SET new_at = coalesce(excluded.new_at, new_at),
       address = coalesce(excluded.address, address),
       tag = iif(excluded.address IS NULL, tag, excluded.tag),
       modified = iif(excluded.address IS NULL, modified, excluded.modified)`,
  ).run({ name, nowMs, newMs, ...(version ?? NO_VERSION) });
}
