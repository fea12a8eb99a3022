/** The table of the page 推广计划管理, as copied from the screen (formats.md §4). */
import type { Reading } from '../../domain/reading.ts';
import { isRefusal, refuse } from '../findings.ts';
import type { TableFormat } from '../format.ts';
import { coverageOf } from '../paging.ts';
import { latestOfEachPlan } from './joined-records.ts';
import type { Column, OwnRow } from './own-row.ts';
import { columnOf, mapHeader, missingColumns, readOwnRows } from './own-table.ts';

/** What the page shows under names that are ours too: joined_at, plan_name, shop_name. */
const PAGE_COLUMNS: readonly Column[] = ['joined_at', 'plan_name', 'shop_name'];
/** With one of these it is a table of our own, which must have its rates. */
const OWN_COLUMNS: readonly Column[] = ['plan_type', 'rate', 'item_id'];
const IDS: readonly Column[] = ['plan_id', 'shop_id'];
const NOT_READ = ['审核意见', '操作'];

/**
 * The page shows neither plan ids nor shop ids, and plan names are not unique: such a table cannot be joined to any
 * rate, and is refused. With the columns 计划ID and 卖家ID (or 店铺ID) added it is membership, without rates. Nothing in
 * it says whether it is the whole list, so it is `partial`.
 */
export const alimamaJoinedTable: TableFormat = {
  kind: 'table',
  id: 'alimama-joined-table',
  gives: ['membership', 'state'],
  needs: [],
  exampleName: 'joined-campaigns.txt',
  rates: [],
  addresses: [],
  example:
    '加入日期\t计划名称\t卖家旺旺\t状态\t审核时间\t计划ID\t卖家ID\n2014-02-20\t高佣定向\t隆缘裳旗舰店\t审核通过\t2014-02-21\t2616191\t728628560',
  recognizes(header) {
    const columns = header.map(columnOf);
    return (
      PAGE_COLUMNS.every((column) => columns.includes(column)) &&
      !OWN_COLUMNS.some((column) => columns.includes(column))
    );
  },
  meaningsOf: (header) => header.map((name) => columnOf(name) ?? null),
  read(header, rows, context) {
    const own = mapHeader(header);
    if (isRefusal(own)) return own;
    const columns = missingColumns(own, [...PAGE_COLUMNS, 'status']);
    if (columns !== '') return refuse('missing-columns', { columns });
    const ids = missingColumns(own, IDS);
    if (ids !== '') return refuse('only-names', { columns: ids });
    const unknown = own.unknown.filter((name) => !NOT_READ.includes(name));
    if (unknown.length > 0)
      context.findings.notes.push({ code: 'unknown-columns', args: { columns: unknown.join(', ') } });
    // 操作 and what else stands last may be cut off: only the cells that are read must be there.
    const least = own.columns.findLastIndex((column) => column !== undefined) + 1;
    const rules = { least, fixed: { plan_type: 'special' }, needed: ['status'] } as const;
    const records = [...readOwnRows(rows, own, context, rules)].flatMap(({ account, capturedMs, readings }) =>
      readings.map((reading) => membershipOnly({ account, capturedMs, reading })),
    );
    const paging = { items: null, page: null, pages: null };
    const coverage = coverageOf('joined-plans', paging, records.length, context.findings);
    return groupRecords(records).map(({ account, capturedMs, readings }) => ({
      account,
      capturedMs,
      coverage,
      subject: '',
      readings: latestOfEachPlan(readings, ({ facts }) => facts.status ?? '', context),
    }));
  },
};

/** Updates of any other status are no approvals. */
function membershipOnly({ reading, ...head }: OwnRow): OwnRow {
  const { facts } = reading;
  const approvedAt = facts.status === 'approved' ? facts.approvedAt : null;
  return { ...head, reading: { ...reading, facts: { ...facts, approvedAt }, rate: null } };
}

function groupRecords(records: readonly OwnRow[]) {
  const groups = new Map<string, Omit<OwnRow, 'reading'> & { readonly readings: Reading[] }>();
  for (const { account, capturedMs, reading } of records) {
    const key = `${capturedMs}\u0000${account}`;
    const group = groups.get(key) ?? { account, capturedMs, readings: [] };
    groups.set(key, group);
    group.readings.push(reading);
  }
  return [...groups.values()];
}
