/** Digests of the objects of remotes whose content this ledger has: those that were pulled, and its own. */
import type { Db } from './open.ts';
import { guard, hasDatabase, openForReading } from './open.ts';

/** Empty where there is no database yet. */
export function readShared(path: string): Set<string> {
  if (!hasDatabase(path)) return new Set();
  const db = openForReading(path);
  try {
    return guard(path, () => new Set(db.prepare('SELECT sha256 FROM shared').pluck().all() as string[]));
  } finally {
    db.close();
  }
}

export function noteShared(db: Db, digests: readonly string[]): void {
  const note = db.prepare('INSERT OR IGNORE INTO shared (sha256) VALUES (?)');
  for (const sha256 of digests) note.run(sha256);
}
