/**
 * The JSON document of every command. The types of the reports are inferred from it, and `tkguard schema` prints it as JSON
 * Schema (2020-12). Only `schema` loads this file at run time, because zod takes long to load.
 */
import * as z from 'zod';
import { EXPORTS } from '../domain/needed-exports.ts';
import { VERDICTS } from '../domain/question.ts';
import { reason } from '../domain/reason-shape.ts';
import { count, flag, integer, list, membershipStatus, text, time } from '../domain/shape.ts';
import { codesOf } from '../words/index.ts';
import {
  better,
  coded,
  compared,
  countsShape,
  documentOf,
  early,
  held,
  item,
  lastChange,
  listOf,
  membership,
  orderSpan,
  plan,
  planName,
  plans,
  policy,
  reasons,
  shop,
  someRate,
  standing,
  verdict,
} from './document-shapes.ts';
import { alertMessage, notify } from './documents-of-alerts.ts';
import { formats, inspect, snapshots, sync } from './documents-of-files.ts';
import { loss } from './documents-of-money.ts';
import { changes, history, shops, steps } from './documents-over-time.ts';

/** The error that ended a command, or that stands in place of an answer. In the chosen language. */
const faultShape = z.strictObject({
  code: text,
  message: text,
  hint: text.nullable(),
  near: list(text).describe('names that may have been meant'),
});

const judged = { generatedAt: time, asOf: time, policy };

const diff = documentOf('diff', {
  ...judged,
  summary: countsShape('exit', 'keep', 'review', 'closed', 'superseded', 'notJoined', 'unknown', 'muted'),
  held,
  plans: list(z.strictObject({ ...plan.shape, better: better.describe('of a plan to exit; of others empty') })),
});

/** An id without an answer, beside others that have one. */
const unanswered = z.strictObject({ query: text, error: faultShape });

const checkAnswer = z.strictObject({
  query: z.strictObject({ text, kind: z.enum(['item', 'plan', 'shop']).nullable(), id: text.nullable() }),
  verdict,
  reasons: list(z.union([reason, z.strictObject({ code: z.literal('no-such-id') })])),
  exitCode: z.literal([0, 1, 3]),
  accounts: listOf({
    account: text,
    shop,
    verdict,
    reasons,
    plans,
    better,
    early,
  }),
});

const check = documentOf('check', {
  ...judged,
  exitCode: z.literal([0, 1, 2, 3]),
  held,
  answers: list(z.union([checkAnswer, unanswered])).describe('one an id, in their order'),
});

const rateEvidence = z
  .strictObject({
    ...someRate,
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
  rule: z.enum([
    'only-approved',
    'latest-approved',
    'undecided',
    'superseded',
    'closed',
    'pending',
    'not-joined',
    'unknown',
  ]),
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
  comparisons: listOf({ ...compared, stale: flag, special: rateEvidence, general: rateEvidence }),
  others: listOf({
    verdict: verdict.nullable(),
    standing,
    plan: planName,
    membership,
    ...someRate,
  }),
});

const why = documentOf('why', {
  ...judged,
  answers: list(z.union([whyAnswer, unanswered])).describe('one an id, in their order'),
});

const error = documentOf('error', { error: faultShape });

const mutes = documentOf('mutes', {
  generatedAt: time,
  mutes: listOf({
    shop,
    plan: planName,
    account: text.nullable().describe('null: every account'),
    since: time.nullable(),
    until: time.nullable().describe('null: until it is taken back'),
    from: z.enum(['command', 'config']),
    reason: text.nullable(),
  }),
});

const config = documentOf('config', {
  places: listOf({ name: z.enum(['database', 'backups', 'config']), path: text.nullable(), exists: flag }),
  settings: listOf({
    key: text.describe('place in the file: policy.minGain, sources[0].path'),
    value: text.nullable(),
    from: z.enum(['flag', 'environment', 'file', 'locale', 'default']),
    name: text.nullable().describe('of the flag or the variable'),
    line: count.nullable().describe('line of the file'),
  }),
});

const status = documentOf('status', {
  ...judged,
  accounts: list(text),
  summary: countsShape(...VERDICTS, 'pendingBelow', 'removed', 'muted').describe(
    'joined plans; applications that would pay less than the general plan, and plans that the merchant removed you from; a muted one counts as muted alone',
  ),
  atRiskFenPerDay: integer
    .nullable()
    .describe('of the plans to exit that own orders allow a figure for; null: of none'),
  atRiskPlans: count.describe('how many these are'),
  held,
  undelivered: listOf({ channel: text, n: count }).describe('alerts that were given up'),
  refused: listOf({ channel: text, answer: text }).describe('channels that take no alerts'),
  data: listOf({
    account: text,
    format: text,
    capturedAt: time,
    ageMs: count,
    age: z.enum(['fresh', 'soon', 'old']).describe('soon: within a day it is too old to judge by; old: it is'),
  }).describe('the newest of each account and format'),
  orders: listOf({ account: text, lines: count, ...orderSpan, capturedAt: time }).describe(
    'of each account that has any',
  ),
  next: listOf({
    export: z.enum(EXPORTS),
    account: text,
    shops: list(shop).describe('whose rates are lacking'),
  }).describe('what to export next'),
});

const report = documentOf('report', {
  ...judged,
  program: text.describe('what made it, and its version'),
  since: time.describe('where charts and changes begin'),
  newestCapturedAt: time.nullable(),
  accounts: list(text),
  summary: diff.shape.summary.describe('of all plans, also of those that are not listed below'),
  atRiskFenPerDay: status.shape.atRiskFenPerDay,
  atRiskPlans: status.shape.atRiskPlans,
  held,
  next: status.shape.next,
  plans: listOf({
    ...whyAnswer.shape,
    chart: z
      .strictObject({ item, steps })
      .nullable()
      .describe('the comparison that decides most; null: no rate was ever read'),
  }).describe('exits by money, then by gap; with the comparisons that decide most'),
  kept: shops.shape.kept.describe('all merchants that are asked for, also those that are not listed below'),
  curve: shops.shape.curve,
  shops: shops.shape.shops.describe('merchants of these plans'),
  changes: changes.shape.changes.describe('of these merchants, newest last'),
});

const LEVELS = ['ok', 'note', 'problem', 'damage'] as const;
const done = documentOf('done', {
  done: list(z.strictObject({ code: text, args: coded.shape.args, message: text })).describe(
    'what exited, mute, release, discard, backup, restore and export --output did',
  ),
});

const doctor = documentOf('doctor', {
  generatedAt: time,
  summary: countsShape(...LEVELS),
  findings: listOf({ level: z.enum(LEVELS), code: z.enum(codesOf('doctor')), args: coded.shape.args }),
});

export const DOCUMENTS = {
  sync,
  inspect,
  diff,
  check,
  why,
  changes,
  history,
  loss,
  shops,
  snapshots,
  mutes,
  formats,
  config,
  status,
  notify,
  alert: alertMessage,
  report,
  doctor,
  done,
  error,
};
export type DocumentName = keyof typeof DOCUMENTS;
export type DocumentOf<Name extends DocumentName> = z.infer<(typeof DOCUMENTS)[Name]>;

export type CheckAnswer = z.infer<typeof checkAnswer>;
export type WhyAnswer = z.infer<typeof whyAnswer>;

export function jsonSchema(name: DocumentName): object {
  return z.toJSONSchema(DOCUMENTS[name], {
    override: ({ jsonSchema: schema }) => {
      // zod writes these for every list and integer; they are no rule of the document.
      delete schema.readOnly;
      if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
      if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
    },
  });
}
