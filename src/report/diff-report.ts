/** `tkguard diff`: every judged plan with its verdict. */
import type { Alternative } from '../domain/better.ts';
import { groupBy } from '../domain/group-by.ts';
import { shopKey } from '../domain/ledger.ts';
import { neededExports } from '../domain/needed-exports.ts';
import type { ReasonCode } from '../domain/reason.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { betterColumns, betterDocument, betterSentence } from './better-part.ts';
import { firstOfEach } from './brief.ts';
import { countsOf, heldDocument, judgedDocument, type Moments, planDocument } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { DocumentOf } from './documents.ts';
import { JUDGED_FIELDS, planTone } from './fields.ts';
import { exitedCommands, joinSentences, planSentences, SAID_BY_RATES } from './phrases.ts';
import { heldLines } from './problems.ts';
import { fieldsOf, type Line, type Report } from './report.ts';
import { asOfNote, gapText, labelOf, percentText } from './values.ts';

export type WhyEmpty = 'diff.empty' | 'diff.empty.unknown' | 'diff.empty.exited';

interface DiffInput extends Moments {
  /** In the order in which they are shown. */
  readonly judgements: readonly Judgement[];
  /** Show the comparisons behind each verdict. */
  readonly withItems: boolean;
  /** All verdicts, where `judgements` has only some: the summary counts these. */
  readonly asked: readonly Judgement[];
  /** At most this many plans are listed. */
  readonly limit: number | null;
  readonly held: readonly HeldFile[];
  /** For people: all exits, of other verdicts a screenful, and what to export for what cannot be judged. */
  readonly isBrief: boolean;
  /** Why there is nothing, where there is nothing. */
  readonly empty: WhyEmpty;
  /** What else one may have, for a plan to exit. */
  betterOf(judgement: Judgement): readonly Alternative[];
}

type DiffPlan = DocumentOf<'diff'>['plans'][number];

export function buildDiffReport(input: DiffInput, t: Translate): Report<DiffPlan> {
  const { judgements, held } = input;
  const document: DocumentOf<'diff'> = {
    schema: 'tkguard.diff/1',
    ...judgedDocument(input),
    summary: summaryOf(input.asked),
    held: heldDocument(held),
    plans: judgements.slice(0, input.limit ?? judgements.length).map((judgement) =>
      Object.assign(planDocument(judgement, input.withItems, t), {
        better: betterDocument(input.betterOf(judgement)),
      }),
    ),
  };
  const { summary, plans } = document;
  const groups = new Map(plans.map((plan, i) => [plan, groupOf(plan, judgements[i], input)]));
  const shown = input.isBrief ? briefly(plans, groups) : plans;
  const averaged = input.isBrief && !input.withItems ? plans.filter(isAveraged).length : 0;
  const notes = [summaryLine(summary, t), asOfNote(document.asOf, t), ...heldLines(held, t)];
  if (plans.length < judgements.length) notes.push(t('shown', { shown: plans.length, total: judgements.length }));
  return {
    t,
    document,
    rows: plans,
    shown,
    fields: FIELDS,
    section: input.isBrief ? sectionsOf(plans, groups, t) : () => null,
    details: (plan) => [...detailsOf(plan, averaged > 1, input, t), ...betterLines(plan, t)],
    tone: planTone,
    notes,
    closing: [
      ...moreLines(plans, shown, t),
      ...(averaged > 1 ? [t('diff.averaged', { n: averaged })] : []),
      ...exitLines(plans, t),
    ],
    empty: t(input.empty),
  };
}

const FIELDS = fieldsOf<DiffPlan>([...JUDGED_FIELDS, { csv: betterColumns(({ better }) => better) }]);

/** Leaving for the general plan is said by the columns. */
function betterLines({ better }: DiffPlan, t: Translate): string[] {
  const others = better.filter(({ via }) => via !== 'general');
  return others.length === 0
    ? []
    : [
        joinSentences(
          others.map((one) => betterSentence(one, t)),
          t,
        ),
      ];
}

type Summary = DocumentOf<'diff'>['summary'];
/** What is counted always, and what only where there is some. */
const COUNTED = ['exit', 'review', 'keep'] as const;
const COUNTED_TOO = ['closed', 'superseded', 'notJoined', 'unknown', 'muted'] as const;

function summaryLine(summary: Summary, t: Translate): string {
  const counts = [...COUNTED, ...COUNTED_TOO.filter((name) => summary[name] > 0)];
  return counts.map((name) => t(`count.${name}`, { n: summary[name] })).join(t('list.separator'));
}

function kindOf({ verdict, standing }: PlanDocument) {
  return verdict ?? (standing === 'superseded' || standing === 'unknown' ? standing : 'notJoined');
}

/** Plans to review by what would cure them (`review rates`); others by their verdict or standing. */
function groupOf(plan: PlanDocument, judgement: Judgement | undefined, { policy, asOfMs }: DiffInput): string {
  if (plan.verdict !== 'review' || !judgement) return kindOf(plan);
  const needed = neededExports(judgement, { policy, nowMs: asOfMs, item: null }).join(' ');
  const codes = plan.reasons.map(({ code }) => code);
  const doubt = DOUBTS.find((code) => codes.includes(code));
  return `review ${doubt && needed === 'rates' && !codes.some((code) => MISSING.includes(code)) ? doubt : needed}`;
}

/** Where no rate is missing, these want more than an export of rates. */
const DOUBTS = ['unit-doubt', 'conflict'] as const;
const MISSING: readonly ReasonCode[] = [
  'no-general-rate',
  'no-special-rate',
  'missing',
  'not-in-plan',
  'shop-unclear',
  'stale',
];

/** About a screen, but of exits all, the muted ones last. Of those to review the biggest group comes first. */
function briefly(plans: readonly DiffPlan[], groups: ReadonlyMap<PlanDocument, string>): readonly DiffPlan[] {
  const sizes = groupBy(plans, (plan) => groups.get(plan));
  const sizeOf = (plan: PlanDocument) => sizes.get(groups.get(plan))?.length ?? 0;
  const byNeed = inOrder(plans, 'review', (plan) => -sizeOf(plan));
  const ordered = inOrder(byNeed, 'exit', ({ muted }) => (muted ? 1 : 0));
  return firstOfEach(ordered, kindOf, (kind) => MOST[kind]);
}

/** Plans of a verdict by their rank, in the places that they have among the others. */
function inOrder(plans: readonly DiffPlan[], of: DiffPlan['verdict'], rank: (plan: DiffPlan) => number): DiffPlan[] {
  const sorted = plans.filter(({ verdict }) => verdict === of).toSorted((a, b) => rank(a) - rank(b));
  return plans.map((plan) => (plan.verdict === of ? (sorted.shift() ?? plan) : plan));
}

const MOST: Readonly<Record<ReturnType<typeof kindOf>, number>> = {
  exit: Number.POSITIVE_INFINITY,
  review: 20,
  closed: 5,
  keep: 20,
  superseded: 5,
  unknown: 5,
  notJoined: 20,
};

/** Advice that holds for a whole section. */
function sectionsOf(
  plans: readonly PlanDocument[],
  groups: ReadonlyMap<PlanDocument, string>,
  t: Translate,
): (plan: PlanDocument) => string | null {
  const members = groupBy(plans, (plan) => groups.get(plan));
  const heads = new Map([...members].map(([group, all]) => [group, sectionHead(group ?? '', all, t)]));
  return (plan) => heads.get(groups.get(plan)) ?? null;
}

function sectionHead(group: string, plans: readonly PlanDocument[], t: Translate): string | null {
  switch (group) {
    case 'review rates':
      return t('diff.section.rates', { n: new Set(plans.map(({ shop }) => shopKey(shop))).size });
    case 'review joined-plans':
      return t('diff.section.joined-plans', { n: plans.length });
    case 'review joined-plans rates':
      return t('diff.section.both', { n: plans.length });
    case 'review conflict':
    case 'review unit-doubt':
      return t(group === 'review conflict' ? 'diff.section.conflict' : 'diff.section.unit-doubt', { n: plans.length });
    case 'closed':
      return t('diff.section.closed');
    default:
      return null;
  }
}

/** Reasons that the head of a section says, and those of no consequence to a plan to be kept. */
const SAID_BY_SECTION: readonly ReasonCode[] = ['plan-stopped', 'no-special-rate', 'no-general-rate'];
const SMALL: readonly ReasonCode[] = ['average-only', 'part-average', 'locked', 'zero-rate'];

/** An exit that is judged by averages: of several it is said once. */
function isAveraged({ verdict, reasons }: PlanDocument): boolean {
  return verdict === 'exit' && reasons.some(({ code }) => code === 'average-only');
}

function detailsOf(plan: PlanDocument, isSaidOnce: boolean, { withItems, isBrief }: DiffInput, t: Translate): Line[] {
  const told = { ...plan, exit: null };
  if (withItems) return [...planSentences(told, t), ...plan.items.map((item) => itemDetail(item, t))];
  const isKept = plan.verdict === 'keep' || plan.verdict === 'closed';
  const left = [
    ...SAID_BY_RATES,
    ...(isBrief ? SAID_BY_SECTION : []),
    ...(isKept || (isSaidOnce && isAveraged(plan)) ? SMALL : []),
  ];
  // Beside `mixed` the sum is not in the columns.
  const isMixed = plan.reasons.some(({ code }) => code === 'mixed');
  const reasons = plan.reasons
    .filter(({ code }) => !left.includes(code) || (isMixed && SAID_BY_RATES.includes(code)))
    .map((reason) => (reason.code === 'mixed' ? { ...reason, itemsBelow: [] } : reason));
  const context = isKept ? { event: null, marketing: null } : plan.context;
  return planSentences({ ...told, reasons, context }, t);
}

/** What is not shown, and how to see it. */
function moreLines(plans: readonly PlanDocument[], shown: readonly PlanDocument[], t: Translate): string[] {
  const left = groupBy(plans, kindOf);
  const there = groupBy(shown, kindOf);
  return [...left].flatMap(([group, all]) => {
    const n = all.length - (there.get(group)?.length ?? 0);
    const command = `tkguard diff ${group === 'notJoined' || group === 'unknown' ? `--all --limit ${plans.length}` : `--verdict ${group}`}`;
    return n === 0 ? [] : [t('diff.more', { what: t(`count.${group}`, { n }), command })];
  });
}

function exitLines(plans: readonly PlanDocument[], t: Translate): string[] {
  const exits = plans.filter(({ exit, muted }) => exit !== null && muted === null);
  const [first] = exits;
  if (!first?.exit) return [];
  const commands = exitedCommands(exits, plans).map((command) => t('diff.exited', { command }));
  return [t('diff.exit', { page: first.exit.page }), ...commands];
}

export function summaryOf(judgements: readonly Judgement[]) {
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
