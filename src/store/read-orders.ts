/** Reads order lines in their newest state (orders.md §3.1). */
import { groupBy } from '../domain/group-by.ts';
import { mergeOrderStates } from '../domain/merge-orders.ts';
import type {
  OrderLine,
  OrderScope,
  OrderSource,
  OrderStatement,
  OrderStock,
  RefundStatement,
} from '../domain/order-line.ts';
import { orderMoment } from '../domain/order-line.ts';
import type { OrderSpan } from '../domain/snapshot.ts';
import type { Db } from './open.ts';
import type { OrderTables } from './orders.ts';
import { TABLES } from './orders.ts';
import type { SqlValue } from './statements.ts';

/** The lines of a scope with their refund cases; lines of one order stand together. */
export function* readOrders(db: Db, scope: OrderScope): Generator<OrderLine> {
  const reports = readReports(db, scope);
  const refundsOf = openRefunds(db, reports);
  const narrow = narrowing(scope);
  const read = (which: string) => readStatements<OrderStatement>(db, TABLES.order, reports, narrow, which);
  const strays = groupBy(read('s.order_no IS NULL'), ({ order }) => order);
  let open: OrderStatement[] = [];
  let openOrder: SqlValue = null;
  for (const { order, statement } of read('s.order_no IS NOT NULL')) {
    if (order !== openOrder) {
      yield* linesOf(open);
      open = (strays.get(order) ?? []).map((stray) => stray.statement);
      strays.delete(order);
      openOrder = order;
    }
    open.push(statement);
  }
  yield* linesOf(open);
  for (const rest of strays.values()) yield* linesOf(rest.map(({ statement }) => statement));

  function* linesOf(statements: readonly OrderStatement[]): Generator<OrderLine> {
    const ofAccounts = statements.length < 2 ? [statements] : groupBy(statements, ({ account }) => account).values();
    for (const ofAccount of ofAccounts)
      for (const line of mergeOrderStates(ofAccount, refundsOf(ofAccount))) if (isWithin(line, scope)) yield line;
  }
}

/** SQL: `orderMoment`. */
const CREATED = 'coalesce(s.created_at, s.paid_at, s.clicked_at)';

/** Reports of orders by the numbers of their snapshots. */
type Reports = ReadonlyMap<number, Omit<OrderSource, 'line'> & { readonly account: string }>;

/**
 * What was captured until then. The same bytes again are a copy, whatever time their file has: a report of orders never
 * goes back to what it said before. So their first capture counts.
 */
function readReports(db: Db, { asOfMs, accounts }: Pick<OrderScope, 'asOfMs' | 'accounts'>): Reports {
  const rows = db
    .prepare(
      `SELECT n.id, a.name AS account, f.name AS file, f.sha256, f.imported_at AS importedMs,
              min(n.captured_at) OVER (PARTITION BY f.sha256, d.account_id) AS capturedMs
       FROM feed d JOIN snapshot n ON n.feed_id = d.id JOIN file f ON f.id = n.file_id JOIN account a ON a.id = d.account_id
       WHERE d.coverage = 'orders'`,
    )
    .all() as ({ readonly id: number } & Omit<OrderSource, 'line'> & { readonly account: string })[];
  const asked = rows.filter(({ capturedMs, account }) => {
    return capturedMs <= (asOfMs ?? capturedMs) && (accounts?.includes(account) ?? true);
  });
  return new Map(asked.map(({ id, ...report }) => [id, report]));
}

/** The number of the order, also where a report has the sub-order's alone. */
const ORDER_NO = `coalesce(s.order_no,
  (SELECT max(o.order_no) FROM order_state o WHERE coalesce(o.sub_order_no, o.order_no) = s.sub_order_no), s.sub_order_no)`;

interface Narrowing {
  /** SQL: that an order may be asked for. */
  readonly where: string;
  readonly parameters: Readonly<Record<string, string | number | null>>;
}

/** Orders with a statement that is asked for: which of its lines are is known when they are merged. */
function narrowing({ sinceMs, untilMs, of, orderNos }: OrderScope): Narrowing {
  const conditions: string[] = [];
  const among = (column: string, list: string) => `s.${column} IN (SELECT value FROM json_each(@${list}))`;
  if (sinceMs !== null || untilMs !== null)
    conditions.push(
      `coalesce(${CREATED}, @sinceMs, @untilMs)
         BETWEEN coalesce(@sinceMs, ${Number.MIN_SAFE_INTEGER}) AND coalesce(@untilMs, ${Number.MAX_SAFE_INTEGER})`,
    );
  if (of)
    conditions.push(
      `(${among('item_no', 'itemNos')} OR ${among('nick', 'nicks')} OR ${among('shop_title', 'titles')})`,
    );
  if (orderNos) conditions.push(`(${among('order_no', 'orderNos')} OR ${among('sub_order_no', 'orderNos')})`);
  const lists = { itemNos: of?.itemNos, nicks: of?.nicks, titles: of?.titles, orderNos };
  return {
    where: conditions.join(' AND '),
    parameters: {
      sinceMs,
      untilMs,
      ...Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, JSON.stringify(list ?? [])])),
    },
  };
}

/** A statement whose reports are being read. */
interface Open {
  readonly id: number;
  readonly row: readonly SqlValue[];
  readonly order: SqlValue;
  readonly account: string;
  source: OrderSource;
}

/** Columns before those of the facts. */
const FIRST_FACT = 5;

const EVERYTHING: Narrowing = { where: '', parameters: {} };

/** Each statement of these reports once, at the newest of them, with the number of its order; those of one order stand together. */
function* readStatements<S extends OrderStatement | RefundStatement>(
  db: Db,
  { name, keys, columns }: OrderTables,
  reports: Reports,
  { where, parameters }: Narrowing,
  which = 'true',
): Generator<{ readonly order: SqlValue; readonly statement: S }> {
  const isNarrow = where !== '';
  const asked = isNarrow
    ? `WITH asked AS MATERIALIZED (SELECT s.order_no, coalesce(s.sub_order_no, s.order_no) AS no FROM order_state s WHERE ${where})`
    : '';
  const within = isNarrow
    ? 's.order_no IN (SELECT order_no FROM asked) OR coalesce(s.sub_order_no, s.order_no) IN (SELECT no FROM asked)'
    : 'true';
  const rows = db
    .prepare(
      `${asked} SELECT s.id, n.snapshot_id, n.line, ${name === 'order' ? ORDER_NO : 'NULL'}, s.occurrence, ${columns.map((column) => `s.${column}`).join(', ')}
       FROM ${name}_state s CROSS JOIN ${name}_seen n ON n.state_id = s.id WHERE ${which} AND (${within})
       ORDER BY ${isNarrow ? '+' : ''}s.order_no, s.id`,
    )
    .raw()
    .iterate(parameters) as Iterable<[number, number, number, SqlValue, number, ...SqlValue[]]>;
  let open = null as Open | null;
  const close = ({ row, order, source, account }: Open) => {
    const statement: Record<string, unknown> = { account, occurrence: row[4], source };
    for (let i = 0; i < keys.length; i++) statement[keys[i] as string] = row[i + FIRST_FACT];
    if (name === 'order') statement.refundTag = toFlag(row[keys.indexOf('refundTag') + FIRST_FACT]);
    return { order, statement: statement as unknown as S };
  };
  for (const row of rows) {
    const [id, snapshotId, line, order] = row;
    const report = reports.get(snapshotId);
    if (!report) continue;
    const { account, file, sha256, capturedMs, importedMs } = report;
    const source = { file, sha256, line, capturedMs, importedMs };
    if (open?.id === id) {
      if (isNewer(source, open.source)) open.source = source;
      continue;
    }
    if (open) yield close(open);
    open = { id, row, order, source, account };
  }
  if (open) yield close(open);
}

function toFlag(value: SqlValue | undefined): boolean | null {
  return value === null || value === undefined ? null : value === 1;
}

/** A total order: which report came first does not matter. */
function isNewer(a: OrderSource, b: OrderSource): boolean {
  if (a.capturedMs !== b.capturedMs) return a.capturedMs > b.capturedMs;
  return a.sha256 === b.sha256 ? a.file < b.file : a.sha256 < b.sha256;
}

/** Refund cases by the numbers that they name: there are few beside the orders. */
function openRefunds(db: Db, reports: Reports): (statements: readonly OrderStatement[]) => RefundStatement[] {
  const cases = Array.from(
    readStatements<RefundStatement>(db, TABLES.refund, reports, EVERYTHING),
    ({ statement }) => statement,
  );
  const [bySub, byOrder] = [groupBy(cases, (one) => one.subOrderNo), groupBy(cases, (one) => one.orderNo)];
  return (statements) => {
    if (cases.length === 0) return NO_CASES;
    const found = statements.flatMap(({ subOrderNo, orderNo }) => [
      ...((subOrderNo !== null && bySub.get(subOrderNo)) || []),
      ...((orderNo !== null && byOrder.get(orderNo)) || []),
    ]);
    return [...new Set(found)];
  };
}

const NO_CASES: RefundStatement[] = [];

/** What is asked for of the merged lines. */
function isWithin(line: OrderLine, { sinceMs, untilMs, of, orderNos }: OrderScope): boolean {
  const at = orderMoment(line);
  if (at !== null && (at < (sinceMs ?? at) || at > (untilMs ?? at))) return false;
  const isOf = (value: string | null, list: readonly string[]) => value !== null && list.includes(value);
  if (orderNos && !isOf(line.subOrderNo, orderNos) && !isOf(line.orderNo, orderNos)) return false;
  return !of || isOf(line.itemNo, of.itemNos) || isOf(line.nick, of.nicks) || isOf(line.shopTitle, of.titles);
}

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
  const rows = [TABLES.order, TABLES.refund].flatMap(({ name }) =>
    db
      .prepare(
        `SELECT n.snapshot_id, min(${name === 'order' ? CREATED : 's.created_at'}), max(${name === 'order' ? CREATED : 's.created_at'})
         FROM ${name}_seen n JOIN ${name}_state s ON s.id = n.state_id GROUP BY n.snapshot_id`,
      )
      .raw()
      .all(),
  ) as [id: number, sinceMs: number | null, untilMs: number | null][];
  return new Map(rows.map(([id, sinceMs, untilMs]) => [id, { sinceMs, untilMs }]));
}
