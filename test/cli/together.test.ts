/** Small files are taken in together, without setting aside what each changes (import-sources.ts): the ledger must not show it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostOf } from '../../src/host.ts';
import { runProgram } from '../../src/main.ts';
import type { World } from '../support/run.ts';
import { makeWorld } from '../support/run.ts';

const HEADER = 'captured_at,shop_id,item_id,plan_id,plan_type,rate,status';
const PLANS = [0, 11, 12, 13];

interface Row {
  readonly keeper: number;
  readonly plan: number;
  readonly rate: string;
}

/** Some rows are wrong, some cannot both be true; most plans of a file may be gone in the next. */
const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  keeper: fc.constantFrom(7, 7, 8),
  plan: fc.constantFrom(...PLANS),
  rate: fc.constantFrom('5%', '5%', '5%', '6%', '', 'much'),
});
const fileArbitrary = fc.record({
  day: fc.integer({ min: 1, max: 4 }),
  isTable: fc.boolean(),
  seller: fc.constantFrom(100, 100, 200),
  item: fc.constantFrom('1', '2'),
  rows: fc.array(rowArbitrary, { maxLength: 6 }),
});

type Export = typeof fileArbitrary extends fc.Arbitrary<infer T> ? T : never;

function tableOf({ seller, item, rows }: Export, at: string): string {
  const kind = (plan: number) => (plan === 0 ? 'general' : 'special');
  const lines = rows.map(({ plan, rate }) => `${at},${seller},${item},${plan},${kind(plan)},${rate},approved`);
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** What one keeper has, two sellers cannot have. */
function answerOf({ rows }: Export): string {
  const data = rows.map(({ keeper, plan, rate }) => ({
    CampaignID: plan,
    CampaignType: plan === 0 ? '通用计划' : '定向计划',
    ShopKeeperID: keeper,
    commissionRate: rate,
    Exist: plan === 11,
    ExistStatus: 2,
  }));
  return JSON.stringify({ data });
}

async function syncInto(db: string, world: World, isTogether: boolean) {
  const host = hostOf(process);
  const out: string[] = [];
  const sink = { isTerminal: false, columns: null, write: async (text: string) => void out.push(text) };
  const code = await runProgram({
    ...host,
    argv: ['sync', world.folder, '--json', '--db', join(world.folder, db)],
    env: {},
    home: () => world.folder,
    now: () => world.now,
    stdout: sink,
    stderr: sink,
    openFile(path) {
      const { bytes, ...source } = host.openFile(path);
      return isTogether && bytes !== undefined ? { ...source, bytes } : source;
    },
  });
  return { code, out: out.join('') };
}

function rowsOf(path: string): unknown[] {
  const db = new Database(path, { readonly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    return (tables as string[]).map((name) => [name, db.prepare(`SELECT * FROM ${name}`).raw().all()]);
  } finally {
    db.close();
  }
}

test('taken in together, files leave what they leave one by one, whichever of them are refused', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fileArbitrary, { minLength: 1, maxLength: 8 }), async (files) => {
      const world = makeWorld();
      for (const [i, file] of files.entries()) {
        const at = `2026-11-1${file.day}T09:00:00+08:00`;
        if (file.isTable) world.write(`${i}.csv`, tableOf(file, at), at);
        else world.write(`${i}.seller-${file.seller}.item-${file.item}.json`, answerOf(file), at);
      }
      const one = await syncInto('one.db', world, false);
      const together = await syncInto('together.db', world, true);
      expect(together).toEqual(one);
      expect(rowsOf(join(world.folder, 'together.db'))).toEqual(rowsOf(join(world.folder, 'one.db')));
      refused += Number(one.code !== 0);
    }),
    { numRuns: 15 },
  );
  expect(refused).toBeGreaterThan(2);
});
