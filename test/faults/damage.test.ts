/** Single flipped bytes: no crash, and with the seal no answer but the true one. */
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';
import { makePlace, ROOT } from '../support/spawn.ts';

const STORY = join(ROOT, 'fixtures', 'story');
const POSITIONS = 300;
/** SQLite's count of changes: no data, and what tells a sealed file from a copy put in its place. */
const COUNTER = [24, 25, 26, 27];

const QUESTIONS = [
  ['diff', '--all', '--as-of', '2014-03-09', '--json'],
  ['history', '2616191', '--until', '2014-03-09', '--json'],
];

async function answersOf(world: World) {
  const answers = [];
  for (const question of QUESTIONS) {
    const { code, out, err } = await world.run(...question);
    answers.push({ code, out: out.replace(/"generatedAt": "[^"]+"/, ''), err });
  }
  return answers;
}

/** Every byte of the header, and some of what is written behind it: most of a small database is empty. */
function positionsOf(bytes: Buffer): number[] {
  const written = [...bytes.keys()].filter((position) => position >= 100 && bytes[position] !== 0);
  const step = written.length / POSITIONS;
  const some = Array.from({ length: POSITIONS }, (_, i) => written[Math.floor(i * step)] ?? 0);
  return [...Array.from({ length: 100 }, (_, i) => i), ...some];
}

async function worldWithStory() {
  const world = makeWorld();
  await world.run('sync', STORY);
  return { world, bytes: readFileSync(world.db), truth: await answersOf(world) };
}

function flip(bytes: Buffer, position: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[position]! ^= 1 << (position % 8);
  return flipped;
}

test('with the seal every one is found', async () => {
  const { world, bytes, truth } = await worldWithStory();
  expect(truth.map(({ code }) => code)).toEqual([0, 0]);
  for (const position of positionsOf(bytes)) {
    writeFileSync(world.db, flip(bytes, position));
    const answers = await answersOf(world);
    if (COUNTER.includes(position)) expect(answers).toEqual(truth);
    else
      expect(
        answers.map(({ code, out }) => ({ code, out })),
        `byte ${position}`,
      ).toEqual(Array(2).fill({ code: 4, out: '' }));
  }
});

test('without it there is no crash, and what SQLite notices is no answer', async () => {
  const { world, bytes, truth } = await worldWithStory();
  rmSync(`${world.db}.seal`);
  const counts = { same: 0, refused: 0, wrong: 0 };
  for (const position of positionsOf(bytes)) {
    writeFileSync(world.db, flip(bytes, position));
    const answers = await answersOf(world);
    for (const [index, answer] of answers.entries()) {
      expect(answer.err, `byte ${position}`).not.toContain('a mistake of ours');
      if (answer.code === 4 || answer.code === 2) expect(answer.out).toBe('');
      if (answer.out === truth[index]?.out) counts.same += 1;
      else if (answer.code === 4 || answer.code === 2) counts.refused += 1;
      else counts.wrong += 1;
    }
  }
  // Of bytes that are written: more than half change no answer, nearly all others are refused, and one in a hundred makes an answer wrong.
  expect(counts.refused).toBeGreaterThan(counts.wrong * 15);
});

test('the seal itself: a damaged one says nothing', async () => {
  const { world, truth } = await worldWithStory();
  const seal = readFileSync(`${world.db}.seal`);
  for (let position = 0; position < seal.length; position++) {
    writeFileSync(`${world.db}.seal`, flip(seal, position));
    expect((await answersOf(world))[0]).toEqual(truth[0]);
  }
});

test('an older copy put in the place of the database is no damage', async () => {
  const world = makeWorld();
  await world.run('sync', join(STORY, '2014-03-01.csv'));
  const copy = join(world.folder, 'copy.db');
  copyFileSync(world.db, copy);
  await world.run('sync', join(STORY, '2014-03-09.csv'));
  copyFileSync(copy, world.db);
  expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  expect((await world.run('sync', STORY)).code).toBe(0);
});

test('the built program: a flipped digit of a rate', () => {
  const place = makePlace();
  place.run('sync', STORY);
  const bytes = readFileSync(place.db);
  const { mtime } = statSync(place.db);
  for (const position of [40_960 + 4090, 50, bytes.length - 3]) {
    writeFileSync(place.db, flip(bytes, position));
    expect(statSync(place.db).mtime >= mtime).toBe(true);
    for (const argv of [['check', '2616191'], ['diff'], ['sync', STORY]]) {
      const { code, out, err } = place.run(...argv);
      expect({ code, out }).toEqual({ code: 4, out: '' });
      expect(err).toContain('[db-altered]');
    }
  }
});

test.each([
  ['a word', "UPDATE fact SET status = 'ipproved' WHERE status = 'approved'"],
  ['the time of facts', 'UPDATE fact SET at = at + 65536'],
  ['the time of rates', 'UPDATE rate_page SET at = at + 65536'],
])('%s that no export can have said: no answer, and the doctor sees it, without the seal too', async (_what, sql) => {
  const { world } = await worldWithStory();
  rmSync(`${world.db}.seal`);
  const db = new Database(world.db);
  db.pragma('ignore_check_constraints = ON');
  expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
  db.close();
  const [diff] = await answersOf(world);
  expect(diff).toMatchObject({ code: 4, out: '' });
  expect(diff?.err).toContain('[db-damaged]');
  expect(await world.run('doctor')).toMatchObject({ code: 4 });
});
