/** What the doctor finds, by code; its remedies have words (report/catalogue.test.ts). */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownTable } from '../support/own-table.ts';
import { execSql, FIXTURES, makeWorld, type World } from '../support/run.ts';

const STORY = join(FIXTURES, 'story');

async function examine(world: World) {
  const { code, out, err } = await world.run('doctor', '--json');
  const { findings, summary } = JSON.parse(out);
  const bad = findings.filter(({ level }: { level: string }) => level === 'problem' || level === 'damage');
  return { code, err, summary, codes: bad.map((finding: { code: string }) => finding.code), findings };
}

async function healthyWorld() {
  const world = makeWorld('2014-03-09T12:00:00+08:00');
  world.env.LANG = 'zh_CN.UTF-8';
  await world.run('sync', STORY);
  return world;
}

test('all well: 0, nothing on stderr, and nothing is changed', async () => {
  const world = await healthyWorld();
  const before = readFileSync(world.db);
  expect(await examine(world)).toMatchObject({ code: 0, err: '', codes: [], summary: { problem: 0, damage: 0 } });
  expect(readFileSync(world.db).equals(before)).toBe(true);
});

test('no database, no data', async () => {
  const world = makeWorld();
  expect(await examine(world)).toMatchObject({ code: 1, codes: ['no-database'] });
  await world.run('sync', world.write('empty.csv', ''));
  expect(await examine(world)).toMatchObject({ code: 1, codes: ['no-data'] });
});

test('old data, held snapshots, a clock that went back', async () => {
  const world = await healthyWorld();
  const rows = (day: string, factor: number) =>
    ownTable({ [day]: [1, 2, 3].map((i) => `7${i} ${i} ${(10 + i) / factor}%`) });
  await world.run('sync', world.write('a.csv', rows('2014-03-07', 1)), world.write('b.csv', rows('2014-03-08', 100)));
  expect((await examine(world)).codes).toEqual(['held']);
  world.now += 4 * 86_400_000;
  expect((await examine(world)).codes).toEqual(['data-old', 'data-old', 'held']);
  world.now -= 5 * 86_400_000;
  expect((await examine(world)).codes).toEqual(['held', 'clock-back']);
});

test('new orders do not make the data new', async () => {
  const world = await healthyWorld();
  world.now += 4 * 86_400_000;
  const orders = join(FIXTURES, 'cases', 'orders', 'answers', 'order-details-get.json');
  expect((await world.run('sync', '--account', '默认账号', '--captured-at', '2014-03-13 09:00', orders)).code).toBe(0);
  expect((await examine(world)).codes).toEqual(['data-old']);
});

test.each([
  ['a page of other bytes', 'database-fault', (path: string) => overwrite(path, 3 * 4096)],
  ['a first page of other bytes', 'database-fault', (path: string) => overwrite(path, 100)],
  ['a foreign file', 'database-fault', (path: string) => writeFileSync(path, 'a diary\n'.repeat(999))],
  ['an empty file', 'database-fault', (path: string) => writeFileSync(path, '')],
  ['rows that lead nowhere', 'damage', (path: string) => execSql(path, 'PRAGMA foreign_keys = 0; DELETE FROM file')],
  ['rates of a capture that is not there', 'damage', (path: string) => execSql(path, 'UPDATE rate SET at = at + 1')],
  [
    'a word that is none',
    'damage',
    (path: string) => execSql(path, "PRAGMA ignore_check_constraints = 1; UPDATE fact SET status = 'ipproved'"),
  ],
])('%s: 4', async (_, code, spoil) => {
  const world = await healthyWorld();
  spoil(world.db);
  expect(await examine(world)).toMatchObject({ code: 4 });
  expect((await examine(world)).codes[0]).toBe(code);
});

test('files that others may read', async () => {
  const world = await healthyWorld();
  chmodSync(world.db, 0o644);
  expect((await examine(world)).codes).toEqual(['open-to-others']);
});

test('what a killed run left', async () => {
  const world = await healthyWorld();
  writeFileSync(`${world.db}.77.unfinished`, '');
  expect((await examine(world)).findings).toContainEqual({
    level: 'note',
    code: 'leftover',
    args: { name: 'test.db.77.unfinished' },
  });
});

test('the configuration: a mistake in it, and sources that have gone quiet', async () => {
  const world = await healthyWorld();
  const config = world.write('config.json', '{ "polcy": {} }');
  chmodSync(config, 0o600);
  world.env.TKGUARD_CONFIG = config;
  expect((await examine(world)).codes).toEqual(['config-fault']);
  mkdirSync(join(world.folder, 'inbox'));
  const sources = [
    { name: 'story', path: STORY, account: '默认账号', period: '1d' },
    { name: 'inbox', path: 'inbox', period: '1d' },
    { name: 'whenever', path: 'inbox' },
  ];
  writeFileSync(config, JSON.stringify({ sources }));
  expect((await examine(world)).codes).toEqual(['source-nothing', 'source-nothing']);
  await world.run('sync');
  expect((await examine(world)).codes).toEqual([]);
  world.now += 2 * 86_400_000;
  expect((await examine(world)).codes).toEqual(['source-quiet', 'source-quiet']);
});

test('sources and a heartbeat that cannot work, before they are run', async () => {
  const world = await healthyWorld();
  const shared = world.write('token', 'x');
  chmodSync(shared, 0o644);
  world.env.PATH = '/usr/bin:/bin';
  const url = 'http://127.0.0.1:1/';
  world.configure({
    sources: [
      { name: 'well', command: ['sh', '-c', 'exit 9'] },
      { name: 'open', url },
      { name: 'path', path: '/nowhere/at/all' },
      { name: 'format', path: STORY, format: 'foo' },
      { name: 'map', path: STORY, format: 'map:foo' },
      { name: 'command', command: ['./no-such-program'] },
      { name: 'bare', command: ['no-such-program'] },
      { name: 'url', url, headers: { A: { env: 'NOT_SET' }, B: { file: shared }, C: { file: '/none' } } },
    ],
    heartbeat: { file: '/no/heartbeat' },
  });
  const { findings } = await examine(world);
  const faults = findings.filter(({ level }: { level: string }) => level === 'problem');
  expect(faults.map(({ args }: any) => [args.name, args.cause])).toEqual([
    ['path', 'no-such-path'],
    ['format', 'bad-source-format'],
    ['map', 'bad-source-format'],
    ['command', 'command-missing'],
    ['bare', 'command-missing'],
    ['url', 'secret-missing'],
    ['url', 'secret-shared'],
    ['url', 'secret-missing'],
    [undefined, 'secret-missing'],
  ]);
  const { out } = await world.run('doctor', '--lang', 'en');
  expect(out).toContain('/nowhere/at/all');
  expect(out).toContain('Source url: $NOT_SET is not set, or empty');
  expect(out).toContain('Heartbeat: /no/heartbeat is not set, or empty');
  expect(out).toContain(`chmod 600 ${shared}`);
});

test('where others can read the configuration, an address without secrets is fine, and a header is not, whatever it says', async () => {
  const world = await healthyWorld();
  const [url, sent] = ['http://127.0.0.1:1/', 'https://example.com/'];
  const sources = [
    { name: 'open', url },
    { name: 'sending', url, headers: { Referer: sent } },
  ];
  chmodSync(world.configure({ sources }), 0o644);
  const { codes, findings } = await examine(world);
  expect(codes).toEqual(['open-to-others', 'source-fault']);
  const told = ({ code }: { code: string }) => code === 'source-fault';
  expect(findings.find(told).args).toMatchObject({ name: 'sending', cause: 'secret-shared' });
  expect((await world.json('sync', '--source', 'sending')).files[0].refusal.code).toBe('secret-shared');
});

test.each([
  ['zh_CN.GBK', ['locale-not-utf8']],
  ['xx_YY.BROKEN', ['locale-not-utf8']],
  ['en_US.utf8', []],
  ['C', []],
])('locale %s', async (locale, codes) => {
  const world = await healthyWorld();
  world.env.LC_ALL = locale;
  expect((await examine(world)).codes).toEqual(codes);
});

function overwrite(path: string, position: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xaa, position, position + 2000);
  writeFileSync(path, bytes);
}
