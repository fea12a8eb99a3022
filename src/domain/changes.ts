/**
 * What changed, when: one event for each plan and scope, in a window between two captures (last seen before, first seen
 * after). The first reading of anything is a baseline, not a change, unless an earlier capture that would have listed it did not.
 */
import { compareText } from './compare-text.ts';
import { crossings } from './crossings.ts';
import { kindOf, mayBeSpecial } from './kind.ts';
import { type PlanLedger, type ShopLedger, type ShopRef, shopKey } from './ledger.ts';
import { type PolicyRules, policyFor } from './policy.ts';
import { itemEvents, type Looks, looksOf, type PresenceEvent, presenceOf } from './presence.ts';
import type { MembershipStatus, PlanKind } from './reading.ts';
import { membershipRuns } from './reported-exit.ts';
import type { Change, RateSeries, Source } from './runs.ts';
import { type Step, stepsOf } from './steps.ts';
import { commissionRates, generalRates, nameOf } from './timeline.ts';
import { changeAt, rateSteps } from './unit-doubt.ts';

const MOVE_CODES = [
  'lowered',
  'raised',
  'crossed-below',
  'crossed-above',
  'general-raised',
  'general-lowered',
  'unit-doubt',
] as const;
export const CHANGE_CODES = [
  ...MOVE_CODES,
  'opened',
  'missing',
  'closed',
  'item-left',
  'item-back',
  'reappeared',
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

/** Changes of a rate at one scope, or of whether it is listed there; all others are of the plan as a whole. */
const RATE_CODES: readonly ChangeCode[] = [...MOVE_CODES, 'item-left', 'item-back'];

/** From and to: basis points for rates, and the gap to the general rate for crossings; words (status, state, name) otherwise. */
export interface PlanChange extends Change<number | string | null> {
  readonly code: ChangeCode;
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: { readonly id: string; readonly name: string | null; readonly kind: PlanKind | null };
  /** null: the shop, or the plan as a whole. */
  readonly item: RateSeries['item'];
  /** Where it was first seen; null where the change is that something was not seen. */
  readonly source: Source | null;
}

type Event = Omit<PlanChange, 'account' | 'shop' | 'plan'>;

/**
 * All changes of one account in one shop, oldest first. Of the policy it takes how many captures make a disappearance a closure.
 * Sources are looked up, so the ledger must still be open. `only`: ids of the plans to tell of.
 */
export function changesOf(ledger: ShopLedger, policy: PolicyRules, only?: ReadonlySet<string>): PlanChange[] {
  const looks = looksOf(ledger);
  const generals = generalRates(ledger.plans);
  const changes = tellEach(ledger, only, (plan, kind) => {
    const presence = presenceOf(plan, looks, policyFor(policy, ledger.shop, plan.planId).confirmMissing);
    return [
      ...rateEventsOf(plan, kind, generals, looks).filter((event) => !isTold(event, presence)),
      ...presence.map((event) => ({ ...event, code: presenceCode(event.code, kind), item: null })),
      ...membershipEvents(plan, ledger.joinedListTimes),
      ...factEvents(plan),
    ];
  });
  return changes.sort(compareChanges);
}

/** Of the changes those of rates alone, in any order: where nothing else can have changed, looking for it takes twice their time. */
export function rateChangesOf(ledger: ShopLedger, only?: ReadonlySet<string>): PlanChange[] {
  const looks = looksOf(ledger);
  const generals = generalRates(ledger.plans);
  return tellEach(ledger, only, (plan, kind) => rateEventsOf(plan, kind, generals, looks));
}

function tellEach(
  { account, shop, plans }: ShopLedger,
  only: ReadonlySet<string> | undefined,
  eventsOf: (plan: PlanLedger, kind: PlanKind | null) => readonly Event[],
): PlanChange[] {
  const told = only ? plans.filter((plan) => only.has(plan.planId)) : plans;
  return told.flatMap((plan) => {
    const kind = kindOf(plan);
    const events = eventsOf(plan, kind);
    if (events.length === 0) return [];
    const ref = { id: plan.planId, name: nameOf(plan), kind };
    return events.map((event): PlanChange => ({ ...event, account, shop, plan: ref }));
  });
}

/** Oldest first; at one moment by account, shop, plan, scope and code, whatever the order of import. */
export function compareChanges(a: PlanChange, b: PlanChange): number {
  return (
    a.firstSeenAfterMs - b.firstSeenAfterMs ||
    compareText(a.account, b.account) ||
    compareText(shopKey(a.shop), shopKey(b.shop)) ||
    compareText(a.plan.id, b.plan.id) ||
    compareText(a.item?.id ?? null, b.item?.id ?? null) ||
    CHANGE_CODES.indexOf(a.code) - CHANGE_CODES.indexOf(b.code)
  );
}

/** The plans whose changes concern the account: those ever approved, and in shops with such a plan the general one and the events. */
export function concerningPlans(ledger: ShopLedger): ReadonlySet<string> {
  const approved = ledger.plans.filter((plan) => plan.facts.some((run) => run.value.status === 'approved'));
  const context =
    approved.length === 0 ? [] : ledger.plans.filter((p) => ['general', 'event'].includes(kindOf(p) ?? ''));
  return new Set([...approved, ...context].map((plan) => plan.planId));
}

/** Whether a change is of one item's rate, or of a plan as a whole that is known at that item. */
export function touchesItem(ledger: ShopLedger, change: PlanChange, itemId: string): boolean {
  if (change.item !== null || RATE_CODES.includes(change.code)) return change.item?.id === itemId;
  const plan = ledger.plans.find((known) => known.planId === change.plan.id);
  return plan?.rates.some((series) => series.item?.id === itemId) ?? false;
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

function rateEventsOf(
  plan: PlanLedger,
  kind: PlanKind | null,
  generals: ReadonlyMap<number, RateSeries>,
  looks: Looks,
): Event[] {
  const moves = rateEvents(plan, kind);
  if (!mayBeSpecial(kind)) return moves;
  return [...moves, ...crossings(plan, generals, looks.covering), ...itemEvents(plan, looks, generals)];
}

/** That the plan went as a whole, or came back, is not told of each item, too. */
function isTold({ code, firstSeenAfterMs }: Event, presence: readonly PresenceEvent[]): boolean {
  return (
    (code === 'item-left' || code === 'item-back') &&
    presence.some((event) => event.firstSeenAfterMs === firstSeenAfterMs && event.code !== 'opened')
  );
}

function rateEvents(plan: PlanLedger, kind: PlanKind | null): Event[] {
  const [raised, lowered]: [ChangeCode, ChangeCode] =
    kind === 'general' ? ['general-raised', 'general-lowered'] : ['raised', 'lowered'];
  return commissionRates(plan)
    .filter((series) => series.runs.length > 1)
    .flatMap(({ item, runs }) => {
      const steps = rateSteps(runs);
      const believed = steps.filter(({ believedBp }) => believedBp === null);
      const doubts = steps.flatMap((step, index): Event[] => {
        const change = step.believedBp === null ? null : changeAt(steps, index);
        return change ? [{ code: 'unit-doubt', item, ...change, source: step.source }] : [];
      });
      const codeOf = (from: number, to: number) => (to > from ? raised : to < from ? lowered : null);
      return [...betweenSteps(believed, item, codeOf), ...doubts];
    });
}

/** Events do not open and close but start and end. */
function presenceCode(code: PresenceEvent['code'], kind: PlanKind | null): ChangeCode {
  if (kind !== 'event' || code === 'missing' || code === 'reappeared') return code;
  return code === 'closed' ? 'event-ended' : 'event-started';
}

const STATUS_CODES: Readonly<Record<MembershipStatus, ChangeCode | null>> = {
  pending: 'joined',
  approved: 'approved',
  rejected: 'rejected',
  removed: 'removed',
  left: 'left',
  none: null,
};

/** A status that was not there before (the user's own word on an exit counts), and the first one of a plan that an earlier complete joined list did not have. */
function membershipEvents(plan: PlanLedger, joinedLists: readonly number[]): Event[] {
  const steps = stepsOf(membershipRuns(plan), (facts) => facts.status);
  const events = betweenSteps(steps, null, (from, to) => {
    // No record any more: after a refusal or an exit that is a purge.
    if (to === 'none') return from === 'approved' || from === 'pending' ? 'left' : null;
    return STATUS_CODES[to];
  });
  const [first] = steps;
  const listBefore = first && joinedLists.filter((time) => time < first.firstSeenMs).at(-1);
  const code = first && STATUS_CODES[first.value];
  if (!code || listBefore === undefined) return events;
  const window = { lastSeenBeforeMs: listBefore, firstSeenAfterMs: first.firstSeenMs };
  return [{ code, item: null, from: null, to: first.value, ...window, source: first.source }, ...events];
}

function factEvents(plan: PlanLedger): Event[] {
  return [
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
