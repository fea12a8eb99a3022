/** Writes the changes of an exported ledger: of each plan, rate and item's sales when all its lines are there. */
import type { LedgerRowOf } from '../domain/ledger-line.ts';
import { PLAN_FIELDS } from '../domain/ledger-line.ts';
import { indexOfTime } from '../domain/runs.ts';
import type { Key } from './change-tables.ts';
import { ChangeTables } from './change-tables.ts';
import type { Change, ChangeKind } from './delta.ts';
import { withoutRepeats } from './delta.ts';
import type { FactRow } from './facts.ts';
import { FACT_COLUMN_NAMES, FACT_KIND, openFacts } from './facts.ts';
import type { Db } from './open.ts';
import type { RateRow } from './rates.ts';
import { RATE_SHAPE } from './rates.ts';
import { SALES_SHAPE, salesRow } from './sales.ts';
import type { SqlValue } from './statements.ts';

type PlanField = keyof typeof PLAN_FIELDS;
const OTHER_NAMES: Readonly<Partial<Record<PlanField, string>>> = {
  plan_type: 'kind',
  plan_name: 'name',
  plan_state: 'state',
};

/** Columns of the table `fact`, with the fields of a plan's line that stand for them. */
export const PLAN_COLUMNS: readonly (readonly [column: string, field: PlanField])[] = (
  Object.keys(PLAN_FIELDS) as PlanField[]
).map((field) => [OTHER_NAMES[field] ?? field, field]);

type ChangeRow = LedgerRowOf<'plan' | 'rate' | 'sales'>;

export interface LedgerChanges {
  /** Takes the next row, of a key in a feed that has nothing of it yet. `times`: the captures that are written of the feed, ascending. */
  add(row: ChangeRow, key: Key, times: readonly number[]): void;
  /** Writes what is waiting. */
  finish(): void;
  /** Rows written so far. */
  written(): number;
}

export function openChanges(db: Db): LedgerChanges {
  const [facts, rates, sales] = [openFacts(db), new ChangeTables(db, RATE_SHAPE), new ChangeTables(db, SALES_SHAPE)];
  const plans = new KeyRows(FACT_KIND, ({ ownerId, feedId }, rows) => facts.addRows(ownerId, feedId, rows));
  const ofRates = new KeyRows(RATE_SHAPE, (key, rows) => rates.replace(key, [], rows));
  const ofSales = new KeyRows(SALES_SHAPE, (key, rows) => sales.replace(key, [], rows));
  return {
    written: () => plans.written + ofRates.written + ofSales.written,
    add(row, key, times): void {
      if (row.type === 'plan') plans.add(key, times, factRowOf(row));
      else if (row.type === 'rate') ofRates.add(key, times, rateRowOf(row));
      else ofSales.add(key, times, salesRow(row.at, row.sales_30d));
    },
    finish(): void {
      for (const rows of [plans, ofRates, ofSales]) rows.finish();
      for (const tables of [facts, rates, sales]) tables.flush();
    },
  };
}

/** The rows of one key, gathered until those of another come. */
class KeyRows<R extends Change> {
  written = 0;
  readonly #kind: ChangeKind<R>;
  readonly #write: (key: Key, rows: readonly R[]) => void;
  #key: Key | null = null;
  #times: readonly number[] = [];
  #rows: R[] = [];

  constructor(kind: ChangeKind<R>, write: (key: Key, rows: readonly R[]) => void) {
    this.#kind = kind;
    this.#write = write;
  }

  /** `times`: the captures that are written of the feed. */
  add(key: Key, times: readonly number[], row: R): void {
    const { ownerId, itemId, feedId } = this.#key ?? {};
    if (ownerId !== key.ownerId || itemId !== key.itemId || feedId !== key.feedId) this.finish();
    this.#key = key;
    this.#times = times;
    this.#rows.push(row);
  }

  finish(): void {
    const rows = withoutRepeats(rowsAt(this.#rows, this.#times, this.#kind), this.#kind);
    if (this.#key && rows.length > 0) this.#write(this.#key, rows);
    this.written += rows.length;
    this.#key = null;
    this.#rows = [];
  }
}

/** What some of the captures of a feed say, where `rows` are what all of them do. `times`: of these captures, ascending. */
function rowsAt<R extends Change>(rows: readonly R[], times: readonly number[], { carry }: ChangeKind<R>): R[] {
  return rows.flatMap((row, index) => {
    const at = times[indexOfTime(times, row.at)];
    const endsAt = rows[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (at === undefined || at >= endsAt) return [];
    return [at === row.at ? row : carry(row, at)];
  });
}

function factRowOf({ at, listed, line, ...fields }: LedgerRowOf<'plan'>): FactRow {
  if (listed === 0) return FACT_KIND.absent(at);
  const values = new Map<string, SqlValue>(PLAN_COLUMNS.map(([column, field]) => [column, fields[field]]));
  return { at, listed, line, values: FACT_COLUMN_NAMES.map((column) => values.get(column) ?? null) };
}

function rateRowOf({ at, listed, line, income, rate, cell }: LedgerRowOf<'rate'>): RateRow {
  return listed === 0 ? RATE_SHAPE.absent(at) : { at, listed, income, bp: rate, line, raw: cell };
}
