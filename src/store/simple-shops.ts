/**
 * Shorter ways to read a shop that one account alone knows and whose rates one stream of exports tells.
 *
 * Most rates of a large ledger are of such shops. Reading all their history into objects, run by run, took 10 s a million
 * rates; as columns, or without what did not change, it is a tenth of that. Where a shop is not simple the answer is null,
 * and the ledger is read as it is. test/store/read-ledger.test.ts holds both ways to the same answers.
 */
import type { PlanLedger, ShopLedger, ShopRef } from '../domain/ledger.ts';
import { indexOfTime } from '../domain/ledger.ts';
import { coversKind, GENERAL_PLAN_ID } from '../domain/reading.ts';
import type { ShopColumns } from '../domain/shop-columns.ts';
import type { RateColumns } from '../domain/tally-columns.ts';
import type { Items } from './items.ts';
import { goneTogether, readColumns, readLastListed } from './rate-columns.ts';
import type { StoredStream } from './read-ledger.ts';
import type { FactRow, PlanFactRows, ShopFactsReader } from './shop-facts.ts';
import type { RateRow, ShopRows } from './shop-rows.ts';

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
   * anything but rates may have changed (`rateChangesOf` tells these: what is left out can change nothing of them, for
   * whatever lists one of the two rates of a scope would list the other).
   */
  readChanged(shopId: number, sinceMs: number, options: SimpleOptions): ShopLedger | null;
}

/** What the reader of ledgers has at hand. */
interface Parts {
  readonly rows: ShopRows;
  readonly items: Items;
  readonly facts: ShopFactsReader;
  streamOf(id: number): StoredStream;
  joinedTimesOf(account: string): readonly number[];
  planOf(id: number, planId: string, account: string, rates: readonly RateRow[], facts: readonly FactRow[]): PlanLedger;
}

interface SimpleShop {
  readonly shop: ShopRef;
  /** Where all rates of the plans that are told stand, unless their rows show otherwise. */
  readonly stream: StoredStream;
  readonly general: PlanFactRows;
  readonly all: readonly PlanFactRows[];
  /** Those that are not left out, the general one among them. */
  readonly told: readonly PlanFactRows[];
}

export function openSimpleShops({ rows, items, facts, streamOf, ...parts }: Parts): SimpleShops {
  /** Events and marketing plans are context of a verdict, which the short ways do not have. */
  function findSimple(shopId: number, { account = null, joinedOnly = false }: SimpleOptions): SimpleShop | null {
    const found = facts.shopAt(shopId);
    const general = found?.plans.find(({ planId }) => planId === GENERAL_PLAN_ID);
    const [first] = general?.facts ?? [];
    if (!found || !general || !first) return null;
    const stream = streamOf(first.stream_id);
    const listsAll = coversKind(stream.coverage, 'general') && coversKind(stream.coverage, 'special');
    if (!listsAll || (account !== null && account !== stream.account)) return null;
    if (general.facts.some((row) => row.stream_id !== stream.id)) return null;
    const told: PlanFactRows[] = [];
    for (const plan of found.plans) {
      if (plan.facts.length === 0) continue;
      const isTold = !joinedOnly || plan === general || plan.facts.some((row) => row.status === 'approved');
      for (const { stream_id, kind } of plan.facts) {
        if (kind === 'event' || kind === 'marketing') return null;
        if (stream_id === stream.id) continue;
        const other = streamOf(stream_id);
        if (other.account !== stream.account) return null;
        // A stream has rates only of plans that it has facts of: those of told plans are seen when they are read.
        if (other.coverage !== 'joined-plans' && !isTold) return null;
      }
      if (isTold) told.push(plan);
    }
    return { shop: found.shop, stream, general, all: found.plans, told };
  }

  /** Whether nothing is said of a membership, or it is in each of these joined lists from one on that had it. */
  function standsInEach(facts: readonly FactRow[], joinedTimes: readonly number[]): boolean {
    if (joinedTimes.length === 0 || facts.every(({ status }) => status === null)) return true;
    return facts.some((row, index) => {
      const { coverage, times } = streamOf(row.stream_id);
      if (coverage !== 'joined-plans' || row.listed === 0 || row.status === null) return false;
      const isLast = facts[index + 1]?.stream_id !== row.stream_id;
      const since = (all: readonly number[]) => all.length - indexOfTime(all, row.at);
      // Its own times are among them.
      return isLast && since(times) === since(joinedTimes);
    });
  }

  return {
    readColumns(shopId, options) {
      const simple = findSimple(shopId, options);
      const general = simple && readColumns(facts.pagesOf(simple.general), simple.stream);
      if (!simple || !general) return null;
      const { shop, stream } = simple;
      const { account } = stream;
      const plans: PlanLedger[] = [];
      const specials = new Map<string, RateColumns>();
      const gone = new Set<number>();
      for (const plan of simple.told) {
        if (plan === simple.general) continue;
        const special = readColumns(facts.pagesOf(plan), stream);
        if (!special) return null;
        specials.set(plan.planId, special);
        for (const item of goneTogether(special, general)) gone.add(item);
        plans.push(parts.planOf(plan.id, plan.planId, account, [], plan.facts));
      }
      const lastListed = gone.size === 0 ? NO_ITEMS : readLastListed(simple.all.map(facts.pagesOf), gone, stream);
      const ledger = { account, shop, plans, joinedListTimes: parts.joinedTimesOf(account) };
      return lastListed && { ledger, specials, general, seenMs: stream.times.at(-1) ?? 0, lastListed };
    },

    readChanged(shopId, sinceMs, options) {
      const simple = findSimple(shopId, options);
      if (!simple) return null;
      const { shop, stream, told } = simple;
      const { account } = stream;
      const changed = new Set<number>();
      for (const plan of told) {
        const itemIds = rows.readChangedItems(plan, sinceMs, stream.id);
        const { exitedMs } = parts.planOf(plan.id, plan.planId, account, [], []);
        if (!itemIds || exitedMs !== undefined || !isSteady(plan.facts, stream.id, sinceMs)) return null;
        // A joined list that does not have a plan says something of it, and writes no row.
        if (!standsInEach(plan.facts, parts.joinedTimesOf(account))) return null;
        for (const itemId of itemIds) changed.add(itemId);
      }
      const plans = changed.size === 0 ? [] : told;
      const choice = [...changed];
      const rates = plans.map((plan) => rows.readRates(plan, choice));
      for (const own of rates) items.read(own);
      return {
        account,
        shop,
        plans: plans.map((plan, index) => parts.planOf(plan.id, plan.planId, account, rates[index] ?? [], plan.facts)),
        joinedListTimes: [],
      };
    },
  };
}

const NO_ITEMS: ReadonlyMap<number, number> = new Map();

/**
 * Whether nothing was newly said of a plan since a moment, its stream listed it from before then on, and it never had
 * another name, state, status or lock: then it did not open, close or go missing, and its rates crossed at rows of theirs.
 */
function isSteady(facts: readonly FactRow[], streamId: number, sinceMs: number): boolean {
  let isListed = false;
  for (const row of facts) {
    if (row.at >= sinceMs) return false;
    if (row.stream_id === streamId) isListed = row.listed === 1;
  }
  return isListed && (['name', 'state', 'status', 'locked'] as const).every((key) => isOne(facts, key));
}

/** Whether a fact never had two values. */
function isOne(facts: readonly FactRow[], key: 'name' | 'state' | 'status' | 'locked'): boolean {
  let known: string | number | null = null;
  for (const row of facts) {
    if (row[key] === null) continue;
    if (known !== null && known !== row[key]) return false;
    known = row[key];
  }
  return true;
}
