/**
 * The whole ledger, line by line: what `tkguard export` writes and `tkguard sync` reads. One JSON object a line; names
 * are those of tkguard's own rows (formats.md §0), and what is unknown is left out. Times are ISO 8601 with offset.
 * `shop`, `file` and `stream` are numbers within the document.
 */
import type { Coverage, Measure, MembershipStatus, PlanKind, PlanState } from './reading.ts';
import type { CapturedFrom } from './snapshot.ts';

export const HOLD_REASONS = ['mass-disappearance', 'format-drift'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

export const LEDGER_FORMAT = 'tkguard/ledger@1';

/** Before the lines that speak of it. */
export interface ShopLine {
  readonly type: 'shop';
  readonly shop: number;
  readonly shop_id?: string;
  readonly keeper_ids: readonly string[];
  readonly shop_name?: string;
  readonly named_at?: string;
}

/** An item that has a title. */
export interface ItemLine {
  readonly type: 'item';
  readonly item_id: string;
  readonly item_title: string;
  readonly titled_at: string;
}

/** An export as it was imported. */
export interface FileLine {
  readonly type: 'file';
  readonly file: number;
  readonly name: string;
  readonly sha256: string;
  /** '' where every row names its own. */
  readonly account: string;
  readonly ids: string;
  readonly bytes: number;
  readonly encoding: string;
  readonly format: string;
  readonly imported_at: string;
  /** Newest of its snapshots; absent when it was discarded. */
  readonly captured_at?: string;
  readonly discarded: boolean;
  /** Why it is held back. */
  readonly held?: {
    readonly code: HoldReason;
    readonly args: Readonly<Record<string, string | number>>;
  };
}

/** Snapshots that are compared with each other. */
export interface StreamLine {
  readonly type: 'stream';
  readonly stream: number;
  readonly account: string;
  readonly format: string;
  readonly coverage: Coverage;
  readonly subject: string;
  readonly held: boolean;
}

/** Of one stream in order of time, before the lines of that stream. */
export interface SnapshotLine {
  readonly type: 'snapshot';
  readonly stream: number;
  readonly file: number;
  readonly captured_at: string;
  readonly captured_from: CapturedFrom;
  readonly rows: number;
}

/** A value that all snapshots of the stream gave from `first_at` to `last_at`. */
interface RunLine {
  readonly shop: number;
  readonly plan_id: string;
  readonly stream: number;
  readonly first_at: string;
  readonly last_at: string;
  /** Where it stood in the first of these exports. */
  readonly line?: number;
}

export interface PlanLine extends RunLine {
  readonly type: 'plan';
  readonly plan_type?: PlanKind;
  readonly plan_name?: string;
  readonly plan_state?: PlanState;
  readonly status?: MembershipStatus;
  readonly joined_at?: string;
  readonly approved_at?: string;
  readonly exit_id?: string;
  readonly locked?: boolean;
  readonly audit?: boolean;
  readonly hidden?: boolean;
  readonly starts_at?: string;
  readonly ends_at?: string;
}

export interface RateLine extends RunLine {
  readonly type: 'rate';
  /** Absent: the shop as a whole. */
  readonly item_id?: string;
  readonly measure: Measure;
  /** Percent, as `"15.50"`; absent: listed as unknown. */
  readonly rate?: string;
  readonly sales_30d?: number;
  /** The cell as it stood there. */
  readonly cell?: string;
}

/** What the user does not want to be told of; without `account` for every account, without `until_at` until it is taken back. */
export interface MuteLine {
  readonly type: 'mute';
  readonly shop: number;
  readonly plan_id: string;
  readonly account?: string;
  readonly muted_at: string;
  readonly until_at?: string;
  readonly reason?: string;
}

/** When the user left a plan, by their own word. */
export interface DepartureLine {
  readonly type: 'departure';
  readonly shop: number;
  readonly plan_id: string;
  readonly account: string;
  readonly left_at: string;
}

export type LedgerLine =
  | ShopLine
  | ItemLine
  | FileLine
  | StreamLine
  | SnapshotLine
  | PlanLine
  | RateLine
  | MuteLine
  | DepartureLine;

/** The last line: without it, or where it does not fit, the document is cut off or was changed. */
export interface EndLine {
  readonly type: 'end';
  readonly lines: number;
  /** SHA-256 of all lines before. */
  readonly sha256: string;
}
