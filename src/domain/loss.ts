/**
 * What a special plan cost on one order line, or earned (orders.md §3): which plan's rate the line was paid at, in comparison
 * with the general plan's at that time. A loss is positive, a gain negative. The line is put into the first bucket that fits.
 */
import { attribute } from './attribution.ts';
import { kindOf } from './kind.ts';
import type { PlanLedger, ShopLedger, ShopRef } from './ledger.ts';
import type { Bucket, Found, LossLine, LossNote, Side } from './loss-line.ts';
import { openMemberships } from './membership-at.ts';
import type { OrderLine } from './order-line.ts';
import { amountOf, type Obstacle, obstacleOf, termsOf, timesOf, wholeRateOf } from './order-terms.ts';
import { type PolicyRules, policyFor } from './policy.ts';
import { openTracks } from './rate-tracks.ts';
import { NOTHING_KNOWN, type Window } from './rate-window.ts';
import { SHOP_SCOPE } from './runs.ts';

/** A line that no ledger is needed for, or of which no shop is known. */
export function judgeAlone(order: OrderLine, isShopUnclear = false): LossLine {
  const obstacle = obstacleOf(order);
  const notes: LossNote[] = obstacle ? [obstacle] : isShopUnclear ? ['shop-unclear'] : [];
  const found = { ...NOTHING_FOUND, bucket: obstacle ? bucketOf(obstacle) : ('unknown-shop' as const), notes };
  return lineOf(order, null, found, { terms: termsOf(order), times: timesOf(order), exitMs: null });
}

const NOTHING_FOUND: Found = {
  bucket: 'unknown',
  notes: [],
  plan: null,
  general: null,
  special: null,
  lowFen: null,
  highFen: null,
};

function bucketOf(obstacle: Obstacle): Bucket {
  return obstacle === 'invalid' || obstacle === 'refunded' ? 'void' : 'not-comparable';
}

function lineOf(
  order: OrderLine,
  shop: ShopRef | null,
  found: Found,
  known: Pick<LossLine, 'terms' | 'times' | 'exitMs'>,
): LossLine {
  const amountFen = known.terms?.amountFen ?? amountOf(order) ?? 0;
  return { order, account: order.account, shop, ...found, ...known, amountFen, appliedBp: wholeRateOf(order) };
}

/** Judges the lines of one account in one shop. `scope`: of the line's item in the ledger; null: no export has it. */
export function openLossJudge(
  ledger: ShopLedger,
  rules: PolicyRules,
): (order: OrderLine, scope: number | null) => LossLine {
  const policyOf = (planId: string | null) => policyFor(rules, ledger.shop, planId);
  const membershipsAt = openMemberships(ledger, policyOf);
  const trackOf = openTracks(ledger);
  const others = ledger.plans.flatMap((plan) => {
    const kind = kindOf(plan);
    return kind === 'event' || kind === 'marketing' || kind === 'selected' ? plan.planId : [];
  });

  const listsItem = (plan: PlanLedger) => plan.rates.some(({ scope }) => scope !== SHOP_SCOPE);
  const itemized = new Set(ledger.plans.flatMap((plan) => (listsItem(plan) ? plan.planId : [])));
  function sideOf(planId: string, scope: number | null, window: Window, maxAgeMs: number): Side {
    const own = scope === null ? null : trackOf(planId, scope);
    const track = own ?? trackOf(planId, SHOP_SCOPE);
    const basis = own || !track ? 'item' : 'shop-average';
    const isOutside = scope !== null && !own && itemized.has(planId);
    const { bps, isUnknown, isAssumed } = track?.during(window, maxAgeMs) ?? NOTHING_KNOWN;
    return { planId, basis, isOutside, track, bps, isUnknown, isAssumed };
  }

  return (order, scope) => {
    const times = timesOf(order, rules.rateMoment);
    const members = times && membershipsAt(times.click);
    const plan = members ? (members.applying[0] ?? members.left) : null;
    const obstacle = obstacleOf(order);
    const [terms, appliedBp] = [termsOf(order), wholeRateOf(order)];
    const apart = (bucket: Bucket, note: LossNote) => {
      const found = { ...NOTHING_FOUND, bucket, notes: [note], plan: plan && { id: plan.id, name: plan.name } };
      return lineOf(order, ledger.shop, found, { terms, times: timesOf(order), exitMs: null });
    };
    if (obstacle) return apart(bucketOf(obstacle), obstacle);
    if (!times || !members) return apart('unknown', 'no-time');
    if (!terms) return apart('unknown', 'no-amount');
    if (appliedBp === null) return apart('unknown', 'no-rate');
    const { maxAgeMs } = policyOf(plan?.id ?? null);
    const side = (planId: string) => sideOf(planId, scope, times.window, maxAgeMs);
    const found = attribute({ order, terms, appliedBp, members, others, side });
    const exitMs = members.left && members.left.id === found.plan?.id ? members.left.exitMs : null;
    const noted: Found = order.clickedMs === null ? { ...found, notes: ['no-click', ...found.notes] } : found;
    return lineOf(order, ledger.shop, noted, { terms, times, exitMs });
  };
}
