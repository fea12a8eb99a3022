/** Shapes of values in JSON documents. Only `tkguard schema` loads them at run time: zod takes long to load. */
import * as z from 'zod';
import { MEMBERSHIPS, PLAN_KINDS, PLAN_STATES, type PlanFacts } from './reading.ts';

export const text = z.string();
export const flag = z.boolean();
export const integer = z.int();
export const count = z.int().min(0);
export const time = z.string().meta({ format: 'date-time', description: 'ISO 8601 with offset' });
export const dayOrTime = z.string().describe('a day (2026-11-02), or ISO 8601 with offset');
export const rateBp = z.int().min(0).max(10_000).describe('basis points: 1550 is 15.50 %');
export const rateText = z
  .string()
  .regex(/^\d{1,3}\.\d{2}$/)
  .describe('percent: "15.50"');
export const gapBp = z.int().describe('special minus general, basis points');

export function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

const FACTS = {
  kind: z.enum(PLAN_KINDS),
  name: text,
  state: z.enum(PLAN_STATES),
  status: z.enum(MEMBERSHIPS),
  joinedAt: dayOrTime,
  approvedAt: dayOrTime,
  exitId: text,
  locked: flag,
  audit: flag,
  hidden: flag,
  startsAt: dayOrTime,
  endsAt: dayOrTime,
} as const satisfies Record<keyof PlanFacts, z.ZodType>;
export const FACT_KEYS = Object.keys(FACTS) as (keyof PlanFacts)[];
export const planState = FACTS.state;
export const membershipStatus = FACTS.status;

/** These facts of a plan, each null where exports do not say. */
export function factShapes<K extends keyof PlanFacts>(...keys: readonly K[]) {
  const shapes = keys.map((key) => [key, FACTS[key].nullable()]);
  return Object.fromEntries(shapes) as { [P in K]: z.ZodNullable<(typeof FACTS)[P]> };
}
