/** The built binary, spawned as cron would: only PATH and HOME are set. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { version } from '../../package.json';
import { APPLICATION_ID } from '../../src/store/schema.ts';
import { FIXTURES } from '../support/run.ts';
import { makePlace, type Place, type Run } from '../support/spawn.ts';

// A process takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const STORY = join(FIXTURES, 'story');
const DAY_ONE = ['--as-of', '2014-03-02'];
const DAY_TWO = ['--as-of', '2014-03-09'];
const HEADER = 'captured_at,shop_id,shop_name,plan_id,plan_name,plan_type,rate,status\n';
/** Whatever a terminal might obey, but for the newline; and marks that turn the writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must not be there
const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** For all tests of a `describe`. */
function sharedPlace(env?: Record<string, string>): Place {
  const place = makePlace(env, false);
  afterAll(() => rmSync(place.folder, { recursive: true, force: true }));
  return place;
}

function storyPlace(env?: Record<string, string>): Place {
  const place = makePlace(env);
  expect(place.run('sync', STORY)).toMatchObject({ code: 0, err: '' });
  return place;
}

/** A failure's one way of speaking: nothing on stdout, what happened with its code, then what to do. */
function expectFailure(run: Run, exitCode: number, code: string): void {
  expect(run).toMatchObject({ code: exitCode, out: '' });
  const [what = '', hint = '', ...rest] = run.err.trimEnd().split('\n');
  expect(what).toMatch(/^tkguard: .* \[[a-z-]+\]$/);
  expect(what).toContain(`[${code}]`);
  expect(hint).toMatch(/^(hint: .|提示：.)/);
  expect(rest).toEqual([]);
}

describe('help and version', () => {
  const place = sharedPlace();
  const help = place.run('--help').out;
  const commands = [...help.matchAll(/^ {2}([a-z]+) {2}/gm)].map((match) => match[1] ?? '');

  test('--help: examples first, then every command and every exit code', () => {
    expect(place.run('--help')).toMatchObject({ code: 0, err: '' });
    expect(help).toMatch(/^Examples:\n {2}tkguard sync /);
    expect(commands).toEqual(
      expect.arrayContaining(['sync', 'diff', 'check', 'why', 'snapshots', 'formats', 'schema']),
    );
    for (const code of [0, 1, 2, 3, 4, 74, 75]) expect(help).toMatch(new RegExp(`^ ?${code}  \\S`, 'm'));
    expect(place.run()).toEqual({ code: 0, err: '', out: help });
    expect(place.run('help')).toEqual({ code: 0, err: '', out: help });
  });

  test('--version', () => {
    for (const flag of ['--version', '-V']) expect(place.run(flag)).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test.each(commands.filter((name) => name !== 'help'))('%s --help', (name) => {
    const run = place.run(name, '--help');
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(new RegExp(`^Examples:\n  tkguard ${name}`));
    expect(run.out).toContain(`\nUsage: tkguard ${name} `);
    expect(place.run('help', name)).toEqual(run);
    if (name === 'diff') expect(place.run('--lang', 'zh', name, '--help').out).toMatch(/^示例：\n/);
  });
});

describe('mistakes in the call: 2, on stderr, with a hint', () => {
  const place = sharedPlace();
  const inChinese = sharedPlace({ TKGUARD_LANG: 'zh' });

  test('an unknown command or option is answered with the one that was meant', () => {
    expectFailure(place.run('snc', 'x'), 2, 'usage');
    expect(place.run('snc', 'x').err).toContain('did you mean sync?');
    expectFailure(place.run('diff', '--verdct', 'exit'), 2, 'usage');
    expect(place.run('diff', '--verdct', 'exit').err).toContain('did you mean --verdict?');
    expectFailure(place.run('frobnicate'), 2, 'usage');
  });

  test.each([
    [['check'], 'usage'],
    [['diff', 'extra'], 'usage'],
    [['diff', '--as-of'], 'usage'],
    [['diff', '--as-of', '2026-02-30'], 'bad-option'],
    [['diff', '--format', 'xml'], 'bad-option'],
    [['diff', '--sort', 'name'], 'bad-option'],
    [['diff', '--verdict', 'exit,kep'], 'bad-option'],
    [['diff', '--min-gain', 'x'], 'bad-option'],
    [['diff', '--max-age', '3'], 'bad-option'],
    [['diff', '--confirm-missing', '0'], 'bad-option'],
    [['diff', '--limit', '0'], 'bad-option'],
    [['--lang', 'fr', 'diff'], 'bad-option'],
    [['sync'], 'no-paths'],
    [['sync', 'nosuch.csv'], 'no-such-path'],
    [['sync', '*.nosuch'], 'no-such-path'],
    [['sync', '--captured-at', '2999-01-01', STORY], 'time-to-come'],
    [['sync', '--as', 'xml', STORY], 'bad-option'],
    [['sync', '--format', 'xml', STORY], 'bad-option'],
    [['schema', 'nope'], 'bad-option'],
    [['check', 'https://item.taobao.com/item.htm'], 'unresolved-link'],
    [['check', 'https://e.tb.cn/h.gabc'], 'unresolved-link'],
  ])('%j: %s', (argv, code) => {
    const run = place.run(...argv);
    expectFailure(run, 2, code);
    expect(run.err.replace(/“.*?”/g, '')).not.toMatch(/\p{Script=Han}/u);
    expect(existsSync(place.db)).toBe(false);
  });

  test.each([
    [['diff', '--sort', 'name'], 'bad-option'],
    [['sync'], 'no-paths'],
    [['sync', 'nosuch.csv'], 'no-such-path'],
    [['schema', 'nope'], 'bad-option'],
    [['check', 'https://e.tb.cn/h.gabc'], 'unresolved-link'],
  ])('%j: %s, in Chinese', (argv, code) => {
    const run = inChinese.run(...argv);
    expectFailure(run, 2, code);
    expect(run.err).toMatch(/\p{Script=Han}.*\n提示：.*\p{Script=Han}/u);
  });

  test.each([['diff'], ['check', '1'], ['why', '1'], ['snapshots']])('%s without a database', (...argv) => {
    const empty = makePlace();
    const run = empty.run(...argv);
    expectFailure(run, 2, 'no-database');
    expect(run.err).toContain(empty.db);
    empty.env.TKGUARD_LANG = 'zh';
    expectFailure(empty.run(...argv), 2, 'no-database');
    expect(existsSync(empty.db)).toBe(false);
  });

  test('ids that no export has', () => {
    const story = storyPlace();
    for (const option of ['--shop', '--plan', '--item']) {
      expectFailure(story.run('diff', '--exit-code', option, 'typo'), 2, 'unknown-id');
      expectFailure(story.run('--lang', 'zh', 'diff', option, 'typo'), 2, 'unknown-id');
    }
    expectFailure(story.run('why', 'typo'), 2, 'unknown-id');
    for (const argv of [['diff'], ['check', '2616191'], ['why', '2616191'], ['snapshots']]) {
      expectFailure(story.run(...argv, '--account', 'typo'), 2, 'unknown-account');
    }
  });

  test('one plan in two accounts: which?', () => {
    const twice = storyPlace();
    const file = readFileSync(join(STORY, '2014-03-09.csv'), 'utf8').replaceAll('默认账号', '小号');
    twice.bash('tkguard sync -', file);
    expectFailure(twice.run('why', '2616191', ...DAY_TWO), 2, 'ambiguous-plan');
    expect(twice.run('why', '2616191', ...DAY_TWO, '--account', '小号').code).toBe(0);
    expect(
      twice
        .run('check', '2616191', ...DAY_TWO)
        .out.trimEnd()
        .split('\n'),
    ).toHaveLength(2);
  });
});

describe('success', () => {
  test('is silent on stderr', () => {
    const place = makePlace();
    for (const argv of [
      ['sync', STORY],
      ['sync', STORY],
      ['diff', ...DAY_TWO],
      ['snapshots'],
      ['why', '2616191'],
      ['formats'],
      ['schema', 'diff'],
    ]) {
      const run = place.run(...argv);
      expect(run).toMatchObject({ code: 0, err: '' });
      expect(run.out).not.toBe('');
    }
    expect(existsSync(place.db)).toBe(true);
  });

  test('the gate: 0 keep, 1 exit, 3 cannot judge', () => {
    const place = storyPlace();
    const gate = (...argv: string[]) => {
      const { code, err } = place.run('check', ...argv);
      expect(err).toBe('');
      return code;
    };
    expect(gate('2616191', ...DAY_ONE)).toBe(0);
    expect(gate('2616191', ...DAY_TWO)).toBe(1);
    expect(gate('728628560', ...DAY_TWO, '--json')).toBe(1);
    expect(gate('2616191')).toBe(3);
    expect(gate('999', ...DAY_TWO)).toBe(3);
    expect(gate('https://item.taobao.com/item.htm?spm=a.b&id=999', ...DAY_TWO)).toBe(3);
    expect(gate('728628560', '--plan', ...DAY_TWO)).toBe(3);
    for (const [argv, code] of [
      [DAY_ONE, 0],
      [DAY_TWO, 1],
      [[], 3],
    ] as const) {
      expect(place.run('diff', ...argv).code).toBe(0);
      expect(place.run('diff', '--exit-code', ...argv).code).toBe(code);
    }
  });

  test('the database is for its owner alone', () => {
    const place = storyPlace();
    expect(place.bash(`stat -c %a "${place.db}" "${dirname(place.db)}"`).out).toBe('600\n700\n');
  });

  test('--db, then TKGUARD_DB, then XDG_DATA_HOME say where it is', () => {
    const place = makePlace();
    place.env.XDG_DATA_HOME = join(place.folder, 'xdg');
    place.run('sync', STORY);
    expect(existsSync(join(place.folder, 'xdg', 'tkguard', 'tkguard.db'))).toBe(true);
    place.env.TKGUARD_DB = join(place.folder, 'named', 'a.db');
    place.run('sync', STORY);
    expect(existsSync(join(place.folder, 'named', 'a.db'))).toBe(true);
    place.run('--db', 'b.db', 'sync', STORY);
    expect(existsSync(join(place.folder, 'b.db'))).toBe(true);
    expect(existsSync(place.db)).toBe(false);
  });
});

describe('pipes, files and terminals', () => {
  const place = sharedPlace();
  beforeAll(() => {
    const rows = Array.from({ length: 1000 }, (_, n) => {
      const general = `2026-01-05 09:00,${n},店铺${n},0,通用计划,general,5,\n`;
      return `${general}2026-01-05 09:00,${n},店铺${n},${n + 10_000},高佣定向${n},special,${n % 2 ? 4 : 6},approved\n`;
    });
    place.write('large.csv', HEADER + rows.join(''));
    expect(place.run('sync', 'large.csv').code).toBe(0);
  });

  test('what is longer than a pipe buffer arrives whole, the same in a pipe and in a file', () => {
    // A reader that is slower than the writer.
    const piped = place.bash(`tkguard diff --as-of 2026-01-05 --json | (sleep 0.5; cat)`);
    expect(piped).toMatchObject({ code: 0, err: '' });
    expect(piped.out.length).toBeGreaterThan(1_000_000);
    expect(JSON.parse(piped.out).summary).toMatchObject({ exit: 500, keep: 500 });
    for (const format of ['table', 'csv']) {
      const call = `tkguard diff --as-of 2026-01-05 --items --format ${format}`;
      expect(place.bash(`${call} > a; ${call} | cat > b; cmp a b && wc -c < a`).out).toMatch(/^\d{6,}\n$/);
    }
    const call = 'tkguard diff --as-of 2026-01-05 --json';
    place.bash(`${call} > a; ${call} | cat > b; sed -i /generatedAt/d a b`);
    expect(place.bytes('a').equals(place.bytes('b'))).toBe(true);
  });

  test('| head -1 ends quietly', () => {
    for (const format of ['json', 'table']) {
      const run = place.bash(
        `tkguard diff --as-of 2026-01-05 --format ${format} | head -1; echo "\${PIPESTATUS[0]}" >&2`,
      );
      expect(run).toMatchObject({ code: 0, err: '0\n' });
      expect(run.out.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(place.bash('tkguard --help | head -1')).toEqual({ code: 0, out: 'Examples:\n', err: '' });
    expect(place.bash('tkguard diff --as-of 2026-01-05 | true').err).toBe('');
  });

  test('a closed stdout is no crash', () => {
    expect(makePlace().bash('tkguard formats >&-').err).not.toContain('    at ');
  });

  test('no escape sequence where no terminal is', () => {
    const place = storyPlace({ TERM: 'xterm-256color', FORCE_COLOR: '1', CLICOLOR_FORCE: '1', COLORTERM: 'truecolor' });
    for (const call of ['diff', 'check 2616191', 'why 2616191', 'snapshots', '--help']) {
      expect(place.bash(`tkguard ${call} --as-of 2014-03-09 2>&1 || tkguard ${call}`).out).not.toMatch(HARMFUL);
    }
  });

  const hasScript = place.bash('script -qec "echo ok" /dev/null').out.startsWith('ok');
  describe.skipIf(!hasScript)('in a terminal (`script` of util-linux)', () => {
    const terminal = (place: Place, call: string) => place.bash(`script -qec ${JSON.stringify(call)} /dev/null`).out;
    const call = 'stty cols 50; tkguard diff --as-of 2014-03-09';

    test('there is colour, and lines as long as it is wide', () => {
      const place = storyPlace({ TERM: 'xterm' });
      const out = terminal(place, call);
      expect(out).toContain('\u001b[31m');
      expect(terminal(place, 'tkguard check 2616191 --as-of 2014-03-09')).toContain(
        '\u001b[31m\u001b[1mexit first\u001b[',
      );
      const sentences = out.split('\r\n').filter((line) => line.startsWith('  '));
      expect(Math.max(...sentences.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(sentences.length).toBeGreaterThan(4);
    });

    test('NO_COLOR and TERM=dumb turn colours off', () => {
      for (const env of [{ TERM: 'xterm', NO_COLOR: '1' }, { TERM: 'dumb' }]) {
        const place = storyPlace(env);
        expect(terminal(place, call)).not.toContain('\u001b');
        expect(terminal(place, 'tkguard check 2616191 --as-of 2014-03-09')).not.toContain('\u001b');
      }
    });

    test('JSON and CSV are never coloured', () => {
      const place = storyPlace({ TERM: 'xterm' });
      for (const format of ['json', 'ndjson', 'csv', 'md']) {
        expect(terminal(place, `tkguard diff --as-of 2014-03-09 --format ${format}`)).not.toContain('\u001b');
      }
    });

    test.each(['en', 'zh'])('help in %s fits a terminal of 80 columns', (lang) => {
      for (const call of ['--help', 'diff --help', 'sync --help']) {
        const out = terminal(sharedPlace(), `stty cols 80; tkguard --lang ${lang} ${call}`);
        const options = out.slice(out.indexOf('--version')).split('\n');
        for (const line of options) expect(stringWidth(line.trimEnd())).toBeLessThanOrEqual(80);
      }
    });

    test('a terminal that does not know its width is not taken for a narrow one', () => {
      const place = storyPlace({ TERM: 'dumb' });
      const out = terminal(place, 'stty cols 0 rows 0; tkguard diff --as-of 2014-03-09');
      expect(out.replaceAll('\r\n', '\n')).toBe(place.run('diff', ...DAY_TWO).out);
    });
  });
});

describe('a database that cannot be used is refused and left as it is', () => {
  const CASES: readonly [name: string, exit: number, code: string, make: (path: string) => void][] = [
    ['a text file', 4, 'db-foreign', (path) => writeFileSync(path, 'shop_id,plan_id\n'.repeat(100))],
    ['a short text file', 4, 'db-foreign', (path) => writeFileSync(path, 'hi')],
    ['no bytes', 4, 'db-empty-file', (path) => writeFileSync(path, '')],
    ['somebody else’s SQLite file', 4, 'db-foreign', makeForeign],
    ['a newer version', 4, 'db-newer', (path) => patch(path, 60, [0, 0, 3, 231])],
    ['a damaged header', 4, 'db-foreign', (path) => patch(path, 0, [...Buffer.from('no longer SQLite')])],
    ['our number and no tables, of no version', 4, 'db-foreign', (path) => forge(path, 0)],
    ['our number and no tables, of version 1', 4, 'db-foreign', (path) => forge(path, 1)],
    ['damaged pages', 4, 'db-damaged', (path) => patch(path, 100, Array<number>(20_000).fill(0xaa))],
    ['the end cut off', 4, 'db-damaged', (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
  ];

  function makeForeign(path: string): void {
    writeFileSync(path, '');
    const db = new Database(path);
    db.exec('CREATE TABLE diary (day TEXT); INSERT INTO diary VALUES (1)');
    db.close();
  }

  function forge(path: string, version: number): void {
    rmSync(path);
    const db = new Database(path);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${version}`);
    db.close();
  }

  function patch(path: string, at: number, bytes: readonly number[]): void {
    const content = readFileSync(path);
    content.set(bytes, at);
    writeFileSync(path, content);
  }

  test.each(CASES)('%s', (_, exit, code, make) => {
    const place = storyPlace();
    make(place.db);
    const before = readFileSync(place.db);
    for (const argv of [['diff'], ['check', '2616191'], ['snapshots'], ['sync', STORY], ['--lang', 'zh', 'why', '1']]) {
      const run = place.run(...argv);
      expectFailure(run, exit, code);
      expect(run.err).toContain(place.db);
      expect(/\p{Script=Han}/u.test(run.err)).toBe(argv.includes('zh'));
    }
    expect(readFileSync(place.db).equals(before)).toBe(true);
  });

  test('a folder in its place', () => {
    const place = makePlace();
    mkdirSync(place.db, { recursive: true });
    for (const argv of [['diff'], ['sync', STORY]]) expectFailure(place.run(...argv), 74, 'io');
  });

  test('a file where its folder should be', () => {
    const place = makePlace();
    place.write('taken', '');
    expectFailure(place.run('--db', 'taken/deeper/x.db', 'sync', STORY), 74, 'io');
    expectFailure(place.run('--lang', 'zh', '--db', 'taken/deeper/x.db', 'sync', STORY), 74, 'io');
  });
});

describe('hostile text', () => {
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

  function hostilePlace(): Place {
    const place = makePlace();
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = NAMES.map((name, n) => {
      const shop = `2026-01-05 09:00,${n + 1},${quote(name)}`;
      return `${shop},0,通用计划,general,5,\n${shop},${100 + n},${quote(name)},special,4,approved\n`;
    });
    place.write('hostile.csv', HEADER + rows.join(''));
    return place;
  }
  const ASKED = ['--as-of', '2026-01-05'];

  test('is harmless on a screen, whatever the command', () => {
    const place = hostilePlace();
    const runs = [place.run('sync', 'hostile.csv'), place.run('diff', '--items', ...ASKED), place.run('snapshots')];
    for (const n of NAMES.keys()) runs.push(place.run('check', `${100 + n}`, ...ASKED));
    for (const n of [1, 2, 9]) runs.push(place.run('why', `${100 + n}`, ...ASKED));
    for (const { out, err } of runs) {
      expect(out).not.toMatch(HARMFUL);
      expect(out).not.toContain('evil.example/');
      expect(err).toBe('');
    }
    for (const { out } of runs.slice(3, 3 + NAMES.length)) expect(out.split('\n')).toHaveLength(2);
    expect(runs[1]?.out.match(/^exit /gm)).toHaveLength(NAMES.length);
  });

  test('in file names, cells, ids and messages', () => {
    const place = makePlace();
    place.write('\u001b[31mx\u202e.csv', `${HEADER},1,x,2,y,special,\u001b[2J\u0007,\n`);
    const sync = place.bash('tkguard sync .');
    expect(sync.code).toBe(2);
    expect(sync.err + sync.out).not.toMatch(HARMFUL);
    place.run('sync', STORY);
    for (const argv of [['check'], ['why'], ['diff', '--shop'], ['diff', '--sort'], ['schema'], ['sync']]) {
      const { out, err } = place.run(...argv, '\u001b]0;x\u0007\u202eid');
      expect(out + err).not.toMatch(HARMFUL);
      expect(out + err).toContain('id');
    }
  });
});

describe('what a sync reads', () => {
  const badRows = (count: number) =>
    `shop_id,plan_id,plan_type,rate\n${Array.from({ length: count }, (_, n) => `1,${n + 1},special,bad${n + 1}\n`).join('')}`;

  test('of thirty bad rows twenty are named and the rest are counted; JSON has them all', () => {
    const place = makePlace();
    place.write('bad.csv', badRows(30));
    const { code, err } = place.run('sync', 'bad.csv');
    expect(code).toBe(2);
    const lines = err.split('\n').filter((line) => line.startsWith('line '));
    expect(lines).toHaveLength(20);
    lines.forEach((line, n) => {
      expect(line).toMatch(new RegExp(`^line ${n + 2}, rate: found “bad${n + 1}”, expected `));
    });
    expect(err).toContain('… and 10 more');
    expect(err).toMatch(/^hint: .*--skip-bad-rows/m);
    expect(JSON.parse(place.run('sync', 'bad.csv', '--json').out).files[0].problems).toHaveLength(30);
    expect(place.run('snapshots').out).toContain('No snapshots');
  });

  test('a folder: the exports in it, and nothing hidden, unfinished or else', () => {
    const place = makePlace();
    const csv = readFileSync(join(STORY, '2014-03-01.csv'), 'utf8');
    const content = (n: number) => csv.replaceAll('728628560', `${n}`);
    for (const [n, name] of [
      'a.csv',
      'B.CSV',
      'c.txt',
      '.hidden.csv',
      'd.csv.part',
      'e.md',
      'f',
      'sub/g.csv',
    ].entries())
      place.write(`exports/${name}`, content(n + 1));
    const { files } = JSON.parse(place.run('sync', 'exports', '--json').out);
    expect(files.map((file: any) => file.file)).toEqual(['exports/B.CSV', 'exports/a.csv', 'exports/c.txt']);
    expect(files.map((file: any) => file.status)).toEqual(['imported', 'imported', 'imported']);
    const named = JSON.parse(place.run('sync', 'exports/d.csv.part', 'exports/.hidden.csv', '--json').out);
    expect(named.summary.imported).toBe(2);
  });

  test('a folder without exports', () => {
    const place = makePlace();
    place.write('notes/readme.md', '# notes');
    expectFailure(place.run('sync', 'notes'), 2, 'nothing-to-read');
    expectFailure(place.run('--lang', 'zh', 'sync', 'notes'), 2, 'nothing-to-read');
    mkdirSync(join(place.folder, 'folder.csv'));
    expectFailure(place.run('sync', 'folder.csv'), 2, 'nothing-to-read');
    expect(existsSync(place.db)).toBe(false);
  });

  test('a pattern in quotation marks, also in folders below', () => {
    const place = makePlace();
    place.write('in/2014-03-01.csv', readFileSync(join(STORY, '2014-03-01.csv')));
    place.write('in/deep/2014-03-09.csv', readFileSync(join(STORY, '2014-03-09.csv')));
    place.write('in/other.json', 'not read');
    const read = (pattern: string) =>
      JSON.parse(place.bash(`tkguard sync '${pattern}' --dry-run --json`).out).files.map((file: any) => file.file);
    expect(read('in/*.csv')).toEqual(['in/2014-03-01.csv']);
    expect(read('in/**/*.csv')).toEqual(['in/2014-03-01.csv', 'in/deep/2014-03-09.csv']);
    expect(read('in/2014-03-0[1-3].csv')).toEqual(['in/2014-03-01.csv']);
  });

  test('a name with signs of a pattern is a name, if there is such a file', () => {
    const place = makePlace();
    place.write('plans [1].csv', readFileSync(join(STORY, '2014-03-01.csv')));
    expect(place.run('sync', 'plans [1].csv').code).toBe(0);
  });

  test('standard input, from a pipe and from a file, once', () => {
    const place = makePlace();
    const csv = readFileSync(join(STORY, '2014-03-01.csv'));
    const piped = place.bash('cat | tkguard sync - --json', csv);
    expect(JSON.parse(piped.out).files).toMatchObject([{ file: '-', status: 'imported', rows: 2 }]);
    place.write('x.csv', csv);
    const again = place.bash('tkguard sync - --json < x.csv');
    expect(JSON.parse(again.out).files).toMatchObject([{ status: 'known' }]);
    const empty = place.bash('tkguard sync - < /dev/null');
    expect(empty.code).toBe(2);
    expect(empty.err).toContain('[empty]');
    const utf16 = Buffer.from(`\ufeff${csv.toString('utf8')}`.replace('728628560', '5'), 'utf16le');
    expect(JSON.parse(place.bash('tkguard sync - --json', utf16).out).files).toMatchObject([{ encoding: 'utf-16le' }]);
  });

  test('a file that cannot be read does not stop the others: 74, or 2 if one was refused too', () => {
    const place = makePlace();
    place.write('in/a.csv', readFileSync(join(STORY, '2014-03-01.csv')));
    symlinkSync('/nonexistent', join(place.folder, 'in', 'gone.csv'));
    symlinkSync('/', join(place.folder, 'in', 'root.csv'));
    for (const lang of ['en', 'zh']) {
      const run = place.run('--lang', lang, 'sync', 'in', '--json');
      expect(run.code).toBe(74);
      expect(run.err).toMatch(/in\/gone\.csv.*(no such file|没有这个文件).*\[unreadable\]/);
      expect(run.err).toMatch(/in\/root\.csv.*(it is a folder|这是文件夹).*\[unreadable\]/);
      expect(JSON.parse(run.out).summary).toMatchObject({ unreadable: 2, refused: 0 });
    }
    place.write('in/bad.csv', badRows(1));
    expect(place.run('sync', 'in').code).toBe(2);
    expect(place.run('diff', ...DAY_ONE).out).toContain('2616191');
  });

  test('every refused fixture says what it is in both languages, and changes nothing', () => {
    const place = storyPlace();
    const before = place.run('diff', '--json', ...DAY_TWO).out.replace(/"generatedAt.*/, '');
    for (const lang of ['en', 'zh']) {
      const run = place.run('--lang', lang, 'sync', join(FIXTURES, 'refused'), '--json');
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
    }
    expect(place.run('diff', '--json', ...DAY_TWO).out.replace(/"generatedAt.*/, '')).toBe(before);
  });
});

describe('how the program starts', () => {
  const place = sharedPlace();
  place.run('sync', STORY);
  const check = ['check', '2616191', ...DAY_TWO];

  test.each([
    ['before', ['--db', place.db, '--lang=en', ...check]],
    ['after', [...check, '--lang', 'en', '--db', place.db]],
  ])('options of the program stand %s the command', (_, argv) => {
    expect(place.run(...argv)).toEqual(place.run(...check));
  });

  test.each([[['--help', 'check']], [['--db', 'x', '--help']]])('%s: the help of the whole program', (argv) => {
    expect(place.run(...argv)).toEqual({ code: 0, err: '', out: place.run('--help').out });
  });
});
