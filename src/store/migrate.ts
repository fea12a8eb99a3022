/** Brings a database to the newest schema. */
import { renameSync, rmSync } from 'node:fs';
import type { Db } from './connect.ts';
import { connect, schemaVersion } from './connect.ts';
import { unfinishedOf } from './place-file.ts';
import { MIGRATIONS } from './schema.ts';
import { checkCopy, digestContent } from './verify.ts';

/** Takes the steps that are missing, each in one transaction with its version. A database that is not new is copied before each. */
export function migrate(db: Db): void {
  const isNew = schemaVersion(db) === 0;
  while (schemaVersion(db) < MIGRATIONS.length) db.transaction(() => takeStep(db, isNew)).immediate();
}

function takeStep(db: Db, isNew: boolean): void {
  const version = schemaVersion(db);
  const step = MIGRATIONS[version];
  // Another process has taken it meanwhile.
  if (step === undefined) return;
  if (!isNew) keepCopy(db, version);
  db.exec(step);
  db.pragma(`user_version = ${version + 1}`);
}

/** Beside the database, as `….schema-<version>.backup`. It gets that name when it is whole and has been checked. */
function keepCopy(db: Db, version: number): void {
  const backup = `${db.name}.schema-${version}.backup`;
  const unfinished = unfinishedOf(backup);
  // SQLite makes no copy within a transaction. This connection keeps all others from writing, and a second one copies.
  const reader = connect(db.name, { readonly: true, fileMustExist: true });
  try {
    rmSync(unfinished, { force: true });
    reader.prepare('VACUUM INTO ?').run(unfinished);
    checkCopy(unfinished, digestContent(reader), db.name);
    renameSync(unfinished, backup);
  } finally {
    reader.close();
    rmSync(unfinished, { force: true });
  }
}
