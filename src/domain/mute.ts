/**
 * Mutes: what the user does not want to be told of for a time. A muted plan is judged like any other, since the verdict
 * must not lie; it only does not count where a verdict raises an alarm (exit codes, verdict changes of a sync).
 */
import { compareText } from './compare-text.ts';
import type { ShopRef } from './ledger.ts';

export interface Mute {
  readonly planId: string;
  /** Seller id, keeper id or name of the shop; null: whichever has a plan of this id. */
  readonly shop: string | null;
  /** null: every account. */
  readonly account: string | null;
  /** From this moment on; null: always. */
  readonly fromMs: number | null;
  /** Until before this moment; null: until it is taken back. */
  readonly untilMs: number | null;
  readonly reason: string | null;
}

/** What a mute may be of. */
export interface MuteTarget {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string };
}

/** The mute in force at a moment: of several the one that lasts longest, so that their order cannot show. Null: none. */
export function muteAt(mutes: readonly Mute[], target: MuteTarget, atMs: number): Mute | null {
  if (mutes.length === 0) return null;
  const [longest] = mutes
    .filter((mute) => isInForce(mute, atMs) && concerns(mute, target))
    .sort((a, b) => endOf(b) - endOf(a) || compareText(a.reason, b.reason));
  return longest ?? null;
}

/** Whether a mute has begun, and has not ended. */
export function isInForce({ fromMs, untilMs }: Mute, atMs: number): boolean {
  return (fromMs === null || fromMs <= atMs) && (untilMs === null || atMs < untilMs);
}

function concerns(mute: Mute, { account, shop, plan }: MuteTarget): boolean {
  if (mute.planId !== plan.id || (mute.account !== null && mute.account !== account)) return false;
  return mute.shop === null || [shop.id, shop.keeperId, shop.name].includes(mute.shop);
}

function endOf({ untilMs }: Mute): number {
  return untilMs ?? Number.POSITIVE_INFINITY;
}
