/** CSV for scripts and spreadsheets: English headers, UTF-8 without BOM, one row a line, missing is empty. */
import type { CsvValue, Report } from './report.ts';
import { cleanCsvCell } from './sanitize.ts';

export function renderCsv(report: Report): string {
  const { csvColumns } = report;
  const lines = [csvColumns.join(',')];
  for (const values of report.csvRows ?? report.rows.map((row) => row.values))
    lines.push(csvColumns.map((column) => csvCell(values[column] ?? null)).join(','));
  return `${lines.join('\n')}\n`;
}

function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return cleanCsvCell(value);
  return typeof value === 'object' ? value.number : String(value);
}
