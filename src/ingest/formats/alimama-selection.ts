/** 选品库, the selection that a user collects on the alliance's pages, exported to .xls (formats.md §7.1). */
import { parsePercent } from '../../domain/rate.ts';
import type { Reading } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { STATE_WORDS } from '../cells.ts';
import { isRefusal, refuse } from '../findings.ts';
import type { TableFormat } from '../format.ts';
import { rateField } from '../format.ts';
import type { PlanKey, RowCells } from '../json-cells.ts';
import { bareFacts, planOf } from '../json-cells.ts';
import { findColumns, hasColumns, meaningsByBeginning, readIncomeRows } from './income-list.ts';
import { batchRows } from './own-row.ts';

const COLUMNS = {
  item: '商品id',
  title: '商品名称',
  shop: '店铺名称',
  nick: '卖家旺旺',
  general: '通用收入比率',
  state: '活动状态',
  event: '活动收入比率',
  startsAt: '活动开始时间',
  endsAt: '活动结束时间',
} as const;

const MEANINGS = {
  item: 'item_id',
  title: 'item_title',
  shop: 'shop_name',
  nick: 'shop_name',
  general: 'rate',
  state: 'plan_state',
  event: 'rate',
  startsAt: 'starts_at',
  endsAt: 'ends_at',
} as const;

/**
 * Income rates of the general plan and of a running event, per item. The list names no plan and no seller id: its shops
 * are known by name alone. It says nothing of special plans, so it is `partial`.
 */
export const alimamaSelection: TableFormat = {
  kind: 'table',
  id: 'alimama-selection',
  gives: ['income'],
  needs: [],
  exampleName: '选品库.xls',
  rates: [rateField(COLUMNS.general, 'percent', 'income'), rateField(COLUMNS.event, 'percent', 'income')],
  addresses: ['/favorites/item/export.json'],
  example:
    '商品id\t商品名称\t通用收入比率(%)\t活动收入比率(%)\t卖家旺旺\n537099364188\t茶叶\t2.80\t30.00\t全球茶叶公司',
  recognizes: (header) => hasColumns(header, [COLUMNS.item, COLUMNS.general]),
  meaningsOf: (header) => meaningsByBeginning(header, COLUMNS, MEANINGS),
  read(header, rows, context) {
    const columns = findColumns(header, COLUMNS, ['item', 'general']);
    if (isRefusal(columns)) return columns;
    if (columns.nick === '' && columns.shop === '') return refuse('missing-columns', { columns: COLUMNS.nick });
    return batchRows(
      readIncomeRows(header, rows, context, [columns.general, columns.event], (row) => readItem(row, columns)),
      'partial',
    );
  },
};

function readItem(row: RowCells, columns: Readonly<Record<keyof typeof COLUMNS, string>>): Reading[] {
  const id = row.id(columns.item);
  // Blank rows occur (formats.md §7.1).
  if (id === null) return [];
  const name = row.text(columns.nick) ?? row.text(columns.shop) ?? row.problem('needed', columns.nick || columns.shop);
  const reading = ({ planId, facts }: PlanKey, column: string): Reading => ({
    locator: row.locator,
    shop: { sellerId: null, keeperId: null, name },
    item: { id, title: row.text(columns.title) },
    planId,
    facts: bareFacts(facts),
    rate: { ...row.rate(column, parsePercent, null), measure: 'income' },
  });
  const readings: Reading[] = [];
  if (row.text(columns.general) !== null) readings.push(reading(planOf(GENERAL_PLAN_ID, 'general'), columns.general));
  if (row.text(columns.event) === null) return readings;
  const event = reading(planOf(`event-${id}`, 'event'), columns.event);
  const facts = {
    ...event.facts,
    state: row.hint(columns.state, STATE_WORDS),
    startsAt: row.time(columns.startsAt),
    endsAt: row.time(columns.endsAt),
  };
  return [...readings, { ...event, facts }];
}
