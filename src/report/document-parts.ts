/** What several documents have in common, and how the CSV shows it. */
import type { Change, RateNow, ShopRef } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import type { RateView } from '../domain/state.ts';
import { formatIso } from '../domain/time.ts';
import type { Csv, CsvValue } from './report.ts';

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : formatIso(ms);
}

export function bpText(bp: number | null): string | null {
  return bp === null ? null : formatBp(bp);
}

export function rateDocument(view: RateView | null) {
  const bp = view?.bp ?? null;
  return { rateBp: bp, rate: bpText(bp), capturedAt: bp === null ? null : isoOrNull(view?.atMs ?? null) };
}

/** A rate as the verdict sees it: one that later exports no longer list is unknown. */
export function usableRateDocument(rate: RateNow | null) {
  return rateDocument(rate && rate.absentCaptures === 0 ? { bp: rate.bp, atMs: rate.atMs } : null);
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

export function policyDocument({ minGainBp, maxAgeMs, confirmMissing }: Policy) {
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

export function shopDocument({ id, keeperId, name }: ShopRef) {
  return { id, keeperId, name };
}

export function itemDocument(item: { readonly id: string; readonly title: string | null } | null) {
  return item && { id: item.id, title: item.title };
}

/** A rate or a gap in a CSV: a number of ours, so that `-0.38` is not taken for a formula. */
export function csvRate(bp: number | null): CsvValue {
  return bp === null ? null : { number: formatBp(bp) };
}

/** Codes in one cell, blanks between. */
export function csvCodes(coded: readonly { readonly code: string }[]): string {
  return coded.map(({ code }) => code).join(' ');
}

export const SHOP_CSV = {
  shop_id: ({ shop }) => shop.id,
  shop_keeper_id: ({ shop }) => shop.keeperId,
  shop_name: ({ shop }) => shop.name,
} satisfies Csv<{ readonly shop: ShopRef }>;

interface Subject {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null; readonly kind: string | null };
  readonly item: { readonly id: string; readonly title: string | null } | null;
}

/** Which plan of which shop a row is about, and which item. */
export const SUBJECT_CSV: Csv<Subject> = {
  account: ({ account }) => account,
  ...SHOP_CSV,
  plan_id: ({ plan }) => plan.id,
  plan_name: ({ plan }) => plan.name,
  plan_kind: ({ plan }) => plan.kind,
  item_id: ({ item }) => item?.id ?? null,
  item_title: ({ item }) => item?.title ?? null,
};
