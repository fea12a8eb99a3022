/**
 * Reads a query by handing the columns of each row to a function.
 *
 * A row as an object costs 3.5 µs and as an array 2 µs, nearly all of it for making the object through the library; as
 * arguments of a function it costs 0.4 µs. SQLite passes columns to functions only, so the query is wrapped in an
 * aggregate function of our own, through which every row goes.
 */
import type { Db } from './open.ts';

let made = 0;

/**
 * Prepares a query; each run hands its rows to `visit`, in the query's order: SQLite keeps that of a subquery for aggregates
 * which are not its own. `visit` takes the aggregate's total, which means nothing here, then the columns; it must not ask the database.
 */
export function prepareVisit<P extends object, Row extends readonly unknown[]>(
  db: Db,
  columns: readonly string[],
  query: string,
  visit: (total: unknown, ...row: Row) => void,
): (parameters: P) => void {
  const name = `visit_${made++}`;
  db.aggregate(name, { start: 0, step: visit as unknown as (total: unknown, next: unknown) => void });
  const statement = db.prepare(`SELECT ${name}(${columns.join(', ')}) FROM (${query})`);
  return (parameters) => void statement.get(parameters);
}
