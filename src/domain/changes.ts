/**
 * What changed, when: one event for each plan and scope, in a window between two captures (last seen before, first seen
 * after). The first reading of anything is a baseline, not a change, unless an earlier capture that would have listed it did not.
 */
import type { PlanLedger, RateSeries, Run, ShopLedger, ShopRef, Source, Step } from './ledger.ts';
import { momentsForward, newestSighting, seenTimes, stepsOf } from './ledger.ts';
import type { PlanKind } from './reading.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import type { Mentions } from './state.ts';
import { coveringTimes, mentionsByScope, scopeOf } from './state.ts';

export const CHANGE_CODES = [
  'lowered',
  'raised',
  'crossed-below',
  'crossed-above',
  'general-raised',
  'general-lowered',
  'opened',
  'missing',
  'closed',
  'reopened',
  'joined',
  'approved',
  'rejected',
  'removed',
  'left',
  'renamed',
  'locked',
  'unlocked',
  'event-started',
  'event-ended',
] as const;
export type ChangeCode = (typeof CHANGE_CODES)[number];

export interface PlanChange {
  readonly code: ChangeCode;
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null; readonly kind: PlanKind | null };
  /** null: the shop, or the plan as a whole. */
  readonly item: RateSeries['item'];
  /** Basis points for rates, and the gap to the general rate for crossings; words (status, state, name) otherwise. */
  readonly from: number | string | null;
  readonly to: number | string | null;
  readonly lastSeenBeforeMs: number | null;
  readonly firstSeenAfterMs: number;
  /** File in which it was first seen; null where the change is that something was not seen. */
  readonly source: Source | null;
}

type Event = Pick<PlanChange, 'code' | 'item' | 'from' | 'to' | 'lastSeenBeforeMs' | 'firstSeenAfterMs' | 'source'>;

/** All changes of one account in one shop, oldest first. `confirmMissing`: captures that make a disappearance a closure. */
export function changesOf(ledger: ShopLedger, confirmMissing: number): PlanChange[] {
  const mentions = mentionsByScope(ledger.plans);
  const general = ledger.plans.find((plan) => plan.planId === GENERAL_PLAN_ID) ?? null;
  const changes = ledger.plans.flatMap((plan) => {
    const kind =
      plan.planId === GENERAL_PLAN_ID ? 'general' : (newestSighting(plan.facts, (facts) => facts.kind)?.value ?? null);
    const name = newestSighting(plan.facts, (facts) => facts.name)?.value ?? null;
    const events = [
      ...rateEvents(plan, kind),
      ...(kind === 'special' || kind === null ? crossings(plan, general) : []),
      ...presenceEvents(plan, kind ?? 'special', mentions, confirmMissing),
      ...membershipEvents(plan, ledger.joinedListTimes, confirmMissing),
      ...factEvents(plan),
    ];
    return events.map(
      (event): PlanChange => ({
        ...event,
        account: ledger.account,
        shop: ledger.shop,
        plan: { id: plan.planId, name, kind },
      }),
    );
  });
  return changes.sort((a, b) => a.firstSeenAfterMs - b.firstSeenAfterMs);
}

/** An event for each pair of neighbouring steps that `codeOf` names. */
function betweenSteps<W extends string | number | boolean>(
  steps: readonly Step<W>[],
  item: RateSeries['item'],
  codeOf: (from: W, to: W) => ChangeCode | null,
): Event[] {
  return steps.slice(1).flatMap((step, index): Event[] => {
    const before = steps[index];
    const code = before ? codeOf(before.value, step.value) : null;
    if (!before || !code) return [];
    const value = (w: string | number | boolean) => (typeof w === 'boolean' ? null : w);
    const window = { lastSeenBeforeMs: before.lastSeenMs, firstSeenAfterMs: step.firstSeenMs };
    return [{ code, item, from: value(before.value), to: value(step.value), ...window, source: step.source }];
  });
}

function rateEvents(plan: PlanLedger, kind: PlanKind | null): Event[] {
  const [raised, lowered]: [ChangeCode, ChangeCode] =
    kind === 'general' ? ['general-raised', 'general-lowered'] : ['raised', 'lowered'];
  return plan.rates
    .filter((series) => series.measure === 'commission' && series.runs.length > 1)
    .flatMap((series) =>
      betweenSteps(
        stepsOf(series.runs, (value) => value.bp),
        series.item,
        (from, to) => (to > from ? raised : lowered),
      ),
    );
}

/** The special rate falls below the general one of the same scope, or rises to it again, whichever of the two moved. */
function crossings(plan: PlanLedger, general: PlanLedger | null): Event[] {
  return plan.rates.flatMap((series): Event[] => {
    const other = general?.rates.find((g) => scopeOf(g) === scopeOf(series) && g.measure === series.measure);
    if (!other || series.measure !== 'commission' || (series.runs.length === 1 && other.runs.length === 1)) return [];
    const moments = [
      ...momentsForward(series.runs, (value) => value.bp).map((moment) => ({ ...moment, side: 'special' as const })),
      ...momentsForward(other.runs, (value) => value.bp).map((moment) => ({ ...moment, side: 'general' as const })),
    ].sort((a, b) => a.atMs - b.atMs);
    const events: Event[] = [];
    const now: Record<'special' | 'general', number | null> = { special: null, general: null };
    let before: { gapBp: number; atMs: number } | null = null;
    for (const [index, { atMs, value, side, source }] of moments.entries()) {
      now[side] = value;
      // Both sides of one capture count before they are compared.
      if (moments[index + 1]?.atMs === atMs || now.special === null || now.general === null) continue;
      const gapBp = now.special - now.general;
      if (before && before.gapBp < 0 !== gapBp < 0) {
        const window = { lastSeenBeforeMs: before.atMs, firstSeenAfterMs: atMs };
        events.push({
          code: gapBp < 0 ? 'crossed-below' : 'crossed-above',
          item: series.item,
          from: before.gapBp,
          to: gapBp,
          ...window,
          source,
        });
      }
      before = { gapBp, atMs };
    }
    return events;
  });
}

/** A plan appears, is missed, counts as closed when missed often enough, and comes back; for events: they start and end. */
function presenceEvents(plan: PlanLedger, kind: PlanKind, mentions: Mentions, confirmMissing: number): Event[] {
  if (plan.rates.length === 0) return [];
  const runs: Run<unknown>[] = [...plan.facts, ...plan.rates.flatMap((series) => series.runs)];
  const sightings = timesOf(runs);
  const covering = coveringTimes(mentions, plan.rates.map(scopeOf), kind);
  const isDead = closedAt(plan);
  return gapEvents(sightings, covering, confirmMissing, (ms) => isDead(ms)).flatMap((event) => {
    if (kind !== 'event') return [event];
    if (event.code === 'closed') return [];
    return [{ ...event, code: event.code === 'missing' ? ('event-ended' as const) : ('event-started' as const) }];
  });
}

function timesOf(runs: readonly Run<unknown>[]): number[] {
  return [...new Set(runs.flatMap((run) => [...seenTimes(run)]))].sort((a, b) => a - b);
}

/** Whether the plan's newest stated state at a moment was stopped, expired or deleted: what vanishes then is only purged. */
function closedAt(plan: PlanLedger): (ms: number) => boolean {
  const steps = stepsOf(plan.facts, (facts) => facts.state);
  return (ms) => (steps.filter((step) => step.firstSeenMs <= ms).at(-1)?.value ?? 'active') !== 'active';
}

function gapEvents(
  sightings: readonly number[],
  covering: readonly number[],
  confirmMissing: number,
  isDead: (ms: number) => boolean,
): Event[] {
  const seen = new Set(sightings);
  const moments = [...new Set([...sightings, ...covering])].sort((a, b) => a - b);
  const events: Event[] = [];
  const add = (code: ChangeCode, lastSeenBeforeMs: number | null, firstSeenAfterMs: number) =>
    events.push({ code, item: null, from: null, to: null, lastSeenBeforeMs, firstSeenAfterMs, source: null });
  let lastSeen: number | null = null;
  let before: number | null = null;
  let missed = 0;
  for (const moment of moments) {
    if (seen.has(moment)) {
      if (lastSeen === null && before !== null) add('opened', before, moment);
      if (lastSeen !== null && missed > 0 && !isDead(lastSeen)) add('reopened', before, moment);
      lastSeen = moment;
      missed = 0;
    } else if (lastSeen !== null) {
      missed += 1;
      if (!isDead(lastSeen) && missed === 1) add('missing', lastSeen, moment);
      if (!isDead(lastSeen) && missed === confirmMissing) add('closed', lastSeen, moment);
    }
    before = moment;
  }
  return events;
}

const STATUS_CODES: Readonly<Record<string, ChangeCode>> = {
  pending: 'joined',
  approved: 'approved',
  rejected: 'rejected',
  removed: 'removed',
  left: 'left',
  none: 'left',
};

function membershipEvents(plan: PlanLedger, joinedLists: readonly number[], confirmMissing: number): Event[] {
  const steps = stepsOf(plan.facts, (facts) => facts.status);
  const events = betweenSteps(steps, null, (_from, to) => STATUS_CODES[to] ?? null);
  const first = steps[0];
  const listBefore = first ? joinedLists.filter((time) => time < first.firstSeenMs).at(-1) : undefined;
  if (first && listBefore !== undefined && first.value !== 'none') {
    const window = { lastSeenBeforeMs: listBefore, firstSeenAfterMs: first.firstSeenMs };
    events.push({
      code: STATUS_CODES[first.value] ?? 'joined',
      item: null,
      from: null,
      to: first.value,
      ...window,
      source: first.source,
    });
  }
  // A vanished record matters only while it was in force: the alliance purges the others (formats.md §4).
  const stated = plan.facts.filter((run) => run.value.status !== null);
  const isClosed = closedAt(plan);
  const inForce = (ms: number) =>
    steps.filter((step) => step.firstSeenMs <= ms).at(-1)?.value === 'approved' && !isClosed(ms);
  const gaps = gapEvents(timesOf(stated), joinedLists, confirmMissing, (ms) => !inForce(ms));
  return [
    ...events,
    ...gaps
      .filter((event) => event.code !== 'opened')
      .map((event) => ({ ...event, from: event.code === 'reopened' ? null : 'approved' })),
  ];
}

function factEvents(plan: PlanLedger): Event[] {
  const isOpen = (state: string) => state === 'active';
  return [
    ...betweenSteps(
      stepsOf(plan.facts, (facts) => facts.state),
      null,
      (from, to) => (isOpen(from) === isOpen(to) ? null : isOpen(to) ? 'reopened' : 'closed'),
    ),
    ...betweenSteps(
      stepsOf(plan.facts, (facts) => facts.name),
      null,
      () => 'renamed',
    ),
    ...betweenSteps(
      stepsOf(plan.facts, (facts) => facts.locked),
      null,
      (_from, to) => (to ? 'locked' : 'unlocked'),
    ),
  ];
}
