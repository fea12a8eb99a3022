/** `tbk.dg.material.optional`, `tbk.sc.material.optional`: the open platform's item search until about 2023 (formats.md §6.1). */
import { rateField } from '../format.ts';
import type { Json } from '../json.ts';
import { parseJson } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import { bareFacts } from '../json-cells.ts';
import { readRateMap } from '../rate-map.ts';
import type { TopFamily } from './top-answer.ts';
import { topFormat } from './top-format.ts';
import type { TopItem, TopPlan } from './top-item.ts';
import { flatShop, hasLockRate, parseWholeHundredths, readOwnRate } from './top-item.ts';

const SPECIALS = 'info_dxjh';

const FAMILY: TopFamily = {
  format: 'top-material-optional',
  roots: ['tbk_dg_material_optional_response', 'tbk_sc_material_optional_response'],
  ownKeys: [SPECIALS, 'include_dxjh'],
  foreignKeys: ['publish_info', 'sp_campaign_list', 'favorites_info', 'topn_info'],
};

/**
 * `commission_rate` is in 1/100 % and belongs to the plan of `commission_type`: only a row of type COMMON has the general
 * rate. `info_dxjh` has the special plans, in 1/100 % too, as JSON within a string.
 */
export const topMaterialOptional = topFormat(
  FAMILY,
  {
    gives: ['general', 'special'],
    exampleName: 'material-optional.json',
    rates: [
      rateField('commission_rate', 'basis-points'),
      rateField(SPECIALS, 'basis-points'),
      rateField('lock_rate', null),
    ],
    addresses: ['taobao.tbk.dg.material.optional', 'taobao.tbk.sc.material.optional'],
    example:
      '{"tbk_dg_material_optional_response":{"result_list":{"map_data":[{"item_id":596116426626,"seller_id":2448754880,"commission_rate":"45","commission_type":"COMMON","info_dxjh":"{\\"19013551\\":\\"2850\\"}"}]}}}',
  },
  readItem,
);

function readItem(row: RowCells): TopItem {
  const sales = row.count('tk_total_sales');
  // Both names stand for the same id, which is text since 2022; older rows may have but one.
  const id = row.id('item_id') ?? row.id('num_iid', 'needed') ?? '';
  return {
    locator: row.locator,
    shop: flatShop(row),
    item: { id, title: row.text('title') },
    own: readOwnRate(row, 'commission_rate', parseWholeHundredths, sales),
    specials: readSpecials(row, sales),
    hasLockRate: hasLockRate(row),
  };
}

function readSpecials(row: RowCells, sales: number | null): TopPlan[] {
  const value = row.value(SPECIALS) ?? null;
  const map = typeof value === 'string' ? parseMap(value) : value;
  return readRateMap(row, SPECIALS, map, parseWholeHundredths, sales).map(({ plan, rate }) => ({
    planId: plan.planId,
    facts: bareFacts(plan.facts),
    rate,
  }));
}

/** Text that is no JSON stays text, which is no map. */
function parseMap(text: string): Json {
  if (text.trim() === '') return null;
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : text;
}
