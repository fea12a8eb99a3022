/** The items of one plan: `merchandiseDetail.json` (formats.md §3.3) and `mkt.commission.itemList.json` (§3.4). */
import { parsePercent } from '../../domain/rate.ts';
import type { Coverage, RateFact, Reading, ShopIds } from '../../domain/reading.ts';
import { refuse } from '../findings.ts';
import type { Batch, JsonFormat, KnownIds } from '../format.ts';
import { ANY_VALUE, rateField } from '../format.ts';
import { at, isList } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import { bareFacts, planOf, readRows } from '../json-cells.ts';
import { count, coverageOf, readPaging } from '../paging.ts';

/** The plan is only in the request. Of the two rates only `commissionRatePercent` has a unit that is known. */
export const alimamaPlanItems: JsonFormat = {
  kind: 'json',
  id: 'alimama-plan-items',
  gives: ['special'],
  needs: ['campaign'],
  exampleName: 'plan-items.campaign-123456.json',
  rates: [rateField('commissionRatePercent', 'percent'), rateField('commissionRate', null)],
  addresses: ['/campaign/merchandiseDetail.json'],
  example:
    '{"data":{"pagelist":[{"auctionId":560234787224,"commissionRatePercent":7,"userNumberId":2166356588}],"paginator":{"items":1,"page":1,"pages":1}}}',
  isNamed: true,
  list: {
    rows: 'pagelist',
    rowId: 'auctionId',
    pageParameters: {
      campaignId: ANY_VALUE,
      shopkeeperId: ANY_VALUE,
      userNumberId: ANY_VALUE,
      oriMemberId: ANY_VALUE,
      omid: ANY_VALUE,
      tab: '2',
    },
    pagingOf: (doc) => readPaging(at(doc, 'data', 'paginator')),
    onePage: (rows) => ({ pagelist: rows, paginator: { items: rows.length, page: 1, pages: 1 } }),
  },
  recognizes(doc) {
    const rows = at(doc, 'data', 'pagelist');
    return isList(rows) && at(rows[0], 'commissionRatePercent') !== undefined;
  },
  read(doc, context) {
    const rows = at(doc, 'data', 'pagelist');
    if (!isList(rows)) return refuse('not-this-format', { format: alimamaPlanItems.id });
    if (rows.length === 0) return refuse('no-rows');
    const { seller, keeper, campaign } = context.ids;
    if (campaign === null) return refuse('missing-id', { ids: 'campaign', example: 'campaign-123456' });
    const shopless = seller === null && keeper === null;
    if (shopless && rows.every((row) => at(row, 'userNumberId') === undefined))
      return refuse('missing-id', { ids: 'seller', example: 'seller-123456' });
    const readings = readRows(rows, context, (row) => {
      const sellerId = row.idOr('userNumberId', seller);
      if (shopless && sellerId === null) row.problem('needed', 'userNumberId');
      const shop = { sellerId, keeperId: keeper, name: row.text('nick') };
      const rate = row.rate('commissionRatePercent', parsePercent, row.count('totalNum'));
      return itemReading(row, shop, campaign, 'auctionId', rate);
    });
    const paging = readPaging(at(doc, 'data', 'paginator'));
    return planBatch(campaign, readings, coverageOf('plan-items', paging, rows.length, context.findings));
  },
};

/**
 * The unit of `commissionRate` is not known here, so the rates stay unknown: the list tells which items the plan
 * holds.
 */
export const unionPlanItems: JsonFormat = {
  kind: 'json',
  id: 'union-plan-items',
  gives: ['special'],
  needs: ['campaign', 'seller'],
  exampleName: 'plan-items.campaign-123456.seller-123456.json',
  rates: [rateField('commissionRate', null)],
  addresses: ['/mkt.commission.itemList.json'],
  example: '{"data":{"totalPages":1,"result":[{"itemId":560234787224,"commissionRate":7}]}}',
  isNamed: true,
  list: {
    rows: 'result',
    rowId: 'itemId',
    pageParameters: {
      campaignId: ANY_VALUE,
      sellerId: ANY_VALUE,
      shopKeeperId: ANY_VALUE,
      productTypes: '[19]',
      publicRanges: '[3]',
    },
    pagingOf: (doc) => ({ items: null, page: null, pages: count(doc, 'data', 'totalPages') }),
    onePage: (rows) => ({ result: rows, totalPages: 1 }),
  },
  recognizes(doc) {
    const rows = at(doc, 'data', 'result');
    const row = isList(rows) ? rows[0] : undefined;
    return at(row, 'itemId') !== undefined && at(row, 'commissionRate') !== undefined;
  },
  read(doc, context) {
    const rows = at(doc, 'data', 'result');
    if (!isList(rows)) return refuse('not-this-format', { format: unionPlanItems.id });
    if (rows.length === 0) return refuse('no-rows');
    const { campaign, seller } = context.ids;
    if (campaign === null || seller === null) return refuseWithout(context.ids);
    const shop = { sellerId: seller, keeperId: context.ids.keeper, name: null };
    const readings = readRows(rows, context, (row) =>
      itemReading(
        row,
        shop,
        campaign,
        'itemId',
        row.rate('commissionRate', () => ({ ok: true, bp: null }), null),
      ),
    );
    context.findings.notes.push({ code: 'unit-unknown', args: { field: 'commissionRate' } });
    const paging = { items: null, page: null, pages: count(doc, 'data', 'totalPages') };
    return planBatch(campaign, readings, coverageOf('plan-items', paging, rows.length, context.findings));
  },
};

function refuseWithout({ campaign }: KnownIds) {
  const missing = campaign === null ? 'campaign' : 'seller';
  return refuse('missing-id', { ids: missing, example: `${missing}-123456` });
}

function itemReading(row: RowCells, shop: ShopIds, campaign: string, itemField: string, rate: RateFact): Reading {
  const { planId, facts } = planOf(campaign, 'special');
  const item = { id: row.id(itemField, 'needed') ?? '', title: row.text('title') };
  return { locator: row.locator, shop, item, planId, facts: bareFacts(facts), rate };
}

function planBatch(campaign: string, readings: readonly Reading[], coverage: Coverage): readonly Batch[] {
  return [{ account: null, capturedMs: null, coverage, subject: `plan:${campaign}`, readings }];
}
