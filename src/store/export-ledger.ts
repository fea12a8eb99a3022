/** The ledger as lines (domain/ledger-line.ts). */
import type { RateSeries, RateValue, Run } from '../domain/ledger.ts';
import type {
  DepartureLine,
  FileLine,
  HoldReason,
  ItemLine,
  LedgerLine,
  MuteLine,
  PlanLine,
  RateLine,
  ShopLine,
  SnapshotLine,
  StreamLine,
} from '../domain/ledger-line.ts';
import { formatBp } from '../domain/rate.ts';
import type { PlanFacts } from '../domain/reading.ts';
import { formatIso } from '../domain/time.ts';
import type { Db } from './open.ts';
import { openLedgerReader } from './read-ledger.ts';

/** Everything that answers derive from, in flat memory: one shop after the other. To be read within one transaction. */
export function* exportLedger(db: Db): Generator<LedgerLine> {
  const shops = db
    .prepare(
      'SELECT id, seller_id AS sellerId, name, name_at AS namedMs FROM shop WHERE seller_id IS NOT NULL OR id IN (SELECT shop_id FROM keeper) ORDER BY id',
    )
    .all() as ShopRow[];
  const keepers = db.prepare('SELECT keeper_id FROM keeper WHERE shop_id = ? ORDER BY keeper_id').pluck();
  // A shop that lost its only id when an import was discarded has nothing left to export.
  for (const shop of shops) yield shopLine(shop, keepers.all(shop.id) as string[]);
  const items = db.prepare(
    'SELECT item_no AS item_id, title AS item_title, title_at AS ms FROM item WHERE title IS NOT NULL ORDER BY id',
  );
  for (const { ms, ...item } of items.iterate() as Iterable<Omit<ItemLine, 'type' | 'titled_at'> & { ms: number }>) {
    yield { type: 'item', ...item, titled_at: formatIso(ms) };
  }
  yield* fileLines(db);
  yield* streamLines(db);
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER, { withHeld: true });
  for (const id of reader.inTurn(shops.map((shop) => shop.id))) {
    for (const ledger of reader.readShop(id)) {
      for (const { planId, facts, rates } of ledger.plans) {
        for (const run of facts) yield planLine(id, planId, run);
        for (const series of rates) {
          for (const run of series.runs) yield rateLine(id, planId, series, run);
        }
      }
    }
  }
  yield* decisionLines(db);
}

function* decisionLines(db: Db): Generator<MuteLine | DepartureLine> {
  const mutes = db
    .prepare(
      `SELECT p.shop_id AS shop, p.plan_no AS plan_id, a.name AS account, muted_at AS mutedMs, until_at AS untilMs, reason
       FROM mute m JOIN plan p ON p.id = m.plan_id LEFT JOIN account a ON a.id = m.account_id ORDER BY p.id, a.name`,
    )
    .all() as (Pick<MuteLine, 'shop' | 'plan_id'> & {
    account: string | null;
    mutedMs: number;
    untilMs: number | null;
    reason: string | null;
  })[];
  for (const { mutedMs, untilMs, ...mute } of mutes)
    yield known<MuteLine>({ type: 'mute', ...mute, muted_at: formatIso(mutedMs), until_at: timeOf(untilMs) });
  const departures = db
    .prepare(
      `SELECT p.shop_id AS shop, p.plan_no AS plan_id, a.name AS account, at
       FROM departure d JOIN plan p ON p.id = d.plan_id JOIN account a ON a.id = d.account_id ORDER BY p.id, a.name`,
    )
    .all() as (Omit<DepartureLine, 'type' | 'left_at'> & { at: number })[];
  for (const { at, ...departure } of departures) yield { type: 'departure', ...departure, left_at: formatIso(at) };
}

interface ShopRow {
  readonly id: number;
  readonly sellerId: string | null;
  readonly name: string | null;
  readonly namedMs: number | null;
}

function shopLine({ id, sellerId, name, namedMs }: ShopRow, keeperIds: readonly string[]): ShopLine {
  return known<ShopLine>({
    type: 'shop',
    shop: id,
    shop_id: sellerId,
    keeper_ids: keeperIds,
    shop_name: name,
    named_at: timeOf(namedMs),
  });
}

function* fileLines(db: Db): Generator<FileLine> {
  const rows = db
    .prepare(
      `SELECT f.id AS file, f.name, sha256, f.account, ids, bytes, encoding, f.format, imported_at AS importedMs, discarded,
              h.reason, h.args, (SELECT max(captured_at) FROM snapshot n WHERE n.file_id = f.id) AS capturedMs
       FROM file f LEFT JOIN hold h ON h.file_id = f.id ORDER BY f.id`,
    )
    .all() as FileRow[];
  for (const { importedMs, capturedMs, discarded, reason, args, ...file } of rows) {
    yield known<FileLine>({
      type: 'file',
      ...file,
      imported_at: formatIso(importedMs),
      captured_at: timeOf(capturedMs),
      discarded: discarded === 1,
      held: reason === null ? null : { code: reason, args: JSON.parse(args) },
    });
  }
}

type FileRow = Omit<FileLine, 'type' | 'imported_at' | 'captured_at' | 'discarded' | 'held'> & {
  readonly importedMs: number;
  readonly capturedMs: number | null;
  readonly discarded: number;
  readonly reason: HoldReason | null;
  readonly args: string;
};

function* streamLines(db: Db): Generator<StreamLine | SnapshotLine> {
  const streams = db
    .prepare(
      `SELECT s.id AS stream, a.name AS account, s.format, s.coverage, s.subject, s.held
       FROM stream s JOIN account a ON a.id = s.account_id ORDER BY s.id`,
    )
    .all() as (Omit<StreamLine, 'type' | 'held'> & { held: number })[];
  const snapshots = db.prepare(
    'SELECT file_id AS file, captured_at AS ms, captured_from, rows FROM snapshot WHERE stream_id = ? ORDER BY captured_at',
  );
  for (const { held, ...stream } of streams) {
    yield { type: 'stream', ...stream, held: held === 1 };
    type Row = Omit<SnapshotLine, 'type' | 'stream' | 'captured_at'> & { ms: number };
    for (const { file, ms, captured_from, rows } of snapshots.all(stream.stream) as Row[]) {
      yield { type: 'snapshot', stream: stream.stream, file, captured_at: formatIso(ms), captured_from, rows };
    }
  }
}

function planLine(shop: number, planId: string, run: Run<PlanFacts>): PlanLine {
  const { kind, name, state, status, joinedAt, approvedAt, exitId, locked, audit, hidden, startsAt, endsAt } =
    run.value;
  return known<PlanLine>({
    type: 'plan',
    ...runPart(shop, planId, run),
    plan_type: kind,
    plan_name: name,
    plan_state: state,
    status,
    joined_at: joinedAt,
    approved_at: approvedAt,
    exit_id: exitId,
    locked,
    audit,
    hidden,
    starts_at: startsAt,
    ends_at: endsAt,
  });
}

function rateLine(shop: number, planId: string, { item, measure }: RateSeries, run: Run<RateValue>): RateLine {
  return known<RateLine>({
    type: 'rate',
    ...runPart(shop, planId, run),
    item_id: item?.id ?? null,
    measure,
    rate: run.value.bp === null ? null : formatBp(run.value.bp),
    sales_30d: run.value.sales,
    cell: run.source.raw,
  });
}

function runPart(shop: number, planId: string, { stream, first, last, source }: Run<unknown>) {
  const at = (index: number) => formatIso(stream.times[index] ?? Number.NaN);
  return { shop, plan_id: planId, stream: stream.id, first_at: at(first), last_at: at(last), line: source.locator };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : formatIso(ms);
}

/** Leaves out what is unknown. */
function known<T extends LedgerLine>(line: { readonly [K in keyof T]-?: Exclude<T[K], undefined> | null }): T {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null)) as unknown as T;
}
