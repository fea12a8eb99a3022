/** When captures were imported. */
import type { Db } from './open.ts';

/** Gives the moment from which all of some feeds was known that was captured at a moment. */
export function openImportTimes(db: Db): (feedIds: readonly number[], capturedMs: number) => number | null {
  const find = db
    .prepare(
      `SELECT max(f.imported_at) FROM snapshot n JOIN file f ON f.id = n.file_id
       WHERE n.captured_at = ? AND n.feed_id IN (SELECT value FROM json_each(?))`,
    )
    .pluck();
  const known = new Map<string, number | null>();
  return (feedIds, capturedMs) => {
    const key = `${capturedMs} ${feedIds}`;
    const found = known.get(key) ?? (find.get(capturedMs, JSON.stringify(feedIds)) as number | null);
    known.set(key, found);
    return found;
  };
}
