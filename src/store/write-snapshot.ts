/** Writes snapshots into the ledger, those of one transaction. */
import { lazyByKey } from '../domain/lazy.ts';
import type { OrderRow, RefundRow } from '../domain/order-line.ts';
import { type Coverage, isOpaqueId, NO_SHOP, type Reading, type ShopIds } from '../domain/reading.ts';
import type { CapturedFrom, Hold, NewSnapshot } from '../domain/snapshot.ts';
import type { Disagreement } from './columns.ts';
import type { DeltaCounts } from './delta.ts';
import { addNumber, FactColumns, type FactEntry, mergeFacts, openFacts } from './facts.ts';
import { ADD_SNAPSHOT, type FeedPlace, openPlaces, type RateKey } from './feeds.ts';
import { openHoldCheck } from './hold-check.ts';
import type { Identities } from './identities.ts';
import type { Db } from './open.ts';
import { openOrders } from './orders.ts';
import { openRates, RateColumns } from './rates.ts';
import { openSales, SalesColumns } from './sales.ts';
import { unlistedShops } from './told.ts';

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

export interface Finished extends Pick<NewSnapshot, 'rows' | 'orders'> {
  /** Rows that say something new, and rows that are gone. */
  readonly changed: number;
  readonly counts: DeltaCounts;
  /** Every reason why the snapshot should be held back rather than believed. */
  readonly holds: readonly Hold[];
  /** Rates that two rows give otherwise; nothing of the file may be kept then. */
  readonly disagreements: readonly Disagreement[];
  /** Shops of which the snapshot may change what is known. */
  readonly shopIds: ReadonlySet<number>;
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
}

/** What all snapshots of a transaction are written with. */
function openTools(db: Db, identities: Identities) {
  return {
    db,
    identities,
    rates: openRates(db),
    sales: openSales(db),
    facts: openFacts(db),
    placeOf: openPlaces(db),
    orders: openOrders(db),
    holdsOf: openHoldCheck(db),
    shopOfPlan: db.prepare('SELECT shop_id FROM plan WHERE id = ?').pluck(),
    markRated: db.prepare('UPDATE feed SET rated = 1 WHERE id = ? AND rated = 0'),
    addSnapshot: db.prepare(ADD_SNAPSHOT),
    countRows: db.prepare('UPDATE snapshot SET rows = ? WHERE id = ?'),
    hasOtherRates: db
      .prepare('SELECT 1 FROM feed WHERE account_id = ? AND id <> ? AND rated = 1 AND held = 0 LIMIT 1')
      .pluck(),
    /** Feeds that snapshots of one file are being written to: two must not stand in one, neither knows of the other yet. */
    taken: new Set<number>(),
  };
}
type Tools = ReturnType<typeof openTools>;

/** A snapshot that is being written. */
interface OpenSnapshot {
  readonly head: SnapshotHead;
  readonly fileId: number;
  readonly accountId: number;
  readonly place: FeedPlace;
}

/** Opens snapshots to be written, those of one file together. */
export class SnapshotStore {
  readonly #tools: Tools;

  constructor(db: Db, identities: Identities) {
    this.#tools = openTools(db, identities);
  }

  /** `sample`: readings of the snapshot, by which its feed is found. */
  open(head: SnapshotHead, { readings: sample }: Said, fileId: number): SnapshotWriter {
    const { identities, placeOf, taken } = this.#tools;
    const isOfOrders = head.coverage === 'orders';
    const accountId = identities.account(head.account);
    const key = { ...head, accountId, held: head.held === true && !isOfOrders };
    const place = placeOf(key, head.capturedMs, taken, () => sampleKeys(sample, identities, head.capturedMs));
    const open = { head, fileId, accountId, place };
    return isOfOrders ? new OrderSnapshot(this.#tools, open) : new PlanSnapshot(this.#tools, open);
  }

  /** To call when a transaction is rolled back. */
  forget(): void {
    const { taken, rates, sales, facts } = this.#tools;
    taken.clear();
    for (const { tables } of [rates, sales, facts]) tables.forget();
  }
}

const SAMPLE = 50;

/** What some of the rates are of. */
function sampleKeys(readings: readonly Reading[], identities: Identities, at: number): RateKey[] {
  const step = Math.max(1, Math.floor(readings.length / SAMPLE));
  const some = readings.filter((reading, i) => i % step === 0 && reading.rate !== null);
  return some.map(({ shop, planId, item }) => {
    const shopId = identities.shop(shop, at);
    return { planId: identities.plan(shopId, planId), itemId: identities.item(shopId, item, at) };
  });
}

/** Orders are written as they come: their snapshot has its rows counted in the end. */
class OrderSnapshot implements SnapshotWriter {
  readonly #tools: Tools;
  readonly #id: number;
  readonly #orders: ReturnType<Tools['orders']>;

  constructor(tools: Tools, { head, fileId, accountId, place }: OpenSnapshot) {
    this.#tools = tools;
    const { capturedMs, capturedFrom } = head;
    this.#id = Number(tools.addSnapshot.run(place.feedId, capturedMs, capturedFrom, fileId, 0).lastInsertRowid);
    this.#orders = tools.orders(accountId, this.#id);
  }

  add(said: Said): readonly Disagreement[] {
    this.#orders.add(said);
    return [];
  }

  finish(): Finished {
    const { counts, span } = this.#orders;
    const { rows, changed, added } = counts;
    this.#tools.countRows.run(rows, this.#id);
    return {
      rows,
      orders: span(),
      changed: changed + added,
      counts: { added, changed, gone: 0 },
      holds: [],
      disagreements: [],
      shopIds: new Set(),
    };
  }
}

/** A plan that the snapshot speaks of. */
interface PlanEntry extends FactEntry {
  /** Row of `plan`. */
  readonly planRow: number;
}

const NO_PLANS: ReadonlyMap<string, PlanEntry> = new Map();

class PlanSnapshot implements SnapshotWriter {
  readonly #tools: Tools;
  readonly #open: OpenSnapshot;
  readonly #facts = new FactColumns();
  readonly #rates = new RateColumns();
  readonly #sales = new SalesColumns();
  /** Plans that were met, by the row of their shop and their ids. */
  readonly #plansOf = lazyByKey((_shopId: number) => new Map<string, PlanEntry>());
  readonly #shopIds = new Set<number>();
  #rows = 0;

  constructor(tools: Tools, open: OpenSnapshot) {
    this.#tools = tools;
    this.#open = open;
    tools.taken.add(open.place.feedId);
  }

  add({ readings }: Said): readonly Disagreement[] {
    const { identities } = this.#tools;
    const at = this.#open.head.capturedMs;
    const disagreements: Disagreement[] = [];
    // Rows of a shop and of an item mostly stand together, and share what they say of it.
    let [shop, shopId, isOpaque]: [ShopIds, number, boolean] = [NO_SHOP, 0, false];
    let [item, itemId, sold]: [Reading['item'], number, number] = [null, 0, -1];
    let plans = NO_PLANS;
    for (const reading of readings) {
      const { rate, sales, locator, facts } = reading;
      if (reading.shop !== shop) {
        shop = reading.shop;
        shopId = identities.shop(shop, at);
        this.#shopIds.add(shopId);
        isOpaque = isOpaqueId(shop.sellerId);
        plans = this.#plansOf(shopId);
        item = null;
      }
      if (reading.item === null || reading.item !== item) {
        item = reading.item;
        itemId = identities.item(shopId, item, at);
        sold = -1;
      }
      const entry = plans.get(reading.planId) ?? this.#meetPlan(shopId, reading);
      this.#rows += 1;
      if (shop.sellerId !== null) entry.keeperId ??= shop.keeperId;
      if (shop.otherId !== null) entry.otherIds = addNumber(entry.otherIds, shop.otherId);
      if (isOpaque) entry.pictureIds = addNumber(entry.pictureIds, shop.pictureId);
      if (entry.last !== facts) mergeFacts(entry, facts, locator, disagreements);
      if (rate !== null) this.#rates.add(entry.planRow, itemId, rate, locator);
      if (sales === null || item === null || sales <= sold) continue;
      sold = sales;
      this.#sales.put(shopId, itemId, sold);
    }
    return disagreements;
  }

  finish(): Finished {
    const { identities, facts, rates, sales, markRated, taken, addSnapshot } = this.#tools;
    const { head, place, fileId } = this.#open;
    const { capturedMs: at, capturedFrom } = head;
    identities.flush();
    const { rows: rateRows, disagreements } = this.#rates.distinct();
    const factDelta = facts.write(this.#facts, this.#facts.order(), place, at);
    const rateDelta = rates.write(this.#rates, rateRows, place, at);
    sales.write(this.#sales, this.#sales.distinct(), place, at);
    if (rateRows.some((row) => !this.#rates.isSilentAt(row))) markRated.run(place.feedId);
    taken.delete(place.feedId);
    addSnapshot.run(place.feedId, at, capturedFrom, fileId, this.#rows);
    this.#noteLost(new Set([...factDelta.lost, ...rateDelta.lost]));
    return {
      rows: this.#rows,
      orders: null,
      changed: Math.max(sumOf(rateDelta.counts), sumOf(factDelta.counts)),
      counts: greatestOf(rateDelta.counts, factDelta.counts),
      holds: head.held ? [] : this.#holds(factDelta.upset, rateDelta.upset),
      disagreements,
      shopIds: this.#shopIds,
    };
  }

  #meetPlan(shopId: number, { planId, facts, locator: line }: Reading): PlanEntry {
    const planRow = this.#tools.identities.plan(shopId, planId);
    const entry = { planRow, facts, keeperId: null, otherIds: null, pictureIds: null, last: facts, line };
    this.#plansOf(shopId).set(planId, entry);
    this.#facts.add(planRow, entry);
    return entry;
  }

  /** The snapshot speaks also of shops by what it no longer lists. */
  #noteLost(plans: Iterable<number>): void {
    const { db, shopOfPlan } = this.#tools;
    const { head, accountId } = this.#open;
    for (const planId of plans) this.#shopIds.add(shopOfPlan.get(planId) as number);
    for (const id of unlistedShops(db, accountId, head.coverage)) this.#shopIds.add(id);
  }

  /** By plans of which it says otherwise. */
  #holds(ofFacts: ReadonlySet<number>, ofRates: ReadonlySet<number>): readonly Hold[] {
    const { hasOtherRates, holdsOf } = this.#tools;
    const { head, place, accountId } = this.#open;
    const harmless = this.#facts.harmless();
    const news = new Set([...ofFacts].filter((plan) => !harmless.has(plan)));
    // The first rates of all that an account has change none.
    const isFirst = place.previousAt === null && hasOtherRates.get(accountId, place.feedId) === undefined;
    if (!isFirst) for (const plan of ofRates) news.add(plan);
    return holdsOf({ account: head.account, capturedMs: head.capturedMs, shopIds: this.#shopIds, news });
  }
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
