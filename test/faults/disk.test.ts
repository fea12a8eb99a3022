/** A disk that is full, files and folders that may not be written: 74, and what was there stays as it was. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makePlace, type Place, ROOT, type Run } from '../support/spawn.ts';

const STORY = join(ROOT, 'fixtures', 'story');
const OTHERS = join(ROOT, 'fixtures', 'chinese-headers');
const QUESTION = ['check', '2616191', '--as-of', '2014-03-09'] as const;

/** Makes the database grow by more than the limits below. */
function largeExport(place: Place): string {
  const rows = Array.from({ length: 6000 }, (_, i) => `2026-11-01,${i % 99},${i + 1},special,${1 + (i % 50)},approved`);
  return place.write('large.csv', `captured_at,shop_id,plan_id,plan_type,rate,status\n${rows.join('\n')}\n`);
}

function placeWithStory(): Place {
  const place = makePlace();
  place.run('sync', STORY);
  return place;
}

function expectUntouched(place: Place, run: Run, before: string): void {
  expect(run.code, run.err).toBe(74);
  expect(run.err).toMatch(/^tkguard: .* \[io\]\nhint: .*\n$/);
  expect(place.run('snapshots', '--json').out).toBe(before);
  expect(place.run(...QUESTION).code).toBe(1);
}

describe('no more than so many bytes (ulimit -f)', () => {
  const limited = (place: Place, blocks: number, command: string) => place.bash(`ulimit -f ${blocks}; ${command}`);

  test('a sync that does not fit is not taken in, and works when there is room', () => {
    const place = placeWithStory();
    const before = place.run('snapshots', '--json').out;
    const large = largeExport(place);
    for (const blocks of [200, 400]) expectUntouched(place, limited(place, blocks, `tkguard sync ${large}`), before);
    expect(place.run('sync', large)).toMatchObject({ code: 0, err: '' });
  });

  test('the first sync leaves no half of a database', () => {
    const place = makePlace();
    for (const blocks of [4, 16, 40]) {
      expect(limited(place, blocks, `tkguard sync ${STORY}`).code).toBe(74);
      expect(readdirSync(dirname(place.db))).toEqual([]);
    }
    expect(place.run('sync', STORY)).toMatchObject({ code: 0, err: '' });
  });

  test('what else is written leaves nothing unfinished', () => {
    const place = placeWithStory();
    place.run('sync', largeExport(place));
    for (const [blocks, command, said] of [
      [100, 'backup new', ''],
      [100, 'export --output new', ''],
      [100, '--db new restore .local/share/tkguard/tkguard.db', ''],
      [10, 'export > ledger.ndjson', '[io]'],
    ] as const) {
      const run = limited(place, blocks, `tkguard ${command}`);
      expect({ command, ...run }).toMatchObject({ command, code: 74, err: expect.stringContaining(said) });
      expect(readdirSync(place.folder).filter((name) => name.startsWith('new'))).toEqual([]);
    }
  });
});

const canMount = process.getuid?.() === 0 && mountIn('probe');

function mountIn(name: string): string | false {
  const place = makePlace({}, false);
  const folder = join(place.folder, name);
  mkdirSync(folder);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (status !== 0) return false;
  if (name === 'probe') spawnSync('umount', [folder]);
  return folder;
}

test.skipIf(!canMount)('a disk that is really full (needs root, to mount a small one)', () => {
  const disk = mountIn('small') as string;
  onTestFinished(() => void spawnSync('umount', [disk]));
  const place = makePlace({ TKGUARD_DB: join(disk, 'x.db') });
  expect(place.run('sync', STORY).code).toBe(0);
  const before = place.run('snapshots', '--json').out;
  expectUntouched(place, place.run('sync', largeExport(place)), before);
  expect(place.run('doctor').out).toContain('free');
  expect(place.run('doctor').code).toBe(1);
});

test.skipIf(!canMount)(
  'the disk fills during the first sync, at any moment of it (needs root, to mount a small one)',
  () => {
    const disk = mountIn('small') as string;
    onTestFinished(() => void spawnSync('umount', [disk]));
    const place = makePlace({ TKGUARD_DB: join(disk, 'x.db') });
    let failed = 0;
    for (let freeKib = 8; ; freeKib += 60) {
      spawnSync('fallocate', ['-l', `${1024 - freeKib}K`, join(disk, 'filler')]);
      const run = place.run('sync', STORY);
      if (run.code === 0) break;
      failed += 1;
      expect(run.code, run.err).toBe(74);
      expect(run.err).toMatch(/^tkguard: .* \[io\]\nhint: .*\n$/);
      expect(readdirSync(disk).filter((name) => name.includes('unfinished'))).toEqual([]);
      rmSync(join(disk, 'filler'));
      expect(place.run('sync', STORY), `${freeKib} KiB`).toMatchObject({ code: 0, err: '' });
      expect(place.run(...QUESTION).code).toBe(1);
      for (const name of readdirSync(disk)) rmSync(join(disk, name));
    }
    expect(failed).toBeGreaterThan(2);
  },
);

test('a device that is always full', () => {
  const place = placeWithStory();
  for (const command of ['diff --as-of 2014-03-09', 'export', `sync ${STORY}`]) {
    const run = place.bash(`tkguard ${command} > /dev/full`);
    expect(run.code, command).toBe(74);
    expect(run.err).toContain('[io]');
  }
});

test('where the answer cannot be printed, stderr still says which file was refused', () => {
  const place = placeWithStory();
  place.write('bad.csv', 'shop_id,plan_id,plan_type,rate\n1,0,general,much\n');
  const run = place.bash('tkguard sync bad.csv > /dev/full');
  expect(run.code).toBe(74);
  expect(run.err).toContain('bad.csv');
  expect(run.err).toContain('[io]');
});

/** Root may do everything; without its capabilities it may not. */
const POWERLESS = process.getuid?.() === 0 ? 'setpriv --bounding-set=-all --inh-caps=-all ' : '';
const hasPowerless = POWERLESS === '' || spawnSync('setpriv', ['--bounding-set=-all', 'true']).status === 0;

describe.skipIf(!hasPowerless)('without permission (as root: without its capabilities, by setpriv)', () => {
  test('a read-only folder: writing fails, and nothing is changed', () => {
    const place = placeWithStory();
    const before = place.run('snapshots', '--json').out;
    // Whoever only reads leaves an empty log, and with it files in the folder need not be made.
    place.run('sync', STORY);
    chmodSync(dirname(place.db), 0o555);
    onTestFinished(() => chmodSync(dirname(place.db), 0o755));
    for (const command of [`sync ${STORY}`, 'backup', 'discard 1']) {
      const run = place.bash(`${POWERLESS}tkguard ${command}`);
      expect({ command, code: run.code, out: run.out }).toEqual({ command, code: 74, out: '' });
      expect(run.err).not.toContain('a mistake of ours');
    }
    chmodSync(dirname(place.db), 0o755);
    expect(place.run('snapshots', '--json').out).toBe(before);
  });

  test('a read-only database: reading works, writing fails', () => {
    const place = placeWithStory();
    const bytes = readFileSync(place.db);
    chmodSync(place.db, 0o444);
    expect(place.bash(`${POWERLESS}tkguard ${QUESTION.join(' ')}`).code).toBe(1);
    expect(place.bash(`${POWERLESS}tkguard sync ${OTHERS}`)).toMatchObject({ code: 74, out: '' });
    expect(readFileSync(place.db).equals(bytes)).toBe(true);
  });

  test('a database and a folder that may only be read: every reader works, and nothing is made', () => {
    const place = placeWithStory();
    const folder = dirname(place.db);
    const questions = [
      'diff --json --as-of 2014-03-09',
      'export',
      `${QUESTION.join(' ')}`,
      'snapshots',
      'why 2616191 --as-of 2014-03-09',
    ];
    const answers = questions.map((question) => place.bash(`tkguard ${question} | grep -v generatedAt`));
    const names = readdirSync(folder);
    chmodSync(place.db, 0o444);
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    questions.forEach((question, i) => {
      const run = place.bash(`${POWERLESS}tkguard ${question} | grep -v generatedAt`);
      expect({ question, ...run }).toEqual({ question, ...answers[i] });
    });
    const doctor = place.bash(`${POWERLESS}tkguard doctor --json`);
    const codes = JSON.parse(doctor.out).findings.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(['database', 'only-readable']));
    expect(codes).not.toContain('database-fault');
    expect(place.bash(`${POWERLESS}tkguard backup copy.db`).code).toBe(0);
    expect(place.bash(`${POWERLESS}tkguard sync ${OTHERS}`)).toMatchObject({ code: 74, out: '' });
    expect(readdirSync(folder)).toEqual(names);
  });

  test('a damaged database that may only be read is still found damaged', () => {
    const place = placeWithStory();
    writeFileSync(place.db, readFileSync(place.db).fill(0xaa, 100, 4096));
    chmodSync(place.db, 0o444);
    chmodSync(dirname(place.db), 0o555);
    onTestFinished(() => chmodSync(dirname(place.db), 0o755));
    expect(place.bash(`${POWERLESS}tkguard ${QUESTION.join(' ')}`)).toMatchObject({ code: 4, out: '' });
  });

  test('only readable, with a log of a writer that died: what stands in the log is read', () => {
    const place = placeWithStory();
    const before = place.run('snapshots').out;
    const writer = new Database(place.db);
    onTestFinished(() => void writer.close());
    writer.exec("UPDATE file SET name = 'renamed.csv'");
    const folder = dirname(place.db);
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    const run = place.bash(`${POWERLESS}tkguard snapshots`);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).not.toBe(before);
    expect(run.out).toContain('renamed.csv');
  });

  test('a database that may not be read', () => {
    const place = placeWithStory();
    chmodSync(place.db, 0o000);
    for (const command of ['diff', `sync ${STORY}`, 'doctor', 'backup', 'export']) {
      const run = place.bash(`${POWERLESS}tkguard ${command}`);
      expect({ command, code: run.code }).toEqual({ command, code: command === 'doctor' ? 1 : 74 });
    }
  });

  test('a folder of exports that may not be read does not stop the others', () => {
    const place = makePlace();
    const closed = join(place.folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    const run = place.bash(`${POWERLESS}tkguard sync closed ${STORY}`);
    expect(run.code).toBe(74);
    expect(run.err).toContain('closed');
    expect(run.out).toContain('Imported 2');
    expect(existsSync(place.db)).toBe(true);
  });
});
