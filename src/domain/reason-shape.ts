/** Reasons of verdicts: codes with arguments. The type is inferred; only `tkguard schema` loads this file at run time. */
import * as z from 'zod';
import { VERDICTS } from './question.ts';
import {
  count,
  dayOrTime,
  flag,
  gapBp,
  integer,
  list,
  membershipStatus,
  planState,
  rateBp,
  text,
  time,
} from './shape.ts';

function because<Code extends string, Shape extends z.ZodRawShape>(code: Code, shape: Shape) {
  return z.strictObject({ code: z.literal(code), ...shape });
}

export const ofItem = text
  .nullable()
  .describe('whose rate changed, where several items are compared and not all changed alike');
const change = { fromBp: rateBp, toBp: rateBp, at: time };
export const reason = z
  .discriminatedUnion('code', [
    because('below-general', { gapBp }),
    because('below-min-gain', { gapBp, minGainBp: integer }),
    because('above-general', { gapBp }),
    because('no-gain', {}),
    because('mixed', { below: count, above: count, itemsBelow: list(text) }),
    because('rate-cut', { item: ofItem, ...change }),
    because('general-raised', { item: ofItem, ...change }),
    // The rate moved by a hundred times, and nothing settles that it did (unit-doubt.ts). `item` null: the shop as a whole.
    because('unit-doubt', { rates: z.enum(['special', 'general']), item: text.nullable(), ...change }),
    // `lastSeenAt`: there was one, but exports that would list it no longer do.
    because('no-general-rate', { lastSeenAt: time.nullable() }),
    because('no-special-rate', {}),
    because('zero-rate', {}),
    // An item's rate against an average (`mixed`) decides nothing.
    because('average-only', { basis: z.enum(['shop-average', 'mixed']) }),
    because('locked', {}),
    // Two exports of one moment: which values of what they give. `matters`: these give different verdicts.
    because('conflict', {
      at: time,
      matters: flag,
      plan: text.nullable().describe('of another plan of the shop; null: of the judged one'),
      item: text.nullable(),
      of: z.enum(['status', 'state', 'approvedAt', 'rate']),
      values: list(text.nullable().describe('null: stated as unknown')),
    }),
    because('stale', { ageHours: count }),
    because('plan-stopped', { state: planState }),
    // The newest complete joined list does not have it.
    because('not-listed', {}),
    // Exports that would list the plan at the item, or at every known item, do not.
    because('not-in-plan', {}),
    // No scope lists it any more; `captures` of all plans of the shop confirm it.
    because('missing', { captures: count, needed: count }),
    because('pending-approval', {}),
    // Once approved it would pay less than the general plan.
    because('pending-below', { gapBp }),
    because('membership-unknown', {}),
    because('not-joined', { status: membershipStatus.nullable() }),
    because('exited', { at: time, confirmedAt: time.nullable() }),
    because('exit-not-effective', { at: time }),
    because('superseded', { by: text }),
    because('part-average', { items: count }),
    because('whole-plan', { verdict: z.enum(VERDICTS) }),
    because('may-come-back', { plans: list(text) }),
    because('binding-unknown', { plans: list(text) }),
    // `shops`: ids of other shops that may be the same merchant.
    because('shop-unclear', { shops: list(text) }),
    because('ends-soon', { endsAt: dayOrTime }),
    // Only in answers of a gate.
    because('held', { snapshots: list(integer) }),
  ])
  .meta({ id: 'reason' });

export type Reason = z.infer<typeof reason>;
