/** Writes one snapshot into the ledger. */

import type { Coverage, PlanFacts, RateFact, Reading } from '../domain/reading.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
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
}

/** Two rows of one file that cannot both be true. */
export interface Disagreement {
  readonly locator: number;
  readonly field: string;
  readonly found: string;
  readonly earlier: string;
}

export interface SnapshotWriter {
  /** Adds readings; gives what disagrees with readings added before, or the shop ids that contradict the ledger. */
  add(readings: readonly Reading[]): readonly Disagreement[] | KeeperConflict;
  /** Writes plan facts, absences and the snapshot itself. Gives the number of changes stored. */
  finish(fileId: number): number;
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
  open(head: SnapshotHead, sample: readonly Reading[]): SnapshotWriter;
}

/** Prepares the statements once for all snapshots of a transaction. */
export function openSnapshotStore(db: Db, identities: Identities): SnapshotStore {
  const rates = rateTable(db);
  const facts = factTable(db);
  const series = openSeries(db);
  const shopOfPlan = db.prepare('SELECT shop_id FROM plan WHERE id = ?').pluck();
  const planOfSeries = db.prepare('SELECT plan_id FROM series WHERE id = ?').pluck();
  const addSnapshot = db.prepare(
    'INSERT INTO snapshot (stream_id, captured_at, captured_from, file_id, rows) VALUES (?, ?, ?, ?, ?)',
  );

  return {
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
        { accountId, format: head.format, coverage: head.coverage, subject: head.subject },
        at,
        sample,
      );
      const rateWriter = openDelta(rates, place, at);
      const factWriter: DeltaWriter<FactEntry, FactRow> = openDelta(facts, place, at);
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
          for (const planId of factWriter.finish()) shopIds.add(shopOfPlan.get(planId) as number);
          for (const seriesId of rateWriter.finish()) shopIds.add(shopOfPlan.get(planOfSeries.get(seriesId)) as number);
          addSnapshot.run(place.streamId, at, head.capturedFrom, fileId, rows);
          return rateWriter.changed + factWriter.changed;
        },
      };
    },
  };
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
