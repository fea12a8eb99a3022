/** A database that is reached through a symbolic link is one database: everything beside it is beside the file itself. */
import { lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { FIXTURES, makeWorld } from '../support/run.ts';

const FIRST = join(FIXTURES, 'story', '2014-03-01.csv');
const SECOND = join(FIXTURES, 'story', '2014-03-09.csv');

/** `link.db` leads to `ledger.db` in the folder `real`, through a second link; neither folder holds anything else. */
function linkedWorld() {
  const world = makeWorld();
  const [real, links] = ['real', 'links'].map((name) => join(world.folder, name)) as [string, string];
  for (const folder of [real, links]) mkdirSync(folder);
  const link = join(links, 'link.db');
  symlinkSync('second.db', link);
  symlinkSync('../real/ledger.db', join(links, 'second.db'));
  world.env.TKGUARD_DB = link;
  const expectLinks = () => {
    expect(readdirSync(links)).toEqual(['link.db', 'second.db']);
    expect(readlinkSync(link)).toBe('second.db');
  };
  return { world, real, file: join(real, 'ledger.db'), expectLinks };
}

test('the first sync makes the file that the link leads to', async () => {
  const { world, real, file, expectLinks } = linkedWorld();
  expect(await world.run('diff')).toMatchObject({ code: 2, err: expect.stringContaining(file) });
  expect(await world.run('sync', FIRST)).toMatchObject({ code: 0, err: '' });
  expect(readdirSync(real)).toEqual(['ledger.db']);
  expect(lstatSync(file).isFile()).toBe(true);
  expectLinks();
  expect((await world.json('--db', file, 'snapshots')).snapshots).toHaveLength(1);
});

test('whoever writes by either name keeps the other from writing, and is read by both', async () => {
  const { world, file, expectLinks } = linkedWorld();
  await world.run('sync', FIRST);
  const writer = new Database(file);
  onTestFinished(() => void writer.close());
  writer.exec('BEGIN IMMEDIATE');
  expect(await world.run('sync', '--wait', '0s', SECOND)).toMatchObject({ code: 75, out: '' });
  writer.exec("UPDATE file SET name = 'renamed.csv'; COMMIT");
  // It stands in the log so far.
  expect((await world.json('snapshots')).snapshots[0].file).toBe('renamed.csv');
  expectLinks();
});

test('backup and restore: copies lie beside the file, and the link stays', async () => {
  const { world, real, file, expectLinks } = linkedWorld();
  await world.run('sync', FIRST);
  expect((await world.run('backup')).code).toBe(0);
  await world.run('sync', SECOND);
  const copy = join(real, 'ledger.db.20261120-120000.backup');
  expect(await world.run('restore', copy)).toMatchObject({ code: 0, err: '' });
  expectLinks();
  expect(readdirSync(real).sort()).toEqual([
    'ledger.db',
    'ledger.db.20261120-120000.backup',
    'ledger.db.before-restore-20261120-120000',
  ]);
  expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  expect((await world.json('--db', file, 'snapshots')).snapshots).toHaveLength(1);
  expect((await world.run('restore', file)).err).toContain('[backup-of-itself]');
});

test('the doctor looks beside the file', async () => {
  const { world, real } = linkedWorld();
  await world.run('sync', FIRST);
  world.write('real/ledger.db.77.unfinished', '');
  const { findings } = await world.json('doctor');
  expect(findings).toContainEqual({ level: 'note', code: 'leftover', args: { name: 'ledger.db.77.unfinished' } });
  const { places } = await world.json('config');
  expect(places).toContainEqual({ name: 'backups', path: real, exists: true });
});

test('a loop of links is no database: 74', async () => {
  const world = makeWorld();
  symlinkSync('test.db', join(world.folder, 'other.db'));
  symlinkSync('other.db', world.db);
  for (const argv of [['diff'], ['sync', FIRST], ['backup'], ['doctor']])
    expect(await world.run(...argv)).toMatchObject({ code: 74, err: expect.stringContaining('[io]') });
});
