/** Writes rows many at a time: one by one they take twice as long. */
import type { Db } from './open.ts';

const ROWS_AT_ONCE = 16;

export type SqlValue = number | string | null;

export interface BatchWriter {
  /** May keep the row waiting until `flush`. */
  add(...row: SqlValue[]): void;
  flush(): void;
  /** Gives up what is waiting: the transaction is rolled back. */
  forget(): void;
}

/** `into`: the statement up to its values. `prepare` is called before anything is written: rows that these refer to must stand. */
export function writeInBatches(db: Db, into: string, columns: number, prepare: () => void = () => {}): BatchWriter {
  const row = `(${Array(columns).fill('?').join(', ')})`;
  /** By the number of their rows, prepared when first needed. */
  const inserts: ReturnType<Db['prepare']>[] = [];
  const insertOf = (rows: number) => {
    inserts[rows] ??= db.prepare(`${into} VALUES ${Array(rows).fill(row).join(', ')}`);
    return inserts[rows];
  };
  let waiting: SqlValue[] = [];
  const forget = () => {
    waiting = [];
  };
  const flush = () => {
    prepare();
    if (waiting.length > 0) insertOf(waiting.length / columns).run(waiting);
    forget();
  };
  return {
    add(...values) {
      for (const value of values) waiting.push(value);
      if (waiting.length === ROWS_AT_ONCE * columns) flush();
    },
    flush,
    forget,
  };
}
