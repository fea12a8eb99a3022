/** What the user decides about verdicts (design.md §4.5). */
import { millisecondsInDay } from 'date-fns/constants';
import type { ShopRef } from './ledger.ts';
import { parsePercent } from './rate.ts';

export interface Policy {
  /** The special rate must exceed the general one by at least this many basis points to be kept; 0: equal is kept. */
  readonly minGainBp: number;
  /** Data older than this is not judged. Milliseconds. */
  readonly maxAgeMs: number;
  /** A vanished plan counts as gone when this many captures that would list it did not. */
  readonly confirmMissing: number;
}

/** When the rate of an order is taken. */
export const RATE_MOMENTS = ['click', 'payment'] as const;
export type RateMoment = (typeof RATE_MOMENTS)[number];

/** A policy with exceptions: by seller id (or keeper id, where no other is known) and by plan id. */
export interface PolicyRules extends Policy {
  /** As own orders have shown it (orders.md §3.7); left out: any moment from the click to the payment. */
  readonly rateMoment?: RateMoment;
  readonly shops?: Readonly<Record<string, Partial<Policy>>>;
  readonly plans?: Readonly<Record<string, Partial<Policy>>>;
}

/** Whether data of this age are too old to judge by: a rate, a membership, or a whole list that was last seen so long ago. */
export function isStale(ageMs: number, { maxAgeMs }: Pick<Policy, 'maxAgeMs'>): boolean {
  return ageMs > maxAgeMs;
}

export const DEFAULT_POLICY: Policy = { minGainBp: 0, maxAgeMs: 3 * millisecondsInDay, confirmMissing: 2 };

/** A plan that ends within this time is named with `ends-soon`. */
export const ENDS_SOON_MS = 7 * millisecondsInDay;

/** The alliance purges dead joined records after 30 days (formats.md §4, R9): after that a vanished record says nothing. */
export const PURGE_MS = 30 * millisecondsInDay;

/** The policy in force for one plan of a shop, or for the shop as such: the plan's exception, else the shop's, else the rule. */
export function policyFor(
  rules: PolicyRules,
  { id, keeperId }: Pick<ShopRef, 'id' | 'keeperId'>,
  planId: string | null,
): Policy {
  if (isEmpty(rules.shops) && isEmpty(rules.plans)) return rules;
  const { minGainBp, maxAgeMs, confirmMissing } = rules;
  const shop = id ?? keeperId;
  return {
    minGainBp,
    maxAgeMs,
    confirmMissing,
    ...(shop === null ? {} : ownValue(rules.shops, shop)),
    ...(planId === null ? {} : ownValue(rules.plans, planId)),
  };
}

function isEmpty(exceptions: object | undefined): boolean {
  for (const _ in exceptions) return false;
  return true;
}

function ownValue<V>(values: Readonly<Record<string, V>> | undefined, key: string): V | undefined {
  return values && Object.hasOwn(values, key) ? values[key] : undefined;
}

/** Whether two policies judge alike; exceptions are not looked at. */
export function isSamePolicy(a: Policy, b: Policy): boolean {
  return a.minGainBp === b.minGainBp && a.maxAgeMs === b.maxAgeMs && a.confirmMissing === b.confirmMissing;
}

/** Reads a minimum gain in percentage points (`0.5`, `1%`) to basis points; null for anything else. Here 0 is 0, and not unknown. */
export function parseGain(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,2})?%?$/.test(text)) return null;
  if (/^0+(\.0+)?%?$/.test(text)) return 0;
  const gain = parsePercent(text);
  return gain.ok ? gain.bp : null;
}
