/** Ways in which promises were once broken, end to end: each of them stays mended. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shopAnswer } from '../support/answers.ts';
import { ownTable } from '../support/own-table.ts';
import { codesOf, FIXTURES, makeWorld, planOf, type World } from '../support/run.ts';

const ITEM = 'captured_at,shop_id,item_id,plan_id,plan_type,rate,status,sales_30d\n';
const SHOP = 'captured_at,shop_id,plan_id,plan_type,rate,status\n';
const NOW = '2026-11-20T10:00:00+08:00';

async function take(world: World, name: string, text: string, ...flags: string[]): Promise<any> {
  return world.json('sync', world.write(name, text), ...flags);
}

describe('keys that stand twice in one JSON object', () => {
  test.each([
    '[{"shop_id":"1","plan_id":"2","plan_type":"special","rate":"4","rate":"9"}]',
    '{"format":"tkguard/snapshot@1","captured_at":"2026-11-01","captured_at":"2026-11-02","plans":[{}]}',
    '[{"shop_id":"1234567890123456789","plan_id":"2","plan_type":"special","rate":"4","rate":"9"}]',
  ])('%s', async (text) => {
    const { files } = await take(makeWorld(), 'a.json', text);
    expect(files[0]).toMatchObject({ status: 'refused', refusal: { code: 'duplicate-key' } });
  });

  test('in NDJSON the line is named; equal values are no contradiction', async () => {
    const row = '{"shop_id":"1","plan_id":"2","plan_type":"special","rate":"4","rate":"5"}\n';
    const { files } = await take(makeWorld(), 'a.ndjson', row.replace('"5"', '"4"') + row);
    expect(files[0].problems).toMatchObject([{ code: 'duplicate-key', locator: 2, field: 'rate' }]);
  });
});

/** Of each item the general rate, that of plan 2, which is joined, and its sales; null: it is not listed there. */
type Row = readonly [item: string, general: number | null, special: number | null, sales?: number];

const itemTable = (at: string, rows: readonly Row[]) =>
  ITEM +
  rows
    .flatMap(([item, general, special, sales = '']) => [
      general === null ? '' : `${at},1,${item},0,general,${general},,\n`,
      special === null ? '' : `${at},1,${item},2,special,${special},approved,${sales}\n`,
    ])
    .join('');

const TODAY = '2026-11-20 09:00';
const MIXED: readonly Row[] = [
  ['i1', 5, 6, 10],
  ['i2', 5, 4, 1],
];

test.each<[string, Readonly<Record<string, readonly Row[]>>, readonly string[], object]>([
  ['--item filters diff, and changes no verdict', { [TODAY]: MIXED }, ['--item', 'i2'], { verdict: 'keep', gapBp: 82 }],
  [
    'an old item below general is never a silent keep',
    { '2026-11-10': [['i1', 5, 4]], [TODAY]: [['i2', 5, 6]] },
    [],
    { verdict: 'review', codes: expect.stringMatching(/^stale/) },
  ],
  [
    'rates of two different items give no gap',
    {
      [TODAY]: [
        ['i1', 5, null],
        ['i2', null, 4],
      ],
    },
    [],
    { verdict: 'review', gapBp: null, basis: null, general: { rateBp: null } },
  ],
  [
    'a mean that rounds to nothing is told as mixed, not as a gain that nobody asked for',
    {
      [TODAY]: [
        ['i1', 5, 5.01, 1],
        ['i2', 5, 4.99, 2],
      ],
    },
    [],
    { verdict: 'exit', reasons: [{ code: 'mixed', below: 1, above: 1 }] },
  ],
  [
    'mixed agrees with the scopes, whatever the minimum gain',
    {
      [TODAY]: [
        ['i1', 5, 6, 1],
        ['i2', 5, 5.2, 1],
      ],
    },
    ['--min-gain', '0.5'],
    { codes: 'above-general' },
  ],
  [
    'an item against the average is told among others',
    {
      [TODAY]: [
        ['', 5, null],
        ['i1', 5, 6],
        ['i2', null, 7],
      ],
    },
    [],
    { reasons: expect.arrayContaining([{ code: 'part-average', items: 1 }]) },
  ],
])('%s', async (_, files, argv, expected) => {
  const world = makeWorld(NOW);
  for (const [at, rows] of Object.entries(files)) await take(world, `${at}.csv`, itemTable(at, rows), '--partial');
  const plan = planOf(await world.json('diff', ...argv), '2');
  expect({ ...plan, codes: codesOf(plan).join(' ') }).toMatchObject(expected);
  // A gate lets nothing through that diff does not keep.
  if (plan.verdict === 'review') expect((await world.run('check', '1')).code).toBe(3);
});

test('check speaks for the item and tells of the plan', async () => {
  const world = makeWorld(NOW);
  await take(world, 'a.csv', itemTable(TODAY, MIXED));
  const [check] = (await world.json('check', 'i2')).answers;
  expect(check.verdict).toBe('exit');
  expect(check.accounts[0].reasons).toEqual([{ code: 'whole-plan', verdict: 'keep' }]);
  expect((await world.json('check', 'i1')).answers[0].accounts[0].reasons).toEqual([]);
});

test('nothing is called better while it is not known which plan binds', async () => {
  const world = makeWorld(NOW);
  await take(world, 'a.csv', ownTable({ '2026-11-20': ['1 0 5', '1 2 4', '1 3 3'] }));
  const [check] = (await world.json('check', '1')).answers;
  expect([check.verdict, check.accounts[0].better]).toEqual(['review', []]);
});

test('memberships from one table, rates from another', async () => {
  const world = makeWorld(NOW);
  const rates = `${SHOP}2026-11-20 08:00,1,0,general,5,\n2026-11-20 08:00,1,2,special,4,\n`;
  for (const at of ['08:00', '09:00']) {
    await take(world, `${at}.csv`, `${SHOP}2026-11-20 ${at},1,2,special,,approved\n`, '--partial');
  }
  await take(world, 'rates.csv', rates, '--partial');
  expect(planOf(await world.json('diff'), '2')).toMatchObject({ verdict: 'exit', gapBp: -100 });
});

describe('content that lacks its own key', () => {
  const plan = { CampaignID: 5, CampaignName: 'x', CampaignType: '定向计划', commissionRate: 6, Exist: false };
  const data = [{ ...plan, Properties: '否', manualAudit: 0, ShopKeeperID: 7 }];
  const text = JSON.stringify({ ok: true, data, info: { ok: true } });

  test('the same answer for two items is two exports; under the same id it is known', async () => {
    const world = makeWorld(NOW);
    expect((await take(world, 'a.item-1.json', text)).files[0].status).toBe('imported');
    expect((await take(world, 'a.item-2.json', text)).files[0].status).toBe('imported');
    expect((await take(world, 'b.item-2.json', text)).files[0].status).toBe('known');
  });

  test('a misnamed file can be imported under its right name, and discarded under the wrong one', async () => {
    const world = makeWorld(NOW);
    const shop = shopAnswer(27182818);
    await take(world, 'w.seller-333.json', shop);
    const right = world.write('w.seller-2166356588.json', shop);
    expect((await world.json('sync', right)).files[0].status).toBe('imported');
    expect((await world.run('discard', '1')).code).toBe(0);
    expect((await world.json('snapshots')).snapshots).toHaveLength(1);
  });
});

test('a snapshot in the middle can be discarded: the others say what they said', async () => {
  const world = makeWorld(NOW);
  const day = (n: number, rate: string) => ownTable({ [`2026-11-${n}`]: ['1 0 5', `1 2 ${rate}`] });
  await take(world, '1.csv', day(17, '6'));
  await take(world, '2.csv', day(18, '4'));
  await take(world, '3.csv', day(19, '4'));
  const before = planOf(await world.json('diff'), '2');
  expect((await world.run('discard', '2')).code).toBe(0);
  expect(planOf(await world.json('diff'), '2')).toMatchObject({ verdict: before.verdict, special: before.special });
  expect(planOf(await world.json('diff', '--as-of', '2026-11-18'), '2').special.rateBp).toBe(600);
  expect((await take(world, 'again.csv', day(18, '4'))).files[0]).toMatchObject({
    status: 'known',
    notes: [{ code: 'discarded' }],
  });
  expect((await take(world, 'again.csv', day(18, '4'), '--again')).files[0].status).toBe('imported');
  expect(planOf(await world.json('diff', '--as-of', '2026-11-18'), '2').special.rateBp).toBe(400);
});

test('the same content with another file time is another capture, and it is said what to do with a copy', async () => {
  const world = makeWorld(NOW);
  const text = 'shop_id,plan_id,plan_type,rate\n1,0,general,5\n';
  await world.run('sync', world.write('a.csv', text, '2026-11-18T09:00:00+08:00'));
  const copy = world.write('a.csv', text, '2026-11-20T09:00:00+08:00');
  const atMs = Date.parse('2026-11-18T09:00:00+08:00');
  // What is only looked at has no number to discard.
  for (const call of [['inspect'], ['sync', '--dry-run']])
    expect((await world.json(...call, copy)).files[0].notes).toEqual([
      { code: 'would-be-same-content', args: { atMs } },
    ]);
  const again = await world.json('sync', copy);
  expect(again.files[0]).toMatchObject({
    status: 'imported',
    notes: [{ code: 'same-content', args: { atMs, id: 2 } }],
  });
  const dated = await world.json('sync', join(world.folder, 'a.csv'), '--captured-at', '2026-11-19 09:00');
  expect(dated.files[0].status).toBe('known');
});

test('a missing path does not stop the others', async () => {
  const world = makeWorld(NOW);
  const { code, out } = await world.run('sync', join(FIXTURES, 'story'), join(world.folder, 'nope.csv'), '--json');
  expect(code).toBe(2);
  expect(
    JSON.parse(out)
      .files.map((file: any) => file.status)
      .sort(),
  ).toEqual(['imported', 'imported', 'refused']);
});

test.each([
  [['diff', '--json', '--format', 'csv']],
  [['check', '--plan', '--item', '1']],
  [['diff', '--min-gain', '0.005']],
  [['check', ' ']],
])('%j contradicts itself, or says nothing: 2', async (argv) => {
  const world = makeWorld(NOW);
  await take(world, 'a.csv', ownTable({ '2026-11-20': ['1 0 5'] }));
  expect((await world.run(...argv)).code).toBe(2);
});

test('links as exports, phones and tired people write them', async () => {
  const world = makeWorld(NOW);
  await take(world, 'a.csv', itemTable(TODAY, [['77', 5, 6]]));
  for (const text of [
    '//item.taobao.com/item.htm?id=77',
    'https://a.m.taobao.com/i77.htm',
    '７７',
    '【淘宝】https://detail.tmall.com/item.htm?id=77 好物',
  ]) {
    expect([text, (await world.run('check', text)).code]).toEqual([text, 0]);
  }
});

test('cut below general and stopped between two captures: the cut is not lost', async () => {
  const world = makeWorld('2026-11-20T10:00:00+08:00');
  const header = SHOP.replace('\n', ',plan_state,approved_at\n');
  const day = (n: number, rate: string, state: string) =>
    `${header}2026-11-${n},1,0,general,5,,,\n2026-11-${n},1,2,special,${rate},approved,${state},2025-01-01\n`;
  await take(world, '1.csv', day(17, '6', 'active'));
  await take(world, '2.csv', day(18, '4', 'stopped'));
  const { changes } = await world.json('changes');
  expect(changes.map((change: any) => change.code).sort()).toEqual(['closed', 'crossed-below', 'lowered']);
  expect((await world.json('shops')).shops[0]).toMatchObject({ bad: 1, watched: 1, grade: 'unproven' });
});

test('“first read” is the first reading of the rate as it stands, in whichever export: not where the newest export began', async () => {
  const world = makeWorld(NOW);
  const header = 'captured_at,shop_id,plan_id,plan_type,rate,status';
  const days = { 18: '5.00%', 19: '5.00%', 20: '7.00%' };
  for (const [day, rate] of Object.entries(days))
    world.write(
      `a${day}.csv`,
      `${header}\n2026-11-${day} 09:00,1,0,general,6.00%,\n2026-11-${day} 09:00,1,2,special,${rate},approved\n`,
    );
  // At one of these moments another export says otherwise of the special plan, and goes on in a row of its own.
  world.write(
    'b19.csv',
    `${header},shop_name\n2026-11-19 09:00,1,2,special,7.00%,approved,店\n2026-11-19 09:00,1,0,general,6.00%,,店\n`,
  );
  for (const name of ['a18', 'a19', 'b19', 'a20']) await world.run('sync', join(world.folder, `${name}.csv`));
  const [{ general, special }] = (await world.json('why', '2')).answers[0].comparisons;
  expect(general).toMatchObject({ firstReadAt: '2026-11-18T09:00:00+08:00', locator: 2 });
  expect(general.file).toContain('a18.csv');
  expect(special).toMatchObject({ firstReadAt: '2026-11-19T09:00:00+08:00', lastChange: { fromBp: 500, toBp: 700 } });
  expect(special.file).toContain('b19.csv');
});
