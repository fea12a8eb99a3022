/** Reads the ledger of a shop up to a moment, as runs for the domain to judge. */
import type { PlanLedger, RateSeries, RateValue, ShopLedger, ShopRef, Stream } from '../domain/ledger.ts';
import type { Coverage, Measure, MembershipStatus, PlanFacts, PlanKind, PlanState } from '../domain/reading.ts';
import { MEASURES } from '../domain/reading.ts';
import { departureKey, readDepartures } from './decisions.ts';
import type { Db } from './open.ts';
import type { RunKind, StreamLookUp } from './runs.ts';
import { toRuns } from './runs.ts';
import { SHOP_ITEM } from './schema.ts';

export interface LedgerReader {
  /**
   * The ledgers of one shop, one for each account that knows it. `itemId` (row) leaves out the rates of other items.
   */
  readShop(
    shopId: number,
    options?: { readonly account?: string | null; readonly itemId?: number | null },
  ): ShopLedger[];
  /** Shops in the order of their rows: those with an approved plan, or all. */
  shopIds(joinedOnly: boolean): number[];
  /** Newest captured time, null for an empty ledger. */
  newestCapturedMs(): number | null;
}

type StoredStream = Stream & { readonly account: string };

interface RateRow {
  plan_id: number;
  item_id: number;
  item_no: string | null;
  title: string | null;
  measure: Measure;
  stream_id: number;
  at: number;
  listed: number;
  rate_bp: number | null;
  sales: number | null;
  raw: string | null;
  line: number | null;
}

/** A row as an array, in the order of `rateSql`: a third faster to read than objects. */
type RateTuple = [
  number,
  number,
  string | null,
  string | null,
  number,
  number,
  number,
  number,
  number | null,
  number | null,
  string | null,
  number | null,
];

function rateRow([
  plan_id,
  item_id,
  item_no,
  title,
  measureIndex,
  stream_id,
  at,
  listed,
  rate_bp,
  sales,
  raw,
  line,
]: RateTuple): RateRow {
  const measure = MEASURES[measureIndex] ?? 'commission';
  return { plan_id, item_id, item_no, title, measure, stream_id, at, listed, rate_bp, sales, raw, line };
}

interface FactRow {
  plan_id: number;
  stream_id: number;
  at: number;
  listed: number;
  kind: PlanKind | null;
  name: string | null;
  state: PlanState | null;
  status: MembershipStatus | null;
  joined_at: string | null;
  approved_at: string | null;
  exit_id: string | null;
  locked: number | null;
  audit: number | null;
  hidden: number | null;
  starts_at: string | null;
  ends_at: string | null;
  line: number | null;
}

/** What is held back is not seen (alarm.ts). */
const HELD = 'SELECT id FROM stream WHERE held = 1';

/** `untilMs`: nothing captured later is seen. The statements are prepared when first used. */
export function openLedgerReader(db: Db, untilMs: number): LedgerReader {
  const rateSql = (only: string) => `
    SELECT r.plan_id, r.item_id, i.item_no, i.title, r.measure, r.stream_id, r.at, r.listed, r.rate_bp, r.sales, r.raw, r.line
    FROM plan p CROSS JOIN rate r ON r.plan_id = p.id LEFT JOIN item i ON i.id = r.item_id
    WHERE p.shop_id = @shopId AND r.at <= @untilMs AND r.stream_id NOT IN (${HELD}) ${only} ORDER BY p.plan_no, r.item_id, r.measure, r.stream_id, r.at`;
  const statements = {
    plans: db.prepare('SELECT id, plan_no FROM plan WHERE shop_id = ? ORDER BY plan_no'),
    rates: db.prepare(rateSql('')).raw(),
    itemRates: db.prepare(rateSql(`AND r.item_id IN (${SHOP_ITEM}, @itemId)`)).raw(),
    facts: db.prepare(
      `SELECT f.* FROM plan p CROSS JOIN fact f ON f.plan_id = p.id WHERE p.shop_id = @shopId AND f.at <= @untilMs AND f.stream_id NOT IN (${HELD}) ORDER BY f.plan_id, f.stream_id, f.at`,
    ),
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
    shop: db.prepare(
      'SELECT seller_id AS id, (SELECT min(keeper_id) FROM keeper WHERE shop_id = shop.id) AS keeperId, name FROM shop WHERE id = ?',
    ),
  };
  const streams = new Map<number, StoredStream>();
  const joinedTimes = new Map<string, readonly number[]>();

  function streamOf(id: number): StoredStream {
    const known = streams.get(id);
    if (known) return known;
    const row = statements.stream.get(id) as { account: string; format: string; coverage: Coverage };
    const times = statements.times.all(id, untilMs) as number[];
    const stream = { id, ...row, times, fileAt: (ms: number) => fileOf(id, ms) };
    streams.set(id, stream);
    return stream;
  }

  function joinedTimesOf(account: string): readonly number[] {
    const known = joinedTimes.get(account) ?? (statements.joinedTimes.all(account, untilMs) as number[]);
    joinedTimes.set(account, known);
    return known;
  }

  const files = new Map<string, string>();
  function fileOf(streamId: number, at: number): string {
    const key = `${streamId} ${at}`;
    const name = files.get(key) ?? (statements.file.get(streamId, at) as string | undefined) ?? '';
    files.set(key, name);
    return name;
  }

  const departures = readDepartures(db, untilMs);
  const lookUp: StreamLookUp = { streamOf, fileOf };

  return {
    readShop(shopId, { account = null, itemId = null } = {}) {
      const shop = statements.shop.get(shopId) as ShopRef | undefined;
      if (!shop) return [];
      const planNos = statements.plans.all(shopId) as { id: number; plan_no: string }[];
      const tuples = (
        itemId === null
          ? statements.rates.all({ shopId, untilMs })
          : statements.itemRates.all({ shopId, untilMs, itemId })
      ) as RateTuple[];
      const rates = tuples.map(rateRow);
      const facts = statements.facts.all({ shopId, untilMs }) as FactRow[];
      const accountOf = (row: { stream_id: number }) => streamOf(row.stream_id).account;
      const accounts = [...new Set([...rates, ...facts].map(accountOf))]
        .filter((name) => account === null || name === account)
        .sort();
      return accounts.map((name): ShopLedger => {
        const own = <R extends { stream_id: number }>(rows: readonly R[]) =>
          rows.filter((row) => accountOf(row) === name);
        const ratesByPlan = groupBy(own(rates), (row) => row.plan_id);
        const factsByPlan = groupBy(own(facts), (row) => row.plan_id);
        const plans = planNos.flatMap(({ id, plan_no }): PlanLedger[] => {
          const planRates = ratesByPlan.get(id) ?? [];
          const planFacts = factsByPlan.get(id) ?? [];
          if (planRates.length === 0 && planFacts.length === 0) return [];
          const series = [
            ...groupBy(planRates, (row) => row.item_id * MEASURES.length + MEASURES.indexOf(row.measure)).values(),
          ]
            .map(
              (rows): RateSeries => ({
                measure: rows[0]?.measure ?? 'commission',
                item: itemOf(rows[0]),
                runs: toRuns(rows, RATE_RUNS, lookUp),
              }),
            )
            .sort((a, b) => ((a.item?.id ?? '') < (b.item?.id ?? '') ? -1 : 1));
          const exitedMs = departures.get(departureKey(id, name));
          const exit = exitedMs === undefined ? {} : { exitedMs };
          return [{ planId: plan_no, facts: toRuns(planFacts, FACT_RUNS, lookUp), rates: series, ...exit }];
        });
        return { account: name, shop, plans, joinedListTimes: joinedTimesOf(name) };
      });
    },
    shopIds(joinedOnly) {
      const sql = joinedOnly
        ? "SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.status = 'approved' ORDER BY p.shop_id"
        : 'SELECT id FROM shop ORDER BY id';
      return db.prepare(sql).pluck().all() as number[];
    },
    newestCapturedMs() {
      return db
        .prepare(`SELECT max(captured_at) FROM snapshot WHERE captured_at <= ? AND stream_id NOT IN (${HELD})`)
        .pluck()
        .get(untilMs) as number | null;
    },
  };
}

function itemOf(row: RateRow | undefined): RateSeries['item'] {
  return row && row.item_id !== SHOP_ITEM && row.item_no !== null ? { id: row.item_no, title: row.title } : null;
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

const RATE_RUNS: RunKind<RateRow, RateValue> = {
  valueFrom: (row) => ({ bp: row.rate_bp, sales: row.sales }),
  isSame: (a, b) => a.bp === b.bp && a.sales === b.sales,
  rawFrom: (row) => row.raw,
};

const FACT_RUNS: RunKind<FactRow, PlanFacts> = {
  valueFrom: factsOf,
  isSame: (a, b) => (Object.keys(a) as (keyof PlanFacts)[]).every((key) => a[key] === b[key]),
  rawFrom: (row) => row.status,
};

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
