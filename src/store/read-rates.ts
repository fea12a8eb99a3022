/** Rows of rates by plan: those of now, all until a moment, or those of some scopes; and the runs that they are. */
import { groupBy } from '../domain/group-by.ts';
import { isZeroRate } from '../domain/rate.ts';
import { isSilent, MEASURES, type Measure } from '../domain/reading.ts';
import type { Feed, Item, RateSeries, RateValue, Run } from '../domain/runs.ts';
import { NowRows, type PlanScope } from './now-rows.ts';
import type { Db } from './open.ts';
import { cellOf } from './rates.ts';
import { type FeedReader, type FeedRow, type RunKind, toRuns } from './runs.ts';
import { lazy, prepareVisit } from './statements.ts';

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

export interface RateReader {
  /** What each rate is now in each feed. */
  readNow(plans: readonly number[]): NowRows;
  /** Adds the same of these rates alone, which are of other plans. */
  addNowOf(rows: NowRows, rates: readonly PlanScope[]): void;
  /** Every row until the moment. */
  readAll(plans: readonly number[], scopes: ScopeFilter): ByPlan<RateRow>;
  /** The same of these rates alone. */
  readPast(rates: readonly PlanScope[]): ByPlan<RateRow>;
  /** Those of the plans that have more rates than are read without need. */
  largePlans(plans: readonly number[]): readonly number[];
  /** Scopes of which a row of a plan stands at a moment or later; and those of doubts, which a capture settles that says nothing new. */
  changedScopes(plans: readonly number[], sinceMs: number): readonly (readonly [plan: number, scope: number])[];
}

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

/** Numbers above 2^30 take time: most rows need none. */
const COLUMNS_NOW = [
  'plan_id',
  'item_id',
  'feed_id',
  'iif(listed, 0, at)',
  'income',
  'rate_bp',
  'iif(rate_bp IS NULL, raw, NULL)',
  'was_bp',
  'was_to',
  'changed_at',
  'leapt',
];
type ColumnsNow = [
  plan: number,
  scope: number,
  feedId: number,
  unlistedAt: number,
  income: number,
  bp: number | null,
  raw: string | null,
  wasBp: number | null,
  wasTo: number | null,
  changedAt: number | null,
  leapt: number | null,
];

const FEW_RATES = 200;

/** Tables of which a plan is one value, and a rate a pair. */
const PLANS = 'json_each(@plans) j';
const PLANS_AND_SCOPES = `${PLANS} CROSS JOIN json_each(@scopes) s`;
const RATES = 'json_each(@rates) j';
const OF_PLAN = 'r.plan_id = j.value';
const OF_SCOPE = `${OF_PLAN} AND r.item_id = s.value`;
const OF_RATE = "r.plan_id = json_extract(j.value, '$[0]') AND r.item_id = json_extract(j.value, '$[1]')";

/** `untilMs`: nothing captured later is seen. */
export function openRateReader(db: Db, untilMs: number, { held }: FeedReader): RateReader {
  let all = new Map<number, RateRow[]>();
  let now = new NowRows();
  const query = (table: 'rate' | 'rate_past', from: string, where: string) =>
    `SELECT r.* FROM ${from} CROSS JOIN ${table} r ON ${where}`;
  const prepareNow = (from: string, where: string) =>
    lazy(() =>
      prepareVisit<object, ColumnsNow>(
        db,
        COLUMNS_NOW,
        query('rate', from, where),
        (_total, plan, scope, feedId, unlistedAt, income, bp, raw, wasBp, wasTo, changedAt, leapt) => {
          if (held.has(feedId)) return;
          now.plans.push(plan);
          now.scopes.push(scope);
          now.feeds.push(feedId);
          now.unlistedAt.push(unlistedAt);
          now.isIncome.push(income === 1);
          now.isZero.push(raw !== null && isZeroRate(raw));
          now.isSilent.push(isSilent({ bp, raw }));
          now.bps.push(bp);
          now.wasBps.push(wasBp);
          now.wasTo.push(wasTo);
          now.changedAt.push(changedAt);
          now.hasLeapt.push(leapt === 1);
        },
      ),
    );
  const both = (from: string, where: string) =>
    lazy(() => {
      const until = `${where} AND r.at <= @untilMs`;
      return (['rate_past', 'rate'] as const).map((table) =>
        prepareVisit<object, Columns>(
          db,
          COLUMNS,
          query(table, from, until),
          (_total, plan, scope, feedId, at, listed, income, bp, line, raw) => {
            if (held.has(feedId)) return;
            const own = all.get(plan);
            const row = { plan, scope, feedId, at, listed, income, bp, line, raw };
            if (own) own.push(row);
            else all.set(plan, [row]);
          },
        ),
      );
    });
  const statements = {
    now: prepareNow(PLANS, OF_PLAN),
    nowOf: prepareNow(RATES, OF_RATE),
    all: both(PLANS, OF_PLAN),
    allAt: both(PLANS_AND_SCOPES, OF_SCOPE),
    past: both(RATES, OF_RATE),
    large: lazy(() =>
      db
        .prepare(
          `SELECT j.value FROM ${PLANS}
           WHERE (SELECT count(*) FROM (SELECT 1 FROM rate r WHERE ${OF_PLAN} LIMIT ${FEW_RATES + 1})) > ${FEW_RATES}`,
        )
        .pluck(),
    ),
    changed: lazy(() =>
      db
        .prepare(
          `SELECT r.plan_id, r.item_id FROM ${PLANS} CROSS JOIN rate r ON ${OF_PLAN} AND (r.at >= @sinceMs OR r.leapt = 1)`,
        )
        .raw(),
    ),
  };

  function addNow(rows: NowRows, work: () => void): NowRows {
    const from = rows.length;
    now = rows;
    work();
    rows.note(from);
    return rows;
  }

  /** Rows of the past come before those of now: each rate's stand together in the order of time. */
  function readAllRows(runs: readonly ((parameters: object) => void)[], parameters: object): ByPlan<RateRow> {
    all = new Map();
    for (const run of runs) run({ ...parameters, untilMs });
    for (const own of all.values()) own.sort(compareRows);
    return all;
  }

  const json = (values: Iterable<unknown>) => JSON.stringify([...values]);

  return {
    readNow: (plans) => addNow(new NowRows(), () => statements.now()({ plans: json(plans) })),
    addNowOf: (rows, rates) => void addNow(rows, () => statements.nowOf()({ rates: pairsOf(rates) })),
    readAll: (plans, scopes) =>
      scopes === null
        ? readAllRows(statements.all(), { plans: json(plans) })
        : readAllRows(statements.allAt(), { plans: json(plans), scopes: json(scopes) }),
    readPast: (asked) => readAllRows(statements.past(), { rates: pairsOf(asked) }),
    largePlans: (plans) => statements.large().all({ plans: json(plans) }) as number[],
    changedScopes: (plans, sinceMs) => statements.changed().all({ plans: json(plans), sinceMs }) as [number, number][],
  };
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
export function rateRuns(
  rows: readonly RateRow[],
  measure: Measure,
  feedOf: (feedId: number) => Feed,
): Run<RateValue>[] {
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
