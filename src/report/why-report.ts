/** `tkguard why`: one verdict explained, down to file, line and raw cell of every rate. */
import type { Change, RateNow, RateValue, Run, Source } from '../domain/runs.ts';
import { firstReadingAfter, knownRate, lastSeen } from '../domain/runs.ts';
import { formatIso } from '../domain/time.ts';
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { type Answer, type Answered, joinAnswers } from './answers.ts';
import type { Judged, Moments } from './document-parts.ts';
import {
  bpText,
  changeDocument,
  isoOrNull,
  judgedDocument,
  membershipDocument,
  pick,
  planDocument,
  scopeDocument,
} from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { WhyAnswer } from './documents.ts';
import { sentence } from './explain.ts';
import { JUDGED_FIELDS, verdictWord } from './fields.ts';
import { planSentences } from './phrases.ts';
import type { Line, Report } from './report.ts';
import { asOfNote, gapText, labelOf, scopeText } from './values.ts';

export interface WhyInput {
  readonly judgement: Judgement;
  /** Other special plans of the same shop and account. */
  readonly others: readonly Judgement[];
}

/** The report of all plans of a call. */
export function buildWhyReport(
  answers: readonly Answer<PlanDocument>[],
  moments: Moments,
  t: Translate,
): Report<PlanDocument> {
  return joinAnswers({ schema: 'tkguard.why/1', ...judgedDocument(moments) }, answers, JUDGED_FIELDS, t);
}

/** One plan. */
export function answerWhy(input: WhyInput, moments: Moments, t: Translate): Answered<PlanDocument> {
  const document = whyDocument(input, t);
  return { document, rows: [document.plan], text: whyLines(document, judgedDocument(moments), t) };
}

/** Sources are looked up, so the ledger must still be open. */
export function whyDocument(input: WhyInput, t: Translate): WhyAnswer {
  const { judgement } = input;
  return {
    plan: planDocument(judgement, true, t),
    rule: ruleOf(input),
    membership: membershipEvidence(judgement),
    comparisons: judgement.comparisons.map(comparisonEvidence),
    others: input.others.map(otherDocument),
  };
}

function membershipEvidence({ plan: { membership } }: Judgement): WhyAnswer['membership'] {
  if (!membership) return null;
  return {
    ...pick(membership, 'status', 'joinedAt', 'approvedAt'),
    seenAt: formatIso(membership.atMs),
    ...pick(membership.source, 'file', 'locator'),
    ...pick(membership, 'conflict', 'absentCaptures'),
  };
}

function comparisonEvidence(comparison: ItemComparison): WhyAnswer['comparisons'][number] {
  return {
    ...scopeDocument(comparison),
    ...pick(comparison, 'relation', 'basis', 'gapBp', 'weight', 'stale'),
    special: rateEvidence(comparison.special),
    general: rateEvidence(comparison.general),
  };
}

function rateEvidence(rate: RateNow | null): WhyAnswer['comparisons'][number]['special'] {
  if (!rate) return null;
  const { ms, source } = firstReading(rate);
  return {
    rateBp: rate.bp,
    rate: bpText(rate.bp),
    ...pick(source ?? { raw: null, file: null, locator: null }, 'raw', 'file', 'locator'),
    firstReadAt: isoOrNull(ms),
    lastConfirmedAt: formatIso(rate.atMs),
    ...pick(rate, 'zero', 'conflict', 'absentCaptures'),
    lastChange: changeDocument(lastMove(rate)),
  };
}

function otherDocument(other: Judgement): WhyAnswer['others'][number] {
  const { bp } = other.special;
  return {
    ...pick(other, 'verdict', 'standing'),
    plan: pick(other.plan, 'id', 'name'),
    membership: membershipDocument(other),
    rateBp: bp,
    rate: bpText(bp),
  };
}

/** Which rule decides whether the plan applies at all. */
function ruleOf({ judgement, others }: WhyInput): WhyAnswer['rule'] {
  if (judgement.standing !== 'binding') return judgement.standing;
  if (judgement.reasons.some((reason) => reason.code === 'binding-unknown')) return 'undecided';
  return others.some((other) => other.standing === 'superseded') ? 'latest-approved' : 'only-approved';
}

/**
 * The reading in which the present rate was first seen since its last change. Of two exports of one moment it is always the
 * same one, whatever the order of import.
 */
export function firstReading(rate: RateNow): { readonly ms: number | null; readonly source: Source | null } {
  const runs = rate.series?.runs ?? [];
  const { bp, atMs } = rate;
  const sinceMs = bp === null ? lastKnown(runs) : (lastMove(rate)?.lastSeenBeforeMs ?? Number.NEGATIVE_INFINITY);
  // In a conflict, the newest reading.
  const first =
    firstReadingAfter(runs, sinceMs, (value) => value === (bp ?? 'unknown')) ??
    firstReadingAfter(runs, atMs - 1, () => true);
  return { ms: first?.atMs ?? null, source: first?.source ?? null };
}

/** When it was last another one, believed or in doubt. */
function lastMove(rate: RateNow): Change<number> | null {
  const { change, doubt } = rate.moves();
  return change ?? doubt;
}

/** When a rate was last known. */
function lastKnown(runs: readonly Run<RateValue>[]): number {
  const known = runs.filter((run) => knownRate(run.value) !== null);
  return Math.max(Number.NEGATIVE_INFINITY, ...known.map(lastSeen));
}

/** The explanation as indented lines. */
function whyLines(document: WhyAnswer, judged: Judged, t: Translate): Line[] {
  const { plan, membership, comparisons, others } = document;
  const { shop } = plan;
  return [
    t('why.head', {
      verdict: verdictWord(plan, t),
      plan: labelOf(plan.plan.name, plan.plan.id),
      shop: labelOf(shop.name, shop.id ?? shop.keeperId) ?? '—',
    }),
    asOfNote(judged.asOf, t),
    t('why.account', { account: plan.account }),
    membershipLine(membership, t),
    sentence('why.rule', document, t),
    t('why.reasons'),
    ...planSentences(plan, t).map(({ text }): Line => ({ text, depth: 1 })),
    t(comparisons.length === 0 ? 'why.no-comparisons' : 'why.comparisons'),
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, t)),
    ...(others.length > 0 ? [t('why.others')] : []),
    ...others.map((other): Line => ({ text: otherLine(other, t), depth: 1 })),
    ...(plan.policy ? [] : [sentence('why.policy', judged.policy, t)]),
  ];
}

export function membershipLine(membership: WhyAnswer['membership'], t: Translate): string {
  if (!membership) return t('why.membership.unknown');
  return sentence('why.membership', { ...membership, source: sourceText(membership) }, t);
}

function sourceText({ file, locator }: { readonly file: string | null; readonly locator: number | null }): string {
  return locator === null ? (file ?? '—') : `${file}:${locator}`;
}

export function comparisonLines(comparison: WhyAnswer['comparisons'][number], t: Translate): Line[] {
  const { itemId, title, gapBp } = comparison;
  const scope = scopeText(itemId === null ? null : { id: itemId, title }, t);
  const head = sentence('why.comparison', { ...comparison, scope, gap: gapText(gapBp) }, t);
  return [
    { text: head, depth: 1 },
    ...rateLines('special', comparison.special, t),
    ...rateLines('general', comparison.general, t),
  ];
}

function rateLines(
  side: 'special' | 'general',
  rate: WhyAnswer['comparisons'][number]['special'],
  t: Translate,
): Line[] {
  if (!rate) return [{ text: t(`why.${side}.unknown`), depth: 2 }];
  const lines = [
    ...(rate.conflict ? [t('why.conflict')] : []),
    ...(rate.absentCaptures > 0 ? [sentence('why.absent', rate, t)] : []),
    ...(rate.lastChange ? [sentence('why.change', rate.lastChange, t)] : []),
  ];
  const head = sentence(`why.${side}`, { ...rate, raw: rate.raw ?? '', source: sourceText(rate) }, t);
  return [{ text: head, depth: 2 }, ...lines.map((text): Line => ({ text, depth: 3 }))];
}

function otherLine({ plan, membership, ...other }: WhyAnswer['others'][number], t: Translate): string {
  return sentence('why.other', { ...other, ...membership, plan: labelOf(plan.name, plan.id) }, t);
}
