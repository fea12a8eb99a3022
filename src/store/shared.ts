/** What this ledger has to do with remotes: digests of objects whose content it has, and when it was exchanged. */
import { ledgerId } from './export-ledger.ts';
import { type Db, guard, hasDatabase, openForReading } from './open.ts';

interface Exchange {
  readonly pushedMs: number | null;
  readonly pulledMs: number | null;
}

export interface Shared {
  /** null where there is no database yet. */
  readonly ledger: string | null;
  /** Of objects that were pulled, and its own. */
  readonly digests: Set<string>;
  /** By the name of the remote. */
  readonly exchanges: ReadonlyMap<string, Exchange>;
}

/** Throws what keeps the database from being read. */
export function readShared(path: string): Shared {
  if (!hasDatabase(path)) return { ledger: null, digests: new Set(), exchanges: new Map() };
  const db = openForReading(path);
  try {
    return guard(path, () => {
      const digests = db.prepare('SELECT sha256 FROM shared').pluck().all() as string[];
      const exchanges = db
        .prepare('SELECT name, pushed_at AS pushedMs, pulled_at AS pulledMs FROM remote')
        .all() as (Exchange & { readonly name: string })[];
      return {
        ledger: ledgerId(db),
        digests: new Set(digests),
        exchanges: new Map(exchanges.map((exchange) => [exchange.name, exchange])),
      };
    });
  } finally {
    db.close();
  }
}

/** Remembers objects whose content this ledger has, and that it was pushed to, or pulled from, these remotes now. */
export function noteShared(
  db: Db,
  deed: 'pushed' | 'pulled',
  { digests, remotes, nowMs }: { digests: readonly string[]; remotes: readonly string[]; nowMs: number },
): void {
  const note = db.prepare('INSERT OR IGNORE INTO shared (sha256) VALUES (?)');
  for (const sha256 of digests) note.run(sha256);
  const exchange = db.prepare(
    `INSERT INTO remote (name, ${deed}_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET ${deed}_at = excluded.${deed}_at`,
  );
  for (const name of remotes) exchange.run(name, nowMs);
}
