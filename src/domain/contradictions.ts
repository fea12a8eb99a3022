/**
 * Exports of one moment that contradict each other (design.md §4.4): a shop is judged with each of the values. Where all give one
 * verdict it stands, and the contradiction is shown; else nothing tells which is right.
 */
import type { PlanState } from './reading.ts';
import { GENERAL_PLAN_ID } from './reading.ts';
import type { Contradiction, RatedPlan, ShopNow } from './state.ts';
import { approvalAt } from './state.ts';

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

/** Known rates need no combining: no verdict gets better by a lower special rate, or by a higher general one. */
function choicesOf(plans: readonly RatedPlan[]): Setting[][][] {
  const all = plans.flatMap((plan) => plan.contradictions.map((contradiction) => ({ plan, contradiction })));
  const isKnownRate = ({ contradiction: { of, values } }: (typeof all)[number]) =>
    of === 'rate' && !values.includes(null as never);
  const rates = all.filter(isKnownRate);
  const extreme = (isWorst: boolean) =>
    rates.map((one): Setting => {
      const isLowest = (one.plan.id === GENERAL_PLAN_ID) !== isWorst;
      return { ...one, value: one.contradiction.values.at(isLowest ? 0 : -1) ?? null };
    });
  const others = all.filter((one) => !isKnownRate(one));
  return [
    ...(rates.length > 0 ? [[extreme(true), extreme(false)]] : []),
    ...others.map((one) => one.contradiction.values.map((value): Setting[] => [{ ...one, value }])),
  ];
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
  const rates = new Map<number, number | null>();
  for (const { contradiction, value } of settings) {
    if (contradiction.of === 'rate') rates.set(contradiction.scope, value as number | null);
    else if (contradiction.of === 'state') state = value as PlanState;
    else if (membership && contradiction.of === 'approvedAt')
      membership = { ...membership, approvedAt: String(value), approval: approvalAt(String(value)) };
    else if (membership) membership = { ...membership, [contradiction.of]: value };
  }
  return { ...plan, state, membership, rates: rates.size === 0 ? plan.rates : plan.rates.withValues(rates) };
}

/** When exports contradict each other about what a judgement of these scopes stands on; null: they do not. */
export function contradictedMs(plan: RatedPlan, general: RatedPlan | null, scopes: ReadonlySet<number>): number | null {
  const ofGeneral = general?.contradictions ?? [];
  const times = [...plan.contradictions, ...ofGeneral].flatMap((one) =>
    one.of !== 'rate' || scopes.has(one.scope) ? one.atMs : [],
  );
  return times.length === 0 ? null : Math.max(...times);
}
