/** Pruning changes no answer, now or after more imports. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRedundant, removeRedundant } from '../../src/store/prune.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';
import {
  everythingIn,
  importAll,
  importInto,
  readingsIn,
  snapshotsArbitrary,
  toSnapshots,
} from '../support/snapshots.ts';

const QUESTIONS = [
  ['diff', '--all', '--items'],
  ['check', '--shop', '77'],
  ['changes', '--all', '--since', '2000-01-01'],
  ['history', '--shop', '77'],
  ['shops', '--evidence'],
  ['snapshots'],
];

async function answersOf(world: World) {
  const answers = [];
  for (const question of QUESTIONS) answers.push(await world.run(...question, '--json'));
  return answers;
}

/** A late arrival that leaves a repeated row, and a discarded snapshot that leaves plans without a word. */
async function worldToPrune() {
  const world = makeWorld();
  await world.run('sync', join(FIXTURES, 'story'), join(FIXTURES, 'alimama'));
  const rows = (day: string, ...plans: string[]) =>
    `captured_at,shop_id,plan_id,plan_type,rate,status\n${plans.map((plan) => `${day},77,${plan}`).join('\n')}\n`;
  await world.run('sync', world.write('a.csv', rows('2026-11-01', '1,special,10,approved', '0,general,9,')));
  await world.run('sync', world.write('c.csv', rows('2026-11-09', '1,special,10,approved', '0,general,9,')));
  await world.run('sync', world.write('b.csv', rows('2026-11-05', '1,special,8,approved', '0,general,9,')));
  const strange = Array.from({ length: 600 }, (_, i) => `${i + 100},special,7,approved`);
  await world.run('sync', '--account', 'x', world.write('d.csv', rows('2026-11-10', ...strange)));
  await world.run('discard', (await world.json('snapshots')).snapshots[0].id.toString());
  return world;
}

test('says what it would do, does it with --yes, and no answer changes', async () => {
  const world = await worldToPrune();
  const before = await answersOf(world);
  const dry = await world.run('prune');
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toContain('Nothing was removed');
  expect(dry.out).toMatch(/nothing speaks of 60\d/);
  const size = statSync(world.db).size;
  const done = await world.run('prune', '--yes');
  expect(done.code).toBe(0);
  expect(done.out.split('\n')[0]).toBe(dry.out.split('\n')[0]);
  expect(statSync(world.db).size).toBeLessThan(size);
  expect(await answersOf(world)).toEqual(before);
  expect((await world.run('prune')).out).toMatch(/rows 0;.* 0;/);
  expect((await world.json('sync', '--account', 'x', join(world.folder, 'd.csv'))).files[0].status).toBe('known');
});

test('drawn ledgers: pruned in between or not, more imports give the same', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, snapshotsArbitrary, fc.boolean(), (first, second, late) => {
      const [before, after] = [toSnapshots(first), toSnapshots(second)];
      const [pruned, plain] = [
        importAll(late ? before.toReversed() : before),
        importAll(late ? before.toReversed() : before),
      ];
      removeRedundant(pruned);
      expect(everythingIn(pruned)).toEqual(everythingIn(plain));
      importInto(pruned, after);
      importInto(plain, after);
      expect(readingsIn(pruned)).toEqual(readingsIn(plain));
    }),
    { numRuns: 60 },
  );
});

test('a late arrival can leave a row that says nothing, and it is found', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, (drawn) => {
      const db = importAll(toSnapshots(drawn).toReversed());
      const found = findRedundant(db, '');
      expect(removeRedundant(db)).toEqual({ repeats: found.repeats, orphans: found.orphans });
      expect(removeRedundant(db)).toEqual({ repeats: 0, orphans: 0 });
    }),
    { numRuns: 50 },
  );
});

test('of what is not there nothing is made', async () => {
  const world = makeWorld();
  expect(await world.run('prune', '--yes')).toMatchObject({ code: 2, out: '' });
  expect(statSync(world.db, { throwIfNoEntry: false })).toBeUndefined();
});
