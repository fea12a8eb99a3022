/** Writes a report in one of the output formats. The table's libraries are loaded only for a table. */
import type { CsvValue, OutputFormat, Report, Terminal } from './report.ts';
import { columnsOf, csvOf } from './report.ts';
import { cleanCsvCell, escapeMarkdown } from './sanitize.ts';

const PLAIN: Terminal = { colour: false, width: null };

/** Text that ends in exactly one newline; empty only for NDJSON without rows. */
export async function render(report: Report, format: OutputFormat, terminal: Terminal): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report.document, null, 2)}\n`;
    case 'ndjson':
      return (report.records ?? report.rows).map((record) => `${JSON.stringify(record)}\n`).join('');
    case 'csv':
      return renderCsv(report);
    case 'md':
      return report.text ? `${fence('', report.text(PLAIN))}\n` : renderMarkdown(report);
    case 'table': {
      if (report.text) return report.text(terminal);
      const { renderTable } = await import('./render-table.ts');
      return renderTable(report, terminal);
    }
    default:
      return format satisfies never;
  }
}

/** For scripts and spreadsheets: English names, UTF-8 without BOM, one row a line, missing is empty. */
function renderCsv({ fields, rows }: Report): string {
  const columns = Object.entries(csvOf(fields));
  const lines = rows.map((row) => columns.map(([, cellOf]) => csvCell(cellOf(row))).join(','));
  return [columns.map(([name]) => name).join(','), ...lines, ''].join('\n');
}

function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return cleanCsvCell(value);
  return typeof value === 'object' ? value.number : String(value);
}

/** A table with the sentences as its last column. */
function renderMarkdown(report: Report): string {
  const { t, rows, notes = [], closing = [], summary = '', empty = '', verbatim, detailHeading = 'note' } = report;
  const blocks = [notes.map(escapeMarkdown).join('\n')];
  if (rows.length === 0) blocks.push(escapeMarkdown(empty));
  else {
    const columns = columnsOf(report);
    const headings = [...columns.map(({ heading }) => heading), detailHeading];
    const body = rows.map((row) => [
      ...columns.map((column) => escapeMarkdown(column.cell(row, t) ?? '—')),
      (report.details?.(row) ?? [])
        .map((detail) => (typeof detail === 'string' ? escapeMarkdown(detail) : `**${escapeMarkdown(detail.loud)}**`))
        .join(' '),
    ]);
    const lines = [
      headings.map((heading) => escapeMarkdown(t(`heading.${heading}`))),
      [...columns.map(({ align }) => (align === 'right' ? '---:' : '---')), '---'],
      ...body,
    ];
    blocks.push(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
  }
  blocks.push(closing.map((text) => `- ${escapeMarkdown(text)}`).join('\n'));
  if (rows.length > 0) blocks.push(escapeMarkdown(summary));
  if (verbatim) blocks.push(escapeMarkdown(verbatim.heading), fence('json', verbatim.text));
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** A fence that no text of its own can close. */
function fence(language: string, text: string): string {
  const mark = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${mark}${language}\n${text.trimEnd()}\n${mark}`;
}
