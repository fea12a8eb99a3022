/**
 * What is held (design: absence and what is held): a snapshot that would change most of what it covers at once cannot be
 * believed unseen. Two ledgers are compared: just before its capture, and with it.
 */

import { isDead } from './closed.ts';
import { mayBeSpecial } from './kind.ts';
import { formatBp } from './rate.ts';
import type { Rates } from './rates.ts';
import type { MembershipStatus } from './reading.ts';
import type { Hold } from './snapshot.ts';
import { isAbsent } from './standing.ts';
import type { RatedPlan, ShopNow } from './state.ts';

/** The fewest plans, or shops, that are most of what a snapshot covers. */
export const FEWEST = 3;

function isMost(part: number, whole: number): boolean {
  return part >= FEWEST && part * 2 > whole;
}

/**
 * The rule. Held when, of the joined special plans, most vanish or end, or most turn into plans of another kind; or when in most
 * shops most rates of one kind (special, general) vanish, become unknown, or move by about ten or a hundred times. Special
 * plans that are not joined do not count; a merchant who cuts all his items is one shop. Gives every reason: the user may accept one of them.
 */
export function holdsOf({ joined, ended, turned, rates }: Upheaval): Hold[] {
  const holds: Hold[] = [];
  if (isMost(ended, joined)) holds.push({ code: 'mass-disappearance', args: { gone: ended, known: joined } });
  if (isMost(turned, joined)) holds.push({ code: 'kinds-turned', args: { turned, known: joined } });
  for (const kind of ['special', 'general'] as const) {
    const { shops, upset, moved, examples } = rates[kind];
    if (!isMost(upset, shops)) continue;
    if (moved * 2 <= upset) holds.push({ code: 'rates-disappear', args: { rates: kind, gone: upset, known: shops } });
    else {
      const args = { rates: kind, drifted: upset, compared: shops, examples: examples.join('; ') };
      holds.push({ code: 'format-drift', args });
    }
  }
  return holds;
}

/** By 9 to 11 or 90 to 110 times, either way: another unit, and no merchant's decision. */
function isOtherUnit(fromBp: number, toBp: number): boolean {
  const times = Math.max(fromBp, toBp) / Math.min(fromBp, toBp);
  return (times >= 9 && times <= 11) || (times >= 90 && times <= 110);
}

/** What a snapshot would change of what it covers. */
export interface Upheaval {
  /** Joined special plans that it covers; how many of them vanish or end, and how many turn into another kind. */
  joined: number;
  ended: number;
  turned: number;
  readonly rates: Readonly<Record<'special' | 'general', RateUpheaval>>;
}

interface RateUpheaval {
  /** Shops in which rates of the kind were known; how many are upset, and in how many of these by rates that moved. */
  shops: number;
  upset: number;
  moved: number;
  readonly examples: string[];
}

export function noUpheaval(): Upheaval {
  const none = (): RateUpheaval => ({ shops: 0, upset: 0, moved: 0, examples: [] });
  return { joined: 0, ended: 0, turned: 0, rates: { special: none(), general: none() } };
}

/** Whether what was counted could be most of something, however little else there is. */
export function mayBeMost({ ended, turned, rates: { special, general } }: Upheaval): boolean {
  return Math.max(ended, turned, special.upset, general.upset) >= FEWEST;
}

/** Adds what a snapshot captured at `atMs` changes in one shop of its account. */
export function addShop(found: Upheaval, before: ShopNow, after: ShopNow, atMs: number): void {
  const plans = new Map(after.plans.map((plan) => [plan.id, plan]));
  const general = new RateChanges();
  const special = new RateChanges();
  for (const was of before.plans) {
    const now = plans.get(was.id);
    if (!now) continue;
    if (was.kind === 'general') general.add(was.rates, now.rates, atMs);
    if (!isJoined(was)) continue;
    const told = special.add(was.rates, now.rates, atMs);
    const hasEnded = isEnded(now);
    if (hasEnded || told > 0 || now.membership?.atMs === atMs || now.stateAtMs === atMs) found.joined += 1;
    if (hasEnded) found.ended += 1;
    else if (now.kind !== was.kind && was.kind !== null && now.kind !== null) found.turned += 1;
  }
  general.addTo(found.rates.general);
  special.addTo(found.rates.special);
}

/** What is dead is purged, and what is missing already cannot vanish. */
function isJoined(plan: RatedPlan): boolean {
  return plan.membership?.status === 'approved' && mayBeSpecial(plan.kind) && !isDead(plan.state) && !isAbsent(plan);
}

const ENDED: readonly MembershipStatus[] = ['removed', 'left', 'none', 'rejected'];

function isEnded(plan: RatedPlan): boolean {
  return isAbsent(plan) || (plan.membership !== null && ENDED.includes(plan.membership.status));
}

const EXAMPLES = 3;

/** Rates of one kind in one shop that were known and are told of now. */
class RateChanges {
  #told = 0;
  #gone = 0;
  #moved = 0;
  #example: string | null = null;

  /** Gives how many of a plan's rates the snapshot tells of, also by their absence. */
  add(before: Rates, after: Rates, atMs: number): number {
    let told = 0;
    for (let row = before.from; row < before.to; row++) {
      const fromBp = before.usableBp(row);
      if (fromBp === null) continue;
      const now = after.find(before.table.scopes[row] as number);
      const toBp = after.usableBp(now);
      if (toBp !== null && after.seenMs(now) !== atMs) continue;
      told += 1;
      if (toBp === null) this.#gone += 1;
      else if (isOtherUnit(fromBp, toBp)) {
        this.#moved += 1;
        this.#example ??= `${formatBp(fromBp)}% > ${formatBp(toBp)}%`;
      }
    }
    this.#told += told;
    return told;
  }

  addTo(found: RateUpheaval): void {
    if (this.#told === 0) return;
    found.shops += 1;
    if ((this.#gone + this.#moved) * 2 <= this.#told) return;
    found.upset += 1;
    if (this.#moved > this.#gone) found.moved += 1;
    if (this.#example !== null && found.examples.length < EXAMPLES) found.examples.push(this.#example);
  }
}
