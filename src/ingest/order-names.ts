/**
 * Reports of orders, in all their shapes (orders.md §1), told apart by the names of columns and fields that stand together,
 * never by their place. The page and the open platform spell them differently, so plain names are compared (header.ts).
 */
import { plainName } from './header.ts';
import { isList, isObject, type Json } from './json.ts';
import { ORDER_FACTS, REFUND_FACTS } from './order-rows.ts';

/**
 * `orders` and `refunds` are read. `old-report`: of before 2019-04. `old-api`: of the open platform until then. `leader`:
 * of a 团长. `elite`: 如意投. `other`: orders, but in no shape that is known.
 */
export type OrderShape =
  | 'orders'
  | 'refunds'
  | 'old-report'
  | 'old-api'
  | 'leader'
  | 'merchant'
  | 'punished'
  | 'elite'
  | 'other';

const names = (list: string) => new Set(list.trim().split(/\s+/));

/** What numbers an order. No list of plans, shops or items has it. */
const NUMBERS = new Set([
  ...ORDER_FACTS.subOrderNo.names,
  ...ORDER_FACTS.orderNo.names,
  ...names('淘宝父订单编号 taobaotradeparentid'),
]);

/** What is told of an order beside its number. One will do: users delete columns. */
const DETAILS = names(`
  订单状态 订单类型 付款金额 结算金额 佣金比率 佣金比例 佣金金额 收入比率 分成比率 提成 技术服务费 效果预估 预估收入
  付款预估收入 结算预估收入 计划名称 付款时间 结算时间 淘客结算时间 实际成交价格 成交平台 广告位id 推广位id 媒体id
  tkstatus tkstatustext pubshareprefee pubsharefee pubsharerate totalcommissionrate commissionrate commission incomerate
  alipaytotalprice totalalipayfeestring payprice realpayfee tkcreatetime tkpaidtime earningtime`);

/** What only the reports since 2019-04, and the open platform's answers since then, have. */
const NEW = names(`
  淘宝订单编号 淘宝订单号 淘宝子订单号 淘宝子订单编号 子订单编号 子订单号 付款预估收入 结算预估收入 付款预估佣金收入 结算预估佣金收入
  推广位id 推广位名称 推广者身份 技术服务费率 平台技术服务费比率 专项服务费率 平台专项服务费比率 淘宝付款时间 维权标签
  itemid tkcreatetime tkpaidtime tkearningtime tkstatustext tkorderrole alimamarate alimamasharefee pubsharefee
  pubsharerate tktotalrate`);

const PAID = names('付款预估收入 结算预估收入 付款预估佣金收入 佣金比率 佣金金额 pubshareprefee totalcommissionrate');
const REFUND_KEYS = ['state', 'refundFen', 'returnedFen', 'createdMs'] as const;
const REFUNDS = new Set(REFUND_KEYS.flatMap((key) => REFUND_FACTS[key].names));
const LEADER = names('预估付款服务费 预估结算服务费 付款服务费');
const MERCHANT = names('淘宝父订单编号 来源或淘客昵称');
const PUNISHED = names('punishstatus settlemonth 处罚状态');
const [ESTIMATE, RATES] = [names('效果预估 feestring'), names('佣金比率 收入比率 totalalipayfeestring')];
const OLD_REPORT = names('效果预估 广告位id 来源媒体id totalalipayfeestring');
const OLD_API = names('numiid tk3rdtype commission commissionrate createtime earningtime');

/** For names that stand together in one table or row; null: no orders. */
export function orderShapeOf(header: Iterable<string>): OrderShape | null {
  const found = [...header].map(plainName);
  const has = (list: ReadonlySet<string>) => found.some((name) => list.has(name));
  if (has(LEADER)) return 'leader';
  if (!has(NUMBERS)) return null;
  if (has(MERCHANT) || (found.includes('计划名称') && !has(NEW))) return 'merchant';
  if (has(PUNISHED)) return 'punished';
  if (has(REFUNDS) && !has(PAID)) return 'refunds';
  if (has(NEW) && has(DETAILS)) return 'orders';
  if (has(ESTIMATE) && !has(RATES)) return 'elite';
  if (has(OLD_REPORT)) return 'old-report';
  if (has(OLD_API)) return 'old-api';
  return has(DETAILS) ? 'other' : null;
}

/** Keys of answers with orders, which may have no row. */
const ROOTS: readonly (readonly [shape: OrderShape, root: RegExp])[] = [
  ['refunds', /^tbk_\w*refund\w*_response$/],
  ['punished', /^tbk_\w*punish\w*_response$/],
  ['orders', /^(publisher_order_dto|tbk_\w*order_details\w*_response)$/],
  ['old-api', /^(n_tbk_order|taobaoke_report\w*|tbk_\w*order\w*_response)$/],
  ['elite', /^paymentList$/],
];

interface OrdersFound {
  readonly shape: OrderShape;
  readonly rows: readonly Json[];
}

const [DEEPEST, SAMPLE] = [6, 20];

/**
 * The rows of a JSON document that are orders, wherever they stand; null: there are none. Several lists of one shape are
 * one, such as answers side by side; of several shapes none is read, since the others would be lost.
 */
export function findOrders(value: Json, depth = 0): OrdersFound | null {
  if (depth >= DEEPEST || typeof value !== 'object' || value === null) return null;
  const rows = isList(value) ? value : [value];
  const keys = new Set(rows.slice(0, SAMPLE).flatMap((row) => (isObject(row) ? Object.keys(row) : [])));
  const shape = orderShapeOf(keys);
  if (shape !== null) return { shape, rows };
  // Rows of a list are alike: where the first has none inside, no other has.
  const inner = isList(value) ? (findOrders(value[0] ?? null, depth + 1) ? value : []) : Object.values(value);
  const found = inner.flatMap((one) => findOrders(one, depth + 1) ?? []);
  const [first] = found;
  if (first) {
    const isOne = found.every((one) => one.shape === first.shape);
    return isOne ? { shape: first.shape, rows: found.flatMap((one) => one.rows) } : { shape: 'other', rows: [] };
  }
  const rooted = isList(value) ? undefined : ROOTS.find(([, root]) => [...keys].some((key) => root.test(key)));
  return rooted ? { shape: rooted[0], rows: [] } : null;
}
