/**
 * Alerts: what is told to people who are not looking. One is open for an account, a plan and a kind, from the moment that it is
 * so until it is so no longer. Pure: the same judgement and open alerts always give the same steps.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { type EarlyWarning, isNewMembership, isWarning } from './early-warning.ts';
import type { ShopRef } from './ledger.ts';
import type { Verdict } from './question.ts';
import { isReviewByAge } from './reason.ts';
import { isRemoved } from './standing.ts';
import type { ItemChange } from './tally.ts';
import { formatDay, type Zone } from './time.ts';
import type { Judgement } from './verdict.ts';

/**
 * The most urgent first. `stale` and `held` are of an account as a whole; `warn`: still above the general rate, but cut, or joined
 * lately while earlier plans went bad.
 */
export const ALERT_KINDS = [
  'exit-failed',
  'exit',
  'removed',
  'pending-below',
  'closed',
  'held',
  'stale',
  'warn',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const ALERT_EVENTS = ['opened', 'worse', 'resolved', 'withdrawn'] as const;
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** What is so now, as far as a message needs it. */
export interface AlertFacts {
  readonly account: string;
  /** null: the account as a whole. */
  readonly shop: ShopRef | null;
  readonly plan: { readonly id: string; readonly name: string | null } | null;
  readonly specialBp: number | null;
  readonly generalBp: number | null;
  readonly gapBp: number | null;
  readonly cut: { readonly fromBp: number; readonly toBp: number; readonly atMs: number } | null;
  /** Of `warn`: what became of earlier plans. */
  readonly early: EarlyWarning | null;
  /** When the oldest reading behind it was captured. */
  readonly atMs: number;
  /** What is lost a day, in fen; null: not known. */
  readonly fenPerDay: number | null;
  /** Of `held`: how many files. */
  readonly files: number | null;
}

/** What a judgement calls for. `undecided` and `muted` change nothing: what is open stays open, and silent. */
export type AlertFinding =
  | { readonly is: 'muted' }
  | { readonly is: 'undecided'; readonly isByAge: boolean }
  | {
      readonly is: 'decided';
      readonly kind: AlertKind | null;
      /** May open an alert: a cut that was seen long ago does not, nor a membership that was told. */
      readonly isNews: boolean;
      readonly isKept: boolean;
    };

/** Whether a warning may be news: a cut seen in exports that are imported now (a late, older one makes none), or a plan not told of before. */
export function isWarnNews(judged: Judgement, { asOfMs, capturedMs, isFirst }: Omit<Found, 'early'>): boolean {
  if (judged.verdict !== 'keep') return false;
  if (isFirst && isNewMembership(judged, asOfMs)) return true;
  return isCut(judged) && capturedMs.has(judged.lastChange.firstSeenAfterMs);
}

function isCut(judged: Judgement): judged is Judgement & { readonly lastChange: ItemChange } {
  return judged.reasons.some(({ code }) => code === 'rate-cut') && judged.lastChange !== null;
}

export const DEPARTED: AlertFinding = { is: 'decided', kind: null, isNews: false, isKept: false };

interface Found {
  readonly asOfMs: number;
  readonly isMuted: boolean;
  /** Too old to judge by at the moment of the import: the alert of its account speaks for it. */
  readonly isStale: boolean;
  /** When the exports were captured that are imported now. */
  readonly capturedMs: ReadonlySet<number>;
  /** It is the first that is judged of the plan. */
  readonly isFirst: boolean;
  /** null also where no warning is open or may be news. */
  readonly early: EarlyWarning | null;
}

/** A kind of alert, or none; or no word of it while the plan is muted or cannot be judged. */
export function findingOf(judged: Judgement, found: Found): AlertFinding {
  const { verdict, reasons } = judged;
  if (found.isMuted) return { is: 'muted' };
  if (verdict === 'review' || found.isStale)
    return { is: 'undecided', isByAge: found.isStale || isReviewByAge(reasons) };
  const kind = kindOf(judged, verdict, found);
  const isNews = kind !== 'warn' || isWarnNews(judged, found);
  return { is: 'decided', kind, isNews, isKept: verdict === 'keep' };
}

function kindOf(judged: Judgement, verdict: Verdict | null, { asOfMs, early }: Found): AlertKind | null {
  const codes = judged.reasons.map(({ code }) => code);
  if (codes.includes('exit-not-effective')) return 'exit-failed';
  if (verdict === 'exit' || verdict === 'closed') return verdict;
  if (verdict === 'keep') {
    const isWarned = early !== null && isWarning(early) && isNewMembership(judged, asOfMs);
    return isCut(judged) || isWarned ? 'warn' : null;
  }
  if (codes.includes('pending-below')) return 'pending-below';
  return isRemoved(judged.plan, asOfMs) ? 'removed' : null;
}

/** What messages about a plan need of its judgement. */
export function alertFacts(
  { account, shop, plan, special, general, gapBp, lastChange, ageMs, atRisk }: Judgement,
  asOfMs: number,
  early: EarlyWarning | null,
): AlertFacts {
  const isLower = lastChange !== null && lastChange.to < lastChange.from;
  return {
    account,
    shop,
    plan: { id: plan.id, name: plan.name },
    specialBp: special.bp,
    generalBp: general.bp,
    gapBp,
    cut: isLower ? { fromBp: lastChange.from, toBp: lastChange.to, atMs: lastChange.firstSeenAfterMs } : null,
    early,
    atMs: asOfMs - (ageMs ?? 0),
    fenPerDay: atRisk?.fenPerDay ?? null,
    files: null,
  };
}

/** The same of an account as a whole. */
export function accountFacts(account: string, atMs: number, files: number | null = null): AlertFacts {
  const rates = { specialBp: null, generalBp: null, gapBp: null, cut: null, early: null, fenPerDay: null };
  return { account, shop: null, plan: null, ...rates, atMs, files };
}

/** `toldBp`, `toldFen`: the worst that was told. */
export interface OpenAlert {
  readonly id: number;
  readonly kind: AlertKind;
  readonly toldBp: number | null;
  readonly toldFen: number | null;
}

/** `alert` null: a new one, of `kind`. `ended`: it is over, and nobody need be told. `same`: only its facts are new. */
export interface AlertStep<A extends OpenAlert> {
  readonly alert: A | null;
  readonly kind: AlertKind;
  readonly event: AlertEvent | typeof ENDED | 'same';
}

const ENDED = 'ended';

export interface StepRules {
  /** How much lower than what was told is worse. */
  readonly realertBp: number;
  /** `withdrawn`: the user threw away what it stood on. */
  readonly ends: 'resolved' | 'withdrawn';
}

/** What becomes of the alerts of one plan, or of one kind of an account. */
export function alertSteps<A extends OpenAlert>(
  open: readonly A[],
  finding: AlertFinding,
  facts: Pick<AlertFacts, 'gapBp' | 'fenPerDay'>,
  { realertBp, ends }: StepRules,
): AlertStep<A>[] {
  if (finding.is === 'muted') return [];
  if (finding.is === 'undecided') {
    const isGone = ends === 'withdrawn' && !finding.isByAge;
    return isGone ? open.map((alert) => ({ alert, kind: alert.kind, event: 'withdrawn' })) : [];
  }
  const { kind, isNews } = finding;
  const [same, ...twins] = open.filter((alert) => alert.kind === kind);
  const steps: AlertStep<A>[] = open
    .filter((alert) => alert.kind !== kind)
    .map((alert) => ({ alert, kind: alert.kind, event: endOf(alert.kind, finding, ends) }));
  // Two numbers of one merchant turned out to be one.
  steps.push(...twins.map((alert) => ({ alert, kind: alert.kind, event: ENDED }) as const));
  if (same) steps.push({ alert: same, kind: same.kind, event: isWorse(same, facts, realertBp) ? 'worse' : 'same' });
  else if (kind !== null && isNews) steps.push({ alert: null, kind, event: 'opened' });
  return steps;
}

/** Where another kind takes its place, that one is told. What a merchant removed or closed is not well again because its record is gone. */
function endOf(
  kind: AlertKind,
  finding: AlertFinding & { is: 'decided' },
  ends: StepRules['ends'],
): 'ended' | StepRules['ends'] {
  const isReplaced = finding.kind !== null && finding.kind !== 'warn';
  const isOver = (kind === 'removed' || kind === 'closed') && !finding.isKept;
  return kind === 'warn' || isReplaced || (isOver && ends === 'resolved') ? ENDED : ends;
}

/** A ratchet: recovering half-way does not arm it again. What a merchant removed or closed gets no worse. */
function isWorse(
  { kind, toldBp, toldFen }: OpenAlert,
  { gapBp, fenPerDay }: Pick<AlertFacts, 'gapBp' | 'fenPerDay'>,
  byBp: number,
): boolean {
  if (kind === 'removed' || kind === 'closed') return false;
  const isLower = gapBp !== null && toldBp !== null && gapBp < toldBp && gapBp <= toldBp - byBp;
  const isDearer = fenPerDay !== null && toldFen !== null && toldFen > 0 && fenPerDay >= 2 * toldFen;
  return isLower || isDearer;
}

/** Where alerts go, and which. An empty list: all. */
export interface Route {
  readonly name: string;
  readonly only: readonly AlertKind[];
  readonly accounts: readonly string[];
  /** Ids or names. */
  readonly shops: readonly string[];
  /** `09:05`: all that is not urgent waits until then; null: nothing waits. */
  readonly digest: string | null;
}

/** A warning is told only in a digest, or where it is asked for. */
export function isRouted(
  { only, accounts, shops, digest }: Route,
  kind: AlertKind,
  { account, shop }: AlertFacts,
): boolean {
  const isKind = only.length === 0 ? kind !== 'warn' || digest !== null : only.includes(kind);
  const isShop =
    shops.length === 0 ||
    (shop !== null && [shop.id, shop.keeperId, shop.name].some((one) => one !== null && shops.includes(one)));
  return isKind && isShop && (accounts.length === 0 || accounts.includes(account));
}

/** From when on it may be sent. `urgentFen`: what is lost a day for it not to wait; null: all waits. */
export function dueMs(
  { digest }: Route,
  { fenPerDay }: AlertFacts,
  urgentFen: number | null,
  nowMs: number,
  zone: Zone,
): number {
  const isUrgent = urgentFen !== null && fenPerDay !== null && fenPerDay >= urgentFen;
  if (digest === null || isUrgent) return nowMs;
  const on = (ms: number) => zone.parse(`${formatDay(ms, zone)}T${digest}:00`);
  const today = on(nowMs);
  return today > nowMs ? today : on(nowMs + millisecondsInDay);
}

/** The dearest first, then the widest gap, then the most urgent kind. */
export function byUrgency(a: Urgency, b: Urgency): number {
  const byMoney = (b.facts.fenPerDay ?? -1) - (a.facts.fenPerDay ?? -1);
  const byGap = (a.facts.gapBp ?? 0) - (b.facts.gapBp ?? 0);
  return byMoney || byGap || ALERT_KINDS.indexOf(a.kind) - ALERT_KINDS.indexOf(b.kind);
}

interface Urgency {
  readonly kind: AlertKind;
  readonly facts: AlertFacts;
}
