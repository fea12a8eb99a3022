/** The tracks of a shop's rates (rate-window.ts), made of what captures list, and of what they would list and do not. */
import { mentionsByScope } from './absence.ts';
import { kindOf } from './kind.ts';
import { lazy, lazyByKey } from './lazy.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { isSameRate, RateTrack, type Span } from './rate-window.ts';
import { coversKind, GENERAL_PLAN_ID, type PlanKind } from './reading.ts';
import type { Feed, RateValue, Run } from './runs.ts';
import { isSeenAt, SHOP_SCOPE, seenTimes } from './runs.ts';
import { doubtsOf } from './unit-doubt.ts';

/** Gives the track of a plan at a scope; null where no export ever listed the plan there. */
export function openTracks(ledger: ShopLedger): (planId: string, scope: number) => RateTrack | null {
  const mentions = lazy(() => mentionsByScope(ledger.plans.flatMap(({ rates }) => rates)));
  const plans = new Map(ledger.plans.map((plan) => [plan.planId, plan]));
  const lists = generalAverages(plans.get(GENERAL_PLAN_ID));
  const ofPlan = lazyByKey((planId: string) => {
    const plan = plans.get(planId);
    return lazyByKey((scope: number) => (plan ? trackOf(plan, scope, mentions().get(scope) ?? [], lists) : null));
  });
  return (planId, scope) => ofPlan(planId)(scope);
}

/** Where these are told, all plans of the shop are. */
function generalAverages(general: PlanLedger | undefined): readonly Run<unknown>[] {
  return general?.rates.find(({ scope, measure }) => scope === SHOP_SCOPE && measure === 'commission')?.runs ?? [];
}

/** What tells of one rate, and what would. */
interface Looks {
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
  lists: readonly Run<unknown>[],
): RateTrack | null {
  const series = plan.rates.filter((one) => one.scope === scope && one.measure === 'commission');
  const runs = series.flatMap((one) => one.runs);
  const stating = runs.filter(({ value }) => value !== null).sort((a, b) => a.first - b.first);
  if (stating.length === 0) return null;
  const kind = kindOf(plan);
  const looks: Looks = {
    stating,
    silent: runs.filter(({ value }) => value === null),
    listing: [...mentions.filter(({ feed }) => coversKind(feed.coverage, kind)), ...itemLists(plan, scope)],
    shopWide: listsOf(lists, kind),
    isPlanSeen: (ms) =>
      plan.facts.some((run) => isSeenAt(run, ms)) ||
      plan.rates.some((one) => one.runs.some((run) => isSeenAt(run, ms))),
    isDoubted: doubtsOf(stating),
  };
  const oneFeed = feedOfAll(looks);
  const [times, spans] = oneFeed ? [oneFeed.times, spansOfFeed(looks, oneFeed)] : spansOfMany(looks);
  return new RateTrack(times, spans, stating);
}

function listsOf(lists: readonly Run<unknown>[], kind: PlanKind | null): readonly Run<unknown>[] {
  return kind === 'general' ? [] : lists.filter(({ feed }) => coversKind(feed.coverage, kind));
}

/** Lists of all items of the plan. */
function itemLists({ rates }: PlanLedger, scope: number): readonly Run<unknown>[] {
  if (scope === SHOP_SCOPE) return [];
  return rates.flatMap(({ runs }) => runs.filter(({ feed }) => feed.coverage === 'plan-items'));
}

/** The one feed that tells all there is to know, each moment once; null where it needs a closer look. */
function feedOfAll({ stating, silent, listing, shopWide, isDoubted }: Looks): Feed | null {
  const [first] = stating;
  if (!first || silent.length > 0) return null;
  for (const runs of [stating, listing, shopWide]) if (runs.some(({ feed }) => feed !== first.feed)) return null;
  if (stating.some((run) => isDoubted(first.feed.times[run.first] ?? 0))) return null;
  return stating.every((run, i) => run.first > (stating[i - 1]?.last ?? -1)) ? first.feed : null;
}

/** Of one feed: the runs are the spans; what lists another plan there between and after them shows this one absent. */
function spansOfFeed(looks: Looks, { times }: Feed): Span[] {
  const spans: Span[] = [];
  let next = 0;
  const addAbsences = (end: number) => {
    for (; next < end; next++)
      if (isLacking(looks, times[next] as number)) spans.push({ first: next, last: next, bps: [] });
  };
  for (const { first, last, value } of looks.stating) {
    addAbsences(first);
    spans.push({ first, last, bps: typeof value === 'number' ? [value] : [] });
    next = last + 1;
  }
  addAbsences(times.length);
  return spans;
}

/** Of several feeds moment by moment. */
function spansOfMany(looks: Looks): [times: readonly number[], spans: Span[]] {
  const times: number[] = [];
  const spans: Span[] = [];
  for (const ms of seenTimes([...looks.stating, ...looks.listing, ...looks.shopWide])) {
    const bps = ratesAt(looks, ms);
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
function ratesAt(looks: Looks, ms: number): readonly number[] | null {
  const said = new Set(looks.stating.filter((run) => isSeenAt(run, ms)).map(({ value }) => value));
  if (said.size === 0) return isLacking(looks, ms) ? [] : null;
  if (said.has('unknown') || looks.isDoubted(ms)) return [];
  return [...said].filter((value) => typeof value === 'number').sort((a, b) => a - b);
}

/** Whether captures of a moment would list the plan and do not. */
function isLacking({ silent, listing, shopWide, isPlanSeen }: Looks, ms: number): boolean {
  if (silent.some((run) => isSeenAt(run, ms))) return false;
  if (listing.some((run) => isSeenAt(run, ms))) return true;
  return shopWide.some((run) => isSeenAt(run, ms)) && !isPlanSeen(ms);
}
