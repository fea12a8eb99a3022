/**
 * How far a merchant can be trusted with special plans, from what the ledger saw him do. Everything is counted, and the
 * grade follows from the printed numbers by the formula below, so that a reader can recompute it.
 *
 * A watched plan is *bad* when it was cut below the general rate, or closed within 30 days of joining. With b bad plans
 * of n, the true share of bad plans lies, with 95 % confidence on each side, between the bounds of the Wilson score interval
 * (E. B. Wilson, 1927, JASA 22:209–212) with z = 1.645:
 *   (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n),  p = b/n
 * The grade looks at the lower bound, so that one bad plan does not damn a shop.
 */
import { changesOf } from './changes.ts';
import type { PlanLedger, ShopLedger, ShopRef } from './ledger.ts';
import { seenTimes, stepsOf } from './ledger.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import { parseTime } from './time.ts';

const DAY_MS = 86_400_000;
const Z = 1.645;

/** A plan closed within this many days of joining counts as bad. */
export const SOON_CLOSED_DAYS = 30;

/** `unproven`: too little is known for any other word. */
export const GRADES = ['good', 'fair', 'unproven', 'risky', 'avoid'] as const;
export type Grade = (typeof GRADES)[number];

/** What was seen of one plan. Rates are basis points. */
export interface PlanEvidence {
  readonly account: string;
  readonly planId: string;
  readonly joined: boolean;
  readonly daysObserved: number;
  readonly cuts: number;
  readonly raises: number;
  readonly crossedBelow: number;
  readonly largestCutBp: number | null;
  readonly daysToFirstCut: number | null;
  readonly closedAfterDays: number | null;
  readonly locked: boolean;
  /** Cut while it was locked. */
  readonly lockBroken: boolean;
  readonly bad: boolean;
}

export interface MerchantRecord {
  readonly shop: ShopRef;
  readonly plans: readonly PlanEvidence[];
  readonly watched: number;
  readonly bad: number;
  readonly daysObserved: number;
  readonly cuts: number;
  readonly crossedBelow: number;
  readonly closedSoon: number;
  readonly raises: number;
  readonly largestCutBp: number | null;
  /** Median over the plans that were cut. */
  readonly daysToFirstCut: number | null;
  readonly locked: number;
  readonly locksHonoured: number;
  readonly grade: Grade;
  /** Bounds of the share of bad plans, in thousandths. */
  readonly lowerPermille: number;
  readonly upperPermille: number;
}

/** Judges one merchant by the ledgers of all accounts that know it. */
export function merchantRecord(ledgers: readonly ShopLedger[], confirmMissing: number): MerchantRecord {
  const plans = ledgers.flatMap((ledger) => evidenceOf(ledger, confirmMissing));
  const [watched, bad] = [plans.length, plans.filter((plan) => plan.bad).length];
  const { lower, upper } = wilson(bad, watched);
  const sum = (pick: (plan: PlanEvidence) => number) => plans.reduce((total, plan) => total + pick(plan), 0);
  const cutDays = plans
    .flatMap((plan) => (plan.daysToFirstCut === null ? [] : [plan.daysToFirstCut]))
    .sort((a, b) => a - b);
  const largest = Math.max(0, ...plans.map((plan) => plan.largestCutBp ?? 0));
  const locked = plans.filter((plan) => plan.locked);
  return {
    shop: ledgers[0]?.shop ?? { id: null, keeperId: null, name: null },
    plans,
    watched,
    bad,
    daysObserved: Math.max(0, ...plans.map((plan) => plan.daysObserved)),
    cuts: sum((plan) => plan.cuts),
    crossedBelow: sum((plan) => plan.crossedBelow),
    closedSoon: plans.filter((plan) => plan.closedAfterDays !== null && plan.closedAfterDays <= SOON_CLOSED_DAYS)
      .length,
    raises: sum((plan) => plan.raises),
    largestCutBp: largest === 0 ? null : largest,
    daysToFirstCut: cutDays[Math.floor(cutDays.length / 2)] ?? null,
    locked: locked.length,
    locksHonoured: locked.filter((plan) => !plan.lockBroken).length,
    grade: gradeOf(bad, watched),
    lowerPermille: Math.round(lower * 1000),
    upperPermille: Math.round(upper * 1000),
  };
}

/** `avoid`: surely half or more are bad; `risky`: surely three in ten; `good`: none bad, and surely under one in three; `fair`: some. */
export function gradeOf(bad: number, watched: number): Grade {
  const { lower, upper } = wilson(bad, watched);
  if (lower >= 0.5) return 'avoid';
  if (lower >= 0.3) return 'risky';
  if (bad === 0) return upper < 0.33 ? 'good' : 'unproven';
  return watched < 3 ? 'unproven' : 'fair';
}

/** The Wilson score interval of b out of n; from 0 to 1 where nothing was watched. */
export function wilson(b: number, n: number): { readonly lower: number; readonly upper: number } {
  if (n === 0) return { lower: 0, upper: 1 };
  const p = b / n;
  const centre = p + Z ** 2 / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  return { lower: Math.max(0, (centre - spread) / scale), upper: Math.min(1, (centre + spread) / scale) };
}

function evidenceOf(ledger: ShopLedger, confirmMissing: number): PlanEvidence[] {
  const changes = changesOf(ledger, confirmMissing);
  return ledger.plans.filter(isWatched).map((plan): PlanEvidence => {
    const own = changes.filter((change) => change.plan.id === plan.planId);
    const times = [...plan.facts, ...plan.rates.flatMap((series) => series.runs)].flatMap((run) => [...seenTimes(run)]);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    // A cut of forty items at one capture is one decision of the merchant.
    const moments = (code: string) =>
      new Set(own.filter((change) => change.code === code).map((change) => change.firstSeenAfterMs)).size;
    const cuts = own.filter((change) => change.code === 'lowered');
    const largest = Math.max(0, ...cuts.map((cut) => Number(cut.from) - Number(cut.to)));
    const joined = stepsOf(plan.facts, (facts) => facts.status).some((step) => step.value === 'approved');
    const closed = own.find((change) => change.code === 'closed');
    const since = approvedMs(plan) ?? first;
    // Below general because the merchant lowered the plan: a general rate that was raised is no fault of his.
    const cutTimes = new Set(cuts.map((cut) => cut.firstSeenAfterMs));
    const crossings = own.filter((change) => change.code === 'crossed-below' && cutTimes.has(change.firstSeenAfterMs));
    const crossedBelow = new Set(crossings.map((change) => change.firstSeenAfterMs)).size;
    const closedAfterDays =
      closed && joined ? Math.max(0, Math.floor((closed.firstSeenAfterMs - since) / DAY_MS)) : null;
    const locked = stepsOf(plan.facts, (facts) => facts.locked).filter((step) => step.value);
    return {
      account: ledger.account,
      planId: plan.planId,
      joined,
      daysObserved: Math.floor((last - first) / DAY_MS),
      cuts: moments('lowered'),
      raises: moments('raised'),
      crossedBelow,
      largestCutBp: largest === 0 ? null : largest,
      daysToFirstCut: cuts[0] ? Math.max(0, Math.floor((cuts[0].firstSeenAfterMs - since) / DAY_MS)) : null,
      closedAfterDays,
      locked: locked.length > 0,
      lockBroken: cuts.some((cut) =>
        locked.some((step) => cut.firstSeenAfterMs > step.firstSeenMs && cut.firstSeenAfterMs <= step.lastSeenMs),
      ),
      bad: crossedBelow > 0 || (closedAfterDays !== null && closedAfterDays <= SOON_CLOSED_DAYS),
    };
  });
}

/** A special plan of which two captures at least tell: a single look shows no behaviour. */
function isWatched(plan: PlanLedger): boolean {
  if (plan.planId === GENERAL_PLAN_ID) return false;
  const isSpecial = plan.facts.every((run) => run.value.kind === null || run.value.kind === 'special');
  const times = new Set(
    [...plan.facts, ...plan.rates.flatMap((series) => series.runs)].flatMap((run) => [...seenTimes(run)]),
  );
  return isSpecial && times.size >= 2;
}

function approvedMs(plan: PlanLedger): number | null {
  const text = stepsOf(plan.facts, (facts) => facts.approvedAt).at(-1)?.value ?? null;
  return text === null ? null : (parseTime(text)?.ms ?? null);
}
