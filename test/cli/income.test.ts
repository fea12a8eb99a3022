/** Income rates from spreadsheets, end to end: told as such, compared with nothing, and never a reason to call an item safe. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { joinedAnswer } from '../support/answers.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';

const ITEM = '537099364188';
const selection = (world: World, name = 'selection.xls') =>
  world.write(name, readFileSync(join(FIXTURES, 'sheets', 'selection.xls')), '2026-11-20T09:00:00+08:00');
const PLANS = 'captured_at,shop_id,shop_name,item_id,plan_id,plan_type,rate,status\n';

test('an item known by income rates alone cannot be judged, even beside a complete joined list', async () => {
  const world = makeWorld();
  const joined = joinedAnswer([{ id: 1, campaignId: 5, status: 2, oriMemberId: 7, shopKeeperId: 8 }]);
  expect((await world.run('sync', selection(world), world.write('joined.json', joined))).code).toBe(0);
  const { code, out } = await world.run('check', ITEM, '--json');
  expect([code, JSON.parse(out).answers[0].accounts.map((a: any) => [a.shop, a.verdict ?? a.outcome])]).toEqual([
    3,
    [[{ id: null, keeperId: null, name: '全球茶叶公司' }, 'review']],
  ]);
});

test('history says that they are income rates, in words, JSON and CSV', async () => {
  const world = makeWorld();
  await world.run('sync', selection(world));
  expect((await world.run('history', ITEM)).out).toContain('INCOME rates (commission plus subsidy)');
  expect((await world.run('history', ITEM, '--lang', 'zh')).out).toContain('收入比率（含补贴）');
  const { timelines, readings } = await world.json('history', ITEM);
  expect(timelines.map((t: any) => [t.plan.kind, t.measure, t.steps.map((s: any) => [s.special, s.general])])).toEqual([
    ['event', 'income', [['30.00', '2.80']]],
  ]);
  expect(readings.map((r: any) => [r.plan.id, r.measure, r.rate, r.line])).toEqual([
    ['0', 'income', '2.80', 2],
    [`event-${ITEM}`, 'income', '30.00', 2],
  ]);
});

test('they never stand beside commission rates, nor in the way of a verdict', async () => {
  const world = makeWorld();
  const rows = [
    `2026-11-20 09:00,2649797694,全球茶叶公司,${ITEM},0,general,5.00%,`,
    `2026-11-20 09:00,2649797694,全球茶叶公司,${ITEM},77,special,6.00%,approved`,
  ];
  const plans = world.write('plans.csv', `${PLANS}${rows.join('\n')}\n`);
  for (const files of [
    [plans, selection(world)],
    [selection(world), plans],
  ]) {
    expect((await world.run('sync', ...files)).code).toBe(0);
    const answers = (await world.json('check', ITEM)).answers[0].accounts;
    expect(answers.map((a: any) => a.shop.id)).toEqual(['2649797694']);
    expect((await world.run('check', ITEM)).code).toBe(0);
    const { timelines } = await world.json('history', ITEM);
    expect(timelines.map((t: any) => [t.shop.id, t.measure, t.steps.at(-1).special, t.steps.at(-1).general])).toEqual([
      ['2649797694', 'commission', '6.00', '5.00'],
      [null, 'income', '30.00', '2.80'],
    ]);
  }
});

test('shops of one name and no id are one shop, those of another name are not, and none joins a shop with ids', async () => {
  const world = makeWorld();
  const list = (...shops: string[]) =>
    `商品id,通用收入比率(%),卖家旺旺\n${shops.map((shop, i) => `${i + 1},5,${shop}`).join('\n')}\n`;
  await world.run('sync', world.write('a.csv', list('甲', '乙', '甲'), '2026-11-19T09:00:00+08:00'));
  await world.run('sync', world.write('b.csv', list('甲', '丙'), '2026-11-20T09:00:00+08:00'));
  await world.run('sync', world.write('c.csv', `${PLANS}2026-11-20 09:00,7,甲,1,0,general,5%,\n`));
  const shopsOf = async (item: string) =>
    (await world.json('history', '--item', item)).timelines.map((t: any) => [t.shop.id, t.shop.name, t.measure]).sort();
  expect(await shopsOf('1')).toEqual([
    [null, '甲', 'income'],
    ['7', '甲', 'commission'],
  ]);
  expect(await shopsOf('2')).toEqual([
    [null, '丙', 'income'],
    [null, '乙', 'income'],
  ]);
  expect(await shopsOf('3')).toEqual([[null, '甲', 'income']]);
  for (const command of ['diff', 'shops', 'changes']) {
    const { code, err } = await world.run(command);
    expect([code, err]).toEqual([0, '']);
  }
});
