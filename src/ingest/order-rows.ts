/** Rows of orders and refunds to facts, each by names that tables and answers give it (orders.md §1.3, §1.5). */
import { parseYuan } from '../domain/money.ts';
import type { OrderFacts, OrderRole, OrderState, RefundFacts, RefundState } from '../domain/order-line.ts';
import { isZeroRate } from '../domain/rate.ts';
import type { Cell, RateUnit } from './cells.ts';
import {
  BadCell,
  cleanCell,
  countCell,
  idCell,
  instantCell,
  isBlank,
  RATE_CELLS,
  textCell,
  wordCell,
  wordsOf,
} from './cells.ts';
import { addProblem, type Findings, type ProblemCode } from './findings.ts';
import { plainName } from './header.ts';

/** A fact, the names that stand for it (the first that says something counts), and how its cells are read. */
interface Fact<T> {
  readonly names: readonly string[];
  readonly cell: Cell<T>;
  /** In the unit that bare rates of the file have. */
  readonly isRate?: true;
}
export type FactCells<F> = { readonly [K in keyof F]-?: Fact<NonNullable<F[K]>> };

function fact<T>(cell: Cell<T>, names: string): Fact<T> {
  return { names: names.split(' '), cell };
}

/** `12.80` and `10.00%`, as nearly all cells are: without cleaning. */
const [PLAIN_YUAN, PLAIN_PERCENT] = [/^\d{1,12}\.\d\d$/, /^\d{1,2}\.\d\d%$/];
const hundredths = (cell: string, end: number) =>
  Number(cell.slice(0, end - 3)) * 100 + Number(cell.slice(end - 2, end));

/** Here a rate of 0 is a rate: no special service fee, no technical fee. */
function bpCell(unit: RateUnit): Cell<number> {
  return (cell) => {
    if (PLAIN_PERCENT.test(cell)) return hundredths(cell, cell.length - 1);
    const plain = cleanCell(cell);
    return isZeroRate(plain) ? 0 : RATE_CELLS[plain.endsWith('%') ? 'percent' : unit](plain);
  };
}

const rate = (names: string): Fact<number> => ({ ...fact(bpCell('percent'), names), isRate: true });

function fenCell(cell: string): number | null | BadCell {
  if (PLAIN_YUAN.test(cell)) return hundredths(cell, cell.length);
  const money = parseYuan(cleanCell(cell));
  return money.ok && (money.fen ?? 0) >= 0 ? money.fen : new BadCell('bad-amount');
}

/** A column of marks: blank is none; which words there are is not known (orders.md §1.3), so any other is one. */
function markCell(cell: string): boolean {
  return !isBlank(cell) && !['0', '否', 'false', '无维权', '非维权'].includes(cleanCell(cell));
}

const ROLES = wordsOf<OrderRole>({ own: '2 二方', 'third-party': '3 三方' });
const STATES = wordsOf<OrderState>({
  paid: '12 已付款 订单付款',
  received: '14 已收货 订单成功',
  settled: '3 已结算 订单结算',
  void: '13 已失效 订单失效',
});

export const ORDER_FACTS: FactCells<OrderFacts> = {
  role: fact(wordCell(ROLES), 'tkorderrole tkorderroletext 推广者身份'),
  subOrderNo: fact(idCell, 'tradeid tbtradeid 淘宝子订单号 淘宝子订单编号 子订单编号 子订单号'),
  orderNo: fact(idCell, 'tradeparentid tbtradeparentid 淘宝订单编号 淘宝订单号 订单编号 订单号'),
  itemNo: fact(idCell, 'itemid numiid 商品id'),
  itemTitle: fact(textCell, 'itemtitle 商品标题 商品名称 商品信息'),
  quantity: fact(countCell, 'itemnum 商品数量 商品数'),
  unitPriceFen: fact(fenCell, 'itemprice 商品单价'),
  nick: fact(textCell, 'sellernick 掌柜旺旺 卖家旺旺'),
  shopTitle: fact(textCell, 'sellershoptitle 店铺名称 所属店铺 店铺名'),
  sellerId: fact(idCell, 'exmemberid'),
  clickedMs: fact(instantCell, 'clicktime 点击时间'),
  createdMs: fact(instantCell, 'tkcreatetime 创建时间'),
  // Taobao's own is seconds earlier (orders.md §1.3).
  paidMs: fact(instantCell, 'tkpaidtime 付款时间 tbpaidtime 淘宝付款时间'),
  settledMs: fact(instantCell, 'tkearningtime 结算时间'),
  modifiedMs: fact(instantCell, 'modifiedtime'),
  state: fact(wordCell(STATES), 'tkstatus tkstatustext 订单状态'),
  paidFen: fact(fenCell, 'alipaytotalprice 付款金额'),
  settledFen: fact(fenCell, 'payprice 结算金额'),
  rateBp: rate('totalcommissionrate 佣金比率'),
  serviceFeeBp: rate(
    'platformspecialservicerate tkcommissionrateformediaplatform 专项服务费率 平台专项服务费比率 平台专项服务费率',
  ),
  subsidyFen: fact(fenCell, 'subsidyfee 补贴金额'),
  incomeBp: rate('incomerate 收入比率'),
  shareBp: rate('pubsharerate 分成比率 佣金分成比率'),
  feeBp: rate('alimamarate 技术服务费率 平台技术服务费比率 平台技术服务费率'),
  feeFen: fact(fenCell, 'alimamasharefee 技术服务费 平台技术服务费'),
  estimatedFen: fact(fenCell, 'pubshareprefee 付款预估收入 付款预估佣金收入'),
  settledIncomeFen: fact(fenCell, 'pubsharefee 结算预估收入 结算预估佣金收入'),
  commissionFen: fact(fenCell, 'totalcommissionfee 佣金金额'),
  product: fact(textCell, 'flowsource 产品类型'),
  marketing: fact(textCell, 'marketingtype 营销类型'),
  platform: fact(textCell, 'ordertype 订单类型'),
  refundTag: fact(markCell, 'refundtag 维权标签'),
};

/**
 * Before settlement `0.00` says that there is no amount yet, and a share of `0.00` beside an income says that it is not
 * known (orders.md §1.3).
 */
export function fixOrder<T extends OrderFacts>(order: T): T {
  const { state, settledFen, settledIncomeFen, commissionFen, estimatedFen } = order;
  const isShareUnknown = order.shareBp === 0 && Boolean(settledIncomeFen || commissionFen || estimatedFen);
  if (isShareUnknown) return fixOrder({ ...order, shareBp: null });
  if (state === 'settled') return order;
  return {
    ...order,
    settledFen: settledFen || null,
    settledIncomeFen: settledIncomeFen || null,
    commissionFen: commissionFen || null,
  };
}

const REFUND_ROLES = wordsOf<OrderRole>({ own: '1 二方', 'third-party': '2 三方' });
/** 11: several cases, undecided. 12 and 14: commission is to be taken back; 13 and 15: it was. */
const REFUND_STATES = wordsOf<RefundState>({
  open: '4 11 12 14 维权创建 维权中 维权处理中 处理中 等待处理',
  failed: '3 维权失败',
  succeeded: '2 13 15 维权成功',
});

export interface RefundParts extends RefundFacts {
  /** Of `returnedFen`, where that does not stand itself. */
  readonly commissionFen: number | null;
  readonly subsidyFen: number | null;
}

export const REFUND_FACTS: FactCells<RefundParts> = {
  role: fact(wordCell(REFUND_ROLES), 'refundtype'),
  subOrderNo: ORDER_FACTS.subOrderNo,
  orderNo: ORDER_FACTS.orderNo,
  state: fact(wordCell(REFUND_STATES), 'refundstatus refundstatustext 维权状态'),
  refundFen: fact(fenCell, 'refundfee 维权退款金额'),
  settledFen: fact(fenCell, 'tbtradefinishprice 结算金额'),
  returnedFen: fact(fenCell, 'tkpubshowreturnfee 返还金额 应返商家金额'),
  commissionFen: fact(fenCell, 'tkcommissionfeerefundpub'),
  subsidyFen: fact(fenCell, 'tksubsidyfeerefundpub'),
  createdMs: fact(instantCell, 'tkrefundtime 维权创建时间'),
  finishedMs: fact(instantCell, 'tkrefundsuittime 维权完成时间'),
  modifiedMs: ORDER_FACTS.modifiedMs,
};

/** What goes back is the sum of its parts, where it does not stand itself. */
export function fixRefund<T extends RefundParts>({ commissionFen, subsidyFen, ...refund }: T) {
  const returnedFen = refund.returnedFen ?? (commissionFen === null ? null : commissionFen + (subsidyFen ?? 0));
  return { ...refund, returnedFen };
}

export type Numbered = Pick<RefundFacts, 'subOrderNo' | 'orderNo'> & { readonly state: string };
/** What every row must have; of the numbers one will do. */
const NEEDED: readonly (readonly string[])[] = [['state'], ['subOrderNo', 'orderNo']];

/** As the reports call it. */
export function nameOf({ names }: Fact<unknown>): string {
  return names.find((name) => /\p{Script=Han}/u.test(name)) ?? names[0] ?? '';
}

/**
 * Reads rows of one header, or of the same keys, one after the other; null: something is wrong with the row, which is noted.
 * `unit`: of rates without a percent sign.
 */
export function factReader<F extends Numbered>(
  facts: FactCells<F>,
  header: readonly string[],
  { problems }: Findings,
  unit: RateUnit = 'percent',
): (cells: readonly string[], locator: number) => (F & { readonly locator: number }) | null {
  const plain = header.map(plainName);
  const places = Object.entries<Fact<unknown>>(facts).map(([key, fact]) => ({
    key,
    name: nameOf(fact),
    at: fact.names.flatMap((name) => (plain.includes(name) ? [plain.indexOf(name)] : [])),
    cell: fact.isRate ? bpCell(unit) : fact.cell,
  }));
  return (cells, locator) => {
    const row: Record<string, unknown> = { locator };
    const known = problems.length;
    const bad = (code: ProblemCode, name: string, index: number | undefined, expected = '') => {
      const [field, found] = index === undefined ? [name, ''] : [header[index]?.trim(), cells[index]];
      addProblem(problems, code, locator, { field: field ?? '', found: found ?? '', expected });
    };
    for (const { key, name, at, cell } of places) {
      const index = at.length < 2 ? at[0] : (at.find((one) => !isBlank(cells[one] ?? '')) ?? at[0]);
      const value = index === undefined ? null : cell(cells[index] ?? '');
      if (value instanceof BadCell) bad(value.code, name, index, value.expected);
      row[key] = value instanceof BadCell ? null : value;
    }
    if (problems.length === known)
      for (const some of NEEDED) {
        const [first] = places.filter(({ key }) => some.includes(key));
        if (first && some.every((key) => row[key] === null)) bad('needed', first.name, first.at[0]);
      }
    return problems.length > known ? null : (row as unknown as F & { readonly locator: number });
  };
}
