/** Writes an exported ledger (domain/ledger-line.ts) into a database: what it knows already is passed over. */

import type {
  ExitLine,
  FeedLine,
  FileLine,
  ItemLine,
  LedgerLine,
  MuteLine,
  PlanLine,
  RateLine,
  SalesLine,
  ShopLine,
  SnapshotLine,
} from '../domain/ledger-line.ts';
import type { Coverage } from '../domain/reading.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
import { instantOf } from '../domain/time.ts';
import { ADD_FEED, ADD_SNAPSHOT } from './feeds.ts';
import type { Identities } from './identities.ts';
import { openChanges } from './import-changes.ts';
import { prepareNaming } from './newest-name.ts';
import type { Db } from './open.ts';
import { addUntold, unlistedShops } from './untold.ts';

export interface TakenSnapshot {
  readonly account: string;
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
  readonly coverage: Coverage;
  readonly rows: number;
}

export interface LedgerWriter {
  /** Takes the next line. False: it refers to what was not said before. */
  add(line: LedgerLine): boolean;
  /** After the last line. */
  finish(): void;
  readonly snapshots: readonly TakenSnapshot[];
  /** Changes written. */
  readonly changed: number;
}

/** To be used within a transaction, which must be given up when a line is not taken. */
export function openLedgerWriter(db: Db, identities: Identities): LedgerWriter {
  const files = openFiles(db);
  const feeds = openFeeds(db, identities, files);
  const shops = openShops(db);
  const changes = openChanges(db);
  const shopIds = new Set<number>();

  function takeItem({ shop, item_id, item_title, titled_at }: ItemLine): boolean {
    const shopId = shops.rowOf(shop);
    if (shopId !== undefined) identities.item(shopId, { id: item_id, title: item_title }, instantOf(titled_at));
    return shopId !== undefined;
  }

  function takeChange(line: PlanLine | RateLine | SalesLine): boolean {
    const [shopId, feed] = [shops.rowOf(line.shop), feeds.find(line.feed)];
    if (shopId === undefined || feed === undefined) return false;
    if (feed.rowId === null) return true;
    shopIds.add(shopId);
    const item = 'item_id' in line ? { id: line.item_id, title: null } : null;
    const itemId = identities.item(shopId, item, instantOf(line.at));
    const ownerId = line.type === 'sales' ? shopId : identities.plan(shopId, line.plan_id);
    changes.add(line, { ownerId, itemId, feedId: feed.rowId }, feed.times);
    return true;
  }

  /** What was decided here stands. */
  function takeDecision(line: MuteLine | ExitLine): boolean {
    const shopId = shops.rowOf(line.shop);
    if (shopId === undefined) return false;
    const planId = identities.plan(shopId, line.plan_id);
    const accountId = line.account === undefined ? null : identities.account(line.account);
    if (line.type === 'exit')
      db.prepare('INSERT OR IGNORE INTO reported_exit (plan_id, account_id, at) VALUES (?, ?, ?)').run(
        planId,
        accountId,
        instantOf(line.left_at),
      );
    else
      db.prepare(
        'INSERT OR IGNORE INTO mute (plan_id, account_id, muted_at, until_at, reason) VALUES (?, ?, ?, ?, ?)',
      ).run(planId, accountId, instantOf(line.muted_at), msOf(line.until_at), line.reason ?? null);
    return true;
  }

  return {
    snapshots: feeds.snapshots,
    get changed() {
      return changes.written();
    },
    finish() {
      changes.finish();
      identities.flush();
      db.exec('UPDATE feed SET rated = 1 WHERE rated = 0 AND id IN (SELECT feed_id FROM rate)');
      addUntold(db, shopIds);
      for (const { account, coverage } of feeds.snapshots)
        addUntold(db, unlistedShops(db, identities.account(account), coverage));
    },
    add(line) {
      switch (line.type) {
        case 'shop':
          shops.add(line);
          return true;
        case 'item':
          return takeItem(line);
        case 'file':
          files.add(line);
          return true;
        case 'feed':
          feeds.add(line);
          return true;
        case 'snapshot':
          return feeds.addSnapshot(line);
        case 'plan':
        case 'rate':
        case 'sales':
          return takeChange(line);
        case 'mute':
        case 'exit':
          return takeDecision(line);
        default:
          return line satisfies never;
      }
    },
  };
}

function msOf(time: string | undefined): number | null {
  return time === undefined ? null : instantOf(time);
}

/** The row of a shop, made where there is none. */
function openShops(db: Db) {
  const add = db.prepare('INSERT OR IGNORE INTO shop (id_kind, id_no) VALUES (?, ?)');
  const find = db.prepare('SELECT id FROM shop WHERE id_kind = ? AND id_no = ?').pluck();
  const naming = (['nick', 'title', 'name'] as const).map((kind) => ({
    kind,
    give: prepareNaming(db, 'shop', kind),
  }));
  const rows = new Map<number, number>();
  return {
    rowOf: (shop: number) => rows.get(shop),
    add(line: ShopLine): void {
      add.run(line.id_kind, line.id_no);
      const id = find.get(line.id_kind, line.id_no) as number;
      for (const { kind, give } of naming) {
        const [name, at] = [line[kind], msOf(line[`${kind}_at`])];
        if (name !== undefined && at !== null) give.run({ id, name, at });
      }
      rows.set(line.shop, id);
    },
  };
}

type Files = ReturnType<typeof openFiles>;

/** Rows of the document's files; null for one that this ledger had already. */
function openFiles(db: Db) {
  const lastId = db.prepare('SELECT coalesce(max(id), 0) FROM file').pluck().get();
  const find = db.prepare(
    `SELECT 1 FROM file f WHERE f.id <= @lastId AND sha256 = @sha256 AND account = @account AND ids = @ids AND own_at IS @ownMs
       AND (own_at IS NOT NULL OR discarded_at IS NOT NULL OR @discardedMs IS NOT NULL
         OR @capturedMs = (SELECT max(captured_at) FROM snapshot n WHERE n.file_id = f.id))`,
  );
  const add = db.prepare(
    `INSERT INTO file (sha256, account, ids, own_at, name, bytes, encoding, format, imported_at, discarded_at)
     VALUES (@sha256, @account, @ids, @ownMs, @name, @bytes, @encoding, @format, @importedMs, @discardedMs)`,
  );
  const addHold = db.prepare('INSERT INTO hold (file_id, reason, args, released_at) VALUES (?, ?, ?, ?)');
  const rows = new Map<number, number | null>();
  return {
    rowOf: (file: number) => rows.get(file),
    add({ file, hold, own_at, captured_at, discarded_at, imported_at, ...line }: FileLine): void {
      const record = {
        ...line,
        ownMs: msOf(own_at),
        capturedMs: msOf(captured_at),
        discardedMs: msOf(discarded_at),
        importedMs: instantOf(imported_at),
      };
      const isKnown = find.get({ ...record, lastId }) !== undefined;
      const rowId = isKnown ? null : Number(add.run(record).lastInsertRowid);
      rows.set(file, rowId);
      if (rowId !== null && hold) addHold.run(rowId, hold.reason, JSON.stringify(hold.args), msOf(hold.released_at));
    },
  };
}

/** A feed of the document, as far as it is new here. */
interface OpenFeed {
  readonly line: FeedLine;
  /** Its row here; null until a snapshot of it is written. */
  rowId: number | null;
  /** Captured times of the snapshots that are written, ascending. */
  readonly times: number[];
}

/** Each feed of the document becomes a feed of its own, of the snapshots whose files are new. */
function openFeeds(db: Db, identities: Identities, files: Files) {
  const addFeed = db.prepare(ADD_FEED);
  const addSnapshot = db.prepare(ADD_SNAPSHOT);
  const feeds = new Map<number, OpenFeed>();
  const snapshots: TakenSnapshot[] = [];
  return {
    snapshots,
    find: (feed: number) => feeds.get(feed),
    add: (line: FeedLine) => void feeds.set(line.feed, { line, rowId: null, times: [] }),
    addSnapshot({ feed: no, file, captured_at, captured_from, rows }: SnapshotLine): boolean {
      const [feed, fileId, at] = [feeds.get(no), files.rowOf(file), instantOf(captured_at)];
      if (!feed || fileId === undefined || (feed.times.at(-1) ?? Number.NEGATIVE_INFINITY) >= at) return false;
      if (fileId === null) return true;
      const { account, format, coverage, subject, held } = feed.line;
      feed.rowId ??= Number(
        addFeed.run(identities.account(account), format, coverage, subject, Number(held)).lastInsertRowid,
      );
      addSnapshot.run(feed.rowId, at, captured_from, fileId, rows);
      feed.times.push(at);
      snapshots.push({ account, coverage, capturedMs: at, capturedFrom: captured_from, rows });
      return true;
    },
  };
}
