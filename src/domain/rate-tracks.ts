/** The tracks of a shop's rates (rate-window.ts), made of what captures list, and of what they would list and do not. */
import { isPlanSeenAt, itemLists, mentionsByScope } from './absence.ts';
import { kindOf } from './kind.ts';
import { lazy, lazyByKey } from './lazy.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { isSameRate, RateTrack, type Span } from './rate-window.ts';
import { coversKind } from './reading.ts';
import type { Feed, RateValue, Run } from './runs.ts';
import { isSeenAt, SHOP_SCOPE, seenTimes } from './runs.ts';
import { generalRates } from './timeline.ts';
import { doubtsOf } from './unit-doubt.ts';

/** Gives the track of a plan at a scope; null where no export ever listed the plan there. */
export function openTracks(ledger: ShopLedger): (planId: string, scope: number) => RateTrack | null {
  const mentions = lazy(() => mentionsByScope(ledger.plans.flatMap(({ rates }) => rates)));
  const plans = new Map(ledger.plans.map((plan) => [plan.planId, plan]));
  // Where these are told, all plans of the shop are.
  const averages = generalRates(ledger.plans).get(SHOP_SCOPE)?.runs ?? [];
  const ofPlan = lazyByKey((planId: string) => {
    const plan = plans.get(planId);
    return lazyByKey((scope: number) => (plan ? trackOf(plan, scope, mentions().get(scope) ?? [], averages) : null));
  });
  return (planId, scope) => ofPlan(planId)(scope);
}

/** What tells of one rate, and what would. */
interface Tellers {
  /** They say something of the rate; those of one feed are in order of time. */
  readonly stating: readonly Run<RateValue>[];
  /** They list the plan and say nothing of its rate. */
  readonly silent: readonly Run<RateValue>[];
  /** They would list the plan at the scope. */
  readonly listing: readonly Run<unknown>[];
  /** They would list the plan, if only at another scope. */
  readonly shopWide: readonly Run<unknown>[];
  readonly isPlanSeen: (ms: number) => boolean;
  readonly isDoubted: (ms: number) => boolean;
}

function trackOf(
  plan: PlanLedger,
  scope: number,
  mentions: readonly Run<unknown>[],
  averages: readonly Run<unknown>[],
): RateTrack | null {
  const series = plan.rates.filter((one) => one.scope === scope && one.measure === 'commission');
  const runs = series.flatMap((one) => one.runs);
  const stating = runs.filter(({ value }) => value !== null).sort((a, b) => a.first - b.first);
  if (stating.length === 0) return null;
  const kind = kindOf(plan);
  const coversPlan = ({ feed }: Run<unknown>) => coversKind(feed.coverage, kind);
  const tellers: Tellers = {
    stating,
    silent: runs.filter(({ value }) => value === null),
    listing: [...mentions.filter(coversPlan), ...(scope === SHOP_SCOPE ? [] : itemLists(plan))],
    shopWide: kind === 'general' ? [] : averages.filter(coversPlan),
    isPlanSeen: (ms) => isPlanSeenAt(plan, ms),
    isDoubted: doubtsOf(stating),
  };
  const oneFeed = feedOfAll(tellers);
  const [times, spans] = oneFeed ? [oneFeed.times, spansOfFeed(tellers, oneFeed)] : spansOfMany(tellers);
  return new RateTrack(times, spans, stating);
}

/** The one feed that tells all there is to know, each moment once; null where it needs a closer look. */
function feedOfAll({ stating, silent, listing, shopWide, isDoubted }: Tellers): Feed | null {
  const [first] = stating;
  if (!first || silent.length > 0) return null;
  for (const runs of [stating, listing, shopWide]) if (runs.some(({ feed }) => feed !== first.feed)) return null;
  if (stating.some((run) => isDoubted(first.feed.times[run.first] ?? 0))) return null;
  return stating.every((run, i) => run.first > (stating[i - 1]?.last ?? -1)) ? first.feed : null;
}

/** Of one feed: the runs are the spans; what lists another plan there between and after them shows this one absent. */
function spansOfFeed(tellers: Tellers, { times }: Feed): Span[] {
  const spans: Span[] = [];
  let next = 0;
  const addAbsences = (end: number) => {
    for (; next < end; next++)
      if (isLacking(tellers, times[next] as number)) spans.push({ first: next, last: next, bps: [] });
  };
  for (const { first, last, value } of tellers.stating) {
    addAbsences(first);
    spans.push({ first, last, bps: typeof value === 'number' ? [value] : [] });
    next = last + 1;
  }
  addAbsences(times.length);
  return spans;
}

/** Of several feeds moment by moment. */
function spansOfMany(tellers: Tellers): [times: readonly number[], spans: Span[]] {
  const times: number[] = [];
  const spans: Span[] = [];
  for (const ms of seenTimes([...tellers.stating, ...tellers.listing, ...tellers.shopWide])) {
    const bps = ratesAt(tellers, ms);
    if (bps === null) continue;
    const [before, index] = [spans.at(-1), times.length];
    times.push(ms);
    const span = { first: index, last: index, bps };
    if (before && isSameRate(before, span)) spans[spans.length - 1] = { ...before, last: index };
    else spans.push(span);
  }
  return [times, spans];
}

/** What captures of a moment say; empty: unknown; null: nothing. */
function ratesAt(tellers: Tellers, ms: number): readonly number[] | null {
  const said = new Set(tellers.stating.filter((run) => isSeenAt(run, ms)).map(({ value }) => value));
  if (said.size === 0) return isLacking(tellers, ms) ? [] : null;
  if (said.has('unknown') || tellers.isDoubted(ms)) return [];
  return [...said].filter((value) => typeof value === 'number').sort((a, b) => a - b);
}

/** Whether captures of a moment would list the plan and do not. */
function isLacking({ silent, listing, shopWide, isPlanSeen }: Tellers, ms: number): boolean {
  if (silent.some((run) => isSeenAt(run, ms))) return false;
  if (listing.some((run) => isSeenAt(run, ms))) return true;
  return shopWide.some((run) => isSeenAt(run, ms)) && !isPlanSeen(ms);
}
