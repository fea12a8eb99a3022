/** Reads order lines in their newest state (orders.md §3.1). */
import { groupBy } from '../domain/group-by.ts';
import { lazyByKey } from '../domain/lazy.ts';
import { mergeOrderStates } from '../domain/merge-orders.ts';
import type {
  OrderFacts,
  OrderLine,
  OrderScope,
  OrderSource,
  OrderStatement,
  RefundStatement,
} from '../domain/order-line.ts';
import { ORDER_ROLES, ORDER_STATES, orderMoment, REFUND_STATES } from '../domain/order-line.ts';
import { DamagedData } from './connect.ts';
import type { Db } from './open.ts';
import { CREATED } from './order-stock.ts';
import { ORDER_TABLES, type OrderTables, UNTITLED_ORDERS } from './orders.ts';
import { prepareVisit, type SqlValue } from './statements.ts';

/** How a line names its item and its seller. */
type LineNames = Pick<OrderFacts, 'itemNo' | 'sellerId' | 'nick'>;

/** Rows of one merchant lie all over the file: pages that are mapped need not be read again for each. */
const MAPPED_BYTES = 64 << 20;

/** Reads orders in any order, so that those of one shop can be read together. */
export interface OrderReader {
  /** Rows of `order_state` of whole orders with a line that may be in the scope, by all shops that a line of theirs may be of. */
  list<S>(shopOf: (names: LineNames) => S): Map<S, number[]>;
  /** The lines in the scope with their refund cases. `ids`: of whole orders that were listed. */
  read(ids: readonly number[]): OrderLine[];
}

/** See `OrderReader`. Which reports count is read at once. */
export function openOrderReader(db: Db, scope: OrderScope): OrderReader {
  if (db.readonly) db.pragma(`mmap_size = ${MAPPED_BYTES}`);
  const reports = readReports(db, scope.accounts);
  const refundsOf = openRefunds(db, reports);
  /** The order of each row that is not the only one of its order. */
  const shared = new Map<number, SqlValue>();
  const from = 'json_each(@ids) j CROSS JOIN order_state s ON s.id = j.value';
  const tables = scope.withoutTitles ? UNTITLED_ORDERS : ORDER_TABLES.order;
  const readStatements = openStatements<OrderLine>(db, tables, from, reports, shared);

  function linesOf(statements: readonly OrderLine[]): readonly OrderLine[] {
    if (statements.length === 1) return mergeOrderStates(statements, refundsOf(statements));
    const accounts = [...groupBy(statements, ({ account }) => account).values()];
    return accounts.flatMap((ofAccount) => mergeOrderStates(ofAccount, refundsOf(ofAccount)));
  }

  const isAsked = withinOf(scope);
  return {
    list: (shopOf) => listOrders(db, scope, shopOf, shared),
    read(ids) {
      const lines: OrderLine[] = [];
      // Those that stand together in the file are read together.
      for (const order of readStatements(ids.toSorted((a, b) => a - b)))
        for (const line of linesOf(order)) if (isAsked(line)) lines.push(line);
      return lines;
    },
  };
}

/** The lines of a scope with their refund cases; lines of one order stand together. */
export function readOrders(db: Db, scope: OrderScope): OrderLine[] {
  const { list, read } = openOrderReader(db, scope);
  return read(list(() => null).get(null) ?? []);
}

/** `shared`: is told the order of each row that is not the only one of its order. */
function listOrders<S>(
  db: Db,
  scope: OrderScope,
  shopOf: (names: LineNames) => S,
  shared: Map<number, SqlValue>,
): Map<S, number[]> {
  const { where, parameters } = narrowing(scope);
  const namesOf = openNames();
  const alone = new Map<LineNames, number[]>();
  const orders = new Map<SqlValue, Listed[]>();
  const rows = where === '' ? 'order_state' : 'asked';
  const visit = prepareVisit<ListRow>(
    db,
    ['id', 'shared_order', 'item_no', 'seller_id', 'nick'],
    `WITH ${where === '' ? '' : `${wholeOrders(where)}, `}shared AS MATERIALIZED (${sharedOrders(rows)})
     SELECT s.id, iif(s.order_no IS NULL OR s.order_no IN shared, ${ORDER_NO}, NULL) AS shared_order, s.item_no, s.seller_id, s.nick
     FROM ${rows} s`,
  );
  visit(parameters, (id, order, itemNo, sellerId, nick) => {
    const names = namesOf(itemNo, sellerId, nick);
    if (order === null) {
      add(alone, names, id);
      return;
    }
    shared.set(id, order);
    add(orders, order, { id, names });
  });

  const placeOf = lazyByKey(shopOf);
  const found = new Map<S, number[]>();
  for (const [names, ids] of alone) for (const id of ids) add(found, placeOf(names), id);
  for (const rows of orders.values()) {
    // The newest statement of a line may lack what an older one has.
    const each = <K extends keyof LineNames>(key: K) => [...new Set(rows.map(({ names }) => names[key]))];
    const names = each('itemNo').flatMap((itemNo) =>
      each('sellerId').flatMap((sellerId) => each('nick').map((nick) => namesOf(itemNo, sellerId, nick))),
    );
    for (const shop of new Set(names.map(placeOf))) for (const { id } of rows) add(found, shop, id);
  }
  return found;
}

type ListRow = [id: number, order: SqlValue, itemNo: string | null, sellerId: string | null, nick: string | null];

interface Listed {
  readonly id: number;
  readonly names: LineNames;
}

/** Gives one object for each way of naming: there are far fewer than orders. */
function openNames(): (itemNo: string | null, sellerId: string | null, nick: string | null) => LineNames {
  const known = new Map<string | null, LineNames[]>();
  return (itemNo, sellerId, nick) => {
    const same = known.get(itemNo)?.find((names) => names.sellerId === sellerId && names.nick === nick);
    if (same) return same;
    const names = { itemNo, sellerId, nick };
    add(known, itemNo, names);
    return names;
  };
}

/** Reports of orders by the numbers of their snapshots. */
type Reports = ReadonlyMap<number, Report>;
type Report = Omit<OrderSource, 'line'> & { readonly account: string };

/**
 * The same bytes again are a copy, whatever time their file has: a report of orders never goes back to what it said before. So
 * their first capture counts.
 */
function readReports(db: Db, accounts: OrderScope['accounts']): Reports {
  const rows = db
    .prepare(
      `SELECT n.id, n.account, f.name AS file, f.sha256, f.imported_at AS importedMs,
              min(n.captured_at) OVER (PARTITION BY f.sha256, n.account_id) AS capturedMs
       FROM capture n JOIN file f ON f.id = n.file_id WHERE n.coverage = 'orders'`,
    )
    .all() as (Report & { readonly id: number })[];
  const asked = rows.filter(({ account }) => accounts?.includes(account) ?? true);
  return new Map(asked.map(({ id, ...report }) => [id, report]));
}

/** The number of the order, also where a report has the sub-order's alone. */
const ORDER_NO = `coalesce(s.order_no,
  (SELECT max(o.order_no) FROM order_state o WHERE coalesce(o.sub_order_no, o.order_no) = s.sub_order_no), s.sub_order_no)`;

/** SQL: orders of several of these rows, and those that a row only names by a sub-order. */
function sharedOrders(rows: string): string {
  return `SELECT order_no FROM ${rows} WHERE order_no IS NOT NULL GROUP BY order_no HAVING count(*) > 1
    UNION SELECT ${ORDER_NO} FROM ${rows} s WHERE s.order_no IS NULL`;
}

/** SQL: `asked`, all rows of the orders that have one of these. */
function wholeOrders(where: string): string {
  return `met AS MATERIALIZED (SELECT s.order_no, coalesce(s.sub_order_no, s.order_no) AS no FROM order_state s WHERE ${where}),
    asked AS MATERIALIZED (
      SELECT s.id, s.order_no, s.sub_order_no, s.item_no, s.seller_id, s.nick FROM order_state s
      WHERE s.order_no IN (SELECT order_no FROM met) OR coalesce(s.sub_order_no, s.order_no) IN (SELECT no FROM met))`;
}

interface Narrowing {
  /** SQL: that an order may be asked for. */
  readonly where: string;
  readonly parameters: Readonly<Record<string, string | number | null>>;
}

/** Orders with a statement that is asked for: which of its lines are is known when they are merged. Few are later than what is asked. */
function narrowing({ sinceMs, itemNos, orderNos }: OrderScope): Narrowing {
  const conditions: string[] = [];
  const among = (column: string, list: string) => `s.${column} IN (SELECT value FROM json_each(@${list}))`;
  if (sinceMs !== null) conditions.push(`coalesce(${CREATED}, @sinceMs) >= @sinceMs`);
  if (itemNos) conditions.push(among('item_no', 'itemNos'));
  if (orderNos) conditions.push(`(${among('order_no', 'orderNos')} OR ${among('sub_order_no', 'orderNos')})`);
  const lists = { itemNos: JSON.stringify(itemNos ?? []), orderNos: JSON.stringify(orderNos ?? []) };
  return { where: conditions.join(' AND '), parameters: { sinceMs, ...lists } };
}

/** SQLite looks at words when they are written, not when they are read. */
const ROLES: ReadonlySet<unknown> = new Set([...ORDER_ROLES, null]);
const STATES: Readonly<Record<OrderTables['name'], ReadonlySet<unknown>>> = {
  order: new Set(ORDER_STATES),
  refund: new Set(REFUND_STATES),
};

/** A statement by itself is a line that had no other state. */
const ALONE: Pick<OrderLine, 'earlier' | 'refunds'> = { earlier: [], refunds: [] };

/** Reads each statement of these reports once, at the newest of them; those of one order together. `from`: the statements as `s`. */
function openStatements<S extends OrderLine | RefundStatement>(
  db: Db,
  { name, keys, columns }: OrderTables,
  from: string,
  reports: Reports,
  shared: ReadonlyMap<number, SqlValue>,
): (ids: readonly number[]) => S[][] {
  // A copy of what has all keys is far smaller and faster than an object to which they are added.
  const empty: Record<string, unknown> = {
    ...Object.fromEntries(
      ['account', 'occurrence', 'source', ...ORDER_TABLES[name].keys].map((key) => [key, null as unknown]),
    ),
    ...(name === 'order' ? ALONE : {}),
  };
  const states = STATES[name];
  const visit = prepareVisit<[number, number, number, number, ...SqlValue[]]>(
    db,
    ['id', 'snapshot_id', 'line', 'occurrence', ...columns],
    `SELECT s.*, n.snapshot_id, n.line FROM ${from} CROSS JOIN ${name}_seen n ON n.state_id = s.id`,
  );
  return (ids) => {
    const groups: Record<string, unknown>[][] = [];
    const orders = new Map<SqlValue, Record<string, unknown>[]>();
    let [lastId, statement] = [0, empty];
    // Rows of one statement, one for each report that made it, stand together.
    visit({ ids: JSON.stringify(ids) }, (id, snapshotId, line, occurrence, ...facts) => {
      const report = reports.get(snapshotId);
      if (!report) return;
      const { account, file, sha256, capturedMs, importedMs } = report;
      const source = { file, sha256, line, capturedMs, importedMs };
      if (lastId === id) {
        if (isNewer(source, statement.source as OrderSource)) statement.source = source;
        return;
      }
      [lastId, statement] = [id, { ...empty }];
      for (let i = 0; i < keys.length; i++) statement[keys[i] as string] = facts[i];
      if (!states.has(statement.state) || !ROLES.has(statement.role))
        throw new DamagedData('an order has a word that is not known');
      [statement.account, statement.occurrence, statement.source] = [account, occurrence, source];
      if (name === 'order') statement.refundTag = toFlag(statement.refundTag);
      const order = shared.get(id);
      const others = order === undefined ? undefined : orders.get(order);
      if (others) {
        others.push(statement);
        return;
      }
      const group = [statement];
      groups.push(group);
      if (order !== undefined) orders.set(order, group);
    });
    return groups as unknown as S[][];
  };
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
  const cases = openStatements<RefundStatement>(
    db,
    ORDER_TABLES.refund,
    'refund_state s',
    reports,
    new Map(),
  )([]).flat();
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
function withinOf({ sinceMs, untilMs, itemNos, orderNos }: OrderScope): (line: OrderLine) => boolean {
  const [items, numbers] = [itemNos, orderNos].map((list) => list && new Set<string | null>(list));
  return (line) => {
    const at = orderMoment(line);
    if (at !== null && (at < (sinceMs ?? at) || at > (untilMs ?? at))) return false;
    if (numbers && !numbers.has(line.subOrderNo) && !numbers.has(line.orderNo)) return false;
    return !items || items.has(line.itemNo);
  };
}

function add<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
