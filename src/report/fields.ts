/** Columns that several reports have: in tables and in the CSV. */
import { type ShopRef, shopLabel } from '../domain/ledger.ts';
import { formatYuan } from '../domain/money.ts';
import { formatBp } from '../domain/rate.ts';
import { NEWEST_FACTS } from '../domain/state.ts';
import type { Translate } from '../words/index.ts';
import type { PlanDocument } from './document-shapes.ts';
import { type CsvColumn, type CsvValue, type FieldSpec, fieldsOf, nameOf, type Tone } from './report.ts';
import { ageText, gapText, labelOf, movedText, percentText } from './values.ts';

/** A rate or a gap. Marked as a number, so that `-0.38` gets no apostrophe like a formula. */
export function csvRate(bp: number | null | undefined): CsvValue {
  return bp === null || bp === undefined ? null : { number: formatBp(bp) };
}

/** In yuan. */
export function csvYuan(fen: number | null | undefined): CsvValue {
  return fen === null || fen === undefined ? null : { number: formatYuan(fen) };
}

/** Whose it is: shown only where there are several. */
export const ACCOUNT: FieldSpec<{ readonly account: string }> = {
  heading: 'account',
  shrinks: true,
  differs: true,
  csv: ['account'],
};

/** Columns of the CSV that name a shop, and a plan. */
export const SHOP_IDS = ['shop.id', 'shop.keeperId', 'shop.name'] as const;
export const PLAN_IDS = ['plan.id', 'plan.name'] as const;

export const SHOP: FieldSpec<{ readonly shop: ShopRef }> = {
  heading: 'shop',
  shrinks: true,
  cell: ({ shop }) => shopLabel(shop),
  csv: SHOP_IDS,
};

export const PLAN: FieldSpec<{ readonly plan: { readonly id: string; readonly name: string | null } }> = {
  heading: 'plan',
  shrinks: true,
  cell: ({ plan }) => labelOf(plan.name, plan.id),
  csv: PLAN_IDS,
};

/** How far the special rate lies above the general one. */
export const GAP: FieldSpec<{ readonly gapBp: number | null }> = {
  heading: 'gap',
  align: 'right',
  cell: ({ gapBp }) => gapText(gapBp),
  csv: [['gap', ({ gapBp }) => csvRate(gapBp)], 'gapBp'],
};

interface Subject {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null; readonly kind: string | null };
  readonly item: { readonly id: string; readonly title: string | null } | null;
}

/** The plan, shop and item of a row, for the CSV only. */
export const SUBJECT: FieldSpec<Subject> = {
  csv: ['account', ...SHOP_IDS, ...PLAN_IDS, 'plan.kind', 'item.id', 'item.title'],
};

function rateColumns<R>(name: string, bpOf: (row: R) => number | null | undefined): CsvColumn<R>[] {
  return [
    [`${name}_rate`, (row) => csvRate(bpOf(row))],
    [`${name}_bp`, bpOf],
  ];
}

/** A judged plan as a row. */
export const JUDGED_FIELDS = fieldsOf<PlanDocument>([
  { heading: 'verdict', cell: verdictWord, csv: ['verdict'] },
  { csv: [['reasons', 'reasons.code'], 'standing'] },
  ACCOUNT,
  SHOP,
  PLAN,
  { csv: ['plan.kind', 'plan.state', ...NEWEST_FACTS.map((key) => [nameOf(key), `plan.${key}`] as const)] },
  {
    csv: [
      ['membership', 'membership.status'],
      ['joined_at', 'membership.joinedAt'],
    ],
  },
  { csv: [['approved_at', 'membership.approvedAt'], 'basis'] },
  {
    heading: 'special',
    align: 'right',
    cell: ({ special }) => percentText(special.rateBp),
    csv: [...rateColumns('special', ({ special }: PlanDocument) => special.rateBp), 'special.capturedAt'],
  },
  {
    heading: 'general',
    align: 'right',
    cell: ({ general }) => percentText(general.rateBp),
    csv: [...rateColumns('general', ({ general }: PlanDocument) => general.rateBp), 'general.capturedAt'],
  },
  GAP,
  { heading: 'basis', wide: true, cell: ({ basis }, t) => basis && t(`basis.${basis}`) },
  { csv: ['scopes.below', 'scopes.equal', 'scopes.above', 'scopes.unknown'] },
  { csv: rateColumns('event', ({ context }) => context.event?.rateBp) },
  { csv: rateColumns('marketing', ({ context }) => context.marketing?.rateBp) },
  {
    csv: [
      'lastChange.item',
      'lastChange.fromBp',
      'lastChange.toBp',
      ['last_change_seen_before', 'lastChange.lastSeenBefore'],
      ['last_change_seen_after', 'lastChange.firstSeenAfter'],
    ],
  },
  {
    heading: 'age',
    align: 'right',
    wide: true,
    cell: ({ ageMs }, t) => (ageMs === null ? null : ageText(ageMs, t)),
    csv: ['ageMs'],
  },
  {
    csv: [
      ['at_risk_per_day', ({ atRiskFenPerDay }) => csvYuan(atRiskFenPerDay)],
      ['at_risk_lines', 'atRisk.lines'],
      ['at_risk_days', 'atRisk.days'],
    ],
  },
  {
    heading: 'last-change',
    wide: true,
    cell: ({ lastChange }) => lastChange && movedText(lastChange.fromBp, lastChange.toBp),
  },
  { csv: [['muted', ({ muted }) => muted !== null], 'muted.until', ['mute_reason', 'muted.reason'], 'exit.page'] },
]);

/** The verdict; for a plan without one, its standing. */
export function verdictWord(
  { verdict, standing, muted }: Pick<PlanDocument, 'verdict' | 'standing' | 'muted'>,
  t: Translate,
): string {
  if (verdict === null) return t(`standing.${standing}`);
  const word = t(`verdict.${verdict}`);
  return muted ? t('verdict.muted', { verdict: word }) : word;
}

export function planTone({ verdict, muted, reasons }: PlanDocument): Tone {
  if (!muted && reasons.some(({ code }) => code === 'pending-below')) return 'review';
  return muted || verdict === null || verdict === 'closed' ? 'muted' : verdict;
}
