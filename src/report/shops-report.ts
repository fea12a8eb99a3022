/** `tkguard shops`: what merchants are known for, with the numbers that the grade follows from. */
import { GRADE_FORMULA, GRADES } from '../domain/grade.ts';
import type { MerchantRecord, PlanEvidence } from '../domain/merchant.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { bpText, csvRate, isoOrNull, SHOP_CSV, shopDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import type { Field, Heading, Report, Tone } from './report.ts';
import { joinSentences } from './sentences.ts';
import { asOfNote, labelOf, newestNotes, shopLabel, timeText } from './values.ts';

export interface ShopsInput {
  /** In the order in which they are shown. */
  readonly merchants: readonly MerchantRecord[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  /** When the newest data was captured; null: there is none. */
  readonly newestCapturedMs: number | null;
  readonly confirmMissing: number;
  /** Say which plans the numbers come from. */
  readonly withEvidence: boolean;
}

type ShopsDocument = DocumentOf<'shops'>;
type MerchantDocument = ShopsDocument['shops'][number];
type EvidenceDocument = MerchantDocument['plans'][number];

export function buildShopsReport(input: ShopsInput, t: Translate): Report<MerchantDocument> {
  const { merchants } = input;
  const countOf = (grade: string) => merchants.filter((merchant) => merchant.grade === grade).length;
  const document: ShopsDocument = {
    schema: 'tkguard.shops/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    newestCapturedAt: isoOrNull(input.newestCapturedMs),
    confirmMissing: input.confirmMissing,
    formula: GRADE_FORMULA,
    summary: Object.fromEntries(GRADES.map((grade) => [grade, countOf(grade)])) as ShopsDocument['summary'],
    shops: merchants.map(merchantDocument),
  };
  const { summary } = document;
  const counts = GRADES.filter((grade) => summary[grade] > 0).map(
    (grade) => `${t(`grade.${grade}`)} ${summary[grade]}`,
  );
  return {
    t,
    document,
    rows: document.shops,
    fields: FIELDS,
    details: ({ plans }) =>
      input.withEvidence
        ? plans.map((plan) => (plan.bad ? { loud: evidenceSentence(plan, t) } : evidenceSentence(plan, t)))
        : [],
    tone: ({ grade }) => TONES[grade],
    notes: [asOfNote(document.asOf, t), ...newestNotes(input.newestCapturedMs, input.asOfMs, t)],
    closing: merchants.length === 0 ? [] : [t('shops.formula')],
    summary: t('shops.summary', { n: merchants.length, counts: counts.join(t('list.separator')) }),
    empty: t('shops.empty'),
    detailHeading: 'evidence',
  };
}

/** `273` → `"27.3"`: thousandths as percent. */
function permilleText(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}`;
}

function merchantDocument(merchant: MerchantRecord): MerchantDocument {
  const { lowerPermille, upperPermille, largestCutBp } = merchant;
  return {
    grade: merchant.grade,
    shop: shopDocument(merchant.shop),
    watched: merchant.watched,
    bad: merchant.bad,
    confidence: {
      lowerPermille,
      upperPermille,
      lower: permilleText(lowerPermille),
      upper: permilleText(upperPermille),
    },
    daysObserved: merchant.daysObserved,
    cuts: merchant.cuts,
    crossedBelow: merchant.crossedBelow,
    closedSoon: merchant.closedSoon,
    raises: merchant.raises,
    largestCutBp,
    largestCut: bpText(largestCutBp),
    daysToFirstCut: merchant.daysToFirstCut,
    locked: merchant.locked,
    locksHonoured: merchant.locksHonoured,
    plans: merchant.plans.map(evidenceDocument),
  };
}

function evidenceDocument(plan: PlanEvidence): EvidenceDocument {
  return {
    plan: { id: plan.planId, name: plan.name },
    accounts: plan.accounts,
    bad: plan.bad,
    joined: plan.joined,
    firstSeen: formatIso(plan.firstSeenMs),
    lastSeen: formatIso(plan.lastSeenMs),
    cuts: plan.cuts,
    crossedBelow: plan.crossedBelow,
    raises: plan.raises,
    largestCutBp: plan.largestCutBp,
    largestCut: bpText(plan.largestCutBp),
    daysToFirstCut: plan.daysToFirstCut,
    closedAfterDays: plan.closedAfterDays,
    locked: plan.locked,
    lockBroken: plan.lockBroken,
  };
}

const FIELDS: readonly Field<MerchantDocument>[] = [
  { heading: 'grade', cell: ({ grade }, t) => t(`grade.${grade}`), csv: { grade: ({ grade }) => grade } },
  { heading: 'shop', shrinks: true, cell: ({ shop }) => shopLabel(shop), csv: SHOP_CSV },
  {
    heading: 'bad',
    align: 'right',
    cell: ({ bad, watched }) => `${bad}/${watched}`,
    csv: { watched: ({ watched }) => watched, bad: ({ bad }) => bad },
  },
  {
    heading: 'confidence',
    align: 'right',
    cell: ({ confidence }) => `${confidence.lower}-${confidence.upper}%`,
    csv: {
      confidence_lower: ({ confidence }) => ({ number: confidence.lower }),
      confidence_upper: ({ confidence }) => ({ number: confidence.upper }),
    },
  },
  numberField('days-observed', 'days_observed', ({ daysObserved }) => daysObserved),
  numberField('cuts', 'cuts', ({ cuts }) => cuts),
  numberField('below-general', 'crossed_below', ({ crossedBelow }) => crossedBelow),
  numberField('closed-soon', 'closed_soon', ({ closedSoon }) => closedSoon),
  numberField('raises', 'raises', ({ raises }) => raises),
  {
    heading: 'largest-cut',
    align: 'right',
    cell: ({ largestCut }) => largestCut,
    csv: {
      largest_cut: ({ largestCutBp }) => csvRate(largestCutBp),
      largest_cut_bp: ({ largestCutBp }) => largestCutBp,
    },
  },
  {
    heading: 'first-cut',
    align: 'right',
    cell: ({ daysToFirstCut: n }, t) => (n === null ? null : t('age.days', { n })),
    csv: { days_to_first_cut: ({ daysToFirstCut }) => daysToFirstCut },
  },
  {
    heading: 'locks',
    align: 'right',
    cell: ({ locked, locksHonoured }) => (locked === 0 ? null : `${locksHonoured}/${locked}`),
    csv: { locked: ({ locked }) => locked, locks_honoured: ({ locksHonoured }) => locksHonoured },
  },
];

function numberField(
  heading: Heading,
  name: string,
  of: (merchant: MerchantDocument) => number,
): Field<MerchantDocument> {
  return { heading, align: 'right', cell: (merchant) => String(of(merchant)), csv: { [name]: of } };
}

const TONES: Readonly<Record<MerchantRecord['grade'], Tone>> = {
  avoid: 'exit',
  risky: 'review',
  unproven: 'muted',
  fair: 'plain',
  good: 'keep',
};

function evidenceSentence(evidence: EvidenceDocument, t: Translate): string {
  const { plan, largestCut, daysToFirstCut, crossedBelow, raises, closedAfterDays } = evidence;
  return joinSentences(
    [
      t('shops.plan', {
        plan: labelOf(plan.name, plan.id),
        first: dayText(evidence.firstSeen, t),
        last: dayText(evidence.lastSeen, t),
      }),
      largestCut === null
        ? t('shops.plan.no-cuts')
        : t('shops.plan.cuts', { cuts: evidence.cuts, largest: largestCut }),
      daysToFirstCut === null ? '' : t('shops.plan.first-cut', { days: daysToFirstCut }),
      crossedBelow === 0 ? '' : t('shops.plan.below', { n: crossedBelow }),
      raises === 0 ? '' : t('shops.plan.raises', { n: raises }),
      closedAfterDays === null ? '' : t('shops.plan.closed', { days: closedAfterDays }),
      evidence.locked ? t(evidence.lockBroken ? 'shops.plan.lock-broken' : 'shops.plan.locked') : '',
      evidence.bad ? t('shops.plan.bad') : '',
    ],
    t,
  );
}

function dayText(time: string, t: Translate): string {
  return timeText(time, t).slice(0, 10);
}
