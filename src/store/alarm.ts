/**
 * When a snapshot is not believed but held back: it would make most of what is known vanish, or its rates are
 * a hundred times, or a hundredth, of what they were, which is a change of unit and not of commission (design.md §3).
 */
import type { HoldReason } from '../domain/ledger-line.ts';
import type { Coverage, PlanKind } from '../domain/reading.ts';
import { coversKind } from '../domain/reading.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { partsOf, rateKeyOf } from './rate-key.ts';
import { entriesOf } from './rate-pages.ts';

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
  /** A known rate that stayed what it was. */
  addSame(): void;
  readonly compared: number;
  readonly drifted: number;
  readonly examples: readonly string[];
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
    addSame() {
      compared += 1;
    },
    get compared() {
      return compared;
    },
    get drifted() {
      return drifted;
    },
    examples,
  };
}

/** Within rounding to the basis point: 15.50 % read as 0.155 % is 16 bp. */
function isHundredfold(smallBp: number, largeBp: number): boolean {
  return Math.abs(smallBp * 100 - largeBp) <= 50;
}

export function driftAlarm({ compared, drifted, examples }: DriftCount): Alarm | null {
  const isDrift = compared < FEWEST_COMPARED ? compared > 1 && drifted === compared : drifted * 2 > compared;
  if (!isDrift) return null;
  return { reason: 'format-drift', args: { drifted, compared, examples: examples.join('; ') } };
}

export interface Listing {
  readonly coverage: Coverage;
  lists(key: RateKey): boolean;
}

/** Whether a snapshot that does not list a rate would have: it lists another plan at the same shop and item, or all items of the plan. Asked of a snapshot that is written. */
export function openWouldList(db: Db): (listing: Listing) => (key: RateKey) => boolean {
  const place = db.prepare(
    'SELECT shop_id AS shopId, (SELECT kind FROM fact WHERE plan_id = plan.id AND kind IS NOT NULL LIMIT 1) AS kind FROM plan WHERE id = ?',
  );
  const pages = db
    .prepare('SELECT r.plan_id, entries FROM plan p CROSS JOIN rate_page r ON r.plan_id = p.id WHERE p.shop_id = ?')
    .raw();
  /** Every rate of a shop that anything is said of, by item. */
  function keysOf(shopId: number): ReadonlyMap<number, readonly RateKey[]> {
    const keys = new Map<number, RateKey[]>();
    for (const [planId, page] of pages.iterate(shopId) as Iterable<[planId: number, page: Buffer]>) {
      for (const { itemId, measureIndex } of entriesOf([page])) {
        const ofItem = keys.get(itemId) ?? [];
        ofItem.push(rateKeyOf(planId, itemId, measureIndex));
        keys.set(itemId, ofItem);
      }
    }
    return keys;
  }

  return ({ coverage, lists }) => {
    // What is lost of a shop mostly stands together.
    let last = { shopId: 0, keys: keysOf(0) };
    return (key) => {
      if (coverage === 'partial') return false;
      if (coverage === 'plan-items') return true;
      const { planId, itemId } = partsOf(key);
      const { shopId, kind } = place.get(planId) as { shopId: number; kind: PlanKind | null };
      // Events come and go; what counts is plans.
      if (kind === 'event' || !coversKind(coverage, kind ?? 'special')) return false;
      if (last.shopId !== shopId) last = { shopId, keys: keysOf(shopId) };
      return last.keys.get(itemId)?.some(lists) === true;
    };
  };
}
