/** `tkguard history`: rates over time, special beside general. Text shows where they changed, the data formats every reading. */
import type { History, PairStep, RateLine, RatePair } from '../domain/history.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { bpText, csvRate, isoOrNull, itemDocument, SUBJECT_CSV, shopDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { renderHistoryText } from './history-text.ts';
import type { Csv, Report } from './report.ts';
import { newestNotes } from './values.ts';

type HistoryDocument = DocumentOf<'history'>;
type ReadingDocument = HistoryDocument['readings'][number];

export interface HistoryInput {
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
    query: { text: query.text, kind: query.kind, id: query.id },
    timelines: histories.flatMap((history) =>
      history.pairs.map((pair) => ({ ...subjectDocument(history, pair), steps: pair.steps.map(stepDocument) })),
    ),
    readings: histories.flatMap((history) => history.lines.flatMap((line) => readingDocuments(history, line))),
  };
  return {
    t,
    document,
    rows: document.readings,
    fields: [{ csv: CSV }],
    text: (terminal) => renderHistoryText(document, newestNotes(newestCapturedMs, untilMs, t), terminal, t),
  };
}

function subjectDocument({ account, shop }: History, { plan, measure, item }: RatePair | RateLine) {
  return {
    account,
    shop: shopDocument(shop),
    plan: { id: plan.id, name: plan.name, kind: plan.kind },
    measure,
    item: itemDocument(item),
  };
}

function stepDocument({
  fromMs,
  toMs,
  specialBp,
  generalBp,
}: PairStep): HistoryDocument['timelines'][number]['steps'][number] {
  const gapBp = specialBp === null || generalBp === null ? null : specialBp - generalBp;
  return {
    from: formatIso(fromMs),
    to: formatIso(toMs),
    specialBp,
    special: bpText(specialBp),
    generalBp,
    general: bpText(generalBp),
    gapBp,
    relation: gapBp === null ? 'unknown' : gapBp < 0 ? 'below' : gapBp > 0 ? 'above' : 'equal',
  };
}

function readingDocuments(history: History, line: RateLine): ReadingDocument[] {
  const subject = subjectDocument(history, line);
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

const CSV: Csv<ReadingDocument> = {
  captured_at: ({ capturedAt }) => capturedAt,
  ...SUBJECT_CSV,
  measure: ({ measure }) => measure,
  rate: ({ rateBp }) => csvRate(rateBp),
  rate_bp: ({ rateBp }) => rateBp,
  file: ({ file }) => file,
  line: ({ line }) => line,
  raw: ({ raw }) => raw,
};
