/** `shopdetail/campaigns.json?oriMemberId=`: all plans of one shop, with their average rates (formats.md §2). */
import { parseHundredths, parsePercent } from '../../domain/rate.ts';
import type { MembershipStatus, RateFact, Reading } from '../../domain/reading.ts';
import { NO_FACTS } from '../../domain/reading.ts';
import { isBlank, splitPlanName } from '../cells.ts';
import { makeFindings, refuse } from '../findings.ts';
import type { JsonFormat, ReadContext } from '../format.ts';
import { rateField } from '../format.ts';
import type { Json } from '../json.ts';
import { at, isList } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import { planOf, readRows } from '../json-cells.ts';
import { AUDIT_CODES, KIND_CODES, STATUS_CODES } from './alimama-codes.ts';

const GENERAL_NAME = '通用计划';

interface Application {
  readonly exitId: string | null;
  readonly status: MembershipStatus | null;
}

/**
 * The seller is only in the request: it comes from the file's name, or else the shop is known by its keeper alone.
 * Membership comes from `exsitApplyList` (sic). A plan that it does not list, or a body without it, leaves the
 * membership unknown: whether the list holds every application was not seen. The 30-day numbers count the plan, not
 * an item, so they are no weight.
 */
export const alimamaShopPlans: JsonFormat = {
  kind: 'json',
  id: 'alimama-shop-plans',
  gives: ['general', 'special', 'membership'],
  needs: [],
  exampleName: 'shop-campaigns.seller-123456.json',
  rates: [rateField('avgCommissionToString', 'percent'), rateField('avgCommission', 'basis-points')],
  addresses: ['/shopdetail/campaigns.json'],
  example:
    '{"data":{"campaignList":[{"campaignId":0,"campaignName":"通用计划","campaignType":1,"avgCommission":838,"avgCommissionToString":"8.38 %","shopKeeperId":27182818}]}}',
  isNamed: true,
  recognizes: (doc) => isList(at(doc, 'data', 'campaignList')),
  read(doc, context) {
    const rows = at(doc, 'data', 'campaignList');
    if (!isList(rows)) return refuse('not-this-format', { format: alimamaShopPlans.id });
    if (rows.length === 0) return refuse('no-rows');
    const applications = readApplications(at(doc, 'data', 'exsitApplyList'), context);
    const keepers = readRows(rows, { ...context, findings: makeFindings() }, (r) => r.id('shopKeeperId'));
    const keeperId = context.ids.keeper ?? keepers[0] ?? null;
    const { seller: sellerId } = context.ids;
    if (sellerId === null && keeperId === null)
      return refuse('missing-id', { ids: 'seller', example: 'seller-123456' });
    const shop = { sellerId, keeperId, name: null };
    const readings = readRows(rows, context, (row) => readPlan(row, shop, applications));
    const subject = `shop:${sellerId ?? keeperId}`;
    return [{ account: null, capturedMs: null, coverage: 'shop-plans', subject, readings }];
  },
};

function readPlan(row: RowCells, shop: Reading['shop'], applications: ReadonlyMap<string, Application>): Reading {
  row.idOr('shopKeeperId', shop.keeperId);
  const campaignId = row.id('campaignId', 'needed');
  const { name, state } = splitPlanName(row.text('campaignName') ?? '');
  const kind = row.hint('campaignType', KIND_CODES);
  // Any plan may be named so; one that says it is special is not the general plan.
  const { planId, facts } = planOf(campaignId, name === GENERAL_NAME && kind !== 'special' ? 'general' : kind);
  return {
    locator: row.locator,
    shop,
    item: null,
    planId,
    facts: {
      ...NO_FACTS,
      ...facts,
      name,
      state,
      ...applications.get(planId),
      audit: row.hint('properties', AUDIT_CODES),
      startsAt: row.time('startTime'),
      endsAt: row.time('endTime'),
    },
    rate: readAverage(row),
  };
}

/**
 * The text is in percent, the number in 1/100 %. The text counts, and both must say the same where both say
 * something.
 */
function readAverage(row: RowCells): RateFact {
  const inText = row.rate('avgCommissionToString', parsePercent, null);
  const inNumber = row.rate('avgCommission', parseHundredths, null);
  if (isBlank(inText.raw)) return inNumber;
  if (!isBlank(inNumber.raw) && inNumber.bp !== inText.bp) row.problem('disagrees', 'avgCommission', inText.raw);
  return inText;
}

function readApplications(list: Json | undefined, context: ReadContext): ReadonlyMap<string, Application> {
  const applications = new Map<string, Application>();
  readRows(isList(list) ? list : [], context, (row) => {
    const { planId } = planOf(row.id('campaignId', 'needed'), null);
    const application = { exitId: row.id('id'), status: row.code('status', STATUS_CODES, 'needed') };
    const other = applications.get(planId);
    if (other && other.status !== application.status) row.problem('disagrees', 'status', other.status ?? '');
    applications.set(planId, application);
  });
  return applications;
}
