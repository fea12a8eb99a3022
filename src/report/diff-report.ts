/** `tkguard diff`: every judged plan with its verdict. */
import type { HeldFile } from '../domain/snapshot.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import type { Moments } from './document-parts.ts';
import { countsOf, heldDocument, judgedDocument, planDocument } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { DocumentOf } from './documents.ts';
import { PLAN_FIELDS, planTone } from './fields.ts';
import { planSentences } from './phrases.ts';
import { heldLines } from './problems.ts';
import type { Report } from './report.ts';
import { asOfNote, gapText, labelOf, percentText } from './values.ts';

interface DiffInput extends Moments {
  /** In the order in which they are shown. */
  readonly judgements: readonly Judgement[];
  /** Show the comparisons behind each verdict. */
  readonly withItems: boolean;
  /** All verdicts, where `judgements` has only some: the summary counts these. */
  readonly asked?: readonly Judgement[];
  /** At most this many plans are listed. */
  readonly limit?: number | null;
  readonly held?: readonly HeldFile[];
}

export function buildDiffReport(input: DiffInput, t: Translate): Report<PlanDocument> {
  const { judgements, asked = judgements, held = [] } = input;
  const document: DocumentOf<'diff'> = {
    schema: 'tkguard.diff/1',
    ...judgedDocument(input),
    summary: summaryOf(asked),
    held: heldDocument(held),
    plans: judgements
      .slice(0, input.limit ?? judgements.length)
      .map((judgement) => planDocument(judgement, input.withItems, t)),
  };
  const { summary, plans } = document;
  const notes = [asOfNote(document.asOf, t), ...heldLines(held, t)];
  if (plans.length < judgements.length) notes.push(t('shown', { shown: plans.length, total: judgements.length }));
  return {
    t,
    document,
    rows: plans,
    fields: PLAN_FIELDS,
    details: (plan) => [...planSentences(plan, t), ...plan.items.map((item) => itemDetail(item, t))],
    tone: planTone,
    notes,
    summary:
      t('diff.summary', { ...summary }) +
      (summary.closed > 0 ? t('diff.summary.closed', { n: summary.closed }) : '') +
      (summary.notJoined > 0 ? t('diff.summary.not-joined', { n: summary.notJoined }) : '') +
      (summary.muted > 0 ? t('diff.summary.muted', { n: summary.muted }) : ''),
    empty: t(asked.length === 0 ? 'diff.empty.unknown' : 'diff.empty'),
  };
}

function summaryOf(judgements: readonly Judgement[]) {
  const standings = countsOf(
    ['superseded', 'not-joined', 'pending'],
    judgements.map(({ standing }) => standing),
  );
  const judged = judgements.filter(({ verdict }) => verdict !== null);
  return {
    ...countsOf(
      ['exit', 'keep', 'review', 'closed'],
      judged.map(({ verdict }) => `${verdict}`),
    ),
    superseded: standings.superseded,
    notJoined: standings['not-joined'] + standings.pending,
    muted: judged.filter(({ muted }) => muted !== null).length,
  };
}

function itemDetail({ itemId, title, special, general, ...item }: PlanDocument['items'][number], t: Translate): string {
  return t('detail.item', {
    item: labelOf(title, itemId) ?? t('why.scope.shop'),
    special: percentText(special.rateBp),
    general: percentText(general.rateBp),
    gap: gapText(item.gapBp) ?? '—',
    relation: t(`relation.${item.relation}`),
    basis: item.basis === null ? '—' : t(`basis.${item.basis}`),
    weight: item.weight,
  });
}
