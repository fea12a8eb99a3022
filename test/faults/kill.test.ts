/**
 * kill -9 at random moments of the built program: what is left is exactly the state before or the state after, and the
 * next run works. 24 rounds in every test run; `TKGUARD_KILLS=200 npx vitest run test/faults/kill.test.ts` for more.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { digestContent, findDamage } from '../../src/store/verify.ts';
import { runSilently } from '../support/run.ts';
import { runUntil } from '../support/spawn.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });
const ROUNDS = Number(process.env.TKGUARD_KILLS ?? 24);
const ROWS = 1000;

const folder = mkdtempSync(join(tmpdir(), 'tkguard-kill-'));
const [before, first, second] = ['before.db', 'first.csv', 'second.csv'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function csv(day: string, rate: number): string {
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `${day},${i % 50},${i < 50 ? 0 : i},${i < 50 ? 'general' : 'special'},${rate},`,
  );
  return `captured_at,shop_id,plan_id,plan_type,rate,status\n${rows.join('\n')}\n`;
}

/** Everything in a database but times of import, its own number, and what was told: that is written after the answer. Checks that it is sound. */
function stateOf(path: string): string {
  if (!existsSync(path)) return 'none';
  const db = new Database(path);
  try {
    expect(findDamage(db)).toEqual([]);
    db.exec('BEGIN; UPDATE file SET imported_at = 0; DELETE FROM told; DELETE FROM untold; DELETE FROM ledger');
    return digestContent(db);
  } finally {
    db.close();
  }
}

/** The verdicts that the user has been told, and whether some are still to be told. */
function toldOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    const told = db.prepare('SELECT account_id, plan_id, verdict FROM told').raw().all();
    return { told, untold: db.prepare('SELECT count(*) FROM untold').pluck().get() };
  } finally {
    db.close();
  }
}

function copyOf(name: string): string {
  const path = join(folder, name);
  copyFileSync(before, path);
  return path;
}

beforeAll(async () => {
  writeFileSync(first, csv('2026-01-01', 5));
  writeFileSync(second, csv('2026-01-02', 6));
  expect((await runUntil(null, ['--db', before, 'sync', first])).code).toBe(0);
});

/** Kills `argv` at moments all over its duration, and gives how often it was still running then. */
async function killRounds(
  rounds: number,
  prepare: (round: number) => string,
  argv: readonly string[],
  ends: (path: string) => readonly string[],
): Promise<number> {
  const whole = prepare(-1);
  const allowed = [stateOf(whole)];
  const { ms, code } = await runUntil(null, ['--db', whole, ...argv]);
  expect(code).toBe(0);
  allowed.push(stateOf(whole), ...ends(whole));
  const told = toldOf(whole);
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    const path = prepare(round);
    const ended = await runUntil(20 + Math.random() * ms, ['--db', path, ...argv]);
    if (ended.signal === 'SIGKILL') killed += 1;
    expect(allowed, `round ${round} of ${argv[0]}`).toContain(stateOf(path));
    expect(await runSilently('--db', path, ...argv)).toBe(0);
    expect(stateOf(path)).toBe(allowed[1]);
    expect(toldOf(path), `round ${round} of ${argv[0]}`).toEqual(told);
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  }
  return killed;
}

test('a sync into a database', async () => {
  const killed = await killRounds(
    Math.ceil(ROUNDS * 0.75),
    (round) => copyOf(`sync-${round}.db`),
    ['sync', second],
    () => [],
  );
  expect(killed).toBeGreaterThan(ROUNDS / 4);
});

test('the first sync of all: no database, an empty one, or a whole one', async () => {
  const empty = join(folder, 'empty.db');
  writeFileSync(join(folder, 'nothing.csv'), '');
  await runUntil(null, ['--db', empty, 'sync', join(folder, 'nothing.csv')]);
  await killRounds(
    Math.ceil(ROUNDS * 0.25),
    (round) => join(folder, `first-${round}.db`),
    ['sync', first],
    () => [stateOf(empty)],
  );
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the middle of an import: all or nothing, and no trace',
  async (signal) => {
    const [path, whole] = [copyOf(`${signal}.db`), copyOf('whole.db')];
    const state = stateOf(path);
    const { ms } = await runUntil(null, ['--db', whole, 'sync', second]);
    let interrupted = 0;
    for (let round = 0; round < 5; round++) {
      const ended = await runUntil(ms * (0.3 + 0.1 * round), ['--db', copyOf(`${signal}.db`), 'sync', second], {
        signal,
      });
      expect(ended.err).toBe('');
      // A shell shows 128 and the signal's number.
      if (ended.signal !== null) expect(ended).toMatchObject({ code: null, signal });
      const kept = stateOf(path);
      expect([state, stateOf(whole)]).toContain(kept);
      if (kept === state) interrupted += 1;
    }
    expect(interrupted).toBeGreaterThan(0);
    expect(await runSilently('--db', path, 'sync', second)).toBe(0);
  },
);
