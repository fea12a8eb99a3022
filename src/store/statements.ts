/** Statements that are prepared once, and rows that are read and written with few calls. */
import type { Statement } from 'better-sqlite3';
import type { Db } from './open.ts';

const known = new WeakMap<Db, Map<string, Statement<unknown[]>>>();

/** A statement that is run for each file or row: prepared once for a connection. */
export function prepared(db: Db, sql: string): Statement<unknown[]> {
  const ofDb = known.get(db) ?? new Map<string, Statement<unknown[]>>();
  known.set(db, ofDb);
  const statement = ofDb.get(sql) ?? db.prepare<unknown[]>(sql);
  ofDb.set(sql, statement);
  return statement;
}

let made = 0;

/** Hands each row of a query to `visit`, which must not ask the database. */
export type Visit<Row extends readonly unknown[]> = (parameters: object, visit: (...row: Row) => void) => void;

/**
 * Prepares a query of many rows; they come in its order. SQLite passes columns to functions only, so every row goes through
 * an aggregate function of our own, whose total means nothing.
 */
export function prepareVisit<Row extends readonly unknown[]>(
  db: Db,
  columns: readonly string[],
  query: string,
): Visit<Row> {
  const name = `visit_${made++}`;
  let visitRow: ((...row: Row) => void) | null = null;
  const step = (_total: unknown, ...row: Row) => visitRow?.(...row);
  db.aggregate(name, { varargs: true, start: 0, step: step as unknown as (total: unknown, next: unknown) => void });
  const statement = db.prepare(`SELECT ${name}(${columns.join(', ')}) FROM (${query})`);
  return (parameters, visit) => {
    visitRow = visit;
    statement.get(parameters);
    // Else what it holds would stay in memory.
    visitRow = null;
  };
}

export type SqlValue = number | string | null;

/** Rows of one statement; SQLite gains nothing from more. */
const ROWS_AT_ONCE = 32;

/** Inserts rows, many by one statement. */
export class RowInserter {
  readonly #db: Db;
  readonly #into: string;
  readonly #width: number;
  /** By the number of their rows. */
  readonly #statements: Statement<unknown[]>[] = [];
  /** Values of the rows that wait are the first `#count`. */
  readonly #waiting: SqlValue[];
  #count = 0;

  /** `into`: the statement up to its values; `width`: how many are those of a row. */
  constructor(db: Db, into: string, width: number) {
    this.#db = db;
    this.#into = into;
    this.#width = width;
    this.#waiting = new Array<SqlValue>(ROWS_AT_ONCE * this.#width).fill(null);
  }

  /** May keep the row waiting until `flush`. */
  add(...values: readonly SqlValue[]): void {
    const waiting = this.#waiting;
    let count = this.#count;
    for (let i = 0; i < values.length; i++) waiting[count++] = values[i] as SqlValue;
    this.#count = count;
    if (count === waiting.length) this.flush();
  }

  flush(): void {
    const [count, all] = [this.#count, this.#waiting];
    this.forget();
    if (count > 0) this.#statementOf(count / this.#width).run(count === all.length ? all : all.slice(0, count));
  }

  /** Gives up what is waiting: the transaction is rolled back. */
  forget(): void {
    this.#count = 0;
  }

  #statementOf(rows: number): Statement<unknown[]> {
    const known = this.#statements[rows];
    if (known) return known;
    const row = `(${Array(this.#width).fill('?').join(', ')})`;
    const made = this.#db.prepare(`${this.#into} VALUES ${Array(rows).fill(row).join(', ')}`);
    this.#statements[rows] = made;
    return made;
  }
}
