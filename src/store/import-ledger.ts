/** Writes an exported ledger (domain/ledger-line.ts) into a database: what it knows already is passed over. */
import type { LedgerRow, LedgerRowOf } from '../domain/ledger-line.ts';
import type { NewSnapshot } from '../domain/snapshot.ts';
import { isSameFile } from './captures.ts';
import { TAKE_EXIT, TAKE_MUTE } from './decisions.ts';
import { ADD_FEED, ADD_SNAPSHOT } from './feeds.ts';
import { acceptRates, releaseFile } from './holds.ts';
import type { Identities } from './identities.ts';
import { type NewCaptures, openChanges } from './import-changes.ts';
import type { Db } from './open.ts';
import { ORDER_TABLES, openStatementWriter, type StatementWriter } from './orders.ts';
import { openRemoval } from './remove-snapshots.ts';
import { prepared } from './statements.ts';
import { addUntold, unlistedShops } from './told.ts';

/** A feed of the document, as far as it is new here. */
interface OpenFeed extends NewCaptures {
  readonly feed: LedgerRowOf<'feed'>;
  /** Its row here; null until a snapshot of it is written. */
  id: number | null;
  readonly times: number[];
  since: number | null;
  /** Where the last of its snapshots that this ledger has stands here. */
  last: { readonly feedId: number; readonly at: number } | null;
}

interface FileHere {
  readonly id: number;
  readonly generation: number;
  readonly gone: 0 | 1;
  readonly accepted: 0 | 1;
  readonly corrected: 0 | 1;
  readonly held: 0 | 1;
}

const FEED_OF_SNAPSHOT = `
  SELECT feed_id FROM capture WHERE file_id = @fileId AND captured_at = @captured_at AND account = @account AND format = @format
    AND coverage = @coverage AND subject = @subject AND held = 0 AND @held = 0`;

/** What tells a snapshot from the others of its file. */
interface Part extends Pick<LedgerRowOf<'feed'>, 'account' | 'coverage' | 'subject'> {
  readonly captured_at: number;
}

function partKey({ account, coverage, subject, captured_at }: Part): string {
  return JSON.stringify([account, coverage, subject, captured_at]);
}

/** To be used within a transaction, which must be given up when a line is not taken. */
export class LedgerWriter {
  readonly snapshots: NewSnapshot[] = [];
  /** What the user decided in the other ledger and was not known here: discards, releases, accepted rates, mutes, exits. */
  decisions = 0;
  readonly #db: Db;
  readonly #identities: Identities;
  readonly #changes;
  readonly #lastFile: number;
  /** Rows here of the document's shops and files. */
  readonly #shops = new Map<number, number>();
  readonly #files = new Map<number, { readonly id: number; readonly isNew: boolean }>();
  readonly #feeds = new Map<number, OpenFeed>();
  readonly #changedShops = new Set<number>();
  /** What is done when all lines are written: removals, releases. */
  readonly #after: (() => void)[] = [];
  /** Files of this ledger that are removed after the last line. */
  readonly #leaving = new Set<number>();
  /** By file of the document, the snapshot of a report of orders that is new here. */
  readonly #orderSnapshots = new Map<number, number>();
  readonly #orders: Readonly<Record<'order' | 'refund', StatementWriter>>;
  #newOrders = 0;
  /** Of files of the document that corrections replaced in part: what they still have. */
  readonly #parts = new Map<number, Set<string>>();

  constructor(db: Db, identities: Identities) {
    this.#db = db;
    this.#orders = {
      order: openStatementWriter(db, ORDER_TABLES.order),
      refund: openStatementWriter(db, ORDER_TABLES.refund),
    };
    this.#identities = identities;
    this.#changes = openChanges(db);
    this.#lastFile = db.prepare('SELECT coalesce(max(id), 0) FROM file').pluck().get() as number;
  }

  /** Changes written. */
  get changed(): number {
    return this.#changes.written() + this.#newOrders;
  }

  /** Takes the next line. False: it refers to what was not said before. */
  add(row: LedgerRow): boolean {
    switch (row.type) {
      case 'shop':
        return this.#addShop(row);
      case 'item':
        return this.#addItem(row);
      case 'file':
        return this.#addFile(row);
      case 'feed':
        this.#feeds.set(row.feed, { feed: row, id: null, times: [], since: null, last: null });
        return true;
      case 'snapshot':
        return this.#addSnapshot(row);
      case 'plan':
      case 'rate':
      case 'sales':
        return this.#addChange(row);
      case 'order':
      case 'refund':
        return this.#addOrder(row);
      case 'mute':
      case 'exit':
        return this.#addDecision(row);
      default:
        return row satisfies never;
    }
  }

  /** After the last line. */
  finish(): void {
    this.#changes.finish();
    this.#identities.flush();
    this.#db.exec(
      `UPDATE feed SET rated = 1 WHERE rated = 0
       AND id IN (SELECT feed_id FROM rate_change WHERE rate_bp IS NOT NULL OR raw <> '')`,
    );
    for (const act of this.#after) act();
    if (this.#after.length > 0) this.#identities.forget();
    addUntold(this.#db, this.#changedShops);
    for (const { account, coverage } of this.snapshots)
      addUntold(this.#db, unlistedShops(this.#db, this.#identities.account(account), coverage));
  }

  #addShop(row: LedgerRowOf<'shop'>): boolean {
    this.#shops.set(row.shop, this.#identities.shopOf(row.id_kind, row.id_no, row));
    return true;
  }

  #addItem({ shop, item_id, item_title, titled_at }: LedgerRowOf<'item'>): boolean {
    const shopId = this.#shops.get(shop);
    if (shopId === undefined) return false;
    this.#identities.item(shopId, { id: item_id, title: item_title }, titled_at);
    return true;
  }

  #addFile({ hold, ...row }: LedgerRowOf<'file'>): boolean {
    const known = prepared(
      this.#db,
      `SELECT g.id, g.generation, g.discarded_at IS NOT NULL AS gone, g.accepted_at IS NOT NULL AS accepted, g.corrected,
              EXISTS (SELECT 1 FROM hold WHERE file_id = g.id AND released_at IS NULL) AS held
       FROM (SELECT NULL AS id, @sha256 AS sha256, @account AS account, @ids AS ids, @own_at AS own_at, @captured_at AS last_captured_at) f
         JOIN file g ON ${isSameFile('f', 'g')} WHERE g.id <= @lastFile ORDER BY g.generation DESC, g.id DESC LIMIT 1`,
    ).get({ ...row, lastFile: this.#lastFile }) as FileHere | undefined;
    if (known && known.generation >= row.generation) {
      this.#files.set(row.file, { id: known.id, isNew: false });
      if (known.generation === row.generation && !known.gone) this.#decide(known, row, hold?.released_at ?? null);
      return true;
    }
    // An earlier generation of it stands no longer.
    if (known && !known.gone) this.#remove(known.id, row.imported_at);
    const fileId = this.#run(
      `INSERT INTO file (sha256, account, ids, own_at, dated, name, bytes, encoding, format, imported_at, discarded_at, accepted_at,
         last_captured_at, corrected, generation)
       VALUES (@sha256, @account, @ids, @own_at, @dated, @name, @bytes, @encoding, @format, @imported_at, @discarded_at, @accepted_at,
         iif(@discarded_at IS NULL, NULL, @captured_at), @corrected, @generation)`,
      row,
    );
    this.#files.set(row.file, { id: fileId, isNew: true });
    if (row.discarded_at !== null) this.decisions += 1;
    if (hold)
      this.#run(
        'INSERT INTO hold (file_id, reason, args, released_at) VALUES (@fileId, @reason, @args, @released_at)',
        { ...hold, fileId, args: JSON.stringify(hold.args) },
      );
    return true;
  }

  /** What was decided elsewhere about a file that this ledger has. What is held here stays a question until somebody releases it. */
  #decide(known: FileHere, row: Omit<LedgerRowOf<'file'>, 'hold'>, releasedAt: number | null): void {
    const { id } = known;
    if (row.discarded_at !== null) {
      if (row.corrected) this.#run('UPDATE file SET corrected = 1 WHERE id = @id', { id });
      this.#remove(id, row.discarded_at);
      return;
    }
    if (row.corrected && !known.corrected) this.#removeOthers(id, row.file, row.imported_at);
    const acceptedAt = known.accepted ? null : row.accepted_at;
    const newRelease = known.held ? releasedAt : null;
    if (acceptedAt !== null) acceptRates(this.#db, id, acceptedAt);
    if (newRelease !== null) this.#after.push(() => releaseFile(this.#db, id, newRelease));
    // Whoever releases says that the rates are right, too.
    if (acceptedAt !== null || newRelease !== null) this.decisions += 1;
  }

  /** Once, also where the document says of two generations of a file that they are gone. */
  #remove(fileId: number, atMs: number): void {
    if (this.#leaving.has(fileId)) return;
    this.#leaving.add(fileId);
    this.decisions += 1;
    this.#after.push(() => openRemoval(this.#db, atMs)(fileId));
  }

  /** Removes the snapshots of a file that the document's has no longer. */
  #removeOthers(fileId: number, no: number, atMs: number): void {
    const left = new Set<string>();
    this.#parts.set(no, left);
    this.#after.push(() => {
      const own = this.#db
        .prepare('SELECT id, account, coverage, subject, captured_at FROM capture WHERE file_id = ?')
        .all(fileId) as (Part & { readonly id: number })[];
      const gone = own.filter((snapshot) => !left.has(partKey(snapshot))).map(({ id }) => id);
      this.#run('UPDATE file SET corrected = 1 WHERE id = @fileId', { fileId });
      if (gone.length === 0) return;
      this.decisions += 1;
      openRemoval(this.#db, atMs)(fileId, gone);
    });
  }

  /**
   * A feed of the document goes on in the feed of this ledger whose newest snapshot it has, too; else it becomes a feed of its
   * own. Only snapshots whose files are new are written.
   */
  #addSnapshot({ feed: no, file, captured_at, captured_from, rows }: LedgerRowOf<'snapshot'>): boolean {
    const [open, fileHere] = [this.#feeds.get(no), this.#files.get(file)];
    if (!open || !fileHere || (open.times.at(-1) ?? Number.NEGATIVE_INFINITY) >= captured_at) return false;
    const { account, format, coverage, subject, held } = open.feed;
    this.#parts.get(file)?.add(partKey({ account, coverage, subject, captured_at }));
    if (!fileHere.isNew) {
      const of = { ...open.feed, fileId: fileHere.id, captured_at };
      const feedId = this.#get<number | undefined>(FEED_OF_SNAPSHOT, of);
      if (feedId !== undefined) open.last = { feedId, at: captured_at };
      return true;
    }
    open.id ??=
      this.#goOn(open) ?? this.#run(ADD_FEED, this.#identities.account(account), format, coverage, subject, held);
    const id = this.#run(ADD_SNAPSHOT, open.id, captured_at, captured_from, fileHere.id, rows);
    if (coverage === 'orders') this.#orderSnapshots.set(file, id);
    open.times.push(captured_at);
    this.snapshots.push({
      account,
      coverage,
      capturedMs: captured_at,
      capturedFrom: captured_from,
      rows,
      orders: coverage === 'orders' ? { sinceMs: null, untilMs: null } : null,
    });
    return true;
  }

  /** The feed in which a feed of the document goes on; null: in none. */
  #goOn(open: OpenFeed): number | null {
    if (open.last === null) return null;
    const newest = this.#get<number>('SELECT max(captured_at) FROM snapshot WHERE feed_id = @feedId', open.last);
    if (newest !== open.last.at) return null;
    open.since = open.last.at;
    return open.last.feedId;
  }

  #addChange(row: LedgerRowOf<'plan' | 'rate' | 'sales'>): boolean {
    const [shopId, feed] = [this.#shops.get(row.shop), this.#feeds.get(row.feed)];
    if (shopId === undefined || feed === undefined) return false;
    if (feed.id === null) return true;
    this.#changedShops.add(shopId);
    const item = row.type === 'plan' || row.item_id === null ? null : { id: row.item_id, title: null };
    const itemId = this.#identities.item(shopId, item, row.at);
    const ownerId = row.type === 'sales' ? shopId : this.#identities.plan(shopId, row.plan_id);
    this.#changes.add(row, { ownerId, itemId, feedId: feed.id }, feed);
    return true;
  }

  #addOrder({ type, account, occurrence, said, seen }: LedgerRowOf<'order' | 'refund'>): boolean {
    if (seen.some(({ file }) => !this.#files.has(file))) return false;
    const accountId = this.#identities.account(account);
    const values = ORDER_TABLES[type].columns.map((column) => said[column] as string | number | null);
    for (const { file, line } of seen) {
      const snapshotId = this.#orderSnapshots.get(file);
      if (snapshotId === undefined) continue;
      const place = { accountId, occurrence, snapshotId, line };
      if (this.#orders[type].add(values, place) !== 'known') this.#newOrders += 1;
    }
    return true;
  }

  #addDecision(row: LedgerRowOf<'mute' | 'exit'>): boolean {
    const shopId = this.#shops.get(row.shop);
    if (shopId === undefined) return false;
    const planId = this.#identities.plan(shopId, row.plan_id);
    const accountId = row.account === null ? null : this.#identities.account(row.account);
    const take = prepared(this.#db, row.type === 'exit' ? TAKE_EXIT : TAKE_MUTE);
    const { changes } = take.run({ ...row, planId, accountId });
    this.decisions += changes;
    if (changes > 0) this.#changedShops.add(shopId);
    return true;
  }

  #run(sql: string, ...args: unknown[]): number {
    return Number(prepared(this.#db, sql).run(...args).lastInsertRowid);
  }

  #get<T>(sql: string, row: object): T {
    return prepared(this.#db, sql).pluck().get(row) as T;
  }
}
