/** Writes one snapshot into the ledger. */

import type { Coverage, PlanFacts, PlanKind, RateFact, Reading } from '../domain/reading.ts';
import { coversKind } from '../domain/reading.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
import type { Alarm } from './alarm.ts';
import { driftAlarm, makeDriftCount, vanishAlarm } from './alarm.ts';
import type { DeltaTable, DeltaWriter } from './delta.ts';
import { openDelta } from './delta.ts';
import type { Identities, KeeperConflict } from './identities.ts';
import type { Db } from './open.ts';
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

/** Two rows of one file that cannot both be true. */
export interface Disagreement {
  readonly locator: number;
  readonly field: string;
  readonly found: string;
  readonly earlier: string;
}

export interface Finished {
  /** Number of changes stored. */
  readonly changed: number;
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

interface RateRow {
  readonly listed: 0 | 1;
  readonly rate_bp: number | null;
  readonly sales: number | null;
  readonly raw: string | null;
}

type RateEntry = RateFact & { readonly line: number };
type FactEntry = PlanFacts & { readonly line: number };

const FACT_COLUMNS = {
  kind: 'kind',
  name: 'name',
  state: 'state',
  status: 'status',
  joinedAt: 'joined_at',
  approvedAt: 'approved_at',
  exitId: 'exit_id',
  locked: 'locked',
  audit: 'audit',
  hidden: 'hidden',
  startsAt: 'starts_at',
  endsAt: 'ends_at',
} as const satisfies Record<keyof PlanFacts, string>;
const FACT_KEYS = Object.keys(FACT_COLUMNS) as (keyof PlanFacts)[];
type FactRow = { readonly listed: 0 | 1 } & Readonly<
  Record<(typeof FACT_COLUMNS)[keyof PlanFacts], string | number | null>
>;

/** SQLite has no booleans. */
function sqlValue(value: string | boolean | null): string | number | null {
  return typeof value === 'boolean' ? Number(value) : value;
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
  const series = openSeries(db);
  const wouldList = openWouldList(db);
  const shopOfPlan = db.prepare('SELECT shop_id FROM plan WHERE id = ?').pluck();
  const planOfSeries = db.prepare('SELECT plan_id FROM series WHERE id = ?').pluck();
  const addSnapshot = db.prepare(
    'INSERT INTO snapshot (stream_id, captured_at, captured_from, file_id, rows) VALUES (?, ?, ?, ?, ?)',
  );

  // Snapshots of one file that are written at the same time must not stand in one stream: neither knows of the other yet.
  const taken = new Set<number>();

  return {
    forget: () => taken.clear(),
    open(head, sample) {
      const at = head.capturedMs;
      const keyOf = (reading: Reading, shopId: number) => ({
        planId: identities.plan(shopId, reading.planId),
        itemId: reading.item ? identities.item(reading.item.id, reading.item.title, at) : SHOP_ITEM,
      });
      const lookUp = (reading: Reading) => {
        const shop = identities.shop(reading.shop, at);
        if (typeof shop !== 'number') return null;
        const { planId, itemId } = keyOf(reading, shop);
        return series.find(planId, itemId, reading.rate?.measure ?? 'commission') ?? null;
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
      const factWriter: DeltaWriter<FactEntry, FactRow> = openDelta(facts, place, at, (before) => {
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
            const { planId, itemId } = keyOf(reading, shopId);
            rows += 1;
            mergeFacts(planFacts, planId, reading, disagreements);
            if (!reading.rate) continue;
            const seriesId = series.findOrAdd(planId, itemId, reading.rate.measure);
            const entry: RateEntry = { ...reading.rate, line: reading.locator };
            const earlier = rateWriter.put(seriesId, entry);
            if (earlier && !rates.isSame(earlier, entry)) {
              disagreements.push({
                locator: reading.locator,
                field: 'rate',
                found: entry.raw,
                earlier: earlier.raw ?? '',
              });
            }
          }
          return disagreements;
        },
        finish(fileId) {
          for (const [planId, entry] of planFacts) factWriter.put(planId, entry);
          const lostFacts = factWriter.finish();
          const lostRates = rateWriter.finish();
          for (const { key } of lostFacts) shopIds.add(shopOfPlan.get(key) as number);
          for (const { key } of lostRates) shopIds.add(shopOfPlan.get(planOfSeries.get(key)) as number);
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
            changed: rateWriter.changed + factWriter.changed,
            alarm: driftAlarm(drift) ?? vanishAlarm(gone.gone, gone.still),
          };
        },
      };
    },
  };
}

/** A record whose disappearance means something: dead ones are purged by the alliance (formats.md §4). */
function isInForce(row: FactRow): boolean {
  return row.status === 'approved' && (row.state === null || row.state === 'active');
}

/** One plan may stand in many rows of a file; what they say of the plan must not differ. */
function mergeFacts(
  known: Map<number, FactEntry>,
  planId: number,
  reading: Reading,
  disagreements: Disagreement[],
): void {
  const before = known.get(planId);
  const added = reading.facts;
  if (!before) {
    known.set(planId, { ...added, line: reading.locator });
    return;
  }
  let merged = before;
  for (const key of FACT_KEYS) {
    if (added[key] === null || added[key] === before[key]) continue;
    if (before[key] === null) merged = { ...merged, [key]: added[key] };
    // A name is only a label: the first one stands. Anything else would change a verdict.
    else if (key !== 'name') {
      disagreements.push({
        locator: reading.locator,
        field: FACT_COLUMNS[key],
        found: String(added[key]),
        earlier: String(before[key]),
      });
    }
  }
  if (merged !== before) known.set(planId, merged);
}

interface SeriesIds {
  find(planId: number, itemId: number, measure: string): number | undefined;
  findOrAdd(planId: number, itemId: number, measure: string): number;
}

function openSeries(db: Db): SeriesIds {
  const find = db.prepare('SELECT id FROM series WHERE plan_id = ? AND item_id = ? AND measure = ?').pluck();
  const add = db.prepare('INSERT INTO series (plan_id, item_id, measure) VALUES (?, ?, ?)');
  return {
    find: (planId, itemId, measure) => find.get(planId, itemId, measure) as number | undefined,
    findOrAdd: (planId, itemId, measure) =>
      (find.get(planId, itemId, measure) as number | undefined) ??
      Number(add.run(planId, itemId, measure).lastInsertRowid),
  };
}

function rateTable(db: Db): DeltaTable<RateEntry, RateRow> {
  const last = db.prepare(
    'SELECT listed, rate_bp, sales, raw FROM rate WHERE series_id = ? AND stream_id = ? AND at <= ? ORDER BY at DESC LIMIT 1',
  );
  const insert = db.prepare(
    'INSERT INTO rate (series_id, stream_id, at, listed, rate_bp, sales, raw, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const carry = db.prepare(
    'INSERT OR IGNORE INTO rate (series_id, stream_id, at, listed, rate_bp, sales, raw, line) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)',
  );
  const keys = db.prepare('SELECT DISTINCT series_id FROM rate WHERE stream_id = ? AND at <= ?').pluck();
  return {
    lastRow: (key, streamId, at) => last.get(key, streamId, at) as RateRow | undefined,
    // The raw cell may be written otherwise ("8.00%", "8.00 %"): that is no change.
    isSame: (row, value) => row.rate_bp === value.bp && row.sales === value.sales,
    insert: (key, streamId, at, value) =>
      insert.run(key, streamId, at, 1, value.bp, value.sales, value.raw, value.line),
    carry: (key, streamId, at, row) =>
      carry.run(key, streamId, at, row?.listed ?? 0, row?.rate_bp ?? null, row?.sales ?? null, row?.raw ?? null),
    insertAbsent: (key, streamId, at) => insert.run(key, streamId, at, 0, null, null, null, null),
    keys: (streamId, at) => keys.iterate(streamId, at) as Iterable<number>,
  };
}

function factTable(db: Db): DeltaTable<FactEntry, FactRow> {
  const columns = FACT_KEYS.map((key) => FACT_COLUMNS[key]);
  const marks = columns.map(() => '?').join(', ');
  const into = `INTO fact (plan_id, stream_id, at, listed, line, ${columns.join(', ')}) VALUES (?, ?, ?, ?, ?, ${marks})`;
  const last = db.prepare(
    `SELECT listed, ${columns.join(', ')} FROM fact WHERE plan_id = ? AND stream_id = ? AND at <= ? ORDER BY at DESC LIMIT 1`,
  );
  const insert = db.prepare(`INSERT ${into}`);
  const carry = db.prepare(`INSERT OR IGNORE ${into}`);
  const keys = db.prepare('SELECT DISTINCT plan_id FROM fact WHERE stream_id = ? AND at <= ?').pluck();
  const valuesOf = (row: FactRow | undefined) => columns.map((column) => row?.[column] ?? null);
  return {
    lastRow: (key, streamId, at) => last.get(key, streamId, at) as FactRow | undefined,
    isSame: (row, value) => FACT_KEYS.every((key) => row[FACT_COLUMNS[key]] === sqlValue(value[key])),
    insert: (key, streamId, at, value) =>
      insert.run(key, streamId, at, 1, value.line, ...FACT_KEYS.map((column) => sqlValue(value[column]))),
    carry: (key, streamId, at, row) => carry.run(key, streamId, at, row?.listed ?? 0, null, ...valuesOf(row)),
    insertAbsent: (key, streamId, at) => insert.run(key, streamId, at, 0, null, ...valuesOf(undefined)),
    keys: (streamId, at) => keys.iterate(streamId, at) as Iterable<number>,
  };
}

/** Whether a snapshot that does not list a series would have: it lists another plan at the same shop and item, or all items of the plan. */
function openWouldList(
  db: Db,
): (coverage: Coverage, seriesId: number, writer: { lists(key: number): boolean }) => boolean {
  const place = db.prepare(
    `SELECT s.item_id AS itemId, p.shop_id AS shopId, (SELECT kind FROM fact WHERE plan_id = p.id AND kind IS NOT NULL LIMIT 1) AS kind
     FROM series s JOIN plan p ON p.id = s.plan_id WHERE s.id = ?`,
  );
  const neighbours = db
    .prepare('SELECT s.id FROM plan p CROSS JOIN series s ON s.plan_id = p.id WHERE p.shop_id = ? AND s.item_id = ?')
    .pluck();
  return (coverage, seriesId, writer) => {
    if (coverage === 'partial') return false;
    if (coverage === 'plan-items') return true;
    const { itemId, shopId, kind } = place.get(seriesId) as { itemId: number; shopId: number; kind: PlanKind | null };
    // Events come and go; what counts is plans.
    if (kind === 'event' || !coversKind(coverage, kind ?? 'special')) return false;
    return (neighbours.all(shopId, itemId) as number[]).some((id) => writer.lists(id));
  };
}
