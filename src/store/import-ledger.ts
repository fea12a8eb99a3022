/** Writes an exported ledger (domain/ledger-line.ts) into a database: what it knows already is passed over. */
import type {
  DepartureLine,
  FileLine,
  LedgerLine,
  MuteLine,
  PlanLine,
  RateLine,
  ShopLine,
  SnapshotLine,
  StreamLine,
} from '../domain/ledger-line.ts';
import { parsePercent } from '../domain/rate.ts';
import type { Coverage, PlanFacts, ShopIds } from '../domain/reading.ts';
import { MEASURES } from '../domain/reading.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
import { factTable } from './fact-table.ts';
import { addHold } from './holds.ts';
import type { Identities, KeeperConflict } from './identities.ts';
import { openIdentities } from './identities.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { rateKeyOf } from './rate-key.ts';
import { rateTable } from './rate-table.ts';
import { SHOP_ITEM } from './schema.ts';

export interface TakenSnapshot {
  readonly account: string;
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
  readonly coverage: Coverage;
  readonly rows: number;
}

export interface LedgerWriter {
  /** Takes the next line. Gives `misplaced` for one that refers to what was not said before, or ids that contradict this ledger. */
  add(line: LedgerLine): 'misplaced' | KeeperConflict | null;
  /** After the last line. */
  finish(): void;
  readonly snapshots: readonly TakenSnapshot[];
  readonly shopIds: ReadonlySet<number>;
  /** Rows written. */
  readonly changed: number;
}

/** A stream as far as it is new here. */
interface OpenStream {
  readonly line: StreamLine;
  /** Its row here; null until a snapshot of it is written. */
  rowId: number | null;
  /** Captured times of the snapshots that are written, ascending. */
  readonly times: number[];
}

/** To be used within a transaction, which must be given up when a line is not taken. */
export function openLedgerWriter(db: Db): LedgerWriter {
  const identities = openIdentities(db);
  const files = openFiles(db);
  const runs = openRuns(db, identities);
  const addStream = db.prepare(
    'INSERT INTO stream (account_id, format, coverage, subject, held) VALUES (?, ?, ?, ?, ?)',
  );
  const addSnapshot = db.prepare(
    'INSERT INTO snapshot (stream_id, captured_at, captured_from, file_id, rows) VALUES (?, ?, ?, ?, ?)',
  );
  const streams = new Map<number, OpenStream>();
  const taken: TakenSnapshot[] = [];

  function takeSnapshot(line: SnapshotLine): 'misplaced' | null {
    const stream = streams.get(line.stream);
    const fileId = files.rowOf(line.file);
    const at = Date.parse(line.captured_at);
    if (!stream || fileId === undefined || (stream.times.at(-1) ?? Number.NEGATIVE_INFINITY) >= at) return 'misplaced';
    if (fileId === null) return null;
    const { account, format, coverage, subject, held } = stream.line;
    stream.rowId ??= Number(
      addStream.run(identities.account(account), format, coverage, subject, Number(held)).lastInsertRowid,
    );
    addSnapshot.run(stream.rowId, at, line.captured_from, fileId, line.rows);
    stream.times.push(at);
    taken.push({ account, coverage, capturedMs: at, capturedFrom: line.captured_from, rows: line.rows });
    return null;
  }

  return {
    snapshots: taken,
    shopIds: runs.shopIds,
    finish: runs.finish,
    get changed() {
      return runs.written();
    },
    add(line) {
      switch (line.type) {
        case 'shop':
          return runs.addShop(line);
        case 'item':
          runs.addItem(line.item_id, line.item_title, Date.parse(line.titled_at));
          return null;
        case 'file':
          files.add(line);
          return null;
        case 'stream':
          streams.set(line.stream, { line, rowId: null, times: [] });
          return null;
        case 'snapshot':
          return takeSnapshot(line);
        case 'plan':
        case 'rate': {
          const stream = streams.get(line.stream);
          return stream ? runs.add(line, stream) : 'misplaced';
        }
        case 'mute':
        case 'departure':
          runs.finish();
          return runs.decide(line);
        default:
          return line satisfies never;
      }
    },
  };
}

/** Rows of the document's files; null for one that this ledger has already. */
function openFiles(db: Db) {
  const find = db.prepare(
    `SELECT 1 FROM file f WHERE sha256 = @sha256 AND account = @account AND ids = @ids
       AND (discarded = 1 OR @discarded = 1 OR @capturedMs = (SELECT max(captured_at) FROM snapshot n WHERE n.file_id = f.id))`,
  );
  const add = db.prepare(
    `INSERT INTO file (sha256, account, name, ids, bytes, encoding, format, imported_at, discarded)
     VALUES (@sha256, @account, @name, @ids, @bytes, @encoding, @format, @importedMs, @discarded)`,
  );
  const rows = new Map<number, number | null>();
  return {
    rowOf: (file: number) => rows.get(file),
    add({ file, held, discarded, captured_at, imported_at, ...line }: FileLine) {
      const capturedMs = captured_at === undefined ? null : Date.parse(captured_at);
      const record = { ...line, discarded: Number(discarded), capturedMs, importedMs: Date.parse(imported_at) };
      const isKnown = find.get(record) !== undefined;
      const rowId = isKnown ? null : Number(add.run(record).lastInsertRowid);
      rows.set(file, rowId);
      if (rowId !== null && held) addHold(db, rowId, { reason: held.code, args: held.args });
    },
  };
}

/** Plans and rates: a run is a row where it begins, and one that says "not listed" where it ends before its stream does. */
function openRuns(db: Db, identities: Identities) {
  const facts = factTable(db);
  const rates = rateTable(db);
  identities.beforeMerge(() => {
    facts.flush();
    rates.flush();
  });
  const shops = new Map<number, ShopIds>();
  const titles = new Map<string, { readonly title: string; readonly at: number }>();
  const shopIds = new Set<number>();
  // Where the last run ended: not yet written, since the next one of the same thing may begin just there.
  let ending: { readonly table: object; readonly key: number; readonly streamId: number; readonly at: number } | null =
    null;
  let written = 0;
  const addMute = db.prepare(
    'INSERT OR IGNORE INTO mute (plan_id, account_id, muted_at, until_at, reason) VALUES (?, ?, ?, ?, ?)',
  );
  const addDeparture = db.prepare('INSERT OR IGNORE INTO departure (plan_id, account_id, at) VALUES (?, ?, ?)');

  function finish(): void {
    if (ending === null) return;
    const table = ending.table === facts ? facts : rates;
    table.insertAbsent(ending.key, ending.streamId, ending.at);
    ending = null;
  }

  function write(line: PlanLine | RateLine, streamId: number, shopId: number, at: number, endsAt: number | null): void {
    const planId = identities.plan(shopId, line.plan_id);
    const [table, key] =
      line.type === 'plan' ? ([facts, planId] as const) : ([rates, rateKey(planId, line, at, shopId)] as const);
    const goesOn = ending?.table === table && ending.key === key && ending.streamId === streamId && ending.at === at;
    if (goesOn) ending = null;
    else finish();
    if (line.type === 'plan') facts.insert(planId, streamId, at, { facts: factsOf(line), line: line.line ?? null });
    else writeRate(line, key, streamId, at);
    ending = endsAt === null ? null : { table, key, streamId, at: endsAt };
    written += 1;
    shopIds.add(shopId);
  }

  function rateKey(planId: number, { item_id, measure }: RateLine, at: number, shopId: number): RateKey {
    const titled = item_id === undefined ? undefined : titles.get(item_id);
    const itemId =
      item_id === undefined ? SHOP_ITEM : identities.item(item_id, titled?.title ?? null, titled?.at ?? at, shopId);
    return rateKeyOf(planId, itemId, MEASURES.indexOf(measure));
  }

  function writeRate({ measure, sales_30d, cell, line, ...run }: RateLine, key: RateKey, streamId: number, at: number) {
    const rate = parsePercent(run.rate ?? '');
    const bp = rate.ok ? rate.bp : null;
    const sales = sales_30d ?? null;
    if (line === undefined || cell === undefined)
      rates.carry(key, streamId, at, { listed: 1, bp, sales, raw: cell ?? null });
    else rates.insert(key, streamId, at, { measure, bp, sales, raw: cell, line });
  }

  return {
    shopIds,
    written: () => written,
    /** Writes all that is waiting. */
    finish() {
      finish();
      facts.flush();
      rates.flush();
      identities.flush();
    },
    addItem: (itemId: string, title: string, at: number) => void titles.set(itemId, { title, at }),
    addShop({ shop, keeper_ids, named_at, ...line }: ShopLine): 'misplaced' | KeeperConflict | null {
      const [sellerId, name] = [line.shop_id ?? null, line.shop_name ?? null];
      const at = named_at === undefined ? 0 : Date.parse(named_at);
      const known = keeper_ids.length === 0 ? [null] : keeper_ids;
      if (sellerId === null && known[0] === null) return 'misplaced';
      for (const keeperId of known) {
        const met = identities.shop({ sellerId, keeperId, name }, at);
        if (typeof met !== 'number') return met;
      }
      shops.set(shop, { sellerId, keeperId: known[0] ?? null, name: null });
      return null;
    },
    /** What was decided here stands. */
    decide(line: MuteLine | DepartureLine): 'misplaced' | KeeperConflict | null {
      const ids = shops.get(line.shop);
      if (!ids) return 'misplaced';
      const shopId = identities.shop(ids, 0);
      if (typeof shopId !== 'number') return shopId;
      const planId = identities.plan(shopId, line.plan_id);
      const accountId = line.account === undefined ? null : identities.account(line.account);
      if (line.type === 'departure') addDeparture.run(planId, accountId, Date.parse(line.left_at));
      else {
        const untilMs = line.until_at === undefined ? null : Date.parse(line.until_at);
        addMute.run(planId, accountId, Date.parse(line.muted_at), untilMs, line.reason ?? null);
      }
      return null;
    },
    add(line: PlanLine | RateLine, { rowId, times }: OpenStream): 'misplaced' | KeeperConflict | null {
      const ids = shops.get(line.shop);
      if (!ids) return 'misplaced';
      const [firstMs, lastMs] = [Date.parse(line.first_at), Date.parse(line.last_at)];
      const first = times.findIndex((ms) => ms >= firstMs);
      const last = times.findLastIndex((ms) => ms <= lastMs);
      if (rowId === null || first < 0 || last < first) return null;
      const shopId = identities.shop(ids, 0);
      if (typeof shopId !== 'number') return shopId;
      write(line, rowId, shopId, times[first] ?? firstMs, times[last + 1] ?? null);
      return null;
    },
  };
}

function factsOf(line: PlanLine): PlanFacts {
  return {
    kind: line.plan_type ?? null,
    name: line.plan_name ?? null,
    state: line.plan_state ?? null,
    status: line.status ?? null,
    joinedAt: line.joined_at ?? null,
    approvedAt: line.approved_at ?? null,
    exitId: line.exit_id ?? null,
    locked: line.locked ?? null,
    audit: line.audit ?? null,
    hidden: line.hidden ?? null,
    startsAt: line.starts_at ?? null,
    endsAt: line.ends_at ?? null,
  };
}
