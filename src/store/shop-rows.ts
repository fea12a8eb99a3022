/** The stored rates of plans, out of their pages. */
import { PageCursor } from './rate-page.ts';
import type { StoredPage } from './rate-pages.ts';
import { entriesOf } from './rate-pages.ts';
import type { ChangeRow } from './runs.ts';
import type { PlanFactRows } from './shop-facts.ts';

export interface RateRow extends ChangeRow {
  readonly plan_id: number;
  readonly item_id: number;
  /** Index in MEASURES. */
  readonly measure: number;
  readonly bp: number | null;
  readonly sales: number | null;
  readonly raw: string | null;
}

/** Which rates: `all`, with their cells; `bare`, with the cells of unknown ones only; or those of some items (rows), with their cells. */
export type RateChoice = 'all' | 'bare' | readonly number[];

export interface ShopRows {
  /** Rates of a plan by item, measure, stream and time. */
  readRates(plan: PlanFactRows, choice: RateChoice): RateRow[];
  /** Items of which a row of the plan stands at a moment or later; null where any row is of another stream. */
  readChangedItems(plan: PlanFactRows, sinceMs: number, streamId: number): number[] | null;
}

/** `pagesOf`: pages of a plan up to a moment, by stream and time. `held`: nothing of these streams is seen. */
export function openShopRows(
  pagesOf: (plan: PlanFactRows) => readonly StoredPage[],
  held: ReadonlySet<number>,
): ShopRows {
  return {
    readRates(plan, choice) {
      const all = pagesOf(plan);
      const own = held.size === 0 ? all : all.filter(({ streamId }) => !held.has(streamId));
      return ratesIn(plan.id, own, choice);
    },
    readChangedItems(plan, sinceMs, streamId) {
      const pages = pagesOf(plan);
      if (pages.some((page) => page.streamId !== streamId)) return null;
      const items = new Set<number>();
      // A page holds nothing of what comes after the next one's time.
      const own = pages.filter((_, index) => (pages[index + 1]?.at ?? sinceMs) >= sinceMs);
      for (const { at, itemId } of entriesOf(own)) if (at >= sinceMs) items.add(itemId);
      return [...items];
    },
  };
}

function ratesIn(planId: number, pages: readonly StoredPage[], choice: RateChoice): RateRow[] {
  const rows: RateRow[] = [];
  const some = typeof choice === 'string' ? null : new Set(choice);
  const cursor = new PageCursor();
  for (const page of pages) {
    const stream_id = page.streamId;
    cursor.open(page);
    while (cursor.next()) {
      const { at, itemId, measureIndex, listed, bp, sales } = cursor;
      if (some && !some.has(itemId)) continue;
      // Whether an unknown rate is a literal zero is told by its cell.
      const hasCell = choice !== 'bare' || bp === null;
      const [raw, line] = hasCell ? [cursor.raw, cursor.line] : [null, null];
      rows.push({
        plan_id: planId,
        item_id: itemId,
        measure: measureIndex,
        stream_id,
        at,
        listed,
        bp,
        sales,
        raw,
        line,
      });
    }
  }
  // Stable: the rows of one rate stay in the order of streams and times.
  return rows.sort((a, b) => a.item_id - b.item_id || a.measure - b.measure);
}
