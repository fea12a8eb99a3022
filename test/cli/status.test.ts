/** What `tkguard status` says is to be done, and `tkguard` alone. */
import { expect, test } from 'vitest';
import { joinedAnswer } from '../support/answers.ts';
import { makeWorld } from '../support/run.ts';

const HEAD = 'captured_at,shop_id,shop_name,plan_id,plan_type,item_id,rate,status,approved_at';
const DAY = 86_400_000;

test('what to exit, what waits for which export of which account, and what is next', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = [
    HEAD,
    '2026-11-29,71,雅鹿,0,general,501,5.50%,,',
    '2026-11-29,71,雅鹿,2616191,special,501,4.00%,approved,2026-10-01',
    '2026-11-29,72,全球瓷器馆,88213,special,,,approved,2026-10-01',
    '2026-11-29,73,示例茶叶店,88214,special,601,3%,approved,2026-10-01',
  ].join('\n');
  await world.run('sync', world.write('one.csv', `${rows}\n`), '--account', '主号');
  await world.run(
    'sync',
    world.write('two.csv', `${HEAD}\n2026-11-27,71,雅鹿,0,general,501,5.5%,,\n`),
    '--account',
    '二号',
  );

  const status = await world.json('status');
  expect(status.summary).toEqual({ exit: 1, review: 2, closed: 0, keep: 0, muted: 0, pendingBelow: 0, removed: 0 });
  expect(status.data.map(({ account, age }: Record<string, unknown>) => [account, age])).toEqual([
    ['主号', 'fresh'],
    ['二号', 'soon'],
  ]);
  const next = status.next.map(({ shops, ...one }: { shops: { name: string }[] }) => [
    one,
    shops.map(({ name }) => name),
  ]);
  expect(next).toEqual([
    [{ export: 'rates', account: '主号' }, ['全球瓷器馆', '示例茶叶店']],
    [{ export: 'joined-plans', account: '二号' }, []],
  ]);
  const { out, code } = await world.run('--lang', 'zh');
  expect(code).toBe(0);
  expect(out).toMatch(/^该退出 1 个 {2}tkguard diff --verdict exit$/m);
  expect(out).toContain('缺 2 家店的佣金：全球瓷器馆、示例茶叶店');

  world.now += 4 * DAY;
  const later = await world.json('status');
  expect(later.data.map(({ age }: { age: string }) => age)).toEqual(['old', 'old']);
  expect(later.next.map((one: Record<string, unknown>) => `${one.account} ${one.export}`)).toEqual([
    '主号 joined-plans',
    '主号 rates',
    '二号 joined-plans',
  ]);
});

test('plans that only the list of joined plans lacks wait for that list alone, and their data is not called too old', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = ['71', '72'].flatMap((shop) => [
    `2026-11-28,${shop},店${shop},0,general,,5.50%,,`,
    `2026-11-28,${shop},店${shop},2616${shop},special,,8.00%,approved,2026-10-01`,
  ]);
  await world.run('sync', world.write('own.csv', `${[HEAD, ...rows].join('\n')}\n`));
  const joined = (shop: number) => ({
    ...{ id: shop, campaignId: 261600 + shop, campaignName: '定向', campaignType: 2, campaignStatus: 1, status: 2 },
    ...{ oriMemberId: shop, shopKeeperId: 3000 + shop, keeperExtName: `店${shop}`, invalideCampaign: false },
  });
  await world.run(
    'sync',
    world.write('joined-1.json', joinedAnswer([joined(71), joined(72)]), '2026-11-29T09:00:00+08:00'),
  );
  await world.run('sync', world.write('joined-2.json', joinedAnswer([joined(71)]), '2026-11-29T11:00:00+08:00'));
  const { plans } = await world.json('diff');
  expect(plans.map(({ verdict, reasons }: any) => [verdict, reasons[0].code])).toEqual([
    ['review', 'not-listed'],
    ['keep', 'above-general'],
  ]);
  const { next } = await world.json('status');
  expect(next.map((one: any) => one.export)).toEqual(['joined-plans']);
  expect((await world.run('diff', '--lang', 'zh')).out).toContain('还缺完整的“推广计划管理”列表：1 个计划。');
});

test('before there is a database tkguard alone shows the help, and status says how to begin', async () => {
  const world = makeWorld();
  expect((await world.run()).out).toContain('tkguard sync');
  expect(await world.run('status')).toMatchObject({ code: 2, out: '' });
});
