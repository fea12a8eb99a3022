/** Every change of a verdict is told at least once: what nobody took is told by the next sync. Case by case: fixtures/trials/10-told-once-at-least. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';

const HEAD = 'captured_at,shop_id,shop_name,plan_id,plan_type,rate,status\n';
const general = (day: string, rate = '5.00%') => `${day},1001,茶叶店,0,general,${rate},\n`;
const special = (day: string, rate: string, status = 'approved', plan = '2001') =>
  `${day},1001,茶叶店,${plan},special,${rate},${status}\n`;

/** `good.csv` says keep, the day after `bad.csv` says exit. */
function writeFiles(world: World) {
  const good = world.write('good.csv', HEAD + general('2026-11-18') + special('2026-11-18', '6.00%'));
  const bad = world.write('bad.csv', HEAD + general('2026-11-19') + special('2026-11-19', '4.00%'));
  return { good, bad };
}

const told = async (world: World, ...paths: string[]) =>
  (await world.json('sync', ...paths)).changes.map((change: any) => [change.plan.id, change.from, change.to]);

test('that a later plan applies instead is told, and that nothing is known of a plan any more', async () => {
  const world = makeWorld();
  const { bad } = writeFiles(world);
  await world.run('sync', bad);
  const later = world.write(
    'later.csv',
    `${HEAD.trim()},approved_at\n2026-11-20,1001,茶叶店,0,general,5.00%,,\n2026-11-20,1001,茶叶店,2001,special,4.00%,approved,2026-10-01\n2026-11-20,1001,茶叶店,2002,special,6.00%,approved,2026-11-20\n`,
  );
  expect(await told(world, later)).toEqual([
    ['2001', 'exit', null],
    ['2002', null, 'keep'],
  ]);
  const { snapshots } = await world.json('snapshots');
  for (const { id } of snapshots) await world.run('discard', String(id));
  expect(await told(world, bad)).toEqual([['2002', 'keep', null]]);
});

test.each([
  ['6.00%', '6.00%', []],
  ['6.00%', '4.00%', [['2001', 'keep', 'review']]],
  ['4.00%', '4.00%', []],
  ['4.00%', '6.00%', [['2001', 'exit', 'review']]],
])(
  'where the membership is too old to judge by, what newer rates say is news: %s, then %s',
  async (before, after, news) => {
    const world = makeWorld();
    await world.run('sync', world.write('old.csv', HEAD + general('2026-11-15') + special('2026-11-15', before)));
    const rates = world.write('new.csv', HEAD + general('2026-11-20') + special('2026-11-20', after, ''));
    expect(await told(world, '--partial', rates)).toEqual(news);
    const later = world.write('later.csv', HEAD + general('2026-11-20 10:00') + special('2026-11-20 10:00', after, ''));
    expect(await told(world, '--partial', later)).toEqual([]);
  },
);

test('how old the data is is told as of now, as by diff, and not as of the newest capture', async () => {
  const world = makeWorld();
  await world.run('sync', world.write('old.csv', HEAD + general('2026-11-10') + special('2026-11-10', '6.00%')));
  const rates = world.write('new.csv', HEAD + general('2026-11-16') + special('2026-11-16', '4.00%', ''));
  const said = 'The data is 10 d old, too old to judge by';
  for (const call of [['sync', '--partial', rates], ['diff']]) expect((await world.run(...call)).out).toContain(said);
});

test('what is muted counts as told', async () => {
  const world = makeWorld();
  const { good, bad } = writeFiles(world);
  await world.run('sync', good);
  await world.run('mute', '2001');
  expect(await told(world, bad)).toEqual([]);
  await world.run('mute', '--undo', '2001');
  expect(await told(world, bad)).toEqual([]);
});

test('drawn syncs: what was told adds up to the verdicts', async () => {
  const day = fc.record({
    plans: fc.array(
      fc.record({
        plan: fc.constantFrom('2001', '2002', '2003'),
        rate: fc.constantFrom('4.00%', '6.00%', '-'),
        status: fc.constantFrom('approved', 'left', 'none'),
      }),
      { maxLength: 3 },
    ),
    how: fc.constantFrom('told', 'told', '--quiet', '--dry-run', 'full', 'closed'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(day, { minLength: 1, maxLength: 5 }), async (days) => {
      const world = makeWorld();
      const view = new Map<string, string | null>();
      const tell = async (file: string) => {
        for (const [plan, from, to] of await told(world, file)) {
          expect(from).toBe(view.get(plan) ?? null);
          view.set(plan, to);
        }
      };
      let file = '';
      for (const [n, { plans, how }] of days.entries()) {
        const at = `2026-11-${10 + n}`;
        const rows = new Map(plans.map(({ plan, rate, status }) => [plan, special(at, rate, status, plan)]));
        file = world.write(`${n}.csv`, HEAD + general(at) + [...rows.values()].join(''));
        if (how === 'told') await tell(file);
        else if (how.startsWith('--')) await world.run('sync', '--accept-removals', how, file);
        else {
          world.broken = how as 'full' | 'closed';
          await world.run('sync', '--accept-removals', file);
          world.broken = null;
        }
      }
      await world.run('release', 'all');
      await tell(file);
      const newest = (await world.json('snapshots')).snapshots[0].capturedAt;
      const { plans } = await world.json('diff', '--all', '--as-of', newest);
      const verdicts = new Map(plans.map((plan: any) => [plan.plan.id, plan.verdict]));
      for (const plan of ['2001', '2002', '2003']) expect(view.get(plan) ?? null).toBe(verdicts.get(plan) ?? null);
    }),
    { numRuns: 25 },
  );
});
