/** Order lines for tests, in few words. Times are days after the epoch. */
import type { OrderLine, Refund } from '../../src/domain/order-line.ts';
import { DAY_MS } from './ledger.ts';
import { ORDER } from './order-rows.ts';

export interface OrderDraft extends Partial<Omit<OrderLine, 'refunds'>> {
  /** Day of the click; null: not told. */
  readonly click?: number | null;
  /** Day of the payment; left out: that of the click. */
  readonly paid?: number;
  readonly refunds?: readonly Partial<Refund>[];
}

const { locator: _, ...FACTS } = ORDER;
let nextNo = 1;

/** A settled order of ¥100.00 with a technical fee of 10 %, paid when it was clicked, if nothing else is said. */
export function orderLine({ click = 1, paid = click ?? 1, refunds = [], ...more }: OrderDraft): OrderLine {
  const orderNo = `${4_100_000_000_000_000_000n + BigInt(nextNo++)}`;
  const source = { file: 'orders.csv', sha256: '0'.repeat(64), line: 2, capturedMs: 0, importedMs: 0 };
  return {
    ...FACTS,
    account: 'default',
    subOrderNo: orderNo,
    orderNo,
    itemNo: 'a',
    unitPriceFen: null,
    nick: null,
    clickedMs: click === null ? null : click * DAY_MS,
    createdMs: paid * DAY_MS,
    paidMs: paid * DAY_MS,
    state: 'settled',
    paidFen: 10_000,
    settledFen: more.paidFen ?? 10_000,
    rateBp: 1000,
    incomeBp: null,
    feeFen: null,
    estimatedFen: null,
    occurrence: 1,
    source,
    earlier: [],
    ...more,
    refunds: refunds.map((one) => ({ state: 'succeeded', refundFen: null, ...one }) as Refund),
  };
}
