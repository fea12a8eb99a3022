/** Files that could be read in two ways, or have no end of mistakes: refused whole, with what to do. */
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { joinedAnswer } from '../support/answers.ts';
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
  ['without %, one of 1 or more', ['0.5', '1']],
  ['all with %', ['5%', '0.45 %', '０．３％']],
  ['zero and nothing beside %', ['5%', '0', '0.00', '', '-']],
])('both styles may stand for rates: %s', async (_, cells) => {
  const world = makeWorld();
  const rows = cells.map((cell, plan) => `1,${plan + 1},special,${cell},`);
  const file = world.write('fine.csv', [HEADER, ...rows].join('\n'));
  expect((await world.json('sync', file)).files[0]).toMatchObject({ status: 'imported' });
});

test('in an income list, by its own column', async () => {
  const text = '商品id\t商品名称\t通用收入比率(%)\t活动收入比率(%)\t卖家旺旺\n1\ta\t5%\t0.3\tx\n2\tb\t6%\t0.04\tx\n';
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

test.each([
  ['a.ods', { mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' }, 'other-document'],
  ['a.docx', { 'word/document.xml': '<x/>' }, 'other-document'],
  ['a.zip', { 'readme.md': 'x' }, 'nothing-inside'],
])('what is no export says what it is: %s', async (name, parts, code) => {
  const world = makeWorld();
  const packed = zipSync(Object.fromEntries(Object.entries(parts).map(([path, text]) => [path, Buffer.from(text)])));
  expect((await world.json('sync', world.write(name, packed))).files[0].refusal.code).toBe(code);
});

test.each([
  ['a.fods', '<?xml version="1.0"?>\n<office:document xmlns:office="urn:x"></office:document>', 'other-document'],
  ['a.db', 'SQLite format 3\u0000\u0001\u0002', 'database'],
])('what is no export says what it is: %s', async (name, text, code) => {
  const world = makeWorld();
  expect((await world.json('sync', world.write(name, text))).files[0].refusal.code).toBe(code);
});

test('a request of tomorrow is not a matter of the file', async () => {
  const world = makeWorld();
  const entry = {
    startedDateTime: '2999-01-01T00:00:00Z',
    request: { method: 'GET', url: 'https://pub.alimama.com/campaign/joinedCampaigns.json' },
    response: { status: 200, content: { text: joinedAnswer([]) } },
  };
  const file = world.write('a.har', JSON.stringify({ log: { entries: [entry] } }));
  expect((await world.json('sync', file)).files[0].refusal.code).toBe('future-request-time');
});

test('problems say the unit of their field, and what to do with a date in the shape of a number', async () => {
  const world = makeWorld();
  const top = {
    tbk_dg_material_optional_response: {
      result_list: {
        map_data: [
          { item_id: 1, seller_id: 2, commission_rate: '5.5%', commission_type: 'COMMON', info_dxjh: '{"9":"x"}' },
        ],
      },
    },
  };
  const { err } = await world.run('sync', world.write('top.json', JSON.stringify(top)));
  expect(err).toContain('commission_rate: found “5.5%”, expected basis points');
  expect(err).not.toContain('such as 15.50%');
  const dated = await world.run('sync', world.write('a.csv', `captured_at,${HEADER}\n46348.375,${GENERAL}`));
  expect(dated.err).toContain('format the cell as a date');
});
