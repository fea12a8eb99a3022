/**
 * kill -9 of a sync, and of who sends afterwards, at random moments: no alert is lost. A double is possible, where the program
 * dies between the answer and its note. 12 rounds in every test run; `TKGUARD_KILLS=60 npx vitest run test/faults/alerts-kill.test.ts`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test, vi } from 'vitest';
import { findDamage } from '../../src/store/verify.ts';
import { runSilently } from '../support/run.ts';
import { runUntil } from '../support/spawn.ts';
import { startStub } from '../support/stub.ts';

vi.setConfig({ testTimeout: 600_000 });
const ROUNDS = Number(process.env.TKGUARD_KILLS ?? 12);

const folder = mkdtempSync(join(tmpdir(), 'tkguard-alerts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [db, config] = [join(folder, 'test.db'), join(folder, 'config.json')];

const PLACE = ['--db', db, '--config', config] as const;
const run = (killMs: number, ...argv: string[]) => runUntil(killMs, [...PLACE, ...argv]);
const runHere = async (...argv: string[]) => expect(await runSilently(...PLACE, ...argv)).toBe(0);

/** Two minutes later: the lease of who died has passed. */
function expireLeases(): void {
  const open = new Database(db);
  expect(findDamage(open)).toEqual([]);
  open.exec('UPDATE delivery SET lease_until = 1 WHERE lease_until IS NOT NULL');
  open.close();
}

function exportOf(plan: number): string {
  const at = new Date(Date.now() - 60_000).toISOString();
  const path = join(folder, `${plan}.csv`);
  const rows = [`${at},1${plan},0,general,5%,`, `${at},1${plan},${plan},special,4%,approved`];
  writeFileSync(path, `captured_at,shop_id,plan_id,plan_type,rate,status\n${rows.join('\n')}\n`);
  return path;
}

test('syncs and senders that are killed lose no alert', async () => {
  const heard: string[] = [];
  const stub = await startStub(({ body }) => {
    heard.push(...body.events.map((one: any) => `${one.event} ${one.plan?.id}`));
    return { body: '' };
  });
  writeFileSync(config, JSON.stringify({ notify: { channels: [{ name: 'n', type: 'webhook', url: stub.address }] } }), {
    mode: 0o600,
  });
  const { ms } = await run(60_000, 'sync', exportOf(100));
  expect(heard).toEqual(['opened 100']);
  let killed = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const path = exportOf(100 + round);
    // Mostly towards the end, where alerts are written and sent.
    const { signal } = await run(ms * (0.3 + 0.6 * Math.random()), 'sync', path);
    if (signal === 'SIGKILL') killed += 1;
    if (round % 2 === 0) {
      expireLeases();
      await run(ms * (0.4 + 0.5 * Math.random()), 'notify', 'send');
    }
    await runHere('sync', path);
    expireLeases();
    await runHere('notify', 'send');
    expect(heard, `round ${round}`).toContain(`opened ${100 + round}`);
  }
  expect(killed).toBeGreaterThan(0);
  const wanted = Array.from({ length: ROUNDS + 1 }, (_, i) => `opened ${100 + i}`);
  expect([...new Set(heard)].sort()).toEqual(wanted.sort());
  // Doubles are rare: not each death is between the answer and its note.
  expect(heard.length - wanted.length).toBeLessThan(ROUNDS);
});
