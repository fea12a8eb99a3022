/** The table for people: aligned by width on screen (旗舰店 is six columns wide), sentences under each row. */
import { Chalk } from 'chalk';
import Table from 'cli-table3';
import { strlen as widthOf } from 'cli-table3/src/utils.js';
import type { Detail, Report, Terminal, Tone } from './report.ts';
import { columnsOf } from './report.ts';
import { cleanText } from './sanitize.ts';

const GAP = 2;
const INDENT = '  ';
const NARROWEST = 12;

export { widthOf };

type Paint = (text: string) => string;

export function renderTable(report: Report, { colour, width }: Terminal): string {
  const { t, rows, notes = [], closing = [], summary = '', verbatim } = report;
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const paints: Readonly<Record<Tone, Paint>> = {
    exit: chalk.red.bold,
    review: chalk.yellow,
    keep: chalk.green,
    muted: chalk.dim,
    plain: (text) => text,
  };
  const wrapped = (text: string, indent = '') => indented(cleanText(text), indent, width);
  const lines = notes.flatMap((note) => wrapped(note));
  if (rows.length === 0) lines.push(...wrapped(report.empty ?? ''));
  else {
    const columns = columnsOf(report);
    const details = (row: unknown) =>
      (report.details?.(row) ?? []).flatMap((detail: Detail) =>
        typeof detail === 'string'
          ? wrapped(detail, INDENT)
          : wrapped(detail.loud, INDENT).map((line) => INDENT + chalk.yellow.bold(line.slice(INDENT.length))),
      );
    const drawn = drawTable(
      columns.map((column) => ({ ...column, heading: t(`heading.${column.heading}`) })),
      rows.map((row) => columns.map((column) => cleanText(column.cell(row, t) ?? '—'))),
      { width, paintHead: chalk.bold, paints: rows.map((row) => paints[report.tone?.(row) ?? 'plain']) },
    );
    lines.push(...drawn.head, ...rows.flatMap((row, i) => [...(drawn.rows[i] ?? []), ...details(row)]));
  }
  lines.push(...closing.flatMap((text) => wrapped(text, /^ */.exec(text)?.[0])));
  if (rows.length > 0 && summary) lines.push(...wrapped(summary));
  if (verbatim) lines.push('', ...wrapped(verbatim.heading), verbatim.text.trimEnd());
  return `${lines.join('\n')}\n`;
}

function indented(text: string, indent: string, width: number | null): string[] {
  const parts = width === null ? [text] : wrapText(text, Math.max(width - indent.length, NARROWEST));
  return parts.map((part) => indent + part);
}

interface DrawnColumn {
  readonly heading: string;
  readonly align?: 'right';
  readonly shrinks?: true;
}

interface Look {
  readonly width: number | null;
  readonly paintHead?: Paint;
  /** For the first cell of each row. */
  readonly paints?: readonly Paint[];
}

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
  ['', '-mid', '-left', '-right'].map((end) => side + end),
);
const NO_BORDERS = Object.fromEntries([...BORDERS, 'middle'].map((name) => [name, '']));

/**
 * The lines of the head and of each row; cells are clean. A table of its own for each row: one with all rows takes a time
 * that grows by the square of their number.
 */
export function drawTable(
  columns: readonly DrawnColumn[],
  rows: readonly (readonly string[])[],
  { width, paintHead = (text) => text, paints = [] }: Look,
): { readonly head: string[]; readonly rows: string[][] } {
  const headings = columns.map(({ heading }) => heading);
  const widths = fitWidths(columns, [headings, ...rows], width);
  const draw = (cells: readonly string[], paintCell: (text: string, i: number) => string) => {
    const table = new Table({
      chars: NO_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
      colWidths: widths.map((columnWidth) => columnWidth + GAP),
      colAligns: columns.map(({ align }) => align ?? 'left'),
    });
    table.push(cells.map((cell, i) => paintCell(wrapText(cell, widths[i] ?? 0).join('\n'), i)));
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd());
  };
  return {
    head: draw(headings, (text) => paintHead(text)),
    rows: rows.map((cells, n) => draw(cells, (text, i) => (i === 0 ? (paints[n]?.(text) ?? text) : text))),
  };
}

/** Columns as wide as their widest cell; in a terminal those that may shrink do so until the table fits. */
function fitWidths(
  columns: readonly DrawnColumn[],
  rows: readonly (readonly string[])[],
  width: number | null,
): number[] {
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

const WIDE = '\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6';
const OPENING = '[“‘（【《「『]*';
const CLOSING = '[”’、。，；：！？）】》」』]*';
// What stays together: a wide character or a word, with the punctuation that must not end or begin a line; or blanks.
const PIECES = new RegExp(`\\s+|${OPENING}(?:[${WIDE}]|[^\\s${WIDE}“‘”’]+)${CLOSING}|\\S`, 'gu');

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
