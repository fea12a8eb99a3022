/**
 * Every command's JSON document. Types of the reports are inferred from here, and `tkguard schema` prints them as JSON
 * Schema (2020-12). Only `schema` loads this file when it runs: no other answer shall wait for zod.
 */
import * as z from 'zod';
import { CHANGE_CODES } from '../domain/changes.ts';
import { GRADES } from '../domain/grade.ts';
import { EXPORTS } from '../domain/needed-exports.ts';
import { MEASURES } from '../domain/reading.ts';
import { VERDICTS } from '../domain/verdict.ts';
import { codesOf } from '../words/index.ts';
import {
  coded,
  count,
  documentOf,
  flag,
  gapBp,
  held,
  integer,
  item,
  lastChange,
  list,
  membership,
  membershipStatus,
  plan,
  planName,
  planOfKind,
  plans,
  policy,
  rateBp,
  rateText,
  reason,
  reasons,
  relation,
  shop,
  standing,
  text,
  time,
  verdict,
} from './document-shapes.ts';
import { formats, inspect, snapshots, sync } from './documents-of-files.ts';

/** What ended a command, or an id's question, in the language asked for. */
const faultShape = z.strictObject({ code: text, message: text, hint: text.nullable() });

function countsOf<Code extends string>(codes: readonly Code[]) {
  return z.strictObject(Object.fromEntries(codes.map((code) => [code, count])) as Record<Code, typeof count>);
}

const judged = { generatedAt: time, asOf: time, policy };
const line = count.nullable().describe('line of the file, or row of a JSON file; null where it is not kept');
const measure = z.enum(MEASURES).describe('income: commission plus subsidy, compared with no commission rate');

const diff = documentOf('diff', {
  ...judged,
  summary: z.strictObject({
    exit: count,
    keep: count,
    review: count,
    closed: count,
    superseded: count,
    notJoined: count,
    muted: count,
  }),
  held,
  plans,
});

/** An id of several that could not be answered. */
const unanswered = z.strictObject({ query: text, error: faultShape });

const checkAnswer = z.strictObject({
  query: z.strictObject({ text, kind: z.enum(['item', 'plan', 'shop']).nullable(), id: text.nullable() }),
  verdict,
  reasons: list(z.union([reason, z.strictObject({ code: z.literal('no-such-id') })])),
  exitCode: z.literal([0, 1, 3]),
  accounts: list(
    z.strictObject({
      account: text,
      shop,
      verdict,
      reasons,
      plans,
      better: list(
        z.strictObject({
          via: z.enum(['general', 'joined', 'joinable', 'event', 'marketing']),
          planId: text,
          planName: text.nullable(),
          rateBp,
          rate: rateText,
          capturedAt: time,
          audit: flag.nullable(),
        }),
      ),
    }),
  ),
});

const check = documentOf('check', {
  ...judged,
  exitCode: z.literal([0, 1, 2, 3]),
  held,
  answers: list(z.union([checkAnswer, unanswered])).describe('one an id, in their order'),
});

const rateEvidence = z
  .strictObject({
    rateBp: rateBp.nullable(),
    rate: rateText.nullable(),
    raw: text.nullable(),
    file: text.nullable(),
    locator: count.nullable(),
    firstReadAt: time.nullable(),
    lastConfirmedAt: time,
    zero: flag,
    conflict: flag,
    absentCaptures: count,
    lastChange,
  })
  .nullable();
const whyAnswer = z.strictObject({
  plan,
  rule: z.enum(['only-approved', 'latest-approved', 'undecided', 'superseded', 'closed', 'pending', 'not-joined']),
  membership: z
    .strictObject({
      ...membership.shape,
      status: membershipStatus,
      seenAt: time,
      file: text,
      locator: count.nullable(),
      conflict: flag,
      absentCaptures: count,
    })
    .nullable(),
  comparisons: list(
    z.strictObject({
      itemId: text.nullable(),
      title: text.nullable(),
      relation,
      basis: z.enum(['item', 'shop-average', 'mixed']).nullable(),
      gapBp: gapBp.nullable(),
      weight: count,
      stale: flag,
      special: rateEvidence,
      general: rateEvidence,
    }),
  ),
  others: list(
    z.strictObject({
      verdict: verdict.nullable(),
      standing,
      plan: planName,
      membership,
      rateBp: rateBp.nullable(),
      rate: rateText.nullable(),
    }),
  ),
});

const why = documentOf('why', {
  ...judged,
  answers: list(z.union([whyAnswer, unanswered])).describe('one an id, in their order'),
});

const error = documentOf('error', { error: faultShape });

const changes = documentOf('changes', {
  generatedAt: time,
  since: time,
  until: time,
  newestCapturedAt: time.nullable(),
  confirmMissing: count,
  summary: countsOf(CHANGE_CODES),
  changes: list(
    z.strictObject({
      code: z.enum(CHANGE_CODES),
      account: text,
      shop,
      plan: planOfKind,
      item,
      fromBp: integer.nullable().describe('basis points; of a crossing, special minus general'),
      toBp: integer.nullable(),
      from: text.nullable().describe('percent ("10.00"), or a state, a membership, a name'),
      to: text.nullable(),
      lastSeenBefore: time.nullable(),
      firstSeenAfter: time,
      source: z
        .strictObject({ file: text, line })
        .nullable()
        .describe('where it was first seen; null where the change is that something was not seen'),
    }),
  ),
});

const subject = { account: text, shop, plan: planOfKind, measure, item };
const history = documentOf('history', {
  generatedAt: time,
  since: time.nullable(),
  until: time,
  newestCapturedAt: time.nullable(),
  query: z.strictObject({ text, kind: z.enum(['item', 'plan', 'shop']), id: text }),
  timelines: list(
    z.strictObject({
      ...subject,
      steps: list(
        z.strictObject({
          from: time,
          to: time,
          specialBp: rateBp.nullable().describe('null: not known then, or not listed'),
          special: rateText.nullable(),
          generalBp: rateBp.nullable(),
          general: rateText.nullable(),
          gapBp: gapBp.nullable(),
          relation,
        }),
      ),
    }),
  ),
  readings: list(
    z.strictObject({
      capturedAt: time,
      ...subject,
      rateBp: rateBp.nullable().describe('null: the export lists the rate as unknown'),
      rate: rateText.nullable(),
      file: text.describe('the file of this very capture'),
      line: line.describe('line of the file; kept only where a value was first read in a row of captures'),
      raw: text.nullable().describe('the cell as it stood; kept where line is'),
    }),
  ),
});

const shops = documentOf('shops', {
  generatedAt: time,
  asOf: time,
  newestCapturedAt: time.nullable(),
  confirmMissing: count,
  formula: text.describe('how a grade follows from the numbers'),
  summary: countsOf(GRADES),
  shops: list(
    z.strictObject({
      grade: z.enum(GRADES),
      shop,
      watched: count,
      bad: count,
      confidence: z.strictObject({ lowerPermille: count, upperPermille: count, lower: text, upper: text }),
      daysObserved: count,
      cuts: count,
      crossedBelow: count,
      closedSoon: count,
      raises: count,
      largestCutBp: rateBp.nullable(),
      largestCut: rateText.nullable(),
      daysToFirstCut: count.nullable(),
      locked: count,
      locksHonoured: count,
      plans: list(
        z.strictObject({
          plan: planName,
          accounts: list(text),
          bad: flag,
          joined: flag,
          firstSeen: time,
          lastSeen: time,
          cuts: count,
          crossedBelow: count,
          raises: count,
          largestCutBp: rateBp.nullable(),
          largestCut: rateText.nullable(),
          daysToFirstCut: count.nullable(),
          closedAfterDays: count.nullable(),
          locked: flag,
          lockBroken: flag,
        }),
      ),
    }),
  ),
});

const mutes = documentOf('mutes', {
  generatedAt: time,
  mutes: list(
    z.strictObject({
      shop,
      plan: planName,
      account: text.nullable().describe('null: every account'),
      since: time.nullable(),
      until: time.nullable().describe('null: until it is taken back'),
      from: z.enum(['command', 'config']),
      reason: text.nullable(),
    }),
  ),
});

const config = documentOf('config', {
  places: list(
    z.strictObject({ name: z.enum(['database', 'backups', 'config']), path: text.nullable(), exists: flag }),
  ),
  settings: list(
    z.strictObject({
      key: text.describe('place in the file: policy.minGain, sources[0].path'),
      value: text.nullable(),
      from: z.enum(['flag', 'environment', 'file', 'locale', 'default']),
      name: text.nullable().describe('of the flag or the variable'),
      line: count.nullable().describe('line of the file'),
    }),
  ),
});

const status = documentOf('status', {
  ...judged,
  accounts: list(text),
  summary: countsOf([...VERDICTS, 'muted']).describe('joined plans; a muted one counts as muted alone'),
  held,
  data: list(
    z.strictObject({
      account: text,
      format: text,
      capturedAt: time,
      ageMs: count,
      age: z.enum(['fresh', 'soon', 'old']).describe('soon: within a day it is too old to judge by; old: it is'),
    }),
  ).describe('the newest of each account and format'),
  next: list(
    z.strictObject({ export: z.enum(EXPORTS), account: text, shops: list(shop).describe('whose rates are lacking') }),
  ).describe('what to export next'),
});

const LEVELS = ['ok', 'note', 'problem', 'damage'] as const;
const doctor = documentOf('doctor', {
  generatedAt: time,
  summary: countsOf(LEVELS),
  findings: list(z.strictObject({ level: z.enum(LEVELS), code: z.enum(codesOf('doctor')), args: coded.shape.args })),
});

export const DOCUMENTS = {
  sync,
  inspect,
  diff,
  check,
  why,
  changes,
  history,
  shops,
  snapshots,
  mutes,
  formats,
  config,
  status,
  doctor,
  error,
};
export type DocumentName = keyof typeof DOCUMENTS;
export type DocumentOf<Name extends DocumentName> = z.infer<(typeof DOCUMENTS)[Name]>;

export type CheckAnswer = z.infer<typeof checkAnswer>;
export type WhyAnswer = z.infer<typeof whyAnswer>;

export function jsonSchema(name: DocumentName): object {
  return z.toJSONSchema(DOCUMENTS[name], {
    override: ({ jsonSchema: schema }) => {
      // Said of our lists, and of every integer, but neither is a rule of the document.
      delete schema.readOnly;
      if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
      if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
    },
  });
}
