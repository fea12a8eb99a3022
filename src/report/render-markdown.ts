/** Markdown: a table with the sentences as its last column. */
import type { Report } from './report.ts';
import { escapeMarkdown } from './sanitize.ts';

export function renderMarkdown(report: Report): string {
  const { columns, rows } = report;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const blocks = [report.notes.map(escapeMarkdown).join('\n')];
  if (rows.length === 0) blocks.push(escapeMarkdown(report.empty));
  else {
    const headings = [...columns.map((column) => column.heading), report.detailHeading].map(escapeMarkdown);
    const rules = [...columns.map((column) => (column.align === 'right' ? '---:' : '---')), '---'];
    const body = rows.map(({ cells, details }) => [
      ...columns.map(({ key }) => escapeMarkdown(cells[key] ?? '—')),
      details.map(({ text, loud }) => (loud ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text))).join(' '),
    ]);
    blocks.push([headings, rules, ...body].map(line).join('\n'));
  }
  if (report.closing.length > 0) blocks.push(report.closing.map((text) => `- ${escapeMarkdown(text)}`).join('\n'));
  if (rows.length > 0 && report.summary) blocks.push(escapeMarkdown(report.summary));
  if (report.verbatim) blocks.push(escapeMarkdown(report.verbatim.heading), fence(report.verbatim.text));
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** A fence that no text of its own can close. */
function fence(text: string): string {
  const mark = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${mark}json\n${text.trimEnd()}\n${mark}`;
}
