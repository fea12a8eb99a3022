/** What a sync says besides its answer: little, more, or how far it is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openProgress } from '../../src/commands/progress.ts';
import { CHINA } from '../../src/domain/time.ts';
import { createTranslator } from '../../src/words/index.ts';
import { memorySource } from '../support/exports.ts';
import { FIXTURES, makeWorld } from '../support/run.ts';

const STORY = join(FIXTURES, 'story', '2014-03-01.csv');

describe('--quiet', () => {
  test('nothing when all is well, errors as ever', async () => {
    const world = makeWorld();
    expect(await world.run('sync', '--quiet', STORY)).toEqual({ code: 0, out: '', err: '' });
    const bad = await world.run('sync', '-q', world.write('bad.csv', 'shop_id,plan_id\n'));
    expect(bad).toMatchObject({ code: 2, out: '', err: expect.stringContaining('bad.csv') });
    expect((await world.json('sync', '--quiet', STORY)).schema).toBe('tkguard.sync/1');
  });

  test('check answers with its exit code alone', async () => {
    const world = makeWorld('2014-03-09T10:00:00+08:00');
    await world.run('sync', join(FIXTURES, 'story'));
    expect(await world.run('check', '-q', '2616191')).toEqual({ code: 1, out: '', err: '' });
    expect(await world.run('check', '--quiet', '404')).toEqual({ code: 3, out: '', err: '' });
  });
});

test('--verbose says on stderr what was decided about each file', async () => {
  const world = makeWorld();
  const csv = world.write('mine.csv', readFileSync(STORY), '2026-11-19T09:00:00+08:00');
  const first = await world.run('sync', '--verbose', csv);
  expect(first.out).toBe((await makeWorld().run('sync', csv)).out);
  expect(first.err.split('\n')).toEqual([
    `${csv}: imported; format tkguard-csv (recognised), utf-8`,
    '  Captured 2014-03-01 09:00 (the export); account 默认账号; lists all plans of each shop and item in it; rows: 2',
    '',
  ]);
  const again = await world.run('sync', '-v', csv);
  expect(again.err).toBe(`${csv}: already known\n  Imported 2026-11-20 12:00, captured 2014-03-01 09:00.\n`);
  const told = await makeWorld().run('sync', '-v', '--as', 'tkguard-csv', csv);
  expect(told.err).toContain('(as told by --as)');
});

describe('progress', () => {
  async function watched(isTerminal: boolean, columns: number | null = 80) {
    const written: string[] = [];
    let nowMs = 0;
    const t = await createTranslator('zh', CHINA);
    const ends: string[] = [];
    const tellBreakOff = (said: string) => {
      ends.push(said);
      return () => void ends.push('end');
    };
    const stderr = { isTerminal, columns, write: async (text: string) => void written.push(text) };
    const progress = openProgress({ stderr, now: () => nowMs, tellBreakOff }, t);
    const source = progress.watch(memorySource('导出数据'.repeat(30), new Uint8Array(10_000_000), 100_000));
    const read = (msForChunk: number) => {
      let bytes = 0;
      for (const chunk of source.chunks()) {
        bytes += chunk.length;
        nowMs += msForChunk;
      }
      return bytes;
    };
    return { written, read, progress, ends };
  }

  test('nothing is told of what is quick, or where nobody looks', async () => {
    const quick = await watched(true);
    expect(quick.read(1)).toBe(10_000_000);
    quick.progress.clear();
    expect(quick.written).toEqual([]);
    const piped = await watched(false);
    expect(piped.read(100)).toBe(10_000_000);
    piped.progress.clear();
    expect(piped.written).toEqual([]);
  });

  test('a few times a second, in one line that fits and is taken away', async () => {
    const { written, read, progress, ends } = await watched(true);
    expect(read(50)).toBe(10_000_000);
    expect(read(50)).toBe(10_000_000);
    expect(written.length).toBeGreaterThan(20);
    expect(written.length).toBeLessThanOrEqual(36);
    expect(written.some((line) => /50%|51%|52%|53%|54%|55%/.test(line))).toBe(true);
    for (const line of written) {
      expect(line.startsWith('\r')).toBe(true);
      expect([...line.slice(1)].reduce((n, c) => n + (c > '\u1100' ? 2 : 1), 0)).toBeLessThan(80);
    }
    expect(ends).toEqual([expect.stringMatching(/^\r {79}\r已中断：什么都没有保存。\n$/)]);
    progress.clear();
    expect(written.slice(-2)).toEqual([expect.stringMatching(/^\r +$/), '\r']);
    expect(ends.at(-1)).toBe('end');
  });
});
