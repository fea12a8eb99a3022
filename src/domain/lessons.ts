/**
 * What own orders teach of rates and plans (orders.md §3.7). It is shown, and changes nothing of what exports said. Only lines
 * count that were paid at one plan's own rate of the item, which the other plan did not have from the click to the payment.
 */
import type { LossLine, Side } from './loss-line.ts';
import type { RateMoment } from './policy.ts';
import type { PossibleRates, RateChange, Window } from './rate-window.ts';

/** Lines with a known change between click and payment: how many were paid at the rate of which moment. */
export type RateMoments = Record<RateMoment, number>;

/** A change between two captures, and the moments between which it came by the lines that were paid at either rate. */
export interface NarrowedChange extends RateChange {
  readonly side: 'general' | 'special';
  readonly itemNo: string | null;
  /** As the captures have it, where no line says more. */
  paidBeforeMs: number;
  paidAfterMs: number;
}

export interface PlanLessons {
  readonly changes: Map<string, NarrowedChange>;
  /** Lines of items that the plan does not list, and how many of them were paid at the general rate. */
  readonly outside: { lines: number; atGeneral: number };
  /** Lines clicked after the exit that were paid at either plan's rate, and how many of them at the general one. */
  readonly afterExit: { lines: number; atGeneral: number };
  /** The last exit, and the first click after it that was paid at the general rate. */
  exit: { readonly exitMs: number; readonly generalMs: number } | null;
}

export function noLessons(): PlanLessons {
  return { changes: new Map(), outside: { lines: 0, atGeneral: 0 }, afterExit: { lines: 0, atGeneral: 0 }, exit: null };
}

/** `own`: of the plan that the line counts to. */
export function learn(line: LossLine, moments: RateMoments, own: PlanLessons | null): void {
  const { general, special, appliedBp } = line;
  if (!general || appliedBp === null) return;
  const { clickedMs, paidMs } = line.order;
  if (clickedMs !== null && paidMs !== null && paidMs >= clickedMs) {
    const window = { fromMs: clickedMs, toMs: paidMs };
    learnFrom('general', general, special, line, window, moments, own);
    if (special) learnFrom('special', special, general, line, window, moments, own);
  }
  if (!own) return;
  const isGeneral = !general.isUnknown && general.bps.includes(appliedBp);
  if (special?.isOutside && general.basis === 'item' && !general.isUnknown) {
    own.outside.lines += 1;
    if (isGeneral) own.outside.atGeneral += 1;
  }
  const { bucket, notes } = line;
  const isAtGeneral = line.exitMs !== null && (bucket === 'saved' || bucket === 'general');
  if (isAtGeneral) own.afterExit.atGeneral += 1;
  if (isAtGeneral || notes.includes('exit-not-effective')) own.afterExit.lines += 1;
  if (line.exitMs !== null && line.times && isGeneral && !special?.bps.includes(appliedBp)) learnExit(line, own);
}

function learnExit({ exitMs, times }: LossLine, own: PlanLessons): void {
  if (exitMs === null || !times || exitMs < (own.exit?.exitMs ?? exitMs)) return;
  const known = own.exit?.exitMs === exitMs ? own.exit.generalMs : times.atMs;
  own.exit = { exitMs, generalMs: Math.min(known, times.atMs) };
}

function learnFrom(
  name: NarrowedChange['side'],
  side: Side,
  other: Side | null,
  { appliedBp, order: { itemNo } }: LossLine,
  window: Window,
  moments: RateMoments,
  own: PlanLessons | null,
): void {
  const changes = side.basis === 'item' && side.track ? side.track.changesIn(window) : [];
  if (changes.length === 0 || appliedBp === null || mayBe(other, appliedBp, window)) return;
  const rateAt = (ms: number) => onlyRate(side.track?.during({ fromMs: ms, toMs: ms }, 0));
  const rates: Readonly<Record<RateMoment, number | null>> = {
    click: rateAt(window.fromMs),
    payment: rateAt(window.toMs),
  };
  if (rates.click !== null && rates.payment !== null && rates.click !== rates.payment) {
    if (appliedBp === rates.click) moments.click += 1;
    if (appliedBp === rates.payment) moments.payment += 1;
  }
  // With several changes in the window a rate does not say which of them came.
  const [change] = changes;
  if (!own || !change || changes.length > 1 || (appliedBp !== change.fromBp && appliedBp !== change.toBp)) return;
  const key = `${name} ${itemNo} ${change.afterMs}`;
  const { afterMs: paidAfterMs, beforeMs: paidBeforeMs } = change;
  const known = own.changes.get(key) ?? { ...change, side: name, itemNo, paidAfterMs, paidBeforeMs };
  if (appliedBp === change.fromBp) known.paidAfterMs = Math.max(known.paidAfterMs, window.fromMs);
  else known.paidBeforeMs = Math.min(known.paidBeforeMs, window.toMs);
  if (known.paidAfterMs > change.afterMs || known.paidBeforeMs < change.beforeMs) own.changes.set(key, known);
}

/** The oldest first. Lines that contradict each other narrow nothing: the new rate before a click at the old one. */
export function narrowedChanges({ changes }: PlanLessons): NarrowedChange[] {
  return [...changes.values()]
    .filter(({ paidAfterMs, paidBeforeMs }) => paidAfterMs < paidBeforeMs)
    .sort((a, b) => a.afterMs - b.afterMs);
}

/** Whether a plan may have paid a rate at some moment. */
function mayBe(side: Side | null, bp: number, window: Window): boolean {
  if (!side) return false;
  const rates = side.track?.during(window, 0);
  return !rates || side.basis !== 'item' || rates.isUnknown || rates.bps.includes(bp);
}

function onlyRate(rates: PossibleRates | undefined): number | null {
  return rates && !rates.isUnknown && rates.bps.length === 1 ? (rates.bps[0] ?? null) : null;
}

/** So many lines, all alike, show of which moment the rate is. */
const ENOUGH_LINES = 5;

/** null: too few lines, or they do not agree. */
export function shownMoment({ click, payment }: RateMoments): RateMoment | null {
  if (click + payment < ENOUGH_LINES || (click > 0 && payment > 0)) return null;
  return click > 0 ? 'click' : 'payment';
}
