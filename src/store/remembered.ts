/** What was worked out of the whole ledger, kept as long as the ledger says the same. */
import type { Db } from './open.ts';
import { writeUnlessChanged } from './told.ts';

/**
 * Another text where the ledger may tell something else of rates and memberships until its newest capture: an exit that was noted
 * later is left out.
 */
const STAMP = `SELECT json_array(
  (SELECT json_array(max(id), total(generation), count(discarded_at), count(accepted_at)) FROM file),
  (SELECT json_array(count(*), max(id), total(captured_at)) FROM snapshot),
  (SELECT count(*) FROM feed WHERE held = 1),
  (SELECT json_array(count(*), total(at)) FROM reported_exit WHERE at <= (SELECT max(captured_at) FROM snapshot)),
  @question)`;

/** What was remembered of this ledger for a question; null: nothing. */
export function readRemembered(db: Db, question: string): string | null {
  const read = db.prepare(`SELECT value FROM remembered WHERE stamp = (${STAMP})`).pluck();
  return (read.get({ question }) as string | undefined) ?? null;
}

/** In place of what was remembered before. `version`: see `writeUnlessChanged`. */
export function remember(db: Db, path: string, version: unknown, question: string, value: string): void {
  writeUnlessChanged(db, path, version, () => {
    db.prepare('DELETE FROM remembered').run();
    db.prepare(`INSERT INTO remembered (stamp, value) VALUES ((${STAMP}), @value)`).run({ question, value });
  });
}
