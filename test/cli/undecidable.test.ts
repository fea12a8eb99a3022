/** Files that could be read in two ways, or have no end of mistakes: refused whole, with what to do. */
import { expect, test } from 'vitest';
import { makeWorld } from '../support/run.ts';

const HEADER = 'shop_id,plan_id,plan_type,rate,status';
const GENERAL = '1,0,general,5%,';
const SPECIAL = '1,2,special,0.045,approved';

test.each([
  ['the % first', [GENERAL, SPECIAL], 3, 2],
  ['the bare one first', [SPECIAL, GENERAL], 2, 3],
])('a rate below 1 without % among rates with one: %s', async (_, rows, line, percentLine) => {
  const refusal = {
    code: 'mixed-rate-units',
    args: { column: 'rate', line, found: '0.045', percentLine, percent: '5%' },
  };
  for (const flags of [[], ['--skip-bad-rows']]) {
    const world = makeWorld();
    const [file] = (await world.json('sync', world.write('mixed.csv', [HEADER, ...rows].join('\n')), ...flags)).files;
    expect(file).toMatchObject({ status: 'refused', refusal });
    expect((await world.json('snapshots')).snapshots).toEqual([]);
  }
});

test('in JSON and NDJSON too', async () => {
  const rows = [
    { shop_id: '1', plan_id: '0', plan_type: 'general', rate: '5%' },
    { shop_id: '1', plan_id: '2', plan_type: 'special', rate: 0.045 },
  ];
  const world = makeWorld();
  for (const [name, text] of [
    ['a.json', JSON.stringify(rows)],
    ['a.ndjson', rows.map((row) => JSON.stringify(row)).join('\n')],
  ] as const)
    expect((await world.json('sync', world.write(name, text))).files[0]).toMatchObject({
      refusal: { code: 'mixed-rate-units', args: { line: 2 } },
    });
});

test.each([
  ['whole numbers beside %', ['5%', '4.5']],
  ['all below 1 without %', ['0.5', '0.45']],
  ['all with %', ['5%', '0.45 %', '０．３％']],
  ['zero and nothing beside %', ['5%', '0', '0.00', '', '-']],
])('both styles may stand for rates: %s', async (_, cells) => {
  const world = makeWorld();
  const rows = cells.map((cell, plan) => `1,${plan + 1},special,${cell},`);
  const file = world.write('fine.csv', [HEADER, ...rows].join('\n'));
  expect((await world.json('sync', file)).files[0]).toMatchObject({ status: 'imported' });
});

test('in an income list, by its own column', async () => {
  const text = '商品id\t商品名称\t通用收入比率(%)\t活动收入比率(%)\t卖家旺旺\n1\ta\t5%\t0.3\tx\n2\tb\t6%\t0.045\tx\n';
  const world = makeWorld();
  expect((await world.json('sync', world.write('one.xls', text))).files[0]).toMatchObject({ status: 'imported' });
  const mixed = world.write('two.xls', text.replace('6%', '0.06'));
  expect((await world.json('sync', mixed)).files[0]).toMatchObject({
    refusal: { code: 'mixed-rate-units', args: { column: '通用收入比率(%)', line: 3 } },
  });
});

test.each([[[]], [['--skip-bad-rows']]])(
  'a file of nothing but bad rows is not read to its end (%j)',
  async (flags) => {
    const world = makeWorld();
    const bad = (ending: string, line: (i: number) => string) =>
      world.write(`bad.${ending}`, Array.from({ length: 12_000 }, (_, i) => line(i)).join('\n'));
    for (const file of [
      bad('csv', (i) => (i === 0 ? HEADER : `1,${i},special,x,`)),
      bad('ndjson', (i) => (i === 0 ? '{"shop_id":1,"plan_id":2,"plan_type":"special","rate":5}' : '{"shop_id":')),
    ]) {
      const [outcome] = (await world.json('sync', file, ...flags)).files;
      expect(outcome).toMatchObject({
        status: 'refused',
        refusal: { code: 'too-many-bad-rows', args: { count: 10_000 } },
      });
      expect((await world.json('snapshots')).snapshots).toEqual([]);
    }
  },
);

test.each([
  ['<del>9</del>5', '5'],
  ['<s>9</s><b>5</b>', '5'],
  ['<strike>9<br>8</strike>5', '5'],
  ['<span style="display: none">9</span>5', '5'],
  ['<span style="text-decoration:line-through">9</span>5', '5'],
  ['<span hidden>9<span>8</span>7</span>5', '5'],
  ['<img style="display:none" src="x">5', '5'],
  ['<b>5</b><del>9', '5'],
])('struck out or hidden text of a page is no part of a value: %s', async (cell, raw) => {
  const world = makeWorld();
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((c) => `<${tag}>${c}</${tag}>`).join('')}</tr>`;
  const page = `<table>${row(HEADER.split(','), 'th')}${row(['1', '0', 'general', cell, ''], 'td')}${row(['1', '2', 'special', '4', 'approved'], 'td')}</table>`;
  await world.run('sync', world.write('page.xls', page));
  const [plan] = (await world.json('diff', '--all')).plans;
  expect(plan.general.rateBp).toBe(Number(raw) * 100);
});
