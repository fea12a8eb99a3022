/** `pubauc/getCommonCampaignByItemId.json?itemId=`: the plans that hold one item (formats.md §3.2). */
import type { MembershipStatus } from '../../domain/reading.ts';
import { KIND_WORDS, YES_NO_WORDS } from '../cells.ts';
import { jsonFormat } from '../declare.ts';
import { rateFields } from '../format.ts';
import { has, isList, textOf } from '../json.ts';
import { first, fixed, hint, id, idOr, type Row, rate, text } from '../row.ts';

/** The item is only in the request. `data` is a list only when there are plans; without them there is no shop to tell of. */
export const itemPlans = jsonFormat({
  id: 'alimama-item-plans',
  gives: ['special', 'membership'],
  needs: ['item'],
  exampleName: 'item-campaigns.item-123456.json',
  // The rate for this item; the unit of the average is not known.
  rates: rateFields({ commissionRate: 'percent', AvgCommission: null }),
  addresses: ['/pubauc/getCommonCampaignByItemId.json'],
  example:
    '{"data":[{"CampaignID":2616191,"CampaignName":"高佣定向","CampaignType":"定向计划","commissionRate":10,"Exist":true,"ExistStatus":2,"ShopKeeperID":27182818}]}',
  isNamed: true,
  rows: 'data',
  is: ({ rows, row }) => isList(rows) && has(row, 'CampaignID'),
  complete: 'item-plans',
  subject: ({ item }) => `item:${item}`,
  fields: ({ ids }) => ({
    sellerId: fixed(ids.seller),
    keeperId: idOr('ShopKeeperID', ids.keeper),
    itemId: fixed(ids.item),
    planId: id('CampaignID'),
    kind: hint('CampaignType', KIND_WORDS),
    name: text('CampaignName'),
    status: { name: 'ExistStatus', read: statusOf },
    audit: first(hint('Properties', YES_NO_WORDS), hint('manualAudit', YES_NO_WORDS)),
    rate: rate('commissionRate'),
  }),
});

const EXIST = hint('Exist', YES_NO_WORDS);

/** `ExistStatus` is 1 in review, 2 passed, anything else not passed; it means something only where `Exist` says one has applied. */
function statusOf(row: Row): MembershipStatus | null {
  const applied = EXIST.read(row);
  if (applied !== true) return applied === false ? 'none' : null;
  if (row.isBlank('ExistStatus')) return null;
  const status = textOf(row.get('ExistStatus')).trim();
  return status === '1' ? 'pending' : status === '2' ? 'approved' : 'rejected';
}
