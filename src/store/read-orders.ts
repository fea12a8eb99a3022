/** Reads order lines in their newest state (orders.md §3.1). */
import { groupBy } from '../domain/group-by.ts';
import { mergeOrderStates } from '../domain/merge-orders.ts';
import type {
  OrderFacts,
  OrderLine,
  OrderScope,
  OrderSource,
  OrderStatement,
  RefundStatement,
} from '../domain/order-line.ts';
import { orderMoment } from '../domain/order-line.ts';
import type { Db } from './open.ts';
import { CREATED } from './order-stock.ts';
import type { OrderTables } from './orders.ts';
import { ORDER_TABLES } from './orders.ts';
import type { SqlValue } from './statements.ts';

/** An order as its statements have it. */
export interface ListedOrder {
  /** Rows of `order_state`. */
  readonly ids: readonly number[];
  /** Every way in which a line of it may name its item and its seller. */
  readonly names: readonly LineNames[];
}

type LineNames = Pick<OrderFacts, 'itemNo' | 'sellerId' | 'nick'>;

/** Reads orders in any order, so that those of one shop can be read together. */
export interface OrderReader {
  /** Orders with a line that may be in the scope. */
  list(): Generator<ListedOrder>;
  /** The lines in the scope with their refund cases. `ids`: of whole orders, those of each together. */
  read(ids: readonly number[]): Generator<OrderLine>;
}

export function openOrderReader(db: Db, scope: OrderScope): OrderReader {
  const reports = readReports(db, scope);
  const refundsOf = openRefunds(db, reports);
  const rows = db
    .prepare(select(ORDER_TABLES.order, 'json_each(?) j CROSS JOIN order_state s ON s.id = j.value'))
    .raw();

  function* linesOf(statements: readonly OrderLine[]): Generator<OrderLine> {
    const ofAccounts = statements.length < 2 ? [statements] : groupBy(statements, ({ account }) => account).values();
    for (const ofAccount of ofAccounts)
      for (const line of mergeOrderStates(ofAccount, refundsOf(ofAccount))) if (isWithin(line, scope)) yield line;
  }

  return {
    list: () => listOrders(db, scope),
    *read(ids) {
      let open: OrderLine[] = [];
      let openOrder: SqlValue = null;
      const found = rows.iterate(JSON.stringify(ids)) as Iterable<StatementRow>;
      for (const { order, statement } of statementsOf<OrderLine>(found, ORDER_TABLES.order, reports)) {
        if (order !== openOrder) {
          yield* linesOf(open);
          [open, openOrder] = [[], order];
        }
        open.push(statement);
      }
      yield* linesOf(open);
    },
  };
}

/** The lines of a scope with their refund cases; lines of one order stand together. */
export function* readOrders(db: Db, scope: OrderScope): Generator<OrderLine> {
  const { list, read } = openOrderReader(db, scope);
  yield* read(Array.from(list(), ({ ids }) => ids).flat());
}

function* listOrders(db: Db, scope: OrderScope): Generator<ListedOrder> {
  const { where, parameters } = narrowing(scope);
  const rows = db
    .prepare(
      where === ''
        ? `SELECT s.id, ${ORDER_NO}, s.item_no, s.seller_id, s.nick FROM order_state s ORDER BY s.order_no, s.id`
        : `WITH asked AS MATERIALIZED (SELECT s.order_no, coalesce(s.sub_order_no, s.order_no) AS no FROM order_state s WHERE ${where})
           SELECT s.id, ${ORDER_NO}, s.item_no, s.seller_id, s.nick FROM order_state s
           WHERE s.order_no IN (SELECT order_no FROM asked) OR coalesce(s.sub_order_no, s.order_no) IN (SELECT no FROM asked)
           ORDER BY +s.order_no, s.id`,
    )
    .raw()
    .iterate(parameters) as Iterable<ListRow>;
  /** Statements that do not name their order come first. */
  const strays = new Map<SqlValue, ListRow[]>();
  let open: ListRow[] = [];
  for (const row of rows) {
    if (open[0]?.[1] !== row[1]) {
      if (open.length > 0) yield listed(open);
      open = strays.get(row[1]) ?? [];
      strays.delete(row[1]);
    }
    open.push(row);
  }
  if (open.length > 0) yield listed(open);
  for (const rest of strays.values()) yield listed(rest);
}

type ListRow = [id: number, order: SqlValue, itemNo: string | null, sellerId: string | null, nick: string | null];

function listed(rows: readonly ListRow[]): ListedOrder {
  const ids = rows.map(([id]) => id);
  const [only] = rows;
  if (only && rows.length === 1) return { ids, names: [{ itemNo: only[2], sellerId: only[3], nick: only[4] }] };
  // The newest statement of a line may lack what an older one has.
  const each = (column: 2 | 3 | 4) => [...new Set(rows.map((row) => row[column]))];
  const names = each(2).flatMap((itemNo) =>
    each(3).flatMap((sellerId) => each(4).map((nick) => ({ itemNo, sellerId, nick }))),
  );
  return { ids, names };
}

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
function narrowing({ sinceMs, untilMs, itemNos, orderNos }: OrderScope): Narrowing {
  const conditions: string[] = [];
  const among = (column: string, list: string) => `s.${column} IN (SELECT value FROM json_each(@${list}))`;
  if (sinceMs !== null || untilMs !== null)
    conditions.push(
      `coalesce(${CREATED}, @sinceMs, @untilMs)
         BETWEEN coalesce(@sinceMs, ${Number.MIN_SAFE_INTEGER}) AND coalesce(@untilMs, ${Number.MAX_SAFE_INTEGER})`,
    );
  if (itemNos) conditions.push(among('item_no', 'itemNos'));
  if (orderNos) conditions.push(`(${among('order_no', 'orderNos')} OR ${among('sub_order_no', 'orderNos')})`);
  const lists = { itemNos: JSON.stringify(itemNos ?? []), orderNos: JSON.stringify(orderNos ?? []) };
  return { where: conditions.join(' AND '), parameters: { sinceMs, untilMs, ...lists } };
}

type StatementRow = [id: number, snapshotId: number, line: number, order: SqlValue, occurrence: number, ...SqlValue[]];

/** Columns before those of the facts. */
const FIRST_FACT = 5;

/** A row for each report that made a statement; those of one statement stand together. `from`: SQL, with the statements as `s`. */
function select({ name, columns }: OrderTables, from: string): string {
  const order = name === 'order' ? ORDER_NO : 'NULL';
  return `SELECT s.id, n.snapshot_id, n.line, ${order}, s.occurrence, ${columns.map((column) => `s.${column}`)}
    FROM ${from} CROSS JOIN ${name}_seen n ON n.state_id = s.id`;
}

/** A statement whose reports are being read. */
interface Open {
  readonly row: StatementRow;
  readonly account: string;
  source: OrderSource;
}

/** A statement by itself is a line that had no other state. */
const ALONE: Pick<OrderLine, 'earlier' | 'refunds'> = { earlier: [], refunds: [] };

/** Each statement of these reports once, at the newest of them, with the number of its order. */
function* statementsOf<S extends OrderLine | RefundStatement>(
  rows: Iterable<StatementRow>,
  { name, keys }: OrderTables,
  reports: Reports,
): Generator<{ readonly order: SqlValue; readonly statement: S }> {
  // A copy of what has all keys is far smaller and faster than an object to which they are added.
  const empty = {
    ...Object.fromEntries(['account', 'occurrence', 'source', ...keys].map((key) => [key, null as unknown])),
    ...(name === 'order' ? ALONE : {}),
  };
  const close = ({ row, source, account }: Open) => {
    const statement: Record<string, unknown> = { ...empty };
    for (let i = 0; i < keys.length; i++) statement[keys[i] as string] = row[i + FIRST_FACT];
    statement.account = account;
    statement.occurrence = row[4];
    statement.source = source;
    if (name === 'order') statement.refundTag = toFlag(statement.refundTag);
    return { order: row[3], statement: statement as unknown as S };
  };
  let open = null as Open | null;
  for (const row of rows) {
    const report = reports.get(row[1]);
    if (!report) continue;
    const { account, file, sha256, capturedMs, importedMs } = report;
    const source = { file, sha256, line: row[2], capturedMs, importedMs };
    if (open?.row[0] === row[0]) {
      if (isNewer(source, open.source)) open.source = source;
      continue;
    }
    if (open) yield close(open);
    open = { row, source, account };
  }
  if (open) yield close(open);
}

function toFlag(value: unknown): boolean | null {
  return value === null ? null : value === 1;
}

/** A total order: which report came first does not matter. */
function isNewer(a: OrderSource, b: OrderSource): boolean {
  if (a.capturedMs !== b.capturedMs) return a.capturedMs > b.capturedMs;
  return a.sha256 === b.sha256 ? a.file < b.file : a.sha256 < b.sha256;
}

/** Refund cases by the numbers that they name: there are few beside the orders. */
function openRefunds(db: Db, reports: Reports): (statements: readonly OrderStatement[]) => RefundStatement[] {
  const rows = db.prepare(select(ORDER_TABLES.refund, 'refund_state s')).raw().all() as StatementRow[];
  const cases = Array.from(
    statementsOf<RefundStatement>(rows, ORDER_TABLES.refund, reports),
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
function isWithin(line: OrderLine, { sinceMs, untilMs, itemNos, orderNos }: OrderScope): boolean {
  const at = orderMoment(line);
  if (at !== null && (at < (sinceMs ?? at) || at > (untilMs ?? at))) return false;
  const isOf = (value: string | null, list: readonly string[]) => value !== null && list.includes(value);
  if (orderNos && !isOf(line.subOrderNo, orderNos) && !isOf(line.orderNo, orderNos)) return false;
  return !itemNos || isOf(line.itemNo, itemNos);
}
