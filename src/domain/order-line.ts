/**
 * Order lines: what reports say of the user's own orders (orders.md §1, §3.1). One line is one sub-order: one item of an
 * order. Money is integer fen, rates are integer basis points, times are milliseconds since 1970, ids are text; `null`
 * means that the report does not say.
 */

/** 已付款, 已收货, 已结算, 已失效; a later one is newer where no time tells. */
export const ORDER_STATES = ['paid', 'received', 'settled', 'void'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** 二方: the account's own promotion; 三方: a partner's, of which the account has a share. */
export const ORDER_ROLES = ['own', 'third-party'] as const;
export type OrderRole = (typeof ORDER_ROLES)[number];

/** What the row of a report says. Every field is kept in the store under its own name. */
export interface OrderFacts {
  readonly role: OrderRole | null;
  /** 淘宝子订单编号; some reports leave it empty. */
  readonly subOrderNo: string | null;
  /** 淘宝订单编号; of an order of one item equal to the former, or not. */
  readonly orderNo: string | null;
  readonly itemNo: string | null;
  readonly itemTitle: string | null;
  readonly quantity: number | null;
  readonly unitPriceFen: number | null;
  /** 旺旺 of the shop. */
  readonly nick: string | null;
  /** 店铺名称. */
  readonly shopTitle: string | null;
  /** Seller number, where the report has it. */
  readonly sellerId: string | null;
  readonly clickedMs: number | null;
  readonly createdMs: number | null;
  readonly paidMs: number | null;
  readonly settledMs: number | null;
  readonly modifiedMs: number | null;
  readonly state: OrderState;
  /** 付款金额, without postage. */
  readonly paidFen: number | null;
  /** 结算金额; null before settlement. */
  readonly settledFen: number | null;
  /** 佣金比率 as applied: with the technical fee, without the special service fee. 0 is a rate of 0. */
  readonly rateBp: number | null;
  /** 专项服务费率, of the amount. */
  readonly serviceFeeBp: number | null;
  readonly subsidyFen: number | null;
  /** 收入比率: commission and subsidy. */
  readonly incomeBp: number | null;
  /** 分成比率. */
  readonly shareBp: number | null;
  /** 技术服务费率, of the commission. */
  readonly feeBp: number | null;
  readonly feeFen: number | null;
  /** 付款预估收入: commission and subsidy, before the technical fee. */
  readonly estimatedFen: number | null;
  /** 结算预估收入; null before settlement. */
  readonly settledIncomeFen: number | null;
  /** 佣金金额; null before settlement. */
  readonly commissionFen: number | null;
  /** 产品类型 (`flow_source`); null is an ordinary order. */
  readonly product: string | null;
  /** 营销类型; null is an ordinary order. */
  readonly marketing: string | null;
  /** 订单类型: 天猫, 淘宝, 聚划算, 口碑, 饿了么. */
  readonly platform: string | null;
  /** 维权标签: whether there was a refund case; its amount stands in a report of its own. */
  readonly refundTag: boolean | null;
}

function keysOf<F>(all: Readonly<Record<keyof F & string, 1>>): readonly (keyof F & string)[] {
  return Object.keys(all) as (keyof F & string)[];
}

/** All facts of a line, in the order of their columns. */
export const ORDER_KEYS = keysOf<OrderFacts>({
  role: 1,
  subOrderNo: 1,
  orderNo: 1,
  itemNo: 1,
  itemTitle: 1,
  quantity: 1,
  unitPriceFen: 1,
  nick: 1,
  shopTitle: 1,
  sellerId: 1,
  clickedMs: 1,
  createdMs: 1,
  paidMs: 1,
  settledMs: 1,
  modifiedMs: 1,
  state: 1,
  paidFen: 1,
  settledFen: 1,
  rateBp: 1,
  serviceFeeBp: 1,
  subsidyFen: 1,
  incomeBp: 1,
  shareBp: 1,
  feeBp: 1,
  feeFen: 1,
  estimatedFen: 1,
  settledIncomeFen: 1,
  commissionFen: 1,
  product: 1,
  marketing: 1,
  platform: 1,
  refundTag: 1,
});

/** The column, and the name for users, of a fact: `clickedMs` is `clicked_at`, `rateBp` is `rate_bp`. */
export function orderColumn(fact: string): string {
  return fact.replace(/Ms$/, 'At').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A row of a report. */
export interface OrderRow extends OrderFacts {
  readonly locator: number;
}

/** When a line or a case came to be, as far as its row says. */
export function orderMoment(
  row: Pick<OrderFacts, 'createdMs'> & Partial<Pick<OrderFacts, 'paidMs' | 'clickedMs'>>,
): number | null {
  return row.createdMs ?? row.paidMs ?? row.clickedMs ?? null;
}

/** Where a row stood. */
export interface OrderSource {
  /** Name of the file. */
  readonly file: string;
  readonly sha256: string;
  /** Line of a text; 1-based row of a sheet or a JSON list. */
  readonly line: number;
  readonly capturedMs: number;
  readonly importedMs: number;
}

/** One row of one report: what it said of a line then. */
export interface OrderStatement extends OrderFacts {
  readonly account: string;
  /** Of rows of one file that agree in all of the key and have no sub-order number: which of them, from 1. */
  readonly occurrence: number;
  readonly source: OrderSource;
}

/** The rate that an earlier state of the line had, or the same rate in an earlier state. */
export interface EarlierRate {
  readonly state: OrderState;
  readonly rateBp: number | null;
  readonly serviceFeeBp: number | null;
  readonly source: OrderSource;
}

/** What all reports say of a line: the newest state. */
export interface OrderLine extends OrderStatement {
  /** Other states and rates that it had, the oldest first. */
  readonly earlier: readonly EarlierRate[];
  /** Refund cases of the line, in order of time. */
  readonly refunds: readonly Refund[];
}

/** Not decided; 维权成功, which alone counts; 维权失败. */
export const REFUND_STATES = ['open', 'failed', 'succeeded'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/** What a report says of a refund case after settlement. */
export interface RefundFacts {
  readonly role: OrderRole | null;
  readonly subOrderNo: string | null;
  readonly orderNo: string | null;
  readonly state: RefundState;
  /** 维权退款金额: what the buyer got back. */
  readonly refundFen: number | null;
  /** 结算金额 of the line. */
  readonly settledFen: number | null;
  /** Commission and subsidy that go back to the seller, without the technical fee. */
  readonly returnedFen: number | null;
  readonly createdMs: number | null;
  readonly finishedMs: number | null;
  readonly modifiedMs: number | null;
}

export const REFUND_KEYS = keysOf<RefundFacts>({
  role: 1,
  subOrderNo: 1,
  orderNo: 1,
  state: 1,
  refundFen: 1,
  settledFen: 1,
  returnedFen: 1,
  createdMs: 1,
  finishedMs: 1,
  modifiedMs: 1,
});

export interface RefundRow extends RefundFacts {
  readonly locator: number;
}

export interface RefundStatement extends RefundFacts {
  readonly account: string;
  readonly occurrence: number;
  readonly source: OrderSource;
}

/** The newest state of a refund case. */
export type Refund = RefundStatement;

/** What is known of an account's orders. */
export interface OrderStock {
  readonly account: string;
  readonly lines: number;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** The newest report. */
  readonly capturedMs: number;
}

/**
 * Which lines store/read-orders.ts gives: those of one order together, otherwise in no order that means anything. null: all.
 */
export interface OrderScope {
  /** By the time of creation, else of payment, else of the click; both included. A line without any time is always given. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly accounts: readonly string[] | null;
  /** Lines of one of these items. */
  readonly itemNos: readonly string[] | null;
  /** Order or sub-order numbers. */
  readonly orderNos: readonly string[] | null;
  /** Titles of items and shops are not read: the lines are not shown. */
  readonly withoutTitles?: boolean;
}

export const EVERY_ORDER: OrderScope = { sinceMs: null, untilMs: null, accounts: null, itemNos: null, orderNos: null };
