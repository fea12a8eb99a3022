/** A judged plan as every JSON document shows it (design.md §5): all keys always present, in this order. */
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { CsvValue } from './report.ts';
import {
  changeDocument,
  csvRate,
  isoOrNull,
  policyDocument,
  rateDocument,
  SHOP_CSV_COLUMNS,
  shopCsvValues,
  shopDocument,
  usableView,
} from './values.ts';

/** Where one exits: “推广计划管理” of pub.alimama.com, as its client links to it. Not checked against the live site (formats.md §4). */
export const EXIT_PAGE = 'https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign';

export type PlanDocument = ReturnType<typeof planDocument>;

/** `withItems` lists the comparisons behind the verdict; else `items` is empty. */
export function planDocument(judgement: Judgement, withItems: boolean) {
  const { shop, plan, comparisons, scopes } = judgement;
  return {
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    standing: judgement.standing,
    account: judgement.account,
    shop: shopDocument(shop),
    plan: {
      id: plan.id,
      name: plan.name,
      kind: plan.kind,
      state: plan.state,
      locked: plan.locked,
      audit: plan.audit,
      // A hidden plan is marked as such; without the mark it is not hidden.
      hidden: plan.hidden === true,
      endsAt: plan.endsAt,
      exitId: plan.exitId,
    },
    membership: {
      status: plan.membership?.status ?? null,
      joinedAt: plan.membership?.joinedAt ?? null,
      approvedAt: plan.membership?.approvedAt ?? null,
    },
    basis: judgement.basis,
    special: rateDocument(judgement.special),
    general: rateDocument(judgement.general),
    gapBp: judgement.gapBp,
    scopes: { below: scopes.below, equal: scopes.equal, above: scopes.above, unknown: scopes.unknown },
    items: withItems ? comparisons.map(comparisonDocument) : [],
    context: {
      event: judgement.event && rateDocument(judgement.event),
      marketing: judgement.marketing && rateDocument(judgement.marketing),
    },
    lastChange: changeDocument(judgement.lastChange),
    ageMs: judgement.ageMs,
    exit: judgement.verdict === 'exit' ? { page: EXIT_PAGE, exitId: plan.exitId } : null,
    muted: judgement.muted && { until: isoOrNull(judgement.muted.untilMs), reason: judgement.muted.reason },
    policy: judgement.ownPolicy && policyDocument(judgement.ownPolicy),
  };
}

function comparisonDocument(comparison: ItemComparison) {
  return {
    itemId: comparison.item?.id ?? null,
    title: comparison.item?.title ?? null,
    relation: comparison.relation,
    basis: comparison.basis,
    special: rateDocument(usableView(comparison.special)),
    general: rateDocument(usableView(comparison.general)),
    gapBp: comparison.gapBp,
    weight: comparison.weight,
  };
}

export const PLAN_CSV_COLUMNS: readonly string[] = [
  'verdict',
  'reasons',
  'standing',
  'account',
  ...SHOP_CSV_COLUMNS,
  'plan_id',
  'plan_name',
  'plan_kind',
  'plan_state',
  'locked',
  'audit',
  'hidden',
  'ends_at',
  'exit_id',
  'membership',
  'joined_at',
  'approved_at',
  'basis',
  'special_rate',
  'special_bp',
  'special_captured_at',
  'general_rate',
  'general_bp',
  'general_captured_at',
  'gap',
  'gap_bp',
  'scopes_below',
  'scopes_equal',
  'scopes_above',
  'scopes_unknown',
  'event_rate',
  'event_bp',
  'marketing_rate',
  'marketing_bp',
  'last_change_from_bp',
  'last_change_to_bp',
  'last_change_seen_before',
  'last_change_seen_after',
  'age_ms',
  'muted',
  'muted_until',
  'mute_reason',
  'exit_page',
];

/** The same as flat CSV values; reasons are their codes, blanks between. */
export function planCsvValues(document: PlanDocument): Record<string, CsvValue> {
  const { shop, plan, membership, special, general, scopes, context, lastChange } = document;
  return {
    verdict: document.verdict,
    reasons: document.reasons.map((reason) => reason.code).join(' '),
    standing: document.standing,
    account: document.account,
    ...shopCsvValues(shop),
    plan_id: plan.id,
    plan_name: plan.name,
    plan_kind: plan.kind,
    plan_state: plan.state,
    locked: plan.locked,
    audit: plan.audit,
    hidden: plan.hidden,
    ends_at: plan.endsAt,
    exit_id: plan.exitId,
    membership: membership.status,
    joined_at: membership.joinedAt,
    approved_at: membership.approvedAt,
    basis: document.basis,
    special_rate: csvRate(special.rateBp),
    special_bp: special.rateBp,
    special_captured_at: special.capturedAt,
    general_rate: csvRate(general.rateBp),
    general_bp: general.rateBp,
    general_captured_at: general.capturedAt,
    gap: csvRate(document.gapBp),
    gap_bp: document.gapBp,
    scopes_below: scopes.below,
    scopes_equal: scopes.equal,
    scopes_above: scopes.above,
    scopes_unknown: scopes.unknown,
    event_rate: csvRate(context.event?.rateBp ?? null),
    event_bp: context.event?.rateBp ?? null,
    marketing_rate: csvRate(context.marketing?.rateBp ?? null),
    marketing_bp: context.marketing?.rateBp ?? null,
    last_change_from_bp: lastChange?.fromBp ?? null,
    last_change_to_bp: lastChange?.toBp ?? null,
    last_change_seen_before: lastChange?.lastSeenBefore ?? null,
    last_change_seen_after: lastChange?.firstSeenAfter ?? null,
    age_ms: document.ageMs,
    muted: document.muted !== null,
    muted_until: document.muted?.until ?? null,
    mute_reason: document.muted?.reason ?? null,
    exit_page: document.exit?.page ?? null,
  };
}
