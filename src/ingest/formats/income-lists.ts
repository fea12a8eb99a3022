/** Items with income rates (收入比率: commission plus subsidy), as the alliance exports them to spreadsheets (formats.md §7.1, §7.2). */
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { STATE_WORDS, YES_NO_WORDS } from '../cells.ts';
import { planWith, tableFormat } from '../declare.ts';
import { rateFields } from '../format.ts';
import { code, hint, id, MARKETING_PLAN_ID, planOf, text, time } from '../row.ts';

const [GENERAL, EVENT] = ['通用收入比率', '活动收入比率'];

/** 选品库, which a user collects: rates of the general plan and of a running event. It names no plan and no seller id. */
export const selection = tableFormat({
  id: 'alimama-selection',
  gives: ['income'],
  exampleName: '选品库.xls',
  rates: rateFields({ [GENERAL]: 'percent', [EVENT]: 'percent' }, 'income'),
  addresses: ['/favorites/item/export.json'],
  example:
    '商品id\t商品名称\t通用收入比率(%)\t活动收入比率(%)\t卖家旺旺\n537099364188\t茶叶\t2.80\t30.00\t全球茶叶公司',
  columns: {
    商品id: 'item_id',
    商品名称: 'item_title',
    店铺名称: 'shop_name',
    卖家旺旺: 'shop_name',
    [GENERAL]: 'rate',
    活动状态: 'plan_state',
    [EVENT]: 'rate',
    活动开始时间: 'starts_at',
    活动结束时间: 'ends_at',
  },
  is: ['商品id', GENERAL],
  needed: [['商品id'], [GENERAL], ['卖家旺旺', '店铺名称']],
  // Blank rows occur.
  skip: (row) => row.isBlank('商品id'),
  fields: (has) => ({
    itemId: id('商品id'),
    // Without a seller id the shop is known by either of its names.
    nick: {
      name: NICK.name,
      read: (row) =>
        NICK.read(row) ??
        (TITLE.read(row) === null ? row.problem('needed', (has(NICK.name) ? NICK : TITLE).name) : null),
    },
    title: TITLE,
    itemTitle: text('商品名称'),
  }),
  plans: (row, itemId) => [
    ...(row.isBlank(GENERAL) ? [] : [planOf(GENERAL_PLAN_ID, 'general', row.rate(GENERAL))]),
    ...(row.isBlank(EVENT)
      ? []
      : [
          planWith(planOf(`event-${itemId}`, 'event', row.rate(EVENT)), {
            state: EVENT_STATE.read(row),
            startsAt: time('活动开始时间').read(row),
            endsAt: time('活动结束时间').read(row),
          }),
        ]),
  ],
});

const [NICK, TITLE] = [text('卖家旺旺'), text('店铺名称')];

const EVENT_STATE = hint('活动状态', STATE_WORDS);

const [INCOME, IS_MARKETING] = ['收入比率', '是否为营销计划商品'];
const UNNAMED_PLAN_ID = 'unnamed';

/**
 * 精选优质商品清单, an older list: one rate an item. Whether it is the general or the marketing plan's says a column; where that
 * says nothing the rate is not read. A list without the column has its rates under a plan that has no name and no kind.
 */
export const qualityList = tableFormat({
  id: 'alimama-quality-list',
  gives: ['income'],
  exampleName: '精选优质商品清单.xls',
  rates: rateFields({ [INCOME]: 'percent' }, 'income'),
  example:
    '商品id\t收入比率(%)\t卖家id\t卖家旺旺\t是否为营销计划商品\n537099364188\t5.50\t2649797694\t全球茶叶公司\t否',
  columns: {
    商品id: 'item_id',
    商品名称: 'item_title',
    卖家id: 'shop_id',
    卖家旺旺: 'shop_name',
    [INCOME]: 'rate',
    [IS_MARKETING]: 'plan_type',
  },
  is: [INCOME, '卖家id'],
  needed: [['商品id'], ['卖家id'], [INCOME]],
  skip: (row) => row.isBlank('商品id') || row.isBlank(INCOME),
  fields: () => ({
    itemId: id('商品id'),
    sellerId: id('卖家id'),
    nick: NICK,
    itemTitle: text('商品名称'),
  }),
  plans(row) {
    const rate = row.rate(INCOME);
    if (!row.has(IS_MARKETING)) return [planOf(UNNAMED_PLAN_ID, null, rate)];
    const isMarketing = MARKETING.read(row);
    if (isMarketing === null) row.remark('plan-unnamed');
    if (isMarketing === null) return [];
    return [isMarketing ? planOf(MARKETING_PLAN_ID, 'marketing', rate) : planOf(GENERAL_PLAN_ID, 'general', rate)];
  },
  note({ findings }, has) {
    if (!has(IS_MARKETING)) findings.notes.push({ code: 'plan-not-said', args: {} });
  },
});

const MARKETING = code(IS_MARKETING, YES_NO_WORDS);
