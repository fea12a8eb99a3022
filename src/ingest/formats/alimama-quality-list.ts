/** 精选优质商品清单, the alliance's older list of promising items, in .xls (formats.md §7.2). */
import { parsePercent } from '../../domain/rate.ts';
import type { Reading } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { YES_NO_WORDS } from '../cells.ts';
import { isRefusal } from '../findings.ts';
import type { TableFormat } from '../format.ts';
import { rateField } from '../format.ts';
import type { RowCells } from '../json-cells.ts';
import { bareFacts, MARKETING_PLAN_ID, planOf } from '../json-cells.ts';
import { findColumns, hasColumns, meaningsByBeginning, readIncomeRows } from './income-list.ts';
import { batchRows } from './own-row.ts';

const COLUMNS = {
  item: '商品id',
  title: '商品名称',
  seller: '卖家id',
  nick: '卖家旺旺',
  income: '收入比率',
  isMarketing: '是否为营销计划商品',
} as const;

const MEANINGS = {
  item: 'item_id',
  title: 'item_title',
  seller: 'shop_id',
  nick: 'shop_name',
  income: 'rate',
  isMarketing: 'plan_type',
} as const;

/**
 * One income rate per item. Whether it is the general or the marketing plan's says the column 是否为营销计划商品; where
 * that says nothing the rate is not read, for it may be either. A list without the column has its rates under a plan that
 * has no name and no kind. It lists chosen items, so it is `partial`.
 */
export const alimamaQualityList: TableFormat = {
  kind: 'table',
  id: 'alimama-quality-list',
  gives: ['income'],
  needs: [],
  exampleName: '精选优质商品清单.xls',
  rates: [rateField(COLUMNS.income, 'percent', 'income')],
  addresses: [],
  example:
    '商品id\t收入比率(%)\t卖家id\t卖家旺旺\t是否为营销计划商品\n537099364188\t5.50\t2649797694\t全球茶叶公司\t否',
  recognizes: (header) => hasColumns(header, [COLUMNS.income, COLUMNS.seller]),
  meaningsOf: (header) => meaningsByBeginning(header, COLUMNS, MEANINGS),
  read(header, rows, context) {
    const columns = findColumns(header, COLUMNS, ['item', 'seller', 'income']);
    if (isRefusal(columns)) return columns;
    if (columns.isMarketing === '') context.findings.notes.push({ code: 'plan-not-said', args: {} });
    const unnamed = { items: 0 };
    const read = (row: RowCells) => {
      const readings = readItem(row, columns);
      if (readings === 'unnamed') unnamed.items += 1;
      return readings === 'unnamed' ? [] : readings;
    };
    const note = () => {
      if (unnamed.items > 0) context.findings.notes.push({ code: 'plan-unnamed', args: unnamed });
    };
    return batchRows(withEnd(readIncomeRows(header, rows, context, [columns.income], read), note), 'partial');
  },
};

const UNNAMED_PLAN_ID = 'unnamed';

function* withEnd<T>(values: Iterable<T>, atEnd: () => void): Generator<T> {
  yield* values;
  atEnd();
}

function readItem(row: RowCells, columns: Readonly<Record<keyof typeof COLUMNS, string>>): Reading[] | 'unnamed' {
  const id = row.id(columns.item);
  if (id === null || row.text(columns.income) === null) return [];
  const isSaid = columns.isMarketing !== '';
  const isMarketing = isSaid ? row.code(columns.isMarketing, YES_NO_WORDS) : null;
  const sellerId = row.id(columns.seller, 'needed');
  const rate = row.rate(columns.income, parsePercent, null);
  if (isSaid && isMarketing === null) return 'unnamed';
  const plan = isMarketing ? planOf(MARKETING_PLAN_ID, 'marketing') : planOf(GENERAL_PLAN_ID, 'general');
  const { planId, facts } = isSaid ? plan : planOf(UNNAMED_PLAN_ID, null);
  return [
    {
      locator: row.locator,
      shop: { sellerId, keeperId: null, name: row.text(columns.nick) },
      item: { id, title: row.text(columns.title) },
      planId,
      facts: bareFacts(facts),
      rate: { ...rate, measure: 'income' },
    },
  ];
}
