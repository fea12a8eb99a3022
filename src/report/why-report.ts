/** `tkguard why`: one verdict explained, down to file, line and raw cell of every rate. */
import type { RateNow } from '../domain/ledger.ts';
import { formatBp } from '../domain/rate.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { toneOf, verdictWord } from './diff-report.ts';
import { PLAN_CSV_COLUMNS, planCsvValues, planDocument } from './plan-document.ts';
import type { Report } from './report.ts';
import { judgementDetails } from './sentences.ts';
import { changeDocument, gapText, isoOrNull, labelOf, percentText, policyDocument, zoneText } from './values.ts';
import type { WhyInput } from './why-rules.ts';
import { firstReading, ruleOf } from './why-rules.ts';
import { renderWhyText } from './why-text.ts';

export type { WhyInput };

export function buildWhyReport(input: WhyInput, t: Translate): Report {
  const { judgement } = input;
  const whyDocument = () => ({
    schema: 'tkguard.why/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    policy: policyDocument(input.policy),
    plan: planDocument(judgement, true),
    rule: ruleOf(input),
    membership: membershipEvidence(judgement),
    comparisons: judgement.comparisons.map(comparisonEvidence),
    others: input.others.map(otherDocument),
  });
  return {
    get document() {
      return whyDocument();
    },
    get records() {
      return [whyDocument()];
    },
    columns: ['verdict', 'shop', 'plan', 'special', 'general', 'gap'].map((key) => ({
      key,
      heading: t(`heading.${key as 'verdict' | 'shop' | 'plan' | 'special' | 'general' | 'gap'}`),
      align: 'left',
      shrinks: true,
    })),
    csvColumns: PLAN_CSV_COLUMNS,
    get rows() {
      return [
        {
          cells: {
            verdict: verdictWord(judgement, t),
            shop: judgement.shop.name ?? judgement.shop.id ?? judgement.shop.keeperId,
            plan: labelOf(judgement.plan.name, judgement.plan.id),
            special: percentText(judgement.special.bp),
            general: percentText(judgement.general.bp),
            gap: gapText(judgement.gapBp),
          },
          values: planCsvValues(planDocument(judgement, false)),
          details: judgementDetails(judgement, t),
          tone: toneOf(judgement.verdict),
        },
      ];
    },
    notes: [t('as-of', { zone: zoneText(t), at: formatMinute(input.asOfMs, t.zone) })],
    get closing() {
      return renderWhyText(input, t)
        .split('\n')
        .slice(1)
        .filter((line) => line.trim() !== '');
    },
    summary: '',
    empty: '',
    detailHeading: t('heading.why'),
    text: () => renderWhyText(input, t),
  };
}

function membershipEvidence({ plan: { membership } }: Judgement) {
  if (!membership) return null;
  return {
    status: membership.status,
    joinedAt: membership.joinedAt,
    approvedAt: membership.approvedAt,
    seenAt: formatIso(membership.atMs),
    file: membership.source.file,
    locator: membership.source.locator,
    conflict: membership.conflict,
    absentCaptures: membership.absentCaptures,
  };
}

function comparisonEvidence(comparison: ItemComparison) {
  return {
    itemId: comparison.item?.id ?? null,
    title: comparison.item?.title ?? null,
    relation: comparison.relation,
    basis: comparison.basis,
    gapBp: comparison.gapBp,
    weight: comparison.weight,
    stale: comparison.stale,
    special: rateEvidence(comparison.special),
    general: rateEvidence(comparison.general),
  };
}

function rateEvidence(rate: RateNow | null) {
  if (!rate) return null;
  const { ms, source } = firstReading(rate);
  return {
    rateBp: rate.bp,
    rate: rate.bp === null ? null : formatBp(rate.bp),
    raw: source?.raw ?? null,
    file: source?.file ?? null,
    locator: source?.locator ?? null,
    firstReadAt: isoOrNull(ms),
    lastConfirmedAt: formatIso(rate.atMs),
    zero: rate.zero,
    conflict: rate.conflict,
    absentCaptures: rate.absentCaptures,
    lastChange: changeDocument(rate.lastChange()),
  };
}

function otherDocument({ verdict, standing, plan, special }: Judgement) {
  return {
    verdict,
    standing,
    plan: { id: plan.id, name: plan.name },
    membership: {
      status: plan.membership?.status ?? null,
      joinedAt: plan.membership?.joinedAt ?? null,
      approvedAt: plan.membership?.approvedAt ?? null,
    },
    rateBp: special.bp,
    rate: special.bp === null ? null : formatBp(special.bp),
  };
}
