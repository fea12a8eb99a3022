/** Whether the cells of a column with rates can be of one unit. */
import { foldWidth } from '../domain/rate.ts';
import type { Findings } from './findings.ts';
import { refuse, stopReading } from './findings.ts';
import { rememberCells } from './remember.ts';

const styleOf = rememberCells((cell): 'percent' | 'small' | 'plain' | null => {
  const plain = foldWidth(cell).trim();
  if (/^[\d.]+ ?%$/.test(plain)) return 'percent';
  if (/^'?0*\.0*[1-9]\d*$/.test(plain)) return 'small';
  return /^'?\d/.test(plain) ? 'plain' : null;
});

/**
 * Notes a cell of a column that is read as percent. Where some cells have a `%` and a bare one is below 1, such as `5%`
 * and `0.045`, that one is 0.045 % or 4.5 %: nobody can tell, so the reading ends (`stopReading`). Either may come first.
 *
 * Rows left unread have passed here once, in a table whose first row had a `%` if and only if this one's has: they can
 * only be at odds with a cell that is written otherwise than in the first row, or that is below 1. Then too the reading
 * ends, to begin again with all rows.
 */
export function noteRateStyle(findings: Findings, column: string, cell: string, locator: number): void {
  const { rateStyles, leavesRowsUnread } = findings;
  const style = styleOf(cell);
  const known = rateStyles.get(column) ?? { first: style, percent: null, small: null };
  rateStyles.set(column, known);
  if (style === null) return;
  if (leavesRowsUnread && (style === 'small' || style !== known.first)) throw stopReading(refuse('mixed-rate-units'));
  if (style === 'plain') return;
  known[style] ??= { locator, cell: cell.trim() };
  const { percent, small } = known;
  if (percent === null || small === null) return;
  throw stopReading(
    refuse('mixed-rate-units', {
      column,
      line: small.locator,
      found: small.cell,
      percentLine: percent.locator,
      percent: percent.cell,
    }),
  );
}
