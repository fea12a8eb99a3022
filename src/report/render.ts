/** Writes a report in one of the output formats. The table's libraries are loaded only for a table. */
import { renderCsv } from './render-csv.ts';
import { renderMarkdown } from './render-markdown.ts';
import type { OutputFormat, Report, Terminal } from './report.ts';

/** Text that ends in exactly one newline; empty only for NDJSON without rows. */
export async function render(report: Report, format: OutputFormat, terminal: Terminal): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report.document, null, 2)}\n`;
    case 'ndjson':
      return report.records.map((record) => `${JSON.stringify(record)}\n`).join('');
    case 'csv':
      return renderCsv(report);
    case 'md':
      return renderMarkdown(report);
    case 'table': {
      if (report.text) return `${report.text(terminal).replace(/\n+$/, '')}\n`;
      const { renderTable } = await import('./render-table.ts');
      return renderTable(report, terminal);
    }
    default:
      return format satisfies never;
  }
}
