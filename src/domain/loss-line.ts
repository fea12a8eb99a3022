/** What became of an order line: its bucket, its figure, and what they stand on (orders.md §3.5). */
import type { ShopRef } from './ledger.ts';
import type { PlanRef } from './membership-at.ts';
import type { Terms } from './money.ts';
import type { OrderLine } from './order-line.ts';
import type { OrderTimes } from './order-terms.ts';
import type { PossibleRates, RateTrack } from './rate-window.ts';

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
export type LossNote = (typeof LOSS_NOTES)[number];

/** What one side may have paid in the window of a line. */
export interface Side extends PossibleRates {
  readonly planId: string;
  readonly basis: 'item' | 'shop-average';
  /** The plan's items are listed, and never this one. */
  readonly isOutside: boolean;
  readonly track: RateTrack | null;
}

export interface LossLine {
  readonly order: OrderLine;
  readonly account: string;
  /** null: which shop it is cannot be told. */
  readonly shop: ShopRef | null;
  /** The special plan that it counts to; null: none was joined. */
  readonly plan: PlanRef | null;
  /** When that plan was left before the click; null: it was not. */
  readonly exitMs: number | null;
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

/** What is worked out of the rates of a line; the rest follows from the order. */
export type Found = Pick<LossLine, 'bucket' | 'notes' | 'plan' | 'general' | 'special' | 'lowFen' | 'highFen'>;
