/** The table for people: aligned by width on screen (旗舰店 is six columns wide), sentences under each row. */
import { Chalk } from 'chalk';
import stringWidth from 'string-width';
import type { Column, Report, Row, Terminal, Tone } from './report.ts';
import { cleanText } from './sanitize.ts';

const GAP = 2;
const INDENT = '  ';
const NARROWEST = 12;
type Paint = (text: string) => string;

export function renderTable(report: Report, terminal: Terminal): string {
  const chalk = new Chalk({ level: terminal.colour ? 1 : 0 });
  const paints: Readonly<Record<Tone, Paint>> = {
    exit: chalk.red.bold,
    review: chalk.yellow,
    keep: chalk.green,
    muted: chalk.dim,
    plain: (text) => text,
  };
  const width = terminal.width;
  const wrap = (text: string) => (width === null ? [text] : wrapText(text, Math.max(width, NARROWEST)));
  const lines = report.notes.flatMap((note) => wrap(cleanText(note)));
  const closing = () => report.closing.flatMap((text) => indented(cleanText(text), /^ */.exec(text)?.[0] ?? '', width));
  if (report.rows.length === 0) {
    lines.push(...wrap(cleanText(report.empty)), ...closing());
    return `${lines.join('\n')}\n`;
  }
  const { columns } = report;
  const cells = report.rows.map((row) => columns.map(({ key }) => cleanText(row.cells[key] ?? '—')));
  const headings = columns.map((column) => column.heading);
  const widths = fitWidths(columns, [headings, ...cells], width);
  lines.push(
    ...layOut(
      columns,
      headings,
      columns.map(() => chalk.bold),
      widths,
    ),
  );
  report.rows.forEach((row, index) => {
    const paintRow = columns.map((_, i) => paints[i === 0 ? row.tone : 'plain']);
    lines.push(...layOut(columns, cells[index] ?? [], paintRow, widths), ...detailLines(row, width, chalk.yellow.bold));
  });
  lines.push(...closing());
  if (report.summary) lines.push(...wrap(cleanText(report.summary)));
  if (report.verbatim) lines.push('', ...wrap(cleanText(report.verbatim.heading)), report.verbatim.text.trimEnd());
  return `${lines.join('\n')}\n`;
}

function detailLines({ details }: Row, width: number | null, paintLoud: Paint): string[] {
  return details.flatMap(({ text, loud }) => {
    const lines = indented(cleanText(text), INDENT, width);
    return loud ? lines.map((line) => INDENT + paintLoud(line.slice(INDENT.length))) : lines;
  });
}

function indented(text: string, indent: string, width: number | null): string[] {
  const parts = width === null ? [text] : wrapText(text, Math.max(width - indent.length, NARROWEST));
  return parts.map((part) => indent + part);
}

/** Columns as wide as their widest cell; in a terminal those that may shrink do so until the table fits. */
function fitWidths(columns: readonly Column[], rows: readonly (readonly string[])[], width: number | null): number[] {
  const widths = columns.map((_, i) => rows.reduce((widest, row) => Math.max(widest, widthOf(row[i] ?? '')), 0));
  const total = () => widths.reduce((sum, w) => sum + w + GAP, -GAP);
  while (width !== null && total() > width) {
    let widest = -1;
    columns.forEach((column, i) => {
      if (column.shrinks && (widths[i] ?? 0) > Math.max(widths[widest] ?? 0, NARROWEST)) widest = i;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/**
 * The lines of one row, its cells wrapped to their columns. Padded here and not by cli-table3: measured, 100,000 rows took
 * that 60 seconds, and the widths are known anyway.
 */
function layOut(
  columns: readonly Column[],
  cells: readonly string[],
  paints: readonly Paint[],
  widths: readonly number[],
): string[] {
  const wrapped = cells.map((cell, i) => wrapText(cell, widths[i] ?? 0));
  const height = Math.max(...wrapped.map((parts) => parts.length));
  return Array.from({ length: height }, (_, line) => {
    const padded = wrapped.map((parts, i) => {
      const part = parts[line] ?? '';
      const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(part)));
      const painted = part === '' ? '' : (paints[i]?.(part) ?? part);
      return columns[i]?.align === 'right' ? blanks + painted : painted + blanks;
    });
    return padded.join(' '.repeat(GAP)).trimEnd();
  });
}

const WIDE = '\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6';
const OPENING = '[“‘（【《「『]*';
const CLOSING = '[”’、。，；：！？）】》」』]*';
// What stays together: a wide character or a word, with the punctuation that must not end or begin a line; or blanks.
const PIECES = new RegExp(`\\s+|${OPENING}(?:[${WIDE}]|[^\\s${WIDE}“‘”’]+)${CLOSING}|\\S`, 'gu');

const PLAIN =
  /^[\u0020-\u007e\u2014\u3001-\u3020\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/u;

/** Columns on screen. Text of ASCII and wide characters alone is counted: string-width takes 50 µs for a name. */
export function widthOf(text: string): number {
  if (!PLAIN.test(text)) return stringWidth(text);
  let width = text.length;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x1100 && text.charCodeAt(i) !== 0x2014) width += 1;
  return width;
}

/** Breaks at blanks and between wide characters; a word longer than the line is cut. */
export function wrapText(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = () => {
    lines.push(line.trimEnd());
    line = '';
    used = 0;
  };
  for (const piece of text.match(PIECES) ?? []) {
    const size = widthOf(piece);
    if (used + size > width && used > 0 && piece.trim() !== '') flush();
    if (piece.trim() === '' && (used === 0 || used + size > width)) continue;
    for (const part of size > width ? Array.from(piece) : [piece]) {
      const partSize = widthOf(part);
      if (used > 0 && used + partSize > width) flush();
      line += part;
      used += partSize;
    }
  }
  if (line.trim() !== '') flush();
  return lines.length > 0 ? lines : [''];
}
