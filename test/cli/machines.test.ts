/** Several machines with a ledger each: whatever they take in and decide, and in whatever order they exchange it, they come to say the same. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ownTable } from '../support/own-table.ts';
import { startPostgres } from '../support/postgres.ts';
import { makeWorld, type World } from '../support/run.ts';

// Many small ledgers: a disk would be waited for most of the time.
if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';

const server = await startPostgres();
afterAll(() => server?.stop());

const QUESTIONS = [
  ['diff', '--all', '--items', '--max-age', '90d'],
  ['changes', '--all', '--since', '2026-01-01'],
  ['history', '--shop', '70'],
  ['mute', '--list'],
];

async function answersOf(world: World): Promise<unknown[]> {
  const answers = [];
  for (const question of QUESTIONS) {
    const { code, out } = await world.run(...question, '--json');
    expect(code).toBe(0);
    // Where a value stands, each machine says by its own files.
    answers.push(
      JSON.parse(out, (key, value) => (['snapshot', 'source', 'file', 'line', 'raw'].includes(key) ? null : value)),
    );
  }
  return answers;
}

async function takeIn(from: World, into: World): Promise<{ status: string; notes: { code: string; args: object }[] }> {
  const ledger = join(into.folder, 'other.ndjson');
  rmSync(ledger, { force: true });
  expect((await from.run('export', '--output', ledger)).code).toBe(0);
  const { files, error } = await into.json('sync', ledger);
  expect(error).toBeUndefined();
  expect(files[0].refusal).toBeNull();
  return files[0];
}

/** The number of the snapshot of a file; undefined: it is not there. */
async function snapshotOf(world: World, file: string): Promise<string | undefined> {
  const { snapshots } = await world.json('snapshots');
  const found = snapshots.find((snapshot: { file: string }) => snapshot.file.endsWith(file));
  return found && String(found.id);
}

/** Plans 5 and 6 are always joined, so that they can be exited and muted; where the others end together the file is held. */
function fileOf(day: number, rates: readonly number[], status: string): string {
  const rows = rates.map((rate, i) => `70 ${i + 1} ${rate}% ${i < 4 ? status : 'approved'}`);
  return ownTable({ [`2026-11-0${day}`]: ['70 0 9%', ...rows] });
}

/** Machines a, b and c; `a>b`: b takes in what a has. `SNAPSHOT`: the number of the only one there. */
const STORIES: readonly (readonly [title: string, steps: readonly string[], shown: object])[] = [
  ['a discard wins over presence', ['a sync', 'a>b', 'b discard SNAPSHOT', 'b>a', 'a>c', 'c sync'], { snapshots: 0 }],
  [
    'what is taken in again wins over the discard, also where the discard comes later',
    ['a sync', 'a>b', 'b discard SNAPSHOT', 'b>a', 'b>c', 'a sync --again', 'a>b', 'c>a', 'c>b', 'a>c'],
    { snapshots: 1 },
  ],
  [
    'and is discarded again',
    ['a sync', 'a discard SNAPSHOT', 'a sync --again', 'a>b', 'a>c', 'c discard SNAPSHOT', 'c>a', 'c>b'],
    { snapshots: 0 },
  ],
  [
    'discarded and taken in again elsewhere, here by one document, which goes on from here',
    ['a sync', 'a>b', 'a discard SNAPSHOT', 'a sync --again', 'a>b', 'b>a', 'b>c'],
    { snapshots: 1 },
  ],
  ['a mute is taken in where nothing else is new', ['a sync', 'a>b', 'a>c', 'b mute 5', 'b>a', 'b>c'], { mutes: 1 }],
  [
    'a mute that is taken back stays so, though others still have it',
    ['a sync', 'a>b', 'a>c', 'a mute 5', 'a>b', 'a>c', 'b mute --undo 5', 'a>b', 'b>a', 'b>c'],
    { mutes: 0 },
  ],
  [
    'the later mute stands',
    ['a sync', 'a>b', 'a>c', 'a mute 5 --until 2026-12-01', 'b mute 5 --until 2026-12-24', 'b>a', 'a>b', 'a>c'],
    { until: '2026-12-24T23:59:59.999+08:00' },
  ],
  [
    'of one moment too there is one that stands',
    ['a sync', 'a>b', 'a>c', 'a mute 5 --until 2026-12-24', '= b mute 5 --until 2026-12-01', 'b>a', 'a>b', 'a>c'],
    { until: '2026-12-24T23:59:59.999+08:00' },
  ],
  ['an exit', ['a sync', 'a>b', 'a>c', 'b exited 5', 'b>a', 'b>c'], { exited: true }],
  [
    'an exit that is taken back',
    ['a sync', 'a>b', 'a>c', 'b exited 5', 'b>a', 'a exited --undo 5', 'b>c', 'b>a', 'a>b', 'a>c'],
    { exited: false },
  ],
  [
    'a clock that is ahead does not keep the other from taking it back',
    ['a sync', 'a>b', 'a>c', '+ b mute 5', 'b>a', 'a mute --undo 5', 'a>b', 'b>a', 'a>c'],
    { mutes: 0 },
  ],
];

test.each(STORIES)('%s', async (_, steps, shown) => {
  const worlds = new Map(['a', 'b', 'c'].map((name) => [name, makeWorld()]));
  const at = (name = '') => worlds.get(name) as World;
  let now = at('a').now;
  for (const step of steps) {
    // `=`: at the same moment as before. `+`: by a clock that is ahead.
    const [, sign, name = '', words] = /^([=+] )?(\w)[ >](.*)$/.exec(step) ?? [];
    now += sign === '= ' ? 0 : 1000;
    if (step.includes('>')) await takeIn(at(name), at(words));
    else {
      at(name).now = now + (sign === '+ ' ? 600_000 : 0);
      const path = at(name).write('x.csv', fileOf(2, [10, 10, 10, 10, 10, 10], 'approved'), '2026-11-10T00:00:00Z');
      const snapshot = words?.includes('SNAPSHOT') ? await snapshotOf(at(name), 'x.csv') : '';
      const argv = (words ?? '')
        .replace('SNAPSHOT', snapshot ?? '')
        .replace('sync', `sync ${path}`)
        .split(' ');
      expect(await at(name).run(...argv), step).toMatchObject({ code: 0 });
    }
  }
  for (const world of worlds.values()) {
    world.now = now + 3_600_000;
    const { snapshots } = await world.json('snapshots');
    const { mutes } = await world.json('mute', '--list');
    const { out } = await world.run('diff', '--all', '--json');
    const all = {
      snapshots: snapshots.length,
      mutes: mutes.length,
      until: mutes[0]?.until,
      exited: out.includes('"left"'),
    };
    expect(all).toMatchObject(shown);
  }
});

test('what a correction replaced in part is replaced in part everywhere', async () => {
  const [a, b] = [makeWorld(), makeWorld()];
  const days = (...rates: number[]) =>
    ownTable(Object.fromEntries(rates.map((rate, i) => [`2026-11-0${i + 1}`, [`70 1 ${rate}%`]])));
  await a.run('sync', a.write('table.csv', days(10, 11), '2026-11-10T00:00:00Z'));
  await takeIn(a, b);
  await a.run('sync', a.write('table.csv', days(12), '2026-11-11T00:00:00Z'));
  await takeIn(b, a);
  await takeIn(a, b);
  const said = async (world: World) => (await world.run('history', '--shop', '70', '--csv')).out;
  expect(await answersOf(b)).toEqual(await answersOf(a));
  expect(await said(b)).toEqual(await said(a));
});

test('what a release replaces and the other ledger discards is removed once: the ledger can go on from there', async () => {
  const [a, b] = [makeWorld(), makeWorld()];
  const rates = [10, 10, 10, 10, 10, 10];
  for (const world of [a, b]) {
    await world.run('sync', world.write('base.csv', fileOf(1, rates, 'approved'), '2026-11-10T00:00:00Z'));
    const held = await world.json('sync', world.write('x.csv', fileOf(2, rates, 'removed'), '2026-11-12T00:00:00Z'));
    expect(held.files[0].status).toBe('held');
    // The earlier content of the path comes later.
    await world.run('sync', world.write('x.csv', fileOf(2, rates, 'approved'), '2026-11-11T00:00:00Z'));
  }
  const { held } = await a.json('sync', join(a.folder, 'base.csv'));
  await a.run('release', String(held[0].snapshot));
  await takeIn(a, b);
  expect(await answersOf(b)).toEqual(await answersOf(a));
  await takeIn(b, makeWorld());
});

test('day after day taken in from elsewhere: what changed is stored, not every day anew', async () => {
  const [a, b, once] = [makeWorld(), makeWorld(), makeWorld()];
  const days = [10, 10, 12, 12].map((rate, i) => fileOf(i + 1, [rate, 10, 10, 10, i === 3 ? 11 : 10, 10], 'approved'));
  for (const [i, text] of days.entries()) {
    await a.run('sync', a.write(`${i}.csv`, text, '2026-11-10T00:00:00Z'));
    await takeIn(a, b);
  }
  await takeIn(a, once);
  const rowsOf = (world: World) => {
    const db = new Database(world.db, { readonly: true });
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    const counts = ['feed', 'snapshot', 'fact', 'rate', 'rate_past'].map(count);
    db.close();
    return counts;
  };
  for (const world of [a, b, once]) expect(rowsOf(world)).toEqual([1, 4, 7, 7, 2]);
  expect(await answersOf(b)).toEqual(await answersOf(a));
  expect((await b.json('history', '--shop', '70')).readings).toEqual(
    (await once.json('history', '--shop', '70')).readings,
  );
});

const rates = fc.array(fc.constantFrom(8, 9, 10, 12), { minLength: 6, maxLength: 6 });
const status = fc.constantFrom('approved', 'approved', 'removed');
const replica = fc.nat(4);
const file = fc.nat(3);
const plan = fc.constantFrom('5', '6');
const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('exchange' as const), from: replica, into: replica }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('sync' as const, 'again' as const), replica, file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('discard' as const, 'release' as const), replica, file }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      replica,
      words: fc.tuple(
        fc.constantFrom(
          ['mute'],
          ['mute', '--until', '2026-12-24'],
          ['mute', '--undo'],
          ['exited'],
          ['exited', '--undo'],
        ),
        plan,
      ),
    }),
  },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** What becomes of a content where ledgers are merged: the highest generation, and within it a discard. */
type Fate = readonly [generation: number, isGone: boolean];
const stronger = (a: Fate | undefined, b: Fate | undefined): Fate | undefined =>
  !a || (b && (b[0] > a[0] || (b[0] === a[0] && b[1]))) ? b : a;

interface Play {
  readonly files: readonly { readonly rates: readonly number[]; readonly status: string }[];
  readonly steps: readonly Step[];
}

/** One more than the replicas: a machine that has everything. */
const ONE = 5;

/** `remote`: through which they exchange; null: by files of `tkguard export`. */
async function play({ files, steps }: Play, remote: object | null): Promise<void> {
  const worlds = Array.from({ length: 6 }, () => makeWorld());
  const at = (index: number) => worlds[index] as World;
  for (const [index, world] of worlds.entries()) {
    world.env.TKGUARD_MACHINE = `desk-${index}`;
    if (remote) world.configure({ remotes: { studio: remote } });
  }
  const lying = new Map<number, Map<string, Fate>>();
  const fates = worlds.map(() => new Map<string, Fate>());
  const write = (world: World, name: string, text: string) => world.write(name, text, '2026-11-10T00:00:00Z');
  const texts = files.map(({ rates, status }, i) => fileOf(i + 2, rates, status));
  const decided: { now: number; words: readonly string[] }[] = [];
  let now = at(0).now;
  const run = (index: number, ...words: string[]) => {
    now += 1000;
    at(index).now = now;
    return at(index).run(...words);
  };
  const ship = async (from: number, into: number) => {
    at(from).now = at(into).now = now += 1000;
    if (remote === null) await takeIn(at(from), at(into));
    else {
      expect((await at(from).run('push')).code).toBe(0);
      expect((await at(into).run('pull')).code).toBe(0);
    }
    lying.set(from, new Map(fates[from]));
    // A pull takes in what all have left.
    for (const [name, fate] of [...lying].flatMap(([machine, all]) => (remote || machine === from ? [...all] : [])))
      fates[into]?.set(name, stronger(fates[into]?.get(name), fate) as Fate);
  };
  for (const [index, world] of worlds.entries())
    await run(index, 'sync', write(world, 'first.csv', fileOf(1, [10, 10, 10, 10, 10, 10], 'approved')));
  for (const step of steps) {
    if (step.kind === 'exchange') {
      await ship(step.from, step.into);
      continue;
    }
    const fate = fates[step.replica] as Map<string, Fate>;
    if (step.kind === 'decide') {
      const [words, plan] = step.words;
      const { code, out } = await run(step.replica, ...words, plan, '--json');
      if (code === 0 && !out.includes('unmute.none')) decided.push({ now, words: [...words, plan] });
      continue;
    }
    const name = `${step.file}.csv`;
    const [generation, isGone] = fate.get(name) ?? [];
    if (step.kind === 'sync' || step.kind === 'again') {
      const path = write(at(step.replica), name, texts[step.file] ?? '');
      await run(step.replica, 'sync', path, ...(step.kind === 'again' ? ['--again'] : []));
      if (generation === undefined) fate.set(name, [0, false]);
      else if (isGone && step.kind === 'again') fate.set(name, [generation + 1, false]);
      continue;
    }
    const snapshot = await snapshotOf(at(step.replica), name);
    if (snapshot === undefined) continue;
    await run(step.replica, step.kind, snapshot);
    if (step.kind === 'discard') fate.set(name, [generation ?? 0, true]);
  }
  // What is held is a question for each of them. When all have answered it they are to say the same.
  for (const index of [0, 1, 2, 3, 4]) await run(index, 'release', 'all');
  for (const from of [1, 2, 3, 4]) await ship(from, 0);
  for (const into of [1, 2, 3, 4]) await ship(0, into);
  for (const [name, [, isGone]] of fates[0] ?? [])
    if (!isGone)
      await run(ONE, 'sync', write(at(ONE), name, texts[Number.parseInt(name, 10)] ?? ''), '--accept-removals');
  for (const { now, words } of decided) {
    at(ONE).now = now;
    await at(ONE).run(...words);
  }
  for (const world of worlds) world.now = now;
  const expected = await answersOf(at(ONE));
  for (const index of [0, 1, 2, 3, 4]) expect(await answersOf(at(index)), `machine ${index}`).toEqual(expected);
}

const playArbitrary = fc.record<Play>({
  files: fc.array(fc.record({ rates, status }), { minLength: 4, maxLength: 4 }),
  steps: fc.array(stepArbitrary, { minLength: 12, maxLength: 40 }),
});

const RUNS = Number(process.env.TKGUARD_PLAYS ?? 2);

test.each([
  ['files', () => null, RUNS],
  ['a folder', () => ({ folder: makeWorld().folder }), RUNS / 2],
  ['PostgreSQL', (n: number) => ({ url: server?.url(`play${n}`) ?? '' }), server ? RUNS / 2 : 0],
])(
  'five machines, any files and decisions, any exchange through %s: all say the same, which is what one machine says',
  async (_, makeRemote, numRuns) => {
    let n = 0;
    const all = fc.asyncProperty(playArbitrary, (drawn) => play(drawn, makeRemote(n++)));
    if (numRuns > 0) await fc.assert(all, { numRuns: Math.ceil(numRuns), endOnFailure: true });
  },
);
