/** The stored rows of a shop up to a moment. */
import type { MembershipStatus, PlanKind, PlanState } from '../domain/reading.ts';
import { lazy } from './lazy.ts';
import type { Db } from './open.ts';
import { PageCursor } from './rate-page.ts';
import type { StoredPage } from './rate-pages.ts';
import { itemsIn, openRatePages } from './rate-pages.ts';
import type { ChangeRow } from './runs.ts';
import { prepareVisit } from './visit-rows.ts';

export interface RateRow extends ChangeRow {
  readonly plan_id: number;
  readonly item_id: number;
  /** Index in MEASURES. */
  readonly measure: number;
  readonly rate_bp: number | null;
  readonly sales: number | null;
  readonly raw: string | null;
}

export interface FactRow extends ChangeRow {
  readonly plan_id: number;
  readonly kind: PlanKind | null;
  readonly name: string | null;
  readonly state: PlanState | null;
  readonly status: MembershipStatus | null;
  readonly joined_at: string | null;
  readonly approved_at: string | null;
  readonly exit_id: string | null;
  readonly locked: number | null;
  readonly audit: number | null;
  readonly hidden: number | null;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
}

/** What is held back is not seen (alarm.ts). */
export const HELD = 'SELECT id FROM stream WHERE held = 1';

/** Which rates: `all`, with their cells; `bare`, with the cells of unknown ones only; or those of some items (rows), with their cells. */
export type RateChoice = 'all' | 'bare' | readonly number[];

export interface ShopRows {
  /** Whether a stream is held back: then none of its rows is read. */
  isHeld(streamId: number): boolean;
  /** Rates of a plan by item, measure, stream and time. */
  readRates(planId: number, choice: RateChoice): RateRow[];
  /** Items of which a row of the plan stands at a moment or later; null where any row is of another stream. */
  readChangedItems(planId: number, sinceMs: number, streamId: number): number[] | null;
  /** Facts of a plan by stream and time. */
  readFacts(planId: number): FactRow[];
}

/** `untilMs`: nothing captured later is seen. `withHeld`: what is held back is, too. */
export function openShopRows(db: Db, untilMs: number, withHeld: boolean): ShopRows {
  const held = new Set(withHeld ? [] : (db.prepare(HELD).pluck().all() as number[]));
  const pages = openRatePages(db);
  const facts = factQuery(db, held);
  const pagesSince = lazy(() =>
    db
      .prepare(
        `SELECT entries, stream_id = @streamId FROM rate_page
       WHERE plan_id = @planId AND (at BETWEEN @sinceMs AND @untilMs OR stream_id <> @streamId)`,
      )
      .raw(),
  );
  return {
    isHeld: (streamId) => held.has(streamId),
    readRates(planId, choice) {
      const own = pages.ofPlan(planId, untilMs).filter(([streamId]) => !held.has(streamId));
      return ratesIn(planId, own, choice);
    },
    readChangedItems(planId, sinceMs, streamId) {
      const found = pagesSince().all({ planId, sinceMs, untilMs, streamId }) as [entries: Buffer, isOwn: number][];
      if (found.some(([, isOwn]) => isOwn === 0)) return null;
      return [...itemsIn(found.map(([entries]) => entries))];
    },
    readFacts: (planId) => facts({ planId, untilMs }),
  };
}

function ratesIn(planId: number, pages: readonly StoredPage[], choice: RateChoice): RateRow[] {
  const rows: RateRow[] = [];
  const some = typeof choice === 'string' ? null : new Set(choice);
  const cursor = new PageCursor();
  for (const [stream_id, at, entries] of pages) {
    cursor.open(entries);
    while (cursor.next()) {
      const { itemId, measureIndex, listed, bp, sales } = cursor;
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
        rate_bp: bp,
        sales,
        raw,
        line,
      });
    }
  }
  // Stable: the rows of one rate stay in the order of streams and times.
  return rows.sort((a, b) => a.item_id - b.item_id || a.measure - b.measure);
}

interface FactBounds {
  readonly planId: number;
  readonly untilMs: number;
}

function factQuery(db: Db, held: ReadonlySet<number>): (bounds: FactBounds) => FactRow[] {
  let rows: FactRow[] = [];
  const visit = prepareVisit(
    db,
    [
      'plan_id',
      'stream_id',
      'at',
      'listed',
      'line',
      'kind',
      'name',
      'state',
      'status',
      'joined_at',
      'approved_at',
      'exit_id',
      'locked',
      'audit',
      'hidden',
      'starts_at',
      'ends_at',
    ],
    'SELECT * FROM fact WHERE plan_id = @planId AND at <= @untilMs ORDER BY stream_id, at',
    (
      _total: unknown,
      plan_id: number,
      stream_id: number,
      at: number,
      listed: number,
      line: number | null,
      kind: PlanKind | null,
      name: string | null,
      state: PlanState | null,
      status: MembershipStatus | null,
      joined_at: string | null,
      approved_at: string | null,
      exit_id: string | null,
      locked: number | null,
      audit: number | null,
      hidden: number | null,
      starts_at: string | null,
      ends_at: string | null,
    ) => {
      if (held.has(stream_id)) return;
      rows.push({
        plan_id,
        stream_id,
        at,
        listed,
        line,
        kind,
        name,
        state,
        status,
        joined_at,
        approved_at,
        exit_id,
        locked,
        audit,
        hidden,
        starts_at,
        ends_at,
      });
    },
  );
  return (bounds: FactBounds) => {
    rows = [];
    visit(bounds);
    return rows;
  };
}
