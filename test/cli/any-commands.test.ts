/** Any commands in any order: no error is unexpected, and the ledger, exported and taken in elsewhere, answers the same. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';

const HEAD = 'captured_at,shop_id,item_id,plan_id,plan_type,rate,status,approved_at,ends_at,sales_30d';

const day = fc.integer({ min: 10, max: 19 }).map((number) => `2026-11-${number}`);
const plan = fc.constantFrom('5', '6', '7');
const time = fc.tuple(day, fc.constantFrom('09:00', '10:00')).map(([date, hour]) => `${date} ${hour}`);
/** Facts of a plan in one capture, and its rates: of the shop as a whole, and of two items. */
const planRows = fc
  .record({
    shop: fc.constantFrom('70', '71'),
    plan,
    status: fc.constantFrom('approved', 'approved', 'pending', 'removed', 'left', ''),
    approvedAt: fc.constantFrom('', '2026-11-01', '2026-11-12'),
    endsAt: fc.constantFrom('', '2026-11-15', '2026-12-30'),
    own: fc.dictionary(fc.constantFrom('', '901', '902'), fc.constantFrom('4%', '5%', '8.5%', '60%', '-'), {
      minKeys: 1,
    }),
    general: fc.dictionary(fc.constantFrom('', '901', '902'), fc.constantFrom('5%', '6%')),
  })
  .map(({ shop, plan, status, approvedAt, endsAt, own, general }) => [
    ...Object.entries(general).map(([item, rate]) => [shop, item, '0', 'general', rate, '', '', '', '']),
    ...Object.entries(own).map(([item, rate]) => [shop, item, plan, 'special', rate, status, approvedAt, endsAt, '3']),
  ]);
const table = fc
  .array(fc.tuple(time, fc.uniqueArray(planRows, { minLength: 1, maxLength: 3, selector: ([row]) => row?.[0] })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((captures) => {
    const byTime = new Map(captures.map(([at, plans]) => [at, plans]));
    return [...byTime].flatMap(([at, plans]) => plans.flat().map((row) => [at, ...row].join(',')));
  });

const EXPORTS = [
  'alimama/joined-campaigns.json',
  'alimama/items-search.json',
  'alimama/plan-items.campaign-13804894.json',
  'alimama/item-campaigns.item-560234787224.json',
];
const flags = fc.subarray([
  ['--account', 'b'],
  ['--again'],
  ['--accept-removals'],
  ['--accept-rates'],
  ['--captured-at', '2026-11-18 08:00'],
  ['--partial'],
  ['--dry-run'],
]);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ table, name: fc.constantFrom('p.csv', 'sub/p.csv', 'q.csv'), at: day, flags }),
  },
  { weight: 2, arbitrary: fc.record({ file: fc.constantFrom(...EXPORTS), at: day, flags }) },
  {
    weight: 2,
    arbitrary: fc.record({ decision: fc.constantFrom('discard', 'release'), which: fc.nat(9) }),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          ['exited'],
          ['exited', '--undo'],
          ['mute'],
          ['mute', '--until', '2026-12-01'],
          ['mute', '--undo'],
        ),
        plan,
        fc.constantFrom([], ['--shop', '70']),
      )
      .map(([words, id, shop]) => ({ words: [...words, id, ...shop] })),
  },
  { weight: 1, arbitrary: fc.constant({ words: ['release', 'all'] }) },
  { weight: 2, arbitrary: fc.constant({ exchange: true }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const QUESTIONS = [
  'diff --all --items',
  'changes --all --since 2026-01-01',
  'history --shop 70',
  'mute --list',
  'shops',
  'status',
];

async function run(world: World, ...argv: string[]) {
  world.now += 1000;
  const result = await world.run(...argv);
  expect(result.err, argv.join(' ')).not.toMatch(/\n {4}at /);
  return result;
}

async function exchange(from: World, into: World, name: string): Promise<void> {
  if (!existsSync(from.db)) return;
  const ledger = join(from.folder, name);
  expect((await run(from, 'export', '--output', ledger)).code).toBe(0);
  into.now = Math.max(from.now, into.now);
  const { files } = JSON.parse((await run(into, 'sync', ledger, '--json')).out);
  expect(files[0].refusal).toBeNull();
}

async function play(world: World, other: World, step: Step, index: number): Promise<void> {
  if ('exchange' in step) return exchange(world, other, `${index}.ndjson`);
  if ('words' in step) return void (await run(world, ...step.words));
  if ('decision' in step) {
    const { snapshots = [] } = JSON.parse((await run(world, 'snapshots', '--json')).out);
    return void (await run(world, step.decision, String(snapshots[step.which % snapshots.length]?.id ?? 1)));
  }
  const [name, content] =
    'file' in step
      ? [step.file.replace('/', '-'), readFileSync(join(FIXTURES, step.file))]
      : [step.name, [HEAD, ...step.table, ''].join('\n')];
  await run(world, 'sync', world.write(name, content, `${step.at}T08:00:00Z`), ...step.flags.flat());
}

async function answersOf(world: World, now: number): Promise<unknown[]> {
  const answers = [];
  for (const question of QUESTIONS) {
    world.now = now;
    const { out } = await world.run(...question.split(' '), '--json');
    // Where a value stands is another file there.
    const isPlace = (key: string) => ['snapshot', 'source', 'sources', 'file', 'line', 'raw'].includes(key);
    answers.push(JSON.parse(out, (key, value) => (isPlace(key) ? null : value)));
  }
  return answers;
}

test('an exported ledger answers as its own, whatever was done to it', async () => {
  const games = fc.array(fc.tuple(fc.nat(1), step), { minLength: 10, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(games, async (steps) => {
      const worlds = [makeWorld(), makeWorld()] as const;
      for (const { folder } of worlds) mkdirSync(join(folder, 'sub'));
      for (const [index, [who, step]] of steps.entries())
        await play(worlds[who as 0 | 1], worlds[(1 - who) as 0 | 1], step, index);
      for (const world of worlds.filter(({ db }) => existsSync(db))) {
        const copy = makeWorld();
        await exchange(world, copy, 'all.ndjson');
        const now = Math.max(copy.now, world.now);
        expect(await answersOf(copy, now)).toEqual(await answersOf(world, now));
      }
    }),
    { numRuns: Number(process.env.TKGUARD_PLAYS ?? 3), endOnFailure: true },
  );
});
