/** Writes a report in one of the output formats. Loads the libraries for tables and colours only where they are needed. */
import type { CsvValue, Line, OutputFormat, Report, Terminal, Tone } from './report.ts';
import { columnsOf, textLine } from './report.ts';
import { cleanCsvCell, cleanText, escapeMarkdown } from './sanitize.ts';

const PLAIN: Terminal = { colour: false, width: null };
const INDENT = '  ';

/** Ends in one newline. Empty only for NDJSON without rows and for answers without lines. */
export async function render(report: Report, format: OutputFormat, terminal: Terminal): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report.document, null, 2)}\n`;
    case 'ndjson':
      return (report.records ?? report.rows).map((record) => `${JSON.stringify(record)}\n`).join('');
    case 'csv':
      return renderCsv(report);
    case 'excel':
      return `\uFEFF${renderCsv(report, excelCell)}`;
    case 'md':
      return report.text ? `${fence('', await renderText(report.text))}\n` : renderMarkdown(report);
    case 'table':
      return report.text ? renderText(report.text, terminal) : renderTable(report, terminal);
    default:
      return format satisfies never;
  }
}

/** For scripts and spreadsheets: English names, UTF-8 without BOM, one row a line, missing is empty. */
function renderCsv({ fields, rows }: Report, cellText = csvCell): string {
  const columns = fields.flatMap(({ csv }) => csv);
  const lines = rows.map((row) => columns.map(([, cellOf]) => cellText(cellOf(row))).join(','));
  return [columns.map(([name]) => name).join(','), ...lines, ''].join('\n');
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return cleanCsvCell(value);
  return typeof value === 'object' ? value.number : String(value);
}

/** Excel keeps 15 digits of a number. With a tab behind them they are text, as in the alliance's own reports. */
function excelCell(value: CsvValue): string {
  const cell = csvCell(value);
  return /^\d{16,}$/.test(cell) ? `${cell}\t` : cell;
}

type Paint = (text: string) => string;
const AS_IT_IS: Paint = (text) => text;

async function paintsOf(colour: boolean): Promise<Partial<Record<Tone, Paint>>> {
  if (!colour) return {};
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    exit: chalk.red.bold,
    review: chalk.yellow,
    keep: chalk.green,
    muted: chalk.dim,
    loud: chalk.yellow.bold,
    head: chalk.bold,
  };
}

/** Cleans, wraps, indents and paints a line. A line that is too long for the terminal becomes several. */
async function writerOf({ colour, width }: Terminal): Promise<(line: Line, depth?: number) => string[]> {
  const paints = await paintsOf(colour);
  const wrap = width === null ? null : (await import('./wrap.ts')).wrapText;
  return (line, outer = 0) => {
    const { text, depth = 0, tone = 'plain', lead } = textLine(line);
    const paint = paints[tone] ?? AS_IT_IS;
    const indent = INDENT.repeat(outer + depth);
    const clean = cleanText(text);
    const parts = wrap && width !== null ? wrap(clean, Math.max(width - indent.length, NARROWEST)) : [clean];
    if (lead === undefined) return parts.map((part) => indent + paint(part));
    const [first = '', ...rest] = parts;
    const begun = first.startsWith(lead) ? paint(lead) + first.slice(lead.length) : first;
    return [begun, ...rest].map((part) => indent + part);
  };
}

const NARROWEST = 12;

/** Writes lines of a text. Neighbours with cells are drawn as a table without a head. */
async function writeLines(lines: readonly Line[], terminal: Terminal): Promise<string[]> {
  const write = await writerOf(terminal);
  const cellsOf = (line: Line | undefined) => (typeof line === 'object' && line.cells ? line : null);
  if (!lines.some(cellsOf)) return lines.flatMap((line) => write(line));
  const { drawTable } = await import('./table.ts');
  const written: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = cellsOf(lines[i]);
    if (!first?.cells) {
      written.push(...write(lines[i] ?? ''));
      continue;
    }
    const rows = [first.cells];
    for (let next = cellsOf(lines[i + 1]); next?.cells; next = cellsOf(lines[++i + 1])) rows.push(next.cells);
    const indent = INDENT.repeat(first.depth ?? 0);
    const columns = first.cells.map((_, n, { length }) => ({
      heading: '',
      ...(n < length - 1 && { shrinks: true as const }),
    }));
    const clean = rows.map((cells) => cells.map(cleanText));
    const drawn = drawTable(columns, clean, terminal.width && terminal.width - indent.length);
    written.push(...drawn.rows.flat().map((line) => indent + line));
  }
  return written;
}

/** Lines by themselves; empty for none. */
export async function renderText(lines: readonly Line[], terminal = PLAIN): Promise<string> {
  return (await writeLines(lines, terminal)).map((text) => `${text}\n`).join('');
}

async function renderTable(report: Report, terminal: Terminal): Promise<string> {
  const { rows: all, shown: rows = all, notes = [], closing = [], summary = '', empty = '', verbatim } = report;
  const write = await writerOf(terminal);
  const lines = await writeLines(notes, terminal);
  if (all.length === 0) lines.push(...write(empty));
  if (rows.length > 0) {
    const { drawTable } = await import('./table.ts');
    const paints = await paintsOf(terminal.colour);
    const columns = columnsOf(report, terminal.width);
    const paint = (text: string, i: number) => (paints[report.tone?.(rows[i]) ?? 'plain'] ?? AS_IT_IS)(text);
    const cells = rows.map((_, i) => columns.map((column) => cleanText(column.cells[i] ?? '—')));
    const drawn = drawTable(columns, cells, terminal.width, paint);
    lines.push(...drawn.head.map((line) => (paints.head ?? AS_IT_IS)(line)));
    const sectionOf = (row: unknown) => (row === undefined ? null : (report.section?.(row) ?? null));
    rows.forEach((row, i) => {
      const section = sectionOf(row);
      if (section !== null && section !== sectionOf(rows[i - 1])) lines.push(...write({ text: section, tone: 'head' }));
      lines.push(...(drawn.rows[i] ?? []), ...(report.details?.(row) ?? []).flatMap((detail) => write(detail, 1)));
    });
  }
  lines.push(...(await writeLines(closing, terminal)));
  if (all.length > 0 && summary !== '') lines.push(...write(summary));
  if (verbatim) lines.push('', ...write(verbatim.heading), verbatim.text.trimEnd());
  return `${lines.join('\n')}\n`;
}

/** A table with the sentences as its last column. */
function renderMarkdown(report: Report): string {
  const { t, rows: all, shown: rows = all, notes = [], closing = [], summary = '', empty = '', verbatim } = report;
  const said = (line: Line) => escapeMarkdown(textLine(line).text);
  const blocks = [notes.map(said).join('\n')];
  if (all.length === 0) blocks.push(escapeMarkdown(empty));
  if (rows.length > 0) {
    const columns = columnsOf(report, null);
    const detail = (line: Line) => (textLine(line).tone === 'loud' ? `**${said(line)}**` : said(line));
    const lines = [
      [...columns.map(({ heading }) => escapeMarkdown(heading)), escapeMarkdown(t('heading.note'))],
      [...columns.map(({ align }) => (align === 'right' ? '---:' : '---')), '---'],
      ...rows.map((row, i) => [
        ...columns.map(({ cells }) => escapeMarkdown(cells[i] ?? '—')),
        (report.details?.(row) ?? []).map(detail).join(' '),
      ]),
    ];
    blocks.push(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
  }
  blocks.push(closing.map((line) => `- ${said(line)}`).join('\n'));
  if (all.length > 0) blocks.push(escapeMarkdown(summary));
  if (verbatim) blocks.push(escapeMarkdown(verbatim.heading), fence('json', verbatim.text));
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** A fence that no text of its own can close. */
function fence(language: string, text: string): string {
  const mark = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${mark}${language}\n${text.trimEnd()}\n${mark}`;
}
