/** Order lines and refund cases as reports state them: each statement once, and which reports made it. */
import type { OrderFacts, OrderRow, RefundFacts, RefundRow } from '../domain/order-line.ts';
import { ORDER_FACTS, orderMoment, REFUND_FACTS } from '../domain/order-line.ts';
import { columnOf } from '../domain/reading.ts';
import type { OrderSpan } from '../domain/snapshot.ts';
import type { Db } from './open.ts';
import type { SqlValue } from './statements.ts';

/** A statement and the row of the report that made it. */
type Stated = (OrderFacts | RefundFacts) & { readonly locator: number };

/** The tables of one kind of statement, and the facts that are its columns. */
export interface OrderTables {
  readonly name: 'order' | 'refund';
  readonly keys: readonly string[];
  readonly columns: readonly string[];
}

const tablesOf = (name: OrderTables['name'], keys: readonly string[]): OrderTables => ({
  name,
  keys,
  columns: keys.map(columnOf),
});

export const ORDER_TABLES = {
  order: tablesOf('order', Object.keys(ORDER_FACTS)),
  refund: tablesOf('refund', Object.keys(REFUND_FACTS)),
} as const;
/** Without what is only shown. */
export const UNTITLED_ORDERS = tablesOf(
  'order',
  ORDER_TABLES.order.keys.filter((key) => key !== 'itemTitle' && key !== 'shopTitle'),
);

export interface StatementWriter {
  /** Takes what a report says. `known`: another report, or another row of it, said just this; `changed`: something else of the same number. */
  add(
    values: readonly SqlValue[],
    at: { accountId: number; occurrence: number; snapshotId: number; line: number },
  ): 'known' | 'changed' | 'added';
}

/** `values`: in the order of the columns. */
export function openStatementWriter(db: Db, { name, columns }: OrderTables): StatementWriter {
  const all = ['account_id', 'occurrence', ...columns];
  const [sub, order] = [all.indexOf('sub_order_no'), all.indexOf('order_no')];
  const find = db
    .prepare(`SELECT id, ${all.join(', ')} FROM ${name}_state WHERE coalesce(sub_order_no, order_no) = ?`)
    .raw();
  const add = db.prepare(`INSERT INTO ${name}_state (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`);
  const see = db.prepare(`INSERT OR IGNORE INTO ${name}_seen (state_id, snapshot_id, line) VALUES (?, ?, ?)`);
  return {
    add(said, { accountId, occurrence, snapshotId, line }) {
      const values = [accountId, occurrence, ...said];
      const others = find.all(values[sub] ?? values[order]) as SqlValue[][];
      const known = others.find((other) => values.every((value, i) => value === other[i + 1]));
      const id = known?.[0] ?? Number(add.run(values).lastInsertRowid);
      see.run(id, snapshotId, line);
      if (known) return 'known';
      return others.some(([, account]) => account === accountId) ? 'changed' : 'added';
    },
  };
}

interface OrderWriter {
  add(said: { readonly orders?: readonly OrderRow[]; readonly refunds?: readonly RefundRow[] }): void;
  /** Rows so far, and those of them that say something new. */
  readonly counts: { rows: number; known: number; changed: number; added: number };
  span(): OrderSpan;
}

/** Writes the rows of one report. */
export function openOrders(db: Db): (accountId: number, snapshotId: number) => OrderWriter {
  const open = (tables: OrderTables) => ({ keys: tables.keys, writer: openStatementWriter(db, tables) });
  const [orders, refunds] = [open(ORDER_TABLES.order), open(ORDER_TABLES.refund)];
  return (accountId, snapshotId) => {
    const counts = { rows: 0, known: 0, changed: 0, added: 0 };
    let [sinceMs, untilMs]: [number | null, number | null] = [null, null];
    const met = new Map<string, number>();
    const write = ({ keys, writer }: ReturnType<typeof open>, row: Stated) => {
      const key = twinKey(row);
      const occurrence = key === null ? 1 : (met.get(key) ?? 0) + 1;
      if (key !== null) met.set(key, occurrence);
      const values = keys.map((fact) => toSql(row[fact as keyof Stated]));
      counts[writer.add(values, { accountId, occurrence, snapshotId, line: row.locator })] += 1;
      counts.rows += 1;
      const at = orderMoment(row);
      if (at === null) return;
      sinceMs = Math.min(at, sinceMs ?? at);
      untilMs = Math.max(at, untilMs ?? at);
    };
    return {
      counts,
      span: () => ({ sinceMs, untilMs }),
      add(said) {
        for (const row of said.orders ?? []) write(orders, row);
        for (const row of said.refunds ?? []) write(refunds, row);
      },
    };
  };
}

/** Rows of one report that are alike in this and have no number of their own are several lines, or cases (orders.md §3.1); null: it has one. */
function twinKey(row: Stated): string | null {
  if ('refundFen' in row) return row.createdMs === null ? JSON.stringify([row.subOrderNo, row.orderNo]) : null;
  const { subOrderNo, role, orderNo, itemNo, quantity, unitPriceFen } = row;
  return subOrderNo === null ? JSON.stringify([role, orderNo, itemNo, quantity, unitPriceFen]) : null;
}

function toSql(value: string | number | boolean | null | undefined): SqlValue {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

/**
 * Numbers of lines that reports after a snapshot state otherwise than others do, and of their refund cases: a line that only
 * one statement has is new, or is as it was.
 */
export function restatedOrders(db: Db, afterSnapshot: number): string[] {
  const no = (row: string) => `coalesce(${row}.sub_order_no, ${row}.order_no)`;
  return db
    .prepare(
      `SELECT ${no('s')} FROM order_seen n JOIN order_state s ON s.id = n.state_id
       WHERE n.snapshot_id > @afterSnapshot
         AND EXISTS (SELECT 1 FROM order_state o WHERE ${no('o')} = ${no('s')} AND o.id <> s.id)
       UNION SELECT ${no('s')} FROM refund_seen n JOIN refund_state s ON s.id = n.state_id
       WHERE n.snapshot_id > @afterSnapshot`,
    )
    .pluck()
    .all({ afterSnapshot }) as string[];
}

/** Forgets what a report said; statements that no other report makes go with it. */
export function openOrderRemoval(db: Db): (snapshotId: number) => void {
  const tables = [ORDER_TABLES.order, ORDER_TABLES.refund].map(({ name }) => ({
    states: db.prepare(`SELECT state_id FROM ${name}_seen WHERE snapshot_id = ?`).pluck(),
    unsee: db.prepare(`DELETE FROM ${name}_seen WHERE snapshot_id = ?`),
    forget: db.prepare(
      `DELETE FROM ${name}_state WHERE id IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM ${name}_seen s WHERE s.state_id = ${name}_state.id)`,
    ),
  }));
  return (snapshotId) => {
    for (const { states, unsee, forget } of tables) {
      const ids = states.all(snapshotId);
      unsee.run(snapshotId);
      forget.run(JSON.stringify(ids));
    }
  };
}
