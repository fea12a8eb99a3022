/** The explanation of a verdict as indented lines. */
import type { RateNow, Source } from '../domain/ledger.ts';
import { formatBp } from '../domain/rate.ts';
import { formatMinute } from '../domain/time.ts';
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { verdictWord } from './diff-report.ts';
import { cleanText } from './sanitize.ts';
import { judgementDetails } from './sentences.ts';
import { ageText, gapText, labelOf, percentText, timeText, zoneText } from './values.ts';
import type { WhyInput } from './why-rules.ts';
import { firstReading, ruleOf } from './why-rules.ts';

interface Line {
  readonly depth: number;
  readonly text: string;
}

/** Clean text, ending in a newline. */
export function renderWhyText(input: WhyInput, t: Translate): string {
  const { judgement, others, policy } = input;
  const { shop, plan, comparisons } = judgement;
  const at = (depth: number, text: string): Line => ({ depth, text });
  const lines: Line[] = [
    at(
      0,
      t('why.head', {
        verdict: verdictWord(judgement, t),
        plan: labelOf(plan.name, plan.id) ?? plan.id,
        shop: labelOf(shop.name, shop.id ?? shop.keeperId) ?? '—',
      }),
    ),
    at(0, t('as-of', { zone: zoneText(t), at: formatMinute(input.asOfMs, t.zone) })),
    at(0, t('why.account', { account: judgement.account })),
    at(0, membershipLine(judgement, t)),
    at(0, t('why.rule', { rule: t(`rule.${ruleOf(input)}`) })),
    at(0, t('why.reasons')),
    ...judgementDetails(judgement, t).map(({ text }) => at(1, text)),
    at(0, comparisons.length === 0 ? t('why.no-comparisons') : t('why.comparisons')),
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, t)),
  ];
  if (others.length > 0) lines.push(at(0, t('why.others')), ...others.map((other) => at(1, otherLine(other, t))));
  const maxAge = ageText(policy.maxAgeMs, t);
  lines.push(
    at(
      0,
      t(judgement.ownPolicy ? 'why.policy.own' : 'why.policy', {
        minGain: formatBp(policy.minGainBp),
        maxAge,
        confirm: policy.confirmMissing,
      }),
    ),
  );
  return lines.map(({ depth, text }) => `${'  '.repeat(depth)}${cleanText(text)}\n`).join('');
}

function sourceText(source: Source): string {
  return source.locator === null ? source.file : `${source.file}:${source.locator}`;
}

function membershipLine({ plan: { membership } }: Judgement, t: Translate): string {
  if (!membership) return t('why.membership.unknown');
  return t('why.membership', {
    status: t(`membership.${membership.status}`),
    approved: membership.approvedAt === null ? '—' : timeText(membership.approvedAt, t),
    at: formatMinute(membership.atMs, t.zone),
    source: sourceText(membership.source),
  });
}

function comparisonLines(comparison: ItemComparison, t: Translate): Line[] {
  const { item, relation, basis, weight } = comparison;
  const scope =
    item === null ? t('why.scope.shop') : t('why.scope.item', { item: labelOf(item.title, item.id) ?? item.id });
  const head = t('why.comparison', {
    scope,
    relation: t(`relation.${relation}`),
    gap: gapText(comparison.gapBp) ?? '—',
    basis: basis === null ? '—' : t(`basis.${basis}`),
    weight,
  });
  return [
    { depth: 1, text: head },
    ...rateLines('special', comparison.special, t),
    ...rateLines('general', comparison.general, t),
  ];
}

function rateLines(side: 'special' | 'general', rate: RateNow | null, t: Translate): Line[] {
  if (!rate) return [{ depth: 2, text: t(`why.${side}.unknown`) }];
  const first = firstReading(rate);
  const line = t(`why.${side}`, {
    rate: percentText(rate.bp),
    raw: first.source?.raw ?? '',
    source: first.source ? sourceText(first.source) : '—',
    first: first.ms === null ? '—' : formatMinute(first.ms, t.zone),
    last: formatMinute(rate.atMs, t.zone),
  });
  const more: string[] = [];
  if (rate.conflict) more.push(t('why.conflict'));
  if (rate.absentCaptures > 0) more.push(t('why.absent', { n: rate.absentCaptures }));
  const change = rate.lastChange();
  if (change) {
    more.push(
      t('why.change', {
        from: formatBp(change.from),
        to: formatBp(change.to),
        before: formatMinute(change.lastSeenBeforeMs, t.zone),
        after: formatMinute(change.firstSeenAfterMs, t.zone),
      }),
    );
  }
  return [{ depth: 2, text: line }, ...more.map((text) => ({ depth: 3, text }))];
}

function otherLine({ plan, standing, special }: Judgement, t: Translate): string {
  const approvedAt = plan.membership?.approvedAt ?? null;
  return t('why.other', {
    plan: labelOf(plan.name, plan.id) ?? plan.id,
    standing: t(`standing.${standing}`),
    approved: approvedAt === null ? '—' : timeText(approvedAt, t),
    rate: percentText(special.bp),
  });
}
