/** What cron, shells and file systems may bring about around the program. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlace, ROOT } from '../support/spawn.ts';

const STORY = join(ROOT, 'fixtures', 'story');
const FIRST = join(STORY, '2014-03-01.csv');
const DAY_TWO = ['--as-of', '2014-03-09'] as const;

describe('the environment', () => {
  test('no home folder: a word on --db, and with it everything works', () => {
    const place = makePlace({ HOME: '' });
    for (const argv of [['diff'], ['sync', STORY], ['doctor'], ['config']]) {
      const run = place.run(...argv);
      expect({ argv, code: run.code, out: run.out }).toEqual({ argv, code: 2, out: '' });
      expect(run.err).toContain('--db');
    }
    expect(place.run('--db', 'x.db', 'sync', STORY)).toMatchObject({ code: 0, err: '' });
    expect(place.run('--db', 'x.db', 'check', '2616191', ...DAY_TWO).code).toBe(1);
  });

  /** What is answered after a sync. Ages grow while the test runs. */
  const answersIn = (env: Record<string, string>, ...questions: string[]) => {
    const place = makePlace(env);
    const answers = [`sync ${STORY} --quiet`, ...questions].map((question) => {
      const { out, ...run } = place.run(...question.split(' '));
      expect({ env, ...run }).toEqual({ env, code: 0, err: '' });
      return out.replace(/"ageMs":\d+|"ageHours":\d+/g, '');
    });
    return answers.join('');
  };

  test('a locale changes words at most', () => {
    const question = `diff --format csv ${DAY_TWO.join(' ')}`;
    const plain = answersIn({}, question);
    expect(plain).toContain('隆缘裳服饰旗舰店');
    for (const locale of ['xx_YY.BROKEN', 'C', '', '\u4e2d\u6587', 'zh_CN.GB18030'])
      expect(answersIn({ LC_ALL: locale }, question), locale).toBe(plain);
  });

  test('the time zone of the system changes nothing', () => {
    const questions = ['diff', 'changes --since 2014-01-01', 'history 2616191'].map(
      (call) => `${call} --format ndjson`,
    );
    const plain = answersIn({}, ...questions);
    for (const zone of ['America/New_York', 'Nowhere/Land', ':bad', '', 'UTC+25', 'Pacific/Kiritimati'])
      expect(answersIn({ TZ: zone }, ...questions), zone).toBe(plain);
  });
});

test('closed streams are no crash, and nothing strange gets into the database', () => {
  const place = makePlace();
  place.run('sync', STORY);
  const before = place.run('snapshots', '--json').out;
  for (const closed of ['>&-', '2>&-', '>&- 2>&-', '<&- >&- 2>&-'])
    for (const [call, code] of [
      ['check 2616191 --as-of 2014-03-09', 1],
      ['sync /nowhere.csv', 2],
      [`sync ${STORY}`, 0],
    ] as const) {
      const run = place.bash(`tkguard ${call} ${closed}`);
      expect({ closed, call, code: run.code }).toEqual({ closed, call, code });
      if (code === 0) expect(run.err).toBe('');
    }
  expect(place.run('snapshots', '--json').out).toBe(before);
  expect(place.run('doctor', '--json').out).not.toContain('"damage",');
});

describe('paths that are no files', () => {
  test('a loop of links', () => {
    const place = makePlace();
    symlinkSync('b', join(place.folder, 'a'));
    symlinkSync('a', join(place.folder, 'b'));
    expect(place.run('sync', 'a').code).toBe(2);
    const run = place.run('sync', 'a', FIRST);
    expect(run.code).toBe(2);
    expect(run.out).toContain('Imported 1');
    expect(place.run('--db', 'a', 'diff').code).toBeGreaterThan(1);
  });

  test('a loop of links in a folder', () => {
    const place = makePlace();
    mkdirSync(join(place.folder, 'inbox'));
    symlinkSync('loop.csv', join(place.folder, 'inbox', 'loop.csv'));
    symlinkSync(FIRST, join(place.folder, 'inbox', 'good.csv'));
    const run = place.run('sync', 'inbox');
    expect(run.code).toBe(74);
    expect(run.out).toContain('Imported 1');
    expect(run.err).toContain('ELOOP');
  });

  test('a pipe with a name that nobody writes to is not waited for', () => {
    const place = makePlace();
    place.bash('mkfifo pipe.csv');
    const run = place.bash(`timeout 20 tkguard sync pipe.csv ${FIRST}`);
    expect(run.code).toBe(2);
    expect(run.err).toContain('[empty]');
    expect(run.out).toContain('Imported 1');
  });

  test('what a shell gives as a pipe is read', () => {
    const place = makePlace();
    const run = place.bash(`timeout 20 tkguard sync --captured-at 2014-03-01 <(sleep 1; cat ${FIRST})`);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('Imported 1');
    expect(place.bash(`cat ${FIRST} | tkguard sync /dev/stdin`).out).toContain('1 already known');
  });

  test('a pipe as database', () => {
    const place = makePlace();
    place.bash('mkfifo pipe.db');
    for (const command of ['diff', `sync ${STORY}`, 'doctor']) {
      const run = place.bash(`timeout 20 tkguard --db pipe.db ${command}`);
      expect({ command, isSane: [1, 2, 4, 74].includes(run.code ?? 0) }).toEqual({ command, isSane: true });
      expect(run.err).not.toContain('a mistake of ours');
    }
  });
});

test('an export from the future is refused, whatever says so', () => {
  const place = makePlace();
  const rows = 'shop_id,plan_id,plan_type,rate,status,captured_at\n1,2,special,5,approved,2099-01-01\n';
  place.write('future.csv', rows);
  expect(place.run('sync', 'future.csv')).toMatchObject({ code: 2, err: expect.stringContaining('future') });
  place.write('undated.csv', rows.replaceAll(/,[^,]*$/gm, ''));
  place.bash('touch -d 2099-01-01 undated.csv');
  expect(place.run('sync', 'undated.csv').err).toContain('[future-file-time]');
  expect(place.run('sync', '--captured-at', '2099-01-01', 'undated.csv').code).toBe(2);
});

test('more files than may be open at a time: each is closed, whatever becomes of it', () => {
  const place = makePlace();
  mkdirSync(join(place.folder, 'in'));
  for (let i = 0; i < 120; i++) {
    const header = i % 3 === 0 ? 'a,b,c,d' : 'shop_id,plan_id,plan_type,rate';
    place.write(`in/${i}.csv`, `${header}\n${i},0,general,${i % 3 === 1 ? '5%' : 'five'}\n`);
  }
  const { code, out } = place.bash('ulimit -n 64; tkguard sync in --json');
  expect(code).toBe(2);
  const { imported, refused } = JSON.parse(out).summary;
  expect({ imported, refused }).toEqual({ imported: 40, refused: 80 });
});
