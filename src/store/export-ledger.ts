/** The ledger as lines (domain/ledger-line.ts). */
import type {
  ExitLine,
  FeedLine,
  FileLine,
  HoldReason,
  ItemLine,
  LedgerLine,
  MuteLine,
  PlanLine,
  RateLine,
  SalesLine,
  ShopLine,
  SnapshotLine,
} from '../domain/ledger-line.ts';
import { PLAN_FIELDS } from '../domain/ledger-line.ts';
import { formatBp } from '../domain/rate.ts';
import { formatIso } from '../domain/time.ts';
import type { Db } from './open.ts';

/** Everything that answers derive from, in flat memory. To be read within one transaction. */
export function* exportLedger(db: Db): Generator<LedgerLine> {
  yield* shopLines(db);
  yield* itemLines(db);
  yield* fileLines(db);
  yield* feedLines(db);
  yield* planLines(db);
  yield* salesLines(db);
  yield* decisionLines(db);
}

/** A row that is a line but for its times, which are numbers in the table, and for what is unknown. */
type Row<L, Times extends string, Flags extends string = never> = Omit<L, 'type' | Times | Flags> &
  Readonly<Record<Times, number | null>> &
  Readonly<Record<Flags, number | null>>;

function* shopLines(db: Db): Generator<ShopLine> {
  const rows = db.prepare(
    'SELECT id AS shop, id_kind, id_no, nick, nick_at, title, title_at, name, name_at FROM shop ORDER BY id',
  );
  for (const row of rows.iterate() as Iterable<Row<ShopLine, 'nick_at' | 'title_at' | 'name_at'>>) {
    const times = { nick_at: iso(row.nick_at), title_at: iso(row.title_at), name_at: iso(row.name_at) };
    yield known<ShopLine>({ type: 'shop', ...row, ...times });
  }
}

function* itemLines(db: Db): Generator<ItemLine> {
  const rows = db.prepare(
    'SELECT shop_id AS shop, item_no AS item_id, title AS item_title, title_at AS titled_at FROM item WHERE title IS NOT NULL ORDER BY id',
  );
  for (const row of rows.iterate() as Iterable<Row<ItemLine, 'titled_at'>>)
    yield known<ItemLine>({ type: 'item', ...row, titled_at: iso(row.titled_at) });
}

function* fileLines(db: Db): Generator<FileLine> {
  const rows = db.prepare(
    `SELECT f.id AS file, f.name, f.sha256, f.account, f.ids, f.bytes, f.encoding, f.format, f.imported_at, f.own_at, f.discarded_at,
            (SELECT max(captured_at) FROM snapshot n WHERE n.file_id = f.id) AS captured_at, h.reason, h.args, h.released_at
     FROM file f LEFT JOIN hold h ON h.file_id = f.id ORDER BY f.id`,
  );
  for (const { reason, args, released_at, ...row } of rows.iterate() as Iterable<FileRow>) {
    const times = { imported_at: iso(row.imported_at), own_at: iso(row.own_at), captured_at: iso(row.captured_at) };
    const hold = reason === null ? null : known({ reason, args: JSON.parse(args), released_at: iso(released_at) });
    yield known<FileLine>({ type: 'file', ...row, ...times, discarded_at: iso(row.discarded_at), hold });
  }
}

interface FileRow extends Row<Omit<FileLine, 'hold'>, 'imported_at' | 'own_at' | 'captured_at' | 'discarded_at'> {
  readonly reason: HoldReason | null;
  readonly args: string;
  readonly released_at: number | null;
}

function* feedLines(db: Db): Generator<FeedLine | SnapshotLine> {
  const feeds = db.prepare(
    `SELECT f.id AS feed, a.name AS account, f.format, f.coverage, f.subject, f.held
     FROM feed f JOIN account a ON a.id = f.account_id ORDER BY f.id`,
  );
  for (const row of feeds.iterate() as Iterable<Row<FeedLine, never, 'held'>>)
    yield { type: 'feed', ...row, held: row.held === 1 };
  const snapshots = db.prepare(
    `SELECT feed_id AS feed, file_id AS file, captured_at, captured_from, rows FROM snapshot ORDER BY feed_id, captured_at`,
  );
  for (const row of snapshots.iterate() as Iterable<Row<SnapshotLine, 'captured_at'>>)
    yield known<SnapshotLine>({ type: 'snapshot', ...row, captured_at: iso(row.captured_at) });
}

/** Plan by plan: what is said of it, then its rates. */
function* planLines(db: Db): Generator<PlanLine | RateLine> {
  const plans = db.prepare('SELECT id, shop_id AS shop, plan_no AS plan_id FROM plan ORDER BY shop_id, id').all();
  const columns = PLAN_FIELDS.map(([column, field]) => `${column} AS ${field}`).join(', ');
  const facts = db.prepare(
    `SELECT feed_id AS feed, at, listed, line, ${columns} FROM fact WHERE plan_id = ? ORDER BY feed_id, at`,
  );
  const rates = db.prepare(
    `SELECT i.item_no AS item_id, c.feed_id AS feed, c.at, c.listed, c.income, c.rate_bp, c.raw AS cell, c.line
     FROM rate_change c LEFT JOIN item i ON i.id = c.item_id WHERE c.plan_id = ? ORDER BY c.item_id, c.feed_id, c.at`,
  );
  for (const { id, ...plan } of plans as { id: number; shop: number; plan_id: string }[]) {
    for (const row of facts.iterate(id) as Iterable<PlanRow>) {
      const flags = { locked: flag(row.locked), audit: flag(row.audit), hidden: flag(row.hidden) };
      yield known<PlanLine>({ type: 'plan', ...plan, ...row, at: iso(row.at), listed: row.listed === 1, ...flags });
    }
    for (const { rate_bp, ...row } of rates.iterate(id) as Iterable<RateRow>) {
      const flags = { listed: row.listed === 1, income: row.income === 1 };
      const rate = rate_bp === null ? null : formatBp(rate_bp);
      yield known<RateLine>({ type: 'rate', ...plan, ...row, at: iso(row.at), ...flags, rate });
    }
  }
}

type PlanRow = Row<Omit<PlanLine, 'shop' | 'plan_id'>, 'at', 'listed' | 'locked' | 'audit' | 'hidden'>;

interface RateRow extends Row<Omit<RateLine, 'shop' | 'plan_id' | 'rate'>, 'at', 'listed' | 'income'> {
  readonly rate_bp: number | null;
}

function* salesLines(db: Db): Generator<SalesLine> {
  const rows = db.prepare(
    `SELECT s.shop_id AS shop, i.item_no AS item_id, s.feed_id AS feed, s.at, s.sales AS sales_30d
     FROM (SELECT shop_id, item_id, feed_id, at, sales FROM sales UNION ALL SELECT shop_id, item_id, feed_id, at, sales FROM sales_past) s
     JOIN item i ON i.id = s.item_id ORDER BY s.shop_id, s.item_id, s.feed_id, s.at`,
  );
  for (const row of rows.iterate() as Iterable<Row<SalesLine, 'at'>>)
    yield known<SalesLine>({ type: 'sales', ...row, at: iso(row.at) });
}

function* decisionLines(db: Db): Generator<MuteLine | ExitLine> {
  const mutes = db.prepare(
    `SELECT p.shop_id AS shop, p.plan_no AS plan_id, a.name AS account, muted_at, until_at, reason
     FROM mute m JOIN plan p ON p.id = m.plan_id LEFT JOIN account a ON a.id = m.account_id ORDER BY p.id, a.name`,
  );
  for (const row of mutes.iterate() as Iterable<Row<MuteLine, 'muted_at' | 'until_at'>>)
    yield known<MuteLine>({ type: 'mute', ...row, muted_at: iso(row.muted_at), until_at: iso(row.until_at) });
  const exits = db.prepare(
    `SELECT p.shop_id AS shop, p.plan_no AS plan_id, a.name AS account, e.at AS left_at
     FROM reported_exit e JOIN plan p ON p.id = e.plan_id JOIN account a ON a.id = e.account_id ORDER BY p.id, a.name`,
  );
  for (const row of exits.iterate() as Iterable<Row<ExitLine, 'left_at'>>)
    yield known<ExitLine>({ type: 'exit', ...row, left_at: iso(row.left_at) });
}

function iso(ms: number | null): string | null {
  return ms === null ? null : formatIso(ms);
}

function flag(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}

/** Leaves out what is unknown. */
function known<T extends object>(line: object): T {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null)) as T;
}
