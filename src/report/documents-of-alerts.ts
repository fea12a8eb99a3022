/** Documents of alerts: what `tkguard notify` lists, and what a webhook or a program gets. */
import * as z from 'zod';
import { ALERT_EVENTS, ALERT_KINDS } from '../domain/alert.ts';
import { count, flag, gapBp, integer, list, rateBp, text, time } from '../domain/shape.ts';
import { bothRates, documentOf, early, listOf, planName, shop } from './document-shapes.ts';

const alert = {
  kind: z.enum(ALERT_KINDS),
  account: text,
  shop: shop.nullable().describe('null: the account as a whole'),
  plan: planName.nullable(),
  openedAt: time,
  ...bothRates,
  gapBp: gapBp.nullable(),
  gap: text.nullable(),
  cut: z.strictObject({ fromBp: rateBp, toBp: rateBp, at: time }).nullable(),
  early: early.describe('of warn: what became of earlier plans'),
  dataAt: time.describe('capture of the oldest reading behind it'),
  fenPerDay: integer.nullable().describe('what is lost a day, in fen; null: not known'),
  files: count.nullable().describe('of held: how many'),
};
const event = z.enum(ALERT_EVENTS);

export const notify = documentOf('notify', {
  generatedAt: time,
  alerts: listOf({ id: count, ...alert, closedAt: time.nullable(), muted: flag }).describe(
    'the most urgent first; closedAt null: it is open',
  ),
  deliveries: listOf({
    id: count,
    alert: count,
    channel: text,
    event,
    state: z.enum(['due', 'sent', 'dead', 'void']),
    attempts: count,
    notBefore: time,
    answer: text.nullable(),
  }).describe('of open alerts, and those not done with'),
});

export const alertMessage = documentOf('alert', {
  key: text.describe('the same for a repetition'),
  generatedAt: time,
  test: flag,
  title: text,
  lines: list(text).describe('for people, in the language of the configuration'),
  events: listOf({ key: text, event, ...alert }),
  undelivered: listOf({ channel: text, n: count }),
});
