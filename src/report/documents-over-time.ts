/** Documents of what changed over time: changes, history, shops. */
import * as z from 'zod';
import { CHANGE_CODES } from '../domain/changes.ts';
import { GRADES } from '../domain/grade.ts';
import { WATCH_ENDS } from '../domain/lifetimes.ts';
import { MEASURES } from '../domain/reading.ts';
import { count, flag, gapBp, integer, list, rateBp, rateText, text, time } from '../domain/shape.ts';
import {
  bothRates,
  countsShape,
  documentOf,
  item,
  kept,
  listOf,
  planName,
  planOfKind,
  relation,
  shop,
} from './document-shapes.ts';

const line = count.nullable().describe('line of the file, or row of a JSON file; null where it is not kept');
const measure = z.enum(MEASURES).describe('income: commission plus subsidy, compared with no commission rate');

export const changes = documentOf('changes', {
  generatedAt: time,
  since: time,
  until: time,
  newestCapturedAt: time.nullable(),
  confirmMissing: count,
  summary: countsShape(...CHANGE_CODES),
  changes: listOf({
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
});

const subject = { account: text, shop, plan: planOfKind, measure, item };
/** A stretch of captures in which neither rate changed. */
export const steps = listOf({
  from: time,
  to: time,
  ...bothRates,
  specialBp: rateBp.nullable().describe('null: not known then, or not listed'),
  gapBp: gapBp.nullable(),
  relation,
  disagree: z
    .strictObject({ special: list(rateText.nullable()).optional(), general: list(rateText.nullable()).optional() })
    .optional()
    .describe('where exports of one moment say different rates: what they say; null: that it is unknown'),
});

export const history = documentOf('history', {
  generatedAt: time,
  since: time.nullable(),
  until: time,
  newestCapturedAt: time.nullable(),
  query: z.strictObject({ text, kind: z.enum(['item', 'plan', 'shop']), id: text }),
  timelines: listOf({ ...subject, steps }),
  readings: listOf({
    capturedAt: time,
    ...subject,
    rateBp: rateBp.nullable().describe('null: the export lists the rate as unknown'),
    rate: rateText.nullable(),
    file: text.describe('the file of this very capture'),
    line: line.describe('line of the file; kept only where a value was first read in a row of captures'),
    raw: text.nullable().describe('the cell as it stood; kept where line is'),
  }),
});

/** How the rates of one plan, or of all plans of a shop, moved. */
const moves = {
  cuts: count,
  crossedBelow: count,
  raises: count,
  largestCutBp: rateBp.nullable(),
  largestCut: rateText.nullable(),
  daysToFirstCut: count.nullable(),
};

const share = { goodPermille: count, lowerPermille: count, upperPermille: count };
const curve = z
  .strictObject({
    plans: count,
    points: listOf({ day: count, watched: count.describe('plans watched then'), ...share }).describe(
      'Turnbull’s estimator; between two points it falls evenly',
    ),
    median: z.strictObject({ fromDay: count, toDay: count }).nullable(),
    bands: z.strictObject({ percent: count, draws: count, seed: count }).describe('bootstrap over plans'),
    seen: listOf({ day: count, atRisk: count, events: count, ...share }).describe(
      'as seen: Kaplan–Meier with each break on the day it was noticed, Greenwood log-log bounds',
    ),
  })
  .nullable()
  .describe('with --evidence, and in a report: how many plans were still good by day; null for fewer than 5');

export const shops = documentOf('shops', {
  generatedAt: time,
  asOf: time,
  newestCapturedAt: time.nullable(),
  confirmMissing: count,
  formula: text.describe('how a grade follows from the numbers'),
  summary: countsShape(...GRADES),
  kept: list(kept).describe('all merchants together'),
  curve,
  shops: listOf({
    grade: z.enum(GRADES),
    shop,
    watched: count,
    bad: count,
    confidence: z.strictObject({ lowerPermille: count, upperPermille: count, lower: text, upper: text }),
    daysObserved: count,
    ...moves,
    closedSoon: count,
    locked: count,
    locksHonoured: count,
    kept: list(kept),
    curve,
    lifetimes: listOf({
      plan: planName,
      accounts: list(text),
      approvedAt: time,
      entryDay: count.describe('days after approval from which it was watched'),
      goodDay: count.describe('last seen good'),
      brokenDay: count.nullable().describe('first seen below the general rate, or closed'),
      end: z.enum(WATCH_ENDS).nullable().describe('null: still good when last seen'),
    }),
    plans: listOf({
      plan: planName,
      accounts: list(text),
      bad: flag,
      joined: flag,
      firstSeen: time,
      lastSeen: time,
      ...moves,
      closedAfterDays: count.nullable(),
      locked: flag,
      lockBroken: flag,
    }),
  }),
});
