/** The cases of the issue, end to end, in process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shopAnswer } from '../support/answers.ts';
import { ownTable } from '../support/own-table.ts';
import { codesOf, FIXTURES, makeWorld, planOf, type World } from '../support/run.ts';
import { expectValid } from '../support/schema.ts';

const STORY = join(FIXTURES, 'story');

/** Copies a fixture in with a modification time, as a download has. */
function download(world: World, name: string, at: string): string {
  return world.write(name.split('/').at(-1) ?? name, readFileSync(join(FIXTURES, name)), at);
}

describe('the founding story', () => {
  test('day one: keep; day two: exit; the sync says so', async () => {
    const world = makeWorld('2014-03-09T10:00:00+08:00');
    const first = await world.json('sync', join(STORY, '2014-03-01.csv'));
    expect(first.changes).toMatchObject([{ from: null, to: 'keep' }]);
    expect(planOf(await world.json('diff', '--as-of', '2014-03-01'), '2616191').verdict).toBe('keep');
    const second = await world.json('sync', join(STORY, '2014-03-09.csv'));
    expect(second.changes).toMatchObject([{ from: 'keep', to: 'exit' }]);
    const plan = planOf(await world.json('diff'), '2616191');
    expect(plan).toMatchObject({
      verdict: 'exit',
      account: '默认账号',
      basis: 'shop-average',
      special: { rateBp: 800, rate: '8.00' },
      general: { rateBp: 838, rate: '8.38' },
      gapBp: -38,
      lastChange: { fromBp: 1000, toBp: 800 },
    });
    expect(codesOf(plan)).toEqual(['below-general', 'rate-cut', 'average-only']);
  });
});

test('GBK with Chinese headers: one above general, one equal', async () => {
  const world = makeWorld();
  const sync = await world.json('sync', join(FIXTURES, 'chinese-headers'));
  expect(sync.files[0]).toMatchObject({ status: 'imported', encoding: 'gb18030', rows: 4 });
  const diff = await world.json('diff');
  expect(diff.summary).toMatchObject({ exit: 0, keep: 2, review: 0 });
  expect(planOf(diff, '28929421')).toMatchObject({
    account: '大号',
    basis: 'item',
    special: { rateBp: 1000 },
    general: { rateBp: 280 },
    gapBp: 720,
  });
  expect(codesOf(planOf(diff, '13804894'))).toEqual(['no-gain']);
  expect(planOf(diff, '28929421').plan.name).toBe('茶友高佣,加QQ：1259814898');
});

describe('joined list and item search together', () => {
  async function alimama(): Promise<World> {
    const world = makeWorld();
    const files = ['alimama/joined-campaigns.json', 'alimama/items-search.json'].map((name) =>
      download(world, name, '2026-11-20T09:00:00+08:00'),
    );
    expect((await world.run('sync', ...files)).code).toBe(0);
    return world;
  }

  test('as samples/README.md says', async () => {
    const world = await alimama();
    const diff = await world.json('diff', '--all');
    expect(planOf(diff, '28929421')).toMatchObject({
      verdict: 'keep',
      special: { rateBp: 1000 },
      general: { rateBp: 280 },
      basis: 'item',
    });
    expect(planOf(diff, '13804894')).toMatchObject({
      verdict: 'keep',
      special: { rateBp: 550 },
      general: { rateBp: 550 },
    });
    expect(codesOf(planOf(diff, '13804894'))).toContain('no-gain');
    expect(planOf(diff, '8013864')).toMatchObject({ verdict: 'closed' });
    expect(codesOf(planOf(diff, '8013864'))[0]).toBe('plan-stopped');
    expect(planOf(diff, '45332944')).toMatchObject({ verdict: null, standing: 'pending' });
    expect(planOf(diff, '63960348')).toMatchObject({ verdict: null, standing: 'not-joined', gapBp: 4720 });
    expect(planOf(diff, '28929421').plan.exitId).toBe('90010001');
  });

  test('the gate names what would be better', async () => {
    const world = await alimama();
    const { answers } = await world.json('check', 'https://item.taobao.com/item.htm?spm=a1&id=537099364188');
    const [check] = answers;
    expect(check).toMatchObject({ verdict: 'keep', query: { kind: 'item', id: '537099364188' } });
    const [answer] = check.accounts;
    expect(answer.better[0]).toMatchObject({ via: 'joinable', rateBp: 5000 });
    expect(answer.better.map((b: any) => b.via)).toContain('event');
  });

  test('a shop known by its keeper id alone is unified when an export shows both', async () => {
    const world = makeWorld();
    const at = '2026-11-20T09:00:00+08:00';
    await world.run('sync', download(world, 'alimama/item-campaigns.item-560234787224.json', at));
    expect((await world.json('diff')).plans[0].shop).toMatchObject({ id: null, keeperId: '27182818' });
    await world.run('sync', download(world, 'alimama/shop-campaigns.seller-2166356588.json', at));
    const diff = await world.json('diff', '--all');
    expect(new Set(diff.plans.map((plan: any) => plan.shop.id))).toEqual(new Set(['2166356588']));
    expect(planOf(diff, '13804894')).toMatchObject({ verdict: 'keep', membership: { status: 'approved' } });
  });

  test('a keeper id that two sellers claim is no refusal, but no plan of theirs is kept by it until it is gone', async () => {
    const world = makeWorld();
    const at = '2026-11-20T09:00:00+08:00';
    await world.run('sync', download(world, 'alimama/item-campaigns.item-560234787224.json', at));
    await world.run('sync', download(world, 'alimama/shop-campaigns.seller-2166356588.json', at));
    const before = await world.json('diff');
    expect(planOf(before, '13804894').verdict).toBe('keep');
    const other = world.write('other.seller-999.json', shopAnswer(27182818));
    expect((await world.run('sync', other)).code).toBe(0);
    const { plans } = await world.json('diff');
    const own = plans.filter((plan: any) => plan.shop.id === '2166356588' || plan.shop.keeperId === '27182818');
    expect(own.length).toBeGreaterThan(0);
    for (const plan of own) {
      expect(plan.verdict).toBe('review');
      expect(plan.reasons.map(({ code }: any) => code)).toContain('shop-unclear');
    }
    expect((await world.run('check', '13804894')).code).toBe(3);
    const [{ id }] = (await world.json('snapshots')).snapshots.filter(({ file }: any) =>
      file.endsWith('other.seller-999.json'),
    );
    expect((await world.run('discard', String(id))).code).toBe(0);
    expect((await world.json('diff')).plans).toEqual(before.plans);
  });
});

test('rows that disagree are refused; the same row twice is not', async () => {
  const world = makeWorld();
  const outcome = async (...rates: number[]) => {
    const text = ownTable({ '2026-11-19': rates.map((rate) => `1 2 ${rate}`) });
    return (await world.json('sync', world.write('x.csv', text))).files[0];
  };
  expect((await outcome(5, 6)).problems).toMatchObject([
    { code: 'disagrees', locator: 3, field: 'rate', found: '6', expected: '5' },
  ]);
  expect((await outcome(5, 5)).status).toBe('imported');
});

test('--skip-bad-rows takes the rest as partial', async () => {
  const world = makeWorld();
  const path = world.write('x.csv', 'shop_id,plan_id,plan_type,rate\n1,2,special,5\n1,3,special,abc\n');
  expect((await world.json('sync', path)).files[0].status).toBe('refused');
  const { files } = await world.json('sync', path, '--skip-bad-rows');
  expect(files[0]).toMatchObject({ status: 'imported', rows: 1, snapshots: [{ coverage: 'partial' }] });
  expect(files[0].problems).toHaveLength(1);
});

test('a dry run says everything and keeps nothing', async () => {
  const world = makeWorld('2014-03-09T10:00:00+08:00');
  const dry = await world.json('sync', STORY, '--dry-run');
  expect(dry.changes).toMatchObject([{ to: 'exit' }]);
  const { code, err } = await world.run('diff');
  expect(code).toBe(2);
  expect(err).toContain('[no-database]');
  await world.run('sync', join(STORY, '2014-03-01.csv'));
  await world.run('sync', STORY, '--dry-run');
  expect((await world.json('snapshots')).snapshots).toHaveLength(1);
});

test('stdin, and a captured time by flag', async () => {
  const world = makeWorld();
  world.stdin = 'shop_id,plan_id,plan_type,rate\n1,0,general,5\n';
  const { files } = await world.json('sync', '-', '--captured-at', '2026-11-19 08:00');
  expect(files[0]).toMatchObject({
    status: 'imported',
    snapshots: [{ capturedFrom: 'flag', capturedAt: '2026-11-19T08:00:00+08:00' }],
  });
});

test('a verdict that an import brings is marked where its data is too old to judge by', async () => {
  const world = makeWorld('2014-03-09T20:00:00+08:00');
  const file = join(FIXTURES, 'story', '2014-03-09.csv');
  expect((await world.json('sync', file)).changes).toMatchObject([{ to: 'exit', stale: false }]);
  const later = makeWorld('2014-03-29T20:00:00+08:00');
  const { out } = await later.run('sync', file, '--lang', 'en');
  expect(out).toContain('special 8.00% < general 8.38%  data from 20 d ago\n');
  expect(out).toContain('The data of 1 of these plans is now too old to judge by.');
});

describe('better choices', () => {
  const HEADER = 'captured_at,shop_id,item_id,plan_id,plan_name,plan_type,rate,status,audit,locked\n';
  const rows = (items: readonly string[], plan: string) => items.map((item) => `2026-11-20 09:00,1,${item},${plan}\n`);
  const BOUND = [...rows(['a', 'b'], '0,,general,5,,,'), ...rows(['a', 'b'], '11,绑定,special,4,approved,,')];

  test.each<
    [string, string[], [via: string, planId: string, gainBp: number, audit: boolean | null, locked: boolean | null][]]
  >([
    ['the general plan', [], [['general', '0', 100, null, null]]],
    [
      'the best three',
      [
        ...rows(['a', 'b'], '12,高佣,special,9,none,yes,yes'),
        ...rows(['a', 'b'], '13,免审,special,7,none,no,no'),
        ...rows(['a', 'b'], '14,鹊桥,event,8,,,'),
        ...rows(['a', 'b'], '15,一般,special,6,none,,'),
        ...rows(['a', 'b'], '16,更低,special,3,none,,'),
      ],
      [
        ['joinable', '12', 500, true, true],
        ['event', '14', 400, null, null],
        ['joinable', '13', 300, false, false],
      ],
    ],
    [
      'only what covers every item of the plan',
      rows(['a'], '12,高佣,special,90,none,yes,'),
      [['general', '0', 100, null, null]],
    ],
    ['no average beside items', rows([''], '12,平均,special,90,none,yes,'), [['general', '0', 100, null, null]]],
    ['none that was refused', rows(['a', 'b'], '12,高佣,special,9,rejected,yes,'), [['general', '0', 100, null, null]]],
  ])('%s', async (_, more, expected) => {
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    await world.run('sync', world.write('a.csv', HEADER + [...BOUND, ...more].join('')));
    const told = (all: any[]) => all.map((one) => [one.via, one.planId, one.gainBp, one.audit, one.locked]);
    const diff = await world.json('diff');
    expectValid('diff', diff);
    expect(told(planOf(diff, '11').better)).toEqual(expected);
    expect(told((await world.json('check', '11')).answers[0].accounts[0].better)).toEqual(expected);
  });

  test('a plan that was prolonged is open, one past its end is not', async () => {
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    const header = 'captured_at,shop_id,plan_id,plan_type,rate,status,plan_state,ends_at\n';
    const at = '2026-11-20 09:00,1';
    const plans = ['0,general,5,,,', '11,special,4,approved,,', '12,special,9,none,active,2026-11-10'];
    const closed = '13,special,8,none,,2026-11-10';
    await world.run(
      'sync',
      world.write('a.csv', header + [...plans, closed].map((plan) => `${at},${plan}\n`).join('')),
    );
    const { better } = planOf(await world.json('diff'), '11');
    expect(better.map((one: any) => one.planId)).toEqual(['12', '0']);
  });

  test('in words', async () => {
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    const more = [
      ...rows(['a', 'b'], '12,高佣,special,9,none,yes,yes'),
      ...rows(['a', 'b'], '13,免审,special,7,none,no,no'),
    ];
    await world.run('sync', world.write('a.csv', HEADER + [...BOUND, ...more].join('')));
    const zh =
      '另有可以申请的计划：高佣 (12)，9.00%（需商家审核、已锁佣）。另有可以申请的计划：免审 (13)，7.00%（无需审核）。';
    expect((await world.run('diff', '--lang', 'zh')).out).toContain(`${zh}\n`);
    expect((await world.run('check', '11', '--lang', 'zh')).out).toContain(`${zh}退出后按通用计划拿 5.00%。`);
    expect((await world.run('diff', '--lang', 'en')).out).toContain(
      'There is a plan you can apply for: 高佣 (12), 9.00% (the merchant must approve, rate locked).',
    );
    // For one item what covers that item.
    expect((await world.json('check', 'a')).answers[0].accounts[0].better).toHaveLength(3);
  });
});

test('a better plan to apply for is offered, also where others have left an item that was read before it', async () => {
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  const day = (n: number, ...rows: string[]) =>
    world.write(
      `${n}.csv`,
      [
        'captured_at,shop_id,item_id,plan_id,plan_type,rate,status',
        ...rows.map((row) => `2026-11-${n} 09:00,1,${row}`),
      ].join('\n'),
    );
  const both = (item: string) => [`${item},0,general,1,`, `${item},11,special,1,approved`];
  await world.run(
    'sync',
    day(19, ...both('a'), ...both('b'), 'b,12,special,1,none', ...both('d'), 'd,12,special,1,none'),
  );
  await world.run('sync', day(20, ...both('a'), ...both('d'), 'd,12,special,2,none'));
  const answers = (await world.json('check', 'd')).answers[0].accounts;
  expect(answers[0].better).toMatchObject([{ via: 'joinable', rateBp: 200 }]);
});
