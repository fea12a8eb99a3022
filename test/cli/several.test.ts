/** Several ids in one call, and ids from standard input: check, why, exited, mute. */
import { expect, test } from 'vitest';
import { ownTable } from '../support/own-table.ts';
import { makeWorld, type World } from '../support/run.ts';
import { expectValid } from '../support/schema.ts';

const NOW = '2026-11-20T12:00:00+08:00';

/** Plans 11 (exit), 21 (keep) and 31 (too old to judge) of shops 1, 2 and 3; item 77 is of shop 1. */
async function ledger(): Promise<World> {
  const world = makeWorld(NOW);
  const text = ownTable({
    '2026-11-20': ['1 0@77 5', '1 11@77 4', '2 0 5', '2 21 6'],
    '2026-11-01': ['3 0 5', '3 31 6'],
  });
  expect((await world.run('sync', world.write('a.csv', text))).code).toBe(0);
  return world;
}

const verdictsOf = (document: any) => document.answers.map(({ query, verdict }: any) => [query.text, verdict]);

test.each([
  [['21', '11', '31'], 1],
  [['21', '31'], 3],
  [['21', '404'], 3],
  [['21', '21'], 0],
  [['21', 'https://e.tb.cn/h.abc', '31'], 2],
  [['11', 'https://e.tb.cn/h.abc'], 1],
])('check %j ends with %i', async (ids, code) => {
  const world = await ledger();
  expect((await world.run('check', ...ids)).code).toBe(code);
  expect(await world.run('check', '--quiet', ...ids.filter((id) => !id.includes('/')))).toMatchObject({
    out: '',
    err: '',
  });
});

test('check lists an answer for each id, in their order; of one id in the same shape', async () => {
  const world = await ledger();
  const document = await world.json('check', '21', '11', '404');
  expectValid('check', document);
  expect(document).toMatchObject({ schema: 'tkguard.check/1', exitCode: 1 });
  expect(verdictsOf(document)).toEqual([
    ['21', 'keep'],
    ['11', 'exit'],
    ['404', 'review'],
  ]);
  const one = await world.json('check', '11');
  expectValid('check', one);
  expect(one.answers).toEqual([document.answers[1]]);
  const { out } = await world.run('check', '21', '11', '--format', 'ndjson');
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(document.answers.slice(0, 2));
});

test('people read a line for each id, spreadsheets one table', async () => {
  const world = await ledger();
  const { out } = await world.run('check', '21', '11');
  expect(out).toMatch(/^21 {2}ok: .*\n11 {2}exit first: .*\n$/);
  const csv = (await world.run('check', '21', '11', '--format', 'csv')).out.trimEnd().split('\n');
  expect(csv.map((line) => line.split(',')[0])).toEqual(['answer', 'keep', 'exit']);
});

test('what cannot be read as an id is answered by an error, and does not stop the others', async () => {
  const world = await ledger();
  const link = 'https://e.tb.cn/h.abc';
  const { out, err } = await world.run('check', '--json', link, '21');
  const document = JSON.parse(out);
  expectValid('check', document);
  expect(document.answers).toMatchObject([{ query: link, error: { code: 'unresolved-link' } }, { verdict: 'keep' }]);
  expect(err).toContain(link);
  expect(err).toContain('[unresolved-link]');
});

test.each([
  [['check', 'https://e.tb.cn/h.abc', '--json'], 2, 'unresolved-link'],
  [['why', '404', '--format', 'json'], 2, 'unknown-id'],
  [['diff', '--json', '--limit', 'x'], 2, 'bad-option'],
  [['nonsense', '--format=json'], 2, 'usage'],
])('%j: the error is JSON on stdout, and words on stderr', async (argv, code, error) => {
  const world = await ledger();
  const run = await world.run(...argv);
  expect(run.code).toBe(code);
  expect(run.err).toContain(`[${error}]`);
  const document = JSON.parse(run.out);
  expectValid('error', document);
  expect(document.error).toMatchObject({ code: error, message: expect.stringMatching(/\S/) });
});

test('- reads ids from standard input, one a line; of a text only its links', async () => {
  const world = await ledger();
  world.stdin =
    '11\r\n\n  21 \n看看这个 https://item.taobao.com/item.htm?id=77 很好\n随便聊聊 12345 元\ndetail.tmall.com/item.htm?id=77\n';
  expect(verdictsOf(await world.json('check', '-'))).toEqual([
    ['11', 'exit'],
    ['21', 'keep'],
    ['https://item.taobao.com/item.htm?id=77', 'exit'],
    ['detail.tmall.com/item.htm?id=77', 'exit'],
  ]);
});

test.each([[['check', '-']], [['why', '-']], [['mute', '-']], [['exited', '-']], [['mute']]])(
  '%j without any id: 2',
  async (argv) => {
    const world = await ledger();
    world.stdin = '\n \n没有链接的一行\n';
    const { code, out, err } = await world.run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('[usage]');
  },
);

test('why of several; one that is not known does not stop the others', async () => {
  const world = await ledger();
  world.stdin = '21\n404\n';
  const run = await world.run('why', '11', '-', '--json');
  const document = JSON.parse(run.out);
  expectValid('why', document);
  expect(document.answers.map(({ plan, error }: any) => plan?.plan.id ?? error.code)).toEqual([
    '11',
    '21',
    'unknown-id',
  ]);
  expect(run).toMatchObject({ code: 2, err: expect.stringContaining('[unknown-id]') });
  expect((await world.json('why', '11')).answers).toEqual([document.answers[0]]);
});

test('mute and exited take several plans: all of them, or none', async () => {
  const world = await ledger();
  const muted = async () => (await world.json('mute', '--list')).mutes.map(({ plan }: any) => plan.id).sort();
  expect((await world.run('mute', '11', '404')).code).toBe(2);
  expect(await muted()).toEqual([]);
  world.stdin = '11\n31\n';
  expect((await world.run('mute', '-')).out.trimEnd().split('\n')).toHaveLength(2);
  expect(await muted()).toEqual(['11', '31']);
  expect((await world.run('mute', '--undo', '11', '31')).code).toBe(0);
  expect(await muted()).toEqual([]);
  expect((await world.run('exited', '21', '404')).code).toBe(2);
  expect((await world.run('exited', '21', '11')).out.trimEnd().split('\n')).toHaveLength(2);
  const { plans } = await world.json('diff', '--all');
  const reasons = plans
    .filter(({ plan }: any) => plan.id !== '31')
    .map((p: any) => p.reasons.map(({ code }: any) => code));
  expect(reasons).toEqual([expect.arrayContaining(['exited']), expect.arrayContaining(['exited'])]);
});

test('the commands to note exits work as they stand: one of an account, with the shop where several have the plan', async () => {
  const world = makeWorld(NOW);
  const sync = (account: string, ...plans: [number, number][]) => {
    const rows = plans.flatMap(([shop, plan]) => [`${shop} 0 5`, `${shop} ${plan} 4`]);
    return world.run('sync', world.write('a.csv', ownTable({ '2026-11-20': rows })), '--account', account);
  };
  const commands = async () =>
    [...(await world.run('diff')).out.matchAll(/^Then note it: (.*)$/gm)].map(([, command]) => command);

  await sync('主号', [1, 11], [2, 21]);
  expect(await commands()).toEqual(['tkguard exited 11 21']);
  await sync('studio b', [1, 11], [3, 31], [4, 31]);
  const wanted = [
    "tkguard exited 11 --account 'studio b'",
    'tkguard exited 11 21 --account 主号',
    "tkguard exited 31 --account 'studio b' --shop 3",
    "tkguard exited 31 --account 'studio b' --shop 4",
  ];
  expect((await commands()).toSorted()).toEqual(wanted);
  const page = (await world.run('report')).out;
  const shown = [...page.matchAll(/<code>(tkguard exited .*?)<\/code>/g)].map(([, code]) =>
    code?.replaceAll('&#39;', "'"),
  );
  expect(shown.toSorted()).toEqual(wanted);
  expect((await world.run('exited', '11')).err).toContain("--account 'studio b' --shop 1");
  // why says it of one plan, and names the account, too.
  const explained = (await world.run('why', '21')).out;
  expect(explained).toContain('`tkguard exited 21 --account 主号`');
  for (const command of await commands()) {
    const words = command?.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [];
    expect((await world.run(...words.slice(1))).code).toBe(0);
  }
  expect(await commands()).toEqual([]);
  const said = async (...argv: string[]) => (await world.run('diff', ...argv)).out;
  expect(await said('--plan', '21')).toContain('You noted that you left this plan: there is nothing to judge.');
  expect(await said('--plan', '21', '--lang', 'zh')).toContain('您已记录退出这个计划：无需再判断。');
  expect(await said()).toContain('No joined special plans match.');
});

test('check says that a plan is overridden, by which, and what that one is; a batch says what the whole plan is', async () => {
  const world = makeWorld(NOW);
  const rows = [
    'captured_at,shop_id,shop_name,item_id,plan_id,plan_name,plan_type,rate,status,approved_at',
    '2026-11-20,1,茶店,1,0,,general,5,,',
    '2026-11-20,1,茶店,1,11,高佣,special,9,approved,2026-11-01',
    '2026-11-20,1,茶店,1,12,老客,special,4,approved,2026-11-10',
    ...[21, 22].map((item) => `2026-11-20,2,瓷店,${item},0,,general,5,,`),
    '2026-11-20,2,瓷店,21,31,瓷佣,special,4,approved,2026-11-01',
    '2026-11-20,2,瓷店,22,31,瓷佣,special,9,approved,2026-11-01',
  ];
  await world.run('sync', world.write('a.csv', `${rows.join('\n')}\n`));
  const said = async (...argv: string[]) => (await world.run('check', ...argv)).out;
  const overridden =
    'exit first: 茶店, 老客 (12): 高佣 (11) is overridden by plan 12, which was approved later. special 4.00% < general 5.00%.';
  expect(await said('11')).toContain(overridden);
  expect(await said('11', '--lang', 'zh')).toContain('茶店 老客 (12)：高佣 (11) 已被后来审核通过的计划 12 覆盖。');
  expect(await said('12')).not.toContain('overridden');
  const batch = (await said('11', '21', '22')).trimEnd().split('\n');
  expect(batch[0]).toContain(overridden);
  expect(batch[1]).toContain('special 4.00% < general 5.00%. The plan as a whole: keep.');
  expect(batch[2]).not.toContain('as a whole');
});
