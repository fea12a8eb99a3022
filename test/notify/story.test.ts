/** Alerts from the import to the channel, in process: what opens, worsens and ends them, and that each is told once. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';
import { expectValid } from '../support/schema.ts';
import { type Stub, startStub } from '../support/stub.ts';

const HEAD = 'captured_at,shop_id,shop_name,plan_id,plan_type,rate,status\n';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WELL = { body: {} };

interface Look {
  /** Of November 2026. */
  readonly day: number;
  /** By plan id; each is of the shop of its number. */
  readonly plans: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly account?: string;
}

const GENERAL = '5.00%';
function csv({ day, plans, status = 'approved' }: Look): string {
  const rows = Object.entries(plans).flatMap(([plan, rate]) => [
    `2026-11-${day},${plan}1,店${plan},0,general,${GENERAL},`,
    `2026-11-${day},${plan}1,店${plan},${plan},special,${rate},${status}`,
  ]);
  return `${HEAD}${rows.join('\n')}\n`;
}

interface Alerted {
  readonly world: World;
  readonly stub: Stub;
  sync(look: Look, ...argv: string[]): ReturnType<World['run']>;
  /** What the stub got since it was asked last: event, kind and plan of each alert, one list a message. */
  told(): string[][];
}

async function makeAlerted(channel: object = {}, notify: object = {}): Promise<Alerted> {
  const stub = await startStub(WELL);
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  const first = { name: '网', type: 'webhook', url: stub.address, ...channel };
  world.configure({ language: 'zh', notify: { channels: [first], ...notify } });
  let n = 0;
  return {
    world,
    stub,
    sync: (look, ...argv) =>
      world.run('sync', world.write(`${n++}.csv`, csv(look)), '--account', look.account ?? 'default', ...argv),
    told: () =>
      stub.got
        .splice(0)
        .map(({ body }) => body.events.map((one: any) => `${one.event} ${one.kind} ${one.plan?.id ?? one.account}`)),
  };
}

const deliveries = async (world: World) =>
  (await world.json('notify')).deliveries.map((one: any) => `${one.channel} ${one.event} ${one.state} ${one.attempts}`);

async function discardNewest(world: World): Promise<void> {
  const [{ id }] = (await world.json('snapshots')).snapshots;
  expect((await world.run('discard', String(id))).code).toBe(0);
}

test('a plan that turns bad is told once, and that it is well again; the message says what to do', async () => {
  const { world, stub, sync, told } = await makeAlerted();
  await sync({ day: 18, plans: { 7: '6.00%' } });
  expect(told()).toEqual([]);
  const { code, err, out } = await sync({ day: 19, plans: { 7: '4.00%' } });
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toContain('提醒');
  await sync({ day: 19, plans: { 7: '4.00%' } });
  expect(stub.got).toHaveLength(1);
  const { body } = stub.got[0]!;
  expectValid('alert', body);
  expect([body.title, ...body.lines]).toEqual([
    'tkguard 退出提醒：1 个计划',
    '【该退出】店7 · 7：定向 4.00%，通用 5.00%（-1.00）；6.00%→4.00%（2026-11-19）',
    '退出方法：打开“推广计划管理”，按店铺旺旺搜索，点“退出”：https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign',
    '退出后记一下：tkguard exited 计划ID',
    '数据：36 小时前',
  ]);
  const list = await world.json('notify');
  expectValid('notify', list);
  expect(list.alerts).toMatchObject([
    { kind: 'exit', plan: { id: '7' }, gapBp: -100, gap: '-1.00', closedAt: null, muted: false },
  ]);
  expect(list.deliveries).toEqual([
    {
      id: 1,
      alert: list.alerts[0].id,
      channel: '网',
      event: 'opened',
      state: 'sent',
      attempts: 1,
      notBefore: '2026-11-20T12:00:00+08:00',
      answer: 'HTTP 200',
    },
  ]);
  told();
  await sync({ day: 20, plans: { 7: '7.00%' } });
  expect(told()).toEqual([['resolved exit 7']]);
  expect((await world.json('notify')).alerts).toEqual([]);
});

describe('what opens, and what does not', () => {
  test.each<[string, Look, string[]]>([
    [
      'an application that would pay less',
      { day: 19, plans: { 7: '4.00%' }, status: 'pending' },
      ['opened pending-below 7'],
    ],
    ['being removed', { day: 19, plans: { 7: '4.00%' }, status: 'removed' }, ['opened removed 7']],
    ['left', { day: 19, plans: { 7: '4.00%' }, status: 'left' }, []],
    ['a cut that is still above', { day: 19, plans: { 7: '6.00%' } }, []],
  ])('%s', async (_, look, events) => {
    const { sync, told } = await makeAlerted();
    await sync({ day: 18, plans: { 7: '8.00%' } });
    await sync(look);
    expect(told()).toEqual(events.length > 0 ? [events] : []);
  });

  test('the first sync of a ledger is one message', async () => {
    const { sync, told } = await makeAlerted();
    await sync({ day: 19, plans: { 7: '4.00%', 8: '3.00%', 9: '6.00%', 10: '2.00%' } });
    expect(told().map((one) => one.sort())).toEqual([['opened exit 10', 'opened exit 7', 'opened exit 8']]);
  });

  test('a late, older export raises none, and makes no cut news', async () => {
    const { sync, told } = await makeAlerted({ only: ['exit', 'warn'] });
    await sync({ day: 19, plans: { 7: '6.00%' } });
    await sync({ day: 17, plans: { 7: '4.00%' } });
    await sync({ day: 18, plans: { 7: '9.00%' } });
    expect(told()).toEqual([]);
    await sync({ day: 20, plans: { 7: '5.50%' } });
    expect(told()).toEqual([['opened warn 7']]);
  });

  test('an exit that is noted and had no effect; an exit takes the place of a warning', async () => {
    const { world, sync, told } = await makeAlerted({ only: ['exit', 'exit-failed', 'warn'] });
    await sync({ day: 17, plans: { 7: '8.00%' } });
    await sync({ day: 18, plans: { 7: '7.00%' } });
    await sync({ day: 19, plans: { 7: '4.00%' } });
    expect(told()).toEqual([['opened warn 7'], ['opened exit 7']]);
    await world.run('exited', '7', '--at', '2026-11-19 12:00');
    await world.run('notify', 'send');
    expect(told()).toEqual([['resolved exit 7']]);
    await sync({ day: 20, plans: { 7: '4.00%' } });
    expect(told()).toEqual([['opened exit-failed 7']]);
  });

  test('data too old speak for all their plans, also where no sync runs', async () => {
    const { world, sync, told } = await makeAlerted();
    await sync({ day: 10, plans: { 7: '4.00%', 8: '4.00%' } });
    expect(told()).toEqual([['opened stale default']]);
    await sync({ day: 20, plans: { 7: '6.00%', 8: '4.00%' } });
    expect(told()).toEqual(
      [['resolved stale default', 'opened exit 8'].sort()].map((one) => expect.arrayContaining(one)),
    );
    world.now += 4 * DAY;
    await world.run('notify', 'send');
    expect(told()).toEqual([['opened stale default']]);
  });

  test('what is held speaks for its plans, and the user ends it', async () => {
    const { world, sync, told } = await makeAlerted();
    const plans = { 7: '6.00%', 8: '6.00%', 9: '6.00%', 10: '6.00%' };
    await sync({ day: 18, plans });
    await sync({ day: 19, plans, status: 'left' });
    expect(told()).toEqual([['opened held default']]);
    await world.run('discard', 'all');
    await world.run('notify', 'send');
    expect(told()).toEqual([['withdrawn held default']]);
  });
});

describe('a plan joined where plans went bad before', () => {
  /** Of November: the plans of one shop, with their rates and days of approval. */
  const look = (day: string, plans: readonly [plan: number, rate: string, approved: string][]) =>
    `captured_at,shop_id,shop_name,plan_id,plan_type,rate,status,approved_at\n2026-11-${day},81,旧店,0,general,5%,,\n${plans
      .map(([plan, rate, approved]) => `2026-11-${day},81,旧店,${plan},special,${rate},approved,2026-11-${approved}\n`)
      .join('')}`;
  const [first, second] = [[1, '4%', '02'] as [number, string, string], [2, '9%', '01'] as [number, string, string]];

  async function joined(): Promise<Alerted> {
    const alerted = await makeAlerted({ only: ['warn'] });
    await alerted.world.run('sync', alerted.world.write('a.csv', look('02', [[1, '9%', '02'], second])));
    await alerted.world.run('sync', alerted.world.write('b.csv', look('06', [first, second])));
    expect(alerted.told()).toEqual([]);
    await alerted.world.run('sync', alerted.world.write('c.csv', look('19', [first, second, [3, '9%', '18']])));
    return alerted;
  }

  test('a warning, once, that says so; a cut makes it worse, and after two weeks it is over in silence', async () => {
    const { world, stub, told } = await joined();
    expectValid('alert', stub.got[0]?.body);
    expect(stub.got[0]?.body.lines).toEqual([
      '【预警】旧店 · 3：定向 9.00%，通用 5.00%（+4.00）；同店 1 个计划中 1 个在 4 天内跌破通用。另有 1 个观察时间不够。',
      '预警的计划：仍高于通用，暂时不用动，推广前再看一眼（tkguard check）。',
      '数据：36 小时前',
    ]);
    expect(stub.got[0]?.body.events[0].early.kept).toMatchObject({ broken: 1, of: 1, unknown: 1, withinDays: 4 });
    expect(told()).toEqual([['opened warn 3']]);
    await world.run('sync', world.write('d.csv', look('20', [first, second, [3, '9%', '18']])), '--quiet');
    expect(told()).toEqual([]);
    world.now = Date.parse('2026-11-22T12:00:00+08:00');
    await world.run('sync', world.write('e.csv', look('21', [first, second, [3, '6%', '18']])));
    expect(stub.got[0]?.body.lines[0]).toBe(
      '【预警，又低了】旧店 · 3：定向 6.00%，通用 5.00%（+1.00）；9.00%→6.00%（2026-11-21）；同店 1 个计划中 1 个在 4 天内跌破通用。另有 1 个观察时间不够。',
    );
    expect(told()).toEqual([['worse warn 3']]);
    await world.run('sync', world.write('f.csv', look('22', [first, second, [3, '9%', '18']])));
    world.now = Date.parse('2026-12-06T12:00:00+08:00');
    const later = look('22', [first, second, [3, '9%', '18']]).replaceAll(/2026-11-22/g, '2026-12-05');
    await world.run('sync', world.write('g.csv', later));
    expect(told()).toEqual([]);
    expect((await world.json('notify')).alerts.map(({ kind }: any) => kind)).not.toContain('warn');
  });

  test('not where all earlier ones stayed good', async () => {
    const { world, told } = await makeAlerted({ only: ['warn'] });
    await world.run('sync', world.write('a.csv', look('02', [second])));
    await world.run('sync', world.write('b.csv', look('19', [second, [3, '9%', '18']])));
    expect(told()).toEqual([]);
  });
});

test('worse is told when it is lower by so much than what was told, and never for recovering half-way', async () => {
  const { world, sync, told } = await makeAlerted({}, { realertBy: '1' });
  const events: string[][] = [];
  for (const [i, rate] of ['4.00%', '3.50%', '3.00%', '3.80%', '3.00%', '2.50%', '2.00%'].entries()) {
    world.now += DAY;
    await sync({ day: 21 + i, plans: { 7: rate } }, '--quiet');
    events.push(told().flat());
  }
  expect(events).toEqual([['opened exit 7'], [], ['worse exit 7'], [], [], [], ['worse exit 7']]);
});

test('muted plans are silent; what was not told then is told afterwards', async () => {
  const { world, stub, sync, told } = await makeAlerted();
  stub.reply = { status: 503, body: '' };
  await sync({ day: 18, plans: { 7: '4.00%', 8: '6.00%' } });
  await world.run('mute', '7', '8');
  stub.reply = WELL;
  told();
  world.now += HOUR;
  await sync({ day: 19, plans: { 7: '4.00%', 8: '4.00%' } });
  expect(told()).toEqual([]);
  expect((await world.json('notify')).alerts).toMatchObject([{ plan: { id: '7' }, muted: true }]);
  await world.run('mute', '--undo', '7', '8');
  await world.run('notify', 'send');
  expect(told()).toEqual([['opened exit 7', 'opened exit 8']]);
});

test('what the user threw away is taken back where it was told, and dropped where it was not', async () => {
  const { world, stub, sync, told } = await makeAlerted();
  await sync({ day: 18, plans: { 7: '6.00%' } });
  await sync({ day: 19, plans: { 7: '4.00%' } });
  expect(told()).toEqual([['opened exit 7']]);
  await discardNewest(world);
  await world.run('notify', 'send');
  expect(told()).toEqual([['withdrawn exit 7']]);
  stub.reply = 'reset';
  await sync({ day: 20, plans: { 7: '4.00%' } });
  await discardNewest(world);
  stub.reply = WELL;
  told();
  world.now += HOUR;
  expect(await world.run('notify', 'send')).toMatchObject({ code: 0, out: '没有要处理的\n' });
  expect(told()).toEqual([]);
});

describe('when, and to whom', () => {
  test('a digest waits for its time, and what is over by then is not told', async () => {
    const { world, sync, told } = await makeAlerted({ digest: '09:05' });
    await sync({ day: 19, plans: { 7: '4.00%', 8: '4.00%' } });
    world.now += 2 * HOUR;
    await sync({ day: 20, plans: { 7: '6.00%', 8: '4.00%' } });
    expect(told()).toEqual([]);
    world.now = Date.parse('2026-11-21T09:04:00+08:00');
    await world.run('notify', 'send');
    expect(told()).toEqual([]);
    world.now += MINUTE;
    await world.run('notify', 'send');
    expect(told()).toEqual([['opened exit 8']]);
  });

  test('what is lost a day by own orders breaks through a digest, and stands in the message', async () => {
    const { world, stub, told } = await makeAlerted({ digest: '09:05' }, { urgentFrom: '0.05' });
    world.now = Date.parse('2026-11-05T12:00:00+08:00');
    const settings = JSON.parse(readFileSync(join(world.folder, '.config', 'tkguard', 'config.json'), 'utf8'));
    world.configure({ ...settings, policy: { maxAge: '30d' } });
    for (const file of ['orders-month.csv', 'rates-month.csv']) {
      const text = readFileSync(join(FIXTURES, 'cases', 'orders', 'month', file));
      const path = world.write(file, text, '2026-11-01T10:00:00+08:00');
      expect((await world.run('sync', path, '--account', '主号')).code).toBe(0);
    }
    const [title, line] = [stub.got[0]?.body.title, stub.got[0]?.body.lines[0]];
    expect(title).toBe('tkguard 退出提醒：1 个计划，每天约少赚 ¥0.05');
    expect(line).toContain('约 ¥0.05/天');
    expect(told()).toEqual([['opened exit 61000002']]);
  });

  test.each([
    [{ only: ['held'] }, []],
    [{ accounts: ['小号'] }, []],
    [{ accounts: ['小号', 'default'] }, ['7', '8']],
    [{ shops: ['71'] }, ['7']],
    [{ shops: ['店8'] }, ['8']],
  ])('%j', async (channel, plans) => {
    const { sync, told } = await makeAlerted(channel);
    await sync({ day: 19, plans: { 7: '4.00%', 8: '4.00%' } });
    expect(told().flat()).toEqual(plans.map((plan) => `opened exit ${plan}`));
  });

  test('a channel that is new in the configuration hears what is open', async () => {
    const { world, stub, sync, told } = await makeAlerted();
    await sync({ day: 19, plans: { 7: '4.00%' } });
    told();
    const channels = ['网', '新'].map((name) => ({ name, type: 'webhook', url: stub.address }));
    world.configure({ notify: { channels } });
    await sync({ day: 20, plans: { 7: '4.00%' } });
    expect(told()).toEqual([['opened exit 7']]);
    expect(await deliveries(world)).toEqual(['网 opened sent 1', '新 opened sent 1']);
    stub.reply = 'reset';
    await sync({ day: 20, plans: { 8: '4.00%' } });
    world.configure({ notify: { channels: channels.slice(0, 1) } });
    expect((await world.json('doctor')).findings).toContainEqual(
      expect.objectContaining({ code: 'alerts-stranded', args: { channel: '新', n: 1 } }),
    );
  });
});

test.each(['full', 'closed'] as const)('who takes the answer of a sync or not, alerts are sent: %s', async (broken) => {
  const { world, sync, told } = await makeAlerted();
  world.broken = broken;
  await sync({ day: 19, plans: { 7: '4.00%' } });
  expect(told()).toEqual([['opened exit 7']]);
});

describe('what does not get through', () => {
  test('never changes how a sync ends; it is tried again, longer each time, then given up, and that is told', async () => {
    const { world, stub, sync, told } = await makeAlerted();
    stub.reply = { status: 500, body: '' };
    const { code, err } = await sync({ day: 19, plans: { 7: '4.00%' } });
    expect([code, err]).toEqual([
      0,
      'tkguard: 网：提醒尚未送达，会自动重试：HTTP 500 [alert-retried]\n提示：对方的服务出了故障：一般过一会儿就好。\n',
    ]);
    const pauses: number[] = [];
    for (let minutes = 0; minutes < 30; minutes++) {
      world.now += MINUTE;
      const before = stub.got.length;
      const sent = await world.run('notify', 'send');
      if (stub.got.length > before) pauses.push(minutes + 1);
      expect(sent.code).toBe(stub.got.length > before ? 75 : 0);
    }
    // After 1 minute, then 5, then 15, each by a fifth more or less.
    expect(pauses).toHaveLength(3);
    world.now += 3 * DAY;
    const late = await world.run('notify', 'send');
    expect(late.err).toContain('已放弃 1 条提醒');
    expect(await deliveries(world)).toContain('网 opened dead 5');
    expect((await world.run('doctor')).out).toContain('提醒通道 网：已放弃 1 条');
    expect((await world.json('status')).undelivered).toEqual([{ channel: '网', n: 1 }]);
    stub.reply = WELL;
    told();
    world.now += DAY;
    await world.run('notify', 'send');
    expect(stub.got.at(-1)?.body.undelivered).toEqual([{ channel: '网', n: 1 }]);
    expect(told()).toEqual([['opened stale default']]);
    expect(await world.run('notify', 'retry', 'all')).toMatchObject({ code: 0, out: '编号 1 将重新发送\n' });
    await world.run('notify', 'send');
    expect(told()).toEqual([['opened exit 7']]);
  });

  test('what WeCom lets be tried three times is tried three times', async () => {
    const { world, stub, sync } = await makeAlerted({ type: 'wecom' });
    stub.reply = { body: { errcode: -1, errmsg: 'system busy' } };
    await sync({ day: 19, plans: { 7: '4.00%' } });
    const states: string[] = [];
    for (let hour = 0; hour < 4; hour++) {
      states.push(...(await deliveries(world)));
      world.now += HOUR;
      await world.run('notify', 'send');
    }
    expect(states).toEqual(['due 1', 'due 2', 'dead 3', 'dead 3'].map((state) => `网 opened ${state}`));
    expect(stub.got).toHaveLength(3);
  });

  test('a refusal stops the channel until it is mended; all that is due is sent then', async () => {
    const { world, stub, sync, told } = await makeAlerted();
    stub.reply = { status: 401, body: '' };
    expect((await sync({ day: 18, plans: { 7: '4.00%' } })).err).toContain('[alert-refused]');
    world.now += HOUR;
    await sync({ day: 19, plans: { 7: '4.00%', 8: '4.00%' } });
    expect(told()).toHaveLength(1);
    expect((await world.run('notify')).out).toContain('网 拒绝接收：HTTP 401');
    expect((await world.json('status')).refused).toEqual([{ channel: '网', answer: 'HTTP 401' }]);
    world.now += 6 * HOUR;
    expect(await world.run('notify', 'send')).toMatchObject({ code: 2 });
    stub.reply = WELL;
    told();
    expect(await world.run('notify', 'test', '网')).toMatchObject({ code: 0, err: '' });
    expect(stub.got[0]?.body).toMatchObject({ test: true, title: 'tkguard 测试消息' });
    told();
    await world.run('notify', 'send');
    expect(told()).toEqual([['opened exit 7', 'opened exit 8']]);
  });

  test('one channel that hangs does not delay the others, nor a sync for long', async () => {
    const [hanging, well] = [await startStub('hang'), await startStub(WELL)];
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    world.requestMs = 1500;
    const channels = [hanging, well].map(({ address: url }, i) => ({ name: `n${i}`, type: 'webhook', url }));
    world.configure({ notify: { channels } });
    let wellMs = Number.POSITIVE_INFINITY;
    const start = performance.now();
    well.reply = () => {
      wellMs = performance.now() - start;
      return WELL;
    };
    const { code } = await world.run('sync', world.write('a.csv', csv({ day: 19, plans: { 7: '4.00%' } })));
    const allMs = performance.now() - start;
    expect([code, hanging.got.length, well.got.length]).toEqual([0, 1, 1]);
    expect(allMs - wellMs).toBeGreaterThan(1000);
    expect(await deliveries(world)).toEqual(['n0 opened due 1', 'n1 opened sent 1']);
  });

  test('a secret that is not there is told like any other refusal', async () => {
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    world.configure({ notify: { channels: [{ name: 'x', type: 'bark', key: { env: 'NOT_SET' } }] } });
    expect(await world.run('notify', 'test')).toMatchObject({ code: 2, err: expect.stringContaining('$NOT_SET') });
    expect((await world.run('doctor')).out).toContain('NOT_SET');
  });
});

test('a sync that has nothing to do makes no database to send from', async () => {
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  world.configure({ notify: { channels: [{ name: 'x', type: 'exec', command: ['true'] }] } });
  expect((await world.run('sync')).code).toBe(2);
  expect(existsSync(world.db)).toBe(false);
});

test('nothing shows a secret: not a dry run, an answer that repeats it, the list, the settings', async () => {
  const stub = await startStub({ status: 401, body: '' });
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  const url = `${stub.address}/hook/s3cret-path?token=s3cret-token`;
  const command = ['sh', '-c', 'echo "no: $KEY" >&2; exit 3'];
  world.env.KEY = 's3cret-key';
  process.env.KEY = 's3cret-key';
  world.configure({
    notify: {
      channels: [
        { name: 'a', type: 'webhook', url, secret: 's3cret-sign' },
        { name: 'b', type: 'pushplus', url: stub.address, key: { env: 'KEY' } },
        { name: 'c', type: 'exec', command },
      ],
    },
  });
  stub.reply = ({ body }) => ({ body: { code: 903, msg: `no such token ${body.token ?? ''}` } });
  await world.run('sync', '--quiet', world.write('a.csv', csv({ day: 19, plans: { 7: '4.00%' } })));
  world.now += DAY;
  const runs = [
    ['notify', 'send', '--dry-run'],
    ['notify', 'send'],
    ['notify', 'test'],
    ['notify'],
    ['notify', '--json'],
    ['config'],
    ['doctor'],
  ];
  for (const argv of runs) {
    const { out, err } = await world.run(...argv);
    expect(out + err, argv.join(' ')).not.toContain('s3cret');
  }
});

test('a dry run opens no socket and changes nothing; a sync that is one raises nothing', async () => {
  const { world, stub, sync } = await makeAlerted({ digest: '09:05' });
  await sync({ day: 19, plans: { 7: '4.00%' } });
  await sync({ day: 20, plans: { 8: '4.00%' } }, '--dry-run');
  world.now += DAY;
  const before = await world.json('notify');
  const { out, code } = await world.run('notify', 'send', '--dry-run');
  expect([code, out]).toEqual([0, expect.stringContaining('网: POST ')]);
  expect(out).toContain('"plan":{"id":"7"');
  expect(await world.json('notify')).toEqual({ ...before, generatedAt: expect.any(String) });
  expect(stub.got).toEqual([]);
});

test('without a channel nothing is written, and it is said how to make one', async () => {
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  await world.run('sync', world.write('a.csv', csv({ day: 19, plans: { 7: '4.00%' } })));
  expect((await world.json('notify')).alerts).toEqual([]);
  expect(await world.run('notify', 'test')).toMatchObject({ code: 2, err: expect.stringContaining('[no-channels]') });
  expect(await world.run('notify', 'nonsense')).toMatchObject({ code: 2, err: expect.stringContaining('send') });
});

test('init asks for a channel, and what it writes works', async () => {
  const stub = await startStub({ body: { errcode: 0, errmsg: 'ok' } });
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  world.answers = [
    join(world.folder, 'exports'),
    'default',
    '',
    '钉钉',
    'dingtalk',
    'oapi.dingtalk.com',
    `${stub.address}/robot/send?access_token=T`,
    'SEC',
  ];
  const { out, code } = await world.run('init', '--lang', 'zh');
  // Cron finds neither the program nor the ledger of somebody else: all of it is written out.
  const line = new RegExp(
    `^  \\*/5 \\* \\* \\* \\* ${process.execPath} .* notify send --db ${world.db} --lang zh >/dev/null$`,
    'm',
  );
  expect([code, out]).toEqual([0, expect.stringMatching(line)]);
  expect(await world.run('notify', 'test', '--lang', 'zh')).toMatchObject({
    code: 0,
    out: 'dingtalk：测试消息已发出：errcode 0 ok\n',
  });
  writeFileSync(join(world.folder, 'exports', 'a.csv'), csv({ day: 20, plans: { 7: '4.00%' } }));
  expect((await world.run('sync', '--lang', 'zh')).err).toBe('');
  expect(stub.got.map(({ body }) => body.markdown.title)).toEqual(['tkguard 测试消息', 'tkguard 退出提醒：1 个计划']);
  expect(stub.got[1]?.url).toMatch(/^\/robot\/send\?access_token=T&timestamp=\d{13}&sign=[\w%]+$/);
});

test('on Windows the alerts are sent again by a task', async () => {
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  world.isWindows = true;
  world.answers = [join(world.folder, 'exports'), 'default', '', 'bark', 'KEY'];
  const { out } = await world.run('init');
  expect(out).toMatch(/^ {2}schtasks \/Create \/TN tkguard-notify \/SC MINUTE \/MO 5 \/TR ".* notify send .*"$/m);
  expect(out).not.toContain('*/5');
});

test('a test that fails says so, and neither that nothing was to be done nor that it will be tried again', async () => {
  const stub = await startStub({ status: 500, body: '' });
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  world.configure({ notify: { channels: [{ name: '网', type: 'webhook', url: stub.address }] } });
  expect(await world.run('notify', 'test', '--lang', 'zh')).toEqual({
    code: 75,
    out: '',
    err: 'tkguard: 网：测试消息没有送达：HTTP 500 [alert-untested]\n提示：对方的服务出了故障：一般过一会儿就好。\n',
  });
  expect(await world.json('notify', 'test')).toEqual({ schema: 'tkguard.done/1', done: [] });
  world.configure({ notify: { channels: [{ name: '网', type: 'webhook', url: 'http://127.0.0.1:2/' }] } });
  expect((await world.run('notify', 'test', '--lang', 'zh')).err).toContain('没有送达：连接被拒绝 [');
});
