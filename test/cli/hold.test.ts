/** What is held back, released, discarded; more cases: fixtures/trials/07-held. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { joinedAnswer } from '../support/answers.ts';
import { ownTable } from '../support/own-table.ts';
import { makeWorld, planOf, type World } from '../support/run.ts';

/** A joined list of plans 1…n, each of another shop, as the page gives it. */
function joinedList(
  world: World,
  name: string,
  plans: readonly number[],
  at: string,
  { state = 1, withSellers = true } = {},
): string {
  const rows = plans.map((n) => ({
    id: 9000 + n,
    campaignId: 100 + n,
    campaignName: `计划${n}`,
    campaignType: 2,
    campaignStatus: state,
    invalideCampaign: false,
    status: 2,
    shopKeeperId: 70 + n,
    ...(withSellers ? { oriMemberId: 700 + n } : {}),
    keeperExtName: `店${n}`,
    createTime: '2026-10-01',
    updateTime: '2026-10-02',
  }));
  return world.write(name, joinedAnswer(rows), at);
}

const rates = (world: World, name: string, rows: readonly string[], at: string) =>
  world.write(name, ownTable({ [at]: rows.map((row) => `${row}%`) }));

describe('a list that would make most plans vanish', () => {
  async function twoDays(days: readonly number[]): Promise<World> {
    const world = makeWorld();
    expect((await world.run('sync', joinedList(world, 'a.json', [1, 2, 3, 4], '2026-11-18T09:00:00+08:00'))).code).toBe(
      0,
    );
    joinedList(world, 'b.json', days, '2026-11-19T09:00:00+08:00');
    return world;
  }

  test('more than half gone: held back, and judged as if it had not come', async () => {
    const world = await twoDays([1]);
    const before = await world.json('diff');
    const sync = await world.run('sync', join(world.folder, 'b.json'));
    expect(sync.code).toBe(2);
    expect(sync.err).toContain('[mass-disappearance]');
    const [held] = (await world.json('snapshots')).snapshots;
    // Told once, with the number to decide by.
    expect(sync.err).toContain(`tkguard release ${held.id}`);
    expect(sync.out).not.toContain('release');
    expect((await world.run('sync', join(world.folder, 'a.json'))).out).toContain(`tkguard release ${held.id}`);
    const waits = [{ snapshot: held.id, file: join(world.folder, 'b.json'), ...held.held }];
    expect(await world.json('diff')).toEqual({ ...before, held: waits });
    expect(await world.json('diff', '--as-of', '2026-11-18 12:00')).toMatchObject({ held: [] });
    expect(held.held).toEqual({ code: 'mass-disappearance', args: { gone: 3, known: 4 } });
    expect((await world.json('sync', join(world.folder, 'b.json'))).files[0].status).toBe('held');
    expect((await world.run('sync', join(world.folder, 'b.json'))).code).toBe(2);
  });

  test('half gone is taken in', async () => {
    const world = await twoDays([1, 2]);
    expect((await world.run('sync', join(world.folder, 'b.json'))).code).toBe(0);
    expect(planOf(await world.json('diff'), '103').reasons[0]).toMatchObject({ code: 'not-listed' });
  });

  test('released, it counts', async () => {
    const world = await twoDays([1]);
    await world.run('sync', join(world.folder, 'b.json'));
    expect((await world.run('release', 'all')).code).toBe(0);
    expect(planOf(await world.json('diff'), '104').reasons[0]).toMatchObject({ code: 'not-listed' });
    expect((await world.json('snapshots')).snapshots.every((snapshot: any) => snapshot.held === null)).toBe(true);
    expect((await world.run('release', '1')).code).toBe(2);
  });

  test('--accept-removals releases what is held', async () => {
    const world = await twoDays([1]);
    await world.run('sync', join(world.folder, 'b.json'));
    await world.run('sync', join(world.folder, 'b.json'), '--accept-removals');
    expect(planOf(await world.json('diff'), '104').reasons[0].code).toBe('not-listed');
    expect((await world.json('sync', join(world.folder, 'b.json'))).files[0].status).toBe('known');
  });

  test('dead records are purged: their disappearance is normal', async () => {
    const world = makeWorld();
    await world.run('sync', joinedList(world, 'a.json', [1, 2, 3, 4], '2026-11-18T09:00:00+08:00', { state: 3 }));
    expect((await world.run('sync', joinedList(world, 'b.json', [], '2026-11-19T09:00:00+08:00'))).code).toBe(0);
    expect((await world.json('diff')).plans).toEqual([]);
  });

  test('what is listed under another number of its shop has not vanished', async () => {
    const world = makeWorld();
    const all = [1, 2, 3, 4];
    const bare = joinedList(world, 'a.json', all, '2026-11-18T09:00:00+08:00', { withSellers: false });
    expect((await world.run('sync', bare)).code).toBe(0);
    expect((await world.run('sync', joinedList(world, 'b.json', all, '2026-11-19T09:00:00+08:00'))).code).toBe(0);
    const { plans } = await world.json('diff');
    expect(plans.map((plan: any) => plan.shop.id)).toEqual(['701', '702', '703', '704']);
    // Another seller id is another shop.
    const other = readFileSync(join(world.folder, 'b.json'), 'utf8').replaceAll('"oriMemberId":70', '"oriMemberId":80');
    const others = await world.run('sync', world.write('other.json', other, '2026-11-19T10:00:00+08:00'));
    expect(others.err).toContain('[mass-disappearance]');
    const few = joinedList(world, 'c.json', [1], '2026-11-20T09:00:00+08:00', { withSellers: false });
    expect((await world.run('sync', few)).err).toContain('[mass-disappearance]');
  });

  test('so it is with the items of a plan', async () => {
    const world = makeWorld();
    const items = (name: string, day: string) => {
      const pagelist = [1, 2, 3].map((n) => ({ auctionId: 100 + n, commissionRatePercent: 7 }));
      const document = { data: { pagelist, paginator: { items: 3, page: 1, pages: 1 } }, info: { day } };
      return world.write(name, JSON.stringify(document), `${day}T09:00:00+08:00`);
    };
    expect((await world.run('sync', items('plan-items.campaign-123.keeper-7.json', '2026-11-18'))).code).toBe(0);
    const second = await world.run('sync', items('plan-items.campaign-123.seller-70.json', '2026-11-19'));
    expect(second).toMatchObject({ code: 0, err: '' });
  });

  test('a table that mentions fewer shops says nothing of the others', async () => {
    const world = makeWorld();
    const all = [1, 2, 3, 4].flatMap((shop) => [`${shop} 0 5`, `${shop} 9 6`]);
    await world.run('sync', rates(world, 'a.csv', all, '2026-11-18 09:00'));
    expect((await world.run('sync', rates(world, 'b.csv', all.slice(0, 2), '2026-11-19 09:00'))).code).toBe(0);
  });
});

describe('an overnight change of unit', () => {
  const day = (factor: number) => [1, 2, 3].map((plan) => `${plan} ${plan} ${(plan * 10 + 5) * factor}`);

  test.each([
    ['a hundredth', 1, 0.01],
    ['a hundred times', 0.01, 1],
  ])('%s: held back with both readings shown', async (_, before, after) => {
    const world = makeWorld();
    await world.run('sync', rates(world, 'a.csv', day(before), '2026-11-18 09:00'));
    const sync = await world.run('sync', rates(world, 'b.csv', day(after), '2026-11-19 09:00'));
    expect(sync.code).toBe(2);
    expect(sync.err).toContain('[format-drift]');
    const [{ held }] = (await world.json('snapshots')).snapshots;
    expect(held).toMatchObject({ code: 'format-drift', args: { rates: 'special', drifted: 3, compared: 3 } });
    expect(held.args.examples).toContain(`${(15 * before).toFixed(2)}% > ${(15 * after).toFixed(2)}%`);
    // Removals may be accepted beforehand; a change of unit only when seen.
    expect(
      (await world.run('sync', rates(world, 'c.csv', day(after), '2026-11-19 10:00'), '--accept-removals')).code,
    ).toBe(2);
  });

  test('between two times of one file too', async () => {
    const world = makeWorld();
    const [late, early] = [rates(world, 'a.csv', day(0.01), '2026-11-19'), rates(world, 'b.csv', day(1), '2026-11-18')];
    const text = readFileSync(late, 'utf8') + readFileSync(early, 'utf8').replace(/.*\n/, '');
    expect((await world.json('sync', world.write('two.csv', text))).files[0]).toMatchObject({
      status: 'held',
      refusal: { code: 'format-drift' },
    });
  });

  test('whichever feed told what was before; what was released is believed by all that follow', async () => {
    const world = makeWorld();
    await world.run('sync', rates(world, 'a.csv', day(1), '2026-11-16 09:00'));
    const other = day(0.01).map((row) => {
      const [shop_id, plan_id, rate] = row.split(' ');
      return { captured_at: '2026-11-17 09:00', shop_id, plan_id, plan_type: 'special', rate: `${rate}%` };
    });
    const file = world.write('b.json', JSON.stringify(other));
    expect((await world.json('sync', file)).files[0]).toMatchObject({ status: 'held' });
    expect((await world.run('release', 'all')).code).toBe(0);
    const same = rates(world, 'c.csv', day(0.01), '2026-11-18 09:00');
    expect((await world.json('sync', same)).files[0]).toMatchObject({ status: 'imported' });
    const back = rates(world, 'd.csv', day(1), '2026-11-19 09:00');
    expect((await world.json('sync', back)).files[0]).toMatchObject({ status: 'held' });
  });

  test('while it waits every answer says so, and a gate cannot judge the shops that it touches', async () => {
    const world = makeWorld();
    const others = ['1 0 5', '2 0 5', '3 0 5', '9 0 5', '9 9 6'];
    await world.run('sync', rates(world, 'a.csv', [...others, ...day(1)], '2026-11-18 09:00'));
    const at = ['--as-of', '2026-11-19 12:00'];
    expect((await world.run('check', '1', ...at)).code).toBe(0);
    await world.run('sync', rates(world, 'b.csv', day(0.01), '2026-11-19 09:00'));
    const [gate, other] = [await world.run('check', '1', ...at), await world.run('check', '9', ...at)];
    expect([gate.code, other.code]).toEqual([3, 0]);
    for (const { out } of [gate, other, await world.run('diff'), await world.run('sync', join(world.folder, 'a.csv'))])
      expect(out).toContain('`tkguard release 2`');
    expect(await world.json('check', '1', ...at)).toMatchObject({
      answers: [{ verdict: 'review', reasons: [{ code: 'held', snapshots: [2] }] }],
      held: [{ snapshot: 2, code: 'format-drift' }],
    });
    expect((await world.run('check', '1', '--as-of', '2026-11-18 12:00')).code).toBe(0);
    expect(await world.json('sync', join(world.folder, 'a.csv'))).toMatchObject({ held: [{ snapshot: 2 }] });
    await world.run('discard', 'all');
    expect((await world.run('check', '1', ...at)).code).toBe(0);
    const again = await world.run('sync', join(world.folder, 'b.csv'));
    expect(again.out).toMatch(/^ {2}Imported 2[\d-]+ [\d:]+\.\n {2}You discarded it\./m);
  });
});

test('several times in one file, interleaved, in any order, each keep their readings', async () => {
  const world = makeWorld();
  await world.run('sync', rates(world, 'first.csv', ['1 0 5', '1 2 6'], '2026-11-10 09:00'));
  const days = { '2026-11-12': ['1 2 6', '1 0 5'], '2026-11-11': ['1 2 4', '1 0 5'] };
  const [head, late, lateGeneral, early, earlyGeneral] = ownTable(days).split('\n');
  world.write('many.csv', [head, late, early, lateGeneral, earlyGeneral, ''].join('\n'));
  expect((await world.run('sync', join(world.folder, 'many.csv'))).code).toBe(0);
  expect(planOf(await world.json('diff', '--as-of', '2026-11-11'), '2')).toMatchObject({
    verdict: 'exit',
    special: { rateBp: 400 },
  });
  expect(planOf(await world.json('diff', '--as-of', '2026-11-12'), '2')).toMatchObject({
    verdict: 'keep',
    special: { rateBp: 600 },
  });
});

test('two accounts in one shop: one’s list says nothing of the other’s', async () => {
  const world = makeWorld();
  const at = '2026-11-18T09:00:00+08:00';
  await world.run('sync', joinedList(world, 'a.json', [1, 2], at), '--account', '甲');
  await world.run('sync', joinedList(world, 'b.json', [1], at), '--account', '乙');
  expect((await world.json('diff', '--account', '甲')).plans).toHaveLength(2);
  expect((await world.json('diff', '--account', '乙')).plans).toHaveLength(1);
  expect((await world.json('diff')).plans).toHaveLength(3);
});

test('leaving the binding plan shows what may come back', async () => {
  const world = makeWorld();
  world.stdin =
    'captured_at,shop_id,plan_id,plan_type,rate,status,approved_at\n' +
    '2026-11-19,1,0,general,5,,\n2026-11-19,1,2,special,6,approved,2026-10-01\n2026-11-19,1,3,special,4,approved,2026-10-02\n';
  await world.run('sync', '-');
  const diff = await world.json('diff');
  expect(planOf(diff, '3').reasons).toContainEqual({ code: 'may-come-back', plans: ['2'] });
  expect(planOf(diff, '2')).toMatchObject({ verdict: null, standing: 'superseded' });
  const check = async (lang: string) => (await world.run('check', '3', '--lang', lang)).out;
  expect(await check('en')).toContain(
    'After you leave, a plan approved earlier may apply again: 2 (6.00%). If not, the general plan earns 5.00%.',
  );
  expect(await check('zh')).toContain('退出后，之前通过的计划可能重新生效：2（6.00%）。否则按通用计划拿 5.00%。');
});

test('plans whose exports contradict each other, or whose rates are in doubt, stand under heads of their own', async () => {
  const world = makeWorld();
  const sync = async (day: string, specials: Readonly<Record<number, string>>) => {
    const rows = Object.entries(specials).flatMap(([shop, special]) => [`${shop} 0 5`, `${shop} 9${shop} ${special}`]);
    world.stdin = ownTable({ [day]: rows });
    expect((await world.run('sync', '-')).code).toBe(0);
  };
  await sync('2026-11-18', { 1: '6', 2: '6', 3: '6', 4: '6', 5: '' });
  await sync('2026-11-19', { 1: '0.06', 2: '6', 3: '6', 4: '6', 5: '' });
  await sync('2026-11-19', { 2: '4' });
  const heads = async (lang: string) =>
    (await world.run('diff', '--lang', lang)).out.split('\n').filter((line) => /[:：]$/.test(line));
  expect(await heads('en')).toEqual([
    expect.stringMatching(
      /^Plans whose rates are in doubt: 1\. .*`tkguard release <snapshot>`.*`tkguard discard <snapshot>`/,
    ),
    'Plans on which exports contradict each other: 1. A newer export of the same list settles it:',
    expect.stringMatching(/^Shops whose rates are missing: 1\. /),
  ]);
  expect(await heads('zh')).toEqual([
    '佣金比率存疑：1 个计划。属实用 `tkguard release <编号>`，有误用 `tkguard discard <编号>`；也可换一种格式导出：',
    '数据互相矛盾：1 个计划。请重新导出同一列表，以新的为准：',
    expect.stringMatching(/^还缺佣金数据：1 家店。/),
  ]);
});

test('an item that a release within a sync removes is known again by the next file of the same sync', async () => {
  const world = makeWorld();
  const table = (name: string, rows: readonly string[], modifiedAt: string) => {
    const lines = rows.map((row) => `2026-11-0${row}`).join('\n');
    return world.write(name, `captured_at,shop_id,plan_id,plan_type,status,rate,item_id\n${lines}\n`, modifiedAt);
  };
  const plans = (day: number, status: string) => [1, 2, 3, 4].map((plan) => `${day},70,${plan},special,${status},10%,`);
  const items = (day: number, ...ids: number[]) => ids.map((id) => `${day},70,1,special,approved,9%,${id}`);
  const held = () => table('x.csv', plans(2, 'removed'), '2026-11-12T00:00:00Z');
  const base = [...plans(1, 'approved'), ...items(1, 775, 776)];
  await world.run('sync', table('base.csv', base, '2026-11-10T00:00:00Z'));
  expect((await world.json('sync', held())).files[0].status).toBe('held');
  // The earlier content of the path comes later; it alone has item 777.
  await world.run('sync', table('x.csv', [...plans(2, 'approved'), ...items(2, 777)], '2026-11-11T00:00:00Z'));
  const paths = [
    // Who meets two items of the database meets their neighbours.
    table('near.csv', items(3, 775, 776), '2026-11-12T00:00:00Z'),
    held(),
    table('far.csv', items(4, 777), '2026-11-12T00:00:00Z'),
  ];
  const { files } = await world.json('sync', '--accept-removals', ...paths);
  expect(files.map((file: { status: string }) => file.status)).toEqual(['imported', 'known', 'imported']);
  expect((await world.json('history', '--item', '777')).readings).toHaveLength(1);
});
