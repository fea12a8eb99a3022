/** `tkguard inspect`, and mappings from proposal to verdict. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { joinedAnswer } from '../support/answers.ts';
import { ownTable } from '../support/own-table.ts';
import { FIXTURES, makeWorld } from '../support/run.ts';
import { validatorOf } from '../support/schema.ts';

const HAODANKU = join(FIXTURES, 'mappings', 'haodanku.csv');
const MAPPING = join(FIXTURES, 'mappings', 'haodanku.json');
const STORY = ['2014-03-01.csv', '2014-03-09.csv'].map((name) => join(FIXTURES, 'story', name));
const validate = validatorOf('inspect');

describe('nothing is written', () => {
  test('where there is no database, none is made', async () => {
    const world = makeWorld('2014-03-09T10:00:00+08:00');
    const document = await world.json('inspect', STORY[0]!);
    expect([document.ledger, document.summary.added, document.changes]).toMatchObject(['none', 2, [{ to: 'keep' }]]);
    expect(readdirSync(world.folder)).toEqual([]);
  });

  test('where there is one, it stays as it is, byte by byte, and the answer is measured against it', async () => {
    const world = makeWorld('2014-03-09T10:00:00+08:00');
    await world.run('sync', STORY[0]!);
    const before = readFileSync(world.db);
    const document = await world.json('inspect', ...STORY);
    expect(document.ledger).toBe('read');
    expect(document.files.map(({ status, against }: any) => [status, against])).toEqual([
      ['known', { added: 0, changed: 0, gone: 0 }],
      ['readable', { added: 0, changed: 1, gone: 0 }],
    ]);
    expect(document.changes).toMatchObject([{ from: 'keep', to: 'exit' }]);
    expect(readFileSync(world.db)).toEqual(before);
    expect(await world.json('changes', '--since', '2014-01-01')).toMatchObject({ changes: [] });
  });

  test('rows that would be gone', async () => {
    const world = makeWorld();
    const plans = ['7 0 5%', '7 1 5%', '7 2 5%', '7 3 5%'];
    await world.run('sync', world.write('a.csv', ownTable({ '2026-11-19': plans })));
    const next = world.write('b.csv', ownTable({ '2026-11-20': plans.slice(0, 3) }));
    expect((await world.json('inspect', next)).files[0].against).toEqual({ added: 0, changed: 0, gone: 1 });
    expect((await world.json('diff', '--all', '--shop', '7')).plans).toHaveLength(3);
  });

  test('a database that cannot be read does not keep a file from being looked at', async () => {
    const world = makeWorld();
    writeFileSync(world.db, 'no database');
    const { code, out } = await world.run('inspect', STORY[0]!);
    expect(code).toBe(0);
    expect(out).toContain('db-foreign');
    expect(await world.json('inspect', STORY[0]!)).toMatchObject({
      ledger: 'unreadable',
      ledgerReason: { code: 'db-foreign' },
      files: [{ status: 'readable', rows: 2 }],
    });
    expect(readFileSync(world.db, 'utf8')).toBe('no database');
  });
});

test('what it says of a file that is read', async () => {
  const world = makeWorld();
  world.stdin = readFileSync(join(FIXTURES, 'alimama', 'items-search.json'));
  const document = await world.json('inspect', '-');
  validate(document);
  expect(validate.errors).toBeNull();
  expect(document.files).toMatchObject([
    {
      file: '-',
      status: 'readable',
      format: 'alimama-item-search',
      encoding: 'utf-8',
      separator: null,
      rows: 12,
      snapshots: [{ capturedFrom: 'now', coverage: 'item-search', rows: 12 }],
    },
  ]);
  expect(document.files[0].rates[0]).toEqual({ field: 'tkRate', unit: 'percent', measure: 'commission' });
  expect(document.files[0].sample).toHaveLength(5);
  expect(document.files[0].sample[0]).toMatchObject({
    locator: 1,
    shop: { id: '2649797694' },
    item: { id: '537099364188' },
    plan: { id: '0', kind: 'general' },
    rate: { rateBp: 280, rate: '2.80', cell: '2.8' },
  });
});

test('what is packed, and the pages of one list, are looked at one by one', async () => {
  const world = makeWorld();
  const feed = world.write('feed.csv.gz', gzipSync(readFileSync(HAODANKU)));
  const row = { campaignStatus: 1, invalideCampaign: false, status: 2, oriMemberId: 7 };
  const page = (n: number) => joinedAnswer([{ ...row, campaignId: n }], { page: n, pages: 2, items: 2 });
  const pages = [1, 2].map((n) => world.write(`joined-${n}.json`, page(n)));
  const { files } = await world.json('inspect', feed, ...pages);
  expect(files).toMatchObject([
    { status: 'refused', refusal: { code: 'unknown-format' }, proposal: { name: 'feed' } },
    { status: 'readable', format: 'alimama-joined-plans', rows: 2, sample: [{ plan: { id: '1' } }] },
  ]);
  const mapped = await world.json('inspect', '--map', join(FIXTURES, 'mappings', 'haodanku.json'), feed);
  expect(mapped.files).toMatchObject([{ format: 'map:haodanku', rows: 5 }]);
});

test('columns that are read and columns that are not', async () => {
  const world = makeWorld();
  const file = world.write('a.txt', '店铺ID;计划ID;计划类型;佣金率;备注\n7;1;定向计划;5%;x\n');
  const document = await world.json('inspect', file);
  expect(document.files[0]).toMatchObject({ separator: ';' });
  expect(document.files[0].columns.map(({ column }: any) => column)).toEqual([
    'shop_id',
    'plan_id',
    'plan_type',
    'rate',
    null,
  ]);
});

describe('the command line', () => {
  test('standard input is opened once: it cannot be read again', async () => {
    const world = makeWorld();
    world.stdin = gzipSync(readFileSync(STORY[0]!));
    expect((await world.json('inspect', '-')).files).toMatchObject([
      { status: 'readable', rows: 2, encoding: 'utf-8' },
    ]);
  });
});

describe('what nothing knows', () => {
  const inspect = async (name: string, text: string, ...flags: string[]) => {
    const world = makeWorld();
    const { out } = await world.run('inspect', ...flags, world.write(name, text));
    return out;
  };

  test('a ? comes with a word what to put there, and no hint leads in a circle', async () => {
    const out = await inspect('ids.csv', 'a,b,c\n728628560,2616191,8.38%\n');
    expect(out).toContain('a (728628560), b (2616191)');
    expect(out).toMatch(/fixed\.shop_id: the shop’s number/);
    expect(out).toContain('complete the mapping proposed below');
    expect(out).not.toContain('Any other table');
  });

  test('what is fixed says by which column; other percentages are named', async () => {
    const out = await inspect('pct.csv', '卖家,编号,高佣,通用佣金\n1001,2001,4.5%,5%\n');
    expect(out).toContain('fixed.plan_type = general, because of the column name “通用佣金”');
    expect(out).toContain('Columns of percentages that are not used: 高佣.');
  });

  test('no table at all', async () => {
    const out = await inspect('x.json', '[1,2,3]');
    expect(out).toContain('It is neither a table nor a list of objects');
  });

  test.each([
    ['title.csv', '我的计划表\n店铺ID,计划ID,计划类型,佣金率\n1,0,general,5\n', 2],
    ['title.txt', '我的计划表\n\n店铺ID\t计划ID\t计划类型\t佣金率\n1\t0\tgeneral\t5\n', 3],
    ['title.csv', '导出,,,\n店铺ID,计划ID,计划类型,佣金率\n1,0,general,5\n', 2],
    ['groups.csv', '店铺,,计划,,\n店铺ID,店铺名称,计划ID,计划类型,佣金率\n1,茶,0,general,5\n', 2],
    ['groups.csv', '店铺;;计划;;\n\n店铺ID;店铺名称;计划ID;计划类型;佣金率\n1;茶;0;general;5\n', 3],
    ['title.csv', '导出于,2026-11-20,,\n店铺ID,计划ID,计划类型,佣金率\n1,0,general,5\n', 2],
  ])('a title above the header: %s %j', async (name, text, row) => {
    const world = makeWorld();
    const file = world.write(name, text);
    for (const command of ['inspect', 'sync']) {
      const { files } = await world.json(command, file);
      expect(files[0].refusal).toEqual({ code: 'title-row', args: { row } });
    }
    expect((await world.run('inspect', file)).out).toContain(`Delete the rows above row ${row}`);
  });
});

describe('refused files', () => {
  const files = readdirSync(join(FIXTURES, 'refused')).map((name) => join(FIXTURES, 'refused', name));

  test('are refused as by sync, with the same words', async () => {
    const world = makeWorld();
    const [sync, inspect] = [await world.json('sync', '--dry-run', ...files), await world.json('inspect', ...files)];
    validate(inspect);
    expect(validate.errors).toBeNull();
    const codes = (document: any) => document.files.map(({ file, refusal }: any) => [file, refusal]);
    expect(codes(inspect)).toEqual(codes(sync));
    const { err } = await world.run('sync', '--dry-run', ...files);
    const { out, code, err: silence } = await world.run('inspect', ...files);
    expect([code, silence]).toEqual([2, '']);
    const lines = out.split('\n').map((line) => line.trim());
    // Those that send on to inspect, or for which it proposes a mapping, say something else.
    const own = /tkguard inspect|^hint: Add the columns/;
    const hints = err.split('\n').filter((text) => text.startsWith('hint:') && !own.test(text));
    for (const line of hints) expect(lines).toContain(line);
    expect(out).not.toContain('`tkguard inspect <file>`.');
  });

  test('of many problems the first are shown, and all counted', async () => {
    const world = makeWorld();
    const rows = Array.from({ length: 50 }, (_, i) => `7,${i + 1},special,x\n`);
    const file = world.write('bad.csv', `shop_id,plan_id,plan_type,rate\n${rows.join('')}`);
    const [inspected] = (await world.json('inspect', file)).files;
    expect([inspected.problems.length, inspected.problemCount]).toEqual([20, 50]);
    expect((await world.run('inspect', file)).out).toContain('30');
  });

  test('a file that is not there, beside one that is', async () => {
    const world = makeWorld();
    const { code, out } = await world.run('inspect', join(world.folder, 'gone.csv'), STORY[0]!);
    expect(code).toBe(2);
    expect(out).toContain('gone.csv');
  });
});

describe('mappings', () => {
  test('from an unknown table to a verdict: propose, fill in the unit, sync', async () => {
    const world = makeWorld();
    const feed = world.write('feed.csv', readFileSync(HAODANKU));
    expect((await world.run('sync', '--dry-run', feed)).err).toContain('tkguard inspect');
    const { out, code } = await world.run('inspect', '--mapping', feed);
    expect(code).toBe(0);
    const unfilled = world.write('my.json', out);
    const refused = await world.run('sync', '--map', unfilled, feed);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/my\.json, line \d+: mappings\.feed\.plans\[0\]\.fixed\.plan_type: found "\?"/);
    expect(existsSync(world.db)).toBe(false);
    const filled = world.write(
      'my.json',
      out.replaceAll('"rate": "?"', '"rate": "percent"').replace('"plan_type": "?"', '"plan_type": "general"'),
    );
    expect((await world.run('sync', '--map', filled, feed)).code).toBe(0);
    const joined = 'shop_id,plan_id,plan_type,rate,status\n2166356588,13804894,special,,approved\n';
    await world.run('sync', '--partial', world.write('joined.csv', joined));
    const { plans } = await world.json('diff', '--shop', '2166356588');
    expect(plans).toMatchObject([{ verdict: 'exit', special: { rateBp: 500 }, general: { rateBp: 550 } }]);
    const { snapshots } = await world.json('snapshots');
    expect(snapshots.map(({ format }: any) => format)).toContain('map:feed');
  });

  test('in the configuration they need no flag; a name picks one', async () => {
    const world = makeWorld();
    world.env.TKGUARD_CONFIG = MAPPING;
    expect((await world.json('inspect', HAODANKU)).files[0].format).toBe('map:haodanku');
    const at = ['--captured-at', '2026-11-19'];
    for (const flags of [[], ['--map', 'haodanku'], ['--as', 'map:haodanku']]) {
      const { files } = await world.json('sync', '--dry-run', ...at, ...flags, HAODANKU, STORY[0]!);
      const other = flags.length === 0 ? 'imported' : 'refused';
      expect(files.map(({ status }: any) => status)).toEqual(['imported', other]);
    }
    expect((await world.json('sync', '--dry-run', '--map', 'haodanku', STORY[0]!)).files[0].refusal).toMatchObject({
      code: 'mapping-drift',
    });
  });

  test('a mapped list that is empty, or not there, lacks no columns', async () => {
    const world = makeWorld();
    const flags = ['--map', join(FIXTURES, 'mappings', 'feed.json')];
    const codeOf = async (text: string, options: string[]) =>
      (await world.json('sync', '--dry-run', ...options, world.write('j.json', text))).files[0].refusal;
    const [empty, failed] = ['{"code":0,"data":{"list":[]}}', '{"code":-1,"msg":"token=SECRET","data":null}'];
    expect((await codeOf(empty, flags)).code).toBe('no-rows');
    expect(await codeOf(failed, flags)).toEqual({ code: 'no-list', args: { name: 'feed', path: 'data.list' } });
    world.env.TKGUARD_CONFIG = flags[1]!;
    expect((await codeOf(empty, [])).code).toBe('no-rows');
    expect((await codeOf(failed, [])).code).toBe('no-list');
    expect((await codeOf('{"other":1}', [])).code).toBe('unknown-format');
  });

  test('drift in a file of a row a line', async () => {
    const world = makeWorld();
    const mapping = { header: ['s', 'p', 't', 'r'], rows: '.', units: { rate: 'percent' } };
    const columns = { shop_id: 's', plan_id: 'p', plan_type: 't', rate: 'r' };
    const map = world.write('m.json', JSON.stringify({ mappings: { nd: { ...mapping, columns } } }));
    const row = (id: number, rate: string) => JSON.stringify({ s: 7, p: id, t: 'special', [rate]: '5%' });
    const file = world.write('x.ndjson', `${row(1, 'r2')}\n${row(2, 'r2')}\n`);
    const [{ refusal }] = (await world.json('sync', '--dry-run', '--map', map, file)).files;
    expect(refusal).toEqual({ code: 'mapping-drift', args: { name: 'nd', missing: 'r', added: 'r2' } });
  });

  test('drift is named, and inspect proposes for what the columns have become', async () => {
    const world = makeWorld();
    world.env.TKGUARD_CONFIG = MAPPING;
    const text = readFileSync(HAODANKU, 'utf8').replace('dx_rates', '定向佣金(%)');
    const { err } = await world.run('sync', world.write('feed.csv', text));
    expect(err).toContain('missing: dx_rates; new: 定向佣金(%)');
    const [file] = (await world.json('inspect', join(world.folder, 'feed.csv'))).files;
    expect(file.refusal.code).toBe('mapping-drift');
    expect(file.proposal.mapping.plans[1]).toMatchObject({
      columns: { rate: '定向佣金(%)' },
      units: { rate: 'percent' },
    });
  });

  const wrong = (change: (mapping: any) => void) => {
    const mapping = JSON.parse(readFileSync(join(FIXTURES, 'mappings', 'my-notes.json'), 'utf8'));
    change(mapping.mappings['my-notes']);
    return JSON.stringify(mapping, null, 1);
  };
  const renamed = ({ header, columns }: any, from: string, to: string) => ({
    header: header.map((name: string) => (name === from ? to : name)),
    columns: { ...columns, rate: to },
  });
  const withPlanOf = ({ header }: any, rate: string) => ({ header: [...header, rate], plans: [{ columns: { rate } }] });
  test.each<[string, (mapping: any) => void, string]>([
    ['a column used twice', (m) => (m.columns.plan_name = '掌柜'), 'columns.plan_name'],
    ['a column of ours that is none', (m) => (m.columns.shop = '掌柜'), 'columns.shop'],
    ['a column that the file does not have', (m) => (m.columns.rate = '比例'), 'columns.rate'],
    ['a needed column neither mapped nor fixed', (m) => delete m.columns.shop_id, 'columns.shop_id'],
    ['a column both mapped and fixed', (m) => (m.fixed = { shop_id: '7' }), 'fixed.shop_id'],
    ['income for the rate', (m) => Object.assign(m, renamed(m, '佣金', '收入比率(%)')), 'columns.rate'],
    ['a subsidy in the plans', (m) => Object.assign(m, withPlanOf(m, '含补贴佣金率')), 'plans[0].columns.rate'],
    ['no unit', (m) => delete m.units, 'units.rate'],
    ['a unit that is none', (m) => (m.units.rate = '%'), 'units.rate'],
    ['a word that is none', (m) => (m.words.status['2'] = 'ok'), 'words.status["2"]'],
    ['a ? left', (m) => (m.words.status['2'] = '?'), 'words.status["2"]'],
    ['a fixed word that is none', (m) => (m.fixed = { plan_state: 'open' }), 'fixed.plan_state'],
    ['no header', (m) => (m.header = []), 'header'],
    ['a path that is none', (m) => (m.rows = 'a..b'), 'rows'],
    ['a coverage that is none', (m) => (m.coverage = 'all'), 'coverage'],
  ])('%s is an error with its place', async (_, change, place) => {
    const world = makeWorld();
    const { code, err } = await world.run('sync', '--map', world.write('m.json', wrong(change)), STORY[0]!);
    expect(code).toBe(2);
    expect(err).toMatch(/^tkguard: .*m\.json, line \d+: /);
    expect(err).toContain(`mappings["my-notes"].${place}`);
  });

  test('a --map that leads nowhere, or to no mapping', async () => {
    const world = makeWorld();
    expect((await world.run('sync', '--map', 'nope', STORY[0]!)).err).toContain('[unknown-mapping]');
    expect((await world.run('sync', '--map', world.write('m.json', '{}'), STORY[0]!)).err).toContain('[no-mappings]');
  });

  test('there is nothing to propose for a file that is read, or is no table', async () => {
    const world = makeWorld();
    for (const file of [STORY[0]!, join(FIXTURES, 'refused', 'login.html')]) {
      const { code, out, err } = await world.run('inspect', '--mapping', file);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('[no-proposal]');
    }
  });

  test('hostile names of columns come back as they are', async () => {
    const world = makeWorld();
    const name = 'rate\u202e\u001b[31m %';
    const file = world.write('x.csv', `掌柜ID,计划编号,"${name}"\n7,2001,5%\n`);
    const { out } = await world.run('inspect', '--mapping', file);
    expect(out).not.toContain('\u202e');
    const filled = out.replace('"plan_type": "?"', '"plan_type": "special"');
    const { files } = await world.json('sync', '--dry-run', '--map', world.write('m.json', filled), file);
    expect(files[0]).toMatchObject({ status: 'imported', format: 'map:x' });
  });
});
