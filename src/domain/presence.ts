/**
 * Whether a plan is there: open, missing (no scope lists it any more, or the joined list does not), or closed (lists of all
 * plans of the shop confirm it, or its state or its own end says so at once; design.md §3.5). What is dead already cannot go missing: the alliance
 * purges those records (formats.md §4).
 */
import { confirmations, itemLists, wholeShopTimes } from './absence.ts';
import { hasEnded, isDead } from './closed.ts';
import { groupBy } from './group-by.ts';
import { kindOf } from './kind.ts';
import { lazyByKey } from './lazy.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import type { PlanKind, PlanState } from './reading.ts';
import { membershipRuns } from './reported-exit.ts';
import {
  type Change,
  firstSourceAt,
  isSeenAt,
  type RateSeries,
  SHOP_SCOPE,
  type Source,
  seenTimes,
  union,
  walk,
} from './runs.ts';
import { type Step, stepsOf } from './steps.ts';
import { type Covering, coveringOf, runsOf, stepAt } from './timeline.ts';

/** Of plan states; from `approved` where what is missing is the record in the joined list. */
export interface PresenceEvent extends Change<PlanState | 'approved' | null> {
  readonly code: 'opened' | 'missing' | 'reappeared' | 'closed' | 'reopened';
  readonly source: Source | null;
}

/** How a plan stood at a capture that says something of it. */
interface Condition {
  readonly ms: number;
  readonly status: 'open' | 'missing' | 'closed';
  /** The newest stated state. */
  readonly state: Step<PlanState> | null;
  /** The same where by it the plan is over. */
  readonly dead: Step<PlanState> | null;
  /** Its own stated end has passed. */
  readonly ended: boolean;
  /** What is missing is the record in the joined list. */
  readonly fromList: boolean;
  /** When what is missing was last seen. */
  readonly lastSeenMs: number;
}

/** Which captures of a ledger would have listed a plan. */
export interface Looks {
  readonly covering: Covering;
  /** Captures of all plans of the shop. */
  wholeShop(kind: PlanKind | null): readonly number[];
  /** Complete joined lists of the account, where an approved plan would stand. */
  readonly joinedLists: readonly number[];
  /** See `presenceOf`. */
  readonly known: Map<string, readonly PresenceEvent[]>;
}

const looks = new WeakMap<ShopLedger, Looks>();

/** Worked out once, whatever is asked of the ledger. */
export function looksOf(ledger: ShopLedger): Looks {
  const known = looks.get(ledger);
  if (known) return known;
  const { plans, joinedListTimes: joinedLists } = ledger;
  const wholeShop = lazyByKey((kind: PlanKind | null) => wholeShopTimes(plans, kind));
  const own = { covering: coveringOf(plans), wholeShop, joinedLists, known: new Map() };
  looks.set(ledger, own);
  return own;
}

/** Oldest first. The first sighting is `opened` only if an earlier capture would have listed the plan and did not. */
export function presenceOf(plan: PlanLedger, looks: Looks, confirmMissing: number): readonly PresenceEvent[] {
  const key = `${confirmMissing} ${plan.planId}`;
  const events = looks.known.get(key) ?? readPresence(plan, looks, confirmMissing);
  looks.known.set(key, events);
  return events;
}

function readPresence(plan: PlanLedger, looks: Looks, confirmMissing: number): PresenceEvent[] {
  const conditions = conditionsOf(plan, looks, confirmMissing);
  const [first] = conditions;
  if (!first) return [];
  const events: PresenceEvent[] = [];
  const earlier = plan.rates
    .flatMap((series) => looks.covering(series.scope, kindOf(plan)))
    .filter((ms) => ms < first.ms);
  if (earlier.length > 0 && first.status === 'open') {
    const window = { lastSeenBeforeMs: earlier.reduce((a, b) => Math.max(a, b)), firstSeenAfterMs: first.ms };
    events.push({ code: 'opened', from: null, to: null, ...window, source: firstSourceAt(runsOf(plan), first.ms) });
  }
  let before = first;
  for (const now of conditions) {
    const event = eventBetween(plan, before, now);
    if (event) events.push(event);
    before = now;
  }
  return events;
}

function eventBetween(plan: PlanLedger, before: Condition, now: Condition): PresenceEvent | null {
  if (before.status === now.status || (before.status === 'closed' && now.status === 'missing')) return null;
  const unseen = { firstSeenAfterMs: now.ms, lastSeenBeforeMs: now.lastSeenMs, source: null };
  if (now.status === 'missing') return { code: 'missing', from: now.fromList ? 'approved' : null, to: null, ...unseen };
  if (now.status === 'open') {
    const at = { firstSeenAfterMs: now.ms, source: firstSourceAt(runsOf(plan), now.ms) };
    // Missed, but not often enough to count as gone: it was there all the time, as far as anybody knows.
    if (before.status === 'missing')
      return { code: 'reappeared', from: null, to: null, ...at, lastSeenBeforeMs: before.ms };
    return before.dead
      ? { code: 'reopened', from: before.dead.value, to: 'active', ...at, lastSeenBeforeMs: before.dead.lastSeenMs }
      : { code: 'reopened', from: null, to: null, ...at, lastSeenBeforeMs: before.ms };
  }
  if (!now.dead) return { code: 'closed', from: null, to: now.ended ? 'expired' : null, ...unseen };
  // A first state is a baseline: it does not say when the plan closed, unless the plan was missed before.
  if (!before.state && before.status === 'open') return null;
  const lastSeenBeforeMs = before.state?.lastSeenMs ?? before.lastSeenMs;
  const window = { firstSeenAfterMs: now.ms, lastSeenBeforeMs, source: now.dead.source };
  return { code: 'closed', from: before.state?.value ?? null, to: now.dead.value, ...window };
}

/** From the first sighting on, at every capture that lists the plan or would have to. */
function conditionsOf(plan: PlanLedger, looks: Looks, confirmMissing: number): Condition[] {
  const kind = kindOf(plan);
  const seen = seenTimes(runsOf(plan));
  const ofShop = looks.wholeShop(kind);
  const scopes = openScopes(plan, kind, looks.covering);
  const record = openRecord(plan, looks.joinedLists);
  const states = stepsOf(plan.facts, (facts) => facts.state);
  const ends = stepsOf(plan.facts, (facts) => facts.endsAt);
  const [isPlanSeenAt, isShopAt] = [walk(seen), walk(ofShop)];

  const conditions: Condition[] = [];
  let seenMs = Number.NaN;
  /** Captures since it was last seen that confirm each other that it is gone. */
  const lacking: number[] = [];
  for (const ms of [...scopes.times, ofShop, record.times].reduce(union, seen)) {
    const isSeen = isPlanSeenAt(ms);
    if (conditions.length === 0 && !isSeen) continue;
    const isOfShop = isShopAt(ms);
    const state = stepAt(states, ms);
    const dead = state && isDead(state.value) ? state : null;
    const { isNowhere, isCovered } = scopes.at(ms, isOfShop);
    // No page lists the events of a shop: searches alone tell of them.
    const isLacking = isOfShop || (kind === 'event' && isNowhere && isCovered);
    if (isSeen) {
      lacking.length = 0;
      seenMs = ms;
    } else if (isLacking) lacking.push(ms);

    const { isUnlisted, isListed, statedMs } = record.at(ms, dead !== null);
    const isMissing = (lacking.length > 0 || isNowhere) && !(isListed && !dead);
    const ended = hasEnded(stepAt(ends, ms)?.value ?? null, ms);
    const isGone = isMissing && !isUnlisted && (ended || confirmations(lacking) >= confirmMissing);
    const fromList = isUnlisted && !isMissing;
    conditions.push({
      ms,
      status: dead || isGone ? 'closed' : isMissing || isUnlisted ? 'missing' : 'open',
      state,
      dead,
      ended,
      fromList,
      lastSeenMs: fromList ? statedMs : seenMs,
    });
  }
  return conditions;
}

/** Where captures list the plan, scope by scope; `at` is to be asked in order of time. */
function openScopes(plan: PlanLedger, kind: PlanKind | null, covering: Covering) {
  const listTimes = seenTimes(itemLists(plan));
  const scopes = [...groupBy(plan.rates, ({ scope }) => scope)].map(([scope, series]) => {
    const lists = seenTimes(series.flatMap(({ runs }) => runs));
    const covers = scope === SHOP_SCOPE ? covering(scope, kind) : union(covering(scope, kind), listTimes);
    return { scope, covers, isListedAt: walk(lists), isCoveredAt: walk(covers) };
  });
  const listed = new Set<number>();
  let wasListed = false;
  return {
    times: scopes.map(({ covers }) => covers),
    at(ms: number, isOfShop: boolean) {
      let isListed = false;
      let isCovered = false;
      for (const { scope, isListedAt, isCoveredAt } of scopes) {
        const lists = isListedAt(ms);
        const covers = isCoveredAt(ms);
        if (lists) listed.add(scope);
        else if (covers) listed.delete(scope);
        isListed ||= lists;
        isCovered ||= covers;
      }
      if (!isListed && isOfShop) listed.clear();
      wasListed ||= isListed;
      return { isNowhere: wasListed && listed.size === 0, isCovered };
    },
  };
}

/** The plan's record in complete joined lists of the account; `at` is to be asked in order of time. */
function openRecord(plan: PlanLedger, joinedLists: readonly number[]) {
  const stated = seenTimes(plan.facts.filter((run) => run.value.status !== null));
  const times = stated.length > 0 ? joinedLists : [];
  const statuses = stepsOf(membershipRuns(plan), (facts) => facts.status);
  const approved = plan.facts.filter((run) => run.feed.coverage === 'joined-plans' && run.value.status === 'approved');
  const [isStatedAt, isListAt] = [walk(stated), walk(times)];
  let [isUnlisted, isListed, statedMs] = [false, false, Number.NaN];
  return {
    times,
    at(ms: number, isOver: boolean) {
      const isStated = isStatedAt(ms);
      const isList = isListAt(ms);
      if (isStated) statedMs = ms;
      const inForce = !isOver && stepAt(statuses, ms)?.value === 'approved';
      if (isStated || !inForce) isUnlisted = false;
      else if (isList) isUnlisted = true;
      if (isList) isListed = approved.some((run) => isSeenAt(run, ms));
      return { isUnlisted, isListed, statedMs };
    },
  };
}

/** An item left the plan when a capture that would list the plan there does not, and is back when one does (design.md §3.5). */
export function itemEvents(
  plan: PlanLedger,
  { covering, wholeShop }: Looks,
  generals: ReadonlyMap<number, RateSeries>,
): ItemEvent[] {
  const kind = kindOf(plan);
  const listTimes = seenTimes(itemLists(plan));
  const isSeenAt = walk(seenTimes(plan.rates.flatMap(({ runs }) => runs)));
  const ofShop = wholeShop(kind).filter((ms) => !isSeenAt(ms));
  return plan.rates
    .filter(({ scope, measure }) => scope !== SHOP_SCOPE && measure === 'commission')
    .flatMap((series): ItemEvent[] => {
      const listed = seenTimes(series.runs);
      // What would list the general rate there, too, and does not, tells of another plan alone.
      const isGeneralAt = walk(seenTimes(generals.get(series.scope)?.runs ?? []));
      const isHalf = walk(covering(series.scope, 'general').filter((ms) => !isGeneralAt(ms)));
      const covers = covering(series.scope, kind).filter((ms) => !isHalf(ms));
      const times = [covers, listTimes, ofShop].reduce(union, listed);
      if (times.length === listed.length) return [];
      const isListedAt = walk(listed);
      const events: ItemEvent[] = [];
      /** What came before it was first listed there is no leaving. */
      let before: { readonly ms: number; readonly isListed: boolean } | null = null;
      for (const ms of times) {
        const isListed = isListedAt(ms);
        if (before && before.isListed !== isListed) {
          const source = isListed ? firstSourceAt(series.runs, ms) : null;
          const code = isListed ? 'item-back' : 'item-left';
          const window = { lastSeenBeforeMs: before.ms, firstSeenAfterMs: ms };
          events.push({ code, item: series.item, from: null, to: null, ...window, source });
        }
        if (before || isListed) before = { ms, isListed };
      }
      return events;
    });
}

interface ItemEvent extends Change<null> {
  readonly code: 'item-left' | 'item-back';
  readonly item: RateSeries['item'];
  /** null where it is no longer seen. */
  readonly source: Source | null;
}
