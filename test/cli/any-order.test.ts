/** For a fixed set of files (bytes, account, path, file time) every answer is the same in whatever order they are imported. */

import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIXTURES, makeWorld } from '../support/run.ts';

const DAY = '2026-11-29T';

/** A table of the user's own, which names its time or has that of its file. */
const fileArbitrary = fc.record({
  path: fc.constantFrom('p.csv', 'q.csv', 'copy/p.csv'),
  hour: fc.constantFrom(9, 10, 11),
  rate: fc.constantFrom('4', '6', ''),
  days: fc.constantFrom(null, ['27'], ['28'], ['27', '28']),
  account: fc.constantFrom('a', 'b'),
});
type File = typeof fileArbitrary extends fc.Arbitrary<infer F> ? F : never;

function textOf({ rate, days }: File): string {
  const times = days?.map((day) => `2026-11-${day} 08:00`) ?? [''];
  const rows = times.flatMap((time) => [
    [time, '1', '0', 'general', '5', ''],
    [time, '1', '2', 'special', rate, 'approved'],
  ]);
  const header = ['captured_at', 'shop_id', 'plan_id', 'plan_type', 'rate', 'status'];
  return [header, ...rows].map((row) => `${row.slice(days ? 0 : 1).join(',')}\n`).join('');
}

async function answersAfter(files: readonly File[]): Promise<unknown[]> {
  const world = makeWorld(`${DAY}12:00:00+08:00`);
  for (const file of files) {
    mkdirSync(dirname(`${world.folder}/${file.path}`), { recursive: true });
    const path = world.write(file.path, textOf(file), `${DAY}${String(file.hour).padStart(2, '0')}:00:00+08:00`);
    for (let times = 0; times < 2; times += 1)
      expect((await world.run('sync', path, '--account', file.account)).err).toBe('');
  }
  const { snapshots } = await world.json('snapshots');
  const told = [...snapshots].map(({ account, capturedAt, sha256 }: any) => `${account} ${capturedAt} ${sha256}`);
  const answers = [];
  for (const until of ['2026-11-27', '2026-11-28', '2026-11-29'])
    answers.push((await world.json('diff', '--all', '--as-of', until)).plans);
  return [answers, told.sort()];
}

test('any order, each file twice: the same answers and the same snapshots', async () => {
  const orders = fc
    // Undated tables of one moment that contradict each other are refused.
    .uniqueArray(fileArbitrary, {
      minLength: 2,
      maxLength: 4,
      selector: (file) => (file.days ? JSON.stringify(file) : `${file.account} ${file.hour}`),
    })
    .chain((files) => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })));
  await fc.assert(
    fc.asyncProperty(orders, async ([files, mixed]) => {
      expect(await answersAfter(mixed)).toEqual(await answersAfter(files));
    }),
    { numRuns: 10 },
  );
}, 600_000);

test('an item of a merchant with two numbers has its newest title, whichever number came first', async () => {
  const files = ['joined-campaigns.json', 'plan-items.campaign-13804894.json', 'item-campaigns.item-560234787224.json'];
  const answers = [];
  for (const names of [files, files.toReversed()]) {
    const world = makeWorld(`${DAY}12:00:00+08:00`);
    for (const name of names)
      await world.run('sync', world.write(name, readFileSync(`${FIXTURES}/alimama/${name}`), `${DAY}09:00:00+08:00`));
    answers.push((await world.json('diff', '--all', '--items')).plans);
  }
  const titled = answers.map((plans) => plans.flatMap(({ items }: any) => items.map(({ title }: any) => title)));
  expect(titled[0]).toContain('圆领长袖毛衫');
  expect(answers[1]).toEqual(answers[0]);
});
