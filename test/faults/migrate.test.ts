/** A newer program on a database that has data: a checked copy first, then the step wholly or not at all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openForReading, openForWriting } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import { digestContent } from '../../src/store/verify.ts';
import { makeWorld } from '../support/run.ts';
import { ROOT } from '../support/spawn.ts';

const OLD = MIGRATIONS.length;
const STEP = "ALTER TABLE account ADD COLUMN note TEXT; INSERT INTO account (name) VALUES ('of the step')";
/** Takes some seconds. */
const SLOW_STEP = `INSERT INTO account (name)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT 'slow ' || i FROM n`;

const folder = mkdtempSync(join(tmpdir(), 'tkguard-migrate-'));
const program = join(folder, 'newer-program.cjs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the database as a sync would, with one step more. */
const NEWER_PROGRAM = `
  import { openForWriting } from '${join(ROOT, 'src/store/open.ts')}';
  import { MIGRATIONS } from '${join(ROOT, 'src/store/schema.ts')}';
  const [, , path = '', step = ''] = process.argv;
  (MIGRATIONS as string[]).push(step);
  openForWriting(path).close();`;

beforeAll(async () => {
  const source = join(folder, 'newer-program.ts');
  writeFileSync(source, NEWER_PROGRAM);
  const handler = (id: string) => ({ code: readFileSync(id.replace('?raw', ''), 'utf8'), moduleType: 'text' as const });
  const plugins = [{ name: 'texts', load: { filter: { id: /\?raw$/ }, handler } }];
  const bundle = await rolldown({ input: source, platform: 'node', external: ['better-sqlite3'], plugins });
  await bundle.write({ file: program, format: 'cjs' });
});

function startNewer(path: string, step: string): ChildProcess {
  return spawn(process.execPath, [program, path, step], { env: { NODE_PATH: join(ROOT, 'node_modules') } });
}

function ending(child: ChildProcess): Promise<unknown> {
  return new Promise((done) => child.once('close', (code, signal) => done(signal ?? code)));
}

/** The same in this process, until the test is done. */
function addStep(step: string): void {
  (MIGRATIONS as string[]).push(step);
  onTestFinished(() => void (MIGRATIONS as string[]).pop());
}

/** A database of today's version in a world of its own. */
function worldWithData(accounts = 3) {
  const world = makeWorld();
  const db = openForWriting(world.db);
  db.prepare(
    `INSERT INTO account (name) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     SELECT 'account ' || i || hex(zeroblob(500)) FROM n`,
  ).run(accounts);
  db.close();
  return { world, path: world.db, backup: `${world.db}.schema-${OLD}.backup`, digest: contentOf(world.db) };
}

function read<T>(path: string, ask: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}
const contentOf = (path: string) => read(path, digestContent);
const versionOf = (path: string) => read(path, (db) => db.pragma('user_version', { simple: true }));
/** A connection that only reads leaves an empty log. */
const filesIn = (world: { readonly folder: string }) =>
  readdirSync(world.folder)
    .filter((name) => !/-(wal|shm)$/.test(name))
    .sort();
const unfinishedIn = (world: { readonly folder: string }) =>
  filesIn(world).filter((name) => name.includes('.unfinished'));

test('readers ask for a sync, which keeps a copy and takes the step; the older program then refuses', async () => {
  const { world, path, backup, digest } = worldWithData();
  const before = readFileSync(path);
  addStep(STEP);
  expect(() => openForReading(path)).toThrow('db-older');
  for (const lang of ['en', 'zh']) {
    const { code, out, err } = await world.run('snapshots', '--lang', lang);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('[db-older]');
  }
  expect(readFileSync(path).equals(before)).toBe(true);
  openForWriting(path).close();
  expect([versionOf(path), versionOf(backup)]).toEqual([OLD + 1, OLD]);
  expect(contentOf(backup)).toBe(digest);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(existsSync(`${backup}-wal`)).toBe(false);
  openForReading(path).close();
  expect(filesIn(world)).toEqual(['test.db', `test.db.schema-${OLD}.backup`]);
  (MIGRATIONS as string[]).pop();
  try {
    for (const open of [openForReading, openForWriting]) expect(() => open(path)).toThrow('db-newer');
    openForReading(backup).close();
  } finally {
    (MIGRATIONS as string[]).push(STEP);
  }
});

test('a step that fails leaves the database as it was, and the next try works', () => {
  const { path, backup, digest } = worldWithData();
  addStep(`${STEP}; INSERT INTO nowhere VALUES (1)`);
  expect(() => openForWriting(path)).toThrow('db-damaged');
  expect([versionOf(path), contentOf(path)]).toEqual([OLD, digest]);
  (MIGRATIONS as string[])[OLD] = STEP;
  openForWriting(path).close();
  expect([versionOf(path), versionOf(backup), contentOf(backup)]).toEqual([OLD + 1, OLD, digest]);
});

test('a database that cannot be copied soundly is not changed', () => {
  const { world, path, digest } = worldWithData();
  const db = new Database(path);
  db.exec("PRAGMA foreign_keys = 0; INSERT INTO plan (shop_id, plan_no) VALUES (999, '1')");
  db.close();
  addStep(STEP);
  expect(() => openForWriting(path)).toThrow('db-damaged');
  expect(versionOf(path)).toBe(OLD);
  expect(contentOf(path)).not.toBe(digest);
  expect(filesIn(world)).toEqual(['test.db']);
});

test('what a copy was once made for does not stand in for a copy of now', () => {
  const { path, backup, digest } = worldWithData();
  writeFileSync(backup, 'of an older day');
  addStep(STEP);
  openForWriting(path).close();
  expect(contentOf(backup)).toBe(digest);
});

test('a new database is made with all steps, and needs no copy', () => {
  addStep(STEP);
  const world = makeWorld();
  openForWriting(world.db).close();
  expect(versionOf(world.db)).toBe(OLD + 1);
  expect(filesIn(world)).toEqual(['test.db']);
});

/** Kills the newer program as soon as `isTime`. */
async function killWhen(path: string, step: string, isTime: () => boolean): Promise<void> {
  const child = startNewer(path, step);
  const end = ending(child);
  const watch = setInterval(() => isTime() && child.kill('SIGKILL'), 1);
  expect(await end).toBe('SIGKILL');
  clearInterval(watch);
}

test('kill -9 during the copy: no copy counts, nothing has changed, and the next run works', async () => {
  const { world, path, backup, digest } = worldWithData(8000);
  await killWhen(path, STEP, () => unfinishedIn(world).length > 0);
  expect(unfinishedIn(world).length).toBeGreaterThan(0);
  expect(existsSync(backup)).toBe(false);
  expect([versionOf(path), contentOf(path)]).toEqual([OLD, digest]);
  const { findings } = await world.json('doctor');
  expect(findings.map(({ code }: { code: string }) => code)).toContain('leftover');
  expect(await ending(startNewer(path, STEP))).toBe(0);
  expect([versionOf(path), versionOf(backup), contentOf(backup)]).toEqual([OLD + 1, OLD, digest]);
});

test('kill -9 during the step: nothing has changed, and the next run works', async () => {
  const { path, backup, digest } = worldWithData();
  await killWhen(path, SLOW_STEP, () => existsSync(backup));
  expect([versionOf(path), contentOf(path)]).toEqual([OLD, digest]);
  expect(await ending(startNewer(path, STEP))).toBe(0);
  expect([versionOf(path), versionOf(backup), contentOf(backup)]).toEqual([OLD + 1, OLD, digest]);
});

test('two at once: the step is taken once, and the copy is of before', async () => {
  const { world, path, backup, digest } = worldWithData(3000);
  const ends = await Promise.all([1, 2, 3].map(() => ending(startNewer(path, STEP))));
  expect(ends).toEqual([0, 0, 0]);
  expect([versionOf(path), versionOf(backup), contentOf(backup)]).toEqual([OLD + 1, OLD, digest]);
  expect(unfinishedIn(world)).toEqual([]);
});
