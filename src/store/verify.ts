/** Looks at everything in a database: what `doctor` reports, and what a copy must stand before it is relied on. */
import { createHash } from 'node:crypto';
import { TkguardError } from '../errors.ts';
import type { Db } from './open.ts';
import { guard } from './open.ts';
import type { Page } from './rate-page.ts';
import { DamagedPage } from './rate-page.ts';
import { entriesOf, whole } from './rate-pages.ts';

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
  return [...structure, ...references, ...damagedPages(db)];
}

/** SQLite sees only bytes in them. A database of an older version has none. */
function damagedPages(db: Db): string[] {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'rate_page'").get() === undefined) return [];
  const pages = db.prepare('SELECT at, entries FROM rate_page');
  try {
    for (const page of pages.iterate() as Iterable<Page>) for (const _ of entriesOf([whole(page)]));
  } catch (error) {
    if (!(error instanceof DamagedPage)) throw error;
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
