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
import type { Obstacle } from './order-terms.ts';
import { amountOf, obstacleOf, termsOf, timesOf, wholeRateOf } from './order-terms.ts';
import type { PolicyRules } from './policy.ts';
import { policyFor } from './policy.ts';
import type { Window } from './rate-window.ts';
import { NOTHING_KNOWN, openTracks } from './rate-window.ts';
import { SHOP_SCOPE } from './runs.ts';

/** A line that no ledger is needed for, or of which no shop is known. */
export function judgeAlone(order: OrderLine, isShopUnclear = false): LossLine {
  const obstacle = obstacleOf(order);
  const notes: LossNote[] = obstacle ? [obstacle] : isShopUnclear ? ['shop-unclear'] : [];
  return lineOf(order, null, { bucket: obstacle ? bucketOf(obstacle) : 'unknown-shop', notes, plan: null });
}

function bucketOf(obstacle: Obstacle): Bucket {
  return obstacle === 'invalid' || obstacle === 'refunded' ? 'void' : 'not-comparable';
}

function lineOf(order: OrderLine, shop: ShopRef | null, found: Found): LossLine {
  const { terms = termsOf(order), times = timesOf(order) } = found;
  return {
    order,
    account: order.account,
    shop,
    plan: found.plan,
    exitMs: found.exitMs ?? null,
    bucket: found.bucket,
    notes: found.notes,
    amountFen: terms?.amountFen ?? amountOf(order) ?? 0,
    terms,
    times,
    appliedBp: wholeRateOf(order),
    general: found.general ?? null,
    special: found.special ?? null,
    lowFen: found.lowFen ?? null,
    highFen: found.highFen ?? null,
  };
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
    const isOutside = scope !== null && !own && itemized.has(planId);
    if (!track) return { planId, basis: 'item', isOutside, track, ...NOTHING_KNOWN };
    return { planId, basis: own ? 'item' : 'shop-average', isOutside, track, ...track.during(window, maxAgeMs) };
  }

  return (order, scope) => {
    const times = timesOf(order, rules.rateMoment);
    const members = times && membershipsAt(times.click);
    const plan = members ? (members.applying[0] ?? members.left) : null;
    const ref = plan && { id: plan.id, name: plan.name };
    const obstacle = obstacleOf(order);
    const [terms, appliedBp] = [termsOf(order), wholeRateOf(order)];
    const unknown = (...notes: LossNote[]) => lineOf(order, ledger.shop, { bucket: 'unknown', notes, plan: ref });
    if (obstacle) return lineOf(order, ledger.shop, { bucket: bucketOf(obstacle), notes: [obstacle], plan: ref });
    if (!times || !members) return unknown('no-time');
    if (!terms) return unknown('no-amount');
    if (appliedBp === null) return unknown('no-rate');
    const { maxAgeMs } = policyOf(plan?.id ?? null);
    const side = (planId: string) => sideOf(planId, scope, times.window, maxAgeMs);
    const found = attribute({ order, terms, appliedBp, members, others, side });
    const notes = [...(order.clickedMs === null ? (['no-click'] as const) : []), ...found.notes];
    const exitMs = members.left && members.left.id === found.plan?.id ? members.left.exitMs : null;
    return lineOf(order, ledger.shop, { ...found, notes, times, exitMs });
  };
}
