/** The affiliate's own orders and their refunds (orders.md §1): the reports since 2019-04, and answers with the same facts. */
import type { OrderFacts } from '../../domain/order-line.ts';
import { columnOf } from '../../domain/reading.ts';
import { stop } from '../findings.ts';
import {
  type Batch,
  type FormatInfo,
  type JsonFormat,
  NO_INFO,
  type ReadContext,
  type TableFormat,
} from '../format.ts';
import { checkMissing, checkTwice, plainName, saysUnit } from '../header.ts';
import { cellText, isObject, type JsonObject } from '../json.ts';
import { findOrders, orderShapeOf } from '../order-names.ts';
import type { FactCells, Numbered, RefundParts } from '../order-rows.ts';
import { factReader, fixOrder, fixRefund, nameOf, ORDER_FACTS, REFUND_FACTS } from '../order-rows.ts';
import { askForUnit, noteRateStyle } from '../rate-style.ts';
import { numbered, objectsOf } from '../row.ts';
import { wholeRows } from '../table-rows.ts';

/** What a table or an answer has: orders, or refunds. */
interface Kind<F extends Numbered> {
  readonly shape: 'orders' | 'refunds';
  readonly facts: FactCells<F>;
  readonly batchOf: (rows: readonly (F & { readonly locator: number })[]) => Pick<Batch, 'orders' | 'refunds'>;
  /** A table must have one of each. */
  readonly needed: readonly (readonly (keyof F & string)[])[];
}

const ORDERS: Kind<OrderFacts> = {
  shape: 'orders',
  facts: ORDER_FACTS,
  batchOf: (rows) => ({ orders: rows.map(fixOrder) }),
  needed: [['subOrderNo', 'orderNo'], ['state'], ['paidFen', 'settledFen'], ['rateBp']],
};

const REFUNDS: Kind<RefundParts> = {
  shape: 'refunds',
  facts: REFUND_FACTS,
  batchOf: (rows) => ({ refunds: rows.map(fixRefund) }),
  needed: [['subOrderNo', 'orderNo'], ['state']],
};

const BATCH_ROWS = 2000;

/** Batches of the rows that can be read. */
function* batchesOf<F extends Numbered>(
  rows: Iterable<{ readonly line: number; readonly cells: readonly string[] }>,
  read: ReturnType<typeof factReader<F>>,
  { batchOf }: Kind<F>,
): Generator<Batch> {
  const group: (F & { readonly locator: number })[] = [];
  const batch = (): Batch => {
    const said = batchOf(group.splice(0));
    return { account: null, capturedMs: null, coverage: 'orders', subject: '', readings: [], ...said };
  };
  for (const { line, cells } of rows) {
    const row = read(cells, line);
    if (row) group.push(row);
    if (group.length >= BATCH_ROWS) yield batch();
  }
  if (group.length > 0) yield batch();
}

type Info = Pick<FormatInfo, 'id' | 'exampleName' | 'addresses' | 'example'>;

/** A table in which all columns may stand anywhere, and most may be missing. */
function orderTable<F extends Numbered>(kind: Kind<F>, info: Info): TableFormat {
  const { shape, facts, needed } = kind;
  const names = Object.entries<{ readonly names: readonly string[] }>(facts);
  const factsOf = (header: readonly string[]) =>
    header.map((name) => names.find(([, fact]) => fact.names.includes(plainName(name)))?.[0]);
  return {
    ...NO_INFO,
    ...info,
    kind: 'table',
    gives: [shape],
    recognizes: (header) => orderShapeOf(header) === shape,
    meaningsOf: (header) => factsOf(header).map((key) => key && columnOf(key)),
    read(header, rows, { findings, rateUnit }: ReadContext) {
      const keys = factsOf(header);
      // Several names may stand for one fact: each of them only once.
      const plain = header.map((name, index) => keys[index] && plainName(name));
      checkTwice(header, plain, (name) => columnOf(keys[plain.indexOf(name)] ?? ''));
      checkMissing(keys, needed, (key) => nameOf(facts[key]));
      return batchesOf(styled(), factReader(facts, header, findings, rateUnit ?? 'percent'), kind);
      // The rate itself says whether bare rates of the file are percentages.
      function* styled() {
        const at = rateUnit === null ? keys.indexOf('rateBp') : -1;
        const name = header[at] ?? '';
        for (const row of wholeRows(header, rows, findings)) {
          if (at >= 0) noteRateStyle(findings, name, row.cells[at] ?? '', row.line);
          yield row;
        }
        if (at >= 0 && saysUnit(name) !== 'percent') askForUnit(findings);
      }
    },
  };
}

/** An answer of the page, of the open platform, or of who passes it on, wherever its rows stand in it. */
function orderAnswer<F extends Numbered>(kind: Kind<F>, info: Info): JsonFormat {
  return {
    ...NO_INFO,
    ...info,
    kind: 'json',
    gives: [kind.shape],
    recognizes: (doc) => findOrders(doc)?.shape === kind.shape,
    read(doc, { findings }) {
      const found = findOrders(doc);
      if (found?.shape !== kind.shape) return stop('not-this-format', { format: info.id });
      const { rows } = found;
      if (rows.length === 0) stop('no-rows');
      const header = [...new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : [])))];
      const cellsOf = (row: JsonObject) => header.map((key) => cellText(row[key]));
      const lines = Array.from(objectsOf(numbered(rows), findings), ({ line, value }) => ({
        line,
        cells: cellsOf(value),
      }));
      return [...batchesOf(lines, factReader(kind.facts, header, findings), kind)];
    },
  };
}

/** With `downloadId` the table, else rows for the page. */
const ORDER_PAGES = ['/report/getTbkOrderDetails.json', '/report.getTbkOrderDetails.json'];
const REFUND_PAGES = ['/report/getTbkRefundOrderDetails.json', '/report.getTbkRefundOrderDetails.json'];

export const orders = orderTable(ORDERS, {
  id: 'alimama-orders',
  exampleName: '订单明细.xls',
  addresses: ORDER_PAGES,
  example:
    '点击时间\t创建时间\t付款时间\t商品ID\t掌柜旺旺\t店铺名称\t淘宝订单编号\t淘宝子订单号\t订单状态\t付款金额\t佣金比率\n2026-10-05 10:02:00\t2026-10-05 10:05:00\t2026-10-05 10:06:00\t700000000001\t示例旗舰店\t示例店\t4100000000000000200\t4100000000000000201\t已付款\t128.00\t10.00%',
});

export const refunds = orderTable(REFUNDS, {
  id: 'alimama-refunds',
  exampleName: '维权订单.xls',
  addresses: REFUND_PAGES,
  example:
    '淘宝订单编号\t淘宝子订单编号\t维权状态\t维权退款金额\n4100000000000000200\t4100000000000000201\t维权成功\t80.00',
});

export const orderAnswers = orderAnswer(ORDERS, {
  id: 'top-orders',
  exampleName: 'order-details.json',
  addresses: [...ORDER_PAGES, 'taobao.tbk.order.details.get', 'taobao.tbk.sc.order.details.get'],
  example:
    '{"tbk_order_details_get_response":{"data":{"results":{"publisher_order_dto":[{"trade_id":"4100000000000000201","trade_parent_id":"4100000000000000200","tk_status":12,"tk_create_time":"2026-10-05 10:05:00","alipay_total_price":"128.00","total_commission_rate":"10.00"}]}}}}',
});

export const refundAnswers = orderAnswer(REFUNDS, {
  id: 'top-refunds',
  exampleName: 'relation-refund.json',
  addresses: [
    ...REFUND_PAGES,
    'taobao.tbk.relation.refund',
    'taobao.tbk.sc.relation.refund',
    'taobao.tbk.order.refund.get',
  ],
  example:
    '{"tbk_relation_refund_response":{"result":{"data":{"results":{"result":[{"tb_trade_id":4100000000000000201,"tb_trade_parent_id":4100000000000000200,"refund_status":2,"refund_fee":"80.0000"}]}}}}}',
});
