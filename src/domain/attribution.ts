/** By which plan's rate a line was paid, and what that comes to beside the general plan (orders.md §3.4, §3.5). */
import type { Bucket, Found, LossNote, Side } from './loss-line.ts';
import type { Applying, Memberships, PlanRef } from './membership-at.ts';
import type { Terms } from './money.ts';
import { divideRound, netFen } from './money.ts';
import type { OrderLine } from './order-line.ts';
import { doAmountsDisagree, isRefundOpen, isRefundUnknown } from './order-terms.ts';
import type { PossibleRates } from './rate-window.ts';
import { GENERAL_PLAN_ID } from './reading.ts';

export interface LineEvidence {
  readonly order: OrderLine;
  readonly terms: Terms;
  readonly appliedBp: number;
  readonly members: Memberships;
  /** Event, marketing and selected plans of the shop. */
  readonly others: readonly string[];
  side(planId: string): Side;
}

interface Candidate {
  readonly plan: Applying;
  readonly side: Side;
}

/** What a line may stand on. */
interface Sides {
  readonly general: Side;
  readonly special: Side | null;
  readonly plan: PlanRef | null;
}

function foundAs(
  bucket: Bucket,
  notes: readonly LossNote[],
  { plan, general, special }: Sides,
  figure: Figure | null = null,
): Found {
  return { bucket, notes, plan, general, special, lowFen: figure?.lowFen ?? null, highFen: figure?.highFen ?? null };
}

/** Of a line that may be compared: what is not known is asked first, then the average, then which plan's rate it was paid at. */
export function attribute(evidence: LineEvidence): Found {
  const { appliedBp, members, side } = evidence;
  const general = side(GENERAL_PLAN_ID);
  const candidates: Candidate[] = members.applying.map((plan) => ({ plan, side: side(plan.id) }));
  const isAt = ({ bps }: PossibleRates) => bps.includes(appliedBp);
  const matching = candidates.filter((one) => isAt(one.side));
  const special = matching.find((one) => !one.side.isUnknown) ?? matching[0] ?? candidates[0] ?? null;
  const plan = special?.plan ?? members.left;
  const sides = { general, special: special?.side ?? null, plan: plan && refOf(plan) };
  const sureness =
    candidates.length > 1 ? 'binding-unknown' : special && !special.plan.isSure ? 'membership-open' : null;
  const notes: LossNote[] = sureness ? [sureness] : [];

  if (general.isUnknown) return foundAs('unknown', ['general-unknown'], sides);
  if (!isAt(general)) {
    const left = members.left && side(members.left.id);
    if (left?.isUnknown && !isAt(left)) return foundAs('unknown', ['special-unknown'], sides);
    const isOpen = matching.length === 0 && candidates.some((one) => one.side.isUnknown);
    if (isOpen || special?.side.isUnknown) return foundAs('unknown', ['special-unknown'], sides);
    if (!special && members.isUnknown) return foundAs('unknown', ['membership-unknown'], sides);
  }
  // An item may be anywhere around the average of its shop, whichever rate it was paid at.
  if (general.basis === 'shop-average' || special?.side.basis === 'shop-average') {
    const figure = plan ? boundsOf(evidence, lossOf(evidence, general)) : null;
    return foundAs('estimated', [...notes, 'shop-average'], sides, figure);
  }
  if (special && matching.length > 0)
    return isAt(general)
      ? foundAs('either', notes, sides, hull(lossOf(evidence, general)))
      : specialLoss(evidence, sides, special.side, notes);
  return isAt(general) ? savedBy(evidence, sides, notes) : otherwise(evidence, sides);
}

function refOf({ id, name }: PlanRef): PlanRef {
  return { id, name };
}

interface Figure {
  readonly lowFen: number;
  readonly highFen: number;
}

/** net(A, r) less net(A, a) over all rates r that the other side may have had. */
function lossOf({ terms, appliedBp }: LineEvidence, { bps }: PossibleRates): Figure {
  const paid = netFen(terms, appliedBp);
  let [lowFen, highFen] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const bp of bps) {
    const loss = netFen(terms, bp) - paid;
    lowFen = Math.min(lowFen, loss);
    highFen = Math.max(highFen, loss);
  }
  return { lowFen, highFen };
}

/** Where a refund may have been made, anything between nothing and all of it. */
function boundsOf({ order }: LineEvidence, figure: Figure): Figure {
  return isRefundUnknown(order) ? hull(figure) : figure;
}

/** Between nothing and all of it. */
function hull({ lowFen, highFen }: Figure): Figure {
  return { lowFen: Math.min(0, lowFen), highFen: Math.max(0, highFen) };
}

/** Paid at the special rate, which the general plan did not have. */
function specialLoss(evidence: LineEvidence, sides: Sides, side: Side, sureness: readonly LossNote[]): Found {
  const { order, terms } = evidence;
  const { general } = sides;
  const figure = lossOf(evidence, general);
  const notes = [...sureness];
  if (general.isAssumed || side.isAssumed) notes.push('assumed');
  if (terms.feeBp === null) notes.push('fee-unknown');
  if (doAmountsDisagree(order)) notes.push('amounts-disagree');
  const isDoubted = notes.length > sureness.length;
  const isOpen = isRefundOpen(order);
  if (isRefundUnknown(order)) notes.push('refund-amount-unknown');
  if (isOpen) notes.push('refund-open');
  const isPending = order.state !== 'settled' || isOpen;
  const settled = figure.highFen < 0 ? 'gain' : 'proven';
  return foundAs(isDoubted ? 'estimated' : isPending ? 'pending' : settled, notes, sides, boundsOf(evidence, figure));
}

/** Paid at the general rate: after an exit from a plan whose rate is known, what that saved. */
function savedBy(evidence: LineEvidence, sides: Sides, notes: readonly LossNote[]): Found {
  const { terms, appliedBp, members, side } = evidence;
  const left = members.left && side(members.left.id);
  if (!left || left.isUnknown || left.basis !== 'item')
    return foundAs('general', notes, sides, { lowFen: 0, highFen: 0 });
  const paid = netFen(terms, appliedBp);
  const saved = left.bps.map((bp) => paid - netFen(terms, bp));
  const figure = boundsOf(evidence, { lowFen: Math.min(...saved), highFen: Math.max(...saved) });
  return foundAs('saved', notes, { ...sides, special: left }, figure);
}

/** All that may have applied is known, and nothing of it is what was paid. */
function otherwise(evidence: LineEvidence, sides: Sides): Found {
  const { appliedBp, terms, members, others, side } = evidence;
  const { general } = sides;
  const isAt = (planId: string) => side(planId).bps.includes(appliedBp);
  if (others.some(isAt)) return foundAs('other-plan', ['event'], sides);
  if (members.superseded.some(({ id }) => isAt(id))) return foundAs('other-plan', ['superseded'], sides);
  const left = members.left && side(members.left.id);
  const isNetOf = ({ bps }: PossibleRates) => bps.some((bp) => divideRound(bp * 9, 10) === appliedBp);
  const notes: LossNote[] = [];
  if (left?.bps.includes(appliedBp)) notes.push('exit-not-effective');
  // Where there is no technical fee the rate may be that of the plan less 10 %.
  const hasNoFee = terms.feeBp === 0;
  if (hasNoFee && (isNetOf(general) || members.applying.some(({ id }) => isNetOf(side(id))))) notes.push('maybe-net');
  return foundAs('unexplained', notes, left ? { ...sides, special: left } : sides, lossOf(evidence, general));
}
