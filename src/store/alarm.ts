/**
 * When a snapshot is not believed but held back: it would make most of what is known vanish, or its rates are
 * a hundred times, or a hundredth, of what they were, which is a change of unit and not of commission (design.md §3).
 */
import type { HoldReason } from '../domain/ledger-line.ts';
import type { Coverage, PlanKind } from '../domain/reading.ts';
import { coversKind } from '../domain/reading.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { partsOf, scopeOf } from './rate-key.ts';

export interface Alarm {
  readonly reason: HoldReason;
  readonly args: Readonly<Record<string, string | number>>;
}

/** More than half of the known plans of the coverage gone. */
export function vanishAlarm(gone: number, still: number): Alarm | null {
  return gone > still ? { reason: 'mass-disappearance', args: { gone, known: gone + still } } : null;
}

/** Of fewer rates all must have moved so, and of a single one nothing can be said. */
const FEWEST_COMPARED = 3;
const EXAMPLES = 3;

export interface DriftCount {
  add(fromBp: number | null, toBp: number | null, fromRaw: string | null, toRaw: string, line: number): void;
  /** Known rates that stayed what they were. */
  addSame(count: number): void;
  alarm(): Alarm | null;
}

export function makeDriftCount(): DriftCount {
  let [compared, drifted] = [0, 0];
  const examples: string[] = [];
  return {
    add(fromBp, toBp, fromRaw, toRaw, line) {
      if (fromBp === null || toBp === null) return;
      compared += 1;
      if (!isHundredfold(fromBp, toBp) && !isHundredfold(toBp, fromBp)) return;
      drifted += 1;
      if (examples.length < EXAMPLES) examples.push(`${fromRaw ?? fromBp} > ${toRaw} (${line})`);
    },
    addSame(count) {
      compared += count;
    },
    alarm() {
      const isDrift = compared < FEWEST_COMPARED ? compared > 1 && drifted === compared : drifted * 2 > compared;
      return isDrift ? { reason: 'format-drift', args: { drifted, compared, examples: examples.join('; ') } } : null;
    },
  };
}

/** Within rounding to the basis point: 15.50 % read as 0.155 % is 16 bp. */
function isHundredfold(smallBp: number, largeBp: number): boolean {
  return Math.abs(smallBp * 100 - largeBp) <= 50;
}

/**
 * How many of the rates that a snapshot no longer lists it would have listed: it lists all items of the plan, or another
 * plan at the same shop and item. `listed`: all rates that it lists.
 */
export function openMissedCount(
  db: Db,
): (coverage: Coverage, lost: readonly RateKey[], listed: () => Iterable<RateKey>) => number {
  const findPlace = db.prepare(
    'SELECT shop_id AS shopId, (SELECT kind FROM fact WHERE plan_id = plan.id AND kind IS NOT NULL LIMIT 1) AS kind FROM plan WHERE id = ?',
  );
  return (coverage, lost, listed) => {
    if (coverage === 'partial') return 0;
    if (coverage === 'plan-items') return lost.length;
    const places = new Map<number, { readonly shopId: number; readonly kind: PlanKind | null }>();
    const placeOf = (planId: number) => {
      const place = places.get(planId) ?? (findPlace.get(planId) as { shopId: number; kind: PlanKind | null });
      places.set(planId, place);
      return place;
    };
    // Events come and go; what counts is plans.
    const covered = lost.map(partsOf).filter(({ planId }) => {
      const { kind } = placeOf(planId);
      return kind !== 'event' && coversKind(coverage, kind ?? 'special');
    });
    const items = new Set(covered.map(({ itemId }) => itemId));
    const seen = new Set<string>();
    const placeText = (planId: number, itemId: number) => `${placeOf(planId).shopId}/${itemId}`;
    if (items.size > 0) {
      for (const key of listed()) {
        if (items.has(scopeOf(key) >> 1)) seen.add(placeText(partsOf(key).planId, scopeOf(key) >> 1));
      }
    }
    return covered.filter(({ planId, itemId }) => seen.has(placeText(planId, itemId))).length;
  };
}
