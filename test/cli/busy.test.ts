/** A database that another process is writing to: writers wait as long as they were told, readers do not. */
import { spawn } from 'node:child_process';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openForReading } from '../../src/store/open.ts';
import { makeWorld } from '../support/run.ts';
import { makePlace, ROOT } from '../support/spawn.ts';

const FIRST = `${ROOT}/fixtures/story/2014-03-01.csv`;
const SECOND = `${ROOT}/fixtures/story/2014-03-09.csv`;

test.each([
  ['en', 'another tkguard is writing', 'hint: Try again'],
  ['zh', '另一个 tkguard 正在写入', '提示：'],
])('in %s: code 75, nothing on stdout; readers go on; then it works', async (lang, what, hint) => {
  const world = makeWorld('2014-03-09T10:00:00+08:00');
  world.env.TKGUARD_LANG = lang;
  await world.run('sync', FIRST);
  const writer = new Database(world.db);
  onTestFinished(() => void writer.close());
  writer.exec('BEGIN IMMEDIATE');
  for (const wait of ['0s', '1s']) {
    const busy = await world.run('sync', '--wait', wait, SECOND);
    expect(busy).toMatchObject({ code: 75, out: '' });
    expect(busy.err).toContain(what);
    expect(busy.err).toContain('[db-busy]');
    expect(busy.err).toContain(hint);
  }
  expect(await world.run('discard', '1', '--wait', '0s')).toMatchObject({ code: 75, out: '' });
  expect((await world.run('check', '2616191', '--as-of', '2014-03-01')).code).toBe(0);
  expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  writer.exec('ROLLBACK');
  expect((await world.run('sync', SECOND)).code).toBe(0);
  expect((await world.run('check', '2616191')).code).toBe(1);
});

test('what is read is of one state, though a sync commits meanwhile', async () => {
  const world = makeWorld();
  await world.run('sync', FIRST);
  const db = openForReading(world.db);
  onTestFinished(() => void db.close());
  const count = () => db.prepare('SELECT count(*) FROM snapshot').pluck().get();
  expect(count()).toBe(1);
  await world.run('sync', SECOND);
  expect(count()).toBe(1);
  expect((await world.json('snapshots')).snapshots).toHaveLength(2);
});

test.each(['soon', '-1s', '2d', ''])('--wait %j is not possible', async (wait) => {
  const world = makeWorld();
  expect((await world.run('sync', `--wait=${wait}`, FIRST)).err).toContain('[bad-option]');
});

/** Another process that holds the write lock until it is killed. */
async function holdLock(db: string): Promise<() => void> {
  const hold = `
    const db = new (require('better-sqlite3'))(process.argv[1]);
    db.exec('BEGIN IMMEDIATE');
    console.log('held');
    setTimeout(() => {}, 60000);`;
  const writer = spawn(process.execPath, ['-e', hold, db], { cwd: ROOT });
  onTestFinished(() => void writer.kill('SIGKILL'));
  await new Promise((held) => writer.stdout.once('data', held));
  return () => void writer.kill('SIGKILL');
}

test('real processes: 75 at once with --wait 0s, having done nothing; readers work; the lock dies with its owner', async () => {
  const place = makePlace();
  place.run('sync', FIRST);
  const before = place.run('snapshots', '--json').out;
  const release = await holdLock(place.db);
  expect(place.run('sync', '--wait', '0s', SECOND)).toMatchObject({ code: 75, out: '' });
  expect(place.run('check', '2616191', '--as-of', '2014-03-01').code).toBe(0);
  expect(place.run('diff', '--json', '--as-of', '2014-03-01').code).toBe(0);
  expect(place.run('snapshots', '--json').out).toBe(before);
  // By itself it waits for half a minute.
  const waiting = spawn('tkguard', ['sync', SECOND], { cwd: place.folder, env: place.env });
  const code = new Promise((done) => waiting.once('exit', done));
  release();
  expect(await code).toBe(0);
  expect(place.run('check', '2616191', '--as-of', '2014-03-09').code).toBe(1);
});

test('five syncs at once: each waits for its turn, and each file is taken in once', async () => {
  const place = makePlace();
  const syncs = Array.from({ length: 5 }, () => {
    const sync = spawn('tkguard', ['sync', FIRST, SECOND], { cwd: place.folder, env: place.env });
    return new Promise((done) => sync.once('exit', done));
  });
  expect(await Promise.all(syncs)).toEqual([0, 0, 0, 0, 0]);
  expect(JSON.parse(place.run('snapshots', '--json').out).snapshots).toHaveLength(2);
});

test.each(['hold', 'item', 'rate', 'place'])(
  'a sync that cannot begin, as the table %s is gone, gives the lock back',
  async (table) => {
    const world = makeWorld();
    await world.run('sync', FIRST);
    const other = new Database(world.db, { timeout: 0 });
    onTestFinished(() => void other.close());
    other.exec(`PRAGMA foreign_keys = 0; PRAGMA legacy_alter_table = 1; ALTER TABLE ${table} RENAME TO gone`);
    expect(await world.run('sync', SECOND)).toMatchObject({ code: 4, err: expect.stringContaining('[db-damaged]') });
    other.exec(`BEGIN IMMEDIATE; ALTER TABLE gone RENAME TO ${table}; COMMIT`);
    expect((await world.run('sync', SECOND)).code).toBe(0);
  },
);
