/**
 * Corrections (design.md §3.3): of what one path of this machine said for one account and capture time, as a table of
 * one's own or a mapped file, the content with the latest file time stands, whatever the order in which they came.
 */
import { groupBy } from '../domain/group-by.ts';
import { isTyped } from './feeds.ts';
import type { Db } from './open.ts';
import { openRemoval } from './remove-snapshots.ts';

export interface Corrections {
  /** Notes where a content was seen, and the time of its file there; whether this is new. */
  place(fileId: number, path: string, modifiedMs: number): boolean;
  /** Whether one of these files was seen there, as late or later. */
  isPlaced(fileIds: readonly number[], path: string, modifiedMs: number): boolean;
  /** Removes what a later content replaces where this file was seen, and this file's own where it is replaced. Gives the files they are of. */
  settle(fileId: number, nowMs: number): ReadonlySet<number>;
}

/** To be used within a transaction. */
export function openCorrections(db: Db): Corrections {
  const place = db.prepare(
    `INSERT INTO place (path, file_id, modified_at) VALUES (?, ?, ?) ON CONFLICT (path, file_id)
     DO UPDATE SET modified_at = excluded.modified_at WHERE excluded.modified_at > modified_at`,
  );
  const isPlaced = db
    .prepare(
      'SELECT 1 FROM place WHERE path = ? AND modified_at >= ? AND file_id IN (SELECT value FROM json_each(?)) LIMIT 1',
    )
    .pluck();
  const typed = db.prepare(`SELECT 1 FROM file WHERE id = ? AND ${isTyped('format')}`).pluck();
  // n: of this file or of another content of one of its paths. It goes if it stands at none of its own paths.
  const replaced = db.prepare(
    `SELECT DISTINCT n.id, n.file_id AS fileId
     FROM place a CROSS JOIN place b ON b.path = a.path CROSS JOIN capture n ON n.file_id = b.file_id
     WHERE a.file_id = @fileId AND n.captured_at IN (SELECT captured_at FROM snapshot WHERE file_id = @fileId)
       AND NOT EXISTS (
         SELECT 1 FROM place p WHERE p.file_id = n.file_id AND NOT EXISTS (
           SELECT 1 FROM place q CROSS JOIN capture m ON m.file_id = q.file_id AND m.captured_at = n.captured_at
             AND m.account_id = n.account_id AND m.held = 0
           WHERE q.path = p.path AND q.modified_at > p.modified_at))`,
  );
  const mark = db.prepare('UPDATE file SET corrected = 1 WHERE id = ?');
  return {
    place: (fileId, path, modifiedMs) => place.run(path, fileId, modifiedMs).changes > 0,
    isPlaced: (fileIds, path, modifiedMs) => isPlaced.get(path, modifiedMs, JSON.stringify(fileIds)) === 1,
    settle(fileId, nowMs) {
      if (typed.get(fileId) === undefined) return new Set();
      const found = replaced.all({ fileId }) as { id: number; fileId: number }[];
      if (found.length === 0) return new Set();
      const remove = openRemoval(db, nowMs);
      const files = groupBy(found, (one) => one.fileId);
      for (const [id, snapshots] of files) {
        mark.run(id);
        remove(
          id,
          snapshots.map((snapshot) => snapshot.id),
        );
      }
      return new Set(files.keys());
    },
  };
}
