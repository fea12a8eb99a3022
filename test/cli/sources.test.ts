/** The sources of the configuration, against real servers, programs and folders. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownTable } from '../support/own-table.ts';
import { makeWorld, type World } from '../support/run.ts';
import { type Reply, startStub } from '../support/stub.ts';

const NOW = '2026-11-20T12:00:00+08:00';
const SECRET = 's3cret-t0ken';
const csv = (day: number, rate = '4') => ownTable({ [`2026-11-${day}`]: ['1 0 5', `1 2 ${rate}`] });

const ok = (body: string, headers: Record<string, string> = {}): Reply => ({ body, headers });
const status = (code: number, headers: Record<string, string> = {}): Reply => ({ status: code, body: '', headers });

function configured(...sources: object[]): World {
  const world = makeWorld(NOW);
  world.configure({ sources });
  return world;
}

function inbox(world: World, name: string, text: string, at = '2026-11-20T11:00:00+08:00'): string {
  mkdirSync(dirname(join(world.folder, 'inbox', name)), { recursive: true });
  return world.write(join('inbox', name), text, at);
}

const statuses = ({ files }: any) => files.map(({ status: one }: any) => one);
const codes = ({ files }: any) => files.map(({ refusal }: any) => refusal?.code ?? null);

describe('which sources', () => {
  test('all, or those that are named; each for its own account', async () => {
    const world = makeWorld(NOW);
    const [a, b] = [world.write('a.csv', csv(19)), world.write('b.csv', csv(19, '6'))];
    world.now += 60_000;
    world.configure({
      account: 'x',
      sources: [
        { name: 'a', path: a },
        { name: 'b', path: b, account: 'b' },
      ],
    });
    const one = await world.json('sync', '--source', 'b');
    expect(one.files.map(({ snapshots }: any) => snapshots[0].account)).toEqual(['b']);
    const all = await world.json('sync');
    expect(all.files.map(({ file, status: state }: any) => [file, state])).toEqual([
      [a, 'imported'],
      [b, 'known'],
    ]);
    expect(all.files[0].snapshots[0].account).toBe('x');
  });

  test('a file of theirs that is named belongs to the same account, unless a flag says another', async () => {
    const world = configured(
      { name: 'a', path: '../../a', account: '主号' },
      { name: 'b', path: '../../b/*.csv', account: '二号', partial: true },
    );
    for (const name of ['a', 'b', 'ab']) mkdirSync(join(world.folder, name));
    const [a, b, other] = ['a', 'b', 'ab'].map((name) =>
      world.write(`${name}/x.csv`, csv(19), '2026-11-20T11:00:00+08:00'),
    );
    await world.run('sync');
    const again = await world.json('sync', join(world.folder, 'a'), b ?? '', other ?? '');
    expect(again.files.map(({ file, status: state }: any) => [file, state])).toEqual([
      [other, 'imported'],
      [a, 'known'],
      [b, 'known'],
    ]);
    const accounts = ({ files }: any) =>
      files.flatMap(({ snapshots }: any) => snapshots.map(({ account }: any) => account));
    expect(accounts(again)).toEqual(['default']);
    expect(accounts(await world.json('sync', '--account', '三号', a ?? ''))).toEqual(['三号']);
    const late = world.write('b/late.csv', csv(20), '2026-11-20T11:30:00+08:00');
    const { files } = await world.json('inspect', late);
    expect(files[0].snapshots).toMatchObject([{ account: '二号', coverage: 'partial' }]);
  });

  test.each([
    [['sync', '--source', 'nope'], 'bad-option'],
    [['sync', '--seller', '1'], 'only-with-paths'],
    [['sync', '--account', 'x'], 'only-with-paths'],
    [['sync', 'a.csv', '--source', 'a'], 'no-such-path'],
  ])('%j', async (argv, code) => {
    const { code: exit, err } = await configured({ name: 'a', path: 'x.csv' }).run(...argv);
    expect([exit, err.includes(`[${code}]`) || err.includes('[bad-option]')]).toEqual([2, true]);
  });

  test('an empty folder is named, with what to do', async () => {
    const world = configured({ name: 'a', path: '../../inbox' });
    mkdirSync(join(world.folder, 'inbox'));
    expect(await world.run('sync', '--lang', 'zh')).toMatchObject({
      code: 0,
      out: `${join(world.folder, 'inbox')} 里没有导出数据（子文件夹不会读取）。要导出哪些、怎么导出：\`tkguard formats\`。\n`,
    });
  });

  test('without any, it is said what to do', async () => {
    expect((await makeWorld().run('sync')).err).toContain('[no-paths]');
  });

  test('one that fails does not stop the others', async () => {
    const { address } = await startStub(status(404));
    const world = makeWorld(NOW);
    inbox(world, 'a.csv', csv(19));
    world.configure({
      sources: [
        { name: 'feed', url: `${address}/x.csv` },
        { name: 'gone', path: '/nowhere/at/all' },
        { name: 'script', command: ['/nowhere/program'] },
        { name: 'inbox', path: '../../inbox' },
      ],
    });
    const { code, out } = await world.run('sync', '--json');
    const document = JSON.parse(out);
    expect([code, statuses(document), codes(document)]).toEqual([
      2,
      ['unreadable', 'refused', 'unreadable', 'imported'],
      ['bad-status', 'no-such-path', 'command-failed', null],
    ]);
  });
});

describe('an address', () => {
  test('is asked for what is newer, and what was refused is asked for again', async () => {
    const server = await startStub(
      ok('no,export\n', { etag: '"0"' }),
      ok(csv(19), { etag: '"1"' }),
      status(304),
      ok(csv(20), { 'last-modified': 'Fri, 20 Nov 2026 00:00:00 GMT' }),
      status(304),
    );
    const world = configured({ name: 'feed', url: `${server.address}/a.csv` });
    const seen = [];
    for (let i = 0; i < 5; i++) seen.push(...statuses(await world.json('sync')));
    expect(seen).toEqual(['refused', 'imported', 'known', 'imported', 'known']);
    expect(server.got.map(({ headers }) => headers['if-none-match'] ?? headers['if-modified-since'] ?? null)).toEqual([
      null,
      null,
      '"1"',
      '"1"',
      'Fri, 20 Nov 2026 00:00:00 GMT',
    ]);
    expect((await world.run('sync')).code).toBe(0);
  });

  test('another address under the same name is read afresh', async () => {
    const server = await startStub(ok(csv(19), { etag: '"1"' }));
    const world = configured({ name: 'feed', url: `${server.address}/a.csv` });
    await world.run('sync');
    world.configure({ sources: [{ name: 'feed', url: `${server.address}/b.csv` }] });
    await world.run('sync');
    expect(server.got.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  test('nothing is asked for conditionally that was discarded, with --again, or for other settings', async () => {
    const list = (factor: number) =>
      ownTable({
        [factor > 1 ? '2026-11-19' : '2026-11-18']: [1, 2, 3].map((i) => `7${i} ${i} ${(10 + i) / factor}%`),
      });
    const server = await startStub(ok(list(1), { etag: '"1"' }), ({ headers }) =>
      headers['if-none-match'] === '"2"' ? status(304) : ok(list(100), { etag: '"2"' }),
    );
    const source = { name: 'feed', url: server.address };
    const world = configured(source);
    expect(statuses(await world.json('sync'))).toEqual(['imported']);
    expect(statuses(await world.json('sync'))).toEqual(['held']);
    await world.run('discard', 'all');
    for (let i = 0; i < 2; i++) {
      const { files } = await world.json('sync');
      expect([files[0].status, files[0].notes]).toEqual(['known', [{ code: 'discarded', args: {} }]]);
    }
    expect(statuses(await world.json('sync', '--again'))).toEqual(['held']);
    await world.run('release', 'all');
    expect([statuses(await world.json('sync')), statuses(await world.json('sync'))]).toEqual([['known'], ['known']]);
    expect(server.got.at(-1)?.headers['if-none-match']).toBe('"2"');
    await world.run('sync', '--again');
    world.configure({ sources: [{ ...source, account: 'b' }] });
    expect(statuses(await world.json('sync'))).toEqual(['imported']);
    const asked = server.got.map(({ headers }) => headers['if-none-match'] ?? null);
    expect(asked.slice(-2)).toEqual([null, null]);
  });

  test('undated content that is served again is confirmed, unless the server says how old it is', async () => {
    const text = 'shop_id,plan_id,plan_type,rate\n1,0,general,5\n';
    const modified = { 'last-modified': 'Thu, 19 Nov 2026 01:00:00 GMT' };
    const server = await startStub(ok(text, { etag: '"1"' }), ok(text, { etag: '"1"' }), ok(text, modified));
    const world = configured(
      { name: 'feed', url: server.address },
      {
        name: 'script',
        account: 'b',
        command: [process.execPath, '-e', `process.stdout.write(${JSON.stringify(text)})`],
      },
    );
    expect(statuses(await world.json('sync'))).toEqual(['imported', 'imported']);
    world.now += 86_400_000;
    const { files } = await world.json('sync');
    const at = { capturedAt: '2026-11-21T12:00:00+08:00', capturedFrom: 'now' };
    expect(files.map(({ status: one, snapshots }: any) => [one, snapshots[0]])).toEqual([
      ['imported', expect.objectContaining(at)],
      ['imported', expect.objectContaining(at)],
    ]);
    expect(server.got.at(-1)?.headers['if-none-match']).toBeUndefined();
    await world.run('sync', '--source', 'feed');
    expect(statuses(await world.json('sync', '--source', 'feed'))).toEqual(['known']);
  });

  test('its time is what the server says, where the content says none', async () => {
    const text = 'shop_id,plan_id,plan_type,rate\n1,0,general,5\n';
    const { address } = await startStub(ok(text, { 'last-modified': 'Thu, 19 Nov 2026 01:00:00 GMT' }));
    const { files } = await configured({ name: 'feed', url: address }).json('sync');
    expect(files[0].snapshots[0]).toMatchObject({ capturedAt: '2026-11-19T09:00:00+08:00', capturedFrom: 'file-time' });
  });

  test.each(['7', 'Fri, 20 Nov 2026 04:00:07 GMT'])(
    'is tried again after 500 and 429, when it says: %s',
    async (at) => {
      const server = await startStub(status(500), status(429, { 'retry-after': at }), ok(csv(19)));
      const world = configured({ name: 'feed', url: server.address });
      expect(statuses(await world.json('sync'))).toEqual(['imported']);
      expect(world.waits).toEqual([1000, 7000]);
    },
  );

  test('is not tried again after 404', async () => {
    const gone = await startStub(status(404));
    expect(codes(await configured({ name: 'feed', url: gone.address }).json('sync'))).toEqual(['bad-status']);
    expect(gone.got).toHaveLength(1);
  });

  test('whose server fails is not blamed on its credentials', async () => {
    const { address } = await startStub(status(500));
    const { err } = await configured({ name: 'feed', url: address }).run('sync');
    expect(err).toContain('hint: The server failed');
    expect(err).not.toContain('credentials');
  });

  test('that stays away is tried three times, and ends with 74', async () => {
    const server = await startStub('reset');
    const world = configured({ name: 'feed', url: server.address });
    const { code, err } = await world.run('sync');
    expect([code, server.got.length, err.includes('[unreachable]')]).toEqual([74, 3, true]);
  });

  test('that is slow is given up', async () => {
    const never = await startStub('hang');
    const trickle = await startStub({
      stream(response) {
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    });
    for (const { address } of [never, trickle]) {
      const { files } = await configured({ name: 'feed', url: address, timeout: '1s' }).json('sync');
      expect(files[0].refusal).toEqual({ code: 'unreachable', args: { reason: 'timeout' } });
    }
  });

  test('that sends too much is cut off, whether or not it says how much', async () => {
    const endless = await startStub({
      stream(response) {
        const more = () => {
          while (response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    });
    const honest = await startStub(ok('x'.repeat(2000)));
    for (const { address } of [endless, honest]) {
      const document = await configured({ name: 'feed', url: address, maxSize: '1kB' }).json('sync');
      expect(codes(document)).toEqual(['answer-too-large']);
    }
  });

  test('may send on, five times, and never credentials to another host', async () => {
    const target = await startStub(ok(csv(19)));
    const first = await startStub(
      status(302, { location: '/again' }),
      status(307, { location: `${target.address}/there` }),
    );
    const world = makeWorld(NOW);
    world.env.TOKEN = SECRET;
    const url = `${first.address.replace('://', `://user:${SECRET}@`)}/a.csv`;
    world.configure({ sources: [{ name: 'feed', url, headers: { 'X-Token': { env: 'TOKEN' } } }] });
    expect(statuses(await world.json('sync'))).toEqual(['imported']);
    const basic = `Basic ${Buffer.from(`user:${SECRET}`).toString('base64')}`;
    expect(first.got.map(({ url: at, headers }) => [at, headers['x-token'], headers.authorization])).toEqual([
      ['/a.csv', SECRET, basic],
      ['/again', SECRET, basic],
    ]);
    const [arrived] = target.got;
    expect([arrived?.url, arrived?.headers['x-token'], arrived?.headers.authorization]).toEqual([
      '/there',
      undefined,
      undefined,
    ]);

    const loop = await startStub(status(301, { location: '/' }));
    expect(codes(await configured({ name: 'a', url: loop.address }).json('sync'))).toEqual(['many-redirects']);
    expect(loop.got).toHaveLength(6);
    const away = await startStub(status(301, { location: 'file:///etc/passwd' }));
    expect(codes(await configured({ name: 'a', url: away.address }).json('sync'))).toEqual(['bad-redirect']);
  });
});

describe('secrets', () => {
  test('appear nowhere: not in the answer, not in errors, not in the database', async () => {
    const { address } = await startStub(ok(csv(19)), status(401));
    const world = makeWorld(NOW);
    world.env.TOKEN = SECRET;
    const file = world.write('token', `${SECRET}\n`);
    chmodSync(file, 0o600);
    world.configure({
      sources: [
        { name: 'feed', url: `${address}/plans.csv?key=${SECRET}`, headers: { A: { env: 'TOKEN' }, B: { file } } },
      ],
      heartbeat: `${address}/${SECRET}`,
    });
    const runs = [];
    for (const format of [[], ['--json'], []]) runs.push(await world.run('sync', ...format));
    runs.push(await world.run('snapshots', '--json'), await world.run('config'));
    for (const { out, err } of runs) expect(out + err).not.toContain(SECRET);
    expect(runs[0]?.err).toContain(`${address}/plans.csv?…`);
    for (const name of readdirSync(world.folder).filter((one) => one.startsWith('test.db'))) {
      expect(readFileSync(join(world.folder, name)).includes(SECRET), name).toBe(false);
      expect(statSync(join(world.folder, name)).mode & 0o077, name).toBe(0);
    }
  });

  test('an address that is kept elsewhere is not shown but for its host', async () => {
    const { address } = await startStub(ok(csv(19)));
    const world = configured({ name: 'feed', url: { env: 'FEED' } });
    world.env.FEED = `${address}/${SECRET}`;
    expect((await world.json('sync')).files[0].file).toBe(`${address}/…`);
    world.env.FEED = `ftp://${SECRET}`;
    const { code, err } = await world.run('sync');
    expect([code, err.includes('[bad-address]'), err.includes(SECRET)]).toEqual([2, true, false]);
  });

  test('that are missing, or that others may read, are refused', async () => {
    const server = await startStub(ok(csv(19)));
    const world = makeWorld(NOW);
    const file = world.write('token', SECRET);
    chmodSync(file, 0o640);
    const plain = (headers: object) => world.configure({ sources: [{ name: 'feed', url: server.address, headers }] });
    plain({ A: { env: 'NOT_SET' } });
    expect(codes(await world.json('sync'))).toEqual(['secret-missing']);
    plain({ A: { file } });
    expect(codes(await world.json('sync'))).toEqual(['secret-shared']);
    chmodSync(file, 0o600);
    expect(statuses(await world.json('sync'))).toEqual(['imported']);
    const path = plain({ A: 'plain' });
    chmodSync(path, 0o644);
    const { code, err } = await world.run('sync');
    expect([code, err.includes('[secret-shared]'), err.includes('chmod 600')]).toEqual([2, true, true]);
    expect(server.got).toHaveLength(1);
  });
});

test('a secret that a program or a server repeats is not shown, whosever it is', async () => {
  const token = 'p4ss word/+=%';
  const world = makeWorld(NOW);
  world.env.TOKEN = `Bearer ${token.replace(' ', '')}`;
  world.env.BEAT = `http://127.0.0.1:1/beat/${SECRET}`;
  const file = world.write('key', token);
  chmodSync(file, 0o644);
  const words = [token, encodeURIComponent(token), token.replace(' ', ''), SECRET, `http://127.0.0.1:1/beat/${SECRET}`];
  const page = await startStub(ok(`captured_at,shop_id,plan_id,plan_type,rate\n2026-11-19,1,0,general,${SECRET}\n`));
  const node = (script: string) => [process.execPath, '-e', script];
  world.configure({
    sources: [
      { name: 'cry', command: node(`console.error(${JSON.stringify(words.join(' | '))}); process.exit(1)`) },
      { name: 'long', command: node(`console.error("x".repeat(1985) + ${JSON.stringify(SECRET)}); process.exit(1)`) },
      { name: 'page', url: page.address, format: 'tkguard-csv' },
      { name: 'other', url: 'http://127.0.0.1:1/', timeout: '1s', headers: { A: { env: 'TOKEN' }, B: { file } } },
    ],
    heartbeat: { env: 'BEAT' },
  });
  for (const argv of [['sync'], ['sync', '--json']]) {
    const { out, err } = await world.run(...argv);
    for (const word of words) expect(out + err).not.toContain(word);
    expect(out + err).not.toMatch(/t0ken|p4ss/);
    expect(err).toContain('… | … | … | … | …');
    expect(err).toContain('“…”');
  }
});

test.each([['foo'], ['map:foo']])('a source of format %s fails by itself, with its line', async (format) => {
  const world = makeWorld(NOW);
  inbox(world, 'a.csv', csv(19));
  world.configure(
    `{ "sources": [\n{ "name": "a", "path": "../../inbox" },\n{ "name": "b", "path": "x", "format": "${format}" }\n] }`,
  );
  const { code, out, err } = await world.run('sync', '--json');
  expect([code, statuses(JSON.parse(out))]).toEqual([2, ['imported', 'refused']]);
  expect(err).toContain('config.json, line 3: sources[1].format:');
  expect(err).toContain('[bad-source-format]');
});

describe('a command', () => {
  const node = (script: string) => [process.execPath, '-e', script];

  test('gives an export, started in the folder of the configuration, without a shell', async () => {
    const world = makeWorld(NOW);
    const script = `process.stdout.write(${JSON.stringify(csv(19))}); require('fs').writeFileSync('here', process.argv[1])`;
    world.configure({ sources: [{ name: 'script', command: [...node(script), '$HOME; `x`'] }] });
    expect(statuses(await world.json('sync'))).toEqual(['imported']);
    expect(readFileSync(join(world.folder, '.config', 'tkguard', 'here'), 'utf8')).toBe('$HOME; `x`');
  });

  test.each([
    ['console.log("half"); console.error("\\u001b[31mno cookie"); process.exit(3)', 'exit 3'],
    ['process.kill(process.pid, "SIGKILL")', 'SIGKILL'],
    ['setInterval(() => {}, 1000)', 'timeout'],
    ['setInterval(() => process.stdout.write("x".repeat(65536)), 1)', 'too-large'],
    ['require("child_process").spawn("sleep", ["1000"], { stdio: "inherit" })', 'timeout'],
  ])('that fails is a source that failed: %s', async (script, reason) => {
    const world = configured({ name: 'script', command: node(script), timeout: '2s', maxSize: '900kB' });
    const { code, out, err } = await world.run('sync', '--json');
    expect([code, JSON.parse(out).files[0].refusal.args.reason]).toEqual([74, reason]);
    expect(err).not.toContain('): [');
    if (reason === 'exit 3') expect(err).toContain('(exit 3): no cookie [command-failed]');
  });

  test('stdin is a source, too', async () => {
    const world = configured({ name: 'pipe', stdin: true, account: 'b', format: 'tkguard-csv' });
    world.stdin = csv(19);
    expect((await world.json('sync')).files[0]).toMatchObject({ file: '-', status: 'imported' });
  });
});

describe('an inbox', () => {
  const at = (path: string, more: object = {}) => configured({ name: 'inbox', path, ...more });

  test('what is being written is left for the next run', async () => {
    const world = at('../../inbox/*');
    inbox(world, 'done.csv', csv(19));
    inbox(world, 'young.csv', csv(18), '2026-11-20T11:59:59+08:00');
    for (const ending of ['part', 'crdownload', 'tmp', 'download']) inbox(world, `a.csv.${ending}`, csv(17));
    inbox(world, 'b.csv', '');
    inbox(world, 'b.csv.part', csv(17));
    const { code, out, err } = await world.run('sync');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('2 for next time');
    const document = await world.json('sync');
    expect(document.files.map(({ file, status: state }: any) => [file.split('/').at(-1), state]).sort()).toEqual([
      ['b.csv', 'left'],
      ['done.csv', 'known'],
      ['young.csv', 'left'],
    ]);
    expect(document.summary.left).toBe(2);
    world.now += 10_000;
    rmSync(join(world.folder, 'inbox', 'b.csv.part'));
    inbox(world, 'b.csv', csv(16));
    expect(statuses(await world.json('sync')).sort()).toEqual(['imported', 'imported', 'known']);
  });

  test('a file that is named is read at once', async () => {
    const world = makeWorld(NOW);
    expect(statuses(await world.json('sync', world.write('a.csv', csv(19))))).toEqual(['imported']);
  });

  test('a file that grows while it is read is left, and nothing of it is kept', async () => {
    const world = at('../../inbox');
    const path = inbox(world, 'a.csv', csv(19));
    world.whileReading = () => writeFileSync(path, csv(20).slice(0, 60), { flag: 'a' });
    expect(statuses(await world.json('sync'))).toEqual(['left']);
    world.whileReading = () => {};
    expect((await world.json('snapshots')).snapshots).toEqual([]);
    inbox(world, 'a.csv', csv(20));
    expect(statuses(await world.json('sync'))).toEqual(['imported']);
  });

  test('an empty one is well; one that is not there is not', async () => {
    const world = at('../../inbox');
    expect((await world.run('sync')).code).toBe(2);
    mkdirSync(join(world.folder, 'inbox'));
    expect(await world.run('sync')).toMatchObject({ code: 0, err: '' });
  });

  test('archive moves what was taken in, and overwrites nothing', async () => {
    const world = at('../../inbox/**/*.csv', { after: 'archive' });
    const names = () =>
      readdirSync(join(world.folder, 'inbox'), { recursive: true, withFileTypes: true })
        .filter((e) => e.isFile())
        .map((e) => join(e.parentPath, e.name).split('/inbox/')[1])
        .sort();
    inbox(world, 'a.csv', csv(18));
    inbox(world, 'bad.csv', 'not,an,export\n');
    expect((await world.run('sync')).code).toBe(2);
    expect(names()).toEqual(['archive/2026-11-20/a.csv', 'bad.csv']);
    inbox(world, 'a.csv', csv(19));
    inbox(world, 'again.csv', csv(18));
    await world.run('sync');
    expect(names()).toEqual([
      'archive/2026-11-20/a.2.csv',
      'archive/2026-11-20/a.csv',
      'archive/2026-11-20/again.csv',
      'bad.csv',
    ]);
    expect(readFileSync(join(world.folder, 'inbox/archive/2026-11-20/a.csv'), 'utf8')).toBe(csv(18));
    expect((await world.run('sync')).code).toBe(2);
    expect(names()).toHaveLength(4);
  });

  test('delete deletes only what is in the ledger; a dry run and a held file delete nothing', async () => {
    const world = at('../../inbox', { after: 'delete' });
    const path = inbox(world, 'a.csv', csv(19));
    await world.run('sync', '--dry-run');
    expect(existsSync(path)).toBe(true);
    const held = inbox(world, 'bad.csv', 'not,an,export\n');
    await world.run('sync');
    expect([existsSync(path), existsSync(held)]).toEqual([false, true]);
    expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  });

  test('a file that cannot be moved is a warning, and stays', async () => {
    const world = at('../../inbox', { after: 'archive' });
    const path = inbox(world, 'a.csv', csv(19));
    writeFileSync(join(world.folder, 'inbox', 'archive'), 'in the way');
    const { code, out, err } = await world.run('sync', '--json');
    expect([code, JSON.parse(out).warnings[0].code, existsSync(path)]).toEqual([0, 'not-tidied', true]);
    expect(err).toContain('[not-tidied]');
  });
});

describe('silence', () => {
  test('a source that has brought nothing new for longer than its period is told of, until it brings something', async () => {
    const world = configured({ name: 'inbox', path: '../../inbox', period: '2d' });
    inbox(world, 'a.csv', csv(19));
    const DAY = 86_400_000;
    expect((await world.json('sync')).warnings).toEqual([]);
    world.now += 2 * DAY;
    expect(await world.run('sync')).toMatchObject({ code: 0, err: '' });
    world.now += 1;
    expect((await world.json('sync')).warnings).toEqual([
      { code: 'source-silent', args: { source: 'inbox', silentMs: 2 * DAY + 1, periodMs: 2 * DAY } },
    ]);
    const { code, err } = await world.run('sync');
    expect([code, err]).toEqual([0, expect.stringContaining('“inbox” has brought nothing new for 2 d')]);
    inbox(world, 'b.csv', csv(21));
    expect((await world.json('sync')).warnings).toEqual([]);
  });

  test('one that never brought anything counts from its first sync', async () => {
    const { address } = await startStub(status(404));
    const world = configured(
      { name: 'inbox', path: '../../inbox', period: '1h' },
      { name: 'feed', url: address, period: '1h' },
    );
    mkdirSync(join(world.folder, 'inbox'));
    expect((await world.json('sync')).warnings).toEqual([]);
    world.now += 3_600_001;
    expect((await world.json('sync')).warnings.map(({ args }: any) => args.source)).toEqual(['inbox', 'feed']);
  });
});

describe('the heartbeat', () => {
  test('start, then success or failure; a dry run is silent', async () => {
    const server = await startStub(status(200));
    const world = makeWorld(NOW);
    world.configure({ heartbeat: `${server.address}/uuid` });
    const paths = () => server.got.splice(0).map(({ url }) => url);
    const good = world.write('a.csv', csv(19));
    expect((await world.run('sync', good)).err).toBe('');
    expect(paths()).toEqual(['/uuid/start', '/uuid']);
    await world.run('sync', world.write('b.csv', 'no'));
    expect(paths()).toEqual(['/uuid/start', '/uuid/fail']);
    await world.run('sync', '/nowhere');
    expect(paths()).toEqual(['/uuid/start', '/uuid/fail']);
    await world.run('sync', good, '--dry-run');
    expect(paths()).toEqual([]);
    world.configure({
      heartbeat: { url: `${server.address}/ok`, start: `${server.address}/go?a=1`, failure: { env: 'DOWN' } },
    });
    world.env.DOWN = `${server.address}/down`;
    await world.run('sync', '/nowhere');
    expect(paths()).toEqual(['/go?a=1', '/down']);
  });

  test('that fails never fails the sync, and shows no address', async () => {
    const gone = await startStub(status(500));
    const world = makeWorld(NOW);
    const good = world.write('a.csv', csv(19));
    for (const heartbeat of [`${gone.address}/${SECRET}`, `http://127.0.0.1:1/${SECRET}`, { env: 'NOT_SET' }]) {
      world.configure({ heartbeat });
      const { code, out, err } = await world.run('sync', good);
      expect([code, /Imported 1|1 already known/.test(out), err.includes(SECRET)]).toEqual([0, true, false]);
      expect(err).toMatch(/\[(heartbeat-failed|secret-missing)\]/);
    }
  });
});
