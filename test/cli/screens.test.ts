/** What fits on a screen: action first, the rest counted, no line wider than the terminal. */
import { expect, test } from 'vitest';
import { COMMANDS as ALL } from '../../src/commands/index.ts';
import { widthOf } from '../../src/report/wrap.ts';
import { TOPICS } from '../../src/words/help/index.ts';
import { makeWorld, type World } from '../support/run.ts';

const NAMES = ['雅鹿官方旗舰店', '示例茶叶有限公司企业店', '全球瓷器馆', 'Porcelain of the World Official Store'];
const SPECIAL = { exit: '4.00', keep: '9.00', review: '' } as const;

/** Shops with a plan each. */
function rowsOf(plans: readonly (keyof typeof SPECIAL)[]): string {
  const rows = plans.flatMap((verdict, i) => {
    const shop = `71${i},${NAMES[i % NAMES.length]}${i}`;
    const general = `${shop},0,通用计划,general,68000000000${i},一个名字很长很长很长的商品${i},5.50%,,`;
    const special = `${shop},9000${i},双十一高佣定向计划,special,68000000000${i},,${SPECIAL[verdict]},approved,2026-10-01`;
    return [general, special];
  });
  return ['shop_id,shop_name,plan_id,plan_name,plan_type,item_id,item_title,rate,status,approved_at', ...rows, ''].join(
    '\n',
  );
}

const MANY = [...Array(60).fill('keep'), 'exit', ...Array(30).fill('review'), 'exit'] as (keyof typeof SPECIAL)[];

async function ready(plans = MANY): Promise<World> {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  world.env.NO_COLOR = '1';
  await world.run('sync', world.write('plans.csv', rowsOf(plans), '2026-11-29T09:00:00+08:00'));
  return world;
}

test('a first sync names the exits, and counts what waits and what is to be kept', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const path = world.write('plans.csv', rowsOf(MANY), '2026-11-29T09:00:00+08:00');
  const { out } = await world.run('sync', path);
  const lines = out.trimEnd().split('\n');
  expect(lines[0]).toBe('Imported 1: your own table (184 rows). Captured 2026-11-29 09:00 (by the file time).');
  expect(lines.slice(1).map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
    '2 to exit:',
    ' 雅鹿官方旗舰店60 双十一高佣定向计划 (900060) special 4.00% < general 5.50%',
    ' Porcelain of the World Official Store91 双十一高佣定向计划 (900091) special 4.00% < general 5.50%',
    ' How to exit: tkguard help exit',
    '30 to review: tkguard diff --verdict review',
    '60 to keep: tkguard diff --verdict keep',
  ]);
  expect((await world.json('diff')).summary).toMatchObject({ exit: 2, keep: 60, review: 30 });
});

test('a sync names the worst exit first, as diff does', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = ['71 5.20', '72 2.00', '73 4.90'].flatMap((one) => {
    const [shop, rate] = one.split(' ');
    return [`${shop},店${shop},0,general,5.50%,`, `${shop},店${shop},9${shop},special,${rate}%,approved`];
  });
  const table = `shop_id,shop_name,plan_id,plan_type,rate,status\n${rows.join('\n')}\n`;
  const { out } = await world.run('sync', world.write('a.csv', table, '2026-11-29T09:00:00+08:00'));
  const worstFirst = ['972', '973', '971'];
  expect(out.match(/\b97\d\b/g)).toEqual(worstFirst);
  expect((await world.json('diff')).plans.map((one: any) => one.plan.id)).toEqual(worstFirst);
});

test.each([1, 3, 30])('%i files that are known are counted', async (length) => {
  const world = makeWorld();
  const files = Array.from({ length }, (_, i) => world.write(`${i}.csv`, rowsOf(['keep']).replaceAll('710', `${i}9`)));
  await world.run('sync', ...files);
  const { out } = await world.run('sync', ...files);
  expect(out).toBe(`${length} already known.\nNothing new.\n`);
});

test('what is muted stands below what is to be done, and what holds for several exits is said once', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = [1, 2, 3].flatMap((n) => [`7${n},店${n},0,general,5.50%,`, `7${n},店${n},9${n},special,4.00%,approved`]);
  const table = `shop_id,shop_name,plan_id,plan_type,rate,status\n${rows.join('\n')}\n`;
  await world.run('sync', world.write('a.csv', table, '2026-11-29T09:00:00+08:00'));
  await world.run('mute', '91');
  const { out } = await world.run('diff');
  const exits = out.split('\n').filter((line) => line.startsWith('exit'));
  expect(exits.map((line) => /\b9\d\b/.exec(line)?.[0])).toEqual(['92', '93', '91']);
  expect(out.match(/averages/g)).toHaveLength(1);
  expect(out).not.toContain('Judged by average rates');
  expect((await world.json('diff')).plans.map((one: any) => one.plan.id)).toEqual(['91', '92', '93']);
});

test('of many shops those of which nothing can be told yet are counted', async () => {
  const { out } = await (await ready()).run('shops');
  expect(out.split('\n').filter((line) => line.startsWith('unproven '))).toEqual([]);
  expect(out).toContain('92 more unproven: tkguard shops --grade unproven');
});

test('diff begins with the counts and the exits, shows a screen of the rest and says how to exit once', async () => {
  const world = await ready();
  const { out } = await world.run('diff');
  const lines = out.split('\n');
  expect(lines[0]).toBe('2 to exit, 30 to review, 60 to keep');
  expect(lines.filter((line) => /^(exit|review|closed|keep) /.test(line)).map((line) => line.slice(0, 4))).toEqual([
    ...Array(2).fill('exit'),
    ...Array(20).fill('revi'),
    ...Array(20).fill('keep'),
  ]);
  expect(out).toContain('10 to review: tkguard diff --verdict review');
  expect(out).toContain('40 to keep: tkguard diff --verdict keep');
  expect(out.match(/Shops whose rates are missing: 30\./g)).toHaveLength(1);
  expect(out).not.toContain('No rate of this plan');
  expect(out.match(/pub\.alimama\.com/g)).toHaveLength(1);
  expect(lines.at(-2)).toBe('Then note it: tkguard exited 900060 900091');
  expect((await world.json('diff')).plans).toHaveLength(92);
  expect((await world.run('diff', '--format', 'csv')).out.split('\n')).toHaveLength(94);
  const keeps = (await world.run('diff', '--verdict', 'keep')).out;
  expect(keeps.match(/^keep /gm)).toHaveLength(60);
});

test.each([80, 64, 50])('a figure or an id is never broken, however narrow its column: %i columns', async (columns) => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  world.env.NO_COLOR = '1';
  world.columns = columns;
  const table = (rate: string) =>
    ['主号', '工作室乙'].flatMap((account) => [
      `${account},71,示例服饰旗舰店甲乙丙,700000000003,示例纯棉中筒袜 五双装,0,通用计划,general,5.00%,`,
      `${account},71,示例服饰旗舰店甲乙丙,700000000003,示例纯棉中筒袜 五双装,90000,双十一高佣定向计划,special,${rate},approved`,
    ]);
  const header = 'account,shop_id,shop_name,item_id,item_title,plan_id,plan_name,plan_type,rate,status';
  const file = (rate: string) => `${[header, ...table(rate)].join('\n')}\n`;
  await world.run('sync', world.write('a.csv', file('10.00%'), '2026-11-28T09:00:00+08:00'));
  await world.run('sync', world.write('b.csv', file('4.50%'), '2026-11-29T09:00:00+08:00'));
  const { out } = await world.run('changes', '--lang', 'zh');
  for (const whole of [' 10.00→4.50', ' +5.00→-0.50', '(700000000003)', '(90000)']) expect(out).toContain(whole);
  const diff = (await world.run('diff', '--lang', 'zh')).out;
  for (const whole of ['(90000)', ' 4.50%', ' 5.00%', ' -0.50']) expect(diff).toContain(whole);
  for (const line of [...out.split('\n'), ...diff.split('\n')]) expect(widthOf(line)).toBeLessThanOrEqual(columns);
});

test('items of a plan that moved alike are a row of changes; documents have each of them', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const rows = (rates: readonly string[]) =>
    rates.flatMap((rate, i) => [
      `71,雅鹿,0,general,6800${i},5.50%,`,
      `71,雅鹿,90000,special,6800${i},${rate},approved`,
    ]);
  const table = (rates: readonly string[]) =>
    `shop_id,shop_name,plan_id,plan_type,item_id,rate,status\n${rows(rates).join('\n')}\n`;
  await world.run('sync', world.write('a.csv', table(['9%', '9%', '9%', '8%']), '2026-11-28T09:00:00+08:00'));
  await world.run('sync', world.write('b.csv', table(['7.5%', '7.5%', '7.5%', '7%']), '2026-11-29T09:00:00+08:00'));
  const { out } = await world.run('changes');
  expect(out.split('\n').filter((line) => line.startsWith('lowered'))).toEqual([
    expect.stringMatching(/ 90000 +3 items +9\.00→7\.50$/),
    expect.stringMatching(/ 90000 +68003 +8\.00→7\.00$/),
  ]);
  expect(out).toContain('Changes: 4 (lowered 4)');
  expect((await world.json('changes')).changes).toHaveLength(4);
  expect((await world.run('changes', '--format', 'csv')).out.trimEnd().split('\n')).toHaveLength(5);
});

const COMMANDS = [
  ['diff', '--all', '--items'],
  ['status'],
  ['check', '680000000000'],
  ['why', '90000'],
  ['changes'],
  ['history', '90000'],
  ['shops'],
  ['shops', '--evidence'],
  ['snapshots'],
  ['formats'],
  ['config'],
  ['mute', '--list'],
  ['inspect', 'fixtures/story/2014-03-01.csv'],
  ['sync', 'fixtures/story', 'fixtures/alimama/joined-campaigns.json'],
  ['check', '680000000000', '680000000001', '77'],
  ['doctor'],
  ['why', '90009'],
  ['sync', 'nowhere.csv'],
  ['diff', '--verdict', 'everything-that-there-is'],
  ['sync', '--dry-run', 'fixtures/refused/ragged.csv', 'fixtures/refused/login.json'],
  ['help', 'exot'],
  ['nothing-of-that-name'],
  ['why'],
  ['diff', '--account'],
  ['diff', '--account', '没有这个账号'],
  ['diff', '--as-of', 'the day before the day before yesterday'],
  ['check', 'https://www.taobao.com/list/product/some-very-long-name-of-a-thing-that-is-sold.htm'],
  ['loss'],
  ['loss', '--lines'],
  ['notify'],
  ['remote', 'list'],
  ['schema', 'nothing'],
  ['formats', 'alimama-item-search', 'top-material-upgrade'],
  ['inspect', 'fixtures/mappings/haodanku.csv'],
  ['sync', '--dry-run', 'fixtures/refused', 'fixtures/archives', 'fixtures/har', 'fixtures/sheets'],
  ['--help'],
  ...[...Object.keys(ALL), ...Object.keys(TOPICS)].map((name) => ['help', name]),
];

test.each(['en', 'zh'].flatMap((lang) => [80, 120].map((columns) => [lang, columns] as const)))(
  'in %s, no line is wider than %d columns',
  async (lang, columns) => {
    const world = await ready(['exit', 'keep', 'review', 'keep']);
    await world.run('mute', '90001');
    const cut = rowsOf(['keep', 'exit', 'review', 'keep']);
    await world.run('sync', world.write('cut.csv', cut, '2026-11-29T10:00:00+08:00'));
    await world.run('sync', '--account', '主号', 'fixtures/cases/orders/month/*.csv');
    await world.run('sync', '--account', '二号工作室', world.write('two.csv', cut, '2026-11-29T11:00:00+08:00'));
    world.columns = columns;
    const wide: string[] = [];
    for (const argv of COMMANDS) {
      const { out, err } = await world.run(...argv, '--lang', lang);
      for (const line of [...out.split('\n'), ...err.split('\n')])
        if (widthOf(line) > columns) wide.push(`${argv.join(' ')}: ${widthOf(line)} ${line}`);
    }
    expect(wide).toEqual([]);
  },
);
