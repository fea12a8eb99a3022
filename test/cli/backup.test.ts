/** Backups are whole, checked and never in place of a file; a restore keeps what was there. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { execSql, makeWorld } from '../support/run.ts';
import { makePlace, ROOT } from '../support/spawn.ts';

const STORY = 'fixtures/story';
const FIRST = `${STORY}/2014-03-01.csv`;
const SECOND = `${STORY}/2014-03-09.csv`;

async function worldWithStory() {
  const world = makeWorld();
  expect((await world.run('sync', FIRST)).code).toBe(0);
  return world;
}

async function worldWithBackup() {
  const world = await worldWithStory();
  const copy = join(world.folder, 'copy.db');
  expect((await world.run('backup', copy)).code).toBe(0);
  return { world, copy };
}

describe('backup', () => {
  test('gives the same answers, is for its owner alone, and needs no log', async () => {
    const world = await worldWithStory();
    const copy = join(world.folder, 'copy.db');
    const { code, out, err } = await world.run('backup', copy);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(copy);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(existsSync(`${copy}-wal`)).toBe(false);
    const ask = async (db: string) => (await world.run('--db', db, 'history', '2616191', '--json')).out;
    expect(await ask(copy)).toBe(await ask(world.db));
    expect(readdirSync(world.folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test('without a name: beside the database, by the time; a folder is one to put it in', async () => {
    const world = await worldWithStory();
    await world.run('backup');
    expect(existsSync(`${world.db}.20261120-120000.backup`)).toBe(true);
    const folder = join(world.folder, 'usb');
    mkdirSync(folder);
    await world.run('backup', folder);
    expect(readdirSync(folder)).toEqual(['test.db.20261120-120000.backup']);
  });

  test('never overwrites', async () => {
    const world = await worldWithStory();
    const taken = world.write('taken.db', 'mine');
    expect(await world.run('backup', taken)).toMatchObject({ code: 2, out: '' });
    expect(readFileSync(taken, 'utf8')).toBe('mine');
    const link = join(world.folder, 'link');
    symlinkSync('nowhere', link);
    expect((await world.run('backup', link)).err).toContain('[file-exists]');
  });

  test.each([
    ['no/such/folder/copy.db', 'no/such/folder'],
    ['usb/', 'usb'],
  ])('to a folder that is not there (%s): 2, it is said, and none is made', async (target, folder) => {
    const world = await worldWithStory();
    for (const [lang, hint] of [
      ['en', 'hint: '],
      ['zh', '提示：'],
    ] as const) {
      const { code, out, err } = await world.run('backup', join(world.folder, target), '--lang', lang);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(`${join(world.folder, folder)}`);
      expect(err).toContain('[no-folder]');
      expect(err).toContain(hint);
    }
    expect(readdirSync(world.folder)).toEqual(['test.db']);
  });

  test('below a file: 74', async () => {
    const world = await worldWithStory();
    const below = join(world.write('taken', ''), 'copy.db');
    expect(await world.run('backup', below)).toMatchObject({ code: 74, err: expect.stringContaining('[io]') });
  });

  test('of what is missing, foreign or damaged there is none', async () => {
    const world = makeWorld();
    const copy = join(world.folder, 'copy.db');
    expect((await world.run('backup', copy)).code).toBe(2);
    writeFileSync(world.db, 'a diary\n'.repeat(1000));
    expect((await world.run('backup', copy)).err).toContain('[db-foreign]');
    expect(readdirSync(world.folder)).toEqual(['test.db']);
  });

  test('while a sync is running: the state of one moment', async () => {
    const place = makePlace();
    place.run('sync', join(ROOT, FIRST));
    const hold = `
      const db = new (require('better-sqlite3'))(process.argv[1]);
      db.exec('BEGIN IMMEDIATE; DELETE FROM rate; DELETE FROM fact');
      console.log('writing');
      setTimeout(() => {}, 60000);`;
    const writer = spawn(process.execPath, ['-e', hold, place.db], { cwd: ROOT });
    onTestFinished(() => void writer.kill('SIGKILL'));
    await new Promise((begun) => writer.stdout.once('data', begun));
    expect(place.run('backup', 'copy.db')).toMatchObject({ code: 0, err: '' });
    expect(place.run('--db', 'copy.db', 'check', '2616191', '--as-of', '2014-03-01').code).toBe(0);
  });
});

describe('restore', () => {
  test('brings back what was backed up, and keeps what was there', async () => {
    const { world, copy } = await worldWithBackup();
    await world.run('sync', SECOND);
    const { code, out } = await world.run('restore', copy);
    expect(code).toBe(0);
    const aside = `${world.db}.before-restore-20261120-120000`;
    expect(out).toContain(aside);
    expect((await world.json('snapshots')).snapshots).toHaveLength(1);
    expect((await world.json('--db', aside, 'snapshots')).snapshots).toHaveLength(2);
    expect(statSync(world.db).mode & 0o777).toBe(0o600);
    expect((await world.run('sync', SECOND)).code).toBe(0);
    expect((await world.run('check', '2616191', '--as-of', '2014-03-09')).code).toBe(1);
  });

  test('where there is no database yet', async () => {
    const world = await worldWithStory();
    const there = join(world.folder, 'new', 'folder', 'x.db');
    const { out } = await world.run('--db', there, 'restore', world.db);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect((await world.json('--db', there, 'snapshots')).snapshots).toHaveLength(1);
  });

  test('in place of a damaged database, with what its log still held', async () => {
    const { world, copy } = await worldWithBackup();
    writeFileSync(world.db, readFileSync(world.db).subarray(0, 5000));
    expect((await world.run('diff')).code).toBe(4);
    expect((await world.run('restore', copy)).code).toBe(0);
    expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  });

  test.each([
    ['foreign', 'not-a-backup', (path: string) => writeFileSync(path, 'a diary\n'.repeat(1000))],
    ['empty', 'db-empty-file', (path: string) => writeFileSync(path, '')],
    ['newer', 'db-newer', (path: string) => execSql(path, 'PRAGMA user_version = 999')],
    ['cut off', 'db-damaged', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 9000))],
    [
      'contradicting itself',
      'db-damaged',
      (path: string) => execSql(path, 'PRAGMA foreign_keys = 0; DELETE FROM feed'),
    ],
  ])('a backup that is %s is refused, and nothing is touched', async (_, code, spoil) => {
    const { world, copy } = await worldWithBackup();
    spoil(copy);
    const before = readFileSync(world.db);
    expect((await world.run('restore', copy)).err).toContain(`[${code}]`);
    expect(readFileSync(world.db).equals(before)).toBe(true);
    expect(readdirSync(world.folder).filter((name) => /unfinished|before-restore/.test(name))).toEqual([]);
  });

  test('an export is no backup, nor is the database itself', async () => {
    const world = await worldWithStory();
    for (const file of [SECOND, world.write('ledger.ndjson', (await world.run('export')).out)]) {
      const { code, err } = await world.run('restore', file);
      expect(code).toBe(2);
      expect(err).toContain('[not-a-backup]');
      expect(err).toContain(`tkguard sync ${file}`);
    }
    const itself = await world.run('restore', world.db);
    expect(itself).toMatchObject({ code: 2, err: expect.stringContaining('[backup-of-itself]') });
  });

  test('a page of a backup that holds other bytes is found', async () => {
    const { world, copy } = await worldWithBackup();
    writeFileSync(copy, readFileSync(copy).fill(0xaa, 3 * 4096, 3 * 4096 + 2000));
    expect(await world.run('restore', copy)).toMatchObject({ code: 4 });
  });

  test('not in place of what is not tkguard’s', async () => {
    const world = await worldWithStory();
    const diary = world.write('diary.db', 'a diary\n'.repeat(1000));
    expect((await world.run('--db', diary, 'restore', world.db)).code).toBe(4);
    expect(readFileSync(diary, 'utf8')).toContain('a diary');
  });

  test('not while another process writes', async () => {
    const { world, copy } = await worldWithBackup();
    const writer = new Database(world.db);
    onTestFinished(() => void writer.close());
    writer.exec('BEGIN IMMEDIATE');
    expect(await world.run('restore', copy, '--wait', '0s')).toMatchObject({ code: 75, out: '' });
    expect(readdirSync(dirname(world.db)).filter((name) => /unfinished|before-restore/.test(name))).toEqual([]);
  });

  test('a reader that has it open goes on with what was there', async () => {
    const { world, copy } = await worldWithBackup();
    await world.run('sync', SECOND);
    const reader = new Database(world.db, { readonly: true });
    onTestFinished(() => void reader.close());
    reader.exec('BEGIN');
    const count = () => reader.prepare('SELECT count(*) FROM snapshot').pluck().get();
    expect(count()).toBe(2);
    expect((await world.run('restore', copy)).code).toBe(0);
    expect(count()).toBe(2);
    expect((await world.json('snapshots')).snapshots).toHaveLength(1);
    expect((await world.run('sync', SECOND)).code).toBe(0);
  });
});
