/** `tkguard shops`: the grade of each merchant, and the numbers that it follows from. */
import { GRADE_FORMULA, GRADES } from '../domain/grade.ts';
import { HORIZONS } from '../domain/headline.ts';
import { shopKey } from '../domain/ledger.ts';
import type { Lifetime } from '../domain/lifetimes.ts';
import type { MerchantRecord, PlanEvidence } from '../domain/merchant.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { firstOfEach } from './brief.ts';
import { bpText, countsOf, isoOrNull, pick, shopDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { csvRate, SHOP } from './fields.ts';
import { curveLines, keptDocuments, keptSentences, lifetimeDocument, lifetimeSentence } from './kept-part.ts';
import { joinSentences } from './phrases.ts';
import { type Field, fieldsOf, type Report, type Tone } from './report.ts';
import { asOfNote, countsText, dayText, labelOf, newestNotes } from './values.ts';

interface ShopsInput {
  /** In the order in which they are shown. */
  readonly merchants: readonly MerchantRecord[];
  /** Of all merchants, shown or not. */
  readonly lifetimes: readonly Lifetime[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  /** When the newest data was captured; null: there is none. */
  readonly newestCapturedMs: number | null;
  readonly confirmMissing: number;
  /** For people: of each grade a screenful. */
  readonly isBrief: boolean;
  /** Say which plans the numbers come from, and draw the curve. */
  readonly withEvidence: boolean;
}

type ShopsDocument = DocumentOf<'shops'>;
type MerchantDocument = ShopsDocument['shops'][number];
type EvidenceDocument = MerchantDocument['plans'][number];

export function buildShopsReport(input: ShopsInput, t: Translate): Report<MerchantDocument> {
  const { merchants } = input;
  const document: ShopsDocument = {
    schema: 'tkguard.shops/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    newestCapturedAt: isoOrNull(input.newestCapturedMs),
    confirmMissing: input.confirmMissing,
    formula: GRADE_FORMULA,
    summary: countsOf(
      GRADES,
      merchants.map(({ grade }) => grade),
    ),
    ...keptDocuments(input.lifetimes, input.withEvidence),
    shops: merchants.map((merchant) => merchantDocument(merchant, input.withEvidence)),
  };
  const { summary, kept, curve, shops } = document;
  const shown = input.isBrief ? briefly(shops) : shops;
  return {
    t,
    document,
    rows: shops,
    shown,
    fields: input.withEvidence ? FIELDS : FIELDS.map(withoutStatistics),
    details: (merchant) =>
      input.withEvidence
        ? [
            ...merchant.plans.map((plan) => ({ text: evidenceSentence(plan, t), tone: toneOf(plan.bad) })),
            ...linesOf(keptSentences(merchant.kept, t)),
            ...merchant.lifetimes.map((one) => ({
              text: lifetimeSentence(one, t),
              tone: toneOf(one.brokenDay !== null),
            })),
          ]
        : [whyLine(merchant, t), ...linesOf(keptSentences(merchant.kept, t))],
    tone: ({ grade }) => GRADE_TONES[grade],
    notes: [asOfNote(document.asOf, t), ...newestNotes(input.newestCapturedMs, input.asOfMs, t)],
    closing: [
      ...moreLines(shops, shown, t),
      ...(isOfSeveral(input.lifetimes) ? [t('kept.all', { kept: keptSentences(kept, t) })] : []),
      ...(curve ? curveLines(curve, t) : []),
      ...(input.withEvidence && merchants.length > 0 ? [t('shops.formula')] : []),
    ],
    summary: t('shops.summary', { n: shops.length, counts: countsText(summary, (grade) => t(`grade.${grade}`), t) }),
    empty: t('shops.empty'),
  };
}

/** Of one merchant it would be said twice. */
function isOfSeveral(lifetimes: readonly Lifetime[]): boolean {
  return new Set(lifetimes.map(({ shop }) => shopKey(shop))).size > 1;
}

function toneOf(isBad: boolean): Tone {
  return isBad ? 'loud' : 'plain';
}

function linesOf(text: string): string[] {
  return text === '' ? [] : [text];
}

const MOST_OF_GRADE = 20;

/** Of many shops those of which nothing can be told yet are counted. */
function briefly(shops: readonly MerchantDocument[]): readonly MerchantDocument[] {
  const isTold = ({ grade, cuts, bad }: MerchantDocument) => grade !== 'unproven' || cuts > 0 || bad > 0;
  const told = shops.length > MOST_OF_GRADE ? shops.filter(isTold) : shops;
  return firstOfEach(
    told,
    ({ grade }) => grade,
    () => MOST_OF_GRADE,
  );
}

function moreLines(shops: readonly MerchantDocument[], shown: readonly MerchantDocument[], t: Translate): string[] {
  return GRADES.toReversed().flatMap((grade) => {
    const left = (of: readonly MerchantDocument[]) => of.filter((shop) => shop.grade === grade).length;
    const n = left(shops) - left(shown);
    const what = t('shops.more', { grade: t(`grade.${grade}`), n });
    return n === 0 ? [] : [t('diff.more', { what, command: `tkguard shops --grade ${grade}` })];
  });
}

/** `273` → `"27.3"`: thousandths as percent. */
function permilleText(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}`;
}

/** `withEvidence`: with the curve. */
export function merchantDocument(merchant: MerchantRecord, withEvidence: boolean): MerchantDocument {
  const { lowerPermille, upperPermille, largestCutBp } = merchant;
  return {
    grade: merchant.grade,
    shop: shopDocument(merchant.shop),
    ...pick(merchant, 'watched', 'bad'),
    confidence: {
      ...{ lowerPermille, upperPermille },
      lower: permilleText(lowerPermille),
      upper: permilleText(upperPermille),
    },
    ...pick(merchant, 'daysObserved', 'cuts', 'crossedBelow', 'closedSoon', 'raises', 'largestCutBp'),
    largestCut: bpText(largestCutBp),
    ...pick(merchant, 'daysToFirstCut', 'locked', 'locksHonoured'),
    ...keptDocuments(merchant.lifetimes, withEvidence),
    lifetimes: merchant.lifetimes.map(lifetimeDocument),
    plans: merchant.plans.map(evidenceDocument),
  };
}

function evidenceDocument(plan: PlanEvidence): EvidenceDocument {
  return {
    plan: { id: plan.planId, name: plan.name },
    ...pick(plan, 'accounts', 'bad', 'joined'),
    firstSeen: formatIso(plan.firstSeenMs),
    lastSeen: formatIso(plan.lastSeenMs),
    ...pick(plan, 'cuts', 'crossedBelow', 'raises', 'largestCutBp'),
    largestCut: bpText(plan.largestCutBp),
    ...pick(plan, 'daysToFirstCut', 'closedAfterDays', 'locked', 'lockBroken'),
  };
}

/** Of each horizon, in the CSV. */
const KEPT = ['broken', 'of', 'unknown'] as const;

const FIELDS = fieldsOf<MerchantDocument>([
  { heading: 'grade', cell: ({ grade }, t) => t(`grade.${grade}`), csv: ['grade'] },
  SHOP,
  { heading: 'bad', align: 'right', cell: ({ bad, watched }) => `${bad}/${watched}`, csv: ['watched', 'bad'] },
  {
    heading: 'confidence',
    align: 'right',
    cell: ({ confidence }) => `${confidence.lower}-${confidence.upper}%`,
    csv: ['confidence.lower', 'confidence.upper'],
  },
  { heading: 'days-observed', align: 'right', wide: true, csv: ['daysObserved'] },
  { heading: 'cuts', align: 'right', csv: ['cuts'] },
  { heading: 'below-general', align: 'right', wide: true, csv: ['crossedBelow'] },
  { heading: 'closed-soon', align: 'right', wide: true, csv: ['closedSoon'] },
  { heading: 'raises', align: 'right', wide: true, csv: ['raises'] },
  {
    heading: 'largest-cut',
    align: 'right',
    wide: true,
    cell: ({ largestCut }) => largestCut,
    csv: [['largest_cut', ({ largestCutBp }) => csvRate(largestCutBp)], 'largestCutBp'],
  },
  {
    heading: 'first-cut',
    align: 'right',
    cell: ({ daysToFirstCut: n }, t) => (n === null ? null : t('age.days', { n })),
    csv: ['daysToFirstCut'],
  },
  {
    heading: 'locks',
    align: 'right',
    wide: true,
    cell: ({ locked, locksHonoured }) => (locked === 0 ? null : `${locksHonoured}/${locked}`),
    csv: ['locked', 'locksHonoured'],
  },
  { csv: HORIZONS.flatMap((days, i) => KEPT.map((key) => [`${key}_${days}d`, ({ kept }) => kept[i]?.[key]] as const)) },
]);

/** What is shown with the evidence alone; the CSV has it always. */
function withoutStatistics<R>({ heading, ...field }: Field<R>): Field<R> {
  const isPlain = heading === 'grade' || heading === 'shop' || heading === 'cuts' || heading === 'first-cut';
  return isPlain ? { heading, ...field } : field;
}

/** Why he has this grade, in words. */
export function whyLine({ watched, bad, largestCut, closedSoon }: MerchantDocument, t: Translate): string {
  return joinSentences(
    [
      watched === 0 ? t('shops.why.unseen') : t(bad === 0 ? 'shops.why.none' : 'shops.why.bad', { watched, bad }),
      largestCut === null ? '' : t('shops.why.largest', { largest: largestCut }),
      closedSoon === 0 ? '' : t('shops.why.closed', { n: closedSoon }),
    ],
    t,
  );
}

export const GRADE_TONES: Readonly<Record<MerchantRecord['grade'], Tone>> = {
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
