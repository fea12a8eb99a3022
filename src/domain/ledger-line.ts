/**
 * The whole ledger, line by line: what `tkguard export` writes and `tkguard sync` reads. One JSON object a line; names
 * are those of tkguard's own rows (formats.md §0), and what is unknown is left out. Times are ISO 8601 with offset.
 * `shop`, `file` and `feed` are numbers within the document.
 */
import type { Coverage, MembershipStatus, PlanKind, PlanState } from './reading.ts';
import type { CapturedFrom } from './snapshot.ts';

export const HOLD_REASONS = ['mass-disappearance', 'format-drift'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

export const ID_KINDS = ['seller', 'keeper', 'name'] as const;
export type IdKind = (typeof ID_KINDS)[number];

export const LEDGER_FORMAT = 'tkguard/ledger@1';

/** One number, or name, by which exports call a merchant; before the lines that speak of it. */
export interface ShopLine {
  readonly type: 'shop';
  readonly shop: number;
  readonly id_kind: IdKind;
  readonly id_no: string;
  readonly nick?: string;
  readonly nick_at?: string;
  readonly title?: string;
  readonly title_at?: string;
  readonly name?: string;
  readonly name_at?: string;
}

/** An item that has a title. */
export interface ItemLine {
  readonly type: 'item';
  readonly shop: number;
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
  /** The time in its content, else the file's time. */
  readonly own_at?: string;
  /** Newest of its snapshots; absent when it was discarded. */
  readonly captured_at?: string;
  readonly discarded_at?: string;
  /** Why it is held, or was until it was released. */
  readonly hold?: {
    readonly reason: HoldReason;
    readonly args: Readonly<Record<string, string | number>>;
    readonly released_at?: string;
  };
}

/** Snapshots that are compared with each other. */
export interface FeedLine {
  readonly type: 'feed';
  readonly feed: number;
  readonly account: string;
  readonly format: string;
  readonly coverage: Coverage;
  readonly subject: string;
  readonly held: boolean;
}

/** Of one feed in order of time, before the lines of that feed. */
export interface SnapshotLine {
  readonly type: 'snapshot';
  readonly feed: number;
  readonly file: number;
  readonly captured_at: string;
  readonly captured_from: CapturedFrom;
  readonly rows: number;
}

/** What the snapshots of a feed say from `at` on, until the next line of the same thing; lines of one thing stand together, in order of time. */
interface ChangeLine {
  readonly shop: number;
  readonly feed: number;
  readonly at: string;
}

interface PlanChangeLine extends ChangeLine {
  readonly plan_id: string;
  /** false: they do not list it; then nothing else is said. */
  readonly listed: boolean;
  /** Where it stood in the export of that moment. */
  readonly line?: number;
}

export interface PlanLine extends PlanChangeLine, PlanFieldValues {
  readonly type: 'plan';
}

interface PlanFieldValues {
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
  /** Other numbers of its shop that the same row shows. */
  readonly keeper_id?: string;
  readonly other_seller_id?: string;
  readonly picture_seller_id?: string;
}

/** The columns of the table `fact` that a plan's line gives, and what they are called there. */
export const PLAN_FIELDS: readonly (readonly [column: string, field: keyof PlanFieldValues])[] = [
  ['kind', 'plan_type'],
  ['name', 'plan_name'],
  ['state', 'plan_state'],
  ['status', 'status'],
  ['joined_at', 'joined_at'],
  ['approved_at', 'approved_at'],
  ['exit_id', 'exit_id'],
  ['locked', 'locked'],
  ['audit', 'audit'],
  ['hidden', 'hidden'],
  ['starts_at', 'starts_at'],
  ['ends_at', 'ends_at'],
  ['keeper_id', 'keeper_id'],
  ['other_seller_id', 'other_seller_id'],
  ['picture_seller_id', 'picture_seller_id'],
];

export interface RateLine extends PlanChangeLine {
  readonly type: 'rate';
  /** Absent: the shop as a whole. */
  readonly item_id?: string;
  readonly income: boolean;
  /** Percent, as `"15.50"`; absent: listed as unknown. */
  readonly rate?: string;
  /** The cell, where it is not just the rate and a percent sign. */
  readonly cell?: string;
}

export interface SalesLine extends ChangeLine {
  readonly type: 'sales';
  readonly item_id: string;
  /** Absent: nothing is said from then on. */
  readonly sales_30d?: number;
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
export interface ExitLine {
  readonly type: 'exit';
  readonly shop: number;
  readonly plan_id: string;
  readonly account: string;
  readonly left_at: string;
}

export type LedgerLine =
  | ShopLine
  | ItemLine
  | FileLine
  | FeedLine
  | SnapshotLine
  | PlanLine
  | RateLine
  | SalesLine
  | MuteLine
  | ExitLine;

/** The last line: without it, or where it does not fit, the document is cut off or was changed. */
export interface EndLine {
  readonly type: 'end';
  readonly lines: number;
  /** SHA-256 of all lines before. */
  readonly sha256: string;
}
