/** `tbk.dg.material.optional.upgrade`, `tbk.dg.material.recommend`, `tbk.item.info.upgrade.get`: the open platform since about 2023 (formats.md §6.3). */
import { isZeroRate, parsePercent } from '../../domain/rate.ts';
import { isBlank } from '../cells.ts';
import { rateField } from '../format.ts';
import { cellText } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import type { TopFamily } from './top-answer.ts';
import { readCampaigns } from './top-campaigns.ts';
import { topFormat } from './top-format.ts';
import type { TopItem } from './top-item.ts';
import { hasLockRate, readOwnRate } from './top-item.ts';

const FAMILY: TopFamily = {
  format: 'top-material-upgrade',
  roots: [
    'tbk_dg_material_optional_upgrade_response',
    'tbk_sc_material_optional_upgrade_response',
    'tbk_dg_material_recommend_response',
    'tbk_sc_material_recommend_response',
    'tbk_item_info_upgrade_get_response',
  ],
  ownKeys: ['publish_info'],
  foreignKeys: ['commission_rate'],
};

/**
 * The rate is `publish_info.income_rate`, in percent: commission plus subsidy, of the plan of `commission_type`. It is
 * read as an income rate, which is never compared with commission rates, but where the row says that there is no
 * subsidy (`readPaidRate`). `income_info.commission_rate` has no known unit and is not read; `future_activity_*` and
 * `topn_info` are not rates of today.
 */
export const topMaterialUpgrade = topFormat(
  FAMILY,
  {
    gives: ['general', 'special', 'state'],
    exampleName: 'material-optional-upgrade.json',
    rates: [
      rateField('publish_info.income_rate', 'percent', 'income'),
      rateField('sp_campaign_list.sp_rate', 'basis-points'),
      rateField('income_info.commission_rate', null),
      rateField('lock_rate', null),
    ],
    addresses: [
      'taobao.tbk.dg.material.optional.upgrade',
      'taobao.tbk.dg.material.recommend',
      'taobao.tbk.item.info.upgrade.get',
    ],
    example:
      '{"tbk_dg_material_optional_upgrade_response":{"result_list":{"map_data":[{"item_id":"AbC-9","item_basic_info":{"seller_id":2448754880},"publish_info":{"commission_type":"COMMON","income_rate":"5.50","sp_campaign_list":{"sp_campaign":[{"sp_cid":"2001","sp_rate":"1550","sp_status":"1"}]}}}]}}}',
  },
  readItem,
);

function readItem(row: RowCells): TopItem {
  const basic = row.inside('item_basic_info');
  const publish = row.inside('publish_info');
  const sales = basic.count('tk_total_sales');
  return {
    locator: row.locator,
    shop: { sellerId: basic.id('seller_id', 'needed'), keeperId: null, name: basic.text('shop_title') },
    item: { id: row.id('item_id', 'needed') ?? '', title: basic.text('title') },
    own: readPaidRate(publish, sales),
    specials: readCampaigns(publish, sales),
    hasLockRate: hasLockRate(publish),
  };
}

/**
 * Income is commission plus subsidy by its definition (formats.md §1.1). With a subsidy that is stated to be zero the
 * sum is the commission rate: zero is zero in any unit, so the unit of `subsidy_rate` need not be known. A subsidy that
 * is not stated, or is stated anywhere, leaves the rate an income rate.
 */
function readPaidRate(publish: RowCells, sales: number | null): TopItem['own'] {
  const own = readOwnRate(publish, 'income_rate', parsePercent, sales);
  if (own === null || own === 'unnamed' || own.rate === null) return own;
  const info = publish.inside('income_info');
  const [rate, amount] = [cellText(info.value('subsidy_rate')), cellText(info.value('subsidy_amount'))];
  const isUnsubsidised = isZeroRate(rate) && (isBlank(amount) || isZeroRate(amount));
  return isUnsubsidised ? own : { ...own, rate: { ...own.rate, measure: 'income' } };
}
