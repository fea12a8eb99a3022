/** The document of `loss`. */
import * as z from 'zod';
import { BUCKETS, LOSS_NOTES } from '../domain/loss-line.ts';
import { ORDER_STATES } from '../domain/order-line.ts';
import { count, flag, integer, list, rateBp, rateText, text, time } from '../domain/shape.ts';
import { atRisk, documentOf, eachShape, listOf, planName, shop } from './document-shapes.ts';

const fen = integer.describe('1 fen is ¥0.01');

const sum = z
  .strictObject({
    lines: count,
    amountFen: fen.describe('what the lines were paid on, less refunds'),
    lowFen: fen.nullable().describe('a loss is positive, a gain negative; null: there is no figure'),
    highFen: fen.nullable(),
  })
  .meta({ id: 'sum' });

const buckets = eachShape(BUCKETS, sum).meta({ id: 'buckets' });

const side = z
  .strictObject({
    planId: text,
    basis: z.enum(['item', 'shop-average']),
    rates: listOf({ rateBp, rate: rateText }).describe('what the rate may have been in the window'),
    unknown: flag.describe('at some moment of the window nothing is known'),
    assumed: flag.describe('readings that agree lie more than 14 days apart'),
    readings: listOf({
      capturedAt: time,
      rates: list(rateText).describe('none: stated as unknown, or not listed'),
      file: text.nullable(),
      line: count.nullable(),
      raw: text.nullable(),
    }),
  })
  .nullable();

const lossLine = z
  .strictObject({
    account: text,
    shop: shop.nullable(),
    plan: planName.nullable().describe('the special plan it counts to'),
    orderNo: text.nullable(),
    subOrderNo: text.nullable(),
    itemId: text.nullable(),
    title: text.nullable(),
    state: z.enum(ORDER_STATES),
    bucket: z.enum(BUCKETS),
    notes: list(z.enum(LOSS_NOTES)),
    amountFen: fen,
    rateBp: integer.nullable().describe('as it was paid, with the special service fee; basis points'),
    rate: text.nullable(),
    serviceFeeBp: integer.nullable(),
    shareBp: integer.nullable(),
    feeBp: integer.nullable().describe('technical fee, of the commission'),
    clickedAt: time.nullable(),
    createdAt: time.nullable(),
    paidAt: time.nullable(),
    settledAt: time.nullable(),
    window: z.strictObject({ from: time, to: time }).nullable().describe('the rate is one that held in it'),
    general: side,
    special: side,
    lowFen: fen.nullable(),
    highFen: fen.nullable(),
    moment: z
      .enum(['before-known', 'after-verdict', 'verdict-lifted'])
      .nullable()
      .describe('of a proven loss: no export had said exit at the click; or the newest had; or an older one had'),
    told: flag.describe('that export had been imported before the click'),
    file: text,
    line: count,
    messages: list(text).describe('the arithmetic in words, in the language asked for'),
  })
  .meta({ id: 'lossLine' });

const lessons = z
  .strictObject({
    changes: listOf({
      side: z.enum(['general', 'special']),
      itemId: text.nullable(),
      fromBp: integer,
      toBp: integer,
      after: time.describe('the last capture with the old rate'),
      before: time.describe('the first with the new one'),
      paidAfter: time.describe('by the lines paid at the old rate'),
      paidBefore: time.describe('by the lines paid at the new rate'),
    }),
    outside: z
      .strictObject({ lines: count, atGeneral: count })
      .describe('lines of items that the plan does not list, and those of them at the general rate'),
    afterExit: z
      .strictObject({ lines: count, atGeneral: count })
      .describe('lines clicked after the exit and paid at either plan’s rate, and those of them at the general one'),
    exit: z
      .strictObject({ at: time, generalAt: time, hours: count })
      .nullable()
      .describe('the last exit, and the first click after it that was paid at the general rate'),
  })
  .meta({ id: 'lessons' });

export const loss = documentOf('loss', {
  generatedAt: time,
  since: time.nullable(),
  until: time,
  coverage: listOf({
    account: text,
    lines: count,
    from: time.nullable().describe('of creation'),
    to: time.nullable(),
    lastSeenAt: time.describe('the newest report of orders'),
  }).describe('orders outside are not counted'),
  summary: buckets.describe('all lines; each is in one bucket'),
  rateMoments: z
    .strictObject({ click: count, payment: count })
    .describe('lines with a known change between click and payment, by the moment at whose rate they were paid'),
  plans: listOf({
    account: text,
    shop,
    plan: planName,
    buckets,
    beforeKnown: sum.describe('proven losses clicked before any export said exit'),
    afterVerdict: sum.describe('proven losses clicked when the newest export said exit'),
    verdictLifted: sum.describe('proven losses clicked when an older export had said exit, and the newest did not'),
    told: sum.describe('of those after the verdict, where that export had been imported before'),
    saved: sum.describe('paid at the general rate after the exit, against the special rate'),
    ...atRisk,
    lessons: lessons.describe('what orders say of rates; it changes nothing'),
    exitNotEffective: count.describe('lines after the exit that were paid at the plan’s rate all the same'),
  }),
  lines: list(lossLine).describe('with --lines'),
});

export type LessonsDocument = z.infer<typeof lessons>;
export type LossLineDocument = z.infer<typeof lossLine>;
