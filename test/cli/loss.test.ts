/** A month computed by hand, every row and every sum, in any order of files; that sheets and JSON say the same: orders.test.ts. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';

const MONTH = join(FIXTURES, 'cases', 'orders', 'month');
const [ORDERS, REFUNDS, RATES] = ['orders-month.csv', 'refunds-month.csv', 'rates-month.csv'] as const;
const ACCOUNT = ['--account', '主号'];

async function month(files: readonly string[] = [ORDERS, REFUNDS, RATES]): Promise<World> {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  for (const file of files) expect((await world.run('sync', '--quiet', copy(world, file), ...ACCOUNT)).code).toBe(0);
  return world;
}

/** With a file time of its own: that of a checkout may lie in the future. */
function copy(world: World, file: string): string {
  return world.write(file, readFileSync(join(MONTH, file)), '2026-11-01T10:00:00+08:00');
}

/** `row bucket low..high plan moment`, as the page has them. */
const ROWS = [
  '0100 unknown - 61000001',
  '0200 gain -186 61000001',
  '0300 gain -66 61000001',
  '0400 proven 34 61000001 before-known',
  '0500 proven 87 61000001 after-verdict',
  '0601 proven 44 61000001 after-verdict',
  '0602 proven 53 61000001 after-verdict',
  '0700 void - 61000001',
  '0800 proven 41 61000001 after-verdict',
  '0900 void - 61000001',
  '1000 not-comparable - 61000001',
  '1100 unexplained 302 61000001',
  '1200 not-comparable - 61000001',
  '1300 proven 34 61000001 after-verdict',
  '1400 pending 51 61000001',
  '1500 estimated 54 61000001',
  '1600 proven 36 61000001 after-verdict',
  '1700 saved 72 61000001',
  '1800 saved 59 61000001',
  '1900 proven 67..101 61000002 after-verdict',
  '2000 unknown - 61000002',
  '2100 proven 63 61000002 after-verdict',
];

const SUMS = {
  proven: [9, 96_970, 459, 493],
  gain: [2, 17_390, -252, -252],
  pending: [1, 15_000, 51, 51],
  estimated: [1, 10_000, 54, 54],
  either: [0, 0, 0, 0],
  saved: [2, 27_660, 131, 131],
  general: [0, 0, 0, 0],
  'other-plan': [0, 0, null, null],
  unexplained: [1, 8000, 302, 302],
  unknown: [2, 17_800, null, null],
  'unknown-shop': [0, 0, null, null],
  'not-comparable': [2, 45_000, null, null],
  void: [2, 8800, null, null],
};

type Sum = { lines: number; amountFen: number; lowFen: number | null; highFen: number | null };
const numbers = ({ lines, amountFen, lowFen, highFen }: Sum) => [lines, amountFen, lowFen, highFen];

function rowOf({ subOrderNo, bucket, lowFen, highFen, plan, moment }: any): string {
  const figure = lowFen === null ? '-' : lowFen === highFen ? lowFen : `${lowFen}..${highFen}`;
  return [subOrderNo.slice(-4), bucket, figure, plan?.id, moment ?? ''].join(' ').trim();
}

test.each([
  [[ORDERS, REFUNDS, RATES]],
  [[RATES, ORDERS, REFUNDS]],
  [[REFUNDS, RATES, ORDERS]],
  [[REFUNDS, ORDERS, RATES, ORDERS, RATES]],
])('the month, row by row and in sums: files in order %#', async (files) => {
  const world = await month(files);
  const { summary, plans, lines } = await world.json('loss', '--lines');
  expect(lines.map(rowOf).sort()).toEqual(ROWS);
  expect(Object.fromEntries(Object.entries(summary).map(([bucket, sum]) => [bucket, numbers(sum as Sum)]))).toEqual(
    SUMS,
  );
  const [first, second] = plans;
  expect([first.plan.id, second.plan.id]).toEqual(['61000001', '61000002']);
  expect([first.beforeKnown, first.afterVerdict, first.saved, first.buckets.gain].map(numbers)).toEqual([
    [1, 9900, 34, 34],
    [6, 74_890, 295, 295],
    [2, 27_660, 131, 131],
    [2, 17_390, -252, -252],
  ]);
  expect([second.beforeKnown, second.afterVerdict, second.saved].map(numbers)).toEqual([
    [0, 0, 0, 0],
    [2, 12_180, 130, 164],
    [0, 0, 0, 0],
  ]);
});

test('lines of the same numbers, an own one and a partner’s, stand in one order, whichever report came first', async () => {
  const rows = (role: string) =>
    readFileSync(join(MONTH, ORDERS), 'utf8').split('\n').slice(0, 2).join('\n').replace('二方', role);
  const roles: unknown[] = [];
  for (const files of [
    ['own.csv', 'partner.csv'],
    ['partner.csv', 'own.csv'],
  ]) {
    const world = makeWorld('2026-11-05T12:00:00+08:00');
    for (const file of files)
      await world.run(
        'sync',
        '--quiet',
        world.write(file, rows(file === 'own.csv' ? '二方' : '三方'), '2026-11-01T10:00:00+08:00'),
      );
    roles.push((await world.json('loss', '--lines')).lines.map(({ file }: any) => file.split('/').at(-1)));
  }
  expect(roles[0]).toHaveLength(2);
  expect(roles[1]).toEqual(roles[0]);
});

test('without --lines there are none; a plan, a shop, an item and a time narrow it, and parts add up to the whole', async () => {
  const world = await month();
  const lines = async (...argv: string[]) => (await world.json('loss', '--lines', ...argv)).lines.map(rowOf).sort();
  expect((await world.json('loss')).lines).toEqual([]);
  expect(await lines('61000002')).toEqual(ROWS.slice(18 + 1));
  expect(await lines('示例袜业小铺')).toEqual(ROWS.slice(18 + 1));
  expect(await lines('700000000009')).toEqual([ROWS[15]]);
  expect(await lines('700000000002', '61000002')).toEqual([ROWS[6], ...ROWS.slice(19)]);
  expect(await lines('--shop', '2200000000002')).toEqual(ROWS.slice(19));
  const [early, late] = [await lines('--until', '2026-10-14'), await lines('--since', '2026-10-15')];
  expect([...early, ...late].sort()).toEqual(ROWS);
  expect(await world.run('loss', '61000009')).toMatchObject({ code: 2, out: '' });
  expect((await world.run('loss', '--account', '没有')).code).toBe(2);
});

test('one order explained: the window, the rates with their lines, and the arithmetic in words', async () => {
  const world = await month();
  const { lines } = await world.json('loss', '--why', '4100000000000001300', '--lang', 'zh');
  expect(lines).toHaveLength(1);
  const [{ window, general, special, messages }] = lines;
  expect(window).toEqual({ from: '2026-10-17T11:00:00+08:00', to: '2026-10-17T11:11:00+08:00' });
  expect([general.rates, special.rates]).toEqual([[{ rateBp: 838, rate: '8.38' }], [{ rateBp: 800, rate: '8.00' }]]);
  expect(general.readings.map(({ capturedAt }: any) => capturedAt)).toEqual([
    '2026-10-14T09:00:00+08:00',
    '2026-10-21T09:00:00+08:00',
  ]);
  expect(messages.join('\n')).toContain('¥100.00 × (8.00% − 3.00%) = ¥5.00，减技术服务费 ¥0.50，得 ¥4.50');
  expect(messages.join('\n')).toContain(
    '¥100.00 × (8.38% − 3.00%) = ¥5.38，减技术服务费 ¥0.54，得 ¥4.84；这一单少赚 ¥0.34',
  );
  expect(await world.run('loss', '--why', '4100000000000009999')).toMatchObject({
    ...{ code: 2, out: '' },
    err: expect.stringContaining('no order “4100000000000009999” has been imported'),
  });
  const empty = await world.run('loss', '--since', '2026-11-01', '--until', '2026-11-02');
  expect(empty.out).not.toContain('¥0.00');
  const turned = await world.run('loss', '--since', '2026-10-25', '--until', '2026-10-20');
  expect(turned.err).toContain('--since: 2026-10-25 is after the end of what is asked for, 2026-10-20 23:59');
});

test('that a rate changed between two reports of an order is told, and by which', async () => {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  await world.run('sync', '--quiet', copy(world, RATES), ...ACCOUNT);
  const [head, ...rows] = readFileSync(join(MONTH, ORDERS), 'utf8').split('\n');
  const settled = rows.find((row) => row.includes('4100000000000000500')) ?? '';
  const paid = settled.replace('已结算', '已付款').replace(',8.00%,', ',8.38%,');
  for (const [name, row, day] of [
    ['paid.csv', paid, '13'],
    ['settled.csv', settled, '25'],
    ['again.csv', settled, '26'],
  ])
    await world.run(
      'sync',
      '--quiet',
      world.write(`${name}`, `${head}\n${row}\n`, `2026-10-${day}T10:00:00+08:00`),
      ...ACCOUNT,
    );
  const [line] = (await world.json('loss', '--why', '4100000000000000500')).lines;
  expect(line).toMatchObject({ bucket: 'proven', rateBp: 800 });
  const said = line.messages.filter((text: string) => text.includes('An earlier report'));
  expect(said).toEqual([expect.stringMatching(/8\.38%, on 2026-10-13 10:00 \(.*paid\.csv:2\)\.$/)]);
  const { out } = await world.run('dossier', '61000001');
  expect(out).toContain('(paid.csv:2)');
  expect(out).toContain('| paid.csv | ');
});

test('at risk a day stands beside every exit, and never where a rate is not known', async () => {
  const world = await month();
  const risks = async (...argv: string[]) =>
    (await world.json('diff', ...argv)).plans.map((p: any) => [p.plan.id, p.verdict, p.atRiskFenPerDay, p.atRisk]);
  expect(await risks('--as-of', '2026-10-14 23:59')).toEqual([
    ['61000001', 'exit', 23, { lines: 7, amountFen: 81_680, days: 14, few: false }],
    ['61000002', 'review', null, null],
  ]);
  expect(await risks('--as-of', '2026-10-28 23:59', '--sort', 'loss')).toEqual([
    ['61000002', 'exit', 5, { lines: 1, amountFen: 4620, days: 14, few: true }],
  ]);
  const asOf = ['--as-of', '2026-10-14 23:59', '--lang', 'zh'];
  expect((await world.run('diff', ...asOf)).out).toContain('约 ¥0.23/天（7 单/14 天）');
  // These read the orders of the items that they judge alone.
  for (const command of ['check', 'why'])
    expect((await world.run(command, '61000001', ...asOf)).out).toContain('约 ¥0.23/天（7 单/14 天）');
  const { plans } = await world.json('loss', '--until', '2026-10-28 23:59');
  expect(plans.map((p: any) => [p.plan.id, p.atRiskFenPerDay])).toEqual([
    ['61000001', null],
    ['61000002', 5],
  ]);
  // Fewer than five lines are marked wherever the figure stands.
  const late = ['2026-10-28 23:59', '--lang'];
  expect((await world.run('loss', '--until', ...late, 'zh')).out).toContain('¥0.05（不足 5 单）');
  expect((await world.run('diff', '--as-of', ...late, 'zh')).out).toContain('约 ¥0.05/天（1 单/14 天，不足 5 单）');
  expect((await world.run('diff', '--as-of', ...late, 'en')).out).toContain('(lines: 1, fewer than 5; days: 14)');
  // A plan that pays more, and is to be exited all the same.
  const good = ['--as-of', '2026-10-08 23:59', '--min-gain', '9', '--lang'];
  expect((await world.run('diff', ...good, 'zh')).out).toContain('比通用多赚约 ¥0.34/天（3 单/10 天，不足 5 单）');
  expect((await world.run('check', '61000001', ...good, 'en')).out).toContain('Earns about ¥0.34 more/day (lines: 3,');
  const early = makeWorld('2026-10-08T23:59:00+08:00');
  const orders = readFileSync(join(MONTH, ORDERS), 'utf8');
  const files = [early.write('rates.csv', rates('2026-10-01', '2026-10-09')), early.write('orders.csv', orders)];
  await early.run('sync', '--quiet', ...files, ...ACCOUNT);
  const config = early.write('strict.json', '{ "policy": { "minGain": 9 } }');
  const { out } = await early.run('status', '--config', config, '--lang', 'zh');
  expect(out).toContain('合起来每天比通用多赚约 ¥0.20（2 个里有 2 个可算）');
  world.now = Date.parse('2026-10-28T23:59:00+08:00');
  expect(await world.json('status')).toMatchObject({ atRiskFenPerDay: 5, atRiskPlans: 1 });
});

/** Rows of the month's rates captured from one day on until before another. */
function rates(from: string, until: string): string {
  const [head, ...rows] = readFileSync(join(MONTH, RATES), 'utf8').trim().split('\n');
  return [head, ...rows.filter((row) => row >= from && row < until)].join('\n');
}

test('told: only where the export that said exit had been imported before the click', async () => {
  const world = makeWorld('2026-10-11T09:30:00+08:00');
  await world.run('sync', '--quiet', world.write('a.csv', rates('2026-10-01', '2026-10-12')), ...ACCOUNT);
  world.now = Date.parse('2026-11-05T12:00:00+08:00');
  await world.run('sync', '--quiet', world.write('b.csv', rates('2026-10-12', '2026-11')), ...ACCOUNT);
  for (const file of [ORDERS, REFUNDS]) await world.run('sync', '--quiet', copy(world, file), ...ACCOUNT);
  const { lines, plans } = await world.json('loss', '--lines');
  const told = lines.filter((line: any) => line.told).map(({ subOrderNo }: any) => subOrderNo.slice(-4));
  // The newest capture before these clicks is that of 10-11; before later clicks it is one that was imported in November.
  expect(told).toEqual(['0500', '0601', '0602']);
  expect(numbers(plans[0].told)).toEqual([3, 25_600 + 12_800 + 3990, 184, 184]);
});

// Item A1: the general plan pays 8.38 %, the special one 8 %, then 9 % for a while, then 8 % again.
test('a loss while the newest export no longer said exit is told as such', async () => {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  const [head, ...rows] = readFileSync(join(MONTH, RATES), 'utf8').trim().split('\n');
  const of = (day: string, special: string) =>
    rows
      .filter((row) => row.startsWith('2026-10-01') && row.includes('700000000001'))
      .map((row) => row.replace('2026-10-01', day).replace('10.00%', special));
  const all = [head, ...of('2026-10-08', '8.00%'), ...of('2026-10-12', '9.00%'), ...of('2026-10-14', '8.00%')];
  await world.run('sync', '--quiet', world.write('rates.csv', all.join('\n')), ...ACCOUNT);
  for (const file of [ORDERS, REFUNDS]) await world.run('sync', '--quiet', copy(world, file), ...ACCOUNT);
  const { lines, summary, plans } = await world.json('loss', '--lines', '61000001');
  expect(lines.filter(({ bucket }: any) => bucket === 'proven').map(rowOf)).toEqual([
    '0400 proven 34 61000001 after-verdict',
    '0500 proven 87 61000001 verdict-lifted',
    '0601 proven 44 61000001 verdict-lifted',
    '0800 proven 41 61000001 after-verdict',
  ]);
  const [{ beforeKnown, afterVerdict, verdictLifted }] = plans;
  expect([beforeKnown, afterVerdict, verdictLifted].map((sum) => numbers(sum).slice(2))).toEqual([
    [0, 0],
    [75, 75],
    [131, 131],
  ]);
  expect(summary.proven.lowFen).toBe(75 + 131);
  const { out } = await world.run('loss', '61000001', '--lang', 'zh');
  expect(out.replaceAll('\n', '')).toContain('，最新数据不再判该退出时 ¥1.31。');
  const why = await world.run('loss', '--why', '4100000000000000601');
  expect(why.out).toContain('the newest before the click no longer did');
});

test('a later export moves no sum but by what it says of then', async () => {
  const world = await month();
  const before = await world.json('loss', '--lines');
  const later = readFileSync(join(MONTH, RATES), 'utf8')
    .trim()
    .split('\n')
    .filter((row) => row.startsWith('captured_at') || row.startsWith('2026-10-28'))
    .join('\n')
    .replaceAll('2026-10-28', '2026-11-02')
    .replaceAll('8.00%', '1.00%')
    .replaceAll('9.00%', '12.00%');
  await world.run('sync', '--quiet', world.write('later.csv', later), ...ACCOUNT);
  const after = await world.json('loss', '--lines');
  expect(after.summary).toEqual(before.summary);
  expect(after.lines.map(rowOf)).toEqual(before.lines.map(rowOf));
});

// Item A1 at 9.38 %: row 03 is -66 … -25, row 05 87 … 318, row 06a 44 … 159; row 06b is of another item.
test('what an export of then moves of past sums is told', async () => {
  const world = await month();
  const between = rates('2026-10-11', '2026-10-12').replaceAll('2026-10-11 09:00', '2026-10-12 09:35');
  const file = world.write('between.csv', between.replaceAll('8.38%', '9.38%'));
  const { out, err } = await world.run('sync', file, ...ACCOUNT, '--lang', 'zh');
  expect([out, err]).toEqual([
    expect.stringContaining('以前的 3 单结果有变：已证实的差额合计由 ¥0.65 变为 ¥0.65–4.52'),
    '',
  ]);
  const { lines } = await world.json('loss', '--why', '4100000000000000500');
  expect([lines[0].lowFen, lines[0].highFen]).toEqual([87, 318]);
  const later = rates('2026-10-28', '2026-10-29').replaceAll('2026-10-28', '2026-11-02');
  expect((await world.json('sync', world.write('later.csv', later), ...ACCOUNT)).moved).toBeNull();
});

// Rows 08 and 09 without their refunds are 0 … 68 and 0 … 21; with them 41 and void. Half of row 05 is 44.
test('also what reports of orders say otherwise of known orders; what is told is how far loss moved', async () => {
  const orders = readFileSync(join(MONTH, ORDERS), 'utf8');
  const half = orders
    .replace('已结算,天猫,256.00,256.00', '已结算,天猫,256.00,128.00')
    .replace('2.05,20.48,20.48', '1.02,20.48,10.24');
  const files: readonly (readonly [content: string, moved: readonly number[] | null])[] = [
    [rates('2026-10-01', '2026-10-14'), null],
    [orders, null],
    [`${orders}\n`, null],
    [rates('2026-10-01', '2026-11'), [5, 0, 0, 133, 222]],
    [readFileSync(join(MONTH, REFUNDS), 'utf8'), [2, 0, 89, 41, 41]],
    [half, [1, 87, 87, 44, 44]],
  ];
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  const sums = async () => {
    const { summary } = await world.json('loss');
    return ['lowFen', 'highFen'].map((key) => (summary ? summary.proven[key] + summary.gain[key] : 0));
  };
  for (const [i, [content, told]] of files.entries()) {
    const [low = 0, high = 0] = await sums();
    const file = world.write(`${i}.csv`, content, `2026-11-0${i === 5 ? 2 : 1}T1${i}:00:00+08:00`);
    const { moved } = await world.json('sync', file, ...ACCOUNT);
    if (told === null) expect(moved, content.slice(0, 40)).toBeNull();
    else {
      const { lines, before, after } = moved;
      expect([lines, before.lowFen, before.highFen, after.lowFen, after.highFen]).toEqual(told);
      expect(await sums()).toEqual([low + after.lowFen - before.lowFen, high + after.highFen - before.highFen]);
    }
  }
});

test('an exit that the user states is known to the minute: orders clicked before it are of the plan, later ones are not', async () => {
  const world = makeWorld('2026-10-20T13:00:00+08:00');
  await world.run('sync', '--quiet', world.write('a.csv', rates('2026-10-01', '2026-10-20')), ...ACCOUNT);
  expect((await world.run('exited', '61000001', '--at', '2026-10-20 12:00')).code).toBe(0);
  world.now = Date.parse('2026-11-05T12:00:00+08:00');
  await world.run('sync', '--quiet', world.write('b.csv', rates('2026-10-20', '2026-11')), ...ACCOUNT);
  for (const file of [ORDERS, REFUNDS]) await world.run('sync', '--quiet', copy(world, file), ...ACCOUNT);
  const { lines } = await world.json('loss', '--lines');
  expect(lines.map(rowOf).sort()).toEqual(ROWS);
  expect(lines.filter(({ notes }: any) => notes.includes('membership-open'))).toEqual([]);
});

test('also after an export showed it as left; at no moment at which the plan was not joined', async () => {
  const world = await month();
  const exited = async (...argv: string[]) => (await world.run('exited', '61000001', ...argv)).code;
  expect(await exited()).toBe(2);
  for (const at of ['2026-08-20', '2026-10-21 12:00', '2026-11-01']) expect(await exited('--at', at)).toBe(2);
  // The first was a mistake.
  for (const at of ['2026-10-18 12:00', '2026-10-20 12:00']) expect(await exited('--at', at)).toBe(0);
  const { lines } = await world.json('loss', '--lines');
  expect(lines.map(rowOf).sort()).toEqual(ROWS);
  expect(lines.filter(({ notes }: any) => notes.includes('membership-open'))).toEqual([]);
});

test('a CSV for Excel keeps every digit of the numbers of orders; any other has them bare', async () => {
  const world = await month();
  const plain = (await world.run('loss', '--lines', '--format', 'csv')).out;
  const excel = (await world.run('loss', '--lines', '--excel')).out;
  expect(plain).toContain(',4100000000000000500,');
  expect(plain).not.toContain('\t');
  expect(excel).toContain(',4100000000000000500\t,');
  expect(excel).not.toMatch(/(^|,)\d{16,}(,|$)/m);
  expect(excel).toContain(',700000000001,');
  expect(excel.slice(1).replaceAll('\t', '')).toBe(plain);
});

test('no orders, and no database', async () => {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  expect((await world.run('loss')).code).toBe(2);
  await world.run('sync', '--quiet', copy(world, RATES), ...ACCOUNT);
  const { out, code } = await world.run('loss', '--lang', 'zh');
  expect([code, out.includes('还没有订单数据')]).toEqual([0, true]);
});

test('the report is in order of what plans cost a day, and tells it', async () => {
  const world = await month();
  const document = await world.json('report', '--max-age', '30d');
  const status = await world.json('diff', '--max-age', '30d', '--sort', 'loss');
  const costs = document.plans.map((one: any) => one.plan.atRiskFenPerDay);
  expect(costs).toEqual(status.plans.map((plan: any) => plan.atRiskFenPerDay));
  const known = costs.filter((fen: number | null) => fen !== null);
  expect([known.length > 0, document.atRiskPlans]).toEqual([true, known.length]);
  expect(document.atRiskFenPerDay).toBe(known.reduce((sum: number, fen: number) => sum + fen, 0));
  const { out } = await world.run('report', '--max-age', '30d', '--lang', 'zh');
  expect(out).toContain('每天约少赚');
  expect(out).toMatch(/约 ¥[\d.]+\/天（\d+ 单\/\d+ 天(，不足 5 单)?）/);
});

test.each(['en', 'zh'])(
  'the dossier as a page says the same, with the chart and its evidence open: %s',
  async (lang) => {
    const world = await month();
    await world.run('mute', '61000001', '--reason', '私下的原因');
    const [paper, path] = [join(world.folder, 'paper.md'), join(world.folder, 'paper.html')];
    for (const file of [paper, path])
      expect((await world.run('dossier', '61000001', '--output', file, '--lang', lang)).code).toBe(0);
    const [markdown, page] = [readFileSync(paper, 'utf8'), readFileSync(path, 'utf8')];
    expect(page.match(/<article|<details open>|<svg viewBox/g)).toHaveLength(3);
    for (const [digest] of markdown.matchAll(/[0-9a-f]{64}/g)) expect(page).toContain(digest);
    expect(page.match(/<h2>/g)).toHaveLength(markdown.match(/^## /gm)!.length);
    for (const hidden of ['主号', world.folder, '私下的原因']) expect(page).not.toContain(hidden);
    expect(page).toContain('<span>¥99.00</span>');
  },
);

test('the dossier states and asks, hides order numbers where asked, and replaces nothing unasked', async () => {
  const world = await month();
  const path = join(world.folder, 'paper.md');
  expect((await world.run('dossier', '61000001', '--output', path, '--lang', 'zh')).code).toBe(0);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(
    '这个计划少付 ¥3.29（7 行）；佣金比率高于通用的时候多付 ¥2.52（2 行）；两者相抵，推广者净少得 ¥0.77',
  );
  for (const part of ['4100000000000000400', '8.38%', '说明', '补足', '2026-10-08 09:00', 'orders-month.csv'])
    expect(text).toContain(part);
  expect(text).toMatch(/[0-9a-f]{64}/);
  expect(text).not.toContain('主号');
  // What the user knew when is nobody else's business.
  expect(text).not.toContain('该退出');
  expect(text).not.toContain(FIXTURES);
  expect(await world.run('dossier', '61000001', '--output', path)).toMatchObject({ code: 2, out: '' });
  expect((await world.run('dossier', '61000001', '--output', path, '--force', '--mask')).code).toBe(0);
  const masked = readFileSync(path, 'utf8');
  expect(masked).not.toContain('4100000000000000400');
  expect(masked).toContain('…0400');
  expect(masked).toContain('We ask');
  // By number, and not by a name that may say whose they are.
  expect(masked).toContain('| file 1 |');
  for (const hidden of ['orders-month', 'look up the sub-order numbers']) expect(masked).not.toContain(hidden);
  expect((await world.run('dossier', '61000001', '--output', `${path}.pdf`)).code).toBe(2);
  expect(existsSync(`${path}.pdf`)).toBe(false);
  expect((await world.run('dossier', '61000009', '--output', path, '--force')).code).toBe(2);
});

test('the account goes out of the names of files where it stands by itself, and not out of words', async () => {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  const rates = readFileSync(join(MONTH, RATES), 'utf8').replaceAll('主号', 'a');
  const files = [
    world.write('a-rates.csv', rates, '2026-11-01T10:00:00+08:00'),
    world.write('march.csv', readFileSync(join(MONTH, ORDERS)), '2026-11-01T10:00:00+08:00'),
  ];
  for (const file of files) await world.run('sync', '--quiet', file, '--account', 'a');
  const { out } = await world.run('dossier', '61000001');
  expect(out).toContain('…-rates.csv');
  expect(out).toContain('march.csv');
});

test('the dossier asks for nothing that it shows no reason for', async () => {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  const asks = async () => {
    const { out } = await world.run('dossier', '61000001', '--lang', 'en');
    return ['We ask', 'was set below', 'made up', 'to be raised'].filter((words) => out.includes(words));
  };
  const sync = (name: string, content: string) =>
    world.run('sync', '--quiet', world.write(name, content, '2026-11-01T10:00:00+08:00'), ...ACCOUNT);
  const orders = readFileSync(join(MONTH, ORDERS), 'utf8').split('\n');
  await sync('good.csv', rates('2026-10-01', '2026-10-09'));
  await sync('first.csv', orders.slice(0, 3).join('\n'));
  expect(await asks()).toEqual([]);
  await sync('cut.csv', rates('2026-10-11', '2026-10-12'));
  expect(await asks()).toEqual(['We ask', 'was set below', 'to be raised']);
  await sync('all.csv', orders.join('\n'));
  expect(await asks()).toEqual(['We ask', 'was set below', 'made up', 'to be raised']);
  await sync(
    'again.csv',
    rates('2026-10-11', '2026-10-12')
      .replaceAll('2026-10-11', '2026-10-12')
      .replace(/8\.00%|4\.00%|7\.90%/g, '9.90%'),
  );
  expect(await asks()).toEqual(['We ask', 'was set below', 'made up']);
});

test('the dossier says of every line what is true of it, to the second, and asks only what can be done', async () => {
  const world = makeWorld('2026-11-05T12:00:00+08:00');
  // The special rate was 8.00 % on 10-11 at 09:00; nothing was captured after the payments of these orders.
  await world.run('sync', '--quiet', world.write('主号-rates.csv', rates('2026-10-01', '2026-10-12')), ...ACCOUNT);
  const orders = readFileSync(join(MONTH, ORDERS), 'utf8').replace('2026-10-12 09:30:00', '2026-10-12 09:30:41');
  await world.run('sync', '--quiet', world.write('主号-orders.csv', orders), ...ACCOUNT);
  const { out } = await world.run('dossier', '61000001', '--lang', 'zh');
  expect(out).not.toContain('主号');
  expect(out).toContain('…-orders.csv');
  expect(out).toContain('时段结束之后，或者又有记录，或者距最后一次记录不超过 3 天。');
  const proven = (await world.json('loss', '--lines')).lines.filter((line: any) => line.bucket === 'proven');
  for (const { window, general, special } of proven)
    for (const { readings } of [general, special]) {
      const times = readings.map(({ capturedAt }: any) => Date.parse(capturedAt));
      expect(times[0]).toBeLessThanOrEqual(Date.parse(window.from));
      expect(Date.parse(window.to) - times.at(-1)).toBeLessThanOrEqual(3 * 86_400_000);
    }
  expect(proven.some(({ general }: any) => general.readings.length === 1)).toBe(true);
  expect(out).toContain('点击至付款：2026-10-12 09:30:41 至');
  expect(out).toMatch(/\| 多赚 \|\n.*\n.*\| ¥1\.86 \|/);
  expect(out).toContain('- 示例紫砂茶壶 200ml (700000000001)：定向佣金比率由 10.00% 降为 8.00%');
  expect(out).toContain('解除该计划');
  for (const wrong of ['不能精确到小时', '请导入', '\\`sha256sum']) expect(out).not.toContain(wrong);
  world.now = Date.parse('2026-11-05T13:00:00+08:00');
  expect((await world.run('exited', '61000001', '--at', '2026-11-05 12:30', ...ACCOUNT)).code).toBe(0);
  expect((await world.run('dossier', '61000001', '--lang', 'zh')).out).not.toContain('解除该计划');
});

test('what is changed in a dossier, or in the list of hashes beside it, is found', async () => {
  const world = await month();
  const path = join(world.folder, 'paper.md');
  const manifest = `${path}.manifest.json`;
  expect((await world.run('dossier', '61000001', '--output', path, '--mask')).code).toBe(0);
  const [paper, list] = [readFileSync(path, 'utf8'), readFileSync(manifest, 'utf8')];
  for (const hidden of ['4100000000000000400', '主号', world.folder]) expect(list).not.toContain(hidden);
  const { entries } = JSON.parse(list);
  expect(entries.map(({ kind }: any) => kind)).toEqual([
    'dossier',
    ...Array(8).fill('source'),
    ...Array(9).fill('line'),
    'paper',
  ]);
  expect(entries.find(({ order }: any) => order === '…0400')).toMatchObject({
    ...{ item: '700000000001', amountFen: 9900, rateBp: 800, specialBps: [800, 1000], generalBps: [838] },
    ...{ lowFen: 34, highFen: 34 },
  });
  const verify = () => world.run('dossier', '--verify', manifest);
  expect(await verify()).toMatchObject({ code: 0, err: '' });
  const changes: readonly (readonly [file: string, text: string, said: string])[] = [
    [path, paper.replace('¥3.29', '¥9.29'), 'is not what the list of hashes says'],
    [manifest, list.replace('"lowFen": 34', '"lowFen": 99'), 'was changed, or does not follow'],
    [manifest, JSON.stringify({ ...JSON.parse(list), entries: entries.slice(1) }), 'was changed, or does not follow'],
    [
      manifest,
      JSON.stringify({ ...JSON.parse(list), entries: entries.slice(0, -1) }),
      'was changed, or does not follow',
    ],
    [
      manifest,
      JSON.stringify({ ...JSON.parse(list), entries: entries.toReversed() }),
      'was changed, or does not follow',
    ],
    [manifest, paper, 'not a list of hashes'],
  ];
  for (const [file, text, said] of changes) {
    writeFileSync(file, text);
    expect(await verify()).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) });
    writeFileSync(path, paper);
    writeFileSync(manifest, list);
  }
  expect((await verify()).code).toBe(0);
  rmSync(path);
  expect(await verify()).toMatchObject({ code: 2, err: expect.stringContaining('this paper is not there') });
  expect((await world.run('dossier', '61000001', '--output', path)).code).toBe(2);
  expect(existsSync(path)).toBe(false);
});

const [SELLER, OPAQUE] = ['2200000000001', '217440529896652827'];
/** Rates of item 901 and others; the platform's number of the merchant comes with a newer title. */
const twoNumbers = (day: string, shops: string, title: string, special: string, items: number) =>
  [
    'captured_at,shop_id,other_shop_id,item_id,item_title,plan_id,plan_type,rate,status',
    ...Array.from({ length: items }, (_, i) => `2026-11-${day} 09:00,${shops},${901 + i},${title}`).flatMap((item) => [
      `${item},0,general,5%,`,
      `${item},61000001,special,${special},approved`,
    ]),
    '',
  ].join('\n');

test.each([
  ['a few items', ['before', 'after'], 1],
  ['the newer export first', ['after', 'before'], 1],
  ['more items than are read without need', ['before', 'after'], 201],
])('an order of a merchant with two numbers is paid by the rates under both: %s', async (_, files, items) => {
  const world = makeWorld('2026-11-07T12:00:00+08:00');
  const tables = {
    before: twoNumbers('01', `${SELLER},`, '旧题', '10%', items),
    after: twoNumbers('05', `${OPAQUE},${SELLER}`, '新题', '4%', items),
  };
  for (const file of files) await world.run('sync', world.write(`${file}.csv`, tables[file as 'after']));
  const orders = `淘宝子订单号,商品ID,订单状态,佣金比率,结算金额,点击时间,付款时间,分成比率,技术服务费率
4100000000000000001,901,已结算,4.00%,100.00,2026-11-06 10:00:00,2026-11-06 10:05:00,100.00%,10.00%
`;
  await world.run('sync', world.write('orders.csv', orders));
  const { lines } = await world.json('loss', '--lines');
  expect(lines).toMatchObject([{ bucket: 'proven', lowFen: 90, highFen: 90 }]);
  const { plans } = await world.json('diff');
  expect(plans).toMatchObject([{ verdict: 'exit', atRisk: { lines: 1 } }]);
});
