/** What is said of a call, in process: help, mistakes, a database that cannot be used, hostile text, bad files. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { COMMANDS } from '../../src/commands/index.ts';
import { APPLICATION_ID } from '../../src/store/schema.ts';
import { FIXTURES, HARMFUL, makeWorld, type Result, type World } from '../support/run.ts';

const STORY = join(FIXTURES, 'story');
const DAY_TWO = ['--as-of', '2014-03-09'];
const HEADER = 'captured_at,shop_id,shop_name,plan_id,plan_name,plan_type,rate,status\n';

async function storyWorld(): Promise<World> {
  const world = makeWorld();
  expect(await world.run('sync', STORY)).toMatchObject({ code: 0, err: '' });
  return world;
}

/** A failure's one way of speaking: nothing on stdout, what happened with its code, then what to do. */
function expectFailure(run: Result, exitCode: number, code: string, lang = 'en'): void {
  expect(run).toMatchObject({ code: exitCode, out: '' });
  const [what = '', hint = '', ...rest] = run.err.trimEnd().split('\n');
  expect(what).toMatch(/^tkguard: .* \[[a-z-]+\]$/);
  expect(what).toContain(`[${code}]`);
  expect(hint).toMatch(lang === 'zh' ? /^提示：./ : /^hint: ./);
  expect(rest).toEqual([]);
  // What is quoted, and names of accounts, stand as they are.
  expect(/\p{Script=Han}/u.test(run.err.replace(/“.*?”|默认账号|小号/g, ''))).toBe(lang === 'zh');
}

describe('help and version', () => {
  test('--help: every command and every exit code', async () => {
    const { out } = await makeWorld().run('--help');
    const commands = [...out.matchAll(/^ {2}([a-z]+) {2}/gm)].map((match) => match[1]);
    expect(commands).toEqual([...Object.keys(COMMANDS), 'help']);
    for (const code of [0, 1, 2, 3, 4, 74, 75]) expect(out).toMatch(new RegExp(`^ ?${code}  \\S`, 'm'));
  });

  test.each(['--version', '-V'])('%s', async (flag) => {
    expect(await makeWorld().run(flag)).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test.each(Object.keys(COMMANDS))('%s --help', async (name) => {
    const world = makeWorld();
    const run = await world.run(name, '--help');
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(new RegExp(`^Examples:\n  tkguard ${name}`));
    expect(run.out).toContain(`\nUsage: tkguard ${name} `);
    expect(await world.run('help', name)).toEqual(run);
    expect((await world.run('--lang', 'zh', name, '--help')).out).toMatch(/^示例：\n/);
  });

  test.each([[['--help', 'check']], [['--db', 'x', '--help']]])('%s: the help of the whole program', async (argv) => {
    const world = makeWorld();
    expect(await world.run(...argv)).toEqual(await world.run('--help'));
  });

  test('options of the program stand before the command, or after it', async () => {
    const [world, other] = [await storyWorld(), makeWorld()];
    const check = ['check', '2616191', ...DAY_TWO];
    const answer = await world.run(...check);
    for (const argv of [
      ['--db', world.db, '--lang=en', ...check],
      [...check, '--lang', 'en', '--db', world.db],
    ])
      expect(await other.run(...argv)).toEqual(answer);
  });
});

describe('mistakes in the call: 2, on stderr, with a hint', () => {
  test.each([
    ['snc x', 'usage', 'did you mean sync?'],
    ['diff --verdct exit', 'usage', 'did you mean --verdict?'],
    ['frobnicate', 'usage'],
    ['check', 'usage'],
    ['diff extra', 'usage'],
    ['diff --as-of', 'usage'],
    ['diff --as-of 2026-02-30', 'bad-option'],
    ['diff --format xml', 'bad-option'],
    ['diff --sort name', 'bad-option'],
    ['diff --verdict exit,kep', 'bad-option'],
    ['diff --min-gain x', 'bad-option'],
    ['diff --max-age 3', 'bad-option'],
    ['diff --confirm-missing 0', 'bad-option'],
    ['diff --limit 0', 'bad-option'],
    ['sync', 'no-paths'],
    ['sync nosuch.csv', 'no-such-path'],
    ['sync *.nosuch', 'no-such-path'],
    [`sync --captured-at 2999-01-01 ${STORY}`, 'time-to-come'],
    [`sync --as xml ${STORY}`, 'bad-option'],
    [`sync --format xml ${STORY}`, 'bad-option'],
    ['schema nope', 'bad-option'],
    ['check https://item.taobao.com/item.htm', 'unresolved-link'],
    ['check https://e.tb.cn/h.gabc', 'unresolved-link'],
    ['diff', 'no-database'],
    ['check 1', 'no-database'],
    ['why 1', 'no-database'],
    ['snapshots', 'no-database'],
  ])('%s: %s', async (call, code, words = '') => {
    const world = makeWorld();
    const run = await world.run(...call.split(' '));
    expectFailure(run, 2, code);
    expect(run.err).toContain(code === 'no-database' ? world.db : words);
    world.env.TKGUARD_LANG = 'zh';
    expectFailure(await world.run(...call.split(' ')), 2, code, 'zh');
    expect(existsSync(world.db)).toBe(false);
  });

  test('help of a command whose name is not quite right is all of its help', async () => {
    const world = makeWorld();
    const { out } = await world.run('help', 'diff');
    expect(out).toContain('--min-gain');
    expect((await world.run('help', 'dif')).out).toBe(out);
  });

  test('a language that there is not', async () => {
    expectFailure(await makeWorld().run('--lang', 'fr', 'diff'), 2, 'bad-option');
    const world = makeWorld();
    world.env.LANG = 'zh_CN.UTF-8';
    expect((await world.run('--lang', 'cn', 'diff')).err).toBe(
      'tkguard: --lang 的值无效：“cn” [bad-option]\n提示：请写成这样：en、zh。\n',
    );
  });

  test.each([
    ['diff --exit-code --shop typo', 'unknown-id'],
    ['diff --exit-code --plan typo', 'unknown-id'],
    ['diff --exit-code --item typo', 'unknown-id'],
    ['why typo', 'unknown-id'],
    ['diff --account typo', 'unknown-account'],
    ['check 2616191 --account typo', 'unknown-account'],
    ['why 2616191 --account typo', 'unknown-account'],
    ['snapshots --account typo', 'unknown-account'],
  ])('%s: %s', async (call, code) => {
    const world = await storyWorld();
    for (const lang of ['en', 'zh']) expectFailure(await world.run('--lang', lang, ...call.split(' ')), 2, code, lang);
  });

  test('one plan in two accounts: which?', async () => {
    const world = await storyWorld();
    world.stdin = readFileSync(join(STORY, '2014-03-09.csv'), 'utf8').replaceAll('默认账号', '小号');
    await world.run('sync', '-');
    expectFailure(await world.run('why', '2616191', ...DAY_TWO), 2, 'ambiguous-plan');
    expect((await world.run('why', '2616191', ...DAY_TWO, '--account', '小号')).code).toBe(0);
    expect((await world.run('check', '2616191', ...DAY_TWO)).out.trimEnd().split('\n')).toHaveLength(2);
  });
});

test.each([
  ['check 2616191 --as-of 2014-03-02', 0],
  ['check 2616191 --as-of 2014-03-09', 1],
  ['check 728628560 --as-of 2014-03-09 --json', 1],
  ['check 2616191', 3],
  ['check 999 --as-of 2014-03-09', 3],
  ['check https://item.taobao.com/item.htm?spm=a.b&id=999 --as-of 2014-03-09', 3],
  ['check 728628560 --plan --as-of 2014-03-09', 3],
  ['diff --as-of 2014-03-02', 0],
  ['diff --as-of 2014-03-09', 0],
  ['diff', 0],
  ['diff --exit-code --as-of 2014-03-02', 0],
  ['diff --exit-code --as-of 2014-03-09', 1],
  ['diff --exit-code', 3],
])('%s ends with %i, and says nothing on stderr', async (call, code) => {
  expect(await (await storyWorld()).run(...call.split(' '))).toMatchObject({ code, err: '' });
});

describe('a database that cannot be used is refused and left as it is', () => {
  const CASES: readonly (readonly [name: string, code: string, make: (path: string) => void])[] = [
    ['a text file', 'db-foreign', (path) => writeFileSync(path, 'shop_id,plan_id\n'.repeat(100))],
    ['a short text file', 'db-foreign', (path) => writeFileSync(path, 'hi')],
    ['no bytes', 'db-empty-file', (path) => writeFileSync(path, '')],
    [
      'somebody else’s SQLite file',
      'db-foreign',
      (path) => forge(path, 'CREATE TABLE diary (day TEXT); INSERT INTO diary VALUES (1)'),
    ],
    ['a newer version', 'db-newer', (path) => patch(path, 60, [0, 0, 3, 231])],
    ['a damaged header', 'db-foreign', (path) => patch(path, 0, [...Buffer.from('no longer SQLite')])],
    ...[0, 1].map(
      (version) =>
        [
          `our number and no tables, of version ${version}`,
          'db-foreign',
          (path: string) => forge(path, `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`),
        ] as const,
    ),
    ['damaged pages', 'db-damaged', (path) => patch(path, 100, Array<number>(20_000).fill(0xaa))],
    ['the end cut off', 'db-damaged', (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
  ];

  function forge(path: string, sql: string): void {
    rmSync(path);
    const db = new Database(path);
    db.exec(sql);
    db.close();
  }

  function patch(path: string, at: number, bytes: readonly number[]): void {
    const content = readFileSync(path);
    content.set(bytes, at);
    writeFileSync(path, content);
  }

  test.each(CASES)('%s', async (_, code, make) => {
    const world = await storyWorld();
    make(world.db);
    const before = readFileSync(world.db);
    for (const argv of [['diff'], ['check', '2616191'], ['snapshots'], ['sync', STORY], ['--lang', 'zh', 'why', '1']]) {
      const run = await world.run(...argv);
      expectFailure(run, 4, code, argv.includes('zh') ? 'zh' : 'en');
      expect(run.err).toContain(world.db);
    }
    expect(readFileSync(world.db).equals(before)).toBe(true);
  });

  test('a folder in its place, or a file where its folder should be', async () => {
    const world = makeWorld();
    mkdirSync(world.db);
    for (const argv of [['diff'], ['sync', STORY]]) expectFailure(await world.run(...argv), 74, 'io');
    const deeper = join(world.write('taken', ''), 'deeper', 'x.db');
    for (const lang of ['en', 'zh'])
      expectFailure(await world.run('--lang', lang, '--db', deeper, 'sync', STORY), 74, 'io', lang);
  });
});

describe('hostile text is harmless on a screen', () => {
  const NAMES = [
    '\u001b[31mred\u001b[0m',
    '\u001b]8;;http://evil.example/\u0007link\u001b]8;;\u0007',
    '\u001b]0;title\u0007\u001b[2Jclear',
    'a\u202egnp.exe',
    `=cmd|'/c calc'!A1`,
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '<script>alert(1)</script>',
    'one\ntwo',
    'cell | `code` [x](http://evil.example) ![y](z)',
    'bell\u0007back\u0008\u0008',
    '"quoted", comma',
  ];
  const ASKED = ['--as-of', '2026-01-05'];

  test('in names, whatever the command', async () => {
    const world = makeWorld();
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = NAMES.map((name, n) => {
      const shop = `2026-01-05 09:00,${n + 1},${quote(name)}`;
      return `${shop},0,通用计划,general,5,\n${shop},${100 + n},${quote(name)},special,4,approved\n`;
    });
    const file = world.write('hostile.csv', HEADER + rows.join(''));
    const plans = NAMES.map((_, n) => `${100 + n}`);
    for (const [argv, lines] of [
      [['sync', file]],
      [['diff', '--items', ...ASKED]],
      [['snapshots']],
      ...plans.map((plan) => [['check', plan, ...ASKED], 2] as const),
      ...plans.map((plan) => [['why', plan, ...ASKED]] as const),
    ] as const) {
      const { out, err } = await world.run(...argv);
      expect(out).not.toMatch(HARMFUL);
      expect(out).not.toContain('evil.example/');
      expect(err).toBe('');
      if (lines) expect(out.split('\n')).toHaveLength(lines);
      if (argv[0] === 'diff') expect(out.match(/^exit /gm)).toHaveLength(NAMES.length);
    }
  });

  test.each(['check', 'why', 'diff --shop', 'diff --sort', 'schema', 'sync'])('in what is typed: %s', async (call) => {
    const { out, err } = await (await storyWorld()).run(...call.split(' '), '\u001b]0;x\u0007\u202eid');
    expect(out + err).not.toMatch(HARMFUL);
    expect(out + err).toContain('id');
  });
});

describe('files that are refused', () => {
  test('of thirty bad rows twenty are named and the rest are counted; JSON has them all', async () => {
    const world = makeWorld();
    const rows = Array.from({ length: 30 }, (_, n) => `1,${n + 1},special,bad${n + 1}\n`);
    const file = world.write('bad.csv', `shop_id,plan_id,plan_type,rate\n${rows.join('')}`);
    const { code, err } = await world.run('sync', file);
    expect(code).toBe(2);
    const lines = err.split('\n').filter((line) => line.startsWith('line '));
    expect(lines.map((line) => line.replace(/expected .*/, ''))).toEqual(
      Array.from({ length: 20 }, (_, n) => `line ${n + 2}, rate: found “bad${n + 1}”, `),
    );
    expect(err).toContain('… and 10 more');
    expect(err).toMatch(/^hint: .*--skip-bad-rows/m);
    expect((await world.json('sync', file)).files[0].problems).toHaveLength(30);
    expect((await world.run('snapshots')).out).toContain('No snapshots');
  });

  test.each(['en', 'zh'])('a folder without exports: %s', async (lang) => {
    const world = makeWorld();
    for (const name of ['notes', 'folder.csv']) mkdirSync(join(world.folder, name));
    world.write('notes/readme.md', '# notes');
    for (const name of ['notes', 'folder.csv'])
      expectFailure(await world.run('--lang', lang, 'sync', join(world.folder, name)), 2, 'nothing-to-read', lang);
    expect(existsSync(world.db)).toBe(false);
  });

  test.each(['en', 'zh'])('every refused fixture says what it is, and changes nothing: %s', async (lang) => {
    const world = await storyWorld();
    const before = await world.run('diff', '--json', ...DAY_TWO);
    const run = await world.run('--lang', lang, 'sync', join(FIXTURES, 'refused'), '--json');
    expect(run.code).toBe(2);
    const { files, summary } = JSON.parse(run.out);
    expect(summary).toMatchObject({ imported: 0, refused: files.length });
    const said = run.err.split('\n').filter((line) => line.startsWith('tkguard: '));
    expect(said).toHaveLength(files.length);
    for (const line of said) {
      expect(line).toMatch(/ \[[a-z-]+\]$/);
      expect(line).not.toMatch(/\{\w+\}|undefined|\[other\]/);
    }
    expect(run.err.match(lang === 'zh' ? /^提示：/gm : /^hint: /gm)).toHaveLength(files.length);
    expect(await world.run('diff', '--json', ...DAY_TWO)).toEqual(before);
  });
});
