/** Parts that several JSON documents have in common (design.md §5). */
import type { Change, RateNow, ShopRef } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import type { RateView } from '../domain/state.ts';
import { formatIso } from '../domain/time.ts';
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import type { PlanDocument } from './document-shapes.ts';
import { planSentences, textOf } from './phrases.ts';

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : formatIso(ms);
}

export function bpText(bp: number | null): string | null {
  return bp === null ? null : formatBp(bp);
}

export function shopDocument({ id, keeperId, name }: ShopRef) {
  return { id, keeperId, name };
}

export function itemDocument(item: { readonly id: string; readonly title: string | null } | null) {
  return item && { id: item.id, title: item.title };
}

export function heldDocument(held: readonly HeldFile[]) {
  return held.map(({ snapshot, file, code, args }) => ({ snapshot, file, code, args }));
}

export function changeDocument(change: Change<number> | null) {
  return (
    change && {
      fromBp: change.from,
      toBp: change.to,
      lastSeenBefore: formatIso(change.lastSeenBeforeMs),
      firstSeenAfter: formatIso(change.firstSeenAfterMs),
    }
  );
}

function policyDocument({ minGainBp, maxAgeMs, confirmMissing }: Policy) {
  return { minGainBp, maxAgeMs, confirmMissing };
}

/** When something was judged, and by which rules. */
export interface Moments {
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  readonly policy: Policy;
}

export type Judged = ReturnType<typeof judgedDocument>;

export function judgedDocument({ generatedAtMs, asOfMs, policy }: Moments) {
  return { generatedAt: formatIso(generatedAtMs), asOf: formatIso(asOfMs), policy: policyDocument(policy) };
}

/** Where one exits: “推广计划管理” of pub.alimama.com, as its client links to it. Not checked against the live site (formats.md §4). */
export const EXIT_PAGE = 'https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign';

/** A judged plan. `withItems` lists the comparisons behind the verdict; else `items` is empty. */
export function planDocument(judgement: Judgement, withItems: boolean, t: Translate): PlanDocument {
  const { verdict, reasons, standing, account, shop, plan, basis, gapBp, scopes, ageMs, muted, ownPolicy } = judgement;
  const { id, name, kind, state, locked, audit, endsAt, exitId } = plan;
  const document = {
    verdict,
    reasons,
    standing,
    account,
    shop: shopDocument(shop),
    // A hidden plan is marked as such; without the mark it is not hidden.
    plan: { id, name, kind, state, locked, audit, hidden: plan.hidden === true, endsAt, exitId },
    membership: membershipDocument(judgement),
    basis,
    special: rateDocument(judgement.special),
    general: rateDocument(judgement.general),
    gapBp,
    scopes: { below: scopes.below, equal: scopes.equal, above: scopes.above, unknown: scopes.unknown },
    items: withItems ? judgement.comparisons.map(comparisonDocument) : [],
    context: {
      event: judgement.event && rateDocument(judgement.event),
      marketing: judgement.marketing && rateDocument(judgement.marketing),
    },
    lastChange: changeDocument(judgement.lastChange),
    ageMs,
    exit: verdict === 'exit' ? { page: EXIT_PAGE, exitId } : null,
    muted: muted && { until: isoOrNull(muted.untilMs), reason: muted.reason },
    policy: ownPolicy && policyDocument(ownPolicy),
  };
  return { ...document, messages: planSentences(document, t).map(textOf) };
}

export function membershipDocument({ plan: { membership } }: Judgement): PlanDocument['membership'] {
  return {
    status: membership?.status ?? null,
    joinedAt: membership?.joinedAt ?? null,
    approvedAt: membership?.approvedAt ?? null,
  };
}

function comparisonDocument(comparison: ItemComparison): PlanDocument['items'][number] {
  const { item, relation, basis, gapBp, weight } = comparison;
  return {
    itemId: item?.id ?? null,
    title: item?.title ?? null,
    relation,
    basis,
    special: usableRate(comparison.special),
    general: usableRate(comparison.general),
    gapBp,
    weight,
  };
}

function rateDocument({ bp, atMs }: RateView) {
  return { rateBp: bp, rate: bpText(bp), capturedAt: bp === null ? null : isoOrNull(atMs) };
}

/** A rate as the verdict sees it: one that later exports no longer list is unknown. */
function usableRate(rate: RateNow | null) {
  return rateDocument(rate && rate.absentCaptures === 0 ? rate : { bp: null, atMs: null });
}
