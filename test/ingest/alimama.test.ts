import { expect, test } from 'vitest';
import type { Reading } from '../../src/domain/reading.ts';
import { NO_FACTS } from '../../src/domain/reading.ts';
import { fixtureBytes, fixtureSource, readJson, readSource } from '../support/exports.ts';

/** A fixture's document, to be changed by a test. */
function fixtureDoc(path: string): any {
  return JSON.parse(new TextDecoder().decode(fixtureBytes(path)));
}

const brief = ({ planId, facts, rate }: Reading) => [planId, facts.kind, rate?.bp, rate?.raw];
const codes = (result: ReturnType<typeof readJson>) =>
  result.problems.map(({ code, locator, field, found }) => [locator, field, code, found]);

const TEA = { sellerId: '2649797694', keeperId: '31415926', name: '全球茶叶公司' };

test('joined plans: membership and state, no rate', () => {
  const result = readSource(fixtureSource('alimama/joined-campaigns.json'));
  expect([result.format, result.problems, result.notes]).toEqual(['alimama-joined-plans', [], []]);
  expect(
    result.batches.map(({ account, capturedMs, coverage, subject }) => [account, capturedMs, coverage, subject]),
  ).toEqual([[null, null, 'joined-plans', '']]);
  expect(result.readings[0]).toEqual({
    locator: 1,
    shop: TEA,
    item: null,
    planId: '28929421',
    facts: {
      ...NO_FACTS,
      kind: 'special',
      name: '茶友高佣,加QQ：1259814898',
      state: 'active',
      status: 'approved',
      joinedAt: '2026-11-01',
      approvedAt: '2026-11-02',
      exitId: '90010001',
    },
    rate: null,
  });
  const rows = result.readings.map(({ planId, facts }) => [
    planId,
    facts.kind,
    facts.status,
    facts.state,
    facts.joinedAt,
    facts.approvedAt,
    facts.exitId,
  ]);
  expect(rows.slice(1)).toEqual([
    ['13804894', 'special', 'approved', 'active', '2026-10-14', '2026-10-15', '90010002'],
    ['8013864', 'special', 'approved', 'stopped', '2026-06-01', '2026-06-03', '90010003'],
    ['45332944', 'special', 'pending', 'active', '2026-11-19', null, '90010004'],
    ['63960348', 'special', 'rejected', 'active', '2026-11-05', null, '90010005'],
  ]);
  expect(result.readings[2]?.facts.name).toBe('老客专享');
});

const JOINED_ROW = {
  id: 1,
  campaignId: 5,
  campaignName: 'x',
  campaignType: 2,
  campaignStatus: 1,
  invalideCampaign: false,
  status: 2,
  shopKeeperId: 8,
  oriMemberId: 7,
  keeperExtName: 'shop',
  createTime: '2026-11-01',
  updateTime: '2026-11-02',
};

function readJoined(rows: readonly object[], paginator: unknown = { items: rows.length, page: 1, pages: 1 }) {
  const data = { pagelist: rows.map((row) => ({ ...JOINED_ROW, ...row })), statusList: [], paginator };
  return readJson({ data, info: { ok: true }, ok: true });
}

test.each<[object, object]>([
  [{ status: 4 }, { status: 'removed', approvedAt: null }],
  [{ status: 5 }, { status: 'left', approvedAt: null }],
  [{ status: '2' }, { status: 'approved' }],
  [{ campaignStatus: 2 }, { state: 'expired' }],
  [{ campaignStatus: 4, invalideCampaign: true }, { state: 'deleted' }],
  [{ campaignStatus: 1, invalideCampaign: true }, { state: 'stopped' }],
  [{ campaignStatus: null, invalideCampaign: true }, { state: 'stopped' }],
  [{ campaignStatus: null, invalideCampaign: null }, { state: null }],
  [
    { campaignStatus: 1, campaignName: 'x[计划已过期]' },
    { state: 'expired', name: 'x' },
  ],
  [
    { campaignStatus: 3, campaignName: 'x[计划已过期]' },
    { state: 'stopped', name: 'x' },
  ],
  [{ campaignType: null }, { kind: 'special' }],
  [{ campaignType: 1, campaignId: 0 }, { kind: 'general' }],
  [{ campaignType: null, campaignId: 0 }, { kind: 'general' }],
  [{ campaignType: 3 }, { kind: null }],
  [{ campaignId: -5 }, { hidden: true }],
  [{ createTime: 1_762_912_800_000 }, { joinedAt: '2025-11-12T10:00:00+08:00' }],
  [{ updateTime: '1762912800000' }, { approvedAt: '2025-11-12T10:00:00+08:00' }],
  [{ updateTime: '2026-11-02 08:00:01' }, { approvedAt: '2026-11-02T08:00:01+08:00' }],
  [{ updateTime: null }, { approvedAt: null }],
])('a joined plan with %j is %j', (row, facts) => {
  const result = readJoined([row]);
  expect(result.problems).toEqual([]);
  expect(result.readings[0]?.facts).toMatchObject(facts);
});

test('a hidden plan and the general plan go by their bare ids', () => {
  expect(readJoined([{ campaignId: -5 }, { campaignId: 0 }]).readings.map(({ planId }) => planId)).toEqual(['5', '0']);
});

test('joined plans: what is wrong with a row', () => {
  const result = readJoined([
    { status: 6, campaignStatus: 9, createTime: 'soon' },
    { status: null, campaignId: null },
    { oriMemberId: null, shopKeeperId: null },
    { campaignId: '1.23E+18', id: '9E10', oriMemberId: { a: 1 } },
    { oriMemberId: null },
  ]);
  expect(codes(result)).toEqual([
    [1, 'status', 'bad-word', '6'],
    [1, 'campaignStatus', 'bad-word', '9'],
    [1, 'createTime', 'bad-time', 'soon'],
    [2, 'campaignId', 'needed', ''],
    [2, 'status', 'needed', ''],
    [3, 'oriMemberId', 'needed', ''],
    [4, 'oriMemberId', 'bad-id', '{…}'],
    [4, 'campaignId', 'rounded-id', '1.23E+18'],
    [4, 'id', 'rounded-id', '9E10'],
  ]);
  expect(result.readings.map(({ locator, shop }) => [locator, shop.sellerId, shop.keeperId])).toEqual([[5, null, '8']]);
});

test.each<[string, number, unknown, object | null]>([
  ['all rows', 2, { items: 2, page: 1, pages: 1 }, null],
  ['all rows, counted as text', 2, { items: '2' }, null],
  ['one page by its pages alone', 2, { page: 1, pages: 1 }, null],
  ['more rows', 2, { items: 41, page: 1, pages: 2 }, { code: 'incomplete-list', args: { have: 2, of: 41 } }],
  ['more pages', 2, { items: 2, page: 1, pages: 2 }, { code: 'incomplete-pages', args: { have: 2, pages: 2 } }],
  ['a later page', 2, { items: 2, page: 2, pages: 1 }, { code: 'incomplete-pages', args: { have: 2, pages: 2 } }],
  ['no paginator', 2, null, { code: 'whole-unknown', args: { have: 2 } }],
  ['a paginator that counts nothing', 2, { nextPage: 1 }, { code: 'whole-unknown', args: { have: 2 } }],
  ['nothing joined', 0, { items: 0, page: 1, pages: 0 }, null],
])('joined plans, %s', (_, rows, paginator, note) => {
  const result = readJoined(
    Array.from({ length: rows }, (__, i) => ({ campaignId: i + 1 })),
    paginator,
  );
  expect(result.batches.map(({ coverage, readings }) => [coverage, readings.length])).toEqual([
    [note ? 'partial' : 'joined-plans', rows],
  ]);
  expect(result.notes).toEqual(note ? [note] : []);
});

test('of two records of one plan the one joined last counts, whatever their order', () => {
  const left = { id: 1, status: 5, createTime: '2026-10-01' };
  const rejoined = { id: 2, status: 2, createTime: '2026-11-01' };
  for (const rows of [
    [left, rejoined],
    [rejoined, left],
  ])
    expect(readJoined(rows).readings.map(({ facts }) => [facts.exitId, facts.status])).toEqual([['2', 'approved']]);
  expect(readJoined([left, { ...left, oriMemberId: 9 }, { ...left, campaignId: 6 }]).readings).toHaveLength(3);
});

test('two records of one plan that cannot be put in order are a problem, unless they are the same', () => {
  const left = { id: 1, status: 5 };
  const sameDay = readJoined([left, { id: 2, status: 2 }]);
  expect(sameDay.problems).toEqual([{ code: 'disagrees', locator: 2, field: 'status', found: '2', expected: '5' }]);
  expect(sameDay.readings).toEqual([]);
  expect(codes(readJoined([left, { ...left, id: 2, createTime: null }]))).toEqual([[2, 'status', 'disagrees', '5']]);
  const twice = readJoined([left, left]);
  expect([twice.problems, twice.readings.length]).toEqual([[], 1]);
  const settled = readJoined([left, { id: 2, status: 2 }, { id: 3, status: 2, createTime: '2026-11-05' }]);
  expect([settled.problems, settled.readings.map(({ facts }) => facts.exitId)]).toEqual([[], ['3']]);
});

test('item search: general, special and event rates of each item', () => {
  const result = readSource(fixtureSource('alimama/items-search.json'));
  expect([result.format, result.problems]).toEqual(['alimama-item-search', []]);
  expect(result.batches.map(({ coverage, subject }) => [coverage, subject])).toEqual([['item-search', '']]);
  expect(result.notes).toEqual([{ code: 'dated-by-content', args: { date: '2018-06-14' } }]);
  expect(result.readings[0]).toEqual({
    locator: 1,
    shop: { sellerId: '2649797694', keeperId: null, name: '全球茶叶公司' },
    item: { id: '537099364188', title: '茶叶 居家 礼盒' },
    planId: '0',
    facts: { ...NO_FACTS, kind: 'general' },
    rate: { measure: 'commission', bp: 280, raw: '2.8', sales: 2943 },
  });
  const ofItem = (id: string) => result.readings.filter(({ item }) => item?.id === id);
  expect(ofItem('537099364188').map(brief)).toEqual([
    ['0', 'general', 280, '2.8'],
    ['28623940', 'special', 2000, '20.00'],
    ['28929421', 'special', 1000, '10.00'],
    ['45332944', 'special', 2500, '25.00'],
    ['63960348', 'special', 5000, '50.00'],
    ['28929471', 'special', 5000, '50.00'],
    ['event-537099364188', 'event', 3000, '30'],
  ]);
  const hidden = result.readings.filter(({ facts }) => facts.hidden === true);
  expect(hidden.map(({ planId }) => planId)).toEqual(['28929471']);
  expect(ofItem('560234787224').map(brief)).toEqual([
    ['0', 'general', 550, '5.5'],
    ['8013864', 'special', 700, '7.00'],
    ['12528500', 'special', 700, '7.00'],
    ['13021516', 'special', 700, '7.00'],
    ['13804894', 'special', 550, '5.50'],
  ]);
  expect(ofItem('560234787224').every(({ rate, facts }) => rate?.sales === 0 && facts.endsAt === null)).toBe(true);
});

const ITEM = {
  auctionId: 5,
  sellerId: 7,
  nick: 'n',
  shopTitle: 't',
  title: 'x',
  tkRate: 2.8,
  tkMktStatus: null,
  eventRate: null,
  totalNum: 3,
  tkSpecialCampaignIdRateMap: {},
};

function readItems(rows: readonly object[], info: object = {}) {
  const data = { head: { status: 'OK' }, pageList: rows.map((row) => ({ ...ITEM, ...row })) };
  return readJson({ data, info: { ok: true, ...info }, ok: true });
}

test.each<[string, object, unknown[], boolean]>([
  ['no marketing', {}, [['0', 'general', 280, '2.8']], false],
  ['a common rate', { tkCommonRate: 1.5 }, [['0', 'general', 150, '1.5']], false],
  ['a common rate of null', { tkCommonRate: null }, [['0', 'general', 280, '2.8']], false],
  ['marketing alone', { tkMktStatus: 1 }, [['0', 'general', null, '2.8']], true],
  ['marketing alone, null beside it', { tkMktStatus: 1, tkCommonRate: null }, [['0', 'general', null, '2.8']], true],
  [
    'marketing and a common rate',
    { tkMktStatus: 1, tkCommonRate: 1.5 },
    [
      ['0', 'general', 150, '1.5'],
      ['marketing', 'marketing', 280, '2.8'],
    ],
    false,
  ],
  ['no rate', { tkRate: null }, [['0', 'general', null, '']], false],
  ['a rate of zero', { tkRate: 0 }, [['0', 'general', null, '0']], false],
])('item search, general rate with %s', (_, row, readings, uncertain) => {
  const result = readItems([row]);
  expect(result.problems).toEqual([]);
  expect(result.readings.map(brief)).toEqual(readings);
  expect(result.notes).toEqual(uncertain ? [{ code: 'general-uncertain', args: { items: 1 } }] : []);
});

test('uncertain general rates are counted in one note', () => {
  expect(readItems([{ tkMktStatus: 1 }, {}, { tkMktStatus: 1 }]).notes).toEqual([
    { code: 'general-uncertain', args: { items: 2 } },
  ]);
});

test('an absent map of special plans covers nothing, an empty one says there are none', () => {
  const absent = { auctionId: 4, tkSpecialCampaignIdRateMap: undefined };
  const rows = [{ auctionId: 1 }, { auctionId: 2, tkSpecialCampaignIdRateMap: null }, absent];
  const coverages = (list: readonly object[]) =>
    readItems(list).batches.map((b) => [b.coverage, b.readings.map(({ item }) => item?.id)]);
  expect(coverages([...rows, { auctionId: 3, tkSpecialCampaignIdRateMap: [] }])).toEqual([
    ['item-search', ['1', '2', '3']],
    ['partial', ['4']],
  ]);
  expect(coverages([absent])).toEqual([['partial', ['4']]]);
});

test('item search: what is wrong with a row', () => {
  const result = readItems([
    { auctionId: null, tkRate: 'x' },
    { sellerId: '1.2E+9', totalNum: 'many', eventRate: 101 },
    { tkSpecialCampaignIdRateMap: { 5: 'x', '1.23E+18': '5.00', 0: '5.00' } },
    { tkSpecialCampaignIdRateMap: 'none' },
    { nick: '', title: '<b>a</b> < b' },
  ]);
  expect(result.problems.map(({ code, locator, field }) => [locator, field, code])).toEqual([
    [1, 'auctionId', 'needed'],
    [1, 'tkRate', 'bad-rate'],
    [2, 'sellerId', 'rounded-id'],
    [2, 'totalNum', 'bad-number'],
    [2, 'eventRate', 'bad-rate'],
    [3, 'tkSpecialCampaignIdRateMap', 'bad-id'],
    [3, 'tkSpecialCampaignIdRateMap', 'bad-rate'],
    [3, 'tkSpecialCampaignIdRateMap', 'rounded-id'],
    [4, 'tkSpecialCampaignIdRateMap', 'not-an-object'],
  ]);
  expect(result.readings.map(({ locator, shop, item }) => [locator, shop.name, item?.title])).toEqual([
    [5, 't', 'a < b'],
  ]);
});

test.each<[string, object[], object, string | null]>([
  ['nothing', [{ dayLeft: 2 }], {}, null],
  ['pvid', [{}], { pvid: '10_127.0.0.1_367_1501208864509' }, '2017-07-28'],
  ['a sentinel', [{ dayLeft: -17221 }], {}, '2017-02-24'],
  ['the newest of all', [{ dayLeft: -17221 }, { dayLeft: -17696 }], { pvid: '1_1501208864509' }, '2018-06-14'],
  ['an event that is over', [{ dayLeft: -3 }], {}, null],
  ['a time to come', [{}], { pvid: '1_9501208864509' }, null],
])('item search dated by %s', (_, rows, info, date) => {
  const result = readItems(rows, info);
  expect(result.notes).toEqual(date ? [{ code: 'dated-by-content', args: { date } }] : []);
  expect(result.batches[0]?.capturedMs).toBeNull();
});

const SHOP = 'alimama/shop-campaigns.seller-2166356588.json';

test('plans of a shop: averages, and membership of those applied for', () => {
  const result = readSource(fixtureSource(SHOP));
  expect([result.format, result.problems, result.notes]).toEqual(['alimama-shop-plans', [], []]);
  expect(result.batches).toEqual([
    {
      account: null,
      capturedMs: null,
      coverage: 'shop-plans',
      subject: 'shop:2166356588',
      readings: [
        {
          locator: 1,
          shop: { sellerId: '2166356588', keeperId: '27182818', name: null },
          item: null,
          planId: '0',
          facts: { ...NO_FACTS, kind: 'general', name: '通用计划', audit: false, startsAt: '2013-01-01' },
          rate: { measure: 'commission', bp: 550, raw: '5.50 %', sales: null },
        },
        {
          locator: 2,
          shop: { sellerId: '2166356588', keeperId: '27182818', name: null },
          item: null,
          planId: '13804894',
          facts: {
            ...NO_FACTS,
            kind: 'special',
            name: '秋冬主推',
            status: 'approved',
            exitId: '90010002',
            audit: true,
            startsAt: '2026-10-01',
            endsAt: '2026-12-31',
          },
          rate: { measure: 'commission', bp: 610, raw: '6.10 %', sales: null },
        },
      ],
    },
  ]);
});

function readShop(change: (data: ReturnType<typeof fixtureDoc>) => void, ids = {}) {
  const doc = fixtureDoc(SHOP);
  change(doc.data);
  return readJson(doc, { ids: { seller: '2166356588', ...ids } });
}

test.each<[object, number | null, string]>([
  [{ avgCommission: 610, avgCommissionToString: '6.10 %' }, 610, '6.10 %'],
  [{ avgCommission: 610, avgCommissionToString: undefined }, 610, '610'],
  [{ avgCommission: 45, avgCommissionToString: null }, 45, '45'],
  [{ avgCommission: 610, avgCommissionToString: '-' }, 610, '610'],
  [{ avgCommission: null, avgCommissionToString: '6.10 %' }, 610, '6.10 %'],
  [{ avgCommission: '-', avgCommissionToString: '-' }, null, '-'],
  [{ avgCommission: 0, avgCommissionToString: '0.00 %' }, null, '0.00 %'],
])('a plan average of %j is %j', (row, bp, raw) => {
  const result = readShop((data) => Object.assign(data.campaignList[1], row));
  expect(result.problems).toEqual([]);
  expect(result.readings[1]?.rate).toMatchObject({ bp, raw });
});

test('plans of a shop: what is wrong with a row', () => {
  const result = readShop((data) => {
    const [general, special] = data.campaignList;
    data.campaignList = [
      general,
      { ...special, avgCommission: 61 },
      { ...special, avgCommissionToString: '0.00 %' },
      { ...special, campaignId: null, endTime: 'soon' },
      { ...special, shopKeeperId: 5 },
      null,
    ];
    data.exsitApplyList.push({ id: 1, campaignId: 13804894, status: 3 }, { id: 2, campaignId: 6, status: 9 });
  });
  expect(codes(result)).toEqual([
    [2, 'status', 'disagrees', '3'],
    [3, 'status', 'bad-word', '9'],
    [2, 'avgCommission', 'disagrees', '61'],
    [3, 'avgCommission', 'disagrees', '610'],
    [4, 'campaignId', 'needed', ''],
    [4, 'endTime', 'bad-time', 'soon'],
    [5, 'shopKeeperId', 'disagrees', '5'],
    [6, '', 'not-an-object', ''],
  ]);
});

test('plans of a shop: which row is the general plan', () => {
  const kinds = (row: object) => {
    const result = readShop((data) => Object.assign(data.campaignList[1], row));
    return result.readings.slice(1).map(({ planId, facts }) => [planId, facts.kind]);
  };
  expect(kinds({ campaignId: 0 })).toEqual([['0', 'general']]);
  expect(kinds({ campaignType: null, campaignName: '通用计划' })).toEqual([['0', 'general']]);
  expect(kinds({ campaignName: '通用计划' })).toEqual([['13804894', 'special']]);
  expect(kinds({ campaignType: 3 })).toEqual([['13804894', null]]);
  expect(kinds({ campaignId: -13804894 })).toEqual([['13804894', 'special']]);
});

test('plans of a shop: without a list of applications membership is unknown', () => {
  const status = (list: unknown) =>
    readShop((data) => Object.assign(data, { exsitApplyList: list })).readings[1]?.facts.status;
  expect(status(undefined)).toBeNull();
  expect(status(null)).toBeNull();
  expect(status([])).toBeNull();
  expect(status([{ id: 1, campaignId: 13804894, status: 1 }])).toBe('pending');
});

test('plans of a shop known by its keeper alone', () => {
  const result = readShop(() => {}, { seller: null });
  expect(result.batches[0]?.subject).toBe('shop:27182818');
  expect(result.readings[0]?.shop).toEqual({ sellerId: null, keeperId: '27182818', name: null });
  expect(codes(readShop(() => {}, { keeper: '1' }))).toEqual([
    [1, 'shopKeeperId', 'disagrees', '27182818'],
    [2, 'shopKeeperId', 'disagrees', '27182818'],
  ]);
});

const ITEM_PLANS = 'alimama/item-campaigns.item-560234787224.json';

test('plans of an item', () => {
  const result = readSource(fixtureSource(ITEM_PLANS), { ids: { seller: '2166356588' } });
  expect([result.format, result.problems, result.notes]).toEqual(['alimama-item-plans', [], []]);
  const shop = { sellerId: '2166356588', keeperId: '27182818', name: null };
  const item = { id: '560234787224', title: null };
  expect(result.batches).toEqual([
    {
      account: null,
      capturedMs: null,
      coverage: 'item-plans',
      subject: 'item:560234787224',
      readings: [
        {
          locator: 1,
          shop,
          item,
          planId: '13804894',
          facts: { ...NO_FACTS, kind: 'special', name: '秋冬主推', status: 'approved', audit: true },
          rate: { measure: 'commission', bp: 550, raw: '5.5', sales: null },
        },
        {
          locator: 2,
          shop,
          item,
          planId: '8013864',
          facts: { ...NO_FACTS, kind: 'special', name: '新客', status: 'none', audit: false },
          rate: { measure: 'commission', bp: 700, raw: '7', sales: null },
        },
      ],
    },
  ]);
});

test.each<[object, object]>([
  [{ Exist: true, ExistStatus: 1 }, { status: 'pending' }],
  [{ Exist: true, ExistStatus: 3 }, { status: 'rejected' }],
  [{ Exist: true, ExistStatus: null }, { status: null }],
  [{ Exist: false, ExistStatus: 2 }, { status: 'none' }],
  [{ Exist: undefined, ExistStatus: 2 }, { status: null }],
  [{ Properties: null, manualAudit: 1 }, { audit: true }],
  [{ Properties: null, manualAudit: 0 }, { audit: false }],
  [{ Properties: null, manualAudit: null }, { audit: null }],
  [{ CampaignType: '通用计划' }, { kind: 'general' }],
  [{ CampaignType: '神秘计划' }, { kind: null }],
  [{ CampaignType: 2 }, { kind: null }],
])('a plan of an item with %j is %j', (row, facts) => {
  const doc = fixtureDoc(ITEM_PLANS);
  Object.assign(doc.data[0], row);
  const result = readJson(doc, { ids: { item: '5' } });
  expect(result.problems).toEqual([]);
  expect(result.readings[0]?.facts).toMatchObject(facts);
});

test('plans of an item: what is wrong with a row', () => {
  const doc = fixtureDoc(ITEM_PLANS);
  Object.assign(doc.data[0], { commissionRate: '550', CampaignID: null });
  Object.assign(doc.data[1], { ShopKeeperID: null });
  doc.data[0].CampaignID = '';
  expect(codes(readJson(doc, { ids: { item: '5' } }))).toEqual([
    [1, 'CampaignID', 'needed', ''],
    [1, 'commissionRate', 'bad-rate', '550'],
    [2, 'ShopKeeperID', 'needed', ''],
  ]);
});

const PLAN_ITEMS = 'alimama/plan-items.campaign-13804894.json';

test('items of a plan', () => {
  const result = readSource(fixtureSource(PLAN_ITEMS));
  expect([result.format, result.problems, result.notes]).toEqual(['alimama-plan-items', [], []]);
  const shop = { sellerId: '2166356588', keeperId: null, name: '太平鸟男装风尚馆' };
  const facts = { ...NO_FACTS, kind: 'special' };
  expect(result.batches).toEqual([
    {
      account: null,
      capturedMs: null,
      coverage: 'plan-items',
      subject: 'plan:13804894',
      readings: [
        {
          locator: 1,
          shop,
          item: { id: '560234787224', title: '圆领长袖毛衫' },
          planId: '13804894',
          facts,
          rate: { measure: 'commission', bp: 550, raw: '5.5', sales: 3 },
        },
        {
          locator: 2,
          shop,
          item: { id: '560234787999', title: '休闲长裤' },
          planId: '13804894',
          facts,
          rate: { measure: 'commission', bp: 900, raw: '9', sales: 41 },
        },
      ],
    },
  ]);
});

test('items of a plan: one page of many, sellers from elsewhere, bad rows', () => {
  const doc = fixtureDoc(PLAN_ITEMS);
  doc.data.paginator = { page: 2, pages: 3, nextPage: 3 };
  doc.data.pagelist[0].userNumberId = null;
  Object.assign(doc.data.pagelist[1], { auctionId: null, commissionRatePercent: '5,5' });
  const ids = { campaign: '13804894' };
  const strict = readJson(doc, { ids });
  expect(codes(strict)).toEqual([
    [1, 'userNumberId', 'needed', ''],
    [2, 'auctionId', 'needed', ''],
    [2, 'commissionRatePercent', 'bad-rate', '5,5'],
  ]);
  expect(strict.batches[0]?.coverage).toBe('partial');
  expect(strict.notes).toEqual([{ code: 'incomplete-pages', args: { have: 2, pages: 3 } }]);
  expect(readJson(doc, { ids: { ...ids, seller: '7' } }).readings.map(({ shop }) => shop.sellerId)).toEqual(['7']);
  expect(codes(readJson(fixtureDoc(PLAN_ITEMS), { ids: { ...ids, seller: '7' } }))).toEqual([
    [1, 'userNumberId', 'disagrees', '2166356588'],
    [2, 'userNumberId', 'disagrees', '2166356588'],
  ]);
});

test('items of a plan by the gateway: the rate has no known unit', () => {
  const rows = [{ itemId: 'nXtQUotkQRC0tP-d2qOpq7TnymanG2vUn', commissionRate: '550' }];
  const read = (totalPages: unknown) =>
    readJson({ data: { totalPages, result: rows } }, { ids: { campaign: '-5', seller: '7', keeper: '8' } });
  const result = read(1);
  expect(result.format).toBe('union-plan-items');
  expect(result.batches).toMatchObject([{ coverage: 'plan-items', subject: 'plan:-5' }]);
  expect(result.notes).toEqual([{ code: 'unit-unknown', args: { field: 'commissionRate' } }]);
  expect(result.readings).toEqual([
    {
      locator: 1,
      shop: { sellerId: '7', keeperId: '8', name: null },
      item: { id: 'nXtQUotkQRC0tP-d2qOpq7TnymanG2vUn', title: null },
      planId: '5',
      facts: { ...NO_FACTS, kind: 'special', hidden: true },
      rate: { measure: 'commission', bp: null, raw: '550', sales: null },
    },
  ]);
  for (const [pages, code] of [
    [3, 'incomplete-pages'],
    [null, 'whole-unknown'],
  ] as const) {
    expect(read(pages).batches[0]?.coverage).toBe('partial');
    expect(read(pages).notes[1]).toMatchObject({ code, args: { have: 1 } });
  }
});
