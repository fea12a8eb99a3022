/** `tkguard shops`: what merchants are known for, with the numbers that the grade follows from. */
import { GRADE_FORMULA, GRADES } from '../domain/grade.ts';
import type { MerchantRecord, PlanEvidence } from '../domain/merchant.ts';
import { formatBp } from '../domain/rate.ts';
import { formatDay, formatIso, formatMinute } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { Column, Report, Row, Tone } from './report.ts';
import { columnOf } from './report.ts';
import { joinSentences } from './sentences.ts';
import {
  csvRate,
  isoOrNull,
  labelOf,
  newestNotes,
  SHOP_CSV_COLUMNS,
  shopCsvValues,
  shopDocument,
  shopLabel,
  zoneText,
} from './values.ts';

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

export function buildShopsReport(input: ShopsInput, t: Translate): Report {
  const { merchants } = input;
  const summary = Object.fromEntries(GRADES.map((grade) => [grade, merchants.filter((m) => m.grade === grade).length]));
  const counts = GRADES.filter((grade) => summary[grade]).map((grade) => `${t(`grade.${grade}`)} ${summary[grade]}`);
  return {
    get document() {
      return {
        schema: 'tkguard.shops/1',
        generatedAt: formatIso(input.generatedAtMs),
        asOf: formatIso(input.asOfMs),
        newestCapturedAt: isoOrNull(input.newestCapturedMs),
        confirmMissing: input.confirmMissing,
        formula: GRADE_FORMULA,
        summary,
        shops: merchants.map(merchantDocument),
      };
    },
    get records() {
      return merchants.map(merchantDocument);
    },
    columns: shopsColumns(t),
    csvColumns: CSV_COLUMNS,
    get rows() {
      return merchants.map((merchant) => merchantRow(merchant, input.withEvidence, t));
    },
    notes: [
      t('as-of', { zone: zoneText(t), at: formatMinute(input.asOfMs, t.zone) }),
      ...newestNotes(input.newestCapturedMs, input.asOfMs, t),
    ],
    closing: merchants.length === 0 ? [] : [t('shops.formula')],
    summary: t('shops.summary', { n: merchants.length, counts: counts.join(t('list.separator')) }),
    empty: t('shops.empty'),
    detailHeading: t('heading.evidence'),
  };
}

/** `273` → `"27.3"`: thousandths as percent. */
function permilleText(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}`;
}

function merchantDocument(merchant: MerchantRecord) {
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
    largestCut: largestCutBp === null ? null : formatBp(largestCutBp),
    daysToFirstCut: merchant.daysToFirstCut,
    locked: merchant.locked,
    locksHonoured: merchant.locksHonoured,
    plans: merchant.plans.map(evidenceDocument),
  };
}

function evidenceDocument(plan: PlanEvidence) {
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
    largestCut: plan.largestCutBp === null ? null : formatBp(plan.largestCutBp),
    daysToFirstCut: plan.daysToFirstCut,
    closedAfterDays: plan.closedAfterDays,
    locked: plan.locked,
    lockBroken: plan.lockBroken,
  };
}

const NUMBERS = [
  'bad',
  'confidence',
  'days-observed',
  'cuts',
  'below-general',
  'closed-soon',
  'raises',
  'largest-cut',
  'first-cut',
  'locks',
] as const;

function shopsColumns(t: Translate): Column[] {
  return [
    columnOf('grade', t('heading.grade')),
    columnOf('shop', t('heading.shop'), 'left', true),
    ...NUMBERS.map((key) => columnOf(key, t(`heading.${key}`), 'right')),
  ];
}

const CSV_COLUMNS: readonly string[] = [
  'grade',
  ...SHOP_CSV_COLUMNS,
  'watched',
  'bad',
  'confidence_lower',
  'confidence_upper',
  'days_observed',
  'cuts',
  'crossed_below',
  'closed_soon',
  'raises',
  'largest_cut',
  'largest_cut_bp',
  'days_to_first_cut',
  'locked',
  'locks_honoured',
];

const TONES: Readonly<Record<MerchantRecord['grade'], Tone>> = {
  avoid: 'exit',
  risky: 'review',
  unproven: 'muted',
  fair: 'plain',
  good: 'keep',
};

function merchantRow(merchant: MerchantRecord, withEvidence: boolean, t: Translate): Row {
  const { shop, lowerPermille, upperPermille, largestCutBp, daysToFirstCut } = merchant;
  const [lower, upper] = [permilleText(lowerPermille), permilleText(upperPermille)];
  const numbers: Record<(typeof NUMBERS)[number], string | null> = {
    bad: `${merchant.bad}/${merchant.watched}`,
    confidence: `${lower}-${upper}%`,
    'days-observed': String(merchant.daysObserved),
    cuts: String(merchant.cuts),
    'below-general': String(merchant.crossedBelow),
    'closed-soon': String(merchant.closedSoon),
    raises: String(merchant.raises),
    'largest-cut': largestCutBp === null ? null : formatBp(largestCutBp),
    'first-cut': daysToFirstCut === null ? null : t('age.days', { n: daysToFirstCut }),
    locks: merchant.locked === 0 ? null : `${merchant.locksHonoured}/${merchant.locked}`,
  };
  return {
    cells: { grade: t(`grade.${merchant.grade}`), shop: shopLabel(shop), ...numbers },
    values: {
      grade: merchant.grade,
      ...shopCsvValues(shop),
      watched: merchant.watched,
      bad: merchant.bad,
      confidence_lower: { number: lower },
      confidence_upper: { number: upper },
      days_observed: merchant.daysObserved,
      cuts: merchant.cuts,
      crossed_below: merchant.crossedBelow,
      closed_soon: merchant.closedSoon,
      raises: merchant.raises,
      largest_cut: csvRate(largestCutBp),
      largest_cut_bp: largestCutBp,
      days_to_first_cut: daysToFirstCut,
      locked: merchant.locked,
      locks_honoured: merchant.locksHonoured,
    },
    get details() {
      return withEvidence ? merchant.plans.map((plan) => ({ text: evidenceSentence(plan, t), loud: plan.bad })) : [];
    },
    tone: TONES[merchant.grade],
  };
}

function evidenceSentence(plan: PlanEvidence, t: Translate): string {
  const cut = plan.largestCutBp === null ? null : formatBp(plan.largestCutBp);
  return joinSentences(
    [
      t('shops.plan', {
        plan: labelOf(plan.name, plan.planId) ?? plan.planId,
        first: formatDay(plan.firstSeenMs, t.zone),
        last: formatDay(plan.lastSeenMs, t.zone),
      }),
      cut === null ? t('shops.plan.no-cuts') : t('shops.plan.cuts', { cuts: plan.cuts, largest: cut }),
      plan.daysToFirstCut === null ? '' : t('shops.plan.first-cut', { days: plan.daysToFirstCut }),
      plan.crossedBelow === 0 ? '' : t('shops.plan.below', { n: plan.crossedBelow }),
      plan.raises === 0 ? '' : t('shops.plan.raises', { n: plan.raises }),
      plan.closedAfterDays === null ? '' : t('shops.plan.closed', { days: plan.closedAfterDays }),
      plan.locked ? t(plan.lockBroken ? 'shops.plan.lock-broken' : 'shops.plan.locked') : '',
      plan.bad ? t('shops.plan.bad') : '',
    ],
    t,
  );
}
