/** Values as people and as JSON read them: rates, gaps, ages, times. */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import type { Change, RateNow, ShopRef } from '../domain/ledger.ts';
import { formatBp } from '../domain/rate.ts';
import type { RateView } from '../domain/state.ts';
import { CHINA, formatIso, formatMinute, parseTime } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { CsvValue } from './report.ts';

/** `1550` → `15.50%`; unknown is `—`. */
export function percentText(bp: number | null): string {
  return bp === null ? '—' : `${formatBp(bp)}%`;
}

/** A gap with its sign: `+1.62`, `-0.38`, `0.00` percentage points; null when unknown. */
export function gapText(gapBp: number | null): string | null {
  return gapBp === null ? null : `${gapBp > 0 ? '+' : ''}${formatBp(gapBp)}`;
}

/** A size for people: `124 kB`, `17.3 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Whole minutes below an hour, hours below two days, then days; rounded down. */
export function ageText(ageMs: number, t: Translate): string {
  if (ageMs < millisecondsInHour) return t('age.minutes', { n: Math.floor(ageMs / millisecondsInMinute) });
  return ageMs < 2 * millisecondsInDay
    ? t('age.hours', { n: Math.floor(ageMs / millisecondsInHour) })
    : t('age.days', { n: Math.floor(ageMs / millisecondsInDay) });
}

/** How old the newest data is at the moment asked about; no line when there is none. */
export function newestNotes(newestMs: number | null, atMs: number, t: Translate): string[] {
  if (newestMs === null) return [];
  return [t('newest', { at: formatMinute(newestMs, t.zone), age: ageText(Math.max(0, atMs - newestMs), t) })];
}

/** A time text for people: minutes in China time; a date stays a date. */
export function timeText(text: string, t: Translate): string {
  const parsed = parseTime(text);
  if (!parsed) return text;
  return parsed.text.length === 10 ? parsed.text : formatMinute(parsed.ms, t.zone);
}

/** Whose clock the times are of. */
export function zoneText(t: Translate): string {
  return t.zone.name === CHINA.name ? t('zone.china') : t.zone.name;
}

/** A rate in JSON: `{ rateBp, rate, capturedAt }`, all null when unknown. */
export function rateDocument(view: RateView | null): {
  rateBp: number | null;
  rate: string | null;
  capturedAt: string | null;
} {
  const bp = view?.bp ?? null;
  const atMs = view?.atMs ?? null;
  return {
    rateBp: bp,
    rate: bp === null ? null : formatBp(bp),
    capturedAt: bp === null || atMs === null ? null : formatIso(atMs),
  };
}

/** A reading as the verdict sees it: one that later exports no longer list is unknown. */
export function usableView(rate: RateNow | null): RateView | null {
  return rate && rate.absentCaptures === 0 ? { bp: rate.bp, atMs: rate.atMs } : null;
}

export function changeDocument(change: Change<number> | null) {
  if (!change) return null;
  return {
    fromBp: change.from,
    toBp: change.to,
    lastSeenBefore: formatIso(change.lastSeenBeforeMs),
    firstSeenAfter: formatIso(change.firstSeenAfterMs),
  };
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : formatIso(ms);
}

/** Text of a rate or a gap in a CSV: a number of ours, so that `-0.38` is not taken for a formula. */
export function csvRate(bp: number | null): CsvValue {
  return bp === null ? null : { number: formatBp(bp) };
}

export function policyDocument(policy: { minGainBp: number; maxAgeMs: number; confirmMissing: number }) {
  return { minGainBp: policy.minGainBp, maxAgeMs: policy.maxAgeMs, confirmMissing: policy.confirmMissing };
}

/** The end of a mute: `2026-12-01 23:59`, or that it lasts until it is taken back. */
export function untilText({ untilMs }: { readonly untilMs: number | null }, t: Translate): string {
  return untilMs === null ? t('mute.forever') : formatMinute(untilMs, t.zone);
}

/** `高佣定向计划 (2616191)`, or whichever of the two is known. */
export function labelOf(name: string | null, id: string | null): string | null {
  if (name !== null && id !== null) return `${name} (${id})`;
  return name ?? id;
}

export function shopDocument(shop: ShopRef) {
  return { id: shop.id, keeperId: shop.keeperId, name: shop.name };
}

/** Columns of `shopCsvValues`. */
export const SHOP_CSV_COLUMNS: readonly string[] = ['shop_id', 'shop_keeper_id', 'shop_name'];

export function shopCsvValues(shop: ShopRef): Record<string, CsvValue> {
  return { shop_id: shop.id, shop_keeper_id: shop.keeperId, shop_name: shop.name };
}

/** Which plan of which shop a row is about, and which item: columns of `subjectCsvValues`. */
export const SUBJECT_CSV_COLUMNS: readonly string[] = [
  'account',
  ...SHOP_CSV_COLUMNS,
  'plan_id',
  'plan_name',
  'plan_kind',
  'item_id',
  'item_title',
];

export function subjectCsvValues({
  account,
  shop,
  plan,
  item,
}: {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null; readonly kind: string | null };
  readonly item: { readonly id: string; readonly title: string | null } | null;
}): Record<string, CsvValue> {
  return {
    account,
    ...shopCsvValues(shop),
    plan_id: plan.id,
    plan_name: plan.name,
    plan_kind: plan.kind,
    item_id: item?.id ?? null,
    item_title: item?.title ?? null,
  };
}

export function shopLabel(shop: ShopRef): string | null {
  return shop.name ?? shop.id ?? shop.keeperId;
}
