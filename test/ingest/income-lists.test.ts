import { expect, test } from 'vitest';
import { fixtureSource, readSource, readText } from '../support/exports.ts';

test('选品库: income rates by item, headers by how they begin, blank rows passed over, shops by name alone', () => {
  const result = readSource(fixtureSource('sheets/selection.xls'));
  expect([result.refusal, result.format, result.encoding, result.problems]).toEqual([
    null,
    'alimama-selection',
    'xls',
    [],
  ]);
  expect(result.batches.map(({ coverage }) => coverage)).toEqual(['partial']);
  expect(result.notes).toEqual([{ code: 'income-only', args: { items: 2 } }]);
  expect(
    result.readings.map(({ locator, shop, item, planId, facts, rate }) => [
      locator,
      shop,
      item?.id,
      planId,
      facts.kind,
      rate?.measure,
      rate?.bp,
      facts.startsAt,
      facts.endsAt,
    ]),
  ).toEqual([
    [2, named('全球茶叶公司'), '537099364188', '0', 'general', 'income', 280, null, null],
    [
      2,
      named('全球茶叶公司'),
      '537099364188',
      'event-537099364188',
      'event',
      'income',
      3000,
      '2026-11-18',
      '2026-11-22',
    ],
    [4, named('全球茶叶公司'), 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb', '0', 'general', 'income', 550, null, null],
  ]);
});

function named(name: string) {
  return { sellerId: null, keeperId: null, name };
}

test('选品库 saved again by a spreadsheet program: the same rates, dates and ids from cells of every kind', () => {
  const { readings, problems, notes } = readSource(fixtureSource('sheets/selection-resaved.xlsx'));
  expect([problems, notes]).toEqual([[], [{ code: 'income-only', args: { items: 1 } }]]);
  expect(
    readings.map(({ item, rate, facts }) => [item?.id, rate?.bp, rate?.raw, facts.startsAt, facts.endsAt]),
  ).toEqual([
    ['537099364188', 280, '2.8%', null, null],
    ['537099364188', 3000, '30%', '2026-11-18', '2026-11-22T18:00:00+08:00'],
  ]);
});

test('精选优质商品清单: the rate is that of the plan which the row names, and of none where it names none', () => {
  const { readings, problems, notes, format } = readSource(fixtureSource('sheets/quality-list.xls'));
  expect([format, problems]).toEqual(['alimama-quality-list', []]);
  expect(notes).toEqual([
    { code: 'income-only', args: { items: 2 } },
    { code: 'plan-unnamed', args: { items: 1 } },
  ]);
  expect(
    readings.map(({ shop, planId, facts, rate }) => [shop.sellerId, planId, facts.kind, rate?.measure, rate?.bp]),
  ).toEqual([
    ['2649797694', '0', 'general', 'income', 550],
    ['2166356588', 'marketing', 'marketing', 'income', 2000],
  ]);
});

test.each([
  ['商品id,通用收入比率(%)\n1,5\n', 'missing-columns', { columns: '卖家旺旺' }],
  [
    '商品id,通用收入比率(%),通用收入比率(旧),卖家旺旺\n1,5,6,x\n',
    'duplicate-column',
    { column: '通用收入比率(旧)', as: '通用收入比率' },
  ],
  ['商品id,收入比率(%),卖家旺旺\n1,5,7\n', 'unknown-format', {}],
])('%j is refused', (text, code, args) => {
  expect(readText(text).refusal).toEqual({ code, args });
});

test('精选优质商品清单 without 是否为营销计划商品: read, as income of a plan without name and kind', () => {
  const { refusal, readings, notes } = readText('商品id,收入比率(%),卖家id\n1,5,7\n2,--,7\n');
  expect(refusal).toBeNull();
  expect(
    readings.map(({ item, planId, facts, rate }) => [item?.id, planId, facts.kind, rate?.measure, rate?.bp]),
  ).toEqual(
    [
      ['1', 'unnamed', null, 'income', 500],
      ['2', 'unnamed', null, 'income', null],
    ].slice(0, readings.length),
  );
  expect(notes[0]).toEqual({ code: 'plan-not-said', args: {} });
});

test('the same lists as CSV: bad cells and ragged rows are named by line and by the column as it stands there', () => {
  const header = '商品id,通用收入比率（％）,卖家旺旺,活动收入比率(%),活动开始时间';
  const { problems, readings } = readText(
    `${header}\n1.87606E+18,5,x,,\n2,五,x,,\n3,5,,,\n4,5\n5,5,x,30,明天\n6,5 %\t,x,-,\n`,
  );
  expect(problems.map(({ code, locator, field }) => [locator, field, code])).toEqual([
    [2, '商品id', 'rounded-id'],
    [3, '通用收入比率（％）', 'bad-rate'],
    [4, '卖家旺旺', 'needed'],
    [5, '', 'ragged-row'],
    [6, '活动开始时间', 'bad-time'],
  ]);
  expect(readings.map(({ item, rate }) => [item?.id, rate?.bp])).toEqual([['6', 500]]);
});

const PUBLISHER =
  '创建时间,点击时间,商品信息,商品ID,掌柜旺旺,所属店铺,商品数,商品单价,订单状态,订单类型,收入比率,分成比率,付款金额,效果预估,结算金额,预估收入,结算时间,佣金比率,佣金金额,补贴比率,补贴金额,补贴类型,成交平台,第三方服务来源,订单编号,类目名称,来源媒体ID,来源媒体名称,广告位ID,广告位名称';
const OLDER =
  '创建时间,商品信息,商品数,商品单价,订单状态,收入比率,付款金额,效果预估,结算金额,预估收入,成交平台,所属店铺,结算时间,补贴金额,补贴类型,补贴比率,商品ID,订单编号,分成比率,第三方服务来源';
const MERCHANT =
  '确认收货时间,账户支出时间,淘客结算时间,创建时间,计划名称,商品ID,商品名称,实际成交价格,成交商品数,佣金比例,佣金,服务费率,服务费金额,淘宝父订单编号,淘宝子订单编号,来源或淘客昵称,团长名称,是否预售未付尾款订单,备注';
const ELITE = '创建时间,订单编号,订单状态,效果预估,结算时间,预估收入,成交平台';

test.each([
  ['publisher orders', `${PUBLISHER}\n`, 'order-report'],
  ['publisher orders of 20 columns', `${OLDER}\n`, 'order-report'],
  ['merchant orders', `\ufeff${MERCHANT}\n`, 'order-report'],
  ['如意投', `${ELITE}\n`, 'elite-report'],
  ['如意投 as JSON', '{"data":{"paymentList":[],"paginator":{"items":0}},"ok":true}', 'elite-report'],
  ['orders of the open platform, without root', '{"data":{"results":{"publisher_order_dto":[]}}}', 'order-report'],
  ['orders of the older open platform', '{"tbk_order_get_response":{"results":{}}}', 'order-report'],
])('%s are no rates, and refused in words of their own', (_, text, code) => {
  expect(readText(text).refusal?.code).toBe(code);
});
