/** Rates of a plan as columns: see `RateColumns` for why, and for when they say all. */
import type { Change } from '../domain/ledger.ts';
import type { RateColumns } from '../domain/tally.ts';
import { NOT_LISTED, UNKNOWN_SALES } from '../domain/tally.ts';
import { lazy } from './lazy.ts';
import type { Db } from './open.ts';
import { indexOfTime } from './runs.ts';
import { SHOP_ITEM } from './schema.ts';
import { prepareVisit } from './visit-rows.ts';

export interface OnlyStream {
  readonly id: number;
  /** Captured times, ascending. */
  readonly times: readonly number[];
}

/** Gives null for a plan with rates from another stream, of another measure, or of the shop as a whole. `untilMs`: nothing captured later is seen. */
export function openRateColumns(db: Db, untilMs: number): (planId: number, stream: OnlyStream) => RateColumns | null {
  let builder = makeBuilder([]);
  let stream: OnlyStream = { id: 0, times: [] };
  let isSimple = true;
  const visit = lazy(() =>
    prepareVisit(
      db,
      ['item_id', 'measure', 'stream_id', 'at', 'listed', 'rate_bp', 'sales'],
      `SELECT item_id, measure, stream_id, at, listed, rate_bp, sales FROM rate WHERE plan_id = @planId AND at <= @untilMs
     ORDER BY item_id, measure, stream_id, at`,
      (
        _total: unknown,
        itemId: number,
        measure: number,
        streamId: number,
        at: number,
        listed: number,
        bp: number | null,
        sales: number | null,
      ) => {
        isSimple &&= streamId === stream.id && measure === 0 && itemId !== SHOP_ITEM;
        if (isSimple) isSimple = builder.add(itemId, at, listed, bp, sales);
      },
    ),
  );
  return (planId, only) => {
    stream = only;
    builder = makeBuilder(only.times);
    isSimple = true;
    visit()({ planId, untilMs });
    return isSimple ? builder.columns : null;
  };
}

/** Rows in the order of items and times. */
function makeBuilder(times: readonly number[]) {
  const items: number[] = [];
  const bps: number[] = [];
  const newestSales: number[] = [];
  const changes = new Map<number, Change<number>>();
  // The last rate that was known of the item, when it was last seen, and whether it still held at the item's last row.
  let known = { bp: 0, lastMs: 0, holds: false };

  function addKnown(bp: number, at: number): void {
    if (known.bp !== bp) {
      const { bp: from, lastMs: lastSeenBeforeMs } = known;
      if (from !== 0) changes.set(items.length - 1, { from, to: bp, lastSeenBeforeMs, firstSeenAfterMs: at });
      known.bp = bp;
    }
    known.holds = true;
  }

  return {
    columns: { items, bps, sales: newestSales, changes } satisfies RateColumns,
    /** Whether the columns still say all: not for an item that is first said not to be listed. */
    add(itemId: number, at: number, listed: number, bp: number | null, sales: number | null): boolean {
      if (items.at(-1) !== itemId) {
        if (listed === 0) return false;
        items.push(itemId);
        bps.push(0);
        newestSales.push(UNKNOWN_SALES);
        known = { bp: 0, lastMs: 0, holds: false };
      } else if (known.holds) {
        known.lastMs = times[indexOfTime(times, at) - 1] ?? at;
        known.holds = false;
      }
      const index = items.length - 1;
      bps[index] = listed === 0 ? NOT_LISTED : (bp ?? 0);
      if (listed === 1 && sales !== null) newestSales[index] = sales;
      if (listed === 1 && bp !== null) addKnown(bp, at);
      return true;
    },
  };
}
