/** Looks at everything in a database: what `doctor` reports, and what a copy must stand before it is relied on. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { ORDER_ROLES, ORDER_STATES, REFUND_STATES } from '../domain/order-line.ts';
import { MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../domain/reading.ts';
import { TkguardError } from '../errors.ts';
import { connect, type Db, guard } from './connect.ts';

/** More findings than these say nothing more. */
const MOST_FINDINGS = 20;

/** What is wrong with the structure, the indexes, the constraints, the references and the rows; in English. */
export function findDamage(db: Db): string[] {
  const structure = (db.pragma(`integrity_check(${MOST_FINDINGS})`) as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((finding) => finding !== 'ok');
  // What asks for rows fails on a broken structure.
  if (structure.length > 0) return structure;
  const references = (db.pragma('foreign_key_check') as { table: string; parent: string }[])
    .slice(0, MOST_FINDINGS)
    .map(({ table, parent }) => `${table} refers to a missing ${parent}`);
  return [...references, ...unknownWords(db), ...unknownCaptures(db)];
}

const WORDS: readonly (readonly [table: string, column: string, known: readonly string[]])[] = [
  ['fact', 'kind', PLAN_KINDS],
  ['fact', 'state', PLAN_STATES],
  ['fact', 'status', MEMBERSHIPS],
  ['order_state', 'role', ORDER_ROLES],
  ['order_state', 'state', ORDER_STATES],
  ['refund_state', 'role', ORDER_ROLES],
  ['refund_state', 'state', REFUND_STATES],
];

/** On a connection that only reads, SQLite's check leaves out what columns may hold. */
function unknownWords(db: Db): string[] {
  return WORDS.flatMap(([table, column, known]) => {
    const find = db.prepare(`SELECT 1 FROM ${table} WHERE ${column} NOT IN (SELECT value FROM json_each(?)) LIMIT 1`);
    return find.get(JSON.stringify(known)) ? [`${table}.${column} holds a word that is not known`] : [];
  });
}

/** Whatever a feed says it said in one of its snapshots. */
function unknownCaptures(db: Db): string[] {
  return ['fact', 'rate', 'rate_past', 'sales', 'sales_past'].flatMap((table) => {
    const find = db.prepare(
      `SELECT feed_id, at FROM ${table} EXCEPT SELECT feed_id, captured_at FROM snapshot LIMIT 1`,
    );
    return find.get() ? [`${table} has a row of a capture that is not there`] : [];
  });
}

/** Throws `db-damaged` with the first finding. */
export function checkStructure(db: Db, path: string): void {
  const [reason] = guard(path, () => findDamage(db));
  if (reason !== undefined) throw new TkguardError('db-damaged', { path, reason });
}

/** SHA-256 over every row of every table, whatever page it stands on. */
export function digestContent(db: Db): string {
  const hash = createHash('sha256');
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
  for (const table of tables as string[]) {
    hash.update(`${table}\n`);
    for (const row of db.prepare(`SELECT * FROM "${table}"`).raw().safeIntegers().iterate() as Iterable<unknown[]>) {
      hash.update(
        `${row.map((cell) => (cell === null ? '' : `${typeof cell}${String(cell).length}:${cell}`)).join()}\n`,
      );
    }
  }
  return hash.digest('hex');
}

/**
 * Makes a copy a single file with no log beside it, and waits until the disk has it. Throws `db-damaged` about `from` where
 * what was copied is not sound, and `io` where the copy's rows do not have this digest.
 */
export function checkCopy(copyPath: string, digest: string, from: string): void {
  const copy = guard(copyPath, () => connect(copyPath, { fileMustExist: true }));
  try {
    guard(copyPath, () => copy.pragma('journal_mode = DELETE'));
    checkStructure(copy, from);
    if (guard(copyPath, () => digestContent(copy)) !== digest)
      throw new TkguardError('io', { path: copyPath, reason: 'copy differs' });
  } finally {
    copy.close();
  }
  const fd = openSync(copyPath, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
