/** The ledger as lines (domain/ledger-line.ts). */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { headOf, LEDGER_LINE, type LedgerLine, type LedgerRow } from '../domain/ledger-line.ts';
import { capturedAt } from './captures.ts';
import { isOfOrders } from './feeds.ts';
import { PLAN_COLUMNS } from './import-changes.ts';
import type { Db } from './open.ts';
import { ORDER_TABLES, type OrderTables } from './orders.ts';

const CHUNK_LENGTH = 1 << 16;

/** The whole document: its head, all lines, and an end by which it is known to be whole. */
export function* exportText(db: Db, withOrders: boolean): Generator<string> {
  const hash = createHash('sha256');
  let chunk = `${JSON.stringify(headOf(ledgerId(db)))}\n`;
  let lines = 1;
  for (const line of exportLedger(db, withOrders)) {
    chunk += `${JSON.stringify(line)}\n`;
    lines += 1;
    if (chunk.length < CHUNK_LENGTH) continue;
    hash.update(chunk);
    yield chunk;
    chunk = '';
  }
  hash.update(chunk);
  yield `${chunk}${JSON.stringify({ type: 'end', lines, sha256: hash.digest('hex') })}\n`;
}

/** The number that a ledger was given when it was made. */
export function ledgerId(db: Db): string {
  return db.prepare('SELECT id FROM ledger').pluck().get() as string;
}

/** Everything that answers derive from, in flat memory. To be read within one transaction. */
export function* exportLedger(db: Db, withOrders: boolean): Generator<LedgerLine> {
  for (const row of ledgerRows(db, withOrders)) yield z.encode(LEDGER_LINE, row);
}

function* ledgerRows(db: Db, withOrders: boolean): Generator<LedgerRow> {
  const isWhole = Number(withOrders);
  const rowsOf = <R>(sql: string, ...args: unknown[]) => db.prepare(sql).iterate(...args) as Iterable<R>;
  yield* rowsOf<LedgerRow>(
    `SELECT 'shop' AS type, id AS shop, id_kind, id_no, nick, nick_at, title, title_at, name, name_at FROM shop ORDER BY id`,
  );
  yield* rowsOf<LedgerRow>(
    `SELECT 'item' AS type, shop_id AS shop, item_no AS item_id, title AS item_title, title_at AS titled_at
     FROM item WHERE title IS NOT NULL ORDER BY id`,
  );
  const files = rowsOf<{ readonly hold: string | null } & Extract<LedgerRow, { type: 'file' }>>(
    `SELECT 'file' AS type, f.id AS file, f.name, f.sha256, f.account, f.ids, f.bytes, f.encoding, f.format, f.imported_at, f.own_at, f.dated,
            f.discarded_at, f.accepted_at, f.corrected, f.generation, ${capturedAt('f')} AS captured_at,
            iif(h.file_id IS NULL, NULL, json_object('reason', h.reason, 'args', json(h.args), 'released_at', h.released_at)) AS hold
     FROM file f LEFT JOIN hold h ON h.file_id = f.id WHERE ? OR NOT ${isOfOrders('f.format')} ORDER BY f.id`,
    isWhole,
  );
  for (const file of files) yield { ...file, hold: file.hold === null ? null : JSON.parse(file.hold) };
  yield* rowsOf<LedgerRow>(
    `SELECT 'feed' AS type, f.id AS feed, a.name AS account, f.format, f.coverage, f.subject, f.held
     FROM feed f JOIN account a ON a.id = f.account_id WHERE ? OR f.coverage <> 'orders' ORDER BY f.id`,
    isWhole,
  );
  yield* rowsOf<LedgerRow>(
    `SELECT 'snapshot' AS type, feed_id AS feed, file_id AS file, captured_at, captured_from, rows
     FROM snapshot n JOIN feed f ON f.id = n.feed_id WHERE ? OR f.coverage <> 'orders' ORDER BY feed_id, captured_at`,
    isWhole,
  );
  yield* planRows(db);
  yield* rowsOf<LedgerRow>(
    `SELECT 'sales' AS type, s.shop_id AS shop, i.item_no AS item_id, s.feed_id AS feed, s.at, s.sales AS sales_30d
     FROM (SELECT shop_id, item_id, feed_id, at, sales FROM sales UNION ALL SELECT shop_id, item_id, feed_id, at, sales FROM sales_past) s
     JOIN item i ON i.id = s.item_id ORDER BY s.shop_id, s.item_id, s.feed_id, s.at`,
  );
  yield* rowsOf<LedgerRow>(
    `SELECT 'mute' AS type, p.shop_id AS shop, p.plan_no AS plan_id, a.name AS account, decided_at, muted_at, until_at, reason
     FROM mute m JOIN plan p ON p.id = m.plan_id LEFT JOIN account a ON a.id = m.account_id ORDER BY p.id, a.name`,
  );
  yield* rowsOf<LedgerRow>(
    `SELECT 'exit' AS type, p.shop_id AS shop, p.plan_no AS plan_id, a.name AS account, e.decided_at, e.at AS left_at
     FROM reported_exit e JOIN plan p ON p.id = e.plan_id JOIN account a ON a.id = e.account_id ORDER BY p.id, a.name`,
  );
  if (withOrders) for (const tables of [ORDER_TABLES.order, ORDER_TABLES.refund]) yield* orderRows(db, tables);
}

function* orderRows(db: Db, { name, columns }: OrderTables): Generator<LedgerRow> {
  const states = db.prepare(
    `SELECT s.id, a.name AS account, s.occurrence, ${columns.map((column) => `s.${column}`).join(', ')}
     FROM ${name}_state s JOIN account a ON a.id = s.account_id ORDER BY s.id`,
  );
  const seen = db.prepare(
    `SELECT n.file_id AS file, o.line FROM ${name}_seen o JOIN snapshot n ON n.id = o.snapshot_id
     WHERE o.state_id = ? ORDER BY n.file_id`,
  );
  type State = { readonly id: number; readonly account: string; readonly occurrence: number };
  for (const { id, account, occurrence, ...said } of states.iterate() as Iterable<State>)
    yield { type: name, account, occurrence, said, seen: seen.all(id) as { file: number; line: number }[] };
}

/** What is said of plans, then their rates; those of one thing together, in order of time. Each in one statement that needs no sorting. */
function* planRows(db: Db): Generator<LedgerRow> {
  const columns = PLAN_COLUMNS.map(([column, field]) => `f.${column} AS ${field}`);
  yield* db
    .prepare(
      `SELECT 'plan' AS type, p.shop_id AS shop, p.plan_no AS plan_id, f.feed_id AS feed, f.at, f.listed, f.line, ${columns.join(', ')}
       FROM fact f CROSS JOIN plan p ON p.id = f.plan_id ORDER BY f.plan_id, f.feed_id, f.at`,
    )
    .iterate() as Iterable<LedgerRow>;
  const rates = (table: string) =>
    `SELECT 'rate' AS type, p.shop_id AS shop, p.plan_no AS plan_id, i.item_no AS item_id, c.feed_id AS feed, c.at, c.listed, c.income,
            c.rate_bp AS rate, c.raw AS cell, c.line, c.plan_id AS plan_row, c.item_id AS item_row
     FROM ${table} c CROSS JOIN plan p ON p.id = c.plan_id LEFT JOIN item i ON i.id = c.item_id`;
  const all = db.prepare(`${rates('rate')} UNION ALL ${rates('rate_past')} ORDER BY plan_row, item_row, feed, at`);
  type Ordered = LedgerRow & { readonly plan_row: number; readonly item_row: number };
  for (const { plan_row, item_row, ...row } of all.iterate() as Iterable<Ordered>) yield row as LedgerRow;
}
