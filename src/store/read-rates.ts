/** Rows of rates by plan: those of now, all until a moment, or those of some scopes. */
import type { RateValue } from '../domain/ledger.ts';
import type { Measure } from '../domain/reading.ts';
import { MEASURES } from '../domain/reading.ts';
import { lazy } from './lazy.ts';
import type { RateReaders } from './now-rate.ts';
import { NowRate } from './now-rate.ts';
import type { Db } from './open.ts';
import { cellOf } from './rate-rows.ts';
import type { FeedReader } from './read-feeds.ts';
import type { ChangeRow, RunKind } from './runs.ts';
import { toRuns } from './runs.ts';
import { prepareVisit } from './visit.ts';

/** A row of `rate` or `rate_past`. */
export interface RateRow extends ChangeRow {
  /** Row of the plan. */
  readonly plan: number;
  readonly scope: number;
  readonly income: number;
  readonly bp: number | null;
  /** The cell; null also where it is the rate as tkguard writes it. */
  readonly raw: string | null;
}

/** By row of the plan, in the order of scopes and feeds; rows of one rate and feed in the order of time. */
export type ByPlan<R> = ReadonlyMap<number, readonly R[]>;

/** A rate: a plan and what it is of. */
export type RateKey = Pick<RateRow, 'plan' | 'scope'>;

/** Which rates of the plans are read; null: all. */
export type Scopes = ReadonlySet<number> | null;

export interface RateReader {
  /** What each rate is now in each feed. */
  readNow(plans: readonly number[], scopes: Scopes): ByPlan<NowRate>;
  /** The same of these rates alone. */
  readNowOf(rates: readonly RateKey[]): ByPlan<NowRate>;
  /** Every row until the moment. */
  readAll(plans: readonly number[], scopes: Scopes): ByPlan<RateRow>;
  /** The same of these rates alone. */
  readPast(rates: readonly RateKey[]): ByPlan<RateRow>;
  /** Scopes of which a row of a plan stands at a moment or later. */
  changedScopes(plans: readonly number[], sinceMs: number): readonly (readonly [plan: number, scope: number])[];
}

const COLUMNS = ['plan_id', 'item_id', 'feed_id', 'at', 'listed', 'income', 'rate_bp', 'line', 'raw'];
const COLUMNS_NOW = [...COLUMNS.slice(0, 7), 'iif(rate_bp IS NULL, raw, NULL)', 'was_bp', 'was_to', 'changed_at'];

/** Tables of which a plan is one value, and a rate a pair. */
const PLANS = 'json_each(@plans) j';
const PLANS_AND_SCOPES = `${PLANS} CROSS JOIN json_each(@scopes) s`;
const RATES = 'json_each(@rates) j';
const OF_PLAN = 'r.plan_id = j.value';
const OF_SCOPE = `${OF_PLAN} AND r.item_id = s.value`;
const OF_RATE = "r.plan_id = json_extract(j.value, '$[0]') AND r.item_id = json_extract(j.value, '$[1]')";

/** `untilMs`: nothing captured later is seen. */
export function openRateReader(db: Db, untilMs: number, { held, feedOf }: FeedReader): RateReader {
  const readers: RateReaders = {
    feedOf,
    readRuns(rate) {
      const rows = reader.readPast([rate]).get(rate.plan) ?? [];
      return toRuns(
        rows.filter(({ feedId }) => feedId === rate.feedId),
        RATE_RUNS.commission,
        feedOf,
      );
    },
  };
  const all = collector<RateRow>();
  const now = collector<NowRate>();
  const take = (
    _total: unknown,
    plan: number,
    scope: number,
    feedId: number,
    at: number,
    listed: number,
    income: number,
    bp: number | null,
    line: number | null,
    raw: string | null,
  ) => {
    if (!held.has(feedId)) all.add(plan, { plan, scope, feedId, at, listed, income, bp, line, raw });
  };
  const takeNow = (
    _total: unknown,
    plan: number,
    scope: number,
    feedId: number,
    at: number,
    listed: number,
    income: number,
    bp: number | null,
    raw: string | null,
    wasBp: number | null,
    wasTo: number | null,
    changedAt: number | null,
  ) => {
    if (held.has(feedId)) return;
    now.add(plan, new NowRate(readers, plan, scope, feedId, at, listed, income, bp, raw, wasBp, wasTo, changedAt));
  };
  const query = (table: 'rate' | 'rate_past', from: string, where: string) =>
    `SELECT r.* FROM ${from} CROSS JOIN ${table} r ON ${where}`;
  const prepareNow = (from: string, where: string) =>
    lazy(() => prepareVisit(db, COLUMNS_NOW, query('rate', from, where), takeNow));
  const both = (from: string, where: string) =>
    lazy(() => {
      const until = `${where} AND r.at <= @untilMs`;
      return (['rate_past', 'rate'] as const).map((table) =>
        prepareVisit(db, COLUMNS, query(table, from, until), take),
      );
    });
  const statements = {
    now: prepareNow(PLANS, OF_PLAN),
    nowAt: prepareNow(PLANS_AND_SCOPES, OF_SCOPE),
    nowOf: prepareNow(RATES, OF_RATE),
    all: both(PLANS, OF_PLAN),
    allAt: both(PLANS_AND_SCOPES, OF_SCOPE),
    past: both(RATES, OF_RATE),
    changed: lazy(() =>
      db
        .prepare(`SELECT r.plan_id, r.item_id FROM ${PLANS} CROSS JOIN rate r ON ${OF_PLAN} AND r.at >= @sinceMs`)
        .raw(),
    ),
  };

  /** Rows of the past come before those of now: each rate's stand together in the order of time. */
  function readAllRows(work: () => void): ByPlan<RateRow> {
    const found = all.collect(work);
    for (const own of found.values()) own.sort(compareRows);
    return found;
  }

  const json = (values: Iterable<unknown>) => JSON.stringify([...values]);

  const reader: RateReader = {
    readNow: (plans, scopes) =>
      now.collect(() => {
        if (scopes === null) statements.now()({ plans: json(plans) });
        else statements.nowAt()({ plans: json(plans), scopes: json([...scopes].sort((a, b) => a - b)) });
      }),
    readNowOf: (rates) => now.collect(() => statements.nowOf()({ rates: pairsOf(rates) })),
    readAll: (plans, scopes) =>
      readAllRows(() => {
        const parameters = { plans: json(plans), untilMs };
        if (scopes === null) for (const run of statements.all()) run(parameters);
        else for (const run of statements.allAt()) run({ ...parameters, scopes: json(scopes) });
      }),
    readPast: (asked) =>
      readAllRows(() => {
        const parameters = { rates: pairsOf(asked), untilMs };
        for (const run of statements.past()) run(parameters);
      }),
    changedScopes: (plans, sinceMs) => statements.changed().all({ plans: json(plans), sinceMs }) as [number, number][],
  };
  return reader;
}

/** Each rate once. */
function pairsOf(rates: readonly RateKey[]): string {
  const pairs = new Map(rates.map(({ plan, scope }) => [`${plan} ${scope}`, [plan, scope]]));
  return JSON.stringify([...pairs.values()]);
}

function compareRows(a: RateRow, b: RateRow): number {
  return a.scope - b.scope || a.feedId - b.feedId || a.at - b.at;
}

/** Puts rows together by plan; those of one plan mostly come one after the other. */
function collector<R>() {
  let plans = new Map<number, R[]>();
  let [open, rows]: [number, R[]] = [-1, []];
  return {
    add(plan: number, row: R): void {
      if (plan !== open) {
        rows = plans.get(plan) ?? [];
        plans.set(plan, rows);
        open = plan;
      }
      rows.push(row);
    },
    /** What `work` adds. */
    collect(work: () => void): Map<number, R[]> {
      plans = new Map();
      open = -1;
      work();
      return plans;
    },
  };
}

function runsOfMeasure(measure: Measure): RunKind<RateRow, RateValue> {
  const income = MEASURES.indexOf(measure);
  return {
    valueOf: (row) => (row.income === income ? row.bp : undefined),
    isSame: (a, b) => a === b,
    rawOf: cellOf,
  };
}

export const RATE_RUNS: Readonly<Record<Measure, RunKind<RateRow, RateValue>>> = {
  commission: runsOfMeasure('commission'),
  income: runsOfMeasure('income'),
};
