/** The timeline for people: for each plan and scope a heading, the steps, and a chart on lines of its own. */

import { Chalk } from 'chalk';
import { millisecondsInDay } from 'date-fns/constants';
import { instantOf } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { DocumentOf } from './documents.ts';
import { drawTable, widthOf, wrapText } from './render-table.ts';
import type { Terminal } from './report.ts';
import { cleanText } from './sanitize.ts';
import { gapText, labelOf, percentText, scopeText, shopLabel, timeText } from './values.ts';

type HistoryDocument = DocumentOf<'history'>;
type Timeline = HistoryDocument['timelines'][number];

const COLUMNS = 60;
const INDENT = '  ';
const LEVELS = '▁▂▃▄▅▆▇█';

/** Clean text; colour only where it is wanted. */
export function renderHistoryText(
  { timelines, readings }: HistoryDocument,
  notes: readonly string[],
  { colour, width }: Terminal,
  t: Translate,
): string {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const wrap = (text: string) => (width === null ? [text] : wrapText(text, width));
  const lines = notes.flatMap(wrap);
  if (timelines.length === 0) lines.push(t('history.empty'));
  for (const timeline of timelines)
    lines.push(
      ...wrap(headingOf(timeline, t)).map((line) => chalk.bold(line)),
      ...stepLines(timeline.steps, chalk.red, t).map((line) => INDENT + line),
      ...chartLines(timeline.steps, Math.min(COLUMNS, Math.max(8, (width ?? 80) - 20)), t),
      '',
    );
  if (timelines.length > 0)
    lines.push(...wrap(t('history.summary', { timelines: timelines.length, readings: readings.length })));
  return `${lines.join('\n')}\n`;
}

function headingOf({ account, shop, plan, measure, item }: Timeline, t: Translate): string {
  return cleanText(
    t(measure === 'income' ? 'history.heading-income' : 'history.heading', {
      account,
      shop: shopLabel(shop) ?? '—',
      kind: plan.kind === null ? '' : t(`kind.${plan.kind}`),
      plan: labelOf(plan.name, plan.id),
      scope: scopeText(item, t),
    }),
  );
}

function stepLines(steps: Timeline['steps'], paintBelow: (text: string) => string, t: Translate): string[] {
  const { head, rows } = drawTable(
    [
      { heading: t('heading.from') },
      { heading: t('heading.to') },
      { heading: t('heading.special'), align: 'right' },
      { heading: t('heading.general'), align: 'right' },
      { heading: t('heading.gap'), align: 'right' },
      { heading: '' },
    ],
    steps.map((step) => [
      timeText(step.from, t),
      timeText(step.to, t),
      percentText(step.specialBp),
      percentText(step.generalBp),
      gapText(step.gapBp) ?? '—',
      t(`relation.${step.relation}`),
    ]),
    { width: null },
  );
  const painted = rows.flatMap((lines, i) =>
    steps[i]?.relation === 'below' ? lines.map((line) => paintBelow(line)) : lines,
  );
  return [...head, ...painted];
}

/** Both rates on one scale, a column for each day or for some days. Until a new rate was seen the old one is drawn. */
function chartLines(steps: Timeline['steps'], columns: number, t: Translate): string[] {
  const [first, last] = [steps[0], steps.at(-1)];
  const sides = (['specialBp', 'generalBp'] as const).filter((side) => steps.some((step) => step[side] !== null));
  const rates = steps.flatMap(({ specialBp, generalBp }) => [specialBp, generalBp]).filter((bp) => bp !== null);
  if (!first || !last || rates.length === 0) return [];
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const days = Math.max(1, Math.ceil((dayOf(last.to) - dayOf(first.from) + 1) / columns));
  const ends: number[] = [];
  for (let day = dayOf(first.from) + days; ends.length === 0 || day <= dayOf(last.to) + days; day += days)
    ends.push(day);
  const glyph = (bp: number | null) =>
    bp === null ? '·' : (LEVELS[high === low ? 3 : Math.round(((bp - low) / (high - low)) * 7)] ?? '');
  const labels = { specialBp: t('heading.special'), generalBp: t('heading.general') };
  const widest = Math.max(...sides.map((side) => widthOf(labels[side])));
  return [
    ...sides.map((side) => {
      const chart = ends.map((end) => glyph(steps.filter((step) => dayOf(step.from) < end).at(-1)?.[side] ?? null));
      return `${INDENT}${labels[side]}${' '.repeat(widest - widthOf(labels[side]))}${INDENT}${chart.join('')}`;
    }),
    INDENT + t('history.scale', { low: percentText(low), high: percentText(high), days }),
  ];
}

/** Days in China time, whose offset all times of a document have. */
function dayOf(time: string): number {
  return instantOf(`${time.slice(0, 10)}T00:00:00Z`) / millisecondsInDay;
}
