/** `shopdetail/campaigns.json?oriMemberId=`: all plans of one shop, with their average rates (formats.md §2). */
import type { PlanFacts, RateFact } from '../../domain/reading.ts';
import { idCell, isBlank, splitPlanName, yesNoWords } from '../cells.ts';
import { jsonFormat } from '../declare.ts';
import { stop } from '../findings.ts';
import { type ReadContext, rateFields } from '../format.ts';
import { at, cellText, isList, type Json } from '../json.ts';
import type { RowField } from '../row.ts';
import { code, fixed, hint, id, idOr, needed, numbered, objectsOf, planOf, Row, text, time } from '../row.ts';
import { KINDS, STATUSES } from './codes.ts';

/**
 * The seller is only in the request: it comes from the file's name, or else the shop is known by its keeper alone.
 * The 30-day numbers count the plan, not an item, so they are no weight.
 */
export const shopPlans = jsonFormat({
  id: 'alimama-shop-plans',
  gives: ['general', 'special', 'membership'],
  exampleName: 'shop-campaigns.seller-123456.json',
  rates: rateFields({ avgCommissionToString: 'percent', avgCommission: 'basis-points' }),
  addresses: ['/shopdetail/campaigns.json'],
  example:
    '{"data":{"campaignList":[{"campaignId":0,"campaignName":"通用计划","campaignType":1,"avgCommission":838,"avgCommissionToString":"8.38 %","shopKeeperId":27182818}]}}',
  isNamed: true,
  rows: 'data.campaignList',
  is: ({ rows }) => isList(rows),
  complete: 'shop-plans',
  subject: ({ seller, keeper }, [first]) => `shop:${seller ?? first?.shop.keeperId ?? keeper}`,
  fields(context, rows, doc) {
    const { seller, keeper } = context.ids;
    const keeperId = keeper ?? rows.map((row) => idCell(cellText(at(row, 'shopKeeperId')))).find(isText) ?? null;
    if (seller === null && keeperId === null) return stop('missing-id', { ids: 'seller', example: 'seller-123456' });
    const applications = readApplications(at(doc, 'data', 'exsitApplyList'), context);
    const applied = (row: Row) => applications.get(planOf(PLAN_ID.read(row), KIND.read(row)).planId);
    return {
      sellerId: fixed(seller),
      keeperId: idOr('shopKeeperId', keeperId),
      planId: PLAN_ID,
      kind: KIND,
      name: NAME,
      status: { name: 'status', read: (row) => applied(row)?.status ?? null },
      exitId: { name: 'id', read: (row) => applied(row)?.exitId ?? null },
      audit: hint('properties', AUDITS),
      startsAt: time('startTime'),
      endsAt: time('endTime'),
      rate: AVERAGE,
    };
  },
});

const PLAN_ID = id('campaignId');
const NAME = text('campaignName');
const CODE = hint('campaignType', KINDS);

/** Any plan may be named so; one that says it is special is not the general plan. */
const KIND: typeof CODE = {
  name: 'campaignType',
  read(row) {
    const kind = CODE.read(row);
    const isGeneral = kind !== 'special' && splitPlanName(NAME.read(row) ?? '').name === '通用计划';
    return isGeneral ? 'general' : kind;
  },
};

/** `properties` of a plan: whether joining needs the merchant's approval. */
const AUDITS = yesNoWords('3', '1');

/** The text is in percent, the number in 1/100 %. The text counts, and both must say the same where both say something. */
const AVERAGE: RowField<RateFact> = {
  name: 'avgCommissionToString',
  read(row) {
    const [inText, inNumber] = [row.rate('avgCommissionToString'), row.rate('avgCommission')];
    if (isBlank(inText.raw) && inNumber.raw !== '') return inNumber;
    if (!isBlank(inNumber.raw) && inNumber.bp !== inText.bp) row.problem('disagrees', 'avgCommission', inText.raw);
    return inText;
  },
};

/**
 * Membership comes from `exsitApplyList` (sic). A plan that it does not list, or a body without it, leaves the membership
 * unknown: whether the list holds every application was not seen.
 */
function readApplications(list: Json | undefined, { ids, findings }: ReadContext) {
  const applications = new Map<string, Partial<PlanFacts>>();
  for (const { line, value } of objectsOf(numbered(isList(list) ? list : []), findings)) {
    const row = new Row(value, line, { ids, rates: [] });
    const { planId } = planOf(needed(PLAN_ID).read(row), null);
    const application = { exitId: EXIT_ID.read(row), status: STATUS.read(row) };
    const other = applications.get(planId);
    if (other && other.status !== application.status) row.problem('disagrees', 'status', other.status ?? '');
    applications.set(planId, application);
    findings.problems.push(...row.problems);
  }
  return applications;
}

const EXIT_ID = id('id');
const STATUS = needed(code('status', STATUSES));

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
