/**
 * Whether a plan is there: open, missing (a capture that would list it does not), or closed (missed often enough, or at
 * once when its state or its own end says so; design.md §3, absence). What is dead already cannot go missing: the alliance
 * purges those records (formats.md §4).
 */
import type { PlanLedger, Source, Step } from './ledger.ts';
import { seenTimes, stepsOf } from './ledger.ts';
import type { PlanKind, PlanState } from './reading.ts';
import { membershipRuns } from './reported-exit.ts';
import { endMs } from './time.ts';
import type { Covering } from './timeline.ts';
import { firstSourceAt, runsOf, stepAt, timesOf } from './timeline.ts';

export interface PresenceEvent {
  readonly code: 'opened' | 'missing' | 'reappeared' | 'closed' | 'reopened';
  /** Plan states; `approved` where what is gone is the record in the joined list. */
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

/** What a presence is derived from. `joinedLists`: complete joined lists of the account, where an approved plan would stand. */
export interface PresenceQuestion {
  readonly kind: PlanKind;
  readonly covering: Covering;
  readonly joinedLists: readonly number[];
  readonly confirmMissing: number;
}

/** Oldest first. The first sighting is `opened` only if an earlier capture would have listed the plan and did not. */
export function presenceOf(plan: PlanLedger, question: PresenceQuestion): PresenceEvent[] {
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
  const from = now.fromList ? 'approved' : null;
  if (now.status === 'missing') return { code: 'missing', from, to: null, ...unseen };
  if (now.status === 'open') {
    const at = { firstSeenAfterMs: now.ms, source: firstSourceAt(plan, now.ms) };
    // Missed, but not often enough to count as gone: it was there all the time, as far as anybody knows.
    if (before.status === 'missing')
      return { code: 'reappeared', from: null, to: null, ...at, lastSeenBeforeMs: before.ms };
    return isDead(before.state)
      ? { code: 'reopened', from: before.state.value, to: 'active', ...at, lastSeenBeforeMs: before.state.lastSeenMs }
      : { code: 'reopened', from: null, to: null, ...at, lastSeenBeforeMs: before.ms };
  }
  if (!isDead(now.state)) return { code: 'closed', from, to: now.ended ? 'expired' : null, ...unseen };
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
  { kind, covering, joinedLists, confirmMissing }: PresenceQuestion,
): Condition[] {
  const seen = new Set(timesOf(runsOf(plan)));
  const stated = new Set(timesOf(plan.facts.filter((run) => run.value.status !== null)));
  const scopes = scopesByTime(plan, kind, covering);
  const joined = new Set(stated.size > 0 ? joinedLists : []);
  const states = stepsOf(plan.facts, (facts) => facts.state);
  const statuses = stepsOf(membershipRuns(plan), (facts) => facts.status);
  const ends = stepsOf(plan.facts, (facts) => facts.endsAt);

  const conditions: Condition[] = [];
  const last = { seen: Number.NaN, stated: Number.NaN };
  const missed = { plan: 0, record: 0 };
  // Scopes at which it was listed when they were last looked at: a plan that left one item is not missing every day anew.
  const present = new Set<number>();
  for (const ms of [...new Set([...seen, ...scopes.keys(), ...joined])].sort((a, b) => a - b)) {
    if (conditions.length === 0 && !seen.has(ms)) continue;
    const { lists = [], covers = [] } = scopes.get(ms) ?? {};
    const state = stepAt(states, ms);
    if (seen.has(ms)) missed.plan = 0;
    else if (covers.some((scope) => present.has(scope)) || (missed.plan > 0 && covers.length > 0)) missed.plan += 1;
    if (seen.has(ms)) last.seen = ms;
    for (const scope of covers) present.delete(scope);
    for (const scope of lists) present.add(scope);

    if (stated.has(ms)) last.stated = ms;
    const inForce = stepAt(statuses, ms)?.value === 'approved' && !isDead(state);
    if (stated.has(ms) || !inForce) missed.record = 0;
    else if (joined.has(ms)) missed.record += 1;

    const captures = Math.max(missed.plan, missed.record);
    const end = stepAt(ends, ms)?.value ?? null;
    const ended = end !== null && (endMs(end) ?? ms) < ms;
    const isClosed = isDead(state) || (captures > 0 && (ended || captures >= confirmMissing));
    const fromList = missed.record > missed.plan;
    conditions.push({
      ms,
      status: isClosed ? 'closed' : captures > 0 ? 'missing' : 'open',
      state,
      ended,
      fromList,
      lastSeenMs: fromList ? last.stated : last.seen,
    });
  }
  return conditions;
}

/** For every capture, the scopes at which it lists the plan, and those at which it would have to. */
function scopesByTime(plan: PlanLedger, kind: PlanKind, covering: Covering) {
  const byTime = new Map<number, { lists: number[]; covers: number[] }>();
  const entry = (ms: number) => {
    const known = byTime.get(ms) ?? { lists: [], covers: [] };
    byTime.set(ms, known);
    return known;
  };
  for (const series of plan.rates) {
    const { scope } = series;
    for (const run of series.runs) for (const ms of seenTimes(run)) entry(ms).lists.push(scope);
    for (const ms of covering(scope, kind)) entry(ms).covers.push(scope);
  }
  return byTime;
}
