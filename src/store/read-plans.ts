/** Shops, their plans, and what is said of these, many merchants at once. */
import { compareText } from '../domain/compare-text.ts';
import { groupBy } from '../domain/group-by.ts';
import { lazy } from '../domain/lazy.ts';
import { MEMBERSHIPS, PLAN_KINDS, PLAN_STATES, type PlanFacts } from '../domain/reading.ts';
import type { Run } from '../domain/runs.ts';
import { DamagedData } from './connect.ts';
import { FACT_COLUMNS, factsOf } from './facts.ts';
import { type Merchants, openShopInfos, type ShopInfo } from './merchants.ts';
import type { Db } from './open.ts';
import { type FeedReader, type FeedRow, type RunKind, toRuns } from './runs.ts';
import { prepareVisit, type SqlValue } from './statements.ts';

/** A plan of a merchant. */
export interface PlanRows {
  readonly planId: string;
  /** Rows of `plan`: one for each number of the merchant under which it stands. */
  readonly rows: readonly number[];
  /** By row of `plan`, feed and time. */
  readonly facts: readonly (readonly FactRow[])[];
}

export interface FactRow extends FeedRow {
  readonly facts: PlanFacts;
}

export interface MerchantRows extends ShopInfo {
  /** Rows of `shop`. */
  readonly rows: readonly number[];
  /** In the order of their ids. */
  readonly plans: readonly PlanRows[];
}

export interface PlanReader {
  /** Merchants by the row that stands for each. `joinedOnly`: only plans that a verdict on a joined plan looks at. */
  read(shopIds: readonly number[], joinedOnly: boolean): ReadonlyMap<number, MerchantRows>;
  factRuns(plan: PlanRows, account: string | null): Run<PlanFacts>[];
}

/** SQL: memberships of which something is told: see the index `fact_joined`. */
export const JOINED = "('approved', 'pending', 'removed')";

/** Plans that were ever joined or applied for, the general one, events and marketing plans. */
const NEEDED = `(p.plan_no = '0' OR EXISTS (SELECT 1 FROM fact x WHERE x.plan_id = p.id AND x.at <= @untilMs
  AND (x.status IN ${JOINED} OR x.kind = 'event' OR x.kind = 'marketing')))`;
/** The same of one merchant's plans: one may be joined under one of his numbers, and its rates told under another. */
const NEEDED_OF_SEVERAL = `p.plan_no IN (SELECT p.plan_no FROM json_each(@shops) s CROSS JOIN plan p ON p.shop_id = s.value WHERE ${NEEDED})`;

/** `untilMs`: nothing captured later is seen. */
export function openPlanReader(db: Db, untilMs: number, merchants: Merchants, feeds: FeedReader): PlanReader {
  const columns = ['feed_id', 'at', 'listed', 'line', ...FACT_COLUMNS];
  const prepare = (only: string) =>
    prepareVisit<PlanColumns>(
      db,
      ['shop_id', 'id', 'plan_no', ...columns],
      `SELECT p.shop_id, p.id, p.plan_no, ${columns.map((column) => `f.${column}`)}
       FROM json_each(@shops) s CROSS JOIN plan p ON p.shop_id = s.value LEFT JOIN fact f ON f.plan_id = p.id AND f.at <= @untilMs
       WHERE ${only} ORDER BY s.key, p.plan_no, f.feed_id, f.at`,
    );
  const readNeeded = lazy(() => prepare(NEEDED));
  const readNeededOfSeveral = lazy(() => prepare(NEEDED_OF_SEVERAL));
  const readAll = lazy(() => prepare('1'));
  const infosOf = openShopInfos(db, untilMs, merchants, feeds.held);

  return {
    read(shopIds, joinedOnly) {
      const rowsOf = new Map(shopIds.map((id) => [id, merchants.rowsOf(id)]));
      const found: Growing[] = [];
      const add: (...row: PlanColumns) => void = (shopId, row, planId, feedId, ...rest) => {
        let plan = found.at(-1);
        if (plan?.row !== row) {
          plan = { planId, shopId, row, facts: [] };
          found.push(plan);
        }
        if (feedId !== null && !feeds.held.has(feedId)) plan.facts.push(factRowOf(feedId, rest));
      };
      const all = [...rowsOf.values()];
      const isApart = (rows: readonly number[]) => joinedOnly && rows.length > 1;
      const others = JSON.stringify(all.filter((rows) => !isApart(rows)).flat());
      (joinedOnly ? readNeeded() : readAll())({ shops: others, untilMs }, add);
      for (const rows of all.filter(isApart)) readNeededOfSeveral()({ shops: JSON.stringify(rows), untilMs }, add);
      const plans = groupBy(found, (plan) => merchants.firstOf(plan.shopId));
      const infos = infosOf(shopIds);
      return new Map(
        [...rowsOf].flatMap(([id, rows]) => {
          const info = infos.get(id);
          return info ? [[id, { ...info, rows, plans: mergePlans(plans.get(id) ?? []) }]] : [];
        }),
      );
    },
    factRuns: ({ facts }, account) =>
      facts.flatMap((rows) =>
        toRuns(
          account === null ? rows : rows.filter(({ feedId }) => feeds.feedOf(feedId).account === account),
          FACT_RUNS,
          feeds.feedOf,
        ),
      ),
  };
}

/** A row of `plan` with a row of `fact`: the feed's columns are null where it has none. */
type PlanColumns = [shopId: number, row: number, planId: string, feedId: number | null, ...fact: SqlValue[]];

interface Growing {
  readonly planId: string;
  readonly shopId: number;
  readonly row: number;
  readonly facts: FactRow[];
}

function factRowOf(feedId: number, columns: readonly SqlValue[]): FactRow {
  const [at, listed, line, ...values] = columns as [number, number, number | null, ...SqlValue[]];
  const facts = factsOf(values);
  checkWords(facts);
  return { feedId, at, listed, line, facts };
}

/** The same plan under several numbers of one merchant is one plan. */
function mergePlans(plans: readonly Growing[]): PlanRows[] {
  return [...groupBy(plans, ({ planId }) => planId)]
    .map(([planId, same]) => ({ planId, rows: same.map(({ row }) => row), facts: same.map(({ facts }) => facts) }))
    .sort((a, b) => compareText(a.planId, b.planId));
}

const FACT_RUNS: RunKind<FactRow, PlanFacts> = {
  valueOf: ({ facts }) => facts,
  isSame: (a, b) => (Object.keys(a) as (keyof PlanFacts)[]).every((key) => a[key] === b[key]),
  rawOf: ({ facts }) => facts.status,
};

const KINDS: ReadonlySet<string | null> = new Set([...PLAN_KINDS, null]);
const STATES: ReadonlySet<string | null> = new Set([...PLAN_STATES, null]);
const STATUSES: ReadonlySet<string | null> = new Set([...MEMBERSHIPS, null]);

/** SQLite looks at words when they are written, not when they are read. */
function checkWords({ kind, state, status }: PlanFacts): void {
  if (!KINDS.has(kind) || !STATES.has(state) || !STATUSES.has(status))
    throw new DamagedData('a plan has a word that is not known');
}
