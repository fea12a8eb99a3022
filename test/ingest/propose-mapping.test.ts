import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLUMNS } from '../../src/ingest/columns.ts';
import { surveyBytes } from '../../src/ingest/decode.ts';
import { mappingName, type Proposal, proposeMapping } from '../../src/ingest/propose-mapping.ts';
import { sampleExport } from '../../src/ingest/sample.ts';
import { fixtureBytes, memorySource, readText } from '../support/exports.ts';
import { parseMappings } from '../support/mappings.ts';

function propose(content: string | Uint8Array, name = 'feed.csv'): Proposal | null {
  const source = memorySource(name, content);
  const sample = sampleExport(source, surveyBytes(source));
  return sample && proposeMapping(sample, name);
}

const mappingOf = (content: string | Uint8Array) => propose(content)?.mapping as any;
const choice = (mapping: object) => parseMappings(JSON.stringify({ mappings: { proposed: mapping } }));

describe('units', () => {
  const unitOf = (header: string, ...cells: string[]) => {
    const proposal = propose(`掌柜ID,计划编号,${header}\n${cells.map((cell) => `7,2001,${cell}`).join('\n')}\n`);
    const rate = proposal?.columns[2];
    return [(proposal?.mapping as any)?.units?.rate, rate?.unitBy, rate?.evidence.percentSigns];
  };
  test.each([
    ['佣金比例(%)', ['5', '10'], 'percent', 'header', 0],
    ['佣金（％）', ['5', '10'], 'percent', 'header', 0],
    ['佣金比例', ['5%', '10.50 %'], 'percent', 'percent-sign', 2],
    ['佣金比例', ['5', '10.50'], '?', null, 0],
    ['佣金比例', ['0.05', '0.105'], '?', null, 0],
    ['佣金比例', ['500', '1550'], '?', null, 0],
    ['佣金比例', ['5%', '1550'], '?', null, 1],
    ['佣金比例(万分之一)', ['500', '1550'], 'basis-points', 'header', 0],
    ['佣金比例(万分之一)', ['5%', '15%'], '?', null, 2],
    ['rate (bp)', ['500', '1550'], 'basis-points', 'header', 0],
  ])('%s with %j', (header, cells, unit, by, signs) => {
    expect(unitOf(header, ...cells)).toEqual([unit, by, signs]);
  });

  test('the evidence says what the numbers look like', () => {
    const evidence = propose('掌柜ID,佣金比例\n7,45\n8,1550\n9,\n')?.columns[1]?.evidence;
    expect(evidence).toEqual({
      look: 'number',
      filled: 2,
      cells: 3,
      lowest: '45',
      highest: '1550',
      allWhole: true,
      percentSigns: 0,
      samples: ['45', '1550'],
    });
  });
});

test('a ? does not import', () => {
  const mapping = mappingOf('掌柜ID,计划编号,佣金比例\n7,2001,5\n');
  expect(mapping).toMatchObject({ fixed: { plan_type: '?' }, units: { rate: '?' } });
  expect(propose('掌柜ID,计划编号,佣金比例\n7,2001,5\n')?.open).toEqual(['fixed.plan_type', 'units.rate']);
  expect(() => choice(mapping)).toThrow('units');
  const filled = { ...mapping, fixed: { plan_type: 'special' }, units: { rate: 'percent' } };
  expect(readText('掌柜ID,计划编号,佣金比例\n7,2001,5\n', { mapping: choice(filled) }).readings[0]?.rate?.bp).toBe(500);
});

test('amounts of money, income rates and other percentages are no commission rates', () => {
  for (const header of ['佣金', '收入比率(%)', '通用收入比率(%)', '转化率', '折扣', '分成比率', 'income_rate']) {
    const proposal = propose(`掌柜ID,计划编号,${header}\n7,2001,5%\n`);
    const taken = header === '佣金' ? 'rate' : null;
    expect([header, proposal?.columns[2]?.column]).toEqual([header, taken]);
  }
  expect(propose('掌柜ID,计划编号,佣金\n7,2001,5.20\n')?.columns[2]?.column).toBeNull();
});

test('the fixtures: a feed with two rates in a row, a link with ids, numbers for words', () => {
  const feed = mappingOf(fixtureBytes('mappings/haodanku.csv'));
  expect(feed.plans).toEqual([
    { columns: { rate: 'tkrates' }, fixed: { plan_type: '?' }, units: { rate: '?' } },
    {
      columns: { plan_id: 'tkurl?campaignId', rate: 'dx_rates' },
      fixed: { plan_type: 'special' },
      units: { rate: '?' },
    },
  ]);
  expect(feed.columns).toMatchObject({ shop_id: 'userid' });
  const json = mappingOf(fixtureBytes('mappings/feed.data.json'));
  expect(json).toMatchObject({
    rows: 'data.list',
    columns: { item_id: 'goodsId', plan_id: 'campaignId', plan_type: 'commissionType' },
    words: { plan_type: { 0: '?', 1: '?', 3: '?' } },
  });
  expect(propose(fixtureBytes('mappings/haodanku.csv'))?.fixed).toEqual([
    { place: 'plans[1].fixed.plan_type', value: 'special', source: 'dx_rates' },
  ]);
  expect(mappingOf('{"s":1,"commission_rate":"5%","seller_id":7}\n{"commission_rate":"6%"}\n')).toMatchObject({
    rows: '.',
    columns: { rate: 'commission_rate', shop_id: 'seller_id' },
  });
});

test.each([
  ['sellernick,shopid,seller_id,tkrates,dx_rates,userid', { columns: { shop_id: 'userid' } }],
  ['sellernick,userid,shopid,seller_id,tkrates,tkmoney', { columns: { shop_id: 'userid' } }],
  ['sellernick,shopid,seller_id,tkrates,tkmoney,note', { fixed: { shop_id: '?' } }],
  ['nick,shopid,seller_id,rate,note,x', { columns: { shop_id: 'shopid' } }],
])('whom a feed calls shop or seller: %s', (header, shop) => {
  expect(mappingOf(`${header}\n11,2026112233,2026112244,5.50%,9.00%,2026112255\n`)).toMatchObject(shop);
});

test.each([
  ['通用佣金率(%)', 'general'],
  ['定向佣金率(%)', 'special'],
  ['tk_rate', '?'],
  ['tkrate', '?'],
])('the name %s fixes the kind of plan: %s', (header, kind) => {
  const proposal = propose(`seller_id,计划编号,${header}\n8,2001,5%\n`);
  expect((proposal?.mapping as any)?.fixed.plan_type).toBe(kind);
  const said = kind === '?' ? [] : [{ place: 'fixed.plan_type', value: kind, source: header }];
  expect(proposal?.fixed).toEqual(said);
  expect(proposal?.open.includes('fixed.plan_type')).toBe(kind === '?');
});

test('income is named, by its path too, and never proposed as the rate', () => {
  const isIncome = (name: string) =>
    [propose(`seller_id,${name}\n8,5%\n`)?.columns[1]].map((column) => [column?.isIncome, column?.column])[0];
  for (const name of ['收入比率', '收入比率(%)', '佣金率(含补贴)', 'income_rate', 'tkIncomeRate', 'x.income.rate'])
    expect([name, isIncome(name)]).toEqual([name, [true, null]]);
  for (const name of ['佣金率', '佣金率(不含补贴)', 'income_list.commission_rate'])
    expect([name, isIncome(name)]).toEqual([name, [false, 'rate']]);
});

describe('tables of which little or nothing can be told', () => {
  const placesOf = (text: string) => [propose(text)?.columns.map(({ column }) => column), propose(text)?.open];
  test('names that say nothing', () => {
    const needed = ['fixed.shop_id', 'fixed.plan_id', 'fixed.plan_type'];
    expect(placesOf('a,b,c\n1,2,8.38%\n')).toEqual([[null, null, 'rate'], needed]);
    expect(placesOf('a,b\nx,y\n')).toEqual([
      [null, null],
      ['columns.rate', 'fixed.shop_id', 'fixed.plan_id', 'fixed.plan_type', 'units.rate'],
    ]);
  });

  test('names that stand for an id where the cells are numbers', () => {
    const columns = ['shop_id', 'plan_id', 'plan_type', 'rate'];
    expect(placesOf('shop,plan,kind,rate_bp\n1,0,general,838\n')).toEqual([columns, []]);
    expect(placesOf('卖家,计划,佣金率(%)\n茶叶店,高佣,5\n')[0]).toEqual(['shop_name', 'plan_name', 'rate']);
  });

  test('money by name, percentages by cells', () => {
    expect(placesOf('卖家,通用佣金\n1001,5%\n')).toEqual([['shop_id', 'rate'], []]);
    expect(placesOf('卖家,通用佣金\n1001,5\n')[0]).toEqual(['shop_id', null]);
  });

  test('a line each', () => {
    const text = '{"goodsId":"a","r":"4.5%","k":"general"}\n{"goodsId":"b","r":"4%","k":"general"}\n';
    expect(placesOf(text)[0]).toEqual(['item_id', 'rate', 'plan_type']);
    expect(propose(text)?.mapping).toMatchObject({ rows: '.' });
  });
});

test.each([
  ['C:\\导出\\好单库 定向.csv', '好单库-定向'],
  ['feed-2026-11-20.csv', 'feed'],
  ['/x/2026-11-20.csv', 'my-export'],
  ['-', 'my-export'],
  ['a.b.json.gz', 'a'],
])('the mapping of %s is called %s', (file, name) => {
  expect(mappingName(file)).toBe(name);
});

const cell = fc.oneof(
  fc.string(),
  fc.constantFrom('', '5%', '-', '2001', '审核通过', 'special', '2026-11-20', 'http://x/?campaignId=1', '="7"', '1e9'),
);
const name = fc.oneof(
  fc.string(),
  fc.constantFrom(...Object.values(COLUMNS).flatMap(({ zh }) => zh), '佣金(%)', 'seller_id', 'tkurl', '?', ''),
);

test('any table can be looked at, and what is proposed is a mapping once every ? is filled', () => {
  const table = fc
    .array(name, { minLength: 1, maxLength: 6 })
    .chain((names) =>
      fc.tuple(
        fc.constant(names),
        fc.array(fc.array(cell, { minLength: names.length, maxLength: names.length }), { minLength: 1, maxLength: 5 }),
      ),
    );
  const quote = (text: string) => `"${text.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"`;
  fc.assert(
    fc.property(table, ([names, rows]) => {
      const text = [names, ...rows].map((row) => row.map(quote).join(',')).join('\n');
      const proposal = propose(text);
      if (!proposal || proposal.open.includes('columns.rate')) return;
      const filled = JSON.stringify(proposal.mapping)
        .replaceAll('"plan_type":"?"', '"plan_type":"special"')
        .replaceAll('"units":{"rate":"?"}', '"units":{"rate":"percent"}')
        .replace(/("words":\{.*\})(?=,"coverage")/, '"words":{}')
        .replaceAll(/"(shop_id|plan_id|rate)":"\?"/g, '"$1":"1"');
      const result = readText(text, {
        mapping: { ...parseMappings(`{"mappings":{"proposed":${filled}}}`), only: true },
      });
      expect(result.refusal).toBeNull();
      expect(result.format).toBe('map:proposed');
    }),
    { numRuns: 300, examples: [[[['佣金比例', "''"], [['', '']]]]] },
  );
});

test('any JSON can be looked at', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      propose(text);
    }),
    { numRuns: 300 },
  );
});

test('a table of our own under other names reads the same by what is proposed', () => {
  const names: Record<string, readonly string[]> = {
    shop_id: ['掌柜ID', 'seller_id', 'sellerId'],
    shop_name: ['掌柜旺旺', '店铺', 'shopTitle'],
    item_id: ['宝贝ID', 'num_iid', 'goodsId', 'itemId'],
    plan_id: ['计划编号', 'campaignId', '定向计划ID'],
    plan_name: ['推广计划', 'campaignName'],
    plan_type: ['佣金类型', 'planType'],
    rate: ['佣金(%)', '佣金比例（%）', 'rate %'],
    status: ['申请状态', 'Membership'],
    ends_at: ['到期时间', 'endTime'],
  };
  const headers = fc.tuple(...Object.values(names).map((list) => fc.constantFrom(...list)));
  const row = fc.tuple(
    fc.integer({ min: 1e7, max: 1e10 }),
    fc.constantFrom('茶叶店', '小店'),
    fc.constantFrom('', '537099364188', 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb'),
    fc.integer({ min: 1e6, max: 1e9 }),
    fc.constantFrom('高佣[计划已停止]', '老客'),
    fc.constantFrom('special', '定向计划', '营销计划'),
    fc.integer({ min: 1, max: 9999 }).map((bp) => (bp / 100).toFixed(2)),
    fc.constantFrom('', 'approved', '审核通过'),
    fc.constantFrom('', '2026-12-31'),
  );
  const rows = fc.uniqueArray(row, {
    minLength: 1,
    maxLength: 5,
    selector: ([shop, , item, plan]) => `${shop} ${item} ${plan}`,
  });
  fc.assert(
    fc.property(headers, rows, (header, cells) => {
      const tableOf = (first: readonly unknown[]) => [first, ...cells].map((line) => `${line.join(',')}\n`).join('');
      const foreign = tableOf(header);
      const { mapping, open } = propose(foreign)!;
      expect(open).toEqual([]);
      const own = readText(tableOf(Object.keys(names)), { rateUnit: 'percent' });
      const mapped = readText(foreign, { mapping: choice(mapping) });
      expect(mapped.format).toBe('map:proposed');
      expect(mapped.readings).toEqual(own.readings);
      expect(own.readings).toHaveLength(cells.length);
    }),
    { numRuns: 100 },
  );
});
