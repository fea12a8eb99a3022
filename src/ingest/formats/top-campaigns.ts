/** `sp_campaign_list.sp_campaign[]` of the open platform: the special plans that hold an item (formats.md §6.3). */
import { NO_FACTS } from '../../domain/reading.ts';
import { splitPlanName, YES_NO_WORDS } from '../cells.ts';
import { at, isList, isObject } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import { planOf } from '../json-cells.ts';
import type { TopPlan } from './top-item.ts';
import { parseWholeHundredths, statedRate } from './top-item.ts';

const LIST = 'sp_campaign_list';
const USABLE = new Map([
  ['1', true],
  ['0', false],
]);

/**
 * Reads the list where `row` has it: it comes only with a permission, and without it there may be plans all the same.
 *
 * `sp_rate` is in 1/100 %. `sp_status` 1 is "usable": such a plan is running. 0 is "not usable", which may mean that it
 * has stopped or only that one cannot apply for it (any more), as when one is in it already. Calling it stopped would
 * silence a plan that binds, and its rate may be one that nobody earns: the state is left out and the rate is unknown,
 * so that what depends on this source alone is up for review.
 */
export function readCampaigns(row: RowCells, sales: number | null): TopPlan[] {
  const list = row.value(LIST);
  const campaigns = isList(list) ? list : at(list, 'sp_campaign');
  if (isList(campaigns)) return campaigns.map((entry) => readCampaign(row.inside(LIST, entry), sales));
  // An empty list is written as null, `""` or `{}`, also within its wrapper.
  const wrapper = row.inside(LIST);
  const single = wrapper.inside('sp_campaign');
  return isObject(campaigns) && Object.keys(campaigns).length > 0 ? [readCampaign(single, sales)] : [];
}

function readCampaign(row: RowCells, sales: number | null): TopPlan {
  const { planId, facts } = planOf(row.id('sp_cid', 'needed'), 'special');
  if (facts.kind !== 'special') row.problem('bad-id', 'sp_cid');
  const { name, state } = splitPlanName(row.text('sp_name') ?? '');
  const isUsable = row.code('sp_status', USABLE);
  const rate = statedRate(row, 'sp_rate', parseWholeHundredths, sales);
  return {
    planId,
    facts: {
      ...NO_FACTS,
      ...facts,
      name,
      state: state ?? (isUsable ? 'active' : null),
      locked: row.hint('sp_lock_status', YES_NO_WORDS),
    },
    rate: rate && isUsable === false ? { ...rate, bp: null } : rate,
    isUsable,
  };
}
