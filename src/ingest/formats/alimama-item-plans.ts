/** `pubauc/getCommonCampaignByItemId.json?itemId=`: the plans that hold one item (formats.md §3.2). */
import { parsePercent } from '../../domain/rate.ts';
import type { MembershipStatus, Reading } from '../../domain/reading.ts';
import { NO_FACTS } from '../../domain/reading.ts';
import { isBlank, KIND_WORDS, splitPlanName, YES_NO_WORDS } from '../cells.ts';
import { refuse } from '../findings.ts';
import type { JsonFormat, KnownIds } from '../format.ts';
import { rateField } from '../format.ts';
import { at, isList, isObject, textOf } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import { planOf, readRows } from '../json-cells.ts';

/**
 * The item is only in the request. `commissionRate` is the rate for this item in percent; the unit of `AvgCommission`
 * is not known, so it is not read. `data` is a list only when there are plans; without them there is no shop to tell
 * of, and the file is refused.
 */
export const alimamaItemPlans: JsonFormat = {
  kind: 'json',
  id: 'alimama-item-plans',
  gives: ['special', 'membership'],
  needs: ['item'],
  exampleName: 'item-campaigns.item-123456.json',
  rates: [rateField('commissionRate', 'percent'), rateField('AvgCommission', null)],
  addresses: ['/pubauc/getCommonCampaignByItemId.json'],
  example:
    '{"data":[{"CampaignID":2616191,"CampaignName":"高佣定向","CampaignType":"定向计划","commissionRate":10,"Exist":true,"ExistStatus":2,"ShopKeeperID":27182818}]}',
  isNamed: true,
  recognizes(doc) {
    const data = at(doc, 'data');
    return isList(data) && at(data[0], 'CampaignID') !== undefined;
  },
  read(doc, context) {
    const data = at(doc, 'data');
    const { item } = context.ids;
    const isEmpty = data === null || (isObject(data) && Object.keys(data).length === 0);
    if (isEmpty || (isList(data) && data.length === 0)) return refuse('no-rows');
    if (!isList(data)) return refuse('not-this-format', { format: alimamaItemPlans.id });
    if (item === null) return refuse('missing-id', { ids: 'item', example: 'item-123456' });
    const readings = readRows(data, context, (row) => readPlan(row, item, context.ids));
    return [{ account: null, capturedMs: null, coverage: 'item-plans', subject: `item:${item}`, readings }];
  },
};

function readPlan(row: RowCells, itemId: string, ids: KnownIds): Reading {
  const keeperId = row.idOr('ShopKeeperID', ids.keeper);
  if (keeperId === null && ids.seller === null) row.problem('needed', 'ShopKeeperID');
  const plan = planOf(row.id('CampaignID', 'needed'), row.hint('CampaignType', KIND_WORDS));
  const { name, state } = splitPlanName(row.text('CampaignName') ?? '');
  return {
    locator: row.locator,
    shop: { sellerId: ids.seller, keeperId, name: null },
    item: { id: itemId, title: null },
    planId: plan.planId,
    facts: {
      ...NO_FACTS,
      kind: plan.facts.kind,
      hidden: plan.facts.hidden,
      name,
      state,
      status: readStatus(row),
      audit: row.hint('Properties', YES_NO_WORDS) ?? row.hint('manualAudit', YES_NO_WORDS),
    },
    rate: row.rate('commissionRate', parsePercent, null),
  };
}

/**
 * `ExistStatus` is 1 in review, 2 passed, anything else not passed; it means something only where `Exist` says one
 * has applied.
 */
function readStatus(row: RowCells): MembershipStatus | null {
  const applied = row.hint('Exist', YES_NO_WORDS);
  if (applied !== true) return applied === false ? 'none' : null;
  const status = textOf(row.value('ExistStatus')).trim();
  if (isBlank(status)) return null;
  if (status === '1') return 'pending';
  return status === '2' ? 'approved' : 'rejected';
}
