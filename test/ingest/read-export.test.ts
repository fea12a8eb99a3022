import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { fixtureBytes, fixtureSource, memorySource, readJson, readSource, readText } from '../support/exports.ts';

test.each([
  ['alimama/joined-campaigns.json', 'alimama-joined-plans'],
  ['alimama/items-search.json', 'alimama-item-search'],
  ['alimama/shop-campaigns.seller-2166356588.json', 'alimama-shop-plans'],
  ['alimama/item-campaigns.item-560234787224.json', 'alimama-item-plans'],
  ['alimama/plan-items.campaign-13804894.json', 'alimama-plan-items'],
  ['story/2014-03-01.csv', 'tkguard-csv'],
  ['top/material-optional.json', 'top-material-optional'],
  ['top/material-optional-types.json', 'top-material-optional'],
  ['top/material-optional-simplified.json', 'top-material-optional'],
  ['top/material-optional-upgrade.json', 'top-material-upgrade'],
  ['top/material-recommend.json', 'top-material-upgrade'],
  ['top/item-info-upgrade.json', 'top-material-upgrade'],
  ['top/optimus-material.json', 'top-optimus-material'],
])('%s is %s, alone among the formats and in any encoding', (path, format) => {
  expect(readSource(fixtureSource(path)).format).toBe(format);
  const text = new TextDecoder().decode(fixtureBytes(path));
  for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
    const result = readSource(memorySource(path, bytes, 1000));
    expect([result.format, result.readings]).toEqual([format, readSource(fixtureSource(path)).readings]);
  }
  if (path.endsWith('.json')) {
    const doc = JSON.parse(text);
    const takers = FORMATS.filter((known) => known.kind === 'json' && known.recognizes(doc));
    expect(takers.map(({ id }) => id)).toEqual([format]);
  }
});

test('the ids of the formats are unique', () => {
  expect(new Set(FORMATS.map(({ id }) => id)).size).toBe(FORMATS.length);
});

test.each(FORMATS)('the example of $id is one, and is read without a problem', ({ id, example, exampleName }) => {
  const result = readText(example, { name: exampleName });
  expect([result.refusal, result.format, result.problems]).toEqual([null, id, []]);
  const said = result.batches.flatMap(({ readings, orders = [], refunds = [] }) => [
    ...readings,
    ...orders,
    ...refunds,
  ]);
  expect(said.length).toBeGreaterThan(0);
});

test.each(FORMATS)('$id says the unit of every rate that it gives', ({ id, gives, rates }) => {
  const givesRates = gives.some((facet) => ['general', 'special', 'event', 'income'].includes(facet));
  expect([id, rates.length > 0]).toEqual([id, givesRates]);
  expect(new Set(rates.map(({ field }) => field)).size).toBe(rates.length);
});

test('JSONP is unwrapped', () => {
  const rows = '[{"shop_id":"7","plan_id":"1","plan_type":"special","rate":"5%"}]';
  for (const text of [`jsonp_12(${rows});`, ` cb(${rows})`, `a.b(${rows})\n`])
    expect(readText(text).readings.map(({ planId }) => planId)).toEqual(['1']);
});

const itemPlans = (name: string, ids = {}) =>
  readSource(memorySource(name, fixtureBytes('alimama/item-campaigns.item-560234787224.json')), { ids });

test.each<[string, string | null]>([
  ['item-560234787224.json', '560234787224'],
  ['/home/x/2026-11-20.item-560234787224 (1).json', '560234787224'],
  ['C:\\exports\\item-campaigns,item-560234787224.json', '560234787224'],
  ['item-nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb.json', 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb'],
  ['item-search-2026-11-20.json', null],
  ['item-campaigns-2026-11-20.json', null],
  ['item-560234787224-2026-11-20.json', null],
  ['item-560234787224/answer.json', null],
  ['items-560234787224.json', null],
  ['item-.json', null],
])('the file name %j gives the item %j', (name, id) => {
  const result = itemPlans(name);
  expect(result.readings[0]?.item?.id ?? null).toBe(id);
  expect(result.refusal?.code ?? null).toBe(id === null ? 'missing-id' : null);
});

test('flags and the file name together, which must not contradict each other', () => {
  const result = itemPlans('seller-2.keeper-27182818.json', { item: '9' });
  expect(result.readings[0]).toMatchObject({ item: { id: '9' }, shop: { sellerId: '2', keeperId: '27182818' } });
  expect(itemPlans('item-1.json', { item: '9' }).refusal?.code).toBe('ambiguous-id');
  expect(itemPlans('item-1.item-2.json').refusal?.code).toBe('ambiguous-id');
  expect(itemPlans('item-1.item-1.json').refusal).toBeNull();
  expect(itemPlans('item-1.keeper-5.json').problems).toMatchObject([
    { code: 'disagrees', field: 'ShopKeeperID', expected: '5' },
    { code: 'disagrees', field: 'ShopKeeperID', expected: '5' },
  ]);
});

test('ids beyond 2^53 keep every digit, wherever they stand', () => {
  const BIG = '217440529896652827';
  const ids = (text: string, name = 'item-1.campaign-5.json') => {
    const { readings, problems, refusal } = readText(text, { name });
    expect([problems, refusal]).toEqual([[], null]);
    return readings.map(({ shop, planId, facts }) => [shop.sellerId, shop.keeperId, planId, facts.exitId]);
  };
  expect(ids(`[{"shop_id":${BIG},"plan_id":${BIG},"plan_type":"special","rate":5,"exit_id":${BIG}}]`)).toEqual([
    [BIG, null, BIG, BIG],
  ]);
  const joined = `{"id":${BIG},"campaignId":${BIG},"status":2,"oriMemberId":${BIG},"shopKeeperId":${BIG}}`;
  expect(ids(`{"data":{"pagelist":[${joined}],"paginator":{"items":1}}}`)).toEqual([[BIG, BIG, BIG, BIG]]);
  const item = `{"auctionId":${BIG},"sellerId":${BIG},"tkRate":2.80,"tkSpecialCampaignIdRateMap":{"${BIG}":"5.00"}}`;
  expect(ids(`{"data":{"head":{"status":"OK"},"pageList":[${item}]}}`)).toEqual([
    [BIG, null, '0', null],
    [BIG, null, BIG, null],
  ]);
  const plan = `{"campaignId":${BIG},"campaignType":2,"avgCommission":550,"shopKeeperId":${BIG}}`;
  const applied = `{"id":${BIG},"campaignId":${BIG},"status":2}`;
  expect(ids(`{"data":{"exsitApplyList":[${applied}],"campaignList":[${plan}]}}`)).toEqual([[null, BIG, BIG, BIG]]);
  expect(ids(`{"data":[{"CampaignID":${BIG},"commissionRate":5.5,"ShopKeeperID":${BIG}}]}`)).toEqual([
    [null, BIG, BIG, null],
  ]);
  expect(ids(`{"data":{"pagelist":[{"auctionId":${BIG},"commissionRatePercent":5.5,"userNumberId":${BIG}}]}}`)).toEqual(
    [[BIG, null, '5', null]],
  );
});

test('ids that lost digits in a number are refused, not rounded', () => {
  const shop = (id: string) => readText(`[{"shop_id":${id},"plan_id":"1","plan_type":"special","rate":5}]`).problems;
  expect(shop('1.23E+18')).toMatchObject([{ code: 'rounded-id', field: 'shop_id' }]);
  expect(shop('2e17')).toMatchObject([{ code: 'rounded-id' }]);
  expect(shop('217440529896652827.0')).toMatchObject([{ code: 'bad-id' }]);
});

/** Bytes that look like exports: pieces of real ones, with noise between. */
const FRAGMENTS = [
  'shop_id,plan_id,plan_type,rate\n',
  '7,1,special,5%\n',
  '"',
  ',',
  '\r',
  '{"data":{"pagelist":[',
  '{"campaignId":5,"status":2,"oriMemberId":7}',
  ']}}',
  '{"shop_id":"7","plan_id":"1","plan_type":"special","rate":"5%"}',
  '\n',
  '[',
  '<html>',
  '\ufeff',
  'cb(',
];
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 5 })), { maxLength: 12 })
    .map((parts) => new TextEncoder().encode(parts.join(''))),
);
const anyFormat = fc.constantFrom(undefined, ...FORMATS.map(({ id }) => id));
const IDS = { item: '1', campaign: '2', seller: '3' };

/** Whatever a file holds, it is refused, or read with no impossible value. */
function expectSound(result: ReturnType<typeof readSource>): void {
  if (result.refusal) expect(result.refusal.code).toMatch(/^[a-z-]+$/);
  for (const { shop, planId, rate, item } of result.readings) {
    expect(shop.sellerId ?? shop.keeperId).toMatch(/./);
    expect(planId).toMatch(/^[^\s,"{[]+$/);
    if (item) expect(item.id).toMatch(/^[^\s,"{[]+$/);
    if (rate?.bp != null) expect(rate.bp > 0 && rate.bp <= 10_000 && Number.isInteger(rate.bp)).toBe(true);
  }
}

test('arbitrary bytes never throw, and give the same in any pieces', () => {
  fc.assert(
    fc.property(noise, anyFormat, fc.integer({ min: 1, max: 50 }), (bytes, format, chunkSize) => {
      const options = format ? { format, ids: IDS } : {};
      const whole = readSource(memorySource('x', bytes), options);
      expectSound(whole);
      expect(readSource(memorySource('x', bytes, chunkSize), options)).toEqual(whole);
    }),
    { numRuns: 1000 },
  );
});

const FIELDS = [
  ...['shop_id', 'plan_id', 'plan_type', 'rate', 'captured_at', 'plans', 'format', '__proto__', 'constructor'],
  ...['id', 'campaignId', 'status', 'oriMemberId', 'shopKeeperId', 'createTime', 'campaignName', 'campaignType'],
  ...['auctionId', 'sellerId', 'tkRate', 'tkSpecialCampaignIdRateMap', 'eventRate', 'dayLeft', 'avgCommission'],
  ...['CampaignID', 'commissionRate', 'ShopKeeperID', 'commissionRatePercent', 'userNumberId', 'itemId', 'totalNum'],
];
const TOP_ROOTS = [
  ...['tbk_dg_material_optional_response', 'tbk_sc_material_optional_response', 'tbk_dg_optimus_material_response'],
  ...['tbk_dg_material_optional_upgrade_response', 'tbk_dg_material_recommend_response'],
  'tbk_item_info_upgrade_get_response',
];
const TOP_FIELDS = [
  ...['item_id', 'num_iid', 'seller_id', 'commission_rate', 'commission_type', 'info_dxjh', 'include_dxjh', 'nick'],
  ...['tk_total_sales', 'lock_rate', 'sp_campaign_list', 'sp_campaign', 'sp_cid', 'sp_rate', 'sp_status', 'sp_name'],
  ...['item_basic_info', 'publish_info', 'income_rate', 'income_info', 'subsidy_rate', 'subsidy_amount', 'topn_info'],
  ...['result_list', 'results', 'map_data', '__proto__'],
];
const scalar = fc.oneof(
  fc.constantFrom(null, 0, 1, 2, 5.5, -5, '', '-', '5.50 %', '2026-11-02', 'special', 'NaN', true),
  fc.jsonValue({ maxDepth: 2 }),
);
const row = fc.dictionary(fc.constantFrom(...FIELDS), scalar, { maxKeys: 10 });
const rows = fc.oneof(fc.array(row, { maxLength: 3 }), scalar);
const answer = fc
  .record({
    data: fc.oneof(
      rows,
      fc.record(
        {
          pagelist: rows,
          pageList: rows,
          campaignList: rows,
          exsitApplyList: rows,
          result: rows,
          statusList: rows,
          head: fc.oneof(fc.constant({ status: 'OK' }), scalar),
          paginator: fc.oneof(fc.record({ items: scalar, page: scalar, pages: scalar }), scalar),
          totalPages: scalar,
        },
        { requiredKeys: [] },
      ),
    ),
    info: fc.oneof(fc.record({ ok: fc.constant(true), pvid: scalar }), scalar),
  })
  .map((doc): unknown => doc);
const own = fc.oneof(
  rows,
  fc.record({ format: fc.constantFrom('tkguard/snapshot@1', 'x'), captured_at: scalar, coverage: scalar, plans: rows }),
);

const { topValue } = fc.letrec<{ topValue: unknown }>((tie) => ({
  topValue: fc.oneof(
    { maxDepth: 6, depthSize: 'large', withCrossShrink: true },
    fc.constantFrom(null, '', '0', 5, '5.50', '450', 'COMMON', 'MKT', 'SP', '{"9":"450"}', '{"-9":1}', true, 1e21),
    fc.array(tie('topValue'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...TOP_FIELDS), tie('topValue'), { maxKeys: 8 }),
  ),
}));
const topAnswer = fc.tuple(fc.constantFrom(...TOP_ROOTS), topValue).map(([root, body]): unknown => ({ [root]: body }));

test('arbitrary JSON never throws', () => {
  fc.assert(
    fc.property(fc.oneof(answer, own, topAnswer, topValue, fc.jsonValue()), anyFormat, (doc, format) => {
      expectSound(readJson(doc, format ? { format, ids: IDS } : {}));
    }),
    { numRuns: 5000 },
  );
});

test('JSON nested too deep is refused or read, and does not throw', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const deep = nested(100_000);
  expectSound(readText(deep));
  expectSound(readText(`[{"shop_id":${deep},"plan_id":1234567890123456789,"plan_type":"special","rate":5}]`));
  const cell = readText(`[{"shop_id":${nested(500)},"plan_id":1,"plan_type":"special","rate":5}]`);
  expect(cell.problems).toMatchObject([{ code: 'bad-id', field: 'shop_id', found: '[…]' }]);
});

test('a text that ends within a character was cut off; one in no encoding is to be saved anew', () => {
  const whole = Buffer.from('店铺ID,佣金比率,计划类型\n1,5.00%,通用计划\n1,店');
  for (const missing of [1, 2])
    expect(readText(whole.subarray(0, whole.length - missing)).refusal?.code).toBe('cut-off-character');
  const broken = Buffer.concat([whole.subarray(0, 2), whole]);
  expect(readText(broken).refusal?.code).toBe('bad-encoding');
});
