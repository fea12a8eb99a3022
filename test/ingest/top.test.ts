import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reading } from '../../src/domain/reading.ts';
import { NO_FACTS } from '../../src/domain/reading.ts';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { fixtureBytes, fixtureSource, readJson, readSource, readText } from '../support/exports.ts';
import { makeWorld } from '../support/run.ts';

const read = (file: string) => readSource(fixtureSource(`top/${file}`));
const doc = (file: string): any => JSON.parse(new TextDecoder().decode(fixtureBytes(`top/${file}`)));
const brief = ({ item, planId, facts, rate }: Reading) => [
  item?.id,
  planId,
  facts.kind,
  rate?.measure,
  rate?.bp,
  rate?.raw,
  rate?.sales,
];
const codes = (result: ReturnType<typeof readJson>) =>
  result.problems.map(({ code, locator, field, found }) => [locator, field, code, found]);

const SHOP = { sellerId: '2448754880', keeperId: null, name: '奇古堂旗舰店' };
const CUP = 'nXtQUotkQRC0tP-d2qOpq7TnymanG2vUn';
const FREEZE_DRIED = 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb';

test.each([
  ['material-optional.json', 'top-material-optional'],
  ['material-optional-types.json', 'top-material-optional'],
  ['material-optional-simplified.json', 'top-material-optional'],
  ['material-optional-upgrade.json', 'top-material-upgrade'],
  ['material-recommend.json', 'top-material-upgrade'],
  ['item-info-upgrade.json', 'top-material-upgrade'],
  ['optimus-material.json', 'top-optimus-material'],
])('%s is %s, alone among the formats, and claims no coverage', (file, format) => {
  const result = read(file);
  expect([result.format, result.problems]).toEqual([format, []]);
  expect(FORMATS.filter((known) => known.kind === 'json' && known.recognizes(doc(file))).map(({ id }) => id)).toEqual([
    format,
  ]);
  expect(
    result.batches.map(({ account, capturedMs, coverage, subject }) => [account, capturedMs, coverage, subject]),
  ).toEqual([[null, null, 'partial', '']]);
});

test('material search: the general rate of a COMMON row, the marketing rate of an MKT row, special plans', () => {
  const result = read('material-optional.json');
  expect(result.notes).toEqual([]);
  expect(result.readings[0]).toEqual({
    locator: 1,
    shop: SHOP,
    item: { id: '596116426626', title: '餐具套装' },
    planId: '0',
    facts: { ...NO_FACTS, kind: 'general' },
    rate: { measure: 'commission', bp: 600, raw: '600', sales: 4869 },
  });
  expect(result.readings.map(brief)).toEqual([
    ['596116426626', '0', 'general', 'commission', 600, '600', 4869],
    ['596116426626', '19013551', 'special', 'commission', 2850, '2850', 4869],
    ['596116426626', '74510538', 'special', 'commission', 450, '450', 4869],
    [FREEZE_DRIED, 'marketing', 'marketing', 'commission', 780, '780', null],
  ]);
  expect(result.readings[3]?.shop).toEqual({
    sellerId: '217440529896652827',
    keeperId: null,
    name: 'Seven Point海外宠物用品店',
  });
});

test('material search: rates of other types are not read, and counted', () => {
  const result = read('material-optional-types.json');
  expect(result.notes).toEqual([
    { code: 'plan-unnamed', args: { items: 3 } },
    { code: 'unit-unknown', args: { field: 'lock_rate' } },
  ]);
  expect(result.readings.map((r) => [...brief(r), r.facts.hidden])).toEqual([
    [FREEZE_DRIED, '0', 'general', 'commission', 45, '45', 0, null],
    [FREEZE_DRIED, '19013551', 'special', 'commission', null, '', 0, null],
    [FREEZE_DRIED, '28929471', 'special', 'commission', 5000, '5000', 0, true],
    [FREEZE_DRIED, '217440529896652828', 'special', 'commission', 135, '135', 0, null],
    ['596116426627', '19013551', 'special', 'commission', 2850, '2850', 3, null],
  ]);
});

const ROW = {
  item_id: 5,
  seller_id: 7,
  commission_rate: '600',
  commission_type: 'COMMON',
  include_dxjh: 'false',
  info_dxjh: '{}',
};
const optional = (...rows: object[]) =>
  readJson({
    tbk_dg_material_optional_response: { result_list: { map_data: rows.map((row) => ({ ...ROW, ...row })) } },
  });

test.each<[object, unknown[]]>([
  [{ commission_rate: '' }, [['0', null, '']]],
  [{ commission_rate: '0' }, [['0', null, '0']]],
  [{ commission_rate: 600 }, [['0', 600, '600']]],
  [{ commission_rate: undefined }, []],
  [{ commission_type: 'MKT', commission_rate: '' }, [['marketing', null, '']]],
  [{ commission_type: 'common' }, []],
  [{ commission_type: null, commission_rate: null }, []],
  [{ info_dxjh: undefined }, [['0', 600, '600']]],
  [{ info_dxjh: null }, [['0', 600, '600']]],
  [
    { info_dxjh: { 9: '450' } },
    [
      ['0', 600, '600'],
      ['9', 450, '450'],
    ],
  ],
  [
    { info_dxjh: ' {"9":450} ' },
    [
      ['0', 600, '600'],
      ['9', 450, '450'],
    ],
  ],
])('a row of the material search with %j reads as %j', (row, readings) => {
  const result = optional(row);
  expect(result.problems).toEqual([]);
  expect(result.readings.map(({ planId, rate }) => [planId, rate?.bp, rate?.raw])).toEqual(readings);
});

test('material search: what is wrong with a row', () => {
  const result = optional(
    { commission_rate: '6.00' },
    { commission_rate: '1550表示15.5%' },
    { commission_rate: '10001' },
    { seller_id: null },
    { seller_id: '2.17E+17' },
    { item_id: null },
    { info_dxjh: '{"9":' },
    { info_dxjh: '[]' },
    { info_dxjh: '{"0":"450","9":"4.50","1.2E+18":"450"}' },
    { tk_total_sales: 'many' },
    { commission_type: 'SP', commission_rate: 'not read' },
  );
  expect(codes(result)).toEqual([
    [1, 'commission_rate', 'bad-rate', '6.00'],
    [2, 'commission_rate', 'bad-rate', '1550表示15.5%'],
    [3, 'commission_rate', 'bad-rate', '10001'],
    [4, 'seller_id', 'needed', ''],
    [5, 'seller_id', 'rounded-id', '2.17E+17'],
    [6, 'num_iid', 'needed', ''],
    [7, 'info_dxjh', 'not-an-object', '{"9":'],
    [8, 'info_dxjh', 'not-an-object', '[]'],
    [9, 'info_dxjh', 'bad-id', '{"0":"450","9":"4.50","1.2E+18":"450"}'],
    [9, 'info_dxjh', 'bad-rate', '{"0":"450","9":"4.50","1.2E+18":"450"}'],
    [9, 'info_dxjh', 'rounded-id', '{"0":"450","9":"4.50","1.2E+18":"450"}'],
    [10, 'tk_total_sales', 'bad-number', 'many'],
  ]);
});

test('newer search: without a subsidy the income rate is the commission rate', () => {
  const result = read('material-optional-upgrade.json');
  expect(result.notes).toEqual([]);
  expect(result.readings.map(brief)).toEqual([
    [CUP, '0', 'general', 'commission', 600, '6.00', 120],
    [CUP, '1000492470', 'special', 'commission', 1550, '1550', 120],
    [CUP, '1000492471', 'special', 'commission', 450, '450', 120],
  ]);
  expect(result.readings[1]).toMatchObject({
    shop: SHOP,
    item: { title: '保温杯' },
    facts: { ...NO_FACTS, kind: 'special', name: '年终定向', state: 'active', locked: true },
  });
  expect(result.readings[2]?.facts.locked).toBe(false);
});

test('recommendations: income rates, marketing, plans that are not usable or have stopped, torn locks', () => {
  const result = read('material-recommend.json');
  expect(result.notes).toEqual([
    { code: 'income-only', args: { items: 1 } },
    { code: 'not-usable', args: { plans: 1 } },
    { code: 'plan-unnamed', args: { items: 1 } },
    { code: 'unit-unknown', args: { field: 'lock_rate' } },
  ]);
  expect(result.readings.map((r) => [...brief(r).slice(1), r.facts.state, r.facts.locked])).toEqual([
    ['0', 'general', 'income', 660, '6.60', 120, null, null],
    ['1000492470', 'special', 'commission', 1550, '1550', 120, 'active', null],
    ['1000492471', 'special', 'commission', null, '450', 120, null, false],
    ['1000492472', 'special', 'commission', 300, '300', 120, 'stopped', false],
    ['marketing', 'marketing', 'commission', 780, '7.80', null, null, null],
    ['1000492470', 'special', 'commission', 1600, '1600', null, 'active', null],
  ]);
  expect(result.readings.every(({ shop }) => shop.sellerId === '217440529896652827')).toBe(true);
  expect(result.readings[3]?.facts.name).toBe('老客专享');
});

test('item info', () => {
  expect(read('item-info-upgrade.json').readings.map(brief)).toEqual([
    [CUP, '0', 'general', 'commission', 600, '6.00', 120],
  ]);
});

const upgrade = (publish: object, basic: object = { seller_id: 7 }) =>
  readJson({
    tbk_dg_material_optional_upgrade_response: {
      result_list: {
        map_data: [
          {
            item_id: 'a-b',
            item_basic_info: basic,
            publish_info: { income_rate: '5.50', commission_type: 'COMMON', ...publish },
          },
        ],
      },
    },
  });

test.each<[string, unknown, string]>([
  ['no subsidy', { subsidy_rate: '0', subsidy_amount: '0' }, 'commission'],
  ['no subsidy, with decimals', { subsidy_rate: '0.00', subsidy_amount: '0.00' }, 'commission'],
  ['no subsidy, as a number', { subsidy_rate: 0 }, 'commission'],
  ['a subsidy', { subsidy_rate: '11', subsidy_amount: '0.80' }, 'income'],
  ['an amount without a rate', { subsidy_rate: '0', subsidy_amount: '0.80' }, 'income'],
  ['an amount of zero alone', { subsidy_amount: '0' }, 'income'],
  ['a blank subsidy', { subsidy_rate: '', subsidy_amount: '' }, 'income'],
  ['a subsidy of "-"', { subsidy_rate: '-' }, 'income'],
  ['nothing said', {}, 'income'],
  ['no income_info', undefined, 'income'],
])('newer search, %s', (_, income_info, measure) => {
  const result = upgrade({ income_info });
  expect(result.problems).toEqual([]);
  expect(result.readings.map(brief)).toEqual([['a-b', '0', 'general', measure, 550, '5.50', null]]);
  expect(result.notes).toEqual(measure === 'income' ? [{ code: 'income-only', args: { items: 1 } }] : []);
});

test.each<[string, unknown]>([
  ['absent', undefined],
  ['null', null],
  ['""', ''],
  ['{}', {}],
  ['[]', []],
  ['an empty wrapper', { sp_campaign: [] }],
  ['a blank wrapper', { sp_campaign: '' }],
  ['an empty object in its wrapper', { sp_campaign: {} }],
])('a list of special plans that is %s tells of none', (_, sp_campaign_list) => {
  const result = upgrade({ commission_type: 'SP', sp_campaign_list });
  expect([result.problems, result.readings, result.batches.length]).toEqual([[], [], 1]);
  expect(result.notes).toEqual([{ code: 'plan-unnamed', args: { items: 1 } }]);
});

const CAMPAIGN = { sp_cid: '9', sp_name: 'x', sp_rate: '450', sp_lock_status: '0', sp_status: '1' };
const special = (campaign: object) => ({ commission_type: 'SP', sp_campaign_list: [{ ...CAMPAIGN, ...campaign }] });

test.each<[object, object, object | null]>([
  [{}, { state: 'active', locked: false, hidden: null }, { bp: 450, raw: '450' }],
  [{ sp_status: '0' }, { state: null }, { bp: null, raw: '450' }],
  [{ sp_status: null }, { state: null }, { bp: 450 }],
  [{ sp_status: '0', sp_name: 'x[计划已停止]' }, { state: 'stopped', name: 'x' }, { bp: null }],
  [{ sp_lock_status: '1' }, { locked: true }, { bp: 450 }],
  [{ sp_lock_status: '7' }, { locked: null }, { bp: 450 }],
  [{ sp_cid: '-9' }, { hidden: true }, { bp: 450 }],
  [{ sp_rate: '' }, { state: 'active' }, { bp: null }],
  [{ sp_rate: undefined }, { state: 'active' }, null],
])('a special plan with %j is %j, %j', (campaign, facts, rate) => {
  const result = upgrade(special(campaign));
  expect([result.problems, result.readings.length, result.readings[0]?.planId]).toEqual([[], 1, '9']);
  expect(result.readings[0]?.facts).toMatchObject(facts);
  if (rate) expect(result.readings[0]?.rate).toMatchObject(rate);
  else expect(result.readings[0]?.rate).toBeNull();
});

test('one special plan without a list around it is read', () => {
  expect(upgrade({ sp_campaign_list: { sp_campaign: CAMPAIGN } }).readings[1]).toMatchObject({ planId: '9' });
});

test('newer search: what is wrong with a row, under its full name', () => {
  const list = 'publish_info.sp_campaign_list';
  expect(codes(upgrade(special({ sp_cid: null, sp_rate: '4.50', sp_status: '2' })))).toEqual([
    [1, `${list}.sp_cid`, 'needed', ''],
    [1, `${list}.sp_status`, 'bad-word', '2'],
    [1, `${list}.sp_rate`, 'bad-rate', '4.50'],
  ]);
  expect(codes(upgrade(special({ sp_cid: 0, sp_rate: '1550表示15.5%' })))).toEqual([
    [1, `${list}.sp_cid`, 'bad-id', '0'],
    [1, `${list}.sp_rate`, 'bad-rate', '1550表示15.5%'],
  ]);
  expect(codes(upgrade({ sp_campaign_list: 5 }))).toEqual([[1, list, 'not-an-object', '5']]);
  expect(codes(upgrade({ sp_campaign_list: [5] }))).toEqual([
    [1, list, 'not-an-object', '[…]'],
    [1, `${list}.sp_cid`, 'needed', ''],
  ]);
  expect(codes(upgrade({ income_rate: '550' }, { title: 'x' }))).toEqual([
    [1, 'item_basic_info.seller_id', 'needed', ''],
    [1, 'publish_info.income_rate', 'bad-rate', '550'],
  ]);
  expect(codes(upgrade({}, [] as object))).toEqual([
    [1, 'item_basic_info', 'not-an-object', '[…]'],
    [1, 'item_basic_info.seller_id', 'needed', ''],
  ]);
});

test('selections: special plans; the row’s own rate names no plan', () => {
  const result = read('optimus-material.json');
  expect(result.notes).toEqual([
    { code: 'plan-unnamed', args: { items: 2 } },
    { code: 'unit-unknown', args: { field: 'lock_rate' } },
  ]);
  expect(result.readings.map(brief)).toEqual([
    ['596116426626', '1000492471', 'special', 'commission', 450, '450', null],
  ]);
  expect(result.readings[0]?.shop).toEqual(SHOP);
});

test('selections: a row that has a type is read by it, in percent', () => {
  const typed = doc('optimus-material.json');
  for (const row of typed.tbk_dg_optimus_material_response.result_list.map_data) row.commission_type = 'COMMON';
  expect(readJson(typed).readings.map(({ planId, rate }) => [planId, rate?.bp])).toEqual([
    ['0', 550],
    ['1000492471', 450],
    ['0', 900],
  ]);
});

/** An answer without its root, without its wrappers, as rows, and as a single row. */
function bareForms(file: string): unknown[] {
  const [body]: any[] = Object.values(doc(file));
  const rows: any[] = Object.values(body.result_list ?? body.results)[0] as any[];
  return [body, { ...body, result_list: rows }, body.result_list ?? body.results, rows];
}

test.each([
  'material-optional.json',
  'material-optional-upgrade.json',
  'material-recommend.json',
  'optimus-material.json',
])('%s without root and wrappers', (file) => {
  const whole = readJson(doc(file));
  for (const form of bareForms(file)) {
    const result = readJson(form);
    expect([result.format, result.readings]).toEqual([whole.format, whole.readings]);
  }
  const single = readJson((bareForms(file)[3] as any[])[0]);
  expect(single.format).toBe(whole.format);
  expect(single.readings).toEqual(
    whole.readings
      .filter(({ locator }) => locator === 1)
      .map((r) => ({
        ...r,
        facts: { ...r.facts, locked: single.readings.find((s) => s.planId === r.planId)?.facts.locked },
      })),
  );
});

test('bare rows that could be in either unit are not taken, unless the format is named', () => {
  const { info_dxjh: _, include_dxjh: __, ...plain } = ROW;
  const optimus = { ...plain, sp_campaign_list: [CAMPAIGN] };
  for (const rows of [[plain], [ROW, { ...plain, sp_campaign_list: [] }], [optimus], [{ ...ROW, publish_info: {} }]])
    expect(readJson(rows).refusal?.code).toBe('unknown-format');
  expect(readJson([plain], { format: 'top-material-optional' }).readings.map(({ rate }) => rate?.bp)).toEqual([600]);
});

const ROOTED = [
  ['top-material-optional', 'tbk_dg_material_optional_response'],
  ['top-material-optional', 'tbk_sc_material_optional_response'],
  ['top-material-upgrade', 'tbk_dg_material_optional_upgrade_response'],
  ['top-material-upgrade', 'tbk_dg_material_recommend_response'],
  ['top-material-upgrade', 'tbk_item_info_upgrade_get_response'],
  ['top-optimus-material', 'tbk_dg_optimus_material_response'],
] as const;
const EMPTY = [{}, '', null, [], { request_id: 'x' }, { result_list: {} }, { result_list: '' }, { results: {} }];

test.each(ROOTED)('%s: an empty %s is refused', (format, root) => {
  for (const body of [...EMPTY, { result_list: { map_data: [] } }, { results: { n: '' } }]) {
    expect(readJson({ [root]: body }).refusal?.code).toBe('no-rows');
    expect(readJson({ [root]: body }, { format }).refusal?.code).toBe('no-rows');
  }
  for (const body of [
    5,
    { result_list: 5 },
    { result_list: { total: 5 } },
    { result_list: { map_data: { item_id: 1 } } },
  ]) {
    expect(readJson({ [root]: body }).refusal).toEqual({ code: 'unlike-format', args: { format } });
    expect(readJson({ [root]: body }, { format }).refusal?.code).toBe('not-this-format');
  }
});

test.each(['top-material-optional', 'top-material-upgrade', 'top-optimus-material'])(
  '%s by --format refuses what it is not',
  (format) => {
    for (const other of [{ data: 5 }, 5, { tbk_coupon_get_response: { results: [] } }])
      expect(readJson(other, { format }).refusal).toEqual({ code: 'not-this-format', args: { format } });
  },
);

test('ids keep every digit', () => {
  const BIG = '217440529896652827';
  const ids = (text: string) =>
    readText(text).readings.map(({ shop, item, planId }) => [shop.sellerId, item?.id, planId]);
  const flat = `"item_id":${BIG},"seller_id":${BIG}`;
  expect(
    ids(`[{${flat},"commission_rate":"5","commission_type":"COMMON","info_dxjh":"{\\"${BIG}\\":\\"5\\"}"}]`),
  ).toEqual([
    [BIG, BIG, '0'],
    [BIG, BIG, BIG],
  ]);
  const list = `"sp_campaign_list":{"sp_campaign":[{"sp_cid":${BIG},"sp_rate":"5"}]}`;
  expect(ids(`[{${flat},${list}}]`)).toEqual([[BIG, BIG, BIG]]);
  expect(ids(`[{"item_id":${BIG},"item_basic_info":{"seller_id":${BIG}},"publish_info":{${list}}}]`)).toEqual([
    [BIG, BIG, BIG],
  ]);
});

test('a joined special plan below the general rate of the open platform is to be left', async () => {
  const world = makeWorld();
  const at = '2026-11-20T09:00:00+08:00';
  const fixture = (name: string) => world.write(name.replace('/', '-'), fixtureBytes(name), at);
  const files = ['joined-table/joined-campaigns.txt', 'top/material-optional-upgrade.json'].map(fixture);
  expect(await world.run('sync', ...files)).toMatchObject({ code: 0, err: '' });
  const diff = await world.json('diff', '--all');
  const planOf = (id: string) => diff.plans.find((plan: any) => plan.plan.id === id);
  expect(planOf('1000492471')).toMatchObject({
    verdict: 'exit',
    basis: 'item',
    special: { rateBp: 450 },
    general: { rateBp: 600 },
    gapBp: -150,
  });
  expect(planOf('1000492470')).toMatchObject({ verdict: null, standing: 'superseded', plan: { locked: true } });
  // A search that does not list the general plan does not make it missing.
  const later = doc('material-optional-upgrade.json');
  later.tbk_dg_material_optional_upgrade_response.result_list.map_data[0].publish_info.commission_type = 'MKT';
  for (const hour of [10, 11]) {
    const path = world.write(`${hour}.json`, JSON.stringify({ ...later, hour }), `2026-11-20T${hour}:00:00+08:00`);
    await world.run('sync', path);
  }
  const after = await world.json('diff');
  expect(after.plans[0]).toMatchObject({
    verdict: 'exit',
    plan: { id: '1000492471' },
    general: { rateBp: 600, capturedAt: at },
    context: { marketing: { rateBp: 600 } },
  });
});

const FIELDS = [
  ...['item_id', 'num_iid', 'seller_id', 'commission_rate', 'commission_type', 'info_dxjh', 'include_dxjh', 'nick'],
  ...['tk_total_sales', 'lock_rate', 'sp_campaign_list', 'sp_campaign', 'sp_cid', 'sp_rate', 'sp_status', 'sp_name'],
  ...['item_basic_info', 'publish_info', 'income_rate', 'income_info', 'subsidy_rate', 'subsidy_amount', 'topn_info'],
  ...['result_list', 'results', 'map_data', '__proto__'],
];
const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 6, depthSize: 'large', withCrossShrink: true },
    fc.constantFrom(null, '', '0', 5, '5.50', '450', 'COMMON', 'MKT', 'SP', '{"9":"450"}', '{"-9":1}', true, 1e21),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('anything'), { maxKeys: 8 }),
  ),
}));

test('arbitrary JSON under these roots never throws, and every reading is sound', () => {
  const anyFormat = fc.constantFrom(undefined, 'top-material-optional', 'top-material-upgrade', 'top-optimus-material');
  const roots = fc.constantFrom(...ROOTED.map(([, root]) => root), null);
  fc.assert(
    fc.property(anything, roots, anyFormat, (body, root, format) => {
      const result = readJson(root === null ? body : { [root]: body }, format ? { format } : {});
      for (const { shop, planId, item, rate } of result.readings) {
        expect(shop.sellerId).toMatch(/^[^\s,"{[]+$/);
        expect(planId).toMatch(/^[^\s,"{[]+$/);
        expect(item?.id).toMatch(/^[^\s,"{[]+$/);
        if (rate?.bp != null) expect(rate.bp > 0 && rate.bp <= 10_000 && Number.isInteger(rate.bp)).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});
