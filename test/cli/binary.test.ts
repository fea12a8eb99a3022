/** The built binary, spawned as cron would: only PATH and HOME are set. What it says of each call: calls.test.ts, in process. */
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { COMMANDS, type CommandName } from '../../src/commands/index.ts';
import { FIXTURES, HARMFUL } from '../support/run.ts';
import { makePlace, type Place } from '../support/spawn.ts';

const STORY = join(FIXTURES, 'story');
const DAY_ONE = ['--as-of', '2014-03-02'];
const DAY_TWO = ['--as-of', '2014-03-09'];
const HEADER = 'captured_at,shop_id,shop_name,plan_id,plan_name,plan_type,rate,status\n';

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

describe('every command of the build', () => {
  const place = sharedPlace();
  beforeAll(() => void place.run('sync', STORY));

  /** With what is added on the command line, and how it ends: 0, if nothing is said. */
  const CALLS: Readonly<Record<CommandName, readonly [rest: string, code?: number]>> = {
    sync: [STORY],
    status: [''],
    diff: ['--as-of 2014-03-09'],
    check: ['2616191 --as-of 2014-03-09', 1],
    exited: ['2616191'],
    mute: ['--list'],
    notify: [''],
    loss: [''],
    dossier: ['2616191', 2],
    why: ['2616191'],
    changes: ['--since 2014-01-01'],
    history: ['2616191'],
    shops: [''],
    report: [''],
    inspect: [STORY],
    formats: [''],
    snapshots: [''],
    release: ['all'],
    discard: ['2'],
    backup: ['copy.db'],
    restore: ['copy.db'],
    export: [''],
    push: ['', 2],
    pull: ['', 2],
    remote: ['list'],
    schema: ['diff'],
    init: ['exports'],
    config: [''],
    doctor: ['', 1],
    completion: ['bash'],
  };

  test.each(Object.keys(COMMANDS) as CommandName[])('%s', (name) => {
    const [rest, code = 0] = CALLS[name];
    const run = place.run(name, ...rest.split(' ').filter(Boolean));
    const said = code === 2 ? { out: '', err: expect.stringMatching(/^tkguard: .*\]\nhint: /) } : { err: '' };
    expect(run).toMatchObject({ code, ...said });
    if (code !== 2) expect(run.out).not.toBe('');
  });
});

test('help and version', () => {
  const place = makePlace();
  const help = place.run('--help');
  expect(help).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Examples:\n {2}tkguard sync /) });
  for (const argv of [[], ['help']]) expect(place.run(...argv)).toEqual(help);
  expect(place.run('-V')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('the gate: 0 keep, 1 exit, 2 a mistake in the call, 3 cannot judge, 4 no database of ours', () => {
  const place = storyPlace();
  for (const [argv, code] of [
    [['check', '2616191', ...DAY_ONE], 0],
    [['check', '2616191', ...DAY_TWO], 1],
    [['chek', '2616191'], 2],
    [['check', '2616191'], 3],
  ] as const)
    expect({ argv, code: place.run(...argv).code }).toEqual({ argv, code });
  writeFileSync(place.db, 'no database');
  expect(place.run('check', '2616191')).toMatchObject({ code: 4, out: '' });
});

describe('the database', () => {
  test('is for its owner alone', () => {
    const place = storyPlace();
    expect(place.bash(`stat -c %a "${place.db}" "${dirname(place.db)}"`).out).toBe('600\n700\n');
  });

  test('is where --db, then TKGUARD_DB, then XDG_DATA_HOME say', () => {
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
    const rows = Array.from({ length: 600 }, (_, n) => {
      const general = `2026-01-05 09:00,${n},店铺${n},0,通用计划,general,5,\n`;
      return `${general}2026-01-05 09:00,${n},店铺${n},${n + 10_000},高佣定向${n},special,${n % 2 ? 4 : 6},approved\n`;
    });
    place.write('large.csv', HEADER + rows.join(''));
    expect(place.run('sync', 'large.csv', STORY).code).toBe(0);
  });
  const PIPE_BYTES = 65_536;
  const LARGE = 'diff --as-of 2026-01-05';
  const SMALL = 'diff --shop 728628560 --as-of 2014-03-09';

  test.each(['table', 'csv', 'json'])(
    'more %s than a pipe holds arrives whole, whether in a file or a slow pipe',
    (format) => {
      const call = `tkguard ${LARGE} --items --format ${format}`;
      // A reader that is slower than the writer.
      const run = place.bash(`${call} > a; ${call} | (sleep 0.5; cat) > b; sed -i /generatedAt/d a b; cmp a b`);
      expect(run).toEqual({ code: 0, out: '', err: '' });
      const text = place.bytes('a').toString();
      expect(Buffer.byteLength(text)).toBeGreaterThan(PIPE_BYTES);
      if (format === 'json') expect(JSON.parse(text).summary).toMatchObject({ exit: 300, keep: 300 });
    },
  );

  test('| head -1 ends quietly', () => {
    for (const format of ['json', 'table']) {
      const run = place.bash(`tkguard ${LARGE} --format ${format} | head -1; echo "\${PIPESTATUS[0]}" >&2`);
      expect(run).toMatchObject({ code: 0, err: '0\n' });
      expect(run.out.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(place.bash('tkguard --help | head -1')).toEqual({ code: 0, out: 'Examples:\n', err: '' });
    expect(place.bash(`tkguard ${LARGE} | true`).err).toBe('');
  });

  test('no escape sequence where no terminal is', () => {
    const asked = [SMALL, 'check 2616191', 'why 2616191', 'snapshots', '--help'].map((call) => `tkguard ${call}`);
    const env = 'export TERM=xterm-256color FORCE_COLOR=1 CLICOLOR_FORCE=1 COLORTERM=truecolor';
    const { out } = place.bash(`${env}; exec 2>&1; ${asked.join('; ')}`);
    expect(out).toContain('Examples:');
    expect(out).not.toMatch(HARMFUL);
  });

  const terminal = (call: string, env = 'TERM=xterm') =>
    place.bash(`${env} script -qec ${JSON.stringify(call)} /dev/null`).out;
  const hasScript = terminal('echo ok').startsWith('ok');

  describe.skipIf(!hasScript)('in a terminal (`script` of util-linux)', () => {
    test('there is colour, and lines as long as it is wide', () => {
      const out = terminal(`stty cols 50; tkguard ${SMALL}`);
      expect(out).toContain('\u001b[31m');
      const sentences = out.split('\r\n').filter((line) => line.startsWith('  '));
      expect(Math.max(...sentences.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(sentences.length).toBeGreaterThan(3);
      expect(terminal('tkguard check 2616191 --as-of 2014-03-09')).toContain('\u001b[31m\u001b[1mexit first\u001b[');
    });

    test.each(['TERM=xterm NO_COLOR=1', 'TERM=dumb'])('%s turns colours off', (env) => {
      expect(terminal(`tkguard ${SMALL}; tkguard check 2616191`, env)).not.toContain('\u001b');
    });

    test.each(['json', 'ndjson', 'csv', 'md'])('%s is never coloured', (format) => {
      expect(terminal(`tkguard ${SMALL} --format ${format}`)).not.toContain('\u001b');
    });

    test('one that does not know its width is not taken for a narrow one', () => {
      const out = terminal(`stty cols 0 rows 0; tkguard ${SMALL}`, 'TERM=dumb');
      expect(out.replaceAll('\r\n', '\n')).toBe(place.bash(`tkguard ${SMALL}`).out);
    });
  });
});

describe('what a sync reads', () => {
  const FIRST = readFileSync(join(STORY, '2014-03-01.csv'));
  const filesOf = (place: Place, call: string) =>
    JSON.parse(place.bash(`tkguard sync ${call} --json`).out).files.map(({ file }: { file: string }) => file);

  test('a folder: the exports in it, and nothing hidden, unfinished or else', () => {
    const place = makePlace();
    const names = ['a.csv', 'B.CSV', 'c.txt', '.hidden.csv', 'd.csv.part', 'e.md', 'f', 'sub/g.csv'];
    for (const [n, name] of names.entries())
      place.write(`exports/${name}`, FIRST.toString().replaceAll('728628560', `${n + 1}`));
    expect(filesOf(place, 'exports')).toEqual(['exports/B.CSV', 'exports/a.csv', 'exports/c.txt']);
    expect(place.run('sync', 'exports/d.csv.part', 'exports/.hidden.csv').out).toContain('Imported 2');
  });

  test('a pattern in quotation marks, also in folders below', () => {
    const place = makePlace();
    place.write('in/2014-03-01.csv', FIRST);
    place.write('in/deep/2014-03-09.csv', readFileSync(join(STORY, '2014-03-09.csv')));
    place.write('in/other.json', 'not read');
    for (const [pattern, names] of [
      ['in/*.csv', ['in/2014-03-01.csv']],
      ['in/**/*.csv', ['in/2014-03-01.csv', 'in/deep/2014-03-09.csv']],
      ['in/2014-03-0[1-3].csv', ['in/2014-03-01.csv']],
    ] as const)
      expect(filesOf(place, `'${pattern}' --dry-run`)).toEqual(names);
  });

  test('a name with signs of a pattern is a name, if there is such a file', () => {
    const place = makePlace();
    place.write('plans [1].csv', FIRST);
    expect(place.run('sync', 'plans [1].csv').code).toBe(0);
  });

  test('standard input, from a pipe and from a file, once', () => {
    const place = makePlace();
    place.write('x.csv', FIRST);
    const utf16 = Buffer.from(`\ufeff${FIRST.toString().replace('728628560', '5')}`, 'utf16le');
    for (const [call, input, file] of [
      ['cat | tkguard sync -', FIRST, { file: '-', status: 'imported', rows: 2 }],
      ['tkguard sync - < x.csv', '', { status: 'known' }],
      ['tkguard sync - < /dev/null', '', { status: 'refused', refusal: { code: 'empty' } }],
      ['tkguard sync -', utf16, { status: 'imported', encoding: 'utf-16le' }],
    ] as const)
      expect(JSON.parse(place.bash(call.replace('sync -', 'sync - --json'), input).out).files).toMatchObject([file]);
  });

  test('a file that cannot be read does not stop the others: 74, or 2 if one was refused too', () => {
    const place = makePlace();
    place.write('in/a.csv', FIRST);
    symlinkSync('/nonexistent', join(place.folder, 'in', 'gone.csv'));
    symlinkSync('/', join(place.folder, 'in', 'root.csv'));
    for (const [lang, gone, root] of [
      ['en', 'no such file', 'it is a folder'],
      ['zh', '没有这个文件', '这是文件夹'],
    ] as const) {
      const run = place.run('--lang', lang, 'sync', 'in', '--json');
      expect(run.code).toBe(74);
      expect(run.err).toMatch(new RegExp(`in/gone\\.csv.*${gone}.*\\[unreadable\\]`));
      expect(run.err).toMatch(new RegExp(`in/root\\.csv.*${root}.*\\[unreadable\\]`));
      expect(JSON.parse(run.out).summary).toMatchObject({ unreadable: 2, refused: 0 });
    }
    place.write('in/bad.csv', 'shop_id,plan_id,plan_type,rate\n1,1,special,bad\n');
    expect(place.run('sync', 'in').code).toBe(2);
    expect(place.run('diff', ...DAY_ONE).out).toContain('2616191');
  });
});

test('names in files, ids and file names that a terminal would obey are harmless in the build, too', () => {
  const place = makePlace();
  place.write('\u001b[31mx\u202e.csv', `${HEADER},1,x,2,y,special,\u001b[2J\u0007,\n`);
  const sync = place.bash('tkguard sync .');
  expect(sync).toMatchObject({ code: 2, err: expect.not.stringMatching(HARMFUL) });
  expect(sync.out).not.toMatch(HARMFUL);
  expect(place.run('check', '\u001b]0;x\u0007\u202eid').err).not.toMatch(HARMFUL);
});
