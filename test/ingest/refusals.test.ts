import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fixtureSource, memorySource, readJson, readSource, readText } from '../support/exports.ts';

/** Files that are refused as a whole, and those refused for their rows: line, field, code of each. */
const REFUSED: Readonly<Record<string, string>> = {
  'answer.json.gz': 'not-supported-yet',
  'blank.csv': 'empty',
  'busy.json': 'not-ok',
  'captcha.json': 'captcha',
  'cut-short.json': 'not-json',
  'duplicate-header.csv': 'duplicate-column',
  'empty.csv': 'empty',
  'error-response.json': 'open-platform-error',
  'gateway-timeout.html': 'html',
  'header-only.csv': 'header-only',
  'item-campaigns.json': 'missing-id',
  'joined-page.txt': 'only-names',
  'login.html': 'login-page',
  'missing-column.csv': 'missing-columns',
  'newer-snapshot.json': 'newer-snapshot',
  'no-encoding.csv': 'bad-encoding',
  'no-plans.item-560234787224.json': 'unknown-format',
  'no-plans.json': 'no-rows',
  'nologin.json': 'login-page',
  'noresult.json': 'no-result',
  'nothing-found.json': 'no-rows',
  'open-platform.xml': 'xml',
  'open-platform-orders.json': 'order-report',
  'page-beyond-the-last.json': 'no-rows',
  'plan-items.json': 'missing-id',
  'sheet.xls': 'sheet-damaged',
  'sheet.xlsx': 'sheet-damaged',
  'shop-campaigns.json': 'missing-id',
  'throttled.html': 'throttled',
  'union-items.campaign-13804894.json': 'missing-id',
  'unknown-columns.csv': 'unknown-format',
  'unrecognisable-empty-list.json': 'unknown-format',
};

const BAD_ROWS: Readonly<Record<string, readonly (readonly [number, string, string])[]>> = {
  'open-quote.csv': [[3, '', 'open-quote']],
  'ragged.csv': [
    [3, '', 'ragged-row'],
    [4, '', 'ragged-row'],
  ],
  'rounded-id.csv': [
    [2, 'shop_id', 'rounded-id'],
    [3, 'plan_id', 'rounded-id'],
  ],
};

const read = (file: string) => readSource(fixtureSource(`refused/${file}`));

test('every file of fixtures/refused has its test', () => {
  const files = readdirSync(fileURLToPath(new URL('../../fixtures/refused', import.meta.url)));
  const tested = [...Object.keys(REFUSED), ...Object.keys(BAD_ROWS), 'all-problems.csv'];
  expect(files.sort()).toEqual(tested.sort());
});

test.each(Object.entries(REFUSED))('%s: %s', (file, code) => {
  for (const chunkSize of [1, 65_536])
    expect(readSource(fixtureSource(`refused/${file}`, chunkSize)).refusal?.code).toBe(code);
});

test.each(Object.entries(BAD_ROWS))('%s: %j', (file, expected) => {
  const result = read(file);
  expect(result.problems.map(({ code, locator, field }) => [locator, field, code])).toEqual(expected);
});

test('a refusal says what it is about', () => {
  const args = (file: string) => read(file).refusal?.args;
  expect(args('busy.json')).toEqual({ message: '系统繁忙' });
  expect(args('error-response.json')).toEqual({
    detail: '50 · Remote service error · isv.invalid-parameter · 非法参数',
  });
  expect(args('noresult.json')).toEqual({ message: 'error! ha3 failed (search all feature failed)' });
  expect(args('missing-column.csv')).toEqual({ columns: 'rate (佣金比率)' });
  expect(args('duplicate-header.csv')).toEqual({ column: '计划ID', as: 'plan_id' });
  expect(args('item-campaigns.json')).toEqual({ ids: 'item', example: 'item-123456' });
  expect(args('plan-items.json')).toEqual({ ids: 'campaign', example: 'campaign-123456' });
  expect(args('shop-campaigns.json')).toEqual({ ids: 'seller', example: 'seller-123456' });
  expect(args('union-items.campaign-13804894.json')).toEqual({ ids: 'seller', example: 'seller-123456' });
});

test('an error of the open platform that says nothing has something to show all the same', () => {
  expect(readJson({ error_response: {} }).refusal?.args).toEqual({ detail: 'error_response {}' });
});

test.each<[string, unknown, string]>([
  [
    'an error within a root',
    { tbk_dg_material_optional_response: { error_response: { code: 7 } } },
    'open-platform-error',
  ],
  ['an error without a root', { code: 50, msg: 'busy', sub_code: 'isv.x', request_id: 'r' }, 'open-platform-error'],
  ['an error by its number alone', { error_response: { code: 50, msg: 'busy' } }, 'open-platform-error'],
  ['info.ok false', { data: null, info: { ok: false, message: 'x' } }, 'not-ok'],
  ['a refusal with a captcha image', { ok: false, url: 'https://x/captcha' }, 'captcha'],
  ['x5step', { x5step: 2 }, 'captcha'],
  ['another status', { data: { head: { status: 'FAIL' }, pageList: [] }, ok: true }, 'not-ok'],
  ['a search without items', { data: { head: { status: 'OK' }, pageList: [] }, ok: true }, 'no-rows'],
  ['a search without a list', { data: { head: { status: 'OK' }, pageList: null }, ok: true }, 'no-rows'],
  ['a shop without plans', { data: { campaignList: [] }, ok: true }, 'no-rows'],
  ['an empty list', [], 'unknown-format'],
  ['an empty object', {}, 'unknown-format'],
  ['a bare string', 'x', 'unknown-format'],
  ['a throttling text in JSON', { message: '亲，访问受限了' }, 'throttled'],
])('%s', (_, doc, code) => {
  expect(readJson(doc).refusal?.code).toBe(code);
});

test.each([
  'alimama-joined-plans',
  'alimama-item-search',
  'alimama-shop-plans',
  'alimama-item-plans',
  'alimama-plan-items',
  'union-plan-items',
  'tkguard-json',
])('%s by --format refuses what it is not', (format) => {
  const ids = { item: '1', campaign: '1', seller: '1' };
  expect(readJson({ data: 5 }, { format, ids }).refusal).toEqual({ code: 'not-this-format', args: { format } });
  expect(readText('a,b\n1,2\n', { format, ids }).refusal?.code).toBe('not-json');
});

test.each(['alimama-item-plans', 'alimama-plan-items', 'union-plan-items'])(
  '%s by --format refuses an empty list',
  (format) => {
    const ids = { item: '1', campaign: '1', seller: '1' };
    const data = format === 'alimama-item-plans' ? [] : { pagelist: [], result: [] };
    expect(readJson({ data, ok: true }, { format, ids }).refusal?.code).toBe('no-rows');
  },
);

test('an item without plans has no shop to tell of', () => {
  const item = { format: 'alimama-item-plans', ids: { item: '1' } };
  for (const data of [null, {}]) expect(readJson({ data, ok: true }, item).refusal?.code).toBe('no-rows');
});

test('what a merchant may name a plan does not make a page of the file', () => {
  const name = '亲，访问受限了 https://login.taobao.com/member/login';
  const row = { shop_id: '7', plan_id: '1', plan_type: 'special', rate: '5%', plan_name: name };
  for (const result of [
    readJson([row]),
    readText(`${JSON.stringify(row)}\n${JSON.stringify(row)}\n`),
    readText(`shop_id,plan_id,plan_type,rate,plan_name\n7,1,special,5%,${name}\n`),
  ]) {
    expect(result.refusal).toBeNull();
    expect(result.readings[0]?.facts.name).toBe(name);
  }
});

test('a table by --format may have any header that has the columns', () => {
  expect(readText('{"a":1}', { format: 'tkguard-csv' }).refusal?.code).toBe('header-only');
  expect(readText('a,b\n1,2\n', { format: 'tkguard-csv' }).refusal?.code).toBe('missing-columns');
});

test('a source without bytes is empty', () => {
  expect(readSource(memorySource('-', '')).refusal?.code).toBe('empty');
});
