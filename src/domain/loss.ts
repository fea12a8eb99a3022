/**
 * What a special plan cost on one order line, or earned (orders.md §3): which plan's rate the line was paid at, in comparison
 * with the general plan's at that time. A loss is positive, a gain negative. The line is put into the first bucket that fits.
 */
import type { ShopLedger, ShopRef } from './ledger.ts';
import type { Applying, Memberships, PlanRef } from './membership-at.ts';
import { openMemberships } from './membership-at.ts';
import type { Terms } from './money.ts';
import { netFen } from './money.ts';
import type { OrderLine } from './order-line.ts';
import type { Obstacle, OrderTimes } from './order-terms.ts';
import {
  amountOf,
  doAmountsDisagree,
  isRefundOpen,
  isRefundUnknown,
  obstacleOf,
  termsOf,
  timesOf,
  wholeRateOf,
} from './order-terms.ts';
import type { PolicyRules } from './policy.ts';
import { policyFor } from './policy.ts';
import type { PossibleRates, RateTrack, Window } from './rate-window.ts';
import { NOTHING_KNOWN, openTracks } from './rate-window.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import { SHOP_SCOPE } from './runs.ts';
import { kindOf } from './timeline.ts';

export const BUCKETS = [
  'proven',
  'gain',
  'pending',
  'estimated',
  'either',
  'saved',
  'general',
  'other-plan',
  'unexplained',
  'unknown',
  'unknown-shop',
  'not-comparable',
  'void',
] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Why a line is where it is, and what is not sure of it. */
export const LOSS_NOTES = [
  'invalid',
  'refunded',
  'third-party',
  'product',
  'marketing',
  'platform',
  'no-share',
  'shop-unclear',
  'no-time',
  'no-amount',
  'no-rate',
  'general-unknown',
  'special-unknown',
  'membership-unknown',
  'no-click',
  'membership-open',
  'binding-unknown',
  'shop-average',
  'assumed',
  'fee-unknown',
  'amounts-disagree',
  'refund-open',
  'refund-amount-unknown',
  'event',
  'superseded',
  'maybe-net',
  'exit-not-effective',
] as const;
type LossNote = (typeof LOSS_NOTES)[number];

/** What one side may have paid in the window of a line. */
export interface Side extends PossibleRates {
  readonly planId: string;
  readonly basis: 'item' | 'shop-average';
  readonly track: RateTrack | null;
}

export interface LossLine {
  readonly order: OrderLine;
  readonly account: string;
  /** null: which shop it is cannot be told. */
  readonly shop: ShopRef | null;
  /** The special plan that it counts to; null: none was joined. */
  readonly plan: PlanRef | null;
  readonly bucket: Bucket;
  readonly notes: readonly LossNote[];
  readonly amountFen: number;
  readonly terms: Terms | null;
  readonly times: OrderTimes | null;
  /** The rate that it was paid at, as a plan has it. */
  readonly appliedBp: number | null;
  readonly general: Side | null;
  readonly special: Side | null;
  /** Loss; in `saved` what was saved. null: there is no figure. */
  readonly lowFen: number | null;
  readonly highFen: number | null;
}

type Found = Pick<LossLine, 'bucket' | 'notes' | 'plan'> &
  Partial<Pick<LossLine, 'general' | 'special' | 'lowFen' | 'highFen' | 'terms' | 'times'>>;

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

  const sides = new Map<PossibleRates, Side>();
  function sideOf(planId: string, scope: number | null, window: Window, maxAgeMs: number): Side {
    const own = scope === null ? null : trackOf(planId, scope);
    const track = own ?? trackOf(planId, SHOP_SCOPE);
    if (!track) return { planId, basis: 'item', track, ...NOTHING_KNOWN };
    // A track gives the same object for all windows of one stretch.
    const rates = track.during(window, maxAgeMs);
    const side = sides.get(rates) ?? { planId, basis: own ? 'item' : 'shop-average', track, ...rates };
    sides.set(rates, side);
    return side;
  }

  return (order, scope) => {
    const times = timesOf(order);
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
    return lineOf(order, ledger.shop, { ...found, notes });
  };
}

interface Evidence {
  readonly order: OrderLine;
  readonly terms: Terms;
  readonly appliedBp: number;
  readonly members: Memberships;
  /** Event, marketing and selected plans of the shop. */
  readonly others: readonly string[];
  side(planId: string): Side;
}

interface Candidate extends Applying {
  readonly side: Side;
}

/** The classes of orders.md §3.4 from `unknown` on. */
function attribute(evidence: Evidence): Found {
  const { appliedBp, members, side } = evidence;
  const general = side(GENERAL_PLAN_ID);
  const candidates: Candidate[] = members.applying.map((plan) => ({ ...plan, side: side(plan.id) }));
  const isAt = ({ bps }: PossibleRates) => bps.includes(appliedBp);
  const matching = candidates.filter((one) => isAt(one.side));
  const special = matching.find((one) => !one.side.isUnknown) ?? matching[0] ?? candidates[0] ?? null;
  const plan = special ? refOf(special) : members.left && refOf(members.left);
  const sides = { general, special: special?.side ?? null, plan };
  const sureness = candidates.length > 1 ? 'binding-unknown' : special && !special.isSure ? 'membership-open' : null;
  const notes: LossNote[] = sureness ? [sureness] : [];

  if (general.isUnknown) return { ...sides, bucket: 'unknown', notes: ['general-unknown'] };
  if (!isAt(general)) {
    const left = members.left && side(members.left.id);
    if (left?.isUnknown && !isAt(left)) return { ...sides, bucket: 'unknown', notes: ['special-unknown'] };
    const isOpen = matching.length === 0 && candidates.some((one) => one.side.isUnknown);
    if (isOpen || special?.side.isUnknown) return { ...sides, bucket: 'unknown', notes: ['special-unknown'] };
    if (!special && members.isUnknown) return { ...sides, bucket: 'unknown', notes: ['membership-unknown'] };
  }
  // An item may be anywhere around the average of its shop, whichever rate it was paid at.
  if (general.basis === 'shop-average' || special?.side.basis === 'shop-average') {
    const figure = plan ? boundsOf(evidence, lossOf(evidence, general)) : {};
    return { ...sides, ...figure, bucket: 'estimated', notes: [...notes, 'shop-average'] };
  }
  if (special && matching.length > 0)
    return isAt(general)
      ? { ...sides, ...hull(lossOf(evidence, general)), bucket: 'either', notes }
      : { ...sides, ...specialLoss(evidence, special, general, notes) };
  if (isAt(general)) return { ...sides, ...savedBy(evidence, notes) };
  return { ...sides, ...otherwise(evidence, general) };
}

function refOf({ id, name }: PlanRef): PlanRef {
  return { id, name };
}

interface Figure {
  readonly lowFen: number;
  readonly highFen: number;
}

/** net(A, r) less net(A, a) over all rates r that the other side may have had. */
function lossOf({ terms, appliedBp }: Evidence, { bps }: PossibleRates): Figure {
  const paid = netFen(terms, appliedBp);
  const losses = bps.map((bp) => netFen(terms, bp) - paid);
  return { lowFen: Math.min(...losses), highFen: Math.max(...losses) };
}

/** Where a refund may have been made, anything between nothing and all of it. */
function boundsOf({ order }: Evidence, figure: Figure): Figure {
  return isRefundUnknown(order) ? hull(figure) : figure;
}

/** Between nothing and all of it. */
function hull({ lowFen, highFen }: Figure): Figure {
  return { lowFen: Math.min(0, lowFen), highFen: Math.max(0, highFen) };
}

/** Paid at the special rate, which the general plan did not have. */
function specialLoss(
  evidence: Evidence,
  { side }: Candidate,
  general: Side,
  sureness: readonly LossNote[],
): Pick<Found, 'bucket' | 'notes' | 'lowFen' | 'highFen'> {
  const { order, terms } = evidence;
  const figure = lossOf(evidence, general);
  const doubts: LossNote[] = [];
  if (general.isAssumed || side.isAssumed) doubts.push('assumed');
  if (terms.feeBp === null) doubts.push('fee-unknown');
  if (doAmountsDisagree(order)) doubts.push('amounts-disagree');
  const refund: LossNote[] = isRefundUnknown(order) ? ['refund-amount-unknown'] : [];
  if (isRefundOpen(order)) refund.push('refund-open');
  const bounds = boundsOf(evidence, figure);
  const notes = [...sureness, ...doubts, ...refund];
  if (doubts.length > 0) return { ...bounds, bucket: 'estimated', notes };
  if (order.state !== 'settled' || refund.includes('refund-open')) return { ...bounds, bucket: 'pending', notes };
  return { ...bounds, bucket: figure.highFen < 0 ? 'gain' : 'proven', notes };
}

/** Paid at the general rate: after an exit from a plan whose rate is known, what that saved. */
function savedBy(
  evidence: Evidence,
  notes: readonly LossNote[],
): Pick<Found, 'bucket' | 'notes' | 'lowFen' | 'highFen'> & { special?: Side } {
  const { terms, appliedBp, members, side } = evidence;
  const left = members.left && side(members.left.id);
  if (!left || left.isUnknown || left.basis !== 'item') return { bucket: 'general', notes, lowFen: 0, highFen: 0 };
  const paid = netFen(terms, appliedBp);
  const saved = left.bps.map((bp) => paid - netFen(terms, bp));
  const figure = boundsOf(evidence, { lowFen: Math.min(...saved), highFen: Math.max(...saved) });
  return { ...figure, bucket: 'saved', notes, special: left };
}

/** All that may have applied is known, and nothing of it is what was paid. */
function otherwise(
  evidence: Evidence,
  general: Side,
): Pick<Found, 'bucket' | 'notes' | 'lowFen' | 'highFen'> & { special?: Side } {
  const { appliedBp, terms, members, others, side } = evidence;
  const isAt = (planId: string) => side(planId).bps.includes(appliedBp);
  if (others.some(isAt)) return { bucket: 'other-plan', notes: ['event'] };
  if (members.superseded.some(({ id }) => isAt(id))) return { bucket: 'other-plan', notes: ['superseded'] };
  const left = members.left && side(members.left.id);
  const known = [general, ...members.applying.map(({ id }) => side(id))].flatMap(({ bps }) => bps);
  const notes: LossNote[] = [];
  if (left?.bps.includes(appliedBp)) notes.push('exit-not-effective');
  // Where there is no technical fee the rate may be that of the plan less 10 %.
  if (terms.feeBp === 0 && known.some((bp) => Math.floor((bp * 9 + 5) / 10) === appliedBp)) notes.push('maybe-net');
  return { ...lossOf(evidence, general), bucket: 'unexplained', notes, ...(left ? { special: left } : {}) };
}
