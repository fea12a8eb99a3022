/** `tkguard history`: rates over time, special beside general. Tables show where they changed, the data formats every reading. */
import type { History, PairStep, RateLine, RatePair } from '../domain/history.ts';
import type { ShopRef } from '../domain/ledger.ts';
import { formatBp } from '../domain/rate.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { renderHistoryText } from './history-text.ts';
import type { Column, CsvValue, Report, Row, Tone } from './report.ts';
import { columnOf } from './report.ts';
import {
  csvRate,
  gapText,
  isoOrNull,
  labelOf,
  newestNotes,
  percentText,
  SUBJECT_CSV_COLUMNS,
  shopDocument,
  shopLabel,
  subjectCsvValues,
} from './values.ts';

export interface HistoryInput {
  readonly query: { readonly text: string; readonly kind: 'item' | 'plan' | 'shop'; readonly id: string };
  readonly histories: readonly History[];
  readonly generatedAtMs: number;
  /** null: from the beginning. */
  readonly sinceMs: number | null;
  readonly untilMs: number;
  /** When the newest data was captured; null: there is none. */
  readonly newestCapturedMs: number | null;
}

/** A plan at a scope, as one account saw it. */
export interface Block extends RatePair {
  readonly account: string;
  readonly shop: ShopRef;
}

type Line = RateLine & Pick<Block, 'account' | 'shop'>;
type ReadingDocument = ReturnType<typeof readingDocuments>[number];

export function buildHistoryReport(input: HistoryInput, t: Translate): Report {
  const blocks: Block[] = input.histories.flatMap(({ account, shop, pairs }) =>
    pairs.map((pair) => ({ account, shop, ...pair })),
  );
  const lines: Line[] = input.histories.flatMap(({ account, shop, lines }) =>
    lines.map((line) => ({ account, shop, ...line })),
  );
  const notes = newestNotes(input.newestCapturedMs, input.untilMs, t);
  return {
    get document() {
      return {
        schema: 'tkguard.history/1',
        generatedAt: formatIso(input.generatedAtMs),
        since: isoOrNull(input.sinceMs),
        until: formatIso(input.untilMs),
        newestCapturedAt: isoOrNull(input.newestCapturedMs),
        query: { text: input.query.text, kind: input.query.kind, id: input.query.id },
        timelines: blocks.map(blockDocument),
        readings: lines.flatMap(readingDocuments),
      };
    },
    get records() {
      return lines.flatMap(readingDocuments);
    },
    columns: historyColumns(t),
    csvColumns: CSV_COLUMNS,
    get rows() {
      return blocks.flatMap((block) => block.steps.map((step) => stepRow(block, step, t)));
    },
    get csvRows() {
      return lines.flatMap(readingDocuments).map(csvValues);
    },
    notes,
    closing: [],
    summary: summaryOf(blocks, lines, t),
    empty: t('history.empty'),
    detailHeading: t('heading.note'),
    text: (terminal) => renderHistoryText(blocks, notes, summaryOf(blocks, lines, t), terminal, t),
  };
}

function summaryOf(blocks: readonly Block[], lines: readonly Line[], t: Translate): string {
  const readings = lines.reduce((sum, line) => sum + line.readings.length, 0);
  return t('history.summary', { timelines: blocks.length, readings });
}

function itemDocument(item: RatePair['item']) {
  return item && { id: item.id, title: item.title };
}

function blockDocument({ account, shop, plan, measure, item, steps }: Block) {
  return {
    account,
    shop: shopDocument(shop),
    plan: { id: plan.id, name: plan.name, kind: plan.kind },
    measure,
    item: itemDocument(item),
    steps: steps.map((step) => {
      const { specialBp, generalBp } = step;
      return {
        from: formatIso(step.fromMs),
        to: formatIso(step.toMs),
        specialBp,
        special: specialBp === null ? null : formatBp(specialBp),
        generalBp,
        general: generalBp === null ? null : formatBp(generalBp),
        gapBp: gapOf(step),
        relation: relationOf(step),
      };
    }),
  };
}

function readingDocuments({ account, shop, plan, measure, item, readings }: Line) {
  return readings.map(({ atMs, value, source }) => ({
    capturedAt: formatIso(atMs),
    account,
    shop: shopDocument(shop),
    plan: { id: plan.id, name: plan.name, kind: plan.kind },
    measure,
    item: itemDocument(item),
    rateBp: value,
    rate: value === null ? null : formatBp(value),
    file: source.file,
    line: source.locator,
    raw: source.raw,
  }));
}

const CSV_COLUMNS: readonly string[] = [
  'captured_at',
  ...SUBJECT_CSV_COLUMNS,
  'measure',
  'rate',
  'rate_bp',
  'file',
  'line',
  'raw',
];

function csvValues(reading: ReadingDocument): Record<string, CsvValue> {
  return {
    captured_at: reading.capturedAt,
    ...subjectCsvValues(reading),
    measure: reading.measure,
    rate: csvRate(reading.rateBp),
    rate_bp: reading.rateBp,
    file: reading.file,
    line: reading.line,
    raw: reading.raw,
  };
}

export function gapOf({ specialBp, generalBp }: PairStep): number | null {
  return specialBp === null || generalBp === null ? null : specialBp - generalBp;
}

export function relationOf(step: PairStep): 'below' | 'equal' | 'above' | 'unknown' {
  const gapBp = gapOf(step);
  if (gapBp === null) return 'unknown';
  return gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal';
}

function historyColumns(t: Translate): Column[] {
  return [
    columnOf('relation', t('heading.relation')),
    columnOf('account', t('heading.account'), 'left', true),
    columnOf('shop', t('heading.shop'), 'left', true),
    columnOf('plan', t('heading.plan'), 'left', true),
    columnOf('measure', t('heading.measure')),
    columnOf('item', t('heading.item'), 'left', true),
    columnOf('first', t('heading.from')),
    columnOf('last', t('heading.to')),
    columnOf('special', t('heading.special'), 'right'),
    columnOf('general', t('heading.general'), 'right'),
    columnOf('gap', t('heading.gap'), 'right'),
  ];
}

const TONES: Readonly<Record<ReturnType<typeof relationOf>, Tone>> = {
  below: 'exit',
  equal: 'plain',
  above: 'keep',
  unknown: 'muted',
};

function stepRow({ account, shop, plan, measure, item }: Block, step: PairStep, t: Translate): Row {
  const relation = relationOf(step);
  return {
    cells: {
      relation: t(`relation.${relation}`),
      account,
      shop: shopLabel(shop),
      plan: labelOf(plan.name, plan.id),
      measure: t(`measure.${measure}`),
      item: item === null ? null : labelOf(item.title, item.id),
      first: formatMinute(step.fromMs, t.zone),
      last: formatMinute(step.toMs, t.zone),
      special: percentText(step.specialBp),
      general: percentText(step.generalBp),
      gap: gapText(gapOf(step)),
    },
    values: {},
    details: [],
    tone: TONES[relation],
  };
}
