/** Reads of merchants what each rate is now, which is all that a verdict needs. */
import type { JudgedLedger, RateNow, RateSeries } from '../domain/ledger.ts';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import { seriesOf, unclearScopes } from './combine-rates.ts';
import { lazy } from './lazy.ts';
import type { AskOptions, LedgerParts, ReadOptions } from './ledger-parts.ts';
import { accountsOf, chunksOf, hasSeveralFeeds, ofAccount, openScopes, plansOf, scopesOf } from './ledger-parts.ts';
import type { NowRate } from './now-rate.ts';
import type { Db } from './open.ts';
import type { MerchantRows, PlanRows } from './read-plans.ts';
import type { ByPlan, RateKey, RateRow } from './read-rates.ts';

export interface JudgedReader {
  /** One ledger for each account that knows the merchant. */
  judged(shopIds: readonly number[], options?: ReadOptions): Generator<readonly [shopId: number, JudgedLedger[]]>;
  /** The same of one merchant, with what is needed to offer other plans. */
  asked(shopId: number, options: AskOptions): JudgedLedger[];
}

/** What is judged of an account's plans. */
interface AccountRates {
  readonly account: string;
  readonly rates: ByPlan<NowRate>;
  readonly unclear: ReadonlySet<number>;
}

export function openJudgedReader(db: Db, parts: LedgerParts): JudgedReader {
  const { feeds, isPast, plans, rates, salesOf } = parts;
  const scopes = openScopes(parts);
  const otherPlans = lazy(() =>
    db
      .prepare(
        `SELECT id, shop_id FROM plan WHERE shop_id IN (SELECT value FROM json_each(@shops))
         AND id NOT IN (SELECT value FROM json_each(@plans))`,
      )
      .raw(),
  );

  /** As of the past, and of a merchant with several numbers, the rows of now do not say all. */
  function needsAllRows({ rows }: MerchantRows): boolean {
    return isPast || rows.length > 1;
  }

  function fromAllRows(merchant: MerchantRows, rows: ByPlan<RateRow>, account: string | null): JudgedLedger[] {
    const moved = scopes.rates(merchant, rows);
    const sales = salesOf(merchant.rows);
    return parts
      .ledgers<RateSeries | RateNow>(merchant, account, (_, only) => seriesOf(ofAccount(moved, only, feeds), feeds))
      .map((ledger) => ({ ...ledger, sales: scopes.sales(merchant, sales.get(ledger.account)) }));
  }

  /** Of several merchants at once: what each lacks is read for all. */
  function fromNow(
    merchants: readonly MerchantRows[],
    now: ByPlan<NowRate>,
    account: string | null,
  ): ReadonlyMap<MerchantRows, JudgedLedger[]> {
    const others = othersOf(merchants, now);
    const judged = new Map(
      merchants.map((merchant) => [merchant, ratesByAccount(merchant, now, others.get(merchant))]),
    );
    const asked = [...judged.values()].flatMap((all) => all.flatMap(unclearRates));
    const past = asked.length === 0 ? NO_ROWS : rates.readPast(asked);
    const sales = salesOf(merchants.flatMap(({ rows }) => rows));
    const ledgersOf = (merchant: MerchantRows) => {
      const combined = new Map((judged.get(merchant) ?? []).map((own) => [own.account, combine(own, past)] as const));
      const kept = new Set(plansOf(merchant));
      const ledgers = parts.ledgers<RateSeries | RateNow>(merchant, account, (name) => combined.get(name) ?? NO_RATES);
      return ledgers.map((ledger): JudgedLedger => {
        const left = [...(combined.get(ledger.account) ?? [])].filter(([plan]) => !kept.has(plan));
        const series = left.flatMap(([, own]) => own.filter((rate) => 'runs' in rate));
        return { ...ledger, others: series, sales: sales.get(ledger.account) ?? ledger.sales };
      });
    };
    return new Map(merchants.map((merchant) => [merchant, ledgersOf(merchant)]));
  }

  /** Rates of other plans at scopes where a kept plan is no longer listed: they show whether it is absent. */
  function othersOf(
    merchants: readonly MerchantRows[],
    now: ByPlan<NowRate>,
  ): ReadonlyMap<MerchantRows | undefined, ByPlan<NowRate>> {
    const unlisted = new Map(merchants.map((merchant) => [merchant, unlistedScopes(part(now, merchant))]));
    const asked = merchants.filter((merchant) => unlisted.get(merchant)?.size);
    if (asked.length === 0) return new Map();
    const merchantOf = new Map(asked.flatMap((merchant) => merchant.rows.map((row) => [row, merchant])));
    const shops = JSON.stringify([...merchantOf.keys()]);
    const found = otherPlans().all({ shops, plans: JSON.stringify(asked.flatMap(plansOf)) }) as [number, number][];
    const keys = found.flatMap(([plan, shop]): RateKey[] => {
      const merchant = merchantOf.get(shop);
      return merchant ? [...(unlisted.get(merchant) ?? [])].map((scope) => ({ plan, scope })) : [];
    });
    const read = keys.length === 0 ? new Map() : rates.readNowOf(keys);
    const others = new Map<MerchantRows | undefined, Map<number, readonly NowRate[]>>();
    for (const [plan, shop] of found) {
      const own = others.get(merchantOf.get(shop)) ?? new Map();
      others.set(merchantOf.get(shop), own.set(plan, read.get(plan) ?? []));
    }
    return others;
  }

  function ratesByAccount(
    merchant: MerchantRows,
    now: ByPlan<NowRate>,
    others: ByPlan<NowRate> = NO_RATES,
  ): AccountRates[] {
    const all = new Map([...part(now, merchant), ...others]);
    const accounts = accountsOf(merchant, feeds);
    return accounts.map((account) => {
      const own = ofAccount(all, accounts.length === 1 ? null : account, feeds);
      return { account, rates: own, unclear: unclearScopes(own) };
    });
  }

  /** `past`: every row of the rates at unclear scopes, of all accounts. */
  function combine(
    { account, rates, unclear }: AccountRates,
    past: ByPlan<RateRow>,
  ): Map<number, readonly (RateSeries | RateNow)[]> {
    const isClear = ({ income, scope }: NowRate) => income === 0 && !unclear.has(scope);
    if (unclear.size === 0) return new Map([...rates].map(([plan, own]) => [plan, own.filter(isClear)]));
    const rows = new Map(
      [...rates.keys()].map((plan) => [plan, (past.get(plan) ?? []).filter((row) => unclear.has(row.scope))]),
    );
    const series = seriesOf(ofAccount(rows, account, feeds), feeds);
    return new Map([...rates].map(([plan, own]) => [plan, [...(series.get(plan) ?? []), ...own.filter(isClear)]]));
  }

  /** Whole where a look at some plans alone could miss that one of them is absent. */
  function readMerchants(shopIds: readonly number[], joinedOnly: boolean): ReadonlyMap<number, MerchantRows> {
    const read = plans.read(shopIds, joinedOnly && !isPast);
    if (!joinedOnly || isPast) return read;
    const whole = [...read].filter(([, merchant]) => needsAllRows(merchant) || hasSeveralFeeds(merchant, feeds));
    if (whole.length === 0) return read;
    const ids = whole.map(([id]) => id);
    return new Map([...read, ...plans.read(ids, false)]);
  }

  return {
    *judged(shopIds, { account = null, joinedOnly = false } = {}) {
      for (const some of chunksOf(shopIds)) {
        const read = readMerchants(some, joinedOnly);
        const merchants = [...read.values()].filter((merchant) => !needsAllRows(merchant));
        const ledgers = fromNow(merchants, rates.readNow(merchants.flatMap(plansOf), null), account);
        for (const [shopId, merchant] of read)
          yield [
            shopId,
            ledgers.get(merchant) ?? fromAllRows(merchant, rates.readAll(plansOf(merchant), null), account),
          ];
      }
    },
    asked(shopId, { account = null, item }) {
      const merchant = plans.read([shopId], false).get(shopId);
      if (!merchant) return [];
      const all = plansOf(merchant);
      if (needsAllRows(merchant)) return fromAllRows(merchant, rates.readAll(all, null), account);
      const ledgersOf = (now: ByPlan<NowRate>) => fromNow([merchant], now, account).get(merchant) ?? [];
      if (hasSeveralFeeds(merchant, feeds)) return ledgersOf(rates.readNow(all, null));
      const needed = new Set(merchant.plans.filter(isWholeNeeded).flatMap((plan) => plan.rows));
      const whole = rates.readNow([...needed], null);
      const rest = rates.readNow(
        all.filter((row) => !needed.has(row)),
        new Set([...scopesOf(parts, merchant, item), ...unlistedScopes(whole)]),
      );
      return ledgersOf(new Map([...whole, ...rest]));
    },
  };
}

const NO_RATES: ReadonlyMap<number, never[]> = new Map();
const NO_ROWS: ByPlan<RateRow> = new Map();

function part<R>(rows: ByPlan<R>, merchant: MerchantRows): ByPlan<R> {
  return new Map(plansOf(merchant).map((row) => [row, rows.get(row) ?? []]));
}

function unclearRates({ rates, unclear }: AccountRates): NowRate[] {
  return unclear.size === 0 ? [] : [...rates.values()].flatMap((own) => own.filter(({ scope }) => unclear.has(scope)));
}

/** Scopes at which a plan is listed no longer. */
function unlistedScopes(rates: ByPlan<NowRate>): Set<number> {
  const scopes = new Set<number>();
  for (const own of rates.values()) for (const { listed, scope } of own) if (listed === 0) scopes.add(scope);
  return scopes;
}

/**
 * Plans of which the gate needs every rate: those that a verdict on a joined plan looks at, and those that an export lists no
 * longer, of which only their other scopes tell whether they still run.
 */
function isWholeNeeded({ planId, facts }: PlanRows): boolean {
  if (planId === GENERAL_PLAN_ID) return true;
  return facts.some((rows) =>
    rows.some(({ facts: { status, kind }, feedId, listed }, index) => {
      const isGone = listed === 0 && rows[index + 1]?.feedId !== feedId;
      return isGone || status === 'approved' || kind === 'event' || kind === 'marketing';
    }),
  );
}
