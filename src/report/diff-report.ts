/** `tkguard diff`: every judged plan with its verdict. */
import { groupBy } from '../domain/group-by.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import { nextExports } from '../domain/status.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { firstOfEach } from './brief.ts';
import type { Moments } from './document-parts.ts';
import { countsOf, heldDocument, judgedDocument, planDocument } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { DocumentOf } from './documents.ts';
import { PLAN_FIELDS, planTone } from './fields.ts';
import { planSentences } from './phrases.ts';
import { heldLines } from './problems.ts';
import type { Report } from './report.ts';
import { nextLines } from './status-report.ts';
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
  /** For people: all exits, of other verdicts a screenful, and what to export for what cannot be judged. */
  readonly isBrief?: boolean;
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
  const shown = input.isBrief ? firstOfEach(plans, groupOf, mostOf) : plans;
  const notes = [summaryLine(summary, t), asOfNote(document.asOf, t), ...heldLines(held, t)];
  if (plans.length < judgements.length) notes.push(t('shown', { shown: plans.length, total: judgements.length }));
  return {
    t,
    document,
    rows: plans,
    shown,
    fields: PLAN_FIELDS,
    details: (plan) => [...planSentences({ ...plan, exit: null }, t), ...plan.items.map((item) => itemDetail(item, t))],
    tone: planTone,
    notes,
    closing: [
      ...moreLines(plans, shown, t),
      ...(input.isBrief ? nextLines(waitedFor(input), t) : []),
      ...exitLines(plans, t),
    ],
    empty: t(asked.length === 0 ? 'diff.empty.unknown' : 'diff.empty'),
  };
}

type Summary = DocumentOf<'diff'>['summary'];
/** What is counted always, and what only where there is some. */
const COUNTED = ['exit', 'review', 'keep'] as const;
const COUNTED_TOO = ['closed', 'superseded', 'notJoined', 'unknown', 'muted'] as const;

function summaryLine(summary: Summary, t: Translate): string {
  const counts = [...COUNTED, ...COUNTED_TOO.filter((name) => summary[name] > 0)];
  return counts.map((name) => t(`count.${name}`, { n: summary[name] })).join(t('list.separator'));
}

function groupOf({ verdict, standing }: PlanDocument) {
  return verdict ?? (standing === 'superseded' || standing === 'unknown' ? standing : 'notJoined');
}

/** About a screen, but of exits all. */
function mostOf(group: ReturnType<typeof groupOf>): number {
  return group === 'exit' ? Number.POSITIVE_INFINITY : 20;
}

/** What is not shown, and how to see it. */
function moreLines(plans: readonly PlanDocument[], shown: readonly PlanDocument[], t: Translate): string[] {
  const left = groupBy(plans, groupOf);
  const there = groupBy(shown, groupOf);
  return [...left].flatMap(([group, all]) => {
    const n = all.length - (there.get(group)?.length ?? 0);
    const command = `tkguard diff ${group === 'notJoined' || group === 'unknown' ? `--all --limit ${plans.length}` : `--verdict ${group}`}`;
    return n === 0 ? [] : [t('diff.more', { what: t(`count.${group}`, { n }), command })];
  });
}

/** What the plans to review wait for. */
function waitedFor({ asked = [], policy, asOfMs }: DiffInput) {
  const accounts = [...new Set(asked.map(({ account }) => account))];
  return nextExports(accounts, asked, { policy, nowMs: asOfMs, item: null });
}

/** So many plans are named in a command to copy. */
const NAMED_PLANS = 5;

function exitLines(plans: readonly PlanDocument[], t: Translate): string[] {
  const exits = plans.filter(({ exit, muted }) => exit !== null && muted === null);
  const [first] = exits;
  if (!first?.exit) return [];
  const ids = exits.slice(0, NAMED_PLANS).map(({ plan }) => plan.id);
  if (exits.length > NAMED_PLANS) ids.push('…');
  return [t('diff.exit', { page: first.exit.page }), t('diff.exited', { plans: ids.join(' ') })];
}

function summaryOf(judgements: readonly Judgement[]) {
  const standings = countsOf(
    ['superseded', 'not-joined', 'pending', 'unknown'],
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
    unknown: standings.unknown,
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
