/** `remote`, `push`, `pull`, `sync --share`: over a folder, and over a real PostgreSQL. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { ownTable } from '../support/own-table.ts';
import { PASSWORD, startPostgres } from '../support/postgres.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';
import { makePlace, runUntil } from '../support/spawn.ts';

const server = await startPostgres();
afterAll(() => server?.stop());

const STORY = ['2014-03-01.csv', '2014-03-09.csv'].map((name) => join(FIXTURES, 'story', name)) as [string, string];

function machine(name: string, remote: object): World {
  const world = makeWorld();
  world.env.TKGUARD_MACHINE = name;
  world.configure({ remotes: { studio: remote } });
  return world;
}

let databases = 0;
/** A remote that nobody has used. */
const KINDS: readonly (readonly [kind: string, make: () => object])[] = [
  ['folder', () => ({ folder: makeWorld().folder })],
  ...(server ? [['postgres', () => ({ url: server.url(`db${++databases}`) })] as const] : []),
];

const MONTH = join(FIXTURES, 'cases', 'orders', 'month');
const ORDERS = ['rates-month.csv', 'orders-month.csv', 'refunds-month.csv'].map((name) => join(MONTH, name));

const changesOf = async (world: World) => (await world.run('changes', '--all', '--since', '2014-01-01', '--json')).out;

describe.each(KINDS)('%s', (_, makeRemote) => {
  test('what one machine pushes, the others pull; what is known is not brought again', async () => {
    const remote = makeRemote();
    const [a, b, c] = [machine('desk-a', remote), machine('desk-b', remote), machine('desk-c', remote)];
    await a.run('sync', STORY[0]);
    await b.run('sync', STORY[1]);
    expect(await a.run('push')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('desk-a') });
    expect((await a.json('push')).done[0].code).toBe('push.same');
    expect((await a.json('pull')).files).toEqual([]);
    expect((await b.json('sync', '--share', STORY[1])).files).toMatchObject([
      { file: 'studio: desk-a', status: 'imported', format: 'tkguard-ledger' },
      { status: 'known' },
    ]);
    expect((await a.json('pull')).files).toMatchObject([{ file: 'studio: desk-b', status: 'imported' }]);
    expect((await c.json('pull')).files).toMatchObject([{ status: 'imported' }, { status: 'imported' }]);
    for (const world of [b, c]) expect(await changesOf(world)).toBe(await changesOf(a));
    for (const world of [a, b, c]) expect((await world.json('pull')).files).toEqual([]);
    expect((await a.run('pull')).out).toBe('Nothing new from other machines.\n');
    expect((await machine('desk-d', remote).run('pull', '--lang', 'zh')).out).toMatch(
      /^已导入 2 个文件：账本 \d+ 行。/,
    );
    expect((await c.json('diff', '--as-of', '2014-03-09')).plans[0].verdict).toBe('exit');
  });

  test('two machines of one name are noticed, and nothing is overwritten', async () => {
    const remote = makeRemote();
    const [a, b] = [machine('desk', remote), machine('desk', remote)];
    await a.run('sync', STORY[0]);
    await b.run('sync', STORY[1]);
    await a.run('push');
    expect(await b.run('push')).toMatchObject({ code: 2, err: expect.stringContaining('[machine-taken]') });
    expect((await b.json('pull')).files).toMatchObject([{ file: 'studio: desk', status: 'imported' }]);
    b.env.TKGUARD_MACHINE = 'desk-2';
    expect((await b.run('push')).code).toBe(0);
    expect((await a.json('pull')).files).toMatchObject([{ file: 'studio: desk-2', status: 'imported' }]);
  });

  test('a dry run keeps nothing, and pushes nothing', async () => {
    const remote = makeRemote();
    const [a, b] = [machine('desk-a', remote), machine('desk-b', remote)];
    await a.run('sync', STORY[0]);
    await a.run('push');
    expect((await b.json('pull', '--dry-run')).files).toMatchObject([{ status: 'imported' }]);
    await a.run('sync', '--share', '--dry-run', STORY[1]);
    expect((await b.json('pull')).files[0].snapshots).toHaveLength(1);
  });

  test('a push with orders is remembered: a later one that does not say it takes nothing away', async () => {
    const remote = makeRemote();
    const a = machine('desk-a', remote);
    await a.run('sync', ...ORDERS, '--account', '主号', '--captured-at', '2014-03-01');
    expect((await a.json('push', '--orders')).done).toMatchObject([{ code: 'push.done-orders' }]);
    await a.run('sync', STORY[0]);
    expect((await a.json('push')).done).toMatchObject([{ code: 'push.done-orders' }]);
    const b = machine('desk-b', remote);
    await b.run('pull');
    expect((await b.json('status')).orders).toMatchObject([{ lines: 22 }]);
  });

  test('orders go where the remote is to have them, with every push; not elsewhere', async () => {
    const [with_, without] = [makeRemote(), makeRemote()];
    const a = machine('desk-a', with_);
    a.configure({ remotes: { own: { ...with_, orders: true }, studio: without } });
    await a.run('sync', ...ORDERS, '--account', '主号', '--captured-at', '2014-03-01');
    expect((await a.json('push')).done).toMatchObject([{ code: 'push.done-orders' }, { code: 'push.done' }]);
    // A later sync says nothing of orders: they stay where they lie.
    await a.run('sync', '--share', STORY[0]);
    const linesOf = async (remote: object) => {
      const reader = machine('reader', remote);
      await reader.run('pull');
      return (await reader.json('status')).orders.map(({ lines }: { lines: number }) => lines);
    };
    expect(await linesOf(with_)).toEqual([22]);
    expect(await linesOf(without)).toEqual([]);
  });

  test('doctor: when it was used; that another machine has the name; that the secret is not there', async () => {
    const remote = makeRemote();
    const [a, b] = [machine('desk', remote), machine('desk', remote)];
    const found = async (world: World) =>
      (await world.json('doctor')).findings.filter(({ code }: { code: string }) => code.startsWith('remote'));
    await a.run('sync', STORY[0]);
    await b.run('sync', STORY[1]);
    expect(await found(a)).toEqual([{ level: 'note', code: 'remote-new', args: { name: 'studio' } }]);
    await a.run('pull');
    a.now += 3_600_000;
    await a.run('push');
    const args = { name: 'studio', pushedAt: '2026-11-20T13:00:00+08:00', pulledAt: '2026-11-20T12:00:00+08:00' };
    expect(await found(a)).toEqual([{ level: 'ok', code: 'remote', args }]);
    expect(await found(b)).toMatchObject([
      { level: 'problem', code: 'remote-fault', args: { cause: 'machine-taken' } },
    ]);
    a.configure({ remotes: { studio: { url: { env: 'NOT_SET' } } } });
    expect(await found(a)).toMatchObject([
      { level: 'problem', code: 'remote-fault', args: { cause: 'secret-missing' } },
    ]);
  });

  test('five push at once, for the first time', async () => {
    const remote = makeRemote();
    const worlds = ['a', 'b', 'c', 'd', 'e'].map((name) => machine(name, remote));
    await Promise.all(worlds.map((world) => world.run('sync', STORY[0])));
    const pushed = await Promise.all(worlds.map((world) => world.run('push')));
    expect(pushed.map(({ code, err }) => [code, err])).toEqual(Array(5).fill([0, '']));
    expect((await machine('f', remote).json('pull')).files).toHaveLength(5);
  });

  test('killed while it pushes or pulls: what lies there is whole, and the next run works', async () => {
    const remote = makeRemote();
    const place = makePlace({ TKGUARD_MACHINE: 'big' });
    place.write('.config/tkguard/config.json', JSON.stringify({ remotes: { studio: remote } }));
    place.bash('chmod 600 .config/tkguard/config.json');
    const rows = Array.from({ length: 4000 }, (_, i) => `${i % 50} ${i + 1} ${(i % 70) + 5}%`);
    place.run('sync', place.write('rows.csv', ownTable({ '2026-11-01': rows })));
    const other = machine('other', remote);
    await other.run('sync', STORY[0]);
    await other.run('push');
    const before = place.run('snapshots', '--json').out;
    for (let round = 0; round < 4; round++) {
      for (const command of ['push', 'pull']) await runUntil(150 + 100 * round, [command], { env: place.env });
      const { files } = await machine(`reader-${round}`, remote).json('pull');
      for (const file of files) expect(file).toMatchObject({ status: 'imported', refusal: null });
    }
    // 1: the exports are old.
    expect([0, 1]).toContain(place.run('doctor').code);
    expect(place.run('pull').code).toBe(0);
    expect(place.run('push').code).toBe(0);
    expect((await other.json('pull')).files[0]).toMatchObject({ rows: 4000 });
    expect(place.run('snapshots', '--json').out.length).toBeGreaterThan(before.length);
  });
});

describe('a folder', () => {
  const studio = () => {
    const { folder } = makeWorld();
    const [a, b] = [machine('desk-a', { folder }), machine('desk-b', { folder })];
    return { folder, a, b, file: join(folder, 'desk-a.ledger.ndjson.gz') };
  };

  test('an object that is not whole is left for the next pull; the others are taken in', async () => {
    const { folder, a, b, file } = studio();
    await a.run('sync', STORY[0]);
    await a.run('push');
    const c = machine('desk-c', { folder });
    await c.run('sync', STORY[1]);
    await c.run('push');
    const whole = readFileSync(file);
    for (const length of [0, 1, 20, 200, whole.length - 9, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      const { files } = await b.json('pull');
      const statuses = new Map(files.map((one: { file: string; status: string }) => [one.file, one.status]));
      expect([undefined, 'left'], String(length)).toContain(statuses.get('studio: desk-a'));
      b.env.TKGUARD_DB = join(b.folder, `${length}.db`);
    }
    writeFileSync(file, gzipSync(gunzipSync(whole).toString().replace('"special"', '"general"')));
    expect((await b.json('pull')).files).toContainEqual(expect.objectContaining({ status: 'left' }));
    writeFileSync(file, whole);
    expect((await b.json('pull')).files).toMatchObject([{ file: 'studio: desk-a', status: 'imported' }]);
  });

  test('one of another version is refused', async () => {
    const { a, b, file } = studio();
    await a.run('sync', STORY[0]);
    await a.run('push');
    writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString().replace('ledger@2', 'ledger@3')));
    expect(await b.run('pull')).toMatchObject({ code: 2, err: expect.stringContaining('[ledger-version]') });
  });

  test.each([
    'desk-a.ledger.ndjson.sync-conflict-20261120-120000-ABCDEFG.gz',
    "desk-a.ledger.ndjson (desk-b's conflicted copy 2026-11-20).gz",
    'desk-a (conflicted copy 2026-11-20 120000).ledger.ndjson.gz',
    'desk-a.ledger.ndjson.gz.conflict1',
  ])('%s, a copy that a synchronised folder makes, is taken in; other files are nothing to it', async (name) => {
    const { folder, a, b, file } = studio();
    await a.run('sync', STORY[0]);
    await a.run('push');
    renameSync(file, join(folder, name));
    await a.run('sync', STORY[1]);
    await a.run('push');
    for (const name of [
      'notes.txt',
      '.desk-x.ledger.ndjson.gz',
      '~desk.ledger.ndjson.gz',
      'x.csv.gz',
      'desk-y.ledger.ndjson.gz.part',
    ])
      writeFileSync(join(folder, name), 'nothing');
    mkdirSync(join(folder, 'old'));
    const { files } = await b.json('pull');
    expect(files.map(({ file }: { file: string }) => file)).toHaveLength(2);
    expect(await changesOf(b)).toBe(await changesOf(a));
    expect((await b.json('pull')).files).toEqual([]);
  });

  test('that is not there: 75; sync --share does everything else', async () => {
    const { a } = studio();
    a.configure({ remotes: { nas: { folder: join(a.folder, 'not-mounted') } } });
    expect(await a.run('sync', '--share', STORY[0])).toMatchObject({
      code: 75,
      err: expect.stringContaining('[remote-down]'),
    });
    expect((await a.json('snapshots')).snapshots).toHaveLength(1);
    expect((await a.run('push')).code).toBe(75);
    expect((await a.run('pull')).code).toBe(75);
    expect(existsSync(join(a.folder, 'not-mounted'))).toBe(false);
    const { findings } = await a.json('doctor');
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'note', args: expect.objectContaining({ cause: 'remote-down' }) }),
    );
    expect((await a.run('check', '2616191')).code).toBe(3);
  });

  test('one of two that is not there does not stop the other', async () => {
    const { a, b, folder } = studio();
    a.configure({ remotes: { nas: { folder: join(a.folder, 'not-mounted') }, studio: { folder } } });
    await a.run('sync', STORY[0]);
    expect(await a.run('push')).toMatchObject({ code: 75, out: expect.stringContaining('studio') });
    expect((await a.run('push', 'studio')).code).toBe(0);
    expect((await b.json('pull')).files).toHaveLength(1);
  });
});

test.skipIf(!server)('postgres: a wrong password, or no server, shows neither password nor address', async () => {
  if (!server) return;
  const wrong = 'wr0ng%3A-secret';
  const url = server.url('postgres', 'wr0ng:-secret');
  const world = machine('desk', { url: { env: 'STUDIO_DB' } });
  await world.run('sync', STORY[0]);
  const cases: readonly (readonly [url: string, code: number, word: string])[] = [
    [url, 2, '[remote-refused]'],
    [server.url('postgres').replace(/\/postgres$/, '/nowhere'), 2, '[remote-refused]'],
    [url.replace(/:\d+\//, ':1/'), 75, '[remote-down]'],
    [`postgres://u:${wrong}@nowhere.invalid/db`, 75, '[remote-down]'],
    [`postgres://u:${wrong}@[bad/db`, 2, '[remote-refused]'],
  ];
  for (const [address, code, word] of cases) {
    world.env.STUDIO_DB = address;
    for (const argv of [
      ['push'],
      ['pull'],
      ['push', '--json'],
      ['doctor'],
      ['sync', '--share', STORY[0]],
      ['remote', 'list'],
      ['config'],
    ]) {
      const { code: ended, out, err } = await world.run(...argv);
      expect(out + err).not.toMatch(/wr0ng|secret/);
      expect(out + err).not.toContain(PASSWORD);
      if (['remote', 'config', 'doctor'].includes(argv[0] ?? '')) continue;
      expect([ended, out + err], `${argv} ${word}`).toEqual([
        code,
        expect.stringContaining(word.replaceAll(/[[\]]/g, '')),
      ]);
    }
  }
});

test('remote add, list and remove: the configuration is changed, and nothing else of it', async () => {
  const world = makeWorld();
  expect(await world.run('remote')).toMatchObject({ code: 0, out: expect.stringContaining('no remotes') });
  expect(await world.run('push')).toMatchObject({ code: 2, err: expect.stringContaining('[no-remotes]') });
  const path = world.configure('{\n  // mine\n  "account": "studio-a",\n}\n');
  expect((await world.run('remote', 'add', 'nas', join(world.folder, 'nas'))).code).toBe(0);
  expect((await world.run('remote', 'add', 'db', '--env', 'STUDIO_DB')).code).toBe(0);
  expect((await world.run('remote', 'add', 'pg', 'postgres://me:hunter22@db.example/tk')).out).not.toContain(
    'hunter22',
  );
  expect(readFileSync(path, 'utf8')).toContain('// mine');
  const { out } = await world.run('remote', 'list', '--json');
  expect(JSON.parse(out).done.map(({ args }: { args: { place: string } }) => args.place)).toEqual([
    join(world.folder, 'nas'),
    '$STUDIO_DB',
    'postgres://db.example/tk',
  ]);
  expect((await world.run('config')).out).not.toContain('hunter22');
  expect((await world.run('remote', 'add', 'own', '/x', '--orders')).code).toBe(0);
  expect((await world.run('remote')).out).toContain('with your orders');
  expect((await world.run('remote', 'add', 'nas', '/x')).code).toBe(2);
  expect((await world.run('remote', 'add', 'x')).code).toBe(2);
  expect((await world.run('remote', 'remove', 'y')).code).toBe(2);
  for (const name of ['nas', 'db', 'pg', 'own']) expect((await world.run('remote', 'remove', name)).code).toBe(0);
  expect((await world.run('remote')).out).toContain('no remotes');
  expect(readdirSync(join(path, '..'))).toEqual(['config.json']);
});

test.each([
  ['../x', 2],
  ['a/b', 2],
  ['.hidden', 2],
  ['工作室-1', 0],
])('a machine called %s', async (name, code) => {
  const world = machine(name, { folder: makeWorld().folder });
  await world.run('sync', STORY[0]);
  expect((await world.run('push')).code).toBe(code);
});
