/** Order reports, as a user has them: in every shape, wholly or not at all, thrown away again; and what is told of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeText } from '../support/encode.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';
import { type CellDraft, makeSheetFile, numberCell } from '../support/sheets.ts';

const ORDERS = join(FIXTURES, 'cases', 'orders');
const MONTH = readFileSync(join(ORDERS, 'month', 'orders-month.csv'), 'utf8');
const TABLE = MONTH.trim()
  .split(/\r?\n/)
  .map((line) => line.split(','));
const NOW = '2026-11-20T12:00:00+08:00';
const AT = '2026-11-01T09:00:00+08:00';

const HOUR = 3_600_000;
const DAY_ONE = Date.UTC(1899, 11, 30);

/** A cell as a number: times are counted in days, percentages are fractions; ids stay text. */
function nativeCell(cell: string): CellDraft {
  if (/^\d{4}-/.test(cell)) {
    const ms = Date.parse(`${cell.replace(' ', 'T')}Z`);
    return numberCell((ms - DAY_ONE) / (24 * HOUR), 'yyyy-mm-dd hh:mm:ss');
  }
  if (cell.endsWith('%')) return numberCell(Number(cell.slice(0, -1)) / 100, '0.00%');
  return /^\d+\.\d\d$/.test(cell) ? numberCell(Number(cell), '0.00') : cell;
}

const native = TABLE.map((row, i) => (i === 0 ? row : row.map(nativeCell)));
const json = JSON.stringify({
  code: 200,
  data: { list: TABLE.slice(1).map((row) => Object.fromEntries(row.map((cell, i) => [TABLE[0]?.[i], cell]))) },
});

const shapes: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ['month.xlsx', makeSheetFile({ 订单明细: { rows: native } }, 'xlsx')],
  ['month.xls', makeSheetFile({ 订单明细: { rows: native } }, 'biff8')],
  ['texts.xls', makeSheetFile({ Sheet1: { rows: TABLE } }, 'biff8')],
  ['month.csv', encodeText(MONTH, 'utf-16le')],
  ['gb.csv', encodeText(MONTH.replace(/,(\d{18,19})(?=,)/g, ',$1\t').replaceAll('\n', '\r\n'), 'gb18030')],
  ['tabs.txt', MONTH.replaceAll(',', '\t')],
  ['turned.csv', TABLE.map((row) => [...row].reverse().join(',')).join('\n')],
  ['relay.json', json],
];

/** What is known of orders, without the files that said it. */
async function known(world: World): Promise<string[]> {
  const { out } = await world.run('export', '--orders');
  const lines = out.split('\n').flatMap((line) => (/"type":"(order|refund)"/.test(line) ? [JSON.parse(line)] : []));
  return lines.map(({ seen: _, ...said }) => JSON.stringify(said)).sort();
}

test.each(shapes)('%s says what the report says', async (name, content) => {
  const [world, plain] = [makeWorld(NOW), makeWorld(NOW)];
  expect(await world.json('sync', world.write(name, content, AT))).toMatchObject({
    summary: { imported: 1, rows: 22 },
  });
  await plain.run('sync', plain.write('month.csv', MONTH, AT));
  expect(await known(world)).toHaveLength(22);
  expect(await known(world)).toEqual(await known(plain));
  // The same lines of another file are nothing new.
  expect((await world.json('sync', world.write('again.csv', MONTH, AT))).files[0]).toMatchObject({
    status: 'imported',
    rows: 22,
    changedRows: 0,
  });
  expect(await known(world)).toEqual(await known(plain));
});

test('a file with a bad row leaves nothing; with --skip-bad-rows its good rows are taken in', async () => {
  const world = makeWorld(NOW);
  const bad = world.write('bad.csv', MONTH.replace('已失效', '不明'), AT);
  const { code, err } = await world.run('sync', bad);
  expect(code).toBe(2);
  expect(err).toContain('不明');
  expect(await known(world)).toEqual([]);
  expect(await world.json('sync', bad, '--skip-bad-rows')).toMatchObject({ summary: { imported: 1, rows: 21 } });
  expect(await known(world)).toHaveLength(21);
});

test('a discarded report is forgotten, known, and taken in again where it is asked for', async () => {
  const world = makeWorld(NOW);
  const file = world.write('month.csv', MONTH, AT);
  await world.run('sync', file);
  const { snapshots } = await world.json('snapshots');
  expect(await world.run('discard', `${snapshots[0].id}`)).toMatchObject({ code: 0 });
  expect(await known(world)).toEqual([]);
  expect((await world.json('status')).orders).toEqual([]);
  expect((await world.json('sync', file)).files[0].status).toBe('known');
  expect((await world.json('sync', file, '--again')).files[0].status).toBe('imported');
  expect(await known(world)).toHaveLength(22);
});

test('sync, snapshots and status say how many orders there are, of whom and from when to when', async () => {
  const world = makeWorld(NOW);
  const told = ['--account', '主号'];
  const refunds = join(ORDERS, 'month', 'refunds-month.csv');
  const synced = await world.json('sync', world.write('month.csv', MONTH, AT), ...told);
  await world.run('sync', world.write('refunds.csv', readFileSync(refunds), AT), ...told);
  const orders = { since: '2026-09-29T20:15:00+08:00', until: '2026-10-25T16:10:00+08:00' };
  const snapshot = { account: '主号', coverage: 'orders', rows: 22, orders };
  expect(synced.files[0].snapshots).toMatchObject([snapshot]);
  const { snapshots } = await world.json('snapshots');
  expect(snapshots).toMatchObject([
    { format: 'alimama-refunds', coverage: 'orders', rows: 2, orders: { since: '2026-10-24T10:11:12+08:00' } },
    { format: 'alimama-orders', ...snapshot },
  ]);
  const status = await world.json('status');
  expect(status.orders).toEqual([{ account: '主号', lines: 22, ...orders, capturedAt: AT }]);
  expect(status.data).toEqual([]);
});

test('orders of an account that has no plans are told of, with what to do', async () => {
  const world = makeWorld(NOW);
  await world.run('sync', join(ORDERS, 'month', 'rates-month.csv'));
  const file = world.write('month.csv', MONTH, AT);
  for (const argv of [['inspect'], ['sync', '--dry-run']]) {
    const said = (await world.run(...argv, file)).out.replaceAll(/\s+/g, ' ');
    expect(said).toContain('If these are orders of one of them: add --account and its name.');
    expect(said).not.toContain('discard');
  }
  const { out } = await world.run('sync', file);
  expect(out).toContain('Account default has no plans here; accounts with plans: 主号.');
  const [, discard = ''] = /`tkguard (discard \d+)`/.exec(out) ?? [];
  await world.run(...discard.split(' '));
  expect((await world.run('sync', file, '--account', '主号')).out).not.toContain('has no plans here');
  expect((await world.json('status')).orders).toMatchObject([{ account: '主号', lines: 22 }]);
  // A copy is none the newer.
  expect((await world.run('sync', world.write('copy.csv', MONTH), '--account', '主号')).out).not.toContain(
    'Same content',
  );
});

test('a report that counts for one account is not taken in for another, and no account is guessed', async () => {
  const world = makeWorld(NOW);
  const rates = readFileSync(join(ORDERS, 'month', 'rates-month.csv'), 'utf8');
  for (const account of ['丙号', '乙号'])
    await world.run('sync', world.write(`${account}.csv`, rates.replaceAll('主号', account)));
  const file = world.write('month.csv', MONTH, AT);
  const said = (await world.run('sync', '--dry-run', file)).out.replaceAll(/\s+/g, ' ');
  expect(said).toContain('accounts with plans: 丙号, 乙号.');
  await world.run('sync', file, '--account', '乙号');
  const loss = await world.json('loss');
  for (const argv of [[], ['--account', '丙号'], ['--captured-at', '2026-11-03 09:00']]) {
    const copy = world.write('copy.csv', MONTH, '2026-11-02T09:00:00+08:00');
    const { files } = await world.json('sync', copy, ...argv);
    expect(files).toMatchObject([
      {
        status: 'known',
        notes: [{ code: 'orders-of-other', args: { account: argv[1] === '丙号' ? '丙号' : 'default', other: '乙号' } }],
      },
    ]);
  }
  expect(await world.json('loss')).toEqual(loss);
  expect((await world.json('status')).orders).toMatchObject([{ account: '乙号', lines: 22 }]);
  const { out } = await world.run('sync', file, '--account', '丙号', '--lang', 'zh');
  expect(out).toContain('这份订单已导入到账号 乙号');
  const [, discard = ''] = /`tkguard (discard \d+)`/.exec(out) ?? [];
  await world.run(...discard.split(' '));
  expect((await world.json('sync', file, '--account', '丙号')).summary.imported).toBe(1);
  expect((await world.json('status')).orders).toMatchObject([{ account: '丙号', lines: 22 }]);
});

test('orders say nothing of plans: verdicts and their age stay as they were', async () => {
  const world = makeWorld('2026-10-28T12:00:00+08:00');
  await world.run('sync', join(ORDERS, 'month', 'rates-month.csv'));
  // But for the money that they show.
  const judged = async () => {
    const { summary, asOf, plans } = await world.json('diff', '--all');
    return JSON.stringify([summary, asOf, plans], (key, value) =>
      /risk|loss|messages/i.test(key) ? undefined : value,
    );
  };
  const before = await judged();
  world.now += HOUR;
  const synced = await world.json(
    'sync',
    world.write('month.csv', MONTH, '2026-10-28T12:30:00+08:00'),
    '--account',
    '主号',
  );
  expect(synced.changes).toEqual([]);
  world.now -= HOUR;
  expect(before).toContain('"verdict":"exit"');
  expect(await judged()).toBe(before);
  expect((await world.json('changes', '--since', 'last-sync')).since).toBe('2026-10-01T09:00:00+08:00');
});

test('a HAR has the page’s rows and its downloads', async () => {
  const world = makeWorld('2026-11-29T12:00:00+08:00');
  const entry = (url: string, text: string, encoding?: string) => ({
    startedDateTime: '2026-11-28T10:00:00+08:00',
    request: { method: 'GET', url },
    response: { status: 200, content: { text, encoding } },
  });
  const read = (...path: string[]) => readFileSync(join(ORDERS, ...path));
  const entries = [
    entry(
      'https://pub.alimama.com/openapi/param2/1/gateway.unionpub/report.getTbkOrderDetails.json?pageNo=1',
      read('rows', 'page.json').toString(),
    ),
    entry(
      'https://pub.alimama.com/report/getTbkOrderDetails.json?downloadId=DOWNLOAD_REPORT_ORDER_DETAILS',
      read('tables', 'order-details.gb18030.csv').toString('base64'),
      'base64',
    ),
    entry(
      'https://eco.taobao.com/router/rest?method=taobao.tbk.relation.refund',
      read('answers', 'relation-refund.json').toString(),
    ),
  ];
  const har = world.write('page.har', JSON.stringify({ log: { entries } }));
  const { files } = await world.json('sync', har);
  expect(files.map(({ format, rows }: { format: string; rows: number }) => [format, rows])).toEqual([
    ['top-orders', 1],
    ['alimama-orders', 4],
    ['top-refunds', 2],
  ]);
});
