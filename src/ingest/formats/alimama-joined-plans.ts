/** `campaign/joined[Special]Campaigns.json`: the plans an account has applied for (formats.md §4). */
import type { PlanKind, PlanState, Reading } from '../../domain/reading.ts';
import { isBlank, splitPlanName } from '../cells.ts';
import { refuse } from '../findings.ts';
import type { JsonFormat } from '../format.ts';
import type { Json } from '../json.ts';
import { at, isList, textOf } from '../json.ts';
import type { RowCells } from '../json-cells.ts';
import { planOf, readRows } from '../json-cells.ts';
import { coverageOf, readPaging } from '../paging.ts';
import { KIND_CODES, STATE_CODES, STATUS_CODES } from './alimama-codes.ts';
import { latestOfEachPlan } from './joined-records.ts';

/**
 * The list has membership and plan state but no rate. It is complete (`joined-plans`) as `coverageOf` says; without a
 * paginator it is `partial`. An empty list is a fact (nothing joined) when the paginator counts 0 rows; any other
 * empty page says nothing and is refused. A filter of the request (status, shop name) leaves no trace in the body.
 */
export const alimamaJoinedPlans: JsonFormat = {
  kind: 'json',
  id: 'alimama-joined-plans',
  gives: ['membership', 'state'],
  needs: [],
  exampleName: 'joined-campaigns.json',
  rates: [],
  addresses: ['/campaign/joinedCampaigns.json', '/campaign/joinedSpecialCampaigns.json'],
  example:
    '{"data":{"pagelist":[{"campaignId":2616191,"campaignStatus":1,"invalideCampaign":false,"status":2,"oriMemberId":728628560,"updateTime":"2014-02-21"}],"paginator":{"items":1,"page":1,"pages":1}}}',
  list: {
    rows: 'pagelist',
    rowId: 'id',
    pageParameters: {},
    pagingOf: (doc) => readPaging(at(doc, 'data', 'paginator')),
    onePage: (rows) => ({ pagelist: rows, paginator: { items: rows.length, page: 1, pages: 1 } }),
  },
  recognizes(doc) {
    const rows = at(doc, 'data', 'pagelist');
    if (isList(at(doc, 'data', 'statusList'))) return rows !== undefined;
    const row = isList(rows) ? rows[0] : undefined;
    return (
      at(row, 'invalideCampaign') !== undefined ||
      (at(row, 'oriMemberId') !== undefined && at(row, 'campaignId') !== undefined)
    );
  },
  read(doc, context) {
    const given = at(doc, 'data', 'pagelist');
    if (given === undefined || (given !== null && !isList(given)))
      return refuse('not-this-format', { format: alimamaJoinedPlans.id });
    const rows: readonly Json[] = given ?? [];
    const paging = readPaging(at(doc, 'data', 'paginator'));
    if (rows.length === 0 && paging.items !== 0) return refuse('no-rows');
    const statusOf = ({ locator }: Reading) => textOf(at(rows[locator - 1], 'status'));
    const readings = latestOfEachPlan(readRows(rows, context, readRow), statusOf, context);
    const coverage = coverageOf('joined-plans', paging, rows.length, context.findings);
    return [{ account: null, capturedMs: null, coverage, subject: '', readings }];
  },
};

function readRow(row: RowCells): Reading {
  const sellerId = row.id('oriMemberId');
  const keeperId = row.id('shopKeeperId');
  if (sellerId === null && keeperId === null) row.problem('needed', 'oriMemberId');
  const { planId, facts } = planOf(row.id('campaignId', 'needed'), kindOf(row));
  const status = row.code('status', STATUS_CODES, 'needed');
  const approvedAt = row.time('updateTime');
  const { name, state: stateInName } = splitPlanName(row.text('campaignName') ?? '');
  return {
    locator: row.locator,
    shop: { sellerId, keeperId, name: row.text('keeperExtName') },
    item: null,
    planId,
    facts: {
      ...facts,
      name,
      state: stateOf(row.code('campaignStatus', STATE_CODES), stateInName, textOf(row.value('invalideCampaign'))),
      status,
      joinedAt: row.time('createTime'),
      // Updates of any other status are no approvals.
      approvedAt: status === 'approved' ? approvedAt : null,
      exitId: row.id('id'),
      locked: null,
      audit: null,
      startsAt: null,
      endsAt: null,
    },
    rate: null,
  };
}

/** Only special plans are applied for, so null means special. Numbers other than 1 and 2 were never seen: unknown. */
function kindOf(row: RowCells): PlanKind | null {
  return isBlank(textOf(row.value('campaignType'))) ? 'special' : row.hint('campaignType', KIND_CODES);
}

/** The code says it best; a suffix of the name, or `invalideCampaign`, closes a plan that the code leaves open. */
function stateOf(code: PlanState | null, inName: PlanState | null, invalid: string): PlanState | null {
  if (code !== null && code !== 'active') return code;
  return inName ?? (invalid === 'true' ? 'stopped' : code);
}
