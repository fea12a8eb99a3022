/** What exports say. A reading is one row of an export in tkguard's words; `null` means that the export does not say. */

export const PLAN_KINDS = ['general', 'special', 'event', 'marketing', 'selected'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

export const PLAN_STATES = ['active', 'expired', 'stopped', 'deleted'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

export const MEMBERSHIPS = ['approved', 'pending', 'rejected', 'removed', 'left', 'none'] as const;
export type MembershipStatus = (typeof MEMBERSHIPS)[number];

/** Commission rates and income rates (commission plus subsidy) are different measures and never compared (design.md §4.1). */
export const MEASURES = ['commission', 'income'] as const;
export type Measure = (typeof MEASURES)[number];

/** The general plan's id on every shop (formats.md §1.2: `campaignId` 0). */
export const GENERAL_PLAN_ID = '0';

/** What an export says of a plan as a whole. Times are texts of `parseTime`: a day, or an instant with offset. */
export interface PlanFacts {
  readonly kind: PlanKind | null;
  readonly name: string | null;
  readonly state: PlanState | null;
  readonly status: MembershipStatus | null;
  readonly joinedAt: string | null;
  readonly approvedAt: string | null;
  /** Id of the joined record (`pubCampaignid`), which the exit page wants; not the plan id. */
  readonly exitId: string | null;
  /** 锁佣: the merchant cannot lower the rate for a time. */
  readonly locked: boolean | null;
  /** Whether joining needs the merchant's approval. */
  readonly audit: boolean | null;
  readonly hidden: boolean | null;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
}

export const NO_FACTS: PlanFacts = {
  kind: null,
  name: null,
  state: null,
  status: null,
  joinedAt: null,
  approvedAt: null,
  exitId: null,
  locked: null,
  audit: null,
  hidden: null,
  startsAt: null,
  endsAt: null,
};

/** The column, and the name for users, of a fact of a plan or an order: `joinedAt` is `joined_at`, `clickedMs` `clicked_at`. */
export function columnOf(fact: string): string {
  return fact.replace(/Ms$/, 'At').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export interface RateFact {
  readonly measure: Measure;
  /** Basis points; null when the export states that the rate is unknown, or says nothing of it. */
  readonly bp: number | null;
  /** The cell as it stood in the export; '' where it says nothing (empty, null or absent). */
  readonly raw: string;
}

/** Whether a row lists its plan and says nothing of the rate: what was known of it stays, and ages (design.md §4.1). */
export function isSilent({ bp, raw }: { readonly bp: number | null; readonly raw: string | null }): boolean {
  return bp === null && raw === '';
}

/**
 * A merchant by either of its ids; `sellerId` = `oriMemberId` = `userNumberId`. Where an export has neither, a name
 * stands for a shop of its own: it is never taken for one that is known by ids. At least one of them is known.
 */
export interface ShopIds {
  readonly sellerId: string | null;
  readonly keeperId: string | null;
  /** 旺旺. */
  readonly nick: string | null;
  /** 店铺名称. */
  readonly title: string | null;
  /** One of the two: the export does not say which. */
  readonly name: string | null;
  /** Another number of the shop that the same row states. */
  readonly otherId: string | null;
  /** The seller number in the link of the row's picture, which may be another merchant's. */
  readonly pictureId: string | null;
}

export const NO_SHOP: ShopIds = {
  sellerId: null,
  keeperId: null,
  nick: null,
  title: null,
  name: null,
  otherId: null,
  pictureId: null,
};

/** How many digits tell what the open platform calls a shop since 2022-11 from a seller number: no column does (design.md §3.4). */
export const OPAQUE_DIGITS = [16, 19] as const;
export const SELLER_DIGITS = 13;

/** Whether an id is what the open platform calls a shop. */
export function isOpaqueId(id: string | null): boolean {
  const [least, most] = OPAQUE_DIGITS;
  return id !== null && id.length >= least && id.length <= most && /^\d+$/.test(id);
}

export interface ItemIds {
  readonly id: string;
  readonly title: string | null;
}

export interface Reading {
  /** Line of the file (tables, NDJSON), or 1-based index of the row (JSON). */
  readonly locator: number;
  readonly shop: ShopIds;
  /** null: the shop as a whole. */
  readonly item: ItemIds | null;
  readonly planId: string;
  readonly facts: PlanFacts;
  /** null: this export carries no rate here at all (the joined list). */
  readonly rate: RateFact | null;
  /** Promoted sales of the item in 30 days, also beside no rate: its weight in a mixed verdict (design.md §4.3). */
  readonly sales: number | null;
}

/**
 * What a snapshot is complete for; what it covers and does not list counts as absent.
 * `listed`, `shop-plans`, `item-search`, `item-plans`: all plans (of the kinds below) of each shop-and-item it mentions.
 * `joined-plans`: all joined plans of the account. `plan-items`: all items of one plan. `partial`: nothing.
 * `orders`: nothing; it is a report of orders and says nothing of plans.
 */
export const COVERAGES = [
  'listed',
  'joined-plans',
  'shop-plans',
  'item-search',
  'item-plans',
  'plan-items',
  'partial',
  'orders',
] as const;
export type Coverage = (typeof COVERAGES)[number];

const COVERED_KINDS: Readonly<Record<Coverage, readonly PlanKind[]>> = {
  listed: PLAN_KINDS,
  'shop-plans': ['general', 'special'],
  'item-search': ['general', 'special', 'event'],
  'item-plans': ['special'],
  'joined-plans': [],
  'plan-items': [],
  partial: [],
  orders: [],
};

/** Whether a snapshot of this coverage would list a plan of this kind (null: not known, as a special one) at every shop-and-item that it mentions. */
export function coversKind(coverage: Coverage, kind: PlanKind | null): boolean {
  return COVERED_KINDS[coverage].includes(kind ?? 'special');
}
