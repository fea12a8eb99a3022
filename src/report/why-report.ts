/** `tkguard why`: one verdict explained, down to file, line and raw cell of every rate. */
import type { RateNow, RateValue, Run, Source } from '../domain/ledger.ts';
import { firstReadingAfter, lastSeen } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import { formatIso } from '../domain/time.ts';
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { bpText, changeDocument, isoOrNull, policyDocument } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { DocumentOf } from './documents.ts';
import { membershipDocument, planDocument } from './plan-document.ts';
import { PLAN_FIELDS } from './plan-fields.ts';
import type { Report } from './report.ts';
import { renderWhyText } from './why-text.ts';

export interface WhyInput {
  readonly judgement: Judgement;
  /** Other special plans of the same shop and account. */
  readonly others: readonly Judgement[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  readonly policy: Policy;
}

type WhyDocument = DocumentOf<'why'>;

export function buildWhyReport(input: WhyInput, t: Translate): Report<PlanDocument> {
  const { judgement } = input;
  const document: WhyDocument = {
    schema: 'tkguard.why/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    policy: policyDocument(input.policy),
    plan: planDocument(judgement, true),
    rule: ruleOf(input),
    membership: membershipEvidence(judgement),
    comparisons: judgement.comparisons.map(comparisonEvidence),
    others: input.others.map(otherDocument),
  };
  return {
    t,
    document,
    records: [document],
    rows: [document.plan],
    fields: PLAN_FIELDS,
    text: () => renderWhyText(document, t),
  };
}

function membershipEvidence({ plan: { membership } }: Judgement): WhyDocument['membership'] {
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

function comparisonEvidence(comparison: ItemComparison): WhyDocument['comparisons'][number] {
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

function rateEvidence(rate: RateNow | null): WhyDocument['comparisons'][number]['special'] {
  if (!rate) return null;
  const { ms, source } = firstReading(rate);
  return {
    rateBp: rate.bp,
    rate: bpText(rate.bp),
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

function otherDocument(other: Judgement): WhyDocument['others'][number] {
  const { verdict, standing, plan, special } = other;
  return {
    verdict,
    standing,
    plan: { id: plan.id, name: plan.name },
    membership: membershipDocument(other),
    rateBp: special.bp,
    rate: bpText(special.bp),
  };
}

/** Which rule decides whether the plan applies at all. */
function ruleOf({ judgement, others }: WhyInput): WhyDocument['rule'] {
  if (judgement.standing !== 'binding') return judgement.standing;
  if (judgement.reasons.some((reason) => reason.code === 'binding-unknown')) return 'undecided';
  return others.some((other) => other.standing === 'superseded') ? 'latest-approved' : 'only-approved';
}

/**
 * Where the rate as it stands was first read since it was last another one, and when: in whichever export gave it first, of
 * two of one moment in the same one, whatever the order of import.
 */
export function firstReading(rate: RateNow): { readonly ms: number | null; readonly source: Source | null } {
  const runs = rate.series?.runs ?? [];
  const { bp, atMs } = rate;
  const sinceMs = bp === null ? lastKnown(runs) : (rate.lastChange()?.lastSeenBeforeMs ?? Number.NEGATIVE_INFINITY);
  // Where sources disagree, the newest reading.
  const first =
    firstReadingAfter(runs, sinceMs, (value) => value === bp) ?? firstReadingAfter(runs, atMs - 1, () => true);
  return { ms: first?.atMs ?? null, source: first?.source ?? null };
}

/** When a rate was last known. */
function lastKnown(runs: readonly Run<RateValue>[]): number {
  return runs.reduce((ms, run) => (run.value === null ? ms : Math.max(ms, lastSeen(run))), Number.NEGATIVE_INFINITY);
}
