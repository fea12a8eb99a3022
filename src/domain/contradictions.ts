/**
 * Exports of one moment that contradict each other (design.md §4.4): a shop is judged with each of the values. Where all give one
 * verdict it stands, and the contradiction is shown; else nothing tells which is right.
 */
import { approvalAt } from './approval.ts';
import { compareText } from './compare-text.ts';
import { formatBp } from './rate.ts';
import { GENERAL_PLAN_ID, type PlanState } from './reading.ts';
import type { Reason } from './reason-shape.ts';
import { lastSeen, type RateNow } from './runs.ts';
import type { Contradiction, RatedPlan, ShopNow } from './state.ts';
import { formatIso } from './time.ts';
import { rateMoves } from './unit-doubt.ts';

/** One value taken for true. */
interface Setting {
  readonly plan: RatedPlan;
  readonly contradiction: Contradiction;
  readonly value: string | number | null;
}

/** More combinations than these are not tried. */
const MOST_WORLDS = 64;

/** The shop with each combination of the contradicting values; null: there are too many. */
export function worldsOf(shop: ShopNow): ShopNow[] | null {
  const choices = choicesOf(shop.plans);
  if (choices.reduce((count, choice) => count * choice.length, 1) > MOST_WORLDS) return null;
  let worlds: Setting[][] = [[]];
  for (const choice of choices) worlds = worlds.flatMap((world) => choice.map((settings) => [...world, ...settings]));
  return worlds.map((world) => withSettings(shop, world));
}

/** Rates known beyond doubt need no combining: no verdict gets better by a lower special rate, or by a higher general one. */
function choicesOf(plans: readonly RatedPlan[]): Setting[][][] {
  const all = plans.flatMap((plan) => plan.contradictions.map((contradiction) => ({ plan, contradiction })));
  function isSureRate({ plan, contradiction: one }: (typeof all)[number]): boolean {
    const rate = one.of === 'rate' ? plan.rates.at(one.scope) : null;
    return rate !== null && one.values.every((bp) => isSure(rate, bp as number | null));
  }
  const rates = all.filter(isSureRate);
  const extreme = (isWorst: boolean) =>
    rates.map((one): Setting => {
      const isLowest = (one.plan.id === GENERAL_PLAN_ID) !== isWorst;
      return { ...one, value: one.contradiction.values.at(isLowest ? 0 : -1) ?? null };
    });
  const others = all.filter((one) => !isSureRate(one));
  return [
    ...(rates.length > 0 ? [[extreme(true), extreme(false)]] : []),
    ...others.map((one) => one.contradiction.values.map((value): Setting[] => [{ ...one, value }])),
  ];
}

function isSure(rate: RateNow, bp: number | null): boolean {
  return bp !== null && takenForTrue(rate, bp).moves().doubt === null;
}

function withSettings(shop: ShopNow, settings: readonly Setting[]): ShopNow {
  const plans = shop.plans.map((plan) => {
    const own = settings.filter((setting) => setting.plan === plan);
    return own.length === 0 ? plan : withValues(plan, own);
  });
  return { ...shop, plans, general: plans.find(({ id }) => id === GENERAL_PLAN_ID) ?? null };
}

function withValues(plan: RatedPlan, settings: readonly Setting[]): RatedPlan {
  let { state, membership } = plan;
  const rates = new Map<number, RateNow>();
  for (const { contradiction, value } of settings) {
    const rate = contradiction.of === 'rate' ? plan.rates.at(contradiction.scope) : null;
    if (rate) rates.set(rate.scope, takenForTrue(rate, value as number | null));
    else if (contradiction.of === 'state') state = value as PlanState;
    else if (membership && contradiction.of === 'approvedAt')
      membership = { ...membership, approvedAt: String(value), approval: approvalAt(String(value)) };
    else if (membership) membership = { ...membership, [contradiction.of]: value };
  }
  return { ...plan, state, membership, rates: rates.size === 0 ? plan.rates : plan.rates.withRates(rates) };
}

/** The rate if of the values of its newest moment this one is true. */
function takenForTrue(rate: RateNow, bp: number | null): RateNow {
  const runs = (rate.series?.runs ?? []).flatMap((run) => {
    if (run.value === null || run.value === (bp ?? 'unknown') || lastSeen(run) !== rate.atMs) return [run];
    return run.first === run.last ? [] : [{ ...run, last: run.last - 1 }];
  });
  return { ...rate, bp, moves: () => rateMoves(runs) };
}

/** One that the user is told of. */
export interface Contradicted {
  readonly plan: RatedPlan;
  readonly contradiction: Contradiction;
  /** Of a rate; null: the shop as a whole, or no rate. */
  readonly item: string | null;
}

/**
 * The newest contradiction about what a judgement of these scopes (null: of all) stands on; of one moment the first by plan and
 * item. null: there is none.
 */
export function newestContradiction(
  plans: readonly RatedPlan[],
  scopes: ReadonlySet<number> | null,
  idOf: (scope: number) => string | null,
): Contradicted | null {
  const all = plans.flatMap((plan) =>
    plan.contradictions.flatMap((contradiction): Contradicted[] => {
      if (contradiction.of !== 'rate') return [{ plan, contradiction, item: null }];
      const isAsked = scopes === null || scopes.has(contradiction.scope);
      return isAsked ? [{ plan, contradiction, item: idOf(contradiction.scope) }] : [];
    }),
  );
  const isBefore = (a: Contradicted, b: Contradicted) =>
    (b.contradiction.atMs - a.contradiction.atMs || compareText(a.plan.id, b.plan.id) || compareText(a.item, b.item)) <
    0;
  return all.reduce((first: Contradicted | null, one) => (first && !isBefore(one, first) ? first : one), null);
}

/** Told of the plan `judgedId`. `matters`: the values give different verdicts. */
export function conflictReason(
  { plan, contradiction, item }: Contradicted,
  judgedId: string,
  matters: boolean,
): Reason & { code: 'conflict' } {
  const { of, atMs, values } = contradiction;
  const texts = values.map((value) => (typeof value === 'number' ? formatBp(value) : value));
  const other = plan.id === judgedId ? null : plan.id;
  return { code: 'conflict', at: formatIso(atMs), matters, plan: other, item, of, values: texts };
}
