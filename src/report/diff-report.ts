/** `tkguard diff`: every judged plan with its verdict. */
import type { Policy } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { ItemComparison, Judgement, Verdict } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { PLAN_CSV_COLUMNS, planCsvValues, planDocument } from './plan-document.ts';
import type { Column, Detail, Report, Row, Tone } from './report.ts';
import { judgementDetails } from './sentences.ts';
import { ageText, gapText, labelOf, percentText, policyDocument, usableView, zoneText } from './values.ts';

export interface DiffInput {
  /** In the order in which they are shown. */
  readonly judgements: readonly Judgement[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  readonly policy: Policy;
  /** Show the comparisons behind each verdict. */
  readonly withItems: boolean;
  /** At most this many plans are listed; the summary counts all. */
  readonly limit?: number | null;
}

export function buildDiffReport(input: DiffInput, t: Translate): Report {
  const { judgements, withItems, policy } = input;
  const shown = judgements.slice(0, input.limit ?? judgements.length);
  const summary = summaryOf(judgements);
  const severalAccounts = new Set(judgements.map((j) => j.account)).size > 1;
  const notes = [t('as-of', { zone: zoneText(t), at: formatMinute(input.asOfMs, t.zone) })];
  if (shown.length < judgements.length) notes.push(t('shown', { shown: shown.length, total: judgements.length }));
  return {
    get document() {
      return {
        schema: 'tkguard.diff/1',
        generatedAt: formatIso(input.generatedAtMs),
        asOf: formatIso(input.asOfMs),
        policy: policyDocument(policy),
        summary,
        plans: shown.map((judgement) => planDocument(judgement, withItems)),
      };
    },
    get records() {
      return shown.map((judgement) => planDocument(judgement, withItems));
    },
    columns: diffColumns(severalAccounts, t),
    csvColumns: PLAN_CSV_COLUMNS,
    get rows() {
      return shown.map((judgement) => diffRow(judgement, withItems, t));
    },
    notes,
    closing: [],
    summary:
      t('diff.summary', { ...summary }) +
      (summary.notJoined > 0 ? t('diff.summary.not-joined', { n: summary.notJoined }) : '') +
      (summary.muted > 0 ? t('diff.summary.muted', { n: summary.muted }) : ''),
    empty: t('diff.empty'),
    detailHeading: t('heading.why'),
  };
}

function summaryOf(judgements: readonly Judgement[]) {
  const summary = { exit: 0, keep: 0, review: 0, superseded: 0, notJoined: 0, muted: 0 };
  for (const { verdict, standing, muted } of judgements) {
    if (verdict !== null) summary[verdict] += 1;
    if (standing === 'superseded') summary.superseded += 1;
    if (standing === 'not-joined' || standing === 'pending') summary.notJoined += 1;
    if (verdict !== null && muted !== null) summary.muted += 1;
  }
  return summary;
}

function diffColumns(severalAccounts: boolean, t: Translate): Column[] {
  const column = (key: string, heading: string, align: Column['align'] = 'left', shrinks = false): Column => ({
    key,
    heading,
    align,
    shrinks,
  });
  return [
    column('verdict', t('heading.verdict')),
    ...(severalAccounts ? [column('account', t('heading.account'), 'left', true)] : []),
    column('shop', t('heading.shop'), 'left', true),
    column('plan', t('heading.plan'), 'left', true),
    column('special', t('heading.special'), 'right'),
    column('general', t('heading.general'), 'right'),
    column('gap', t('heading.gap'), 'right'),
    column('basis', t('heading.basis')),
    column('lastChange', t('heading.last-change')),
    column('age', t('heading.age'), 'right'),
  ];
}

function diffRow(judgement: Judgement, withItems: boolean, t: Translate): Row {
  const { shop, plan, special, general, lastChange } = judgement;
  return {
    cells: {
      verdict: verdictWord(judgement, t),
      account: judgement.account,
      shop: shop.name ?? shop.id ?? shop.keeperId,
      plan: labelOf(plan.name, plan.id),
      special: special.bp === null ? null : percentText(special.bp),
      general: general.bp === null ? null : percentText(general.bp),
      gap: gapText(judgement.gapBp),
      basis: judgement.basis === null ? null : t(`basis.${judgement.basis}`),
      lastChange: lastChange === null ? null : `${formatBp(lastChange.from)} > ${formatBp(lastChange.to)}`,
      age: judgement.ageMs === null ? null : ageText(judgement.ageMs, t),
    },
    get values() {
      return planCsvValues(planDocument(judgement, false));
    },
    get details() {
      const items = withItems ? judgement.comparisons.map((comparison) => itemDetail(comparison, t)) : [];
      return [...judgementDetails(judgement, t), ...ownPolicyDetail(judgement, t), ...items];
    },
    tone: judgement.muted ? 'muted' : toneOf(judgement.verdict),
  };
}

export function toneOf(verdict: Verdict | null): Tone {
  return verdict ?? 'muted';
}

/** The verdict, or where the account stands with a plan that has none. */
export function verdictWord({ verdict, standing, muted }: Judgement, t: Translate): string {
  if (verdict === null) return t(`standing.${standing}`);
  const word = t(`verdict.${verdict}`);
  return muted ? t('verdict.muted', { verdict: word }) : word;
}

/** Why a plan may be judged otherwise than its neighbours. */
function ownPolicyDetail({ ownPolicy }: Judgement, t: Translate): Detail[] {
  if (!ownPolicy) return [];
  const { minGainBp, maxAgeMs, confirmMissing } = ownPolicy;
  const args = { minGain: formatBp(minGainBp), maxAge: ageText(maxAgeMs, t), confirm: confirmMissing };
  return [{ text: t('why.policy.own', args), loud: false }];
}

function itemDetail(comparison: ItemComparison, t: Translate): Detail {
  const { item, relation, basis, weight } = comparison;
  return {
    text: t('detail.item', {
      item: item === null ? t('why.scope.shop') : (labelOf(item.title, item.id) ?? item.id),
      special: percentText(usableView(comparison.special)?.bp ?? null),
      general: percentText(usableView(comparison.general)?.bp ?? null),
      gap: gapText(comparison.gapBp) ?? '—',
      relation: t(`relation.${relation}`),
      basis: basis === null ? '—' : t(`basis.${basis}`),
      weight,
    }),
    loud: false,
  };
}
