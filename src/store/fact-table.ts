/** How facts of plans stand in the database, by plan. */
import type { PlanFacts, Reading } from '../domain/reading.ts';
import type { DeltaTable } from './delta.ts';
import type { Db } from './open.ts';

export interface FactEntry {
  readonly facts: PlanFacts;
  readonly line: number | null;
}

const FACT_COLUMNS = {
  kind: 'kind',
  name: 'name',
  state: 'state',
  status: 'status',
  joinedAt: 'joined_at',
  approvedAt: 'approved_at',
  exitId: 'exit_id',
  locked: 'locked',
  audit: 'audit',
  hidden: 'hidden',
  startsAt: 'starts_at',
  endsAt: 'ends_at',
} as const satisfies Record<keyof PlanFacts, string>;
const FACT_KEYS = Object.keys(FACT_COLUMNS) as (keyof PlanFacts)[];
/** Columns of what is said of a plan, in the order of the table. */
export const FACT_COLUMN_NAMES = Object.values(FACT_COLUMNS);
export type FactRow = { readonly listed: 0 | 1 } & Readonly<
  Record<(typeof FACT_COLUMNS)[keyof PlanFacts], string | number | null>
>;

/** SQLite has no booleans. */
function sqlValue(value: string | boolean | null): string | number | null {
  return typeof value === 'boolean' ? Number(value) : value;
}

export function factTable(db: Db): DeltaTable<FactEntry, FactRow> {
  const columns = FACT_COLUMN_NAMES;
  const into = `INTO fact (plan_id, stream_id, at, listed, line, ${columns.join(', ')})`;
  const last = db.prepare(
    `SELECT listed, ${columns.join(', ')} FROM fact WHERE plan_id = ? AND stream_id = ? AND at <= ? ORDER BY at DESC LIMIT 1`,
  );
  const values = `VALUES (?, ?, ?, ?, ?${', ?'.repeat(columns.length)})`;
  // One at a time: of a statement that may fail at its second row SQLite sets aside every page that it changes.
  const add = db.prepare(`INSERT ${into} ${values}`);
  const carry = db.prepare(`INSERT OR IGNORE ${into} ${values}`);
  const keys = db.prepare('SELECT DISTINCT plan_id FROM fact WHERE stream_id = ? AND at <= ?').pluck();
  const insert = (key: number, streamId: number, at: number, value: FactEntry | null) => {
    const row: (string | number | null)[] = [key, streamId, at, value ? 1 : 0, value?.line ?? null];
    for (const column of FACT_KEYS) row.push(value ? sqlValue(value.facts[column]) : null);
    add.run(...row);
  };
  const lastRow = (key: number, streamId: number, at: number) => last.get(key, streamId, at) as FactRow | undefined;
  return {
    lastRow,
    isSame: (row, value) => FACT_KEYS.every((key) => row[FACT_COLUMNS[key]] === sqlValue(value.facts[key])),
    insert,
    flush() {},
    forget() {},
    carry: (key, streamId, at, row) =>
      carry.run(key, streamId, at, row?.listed ?? 0, null, ...columns.map((column) => row?.[column] ?? null)),
    insertAbsent: (key, streamId, at) => insert(key, streamId, at, null),
    *listedRows(streamId, at, known) {
      for (const key of keys.all(streamId, at) as number[]) {
        const row = known.has(key) ? undefined : lastRow(key, streamId, at);
        if (row?.listed === 1) yield [key, row];
      }
    },
  };
}

/** A record whose disappearance means something: dead ones are purged by the alliance (formats.md §4). */
export function isInForce(row: FactRow): boolean {
  return row.status === 'approved' && (row.state === null || row.state === 'active');
}

/** Two rows of one file that cannot both be true. */
export interface Disagreement {
  readonly locator: number;
  readonly field: string;
  readonly found: string;
  readonly earlier: string;
}

/** One plan may stand in many rows of a file; what they say of the plan must not differ. Gives whether this row says exactly what those before said. */
export function mergeFacts(
  known: Map<number, FactEntry>,
  planId: number,
  reading: Reading,
  disagreements: Disagreement[],
): boolean {
  const entry = known.get(planId);
  const added = reading.facts;
  if (!entry) {
    known.set(planId, { facts: added, line: reading.locator });
    return true;
  }
  const { facts: before, line } = entry;
  let merged = before;
  let isAlike = true;
  for (const key of FACT_KEYS) {
    if (added[key] === before[key]) continue;
    isAlike = false;
    if (added[key] === null) continue;
    if (before[key] === null) merged = { ...merged, [key]: added[key] };
    // A name is only a label: the first one stands. Anything else would change a verdict.
    else if (key !== 'name') {
      disagreements.push({
        locator: reading.locator,
        field: FACT_COLUMNS[key],
        found: String(added[key]),
        earlier: String(before[key]),
      });
    }
  }
  if (merged !== before) known.set(planId, { facts: merged, line });
  return isAlike;
}
