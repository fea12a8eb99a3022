/**
 * Reads of merchants what each rate is now, which is all that a verdict needs.
 *
 * Where one feed alone tells of a scope, and last listed all its plans there in one capture, the row of `rate` says all: what
 * the rate is, when it was last seen, what it was before. Elsewhere, and as of the past, the earlier rows are read too, and the
 * domain works out which of several sightings stands and from which captures a plan is absent.
 */
import { groupBy } from '../domain/group-by.ts';
import { lazy } from '../domain/lazy.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import type { Rates } from '../domain/rates.ts';
import type { AccountRates, LedgerOptions, LedgerParts } from './ledger-parts.ts';
import { accountsOf, chunksOf, ofAccount, openScopes, plansOf } from './ledger-parts.ts';
import { type AccountNow, clearRates, type NowRows, unclearRates, unclearScopes } from './now-rows.ts';
import type { Db } from './open.ts';
import type { MerchantRows } from './read-plans.ts';
import { type ByPlan, type RateRow, seriesOf } from './read-rates.ts';
import type { FeedReader } from './runs.ts';

/** See above; what is held is not seen. */
export class JudgedReader {
  readonly #parts: LedgerParts;
  readonly #scopes;
  readonly #otherPlans;

  constructor(db: Db, parts: LedgerParts) {
    this.#parts = parts;
    this.#scopes = openScopes(parts);
    this.#otherPlans = lazy(() =>
      db
        .prepare(
          `SELECT id, shop_id FROM plan WHERE shop_id IN (SELECT value FROM json_each(@shops))
           AND id NOT IN (SELECT value FROM json_each(@plans))`,
        )
        .raw(),
    );
  }

  /** One ledger for each account that knows the merchant. */
  *judged(
    shopIds: readonly number[],
    { account = null, joinedOnly = false }: LedgerOptions = {},
  ): Generator<readonly [shopId: number, ShopLedger[]]> {
    const { rates } = this.#parts;
    for (const some of chunksOf(shopIds)) {
      const read = this.#readMerchants(some, joinedOnly);
      const merchants = [...read.values()].filter((merchant) => !this.#needsAllRows(merchant));
      const ledgers = this.#fromNow(merchants, rates.readNow(merchants.flatMap(plansOf)), account);
      for (const [shopId, merchant] of read)
        yield [shopId, ledgers.get(merchant) ?? this.#fromAllRows(merchant, account)];
    }
  }

  /** Whole where a look at some plans alone could miss that one of them is absent. */
  #readMerchants(shopIds: readonly number[], joinedOnly: boolean): ReadonlyMap<number, MerchantRows> {
    const { plans, feeds, isPast } = this.#parts;
    const read = plans.read(shopIds, joinedOnly && !isPast);
    if (!joinedOnly || isPast) return read;
    const whole = [...read].filter(([, merchant]) => this.#needsAllRows(merchant) || hasSeveralFeeds(merchant, feeds));
    if (whole.length === 0) return read;
    const ids = whole.map(([id]) => id);
    return new Map([...read, ...plans.read(ids, false)]);
  }

  /** As of the past, and of a merchant with several numbers, the rows of now do not say all. */
  #needsAllRows({ rows }: MerchantRows): boolean {
    return this.#parts.isPast || rows.length > 1;
  }

  #fromAllRows(merchant: MerchantRows, account: string | null): ShopLedger[] {
    const { feeds, rates } = this.#parts;
    const moved = this.#scopes.rates(merchant, rates.readAll(plansOf(merchant), null));
    const sales = this.#parts.sales.salesOf(merchant.rows, this.#scopes.standingFor(merchant));
    return this.#parts.ledgers(merchant, account, (name, only) => ({
      series: seriesOf(ofAccount(moved, only, feeds), feeds),
      sales: sales.get(name),
    }));
  }

  /** Of several merchants at once: what each lacks is read for all. */
  #fromNow(
    merchants: readonly MerchantRows[],
    now: NowRows,
    account: string | null,
  ): ReadonlyMap<MerchantRows, ShopLedger[]> {
    const { feeds, rates } = this.#parts;
    const others = this.#addOthers(merchants, now);
    const othersOf = (merchant: MerchantRows) => others.get(merchant) ?? [];
    const accounts = new Map(merchants.map((one) => [one, nowByAccount(one, othersOf(one), now, feeds)]));
    const asked = [...accounts.values()].flatMap((own) =>
      [...own.values()].flatMap((one) => unclearRates(one, now, feeds.feedOf)),
    );
    const past = rates.readPast(asked);
    const sales = this.#parts.sales.salesOf(merchants.flatMap(({ rows }) => rows));
    const ledgersOf = (merchant: MerchantRows): ShopLedger[] =>
      this.#parts.ledgers(merchant, account, (name) => {
        const own = accounts.get(merchant)?.get(name);
        if (!own) return NO_RATES;
        const read = this.#ratesOf(own, now, past);
        const others = othersOf(merchant).flatMap((plan) => read.series.get(plan) ?? []);
        return { ...read, others, sales: sales.get(name) };
      });
    return new Map(merchants.map((merchant) => [merchant, ledgersOf(merchant)]));
  }

  /** Adds the rates of other plans at scopes where a kept plan is no longer listed: they show whether it is absent. Gives these plans. */
  #addOthers(merchants: readonly MerchantRows[], now: NowRows): ReadonlyMap<MerchantRows, readonly number[]> {
    const unlisted = new Map(merchants.map((merchant) => [merchant, unlistedScopes(now, plansOf(merchant))]));
    const asked = merchants.filter((merchant) => unlisted.get(merchant)?.size);
    if (asked.length === 0) return new Map();
    const merchantOf = new Map(asked.flatMap((merchant) => merchant.rows.map((row) => [row, merchant])));
    const shops = JSON.stringify([...merchantOf.keys()]);
    const plans = JSON.stringify(asked.flatMap(plansOf));
    const found = this.#otherPlans().all({ shops, plans }) as [plan: number, shop: number][];
    const others = groupBy(found, ([, shop]) => merchantOf.get(shop) as MerchantRows);
    const keys = [...others].flatMap(([merchant, own]) =>
      own.flatMap(([plan]) => [...(unlisted.get(merchant) ?? [])].map((scope) => ({ plan, scope }))),
    );
    this.#parts.rates.addNowOf(now, keys);
    return new Map([...others].map(([merchant, own]) => [merchant, own.map(([plan]) => plan)]));
  }

  /** `past`: every row of the rates at unclear scopes, of all accounts. */
  #ratesOf(own: AccountNow, now: NowRows, past: ByPlan<RateRow>): AccountRates {
    const { feeds } = this.#parts;
    const { plans, unclear, only } = own;
    const clear = new Map<number, Rates>();
    for (const plan of plans) {
      const rates = clearRates(own, now, plan, feeds.feedOf);
      if (rates.to > rates.from) clear.set(plan, rates);
    }
    if (unclear.size === 0) return { series: NO_RATES.series, now: clear };
    const rows = plans.map((plan) => [plan, (past.get(plan) ?? []).filter((row) => unclear.has(row.scope))] as const);
    return { series: seriesOf(ofAccount(new Map(rows), only, feeds), feeds), now: clear };
  }
}

function nowByAccount(
  merchant: MerchantRows,
  others: readonly number[],
  now: NowRows,
  feeds: FeedReader,
): Map<string, AccountNow> {
  const plans = [...plansOf(merchant), ...others];
  const accounts = accountsOf(merchant, feeds);
  return new Map(
    accounts.map((account) => {
      const only = accounts.length === 1 ? null : account;
      return [account, { only, plans, unclear: unclearScopes(now, plans, only, feeds.feedOf) }];
    }),
  );
}

const NO_RATES: AccountRates = { series: new Map() };

/** Scopes at which one of the plans is listed no longer. */
function unlistedScopes(now: NowRows, plans: readonly number[]): Set<number> {
  const scopes = new Set<number>();
  for (const plan of plans) {
    const { from, to } = now.rangeOf(plan);
    for (let row = from; row < to; row++) if (now.unlistedAt[row] !== 0) scopes.add(now.scopes[row] as number);
  }
  return scopes;
}

/** Whether more than one feed tells an account of a merchant's rates. */
function hasSeveralFeeds({ feedIds }: MerchantRows, { feedOf }: FeedReader): boolean {
  const told = feedIds.map(feedOf).filter(({ isRated }) => isRated);
  return new Set(told.map(({ account }) => account)).size < told.length;
}
