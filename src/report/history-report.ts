/** `tkguard history`: special and general rates over time. Text lists the changes; JSON and CSV list every reading. */
import { millisecondsInDay } from 'date-fns/constants';
import type { History, PairStep, RateLine, RatePair } from '../domain/history.ts';
import { shopLabel } from '../domain/ledger.ts';
import { formatIso, instantOf } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { bothRates, bpText, isoOrNull, itemDocument, pick, subjectDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { csvRate, SUBJECT } from './fields.ts';
import { fieldsOf, type Line, type Report, textLine } from './report.ts';
import { drawTable } from './table.ts';
import { eitherRate, gapText, labelOf, newestNotes, percentText, scopeText, timeText } from './values.ts';
import { widthOf } from './wrap.ts';

type HistoryDocument = DocumentOf<'history'>;
type Timeline = HistoryDocument['timelines'][number];
type ReadingDocument = HistoryDocument['readings'][number];

interface HistoryInput {
  readonly query: HistoryDocument['query'];
  readonly histories: readonly History[];
  readonly generatedAtMs: number;
  /** null: from the beginning. */
  readonly sinceMs: number | null;
  readonly untilMs: number;
  /** When the newest data was captured; null: there is none. */
  readonly newestCapturedMs: number | null;
}

export function buildHistoryReport(input: HistoryInput, t: Translate): Report<ReadingDocument> {
  const { query, histories, untilMs, newestCapturedMs } = input;
  const document: HistoryDocument = {
    schema: 'tkguard.history/1',
    generatedAt: formatIso(input.generatedAtMs),
    since: isoOrNull(input.sinceMs),
    until: formatIso(untilMs),
    newestCapturedAt: isoOrNull(newestCapturedMs),
    query: pick(query, 'text', 'kind', 'id'),
    timelines: histories.flatMap((history) =>
      history.pairs.map((pair) => ({ ...lineDocument(history, pair), steps: pair.steps.map(stepDocument) })),
    ),
    readings: histories.flatMap((history) => history.lines.flatMap((line) => readingDocuments(history, line))),
  };
  return {
    t,
    document,
    rows: document.readings,
    fields: FIELDS,
    text: [...newestNotes(newestCapturedMs, untilMs, t), ...timelineLines(document, t)],
  };
}

function lineDocument(history: History, { plan, measure, item }: RatePair | RateLine) {
  return { ...subjectDocument(history, plan), measure, item: itemDocument(item) };
}

export function stepDocument({ fromMs, toMs, disagree, ...rates }: PairStep): Timeline['steps'][number] {
  const { specialBp, generalBp } = rates;
  const gapBp = specialBp === null || generalBp === null ? null : specialBp - generalBp;
  return {
    from: formatIso(fromMs),
    to: formatIso(toMs),
    ...bothRates(rates),
    gapBp,
    relation: gapBp === null ? 'unknown' : gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal',
    ...(disagree && { disagree: { special: disagree.special?.map(bpText), general: disagree.general?.map(bpText) } }),
  };
}

function readingDocuments(history: History, line: RateLine): ReadingDocument[] {
  const subject = lineDocument(history, line);
  return line.readings.map(({ atMs, value, source }) => ({
    capturedAt: formatIso(atMs),
    ...subject,
    rateBp: value,
    rate: bpText(value),
    file: source.file,
    line: source.locator,
    raw: source.raw,
  }));
}

const FIELDS = fieldsOf<ReadingDocument>([
  { csv: ['capturedAt'] },
  SUBJECT,
  { csv: ['measure', ['rate', ({ rateBp }) => csvRate(rateBp)], 'rateBp', 'file', 'line', 'raw'] },
]);

const COLUMNS = 60;
const LEVELS = '▁▂▃▄▅▆▇█';

/** For each plan and scope a heading, the steps, and a chart on lines of its own. */
function timelineLines({ timelines, readings }: HistoryDocument, t: Translate): Line[] {
  if (timelines.length === 0) return [t('history.empty')];
  return [
    ...timelines.flatMap((timeline): Line[] => [
      { text: headingOf(timeline, t), tone: 'head' },
      ...stepLines(timeline.steps, t),
      ...chartLines(timeline.steps, t).map((text) => ({ text, depth: 1 })),
      '',
    ]),
    t('history.summary', { timelines: timelines.length, readings: readings.length }),
  ];
}

function headingOf({ account, shop, plan, measure, item }: Timeline, t: Translate): string {
  return t(measure === 'income' ? 'history.heading-income' : 'history.heading', {
    account,
    shop: shopLabel(shop) ?? '—',
    kind: plan.kind === null ? '' : t(`kind.${plan.kind}`),
    plan: labelOf(plan.name, plan.id),
    scope: scopeText(item, t),
  });
}

function stepLines(steps: Timeline['steps'], t: Translate): Line[] {
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
      ...rateCells(step, t),
      gapText(step.gapBp) ?? '—',
      step.disagree ? t('history.disagree') : t(`relation.${step.relation}`),
    ]),
    null,
  );
  const lines = rows.map(
    (row, i) => ({ text: row.join(' '), tone: steps[i]?.relation === 'below' ? 'exit' : 'plain' }) as const,
  );
  return [...head, ...lines].map((line) => ({ ...textLine(line), depth: 1 }));
}

/** Both rates; where exports of one moment disagree, what they say. */
export function rateCells({ specialBp, generalBp, disagree }: Timeline['steps'][number], t: Translate): string[] {
  const cell = (bp: number | null, said: readonly (string | null)[] | undefined) =>
    said ? eitherRate(said, t) : percentText(bp);
  return [cell(specialBp, disagree?.special), cell(generalBp, disagree?.general)];
}

/** Draws both rates on one scale. One column is one day, or several; a rate is drawn until the next one was seen. */
function chartLines(steps: Timeline['steps'], t: Translate): string[] {
  const [first, last] = [steps[0], steps.at(-1)];
  const sides = (['specialBp', 'generalBp'] as const).filter((side) => steps.some((step) => step[side] !== null));
  const rates = ratesIn(steps);
  if (!first || !last || rates.length === 0) return [];
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const days = Math.max(1, Math.ceil((dayOf(last.to) - dayOf(first.from) + 1) / COLUMNS));
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
      return `${labels[side]}${' '.repeat(widest - widthOf(labels[side]))}  ${chart.join('')}`;
    }),
    t('history.scale', { low: percentText(low), high: percentText(high), days }),
  ];
}

/** All known rates of both sides. */
export function ratesIn(steps: Timeline['steps']): number[] {
  return steps.flatMap(({ specialBp, generalBp }) => [specialBp, generalBp]).filter((bp) => bp !== null);
}

/** Days of China's calendar: all times of a document have that offset. */
function dayOf(time: string): number {
  return instantOf(`${time.slice(0, 10)}T00:00:00Z`) / millisecondsInDay;
}
