/**
 * When a snapshot is not believed but held back: it would make most of what is known vanish, or its rates are
 * a hundred times, or a hundredth, of what they were, which is a change of unit and not of commission (design.md §3).
 */

import type { Coverage, PlanKind } from '../domain/reading.ts';
import { coversKind, GENERAL_PLAN_ID } from '../domain/reading.ts';
import type { HoldReason } from '../domain/snapshot.ts';
import type { RateColumns } from './columns.ts';
import { bpOf, incomeOf } from './columns.ts';
import type { Db } from './open.ts';
import { cellOf, knownBp, type RateRow } from './rates.ts';
import { SHOP_ITEM } from './schema.ts';
import type { Delta, Pairs } from './write-changes.ts';

export interface Alarm {
  readonly reason: HoldReason;
  readonly args: Readonly<Record<string, string | number>>;
}

/** More than half of the known plans of the coverage gone. */
export function vanishAlarm(gone: number, still: number): Alarm | null {
  return gone > still ? { reason: 'mass-disappearance', args: { gone, known: gone + still } } : null;
}

/**
 * Gives those plans of which a snapshot does not list the same plan id under a number of another kind: exports that begin to
 * show a shop's seller id list the plans that stood under its keeper id. `isListed`: by row of the plan.
 */
export type KeepVanished = (planRows: readonly number[], isListed: (planRow: number) => boolean) => number[];

export function openVanished(db: Db): KeepVanished {
  // A special plan's id belongs to one shop only; every shop has the general one.
  const others = db
    .prepare(
      `SELECT o.id FROM plan p JOIN shop s ON s.id = p.shop_id
       JOIN plan o ON o.plan_no = p.plan_no JOIN shop t ON t.id = o.shop_id AND t.id_kind <> s.id_kind
       WHERE p.id = ? AND p.plan_no <> '${GENERAL_PLAN_ID}'`,
    )
    .pluck();
  return (planRows, isListed) => planRows.filter((row) => !(others.all(row) as number[]).some(isListed));
}

/** Of fewer rates all must have moved so, and of a single one nothing can be said. */
const FEWEST_COMPARED = 3;
const EXAMPLES = 3;

/** Counts rates that are others than in the capture before, and known ones that stayed what they were. */
export interface DriftCount extends Pairs<RateRow> {
  alarm(): Alarm | null;
}

export function makeDriftCount(): DriftCount {
  let [same, moved, drifted] = [0, 0, 0];
  const examples: string[] = [];
  return {
    same(value) {
      if (bpOf(value) !== null && incomeOf(value) === 0) same += 1;
    },
    changed(before, row) {
      const [fromBp, toBp] = [knownBp(before), knownBp(row)];
      if (fromBp === null || toBp === null) return;
      moved += 1;
      if (!isHundredfold(fromBp, toBp) && !isHundredfold(toBp, fromBp)) return;
      drifted += 1;
      if (examples.length < EXAMPLES) examples.push(`${cellOf(before)} > ${cellOf(row)} (${row.line})`);
    },
    alarm() {
      const compared = moved + same;
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
 * plan at the same shop and item. `columns`: all rates that it lists.
 */
export function openMissedCount(
  db: Db,
  keepVanished: KeepVanished,
): (coverage: Coverage, delta: Delta, columns: RateColumns) => number {
  const findPlan = db.prepare(
    'SELECT shop_id AS shopId, (SELECT kind FROM fact WHERE plan_id = plan.id AND kind IS NOT NULL LIMIT 1) AS kind FROM plan WHERE id = ?',
  );
  return (coverage, { lostOwners: lostPlans, lostItems }, columns) => {
    if (coverage === 'partial') return 0;
    if (coverage === 'plan-items') {
      const listed = new Set(columns.owners.values());
      const vanished = new Set(keepVanished([...new Set(lostPlans.values())], (row) => listed.has(row)));
      return lostPlans.values().filter((row) => vanished.has(row)).length;
    }
    const plans = new Map<number, { readonly shopId: number; readonly kind: PlanKind | null }>();
    const planOf = (planId: number) => {
      const plan = plans.get(planId) ?? (findPlan.get(planId) as { shopId: number; kind: PlanKind | null });
      plans.set(planId, plan);
      return plan;
    };
    // An item is of one shop; which shop a rate of the shop as a whole is of, its plan tells.
    const scopeOf = (planId: number, itemId: number) => (itemId === SHOP_ITEM ? -planOf(planId).shopId : itemId);
    const covered: number[] = [];
    const items = new Set<number>();
    for (let i = 0; i < lostPlans.length; i++) {
      const [planId, itemId] = [lostPlans.at(i), lostItems.at(i)];
      const { kind } = planOf(planId);
      // Events come and go; what counts is plans.
      if (kind === 'event' || !coversKind(coverage, kind ?? 'special')) continue;
      covered.push(scopeOf(planId, itemId));
      items.add(itemId);
    }
    if (covered.length === 0) return 0;
    /** Of these, where another plan is still listed. */
    const seen = new Set<number>();
    for (let row = 0; row < columns.length; row++) {
      const itemId = columns.items.at(row);
      if (items.has(itemId)) seen.add(scopeOf(columns.owners.at(row), itemId));
    }
    return covered.filter((scope) => seen.has(scope)).length;
  };
}
