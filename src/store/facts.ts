/** Facts of plans: how rows of a file are put together, and how they are stored. */
import { columnOf, NO_FACTS, type PlanFacts } from '../domain/reading.ts';
import type { TableShape } from './change-tables.ts';
import { type Disagreement, KeyColumns } from './columns.ts';
import type { StoredRow } from './delta.ts';
import type { Db } from './open.ts';
import type { SqlValue } from './statements.ts';
import { ChangeWriter } from './write-changes.ts';

const FACT_KEYS = Object.keys(NO_FACTS) as (keyof PlanFacts)[];
export const FACT_COLUMNS: readonly string[] = FACT_KEYS.map(columnOf);
/** SQLite has no booleans. */
const FLAGS: ReadonlySet<keyof PlanFacts> = new Set(['locked', 'audit', 'hidden']);
/** Those, and other numbers of its shop. */
export const ALL_COLUMNS: readonly string[] = [...FACT_COLUMNS, 'keeper_id', 'other_seller_id', 'picture_seller_id'];

/** Facts out of the values of `FACT_COLUMNS`. */
export function factsOf(values: readonly SqlValue[]): PlanFacts {
  const facts: Record<keyof PlanFacts, string | number | boolean | null> = { ...NO_FACTS };
  for (let i = 0; i < FACT_KEYS.length; i++) {
    const [key, value = null] = [FACT_KEYS[i] as keyof PlanFacts, values[i]];
    if (value !== null) facts[key] = FLAGS.has(key) ? value === 1 : value;
  }
  return facts as PlanFacts;
}

/** What a snapshot says of a plan as a whole. */
export interface FactEntry {
  /** Of all its rows so far. */
  facts: PlanFacts;
  /** A keeper id beside the seller id by which the shop is known. */
  keeperId: string | null;
  /** Other numbers that the rows state, and those in links of their pictures: see `addNumber`. */
  otherIds: string | null;
  pictureIds: string | null;
  /** What its last row said: rows of a plan mostly share it. */
  last: PlanFacts;
  readonly line: number;
}

/** Adds what another row of the file says of a plan. A name is only a label, and a keeper id may be wrong: the first one stands. */
export function mergeFacts(entry: FactEntry, added: PlanFacts, locator: number, disagreements: Disagreement[]): void {
  const before = entry.facts;
  entry.last = added;
  for (const key of FACT_KEYS) {
    if (added[key] === before[key] || added[key] === null) continue;
    if (before[key] === null) entry.facts = { ...entry.facts, [key]: added[key] };
    else if (key !== 'name') {
      const [found, earlier] = [String(added[key]), String(before[key])];
      disagreements.push({ locator, field: columnOf(key), found, earlier });
    }
  }
}

/** Rows of one shop may show several numbers: each stands once in the cell, in order, with blanks between. */
export function addNumber(known: string | null, number: string | null): string | null {
  if (number === null || known === null || known === number) return number ?? known;
  return [...new Set([...known.split(' '), number])].sort().join(' ');
}

export interface StoredFacts extends StoredRow {
  readonly line: number | null;
  /** In the order of `ALL_COLUMNS`; all null where it is not listed. */
  readonly values: readonly SqlValue[];
}

export const FACT_SHAPE: TableShape<StoredFacts> = {
  table: 'fact',
  past: null,
  owner: 'plan_id',
  item: null,
  columns: ['listed', 'line', ...ALL_COLUMNS],
  derived: [],
  rowOf: (at, [listed, line, ...values]) => ({ at, listed, line, values }) as StoredFacts,
  valuesOf: ({ ownerId, feedId }, { at, listed, line, values }) => [ownerId, feedId, at, listed, line, ...values],
  derive: () => [],
  isSame: (a, b) => a.listed === b.listed && isEqual(a.values, b.values),
  absent: (at) => ({ at, listed: 0, line: null, values: ALL_COLUMNS.map(() => null) }),
  carry: (row, at) => ({ ...row, at, line: null }),
};

function isEqual(a: readonly SqlValue[], b: readonly SqlValue[]): boolean {
  return a.every((value, i) => value === b[i]);
}

/** What a snapshot says of plans, one row each. */
export class FactColumns extends KeyColumns {
  readonly #entries: FactEntry[] = [];

  add(planId: number, entry: FactEntry): void {
    this.put(planId, 0, 0);
    this.#entries.push(entry);
  }

  /** In the order of `ALL_COLUMNS`. */
  valuesAt(index: number): SqlValue[] {
    const { facts, keeperId, otherIds, pictureIds } = this.#at(index);
    const values = FACT_KEYS.map((key) => (typeof facts[key] === 'boolean' ? Number(facts[key]) : facts[key]));
    return [...(values as SqlValue[]), keeperId, otherIds, pictureIds];
  }

  lineAt(index: number): number {
    return this.#at(index).line;
  }

  /** Plans that by what is said of them take nothing away from those who joined them. */
  harmless(): Set<number> {
    const plans = new Set<number>();
    for (const [index, { facts }] of this.#entries.entries()) {
      const isOfVerdicts = facts.kind === null || facts.kind === 'special' || facts.kind === 'general';
      const isIn = facts.status === null || facts.status === 'approved' || facts.status === 'pending';
      if (isOfVerdicts && isIn) plans.add(this.owners.at(index));
    }
    return plans;
  }

  #at(index: number): FactEntry {
    return this.#entries[index] as FactEntry;
  }
}

/** Writes what snapshots say of plans as a whole. */
export function openFacts(db: Db): ChangeWriter<StoredFacts, FactColumns> {
  return new ChangeWriter<StoredFacts, FactColumns>(db, {
    shape: FACT_SHAPE,
    listed: 'listed',
    values: ALL_COLUMNS,
    owners: 'SELECT plan_id FROM fact WHERE feed_id = @feedId',
    isSame: (columns, index, values) => isEqual(columns.valuesAt(index), values),
    rowAt: (columns, index, at) => ({ at, listed: 1, line: columns.lineAt(index), values: columns.valuesAt(index) }),
    deriveAfter: () => [],
  });
}
