/** A merchant with two numbers: what exports say under the platform's counts as if they said it under the seller's. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';

const [SELLER, OTHER] = ['2200000001', '217440529896652827'];
const HEAD = 'captured_at,shop_id,other_shop_id,item_id,item_title,plan_id,plan_type,rate,status,approved_at,sales_30d';

const words = (...all: string[]) => fc.constantFrom(...all);
const rate = words('4%', '5%', '6%', '8%');
const plan = fc.record({
  rate,
  status: words('approved', 'approved', 'pending', 'left', ''),
  approvedAt: words('', '2026-11-01', '2026-11-04'),
});
const scope = fc.record({
  general: rate,
  sales: words('', '1', '40'),
  title: words('', '甲', '乙'),
  rates: fc.dictionary(words('61000001', '61000002'), rate),
});
const capture = fc.record({
  account: words('a', 'a', 'b'),
  isOther: fc.boolean(),
  plans: fc.record({ 61000001: plan, 61000002: plan }),
  scopes: fc.dictionary(words('', '901', '902'), scope, { minKeys: 1 }),
});
type Capture = typeof capture extends fc.Arbitrary<infer T> ? T : never;

function textOf({ plans, scopes, isOther }: Capture, day: number): string {
  const lines = Object.entries(scopes).flatMap(([item, { general, sales, title, rates }]) => {
    const place = `2026-11-0${day} 09:00,${isOther ? `${OTHER},${SELLER}` : `${SELLER},`},${item},${item && title}`;
    const special = Object.entries(rates).map(([id, rate]) => {
      const { status, approvedAt } = plans[id as '61000001'];
      return `${place},${id},special,${rate},${status},${status === 'approved' ? approvedAt : ''},${item && sales}`;
    });
    return [`${place},0,general,${general},,,${item && sales}`, ...special];
  });
  return `${[HEAD, ...lines].join('\n')}\n`;
}

const ORDERS = `淘宝子订单号,商品ID,订单状态,佣金比率,结算金额,点击时间,付款时间,分成比率,技术服务费率
${[2, 4, 6, 8].flatMap((day) => ['901', '902'].map((item) => `41000000000000${day}${item},${item},已结算,4.00%,100.00,2026-11-0${day} 10:00:00,2026-11-0${day} 10:05:00,100.00%,10.00%`)).join('\n')}
`;

const QUESTIONS = [
  'diff --all --items --max-age 30d',
  'changes --since 2026-01-01',
  'shops --evidence',
  'loss --lines',
  `history --shop ${SELLER}`,
  'check 901',
];

async function answersTo(captures: readonly Capture[]): Promise<unknown[]> {
  const world = makeWorld('2026-11-09T12:00:00+08:00');
  for (const [day, one] of captures.entries()) {
    const flags = ['--account', one.account, '--accept-removals', '--accept-rates'];
    await world.run('sync', world.write(`${day + 1}.csv`, textOf(one, day + 1), '2026-11-09T00:00:00Z'), ...flags);
  }
  for (const account of ['a', 'b'])
    await world.run(
      'sync',
      world.write('o.csv', ORDERS.replaceAll('41000', account), '2026-11-09T00:00:00Z'),
      '--account',
      account,
    );
  // Under another number a value is read anew: other captures and lines show it. How sales moved is told by number.
  const places = ['readings', 'file', 'line', 'raw', 'source', 'messages', 'signs'];
  const answers = [];
  for (const question of QUESTIONS) {
    const { out } = await world.run(...question.split(' '), '--json');
    answers.push(JSON.parse(out, (key, value) => (places.includes(key) ? null : value)));
  }
  return answers;
}

test('every answer is as if all had been told under the number of the seller', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(capture, { minLength: 3, maxLength: 8 }), async ([first, ...rest]) => {
      const captures = [{ ...(first as Capture), isOther: false }, ...rest];
      const seller = captures.map((one) => ({ ...one, isOther: false }));
      expect(await answersTo(captures)).toEqual(await answersTo(seller));
    }),
    { numRuns: Number(process.env.TKGUARD_PLAYS ?? 4), endOnFailure: true },
  );
});

test('the newest sales of an item weigh, whichever number they were told under', async () => {
  const world = makeWorld('2026-11-09T12:00:00+08:00');
  const [general, rates] = ['5%', { 61000001: '4%' }];
  const own = { rate: '4%', status: 'approved', approvedAt: '' };
  const tell = (isOther: boolean, sales901: string, day: number) => {
    const one = { general, rates, title: '' };
    const scopes = { 901: { ...one, sales: sales901 }, 902: { ...one, rates: { 61000001: '8%' }, sales: '10' } };
    const text = textOf({ account: 'a', isOther, plans: { 61000001: own, 61000002: own }, scopes }, day);
    return world.run('sync', world.write(`${day}.csv`, text));
  };
  await tell(false, '100', 7);
  expect(await verdictOf(world)).toEqual({ verdict: 'exit', weights: [100, 10] });
  await tell(true, '1', 8);
  expect(await verdictOf(world)).toEqual({ verdict: 'keep', weights: [1, 10] });
});

async function verdictOf(world: World): Promise<object> {
  const [{ verdict, items }] = (await world.json('diff', '--items')).plans;
  return { verdict, weights: items.map(({ weight }: { weight: number }) => weight) };
}

test('a shop is found by a number that only stands beside its own', async () => {
  const world = makeWorld('2026-11-09T12:00:00+08:00');
  const rows = [
    `${OTHER},${SELLER},,,0,general,5%,,,`,
    `${OTHER},${SELLER},,,61000001,special,4%,approved,2026-11-01,`,
  ];
  await world.run('sync', world.write('a.csv', [HEAD, ...rows.map((row) => `2026-11-09 09:00,${row}`)].join('\n')));
  for (const number of [OTHER, SELLER]) expect(await world.run('check', '--shop', number)).toMatchObject({ code: 1 });
  expect(await world.run('check', '--shop', SELLER.slice(1))).toMatchObject({ code: 3 });
});

test('a new membership is warned by what became of a plan whose rates the platform tells', async () => {
  const world = makeWorld('2026-11-07T12:00:00+08:00');
  const joined = (plans: Readonly<Record<string, string>>) => {
    const pagelist = Object.entries(plans).map(([id, updateTime]) => {
      return { campaignId: Number(id), campaignStatus: 1, status: 2, oriMemberId: Number(SELLER), updateTime };
    });
    return { data: { pagelist, statusList: [], paginator: { items: pagelist.length, page: 1, pages: 1 } } };
  };
  const search = (special: string) => {
    const info_dxjh = JSON.stringify({ 61000001: special, 61000002: '1000' });
    const item = { item_id: 901, seller_id: OTHER, commission_rate: '500', commission_type: 'COMMON', info_dxjh };
    return { tbk_dg_material_optional_response: { result_list: { map_data: [item] }, total_results: 1 } };
  };
  const before = { 61000001: '2026-10-20' };
  for (const [day, document] of [
    ['10-21', joined(before)],
    ['10-25', search('1000')],
    ['10-28', search('400')],
    ['11-05', search('400')],
    ['11-06', joined({ ...before, 61000002: '2026-11-05' })],
  ] as const)
    await world.run('sync', world.write(`${day}.json`, JSON.stringify(document), `2026-${day}T00:00:00Z`));
  const [{ accounts }] = (await world.json('check', '--shop', SELLER)).answers;
  expect(accounts[0].early).toMatchObject({ of: 'shop', kept: { broken: 1, of: 1, withinDays: 8 } });
});

test('what is held back touches a shop whose other number it alone tells, and places no order', async () => {
  const world = makeWorld('2026-11-09T12:00:00+08:00');
  const sellers = ['71', '72', '73', '74'];
  const rates = (day: number, general: string, numbers: (seller: string) => string) => {
    const rows = sellers.flatMap((seller) => [
      `2026-11-0${day} 09:00,${numbers(seller)},9${seller},,0,general,${general},,,`,
      `2026-11-0${day} 09:00,${numbers(seller)},9${seller},,610000${seller},special,8%,approved,,`,
    ]);
    return world.write(`${day}.csv`, `${[HEAD, ...rows].join('\n')}\n`);
  };
  await world.run(
    'sync',
    rates(7, '5%', (seller) => `${seller},`),
  );
  expect((await world.run('check', '--shop', '71')).code).toBe(0);
  await world.run(
    'sync',
    rates(8, '50%', (seller) => `2174405298966528${seller},${seller}`),
  );
  expect((await world.json('status')).held).toHaveLength(1);
  expect((await world.run('check', '--shop', '71')).code).toBe(3);
  const order = '4100000000000000001,971,已结算,8.00%,100.00,2026-11-08 10:00:00,2026-11-08 10:05:00,100.00%,10.00%';
  await world.run('sync', world.write('orders.csv', `${ORDERS.split('\n')[0]}\n${order}\n`));
  expect((await world.json('loss', '--lines')).lines).toMatchObject([{ bucket: 'gain', lowFen: -270 }]);
});
