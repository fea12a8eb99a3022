/** `items/search.json`: items with their public rate and all special plans that hold them (formats.md §3.1). */
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { RATE_CELLS } from '../cells.ts';
import { jsonFormat } from '../declare.ts';
import { rateFields } from '../format.ts';
import { at, has, isList, isObject, textOf } from '../json.ts';
import { count, id, MARKETING_PLAN_ID, type Plan, planOf, plansInMap, type Row, text } from '../row.ts';

const MAP = 'tkSpecialCampaignIdRateMap';

/** Coverage is per item, so it does not matter how many pages there are. */
export const itemSearch = jsonFormat({
  id: 'alimama-item-search',
  gives: ['general', 'special', 'event'],
  exampleName: 'items-search.json',
  rates: rateFields({ tkRate: 'percent', tkCommonRate: 'percent', [MAP]: 'percent', eventRate: 'percent' }),
  addresses: ['/items/search.json', '/items/channel/qqhd.json'],
  example:
    '{"data":{"head":{"status":"OK"},"pageList":[{"auctionId":537099364188,"sellerId":2649797694,"tkRate":2.80,"tkSpecialCampaignIdRateMap":{"63960348":"50.00"}}]}}',
  rows: 'data.pageList',
  is: ({ doc, rows }) => isObject(at(doc, 'data', 'head')) && rows !== undefined,
  // Null and `{}` say that no special plan holds the item; an absent key says nothing.
  complete: (row) => (has(row, MAP) ? 'item-search' : 'partial'),
  fields: {
    sellerId: id('sellerId'),
    itemId: id('auctionId'),
    sales: count('totalNum'),
    itemTitle: { name: 'title', read: (row) => TITLE.read(row)?.replace(/<\/?[a-z][^<>]*>/gi, '') ?? null },
    nick: text('nick'),
    title: text('shopTitle'),
  },
  plans: plansOf,
});

const TITLE = text('title');

function plansOf(row: Row, itemId: string): Plan[] {
  const tkRate = row.rate('tkRate');
  const isMarketing = textOf(row.get('tkMktStatus')) === '1';
  const general = (rate: Plan['rate']) => planOf(GENERAL_PLAN_ID, 'general', rate);
  const plans: Plan[] = [];
  // With tkMktStatus 1 it is not known whether tkRate is the general or the marketing rate, unless the general one stands beside it.
  if (!row.isBlank('tkCommonRate')) {
    plans.push(general(row.rate('tkCommonRate')));
    if (isMarketing) plans.push(planOf(MARKETING_PLAN_ID, 'marketing', tkRate));
  } else {
    if (isMarketing) row.remark('general-uncertain');
    plans.push(general(isMarketing ? { ...tkRate, bp: null } : tkRate));
  }
  const map = row.get(MAP) ?? null;
  // An empty list is how some languages write an empty map.
  if (!isList(map) || map.length > 0) plans.push(...plansInMap(row, MAP, map, RATE_CELLS.percent));
  // An event has no id here. Its end is given in days from a capture that the content does not date, so it stays unknown.
  if (!row.isBlank('eventRate')) plans.push(planOf(`event-${itemId}`, 'event', row.rate('eventRate')));
  return plans;
}
