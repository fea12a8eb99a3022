/**
 * Shorter ways to read a shop that one account alone knows and whose rates one stream of exports tells.
 *
 * Most rates of a large ledger are of such shops. Reading all their history into objects, run by run, took 10 s a million
 * rates; as columns, or without what did not change, it is a tenth of that. Where a shop is not simple the answer is null,
 * and the ledger is read as it is. test/store/read-ledger.test.ts holds both ways to the same answers.
 */
import type { PlanLedger, ShopLedger, ShopRef } from '../domain/ledger.ts';
import { coversKind, GENERAL_PLAN_ID } from '../domain/reading.ts';
import type { RateColumns } from '../domain/tally.ts';
import type { ShopColumns } from '../domain/verdict.ts';
import type { Items } from './items.ts';
import { lazy } from './lazy.ts';
import type { Db } from './open.ts';
import { openRateColumns } from './rate-columns.ts';
import type { StoredStream } from './read-ledger.ts';
import type { FactRow, RateRow, ShopRows } from './shop-rows.ts';

/** `joinedOnly`: plans that the account never joined are left out, but for the general one. */
export interface SimpleOptions {
  readonly account?: string | null;
  readonly joinedOnly?: boolean;
}

export interface SimpleShops {
  /** As of the moment; null also where columns do not say all. */
  readColumns(shopId: number, options: SimpleOptions): ShopColumns | null;
  /**
   * What changed since a moment: only scopes with a row since then are in it, with all their history. Null also where
   * anything but rates may have changed. Plans that are left out have rates, which tell what the exports list, but no facts.
   */
  readChanged(shopId: number, sinceMs: number, options: SimpleOptions): ShopLedger | null;
}

/** What the reader of ledgers has at hand. */
interface Parts {
  readonly untilMs: number;
  readonly rows: ShopRows;
  readonly items: Items;
  streamOf(id: number): StoredStream;
  joinedTimesOf(account: string): readonly number[];
  shopOf(shopId: number): ShopRef | undefined;
  planOf(id: number, planId: string, account: string, rates: readonly RateRow[], facts: readonly FactRow[]): PlanLedger;
}

interface SimplePlan {
  readonly id: number;
  readonly planId: string;
  /** Not left out. */
  readonly isTold: boolean;
}

interface SimpleShop {
  readonly shop: ShopRef;
  /** Where all rates of the plans that are told stand, unless their rows show otherwise. */
  readonly stream: StoredStream;
  readonly generalId: number;
  readonly plans: readonly SimplePlan[];
}

type PlanStream = [id: number, planId: string, streamId: number, isEvent: number, isJoined: number];

export function openSimpleShops(db: Db, parts: Parts): SimpleShops {
  const { untilMs, rows, items, streamOf } = parts;
  const columnsOf = openRateColumns(db, untilMs);
  const planStreams = lazy(() =>
    db
      .prepare(
        `SELECT p.id, p.plan_no, f.stream_id, coalesce(max(f.kind IN ('event', 'marketing')), 0), coalesce(max(f.status = 'approved'), 0)
       FROM plan p CROSS JOIN fact f ON f.plan_id = p.id
       WHERE p.shop_id = ? AND f.at <= ? GROUP BY p.plan_no, f.stream_id`,
      )
      .raw(),
  );

  /** Events and marketing plans are context of a verdict, which the short ways do not have. */
  function findSimple(shopId: number, { account = null, joinedOnly = false }: SimpleOptions): SimpleShop | null {
    const shop = parts.shopOf(shopId);
    const found = (planStreams().all(shopId, untilMs) as PlanStream[]).filter(([, , id]) => !rows.isHeld(id));
    const general = found.filter(([, planId]) => planId === GENERAL_PLAN_ID);
    const [first] = general;
    if (!shop || !first || general.length > 1) return null;
    const [generalId, , streamId] = first;
    const stream = streamOf(streamId);
    const listsAll = coversKind(stream.coverage, 'general') && coversKind(stream.coverage, 'special');
    if (!listsAll || (account !== null && account !== stream.account)) return null;
    const joined = new Set(found.flatMap(([id, , , , isJoined]) => (isJoined === 1 ? [id] : [])));
    const isTold = (id: number) => !joinedOnly || id === generalId || joined.has(id);
    for (const [id, , otherId, isEvent] of found) {
      const other = streamOf(otherId);
      if (isEvent === 1 || other.account !== stream.account) return null;
      // A stream has rates only of plans that it has facts of: those of told plans are seen when they are read.
      if (other !== stream && other.coverage !== 'joined-plans' && !isTold(id)) return null;
    }
    const plans = new Map(found.map(([id, planId]) => [id, { id, planId, isTold: isTold(id) }]));
    return { shop, stream, generalId, plans: [...plans.values()] };
  }

  return {
    readColumns(shopId, options) {
      const simple = findSimple(shopId, options);
      const general = simple && columnsOf(simple.generalId, simple.stream);
      if (!simple || !general) return null;
      const { shop, stream, generalId } = simple;
      const { account } = stream;
      const plans: PlanLedger[] = [];
      const specials = new Map<string, RateColumns>();
      for (const { id, planId, isTold } of simple.plans) {
        if (!isTold || id === generalId) continue;
        const special = columnsOf(id, stream);
        if (!special) return null;
        specials.set(planId, special);
        plans.push(parts.planOf(id, planId, account, [], rows.readFacts(id)));
      }
      const ledger = { account, shop, plans, joinedListTimes: parts.joinedTimesOf(account) };
      return { ledger, specials, general, seenMs: stream.times.at(-1) ?? 0 };
    },

    readChanged(shopId, sinceMs, options) {
      const simple = findSimple(shopId, options);
      if (!simple) return null;
      const { shop, stream } = simple;
      const { account } = stream;
      // A joined list that does not have a plan says something of it, and writes no row.
      if (parts.joinedTimesOf(account).length > 0) return null;
      const facts = new Map<number, FactRow[]>();
      const changed = new Set<number>();
      for (const { id, planId, isTold } of simple.plans) {
        if (!isTold) continue;
        const own = rows.readFacts(id);
        const itemIds = rows.readChangedItems(id, sinceMs, stream.id);
        const { exitedMs } = parts.planOf(id, planId, account, [], []);
        if (!itemIds || exitedMs !== undefined || !isSteady(own, stream.id, sinceMs)) return null;
        facts.set(id, own);
        for (const itemId of itemIds) changed.add(itemId);
      }
      const plans = changed.size === 0 ? [] : simple.plans;
      const rates = plans.map(({ id }) => rows.readRates(id, [...changed]));
      for (const own of rates) items.read(own);
      return {
        account,
        shop,
        plans: plans.map(({ id, planId }, index) =>
          parts.planOf(id, planId, account, rates[index] ?? [], facts.get(id) ?? []),
        ),
        joinedListTimes: [],
      };
    },
  };
}

/**
 * Whether nothing was newly said of a plan since a moment, its stream listed it from before then on, and it never had
 * another name, state, status or lock: then it did not open, close or go missing, and its rates crossed at rows of theirs.
 */
function isSteady(facts: readonly FactRow[], streamId: number, sinceMs: number): boolean {
  const last = facts.findLast((row) => row.stream_id === streamId);
  const isOne = (key: 'name' | 'state' | 'status' | 'locked') =>
    new Set(facts.flatMap((row) => (row[key] === null ? [] : [row[key]]))).size <= 1;
  return (
    last?.listed === 1 &&
    facts.every((row) => row.at < sinceMs) &&
    isOne('name') &&
    isOne('state') &&
    isOne('status') &&
    isOne('locked')
  );
}
