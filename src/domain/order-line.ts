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

/** Of the kinds of facts, their values. */
interface FactValues {
  readonly text: string;
  readonly number: number;
  readonly time: number;
  readonly flag: boolean;
  readonly role: OrderRole;
  readonly state: string;
}
export type FactKinds = Readonly<Record<string, keyof FactValues>>;
type FactsOf<K extends FactKinds> = { readonly [N in keyof K]: FactValues[K[N]] | null };

/** What the row of a report says, in the order of the columns in which the store keeps it. */
export const ORDER_FACTS = {
  role: 'role',
  /** 淘宝子订单编号; some reports leave it empty. */
  subOrderNo: 'text',
  /** 淘宝订单编号; of an order of one item equal to the former, or not. */
  orderNo: 'text',
  itemNo: 'text',
  itemTitle: 'text',
  quantity: 'number',
  unitPriceFen: 'number',
  /** 旺旺 of the shop. */
  nick: 'text',
  /** 店铺名称. */
  shopTitle: 'text',
  /** Seller number, where the report has it. */
  sellerId: 'text',
  clickedMs: 'time',
  createdMs: 'time',
  paidMs: 'time',
  settledMs: 'time',
  modifiedMs: 'time',
  state: 'state',
  /** 付款金额, without postage. */
  paidFen: 'number',
  /** 结算金额; null before settlement. */
  settledFen: 'number',
  /** 佣金比率 as applied: with the technical fee, without the special service fee. 0 is a rate of 0. */
  rateBp: 'number',
  /** 专项服务费率, of the amount. */
  serviceFeeBp: 'number',
  subsidyFen: 'number',
  /** 收入比率: commission and subsidy. */
  incomeBp: 'number',
  /** 分成比率. */
  shareBp: 'number',
  /** 技术服务费率, of the commission. */
  feeBp: 'number',
  feeFen: 'number',
  /** 付款预估收入: commission and subsidy, before the technical fee. */
  estimatedFen: 'number',
  /** 结算预估收入; null before settlement. */
  settledIncomeFen: 'number',
  /** 佣金金额; null before settlement. */
  commissionFen: 'number',
  /** 产品类型 (`flow_source`); null is an ordinary order. */
  product: 'text',
  /** 营销类型; null is an ordinary order. */
  marketing: 'text',
  /** 订单类型: 天猫, 淘宝, 聚划算, 口碑, 饿了么. */
  platform: 'text',
  /** 维权标签: whether there was a refund case; its amount stands in a report of its own. */
  refundTag: 'flag',
} as const satisfies FactKinds;
export type OrderFacts = FactsOf<typeof ORDER_FACTS> & { readonly state: OrderState };

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
export const REFUND_FACTS = {
  role: 'role',
  subOrderNo: 'text',
  orderNo: 'text',
  state: 'state',
  /** 维权退款金额: what the buyer got back. */
  refundFen: 'number',
  /** 结算金额 of the line. */
  settledFen: 'number',
  /** Commission and subsidy that go back to the seller, without the technical fee. */
  returnedFen: 'number',
  createdMs: 'time',
  finishedMs: 'time',
  modifiedMs: 'time',
} as const satisfies FactKinds;
export type RefundFacts = FactsOf<typeof REFUND_FACTS> & { readonly state: RefundState };

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
