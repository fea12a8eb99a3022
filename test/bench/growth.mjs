// Growth follows change: thirty daily snapshots of 100,000 plans, of which 2 % change a day. Prints how large the database is
// after the first day and after the last. Made data, the same at every run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLANS = Number(process.env.PLANS ?? 100_000);
const DAYS = 30;
const CHANGED_A_DAY = 0.02;
const PLANS_A_SHOP = 5;

const tkguard = join(import.meta.dirname, '..', '..', 'bin', 'tkguard.js');
const folder = mkdtempSync(join(tmpdir(), 'tkguard-bench-'));
const db = join(folder, 'growth.db');

/** mulberry32: a small seeded generator, so that every run makes the same plans. */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = makeRandom(7);
const draw = () => 50 + Math.floor(random() * 3000);
const rates = Array.from({ length: PLANS }, draw);
const day = (n) => new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10);

function snapshot(n) {
  const lines = rates.map((bp, i) => {
    const shop = 700_000_000 + Math.floor(i / PLANS_A_SHOP);
    const isGeneral = i % PLANS_A_SHOP === 0;
    const name = isGeneral ? '通用计划' : `高佣计划${i}`;
    return `${day(n)} 09:00,${shop},店铺${shop},${isGeneral ? 0 : i},${name},${isGeneral ? 'general' : 'special'},${(bp / 100).toFixed(2)}%`;
  });
  return `captured_at,shop_id,shop_name,plan_id,plan_name,plan_type,rate\n${lines.join('\n')}\n`;
}

try {
  let first = 0;
  let changed = 0;
  const started = Date.now();
  for (let n = 1; n <= DAYS; n++) {
    if (n > 1) {
      for (let i = 0; i < PLANS; i++) {
        if (random() >= CHANGED_A_DAY) continue;
        rates[i] = draw();
        changed += 1;
      }
    }
    const file = join(folder, 'plans.csv');
    writeFileSync(file, snapshot(n));
    const { status, stderr } = spawnSync(process.execPath, [tkguard, '--db', db, 'sync', file], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    if (n === 1) first = statSync(db).size;
  }
  const last = statSync(db).size;
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`first day, ${PLANS} plans           ${mb(first)}`);
  console.log(
    `day ${DAYS}, ${changed} changed rates        ${mb(last)}, ${(last / first).toFixed(2)} × the first day (target: at most 2, and the changes)`,
  );
  console.log(`bytes a change                     ${changed === 0 ? '-' : Math.round((last - first) / changed)}`);
  console.log(`all ${DAYS} days                        ${((Date.now() - started) / 1000).toFixed(0)} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
