/** The ledger for other programs: its views, and its tables in a real PostgreSQL. Both say what `history`, `changes` and `diff` say. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { ownTable } from '../support/own-table.ts';
import { startPostgres } from '../support/postgres.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';

const server = await startPostgres();
afterAll(() => server?.stop());

const HEAD = 'captured_at,shop_id,plan_id,plan_type,item_id,rate,status\n';
/** Three days of two shops: a rate falls, comes back, is unknown, and is no longer listed; a membership ends. */
const DAYS = [
  ['2026-11-01', '10%', '12%', 'approved'],
  ['2026-11-02', '10%', '8%', 'approved'],
  ['2026-11-03', '9.5%', '-', 'removed'],
  ['2026-11-04', '10%', '', 'removed'],
] as const;

async function worldOfDays(): Promise<World> {
  const world = makeWorld('2026-11-04T12:00:00+08:00');
  for (const [day, shopRate, itemRate, status] of DAYS) {
    const rows = [
      `${day},70,0,general,,9%,`,
      `${day},70,5,special,,${shopRate},approved`,
      ...(day === '2026-11-04' ? [] : [`${day},71,6,special,900,${itemRate},${status}`]),
    ];
    await world.run('sync', world.write(`${day}.csv`, `${HEAD}${rows.join('\n')}\n`));
  }
  await world.run('sync', join(FIXTURES, 'alimama'), join(FIXTURES, 'story'));
  return world;
}

interface Run {
  account: string;
  shop_id: string;
  plan_id: string;
  item_id: string | null;
  measure: string;
  first_at: string;
  last_at: string;
  rate_bp: number | null;
}

/** Every reading of `history` lies in one run that says the same, and every run has some. */
async function expectRuns(world: World, runs: readonly Run[]): Promise<void> {
  const shops = [...new Set(runs.map(({ shop_id }) => shop_id))].filter((shop) => /^\d+$/.test(shop));
  const used = new Set<Run>();
  for (const shop of shops) {
    const { readings } = await world.json('history', '--shop', shop, '--since', '2000-01-01');
    for (const reading of readings) {
      const at = Date.parse(reading.capturedAt);
      const its = runs.filter(
        (run) =>
          run.shop_id === shop &&
          run.account === reading.account &&
          run.plan_id === reading.plan.id &&
          (run.item_id || null) === (reading.item?.id ?? null) &&
          Date.parse(run.first_at) <= at &&
          at <= Date.parse(run.last_at) &&
          run.rate_bp === reading.rateBp,
      );
      if (reading.rateBp === null) continue;
      expect(its.length, JSON.stringify(reading)).toBeGreaterThanOrEqual(1);
      for (const run of its) used.add(run);
    }
  }
  const said = runs.filter(({ shop_id, rate_bp }) => shops.includes(shop_id) && rate_bp !== null);
  expect(said.filter((run) => !used.has(run))).toEqual([]);
  expect(said.length).toBeGreaterThan(8);
}

test('the views say what history, changes and diff say', async () => {
  const world = await worldOfDays();
  const db = new Database(world.db, { readonly: true });
  const ask = (sql: string) => db.prepare(sql).all();
  // Metabase and others ask for the types of columns.
  for (const view of ['rate_run', 'fact_run', 'plan_now', 'change']) {
    const columns = ask(`SELECT name, type FROM pragma_table_info('${view}')`) as { name: string; type: string }[];
    const typeOf = (name: string) =>
      /_bp$|^items$/.test(name) ? /^INT(EGER)?$/ : /^rate$|^points$/.test(name) ? /^REAL$/ : /^TEXT$/;
    for (const { name, type } of columns) expect(type, `${view}.${name}`).toMatch(typeOf(name));
  }
  await expectRuns(world, ask('SELECT * FROM rate_run') as Run[]);
  expect(ask("SELECT first_at, last_at, rate_bp, rate FROM rate_run WHERE plan_id = '5' ORDER BY first_at")).toEqual([
    { first_at: '2026-10-31T16:00:00Z', last_at: '2026-11-01T16:00:00Z', rate_bp: 1000, rate: 10 },
    { first_at: '2026-11-02T16:00:00Z', last_at: '2026-11-02T16:00:00Z', rate_bp: 950, rate: 9.5 },
    { first_at: '2026-11-03T16:00:00Z', last_at: '2026-11-03T16:00:00Z', rate_bp: 1000, rate: 10 },
  ]);
  expect(ask("SELECT item_id, last_at, rate_bp FROM rate_run WHERE plan_id = '6' ORDER BY first_at")).toEqual([
    { item_id: '900', last_at: '2026-10-31T16:00:00Z', rate_bp: 1200 },
    { item_id: '900', last_at: '2026-11-01T16:00:00Z', rate_bp: 800 },
    // After it the exports no longer list it, and one that is not complete says nothing by that.
    { item_id: '900', last_at: '2026-11-02T16:00:00Z', rate_bp: null },
  ]);
  expect(
    ask(
      "SELECT what, old_value, new_value, points FROM change WHERE plan_id IN ('5', '6') ORDER BY plan_id, changed_at, what",
    ),
  ).toEqual([
    { what: 'rate', old_value: '10.00', new_value: '9.50', points: -0.5 },
    { what: 'rate', old_value: '9.50', new_value: '10.00', points: 0.5 },
    { what: 'rate', old_value: '12.00', new_value: '8.00', points: -4 },
    { what: 'status', old_value: 'approved', new_value: 'removed', points: null },
  ]);
  const { plans } = await world.json('diff', '--all');
  const now = ask('SELECT * FROM plan_now') as {
    plan_id: string;
    status: string | null;
    shop_rate_bp: number | null;
    exited_at: string | null;
  }[];
  for (const { plan, membership } of plans) {
    const row = now.find(({ plan_id }) => plan_id === plan.id);
    expect(row, plan.id).toMatchObject({ status: membership?.status ?? null });
  }
  expect(plans.length).toBeGreaterThan(2);
  await world.run('exited', '5', '--at', '2026-11-04 10:00');
  expect(ask("SELECT exited_at FROM plan_now WHERE plan_id = '5'")).toEqual([{ exited_at: '2026-11-04T02:00:00Z' }]);
  db.close();
});

test('what is held back is in no view', async () => {
  const world = makeWorld();
  const rows = (day: string, rate: string) => ownTable({ [day]: [1, 2, 3, 4].map((n) => `${n} ${n} ${rate}`) });
  await world.run('sync', world.write('a.csv', rows('2026-11-01', '10%')));
  expect((await world.run('sync', world.write('b.csv', rows('2026-11-02', '0.1%')))).code).toBe(2);
  const db = new Database(world.db, { readonly: true });
  const counts = () =>
    ['rate_run', 'fact_run', 'plan_now', 'change'].map((view) =>
      db.prepare(`SELECT count(*) FROM ${view}`).pluck().get(),
    );
  expect(counts()).toEqual([4, 4, 4, 0]);
  await world.run('release', 'all');
  expect(counts()).toEqual([8, 8, 4, 0]);
  db.close();
});

const rowsOf = (database: string, sql: string) =>
  JSON.parse(server?.sql(database, `SELECT coalesce(json_agg(t), '[]') FROM (${sql}) t`) ?? '[]');

test.skipIf(!server)('tables in PostgreSQL are the views, with the verdicts; sent again is what changed', async () => {
  if (!server) return;
  const world = await worldOfDays();
  const url = server.url('tables');
  world.env.PG = url;
  world.configure({ remotes: { studio: { url: { env: 'PG' } } } });
  expect(await world.run('export', '--to', 'studio')).toMatchObject({ code: 0, err: '' });
  const db = new Database(world.db, { readonly: true });
  for (const [table, view] of [
    ['run', 'rate_run'],
    ['fact', 'fact_run'],
    ['plan', 'plan_now'],
    ['change', 'change'],
    ['shop', 'shop'],
  ])
    expect([table, rowsOf('tables', `SELECT count(*)::int AS n FROM ${table}`)[0].n]).toEqual([
      table,
      db.prepare(`SELECT count(*) FROM ${view}`).pluck().get(),
    ]);
  db.close();
  await expectRuns(world, rowsOf('tables', 'SELECT * FROM run'));
  const { plans } = await world.json('diff');
  const verdicts = rowsOf(
    'tables',
    'SELECT plan_id, verdict, special_bp, general_bp, gap_bp FROM verdict ORDER BY plan_id',
  );
  expect(verdicts).toEqual(
    plans
      .filter(({ verdict }: { verdict: string | null }) => verdict !== null)
      .map((p: any) => ({
        plan_id: p.plan.id,
        verdict: p.verdict,
        special_bp: p.special.rateBp,
        general_bp: p.general.rateBp,
        gap_bp: p.gapBp,
      }))
      .sort((a: any, b: any) => (a.plan_id < b.plan_id ? -1 : 1)),
  );
  const again = async () => (await world.json('export', '--to', url)).done[0].args.n;
  world.now += 1000;
  expect(await again()).toBe(verdicts.length);
  await world.run('sync', world.write('more.csv', `${HEAD}2026-11-04 10:00,71,6,special,900,7%,approved\n`));
  // Of one shop alone: a plan, its runs, what was said of it, its changes; and the verdicts.
  expect(await again()).toBeLessThan(verdicts.length + 20);
  expect(rowsOf('tables', "SELECT rate_bp FROM run WHERE plan_id = '6' ORDER BY first_at DESC LIMIT 1")).toEqual([
    { rate_bp: 700 },
  ]);
  const { snapshots } = await world.json('snapshots');
  await world.run('discard', String(snapshots.find(({ file }: { file: string }) => file.endsWith('more.csv')).id));
  await again();
  expect(rowsOf('tables', "SELECT count(*)::int AS n FROM run WHERE plan_id = '6' AND rate_bp = 700")).toEqual([
    { n: 0 },
  ]);
});

test.skipIf(!server)(
  'several ledgers in one database: each takes away what it has put there, and nothing else',
  async () => {
    if (!server) return;
    const url = server.url('several');
    const [a, b] = [makeWorld(), makeWorld()];
    const csv = (shop: number, rate: number) => `${HEAD}2026-11-01,${shop},5,special,,${rate}%,approved\n`;
    await a.run('sync', a.write('a.csv', csv(70, 10)), a.write('both.csv', csv(72, 12)));
    await b.run('sync', b.write('b.csv', csv(71, 11)), b.write('both.csv', csv(72, 12)));
    const pushed = await Promise.all([a.run('export', '--to', url), b.run('export', '--to', url)]);
    // Two at the same time may be in each other's way: then one is to try again.
    if (pushed.some(({ code }) => code !== 0))
      for (const world of [a, b]) expect((await world.run('export', '--to', url)).code).toBe(0);
    const shops = () => rowsOf('several', 'SELECT shop_id, count(*)::int AS n FROM run GROUP BY 1 ORDER BY 1');
    expect(shops()).toEqual([
      { shop_id: '70', n: 1 },
      { shop_id: '71', n: 1 },
      { shop_id: '72', n: 1 },
    ]);
    const { snapshots } = await a.json('snapshots');
    await a.run('discard', ...snapshots.map(({ id }: { id: number }) => String(id)));
    await a.run('export', '--to', url);
    expect(shops().map(({ shop_id }: { shop_id: string }) => shop_id)).toEqual(expect.not.arrayContaining(['70']));
    await b.run('sync', b.write('c.csv', csv(73, 9)));
    await b.run('export', '--to', url);
    // Also what both had, and the other has taken away.
    expect(shops().map(({ shop_id }: { shop_id: string }) => shop_id)).toEqual(['71', '72', '73']);
  },
);

test.skipIf(!server)('what two ledgers have stays when the one that wrote it last takes it away', async () => {
  if (!server) return;
  const url = server.url('common');
  const [a, b] = [makeWorld(), makeWorld()];
  for (const world of [b, a]) {
    await world.run('sync', world.write('x.csv', `${HEAD}2026-11-01,72,5,special,,12%,approved\n`));
    expect((await world.run('export', '--to', url)).code).toBe(0);
  }
  await a.run('discard', '1');
  await a.run('export', '--to', url);
  const runs = () => rowsOf('common', 'SELECT shop_id, rate_bp FROM run');
  expect(runs()).toEqual([]);
  await b.run('export', '--to', url);
  expect(runs()).toEqual([{ shop_id: '72', rate_bp: 1200 }]);
  expect((await b.json('export', '--to', url)).done[0].args.n).toBe(0);
});

test('a place that is none, or is down, says so', async () => {
  const world = makeWorld();
  await world.run('sync', join(FIXTURES, 'story'));
  world.configure({ remotes: { nas: { folder: '/nas' } } });
  expect((await world.run('export', '--to', 'nas')).code).toBe(2);
  expect((await world.run('export', '--to', 'nowhere')).code).toBe(2);
  const down = await world.run('export', '--to', 'postgres://u:hunter22@127.0.0.1:1/x');
  expect(down).toMatchObject({ code: 75, err: expect.stringContaining('[remote-down]') });
  expect(down.err).not.toContain('hunter22');
});
