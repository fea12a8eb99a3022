/** The explanation of a verdict as indented lines. */
import { formatBp } from '../domain/rate.ts';
import type { Translate } from '../words/index.ts';
import type { Judged } from './document-parts.ts';
import type { WhyAnswer } from './documents.ts';
import { verdictWord } from './plan-fields.ts';
import { cleanText } from './sanitize.ts';
import { detailText, planSentences } from './sentences.ts';
import { ageText, asOfNote, gapText, labelOf, percentText, scopeText, timeText } from './values.ts';

type Evidence = WhyAnswer['comparisons'][number]['special'];

/** Clean text, ending in a newline. */
export function renderWhyText(document: WhyAnswer, judged: Judged, t: Translate): string {
  const { plan, membership, comparisons, others } = document;
  const policy = plan.policy ?? judged.policy;
  const { shop } = plan;
  const lines: Line[] = [
    t('why.head', {
      verdict: verdictWord(plan, t),
      plan: labelOf(plan.plan.name, plan.plan.id),
      shop: labelOf(shop.name, shop.id ?? shop.keeperId) ?? '—',
    }),
    asOfNote(judged.asOf, t),
    t('why.account', { account: plan.account }),
    membership
      ? t('why.membership', {
          status: t(`membership.${membership.status}`),
          approved: timeOrDash(membership.approvedAt, t),
          at: timeText(membership.seenAt, t),
          source: sourceText(membership),
        })
      : t('why.membership.unknown'),
    t('why.rule', { rule: t(`rule.${document.rule}`) }),
    t('why.reasons'),
    ...planSentences(plan, t).map((detail): Line => [1, detailText(detail)]),
    t(comparisons.length === 0 ? 'why.no-comparisons' : 'why.comparisons'),
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, t)),
    ...(others.length > 0 ? [t('why.others')] : []),
    ...others.map((other): Line => [1, otherLine(other, t)]),
    t(plan.policy ? 'why.policy.own' : 'why.policy', {
      minGain: formatBp(policy.minGainBp),
      maxAge: ageText(policy.maxAgeMs, t),
      confirm: policy.confirmMissing,
    }),
  ];
  return lines.map(indent).join('');
}

/** A line at the margin, or one with its depth. */
type Line = string | readonly [depth: number, text: string];

function indent(line: Line): string {
  const [depth, text] = typeof line === 'string' ? [0, line] : line;
  return `${'  '.repeat(depth)}${cleanText(text)}\n`;
}

function timeOrDash(time: string | null, t: Translate): string {
  return time === null ? '—' : timeText(time, t);
}

function sourceText({ file, locator }: { readonly file: string | null; readonly locator: number | null }): string {
  return locator === null ? (file ?? '—') : `${file}:${locator}`;
}

function comparisonLines(comparison: WhyAnswer['comparisons'][number], t: Translate): Line[] {
  const { itemId, title, relation, gapBp, basis, weight } = comparison;
  const head = t('why.comparison', {
    scope: scopeText(itemId === null ? null : { id: itemId, title }, t),
    relation: t(`relation.${relation}`),
    gap: gapText(gapBp) ?? '—',
    basis: basis === null ? '—' : t(`basis.${basis}`),
    weight,
  });
  return [[1, head], ...rateLines('special', comparison.special, t), ...rateLines('general', comparison.general, t)];
}

function rateLines(side: 'special' | 'general', rate: Evidence, t: Translate): Line[] {
  if (!rate) return [[2, t(`why.${side}.unknown`)]];
  const { lastChange: change } = rate;
  const line = t(`why.${side}`, {
    rate: percentText(rate.rateBp),
    raw: rate.raw ?? '',
    source: sourceText(rate),
    first: timeOrDash(rate.firstReadAt, t),
    last: timeText(rate.lastConfirmedAt, t),
  });
  const more = [
    rate.conflict ? t('why.conflict') : '',
    rate.absentCaptures > 0 ? t('why.absent', { n: rate.absentCaptures }) : '',
    change
      ? t('why.change', {
          from: formatBp(change.fromBp),
          to: formatBp(change.toBp),
          before: timeText(change.lastSeenBefore, t),
          after: timeText(change.firstSeenAfter, t),
        })
      : '',
  ];
  return [[2, line], ...more.filter((text) => text !== '').map((text): Line => [3, text])];
}

function otherLine({ plan, standing, membership, rateBp }: WhyAnswer['others'][number], t: Translate): string {
  return t('why.other', {
    plan: labelOf(plan.name, plan.id),
    standing: t(`standing.${standing}`),
    approved: timeOrDash(membership.approvedAt, t),
    rate: percentText(rateBp),
  });
}
