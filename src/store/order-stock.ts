/** What is known of orders as a whole: of when, and by which reports. */
import type { OrderStock } from '../domain/order-line.ts';
import type { OrderSpan } from '../domain/snapshot.ts';
import type { Db } from './open.ts';

/** SQL: `orderMoment`. */
export const CREATED = 'coalesce(s.created_at, s.paid_at, s.clicked_at)';

/** Of each account that has any, in order. */
export function readOrderStock(db: Db): OrderStock[] {
  return db
    .prepare(
      `SELECT a.name AS account, count(DISTINCT coalesce(sub_order_no, concat_ws(' ', order_no, item_no, occurrence))) AS lines,
              min(${CREATED}) AS sinceMs, max(${CREATED}) AS untilMs,
              (SELECT max(n.captured_at) FROM feed d JOIN snapshot n ON n.feed_id = d.id
               WHERE d.account_id = a.id AND d.coverage = 'orders') AS capturedMs
       FROM order_state s JOIN account a ON a.id = s.account_id GROUP BY a.id ORDER BY a.name`,
    )
    .all() as OrderStock[];
}

/** By snapshot, the span of its orders. */
export function readOrderSpans(db: Db): Map<number, OrderSpan> {
  const read = (name: 'order' | 'refund', created: string) =>
    db
      .prepare(
        `SELECT n.snapshot_id, min(${created}), max(${created})
         FROM ${name}_seen n JOIN ${name}_state s ON s.id = n.state_id GROUP BY n.snapshot_id`,
      )
      .raw()
      .all() as [id: number, sinceMs: number | null, untilMs: number | null][];
  const rows = [...read('order', CREATED), ...read('refund', 's.created_at')];
  return new Map(rows.map(([id, sinceMs, untilMs]) => [id, { sinceMs, untilMs }]));
}
