/** Rates of a plan as columns: see `RateColumns` for why, and for when they say all. */
import type { Change } from '../domain/ledger.ts';
import type { RateColumns } from '../domain/tally.ts';
import { indexIn, NOT_LISTED, UNKNOWN_SALES } from '../domain/tally.ts';
import { PageCursor } from './rate-page.ts';
import type { StoredPage } from './rate-pages.ts';
import { indexOfTime } from './runs.ts';
import { SHOP_ITEM } from './schema.ts';

export interface OnlyStream {
  readonly id: number;
  /** Captured times, ascending. */
  readonly times: readonly number[];
}

/** Instead of a time: it was seen until now. */
const HOLDS = Number.POSITIVE_INFINITY;

/** `pages` in the order of times. Null for rates from another stream, of another measure, or of the shop as a whole. */
export function readColumns(pages: readonly StoredPage[], { id, times }: OnlyStream): RateColumns | null {
  const columns = { items: [] as number[], bps: [] as number[], sales: [] as number[] };
  const { items, bps, sales } = columns;
  const changes = new Map<number, Change<number>>();
  // Of each item the last rate that was known, and when it was last seen.
  const known: number[] = [];
  const knownUntil: number[] = [];
  const cursor = new PageCursor();
  // Where an item stands in the columns, once they are not in the order of items: mostly they are.
  let places: Map<number, number> | null = null;
  for (const [streamId, at, entries] of pages) {
    if (streamId !== id) return null;
    cursor.open(entries);
    while (cursor.next()) {
      const { itemId, listed, bp } = cursor;
      if (cursor.measureIndex !== 0 || itemId === SHOP_ITEM) return null;
      let index = places ? (places.get(itemId) ?? -1) : indexIn(items, itemId);
      if (index < 0) {
        // An item that is first said not to be listed: then columns do not say all.
        if (listed === 0) return null;
        index = items.length;
        if (itemId < (items[index - 1] ?? 0)) places ??= new Map(items.map((item, place) => [item, place]));
        places?.set(itemId, index);
        items.push(itemId);
        bps.push(0);
        sales.push(UNKNOWN_SALES);
        known.push(0);
        knownUntil.push(HOLDS);
      } else if (knownUntil[index] === HOLDS) {
        knownUntil[index] = times[indexOfTime(times, at) - 1] ?? at;
      }
      bps[index] = listed === 0 ? NOT_LISTED : (bp ?? 0);
      if (listed === 0) continue;
      if (cursor.sales !== null) sales[index] = cursor.sales;
      if (bp === null) continue;
      const from = known[index] ?? 0;
      if (from !== bp) {
        if (from !== 0)
          changes.set(index, { from, to: bp, lastSeenBeforeMs: knownUntil[index] ?? 0, firstSeenAfterMs: at });
        known[index] = bp;
      }
      knownUntil[index] = HOLDS;
    }
  }
  return places ? inOrder(columns, changes) : { ...columns, changes };
}

function inOrder(
  { items, bps, sales }: { items: number[]; bps: number[]; sales: number[] },
  changes: ReadonlyMap<number, Change<number>>,
): RateColumns {
  const order = items.map((_, index) => index).sort((a, b) => (items[a] ?? 0) - (items[b] ?? 0));
  const pick = (column: readonly number[]) => order.map((index) => column[index] ?? 0);
  const moved = new Map<number, Change<number>>();
  for (const [place, index] of order.entries()) {
    const change = changes.get(index);
    if (change) moved.set(place, change);
  }
  return { items: pick(items), bps: pick(bps), sales: pick(sales), changes: moved };
}
