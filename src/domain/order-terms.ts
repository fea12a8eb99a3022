/** What an order line by itself comes to: its amount after refunds, what it was paid by, and why it may not be comparable (orders.md §3.2, §3.4). */
import { millisecondsInDay } from 'date-fns/constants';
import { payoutAt, type Terms } from './money.ts';
import type { OrderLine } from './order-line.ts';
import type { RateMoment } from './policy.ts';
import type { Window } from './rate-window.ts';

/** Why a line is compared with nothing. */
export type Obstacle = 'invalid' | 'refunded' | 'third-party' | 'product' | 'marketing' | 'platform' | 'no-share';

/** Local services: they have no plans. */
const OTHER_PLATFORMS = /口碑|饿了么/;

/** What the alliance pays on, before refunds; null where the report does not say. */
function grossFen({ state, settledFen, paidFen }: OrderLine): number | null {
  return state === 'settled' ? (settledFen ?? paidFen) : paidFen;
}

/** A: the settled amount, else the paid one, less refunds that succeeded. */
export function amountOf(line: OrderLine): number | null {
  const gross = grossFen(line);
  if (gross === null) return null;
  const back = line.refunds.reduce(
    (sum, { state, refundFen }) => sum + (state === 'succeeded' ? (refundFen ?? 0) : 0),
    0,
  );
  return Math.max(0, gross - back);
}

/** The first thing that keeps a line from being compared; null: nothing does. */
export function obstacleOf(line: OrderLine): Obstacle | null {
  if (line.state === 'void') return 'invalid';
  if (amountOf(line) === 0) return 'refunded';
  if (line.role === 'third-party') return 'third-party';
  if (line.product !== null) return 'product';
  if (line.marketing !== null) return 'marketing';
  if (OTHER_PLATFORMS.test(line.platform ?? '')) return 'platform';
  return line.shareBp === 0 ? 'no-share' : null;
}

/** The whole rate, as a plan has it: what was applied, and the special service fee that was taken out of it before. */
export function wholeRateOf({ rateBp, serviceFeeBp }: Pick<OrderLine, 'rateBp' | 'serviceFeeBp'>): number | null {
  return rateBp === null ? null : rateBp + (serviceFeeBp ?? 0);
}

/** null: the amount or the share is not known. */
export function termsOf(line: OrderLine): Terms | null {
  const { shareBp, feeBp } = line;
  const [amountFen, serviceFeeBp] = [amountOf(line), line.serviceFeeBp ?? 0];
  return amountFen === null || shareBp === null ? null : { amountFen, serviceFeeBp, shareBp, feeBp };
}

/** Whether a refund was, or may be, made of which no amount is known. */
export function isRefundUnknown({ refundTag, refunds }: OrderLine): boolean {
  if (refunds.length === 0) return refundTag === true;
  return refunds.some(({ state, refundFen }) => state === 'succeeded' && refundFen === null);
}

/** Whether a refund case is not decided yet. */
export function isRefundOpen({ refunds }: OrderLine): boolean {
  return refunds.some(({ state }) => state === 'open');
}

/** Whether what the report says of the money is not what its own rate comes to, by more than a fen. */
export function doAmountsDisagree(line: OrderLine): boolean {
  const [terms, gross, rateBp] = [termsOf(line), grossFen(line), wholeRateOf(line)];
  if (terms === null || gross === null || rateBp === null) return false;
  const { commissionFen, feeFen } = payoutAt({ ...terms, amountFen: gross }, rateBp);
  const reported = reportedCommission(line);
  const isOff = (ours: number, theirs: number | null) => theirs !== null && Math.abs(ours - theirs) > 1;
  return isOff(commissionFen, reported) || (terms.feeBp !== null && isOff(feeFen, line.feeFen));
}

/** Without the subsidy; null where it cannot be told apart. */
function reportedCommission(line: OrderLine): number | null {
  const { state, settledIncomeFen, estimatedFen, commissionFen, subsidyFen, incomeBp, rateBp } = line;
  const subsidy = subsidyFen ?? (incomeBp === rateBp ? 0 : null);
  const income = state === 'settled' ? settledIncomeFen : estimatedFen;
  if (income !== null && subsidy !== null) return income - subsidy;
  return state === 'settled' ? commissionFen : null;
}

/** Before an order the click came at most so much earlier. */
const CLICK_MS = 15 * millisecondsInDay;

export interface OrderTimes {
  /** By it a line is put before or after something: the click, else the creation. */
  readonly atMs: number;
  /** When the click was. */
  readonly click: Window;
  /** From the click to the payment: the rate is one that held then. */
  readonly window: Window;
}

/** null: the report has no time of the line. Times of one row may be out of order by seconds. */
export function timesOf(
  { clickedMs, createdMs, paidMs }: OrderLine,
  moment: RateMoment | null = null,
): OrderTimes | null {
  const ordered = createdMs ?? paidMs;
  const atMs = clickedMs ?? ordered;
  if (atMs === null) return null;
  const fromMs = clickedMs ?? atMs - CLICK_MS;
  const toMs = Math.max(atMs, paidMs ?? ordered ?? atMs);
  const whole = { fromMs: Math.min(fromMs, toMs), toMs };
  const exactMs = moment === 'click' ? clickedMs : moment === 'payment' ? paidMs : null;
  const window = exactMs === null ? whole : { fromMs: exactMs, toMs: exactMs };
  return { atMs, click: { fromMs, toMs: atMs }, window };
}
