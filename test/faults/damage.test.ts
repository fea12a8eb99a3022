/** Bytes and rows that tkguard did not write: no crash, and no answer where SQLite or a rule of the ledger notices. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';

const STORY = join(FIXTURES, 'story');
const ORDERS = join(FIXTURES, 'cases', 'orders', 'answers');
const POSITIONS = 300;

const REPORTS = ['order-details-get.json', 'relation-refund.json'].map((name) => join(ORDERS, name));

const DIFF = ['diff', '--all', '--as-of', '2014-03-09', '--json'];
const HISTORY = ['history', '2616191', '--until', '2014-03-09', '--json'];
const LOSS = ['loss', '--until', '2027-01-01', '--json'];

async function answersOf(world: World) {
  const answers = [];
  for (const question of [DIFF, HISTORY]) answers.push(await world.run(...question));
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
  return { world, bytes: readFileSync(world.db) };
}

test('single flipped bytes: no crash, and either an answer or a refusal', async () => {
  const { world, bytes } = await worldWithStory();
  let refused = 0;
  for (const position of positionsOf(bytes)) {
    const flipped = Buffer.from(bytes);
    flipped[position]! ^= 1 << (position % 8);
    writeFileSync(world.db, flipped);
    for (const { code, out, err } of await answersOf(world)) {
      expect(err, `byte ${position}`).not.toContain('a mistake of ours');
      expect([0, 2, 4], `byte ${position}`).toContain(code);
      if (code === 0) continue;
      expect(out).not.toContain('generatedAt');
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(POSITIONS / 10);
});

test.each([
  ['a word', DIFF, "UPDATE fact SET status = 'ipproved' WHERE status = 'approved'"],
  ['the state of an order', LOSS, "UPDATE order_state SET state = 'seddled' WHERE state = 'settled'"],
  ['the role of an order', LOSS, "UPDATE order_state SET role = 'owm' WHERE role = 'own'"],
  ['the state of a refund', LOSS, "UPDATE refund_state SET state = 'succeedee' WHERE state = 'succeeded'"],
  ['the time of facts', DIFF, 'UPDATE fact SET at = at + 65536'],
  ['the time of rates', HISTORY, 'UPDATE rate SET at = at + 65536'],
])('%s that no export can have said: no answer, and the doctor sees it', async (_what, question, sql) => {
  const { world } = await worldWithStory();
  await world.run('sync', '--captured-at', '2014-03-09 09:00', ...REPORTS);
  const db = new Database(world.db);
  db.pragma('ignore_check_constraints = ON');
  expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
  db.close();
  expect(await world.run(...question)).toMatchObject({ code: 4, err: expect.stringContaining('[db-damaged]') });
  expect(await world.run('doctor')).toMatchObject({ code: 4 });
});
