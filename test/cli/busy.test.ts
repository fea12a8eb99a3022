/** A database that someone else is writing to, with a wait of 50 ms instead of 30 s. */
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeWorld } from '../support/run.ts';

vi.mock('better-sqlite3', async (importOriginal) => {
  const { default: Real } = await importOriginal<{ default: typeof Database }>();
  // With `new`, what a function returns is what one gets.
  function Impatient(path: string, options: Database.Options) {
    return new Real(path, { ...options, timeout: 50 });
  }
  return { default: Impatient };
});

test.each([
  ['en', 'another tkguard is writing', 'hint: Try again'],
  ['zh', '另一个 tkguard 正在写入', '提示：'],
])('in %s: code 75, nothing on stdout; readers go on; then it works', async (lang, what, hint) => {
  const world = makeWorld('2014-03-09T10:00:00+08:00');
  world.env.TKGUARD_LANG = lang;
  await world.run('sync', 'fixtures/story/2014-03-01.csv');
  const writer = new Database(world.db);
  onTestFinished(() => void writer.close());
  writer.exec('BEGIN IMMEDIATE');
  const busy = await world.run('sync', 'fixtures/story/2014-03-09.csv');
  expect(busy).toMatchObject({ code: 75, out: '' });
  expect(busy.err).toContain(what);
  expect(busy.err).toContain('[db-busy]');
  expect(busy.err).toContain(hint);
  expect((await world.run('check', '2616191', '--as-of', '2014-03-01')).code).toBe(0);
  expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  writer.exec('ROLLBACK');
  expect((await world.run('sync', 'fixtures/story/2014-03-09.csv')).code).toBe(0);
  expect((await world.run('check', '2616191')).code).toBe(1);
});
