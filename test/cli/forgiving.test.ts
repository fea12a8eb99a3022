/** Words, days, links and habits of those who type. */
import { expect, test } from 'vitest';
import { zh } from '../../src/words/zh.ts';
import { makeWorld, type World } from '../support/run.ts';

const ROWS = [
  'captured_at,shop_id,shop_name,plan_id,plan_type,item_id,rate,status,approved_at',
  '2026-11-28 09:00,71,雅鹿,0,general,680000000001,5.50%,,',
  '2026-11-28 09:00,71,雅鹿,2616191,special,680000000001,9.00%,approved,2026-10-01',
  '2026-11-29 09:00,71,雅鹿,0,general,680000000001,5.50%,,',
  '2026-11-29 09:00,71,雅鹿,2616191,special,680000000001,4.00%,approved,2026-10-01',
].join('\n');

async function ready(): Promise<World> {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  await world.run('sync', world.write('plans.csv', `${ROWS}\n`));
  return world;
}

test.each([
  ['diff --verdit exit', ['没有选项 --verdit（您是想用 --verdict 吗？）', '`tkguard diff --help`']],
  ['diff --verdict 退', ['退出、待核实、已失效、保留、被覆盖', '“退”']],
  ['diff --account', ['选项 --account <名称> 需要一个值', '`tkguard diff --help`']],
  ['why', ['缺少参数 <计划>', '`tkguard why --help`']],
  ['schema', ['缺少参数 <命令>', '`tkguard schema --help`']],
  ['notify retry', ['缺少参数 <编号>', '`tkguard notify --help`']],
  ['dif', ['没有命令 dif（您是想用 diff 吗？）', '`tkguard --help`']],
])('tkguard %s: said in Chinese, with where to look', async (call, words) => {
  const { code, err } = await (await ready()).run(...call.split(' '), '--lang', 'zh');
  expect(code).toBe(2);
  for (const word of words) expect(err).toContain(word);
});

test('verdicts in the words of the Chinese table', async () => {
  const world = await ready();
  const shown = [
    ...['exit', 'review', 'closed', 'keep'].map((word) => zh[`verdict.${word}` as 'verdict.exit']),
    zh['standing.superseded'],
  ];
  for (const word of shown) expect(await world.run('diff', '--verdict', word)).toMatchObject({ code: 0 });
  const { plans } = await world.json('diff', '--verdict', '保留，退出');
  expect(plans).toMatchObject([{ plan: { id: '2616191' }, verdict: 'exit' }]);
});

test('grades in the words of the Chinese table', async () => {
  const world = await ready();
  for (const grade of ['good', 'fair', 'unproven', 'risky', 'avoid'] as const)
    expect(await world.run('shops', '--grade', zh[`grade.${grade}`])).toMatchObject({ code: 0 });
  expect((await world.json('shops', '--grade', '数据不足')).shops).toMatchObject([{ grade: 'unproven' }]);
});

test('who types the name of a plan is told its id; the general plan is never meant', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = ['2001,高佣', '2002,高佣', '2003,老客专享'].map(
    (plan) => `2026-11-29,71,茶店,${plan},special,9,approved`,
  );
  const head = 'captured_at,shop_id,shop_name,plan_id,plan_name,plan_type,rate,status';
  await world.run(
    'sync',
    world.write('a.csv', [head, '2026-11-29,71,茶店,0,通用计划,general,5,', ...rows, ''].join('\n')),
  );
  const near = async (query: string) => (await world.json('why', query)).error.near;
  expect(await near('高佣')).toEqual(['2001', '2002']);
  expect(await near('老客')).toEqual(['2003']);
  expect(await near('通用计划')).toEqual([]);
  expect((await world.run('check', '茶', '--lang', 'zh')).out).toContain('您是想查 茶店 吗？');
});

test.each([
  ['今天', 1],
  ['yesterday', 1],
  ['前天', 1],
])('changes since %s', async (since, least) => {
  const { changes } = await (await ready()).json('changes', '--since', since);
  expect(changes.length).toBeGreaterThanOrEqual(least);
});

test('yesterday is the whole day of the zone that is shown', async () => {
  const world = await ready();
  const { asOf, plans } = await world.json('diff', '--as-of', '昨天');
  expect([asOf.slice(0, 19), plans[0].verdict]).toEqual(['2026-11-28T23:59:59', 'keep']);
});

test('words and headers as people write them', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = [
    '店铺ID,计划号,计划类型,佣金比率,状态',
    '1,0,通用,5%,',
    '1,21,定向,4%,已加入',
    '2,0,通用,5%,',
    '2,22,定向,4%,通过',
  ];
  await world.run('sync', world.write('a.csv', `\ufeff${rows.join('\r\n')}\r\n`));
  expect((await world.json('diff')).summary).toMatchObject({ exit: 2 });
  const { err } = await world.run('sync', world.write('b.csv', `${rows[0]}\n1,23,定向,4%,好的\n`), '--lang', 'zh');
  expect(err).toContain('写的是“好的”，应为以下之一：approved、审核通过、');
});

test('an item by its link', async () => {
  const link = 'https://item.taobao.com/item.htm?spm=1&id=680000000001';
  expect((await (await ready()).json('diff', '--item', link)).plans).toHaveLength(1);
});

test('a mapping without a status says what is lacking', async () => {
  const world = makeWorld();
  const feed = world.write('feed.csv', '掌柜ID,计划编号,计划类别,佣金比例(%)\n7,2001,定向,5\n');
  expect((await world.run('inspect', feed)).out).toContain('"status": "approved"');
});

test('a CSV for Excel begins with a byte order mark', async () => {
  const world = await ready();
  const { out } = await world.run('diff', '--excel');
  expect(out.startsWith('\uFEFFverdict,')).toBe(true);
  expect(out.slice(1)).toBe((await world.run('diff', '--format', 'csv')).out);
  expect(await world.run('diff', '--excel', '--json')).toMatchObject({ code: 2 });
});

test.each([
  ['import', 'sync'],
  ['unmute', 'mute --undo'],
  ['dif', 'diff'],
])('%s is no command; %s may be meant', async (typed, meant) => {
  expect((await makeWorld().run(typed)).err).toContain(`(did you mean ${meant}?)`);
});

test('what was changed is told as JSON, too', async () => {
  const world = await ready();
  const done = async (...argv: string[]) => (await world.json(...argv)).done.map(({ code }: { code: string }) => code);
  expect(await done('mute', '2616191', '--until', '7d')).toEqual(['mute.done']);
  expect(await done('mute', '--undo', '2616191')).toEqual(['unmute.done']);
  expect(await done('exited', '2616191')).toEqual(['exited.done']);
  expect(await done('exited', '2616191', '--undo')).toEqual(['exited.undone']);
  expect(await done('backup')).toEqual(['backup.done']);
  expect(await done('export', '--output', `${world.folder}/ledger.ndjson`)).toEqual(['export.done']);
  expect(await done('discard', '1')).toEqual(['hold.discarded']);
  expect(await done('release', 'all')).toEqual([]);
});

test.each([
  ['sync --orders', '--orders', '--share'],
  ['report --force', '--force', '--output'],
  ['dossier 2001 --force', '--force', '--output'],
  ['dossier 2001 --json', '--format json', '--output'],
  ['dossier --verify x.json --mask', '--mask', '--verify'],
  ['mute 2001 --undo --until 3d', '--until', '--undo'],
  ['mute --list --reason sale', '--reason', '--list'],
  ['mute --list 2001', '2001', '--list'],
  ['exited 2001 --undo --at 2026-11-01', '--at', '--undo'],
  ['export --to studio --orders', '--orders', '--to'],
  ['formats --template --json', '--json', '--template'],
  ['notify --dry-run', '--dry-run', 'send'],
  ['remote list --orders', '--orders', 'add'],
  ['init exports --cron', 'exports', '--cron'],
])('%s: one of the two does nothing, which is said', async (line, option, other) => {
  const { code, err } = await makeWorld().run(...line.split(' '));
  expect(code).toBe(2);
  expect(err).toMatch(new RegExp(`^tkguard: ${option} does nothing (without|beside) ${other} \\[(only|not)-with\\]\n`));
});
