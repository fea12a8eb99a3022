/** Rows of rates by plan: those of now, all until a moment, or those of some scopes; and the runs that they are. */
import { groupBy } from '../domain/group-by.ts';
import { lazy } from '../domain/lazy.ts';
import { isSilent, MEASURES, type Measure } from '../domain/reading.ts';
import type { Feed, Item, RateMoves, RateSeries, RateValue, Run } from '../domain/runs.ts';
import { rateMoves } from '../domain/unit-doubt.ts';
import { COLUMNS_NOW, type ColumnsNow, NowRows, type PlanScope } from './now-rows.ts';
import type { Db } from './open.ts';
import { cellOf } from './rates.ts';
import { type FeedReader, type FeedRow, type RunKind, toRuns } from './runs.ts';
import { prepareVisit, type Visit } from './statements.ts';

/** A row of `rate` or `rate_past`. */
export interface RateRow extends FeedRow, PlanScope {
  readonly income: number;
  readonly bp: number | null;
  /** The cell; null also where it is the rate as tkguard writes it. */
  readonly raw: string | null;
}

/** By row of the plan, in the order of scopes and feeds; rows of one rate and feed in the order of time. */
export type ByPlan<R> = ReadonlyMap<number, readonly R[]>;

/** Which rates of the plans are read; null: all. */
export type ScopeFilter = ReadonlySet<number> | null;

const COLUMNS = ['plan_id', 'item_id', 'feed_id', 'at', 'listed', 'income', 'rate_bp', 'line', 'raw'];
type Columns = [
  plan: number,
  scope: number,
  feedId: number,
  at: number,
  listed: number,
  income: number,
  bp: number | null,
  line: number | null,
  raw: string | null,
];

const FEW_RATES = 200;

/** Tables of which a plan is one value, and a rate a pair. */
const PLANS = 'json_each(@plans) j';
const PLANS_AND_SCOPES = `${PLANS} CROSS JOIN json_each(@scopes) s`;
const RATES = 'json_each(@rates) j';
const OF_PLAN = 'r.plan_id = j.value';
const OF_SCOPE = `${OF_PLAN} AND r.item_id = s.value`;
const OF_RATE = "r.plan_id = json_extract(j.value, '$[0]') AND r.item_id = json_extract(j.value, '$[1]')";

/** Reads the rates of plans. What is held is not seen. */
export class RateReader {
  readonly #db: Db;
  readonly #untilMs: number;
  readonly #feeds: FeedReader;
  readonly #ofPlans = this.#prepareAll(PLANS, OF_PLAN);
  readonly #ofScopes = this.#prepareAll(PLANS_AND_SCOPES, OF_SCOPE);
  readonly #ofRates = this.#prepareAll(RATES, OF_RATE);
  readonly #nowOfPlans = this.#prepareNow(PLANS, OF_PLAN);
  readonly #nowOfRates = this.#prepareNow(RATES, OF_RATE);
  readonly #feedIds = lazy(() =>
    this.#db.prepare(`SELECT DISTINCT f.feed_id FROM ${PLANS} CROSS JOIN fact f ON f.plan_id = j.value`).pluck(),
  );
  readonly #large = lazy(() =>
    this.#db
      .prepare(
        `SELECT j.value FROM ${PLANS}
         WHERE (SELECT count(*) FROM (SELECT 1 FROM rate r WHERE ${OF_PLAN} LIMIT ${FEW_RATES + 1})) > ${FEW_RATES}`,
      )
      .pluck(),
  );
  readonly #changed = lazy(() =>
    this.#db
      .prepare(
        `SELECT r.plan_id, r.item_id FROM ${PLANS} CROSS JOIN rate r ON ${OF_PLAN} AND (r.at >= @sinceMs OR r.leapt = 1)`,
      )
      .raw(),
  );

  /** `untilMs`: nothing captured later is seen. */
  constructor(db: Db, untilMs: number, feeds: FeedReader) {
    this.#db = db;
    this.#untilMs = untilMs;
    this.#feeds = feeds;
  }

  /** What each rate is now in each feed. */
  readNow(plans: readonly number[]): NowRows {
    const rows = new NowRows(this.#feeds, (rate, feed) => this.#movesOf(rate, feed));
    return this.#readNow(this.#nowOfPlans(), rows, plans, { plans: JSON.stringify(plans) });
  }

  /** Adds the same of these rates alone, which are of other plans. */
  addNowOf(rows: NowRows, rates: readonly PlanScope[]): void {
    if (rates.length === 0) return;
    const plans = [...new Set(rates.map(({ plan }) => plan))];
    this.#readNow(this.#nowOfRates(), rows, plans, { rates: pairsOf(rates) });
  }

  /** Every row until the moment. */
  readAll(plans: readonly number[], scopes: ScopeFilter): ByPlan<RateRow> {
    const asked = { plans: JSON.stringify(plans) };
    if (scopes === null) return this.#readAll(this.#ofPlans(), asked);
    return this.#readAll(this.#ofScopes(), { ...asked, scopes: JSON.stringify([...scopes]) });
  }

  /** The same of these rates alone. */
  readPast(rates: readonly PlanScope[]): ByPlan<RateRow> {
    if (rates.length === 0) return new Map();
    return this.#readAll(this.#ofRates(), { rates: pairsOf(rates) });
  }

  /** Those of the plans that have more rates than are read without need. */
  largePlans(plans: readonly number[]): readonly number[] {
    return this.#large().all({ plans: JSON.stringify(plans) }) as number[];
  }

  /** Scopes of which a row of a plan stands at a moment or later; and those of doubts, which a capture settles that says nothing new. */
  changedScopes(plans: readonly number[], sinceMs: number): readonly (readonly [plan: number, scope: number])[] {
    return this.#changed().all({ plans: JSON.stringify(plans), sinceMs }) as [number, number][];
  }

  #prepareNow(from: string, where: string): () => Visit<ColumnsNow> {
    return lazy(() => prepareVisit(this.#db, COLUMNS_NOW, `SELECT r.* FROM ${from} CROSS JOIN rate r ON ${where}`));
  }

  /** Rows of the past come before those of now: each rate's stand together in the order of time. */
  #prepareAll(from: string, where: string): () => Visit<Columns>[] {
    return lazy(() =>
      ['rate_past', 'rate'].map((table) =>
        prepareVisit(
          this.#db,
          COLUMNS,
          `SELECT r.* FROM ${from} CROSS JOIN ${table} r ON ${where} AND r.at <= @untilMs`,
        ),
      ),
    );
  }

  #readNow(visit: Visit<ColumnsNow>, rows: NowRows, plans: readonly number[], parameters: object): NowRows {
    const from = rows.length;
    // Rows are told by what their feeds are, which cannot be asked while SQLite reads.
    for (const feedId of this.#feedIds().all({ plans: JSON.stringify(plans) }) as number[]) this.#feeds.feedOf(feedId);
    visit(parameters, rows.add);
    rows.note(from);
    return rows;
  }

  #movesOf(rate: PlanScope, { id }: Feed): RateMoves {
    const rows = (this.readPast([rate]).get(rate.plan) ?? []).filter(({ feedId }) => feedId === id);
    return rateMoves(rateRuns(rows, 'commission', this.#feeds.feedOf));
  }

  #readAll(visits: readonly Visit<Columns>[], parameters: object): ByPlan<RateRow> {
    const all = new Map<number, RateRow[]>();
    const add: (...row: Columns) => void = (plan, scope, feedId, at, listed, income, bp, line, raw) => {
      if (this.#feeds.held.has(feedId)) return;
      const own = all.get(plan);
      const row = { plan, scope, feedId, at, listed, income, bp, line, raw };
      if (own) own.push(row);
      else all.set(plan, [row]);
    };
    for (const visit of visits) visit({ ...parameters, untilMs: this.#untilMs }, add);
    for (const own of all.values()) own.sort(compareRows);
    return all;
  }
}

/** Each rate once, those of a plan together and in the order of scopes. */
function pairsOf(rates: readonly PlanScope[]): string {
  const pairs = new Map(rates.map(({ plan, scope }) => [`${plan} ${scope}`, [plan, scope] as const]));
  return JSON.stringify([...pairs.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
}

function compareRows(a: RateRow, b: RateRow): number {
  return a.scope - b.scope || a.feedId - b.feedId || a.at - b.at;
}

/** All readings of each rate. `rows`: every row of these rates, of one account; `itemOf`: where items are to be named. */
export function seriesOf(
  rows: ByPlan<RateRow>,
  { feedOf }: FeedReader,
  itemOf: (scope: number) => Item | null = () => null,
): Map<number, RateSeries[]> {
  const plans = new Map<number, RateSeries[]>();
  for (const [plan, own] of rows) {
    const all: RateSeries[] = [];
    for (const [scope, same] of groupBy(own, (row) => row.scope)) {
      for (const measure of MEASURES) {
        const runs = rateRuns(same, measure, feedOf);
        // A list of memberships says of a plan as a whole that it is there, which its facts say, and nothing of a rate.
        const isTold = runs.some(({ value, feed }) => value !== null || feed.coverage !== 'joined-plans');
        if (runs.length > 0 && isTold) all.push({ scope, measure, item: itemOf(scope), runs });
      }
    }
    plans.set(plan, all);
  }
  return plans;
}

/** What is said of one rate. */
function rateRuns(rows: readonly RateRow[], measure: Measure, feedOf: (feedId: number) => Feed): Run<RateValue>[] {
  return toRuns(rows, RATE_RUNS[measure], feedOf);
}

function runsOfMeasure(measure: Measure): RunKind<RateRow, RateValue> {
  const income = MEASURES.indexOf(measure);
  return {
    valueOf: (row) => (row.income === income ? (row.bp ?? (isSilent(row) ? null : 'unknown')) : undefined),
    isSame: (a, b) => a === b,
    rawOf: cellOf,
  };
}

const RATE_RUNS: Readonly<Record<Measure, RunKind<RateRow, RateValue>>> = {
  commission: runsOfMeasure('commission'),
  income: runsOfMeasure('income'),
};
