/** Snapshots that were held back (alarm.ts): kept in streams of their own until they are released or discarded. */
import type { Alarm } from './alarm.ts';
import type { Db } from './open.ts';

export function addHold(db: Db, fileId: number, { reason, args }: Alarm): void {
  db.prepare('INSERT INTO hold (file_id, reason, args) VALUES (?, ?, ?)').run(fileId, reason, JSON.stringify(args));
}

/** Files held back of which one of these snapshots is; all of them when `snapshotIds` is null. Discarded ones are gone for good. */
export function findHolds(db: Db, snapshotIds: readonly number[] | null): number[] {
  const held = db
    .prepare('SELECT DISTINCT file_id AS fileId, n.id FROM hold JOIN snapshot n USING (file_id) WHERE discarded = 0')
    .all() as {
    fileId: number;
    id: number;
  }[];
  return [
    ...new Set(held.filter((row) => snapshotIds === null || snapshotIds.includes(row.id)).map((row) => row.fileId)),
  ];
}

/** From now on the file's snapshots count like any other. They stay in streams of their own, which changes no answer. */
export function releaseHold(db: Db, fileId: number): void {
  db.prepare('UPDATE stream SET held = 0 WHERE id IN (SELECT stream_id FROM snapshot WHERE file_id = ?)').run(fileId);
  db.prepare('DELETE FROM hold WHERE file_id = ?').run(fileId);
}

/** Forgets what the file said, and remembers its digest, so that the next sync does not hold it back again. */
export function discardHold(db: Db, fileId: number): void {
  const streams = db.prepare('SELECT stream_id FROM snapshot WHERE file_id = ?').pluck().all(fileId) as number[];
  db.prepare('DELETE FROM snapshot WHERE file_id = ?').run(fileId);
  for (const streamId of streams) {
    db.prepare('DELETE FROM rate WHERE stream_id = ?').run(streamId);
    db.prepare('DELETE FROM fact WHERE stream_id = ?').run(streamId);
    db.prepare('DELETE FROM stream WHERE id = ?').run(streamId);
  }
  db.prepare('UPDATE hold SET discarded = 1 WHERE file_id = ?').run(fileId);
}

export function fileNameOf(db: Db, fileId: number): string {
  return db.prepare('SELECT name FROM file WHERE id = ?').pluck().get(fileId) as string;
}
