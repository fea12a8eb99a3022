/** Writes one snapshot into the ledger. */
import type { Hold } from '../domain/hold.ts';
import type { OrderRow, RefundRow } from '../domain/order-line.ts';
import { type Coverage, isOpaqueId, NO_SHOP, type Reading, type ShopIds } from '../domain/reading.ts';
import type { CapturedFrom, OrderSpan } from '../domain/snapshot.ts';
import { bpOf, isSilentValue, plainCell, RateColumns } from './columns.ts';
import type { DeltaCounts } from './delta.ts';
import { addNumber, type Disagreement, FactColumns, type FactEntry, mergeFacts, openFacts } from './facts.ts';
import { ADD_SNAPSHOT, openFeeds, type RateKey } from './feeds.ts';
import { openHoldCheck } from './hold-check.ts';
import type { Identities } from './identities.ts';
import type { Db } from './open.ts';
import { openOrders } from './orders.ts';
import { openRates } from './rates.ts';
import { openSales, SalesColumns } from './sales.ts';
import { unlistedShops } from './untold.ts';

export interface SnapshotHead {
  readonly account: string;
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
  readonly format: string;
  readonly coverage: Coverage;
  readonly subject: string;
  /** Kept apart, where nothing is judged by it. */
  readonly held?: boolean;
}

export interface Finished {
  /** Rows that say something new, and rows that are gone. */
  readonly changed: number;
  readonly counts: DeltaCounts;
  /** Every reason why the snapshot should be held back rather than believed. */
  readonly holds: readonly Hold[];
  /** Rates that two rows give otherwise; nothing of the file may be kept then. */
  readonly disagreements: readonly Disagreement[];
}

/** What a snapshot says, or a part of it. */
export interface Said {
  readonly readings: readonly Reading[];
  readonly orders?: readonly OrderRow[];
  readonly refunds?: readonly RefundRow[];
}

export interface SnapshotWriter {
  /** Adds what is said; gives what it says of plans that disagrees with what was added before. */
  add(said: Said): readonly Disagreement[];
  /** Writes all that was added, what is listed no longer, and the snapshot itself. */
  finish(): Finished;
  rows(): number;
  /** Of a report of orders. */
  orders(): OrderSpan | null;
  /** Shops of which the snapshot may change what is known. */
  readonly shopIds: ReadonlySet<number>;
}

export interface SnapshotStore {
  /** To call when a transaction is rolled back. */
  forget(): void;
  /** `sample`: readings of the snapshot, by which its feed is found. */
  open(head: SnapshotHead, sample: Said, fileId: number): SnapshotWriter;
}

/** Prepares the statements once for all snapshots of a transaction. */
export function openSnapshotStore(db: Db, identities: Identities): SnapshotStore {
  const rates = openRates(db);
  const sales = openSales(db);
  const facts = openFacts(db);
  const feeds = openFeeds(db);
  const holdsOf = openHoldCheck(db);
  const shopOfPlan = db.prepare('SELECT shop_id FROM plan WHERE id = ?').pluck();
  const markRated = db.prepare('UPDATE feed SET rated = 1 WHERE id = ? AND rated = 0');
  const addSnapshot = db.prepare(ADD_SNAPSHOT);
  const countRows = db.prepare('UPDATE snapshot SET rows = ? WHERE id = ?');
  const orders = openOrders(db);
  const hasOtherRates = db
    .prepare('SELECT 1 FROM feed WHERE account_id = ? AND id <> ? AND rated = 1 AND held = 0 LIMIT 1')
    .pluck();

  // Snapshots of one file that are written at the same time must not stand in one feed: neither knows of the other yet.
  const taken = new Set<number>();

  /** Orders are written as they come: their snapshot has its rows counted in the end. */
  function openOrderWriter(head: SnapshotHead, fileId: number): SnapshotWriter {
    const accountId = identities.account(head.account);
    const key = { ...head, accountId, held: false };
    const { feedId } = feeds.place(key, head.capturedMs, [], () => ({ planId: 0, itemId: 0 }), taken);
    const { lastInsertRowid } = addSnapshot.run(feedId, head.capturedMs, head.capturedFrom, fileId, 0);
    const { counts, add, span } = orders(accountId, Number(lastInsertRowid));
    return {
      rows: () => counts.rows,
      orders: span,
      shopIds: new Set(),
      add(said) {
        add(said);
        return [];
      },
      finish() {
        countRows.run(counts.rows, lastInsertRowid);
        const { changed, added } = counts;
        return { changed: changed + added, counts: { added, changed, gone: 0 }, holds: [], disagreements: [] };
      },
    };
  }

  function openWriter(head: SnapshotHead, sample: readonly Reading[], fileId: number): SnapshotWriter {
    const at = head.capturedMs;
    const accountId = identities.account(head.account);
    const keyOf = ({ shop, planId, item }: Reading): RateKey => {
      const shopId = identities.shop(shop, at);
      return { planId: identities.plan(shopId, planId), itemId: identities.item(shopId, item, at) };
    };
    const place = feeds.place({ ...head, accountId, held: head.held === true }, at, sample, keyOf, taken);
    taken.add(place.feedId);
    const columns = new RateColumns();
    const planFacts = new FactColumns();
    const entries = new Map<number, Map<string, PlanEntry>>();
    const itemSales = new SalesColumns();
    const shopIds = new Set<number>();
    let rows = 0;

    /** Plans of a shop that were met, by their ids. */
    function entriesOf(shopId: number): Map<string, PlanEntry> {
      const known = entries.get(shopId) ?? new Map<string, PlanEntry>();
      entries.set(shopId, known);
      return known;
    }

    function meetPlan(shopId: number, { planId, facts: added, locator }: Reading): PlanEntry {
      const entry = {
        planRow: identities.plan(shopId, planId),
        facts: added,
        keeperId: null,
        otherIds: null,
        pictureIds: null,
        last: added,
        line: locator,
      };
      entriesOf(shopId).set(planId, entry);
      planFacts.add(entry.planRow, entry);
      return entry;
    }

    function noteLost(lost: Iterable<number>): void {
      for (const planId of lost) shopIds.add(shopOfPlan.get(planId) as number);
      for (const id of unlistedShops(db, accountId, head.coverage)) shopIds.add(id);
    }

    return {
      rows: () => rows,
      orders: () => null,
      shopIds,
      add({ readings }) {
        const disagreements: Disagreement[] = [];
        // Rows of a shop and of an item mostly stand together, and share what they say of it.
        let [shop, shopId, isOpaque]: [ShopIds, number, boolean] = [NO_SHOP, 0, false];
        let [item, itemId, sold]: [Reading['item'], number, number] = [null, 0, -1];
        let plans = NO_PLANS;
        for (const reading of readings) {
          const { rate, sales, locator, facts: added } = reading;
          if (reading.shop !== shop) {
            shop = reading.shop;
            shopId = identities.shop(shop, at);
            shopIds.add(shopId);
            isOpaque = isOpaqueId(shop.sellerId);
            plans = entriesOf(shopId);
            item = null;
          }
          if (reading.item === null || reading.item !== item) {
            item = reading.item;
            itemId = identities.item(shopId, item, at);
            sold = -1;
          }
          const entry = plans.get(reading.planId) ?? meetPlan(shopId, reading);
          rows += 1;
          if (shop.sellerId !== null) entry.keeperId ??= shop.keeperId;
          if (shop.otherId !== null) entry.otherIds = addNumber(entry.otherIds, shop.otherId);
          if (isOpaque) entry.pictureIds = addNumber(entry.pictureIds, shop.pictureId);
          if (entry.last !== added) mergeFacts(entry, added, locator, disagreements);
          if (rate !== null) columns.add(entry.planRow, itemId, rate, locator);
          if (sales === null || item === null || sales <= sold) continue;
          sold = sales;
          itemSales.put(shopId, itemId, sold);
        }
        return disagreements;
      },
      finish() {
        identities.flush();
        const { distinct, disagreements } = withoutTwins(columns);
        const factDelta = facts.write(planFacts, planFacts.order(), place, at);
        const rateDelta = rates.write(columns, distinct, place, at);
        sales.write(itemSales, itemSales.distinct(), place, at);
        if (distinct.some((row) => !isSilentValue(columns.values.at(row)))) markRated.run(place.feedId);
        noteLost(new Set([...factDelta.lost, ...rateDelta.lost]));
        taken.delete(place.feedId);
        addSnapshot.run(place.feedId, at, head.capturedFrom, fileId, rows);
        const { account, capturedMs } = head;
        const harmless = planFacts.harmless();
        const news = new Set([...factDelta.upset].filter((plan) => !harmless.has(plan)));
        // The first rates of all that an account has change none.
        const isFirst = place.previousAt === null && hasOtherRates.get(accountId, place.feedId) === undefined;
        if (!isFirst) for (const plan of rateDelta.upset) news.add(plan);
        return {
          changed: Math.max(sumOf(rateDelta.counts), sumOf(factDelta.counts)),
          counts: greatestOf(rateDelta.counts, factDelta.counts),
          holds: head.held ? [] : holdsOf({ account, capturedMs, shopIds, news }),
          disagreements,
        };
      },
    };
  }

  return {
    forget() {
      taken.clear();
      rates.tables.forget();
      sales.tables.forget();
      facts.tables.forget();
    },
    open: (head, sample, fileId) =>
      head.coverage === 'orders' ? openOrderWriter(head, fileId) : openWriter(head, sample.readings, fileId),
  };
}

/** A plan that the snapshot speaks of. */
interface PlanEntry extends FactEntry {
  /** Row of `plan`. */
  readonly planRow: number;
}

const NO_PLANS: ReadonlyMap<string, PlanEntry> = new Map();

/** The rows ordered by key, each key once. Two rows of one key must say the same; one that says nothing gives way. */
function withoutTwins(columns: RateColumns): { distinct: Int32Array; disagreements: Disagreement[] } {
  const rows = columns.order();
  const disagreements: Disagreement[] = [];
  let count = 0;
  let last = -1;
  for (const row of rows) {
    const isTwin = last >= 0 && columns.isSameKey(last, row);
    if (isTwin && isSilentValue(columns.values.at(row))) continue;
    if (!isTwin || isSilentValue(columns.values.at(last))) {
      if (isTwin) count -= 1;
      rows[count++] = row;
      last = row;
    } else if (columns.values.at(row) !== columns.values.at(last)) {
      const cell = (index: number) => columns.rawAt(index) ?? plainCell(bpOf(columns.values.at(index)) ?? 0);
      disagreements.push({ locator: columns.lines.at(row), field: 'rate', found: cell(row), earlier: cell(last) });
    }
  }
  disagreements.sort((a, b) => a.locator - b.locator);
  return { distinct: rows.subarray(0, count), disagreements };
}

function sumOf({ added, changed, gone }: DeltaCounts): number {
  return added + changed + gone;
}

/** A row may have a rate, facts of its plan, or both. */
function greatestOf(a: DeltaCounts, b: DeltaCounts): DeltaCounts {
  return {
    added: Math.max(a.added, b.added),
    changed: Math.max(a.changed, b.changed),
    gone: Math.max(a.gone, b.gone),
  };
}
