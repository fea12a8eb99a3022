/** Reason codes to sentences. The arguments may hold text of exports: whoever prints a sentence cleans it. */
import { millisecondsInHour } from 'date-fns/constants';
import { formatBp } from '../domain/rate.ts';
import type { Reason } from '../domain/reason.ts';
import type { Translate } from '../words/index.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { Detail } from './report.ts';
import { ageText, shopLabel, timeText, untilText } from './values.ts';

const NAMED_ITEMS = 5;

export function reasonSentence(reason: Reason, t: Translate): string {
  switch (reason.code) {
    case 'below-general':
    case 'above-general':
      return t(`reason.${reason.code}`, { gap: formatBp(Math.abs(reason.gapBp)) });
    case 'below-min-gain':
      return t('reason.below-min-gain', { gap: formatBp(reason.gapBp), minGain: formatBp(reason.minGainBp) });
    case 'mixed':
      return mixedSentence(reason.below, reason.above, reason.itemsBelow, t);
    case 'rate-cut':
    case 'general-raised':
      return t(`reason.${reason.code}`, {
        from: formatBp(reason.fromBp),
        to: formatBp(reason.toBp),
        at: timeText(reason.at, t),
      });
    case 'conflict':
      return t(reason.matters ? 'reason.conflict' : 'reason.conflict.same', { at: timeText(reason.at, t) });
    case 'stale':
      return t('reason.stale', { age: ageText(reason.ageHours * millisecondsInHour, t) });
    case 'plan-stopped':
      return t('reason.plan-stopped', { state: t(`state.${reason.state}`) });
    case 'missing':
      if (reason.captures === 0) return t('reason.missing.unconfirmed');
      if (reason.captures >= reason.needed) return t('reason.missing.gone', { captures: reason.captures });
      return t('reason.missing', { captures: reason.captures, needed: reason.needed });
    case 'not-joined':
      return reason.status === null
        ? t('reason.not-joined')
        : t('reason.not-joined.status', { status: t(`membership.${reason.status}`) });
    case 'average-only':
      return t(reason.basis === 'mixed' ? 'reason.average-only.mixed' : 'reason.average-only');
    case 'part-average':
      return t('reason.part-average', { items: reason.items });
    case 'whole-plan':
      return t('reason.whole-plan', { verdict: t(`verdict.${reason.verdict}`) });
    case 'may-come-back':
      return t('reason.may-come-back', { plans: reason.plans.join(t('list.separator')) });
    case 'no-general-rate':
      return reason.lastSeenAt === null
        ? t('reason.no-general-rate')
        : t('reason.no-general-rate.gone', { at: timeText(reason.lastSeenAt, t) });
    case 'exited':
      return reason.confirmedAt === null
        ? t('reason.exited', { at: timeText(reason.at, t) })
        : t('reason.exited.confirmed', { at: timeText(reason.at, t), confirmed: timeText(reason.confirmedAt, t) });
    case 'exit-not-effective':
      return t('reason.exit-not-effective', { at: timeText(reason.at, t) });
    case 'superseded':
      return t('reason.superseded', { by: reason.by });
    case 'shop-unclear':
      return t('reason.shop-unclear', { shops: reason.shops.join(t('list.separator')) });
    case 'binding-unknown':
      return t('reason.binding-unknown', { plans: reason.plans.join(t('list.separator')) });
    case 'held':
      return t('reason.held', { snapshots: reason.snapshots.join(t('list.separator')) });
    case 'ends-soon':
      return t('reason.ends-soon', { endsAt: timeText(reason.endsAt, t) });
    case 'no-gain':
    case 'no-special-rate':
    case 'zero-rate':
    case 'locked':
    case 'not-in-plan':
    case 'not-listed':
    case 'pending-approval':
    case 'membership-unknown':
      return t(`reason.${reason.code}`);
    default:
      return reason satisfies never;
  }
}

function mixedSentence(below: number, above: number, items: readonly string[], t: Translate): string {
  const sentence = t('reason.mixed', { below, above });
  if (items.length === 0) return sentence;
  const named = items.slice(0, NAMED_ITEMS);
  if (items.length > NAMED_ITEMS) named.push(t('reason.mixed.more', { n: items.length - NAMED_ITEMS }));
  return joinSentences([sentence, t('reason.mixed.items', { items: named.join(t('list.separator')) })], t);
}

export function joinSentences(sentences: readonly string[], t: Translate): string {
  return sentences.filter((sentence) => sentence !== '').join(t('sentence.separator'));
}

export function reasonSentences(reasons: readonly Reason[], t: Translate): string {
  return joinSentences(
    reasons.map((reason) => reasonSentence(reason, t)),
    t,
  );
}

export function detailText(detail: Detail): string {
  return typeof detail === 'string' ? detail : detail.loud;
}

/** Reasons that must not be overlooked. */
export function isLoud({ code }: Reason): boolean {
  return code === 'rate-cut' || code === 'exit-not-effective';
}

/** What is said of a plan: that it is muted, what is loud, then the other reasons, the context, and how to exit. */
export function planSentences(plan: PlanDocument, t: Translate): Detail[] {
  const { reasons, muted, exit } = plan;
  const others = reasons.filter((reason) => !isLoud(reason)).map((reason) => reasonSentence(reason, t));
  const details: Detail[] = [
    muted ? mutedSentence(muted, t) : '',
    { loud: reasonSentences(reasons.filter(isLoud), t) },
    joinSentences([...others, ...circumstances(plan, t)], t),
    exit ? exitSentence(plan, exit.page, t) : '',
  ];
  return details.filter((detail) => detailText(detail) !== '');
}

function exitSentence({ plan, shop }: PlanDocument, page: string, t: Translate): string {
  return t('detail.exit', { shop: shopLabel(shop) ?? '—', name: plan.name ?? plan.id, plan: plan.id, page });
}

function mutedSentence({ until, reason }: NonNullable<PlanDocument['muted']>, t: Translate): string {
  const sentence = t('detail.muted', { until: untilText(until, t) });
  return reason === null ? sentence : joinSentences([sentence, t('detail.muted.reason', { reason })], t);
}

function circumstances({ standing, gapBp, plan, lastChange, context }: PlanDocument, t: Translate): string[] {
  const said: string[] = [];
  if (lastChange && lastChange.toBp > lastChange.fromBp) {
    const at = timeText(lastChange.firstSeenAfter, t);
    said.push(t('detail.rate-raised', { from: formatBp(lastChange.fromBp), to: formatBp(lastChange.toBp), at }));
  }
  const joined = standing !== 'not-joined' && standing !== 'pending';
  if (!joined && gapBp !== null && gapBp !== 0) {
    said.push(t(gapBp > 0 ? 'detail.would-gain' : 'detail.would-lose', { gap: formatBp(Math.abs(gapBp)) }));
  }
  if (standing === 'not-joined' && plan.audit !== null) {
    said.push(t(plan.audit ? 'detail.needs-approval' : 'detail.no-approval'));
  }
  if (context.event?.rateBp) said.push(t('detail.event', { rate: formatBp(context.event.rateBp) }));
  if (context.marketing?.rateBp) said.push(t('detail.marketing', { rate: formatBp(context.marketing.rateBp) }));
  return said;
}
