/** Alerts from the import to the channel, in process: what opens, worsens and ends them, and that each is told once. */
import { expect, test } from 'vitest';
import type { World } from '../support/run.ts';
import { makeWorld } from '../support/run.ts';
import type { Stub } from '../support/stub.ts';
import { startStub } from '../support/stub.ts';

const HEAD = 'captured_at,shop_id,shop_name,plan_id,plan_type,rate,status\n';
const WELL = { body: { errcode: 0, errmsg: 'ok' } };

interface Day {
  readonly day: number;
  readonly rate: string;
  readonly status?: string;
  readonly general?: string;
}

function csv({ day, rate, status = 'approved', general = '5.00%' }: Day): string {
  const at = `2026-11-${day}`;
  return `${HEAD}${at},1001,茶叶店,0,general,${general},\n${at},1001,茶叶店,2001,special,${rate},${status}\n`;
}

async function makeAlerted(
  more: object = {},
): Promise<{ world: World; stub: Stub; sync(day: Day, ...argv: string[]): ReturnType<World['run']> }> {
  const stub = await startStub(WELL);
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  world.configure({
    language: 'zh',
    notify: { channels: [{ name: '群', type: 'wecom', url: stub.address }], ...more },
  });
  const sync = (day: Day, ...argv: string[]) =>
    world.run('sync', world.write(`${day.day}-${day.rate}.csv`, csv(day)), ...argv);
  return { world, stub, sync };
}

const texts = ({ got }: Stub) => got.map(({ body }) => body.markdown_v2.content.split('\n'));

test('a plan that turns bad is told once, and that it is well again', async () => {
  const { stub, sync } = await makeAlerted();
  await sync({ day: 18, rate: '6.00%' });
  expect(stub.got).toEqual([]);
  const told = await sync({ day: 19, rate: '4.00%' });
  expect([told.code, told.err]).toEqual([0, '']);
  await sync({ day: 19, rate: '4.00%' });
  expect(texts(stub)).toEqual([
    [
      '**tkguard 退出提醒：1 个计划**',
      '- 【该退出】茶叶店 · 2001：定向 4.00%，通用 5.00%（-1.00）；6.00% → 4.00%（2026-11-19）',
      '退出方法：打开“推广计划管理”，按店铺旺旺搜索，点“退出”：https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign',
      '退出后记一下：tkguard exited 计划ID',
      '数据采集于 36 小时前',
    ],
  ]);
  await sync({ day: 20, rate: '7.00%' });
  expect(texts(stub)[1]).toEqual(['**tkguard：1 条提醒已解除**', '- 【已解除】茶叶店 · 2001（该退出）']);
});
