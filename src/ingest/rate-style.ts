/** Whether the cells of a column with rates can be of one unit. */
import { foldWidth } from '../domain/rate.ts';
import { type Findings, type RateStyle, stop } from './findings.ts';

function styleOf(cell: string): keyof RateStyle | null {
  const plain = foldWidth(cell).trim();
  if (/^[\d.]+ ?%$/.test(plain)) return 'percent';
  if (/^'?0*[1-9]\d*(\.\d*)?$/.test(plain)) return 'large';
  return /^'?0*\.0*[1-9]\d*$/.test(plain) ? 'small' : null;
}

/**
 * Notes a cell of a column that is read as percent. Where some cells have a `%` and a bare one is below 1, such as `5%`
 * and `0.045`, that one is 0.045 % or 4.5 %: nobody can tell, so the reading ends (`stop`). Either may come first.
 */
export function noteRateStyle(findings: Findings, column: string, cell: string, locator: number): void {
  const known = findings.rateStyles.get(column) ?? { percent: null, small: null, large: null };
  findings.rateStyles.set(column, known);
  if (known.percent !== null && cell.endsWith('%')) return;
  const style = styleOf(cell);
  if (style === null) return;
  known[style] ??= { locator, cell: cell.trim() };
  const { percent, small } = known;
  if (percent === null || small === null) return;
  stop('mixed-rate-units', {
    column,
    line: small.locator,
    found: small.cell,
    percentLine: percent.locator,
    percent: percent.cell,
  });
}

/**
 * To call when all rows are read of a file that states no unit. Where all rates of a column are bare and below 1, zeros aside,
 * they may be percentages or fractions, so the user is asked (design.md §5).
 */
export function askForUnit({ rateStyles }: Findings): void {
  for (const [column, { percent, small, large }] of rateStyles) {
    if (small === null || percent !== null || large !== null) continue;
    stop('rate-unit', { column, line: small.locator, found: small.cell });
  }
}
