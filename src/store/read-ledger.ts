/** Reads the ledger of a shop up to a moment, as runs for the domain to judge. */
import type { PlanLedger, RateSeries, RateValue, ShopLedger, ShopRef, Source, Stream } from '../domain/ledger.ts';
import { isSeenSince } from '../domain/ledger.ts';
import { compareText } from '../domain/order.ts';
import type { Coverage, PlanFacts } from '../domain/reading.ts';
import { COVERAGES, coversKind, GENERAL_PLAN_ID, MEASURES, PLAN_KINDS } from '../domain/reading.ts';
import { TkguardError } from '../errors.ts';
import { departureKey, readDepartures } from './decisions.ts';
import { openItems } from './items.ts';
import type { Db } from './open.ts';
import type { ChangeRow, RunKind } from './runs.ts';
import { toRuns } from './runs.ts';
import { SHOP_ITEM } from './schema.ts';
import type { FactRow, PlanFactRows } from './shop-facts.ts';
import { openShopFacts } from './shop-facts.ts';
import type { RateRow } from './shop-rows.ts';
import { openShopRows } from './shop-rows.ts';
import type { SimpleShops } from './simple-shops.ts';
import { openSimpleShops } from './simple-shops.ts';

export interface ReadOptions {
  readonly account?: string | null;
  /** Row of an item: leaves out the rates of other items. `SHOP_ITEM`: leaves out those of all items. */
  readonly itemId?: number | null;
  /** Leaves out where rates that are known were read: no verdict needs it, and it is a third of what is read. */
  readonly withoutSources?: boolean;
  /** Leaves out plans that no verdict on a joined plan takes into account. */
  readonly joinedOnly?: boolean;
}

export interface LedgerReader extends SimpleShops {
  /** Gives shops in turn; what is read of each meanwhile is partly read for many at once. */
  inTurn(shopIds: readonly number[]): Generator<number>;
  /** The ledgers of one shop, one for each account that knows it. */
  readShop(shopId: number, options?: ReadOptions): ShopLedger[];
  /** The id of an item by its row. */
  itemId(item: number): string;
  /** Shops in the order of their rows: those with an approved plan, or all. */
  shopIds(joinedOnly: boolean): number[];
  /** Newest captured time, of one account or of all; null when there is nothing. */
  newestCapturedMs(account?: string | null): number | null;
}

export type StoredStream = Stream & { readonly account: string };

/** What is held back is not seen (alarm.ts). */
const HELD = 'SELECT id FROM stream WHERE held = 1';

/** `untilMs`: nothing captured later is seen. `withHeld`: what is held back is, too. The statements are prepared when first used. */
export function openLedgerReader(db: Db, untilMs: number, { withHeld = false } = {}): LedgerReader {
  const held = new Set(withHeld ? [] : (db.prepare(HELD).pluck().all() as number[]));
  const facts = openShopFacts(db, untilMs, held);
  const rows = openShopRows(facts.pagesOf, held);
  const items = openItems(db);
  const departures = readDepartures(db, untilMs);
  const statements = {
    stream: db.prepare(
      'SELECT s.id, a.name AS account, s.format, s.coverage FROM stream s JOIN account a ON a.id = s.account_id WHERE s.id = ?',
    ),
    times: db
      .prepare('SELECT captured_at FROM snapshot WHERE stream_id = ? AND captured_at <= ? ORDER BY captured_at')
      .pluck(),
    file: db
      .prepare('SELECT name FROM snapshot JOIN file ON file.id = file_id WHERE stream_id = ? AND captured_at = ?')
      .pluck(),
    joinedTimes: db
      .prepare(
        `SELECT DISTINCT captured_at FROM stream s JOIN account a ON a.id = s.account_id JOIN snapshot n ON n.stream_id = s.id
         WHERE s.coverage = 'joined-plans' AND s.held = 0 AND a.name = ? AND captured_at <= ? ORDER BY captured_at`,
      )
      .pluck(),
  };
  const streams = new Map<number, StoredStream>();
  const joinedTimes = new Map<string, readonly number[]>();

  function streamOf(id: number): StoredStream {
    const known = streams.get(id);
    if (known) return known;
    const row = statements.stream.get(id) as { account: string; format: string; coverage: Coverage } | undefined;
    // The schema does not hold these words to the list.
    if (!row || !COVERAGES.includes(row.coverage))
      throw new TkguardError('db-damaged', { path: db.name, reason: `stream ${id}` });
    const times = statements.times.all(id, untilMs) as number[];
    const files = new Map<number, string>();
    const fileAt = (ms: number) => {
      const name = files.get(ms) ?? (statements.file.get(id, ms) as string | undefined) ?? '';
      files.set(ms, name);
      return name;
    };
    const stream = { id, ...row, times, fileAt };
    streams.set(id, stream);
    return stream;
  }

  function joinedTimesOf(account: string): readonly number[] {
    const known = joinedTimes.get(account) ?? (statements.joinedTimes.all(account, untilMs) as number[]);
    joinedTimes.set(account, known);
    return known;
  }

  const sourceOf = (row: ChangeRow, raw: string | null): Source => ({
    file: streamOf(row.stream_id).fileAt(row.at),
    locator: row.line,
    raw,
  });
  const factRuns: RunKind<FactRow, PlanFacts> = {
    valueFrom: factsOf,
    isSame: (a, b) => (Object.keys(a) as (keyof PlanFacts)[]).every((key) => a[key] === b[key]),
    sourceFrom: (row) => sourceOf(row, row.status),
  };
  const rateRuns: RunKind<RateRow, RateValue> = {
    valueFrom: (row) => ({ bp: row.bp, sales: row.sales }),
    isSame: (a, b) => a.bp === b.bp && a.sales === b.sales,
    sourceFrom: (row) => sourceOf(row, row.raw),
  };
  const bareRateRuns: typeof rateRuns = {
    ...rateRuns,
    sourceFrom: (row) => (row.bp === null ? sourceOf(row, row.raw) : NO_SOURCE),
  };

  function planLedger(
    planId: string,
    rates: readonly RateRow[],
    facts: readonly FactRow[],
    kind: typeof rateRuns,
  ): PlanLedger {
    const series = chunkBy(rates, (row) => row.item_id * MEASURES.length + row.measure).map((own): RateSeries => {
      const [first] = own;
      const measure = MEASURES[first?.measure ?? 0] ?? 'commission';
      return { measure, item: items.itemOf(first?.item_id ?? SHOP_ITEM), runs: toRuns(own, kind, streamOf) };
    });
    return { planId, facts: toRuns(facts, factRuns, streamOf), rates: series.sort(compareItems) };
  }

  function ledgersOf(
    shop: ShopRef,
    plans: readonly PlanFactRows[],
    options: ReadOptions,
    account: string | null,
  ): ShopLedger[] {
    const { itemId = null, withoutSources = false } = options;
    const choice = itemId !== null ? [SHOP_ITEM, itemId] : withoutSources ? 'bare' : 'all';
    const read = plans.map((plan) => ({ ...plan, rates: rows.readRates(plan, choice) }));
    for (const { rates } of read) items.read(rates);
    const accountOf = (row: ChangeRow) => streamOf(row.stream_id).account;
    const accounts = new Set<string>();
    for (const { facts, rates } of read) {
      for (const row of facts) accounts.add(accountOf(row));
      for (const row of rates) accounts.add(accountOf(row));
    }
    return [...accounts]
      .filter((name) => account === null || name === account)
      .sort()
      .map((name): ShopLedger => {
        const isOwn = (row: ChangeRow) => accounts.size === 1 || accountOf(row) === name;
        const own = read.flatMap(({ id, planId, ...all }): PlanLedger[] => {
          const [facts, rates] = [all.facts.filter(isOwn), all.rates.filter(isOwn)];
          if (facts.length === 0 && rates.length === 0) return [];
          return [planOf(id, planId, name, rates, facts, withoutSources ? bareRateRuns : rateRuns)];
        });
        return { account: name, shop, plans: own, joinedListTimes: joinedTimesOf(name) };
      });
  }

  /** With what the user said of it. */
  function planOf(
    id: number,
    planId: string,
    account: string,
    rates: readonly RateRow[],
    facts: readonly FactRow[],
    kind = rateRuns,
  ): PlanLedger {
    const exitedMs = departures.get(departureKey(id, account));
    return { ...planLedger(planId, rates, facts, kind), ...(exitedMs === undefined ? {} : { exitedMs }) };
  }

  /**
   * Whether the newest captures that could miss a rate of this ledger have all of them: then no plan that was left out
   * can tell of an absence.
   */
  function isAllSeen(ledger: ShopLedger, plans: readonly PlanFactRows[]): boolean {
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { facts } of plans) {
      for (const { stream_id } of facts) {
        const { account, coverage, times } = streamOf(stream_id);
        if (account === ledger.account && PLAN_KINDS.some((kind) => coversKind(coverage, kind)))
          newestMs = Math.max(newestMs, times.at(-1) ?? newestMs);
      }
    }
    return ledger.plans.every((plan) => plan.rates.every((series) => isSeenSince(series.runs, newestMs)));
  }

  return {
    readShop(shopId, { account = null, joinedOnly = false, ...options } = {}) {
      const found = facts.shopAt(shopId);
      if (!found) return [];
      const { shop, plans } = found;
      const needed = joinedOnly ? plans.filter(isNeeded) : plans;
      const ledgers = ledgersOf(shop, needed, options, account);
      const isEnough = needed.length === plans.length || ledgers.every((ledger) => isAllSeen(ledger, plans));
      return isEnough ? ledgers : ledgersOf(shop, plans, options, account);
    },
    ...openSimpleShops({ rows, items, facts, streamOf, joinedTimesOf, planOf }),
    inTurn: facts.inTurn,
    itemId: items.idOf,
    shopIds(joinedOnly) {
      const sql = joinedOnly
        ? "SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.status = 'approved' ORDER BY p.shop_id"
        : 'SELECT id FROM shop ORDER BY id';
      return db.prepare(sql).pluck().all() as number[];
    },
    newestCapturedMs(account = null) {
      return db
        .prepare(
          `SELECT max(n.captured_at) FROM snapshot n JOIN stream s ON s.id = n.stream_id JOIN account a ON a.id = s.account_id
           WHERE n.captured_at <= @untilMs AND (@account IS NULL OR a.name = @account) AND n.stream_id NOT IN (${HELD})`,
        )
        .pluck()
        .get({ untilMs, account }) as number | null;
    },
  };
}

function factsOf(row: FactRow): PlanFacts {
  const flag = (value: number | null) => (value === null ? null : value === 1);
  return {
    kind: row.kind,
    name: row.name,
    state: row.state,
    status: row.status,
    joinedAt: row.joined_at,
    approvedAt: row.approved_at,
    exitId: row.exit_id,
    locked: flag(row.locked),
    audit: flag(row.audit),
    hidden: flag(row.hidden),
    startsAt: row.starts_at,
    endsAt: row.ends_at,
  };
}

/** Of a rate that was read without its cell (`withoutSources`). */
const NO_SOURCE: Source = { file: '', locator: null, raw: null };

/** The plans that a verdict on a joined plan looks at: those ever joined, the general one, events and marketing plans. */
function isNeeded({ planId, facts }: PlanFactRows): boolean {
  return (
    planId === GENERAL_PLAN_ID ||
    facts.some(({ status, kind }) => status === 'approved' || kind === 'event' || kind === 'marketing')
  );
}

/** Neighbours with one key together. */
function chunkBy<T>(rows: readonly T[], keyOf: (row: T) => number): T[][] {
  const chunks: T[][] = [];
  let [open, openKey]: [T[], number] = [[], Number.NaN];
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== openKey) {
      [open, openKey] = [[], key];
      chunks.push(open);
    }
    open.push(row);
  }
  return chunks;
}

function compareItems(a: RateSeries, b: RateSeries): number {
  return compareText(a.item?.id ?? null, b.item?.id ?? null);
}
