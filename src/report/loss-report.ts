/** `tkguard loss`: what special plans cost or earned, by the account's own orders. */
import type { AtRisk } from '../domain/at-risk.ts';
import { BUCKETS, type Bucket } from '../domain/loss-line.ts';
import { type LossSum, type LossSums, type PlanLoss, resultOf } from '../domain/loss-sums.ts';
import type { OrderStock } from '../domain/order-line.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { isoOrNull, pick, recordsOf, riskDocument, shopDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import type { LossLineDocument } from './documents-of-money.ts';
import { ACCOUNT, csvRate, csvYuan, PLAN, PLAN_IDS, SHOP, SHOP_IDS } from './fields.ts';
import { lessonLines, lessonsDocument, momentLines } from './loss-lessons.ts';
import { costText } from './phrases.ts';
import { type CsvColumn, type FieldSpec, fieldsOf, type Line, type Report } from './report.ts';
import { exactTimeText, labelOf, percentText, rangeText, timeText, yuanText } from './values.ts';

type LossDocument = DocumentOf<'loss'>;
type PlanRow = LossDocument['plans'][number];

interface LossInput {
  readonly generatedAtMs: number;
  readonly sinceMs: number | null;
  readonly untilMs: number;
  readonly coverage: readonly OrderStock[];
  readonly sums: LossSums;
  riskOf(plan: PlanLoss): AtRisk | null;
  /** null: they are not asked for. */
  readonly lines: readonly LossLineDocument[] | null;
  /** The configuration says of which moment the rate is. */
  readonly isMomentSet: boolean;
  /** One order is explained: its sums say nothing more. */
  readonly isOne: boolean;
}

export function buildLossReport(input: LossInput, t: Translate): Report<PlanRow> | Report<LossLineDocument> {
  const { sums, coverage, lines } = input;
  const document: LossDocument = {
    schema: 'tkguard.loss/1',
    generatedAt: formatIso(input.generatedAtMs),
    since: isoOrNull(input.sinceMs),
    until: formatIso(input.untilMs),
    coverage: coverage.map((one) => ({
      ...pick(one, 'account', 'lines'),
      from: isoOrNull(one.sinceMs),
      to: isoOrNull(one.untilMs),
      lastSeenAt: formatIso(one.capturedMs),
    })),
    ...pick(sums, 'summary', 'rateMoments'),
    plans: sums.plans().map((plan) => planRow(plan, input.riskOf(plan))),
    lines: lines ?? [],
  };
  const { plans } = document;
  const about = {
    t,
    document,
    notes: input.isOne ? [] : headLines(document, t),
    closing: input.isOne ? [] : closingLines(document, input, t),
    records: recordsOf({ plan: plans, line: document.lines }),
  };
  if (lines === null)
    return { ...about, rows: plans, fields: PLAN_FIELDS, details: planDetails(t), empty: t(emptyText(document)) };
  const byLine: Report<LossLineDocument> = {
    ...about,
    rows: lines,
    fields: LINE_FIELDS,
    details: (line) => line.messages,
    tone: ({ bucket }) => (bucket === 'proven' ? 'exit' : 'plain'),
    empty: t(emptyText(document)),
  };
  return byLine;
}

function emptyText({ coverage }: LossDocument) {
  return coverage.length === 0 ? 'loss.empty.orders' : 'loss.empty';
}

function planRow(plan: PlanLoss, risk: AtRisk | null): PlanRow {
  return {
    account: plan.account,
    shop: shopDocument(plan.shop),
    plan: pick(plan.plan, 'id', 'name'),
    ...pick(plan, 'buckets', 'beforeKnown', 'afterVerdict', 'verdictLifted', 'told'),
    saved: plan.buckets.saved,
    ...riskDocument(risk),
    lessons: lessonsDocument(plan.lessons),
    exitNotEffective: plan.notEffective.lines,
  };
}

/** null: there is no line, or no figure. */
function sumText({ lines, lowFen, highFen }: LossSum): string | null {
  return lines === 0 || lowFen === null || highFen === null ? null : rangeText(lowFen, highFen);
}

/** A gain is shown as what was earned. */
function gainText({ lines, lowFen, highFen }: LossSum): string | null {
  return lines === 0 || lowFen === null || highFen === null ? null : rangeText(0 - highFen, 0 - lowFen);
}

function headLines({ since, until, coverage, summary }: LossDocument, t: Translate): Line[] {
  if (coverage.length === 0) return [];
  const lines = BUCKETS.reduce((sum, bucket) => sum + summary[bucket].lines, 0);
  const from = since ?? coverage.flatMap((one) => one.from ?? []).sort()[0];
  if (lines === 0 || from === undefined) return [t('loss.head.none')];
  return [t('loss.head', { from: timeText(from, t), to: timeText(until, t), lines })];
}

/** Shown in the table; the others are named below it. */
const IN_TABLE: readonly Bucket[] = ['proven', 'gain', 'pending'];

function closingLines(
  { summary, coverage, plans }: LossDocument,
  { sums, isMomentSet }: LossInput,
  t: Translate,
): Line[] {
  const known = coverage.map((one) =>
    t('loss.coverage', {
      account: one.account,
      from: one.from === null ? '—' : timeText(one.from, t),
      to: one.to === null ? '—' : timeText(one.to, t),
      at: timeText(one.lastSeenAt, t),
    }),
  );
  if (BUCKETS.every((bucket) => summary[bucket].lines === 0)) return known;
  const zero = yuanText(0);
  const lifted = sumText(sums.verdictLifted);
  const total = t('loss.total', {
    loss: sumText(summary.proven) ?? zero,
    gain: gainText(summary.gain) ?? zero,
    after: sumText(sums.afterVerdict) ?? zero,
    before: sumText(sums.beforeKnown) ?? zero,
    lifted: lifted === null ? '' : t('loss.total.lifted', { yuan: lifted }),
  });
  const others = BUCKETS.filter((bucket) => !IN_TABLE.includes(bucket) && summary[bucket].lines > 0).map((bucket) => {
    const { lines } = summary[bucket];
    const yuan = bucket === 'general' ? null : sumText(summary[bucket]);
    const args = { bucket: t(`bucket.${bucket}`), lines };
    return yuan === null ? t('loss.other', args) : t('loss.other.figure', { ...args, yuan });
  });
  const saved = sumText(summary.saved);
  const costs = { ignored: sumText(sums.afterVerdict) ?? zero, told: sumText(sums.told) ?? zero };
  const [worst] = plans;
  return [
    total,
    ...(others.length > 0 ? [t('loss.others', { list: others.join(t('list.separator')) })] : []),
    saved === null ? t('loss.ledger.none', costs) : t('loss.ledger', { ...costs, saved }),
    ...momentLines(sums.rateMoments, isMomentSet, t),
    ...known,
    ...(worst
      ? [
          t('loss.more.lines', { command: `tkguard loss ${worst.plan.id} --lines` }),
          t('loss.more.dossier', { command: `tkguard dossier ${worst.plan.id} --output ${worst.plan.id}.md` }),
        ]
      : []),
  ];
}

function planDetails(t: Translate): (plan: PlanRow) => Line[] {
  return ({ exitNotEffective, lessons }) => {
    const { lines, atGeneral } = lessons.afterExit;
    return [
      ...(exitNotEffective > 0
        ? [{ text: t('loss.not-effective', { lines: exitNotEffective }), tone: 'loud' } as const]
        : []),
      ...(lines > 0 ? [t('loss.evidence', { general: atGeneral, all: lines })] : []),
      ...lessonLines(lessons, t),
    ];
  };
}

function sumColumns<R>(name: string, sumOf: (row: R) => LossSum): CsvColumn<R>[] {
  return [
    [`${name}_lines`, (row) => sumOf(row).lines],
    [`${name}_amount`, (row) => csvYuan(sumOf(row).amountFen)],
    [`${name}_low`, (row) => csvYuan(sumOf(row).lowFen)],
    [`${name}_high`, (row) => csvYuan(sumOf(row).highFen)],
  ];
}

/** Columns of money are in yuan. */
const PLAN_FIELDS = fieldsOf<PlanRow>([
  ACCOUNT,
  SHOP,
  PLAN,
  { heading: 'proven', align: 'right', cell: ({ buckets }) => sumText(buckets.proven) },
  { heading: 'gain', align: 'right', cell: ({ buckets }) => gainText(buckets.gain) },
  { heading: 'pending', align: 'right', cell: ({ buckets }) => sumText(buckets.pending) },
  { heading: 'after-verdict', align: 'right', cell: ({ afterVerdict }) => sumText(afterVerdict) },
  { heading: 'saved', align: 'right', wide: true, cell: ({ saved }) => sumText(saved) },
  {
    heading: 'at-risk',
    align: 'right',
    cell: ({ atRiskFenPerDay: fen, atRisk }, t) => {
      if (fen === null) return null;
      const yuan = costText(fen, t);
      return atRisk?.few ? t('loss.risk.few', { yuan }) : yuan;
    },
  },
  ...BUCKETS.map((bucket) => ({
    csv: sumColumns<PlanRow>(bucket.replace('-', '_'), ({ buckets }) => buckets[bucket]),
  })),
  { csv: sumColumns('before_known', ({ beforeKnown }) => beforeKnown) },
  { csv: sumColumns('after_verdict', ({ afterVerdict }) => afterVerdict) },
  { csv: sumColumns('verdict_lifted', ({ verdictLifted }) => verdictLifted) },
  { csv: sumColumns('told', ({ told }) => told) },
  {
    csv: [
      ['result_low', ({ buckets }) => csvYuan(resultOf(buckets)[0])],
      ['result_high', ({ buckets }) => csvYuan(resultOf(buckets)[1])],
      ['at_risk_per_day', ({ atRiskFenPerDay }) => csvYuan(atRiskFenPerDay)],
      'exitNotEffective',
    ],
  },
]);

function sideColumns(name: 'general' | 'special'): FieldSpec<LossLineDocument> {
  return {
    heading: name,
    align: 'right',
    wide: true,
    cell: ({ [name]: side }, t) =>
      side && side.rates.length > 0 && !side.unknown
        ? side.rates.map(({ rateBp }) => percentText(rateBp)).join(t('loss.or'))
        : null,
    csv: [
      [`${name}_rates`, ({ [name]: side }) => side?.rates.map(({ rate }) => rate).join(' ')],
      [`${name}_unknown`, ({ [name]: side }) => side?.unknown],
      [`${name}_basis`, ({ [name]: side }) => side?.basis],
    ],
  };
}

const LINE_FIELDS = fieldsOf<LossLineDocument>([
  { heading: 'order', csv: [['sub_order_no', ({ subOrderNo, orderNo }) => subOrderNo ?? orderNo], 'orderNo'] },
  ACCOUNT,
  { csv: [...SHOP_IDS, ...PLAN_IDS] },
  {
    heading: 'item',
    shrinks: true,
    cell: ({ title, itemId }) => labelOf(title, itemId),
    csv: [
      ['item_id', 'itemId'],
      ['item_title', 'title'],
    ],
  },
  {
    heading: 'clicked',
    wide: true,
    cell: ({ clickedAt, createdAt, paidAt }, t) => {
      const at = clickedAt ?? createdAt ?? paidAt;
      return at === null ? null : exactTimeText(at, t);
    },
    csv: ['clickedAt', 'createdAt', 'paidAt', 'settledAt', 'state'],
  },
  {
    heading: 'amount',
    align: 'right',
    cell: ({ amountFen }) => yuanText(amountFen),
    csv: [['amount', ({ amountFen }) => csvYuan(amountFen)]],
  },
  {
    heading: 'applied',
    align: 'right',
    cell: ({ rateBp }) => percentText(rateBp),
    csv: [['rate', ({ rateBp }) => csvRate(rateBp)], 'rateBp', 'serviceFeeBp', 'shareBp', 'feeBp'],
  },
  sideColumns('special'),
  sideColumns('general'),
  {
    heading: 'loss',
    align: 'right',
    cell: ({ lowFen, highFen }) => (lowFen === null || highFen === null ? null : rangeText(lowFen, highFen)),
    csv: [
      ['loss_low', ({ lowFen }) => csvYuan(lowFen)],
      ['loss_high', ({ highFen }) => csvYuan(highFen)],
    ],
  },
  { heading: 'bucket', cell: ({ bucket }, t) => t(`bucket.${bucket}`), csv: ['bucket'] },
  { csv: [['notes', ({ notes }) => notes.join(' ')], 'moment', 'told', 'file', 'line'] },
]);
