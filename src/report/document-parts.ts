/** Parts that several JSON documents have in common (design.md §5). */
import type { AtRisk } from '../domain/at-risk.ts';
import type { ShopRef } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import type { PlanFacts } from '../domain/reading.ts';
import type { Change, RateNow } from '../domain/runs.ts';
import type { HeldFile, OrderSpan } from '../domain/snapshot.ts';
import { NEWEST_FACTS, type RateView } from '../domain/state.ts';
import { formatIso } from '../domain/time.ts';
import type { ItemComparison, Judgement } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import type { PlanDocument } from './document-shapes.ts';
import { planSentences } from './phrases.ts';
import { EXIT_PAGE } from './sanitize.ts';

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : formatIso(ms);
}

export function bpText(bp: number | null): string | null {
  return bp === null ? null : formatBp(bp);
}

export function spanDocument({ sinceMs, untilMs }: OrderSpan) {
  return { since: isoOrNull(sinceMs), until: isoOrNull(untilMs) };
}

/** These keys of an object, in this order. */
export function pick<T, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  const picked = {} as Pick<T, K>;
  for (const key of keys) picked[key] = from[key];
  return picked;
}

/** The rates of a plan and of the general one. */
export function bothRates({ specialBp, generalBp }: { specialBp: number | null; generalBp: number | null }) {
  return { specialBp, special: bpText(specialBp), generalBp, general: bpText(generalBp) };
}

/** For NDJSON: the rows of several kinds, each with its kind. */
export function recordsOf(kinds: Readonly<Record<string, readonly object[]>>): object[] {
  return Object.entries(kinds).flatMap(([record, rows]) => rows.map((row) => ({ record, ...row })));
}

/** Counts the values, by code. */
export function countsOf<Code extends string>(codes: readonly Code[], values: readonly string[]): Record<Code, number> {
  const counts = codes.map((code) => [code, values.filter((value) => value === code).length]);
  return Object.fromEntries(counts) as Record<Code, number>;
}

export function shopDocument(shop: ShopRef) {
  return pick(shop, 'id', 'keeperId', 'name');
}

export function itemDocument(item: { readonly id: string; readonly title: string | null } | null) {
  return item && { id: item.id, title: item.title };
}

/** Whose and of what a change or a history is. */
export function subjectDocument(
  { account, shop }: { readonly account: string; readonly shop: ShopRef },
  plan: Pick<PlanFacts, 'name' | 'kind'> & { readonly id: string },
) {
  return { account, shop: shopDocument(shop), plan: pick(plan, 'id', 'name', 'kind') };
}

export function heldDocument(held: readonly HeldFile[]) {
  return held.map((file) => pick(file, 'snapshot', 'file', 'code', 'args'));
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

function policyDocument(policy: Policy) {
  return pick(policy, 'minGainBp', 'maxAgeMs', 'confirmMissing');
}

/** The moment of a judgement, and its policy. */
export interface Moments {
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  readonly policy: Policy;
}

export type Judged = ReturnType<typeof judgedDocument>;

export function judgedDocument({ generatedAtMs, asOfMs, policy }: Moments) {
  return { generatedAt: formatIso(generatedAtMs), asOf: formatIso(asOfMs), policy: policyDocument(policy) };
}

/** A judged plan. `withItems` lists the comparisons behind the verdict; else `items` is empty. */
export function planDocument(judgement: Judgement, withItems: boolean, t: Translate): PlanDocument {
  const { verdict, reasons, standing, account, basis, gapBp, ageMs, plan, event, marketing, muted, ownPolicy } =
    judgement;
  const document = {
    verdict,
    reasons,
    standing,
    account,
    shop: shopDocument(judgement.shop),
    // Exports mark hidden plans. A plan without the mark is not hidden.
    plan: { ...pick(plan, 'id', 'name', 'kind', 'state', ...NEWEST_FACTS), hidden: plan.hidden === true },
    membership: membershipDocument(judgement),
    basis,
    special: rateDocument(judgement.special),
    general: rateDocument(judgement.general),
    gapBp,
    scopes: pick(judgement.scopes, 'below', 'equal', 'above', 'unknown'),
    items: withItems ? judgement.comparisons.map(comparisonDocument) : [],
    context: { event: event && rateDocument(event), marketing: marketing && rateDocument(marketing) },
    lastChange: itemChange(judgement.lastChange),
    ageMs,
    ...riskDocument(judgement.atRisk),
    exit: verdict === 'exit' ? { page: EXIT_PAGE, exitId: plan.exitId } : null,
    muted: muted && { until: isoOrNull(muted.untilMs), reason: muted.reason },
    policy: ownPolicy && policyDocument(ownPolicy),
  };
  return Object.assign(document, { messages: planSentences(document, t).map(({ text }) => text) });
}

export function riskDocument(risk: AtRisk | null) {
  return {
    atRiskFenPerDay: risk?.fenPerDay ?? null,
    atRisk: risk && { ...pick(risk, 'lines', 'amountFen', 'days'), few: risk.isFew },
  };
}

function itemChange(change: Judgement['lastChange']): PlanDocument['lastChange'] {
  const document = changeDocument(change);
  return change && document && { item: change.item, ...document };
}

export function membershipDocument({ plan: { membership } }: Judgement): PlanDocument['membership'] {
  return pick(membership ?? { status: null, joinedAt: null, approvedAt: null }, 'status', 'joinedAt', 'approvedAt');
}

function comparisonDocument(comparison: ItemComparison): PlanDocument['items'][number] {
  return {
    ...scopeDocument(comparison),
    ...pick(comparison, 'relation', 'basis'),
    special: usableRate(comparison.special),
    general: usableRate(comparison.general),
    ...pick(comparison, 'gapBp', 'weight'),
  };
}

/** Null for the shop as a whole. */
export function scopeDocument({ item }: ItemComparison) {
  return { itemId: item?.id ?? null, title: item?.title ?? null };
}

function rateDocument({ bp, atMs }: RateView) {
  return { rateBp: bp, rate: bpText(bp), capturedAt: bp === null ? null : isoOrNull(atMs) };
}

/** A rate as the verdict sees it: one that later exports no longer list is unknown. */
function usableRate(rate: RateNow | null) {
  return rateDocument(rate && rate.absentCaptures === 0 ? rate : { bp: null, atMs: null });
}
