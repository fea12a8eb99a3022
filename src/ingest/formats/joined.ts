/** The plans that an account has applied for, as the page's answer and as its table (formats.md §4): membership, no rates. */
import { groupBy } from '../../domain/group-by.ts';
import type { Reading } from '../../domain/reading.ts';
import { parseTime } from '../../domain/time.ts';
import type { ColumnName } from '../columns.ts';
import { jsonFormat, readPaginator } from '../declare.ts';
import { addProblem } from '../findings.ts';
import { NO_INFO, type ReadContext, type TableFormat } from '../format.ts';
import { at, has, isList, textOf } from '../json.ts';
import { batchRows, checkHeader, columnsOfHeader, readOwnRows } from '../own-rows.ts';
import { code, hint, id, needed, text, time } from '../row.ts';
import { KINDS, STATES, STATUSES } from './codes.ts';

/** A filter of the request (status, shop name) leaves no trace in the body. */
export const joinedPlans = jsonFormat({
  id: 'alimama-joined-plans',
  gives: ['membership', 'state'],
  exampleName: 'joined-campaigns.json',
  addresses: ['/campaign/joinedCampaigns.json', '/campaign/joinedSpecialCampaigns.json'],
  example:
    '{"data":{"pagelist":[{"campaignId":2616191,"campaignStatus":1,"invalideCampaign":false,"status":2,"oriMemberId":728628560,"updateTime":"2014-02-21"}],"paginator":{"items":1,"page":1,"pages":1}}}',
  rows: 'data.pagelist',
  pages: { rowId: 'id', pageParameters: {}, pagingOf: readPaginator },
  complete: 'joined-plans',
  // Nothing joined is a fact where the paginator counts no rows.
  isNone: (doc) => readPaginator(doc).items === 0,
  is: ({ doc, rows, row }) =>
    isList(at(doc, 'data', 'statusList'))
      ? rows !== undefined
      : has(row, 'invalideCampaign') || has(row, 'oriMemberId', 'campaignId'),
  fields: {
    sellerId: id('oriMemberId'),
    keeperId: id('shopKeeperId'),
    nick: text('keeperExtName'),
    planId: id('campaignId'),
    // Only special plans are applied for, so nothing means special. Numbers other than 1 and 2 were never seen: unknown.
    kind: { name: 'campaignType', read: (row) => (row.isBlank('campaignType') ? 'special' : KIND.read(row)) },
    status: needed(code('status', STATUSES)),
    approvedAt: time('updateTime'),
    name: text('campaignName'),
    state: code('campaignStatus', STATES),
    joinedAt: time('createTime'),
    exitId: id('id'),
  },
  fix({ facts }, row) {
    const isOpen = facts.state === null || facts.state === 'active';
    const state = isOpen && textOf(row.get('invalideCampaign')) === 'true' ? 'stopped' : facts.state;
    return { ...facts, state, approvedAt: approvalOf(facts) };
  },
  merge: (readings, context, rows) =>
    latestOfEachPlan(readings, ({ locator }) => textOf(at(rows[locator - 1], 'status')), context),
});

const KIND = hint('campaignType', KINDS);

/** Updates of any other status are no approvals. */
function approvalOf({ status, approvedAt }: Reading['facts']): string | null {
  return status === 'approved' ? approvedAt : null;
}

/** What the page shows under names that are ours too. */
const PAGE_COLUMNS: readonly ColumnName[] = ['joined_at', 'plan_name', 'shop_name'];
/** With one of these it is a table of our own, which must have its rates. */
const OWN_COLUMNS: readonly ColumnName[] = ['plan_type', 'rate', 'item_id'];
const NOT_READ = ['审核意见', '操作'];

/**
 * The page shows neither plan ids nor shop ids, and plan names are not unique: such a table cannot be joined to any rate, and
 * is refused. With the columns 计划ID and 卖家ID (or 店铺ID) added it is membership. Nothing in it says whether it is whole.
 */
export const joinedTable: TableFormat = {
  ...NO_INFO,
  kind: 'table',
  id: 'alimama-joined-table',
  gives: ['membership', 'state'],
  exampleName: 'joined-campaigns.txt',
  example:
    '加入日期\t计划名称\t卖家旺旺\t状态\t审核时间\t计划ID\t卖家ID\n2014-02-20\t高佣定向\t隆缘裳旗舰店\t审核通过\t2014-02-21\t2616191\t728628560',
  recognizes(header) {
    const has = (column: ColumnName) => columnsOfHeader(header).includes(column);
    return PAGE_COLUMNS.every(has) && !OWN_COLUMNS.some(has);
  },
  meaningsOf: columnsOfHeader,
  read(header, rows, context) {
    const { notes } = context.findings;
    checkHeader(header, [...PAGE_COLUMNS, 'status']);
    checkHeader(header, ['plan_id', 'shop_id'], 'only-names');
    // 操作 and what else stands last may be cut off: only the cells that are read must be there.
    const least = columnsOfHeader(header).findLastIndex((column) => column !== undefined) + 1;
    const rules = { least, notRead: NOT_READ, fixed: { plan_type: 'special' }, needed: ['status'] } as const;
    const records = Array.from(readOwnRows(header, rows, context, rules), ({ reading, ...origin }) => {
      const facts = { ...reading.facts, approvedAt: approvalOf(reading.facts) };
      // The page shows 旺旺.
      const shop = { ...reading.shop, nick: reading.shop.name, name: null };
      return { ...origin, reading: { ...reading, shop, facts, rate: null } };
    });
    if (records.length > 0) notes.push({ code: 'whole-unknown', args: { have: records.length } });
    return [...batchRows(records, 'partial', Number.POSITIVE_INFINITY)].map((batch) => ({
      ...batch,
      readings: latestOfEachPlan(batch.readings, ({ facts }) => facts.status ?? '', context),
    }));
  },
};

/**
 * Who left a plan and joined it again has two records of it; the one joined last counts. Records that cannot be put in
 * order and say different things are a problem: choosing one would be a guess. `statusOf`: the status as the file has it.
 */
function latestOfEachPlan(
  readings: readonly Reading[],
  statusOf: (reading: Reading) => string,
  { findings }: ReadContext,
): Reading[] {
  const plans = groupBy(readings, ({ shop, planId }) => `${shop.sellerId ?? shop.keeperId} ${planId}`);
  return [...plans.values()].flatMap((records) => {
    const lastMs = records.map(joinedMs).reduce((last, ms) => (ms > last ? ms : last), Number.NEGATIVE_INFINITY);
    const [first, ...others] = records.filter((record) => !(joinedMs(record) < lastMs));
    const rivals = others.filter((other) => JSON.stringify(other.facts) !== JSON.stringify(first?.facts));
    if (!first || rivals.length === 0) return first ?? [];
    for (const rival of rivals) {
      const said = { field: 'status', found: statusOf(rival), expected: statusOf(first) };
      addProblem(findings.problems, 'disagrees', rival.locator, said);
    }
    return [];
  });
}

function joinedMs(reading: Reading): number {
  return parseTime(reading.facts.joinedAt ?? '')?.ms ?? Number.NaN;
}
