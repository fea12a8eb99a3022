/** Inserts many rows with few statements. */
import type { Statement } from 'better-sqlite3';
import type { Db } from './open.ts';

export type SqlValue = number | string | null;

/** Rows of one statement; SQLite gains nothing from more. */
const ROWS_AT_ONCE = 32;

export class RowInserter {
  readonly #db: Db;
  readonly #into: string;
  readonly #row: string;
  readonly #width: number;
  /** By the number of their rows. */
  readonly #statements: Statement<unknown[]>[] = [];
  /** Values of the rows that wait are the first `#count`. */
  readonly #waiting: SqlValue[];
  #count = 0;

  /** `into`: the statement up to its values. `row`: those of one row, `(?, ?, 1)`; each `?` is given to `add`. */
  constructor(db: Db, into: string, row: string) {
    this.#db = db;
    this.#into = into;
    this.#row = row;
    this.#width = row.split('?').length - 1;
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
    const made = this.#db.prepare(`${this.#into} VALUES ${Array(rows).fill(this.#row).join(', ')}`);
    this.#statements[rows] = made;
    return made;
  }
}
