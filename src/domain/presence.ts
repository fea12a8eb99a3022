/**
 * Whether a plan is there: open, missing (no scope lists it any more, or the joined list does not), or closed (lists of all
 * plans of the shop confirm it, or its state or its own end says so at once; design.md §3.5). What is dead already cannot go missing: the alliance
 * purges those records (formats.md §4).
 */
import { confirmations, itemListTimes, wholeShopTimes } from './absence.ts';
import { groupBy } from './group-by.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import type { PlanKind, PlanState } from './reading.ts';
import { membershipRuns } from './reported-exit.ts';
import type { RateSeries, Source } from './runs.ts';
import { isSeenAt, SHOP_SCOPE, seenTimes, union, walk } from './runs.ts';
import type { Step } from './steps.ts';
import { stepsOf } from './steps.ts';
import { endMs } from './time.ts';
import type { Covering } from './timeline.ts';
import { coveringOf, firstSourceAt, runsOf, stepAt } from './timeline.ts';

export interface PresenceEvent {
  readonly code: 'opened' | 'missing' | 'reappeared' | 'closed' | 'reopened';
  /** Plan states; `approved` where what is missing is the record in the joined list. */
  readonly from: PlanState | 'approved' | null;
  readonly to: PlanState | null;
  readonly lastSeenBeforeMs: number;
  readonly firstSeenAfterMs: number;
  readonly source: Source | null;
}

/** How a plan stood at a capture that says something of it. */
interface Condition {
  readonly ms: number;
  readonly status: 'open' | 'missing' | 'closed';
  /** The newest stated state. */
  readonly state: Step<PlanState> | null;
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
  wholeShop(kind: PlanKind): readonly number[];
  /** Complete joined lists of the account, where an approved plan would stand. */
  readonly joinedLists: readonly number[];
  /** See `presenceOf`. */
  readonly known: Map<string, readonly PresenceEvent[]>;
}

const looks = new WeakMap<ShopLedger, Looks>();

/** Worked out once, whatever is asked of the ledger. */
export function looksOf(ledger: ShopLedger): Looks {
  const { plans, joinedListTimes: joinedLists } = ledger;
  const wholeShop = (kind: PlanKind) => wholeShopTimes(plans, kind);
  const own = looks.get(ledger) ?? { covering: coveringOf(plans), wholeShop, joinedLists, known: new Map() };
  looks.set(ledger, own);
  return own;
}

interface PresenceQuestion extends Looks {
  readonly kind: PlanKind;
  readonly confirmMissing: number;
}

/** Oldest first. The first sighting is `opened` only if an earlier capture would have listed the plan and did not. */
export function presenceOf(plan: PlanLedger, question: PresenceQuestion): readonly PresenceEvent[] {
  const key = `${question.kind} ${question.confirmMissing} ${plan.planId}`;
  const events = question.known.get(key) ?? readPresence(plan, question);
  question.known.set(key, events);
  return events;
}

function readPresence(plan: PlanLedger, question: PresenceQuestion): PresenceEvent[] {
  const conditions = conditionsOf(plan, question);
  const [first] = conditions;
  if (!first) return [];
  const events: PresenceEvent[] = [];
  const earlier = plan.rates
    .flatMap((series) => question.covering(series.scope, question.kind))
    .filter((ms) => ms < first.ms);
  if (earlier.length > 0 && first.status === 'open') {
    const window = { lastSeenBeforeMs: earlier.reduce((a, b) => Math.max(a, b)), firstSeenAfterMs: first.ms };
    events.push({ code: 'opened', from: null, to: null, ...window, source: firstSourceAt(plan, first.ms) });
  }
  for (const [index, now] of conditions.slice(1).entries()) {
    const before = conditions[index];
    const event = before && eventBetween(plan, before, now);
    if (event) events.push(event);
  }
  return events;
}

function eventBetween(plan: PlanLedger, before: Condition, now: Condition): PresenceEvent | null {
  if (before.status === now.status || (before.status === 'closed' && now.status === 'missing')) return null;
  const unseen = { firstSeenAfterMs: now.ms, lastSeenBeforeMs: now.lastSeenMs, source: null };
  if (now.status === 'missing') return { code: 'missing', from: now.fromList ? 'approved' : null, to: null, ...unseen };
  if (now.status === 'open') {
    const at = { firstSeenAfterMs: now.ms, source: firstSourceAt(plan, now.ms) };
    // Missed, but not often enough to count as gone: it was there all the time, as far as anybody knows.
    if (before.status === 'missing')
      return { code: 'reappeared', from: null, to: null, ...at, lastSeenBeforeMs: before.ms };
    return isDead(before.state)
      ? { code: 'reopened', from: before.state.value, to: 'active', ...at, lastSeenBeforeMs: before.state.lastSeenMs }
      : { code: 'reopened', from: null, to: null, ...at, lastSeenBeforeMs: before.ms };
  }
  if (!isDead(now.state)) return { code: 'closed', from: null, to: now.ended ? 'expired' : null, ...unseen };
  // A first state is a baseline: it does not say when the plan closed, unless the plan was missed before.
  if (!before.state && before.status === 'open') return null;
  const lastSeenBeforeMs = before.state?.lastSeenMs ?? before.lastSeenMs;
  const window = { firstSeenAfterMs: now.ms, lastSeenBeforeMs, source: now.state.source };
  return { code: 'closed', from: before.state?.value ?? null, to: now.state.value, ...window };
}

function isDead(state: Step<PlanState> | null): state is Step<PlanState> {
  return state !== null && state.value !== 'active';
}

/** From the first sighting on, at every capture that lists the plan or would have to. */
function conditionsOf(
  plan: PlanLedger,
  { kind, covering, wholeShop, joinedLists, confirmMissing }: PresenceQuestion,
): Condition[] {
  const seen = seenTimes(runsOf(plan));
  const stated = seenTimes(plan.facts.filter((run) => run.value.status !== null));
  const joined = stated.length > 0 ? joinedLists : [];
  const ofShop = wholeShop(kind);
  const looks = looksAtScopes(plan, kind, covering);
  const states = stepsOf(plan.facts, (facts) => facts.state);
  const statuses = stepsOf(membershipRuns(plan), (facts) => facts.status);
  const ends = stepsOf(plan.facts, (facts) => facts.endsAt);
  const lists = plan.facts.filter((run) => run.feed.coverage === 'joined-plans' && run.value.status === 'approved');
  const isAt = { seen: walk(seen), stated: walk(stated), joined: walk(joined), ofShop: walk(ofShop) };

  const conditions: Condition[] = [];
  const last = { seen: Number.NaN, stated: Number.NaN };
  /** Captures since it was last seen that confirm each other that it is gone. */
  let lacking: number[] = [];
  let isUnlisted = false;
  let isInList = false;
  const listed = new Set<number>();
  let wasListed = false;
  const times = [...looks.map(({ covers }) => covers), ofShop, joined].reduce(union, seen);
  for (const ms of times) {
    const isSeen = isAt.seen(ms);
    if (conditions.length === 0 && !isSeen) continue;
    const [isStated, isJoined, isOfShop] = [isAt.stated(ms), isAt.joined(ms), isAt.ofShop(ms)];
    const state = stepAt(states, ms);
    let [isListed, isCovered] = [false, false];
    for (const look of looks) {
      const [lists, covers] = [look.isListed(ms), look.isCovered(ms)];
      if (lists) listed.add(look.scope);
      else if (covers) listed.delete(look.scope);
      isListed ||= lists;
      isCovered ||= covers;
    }
    if (!isListed && isOfShop) listed.clear();
    wasListed ||= isListed;
    const isNowhere = wasListed && listed.size === 0;
    // No page lists the events of a shop: searches alone tell of them.
    const isLacking = isOfShop || (kind === 'event' && isNowhere && isCovered);
    if (isSeen) [lacking, last.seen] = [[], ms];
    else if (isLacking) lacking = [...lacking, ms];

    if (isStated) last.stated = ms;
    const inForce = stepAt(statuses, ms)?.value === 'approved' && !isDead(state);
    if (isStated || !inForce) isUnlisted = false;
    else if (isJoined) isUnlisted = true;
    if (isJoined) isInList = lists.some((run) => isSeenAt(run, ms));

    const isMissing = (lacking.length > 0 || isNowhere) && !(isInList && !isDead(state));
    const end = stepAt(ends, ms)?.value ?? null;
    const ended = end !== null && (endMs(end) ?? ms) < ms;
    const isGone = isMissing && !isUnlisted && (ended || confirmations(lacking) >= confirmMissing);
    conditions.push({
      ms,
      status: isDead(state) || isGone ? 'closed' : isMissing || isUnlisted ? 'missing' : 'open',
      state,
      ended,
      fromList: isUnlisted && !isMissing,
      lastSeenMs: isUnlisted && !isMissing ? last.stated : last.seen,
    });
  }
  return conditions;
}

/** Of each scope the captures that list the plan there, and those that would have to; to be asked in order of time. */
function looksAtScopes(plan: PlanLedger, kind: PlanKind, covering: Covering) {
  const itemLists = itemListTimes(plan);
  return [...groupBy(plan.rates, ({ scope }) => scope)].map(([scope, series]) => {
    const lists = seenTimes(series.flatMap(({ runs }) => runs));
    const covers = scope === SHOP_SCOPE ? covering(scope, kind) : union(covering(scope, kind), itemLists);
    return { scope, covers, isListed: walk(lists), isCovered: walk(covers) };
  });
}

/** An item left the plan when a capture that would list the plan there does not, and is back when one does (design.md §3.5). */
export function itemEvents(
  plan: PlanLedger,
  {
    kind,
    covering,
    wholeShop,
    generals,
  }: Pick<PresenceQuestion, 'kind' | 'covering' | 'wholeShop'> & { readonly generals: ReadonlyMap<number, RateSeries> },
): ItemEvent[] {
  const itemLists = itemListTimes(plan);
  const seen = new Set(seenTimes(plan.rates.flatMap(({ runs }) => runs)));
  const ofShop = wholeShop(kind).filter((ms) => !seen.has(ms));
  return plan.rates
    .filter(({ scope, measure }) => scope !== SHOP_SCOPE && measure === 'commission')
    .flatMap((series): ItemEvent[] => {
      const listed = new Set(seenTimes(series.runs));
      // What would list the general rate there, too, and does not, tells of another plan alone.
      const generalTimes = new Set(seenTimes(generals.get(series.scope)?.runs ?? []));
      const halves = new Set(covering(series.scope, 'general').filter((ms) => !generalTimes.has(ms)));
      const covers = covering(series.scope, kind).filter((ms) => !halves.has(ms));
      const looks = [...listed, ...covers, ...itemLists, ...ofShop];
      if (looks.every((ms) => listed.has(ms))) return [];
      const times = [...new Set(looks)].sort((a, b) => a - b);
      return times.flatMap((ms, index): ItemEvent[] => {
        const beforeMs = times[index - 1];
        const isListed = listed.has(ms);
        // What came before it was first listed there is no leaving.
        if (
          beforeMs === undefined ||
          listed.has(beforeMs) === isListed ||
          !times.slice(0, index).some((t) => listed.has(t))
        )
          return [];
        const source = isListed ? firstSourceAt({ ...plan, facts: [], rates: [series] }, ms) : null;
        const code = isListed ? 'item-back' : 'item-left';
        return [
          { code, item: series.item, from: null, to: null, lastSeenBeforeMs: beforeMs, firstSeenAfterMs: ms, source },
        ];
      });
    });
}

export interface ItemEvent {
  readonly code: 'item-left' | 'item-back';
  readonly item: RateSeries['item'];
  readonly from: null;
  readonly to: null;
  readonly lastSeenBeforeMs: number;
  readonly firstSeenAfterMs: number;
  /** null where it is no longer seen. */
  readonly source: Source | null;
}
