/** Writes the changes of an exported ledger: of each plan, rate and item's sales when all its lines are there. */
import { type LedgerRowOf, PLAN_LINE_FIELDS } from '../domain/ledger-line.ts';
import { indexOfTime } from '../domain/runs.ts';
import { ChangeTables, type Key } from './change-tables.ts';
import { type ChangeKind, type StoredRow, withoutRepeats } from './delta.ts';
import { FACT_COLUMN_NAMES, FACT_KIND, openFacts, type StoredFacts } from './facts.ts';
import type { Db } from './open.ts';
import { RATE_SHAPE, type StoredRate } from './rates.ts';
import { SALES_SHAPE, salesRow } from './sales.ts';
import type { SqlValue } from './statements.ts';

type PlanField = keyof typeof PLAN_LINE_FIELDS;
const OTHER_NAMES: Readonly<Partial<Record<PlanField, string>>> = {
  plan_type: 'kind',
  plan_name: 'name',
  plan_state: 'state',
};

/** Columns of the table `fact`, with the fields of a plan's line that stand for them. */
export const PLAN_COLUMNS: readonly (readonly [column: string, field: PlanField])[] = (
  Object.keys(PLAN_LINE_FIELDS) as PlanField[]
).map((field) => [OTHER_NAMES[field] ?? field, field]);

type ChangeRow = LedgerRowOf<'plan' | 'rate' | 'sales'>;

/** Of a feed of the document, the captures that are written to one of this ledger. */
export interface NewCaptures {
  /** Ascending. */
  readonly times: readonly number[];
  /** The newest capture of this ledger's feed, which the document has, too; null: the feed is new. */
  readonly since: number | null;
}

export interface LedgerChanges {
  /** Takes the next row. Those of one key stand together. */
  add(row: ChangeRow, key: Key, captures: NewCaptures): void;
  /** Writes what is waiting. */
  finish(): void;
  /** Rows written so far. */
  written(): number;
}

export function openChanges(db: Db): LedgerChanges {
  const [facts, rates, sales] = [openFacts(db), new ChangeTables(db, RATE_SHAPE), new ChangeTables(db, SALES_SHAPE)];
  const plans = new KeyRows(FACT_KIND, {
    before: ({ ownerId, feedId }) => [facts.lastOf(ownerId, feedId)].filter((row) => row !== null),
    write: ({ ownerId, feedId }, before, rows) => facts.addRows(ownerId, feedId, rows.slice(before.length)),
  });
  const into = <R extends StoredRow>(tables: ChangeTables<R>): Target<R> => ({
    before: (key) => tables.rowsOf(key),
    write: (key, before, rows) => tables.replace(key, before, rows),
  });
  const [ofRates, ofSales] = [new KeyRows(RATE_SHAPE, into(rates)), new KeyRows(SALES_SHAPE, into(sales))];
  return {
    written: () => plans.written + ofRates.written + ofSales.written,
    add(row, key, captures): void {
      if (row.type === 'plan') plans.add(key, captures, factRowOf(row));
      else if (row.type === 'rate') ofRates.add(key, captures, rateRowOf(row));
      else ofSales.add(key, captures, salesRow(row.at, row.sales_30d));
    },
    finish(): void {
      for (const rows of [plans, ofRates, ofSales]) rows.finish();
      for (const tables of [facts, rates, sales]) tables.flush();
    },
  };
}

interface Target<R extends StoredRow> {
  /** What a feed that goes on says of a key, oldest first, the row that holds now at least. */
  before(key: Key): readonly R[];
  /** `rows`: those before, and new ones. */
  write(key: Key, before: readonly R[], rows: readonly R[]): void;
}

const NO_CAPTURES: NewCaptures = { times: [], since: null };

/** The rows of one key, gathered until those of another come. */
class KeyRows<R extends StoredRow> {
  written = 0;
  readonly #kind: ChangeKind<R>;
  readonly #target: Target<R>;
  #key: Key | null = null;
  #captures = NO_CAPTURES;
  #rows: R[] = [];

  constructor(kind: ChangeKind<R>, target: Target<R>) {
    this.#kind = kind;
    this.#target = target;
  }

  add(key: Key, captures: NewCaptures, row: R): void {
    const { ownerId, itemId, feedId } = this.#key ?? {};
    if (ownerId !== key.ownerId || itemId !== key.itemId || feedId !== key.feedId) this.finish();
    this.#key = key;
    this.#captures = captures;
    this.#rows.push(row);
  }

  finish(): void {
    const { times, since } = this.#captures;
    // What holds since before the new captures stands in this ledger already.
    const said = since === null ? this.#rows : this.#rows.filter(({ at }) => at > since);
    const added = rowsAt(said, times, this.#kind);
    if (this.#key && added.length > 0) {
      const before = since === null ? [] : this.#target.before(this.#key);
      const rows = withoutRepeats([...before, ...added], this.#kind);
      if (rows.length > before.length) this.#target.write(this.#key, before, rows);
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
  if (listed === 0) return FACT_KIND.absent(at);
  const values = new Map<string, SqlValue>(PLAN_COLUMNS.map(([column, field]) => [column, fields[field]]));
  return { at, listed, line, values: FACT_COLUMN_NAMES.map((column) => values.get(column) ?? null) };
}

function rateRowOf({ at, listed, line, income, rate, cell }: LedgerRowOf<'rate'>): StoredRate {
  return listed === 0 ? RATE_SHAPE.absent(at) : { at, listed, income, bp: rate, line, raw: cell };
}
