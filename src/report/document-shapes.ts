/** Shapes that several documents share. All keys are always there, and no others. */
import * as z from 'zod';
import { MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../domain/reading.ts';
import { VERDICTS } from '../domain/verdict.ts';

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

/** A list of objects of this shape. */
export function listOf<S extends z.ZodRawShape>(shape: S) {
  return list(z.strictObject(shape));
}

export function countsOf<const Code extends string>(...codes: readonly Code[]) {
  return z.strictObject(Object.fromEntries(codes.map((code) => [code, count])) as Record<Code, typeof count>);
}

export const verdict = z.enum(VERDICTS);
export const standing = z.enum(['binding', 'closed', 'superseded', 'pending', 'not-joined']);
export const relation = z.enum(['below', 'equal', 'above', 'unknown']);
export const planKind = z.enum(PLAN_KINDS);
export const planState = z.enum(PLAN_STATES);
export const membershipStatus = z.enum(MEMBERSHIPS);

export const shop = z.strictObject({ id: text.nullable(), keeperId: text.nullable(), name: text.nullable() });
export const planName = z.strictObject({ id: text, name: text.nullable() });
export const planOfKind = z.strictObject({ id: text, name: text.nullable(), kind: planKind.nullable() });
export const item = z.strictObject({ id: text, title: text.nullable() }).nullable();
export const policy = z.strictObject({ minGainBp: integer, maxAgeMs: count, confirmMissing: count });
export const rate = z.strictObject({
  rateBp: rateBp.nullable(),
  rate: rateText.nullable(),
  capturedAt: time.nullable(),
});
export const membership = z.strictObject({
  status: membershipStatus.nullable(),
  joinedAt: dayOrTime.nullable(),
  approvedAt: dayOrTime.nullable(),
});
export const lastChange = z
  .strictObject({ fromBp: rateBp, toBp: rateBp, lastSeenBefore: time, firstSeenAfter: time })
  .nullable();

const args = z.record(text, z.union([text, z.number()]));
export const coded = z.strictObject({ code: text, args });
export const held = listOf({ snapshot: integer, file: text, code: text, args }).describe(
  'what is held back, so that nothing is judged by it',
);

function because<Code extends string, Shape extends z.ZodRawShape>(code: Code, shape: Shape) {
  return z.strictObject({ code: z.literal(code), ...shape });
}

const change = { fromBp: rateBp, toBp: rateBp, at: time };
export const reason = z
  .discriminatedUnion('code', [
    because('below-general', { gapBp }),
    because('below-min-gain', { gapBp, minGainBp: integer }),
    because('above-general', { gapBp }),
    because('no-gain', {}),
    because('mixed', { below: count, above: count, itemsBelow: list(text) }),
    because('rate-cut', change),
    because('general-raised', change),
    because('unit-doubt', { rates: z.enum(['special', 'general']), item: text.nullable(), ...change }),
    because('no-general-rate', { lastSeenAt: time.nullable() }),
    because('no-special-rate', {}),
    because('zero-rate', {}),
    because('average-only', { basis: z.enum(['shop-average', 'mixed']) }),
    because('locked', {}),
    because('conflict', { at: time, matters: flag }),
    because('stale', { ageHours: count }),
    because('plan-stopped', { state: planState }),
    because('not-listed', {}),
    because('not-in-plan', {}),
    because('missing', { captures: count, needed: count }),
    because('pending-approval', {}),
    because('membership-unknown', {}),
    because('not-joined', { status: membershipStatus.nullable() }),
    because('exited', { at: time, confirmedAt: time.nullable() }),
    because('exit-not-effective', { at: time }),
    because('superseded', { by: text }),
    because('part-average', { items: count }),
    because('whole-plan', { verdict }),
    because('may-come-back', { plans: list(text) }),
    because('binding-unknown', { plans: list(text) }),
    because('shop-unclear', { shops: list(text) }),
    because('ends-soon', { endsAt: dayOrTime }),
    because('held', { snapshots: list(integer) }),
  ])
  .meta({ id: 'reason' });
export const reasons = list(reason);

/** A special rate and the general one of the same scope; `itemId` null: the shop as a whole. */
export const compared = {
  itemId: text.nullable(),
  title: text.nullable(),
  relation,
  basis: z.enum(['item', 'shop-average', 'mixed']).nullable(),
  gapBp: gapBp.nullable(),
  weight: count,
};

export const plan = z
  .strictObject({
    verdict: verdict.nullable(),
    reasons,
    standing,
    account: text,
    shop,
    plan: z.strictObject({
      ...planOfKind.shape,
      state: planState.nullable(),
      locked: flag.nullable(),
      audit: flag.nullable(),
      hidden: flag,
      endsAt: dayOrTime.nullable(),
      exitId: text.nullable(),
    }),
    membership,
    basis: z.enum(['item', 'items', 'shop-average', 'mixed']).nullable(),
    special: rate,
    general: rate,
    gapBp: gapBp.nullable(),
    scopes: countsOf('below', 'equal', 'above', 'unknown'),
    items: listOf({ ...compared, special: rate, general: rate }),
    context: z.strictObject({ event: rate.nullable(), marketing: rate.nullable() }),
    lastChange,
    ageMs: count.nullable(),
    exit: z
      .strictObject({ page: text, exitId: text.nullable() })
      .nullable()
      .describe('where to exit, and the record to look for; null unless the verdict is exit'),
    muted: z
      .strictObject({ until: time.nullable(), reason: text.nullable() })
      .nullable()
      .describe('judged all the same, but not counted in exit codes; until null: until it is taken back'),
    policy: policy.nullable().describe('where an exception holds for the plan or its shop; null: as above'),
    messages: list(text).describe('sentences for people, in the language asked for'),
  })
  .meta({ id: 'plan' });
export const plans = list(plan);

export type PlanDocument = z.infer<typeof plan>;

export function documentOf<Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return z.strictObject({ schema: z.literal(`tkguard.${name}/1`), ...shape }).meta({ title: `tkguard ${name}` });
}
