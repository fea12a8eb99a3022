/**
 * How long a special plan stays good after an account was approved (orders.md §6). One plan that several accounts joined at a
 * time is one decision of the merchant: all their captures count, from the earliest approval on.
 */
import { millisecondsInDay } from 'date-fns/constants';
import type { Stay } from './approval.ts';
import { staysOf } from './approval.ts';
import { hasEnded } from './closed.ts';
import { compareText } from './compare-text.ts';
import { groupBy } from './group-by.ts';
import { isSpecialPlan } from './kind.ts';
import type { PlanLedger, ShopLedger, ShopRef } from './ledger.ts';
import { isStale, type Policy, type PolicyRules, policyFor } from './policy.ts';
import { looksOf, presenceOf } from './presence.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import type { RateSeries } from './runs.ts';
import { firstSeen, lastSeen, SHOP_SCOPE } from './runs.ts';
import type { Sign, Turns } from './signs.ts';
import { signsOf, turnsOf } from './signs.ts';
import { stepsOf } from './steps.ts';
import type { Span } from './survival.ts';
import { wholeDays } from './survival.ts';
import type { Covering } from './timeline.ts';
import { believedPairs, commissionRates, generalRates, nameOf, runsOf, stepAt } from './timeline.ts';

/** `below`: its mean rate fell below the general one; `closed`: stopped, deleted or gone before its announced end. */
const BREAKS = ['below', 'closed'] as const;
/** What else ends a watch: `removed` by the merchant, `left`, `ended` as announced. Till then the plan was good. */
export const WATCH_ENDS = [...BREAKS, 'removed', 'left', 'ended'] as const;
export type WatchEnd = (typeof WATCH_ENDS)[number];

/** Days, with fractions, from the approval: to the last good capture, and to the first that was not; see `Span`. */
export interface Lifetime extends Span {
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null };
  readonly accounts: readonly string[];
  readonly approvedMs: number;
  /** Days from the approval to the newest capture that tells of the merchant. */
  readonly age: number;
  /** null: still good when last seen. */
  readonly end: WatchEnd | null;
  /** Mean rates when first seen after the approval; null: not seen since. */
  readonly specialBp: number | null;
  readonly signs: readonly Sign[];
}

/** A stay of which it is known when it began. */
interface Membership extends Pick<Stay, 'endMs'> {
  readonly account: string;
  readonly approvedMs: number;
  readonly end: WatchEnd | null;
}

/** What captures said of the plan at a moment. `seenMs`: of the oldest rate that counts. */
interface Look {
  readonly atMs: number;
  readonly seenMs: number;
  readonly isGood: boolean;
  readonly specialBp: number;
}

interface Closure {
  readonly atMs: number;
  readonly isAnnounced: boolean;
}

/** One merchant, by the ledgers of all accounts. Memberships of which nobody knows when they began are left out. */
export function lifetimesOf(whole: readonly ShopLedger[], policy: PolicyRules): Lifetime[] {
  const ledgers = whole.map(concerning);
  const seen = ledgers.flatMap((ledger) => seenPlans(ledger, policy));
  const watched = watchOf(ledgers);
  const lifetimes = [...groupBy(seen, ({ plan }) => plan.planId).values()].flatMap((same) => {
    const looks = same
      .flatMap((one) => one.looks)
      .sort((a, b) => a.atMs - b.atMs || Number(a.isGood) - Number(b.isGood));
    const closures = same.flatMap((one) => one.closures).sort((a, b) => a.atMs - b.atMs);
    const name = same.map(({ plan }) => nameOf(plan)).find((known) => known !== null) ?? null;
    return decisionsOf(same.flatMap(({ memberships }) => memberships)).map(({ accounts, ...membership }) => {
      const lifetime = lifetimeOf(membership, looks, closures, watched);
      const signs = signsOf(lifetime, same);
      return { shop: same[0].shop, plan: { id: same[0].plan.planId, name }, accounts, ...lifetime, signs };
    });
  });
  return lifetimes.sort((a, b) => a.approvedMs - b.approvedMs || compareText(a.plan.id, b.plan.id));
}

/** The same ledger where nothing is left out: what is known of it then stays known. */
function concerning(ledger: ShopLedger): ShopLedger {
  const plans = ledger.plans.filter(isConcerned);
  return plans.length === ledger.plans.length ? ledger : { ...ledger, plans };
}

/** Whether it was joined or applied for, or may stand beside such a plan: what else a shop offers is not asked about. */
function isConcerned({ planId, facts }: PlanLedger): boolean {
  if (planId === GENERAL_PLAN_ID) return true;
  return facts.some(({ value: { status, kind } }) => CONCERNING.has(status) || CONCERNING.has(kind));
}

const CONCERNING: ReadonlySet<string | null> = new Set(['approved', 'pending', 'removed', 'event', 'marketing']);

interface SeenPlan extends Turns {
  readonly shop: ShopRef;
  readonly plan: PlanLedger;
  readonly memberships: readonly Membership[];
  readonly looks: readonly Look[];
  readonly closures: readonly Closure[];
}

function seenPlans(ledger: ShopLedger, policy: PolicyRules): SeenPlan[] {
  const joined = ledger.plans.flatMap((plan) => {
    const memberships = isSpecialPlan(plan) ? membershipsOf(plan, ledger) : [];
    return memberships.length === 0 ? [] : [{ plan, memberships }];
  });
  if (joined.length === 0) return [];
  const looks = looksOf(ledger);
  const generals = generalRates(ledger.plans);
  return joined.map(({ plan, memberships }) => {
    const own = policyFor(policy, ledger.shop, plan.planId);
    const ends = stepsOf(plan.facts, (facts) => facts.endsAt);
    const presence = presenceOf(plan, looks, own.confirmMissing);
    const closed = presence.filter(({ code }) => code === 'closed');
    const closures = closed.map(({ firstSeenAfterMs: atMs, to }) => {
      const end = stepAt(ends, atMs)?.value ?? null;
      return { atMs, isAnnounced: to === 'expired' || hasEnded(end, atMs) };
    });
    const seen = looksAt(plan, generals, looks.covering, own);
    const { shop, salesBetween } = ledger;
    return { shop, plan, memberships, looks: seen, closures, ...turnsOf(plan, presence, generals), salesBetween };
  });
}

function membershipsOf(plan: PlanLedger, { account, joinedListTimes }: ShopLedger): Membership[] {
  return staysOf(plan, joinedListTimes).flatMap(({ approvedMs, endMs, end }) => {
    if (approvedMs === null) return [];
    return [{ account, approvedMs, endMs, end: end === null || end === 'removed' ? end : 'left' }];
  });
}

/** Memberships that overlap are one decision. */
function decisionsOf(all: readonly Membership[]): (Membership & { readonly accounts: readonly string[] })[] {
  const decisions: (Membership & { readonly accounts: readonly string[] })[] = [];
  for (const one of all.toSorted((a, b) => a.approvedMs - b.approvedMs || compareText(a.account, b.account))) {
    const last = decisions.at(-1);
    if (last && one.approvedMs <= last.endMs) {
      const later = one.endMs > last.endMs ? one : last;
      const accounts = [...new Set([...last.accounts, one.account])].sort();
      decisions[decisions.length - 1] = { ...last, endMs: later.endMs, end: later.end, accounts };
    } else decisions.push({ ...one, accounts: [one.account] });
  }
  return decisions;
}

interface Watch {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** From the first capture that lists anything of the merchant, or all that is joined, to the last. */
function watchOf(ledgers: readonly ShopLedger[]): Watch {
  let [sinceMs, untilMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (firstMs: number, lastMs: number) => {
    sinceMs = Math.min(sinceMs, firstMs);
    untilMs = Math.max(untilMs, lastMs);
  };
  for (const { plans, joinedListTimes } of ledgers) {
    for (const run of plans.flatMap(runsOf)) add(firstSeen(run), lastSeen(run));
    for (const ms of joinedListTimes) add(ms, ms);
  }
  return { sinceMs, untilMs };
}

function lifetimeOf(
  { approvedMs, ...membership }: Pick<Membership, 'approvedMs' | 'endMs' | 'end'>,
  looks: readonly Look[],
  closures: readonly Closure[],
  watched: Watch,
): Omit<Lifetime, 'shop' | 'plan' | 'accounts' | 'signs'> {
  const own = looks.filter(({ atMs }) => atMs >= approvedMs && atMs < membership.endMs);
  const closure = closures.find(({ atMs }) => atMs > approvedMs && atMs <= membership.endMs);
  const below = own.find(({ isGood, atMs }) => !isGood && atMs <= (closure?.atMs ?? atMs));
  const broken = below ?? (closure?.isAnnounced ? undefined : closure);
  const untilMs = (below ?? closure)?.atMs ?? membership.endMs;
  const good = own.filter(({ isGood, atMs }) => isGood && atMs < untilMs);
  const daysTo = (ms: number) => Math.max(0, (ms - approvedMs) / millisecondsInDay);
  const [first] = own;
  return {
    approvedMs,
    age: daysTo(Math.max(watched.untilMs, broken?.atMs ?? approvedMs)),
    // Approved before anything was captured: had it been broken and left before, it would not be here.
    entry: watched.sinceMs <= approvedMs ? 0 : daysTo(first?.seenMs ?? broken?.atMs ?? watched.sinceMs),
    left: good.reduce((most, { seenMs }) => Math.max(most, daysTo(seenMs)), 0),
    right: broken ? daysTo(broken.atMs) : null,
    end: below ? 'below' : closure ? (closure.isAnnounced ? 'ended' : 'closed') : membership.end,
    specialBp: first?.specialBp ?? null,
  };
}

/** Looks at a plan wherever both its rates were known, none older than verdicts allow. Items count, and averages where there are none. */
function looksAt(
  plan: PlanLedger,
  generals: ReadonlyMap<number, RateSeries>,
  covering: Covering,
  policy: Policy,
): Look[] {
  const pairs = commissionRates(plan).flatMap((series, i) =>
    knownPairs(series, generals.get(series.scope), covering, i),
  );
  pairs.sort((a, b) => a.atMs - b.atMs);
  /** The newest of each series. */
  const now: (typeof pairs)[number][] = [];
  const looks: Look[] = [];
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i] as (typeof pairs)[number];
    now[pair.index] = pair;
    // All scopes of one moment count before the plan is looked at.
    if (pairs[i + 1]?.atMs === pair.atMs) continue;
    const known = now.filter(({ seenMs }) => seenMs !== null && !isStale(pair.atMs - seenMs, policy));
    const items = known.filter(({ scope }) => scope !== SHOP_SCOPE);
    const counted = items.length > 0 ? items : known;
    if (counted.length === 0) continue;
    let special = 0;
    let gap = 0;
    let seenMs = pair.atMs;
    for (const one of counted) {
      special += one.specialBp;
      gap += one.gapBp;
      seenMs = Math.min(seenMs, one.seenMs ?? seenMs);
    }
    looks.push({ atMs: pair.atMs, seenMs, isGood: gap >= 0, specialBp: Math.round(special / counted.length) });
  }
  return looks;
}

/** Both rates of a scope at every moment; `seenMs` null: one was not known then, or its unit was in doubt. `index`: of the series. */
function knownPairs(series: RateSeries, general: RateSeries | undefined, covering: Covering, index: number) {
  const { scope } = series;
  if (!general) return [];
  return believedPairs(series, general, covering).map(({ atMs, special, general }) => {
    if (!special || !general) return { index, scope, atMs, seenMs: null, specialBp: 0, gapBp: 0 };
    const seenMs = Math.min(special.atMs, general.atMs);
    return { index, scope, atMs, seenMs, specialBp: special.value, gapBp: special.value - general.value };
  });
}

/** Those that a curve is drawn from: what had already ended when it was first seen was never seen to last. */
export function watchedSpans(lifetimes: readonly Lifetime[]): Span[] {
  return lifetimes.filter(({ entry, left }) => left >= entry).map(wholeDays);
}
