/** What cron, shells and file systems may bring about around the program. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlace, ROOT } from '../support/spawn.ts';

const STORY = join(ROOT, 'fixtures', 'story');
const FIRST = join(STORY, '2014-03-01.csv');
const DAY_TWO = ['--as-of', '2014-03-09'] as const;

function placeWithStory(env: Record<string, string> = {}) {
  const place = makePlace(env);
  place.run('sync', STORY);
  return place;
}

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

  test.each(['xx_YY.BROKEN', 'C', '', '\u4e2d\u6587', 'zh_CN.GB18030'])('LC_ALL=%j changes words at most', (locale) => {
    const place = placeWithStory({ LC_ALL: locale });
    const { code, out, err } = place.run('diff', '--format', 'csv', ...DAY_TWO);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('隆缘裳服饰旗舰店');
    expect(out).toBe(placeWithStory().run('diff', '--format', 'csv', ...DAY_TWO).out);
  });

  test.each(['America/New_York', 'Nowhere/Land', ':bad', '', 'UTC+25', 'Pacific/Kiritimati'])(
    'TZ=%j changes nothing',
    (zone) => {
      const ask = (env: Record<string, string>) => {
        const place = placeWithStory(env);
        const answers = ['diff', 'changes --since 2014-01-01', 'history 2616191'].map(
          (question) => place.bash(`tkguard ${question} --format ndjson`).out,
        );
        return answers.map((out) => out.replace(/"ageMs":\d+|"ageHours":\d+/g, ''));
      };
      expect(ask({ TZ: zone })).toEqual(ask({}));
    },
  );
});

describe('closed streams', () => {
  test.each(['>&-', '2>&-', '>&- 2>&-', '<&- >&- 2>&-'])(
    '%s is no crash, and nothing strange gets into the database',
    (closed) => {
      const place = placeWithStory();
      const before = place.run('snapshots', '--json').out;
      expect(place.bash(`tkguard check 2616191 --as-of 2014-03-09 ${closed}`).code).toBe(1);
      expect(place.bash(`tkguard sync /nowhere.csv ${closed}`)).toMatchObject({ code: 2 });
      expect(place.bash(`tkguard sync ${STORY} ${closed}`)).toMatchObject({ code: 0, err: '' });
      expect(place.run('snapshots', '--json').out).toBe(before);
      expect(place.run('doctor', '--json').out).not.toContain('"damage",');
    },
  );
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

describe('the clock', () => {
  test('an export from the future is refused, and one from before the clock went back still stands', () => {
    const place = makePlace();
    const future = `shop_id,plan_id,plan_type,rate,status,captured_at\n1,2,special,5,approved,2099-01-01\n`;
    place.write('future.csv', future);
    const run = place.run('sync', 'future.csv');
    expect(run.code).toBe(2);
    expect(run.err).toContain('future');
    place.write('undated.csv', 'shop_id,plan_id,plan_type,rate,status\n1,2,special,5,approved\n');
    place.bash('touch -d 2099-01-01 undated.csv');
    expect(place.run('sync', 'undated.csv').err).toContain('[future-file-time]');
    expect(place.run('sync', '--captured-at', '2099-01-01', 'undated.csv').code).toBe(2);
  });
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
