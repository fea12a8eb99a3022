/** When a special rate crosses the general one. */

import { isDead } from './closed.ts';
import type { PlanLedger } from './ledger.ts';
import { type Change, type RateSeries, type Source, sourceAt } from './runs.ts';
import { stepsOf } from './steps.ts';
import { believedPairs, type Covering, commissionRates, stepAt } from './timeline.ts';

/** Of special minus general, basis points. */
interface Crossing extends Change<number> {
  readonly code: 'crossed-below' | 'crossed-above';
  readonly item: RateSeries['item'];
  readonly source: Source;
}

/**
 * The special rate falls below the general one of the same scope, or no longer is, whichever of the two moved. A dead plan
 * crosses nothing, nor does a rate in doubt.
 */
export function crossings(plan: PlanLedger, generals: ReadonlyMap<number, RateSeries>, covering: Covering): Crossing[] {
  const states = stepsOf(plan.facts, (facts) => facts.state);
  const isOpen = (ms: number) => !isDead(stepAt(states, ms)?.value ?? null);
  return commissionRates(plan).flatMap((series): Crossing[] => {
    const general = generals.get(series.scope);
    if (!general || !mayCross(series, general)) return [];
    const known = believedPairs(series, general, covering).flatMap(({ atMs, special, general }) =>
      special && general
        ? [{ atMs, special, general, gapBp: special.value - general.value, isOpen: isOpen(atMs) }]
        : [],
    );
    // While closed nothing crosses, but a plan may be cut and stopped between two captures: then the cut came first.
    const pairs = known.filter((pair, index) => pair.isOpen || known[index - 1]?.isOpen === true);
    return pairs.slice(1).flatMap((now, index): Crossing[] => {
      const before = pairs[index];
      if (!before || before.gapBp < 0 === now.gapBp < 0) return [];
      const sides = (['special', 'general'] as const).filter((side) => before[side].value !== now[side].value);
      const moved = now[sides[0] ?? 'special'];
      return [
        {
          code: now.gapBp < 0 ? 'crossed-below' : 'crossed-above',
          item: series.item,
          from: before.gapBp,
          to: now.gapBp,
          // Between the last sight of what has moved since, and now.
          lastSeenBeforeMs: Math.min(...sides.map((side) => before[side].atMs)),
          firstSeenAfterMs: now.atMs,
          source: sourceAt(moved.run, moved.atMs),
        },
      ];
    });
  });
}

/** Not where one rate never moved below the lowest of the other, whichever that is. */
function mayCross(special: RateSeries, general: RateSeries): boolean {
  if (special.runs.length === 1 && general.runs.length === 1) return false;
  const [own, other] = [boundsOf(special), boundsOf(general)];
  return own.lowest < other.highest && own.highest >= other.lowest;
}

function boundsOf({ runs }: RateSeries): { readonly lowest: number; readonly highest: number } {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value } of runs) {
    if (value === null || value === 'unknown') continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return { lowest, highest };
}
