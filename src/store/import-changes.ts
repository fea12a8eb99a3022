/** Writes the changes of an exported ledger: of each plan, rate and item's sales when all its lines are there. */
import type { LedgerRowOf, PLAN_LINE_FIELDS } from '../domain/ledger-line.ts';
import { indexOfTime } from '../domain/runs.ts';
import { ChangeTables, type Key, type TableShape } from './change-tables.ts';
import { type ChangeKind, type StoredRow, withoutRepeats } from './delta.ts';
import { ALL_COLUMNS, FACT_SHAPE, type StoredFacts } from './facts.ts';
import type { Db } from './open.ts';
import { RATE_SHAPE, type StoredRate } from './rates.ts';
import { SALES_SHAPE, salesRow } from './sales.ts';

type PlanField = keyof typeof PLAN_LINE_FIELDS;
const OTHER_NAMES: Readonly<Record<string, PlanField>> = { kind: 'plan_type', name: 'plan_name', state: 'plan_state' };

/** Columns of the table `fact`, with the fields of a plan's line that stand for them. */
export const PLAN_COLUMNS = ALL_COLUMNS.map(
  (column) => [column, OTHER_NAMES[column] ?? (column as PlanField)] as const,
);

type ChangeRow = LedgerRowOf<'plan' | 'rate' | 'sales'>;

/** Of a feed of the document, the captures that are written to one of this ledger. */
export interface NewCaptures {
  /** Ascending. */
  readonly times: readonly number[];
  /** The newest capture of this ledger's feed, which the document has, too; null: the feed is new. */
  readonly since: number | null;
}

/** Writes changes of plans, rates and sales. Those of one key must come together. */
export function openChanges(db: Db) {
  const plans = new KeyRows(db, FACT_SHAPE);
  const rates = new KeyRows(db, RATE_SHAPE);
  const sales = new KeyRows(db, SALES_SHAPE);
  return {
    /** Rows so far. */
    written: () => plans.written + rates.written + sales.written,
    add(row: ChangeRow, key: Key, captures: NewCaptures): void {
      if (row.type === 'plan') plans.add(key, captures, factRowOf(row));
      else if (row.type === 'rate') rates.add(key, captures, rateRowOf(row));
      else sales.add(key, captures, salesRow(row.at, row.sales_30d));
    },
    finish(): void {
      for (const rows of [plans, rates, sales]) rows.finish();
    },
  };
}

const NO_CAPTURES: NewCaptures = { times: [], since: null };

/** The rows of one key, gathered until those of another come. */
class KeyRows<R extends StoredRow> {
  written = 0;
  readonly #shape: TableShape<R>;
  readonly #tables: ChangeTables<R>;
  #key: Key | null = null;
  #captures = NO_CAPTURES;
  #rows: R[] = [];

  constructor(db: Db, shape: TableShape<R>) {
    this.#shape = shape;
    this.#tables = new ChangeTables(db, shape);
  }

  add(key: Key, captures: NewCaptures, row: R): void {
    const { ownerId, itemId, feedId } = this.#key ?? {};
    if (ownerId !== key.ownerId || itemId !== key.itemId || feedId !== key.feedId) this.#write();
    this.#key = key;
    this.#captures = captures;
    this.#rows.push(row);
  }

  finish(): void {
    this.#write();
    this.#tables.flush();
  }

  #write(): void {
    const { times, since } = this.#captures;
    // What holds since before the new captures stands in this ledger already.
    const said = since === null ? this.#rows : this.#rows.filter(({ at }) => at > since);
    const added = rowsAt(said, times, this.#shape);
    if (this.#key && added.length > 0) {
      const before = since === null ? [] : this.#tables.rowsOf(this.#key);
      const rows = withoutRepeats([...before, ...added], this.#shape);
      if (rows.length > before.length) this.#tables.replace(this.#key, before, rows);
      this.written += rows.length - before.length;
    }
    this.#key = null;
    this.#rows = [];
  }
}

/** What some of the captures of a feed say, where `rows` are what all of them do. `times`: of these captures, ascending. */
function rowsAt<R extends StoredRow>(rows: readonly R[], times: readonly number[], { carry }: ChangeKind<R>): R[] {
  return rows.flatMap((row, index) => {
    const at = times[indexOfTime(times, row.at)];
    const endsAt = rows[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (at === undefined || at >= endsAt) return [];
    return [at === row.at ? row : carry(row, at)];
  });
}

function factRowOf({ at, listed, line, ...fields }: LedgerRowOf<'plan'>): StoredFacts {
  return listed === 0
    ? FACT_SHAPE.absent(at)
    : { at, listed, line, values: PLAN_COLUMNS.map(([, field]) => fields[field]) };
}

function rateRowOf({ at, listed, line, income, rate, cell }: LedgerRowOf<'rate'>): StoredRate {
  return listed === 0 ? RATE_SHAPE.absent(at) : { at, listed, income, bp: rate, line, raw: cell };
}
