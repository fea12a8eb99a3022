import { expect, test } from 'vitest';
import { orRefusal } from '../../src/ingest/findings.ts';
import { type HarAnswer, isHarHead, readHar } from '../../src/ingest/har.ts';

const PUB = 'https://pub.alimama.com';

interface Draft {
  readonly url: string;
  readonly method?: string;
  readonly postData?: unknown;
  readonly response?: object;
  readonly at?: string;
}

/** The answers of a record of these requests; each is answered with `{}`. */
function answersOf(...drafts: readonly Draft[]): readonly HarAnswer[] {
  const entries = drafts.map(({ url, method = 'GET', postData, response, at = '2026-11-20T09:00:00.5Z' }) => ({
    startedDateTime: at,
    request: { method, url, postData },
    response: { status: 200, content: { text: '{}' }, ...response },
  }));
  const { answers, ignored } = readHar(JSON.stringify({ log: { entries } }));
  expect(ignored).toBe(drafts.length - answers.length);
  return answers;
}

const requestOf = (draft: Draft) => answersOf(draft)[0]?.request;

test('ids under all the names that pages give them', () => {
  const ids = (query: string) => requestOf({ url: `${PUB}/campaign/merchandiseDetail.json?${query}` })?.ids;
  const all = { seller: '2', item: null, campaign: '5', keeper: '8' };
  expect(ids('campaignId=5&shopkeeperId=8&userNumberId=2&omid=2&tab=2&toPage=1')).toEqual(all);
  expect(ids('campaignid=5&shopKeeperId=8&oriMemberid=2')).toEqual(all);
  expect(ids('campaignId=5&ShopKeeperID=8&sellerId=2')).toEqual(all);
  expect(ids('campaignId=-5')).toMatchObject({ campaign: '-5' });
  const nothing = { seller: null, item: null, campaign: null, keeper: null };
  expect(ids('campaignId=undefined&sellerId=0&itemId=&shopKeeperId=null')).toEqual(nothing);
  expect(ids('sellerId=217440529896652827')).toEqual({ ...nothing, seller: '217440529896652827' });
});

test('parameters from the body of the request, with every digit', () => {
  const url = `${PUB}/openapi/param2/1/gateway.unionpub/mkt.commission.itemList.json`;
  const seller = '217440529896652827';
  const params = [
    { name: 'sellerId', value: seller },
    { name: 'pageNo', value: '3' },
  ];
  for (const postData of [
    { params },
    { text: `sellerId=${seller}&pageNo=3` },
    { text: `{"sellerId":${seller},"pageNo":3}` },
    { mimeType: 'x', params: [], text: `pageNo=3&sellerId=${seller}` },
  ])
    expect(requestOf({ url, method: 'POST', postData })).toMatchObject({ ids: { seller }, page: 3 });
  for (const postData of [null, 5, { text: '{' }, { params: [5, null] }, { text: '[]' }])
    expect(requestOf({ url, method: 'POST', postData })).toMatchObject({ format: 'union-plan-items', page: null });
});

test.each<[string, string, string | null]>([
  ['GET', `${PUB}/campaign/joinedSpecialCampaigns.json`, 'alimama-joined-plans'],
  ['GET', `${PUB}/campaign/joinedCampaigns.json?x=1#y`, 'alimama-joined-plans'],
  ['GET', `${PUB}/items/search.json`, 'alimama-item-search'],
  ['GET', 'https://eco.taobao.com/router/rest?method=taobao.tbk.dg.optimus.material', 'top-optimus-material'],
  ['GET', 'https://gw.api.taobao.com/router/rest?method=taobao.tbk.order.details.get', 'top-orders'],
  ['GET', `${PUB}/report/getTbkOrderDetails.json?pageNo=1`, 'top-orders'],
  ['GET', `${PUB}/report/getTbkOrderDetails.json?downloadId=DOWNLOAD_REPORT_ORDER_DETAILS`, 'alimama-orders'],
  ['GET', 'https://eco.taobao.com/router/rest', null],
  ['OPTIONS', `${PUB}/items/search.json`, null],
  ['GET', `${PUB}/campaign/xjoinedCampaigns.json`, null],
  ['GET', `${PUB}/other.json?u=/items/search.json`, null],
  ['GET', `${PUB}/items/search.json/more`, null],
  ['GET', `${PUB}/x?method=taobao.tbk.dg.optimus.material`, null],
  ['GET', 'not an address', null],
  ['', `${PUB}/items/search.json`, null],
])('%s %s is %s', (method, url, format) => {
  expect(requestOf({ method, url })?.format ?? null).toBe(format);
});

test('the name shows only what is known, and digits', () => {
  const name = (url: string) => answersOf({ url: `${PUB}${url}` })[0]?.name;
  expect(name('/shopdetail/campaigns.json?oriMemberId=2&t=1&_tb_token_=abc')).toBe('campaigns.json seller 2');
  expect(name('/campaign/joinedCampaigns.json?toPage=2&nickname=abc')).toBe('joinedCampaigns.json page 2');
  expect(name('/campaign/joinedCampaigns.json?toPage=x1')).toBe('joinedCampaigns.json');
  expect(name('/pubauc/getCommonCampaignByItemId.json?itemId=abc123secret')).toBe('getCommonCampaignByItemId.json');
});

test('any parameter that is not known to be harmless may narrow a list', () => {
  const filters = (path: string, postData?: unknown) =>
    requestOf({ url: `${PUB}${path}`, method: postData === undefined ? 'GET' : 'POST', postData })?.filters;
  const joined = '/campaign/joinedSpecialCampaigns.json';
  const noise = 't=1&_tb_token_=a&pvid=b&_input_charset=utf-8&callback=c&toPage=1&perPageSize=40';
  expect(filters(`${joined}?${noise}`)).toEqual([]);
  for (const name of 'shopName search q keeperExtName startTime endTime campaignType oriMemberId'.split(' '))
    expect(filters(`${joined}?${noise}&${name}=7`)).toEqual([name.toLowerCase()]);
  expect(filters(`${joined}?q=&q=7&nickname=%20`)).toEqual(['q']);
  expect(filters(`${joined}?Status=2&nickname=%E5%BA%97`)).toEqual(['status', 'nickname']);
  expect(filters(joined, { text: '{"toPage":1,"query":{"nick":"7"}}' })).toEqual(['query']);
  expect(filters(joined, { text: 'not/a+list=5' })).toEqual(['…']);
  const items = '/campaign/merchandiseDetail.json?campaignId=5&shopkeeperId=8&userNumberId=2&omid=2';
  expect(filters(`${items}&tab=2&toPage=1&perPagesize=10`)).toEqual([]);
  for (const name of ['keyword', 'auctionId', 'itemName', 'itemId'])
    expect(filters(`${items}&${name}=7`)).toEqual([name.toLowerCase()]);
  const union = '/openapi/param2/1/gateway.unionpub/mkt.commission.itemList.json?pageNo=1&pageSize=20&campaignId=5';
  expect(filters(`${union}&sellerId=2&shopKeeperId=8&productTypes=[19]&publicRanges=[3]`)).toEqual([]);
  expect(filters(`${union}&sellerId=2&productTypes=[18]`)).toEqual(['producttypes']);
});

test("only the alliance's hosts are believed", () => {
  const format = (host: string) => requestOf({ url: `${host}/items/search.json` })?.format ?? null;
  for (const host of [PUB, 'http://pub.alimama.com', 'https://h5api.m.taobao.com', 'https://alimama.com:443'])
    expect(format(host)).toBe('alimama-item-search');
  const others = ['evil.example.com', 'pub.alimama.com.evil.com', 'evilalimama.com', 'pub.alimama.com@evil.com'];
  for (const host of [...others.map((name) => `https://${name}`), 'ftp://pub.alimama.com'])
    expect(format(host)).toBeNull();
});

test('the time of the request, with its zone; a bad one is none', () => {
  const time = (at: string) => requestOf({ url: `${PUB}/items/search.json`, at })?.capturedMs;
  expect(time('2026-11-20T09:00:00.500+08:00')).toBe(Date.UTC(2026, 10, 20, 1, 0, 0, 500));
  expect(time('yesterday')).toBeNull();
});

test.each<[string, object, string]>([
  ['an error of the server', { status: 502 }, 'failed-request'],
  ['a request that was cut off', { status: 0 }, 'failed-request'],
  [
    'a way to the login page',
    { status: 302, redirectURL: 'https://login.taobao.com/member/login.jhtml' },
    'login-page',
  ],
  ['no content', { content: {} }, 'empty-answer'],
  ['no response', { status: 200, content: null }, 'empty-answer'],
])('%s', (_, response, code) => {
  expect(answersOf({ url: `${PUB}/items/search.json`, response })[0]?.body).toMatchObject({ code });
});

test('content in base64', () => {
  const content = { text: Buffer.from('{"a":"店"}').toString('base64'), encoding: 'base64' };
  const [answer] = answersOf({ url: `${PUB}/items/search.json`, response: { content } });
  expect(Buffer.from(answer?.body as Uint8Array).toString()).toBe('{"a":"店"}');
});

test('what is no record is said to be damaged, without a quotation', () => {
  for (const text of ['{"log":{"secret', '{"log":{}}', '{"log":{"entries":5}}', 'null', ''])
    expect(orRefusal(() => readHar(text))).toEqual({ code: 'damaged-har', args: {} });
  for (const entry of [null, 5, [], {}, { request: {} }])
    expect(readHar(JSON.stringify({ log: { entries: [entry] } }))).toEqual({ answers: [], ignored: 1 });
});

test('a record is known by its beginning', () => {
  expect(['{"log":{', '{\n  "log" : {\n'].every(isHarHead)).toBe(true);
  expect(['{"log":[', '[{"log":{', '{"data":{"log":{'].some(isHarHead)).toBe(false);
});
