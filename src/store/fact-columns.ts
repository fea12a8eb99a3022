/** The columns of `fact` that say what an export says of a plan, in the order of the table. */
import { NO_FACTS, type PlanFacts } from '../domain/reading.ts';

/** By fact, the name of its column. A fact more is one line here, one in the schema and one where it is read. */
export const COLUMN_OF = {
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

export const FACT_KEYS = Object.keys(COLUMN_OF) as (keyof PlanFacts)[];
export const FACT_COLUMNS: readonly string[] = Object.values(COLUMN_OF);
/** SQLite has no booleans. */
const FLAGS: ReadonlySet<keyof PlanFacts> = new Set(['locked', 'audit', 'hidden']);

/** Facts out of the values of `FACT_COLUMNS`. */
export function factsOf(values: readonly (string | number | null)[]): PlanFacts {
  const facts: Record<keyof PlanFacts, string | number | boolean | null> = { ...NO_FACTS };
  for (let i = 0; i < FACT_KEYS.length; i++) {
    const [key, value = null] = [FACT_KEYS[i] as keyof PlanFacts, values[i]];
    if (value !== null) facts[key] = FLAGS.has(key) ? value === 1 : value;
  }
  return facts as PlanFacts;
}
