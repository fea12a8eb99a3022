/** Containers and pages of lists, taken in by sync. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { hostOf } from '../../src/host.ts';
import { runProgram } from '../../src/main.ts';
import { FIXTURES, makeWorld, type World } from '../support/run.ts';

const fixture = (path: string) => join(FIXTURES, path);
const bytesOf = (path: string) => readFileSync(fixture(path));
const PAGES = [1, 2, 3].map((n) => bytesOf(`pages/joined-${n}.json`));
const CAPTURED = '2026-11-20T09:00:00+08:00';

interface File {
  readonly file: string;
  readonly status: string;
  readonly format: string | null;
  readonly snapshots: readonly { capturedAt: string; capturedFrom: string; coverage: string; rows: number }[];
  readonly refusal: { readonly code: string } | null;
  readonly notes: readonly { readonly code: string; readonly args: object }[];
}

async function sync(world: World, ...argv: string[]): Promise<File[]> {
  return (await world.json('sync', ...argv)).files;
}

/** `status file: format captured by coverage rows`. */
const brief = ({ file, status, format, snapshots: [one] }: File, folder: string) =>
  `${status} ${file.replace(folder, '')}: ${format} ${one?.capturedAt.slice(0, 16)} ${one?.capturedFrom} ${one?.coverage} ${one?.rows}`;

test('a HAR: every known answer under the ids of its request and at its own time', async () => {
  const world = makeWorld();
  const files = await sync(world, fixture('har/session.har'));
  const joined = 'joinedSpecialCampaigns.json page 1 (1-2) + page 2 (3-4) + page 3 (5-5)';
  const items = 'mkt.commission.itemList.json seller 2649797694 campaign -7005 page 1 (1-2) + page 2 (3-3)';
  expect(files.map((file) => brief(file, fixture('har/session.har: ')))).toEqual([
    'imported campaigns.json seller 2649797694: alimama-shop-plans 2026-11-20T09:04 content shop-plans 2',
    'imported getCommonCampaignByItemId.json item 560234787224: alimama-item-plans 2026-11-20T09:05 content item-plans 1',
    'imported search.json: alimama-item-search 2026-11-20T09:09 content item-search 12',
    'imported taobao.tbk.dg.material.optional: top-material-optional 2026-11-20T09:10 content partial 4',
    `imported ${joined}: alimama-joined-plans 2026-11-20T09:01 content joined-plans 5`,
    `imported ${items}: union-plan-items 2026-11-20T09:07 content plan-items 3`,
  ]);
  expect(files.flatMap(({ notes }) => notes)).toContainEqual({ code: 'ignored-requests', args: { n: 3 } });
  expect((await sync(world, fixture('har/session.har'))).map(({ status }) => status)).toEqual(Array(6).fill('known'));
  const again = await sync(world, fixture('archives/session.har.gz'));
  expect(again.map(({ status }) => status)).toEqual(Array(6).fill('known'));
});

test('a verdict from a HAR leads back to the answer and the row', async () => {
  const world = makeWorld();
  const { changes } = await world.json('sync', fixture('har/session.har'));
  expect(changes[0]).toMatchObject({
    plan: { id: '7005' },
    reasons: [{ code: 'below-general' }, { code: 'may-come-back' }, {}], // its items, read later, list it: not missing
  });
  const { out } = await world.run('why', '7004');
  expect(out).toContain('joinedSpecialCampaigns.json page 1 (1-2) + page 2 (3-4) + page 3 (5-5):4');
});

test('nothing of cookies, tokens and other parameters is stored or printed', async () => {
  const world = makeWorld();
  for (const har of ['session', 'refused-answers', 'cut-short', 'nothing-known']) {
    const bytes = bytesOf(`har/${har}.har`);
    expect(bytes.toString()).toContain('SECRET');
    for (const argv of [[fixture(`har/${har}.har`)], ['-', '--json']]) {
      world.stdin = bytes;
      const { out, err } = await world.run('sync', ...argv);
      expect(out + err).not.toContain('SECRET');
    }
  }
  for (const argv of [['snapshots'], ['diff', '--all', '--json'], ['why', '7005']])
    expect((await world.run(...argv)).out).not.toContain('SECRET');
  for (const end of ['', '-wal']) {
    let stored = Buffer.alloc(0);
    try {
      stored = readFileSync(world.db + end);
    } catch {}
    expect(stored.includes('SECRET')).toBe(false);
  }
});

test('answers of a HAR that are no data are refused one by one, in words', async () => {
  const world = makeWorld();
  const { code, err } = await world.run('sync', fixture('har/refused-answers.har'));
  const codes = err.split('\n').flatMap((line) => /\[([a-z-]+)\]$/.exec(line)?.[1] ?? []);
  expect([code, codes]).toEqual([
    2,
    [
      ...['login-page', 'login-page', 'login-page', 'failed-request', 'failed-request', 'empty-answer'],
      ...['not-json', 'not-json', 'ambiguous-id', 'missing-id'],
    ],
  ]);
  expect((err.match(/^hint: /gm) ?? []).length).toBe(codes.length);
  const files = await sync(world, fixture('har/refused-answers.har'));
  expect(files.at(-1)).toMatchObject({ status: 'known' });
});

test('a list requested with a filter is never complete', async () => {
  const files = await sync(makeWorld(), fixture('har/refused-answers.har'));
  expect(files.at(-1)).toMatchObject({
    status: 'imported',
    snapshots: [{ coverage: 'partial' }],
    notes: [{ code: 'filtered-list', args: { filters: 'nickname' } }],
  });
});

test('the same answer at another time is another capture', async () => {
  const world = makeWorld();
  await world.run('sync', fixture('har/session.har'));
  const later = world.write(
    'later.har',
    bytesOf('har/session.har').toString().replaceAll('2026-11-20T09', '2026-11-20T10'),
  );
  expect((await sync(world, later)).map(({ status }) => status)).toEqual(Array(6).fill('imported'));
});

test.each([
  ['har/cut-short.har', 'damaged-har'],
  ['har/nothing-known.har', 'no-known-answers'],
  ['archives/exports.rar', 'not-supported-yet'],
  ['archives/exports.tar', 'not-supported-yet'],
  ['archives/encrypted.zip', 'encrypted-archive'],
])('%s is refused as a whole', async (path, refusal) => {
  const world = makeWorld();
  const { code, err } = await world.run('sync', fixture(path));
  expect([code, err]).toEqual([2, expect.stringMatching(new RegExp(`\\[${refusal}\\]\nhint: .+\n$`))]);
  const chinese = (await world.run('--lang', 'zh', 'sync', fixture(path))).err;
  expect(chinese).toMatch(/[\u4e00-\u9fff]/);
});

test('a zip: each file on its own, some good, some not', async () => {
  const world = makeWorld();
  const { code } = await world.run('sync', fixture('archives/exports.zip'));
  expect(code).toBe(2);
  const files = await sync(world, fixture('archives/exports.zip'));
  const told = files.map(({ status, refusal }) => refusal?.code ?? status);
  expect(told).toEqual(['known', 'known', 'known', 'known', 'empty']);
  // The same files, unpacked.
  expect((await sync(world, fixture('story'))).map(({ status }) => status)).toEqual(['known', 'known']);
});

test('containers from standard input', async () => {
  const world = makeWorld();
  for (const path of ['har/session.har', 'archives/exports.zip', 'archives/session.har.gz']) {
    world.stdin = bytesOf(path);
    const files = await sync(world, '-');
    expect(files.length).toBeGreaterThan(4);
    expect(files.every(({ file }) => file.startsWith('-: '))).toBe(true);
  }
});

test('pages of a list in any order make one complete list', async () => {
  const whole = 'joined-1.json (1-2) + joined-2.json (3-4) + joined-3.json (5-5)';
  for (const order of ['012', '201', '120']) {
    const world = makeWorld();
    const paths = PAGES.map((bytes, n) => world.write(`joined-${n + 1}.json`, bytes, CAPTURED));
    const files = await sync(world, ...[...order].map((n) => paths[Number(n)] ?? ''));
    expect(files.map((file) => brief(file, `${world.folder}/`))).toEqual([
      `imported ${whole}: alimama-joined-plans 2026-11-20T09:00 file-time joined-plans 5`,
    ]);
    expect((await sync(world, world.folder)).map(({ status }) => status)).toEqual(['known']);
  }
});

test('pages in a zip, and with the time given', async () => {
  const world = makeWorld();
  world.write('a.zip', zipSync(Object.fromEntries(PAGES.map((bytes, n) => [`list/${n}.json`, bytes]))));
  const files = await sync(world, '--captured-at', '2026-11-19 08:00', join(world.folder, 'a.zip'));
  const whole = 'a.zip: list/0.json (1-2) + 1.json (3-4) + 2.json (5-5)';
  expect(files.map((file) => brief(file, `${world.folder}/`))).toEqual([
    `imported ${whole}: alimama-joined-plans 2026-11-19T08:00 flag joined-plans 5`,
  ]);
});

test('the list is captured when its oldest page was; of one page twice the newest counts', async () => {
  const world = makeWorld();
  world.write('1.json', PAGES[0] ?? '', '2026-11-20T09:10:00+08:00');
  world.write('2-old.json', bytesOf('pages/shifted-2.json'), '2026-11-20T09:11:00+08:00');
  world.write('2.json', PAGES[1] ?? '', '2026-11-20T09:20:00+08:00');
  world.write('3.json', PAGES[2] ?? '', '2026-11-20T09:12:00+08:00');
  const [file] = await sync(world, world.folder);
  expect(file).toMatchObject({
    snapshots: [{ capturedAt: '2026-11-20T09:10:00+08:00', coverage: 'joined-plans', rows: 5 }],
    notes: [{ code: 'page-copies', args: { n: 1 } }],
  });
});

test.each<[string, Readonly<Record<number, string>>, object]>([
  ['a page is missing', { 1: CAPTURED, 3: CAPTURED }, { missing: '2', pages: 3, have: 3, of: 5 }],
  ['only the last is there', { 3: CAPTURED }, { missing: '1-2', pages: 3, have: 1, of: 5 }],
  [
    'a page is older than half an hour',
    { 1: '2026-11-20T08:00:00+08:00', 2: CAPTURED, 3: CAPTURED },
    { missing: '2-3', pages: 3, have: 2, of: 5 },
  ],
])('%s: partial, and says so', async (_, times, args) => {
  const world = makeWorld();
  const pages = Object.entries(times);
  for (const [page, at] of pages) world.write(`${page}.json`, PAGES[Number(page) - 1] ?? '', at);
  const files = await sync(world, world.folder);
  expect(files.every(({ snapshots }) => snapshots[0]?.coverage === 'partial')).toBe(true);
  expect(files[0]?.notes).toContainEqual({ code: pages.length < 3 ? 'missing-pages' : 'pages-apart', args });
  expect((await sync(world, world.folder)).map(({ status }) => status)).toEqual(files.map(() => 'known'));
});

test('a list that moved while it was paged through is partial', async () => {
  const world = makeWorld();
  for (const [n, bytes] of [PAGES[0], bytesOf('pages/shifted-2.json'), PAGES[2]].entries())
    world.write(`${n}.json`, bytes ?? '', CAPTURED);
  const [file] = await sync(world, world.folder);
  expect(file?.snapshots[0]?.coverage).toBe('partial');
  expect(file?.notes).toContainEqual({ code: 'missing-rows', args: { have: 4, of: 5 } });
});

test('a page that came alone before is joined when the others come', async () => {
  const world = makeWorld();
  const first = world.write('1.json', PAGES[0] ?? '', CAPTURED);
  expect((await sync(world, first))[0]).toMatchObject({ file: first, snapshots: [{ coverage: 'partial' }] });
  for (const n of [1, 2]) world.write(`${n + 1}.json`, PAGES[n] ?? '', CAPTURED);
  expect((await sync(world, world.folder)).map(({ status, snapshots }) => [status, snapshots[0]?.coverage])).toEqual([
    ['imported', 'joined-plans'],
  ]);
});

test('pages of different plans are different lists', async () => {
  const world = makeWorld();
  const [one, two] = [1, 2].map((n) => bytesOf(`pages/plan-items-${n}.campaign-7001.json`));
  world.write('1.campaign-7001.json', one ?? '');
  world.write('2.campaign-7002.json', two ?? '');
  expect((await sync(world, world.folder)).map(({ notes }) => notes[0])).toMatchObject([
    { code: 'missing-pages', args: { missing: '2' } },
    { code: 'missing-pages', args: { missing: '1' } },
  ]);
  world.write('2.campaign-7001.json', two ?? '');
  const whole = (await sync(world, world.folder)).find(({ snapshots }) => snapshots[0]?.coverage === 'plan-items');
  expect(whole).toMatchObject({ status: 'imported', notes: [] });
});

test('joining keeps what bad rows say: which page and row', async () => {
  const world = makeWorld();
  world.write('1.json', PAGES[0] ?? '', CAPTURED);
  world.write('2.json', PAGES[1]?.toString().replace('"status": 2', '"status": 9') ?? '', CAPTURED);
  world.write('3.json', PAGES[2] ?? '', CAPTURED);
  const { code, err } = await world.run('sync', world.folder);
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/1\.json \(1-2\) \+ 2\.json \(3-4\).*\nentry 3, status: found “9”/),
  ]);
});

/** A world in which a file's bytes are others each time it is opened. */
async function syncChanging(versions: readonly Uint8Array[]) {
  const world = makeWorld();
  const path = world.write('a.csv', versions[0] ?? '');
  const [out, err]: [string[], string[]] = [[], []];
  const sink = (lines: string[]) => ({
    isTerminal: false,
    columns: null,
    write: async (t: string) => void lines.push(t),
  });
  let opened = 0;
  const code = await runProgram({
    ...hostOf(process),
    argv: ['sync', path],
    env: world.env,
    stdout: sink(out),
    stderr: sink(err),
    now: () => world.now,
    openFile: (name) => ({
      name,
      modifiedMs: world.now,
      chunks: () => [versions[Math.min(opened++, versions.length - 1)] ?? new Uint8Array(0)],
    }),
  });
  return { code, err: err.join(''), snapshots: (await world.json('snapshots')).snapshots };
}

const ROWS = 'shop_id,plan_id,plan_type,rate,plan_name\n7,1,special,5%,x\n';

test.each<[string, readonly Uint8Array[]]>([
  ['its encoding', [strToU8(ROWS), Buffer.concat([strToU8(ROWS), Buffer.from([0x37, 0xff, 0x81])])]],
  ['its end', [strToU8(ROWS), strToU8(`${ROWS}7,2,special,5%,y\n`)]],
  ['its length', [strToU8(`${ROWS}7,2,special,5%,y\n`), strToU8(ROWS)]],
  ['a number', [strToU8(ROWS), strToU8(ROWS.replace('5%', '6%'))]],
])(
  'a file that changes while it is read, in %s, is left for the next sync with a warning, and nothing of it is kept',
  async (_, versions) => {
    const { code, err, snapshots } = await syncChanging(versions);
    expect([code, snapshots]).toEqual([0, []]);
    expect(err).toMatch(/\[changed-while-read\]\nhint: /);
  },
);

test('any damage to a container leaves each of its files whole or out', async () => {
  const packed = zipSync({ 'a.csv': strToU8(ROWS), 'b.csv.gz': gzipSync(ROWS.replace('7,1', '7,2')) });
  const containers = [packed, new Uint8Array(bytesOf('har/session.har'))];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...containers),
      fc.nat(),
      fc.nat(255),
      fc.boolean(),
      async (bytes, at, byte, cut) => {
        const copy = cut ? bytes.slice(0, at % bytes.length) : bytes.slice();
        if (!cut) copy[at % copy.length] = byte;
        const world = makeWorld();
        world.stdin = copy;
        const { code, err } = await world.run('sync', '-');
        expect([0, 2]).toContain(code);
        expect(err).not.toMatch(/report|at .*\.ts/);
      },
    ),
    { numRuns: 40 },
  );
});
