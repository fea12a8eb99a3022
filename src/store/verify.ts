/** Looks at everything in a database: what `doctor` reports, and what a copy must stand before it is relied on. */
import { createHash } from 'node:crypto';
import { MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../domain/reading.ts';
import { TkguardError } from '../errors.ts';
import { DamagedData } from './damage.ts';
import type { Db } from './open.ts';
import { guard } from './open.ts';
import type { StoredPage } from './rate-pages.ts';
import { entriesOf, whole } from './rate-pages.ts';
import { unknownCapture } from './runs.ts';

/** More findings than these say nothing more. */
const MOST_FINDINGS = 20;

/** What SQLite finds wrong with the structure, the indexes, the constraints and the references; in its own English. */
export function findDamage(db: Db): string[] {
  const structure = (db.pragma(`integrity_check(${MOST_FINDINGS})`) as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((finding) => finding !== 'ok');
  const references = (db.pragma('foreign_key_check') as { table: string; parent: string }[])
    .slice(0, MOST_FINDINGS)
    .map(({ table, parent }) => `${table} refers to a missing ${parent}`);
  return [...structure, ...references, ...unknownWords(db), ...unknownCaptures(db), ...damagedPages(db)];
}

/** On a connection that only reads, SQLite's check leaves out what columns may hold. */
function unknownWords(db: Db): string[] {
  const words = { kind: PLAN_KINDS, state: PLAN_STATES, status: MEMBERSHIPS };
  return Object.entries(words).flatMap(([column, known]) => {
    const find = db.prepare(`SELECT 1 FROM fact WHERE ${column} NOT IN (SELECT value FROM json_each(?)) LIMIT 1`);
    return find.get(JSON.stringify(known)) ? [`fact.${column} holds a word that is not known`] : [];
  });
}

function unknownCaptures(db: Db): string[] {
  const find = db.prepare(
    `SELECT 1 FROM fact f WHERE NOT EXISTS
       (SELECT 1 FROM snapshot n WHERE n.stream_id = f.stream_id AND n.captured_at = f.at) LIMIT 1`,
  );
  return find.get() ? [unknownCapture().message] : [];
}

/** SQLite sees only bytes in them. A database of an older version has none. */
function damagedPages(db: Db): string[] {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'rate_page'").get() === undefined) return [];
  const captures = new Map<number, Set<number>>();
  const snapshots = db.prepare('SELECT stream_id, captured_at FROM snapshot').raw().all();
  for (const [streamId, at] of snapshots as [streamId: number, at: number][])
    captures.set(streamId, (captures.get(streamId) ?? new Set()).add(at));
  const pages = db.prepare('SELECT stream_id AS streamId, at, entries FROM rate_page');
  try {
    for (const page of pages.iterate() as Iterable<StoredPage>) {
      const known = captures.get(page.streamId);
      for (const { at } of entriesOf([whole(page)])) if (!known?.has(at)) throw unknownCapture();
    }
  } catch (error) {
    if (!(error instanceof DamagedData)) throw error;
    return [error.message];
  }
  return [];
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
