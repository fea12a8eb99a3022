import { expect, test } from 'vitest';
import { fixtureBytes, fixtureSource, memorySource, readSource, readText } from '../support/exports.ts';
import { fixtureMapping, parseMappings } from '../support/mappings.ts';

const brief = ({ readings }: ReturnType<typeof readSource>) =>
  readings.map(({ locator, shop, item, planId, facts, rate }) => [
    locator,
    shop.sellerId,
    item?.id ?? null,
    planId,
    facts.kind,
    facts.status,
    rate?.bp ?? null,
    rate?.raw ?? null,
  ]);

test('one row of a feed holds the general rate and that of a special plan, whose id is in a link', () => {
  const result = readSource(fixtureSource('mappings/haodanku.csv'), { mapping: fixtureMapping('haodanku') });
  expect([result.refusal, result.format, result.problems]).toEqual([null, 'map:haodanku', []]);
  expect(result.batches.map(({ coverage }) => coverage)).toEqual(['partial']);
  expect(brief(result)).toEqual([
    [2, '2649797694', '537099364188', '0', 'general', null, 280, '2.80'],
    [2, '2649797694', '537099364188', '63960348', 'special', null, 5000, '50.00'],
    [3, '2166356588', '560234787224', '0', 'general', null, 550, '5.50'],
    [3, '2166356588', '560234787224', '13804894', 'special', null, 500, '5.00'],
    [4, '217440529896652827', '557256631017', '0', 'general', null, 550, '5.50'],
  ]);
  expect(result.readings.map(({ facts }) => facts.hidden)).toEqual([null, null, null, true, null]);
});

test('fractions, words of one’s own, rows to leave out, in GBK', () => {
  const result = readSource(fixtureSource('mappings/my-notes.gbk.csv'), { mapping: fixtureMapping('my-notes') });
  expect([result.refusal, result.encoding, result.problems]).toEqual([null, 'gb18030', []]);
  expect(result.notes).toEqual([{ code: 'left-out', args: { rows: 1 } }]);
  expect(brief(result)).toEqual([
    [2, '728628560', null, '0', 'general', null, 838, '0.0838'],
    [3, '728628560', null, '2616191', 'special', 'approved', 800, '0.08'],
    [4, '3003', null, '4004', 'special', 'pending', 1550, '.155'],
  ]);
  expect(result.batches.map(({ coverage, capturedMs }) => [coverage, capturedMs])).toEqual([
    ['listed', Date.parse('2026-11-19T21:00+08:00')],
  ]);
});

test('a list within JSON: paths within rows, 1/100 %, ids with every digit', () => {
  const result = readSource(fixtureSource('mappings/feed.data.json'), { mapping: fixtureMapping('feed') });
  expect([result.refusal, result.format, result.problems]).toEqual([null, 'map:feed', []]);
  expect(brief(result)).toEqual([
    [1, '217440529896652827', 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb', '0', 'general', null, 280, '280'],
    [2, '2166356588', 'nXtQUotkQRC0tP-d2qOpq7TnymanG2vUn', '13804894', 'special', null, 1550, '1550'],
  ]);
  expect(result.notes).toEqual([{ code: 'left-out', args: { rows: 1 } }]);
});

const NOTES = new TextDecoder('gb18030').decode(fixtureBytes('mappings/my-notes.gbk.csv'));
const readNotes = (text: string, only = false) => readText(text, { mapping: { ...fixtureMapping('my-notes'), only } });

test('the order of the columns, blanks around names and the encoding do not matter', () => {
  const reversed = NOTES.trimEnd()
    .split('\n')
    .map((line) => line.split(',').reverse().join(' ,'))
    .join('\n');
  expect(brief(readNotes(reversed)).map((row) => row.slice(0, 7))).toEqual(
    brief(readNotes(NOTES)).map((row) => row.slice(0, 7)),
  );
});

test.each<[string, string, string, string]>([
  ['renamed', NOTES.replace('佣金', '佣金比例(%)'), '佣金', '佣金比例(%)'],
  ['gone', NOTES.replaceAll(/,[^,\n]*$/gm, ''), '备注', '—'],
  ['added', NOTES.replace('备注', '备注,返利').replaceAll(/(?<=\d.*)$/gm, ','), '—', '返利'],
  ['twice', NOTES.replace('备注', '佣金'), '备注', '佣金'],
])('a column that was %s is drift, with or without --map', (_, text, missing, added) => {
  const refusal = { code: 'mapping-drift', args: { name: 'my-notes', missing, added } };
  expect(readNotes(text).refusal).toEqual(refusal);
  expect(readNotes(text, true).refusal).toEqual(refusal);
});

test('a file that is quite another is not drift, unless the mapping was named for it', () => {
  const other = 'a,b,c\n1,2,3\n';
  expect(readNotes(other).refusal?.code).toBe('unknown-format');
  expect(readNotes(other, true).refusal).toMatchObject({ code: 'mapping-drift', args: { added: 'a, b, c' } });
  const own = 'shop_id,plan_id,plan_type,rate\n1,2,special,5%\n';
  expect(readNotes(own).format).toBe('tkguard-csv');
  expect(readNotes(own, true).refusal?.code).toBe('mapping-drift');
  expect(readNotes('{"a":1}', true).refusal?.code).toBe('mapping-drift');
});

test('a mapping for just these columns comes before the formats that know some of them', () => {
  const text = '店铺ID,计划ID,计划类型,价\n1,2,special,500\n';
  expect(readText(text).refusal?.code).toBe('missing-columns');
  const mapping = parseMappings(
    '{"mappings":{"own":{"header":["店铺ID","计划ID","计划类型","价"],"columns":{"shop_id":"店铺ID","plan_id":"计划ID","plan_type":"计划类型","rate":"价"},"units":{"rate":"basis-points"}}}}',
  );
  expect(readText(text, { mapping }).readings[0]?.rate?.bp).toBe(500);
});

const FEED = JSON.parse(new TextDecoder().decode(fixtureBytes('mappings/feed.data.json')));
const readFeed = (change: (row: any) => object) =>
  readText(JSON.stringify({ data: { list: FEED.data.list.map(change) } }), { mapping: fixtureMapping('feed') });

test('in JSON a key that is not read may be left out; one that is read, or is new, is drift', () => {
  expect(readFeed(({ seller, ...row }) => ({ ...row, seller: { id: seller.id } })).refusal?.args).toMatchObject({
    missing: 'seller.name',
  });
  expect(readFeed((row) => ({ ...row, commissionRate: 5 })).refusal?.args).toMatchObject({ added: 'commissionRate' });
  const mapping = parseMappings(
    '{"mappings":{"f":{"header":["s","r","x"],"rows":".","columns":{"shop_id":"s","rate":"r"},"fixed":{"plan_type":"general"},"units":{"rate":"percent"}}}}',
  );
  expect(brief(readText('[{"s":1,"r":"5%"}]', { mapping }))).toEqual([[1, '1', null, '0', 'general', null, 500, '5%']]);
  expect(brief(readText('{"s":1,"r":5}\n{"s":2,"r":6,"x":null}\n', { mapping })).map((row) => row[6])).toEqual([
    500, 600,
  ]);
  expect(brief(readText('{"s":1,"r":5}', { mapping })).map((row) => row[6])).toEqual([500]);
});

test.each([
  ['percent', '0.155', 16],
  ['percent', '15.5%', 1550],
  ['basis-points', '1550', 1550],
  ['basis-points', '15.5%', null],
  ['fraction', '0.155', 1550],
  ['fraction', '1', 10_000],
  ['fraction', '15.5', null],
  ['fraction', '15.5%', null],
])('as %s, %s is %s', (unit, cell, bp) => {
  const mapping = parseMappings(
    `{"mappings":{"f":{"header":["s","r"],"columns":{"shop_id":"s","rate":"r"},"fixed":{"plan_type":"general"},"units":{"rate":"${unit}"}}}}`,
  );
  const result = readText(`s,r\n7,${cell}\n`, { mapping });
  expect(result.readings[0]?.rate?.bp ?? null).toBe(bp);
  expect(result.problems).toEqual(
    bp === null ? [{ code: 'bad-rate', locator: 2, field: 'r', found: cell, expected: unit }] : [],
  );
});

test('what is wrong with a row names the column as it stands in the file', () => {
  const result = readNotes(NOTES.replace('.155', 'x').replace('728628560,2616191', '7.2E+8,2616191'));
  const told = result.problems.map(({ code, locator, field }) => [code, locator, field]);
  expect(told).toEqual([
    ['rounded-id', 3, '掌柜ID'],
    ['bad-rate', 4, '佣金'],
  ]);
});

test('a file of one mapping among several', () => {
  const all = ['my-notes', 'haodanku', 'feed'].map(fixtureMapping).flatMap(({ mappings }) => mappings);
  const mapping = { mappings: all, only: true };
  expect(readSource(memorySource('x', NOTES), { mapping }).format).toBe('map:my-notes');
  expect(readSource(fixtureSource('mappings/haodanku.csv'), { mapping }).format).toBe('map:haodanku');
  expect(readSource(fixtureSource('mappings/feed.data.json'), { mapping }).format).toBe('map:feed');
});
