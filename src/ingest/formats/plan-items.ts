/** The items of one plan: `merchandiseDetail.json` (formats.md §3.3) and `mkt.commission.itemList.json` (§3.4). */
import { type Fields, jsonFormat, readPaginator, readTotalPages } from '../declare.ts';
import { stop } from '../findings.ts';
import { ANY_VALUE, type KnownIds, rateFields } from '../format.ts';
import { has } from '../json.ts';
import { count, fixed, id, idOr, rate, text } from '../row.ts';

/** The plan is only in the request. */
const OF_ONE_PLAN = {
  gives: ['special'],
  isNamed: true,
  complete: 'plan-items',
  subject: ({ campaign }: KnownIds) => `plan:${campaign}`,
} as const;

function itemFields(item: string, { seller, keeper, campaign }: KnownIds): Fields {
  return {
    sellerId: fixed(seller),
    keeperId: fixed(keeper),
    itemId: id(item),
    itemTitle: text('title'),
    planId: fixed(campaign),
    kind: fixed('special'),
  };
}

/** Of the two rates only `commissionRatePercent` has a unit that is known. */
export const planItems = jsonFormat({
  ...OF_ONE_PLAN,
  id: 'alimama-plan-items',
  needs: ['campaign'],
  exampleName: 'plan-items.campaign-123456.json',
  rates: rateFields({ commissionRatePercent: 'percent', commissionRate: null }),
  addresses: ['/campaign/merchandiseDetail.json'],
  example:
    '{"data":{"pagelist":[{"auctionId":560234787224,"commissionRatePercent":7,"userNumberId":2166356588}],"paginator":{"items":1,"page":1,"pages":1}}}',
  rows: 'data.pagelist',
  pages: {
    rowId: 'auctionId',
    pageParameters: {
      campaignId: ANY_VALUE,
      shopkeeperId: ANY_VALUE,
      userNumberId: ANY_VALUE,
      oriMemberId: ANY_VALUE,
      omid: ANY_VALUE,
      tab: '2',
    },
    pagingOf: readPaginator,
  },
  is: ({ row }) => has(row, 'commissionRatePercent'),
  fields({ ids }, rows) {
    const isShopless = ids.seller === null && ids.keeper === null;
    if (isShopless && !rows.some((row) => has(row, 'userNumberId')))
      return stop('missing-id', { ids: 'seller', example: 'seller-123456' });
    return {
      ...itemFields('auctionId', ids),
      sellerId: idOr('userNumberId', ids.seller),
      nick: text('nick'),
      sales: count('totalNum'),
      rate: rate('commissionRatePercent'),
    };
  },
});

/** The unit of `commissionRate` is not known here: the list tells which items the plan holds. */
export const unionPlanItems = jsonFormat({
  ...OF_ONE_PLAN,
  id: 'union-plan-items',
  needs: ['campaign', 'seller'],
  exampleName: 'plan-items.campaign-123456.seller-123456.json',
  rates: rateFields({ commissionRate: null }),
  addresses: ['/mkt.commission.itemList.json'],
  example: '{"data":{"totalPages":1,"result":[{"itemId":560234787224,"commissionRate":7}]}}',
  rows: 'data.result',
  pages: {
    rowId: 'itemId',
    pageParameters: {
      campaignId: ANY_VALUE,
      sellerId: ANY_VALUE,
      shopKeeperId: ANY_VALUE,
      productTypes: '[19]',
      publicRanges: '[3]',
    },
    pagingOf: readTotalPages,
  },
  is: ({ row }) => has(row, 'itemId', 'commissionRate'),
  fields: ({ ids }) => ({ ...itemFields('itemId', ids), rate: rate('commissionRate') }),
  note: ({ findings }) => findings.notes.push({ code: 'unit-unknown', args: { field: 'commissionRate' } }),
});
