/** The timeline of a plan, an item or a shop: every reading, and special and general side by side. */
import { kindOf } from './kind.ts';
import type { PlanLedger, ShopLedger } from './ledger.ts';
import { looksOf } from './presence.ts';
import { GENERAL_PLAN_ID, MEASURES, type Measure, type PlanKind } from './reading.ts';
import { knownRate, type RateSeries, type ReadingAt, readingsOf } from './runs.ts';
import { statedRatesAt } from './state.ts';
import type { Covering, PairMoment } from './timeline.ts';
import { commissionRates, coveringOf, generalRates, nameOf, pairMoments, ratesOf } from './timeline.ts';

export interface PlanName {
  readonly id: string;
  readonly name: string | null;
  readonly kind: PlanKind | null;
}

/** Every reading of one plan at one scope that says something of the rate, oldest first; null: it states that it is unknown. */
export interface RateLine {
  readonly plan: PlanName;
  readonly measure: Measure;
  /** null: the shop as a whole. */
  readonly item: RateSeries['item'];
  readonly readings: readonly ReadingAt<number | null>[];
}

/** A stretch of captures in which neither rate changed; null: not known then, or not listed. */
export interface PairStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly specialBp: number | null;
  readonly generalBp: number | null;
  /** What exports of one moment say of a rate, where they disagree; null: that it is unknown. */
  readonly disagree?: Readonly<Partial<Record<'special' | 'general', readonly (number | null)[]>>>;
}

/** A special plan, or an event, beside the general plan at the same scope; the general plan alone has no `specialBp`. */
export interface RatePair {
  readonly plan: PlanName;
  /** Of both rates. */
  readonly measure: Measure;
  readonly item: RateSeries['item'];
  readonly steps: readonly PairStep[];
}

export interface History {
  readonly account: string;
  readonly shop: ShopLedger['shop'];
  readonly lines: readonly RateLine[];
  readonly pairs: readonly RatePair[];
}

/** `sinceMs`: what ended before is left out; what lasted until then is told from its beginning. */
export interface HistoryQuestion {
  readonly planId: string | null;
  readonly itemId: string | null;
  readonly sinceMs: number;
}

/**
 * What the ledger tells of one account in one shop; narrowed to a plan (with the general one beside it) or an item.
 * Sources are looked up, so the ledger must still be open.
 */
export function historyOf(ledger: ShopLedger, question: HistoryQuestion): History {
  const { account, shop } = ledger;
  const told = MEASURES.map((measure) => tellMeasure(ledger, question, measure));
  return { account, shop, lines: told.flatMap(({ lines }) => lines), pairs: told.flatMap(({ pairs }) => pairs) };
}

function tellMeasure(
  ledger: ShopLedger,
  { planId, itemId, sinceMs }: HistoryQuestion,
  measure: Measure,
): Pick<History, 'lines' | 'pairs'> {
  // An export that would list a plan would list its commission rate: of its income rate it says nothing.
  const covering: Covering = measure === 'commission' ? coveringOf(ledger.plans) : () => [];
  const generals = generalRates(ledger.plans, measure);
  const wanted = (plan: PlanLedger) => planId === null || plan.planId === planId;
  const scoped = (plan: PlanLedger) =>
    ratesOf(plan, measure).filter((series) => itemId === null || series.item?.id === itemId);
  const general = ledger.plans.filter((plan) => plan.planId === GENERAL_PLAN_ID);
  const others = ledger.plans.filter((plan) => plan.planId !== GENERAL_PLAN_ID && wanted(plan));
  const beside = others.flatMap((plan) =>
    scoped(plan).map((series) => pairOf(plan, series, generals.get(series.scope) ?? null, covering)),
  );
  // Beside nothing the general plan is told by itself.
  const alone = general.flatMap((plan) =>
    beside.length === 0 && wanted(plan) ? scoped(plan).map((series) => pairOf(plan, null, series, covering)) : [],
  );
  const pairs = [...beside, ...alone];
  const scopes = new Set(pairs.map((pair) => pair.item?.id ?? null));
  return {
    lines: [...general, ...others]
      .flatMap((plan) => scoped(plan).map((series) => lineOf(plan, series, sinceMs)))
      .filter(({ item, readings }) => readings.length > 0 && (planId === null || scopes.has(item?.id ?? null))),
    pairs: pairs
      .map((pair) => ({ ...pair, steps: pair.steps.filter((step) => step.toMs >= sinceMs) }))
      .filter((pair) => pair.steps.length > 0),
  };
}

function planName(plan: PlanLedger): PlanName {
  return { id: plan.planId, name: nameOf(plan), kind: kindOf(plan) };
}

function lineOf(plan: PlanLedger, series: RateSeries, sinceMs: number): RateLine {
  const stating = series.runs.filter((run) => run.value !== null);
  const readings = readingsOf(stating, knownRate);
  return {
    plan: planName(plan),
    measure: series.measure,
    item: series.item,
    readings: readings.filter(({ atMs }) => atMs >= sinceMs),
  };
}

function pairOf(
  plan: PlanLedger,
  special: RateSeries | null,
  general: RateSeries | null,
  covering: Covering,
): RatePair {
  const moments = pairMoments(special && { series: special, kind: kindOf(plan) }, general, covering);
  return {
    plan: planName(plan),
    measure: special?.measure ?? general?.measure ?? 'commission',
    item: special?.item ?? general?.item ?? null,
    steps: stepsBetween(moments, special, general),
  };
}

/**
 * Gives the pair of one plan at one scope (see `historyOf`); null: no commission rate of it was ever read there. For many plans
 * of a ledger: which captures would list them is worked out once.
 */
export function openPairs(ledger: ShopLedger): (planId: string, scope: number) => RatePair | null {
  const { plans } = ledger;
  const { covering } = looksOf(ledger);
  const generals = generalRates(plans);
  return (planId, scope) => {
    const plan = plans.find((known) => known.planId === planId);
    const special = commissionRates(plan).find((series) => series.scope === scope) ?? null;
    return plan && (special || generals.has(scope))
      ? pairOf(plan, special, generals.get(scope) ?? null, covering)
      : null;
  };
}

function stepsBetween(
  moments: readonly PairMoment[],
  ofSpecial: RateSeries | null,
  ofGeneral: RateSeries | null,
): PairStep[] {
  const steps: PairStep[] = [];
  for (const { atMs, special, general } of moments) {
    const rates = { specialBp: special?.value ?? null, generalBp: general?.value ?? null };
    const disagree = {
      ...(special === null && disagreementAt('special', ofSpecial, atMs)),
      ...(general === null && disagreementAt('general', ofGeneral, atMs)),
    };
    const isAgreed = Object.keys(disagree).length === 0;
    const before = steps.at(-1);
    const isSame = before?.specialBp === rates.specialBp && before.generalBp === rates.generalBp;
    if (isSame && isAgreed && !before.disagree) steps[steps.length - 1] = { ...before, toMs: atMs };
    else steps.push({ fromMs: atMs, toMs: atMs, ...rates, ...(!isAgreed && { disagree }) });
  }
  return steps;
}

function disagreementAt(side: 'special' | 'general', series: RateSeries | null, atMs: number): PairStep['disagree'] {
  const values = statedRatesAt(series?.runs ?? [], atMs);
  return values.length < 2 ? {} : { [side]: values };
}
