/** Reason codes to sentences. The arguments may hold text of exports: whoever prints a sentence cleans it. */
import { formatBp } from '../domain/rate.ts';
import type { Reason } from '../domain/reason.ts';
import { formatMinute } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { Detail } from './report.ts';
import type { Translate } from './translate.ts';
import { ageText, timeText } from './values.ts';

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
        at: timeText(reason.at),
      });
    case 'conflict':
      return t('reason.conflict', { at: timeText(reason.at) });
    case 'stale':
      return t('reason.stale', { age: ageText(reason.ageHours * 3_600_000, t) });
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
    case 'superseded':
      return t('reason.superseded', { by: reason.by });
    case 'binding-unknown':
      return t('reason.binding-unknown', { plans: reason.plans.join(t('list.separator')) });
    case 'ends-soon':
      return t('reason.ends-soon', { endsAt: timeText(reason.endsAt) });
    case 'no-gain':
    case 'no-general-rate':
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

/** What a judgement says, as lines: a rate cut first and loud, then the other reasons, the context, and how to exit. */
export function judgementDetails(judgement: Judgement, t: Translate): Detail[] {
  const cuts = judgement.reasons.filter((reason) => reason.code === 'rate-cut');
  const others = judgement.reasons.filter((reason) => reason.code !== 'rate-cut');
  const isExit = judgement.verdict === 'exit';
  const plain = joinSentences(
    [...others.map((reason) => reasonSentence(reason, t)), ...circumstances(judgement, t)],
    t,
  );
  const cut = { text: reasonSentences(cuts, t), loud: true };
  const { exitId } = judgement.plan;
  const exit = exitId === null ? t('detail.exit') : t('detail.exit-id', { exitId });
  return [cut, { text: plain, loud: false }, { text: isExit ? exit : '', loud: false }].filter((d) => d.text !== '');
}

function circumstances({ standing, gapBp, plan, lastChange, event, marketing }: Judgement, t: Translate): string[] {
  const said: string[] = [];
  if (lastChange && lastChange.to > lastChange.from) {
    const at = formatMinute(lastChange.firstSeenAfterMs);
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
