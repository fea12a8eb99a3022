/** Rates of a plan as columns: see `RateColumns` for why, and for when they say all. */
import type { Change } from '../domain/last-change.ts';
import { indexOfTime } from '../domain/ledger.ts';
import type { PastRate, RateColumns } from '../domain/tally-columns.ts';
import { indexIn, NOT_LISTED, UNKNOWN_SALES } from '../domain/tally-columns.ts';
import type { TimedEntry } from './rate-page.ts';
import { PageCursor } from './rate-page.ts';
import type { StoredPage } from './rate-pages.ts';
import { captureIndex } from './runs.ts';
import { SHOP_ITEM } from './schema.ts';

export interface OnlyStream {
  readonly id: number;
  /** Captured times, ascending. */
  readonly times: readonly number[];
}

type Entry = Pick<TimedEntry, 'at' | 'itemId' | 'listed' | 'bp' | 'sales'>;

/** `pages` in the order of times. Null for rates from another stream, of another measure, or of the shop as a whole. */
export function readColumns(pages: readonly StoredPage[], { id, times }: OnlyStream): RateColumns | null {
  const columns = growColumns(times);
  // Nearly all items come in order; those that do not, as a new one of a later day, are put among them at the end.
  const strays: Entry[] = [];
  const cursor = new PageCursor();
  let lastAt: number | null = null;
  for (const page of pages) {
    if (page.streamId !== id) return null;
    cursor.open(page);
    while (cursor.next()) {
      if (cursor.at !== lastAt) captureIndex(times, cursor.at);
      lastAt = cursor.at;
      if (cursor.measureIndex !== 0 || cursor.itemId === SHOP_ITEM) return null;
      if (columns.add(cursor)) continue;
      const { at, itemId, listed, bp, sales } = cursor;
      strays.push({ itemId, listed, bp, sales, at });
    }
  }
  const others = growColumns(times);
  // Stable: the entries of an item stay in the order of times.
  for (const stray of strays.sort((a, b) => a.itemId - b.itemId)) others.add(stray);
  if (columns.isFirstAbsent() || others.isFirstAbsent()) return null;
  return strays.length === 0 ? columns.columns : merge(columns.columns, others.columns);
}

interface GrowingColumns {
  readonly columns: RateColumns;
  /** Adds what is said of an item. False: it is not known, and comes before one that is. */
  add(entry: Entry): boolean;
  /** Whether the first that was said of an item is that it is not listed: then columns do not say all. */
  isFirstAbsent(): boolean;
}

function growColumns(times: readonly number[]): GrowingColumns {
  const items: number[] = [];
  const bps: number[] = [];
  const sales: number[] = [];
  const past = new Map<number, PastRate>();
  const changes = new Map<number, Change<number>>();
  let lastItem = 0;
  let isFirstAbsent = false;
  return {
    columns: { items, bps, sales, past, changes },
    add(entry) {
      const { at, itemId, listed, bp } = entry;
      if (itemId > lastItem) {
        if (listed === 0) isFirstAbsent = true;
        lastItem = itemId;
        items.push(itemId);
        bps.push(bp ?? 0);
        sales.push(entry.sales ?? UNKNOWN_SALES);
        return true;
      }
      const index = indexIn(items, itemId);
      if (index === -1) return false;
      const before = bps[index] ?? 0;
      const known = before > 0 ? { bp: before, ms: captureBefore(times, at) } : (past.get(itemId) ?? null);
      bps[index] = listed === 0 ? NOT_LISTED : (bp ?? 0);
      if (listed === 1 && entry.sales !== null) sales[index] = entry.sales;
      if (!known) return true;
      if (listed === 0 || bp === null) past.set(itemId, known);
      else {
        past.delete(itemId);
        if (known.bp !== bp)
          changes.set(itemId, { from: known.bp, to: bp, lastSeenBeforeMs: known.ms, firstSeenAfterMs: at });
      }
      return true;
    },
    isFirstAbsent: () => isFirstAbsent,
  };
}

/** Puts items of `other` among those of `one`, the last of which comes after them all. */
function merge(one: RateColumns, other: RateColumns): RateColumns {
  const [items, bps, sales]: [number[], number[], number[]] = [[], [], []];
  let o = 0;
  const take = (from: RateColumns, index: number) => {
    items.push(from.items[index] ?? 0);
    bps.push(from.bps[index] ?? 0);
    sales.push(from.sales[index] ?? UNKNOWN_SALES);
  };
  for (let i = 0; i < one.items.length; i++) {
    while ((other.items[o] ?? Number.POSITIVE_INFINITY) < (one.items[i] ?? 0)) take(other, o++);
    take(one, i);
  }
  return {
    items,
    bps,
    sales,
    past: new Map([...one.past, ...other.past]),
    changes: new Map([...one.changes, ...other.changes]),
  };
}

/**
 * Items whose rates both plans knew until one moment, and which neither lists any more: only other plans show until when
 * they stood in the export.
 */
export function goneTogether(special: RateColumns, general: RateColumns): number[] {
  const gone: number[] = [];
  for (const [item, { ms }] of special.past) {
    const isGone = (columns: RateColumns) => columns.bps[indexIn(columns.items, item)] === NOT_LISTED;
    if (general.past.get(item)?.ms === ms && isGone(special) && isGone(general)) gone.push(item);
  }
  return gone;
}

/** When items were last listed, by the pages of each plan; null where a rate of another measure says so. */
export function readLastListed(
  pagesOfPlans: Iterable<readonly StoredPage[]>,
  items: ReadonlySet<number>,
  { id, times }: OnlyStream,
): Map<number, number> | null {
  const newest = new Map<number, number>();
  const cursor = new PageCursor();
  for (const pages of pagesOfPlans) {
    const own = new Map<number, number>();
    for (const page of pages) {
      if (page.streamId !== id) continue;
      cursor.open(page);
      while (cursor.next()) {
        const { at, itemId, listed } = cursor;
        if (!items.has(itemId)) continue;
        if (cursor.measureIndex !== 0) return null;
        if (listed === 1) own.set(itemId, STILL);
        else if (own.get(itemId) === STILL) own.set(itemId, captureBefore(times, at));
      }
    }
    for (const [itemId, ms] of own) newest.set(itemId, Math.max(newest.get(itemId) ?? 0, ms));
  }
  return newest;
}

/** Instead of a time: it is listed until now. */
const STILL = Number.POSITIVE_INFINITY;

/** When what a capture no longer says was last said. */
function captureBefore(times: readonly number[], at: number): number {
  return times[indexOfTime(times, at) - 1] ?? at;
}
