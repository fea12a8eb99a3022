/** Snapshots: what is said of an import, and why one may be held. */
import type { Coverage } from './reading.ts';

/** Where a captured time comes from: the export itself, `--captured-at`, the file's modification time, or the clock (stdin). */
export const CAPTURED_FROM = ['content', 'flag', 'file-time', 'now'] as const;
export type CapturedFrom = (typeof CAPTURED_FROM)[number];

/** Neither the export nor the user says when it was captured. */
export function isGuessed(from: CapturedFrom): boolean {
  return from === 'file-time' || from === 'now';
}

/** The time of a content itself: the one that it tells, else its file's in whole seconds (design.md §3.3). */
export interface OwnTime {
  readonly ms: number;
  readonly from: Extract<CapturedFrom, 'content' | 'file-time'>;
}

/** Of a report of orders or refunds: when the first and the last of them were created. */
export interface OrderSpan {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/** One snapshot as it was imported. */
export interface NewSnapshot {
  readonly account: string;
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
  readonly coverage: Coverage;
  readonly rows: number;
  /** null: it is of plans. */
  readonly orders: OrderSpan | null;
}

/** Why a snapshot cannot be believed unseen. */
export const HOLD_REASONS = ['mass-disappearance', 'rates-disappear', 'kinds-turned', 'format-drift'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** What the user believes unseen: that plans and rates are gone, or that rates are another ten or a hundred times. */
export interface Accepting {
  readonly acceptRemovals: boolean;
  readonly acceptRates: boolean;
}

/** Whether what a file is held for was accepted beforehand. Kinds that turn never are. */
export function isAccepted(reason: HoldReason, { acceptRemovals, acceptRates }: Accepting): boolean {
  switch (reason) {
    case 'mass-disappearance':
    case 'rates-disappear':
      return acceptRemovals;
    case 'format-drift':
      return acceptRates;
    case 'kinds-turned':
      return false;
    default:
      return reason satisfies never;
  }
}

export interface Hold {
  readonly code: HoldReason;
  readonly args: Readonly<Record<string, string | number>>;
}

/** A file that is held. */
export interface HeldFile extends Hold {
  readonly fileId: number;
  /** One of its snapshots, by which it is released or discarded. */
  readonly snapshot: number;
  readonly file: string;
}

/** One snapshot as `tkguard snapshots` lists it. */
export interface SnapshotInfo extends NewSnapshot {
  readonly id: number;
  readonly importedMs: number;
  readonly format: string;
  readonly file: string;
  readonly encoding: string;
  readonly sha256: string;
  /** Why it is held back, so that nothing is judged by it; null: it counts. */
  readonly held: Hold | null;
}
