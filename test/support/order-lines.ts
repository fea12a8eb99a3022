/** Order lines for tests, in few words. Times are days after the epoch. */
import type { OrderLine, Refund } from '../../src/domain/order-line.ts';
import { DAY_MS } from './ledger.ts';

export interface OrderDraft extends Partial<Omit<OrderLine, 'refunds'>> {
  /** Day of the click; null: not told. */
  readonly click?: number | null;
  /** Day of the payment; left out: that of the click. */
  readonly paid?: number;
  readonly refunds?: readonly Partial<Refund>[];
}

let nextNo = 1;

/** A settled order of ¥100.00 with a technical fee of 10 %, paid when it was clicked, if nothing else is said. */
export function orderLine({ click = 1, paid = click ?? 1, refunds = [], ...more }: OrderDraft): OrderLine {
  const orderNo = `${4_100_000_000_000_000_000n + BigInt(nextNo++)}`;
  const source = { file: 'orders.csv', sha256: '0'.repeat(64), line: 2, capturedMs: 0, importedMs: 0 };
  return {
    account: 'default',
    role: 'own',
    subOrderNo: orderNo,
    orderNo,
    itemNo: 'a',
    itemTitle: null,
    quantity: 1,
    unitPriceFen: null,
    nick: null,
    shopTitle: null,
    sellerId: null,
    clickedMs: click === null ? null : click * DAY_MS,
    createdMs: paid * DAY_MS,
    paidMs: paid * DAY_MS,
    settledMs: null,
    modifiedMs: null,
    state: 'settled',
    paidFen: 10_000,
    settledFen: more.paidFen ?? 10_000,
    rateBp: 1000,
    serviceFeeBp: 0,
    subsidyFen: 0,
    incomeBp: null,
    shareBp: 10_000,
    feeBp: 1000,
    feeFen: null,
    estimatedFen: null,
    settledIncomeFen: null,
    commissionFen: null,
    product: null,
    marketing: null,
    platform: '天猫',
    refundTag: false,
    occurrence: 1,
    source,
    earlier: [],
    ...more,
    refunds: refunds.map((one) => ({ state: 'succeeded', refundFen: null, ...one }) as Refund),
  };
}
