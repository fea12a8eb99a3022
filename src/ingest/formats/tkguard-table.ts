/** tkguard's own CSV, with English or Chinese headers (formats.md §0); tab- and semicolon-separated too. */
import { isRefusal, refuse } from '../findings.ts';
import type { TableFormat } from '../format.ts';
import { rateField } from '../format.ts';
import { NEEDED_COLUMNS } from './own-row.ts';
import { columnOf, mapHeader, missingColumns, readOwnRows } from './own-table.ts';

export const tkguardTable: TableFormat = {
  kind: 'table',
  id: 'tkguard-csv',
  gives: ['general', 'special', 'event', 'membership', 'state'],
  needs: [],
  exampleName: '2026-11-20.csv',
  rates: [rateField('rate', 'percent')],
  addresses: [],
  example: 'shop_id,plan_id,plan_type,rate,status\n1001,2001,special,4.50%,approved',
  recognizes: (header) =>
    header.filter((name) => NEEDED_COLUMNS.some((needed) => needed === columnOf(name))).length >= 2,
  meaningsOf: (header) => header.map((name) => columnOf(name) ?? null),
  read(header, rows, context) {
    const own = mapHeader(header);
    if (isRefusal(own)) return own;
    const columns = missingColumns(own, NEEDED_COLUMNS);
    if (columns !== '') return refuse('missing-columns', { columns });
    if (own.unknown.length > 0)
      context.findings.notes.push({ code: 'unknown-columns', args: { columns: own.unknown.join(', ') } });
    return readOwnRows(rows, own, context);
  },
};
