/** Reason codes to sentences. The arguments may hold text of exports: whoever prints a sentence cleans it. */
import { millisecondsInHour } from 'date-fns/constants';
import type { Mute } from '../domain/mute.ts';
import { formatBp } from '../domain/rate.ts';
import type { Reason } from '../domain/reason.ts';
import { formatMinute } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { EXIT_PAGE } from './plan-document.ts';
import type { Detail } from './report.ts';
import { ageText, timeText, untilText } from './values.ts';

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
      return t('reason.conflict', { at: timeText(reason.at, t) });
    case 'stale':
      return t('reason.stale', { age: ageText(reason.ageHours * millisecondsInHour, t) });
    case 'plan-stopped':
      return t('reason.plan-stopped', { state: t(`state.${reason.state}`) });
    case 'missing':
      return t('reason.missing', { captures: reason.captures, needed: reason.needed });
    case 'not-joined':
      return reason.status === null
        ? t('reason.not-joined')
        : t('reason.not-joined.status', { status: t(`membership.${reason.status}`) });
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
    case 'ends-soon':
      return t('reason.ends-soon', { endsAt: timeText(reason.endsAt, t) });
    case 'no-gain':
    case 'no-special-rate':
    case 'zero-rate':
    case 'average-only':
    case 'locked':
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

/** Reasons that must not be overlooked. */
export function isLoud({ code }: Reason): boolean {
  return code === 'rate-cut' || code === 'exit-not-effective';
}

/** What a judgement says, as lines: that it is muted, what is loud, then the other reasons, the context, and how to exit. */
export function judgementDetails(judgement: Judgement, t: Translate): Detail[] {
  const others = judgement.reasons.filter((reason) => !isLoud(reason));
  const isExit = judgement.verdict === 'exit';
  const plain = joinSentences(
    [...others.map((reason) => reasonSentence(reason, t)), ...circumstances(judgement, t)],
    t,
  );
  const loud = { text: reasonSentences(judgement.reasons.filter(isLoud), t), loud: true };
  const { id, exitId } = judgement.plan;
  const way = { plan: id, page: EXIT_PAGE };
  const exit = exitId === null ? t('detail.exit', way) : t('detail.exit-id', { ...way, exitId });
  const quiet = [judgement.muted ? mutedSentence(judgement.muted, t) : '', plain, isExit ? exit : ''];
  const [muted, ...rest] = quiet.map((text): Detail => ({ text, loud: false }));
  return [...(muted ? [muted] : []), loud, ...rest].filter(({ text }) => text !== '');
}

function mutedSentence(mute: Mute, t: Translate): string {
  const until = t('detail.muted', { until: untilText(mute, t) });
  return mute.reason === null ? until : joinSentences([until, t('detail.muted.reason', { reason: mute.reason })], t);
}

function circumstances({ standing, gapBp, plan, lastChange, event, marketing }: Judgement, t: Translate): string[] {
  const said: string[] = [];
  if (lastChange && lastChange.to > lastChange.from) {
    const at = formatMinute(lastChange.firstSeenAfterMs, t.zone);
    said.push(t('detail.rate-raised', { from: formatBp(lastChange.from), to: formatBp(lastChange.to), at }));
  }
  const joined = standing !== 'not-joined' && standing !== 'pending';
  if (!joined && gapBp !== null && gapBp !== 0) {
    said.push(t(gapBp > 0 ? 'detail.would-gain' : 'detail.would-lose', { gap: formatBp(Math.abs(gapBp)) }));
  }
  if (standing === 'not-joined' && plan.audit !== null) {
    said.push(t(plan.audit ? 'detail.needs-approval' : 'detail.no-approval'));
  }
  if (event?.bp) said.push(t('detail.event', { rate: formatBp(event.bp) }));
  if (marketing?.bp) said.push(t('detail.marketing', { rate: formatBp(marketing.bp) }));
  return said;
}
