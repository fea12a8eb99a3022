/** `tkguard status`: what to do now: what to exit, what waits for what, how old the data is. */
import { shopLabel } from '../domain/ledger.ts';
import type { OrderStock } from '../domain/order-line.ts';
import { VERDICTS } from '../domain/question.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import type { DataAge, NextExport } from '../domain/status.ts';
import { formatIso } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import { lookUp, type Translate } from '../words/index.ts';
import {
  countsOf,
  heldDocument,
  judgedDocument,
  type Moments,
  recordsOf,
  shopDocument,
  spanDocument,
} from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { listText } from './explain.ts';
import { ACCOUNT } from './fields.ts';
import { joinSentences, spanLines } from './phrases.ts';
import { heldLines } from './problems.ts';
import { cellsLine, fieldsOf, type Line, type Report, type Tone } from './report.ts';
import { ageText, asOfNote, timeText, yuanText } from './values.ts';

interface StatusInput extends Moments {
  readonly accounts: readonly string[];
  /** Of joined plans, and of others that are told without being asked for. */
  readonly judgements: readonly Judgement[];
  readonly held: readonly HeldFile[];
  /** Alerts that were given up, by channel; and channels that refuse. */
  readonly undelivered: readonly { readonly channel: string; readonly n: number }[];
  readonly refused: readonly { readonly channel: string; readonly answer: string }[];
  readonly data: readonly DataAge[];
  readonly orders: readonly OrderStock[];
  readonly next: readonly NextExport[];
}

type StatusDocument = DocumentOf<'status'>;
type DataDocument = StatusDocument['data'][number];
type StockDocument = StatusDocument['orders'][number];

export function buildStatusReport(input: StatusInput, t: Translate): Report<DataDocument> {
  const { accounts, held } = input;
  const document: StatusDocument = {
    schema: 'tkguard.status/1',
    ...judgedDocument(input),
    accounts: [...accounts],
    summary: summaryOf(input.judgements),
    ...riskOf(input.judgements),
    held: heldDocument(held),
    undelivered: input.undelivered,
    refused: input.refused,
    data: input.data.map((data) => dataDocument(data, input.asOfMs)),
    orders: input.orders.map(stockDocument),
    next: nextDocument(input.next),
  };
  const { data, next } = document;
  return {
    t,
    document,
    records: recordsOf({ data, next }),
    rows: data,
    fields: FIELDS,
    tone: ({ age }) => TONES[age],
    notes: [headLine(document, t), ...verdictLines(document, t), ...heldLines(held, t), ...alertLines(document, t)],
    closing: [...document.orders.map((stock) => stockLine(stock, t)), ...nextLines(input.next, accounts.length, t)],
    summary: nextStep(document, t),
    empty: t('snapshots.empty'),
  };
}

function headLine({ accounts, summary, asOf }: StatusDocument, t: Translate): string {
  const plans = [...VERDICTS, 'muted' as const].reduce((sum, verdict) => sum + summary[verdict], 0);
  return joinSentences([t('status.head', { n: accounts.length, plans }), asOfNote(asOf, t)], t);
}

/** What is told without a verdict. */
const NEWS = ['pendingBelow', 'removed'] as const;

/** Muted plans count apart: nothing is to be done about them. */
function summaryOf(judgements: readonly Judgement[]) {
  const counted = judgements.map((judged) => {
    const what = judged.verdict ?? newsOf(judged);
    return what !== null && judged.muted !== null ? 'muted' : `${what}`;
  });
  return countsOf([...VERDICTS, ...NEWS, 'muted'], counted);
}

function newsOf({ standing }: Judgement): (typeof NEWS)[number] | null {
  if (standing === 'pending') return 'pendingBelow';
  return standing === 'not-joined' ? 'removed' : null;
}

/** What the plans to exit cost a day, as far as own orders tell. */
export function riskOf(judgements: readonly Judgement[]) {
  const risks = judgements.flatMap(({ atRisk, muted }) => (atRisk && !muted ? [atRisk.fenPerDay] : []));
  return {
    atRiskFenPerDay: risks.length === 0 ? null : risks.reduce((sum, fen) => sum + fen, 0),
    atRiskPlans: risks.length,
  };
}

function dataDocument({ account, format, capturedMs, age }: DataAge, nowMs: number): DataDocument {
  return { account, format, capturedAt: formatIso(capturedMs), ageMs: Math.max(0, nowMs - capturedMs), age };
}

export function nextDocument(next: readonly NextExport[]): StatusDocument['next'] {
  return next.map((one) => ({ ...one, shops: one.shops.map(shopDocument) }));
}

function stockDocument({ account, lines, sinceMs, untilMs, capturedMs }: OrderStock): StockDocument {
  return { account, lines, ...spanDocument({ sinceMs, untilMs }), capturedAt: formatIso(capturedMs) };
}

function stockLine({ account, lines, since, until, capturedAt }: StockDocument, t: Translate): string {
  const said = { account, n: lines, captured: timeText(capturedAt, t) };
  return joinSentences([t('status.orders', said), ...spanLines({ since, until }, t)], t);
}

const TONES: Readonly<Record<DataAge['age'], Tone>> = { fresh: 'plain', soon: 'review', old: 'exit' };

const FIELDS = fieldsOf<DataDocument>([
  {
    heading: 'data',
    shrinks: true,
    cell: ({ format }, t) => lookUp(`format.${format}.title`, {}, t) ?? format,
    csv: ['format'],
  },
  ACCOUNT,
  { heading: 'captured', cell: ({ capturedAt }, t) => timeText(capturedAt, t), csv: ['capturedAt'] },
  { heading: 'age', align: 'right', cell: ({ ageMs }, t) => ageText(ageMs, t), csv: ['ageMs'] },
  { heading: 'note', cell: ({ age }, t) => t(`status.age.${age}`), csv: ['age'] },
]);

function alertLines({ undelivered, refused }: StatusDocument, t: Translate): Line[] {
  const lines = [...undelivered.map((one) => t('alert.dead', one)), ...refused.map((one) => t('notify.refused', one))];
  return lines.map((text) => ({ text, tone: 'loud' }));
}

/** What asks for a step comes before what does not. */
const URGENT_FIRST = ['exit', 'pendingBelow', 'review', 'removed', 'closed', 'keep', 'muted'] as const;

/** How many plans have which verdict, the most urgent first, each with the command that shows them. */
function verdictLines({ summary, atRiskFenPerDay, atRiskPlans }: StatusDocument, t: Translate): Line[] {
  const shown = URGENT_FIRST.filter((what) => summary[what] > 0);
  const lines = shown.map((what) => cellsLine([t(`count.${what}`, { n: summary[what] }), commandFor(what)]));
  if (atRiskFenPerDay === null) return lines;
  const args = { n: atRiskPlans, all: summary.exit };
  if (atRiskFenPerDay === 0) return [...lines, t('loss.at-risk.exits.least', args)];
  const key = atRiskFenPerDay < 0 ? 'loss.at-risk.exits.more' : 'loss.at-risk.exits';
  return [...lines, t(key, { yuan: yuanText(Math.abs(atRiskFenPerDay)), ...args })];
}

function commandFor(what: keyof StatusDocument['summary']): string {
  if (what === 'muted') return 'tkguard mute --list';
  return what === 'pendingBelow' || what === 'removed' ? 'tkguard diff' : `tkguard diff --verdict ${what}`;
}

/** What to export next, numbered; none for nothing. `accounts`: how many there are. */
export function nextLines(next: readonly NextExport[], accounts: number, t: Translate): string[] {
  if (next.length === 0) return [];
  const lines = next.map(({ export: kind, account, shops }, i) => {
    const of = accounts > 1 ? t('status.of-account', { account }) : '';
    if (kind === 'joined-plans') return t('status.next.joined-plans', { number: i + 1, of });
    const names = shops.map((shop) => shopLabel(shop) ?? '?');
    return t('status.next.rates', { number: i + 1, of, n: shops.length, shops: listText(names, t) });
  });
  return [t('status.next'), ...lines];
}

function nextStep({ summary, held, next }: StatusDocument, t: Translate): string {
  if (summary.exit > 0) return t('status.do.exit');
  if (summary.pendingBelow > 0) return t('status.do.withdraw');
  if (held.length > 0) return t('status.do.held');
  return t(next.length > 0 ? 'status.do.export' : 'status.do.nothing');
}
