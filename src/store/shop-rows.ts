/** The stored rows of a shop up to a moment. */
import type { MembershipStatus, PlanKind, PlanState } from '../domain/reading.ts';
import { lazy } from './lazy.ts';
import type { Db } from './open.ts';
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
  const rates = {
    all: rateQuery(db, 'all', held),
    bare: rateQuery(db, 'bare', held),
    some: rateQuery(db, 'some', held),
  };
  const facts = factQuery(db, held);
  const changedItems = lazy(() =>
    db
      .prepare(
        `SELECT item_id, stream_id = @streamId FROM rate
       WHERE plan_id = @planId AND (at BETWEEN @sinceMs AND @untilMs OR stream_id <> @streamId)`,
      )
      .raw(),
  );
  return {
    isHeld: (streamId) => held.has(streamId),
    readRates: (planId, choice) =>
      typeof choice === 'string'
        ? rates[choice]({ planId, untilMs, items: null })
        : rates.some({ planId, untilMs, items: JSON.stringify(choice) }),
    readChangedItems(planId, sinceMs, streamId) {
      const found = changedItems().all({ planId, sinceMs, untilMs, streamId }) as [itemId: number, isOwn: number][];
      return found.every(([, isOwn]) => isOwn === 1) ? found.map(([itemId]) => itemId) : null;
    },
    readFacts: (planId) => facts({ planId, untilMs }),
  };
}

interface RateBounds {
  readonly planId: number;
  readonly untilMs: number;
  /** A JSON array, or null. */
  readonly items: string | null;
}

/** Prepared when first used. */
function rateQuery(
  db: Db,
  choice: 'all' | 'bare' | 'some',
  held: ReadonlySet<number>,
): (bounds: RateBounds) => RateRow[] {
  let rows: RateRow[] = [];
  const visit = lazy(() =>
    prepareVisit(
      db,
      ['plan_id', 'item_id', 'measure', 'stream_id', 'at', 'listed', 'rate_bp', 'sales', 'raw', 'line'],
      // Whether an unknown rate is a literal zero is told by its cell.
      `SELECT plan_id, item_id, measure, stream_id, at, listed, rate_bp, sales,
              ${choice === 'bare' ? 'iif(rate_bp IS NULL, raw, NULL) AS raw, iif(rate_bp IS NULL, line, NULL) AS line' : 'raw, line'}
       FROM rate WHERE plan_id = @planId AND at <= @untilMs
         AND ${choice === 'some' ? 'item_id IN (SELECT value FROM json_each(@items))' : '@items IS NULL'}
       ORDER BY item_id, measure, stream_id, at`,
      (
        _total: unknown,
        plan_id: number,
        item_id: number,
        measure: number,
        stream_id: number,
        at: number,
        listed: number,
        rate_bp: number | null,
        sales: number | null,
        raw: string | null,
        line: number | null,
      ) => {
        if (held.has(stream_id)) return;
        rows.push({ plan_id, item_id, measure, stream_id, at, listed, rate_bp, sales, raw, line });
      },
    ),
  );
  return (bounds) => {
    rows = [];
    visit()(bounds);
    return rows;
  };
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
