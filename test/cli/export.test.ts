/** The whole ledger as text: taken in elsewhere it gives the same answers, and a damaged one is taken in nowhere. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEDGER_LINE } from '../../src/domain/ledger-line.ts';
import { exportLedger } from '../../src/store/export-ledger.ts';
import { Identities } from '../../src/store/identities.ts';
import { LedgerWriter } from '../../src/store/import-ledger.ts';
import { type Db, openInMemory } from '../../src/store/open.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';
import { importAll, importInto, readingsIn, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

const HEAD = `{"format":"tkguard/ledger@2","ledger":"${'0'.repeat(32)}"}\n`;

const QUESTIONS = [
  ['diff', '--all', '--items'],
  ['changes', '--all', '--since', '2000-01-01'],
  ['shops', '--evidence'],
  ['history', '2616191'],
  ['history', '--shop', '728628560'],
  ['check', '2616191'],
  ['why', '2616191'],
  ['mute', '--list'],
];

/** In any order: rows get new numbers. */
function linesOf(db: Db): string[] {
  return [...exportLedger(db, false)].map((line) => JSON.stringify(line)).sort();
}

function takeIn(db: Db, other: Db): number {
  const writer = new LedgerWriter(db, new Identities(db));
  for (const line of exportLedger(other, false))
    expect(writer.add(LEDGER_LINE.parse(JSON.parse(JSON.stringify(line))))).toBe(true);
  writer.finish();
  return writer.snapshots.length;
}

async function answersOf(world: World, db: string) {
  const answers = [];
  for (const question of QUESTIONS) {
    const answer = await world.run('--db', db, ...question, '--json');
    // Snapshots have the numbers of each database.
    answers.push({ ...answer, out: answer.out.replaceAll(/"snapshot": \d+/g, '"snapshot": n') });
  }
  return answers;
}

/** Without the numbers, which are those of each database. */
async function snapshotsOf(world: World, db: string): Promise<string[]> {
  const { snapshots } = await world.json('--db', db, 'snapshots');
  return snapshots.map(({ id: _, ...snapshot }: { id: number }) => JSON.stringify(snapshot)).sort();
}

/** Everything that can be taken in, a snapshot held, one discarded, one whose rates are accepted, a mute and a reported exit. */
async function worldWithEverything() {
  const world = makeWorld();
  for (const name of ['story', 'alimama', 'chinese-headers', 'joined-table', 'top'])
    await world.run('sync', join(FIXTURES, name));
  await world.run('sync', '--account', 'studio-b', join(FIXTURES, 'story'));
  const rows = (day: string, rates: number[]) =>
    `captured_at,shop_id,plan_id,plan_type,rate,status\n${rates.map((rate, i) => `${day},${77 + i},${i + 1},special,${rate}%,approved`).join('\n')}\n`;
  await world.run('sync', world.write('first.csv', rows('2026-11-01', [10, 11, 12, 13])));
  await world.run(
    'sync',
    world.write('drift.csv', rows('2026-11-02', [0.1, 0.11, 0.12, 0.13])),
    '--rate-unit',
    'percent',
  );
  await world.run('sync', world.write('late.csv', rows('2026-10-30', [9, 9, 12])));
  await world.run('sync', world.write('mistake.csv', rows('2026-11-03', [50, 50, 50, 50])));
  const { snapshots } = await world.json('snapshots');
  const mistake = snapshots.find((snapshot: { file: string }) => snapshot.file.endsWith('mistake.csv'));
  await world.run('discard', String(mistake.id));
  await world.run('sync', world.write('accepted.csv', rows('2026-11-04', [10, 11, 12, 0.13])), '--accept-rates');
  await world.run('mute', '2616191', '--reason', 'known');
  await world.run('exited', '--shop', '78', '2');
  return world;
}

test('taken in elsewhere: the same answers, snapshots, memory of files, and export', async () => {
  const world = await worldWithEverything();
  const ledger = join(world.folder, 'ledger.ndjson');
  const written = await world.run('export', '--output', ledger);
  expect(written).toMatchObject({ code: 0, err: '', out: expect.stringContaining(ledger) });
  expect(statSync(ledger).mode & 0o777).toBe(0o600);
  const copy = join(world.folder, 'copy.db');
  expect(await world.run('--db', copy, 'sync', ledger)).toMatchObject({ code: 0, err: '' });
  const answers = await answersOf(world, world.db);
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, expect.any(Number), 0, 0]);
  expect(await answersOf(world, copy)).toEqual(answers);
  expect(answers[1]?.out).toContain('"fromBp": 1300');
  expect(answers[1]?.out).not.toContain('"code": "unit-doubt"');
  const snapshots = await snapshotsOf(world, world.db);
  expect(snapshots.filter((snapshot) => snapshot.includes('format-drift'))).toHaveLength(1);
  expect(await snapshotsOf(world, copy)).toEqual(snapshots);

  const again = await world.json('--db', copy, 'sync', join(FIXTURES, 'story'), join(world.folder, 'mistake.csv'));
  expect(again.files.map((file: { status: string }) => file.status)).toEqual(['known', 'known', 'known']);
  expect((await world.json('--db', copy, 'sync', ledger)).files[0].status).toBe('known');
  expect((await world.run('--db', copy, 'release', 'all')).out).toContain('drift.csv');

  const once = (await world.run('export')).out;
  const second = join(world.folder, 'second.db');
  await world.run('--db', second, 'sync', ledger);
  const kinds = (text: string) =>
    text
      .split('\n')
      .map((line) => /^\{"type":"(\w+)"/.exec(line)?.[1])
      .sort();
  expect(kinds((await world.run('--db', second, 'export')).out)).toEqual(kinds(once));
});

test('two ledgers become one: what both know is taken in once', async () => {
  const [a, b] = [makeWorld(), makeWorld()];
  const [first, second] = [join(FIXTURES, 'story', '2014-03-01.csv'), join(FIXTURES, 'story', '2014-03-09.csv')];
  await a.run('sync', first);
  await b.run('sync', first, second);
  const ledger = join(b.folder, 'b.ndjson');
  await b.run('export', '--output', ledger);
  const { files } = await a.json('sync', ledger);
  expect(files[0]).toMatchObject({ status: 'imported', snapshots: [{ capturedAt: '2014-03-09T09:00:00+08:00' }] });
  const ask = (world: World) => world.run('changes', '--since', '2014-01-01', '--json');
  expect((await ask(a)).out).toBe((await ask(b)).out);
});

test('drawn ledgers: what is read back is the same', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, (drawn) => {
      const db = importAll(toSnapshots(drawn));
      const copy = openInMemory();
      takeIn(copy, db);
      expect(linesOf(copy)).toEqual(linesOf(db));
    }),
    { numRuns: 100 },
  );
});

test('drawn ledgers: taken into another that has some of the files, they say what all files say', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, fc.array(fc.constantFrom('here', 'there', 'both')), (drawn, places) => {
      const snapshots = toSnapshots(drawn);
      const ledgerAt = (...wanted: string[]) => {
        const files = [...snapshots.keys()].filter((file) => wanted.includes(places[file] ?? 'both'));
        const db = openInMemory();
        importInto(
          db,
          files.flatMap((file) => snapshots[file] ?? []),
          (index) => files[index] ?? index,
        );
        return db;
      };
      const here = ledgerAt('here', 'both');
      const there = ledgerAt('there', 'both');
      takeIn(here, there);
      expect(readingsIn(here)).toEqual(readingsIn(ledgerAt('here', 'there', 'both')));
      expect(takeIn(here, there)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

describe('a ledger that is not whole', () => {
  test('cut at any byte, or with any line changed, it is refused wholly', async () => {
    const world = makeWorld();
    await world.run('sync', join(FIXTURES, 'story'));
    const { out } = await world.run('export');
    const target = join(world.folder, 'target.db');
    await world.run('--db', target, 'sync', join(FIXTURES, 'chinese-headers'));
    const before = await snapshotsOf(world, target);
    const step = Math.ceil(out.length / 60);
    for (let length = 40; length < Buffer.byteLength(out) - 1; length += step) {
      const cut = world.write('cut.ndjson', Buffer.from(out).subarray(0, length));
      expect((await world.run('--db', target, 'sync', cut)).code, `${length} bytes`).toBe(2);
    }
    const lines = out.split('\n');
    for (const [index, line] of lines.entries()) {
      const changed = lines.with(index, line.replace(/[189]/, '2'));
      if (changed[index] === line) continue;
      const file = world.write('changed.ndjson', changed.join('\n'));
      expect((await world.run('--db', target, 'sync', file)).code, line).toBe(2);
    }
    expect(await snapshotsOf(world, target)).toEqual(before);
  });

  test('says which line, in both languages', async () => {
    const world = makeWorld();
    const file = world.write('x.ndjson', `${HEAD}{"type":"shop","shop":1}\n`);
    expect((await world.run('sync', file)).err).toContain('from line 2 on [bad-ledger]');
    expect((await world.run('--lang', 'zh', 'sync', file)).err).toContain('从第 2 行起');
  });

  test('of another version: says so', async () => {
    const world = makeWorld();
    for (const version of [1, 3]) {
      const file = world.write('x.ndjson', HEAD.replace('@2', `@${version}`));
      expect(await world.run('sync', file)).toMatchObject({
        code: 2,
        err: expect.stringContaining('[ledger-version]'),
      });
    }
  });

  test.each(['__proto__', 'constructor', 'toString'])('a key %s is none of ours', async (key) => {
    const world = makeWorld();
    const line = `{"type":"shop","shop":1,"id_kind":"seller","id_no":"1","${key}":1}`;
    const file = world.write('x.ndjson', `${HEAD}${line}\n`);
    expect((await world.run('sync', file)).err).toContain('from line 2 on');
    const typed = world.write('y.ndjson', `${HEAD}{"type":"${key}"}\n`);
    expect((await world.run('sync', typed)).err).toContain('from line 2 on');
  });
});

test('never over another file; none is left where it could not be finished', async () => {
  const world = makeWorld();
  await world.run('sync', join(FIXTURES, 'story'));
  const taken = world.write('taken', 'mine');
  expect((await world.run('export', '--output', taken)).code).toBe(2);
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  expect(readdirSync(world.folder).filter((name) => !name.startsWith('test.db'))).toEqual(['taken']);
});

test.each([
  ['export', '--output', 'all.ndjson'],
  ['report', '--output', 'report.html'],
  ['sync', '--report', 'report.html', join(FIXTURES, 'story')],
])('%s %s %s into a folder that is not there: 2, it is said, and none is made', async (...argv) => {
  const world = makeWorld();
  await world.run('sync', join(FIXTURES, 'story'));
  const folder = join(world.folder, 'no');
  const placed = argv.map((one) => (/^\w+\.\w+$/.test(one) ? join(folder, one) : one));
  const { code, err } = await world.run(...placed);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(`tkguard: ${folder}: `) });
  expect(err).toContain('[no-folder]');
  expect(existsSync(folder)).toBe(false);
});

test('orders are left out unless they are asked for, and then taken in', async () => {
  const world = makeWorld('2026-12-01T12:00:00+08:00');
  const month = join(FIXTURES, 'cases', 'orders', 'month');
  const files = ['rates-month.csv', 'orders-month.csv', 'refunds-month.csv'].map((name) => join(month, name));
  const told = ['--account', '主号', '--captured-at', '2026-11-01'];
  expect(await world.json('sync', ...files, ...told)).toMatchObject({ summary: { imported: 3 } });
  const [without, ledger] = [join(world.folder, 'without.ndjson'), join(world.folder, 'with.ndjson')];
  await world.run('export', '--output', without);
  await world.run('export', '--orders', '--output', ledger);
  expect(readFileSync(without, 'utf8')).not.toMatch(/4100000000000000|alimama-orders|"coverage":"orders"/);
  const [bare, copy] = [join(world.folder, 'bare.db'), join(world.folder, 'copy.db')];
  expect(await world.json('--db', bare, 'sync', without)).toMatchObject({ summary: { imported: 1 } });
  expect((await world.json('--db', bare, 'status')).orders).toEqual([]);
  expect(await world.json('--db', bare, 'sync', ...files, ...told)).toMatchObject({
    summary: { imported: 2, known: 1 },
  });
  expect(await world.json('--db', copy, 'sync', ledger)).toMatchObject({ summary: { imported: 1 } });
  expect((await world.json('--db', copy, 'status')).orders).toEqual((await world.json('status')).orders);
  expect(await snapshotsOf(world, copy)).toEqual(await snapshotsOf(world, world.db));
  expect((await world.json('--db', copy, 'sync', ledger)).files[0].status).toBe('known');
  expect(await world.json('--db', copy, 'sync', ...files, ...told)).toMatchObject({
    summary: { known: 3 },
  });
  const lines = (text: string) =>
    text
      .split('\n')
      .filter((line) => /"type":"(order|refund)"/.test(line))
      .sort();
  const exported = (await world.run('--db', copy, 'export', '--orders')).out;
  expect(lines(exported)).toEqual(lines(readFileSync(ledger, 'utf8')));
  expect(lines(exported)).toHaveLength(24);
});
