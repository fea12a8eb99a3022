/** The timeline of a plan, an item or a shop: every reading, and special and general side by side. */
import type { Moment, PlanLedger, RateSeries, ShopLedger } from './ledger.ts';
import { momentsForward, newestSighting } from './ledger.ts';
import type { PlanKind } from './reading.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import { scopeOf } from './state.ts';

export interface PlanName {
  readonly id: string;
  readonly name: string | null;
  readonly kind: PlanKind | null;
}

/** Every known reading of one plan at one scope, oldest first. */
export interface RateLine {
  readonly plan: PlanName;
  /** null: the shop as a whole. */
  readonly item: RateSeries['item'];
  readonly moments: readonly Moment<number>[];
}

/** A stretch of time in which neither rate changed; null: not known yet. */
export interface PairStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly specialBp: number | null;
  readonly generalBp: number | null;
}

/** A special plan beside the general one of the same scope. */
export interface RatePair {
  readonly plan: PlanName;
  readonly item: RateSeries['item'];
  readonly steps: readonly PairStep[];
}

export interface History {
  readonly account: string;
  readonly shop: ShopLedger['shop'];
  readonly lines: readonly RateLine[];
  readonly pairs: readonly RatePair[];
}

/** What the ledger tells of one account in one shop; narrowed to a plan (with the general one beside it) or an item. */
export function historyOf(
  ledger: ShopLedger,
  only: { readonly planId: string | null; readonly itemId: string | null },
): History {
  const wanted = (plan: PlanLedger) =>
    only.planId === null || plan.planId === only.planId || plan.planId === GENERAL_PLAN_ID;
  const lines = ledger.plans.filter(wanted).flatMap((plan) => linesOf(plan, only.itemId));
  const generals = new Map(
    lines.filter((line) => line.plan.id === GENERAL_PLAN_ID).map((line) => [line.item?.id ?? '', line]),
  );
  const pairs = lines
    .filter((line) => line.plan.id !== GENERAL_PLAN_ID)
    .map(
      (line): RatePair => ({
        plan: line.plan,
        item: line.item,
        steps: pairSteps(line, generals.get(line.item?.id ?? '') ?? null),
      }),
    );
  const paired = new Set(pairs.map((pair) => pair.item?.id ?? ''));
  return {
    account: ledger.account,
    shop: ledger.shop,
    lines: only.planId === null ? lines : lines.filter((l) => paired.has(l.item?.id ?? '')),
    pairs,
  };
}

function linesOf(plan: PlanLedger, itemId: string | null): RateLine[] {
  const name = newestSighting(plan.facts, (facts) => facts.name)?.value ?? null;
  const kind =
    plan.planId === GENERAL_PLAN_ID ? 'general' : (newestSighting(plan.facts, (facts) => facts.kind)?.value ?? null);
  return plan.rates
    .filter((series) => series.measure === 'commission' && (itemId === null || scopeOf(series) === itemId))
    .map((series) => ({
      plan: { id: plan.planId, name, kind },
      item: series.item,
      moments: momentsForward(series.runs, (value) => value.bp),
    }));
}

function pairSteps(special: RateLine, general: RateLine | null): PairStep[] {
  const moments = [
    ...special.moments.map((moment) => ({ ...moment, side: 'specialBp' as const })),
    ...(general?.moments ?? []).map((moment) => ({ ...moment, side: 'generalBp' as const })),
  ].sort((a, b) => a.atMs - b.atMs);
  const steps: PairStep[] = [];
  const now: { specialBp: number | null; generalBp: number | null } = { specialBp: null, generalBp: null };
  for (const [index, { atMs, value, side }] of moments.entries()) {
    now[side] = value;
    if (moments[index + 1]?.atMs === atMs) continue;
    const before = steps.at(-1);
    if (before && before.specialBp === now.specialBp && before.generalBp === now.generalBp) {
      steps[steps.length - 1] = { ...before, toMs: atMs };
    } else {
      steps.push({ fromMs: atMs, toMs: atMs, ...now });
    }
  }
  return steps;
}
