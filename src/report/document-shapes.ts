/** Shapes that several documents share. All keys are always there, and no others. */
import * as z from 'zod';
import { WAYS } from '../domain/better.ts';
import { RELATIONS, SCOPE_BASES } from '../domain/compare.ts';
import { EARLY_SIGNS } from '../domain/early-warning.ts';
import { VERDICTS } from '../domain/question.ts';
import { ofItem, reason } from '../domain/reason-shape.ts';
import { count, factShapes, flag, gapBp, integer, list, rateBp, rateText, text, time } from '../domain/shape.ts';
import { STANDINGS } from '../domain/standing.ts';
import { NEWEST_FACTS } from '../domain/state.ts';

/** When orders were created: the first and the last. */
export const orderSpan = { since: time.nullable(), until: time.nullable() };

/** A list of objects of this shape. */
export function listOf<S extends z.ZodRawShape>(shape: S) {
  return list(z.strictObject(shape));
}

/** An object with these keys, whose values are all of one shape. */
export function eachShape<const Key extends string, S extends z.ZodType>(keys: readonly Key[], shape: S) {
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, shape])) as Record<Key, S>);
}

export function countsShape<const Code extends string>(...codes: readonly Code[]) {
  return eachShape(codes, count);
}

export const verdict = z.enum(VERDICTS);
export const standing = z.enum(STANDINGS);
export const relation = z.enum(RELATIONS);

export const shop = z.strictObject({ id: text.nullable(), keeperId: text.nullable(), name: text.nullable() });
export const planName = z.strictObject({ id: text, name: text.nullable() });
export const planOfKind = z.strictObject({ id: text, ...factShapes('name', 'kind') });
export const item = z.strictObject({ id: text, title: text.nullable() }).nullable();
export const policy = z.strictObject({ minGainBp: integer, maxAgeMs: count, confirmMissing: count });
export const someRate = { rateBp: rateBp.nullable(), rate: rateText.nullable() };
export const bothRates = {
  specialBp: rateBp.nullable(),
  special: rateText.nullable(),
  generalBp: rateBp.nullable(),
  general: rateText.nullable(),
};
export const rate = z.strictObject({ ...someRate, capturedAt: time.nullable() });
export const membership = z.strictObject(factShapes('status', 'joinedAt', 'approvedAt'));
export const lastChange = z
  .strictObject({ fromBp: rateBp, toBp: rateBp, lastSeenBefore: time, firstSeenAfter: time })
  .nullable();

const permille = count
  .nullable()
  .describe(
    'bounds of their share among plans approved so many days ago or more, in thousandths; null for fewer than 5',
  );
/** Of plans joined, how many fell below the general rate or closed within so many days of the approval. */
export const kept = z
  .strictObject({
    days: count,
    broken: count,
    of: count.describe('plans of which it can be told'),
    below: count,
    closed: count,
    unknown: count.describe('not watched long enough, or not from early enough on'),
    withinDays: count.nullable().describe('within so many days all these breaks were seen'),
    lowerPermille: permille,
    upperPermille: permille,
  })
  .meta({ id: 'kept' });

/** At a new membership. */
export const early = z
  .strictObject({
    of: z.enum(['shop', 'all']).describe('whose plans `kept` counts: of this merchant, or of all'),
    kept,
    signs: listOf({ code: z.enum(EARLY_SIGNS), kept }).describe(
      'each with what became of earlier plans that showed it',
    ),
  })
  .nullable()
  .describe('of a plan approved within the last 14 days; else null');
export type EarlyDocument = z.infer<typeof early>;

const args = z.record(text, z.union([text, z.number()]));
export const coded = z.strictObject({ code: text, args });
export const held = listOf({ snapshot: integer, file: text, code: text, args }).describe(
  'what is held back, so that nothing is judged by it',
);

export const reasons = list(reason);

/** Of a plan to exit. */
export const atRisk = {
  atRiskFenPerDay: integer
    .nullable()
    .describe('what it costs a day by own orders of the last 14 days, before refunds; null: they do not say'),
  atRisk: z
    .strictObject({ lines: count, amountFen: integer, days: count, few: flag.describe('fewer than five lines') })
    .nullable(),
};

/** A special rate and the general one of the same scope; `itemId` null: the shop as a whole. */
export const compared = {
  itemId: text.nullable(),
  title: text.nullable(),
  relation,
  basis: z.enum(SCOPE_BASES).nullable(),
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
      ...factShapes('state', ...NEWEST_FACTS),
      hidden: flag,
    }),
    membership,
    basis: z.enum([...SCOPE_BASES, 'items']).nullable(),
    special: rate,
    general: rate,
    gapBp: gapBp.nullable(),
    scopes: countsShape(...RELATIONS),
    items: listOf({ ...compared, special: rate, general: rate }),
    context: z.strictObject({ event: rate.nullable(), marketing: rate.nullable() }),
    lastChange: z.strictObject({ item: ofItem, ...lastChange.unwrap().shape }).nullable(),
    ageMs: count.nullable(),
    ...atRisk,
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

/** The best first, three at most. */
export const better = listOf({
  via: z.enum(WAYS),
  planId: text,
  planName: text.nullable(),
  rateBp,
  rate: rateText,
  gainBp: count.describe('more than the plan that binds pays at the same items, or on average'),
  capturedAt: time,
  audit: flag.nullable().describe('whether joining needs approval; null: not known, or nothing to join'),
  locked: flag.nullable(),
});
export type BetterDocument = z.infer<typeof better>[number];

export type PlanDocument = z.infer<typeof plan>;

export function documentOf<Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return z.strictObject({ schema: z.literal(`tkguard.${name}/1`), ...shape }).meta({ title: `tkguard ${name}` });
}
