/** At a new membership: what the merchant, else all merchants, did with earlier ones. */
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';
import { validJson } from '../support/schema.ts';

const HEADER = 'captured_at,shop_id,shop_name,plan_id,plan_type,rate,status,approved_at,locked,starts_at\n';

/** Of a row: shop, plan, rate, day of approval (empty: not joined), lock and start. */
type Row = [shop: number, plan: number, rate: number, approved?: string, locked?: string, startsAt?: string];

function day(world: World, date: string, rows: readonly Row[], generalRate = 5): string {
  const lines = rows.map(([shop, plan, rate, approved = '', locked = '', startsAt = '']) =>
    [
      `${date} 09:00`,
      shop,
      `店${shop}`,
      plan,
      'special',
      rate,
      approved && 'approved',
      approved,
      locked,
      startsAt,
    ].join(','),
  );
  const general = [...new Set(rows.map(([shop]) => shop))].map(
    (shop) => `${date} 09:00,${shop},店${shop},0,general,${generalRate},,,,`,
  );
  return world.write(`${date}.csv`, `${HEADER}${[...lines, ...general].join('\n')}\n`);
}

const JOINED = '2026-08-02';

function four(cut: number, joined = ''): Row[] {
  return [
    [9, 1, cut, joined, 'no'],
    [9, 2, cut, joined, 'no'],
    [9, 3, cut, joined, 'yes'],
    [9, 4, 9, joined, 'no'],
  ];
}

/** Four plans of shop 9: three were cut 20 days and some hours after the approval, one stayed good for a month. */
async function earlier(): Promise<World> {
  const world = makeWorld('2026-09-06T12:00:00+08:00');
  await world.run(
    'sync',
    day(world, '2026-08-01', four(9)),
    day(world, '2026-08-05', four(9, JOINED)),
    day(world, '2026-08-22', four(4, JOINED)),
    day(world, '2026-09-05', four(4, JOINED)),
  );
  return world;
}

const counts = ({ broken, of, withinDays }: any) => [broken, of, withinDays];

test('the same shop, and the signs with their counts', async () => {
  const world = await earlier();
  const file = day(world, '2026-09-06', [...four(4, JOINED), [9, 5, 30, '2026-09-06', 'no', '2026-09-01']]);
  const { out } = await world.run('sync', '--lang', 'zh', '--dry-run', file);
  expect(out).toContain(
    '同店 4 个计划中 3 个在 20 天内跌破通用。没有锁佣：这样的 3 个计划中 2 个在 30 天内变差。另有迹象（没有同类旧计划可参照）：佣金比率达到平常的两倍以上、计划刚开不久。\n',
  );
  const { changes } = await validJson(world, 'sync', file);
  expect(changes.map(({ plan, early }: any) => [plan.id, early?.of, early && counts(early.kept)])).toEqual(
    expect.arrayContaining([['5', 'shop', [3, 4, 20]]]),
  );
  const [account] = (await validJson(world, 'check', '9')).answers[0].accounts;
  expect(account.early.signs.map(({ code, kept }: any) => [code, ...counts(kept)])).toEqual([
    ['high-rate', 0, 0, null],
    ['new-plan', 0, 0, null],
    ['not-locked', 2, 3, 20],
  ]);
  expect((await world.run('check', '9', '--lang', 'en')).out).toContain(
    'Same shop: 3 of 4 plans fell below the general rate within 20 days.',
  );
  // A membership is new for two weeks.
  world.now = Date.parse('2026-09-21T12:00:00+08:00');
  await world.run('sync', day(world, '2026-09-21', [...four(4, JOINED), [9, 5, 30, '2026-09-06', 'no']]));
  expect((await validJson(world, 'check', '9')).answers[0].accounts[0].early).toBeNull();
});

test('a shop of which nothing is known: all shops; and nothing where nothing can be told', async () => {
  const world = await earlier();
  const file = day(world, '2026-09-06', [...four(4, JOINED), [8, 6, 9, '2026-09-06', 'yes']]);
  expect((await world.run('sync', '--lang', 'zh', '--dry-run', file)).out).toContain(
    '各店合计，4 个计划中 3 个在 20 天内跌破通用。',
  );
  const first = makeWorld('2026-09-06T12:00:00+08:00');
  const { changes } = await validJson(first, 'sync', day(first, '2026-09-06', [[8, 6, 9, '2026-09-06']]));
  expect(changes.map(({ plan, early }: any) => [plan.id, early])).toEqual([['6', null]]);
});

test('check says of all shops what shops says, whatever happened since the sync', async () => {
  const world = await earlier();
  const rows: Row[] = [...four(4, JOINED), [8, 6, 9, '2026-09-05', 'yes']];
  await world.run('sync', day(world, '2026-09-06', rows));
  const told = async (): Promise<unknown> => {
    const { answers } = await world.json('check', '8');
    const { kept } = await world.json('shops');
    expect((await world.json('shops', '--shop', '8')).kept).toEqual(kept);
    const { unknown, ...all } = kept[1];
    const { early } = answers[0].accounts[0];
    // The new plan itself is none of the earlier ones.
    expect(early.kept).toEqual({ ...all, unknown: unknown - 1 });
    return [early.of, ...counts(all)];
  };
  expect(await told()).toEqual(['all', 3, 4, 20]);
  await world.run('exited', '1', '--at', '2026-08-20 12:00');
  expect(await told()).toEqual(['all', 3, 4, 20]);
  await world.run('exited', '1', '--undo');
  await world.run('exited', '1', '--at', '2026-09-06 11:00');
  expect(await told()).toEqual(['all', 3, 4, 20]);
  const before = (await world.json('check', '8', '--as-of', '2026-09-06 10:00')).answers[0].accounts[0].early;
  expect(counts(before.kept)).toEqual([3, 4, 20]);
  const { snapshots } = await world.json('snapshots');
  const { id } = snapshots.find(({ capturedAt }: any) => capturedAt.startsWith('2026-08-22'));
  await world.run('discard', String(id));
  expect(await told()).toEqual(['all', 0, 1, null]);
});

test('signs: a rate twice the usual one, a plan just opened, a general rate just raised', async () => {
  const world = makeWorld('2026-10-20T12:00:00+08:00');
  const usual = [1, 2, 3].map((plan): Row => [7, plan, 9, JOINED]);
  const lure = (rate: number, joined = ''): Row => [6, 9, rate, joined, '', '2026-07-25'];
  const fresh = (joined = ''): Row => [5, 5, 30, joined, '', '2026-10-15'];
  const all = [...usual, lure(4, JOINED)];
  await world.run(
    'sync',
    day(world, '2026-07-28', [lure(30)]),
    day(world, '2026-08-01', [lure(30)], 6),
    day(world, '2026-08-05', [...usual, lure(30, JOINED)], 6),
    day(world, '2026-08-30', all, 6),
    day(world, '2026-10-15', [fresh(), ...all]),
    day(world, '2026-10-18', [fresh(), ...all], 6),
  );
  const { changes } = await validJson(world, 'sync', day(world, '2026-10-20', [fresh('2026-10-20'), ...all], 6));
  const { early } = changes.find(({ plan }: any) => plan.id === '5');
  expect(early.signs.map(({ code, kept }: any) => [code, kept.broken, kept.of])).toEqual([
    ['high-rate', 1, 1],
    ['general-raised', 1, 1],
    ['new-plan', 1, 1],
  ]);
});

test('signs: sales that doubled before the cut, of all items together', async () => {
  const world = makeWorld('2026-10-20T12:00:00+08:00');
  const head = 'captured_at,shop_id,plan_id,plan_type,rate,status,approved_at,item_id,sales_30d\n';
  /** Of a shop: the special rate, the day of approval, the sales of its two items. */
  const look = (date: string, shops: readonly [shop: number, rate: number, approved: string, a: number, b: number][]) =>
    world.write(
      `${date}.csv`,
      head +
        shops
          .flatMap(([shop, rate, approved, ...sales]) =>
            sales.flatMap((sold, item) => [
              `${date} 09:00,${shop},0,general,5,,,${shop}0${item},${sold}`,
              `${date} 09:00,${shop},1,special,${rate},${approved && 'approved'},${approved},${shop}0${item},${sold}`,
            ]),
          )
          .join('\n'),
    );
  await world.run(
    'sync',
    look('2026-08-28', [
      [1, 9, '', 10, 90], // doubles, then is cut
      [2, 9, '', 10, 90], // one item doubles, both together do not
      [3, 9, '', 10, 90], // doubles with the cut
      [4, 9, '', 4, 5], // too few pieces
    ]),
    look('2026-09-01', [
      [1, 9, '2026-09-01', 10, 90],
      [2, 9, '2026-09-01', 10, 90],
      [3, 9, '2026-09-01', 10, 90],
      [4, 9, '2026-09-01', 4, 5],
    ]),
    look('2026-09-05', [
      [1, 9, '2026-09-01', 100, 100],
      [2, 9, '2026-09-01', 100, 99],
      [3, 9, '2026-09-01', 10, 90],
      [4, 9, '2026-09-01', 15, 14],
    ]),
    look('2026-09-08', [
      [1, 3, '2026-09-01', 300, 300],
      [2, 3, '2026-09-01', 100, 99],
      [3, 3, '2026-09-01', 300, 300],
      [4, 3, '2026-09-01', 15, 14],
    ]),
    look('2026-10-15', [[5, 9, '', 20, 0]]),
  );
  const file = look('2026-10-20', [[5, 9, '2026-10-19', 40, 0]]);
  const early = (await validJson(world, 'sync', file)).changes.find(({ shop }: any) => shop.id === '5').early;
  expect(early.signs.map(({ code, kept }: any) => [code, kept.broken, kept.of])).toEqual([['sales-ramp', 1, 1]]);
  expect((await world.run('check', '5', '--lang', 'zh')).out).toContain(
    '各店合计，4 个计划中 4 个在 7 天内跌破通用。店内销量近期翻倍：这样的 1 个计划中 1 个在 30 天内变差。',
  );
});
