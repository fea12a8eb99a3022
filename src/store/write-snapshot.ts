/** Writes one snapshot into the ledger. */

import type { Coverage, Reading } from '../domain/reading.ts';
import { MEASURES } from '../domain/reading.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
import type { Alarm } from './alarm.ts';
import { driftAlarm, makeDriftCount, openWouldList, vanishAlarm } from './alarm.ts';
import type { DeltaCounts } from './delta.ts';
import { openDelta } from './delta.ts';
import type { Disagreement, FactEntry } from './fact-table.ts';
import { factTable, isInForce, mergeFacts } from './fact-table.ts';
import type { Identities, KeeperConflict } from './identities.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { partsOf, rateKeyOf } from './rate-key.ts';
import type { RateEntry, RateRow } from './rate-table.ts';
import { rateTable } from './rate-table.ts';
import { SHOP_ITEM } from './schema.ts';
import type { Streams } from './stream.ts';
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
  /** Writes plan facts, absences and the snapshot itself. */
  finish(fileId: number): Finished;
  readonly rows: number;
  /** Rows of the shops that the snapshot mentions or no longer lists. */
  readonly shopIds: ReadonlySet<number>;
}

export interface SnapshotStore {
  /** To call when a transaction is rolled back. */
  forget(): void;
  open(head: SnapshotHead, sample: readonly Reading[]): SnapshotWriter;
}

/** Prepares the statements once for all snapshots of a transaction. */
export function openSnapshotStore(db: Db, identities: Identities): SnapshotStore {
  const rates = rateTable(db);
  const facts = factTable(db);
  const wouldList = openWouldList(db);
  const shopOfPlan = db.prepare('SELECT shop_id FROM plan WHERE id = ?').pluck();
  const addSnapshot = db.prepare(
    'INSERT INTO snapshot (stream_id, captured_at, captured_from, file_id, rows) VALUES (?, ?, ?, ?, ?)',
  );

  // Snapshots of one file that are written at the same time must not stand in one stream: neither knows of the other yet.
  const taken = new Set<number>();

  return {
    forget: () => taken.clear(),
    open(head, sample) {
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
      const streams: Streams = openStreams(db, lookUp);
      const accountId = identities.account(head.account);
      const place = streams.place(
        { accountId, format: head.format, coverage: head.coverage, subject: head.subject, held: head.held === true },
        at,
        sample,
        taken,
      );
      taken.add(place.streamId);
      const drift = makeDriftCount();
      const stillListed = { rates: 0, joined: 0 };
      const rateWriter = openDelta(rates, place, at, (before, value) => {
        stillListed.rates += 1;
        drift.add(before.rate_bp, value.bp, before.raw, value.raw, value.line);
      });
      const factWriter = openDelta(facts, place, at, (before) => {
        if (isInForce(before)) stillListed.joined += 1;
      });
      const planFacts = new Map<number, FactEntry>();
      const shopIds = new Set<number>();
      let rows = 0;

      return {
        get rows() {
          return rows;
        },
        shopIds,
        add(readings) {
          // All shops first: when one of them turns out to be another, rows are re-keyed.
          for (const reading of readings) {
            const shop = identities.shop(reading.shop, at);
            if (typeof shop !== 'number') return shop;
          }
          const disagreements: Disagreement[] = [];
          for (const reading of readings) {
            const shopId = identities.shop(reading.shop, at) as number;
            shopIds.add(shopId);
            const planId = identities.plan(shopId, reading.planId);
            rows += 1;
            mergeFacts(planFacts, planId, reading, disagreements);
            const key = rateKey(reading, shopId, planId);
            if (!reading.rate) continue;
            const entry: RateEntry = { ...reading.rate, line: reading.locator };
            const earlier = rateWriter.put(key, entry);
            if (earlier && !rates.isSame(earlier, entry)) {
              disagreements.push(disagreementOf(earlier, entry));
            }
          }
          return disagreements;
        },
        finish(fileId) {
          for (const [planId, entry] of planFacts) factWriter.put(planId, entry);
          const lostFacts = factWriter.finish();
          const lostRates = rateWriter.finish();
          for (const { key } of lostFacts) shopIds.add(shopOfPlan.get(key) as number);
          for (const { key } of lostRates) shopIds.add(shopOfPlan.get(partsOf(key).planId) as number);
          taken.delete(place.streamId);
          addSnapshot.run(place.streamId, at, head.capturedFrom, fileId, rows);
          const gone =
            head.coverage === 'joined-plans'
              ? { gone: lostFacts.filter(({ before }) => isInForce(before)).length, still: stillListed.joined }
              : {
                  gone: lostRates.filter(({ key }) => wouldList(head.coverage, key, rateWriter)).length,
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
            alarm: driftAlarm(drift) ?? vanishAlarm(gone.gone, gone.still),
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
  if (earlier.rate_bp !== bp) return { locator: line, field: 'rate', found: raw, earlier: earlier.raw ?? '' };
  return { locator: line, field: 'sales_30d', found: String(sales), earlier: String(earlier.sales) };
}
