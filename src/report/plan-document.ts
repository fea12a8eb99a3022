/** A judged plan as every JSON document shows it (design.md §5). */
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import {
  changeDocument,
  isoOrNull,
  policyDocument,
  rateDocument,
  shopDocument,
  usableRateDocument,
} from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';

/** Where one exits: “推广计划管理” of pub.alimama.com, as its client links to it. Not checked against the live site (formats.md §4). */
export const EXIT_PAGE = 'https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign';

/** `withItems` lists the comparisons behind the verdict; else `items` is empty. */
export function planDocument(judgement: Judgement, withItems: boolean): PlanDocument {
  const { verdict, plan, comparisons, scopes, muted, ownPolicy } = judgement;
  return {
    verdict,
    reasons: judgement.reasons,
    standing: judgement.standing,
    account: judgement.account,
    shop: shopDocument(judgement.shop),
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
    membership: membershipDocument(judgement),
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
    exit: verdict === 'exit' ? { page: EXIT_PAGE, exitId: plan.exitId } : null,
    muted: muted && { until: isoOrNull(muted.untilMs), reason: muted.reason },
    policy: ownPolicy && policyDocument(ownPolicy),
  };
}

export function membershipDocument({ plan: { membership } }: Judgement): PlanDocument['membership'] {
  return {
    status: membership?.status ?? null,
    joinedAt: membership?.joinedAt ?? null,
    approvedAt: membership?.approvedAt ?? null,
  };
}

function comparisonDocument(comparison: ItemComparison): PlanDocument['items'][number] {
  return {
    itemId: comparison.item?.id ?? null,
    title: comparison.item?.title ?? null,
    relation: comparison.relation,
    basis: comparison.basis,
    special: usableRateDocument(comparison.special),
    general: usableRateDocument(comparison.general),
    gapBp: comparison.gapBp,
    weight: comparison.weight,
  };
}
