/** What holds of every command in every format, from real imports of the fixtures. */
import { beforeEach, expect, test } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';

const PAIR = ['fixtures/alimama/joined-campaigns.json', 'fixtures/alimama/items-search.json'];
const SYNC = [
  'sync',
  '--captured-at',
  '2026-11-20 09:00',
  'fixtures/story',
  ...PAIR,
  'fixtures/chinese-headers',
  'fixtures/refused/ragged.csv',
];

let world: World;
beforeEach(async () => {
  world = makeWorld('2026-11-20T12:00:00+08:00');
});

const COMMANDS = {
  diff: ['diff', '--all', '--items'],
  'diff-story': ['diff', '--as-of', '2014-03-09', '--account', '默认账号'],
  'diff-nothing': ['diff', '--as-of', '2014-01-01'],
  check: ['check', '537099364188'],
  'check-exit': ['check', '--shop', '728628560', '--as-of', '2014-03-09'],
  'check-unknown': ['check', '404'],
  why: ['why', '28929421', '--account', 'default'],
  'why-exit': ['why', '2616191', '--as-of', '2014-03-09'],
  snapshots: ['snapshots'],
  formats: ['formats'],
} as const;

test('--format is that of the answer, --as that of the files', async () => {
  const flags = ['--dry-run', '--format', 'csv', '--as', 'tkguard-csv'];
  const { code, out } = await world.run('sync', ...flags, 'fixtures/story');
  expect(code).toBe(0);
  expect(out).toMatch(/^status,file,/);
  const wrong = await world.run('sync', '--as', 'csv', 'fixtures/story');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('tkguard-csv');
  const [inspected] = (await world.json('inspect', '--as', 'tkguard-json', 'fixtures/story/2014-03-01.csv')).files;
  expect(inspected.refusal.code).toBe('not-json');
});

test('every JSON document starts with its schema', async () => {
  await world.run(...SYNC);
  for (const argv of [...Object.values(COMMANDS), SYNC]) {
    const { out } = await world.run(...argv, '--json');
    expect(out.split('\n')[1]).toBe(`  "schema": "tkguard.${argv[0]}/1",`);
  }
});

test('CSV has one width, whatever is in it', async () => {
  await world.run(...SYNC);
  for (const argv of [COMMANDS.diff, COMMANDS['diff-nothing'], COMMANDS.check, COMMANDS.snapshots]) {
    const { out } = await world.run(...argv, '--format', 'csv');
    const widths = out
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/"(?:[^"]|"")*"/g, 'x').split(',').length);
    expect(new Set(widths).size).toBe(1);
  }
});
