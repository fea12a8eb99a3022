/** `changes`, `history` and `shops`, end to end, in process. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHANGE_CODES } from '../../src/domain/changes.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';
import { validJson } from '../support/schema.ts';

const [DAY_ONE, DAY_TWO] = ['2014-03-01.csv', '2014-03-09.csv'].map((name) => join(FIXTURES, 'story', name)) as [
  string,
  string,
];

async function story(): Promise<World> {
  const world = makeWorld('2014-03-09T10:00:00+08:00');
  await world.run('sync', DAY_ONE);
  world.now += 60_000;
  await world.run('sync', DAY_TWO);
  return world;
}

const codes = (document: any) => document.changes.map((change: any) => change.code);

test.each([['changes', '--since', '2014-03-01'], ['history', '2616191'], ['shops']])(
  '%s says how old its data is, of the account and moment asked about',
  async (...argv) => {
    const world = await story();
    const later = world.write(
      'later.csv',
      'captured_at,account,shop_id,plan_id,plan_type,rate,status\n2014-03-10 09:00,studio-b,1001,2,special,5%,approved\n',
    );
    world.now = Date.parse('2014-03-11T09:00:00+08:00');
    await world.run('sync', later);
    const past = argv[0] === 'shops' ? '--as-of' : '--until';
    expect((await world.run(...argv)).out).toMatch(/^Newest data: 2014-03-10 09:00 \(24 h ago\)\.$/m);
    expect((await validJson(world, ...argv)).newestCapturedAt).toBe('2014-03-10T09:00:00+08:00');
    expect((await validJson(world, ...argv, '--account', '默认账号')).newestCapturedAt).toBe(
      '2014-03-09T09:00:00+08:00',
    );
    const then = [...argv.slice(0, argv[0] === 'history' ? 2 : 1), past];
    expect((await validJson(world, ...then, '2014-03-05')).newestCapturedAt).toBe('2014-03-01T09:00:00+08:00');
    expect((await validJson(world, ...then, '2014-02-01')).newestCapturedAt).toBeNull();
  },
);

describe('changes', () => {
  test('the cut, and that it went below general', async () => {
    const document = await validJson(await story(), 'changes', '--since', '2014-03-01');
    const window = { lastSeenBefore: '2014-03-01T09:00:00+08:00', firstSeenAfter: '2014-03-09T09:00:00+08:00' };
    expect(document.changes).toMatchObject([
      { code: 'lowered', fromBp: 1000, toBp: 800, from: '10.00', to: '8.00', ...window },
      { code: 'crossed-below', fromBp: 162, toBp: -38, from: '1.62', to: '-0.38', ...window },
    ]);
    expect(document.changes[0]).toMatchObject({
      account: '默认账号',
      shop: { id: '728628560', name: '隆缘裳服饰旗舰店' },
      plan: { id: '2616191', name: '高佣定向计划', kind: 'special' },
      item: null,
      source: { file: expect.stringContaining('2014-03-09.csv'), line: 3 },
    });
    expect(document.summary).toMatchObject({ lowered: 1, 'crossed-below': 1, closed: 0 });
    expect(Object.keys(document.summary)).toHaveLength(CHANGE_CODES.length);
  });

  test('the table says it loudly, in both languages', async () => {
    const world = await story();
    const english = (await world.run('changes')).out;
    expect(english).toMatch(/^FELL BELOW {2}2014-03-01 09:00 {2}2014-03-09 09:00 .* \+1\.62→-0\.38$/m);
    expect((await world.run('changes', '--lang', 'zh')).out).toMatch(/^跌破通用 /m);
  });

  test.each<[string, string[], number]>([
    ['the last seven days', [], 2],
    ['the last hour', ['--since', '1h'], 0],
    ['from that day on', ['--since', '2014-03-09'], 2],
    ['from later that day on', ['--since', '2014-03-09 09:01'], 0],
    ['up to the day before', ['--since', '2014-01-01', '--until', '2014-03-08'], 0],
    ['up to a day before now', ['--since', '7d', '--until', '1d'], 0],
    ['up to that day', ['--since', '7d', '--until', '2014-03-09'], 2],
    ['seven days before another day', ['--until', '2014-03-31'], 0],
    ['what the last sync brought', ['--since', 'last-sync'], 2],
    ['one code', ['--code', 'crossed-below,closed'], 1],
    ['another code', ['--code', 'opened'], 0],
    ['the newest one', ['--limit', '1'], 1],
    ['the shop', ['--shop', '隆缘裳服饰旗舰店'], 2],
    ['the plan', ['--plan', '2616191'], 2],
    ['the general plan', ['--plan', '0'], 0],
    ['the account', ['--account', '默认账号'], 2],
  ])('%s', async (_, options, count) => {
    expect((await validJson(await story(), 'changes', ...options)).changes).toHaveLength(count);
  });

  test('the limit keeps the newest, and the summary counts all', async () => {
    const document = await validJson(await story(), 'changes', '--limit', '1');
    expect(codes(document)).toEqual(['crossed-below']);
    expect(document.summary.lowered).toBe(1);
  });

  test('the newest sync, not the newest capture', async () => {
    const world = makeWorld('2014-03-09T10:00:00+08:00');
    await world.run('sync', DAY_ONE, DAY_TWO);
    world.now += 60_000;
    const later = 'captured_at,shop_id,plan_id,plan_type,rate\n2014-03-09 09:30,1,0,general,5\n';
    await world.run('sync', world.write('other.csv', later));
    const document = await validJson(world, 'changes', '--since', 'last-sync');
    expect([document.since, document.changes]).toEqual(['2014-03-09T09:30:00+08:00', []]);
  });

  test('plans never joined only with --all', async () => {
    const world = makeWorld();
    const row = (rate: number) => `shop_id,plan_id,plan_type,rate\n1,0,general,5\n1,2,special,${rate}\n`;
    await world.run('sync', world.write('a.csv', row(9), '2026-11-19T09:00:00+08:00'));
    await world.run('sync', world.write('b.csv', row(4), '2026-11-20T09:00:00+08:00'));
    expect(codes(await validJson(world, 'changes'))).toEqual([]);
    expect(codes(await validJson(world, 'changes', '--all'))).toEqual(['lowered', 'crossed-below']);
  });

  test('one item: its rates and its plans', async () => {
    const world = makeWorld();
    const header = 'shop_id,item_id,plan_id,plan_type,rate,status,plan_state\n';
    const rows = (a: number, b: number, state: string) =>
      `${header}1,a,2,special,${a},approved,${state}\n1,b,2,special,${b},approved,${state}\n`;
    await world.run('sync', world.write('a.csv', rows(9, 9, 'active'), '2026-11-19T09:00:00+08:00'));
    await world.run('sync', world.write('b.csv', rows(8, 7, 'stopped'), '2026-11-20T09:00:00+08:00'));
    const document = await validJson(world, 'changes', '--item', 'a');
    expect(document.changes.map((c: any) => [c.code, c.item?.id, c.from, c.to])).toEqual([
      ['closed', undefined, 'active', 'stopped'],
      ['lowered', 'a', '9.00', '8.00'],
    ]);
  });

  test.each([
    ['--since', 'some day'],
    ['--since', '2014-04-01', 'starts-late'],
    ['--until', '7'],
    ['--code', 'cut'],
    ['--limit', '0'],
    ['--confirm-missing', '0'],
  ])('%s %s is refused', async (option, value, why = 'bad-option') => {
    const { code, err } = await (await story()).run('changes', option, value);
    expect([code, err.includes(`[${why}]`)]).toEqual([2, true]);
  });
});

describe('history', () => {
  test('says what exports of one moment give, where they disagree', async () => {
    const world = await story();
    const rows = (rate: string) =>
      `captured_at,shop_id,plan_id,plan_type,rate,status\n2014-03-09 09:30,7,0,general,${rate},\n2014-03-09 09:30,7,2,special,5%,approved\n`;
    await world.run('sync', world.write('a.csv', rows('4%')), world.write('b.csv', rows('6%')));
    const [{ steps }] = (await validJson(world, 'history', '2', '--plan')).timelines;
    const [step] = steps;
    expect(step).toMatchObject({ specialBp: 500, generalBp: null, disagree: { general: ['4.00', '6.00'] } });
    expect(step.disagree.special).toBeUndefined();
    expect((await world.run('history', '2', '--plan')).out).toContain('5.00%  4.00% or 6.00%    —  exports disagree');
    expect((await world.run('history', '2616191', '--json')).out).not.toContain('disagree');
  });

  test.each([
    ['the plan', ['2616191'], 'plan'],
    ['the shop', ['728628560'], 'shop'],
    ['the shop, said so', ['--shop', '隆缘裳服饰旗舰店'], 'shop'],
  ])('%s: both rates side by side', async (_, argv, kind) => {
    const document = await validJson(await story(), 'history', ...argv);
    expect(document.query.kind).toBe(kind);
    expect(document.timelines).toHaveLength(1);
    expect(document.timelines[0].steps.map((s: any) => [s.from.slice(0, 10), s.special, s.general, s.gapBp])).toEqual([
      ['2014-03-01', '10.00', '8.38', 162],
      ['2014-03-09', '8.00', '8.38', -38],
    ]);
    expect(document.readings.map((r: any) => [r.plan.id, r.rate, r.file.slice(-14), r.line, r.raw])).toEqual([
      ['0', '8.38', '2014-03-01.csv', 2, '8.38%'],
      ['0', '8.38', '2014-03-09.csv', null, null],
      ['2616191', '10.00', '2014-03-01.csv', 3, '10.00%'],
      ['2616191', '8.00', '2014-03-09.csv', 3, '8.00%'],
    ]);
  });

  test('a chart on one scale, a column a day', async () => {
    const { out } = await (await story()).run('history', '2616191');
    expect(out).toContain('Special  ████████▁\n  General  ▂▂▂▂▂▂▂▂▂\n');
  });

  test('years are drawn in as many columns as fit', async () => {
    const world = makeWorld('2014-03-09T10:00:00+08:00');
    const old =
      'captured_at,account,shop_id,plan_id,plan_type,rate\n2011-01-01,默认账号,728628560,2616191,special,10%\n';
    await world.run('sync', DAY_TWO, world.write('old.csv', old));
    const { out } = await world.run('history', '2616191');
    const charts = out.split('\n').filter((line) => /[▁-█·]{5}/.test(line));
    expect(charts).toHaveLength(2);
    for (const line of charts) expect([...line.replace(/^.*? {2,}/, '').trim()].length).toBeLessThan(75);
    expect(charts[1]).toMatch(/·+[▁-█]$/);
  });

  test('every reading as CSV and as NDJSON', async () => {
    const world = await story();
    const csv = (await world.run('history', '2616191', '--format', 'csv')).out.trimEnd().split('\n');
    expect(csv).toHaveLength(5);
    expect(csv[4]).toMatch(/,8\.00,800,.*2014-03-09\.csv,3,8\.00%$/);
    const ndjson = (await world.run('history', '2616191', '--format', 'ndjson')).out.trimEnd().split('\n');
    expect(ndjson.map((line) => JSON.parse(line).rateBp)).toEqual([838, 838, 1000, 800]);
  });

  test('since and until', async () => {
    const world = await story();
    const late = await validJson(world, 'history', '2616191', '--since', '2014-03-05');
    expect([late.timelines[0].steps.length, late.readings.length]).toEqual([1, 2]);
    const early = await validJson(world, 'history', '2616191', '--until', '2014-03-05');
    expect(early.timelines[0].steps).toMatchObject([{ specialBp: 1000, relation: 'above' }]);
    const none = await validJson(world, 'history', '2616191', '--until', '2013-01-01');
    expect([none.timelines, none.readings]).toEqual([[], []]);
    expect((await world.run('history', '2616191', '--until', '2013-01-01')).out).toBe(
      'No rates of it are known in this time.\n',
    );
  });

  test('nothing of that id', async () => {
    const { code, err } = await (await story()).run('history', '4711');
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'tkguard: unknown item, plan or shop “4711”: no imported export shows it [unknown-id]',
    ]);
  });
});

describe('shops', () => {
  test('one bad plan of one: unproven, with its evidence', async () => {
    const document = await validJson(await story(), 'shops');
    expect(document.summary).toEqual({ good: 0, fair: 0, unproven: 1, risky: 0, avoid: 0 });
    expect(document.formula).toContain('Wilson');
    expect(document.shops).toMatchObject([
      {
        grade: 'unproven',
        shop: { id: '728628560' },
        watched: 1,
        bad: 1,
        confidence: { lower: '27.0', upper: '100.0' },
        daysObserved: 8,
        cuts: 1,
        crossedBelow: 1,
        largestCut: '2.00',
        plans: [{ plan: { id: '2616191' }, accounts: ['默认账号'], bad: true, cuts: 1 }],
      },
    ]);
  });

  test('as of the first day nothing had happened', async () => {
    const [shop] = (await validJson(await story(), 'shops', '--as-of', '2014-03-05')).shops;
    expect(shop).toMatchObject({ grade: 'unproven', watched: 0, bad: 0, cuts: 0, plans: [] });
  });

  test('the evidence is said on demand', async () => {
    const world = await story();
    expect((await world.run('shops')).out).not.toContain('2616191');
    const { out } = await world.run('shops', '--evidence');
    expect(out).toContain(
      '高佣定向计划 (2616191), seen 2014-03-01 to 2014-03-09: cuts: 1, the largest by 2.00 points.',
    );
    expect(out).toMatch(/^unproven .* 1\/1 +27\.0-100\.0% /m);
  });

  test.each<[string[], number]>([
    [['--grade', 'unproven,avoid'], 1],
    [['--grade', 'good'], 0],
    [['--shop', '728628560'], 1],
    [['--account', '默认账号'], 1],
  ])('%j', async (options, count) => {
    expect((await validJson(await story(), 'shops', ...options)).shops).toHaveLength(count);
  });

  test('a merchant who cuts every plan is to be avoided, and stands first', async () => {
    const world = makeWorld();
    const header = 'shop_id,shop_name,plan_id,plan_type,rate,status,approved_at\n';
    const rows = (rate: number) =>
      [1, 2, 3].map((plan) => `9,坏店,${plan},special,${rate},approved,2026-11-18\n`).join('') +
      '9,坏店,0,general,5,,\n8,好店,4,special,9,approved,2026-11-18\n8,好店,0,general,5,,\n7,无定向,0,general,5,,\n';
    await world.run('sync', world.write('a.csv', header + rows(9), '2026-11-19T09:00:00+08:00'));
    await world.run('sync', world.write('b.csv', header + rows(4), '2026-11-20T09:00:00+08:00'));
    const { shops } = await validJson(world, 'shops');
    expect(shops.map((s: any) => [s.shop.name, s.grade, `${s.bad}/${s.watched}`])).toEqual([
      ['坏店', 'avoid', '3/3'],
      ['好店', 'unproven', '0/1'],
    ]);
    expect((await validJson(world, 'shops', '--sort', 'name')).shops[0].shop.name).toBe('坏店');
  });

  test('how long plans stayed good, of each merchant and of all', async () => {
    const world = makeWorld();
    const header = 'shop_id,shop_name,plan_id,plan_type,rate,status,approved_at\n';
    const at = (day: number, cut: readonly number[]) => {
      const rows = [1, 2, 3, 4, 5].map(
        (n) => `9,店九,${n},special,${cut.includes(n) ? 4 : 9},${day > 1 ? 'approved,2026-09-02' : ','}\n`,
      );
      const text = `${header}${rows.join('')}9,店九,0,general,5,,\n8,店八,6,special,9,${day > 1 ? 'approved,2026-09-02' : ','}\n8,店八,0,general,5,,\n`;
      const day2 = String(day).padStart(2, '0');
      return world.write(`${day2}.csv`, text, `2026-09-${day2}T09:00:00+08:00`);
    };
    const files = [at(1, []), at(4, []), at(9, [1, 2]), at(17, [1, 2]), at(23, [1, 2, 3])];
    await world.run('sync', ...files);
    const { kept, curve, shops } = await validJson(world, 'shops', '--evidence');
    const counts = ({ days, broken, of, below, unknown, withinDays }: any) => [
      days,
      broken,
      of,
      below,
      unknown,
      withinDays,
    ];
    expect(shops.map((shop: any) => [shop.shop.name, ...shop.kept.map(counts)])).toEqual([
      ['店八', [14, 0, 1, 0, 0, null], [30, 0, 0, 0, 1, null]],
      ['店九', [14, 2, 5, 2, 0, 7], [30, 3, 3, 3, 2, 21]],
    ]);
    expect(kept.map(counts)).toEqual([
      [14, 2, 6, 2, 0, 7],
      [30, 3, 3, 3, 3, 21],
    ]);
    const { lifetimes } = shops.find((shop: any) => shop.shop.name === '店九');
    expect(lifetimes[0]).toEqual({
      plan: { id: '1', name: null },
      accounts: ['default'],
      approvedAt: '2026-09-02T00:00:00+08:00',
      entryDay: 0,
      goodDay: 2,
      brokenDay: 7,
      end: 'below',
    });
    expect(curve.points.map(({ day, goodPermille }: any) => [day, goodPermille])).toEqual([
      [0, 1000],
      [2, 1000],
      [7, 667],
      [15, 667],
      [21, 500],
    ]);
    expect(curve.seen.map(({ day, atRisk, events, goodPermille }: any) => [day, atRisk, events, goodPermille])).toEqual(
      [
        [7, 6, 2, 667],
        [21, 4, 1, 500],
      ],
    );
    // Without the evidence no words of statistics, in either language.
    for (const lang of ['en', 'zh']) {
      const plain = (await world.run('shops', '--lang', lang)).out;
      expect(plain).not.toMatch(/Turnbull|Kaplan|Wilson|bootstrap|置信|自助|威尔逊/);
      expect((await world.run('shops', '--evidence', '--lang', lang)).out).toMatch(/Turnbull[\s\S]*Kaplan/);
    }
    expect((await world.run('shops', '--lang', 'zh')).out).toContain(
      '加入后 14 天内，您加入的 5 个计划中 2 个低于通用。',
    );
    expect((await world.run('shops')).out).toContain(
      'All merchants together: Within 14 days of approval 2 of 6 joined',
    );
    // One shop is told beside all.
    expect((await validJson(world, 'shops', '--shop', '8')).kept.map(counts)).toEqual(kept.map(counts));
    expect((await validJson(world, 'shops')).curve).toBeNull();
  });

  test('an unknown grade or order is refused', async () => {
    const world = await story();
    expect((await world.run('shops', '--grade', 'bad')).code).toBe(2);
    expect((await world.run('shops', '--sort', 'size')).code).toBe(2);
  });
});
