/** `tkguard notify`: which alerts are open, where each was told, and what did not get through. */
import { byUrgency } from '../domain/alert.ts';
import { shopLabel } from '../domain/ledger.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { type AlertShown, alertDocument } from './alert-parts.ts';
import { isoOrNull, pick, recordsOf } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { ACCOUNT, GAP, PLAN_IDS, SHOP_IDS } from './fields.ts';
import { fieldsOf, type Line, type Report } from './report.ts';
import { labelOf, timeText } from './values.ts';

type NotifyDocument = DocumentOf<'notify'>;
type AlertRow = NotifyDocument['alerts'][number];
type DeliveryRow = NotifyDocument['deliveries'][number];

interface ListedAlert extends AlertShown {
  readonly id: number;
  readonly closedMs: number | null;
  readonly isMuted: boolean;
}

interface ListedDelivery extends Omit<DeliveryRow, 'notBefore'> {
  readonly notBeforeMs: number;
}

interface NotifyInput {
  readonly generatedAtMs: number;
  readonly alerts: readonly ListedAlert[];
  readonly deliveries: readonly ListedDelivery[];
  /** That refuse, and what they said. */
  readonly refused: readonly { readonly channel: string; readonly answer: string }[];
}

export function buildNotifyReport(input: NotifyInput, t: Translate): Report<AlertRow> {
  const { generatedAtMs, alerts, deliveries, refused } = input;
  const document: NotifyDocument = {
    schema: 'tkguard.notify/1',
    generatedAt: formatIso(generatedAtMs),
    alerts: alerts.toSorted(byUrgency).map((alert) => ({
      id: alert.id,
      ...alertDocument(alert),
      closedAt: isoOrNull(alert.closedMs),
      muted: alert.isMuted,
    })),
    deliveries: deliveries.map((one) => ({
      ...pick(one, 'id', 'alert', 'channel', 'event', 'state', 'attempts'),
      notBefore: formatIso(one.notBeforeMs),
      answer: one.answer,
    })),
  };
  const count = (state: DeliveryRow['state']) => deliveries.filter((one) => one.state === state).length;
  const open = alerts.filter(({ closedMs }) => closedMs === null).length;
  return {
    t,
    document,
    records: recordsOf({ alert: document.alerts, delivery: document.deliveries }),
    rows: document.alerts,
    fields: FIELDS,
    details: ({ id }) => document.deliveries.filter(({ alert }) => alert === id).flatMap((one) => deliveryLine(one, t)),
    tone: ({ muted, closedAt }) => (muted || closedAt !== null ? 'muted' : 'plain'),
    closing: refused.map((one): Line => ({ text: t('notify.refused', one), tone: 'loud' })),
    summary: t('notify.summary', { open, due: count('due'), dead: count('dead') }),
    empty: t('notify.empty'),
  };
}

const FIELDS = fieldsOf<AlertRow>([
  {
    heading: 'alert',
    cell: ({ kind, muted }, t) => {
      const what = t(`alert.kind.${kind}`);
      return muted ? t('verdict.muted', { verdict: what }) : what;
    },
    csv: ['id', 'kind'],
  },
  ACCOUNT,
  {
    heading: 'shop',
    shrinks: true,
    cell: ({ shop, account }) => (shop ? shopLabel(shop) : account),
    csv: SHOP_IDS,
  },
  {
    heading: 'plan',
    shrinks: true,
    cell: ({ plan }) => plan && labelOf(plan.name, plan.id),
    csv: PLAN_IDS,
  },
  GAP,
  { csv: ['fenPerDay'] },
  { heading: 'since', cell: ({ openedAt }, t) => timeText(openedAt, t), csv: ['openedAt', 'closedAt', 'muted'] },
]);

function deliveryLine({ id, channel, event, state, attempts, notBefore, answer }: DeliveryRow, t: Translate): Line[] {
  const said = {
    id,
    channel,
    event: t(`alert.event.${event}`),
    attempts,
    answer: answer ?? '—',
    at: timeText(notBefore, t),
  };
  switch (state) {
    case 'sent':
      return [t('notify.delivery.sent', said)];
    case 'due':
      return [t(attempts === 0 ? 'notify.delivery.due' : 'notify.delivery.tried', said)];
    case 'dead':
      return [{ text: t('notify.delivery.dead', said), tone: 'loud' }];
    case 'void':
      return [];
    default:
      return state satisfies never;
  }
}
