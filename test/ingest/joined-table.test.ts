import { expect, test } from 'vitest';
import { NO_FACTS } from '../../src/domain/reading.ts';
import { fixtureBytes, fixtureSource, memorySource, readSource, readText } from '../support/exports.ts';

const HEADER = '加入日期\t计划名称\t计划ID\t卖家旺旺\t卖家ID\t状态\t审核意见\t审核时间\t操作';
const table = (...rows: string[]) => readText(`${[HEADER, ...rows].join('\n')}\n`);
const INCOMPLETE = { code: 'whole-unknown', args: { have: 6 } };

test('the joined page as a table: membership and state, no rate, and no claim to be whole', () => {
  const result = readSource(fixtureSource('joined-table/joined-campaigns.txt'));
  expect([result.format, result.problems, result.notes]).toEqual(['alimama-joined-table', [], [INCOMPLETE]]);
  expect(
    result.batches.map(({ account, capturedMs, coverage, subject }) => [account, capturedMs, coverage, subject]),
  ).toEqual([[null, null, 'partial', '']]);
  expect(result.readings[0]).toEqual({
    locator: 2,
    shop: { sellerId: '2448754880', keeperId: null, name: '奇古堂旗舰店' },
    item: null,
    planId: '1000492470',
    facts: {
      ...NO_FACTS,
      kind: 'special',
      name: '年终定向',
      status: 'approved',
      joinedAt: '2026-11-01',
      approvedAt: '2026-11-02',
    },
    rate: null,
  });
  expect(
    result.readings.map(({ locator, planId, facts }) => [locator, planId, facts.status, facts.state, facts.approvedAt]),
  ).toEqual([
    [2, '1000492470', 'approved', null, '2026-11-02'],
    [3, '1000492471', 'approved', null, '2026-11-11T09:30:00+08:00'],
    [5, '8013864', 'approved', 'stopped', '2026-06-03'],
    [6, '45332944', 'pending', null, null],
    [7, '63960348', 'rejected', null, null],
  ]);
  expect(result.readings[2]).toMatchObject({ shop: { sellerId: '217440529896652827' }, facts: { name: '老客专享' } });
});

test('as CSV, in GB18030, with 店铺ID', () => {
  const text = new TextDecoder().decode(fixtureBytes('joined-table/joined-campaigns.txt'));
  const whole = readText(text).readings;
  expect(readText(text.replaceAll('\t', ',')).readings).toEqual(whole);
  expect(readText(text.replace('卖家ID', '店铺ID')).readings).toEqual(whole);
  expect(readSource(memorySource('x', Buffer.from(`\ufeff${text}`, 'utf16le'), 7)).readings).toEqual(whole);
});

test('the page as it is has names only, and is refused', () => {
  expect(readSource(fixtureSource('refused/joined-page.txt')).refusal).toEqual({
    code: 'only-names',
    args: { columns: 'plan_id (计划ID), shop_id (店铺ID)' },
  });
  const without = (name: string) => readText(`${HEADER.replace(name, 'x')}\n1\t2\t3\t4\t5\t6\t7\t8\t9\n`).refusal;
  expect(without('计划ID')).toEqual({ code: 'only-names', args: { columns: 'plan_id (计划ID)' } });
  expect(without('卖家ID')).toEqual({ code: 'only-names', args: { columns: 'shop_id (店铺ID)' } });
  expect(without('状态')).toEqual({ code: 'missing-columns', args: { columns: 'status (状态)' } });
});

test('other tables are not taken for it', () => {
  expect(readText(`${HEADER}\t计划类型\t佣金比率\n${'1\t'.repeat(10)}1\n`).format).toBe('tkguard-csv');
  for (const own of ['计划类型', '佣金比率', '商品ID'])
    expect(readText(`${HEADER}\t${own}\n1\n`).refusal?.code).toBe('missing-columns');
  expect(readText('a,b\n1,2\n', { format: 'alimama-joined-table' }).refusal?.code).toBe('missing-columns');
});

test('more columns: known ones are read, others are named', () => {
  const result = readText(
    `采集时间\t账号\t退出ID\tQQ\t${HEADER}\n` +
      '2026-11-20 09:00\t大号\t90010001\t1\t2026-11-01\tx\t5\ty\t7\t审核通过\t\t2026-11-02\t退出\n' +
      '2026-11-20 09:00\t小号\t90010002\t1\t2026-11-01\tx\t5\ty\t7\t待审核\t\t\t退出\n',
  );
  expect(result.notes[0]).toEqual({ code: 'unknown-columns', args: { columns: 'QQ' } });
  expect(
    result.batches.map(({ account, capturedMs, readings }) => [account, capturedMs, readings[0]?.facts.exitId]),
  ).toEqual([
    ['大号', Date.parse('2026-11-20T09:00:00+08:00'), '90010001'],
    ['小号', Date.parse('2026-11-20T09:00:00+08:00'), '90010002'],
  ]);
});

test('what is wrong with a row', () => {
  const result = table(
    '2026-11-01\tx\t\ty\t\t\t\t\t',
    'soon\tx\t0\ty\t7\t也许\t\t\t',
    '2026-11-01\tx\t1.2E+18\ty\t7\t审核通过\t\t2026-11-02\t',
    '2026-11-01\tx\t5',
    '2026-11-01\tx\t5\ty\t7\t审核通过\t\t2026-11-02\t退出\t多',
    '2026-11-01\tx\t5\ty\t7\t审核通过\t\t2026-11-02',
  );
  expect(result.problems.map(({ code, locator, field }) => [locator, field, code])).toEqual([
    [2, '卖家ID', 'needed'],
    [2, '计划ID', 'needed'],
    [2, '状态', 'needed'],
    [3, '计划ID', 'needed'],
    [3, '状态', 'bad-word'],
    [3, '加入日期', 'bad-time'],
    [4, '计划ID', 'rounded-id'],
    [5, '', 'ragged-row'],
    [6, '', 'ragged-row'],
  ]);
  expect(result.readings.map(({ locator }) => locator)).toEqual([7]);
});

test('two records of one plan that cannot be put in order are a problem', () => {
  const row = (status: string, joined = '2026-11-01') => `${joined}\tx\t5\ty\t7\t${status}\t\t\t退出`;
  expect(table(row('主动退出'), row('审核通过')).problems).toEqual([
    { code: 'disagrees', locator: 3, field: 'status', found: 'approved', expected: 'left' },
  ]);
  expect(table(row('审核通过', '2026-11-05'), row('主动退出')).readings.map(({ facts }) => facts.status)).toEqual([
    'approved',
  ]);
});
