/** `tbk.dg.optimus.material`, `tbk.sc.optimus.material`: items of a list or a selection (`favorites_id`) on the open platform (formats.md §6.2). */
import { parsePercent } from '../../domain/rate.ts';
import { rateField } from '../format.ts';
import type { RowCells } from '../json-cells.ts';
import type { TopFamily } from './top-answer.ts';
import { readCampaigns } from './top-campaigns.ts';
import { topFormat } from './top-format.ts';
import type { TopItem } from './top-item.ts';
import { flatShop, hasLockRate, readOwnRate } from './top-item.ts';

const FAMILY: TopFamily = {
  format: 'top-optimus-material',
  roots: ['tbk_dg_optimus_material_response', 'tbk_sc_optimus_material_response'],
  ownKeys: ['sp_campaign_list', 'favorites_info', 'topn_info', 'lock_rate'],
  foreignKeys: ['publish_info', 'info_dxjh', 'include_dxjh', 'include_mkt', 'num_iid', 'commission_type'],
};

/**
 * `commission_rate` is in percent here. The documented row has no `commission_type`, so it is not known whether the rate
 * is the general or the marketing one, and it is not read; a row that has the type is read by it. The units of
 * `lock_rate` and `topn_info.topn_rate` are not known.
 */
export const topOptimusMaterial = topFormat(
  FAMILY,
  {
    gives: ['general', 'special', 'state'],
    exampleName: 'optimus-material.json',
    rates: [
      rateField('commission_rate', 'percent'),
      rateField('sp_campaign_list.sp_rate', 'basis-points'),
      rateField('lock_rate', null),
      rateField('topn_info.topn_rate', null),
    ],
    addresses: ['taobao.tbk.dg.optimus.material'],
    example:
      '{"tbk_dg_optimus_material_response":{"result_list":{"map_data":[{"item_id":"AbC-9","seller_id":2448754880,"commission_rate":"5.50","commission_type":"COMMON","sp_campaign_list":{"sp_campaign":[{"sp_cid":"2001","sp_rate":"1550","sp_status":"1"}]}}]}}}',
  },
  readItem,
);

function readItem(row: RowCells): TopItem {
  const sales = row.count('tk_total_sales');
  return {
    locator: row.locator,
    shop: flatShop(row),
    item: { id: row.id('item_id', 'needed') ?? '', title: row.text('title') },
    own: readOwnRate(row, 'commission_rate', parsePercent, sales),
    specials: readCampaigns(row, sales),
    hasLockRate: hasLockRate(row),
  };
}
