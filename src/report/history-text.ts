/** The timeline for people: for each plan and scope a heading, the steps, and a chart on lines of its own. */
import { millisecondsInDay } from 'date-fns/constants';
import type { PairStep } from '../domain/history.ts';
import { CHINA, formatMinute } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { Block } from './history-report.ts';
import { gapOf, relationOf } from './history-report.ts';
import { widthOf, wrapText } from './render-table.ts';
import type { Terminal } from './report.ts';
import { cleanText } from './sanitize.ts';
import { gapText, labelOf, percentText, shopLabel } from './values.ts';

const COLUMNS = 60;
const INDENT = '  ';
const LEVELS = '▁▂▃▄▅▆▇█';
const RED = ['\u001b[31m', '\u001b[39m'] as const;
const BOLD = ['\u001b[1m', '\u001b[22m'] as const;

/** Clean text; colour only where it is wanted. */
export function renderHistoryText(
  blocks: readonly Block[],
  notes: readonly string[],
  summary: string,
  terminal: Terminal,
  t: Translate,
): string {
  if (blocks.length === 0) return `${[...notes, t('history.empty')].join('\n')}\n`;
  const paint = ([on, off]: readonly [string, string], text: string) => (terminal.colour ? on + text + off : text);
  const wrap = (text: string) => (terminal.width === null ? [text] : wrapText(text, terminal.width));
  const lines = blocks.flatMap((block) => [
    ...wrap(headingOf(block, t)).map((line) => paint(BOLD, line)),
    ...stepLines(block.steps, t).map(({ text, isBelow }) => (isBelow ? paint(RED, text) : text)),
    ...chartLines(block.steps, Math.min(COLUMNS, Math.max(8, (terminal.width ?? 80) - 20)), t),
    '',
  ]);
  return `${[...notes.flatMap(wrap), ...lines, ...wrap(summary)].join('\n')}\n`;
}

function headingOf({ account, shop, plan, measure, item }: Block, t: Translate): string {
  return cleanText(
    t(measure === 'income' ? 'history.heading-income' : 'history.heading', {
      account,
      shop: shopLabel(shop) ?? '—',
      kind: plan.kind === null ? '' : t(`kind.${plan.kind}`),
      plan: labelOf(plan.name, plan.id) ?? plan.id,
      scope:
        item === null ? t('why.scope.shop') : t('why.scope.item', { item: labelOf(item.title, item.id) ?? item.id }),
    }),
  );
}

function stepLines(steps: readonly PairStep[], t: Translate): { text: string; isBelow: boolean }[] {
  const cells = steps.map((step) => {
    const gap = gapText(gapOf(step)) ?? '—';
    const times = [formatMinute(step.fromMs, t.zone), formatMinute(step.toMs, t.zone)];
    return [...times, percentText(step.specialBp), percentText(step.generalBp), gap];
  });
  const headings = [t('heading.from'), t('heading.to'), t('heading.special'), t('heading.general'), t('heading.gap')];
  const widths = headings.map((_, i) => Math.max(...[headings, ...cells].map((row) => widthOf(row[i] ?? ''))));
  const layOut = (row: readonly string[]) =>
    row.map((cell, i) => {
      const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell)));
      return i < 2 ? cell + blanks : blanks + cell;
    });
  return [
    { text: INDENT + layOut(headings).join(INDENT), isBelow: false },
    ...steps.map((step, index) => {
      const relation = relationOf(step);
      const text = INDENT + [...layOut(cells[index] ?? []), t(`relation.${relation}`)].join(INDENT);
      return { text, isBelow: relation === 'below' };
    }),
  ];
}

/** Both rates on one scale, a column for each day or for some days. Until a new rate was seen the old one is drawn. */
function chartLines(steps: readonly PairStep[], columns: number, t: Translate): string[] {
  const [first, last] = [steps[0], steps.at(-1)];
  const sides = (['specialBp', 'generalBp'] as const).filter((side) => steps.some((step) => step[side] !== null));
  const rates = steps.flatMap(({ specialBp, generalBp }) => [specialBp, generalBp]).filter((bp) => bp !== null);
  if (!first || !last || rates.length === 0) return [];
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const days = Math.max(1, Math.ceil((dayOf(last.toMs) - dayOf(first.fromMs) + 1) / columns));
  const ends: number[] = [];
  for (let day = dayOf(first.fromMs) + days; ends.length === 0 || day <= dayOf(last.toMs) + days; day += days)
    ends.push(day);
  const glyph = (bp: number | null) =>
    bp === null ? '·' : (LEVELS[high === low ? 3 : Math.round(((bp - low) / (high - low)) * 7)] ?? '');
  const labels = { specialBp: t('heading.special'), generalBp: t('heading.general') };
  const widest = Math.max(...sides.map((side) => widthOf(labels[side])));
  return [
    ...sides.map((side) => {
      const chart = ends.map((end) => glyph(steps.filter((step) => dayOf(step.fromMs) < end).at(-1)?.[side] ?? null));
      return `${INDENT}${labels[side]}${' '.repeat(widest - widthOf(labels[side]))}${INDENT}${chart.join('')}`;
    }),
    INDENT + t('history.scale', { low: percentText(low), high: percentText(high), days }),
  ];
}

/** Days in China time. */
function dayOf(ms: number): number {
  return Math.floor(CHINA.wall(ms).getTime() / millisecondsInDay);
}
