/** What all readings of the ledger have in common: ledgers are put together here, one for each account that knows a merchant. */
import { lazy } from '../domain/lazy.ts';
import type { PlanLedger, ShopLedger } from '../domain/ledger.ts';
import type { Rates } from '../domain/rates.ts';
import type { RateSeries } from '../domain/runs.ts';
import { readReportedExits } from './decisions.ts';
import { type Items, openItems, STANDING_FIRST } from './items.ts';
import { accountPlanKey, type Merchants } from './merchants.ts';
import type { Db } from './open.ts';
import { type MerchantRows, openPlanReader, type PlanReader } from './read-plans.ts';
import { type ByPlan, RateReader, type RateRow } from './read-rates.ts';
import { ITSELF, openSalesBetween, SalesReader, type StandingFor } from './read-sales.ts';
import { type FeedReader, openFeedReader } from './runs.ts';

export interface LedgerOptions {
  /** Only what this account's exports say. */
  readonly account?: string | null;
  /** Leaves out plans that no verdict on a joined plan takes into account. */
  readonly joinedOnly?: boolean;
}

/** What a ledger with all its readings may be narrowed to. */
export interface HistoryOptions extends LedgerOptions {
  /** Id of an item: only its rates and those of the shop as a whole. */
  readonly item?: string | null;
  /** With the sales of items, for a verdict. */
  readonly withSales?: boolean;
}

export interface LedgerParts {
  /** Something was captured after the moment: the rows of now do not say what was known then. */
  readonly isPast: boolean;
  readonly merchants: Merchants;
  readonly feeds: FeedReader;
  readonly plans: PlanReader;
  readonly rates: RateReader;
  readonly sales: SalesReader;
  readonly items: Items;
  /** When the user left which plans, by `accountPlanKey`. */
  exits(): ReadonlyMap<string, number>;
  /** Numbers of an item of a merchant, ascending. */
  itemRows(merchantRows: readonly number[], item: string): readonly number[];
  /** A ledger for each account that is asked for, in order. `only`: the account whose rates they are, null where there is no other. */
  ledgers(
    merchant: MerchantRows,
    asked: string | null,
    ratesOf: (account: string, only: string | null) => AccountRates,
  ): ShopLedger[];
}

/** What a ledger takes from the rates of an account: by row of the plan, see `PlanLedger`; and see `ShopLedger`. */
export interface AccountRates {
  readonly series: ReadonlyMap<number, readonly RateSeries[]>;
  /** Of a merchant with one number alone. */
  readonly now?: ReadonlyMap<number, Rates>;
  readonly others?: readonly RateSeries[];
  readonly sales?: ReadonlyMap<number, number> | undefined;
}

/** `untilMs`: nothing captured later is seen. */
export function openLedgerParts(db: Db, untilMs: number, merchants: Merchants): LedgerParts {
  const isPast = db.prepare('SELECT 1 FROM snapshot WHERE captured_at > ? LIMIT 1').get(untilMs) !== undefined;
  const feeds = openFeedReader(db, untilMs);
  const plans = openPlanReader(db, untilMs, merchants, feeds);
  const exits = lazy(() => readReportedExits(db, untilMs));
  const items = openItems(db);
  const salesBetween = openSalesBetween(db, feeds);
  const itemRows = lazy(() =>
    db
      .prepare(
        `SELECT id FROM item WHERE item_no = @item AND shop_id IN (SELECT value FROM json_each(@shops))
         ORDER BY ${STANDING_FIRST}`,
      )
      .pluck(),
  );

  return {
    isPast,
    merchants,
    feeds,
    plans,
    rates: new RateReader(db, untilMs, feeds),
    sales: new SalesReader(db, untilMs, isPast, feeds),
    items,
    exits,
    itemRows: (rows, item) => itemRows().all({ item, shops: JSON.stringify(rows) }) as number[],
    ledgers(merchant, asked, ratesOf) {
      const accounts = accountsOf(merchant, feeds);
      return accounts
        .filter((name) => asked === null || name === asked)
        .map((account) => {
          const only = accounts.length === 1 ? null : account;
          const { series, now: ratesNow, others = [], sales = NO_SALES } = ratesOf(account, only);
          return {
            account,
            shop: merchant.shop,
            plans: merchant.plans.flatMap((plan): PlanLedger[] => {
              const facts = plans.factRuns(plan, only);
              const rates = mergeScopes(plan.rows.map((row) => series.get(row) ?? []));
              const now = ratesNow?.get(plan.rows[0] ?? 0);
              if (facts.length === 0 && rates.length === 0 && !now) return [];
              const left = plan.rows.flatMap((row) => exits().get(accountPlanKey(row, account)) ?? []);
              const exited = left.length === 0 ? {} : { exitedMs: Math.max(...left) };
              return [{ planId: plan.planId, facts, rates, ...(now ? { now } : {}), ...exited }];
            }),
            joinedListTimes: feeds.joinedTimesOf(account),
            unclear: merchants.unclearOf(merchant.rows[0] ?? 0),
            others,
            sales,
            salesBetween: (fromMs, toMs) => salesBetween(merchant.rows, account, fromMs, toMs),
            ...items,
          };
        });
    },
  };
}

export const NO_SALES: ReadonlyMap<number, number> = new Map();

/** Accounts that say something of a merchant, in order. */
export function accountsOf({ feedIds }: MerchantRows, { feedOf }: FeedReader): string[] {
  return [...new Set(feedIds.map((id) => feedOf(id).account))].sort();
}

/** Rows of `plan`. */
export function plansOf({ plans }: MerchantRows): number[] {
  return plans.flatMap((plan) => plan.rows);
}

/** The rows of the account; `only` null: all. */
export function ofAccount<R extends { readonly feedId: number }>(
  rows: ByPlan<R>,
  only: string | null,
  { feedOf }: FeedReader,
): ByPlan<R> {
  if (only === null) return rows;
  return new Map([...rows].map(([plan, all]) => [plan, all.filter(({ feedId }) => feedOf(feedId).account === only)]));
}

/** Of a merchant with several numbers: puts what is said of an item at the row that stands for it. */
export function openScopes({ itemRows, items }: LedgerParts) {
  const scopes = new Map<number, number>();
  const scopeOf = (rows: readonly number[], scope: number) => {
    const known = scopes.get(scope) ?? itemRows(rows, items.idOf(scope) ?? '')[0] ?? scope;
    scopes.set(scope, known);
    return known;
  };
  return {
    /** The rows of the items at these scopes, under every number. */
    rowsOf({ rows }: MerchantRows, asked: ReadonlySet<number>): Iterable<number> {
      if (rows.length === 1) return asked;
      return [...asked].flatMap((scope) => itemRows(rows, items.idOf(scope) ?? ''));
    },
    rates({ rows }: MerchantRows, all: ByPlan<RateRow>): ByPlan<RateRow> {
      if (rows.length === 1) return all;
      const moved = (row: RateRow) => ({ ...row, scope: scopeOf(rows, row.scope) });
      return new Map([...all].map(([plan, own]) => [plan, own.map(moved)]));
    },
    /** Gives the row that stands for an item's row. */
    standingFor({ rows }: Pick<MerchantRows, 'rows'>): StandingFor {
      return rows.length === 1 ? ITSELF : (scope) => scopeOf(rows, scope);
    },
  };
}

/** The rates of one plan that stands under several numbers of a merchant. */
function mergeScopes(parts: readonly (readonly RateSeries[])[]): readonly RateSeries[] {
  const [first = [], ...others] = parts;
  if (others.length === 0) return first;
  const merged = new Map<string, RateSeries>();
  for (const rate of parts.flat()) {
    const key = `${rate.scope} ${rate.measure}`;
    const other = merged.get(key);
    merged.set(key, other ? { ...rate, runs: [...other.runs, ...rate.runs] } : rate);
  }
  return [...merged.values()];
}

/** Merchants that are read at once: one statement costs as much as dozens of rows. */
const TOGETHER = 12;

/** In order, as many at once as are read together. */
export function* chunksOf<T>(values: readonly T[]): Generator<T[]> {
  for (let i = 0; i < values.length; i += TOGETHER) yield values.slice(i, i + TOGETHER);
}
