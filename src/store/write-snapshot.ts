/** Writes one snapshot into the ledger. */

import type { Coverage, PlanFacts, Reading } from '../domain/reading.ts';
import { MEASURES } from '../domain/reading.ts';
import type { RowMarks } from '../domain/row-marks.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
import type { Alarm } from './alarm.ts';
import { makeDriftCount, openMissedCount, vanishAlarm } from './alarm.ts';
import type { DeltaCounts } from './delta.ts';
import { openDelta } from './delta.ts';
import type { Disagreement, FactEntry } from './fact-table.ts';
import { factTable, isInForce, mergeFacts } from './fact-table.ts';
import type { Identities, KeeperConflict } from './identities.ts';
import type { KeptRows } from './kept-rows.ts';
import { findKeptRows } from './kept-rows.ts';
import { makeKeySet } from './key-set.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { keyOfScope, partsOf, rateKeyOf, scopeOf } from './rate-key.ts';
import type { RateEntry, RateRow } from './rate-table.ts';
import { rateTable } from './rate-table.ts';
import type { Roll, RollRow, Rolls } from './roll.ts';
import { makeRollRows, openRolls, SAYS } from './roll.ts';
import { SHOP_ITEM } from './schema.ts';
import type { StreamKey } from './stream.ts';
import { openStreams } from './stream.ts';

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
  /** Why the snapshot should be held back rather than believed. */
  readonly alarm: Alarm | null;
}

export interface SnapshotWriter {
  /** Adds readings; gives what disagrees with readings added before, or the shop ids that contradict the ledger. */
  add(readings: readonly Reading[]): readonly Disagreement[] | KeeperConflict;
  /**
   * Writes plan facts, absences and the snapshot itself. `isWholeFile`: it is the only one of its file. Gives null where
   * rows were left unread that should have been read: then nothing of the file may be kept, and all of it must be read.
   */
  finish(fileId: number, isWholeFile?: boolean): Finished | null;
  rows(): number;
  /** Rows of the shops that the snapshot mentions or no longer lists. */
  readonly shopIds: ReadonlySet<number>;
}

export interface SnapshotStore {
  /** To call when a transaction is rolled back. */
  forget(): void;
  /** `marks` of the file's rows, where it has any. Gives null where its known rows are not of a snapshot that this one follows. */
  open(head: SnapshotHead, sample: readonly Reading[], marks?: RowMarks | null): SnapshotWriter | null;
  /** Where rows are recognised from; null while everything must be read. */
  readonly rolls: Rolls;
}

/** Prepares the statements once for all snapshots of a transaction. */
export function openSnapshotStore(db: Db, identities: Identities): SnapshotStore {
  const rates = rateTable(db);
  const facts = factTable(db);
  const countMissed = openMissedCount(db);
  const rolls = openRolls(db);
  // Its plans get other numbers.
  identities.beforeMerge(rates.flush);
  const streams = openStreams(db);
  const shopOfPlan = db.prepare('SELECT shop_id FROM plan WHERE id = ?').pluck();
  const addSnapshot = db.prepare(
    'INSERT INTO snapshot (stream_id, captured_at, captured_from, file_id, rows) VALUES (?, ?, ?, ?, ?)',
  );

  // Snapshots of one file that are written at the same time must not stand in one stream: neither knows of the other yet.
  const taken = new Set<number>();

  return {
    forget() {
      taken.clear();
      rates.forget();
      facts.forget();
    },
    rolls,
    open(head, sample, marks = null) {
      const at = head.capturedMs;
      const rateKey = (reading: Reading, shopId: number, planId: number): RateKey => {
        const { item, rate } = reading;
        const itemId = item ? identities.item(item.id, item.title, at, shopId) : SHOP_ITEM;
        return rateKeyOf(planId, itemId, rate ? MEASURES.indexOf(rate.measure) : 0);
      };
      const lookUp = (reading: Reading) => {
        const shopId = identities.shop(reading.shop, at);
        return typeof shopId === 'number' ? rateKey(reading, shopId, identities.plan(shopId, reading.planId)) : null;
      };
      const accountId = identities.account(head.account);
      const streamKey: StreamKey = {
        accountId,
        format: head.format,
        coverage: head.coverage,
        subject: head.subject,
        held: head.held === true,
      };
      const known = marks?.known ?? null;
      const roll = known === null ? null : (rolls.recalled(known) ?? null);
      const place = roll
        ? streams.continueAt(streamKey, at, roll)
        : streams.place(streamKey, at, sample, lookUp, taken);
      if (!place || (known !== null && roll === null)) return null;
      const mergesBefore = identities.merges;
      taken.add(place.streamId);
      const drift = makeDriftCount();
      const stillListed = { rates: 0, joined: 0 };
      const rateWriter = openDelta(rates, place, at, (before, value) => {
        stillListed.rates += 1;
        drift.add(before.bp, value.bp, before.raw, value.raw, value.line);
      });
      const factWriter = openDelta(facts, place, at, (before) => {
        if (isInForce(before)) stillListed.joined += 1;
      });
      const planFacts = new Map<number, FactEntry>();
      // Rows of a plan mostly share what they say of it: then it is merged already.
      const lastFacts = new Map<number, PlanFacts>();
      const shopIds = new Set<number>();
      const unlikePlans = new Set<number>();
      // Rates that several rows state.
      const repeated = makeKeySet();
      const rollRows = marks && makeRollRows();
      let rows = 0;

      /** Lists the rows that were recognised. Null: one of them may say otherwise in this company. */
      function keepKnownRows(roll: Roll): KeptRows | null {
        const kept = marks && findKeptRows(roll, marks, rateWriter.listed.has);
        if (!kept) return null;
        const shops = new Set<number>();
        for (const [planId, says] of kept.plans) {
          if (!keepPlan(planId, roll)) return null;
          // A shop is named by all its rows, or by none that is recognised.
          if ((says & SAYS.shopName) !== 0) shops.add(shopOfPlan.get(planId) as number);
        }
        const { renamed } = identities;
        const isRenamed = [...renamed.items].some(kept.titled.has) || [...renamed.shops].some((id) => shops.has(id));
        if (isRenamed) return null;
        rows += kept.rows;
        stillListed.rates += kept.rates;
        drift.addSame(kept.knownRates);
        identities.confirmNames(kept.titled.values(), shops, roll.at, at);
        return kept;
      }

      /** What is read of a plan must be what its rows that were not read say. */
      function keepPlan(planId: number, roll: Roll): boolean {
        shopIds.add(shopOfPlan.get(planId) as number);
        const entry = planFacts.get(planId);
        if (!entry) return factWriter.keep(planId);
        const before = facts.lastRow(planId, roll.streamId, roll.at);
        if (unlikePlans.has(planId) || before === undefined || !facts.isSame(before, entry)) return false;
        // It says nothing new, so it is not looked up again to be written.
        planFacts.delete(planId);
        return factWriter.keep(planId);
      }

      function isAlike({ planId, scope }: RollRow): boolean {
        const { items, shops } = identities.renamed;
        if (unlikePlans.has(planId) || items.has(scope >> 1) || repeated.has(keyOfScope(planId, scope))) return false;
        return shops.size === 0 || !shops.has(shopOfPlan.get(planId) as number);
      }

      /** Of each reading. When one turns out to be another, rows are re-keyed: all are looked up before anything is written. */
      function findShops(readings: readonly Reading[]): number[] | KeeperConflict {
        const mergesBefore = identities.merges;
        const found: number[] = [];
        for (const { shop } of readings) {
          const shopId = identities.shop(shop, at);
          if (typeof shopId !== 'number') return shopId;
          found.push(shopId);
        }
        return identities.merges === mergesBefore ? found : findShops(readings);
      }

      return {
        rows: () => rows,
        shopIds,
        add(readings) {
          const shopOf = findShops(readings);
          if (!Array.isArray(shopOf)) return shopOf;
          const disagreements: Disagreement[] = [];
          for (const [index, reading] of readings.entries()) {
            const shopId = shopOf[index] as number;
            shopIds.add(shopId);
            const planId = identities.plan(shopId, reading.planId);
            rows += 1;
            if (lastFacts.get(planId) !== reading.facts) {
              if (mergeFacts(planFacts, planId, reading, disagreements)) lastFacts.set(planId, reading.facts);
              else unlikePlans.add(planId);
            }
            const key = rateKey(reading, shopId, planId);
            rollRows?.add(reading.locator, planId, scopeOf(key), whatSays(reading));
            if (!reading.rate) continue;
            // Spreading the rate takes half of the time of this loop.
            const { measure, bp, sales, raw } = reading.rate;
            const entry: RateEntry = { measure, bp, sales, raw, line: reading.locator };
            const earlier = rateWriter.put(key, entry);
            if (!earlier) continue;
            repeated.add(key);
            if (!rates.isSame(earlier, entry)) disagreements.push(disagreementOf(earlier, entry));
          }
          return disagreements;
        },
        finish(fileId, isWholeFile = false) {
          const isMarked = isWholeFile && marks?.isOneCapture === true;
          const isReliable = isMarked && identities.merges === mergesBefore;
          const kept = roll && isReliable ? keepKnownRows(roll) : null;
          if (roll && !kept) return null;
          identities.flush();
          for (const [planId, entry] of planFacts) factWriter.put(planId, entry);
          const lostFacts = factWriter.finish();
          const lostRates = rateWriter.finish(kept?.lost);
          for (const [planId] of lostFacts) shopIds.add(shopOfPlan.get(planId) as number);
          for (const [key] of lostRates) shopIds.add(shopOfPlan.get(partsOf(key).planId) as number);
          taken.delete(place.streamId);
          addSnapshot.run(place.streamId, at, head.capturedFrom, fileId, rows);
          if (isMarked && rollRows && head.coverage === 'listed' && !head.held && place.nextAt === null)
            rolls.write(place.streamId, at, marks, rollRows, isAlike);
          else if (place.nextAt === null && place.previousAt !== null) rolls.forget({ streamId: place.streamId });
          const gone =
            head.coverage === 'joined-plans'
              ? { gone: lostFacts.filter(([, before]) => isInForce(before)).length, still: stillListed.joined }
              : {
                  gone: countMissed(
                    head.coverage,
                    lostRates.map(([key]) => key),
                    () => chain(rateWriter.listed.values(), kept?.keys() ?? []),
                  ),
                  still: stillListed.rates,
                };
          return {
            changed: Math.max(sumOf(rateWriter.counts), sumOf(factWriter.counts)),
            // A row may have a rate, facts of its plan, or both.
            counts: {
              added: Math.max(rateWriter.counts.added, factWriter.counts.added),
              changed: Math.max(rateWriter.counts.changed, factWriter.counts.changed),
              gone: Math.max(rateWriter.counts.gone, factWriter.counts.gone),
            },
            alarm: drift.alarm() ?? vanishAlarm(gone.gone, gone.still),
          };
        },
      };
    },
  };
}

function sumOf({ added, changed, gone }: DeltaCounts): number {
  return added + changed + gone;
}

function disagreementOf(earlier: RateRow, { line, bp, raw, sales }: RateEntry): Disagreement {
  if (earlier.bp !== bp) return { locator: line, field: 'rate', found: raw, earlier: earlier.raw ?? '' };
  return { locator: line, field: 'sales_30d', found: String(sales), earlier: String(earlier.sales) };
}

function whatSays({ item, shop, rate }: Reading): number {
  return (
    (rate ? SAYS.rate : 0) |
    (rate && rate.bp !== null ? SAYS.knownRate : 0) |
    (item && item.title !== null ? SAYS.title : 0) |
    (shop.name !== null ? SAYS.shopName : 0)
  );
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}
