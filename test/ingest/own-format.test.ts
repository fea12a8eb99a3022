import { expect, test } from 'vitest';
import { NO_FACTS } from '../../src/domain/reading.ts';
import { COLUMNS } from '../../src/ingest/columns.ts';
import { fixtureBytes, fixtureSource, memorySource, readJson, readSource, readText } from '../support/exports.ts';

const AT_0930 = Date.parse('2026-11-20T09:30:00+08:00');
const HEADER = 'shop_id,plan_id,plan_type,rate';

/** One row with every column, and what it says. */
const FULL_ROW = {
  captured_at: '2026-11-20 09:30',
  account: '大号',
  shop_id: '728628560',
  shop_name: '隆缘裳服饰旗舰店',
  item_id: '537099364188',
  item_title: '茶叶,礼盒',
  plan_id: '-2616191',
  plan_name: '高佣定向计划',
  plan_type: 'special',
  rate: '8.00 %',
  status: 'approved',
  plan_state: 'active',
  locked: 'yes',
  audit: 'no',
  starts_at: '2026-01-01',
  ends_at: '2026-12-31 23:59:59',
  joined_at: '2026-02-20',
  approved_at: '2026-02-21T08:00:00Z',
  exit_id: '90010001',
  sales_30d: '1,204',
  commission_30d: '5102.40',
} as const satisfies Record<keyof typeof COLUMNS, string>;

const FULL_READING = {
  shop: { sellerId: '728628560', keeperId: null, name: '隆缘裳服饰旗舰店' },
  item: { id: '537099364188', title: '茶叶,礼盒' },
  planId: '2616191',
  facts: {
    kind: 'special',
    name: '高佣定向计划',
    state: 'active',
    status: 'approved',
    joinedAt: '2026-02-20',
    approvedAt: '2026-02-21T16:00:00+08:00',
    exitId: '90010001',
    locked: true,
    audit: false,
    hidden: true,
    startsAt: '2026-01-01',
    endsAt: '2026-12-31T23:59:59+08:00',
  },
  rate: { measure: 'commission', bp: 800, raw: '8.00 %', sales: 1204 },
};

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('every column, in CSV, JSON, NDJSON and a snapshot object', () => {
  const csv = `${Object.keys(FULL_ROW).join(',')}\n${Object.values(FULL_ROW).map(quote).join(',')}\n`;
  const line = JSON.stringify(FULL_ROW);
  const snapshot = { format: 'tkguard/snapshot@1', coverage: 'listed', plans: [FULL_ROW] };
  for (const [format, locator, result] of [
    ['tkguard-csv', 2, readText(csv)],
    ['tkguard-json', 1, readJson([FULL_ROW])],
    ['tkguard-json', 1, readJson(snapshot)],
    ['tkguard-json', 1, readText(line)],
    ['tkguard-ndjson', 1, readText(`${line}\n${line}\n`)],
    ['tkguard-ndjson', 1, readText(`${line}\n`, { format: 'tkguard-ndjson' })],
  ] as const) {
    expect(result.format).toBe(format);
    expect([result.problems, result.notes]).toEqual([[], []]);
    expect(result.batches).toHaveLength(1);
    expect(result.batches[0]).toMatchObject({
      account: '大号',
      capturedMs: AT_0930,
      coverage: 'listed',
      subject: '',
    });
    expect(result.readings[0]).toEqual({ locator, ...FULL_READING });
  }
});

test('Chinese headers, of a table and of JSON', () => {
  const columns = Object.keys(FULL_ROW) as (keyof typeof FULL_ROW)[];
  const row = Object.fromEntries(columns.map((column) => [COLUMNS[column].zh[0] ?? '', FULL_ROW[column]]));
  const csv = `${Object.keys(row).join(',')}\n${Object.values(row).map(quote).join(',')}\n`;
  for (const result of [readText(csv), readJson([row])]) {
    expect([result.problems, result.notes]).toEqual([[], []]);
    expect(result.readings[0]).toMatchObject(FULL_READING);
  }
});

test.each(['店铺ID', '卖家ID', '卖家id', 'SHOP_ID', ' shop_id '])('%j is the shop', (name) => {
  expect(readText(`${name},plan_id,plan_type,rate\n7,,general,5%\n`).readings[0]?.shop.sellerId).toBe('7');
});

test('the founding story', () => {
  const [before, after] = ['story/2014-03-01.csv', 'story/2014-03-09.csv'].map((path) =>
    readSource(fixtureSource(path)),
  );
  expect(before?.batches[0]).toMatchObject({
    account: '默认账号',
    capturedMs: Date.parse('2014-03-01T09:00:00+08:00'),
    coverage: 'listed',
  });
  const rates = (result: typeof before) => result?.readings.map(({ planId, rate }) => [planId, rate?.bp]);
  expect(rates(before)).toEqual([
    ['0', 838],
    ['2616191', 1000],
  ]);
  expect(rates(after)).toEqual([
    ['0', 838],
    ['2616191', 800],
  ]);
  expect(after?.readings.map(({ facts }) => facts)).toEqual([
    { ...NO_FACTS, kind: 'general', name: '通用计划' },
    {
      ...NO_FACTS,
      kind: 'special',
      name: '高佣定向计划',
      state: 'active',
      status: 'approved',
      joinedAt: '2014-02-20',
      approvedAt: '2014-02-21',
    },
  ]);
});

test('a GBK file with Chinese headers, tabs after ids and a quoted comma, in any pieces', () => {
  for (const chunkSize of [1, 7, 65_536]) {
    const result = readSource(fixtureSource('chinese-headers/chinese-headers.gbk.csv', chunkSize));
    expect([result.encoding, result.format, result.problems, result.notes]).toEqual(['gb18030', 'tkguard-csv', [], []]);
    expect(result.batches).toHaveLength(1);
    expect(result.batches[0]).toMatchObject({ account: '大号', capturedMs: AT_0930 });
    expect(
      result.readings.map(({ shop, item, planId, facts, rate }) => [
        shop.sellerId,
        item?.id,
        planId,
        facts.kind,
        rate?.bp,
        facts.status,
        facts.approvedAt,
      ]),
    ).toEqual([
      ['2649797694', '537099364188', '0', 'general', 280, null, null],
      ['2649797694', '537099364188', '28929421', 'special', 1000, 'approved', '2026-11-02'],
      ['2166356588', '560234787224', '0', 'general', 550, null, null],
      ['2166356588', '560234787224', '13804894', 'special', 550, 'approved', '2026-10-15'],
    ]);
    expect(result.readings[1]?.facts.name).toBe('茶友高佣,加QQ：1259814898');
  }
});

test('the same sheet as UTF-16 with tabs, and with semicolons', () => {
  const text = new TextDecoder('gb18030').decode(fixtureBytes('chinese-headers/chinese-headers.gbk.csv'));
  const expected = readText(text).readings;
  expect(expected).toHaveLength(4);
  const commaInQuotes = /"茶友高佣,[^"]*"/g;
  const tabs = text.replaceAll('\t', '').replace(commaInQuotes, '茶友高佣').replaceAll(',', '\t');
  const utf16 = readText(Buffer.from(`\ufeff${tabs}`, 'utf16le'));
  expect(utf16.encoding).toBe('utf-16le');
  const semicolons = readText(text.replace(commaInQuotes, '茶友高佣').replaceAll(',', ';'));
  for (const { readings } of [utf16, semicolons])
    expect(readings.map(({ planId, rate }) => [planId, rate?.bp])).toEqual(
      expected.map(({ planId, rate }) => [planId, rate?.bp]),
    );
});

test.each([
  ['728628560\t', '728628560'],
  ['="728628560"', '728628560'],
  ["'728628560", '728628560'],
  ['７２８６２８５６０', '728628560'],
  ['\u00a0728628560\u00a0', '728628560'],
  ['217440529896652827', '217440529896652827'],
  ['nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb', 'nJp20jwiMtOamMdHAMbc0tP-MwP4rkSVpzP5BjYTRb'],
])('id cell %j is %s', (cell, id) => {
  expect(readText(`${HEADER}\n${cell},,general,5%\n`).readings[0]?.shop.sellerId).toBe(id);
});

test('times as Excel saves them', () => {
  const result = readText(`captured_at,${HEADER}\n2026/11/20 9:30,7,,general,5%\n`);
  expect(result.batches[0]?.capturedMs).toBe(AT_0930);
});

test('each time and account of a file is a snapshot of its own', () => {
  const rows = ['2026-11-20,a,7,,general,5%', '2026-11-21,a,7,,general,6%', '2026-11-20,b,7,,general,5%'];
  const result = readText(`captured_at,account,${HEADER}\n${[...rows, '2026-11-20,a,8,,general,4%'].join('\n')}\n`);
  const [day20, day21] = [Date.parse('2026-11-20T00:00:00+08:00'), Date.parse('2026-11-21T00:00:00+08:00')];
  expect(result.batches.map((b) => [b.account, b.capturedMs, b.readings.map((r) => r.rate?.bp)])).toEqual([
    ['a', day20, [500, 400]],
    ['a', day21, [600]],
    ['b', day20, [500]],
  ]);
});

test('no account and no time: the content does not say', () => {
  expect(readText(`${HEADER}\n7,,general,5%\n`).batches[0]).toMatchObject({ account: null, capturedMs: null });
});

test('a snapshot object gives time, account and coverage to rows that have none', () => {
  const row = { shop_id: 217440529896652, plan_id: 5, plan_type: '定向计划', rate: 2.8, status: '已过' };
  const head = { format: 'tkguard/snapshot@1', captured_at: '2026-11-20 09:30', account: 'x', coverage: 'partial' };
  const result = readJson({ ...head, plans: [row, { ...row, account: 'y', captured_at: '2026-11-19' }] });
  expect(result.batches.map(({ account, capturedMs, coverage }) => [account, capturedMs, coverage])).toEqual([
    ['x', AT_0930, 'partial'],
    ['y', Date.parse('2026-11-19T00:00:00+08:00'), 'partial'],
  ]);
  expect(result.readings[0]).toMatchObject({
    shop: { sellerId: '217440529896652' },
    planId: '5',
    facts: { kind: 'special', status: 'approved' },
    rate: { bp: 280, raw: '2.8' },
  });
});

test('a general plan needs no id; any other does', () => {
  const result = readText(`${HEADER}\n7,,general,5%\n7,0,通用计划,5%\n7,,special,5%\n7,0,special,5%\n7,,鹊桥,5%\n`);
  expect(result.readings.map((reading) => reading.planId)).toEqual(['0', '0']);
  expect(result.problems.map(({ code, locator, field }) => [code, locator, field])).toEqual([
    ['needed', 4, 'plan_id'],
    ['needed', 5, 'plan_id'],
    ['needed', 6, 'plan_id'],
  ]);
});

test.each([
  ['老客专享[计划失效]', 'stopped', '老客专享'],
  ['老客专享[计划已过期]', 'expired', '老客专享'],
  ['老客专享 [计划已停止]', 'stopped', '老客专享'],
  ['老客专享【计划已删除】', 'deleted', '老客专享'],
  ['老客专享[双11]', null, '老客专享[双11]'],
  ['计划已停止', null, '计划已停止'],
])('plan name %j says %j', (cell, state, name) => {
  const { facts } = readText(`${HEADER},plan_name\n7,1,special,5%,${cell}\n`).readings[0]!;
  expect([facts.state, facts.name]).toEqual([state, name]);
});

test('an empty rate says nothing: rates may come from another export', () => {
  expect(readText(`${HEADER}\n7,1,special,\n`).readings[0]!.rate).toBeNull();
});

test.each(['-', '--', '—', '无', '0', '0.00%'])('rate %j is unknown, not zero', (cell) => {
  const result = readText(`${HEADER}\n7,1,special,${cell}\n`);
  expect(result.problems).toEqual([]);
  expect(result.readings[0]?.rate).toMatchObject({ bp: null, raw: cell });
});

test('every bad cell of every row is listed, and good rows still come out', () => {
  const { readings, problems } = readSource(fixtureSource('refused/all-problems.csv'));
  expect(readings).toEqual([]);
  expect(problems.map(({ code, locator, field, found }) => [locator, field, code, found])).toEqual([
    [2, 'captured_at', 'bad-time', '2026-02-30'],
    [2, 'shop_id', 'needed', ''],
    [2, 'plan_type', 'bad-word', 'secret'],
    [2, 'rate', 'bad-rate', '101%'],
    [2, 'status', 'bad-word', 'maybe'],
    [2, 'plan_state', 'bad-word', 'open'],
    [2, 'locked', 'bad-word', 'perhaps'],
    [2, 'joined_at', 'bad-time', 'soon'],
    [2, 'sales_30d', 'bad-number', 'many'],
    [3, 'shop_id', 'bad-id', '7 7'],
    [3, 'plan_id', 'needed', ''],
    [4, 'captured_at', 'future-time', '2036-11-20'],
    [4, 'rate', 'bad-rate', 'abc'],
  ]);
  const mixed = readText(`${HEADER}\n7,1,special,abc\n7,2,special,5%\n`);
  expect([mixed.problems.length, mixed.readings.map((reading) => reading.planId)]).toEqual([1, ['2']]);
});

test('unknown columns are told once', () => {
  const result = readText(`${HEADER},备注,colour\n7,,general,5%,x,y\n8,,general,5%,x,y\n`);
  expect(result.notes).toEqual([{ code: 'unknown-columns', args: { columns: '备注, colour' } }]);
  expect(result.readings).toHaveLength(2);
});

test('empty cells that a spreadsheet adds at the right are no ragged rows, nor are rows of empty cells', () => {
  const result = readText(`${HEADER},,\n7,,general,5%\n8,,general,5%,,\n,,,\n9,,general,5%,\n`);
  expect(result.problems).toEqual([]);
  expect(result.readings.map(({ shop }) => shop.sellerId)).toEqual(['7', '8', '9']);
});

test('a bad amount shows that a row is shifted', () => {
  const result = readText(`${HEADER},commission_30d\n7,,general,5%,1.5元\n`);
  expect(result.problems).toEqual([
    { code: 'bad-amount', locator: 2, field: 'commission_30d', found: '1.5元', expected: '' },
  ]);
});

test('bad lines of NDJSON and bad rows of JSON are problems', () => {
  const row = '{"shop_id":"7","plan_id":"1","plan_type":"special","rate":"5%"}';
  const lines = readText(`${row}\n\n{"shop_id":\n[1]\n${row}\n`);
  expect(lines.readings.map(({ locator }) => locator)).toEqual([1, 5]);
  expect(lines.problems.map(({ code, locator }) => [code, locator])).toEqual([
    ['bad-json-line', 3],
    ['not-an-object', 4],
  ]);
  const nested = { shop_id: [7], plan_id: { a: 1 }, plan_type: 'special', rate: ['5%'], plan_name: null };
  const rows = readJson([JSON.parse(row), nested, 5, { shop_id: '7', plan_id: '1' }]);
  expect(rows.readings.map(({ locator }) => locator)).toEqual([1]);
  expect(rows.problems.map(({ code, locator, field }) => [locator, field, code])).toEqual([
    [2, 'shop_id', 'bad-id'],
    [2, 'plan_id', 'bad-id'],
    [2, 'rate', 'bad-rate'],
    [3, '', 'not-an-object'],
    [4, 'plan_type', 'needed'],
    [4, 'rate', 'needed'],
  ]);
});

test('a bad head of a snapshot is a problem of line 0', () => {
  const plans = [{ shop_id: '7', plan_id: '1', plan_type: 'special', rate: '5%' }];
  const head = { format: 'tkguard/snapshot@1', captured_at: 'soon', coverage: 'all', plans };
  expect(readJson(head).problems.map(({ code, locator, field }) => [locator, field, code])).toEqual([
    [0, 'captured_at', 'bad-time'],
    [0, 'coverage', 'bad-word'],
  ]);
  expect(readJson({ ...head, captured_at: '2036-01-01', coverage: 'listed' }).problems).toMatchObject([
    { code: 'future-time', locator: 0 },
  ]);
});

test('keys of every object are not taken for columns, nor the other way round', () => {
  const result = readText(`${HEADER},__proto__,constructor\n7,,general,5%,a,b\n`);
  expect(result.notes[0]?.args.columns).toBe('__proto__, constructor');
  const json = readText('[{"__proto__":{"shop_id":"7"},"plan_id":"1","plan_type":"special","rate":"5"}]');
  expect(json.problems).toMatchObject([{ code: 'needed', field: 'shop_id' }]);
});

test('a long file is read in batches, and in flat pieces', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `7,${i + 1},special,5%`);
  const result = readSource(memorySource('long.csv', `${HEADER}\n${rows.join('\n')}\n`, 100));
  expect(result.batches.length).toBeGreaterThan(1);
  expect(result.readings.map(({ planId }) => planId)).toEqual(rows.map((_, i) => `${i + 1}`));
});

test.each(['a', ' '])('a line of NDJSON that does not end is refused before it fills the memory (%j)', (filler) => {
  const row = '{"shop_id":"1","plan_id":"2","plan_type":"special","rate":"5%"}\n';
  const ended = `${row}${row}${' '.repeat(2 << 20)}\n${row}`;
  expect(readText(ended).refusal).toBe(null);
  const endless = `${row}${row}${filler.repeat(9 << 20)}\n${row}`;
  expect(readText(endless).refusal).toEqual({ code: 'long-line', args: { line: 3, mib: 8 } });
});
