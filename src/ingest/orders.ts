/** Reports of orders, in all their shapes (orders.md §1): they tell what was paid, not what a plan pays now. */
import { cleanCell } from './cells.ts';
import type { Refusal } from './findings.ts';
import { refuse } from './findings.ts';
import type { Json } from './json.ts';
import { isList, isObject } from './json.ts';

/** Columns and fields are compared in small letters, without `_`: the page and the open platform spell them differently. */
const plain = (name: string) => cleanCell(name).toLowerCase().replaceAll('_', '');
const names = (list: string) => new Set(list.trim().split(/\s+/));

/** What numbers an order. No list of plans, shops or items has it. */
const NUMBERS = names(`
  订单编号 订单号 淘宝订单编号 淘宝订单号 淘宝父订单编号 子订单编号 子订单号 淘宝子订单号 淘宝子订单编号
  tradeid tradeparentid tbtradeid tbtradeparentid`);

/** What is told of an order beside its number. One will do: users delete columns. */
const DETAILS = names(`
  订单状态 订单类型 付款金额 结算金额 佣金比率 佣金比例 佣金金额 收入比率 分成比率 提成 技术服务费 效果预估 预估收入
  付款预估收入 结算预估收入 计划名称 付款时间 结算时间 淘客结算时间 实际成交价格 成交平台 广告位id 推广位id 媒体id
  维权状态 维权标签 维权退款金额 返还金额 应返商家金额
  tkstatus tkstatustext pubshareprefee pubsharefee pubsharerate totalcommissionrate commissionrate commission incomerate
  alipaytotalprice totalalipayfeestring payprice realpayfee tkcreatetime tkpaidtime earningtime
  refundfee refundstatus punishstatus settlemonth`);

/** Of a 团长, who recruits affiliates: service fees of items. */
const LEADER = names('预估付款服务费 预估结算服务费 付款服务费');
/** 如意投 orders have the estimate of an income, and no rate. */
const [ESTIMATE, RATES] = [names('效果预估'), names('佣金比率 收入比率')];

/** For names that stand together in one table or row. */
export function refuseOrders(header: Iterable<string>): Refusal | null {
  const found = [...header].map(plain);
  const has = (list: ReadonlySet<string>) => found.some((name) => list.has(name));
  if (has(LEADER)) return refuse('leader-report');
  if (!has(NUMBERS) || !has(DETAILS)) return null;
  return refuse(has(ESTIMATE) && !has(RATES) ? 'elite-report' : 'order-report');
}

/** Roots and lists of answers with orders, which may have no row. */
const ROOT = /^(tbk|taobaoke)_\w*(order|refund|report)\w*_response$/;
const LISTS = names('publisher_order_dto n_tbk_order taobaoke_report_members taobaoke_report_member');
const [DEEPEST, MOST_LOOKED_AT] = [6, 500];

/** For a JSON document: its rows, wherever they stand, are orders. Of a list the first row is looked at. */
export function refuseOrderRows(doc: Json): Refusal | null {
  let level: readonly Json[] = [doc];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const objects = level.flatMap((value) => (isList(value) ? value.slice(0, 1) : [value])).filter(isObject);
    for (const row of objects) {
      const keys = Object.keys(row);
      if (keys.includes('paymentList')) return refuse('elite-report');
      if (keys.some((key) => ROOT.test(key) || LISTS.has(key))) return refuse('order-report');
      const refusal = refuseOrders(keys);
      if (refusal) return refusal;
    }
    level = objects.flatMap((row) => Object.values(row)).slice(0, MOST_LOOKED_AT);
  }
  return null;
}
