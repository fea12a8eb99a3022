/** The table for people: aligned by width on screen (旗舰店 is six columns wide), sentences under each row. */
import { Chalk } from 'chalk';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Column, Report, Row, Terminal, Tone } from './report.ts';
import { cleanText } from './sanitize.ts';

const GAP = 2;
const INDENT = '  ';
const NARROWEST = 12;
/** cli-table3 lays out a whole table at once; long ones are given to it in pieces of equal width. */
const PIECE = 500;
const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const;
const NO_BORDERS = Object.fromEntries(BORDERS.map((name) => [name, '']));

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
  const paintHeading: Paint = chalk.bold;
  const painters: Paint[][] = [columns.map(() => paintHeading)];
  for (const { tone } of report.rows) painters.push(columns.map((_, i) => paints[i === 0 ? tone : 'plain']));
  const [head, ...blocks] = layOut(columns, [headings, ...cells], painters, widths);
  lines.push(...(head ?? []));
  report.rows.forEach((row, index) => {
    lines.push(...(blocks[index] ?? []), ...detailLines(row, width, (text) => chalk.yellow.bold(text)));
  });
  lines.push(...closing());
  if (report.summary) lines.push(...wrap(cleanText(report.summary)));
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
  const widths = columns.map((_, i) => rows.reduce((widest, row) => Math.max(widest, stringWidth(row[i] ?? '')), 0));
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

/** The lines of every row. Cells are wrapped to their column beforehand, so each row's number of lines is known. */
function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  painters: readonly (readonly Paint[])[],
  widths: readonly number[],
): string[][] {
  const wrapped = rows.map((row) => row.map((cell, i) => wrapText(cell, widths[i] ?? 0)));
  // A row of full width at the head of every piece keeps all pieces equally wide.
  const ruler = widths.map((width) => 'x'.repeat(width));
  const blocks: string[][] = [];
  for (let start = 0; start < wrapped.length; start += PIECE) {
    const piece = wrapped.slice(start, start + PIECE);
    const table = new Table({
      chars: NO_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
      colAligns: columns.map((column) => column.align),
    });
    table.push(ruler);
    piece.forEach((row, r) => {
      table.push(row.map((parts, i) => parts.map((part) => painters[start + r]?.[i]?.(part) ?? part).join('\n')));
    });
    const lines = table.toString().split('\n').slice(1);
    for (const row of piece) {
      const height = Math.max(1, ...row.map((parts) => parts.length));
      blocks.push(lines.splice(0, height).map((line) => line.trimEnd()));
    }
  }
  return blocks;
}

// A wide character with the closing punctuation that must not begin a line, a word, or blanks.
const PIECES =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6][、。，；：！？）】》」』]*|\s+|[^\s\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]+/gu;

/** Breaks at blanks and between wide characters; a word longer than the line is cut. */
export function wrapText(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = () => {
    lines.push(line.trimEnd());
    line = '';
    used = 0;
  };
  for (const piece of text.match(PIECES) ?? []) {
    const size = stringWidth(piece);
    if (used + size > width && used > 0 && piece.trim() !== '') flush();
    if (piece.trim() === '' && (used === 0 || used + size > width)) continue;
    for (const part of size > width ? Array.from(piece) : [piece]) {
      const partSize = stringWidth(part);
      if (used > 0 && used + partSize > width) flush();
      line += part;
      used += partSize;
    }
  }
  if (line.trim() !== '') flush();
  return lines.length > 0 ? lines : [''];
}
