/** The ledger as the domain sees it: everything known of one account in one shop, up to a moment. */
import type { Rates } from './rates.ts';
import type { PlanFacts } from './reading.ts';
import type { Item, RateSeries, Run } from './runs.ts';

export interface PlanLedger {
  readonly planId: string;
  readonly facts: readonly Run<PlanFacts>[];
  /** All readings of each rate, but of those in `now`. */
  readonly rates: readonly RateSeries[];
  /** Where a ledger is read to be judged: rates of scopes of which one feed alone tells. */
  readonly now?: Rates;
  /** When the user says to have left it. */
  readonly exitedMs?: number;
}

export interface ShopRef {
  readonly id: string | null;
  readonly keeperId: string | null;
  readonly name: string | null;
}

/** What tells one shop from any other: its seller id, else its keeper id, else its name. */
export function shopKey({ id, keeperId, name }: ShopRef): string {
  if (id !== null) return `seller ${id}`;
  return keeperId === null ? `name ${name}` : `keeper ${keeperId}`;
}

/** What tells one account's plan from any other. */
export function planKey({
  account,
  shop,
  plan,
}: {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string };
}): string {
  return JSON.stringify([account, shopKey(shop), plan.id]);
}

/** What people read for a shop. */
export function shopLabel({ id, keeperId, name }: ShopRef): string | null {
  return name ?? id ?? keeperId;
}

export interface SalesMove {
  readonly before: number;
  readonly after: number;
}

export interface ShopLedger {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plans: readonly PlanLedger[];
  /** Rates of plans that were left out, at scopes where they tell that another plan is absent. */
  readonly others?: readonly RateSeries[];
  /** Ids of others that exports take this merchant for, contradicting each other. */
  readonly unclear?: readonly string[];
  /** Items' sales in 30 days by their newest capture: by scope; where none is stated there is none. */
  readonly sales: ReadonlyMap<number, number>;
  /**
   * Sales of all items of the shop in 30 days, by each feed that states them: those first and last known between two moments. To be
   * asked while the ledger is open.
   */
  salesBetween(fromMs: number, toMs: number): readonly SalesMove[];
  /** Captured times of complete joined lists of the account, ascending. */
  readonly joinedListTimes: readonly number[];
  /** The item of a scope, or its id alone; to be asked while the ledger is open. Null: the shop as a whole. */
  itemOf(scope: number): Item | null;
  idOf(scope: number): string | null;
}
