/** A page of help for people: Markdown whose paragraphs, lists and tables fit the screen. Code stays as it is. */
import type { Translate } from '../words/index.ts';
import { drawTable } from './table.ts';
import { widthOf, wrapText } from './wrap.ts';

const CODE = '    ';
const MOST_COLUMNS = 3;

export function drawPage(markdown: string, width: number, t: Translate): string {
  const lines: string[] = [];
  let isCode = false;
  let table: string[][] = [];
  for (const line of `${markdown.trimEnd()}\n`.split('\n')) {
    if (line.startsWith('|')) {
      table.push(cellsOf(line));
      continue;
    }
    lines.push(...drawCells(table, width, t));
    table = [];
    if (line.startsWith('```')) isCode = !isCode;
    else if (isCode) lines.push(line && CODE + line);
    else lines.push(...hang(line, width));
  }
  return lines.join('\n');
}

function cellsOf(line: string): string[] {
  const cells = line.replaceAll('\\|', '\0').split('|').slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll('\0', '|'));
}

/** The first row is the head, the second the line below it. Of more columns than fit side by side, each row is a list. */
function drawCells([head, , ...rows]: readonly (readonly string[])[], width: number, t: Translate): string[] {
  if (!head) return [];
  if (head.length > MOST_COLUMNS) {
    const lineOf = (cell: string, i: number) =>
      i === 0 ? `- ${cell}` : `  - ${t('pair', { name: head[i] ?? '', value: cell })}`;
    const lines = rows.flatMap((row) => row.map(lineOf).filter((_, i) => row[i] !== '–'));
    return lines.flatMap((line) => hang(line, width));
  }
  const drawn = drawTable(
    head.map((heading) => ({ heading, shrinks: true })),
    rows,
    width,
  );
  return [...drawn.head, '-'.repeat(Math.max(...drawn.head.map(widthOf))), ...drawn.rows.flat()];
}

/** What follows the first line of an item of a list stands below its text. */
function hang(line: string, width: number): string[] {
  const [mark = ''] = /^ *(?:(?:-|\d+\.) )?/.exec(line) ?? [];
  return wrapText(line.slice(mark.length), width - mark.length).map(
    (part, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + part,
  );
}
