/** The newest state of each order line, from what any reports said of it (orders.md §3.1). */
import { compareText } from './compare-text.ts';
import { groupBy } from './group-by.ts';
import type { EarlierRate, OrderFacts, OrderLine, OrderSource, OrderStatement, RefundStatement } from './order-line.ts';
import { ORDER_STATES, REFUND_STATES } from './order-line.ts';

/** What was known when: `modifiedMs` where the report has it, else its capture; what is equal is ordered by state. */
interface Stated {
  readonly state: string;
  readonly modifiedMs: number | null;
  readonly source: OrderSource;
}

function momentOf({ modifiedMs, source }: Stated): number {
  return modifiedMs ?? source.capturedMs;
}

/** The newest first, whatever the order of import. */
function newestFirst<T extends Stated>(statements: readonly T[], states: readonly string[]): T[] {
  return [...statements].sort(
    (a, b) =>
      momentOf(b) - momentOf(a) ||
      b.source.capturedMs - a.source.capturedMs ||
      states.indexOf(b.state) - states.indexOf(a.state) ||
      compareText(a.source.sha256, b.source.sha256) ||
      a.source.line - b.source.line,
  );
}

/** What tells one line of an account from another: the sub-order number, else all that a row has instead. A report without roles is of own orders. */
export function lineKey({
  account,
  role,
  subOrderNo,
  orderNo,
  itemNo,
  quantity,
  unitPriceFen,
  occurrence,
}: OrderStatement): string {
  const rest = subOrderNo === null ? [orderNo, itemNo, quantity, unitPriceFen, occurrence] : [subOrderNo];
  return JSON.stringify([account, role ?? 'own', ...rest]);
}

/** What a case is of: not every report has both numbers, and an order of one line has the same for both. */
function caseOf({ account, subOrderNo, orderNo }: RefundStatement): string {
  return JSON.stringify([account, subOrderNo ?? orderNo]);
}

/** Several cases of one line are told apart by when they were opened. */
function refundKey(one: RefundStatement): string {
  return JSON.stringify([caseOf(one), one.createdMs ?? one.occurrence]);
}

/** What does not change in the life of a line: where the newest state does not say it, an older one may. */
const LASTING = [
  'role',
  'orderNo',
  'itemNo',
  'itemTitle',
  'quantity',
  'unitPriceFen',
  'nick',
  'shopTitle',
  'sellerId',
  'clickedMs',
  'createdMs',
  'paidMs',
  'product',
  'marketing',
  'platform',
] as const satisfies readonly (keyof OrderFacts)[];

/**
 * The lines that rows of any reports speak of (each as a line by itself), in their newest states, with the refund cases of
 * these rows. Rows of one order must be given together; which file came first does not matter. A case that names only an
 * order of several lines belongs to none of them: they count as tagged, with no amount.
 */
export function mergeOrderStates(
  statements: readonly OrderLine[],
  refunds: readonly RefundStatement[],
): readonly OrderLine[] {
  if (statements.length === 1 && refunds.length === 0) return statements;
  const cases = [...groupBy(withOpenings(refunds), refundKey).values()].flatMap((one) =>
    newestFirst(one, REFUND_STATES).slice(0, 1),
  );
  const lines = [...groupBy(withSubOrders(statements), lineKey).values()].flatMap((one) =>
    lineOf(newestFirst(one, ORDER_STATES)),
  );
  return lines.map((line) => {
    const own = cases.filter((one) => one.account === line.account && isCaseOf(one, line));
    const isAlone =
      lines.filter((other) => other.account === line.account && other.orderNo === line.orderNo).length === 1;
    const certain = own.filter((one) => isAlone || (one.subOrderNo !== null && line.subOrderNo !== null));
    const refundTag = certain.length < own.length || line.refundTag;
    return { ...line, refundTag, refunds: newestFirst(certain, REFUND_STATES).reverse() };
  });
}

/**
 * Rows of a report that leaves sub-order numbers empty get those of other reports: of the same item, number and price.
 */
function withSubOrders(statements: readonly OrderStatement[]): readonly OrderStatement[] {
  const numbered = statements.filter(({ subOrderNo }) => subOrderNo !== null);
  if (numbered.length === 0 || numbered.length === statements.length) return statements;
  const keyOf = (one: OrderStatement) => lineKey({ ...one, subOrderNo: null, occurrence: 1 });
  return statements.map((one) => {
    if (one.subOrderNo !== null) return one;
    const alike = numbered.filter((other) => keyOf(other) === keyOf(one) && other.source.sha256 !== one.source.sha256);
    const numbers = [...new Set(alike.map(({ subOrderNo }) => subOrderNo))].sort(compareText);
    return { ...one, subOrderNo: numbers[one.occurrence - 1] ?? null };
  });
}

/**
 * Cases of a report that leaves out when they were opened are those of other reports: of the same line, and if there are such,
 * of the same amount.
 */
function withOpenings(refunds: readonly RefundStatement[]): readonly RefundStatement[] {
  const undated = refunds.filter(({ createdMs }) => createdMs === null);
  const dated = refunds.filter(({ createdMs }) => createdMs !== null);
  if (undated.length === 0 || dated.length === 0) return refunds;
  return refunds.map((one) => {
    if (one.createdMs !== null) return one;
    const isAlike = (other: RefundStatement) => caseOf(other) === caseOf(one);
    const isEqual = (other: RefundStatement) => isAlike(other) && other.refundFen === one.refundFen;
    const others = dated.filter(({ source }) => source.sha256 !== one.source.sha256);
    const isSame = others.some(isEqual) ? isEqual : isAlike;
    const openings = [...new Set(others.filter(isSame).map(({ createdMs }) => createdMs ?? 0))].sort((a, b) => a - b);
    const before = undated.filter((other) => isSame(other) && other.occurrence < one.occurrence);
    const place = new Set(before.map(({ occurrence }) => occurrence)).size;
    return { ...one, createdMs: openings[place] ?? null };
  });
}

function lineOf([newest, ...older]: readonly OrderStatement[]): OrderLine[] {
  if (!newest) return [];
  const lasting = LASTING.map((field) => [
    field,
    [newest, ...older].find((one) => one[field] !== null)?.[field] ?? null,
  ]);
  return [{ ...newest, ...Object.fromEntries(lasting), earlier: earlierRates([newest, ...older]), refunds: [] }];
}

function isCaseOf(refund: RefundStatement, line: OrderStatement): boolean {
  if (refund.subOrderNo !== null && line.subOrderNo !== null) return refund.subOrderNo === line.subOrderNo;
  return refund.orderNo !== null && refund.orderNo === line.orderNo;
}

/** Of states with the newest first, each where the next one had another state or rate. */
function earlierRates(states: readonly OrderStatement[]): EarlierRate[] {
  const earlier = states.flatMap((one, i) => {
    const next = states[i - 1];
    const isOther =
      next && (next.state !== one.state || next.rateBp !== one.rateBp || next.serviceFeeBp !== one.serviceFeeBp);
    return isOther
      ? [{ state: one.state, rateBp: one.rateBp, serviceFeeBp: one.serviceFeeBp, source: one.source }]
      : [];
  });
  return earlier.reverse();
}
