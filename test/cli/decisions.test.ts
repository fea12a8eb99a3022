/** What the user decides about plans: mutes, and exits by their own word; through the command line. */
import { expect, test } from 'vitest';
import { joinedAnswer } from '../support/answers.ts';
import { makeWorld, type World } from '../support/run.ts';

const HEAD = 'captured_at,account,shop_id,shop_name,plan_id,plan_name,plan_type,rate,status,approved_at';
const csv = (day: string, status: string, rate = '4.50%', more = '') =>
  `${HEAD}\n${day},,1001,示例茶叶店,0,通用计划,general,5.00%,,\n${day},,1001,示例茶叶店,2001,双十一定向,special,${rate},${status},2026-10-01\n${more}`;

/** On 19 November plan 2001 pays less than the general plan. */
async function badPlan(): Promise<World> {
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  await world.run('sync', world.write('a.csv', csv('2026-11-19', 'approved')));
  return world;
}

const plan = async (world: World, ...options: string[]) =>
  (await world.json('diff', '--all', ...options)).plans.find((p: any) => p.plan.id === '2001');
const codes = async (world: World, ...options: string[]) =>
  (await plan(world, ...options)).reasons.map((reason: any) => reason.code);

test('a muted plan is judged, marked, and not counted until the mute ends', async () => {
  const world = await badPlan();
  expect((await world.run('check', '2001')).code).toBe(1);
  expect(await world.run('mute', '2001', '--until', '2026-11-21', '--reason', 'until the sale')).toMatchObject({
    code: 0,
    out: 'plan 2001 is muted until 2026-11-21 23:59\n',
    err: '',
  });
  expect(await plan(world)).toMatchObject({
    verdict: 'exit',
    muted: { until: '2026-11-21T23:59:59.999+08:00', reason: 'until the sale' },
  });
  const check = await world.run('check', '2001');
  expect(check.code).toBe(0);
  expect(check.out).toMatch(/^exit first \(muted until 2026-11-21 23:59\): 示例茶叶店/);
  expect((await world.json('check', '2001')).answers[0]).toMatchObject({ verdict: 'exit', exitCode: 0 });
  const diff = await world.run('diff', '--exit-code');
  expect(diff.code).toBe(0);
  expect(diff.out).toContain('exit, muted');
  expect(diff.out).toContain('Muted until 2026-11-21 23:59. Reason: until the sale');
  expect((await world.json('diff')).summary).toMatchObject({ exit: 1, muted: 1 });
  expect((await world.run('why', '2001')).out).toContain('Muted until');
  world.now = Date.parse('2026-11-22T00:00:00+08:00');
  expect((await world.run('check', '2001')).code).toBe(1);
  expect((await plan(world)).muted).toBeNull();
});

test('before it was muted it was not', async () => {
  const world = await badPlan();
  await world.run('mute', '2001');
  expect((await plan(world)).muted).toEqual({ until: null, reason: null });
  expect((await plan(world, '--as-of', '2026-11-19')).muted).toBeNull();
});

test('a sync does not report what is muted', async () => {
  const world = await badPlan();
  await world.run('mute', '2001', '--until', '7d');
  const file = world.write('b.csv', csv('2026-11-20 10:00', 'approved', '6.00%'));
  expect((await world.json('sync', '--dry-run', file)).changes).toEqual([]);
  await world.run('mute', '--undo', '2001');
  expect((await world.json('sync', file)).changes).toMatchObject([{ from: 'exit', to: 'keep' }]);
});

test('mutes are listed and taken back', async () => {
  const world = await badPlan();
  expect((await world.run('mute', '--list')).out).toBe('No plan is muted.\n');
  await world.run('mute', '2001', '--until', '30m');
  await world.run('mute', '2001', '--account', 'default', '--reason', 'x');
  const { mutes } = await world.json('mute', '--list');
  expect(mutes).toMatchObject([
    { plan: { id: '2001', name: '双十一定向' }, account: null, until: '2026-11-20T12:30:00+08:00' },
    { account: 'default', until: null, reason: 'x' },
  ]);
  expect((await world.run('mute', '--undo', '2001')).out).toBe('plan 2001 is no longer muted\n');
  expect((await world.run('mute', '--undo', '2001')).out).toBe('plan 2001 was not muted\n');
  expect((await world.json('mute', '--list')).mutes).toEqual([]);
});

test.each([
  [['mute', '404'], 'unknown-id'],
  [['mute', '0'], 'not-special'],
  [['mute', '2001', '--until', '2026-11-19'], 'time-past'],
  [['mute', '2001', '--until', 'tomorrow'], 'bad-option'],
  [['mute', '2001', '--account', 'nobody'], 'unknown-account'],
  [['mute', '--until', '7d'], 'usage'],
  [['mute'], 'usage'],
  [['exited', '404'], 'unknown-id'],
  [['exited', '2001', '--at', '2026-11-21'], 'time-to-come'],
  [['exited', '2001', '--at', 'last week'], 'bad-option'],
  [['exited', '2001', '--undo'], 'not-exited'],
  [['exited', '2002'], 'not-joined'],
])('%j is refused: %s', async (argv, code) => {
  const world = await badPlan();
  await world.run(
    'sync',
    world.write('b.csv', csv('2026-11-19 10:00', 'approved', '4.50%', '2026-11-19 10:00,,1001,,2002,,special,3%,,\n')),
  );
  const { code: exit, err } = await world.run(...argv);
  expect({ exit, err }).toMatchObject({ exit: 2, err: expect.stringContaining(`[${code}]`) });
});

test('nothing makes a database that is not there', async () => {
  const world = makeWorld();
  for (const argv of [
    ['mute', '1'],
    ['mute', '--undo', '1'],
    ['exited', '1'],
    ['mute', '--list'],
  ]) {
    expect((await world.run(...argv)).err).toContain('[no-database]');
  }
});

test('an exit: noted, confirmed by the next list', async () => {
  const world = await badPlan();
  const noted = await world.run('exited', '2001');
  expect(noted).toMatchObject({ code: 0, err: '' });
  expect(noted.out).toBe(
    'Noted: default, 示例茶叶店, 双十一定向 (2001), left 2026-11-20 12:00. Your next list of joined plans will confirm it.\n',
  );
  expect((await world.json('diff')).plans).toEqual([]);
  expect(await plan(world)).toMatchObject({ verdict: null, standing: 'not-joined' });
  expect((await codes(world))[0]).toBe('exited');
  const check = await world.run('check', '2001');
  expect(check.code).toBe(0);
  expect(check.out).toMatch(
    /You left it on .* No special plan applies here: links earn the general rate\. Data from 36 h ago\./,
  );
  expect((await plan(world, '--as-of', '2026-11-19')).verdict).toBe('exit');
  world.now += 86_400_000;
  const next = await world.json('sync', world.write('b.csv', csv('2026-11-21 10:00', 'left')));
  expect(next.changes).toEqual([]);
  expect((await plan(world)).reasons[0]).toMatchObject({ code: 'exited', confirmedAt: '2026-11-21T10:00:00+08:00' });
});

test('an exit that did not take effect is loud, and can be taken back', async () => {
  const world = await badPlan();
  await world.run('exited', '2001', '--at', '2026-11-19 18:00');
  const next = await world.json('sync', world.write('b.csv', csv('2026-11-20 10:00', 'approved')));
  expect(next.changes).toMatchObject([{ from: null, to: 'exit' }]);
  expect((await codes(world)).slice(0, 2)).toEqual(['exit-not-effective', 'below-general']);
  expect((await world.run('check', '2001')).out).toContain('EXIT NOT EFFECTIVE');
  expect((await world.run('diff')).out.split('\n')[4]).toContain('EXIT NOT EFFECTIVE');
  expect((await world.run('exited', '2001', '--undo')).out).toBe('Undone: default, 示例茶叶店, 双十一定向 (2001).\n');
  expect((await codes(world))[0]).toBe('below-general');
});

test('a date means all of that day, as far as it has passed', async () => {
  const world = await badPlan();
  expect((await world.run('exited', '2001', '--at', '2026-11-19')).out).toContain('left 2026-11-19 23:59');
  expect((await world.run('exited', '2001', '--at', '2026-11-20')).out).toContain('left 2026-11-20 12:00');
});

test('with several accounts it must be said which one left', async () => {
  const world = await badPlan();
  await world.run('sync', '--account', 'b', world.write('b.csv', csv('2026-11-19 11:00', 'approved')));
  const { code, err } = await world.run('exited', '2001');
  expect(code).toBe(2);
  expect(err).toContain('--account b --shop 1001');
  expect((await world.run('exited', '2001', '--account', 'b')).code).toBe(0);
  const verdicts = (await world.json('diff', '--all')).plans.map((p: any) => [p.account, p.verdict]);
  expect(verdicts).toEqual([
    ['default', 'exit'],
    ['b', null],
  ]);
});

test('mutes and exits outlive that two shops turn out to be one', async () => {
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  const row = { id: 9001, campaignId: 2001, campaignName: '计划', campaignType: 2, status: 2, shopKeeperId: 70 };
  await world.run('sync', world.write('rates.csv', csv('2026-11-19', '')));
  await world.run('sync', world.write('one.json', joinedAnswer([row]), '2026-11-19T10:00:00+08:00'));
  const keeper = ['--shop', '70'];
  expect((await world.run('mute', '2001', ...keeper)).code).toBe(0);
  expect((await world.run('exited', '2001', ...keeper, '--at', '2026-11-19 11:00')).code).toBe(0);
  await world.run(
    'sync',
    world.write('two.json', joinedAnswer([{ ...row, oriMemberId: 1001 }]), '2026-11-19T10:30:00+08:00'),
  );
  expect((await world.json('mute', '--list')).mutes).toMatchObject([{ shop: { id: '1001', keeperId: '70' } }]);
  expect((await codes(world))[0]).toBe('exited');
});

test('a mistyped plan, shop or account is answered with those that are alike', async () => {
  const world = await badPlan();
  const said = async (...argv: string[]) => {
    const { out, err } = await world.run(...argv);
    return out + err;
  };
  expect(await said('check', '2011')).toContain('hint: did you mean 2001?');
  expect(await said('check', '示例茶叶')).toContain('hint: did you mean 示例茶叶店?');
  expect(await said('mute', '2011')).toContain('(did you mean 2001?)');
  expect(await said('diff', '--shop', '茶叶店')).toContain('(did you mean 示例茶叶店?)');
  expect(await said('diff', '--account', 'defualt')).toContain('Known: default.');
  expect(await said('history', '999999')).not.toContain('did you mean');
});

test('mutes of the configuration count like any other, and are taken out there', async () => {
  const world = await badPlan();
  const path = world.write(
    'config.json',
    JSON.stringify({ mutes: [{ plan: '2001', shop: '示例茶叶店', until: '2026-11-21', reason: 'sale' }] }),
  );
  world.env.TKGUARD_CONFIG = path;
  expect((await plan(world)).muted).toEqual({ until: '2026-11-21T23:59:59.999+08:00', reason: 'sale' });
  expect((await world.run('check', '2001')).code).toBe(0);
  expect((await world.json('mute', '--list')).mutes).toMatchObject([{ from: 'config', plan: { id: '2001' } }]);
  const file = world.write('b.csv', csv('2026-11-20 10:00', 'approved', '6.00%'));
  expect((await world.json('sync', '--dry-run', file)).changes).toEqual([]);
  expect((await world.run('mute', '--undo', '2001')).out).toBe(`plan 2001 is muted in ${path}: remove it there\n`);
  world.now = Date.parse('2026-11-22T00:00:00+08:00');
  expect((await world.run('check', '2001')).code).toBe(1);
});
