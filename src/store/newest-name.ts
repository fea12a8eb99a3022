/** Names and titles: the newest stands; of two of one time the greater, so that the order of import cannot show. */
import type { Statement } from 'better-sqlite3';
import type { Db } from './open.ts';

/** Gives a row another name, unless its own stands. `at`: when the name was read. */
export function prepareNaming(
  db: Db,
  table: 'shop' | 'item',
  column: 'nick' | 'title' | 'name',
): Statement<[{ readonly id: number; readonly name: string; readonly at: number }]> {
  return db.prepare(
    `UPDATE ${table} SET ${column} = @name, ${column}_at = @at WHERE id = @id
       AND (${column}_at IS NULL OR ${column}_at < @at OR (${column}_at = @at AND ${column} < @name))`,
  );
}
