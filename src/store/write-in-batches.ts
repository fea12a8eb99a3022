/** Writes rows many at a time: one by one they take twice as long. */
import type { Db } from './open.ts';

const ROWS_AT_ONCE = 16;

export interface BatchWriter {
  /** May keep the row waiting until `flush`. */
  add(...row: (number | string | null)[]): void;
  flush(): void;
  /** Gives up what is waiting: the transaction is rolled back. */
  forget(): void;
}

/** `into`: the statement up to its values. `prepare` is called before anything is written: rows that these refer to must stand. */
export function writeInBatches(db: Db, into: string, columns: number, prepare: () => void = () => {}): BatchWriter {
  const row = `(${Array(columns).fill('?').join(', ')})`;
  const one = db.prepare(`${into} VALUES ${row}`);
  const many = db.prepare(`${into} VALUES ${Array(ROWS_AT_ONCE).fill(row).join(', ')}`);
  const waiting: (number | string | null)[] = [];
  return {
    add(...values) {
      waiting.push(...values);
      if (waiting.length < ROWS_AT_ONCE * columns) return;
      prepare();
      many.run(waiting);
      waiting.length = 0;
    },
    flush() {
      prepare();
      for (let i = 0; i < waiting.length; i += columns) one.run(waiting.slice(i, i + columns));
      waiting.length = 0;
    },
    forget() {
      waiting.length = 0;
    },
  };
}
