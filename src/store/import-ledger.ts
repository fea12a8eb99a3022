/** Writes an exported ledger (domain/ledger-line.ts) into a database: what it knows already is passed over. */
import type { Statement } from 'better-sqlite3';
import type { LedgerRow, LedgerRowOf } from '../domain/ledger-line.ts';
import type { NewSnapshot } from '../domain/snapshot.ts';
import { ADD_FEED, ADD_SNAPSHOT } from './feeds.ts';
import { acceptRates } from './holds.ts';
import type { Identities } from './identities.ts';
import { openChanges } from './import-changes.ts';
import { prepareNaming } from './item-ids.ts';
import type { Db } from './open.ts';
import { addUntold, unlistedShops } from './untold.ts';

/** A feed of the document, as far as it is new here. */
interface OpenFeed {
  readonly feed: LedgerRowOf<'feed'>;
  /** Its row here; null until a snapshot of it is written. */
  id: number | null;
  /** Captured times of the snapshots that are written, ascending. */
  readonly times: number[];
}

/** To be used within a transaction, which must be given up when a line is not taken. */
export class LedgerWriter {
  readonly snapshots: NewSnapshot[] = [];
  readonly #db: Db;
  readonly #identities: Identities;
  readonly #changes;
  readonly #names;
  readonly #lastFile: number;
  /** Rows here of the document's shops and files; null: a file that this ledger had already. */
  readonly #shops = new Map<number, number>();
  readonly #files = new Map<number, number | null>();
  readonly #feeds = new Map<number, OpenFeed>();
  readonly #changedShops = new Set<number>();
  readonly #statements = new Map<string, Statement>();

  constructor(db: Db, identities: Identities) {
    this.#db = db;
    this.#identities = identities;
    this.#changes = openChanges(db);
    this.#names = (['nick', 'title', 'name'] as const).map((kind) => ({ kind, give: prepareNaming(db, 'shop', kind) }));
    this.#lastFile = db.prepare('SELECT coalesce(max(id), 0) FROM file').pluck().get() as number;
  }

  /** Changes written. */
  get changed(): number {
    return this.#changes.written();
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
        this.#feeds.set(row.feed, { feed: row, id: null, times: [] });
        return true;
      case 'snapshot':
        return this.#addSnapshot(row);
      case 'plan':
      case 'rate':
      case 'sales':
        return this.#addChange(row);
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
    addUntold(this.#db, this.#changedShops);
    for (const { account, coverage } of this.snapshots)
      addUntold(this.#db, unlistedShops(this.#db, this.#identities.account(account), coverage));
  }

  #addShop(row: LedgerRowOf<'shop'>): boolean {
    this.#run('INSERT OR IGNORE INTO shop (id_kind, id_no) VALUES (@id_kind, @id_no)', row);
    const id = this.#get('SELECT id FROM shop WHERE id_kind = @id_kind AND id_no = @id_no', row) as number;
    for (const { kind, give } of this.#names) {
      const [name, at] = [row[kind], row[`${kind}_at`]];
      if (name !== null && at !== null) give.run({ id, name, at });
    }
    this.#shops.set(row.shop, id);
    return true;
  }

  #addItem({ shop, item_id, item_title, titled_at }: LedgerRowOf<'item'>): boolean {
    const shopId = this.#shops.get(shop);
    if (shopId === undefined) return false;
    this.#identities.item(shopId, { id: item_id, title: item_title }, titled_at);
    return true;
  }

  #addFile({ hold, ...row }: LedgerRowOf<'file'>): boolean {
    const known = this.#get(
      `SELECT f.id FROM file f WHERE f.id <= @lastFile AND sha256 = @sha256 AND account = @account AND ids = @ids AND own_at IS @own_at
         AND (own_at IS NOT NULL OR discarded_at IS NOT NULL OR @discarded_at IS NOT NULL
           OR @captured_at = (SELECT max(captured_at) FROM snapshot n WHERE n.file_id = f.id))`,
      { ...row, lastFile: this.#lastFile },
    ) as number | undefined;
    if (known !== undefined) {
      if (row.accepted_at !== null) acceptRates(this.#db, known, row.accepted_at);
      this.#files.set(row.file, null);
      return true;
    }
    const fileId = this.#run(
      `INSERT INTO file (sha256, account, ids, own_at, dated, name, bytes, encoding, format, imported_at, discarded_at, accepted_at)
       VALUES (@sha256, @account, @ids, @own_at, @dated, @name, @bytes, @encoding, @format, @imported_at, @discarded_at, @accepted_at)`,
      row,
    );
    this.#files.set(row.file, fileId);
    if (hold)
      this.#run(
        'INSERT INTO hold (file_id, reason, args, released_at) VALUES (@fileId, @reason, @args, @released_at)',
        { ...hold, fileId, args: JSON.stringify(hold.args) },
      );
    return true;
  }

  /** Each feed of the document becomes a feed of its own, of the snapshots whose files are new. */
  #addSnapshot({ feed: no, file, captured_at, captured_from, rows }: LedgerRowOf<'snapshot'>): boolean {
    const [open, fileId] = [this.#feeds.get(no), this.#files.get(file)];
    if (!open || fileId === undefined || (open.times.at(-1) ?? Number.NEGATIVE_INFINITY) >= captured_at) return false;
    if (fileId === null) return true;
    const { account, format, coverage, subject, held } = open.feed;
    open.id ??= this.#run(ADD_FEED, this.#identities.account(account), format, coverage, subject, held);
    this.#run(ADD_SNAPSHOT, open.id, captured_at, captured_from, fileId, rows);
    open.times.push(captured_at);
    this.snapshots.push({ account, coverage, capturedMs: captured_at, capturedFrom: captured_from, rows });
    return true;
  }

  #addChange(row: LedgerRowOf<'plan' | 'rate' | 'sales'>): boolean {
    const [shopId, feed] = [this.#shops.get(row.shop), this.#feeds.get(row.feed)];
    if (shopId === undefined || feed === undefined) return false;
    if (feed.id === null) return true;
    this.#changedShops.add(shopId);
    const item = row.type === 'plan' || row.item_id === null ? null : { id: row.item_id, title: null };
    const itemId = this.#identities.item(shopId, item, row.at);
    const ownerId = row.type === 'sales' ? shopId : this.#identities.plan(shopId, row.plan_id);
    this.#changes.add(row, { ownerId, itemId, feedId: feed.id }, feed.times);
    return true;
  }

  /** What was decided here stands. */
  #addDecision(row: LedgerRowOf<'mute' | 'exit'>): boolean {
    const shopId = this.#shops.get(row.shop);
    if (shopId === undefined) return false;
    const planId = this.#identities.plan(shopId, row.plan_id);
    const accountId = row.account === null ? null : this.#identities.account(row.account);
    this.#run(
      row.type === 'exit'
        ? 'INSERT OR IGNORE INTO reported_exit (plan_id, account_id, at) VALUES (@planId, @accountId, @left_at)'
        : `INSERT OR IGNORE INTO mute (plan_id, account_id, muted_at, until_at, reason)
           VALUES (@planId, @accountId, @muted_at, @until_at, @reason)`,
      { ...row, planId, accountId },
    );
    return true;
  }

  #run(sql: string, ...args: unknown[]): number {
    return Number(this.#prepare(sql).run(...args).lastInsertRowid);
  }

  #get(sql: string, row: object): unknown {
    return this.#prepare(sql).pluck().get(row);
  }

  #prepare(sql: string): Statement {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
