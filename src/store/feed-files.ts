/** The files behind some feeds. */
import type { Db } from './open.ts';

interface FeedFile {
  readonly file: string;
  readonly sha256: string;
  readonly capturedMs: number;
  readonly importedMs: number;
  readonly rows: number;
}

/** One for each snapshot, by time of capture. */
export function readFeedFiles(db: Db, feedIds: readonly number[]): FeedFile[] {
  return db
    .prepare(
      `SELECT f.name AS file, f.sha256, n.captured_at AS capturedMs, f.imported_at AS importedMs, n.rows
       FROM snapshot n JOIN file f ON f.id = n.file_id
       WHERE n.feed_id IN (SELECT value FROM json_each(?)) ORDER BY n.captured_at, f.sha256, n.id`,
    )
    .all(JSON.stringify(feedIds)) as FeedFile[];
}
