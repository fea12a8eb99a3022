/** The HTML report as text: what needs no browser to be seen. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clip, html } from '../../src/report/html/escape.ts';
import { ownTable } from '../support/own-table.ts';
import { makeWorld } from '../support/run.ts';
import { expectValid } from '../support/schema.ts';
import { HOSTILE, pageOf, STORIES, syncPlans } from './pages.ts';

test.each([
  ['<b>&"\'', '&lt;b&gt;&amp;&quot;&#39;'],
  ['a\u202eb\u0000c\u001b[31md\nE', 'abcd E'],
  ['\ud800x', 'x'],
])('%j is text', (text, printed) =>
  expect(html`<p title="${text}">${[text]}</p>`.markup).toBe(`<p title="${printed}">${printed}</p>`),
);

test('what is missing prints nothing, and markup stays markup', () => {
  expect(html`${null}${false}${undefined}${0}${html`<i>${'<'}</i>`}`.markup).toBe('0<i>&lt;</i>');
});

test.each([
  ['旗舰店', 3, '旗舰店'],
  ['旗舰店铺', 3, '旗舰…'],
  ['😀😀😀😀', 3, '😀😀…'],
])('%s in %i letters', (text, length, clipped) => expect(clip(text, length)).toBe(clipped));

async function worldOf(plans = STORIES) {
  const world = makeWorld();
  await syncPlans(world, plans);
  return world;
}

test.each(['en', 'zh'])('allows its own style and script alone, by their digests: %s', async (lang) => {
  const page = await pageOf(await worldOf(), '--lang', lang);
  const [policy = ''] = /content="(default-src[^"]*)"/.exec(page)?.slice(1) ?? [];
  const digests = [...page.matchAll(/<(?:style|script)>(.*?)<\/(?:style|script)>/gs)].map(
    ([, text = '']) => `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`,
  );
  expect(digests).toHaveLength(2);
  expect(policy).toBe(
    `default-src &#39;none&#39;; style-src ${digests[0]}; script-src ${digests[1]}; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
  // Nothing else may want a policy: no attribute of style or event, and the only address is that of the exit page.
  expect(page.replace(/<(style|script)>.*?<\/\1>/gs, '')).not.toMatch(/\s(style|on\w+)=/);
  const links = [...page.matchAll(/(?:href|src)="([^"#][^"]*)"/g)].map(([, link]) => link);
  expect(links).toEqual(['https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign']);
  // Folders may tell who made it.
  expect(page).toContain('plans.csv');
  expect(page).not.toContain(tmpdir());
});

test('hostile names are text, and no page grows with them', async () => {
  const captures = STORIES[0]!.captures;
  const world = await worldOf(HOSTILE.map((name) => ({ shop: name, plan: name, item: name, captures })));
  const page = await pageOf(world);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/<img|\u202e|[^\n\P{Cc}]/u);
  expect(page).toContain('&lt;script&gt;window.hit=1&lt;/script&gt;旗舰店');
  expect(Buffer.byteLength(page) / HOSTILE.length).toBeLessThan(8_000);
});

describe('the document', () => {
  test.each([
    ['of these plans', STORIES],
    ['of none', []],
  ])('%s is as its schema says', async (_, plans) => {
    const world = await worldOf(plans.length > 0 ? plans : [STORIES[2]!]);
    const document = await world.json('report', ...(plans.length > 0 ? [] : ['--as-of', '2020-01-01']));
    expectValid('report', document);
    expect(document.plans).toHaveLength(plans.length);
  });

  test('says what other commands say', async () => {
    const world = await worldOf();
    const document = await world.json('report');
    const diff = await world.json('diff');
    const [why] = (await world.json('why', '2616191')).answers;
    const first = document.plans.find((one: any) => one.plan.plan.id === '2616191');
    expect(document.summary).toEqual(diff.summary);
    expect(document.plans.map((one: any) => one.plan.plan.id)).toEqual(diff.plans.map((one: any) => one.plan.id));
    expect({ ...first, chart: null }).toEqual({ ...why, chart: null });
    expect(first.chart.steps).toEqual((await world.json('history', '2616191', '--plan')).timelines[0].steps);
    const { kept, curve, shops } = await world.json('shops', '--evidence');
    expect(document).toMatchObject({ kept, curve, shops });
    expect(document.changes).toEqual((await world.json('changes', '--since', '90d')).changes);
    expect(document.next).toEqual((await world.json('status')).next);
  });

  test('changes of plans that were left are told, and their merchants counted', async () => {
    const world = makeWorld('2026-11-05T12:00:00+08:00');
    const rows = (day: string, status: string) =>
      ownTable({ [`${day} 09:00`]: ['21 0 5.00%', `21 7001 8.00% ${status}`] });
    await world.run('sync', world.write('a.csv', rows('2026-11-03', 'approved')));
    await world.run('sync', world.write('b.csv', rows('2026-11-05', 'left')));
    const { plans, changes, shops } = await world.json('report');
    expect(plans).toEqual([]);
    expect(changes.map((change: any) => [change.plan.id, change.code])).toEqual([['7001', 'left']]);
    expect(changes).toEqual((await world.json('changes', '--since', '90d')).changes);
    expect(shops).toEqual((await world.json('shops', '--evidence')).shops);
  });

  test('is narrowed by shop, plan, account and time', async () => {
    const world = await worldOf();
    const plansOf = async (...argv: string[]) =>
      (await world.json('report', ...argv)).plans.map((one: any) => one.plan.plan.id);
    expect(await plansOf('--shop', '全球茶叶公司')).toEqual(['2616193']);
    expect(await plansOf('--plan', '2616194')).toEqual(['2616194']);
    expect(await plansOf('--account', 'default')).toHaveLength(STORIES.length);
    expect((await world.run('report', '--account', 'x')).code).toBe(2);
    const { changes, plans } = await world.json('report', '--since', '10d', '--plan', '2616191');
    expect(changes.map((change: any) => [change.plan.id, change.to])).toEqual([['2616191', '7.50']]);
    expect(plans[0].chart.steps.map((step: any) => step.specialBp)).toEqual([750]);
  });
});

describe('the file', () => {
  test('is written once, and replaced only with --force', async () => {
    const world = await worldOf();
    const path = join(world.folder, 'r.html');
    const done = await world.run('report', '--output', path);
    expect(done).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`wrote ${path}, `) });
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(await pageOf(world));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await world.run('report', '--output', path, '--lang', 'zh');
    expect(again).toMatchObject({ code: 2, out: '', err: expect.stringContaining('[report-exists]') });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect((await world.run('report', '--output', path, '--lang', 'zh', '--force')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('lang="zh-CN"');
    const nowhere = await world.run('report', '--output', join(world.folder, 'no', 'r.html'));
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('[no-folder]') });
  });

  test.each(['option', 'configuration'])('is renewed by a sync, told by the %s', async (how) => {
    const world = makeWorld();
    const path = join(world.folder, 'r.html');
    if (how === 'configuration') world.configure({ report: '../../r.html' });
    const argv = how === 'option' ? ['--report', path] : [];
    const sync = async (hour: string, rate: string) => {
      const rows = { [`2026-11-20 ${hour}:00`]: ['1 0 5%', `1 2616191 ${rate}`] };
      const file = world.write(`${hour}.csv`, ownTable(rows));
      return world.run('sync', file, '--quiet', ...argv);
    };
    expect(await sync('06', '6%')).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(path, 'utf8')).toContain('Nothing to exit.');
    chmodSync(path, 0o644);
    expect(await sync('07', '4%')).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(path, 'utf8')).toContain('tkguard exited 2616191');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    world.write('r.html', 'mine');
    expect(await sync('08', '9%')).toMatchObject({ code: 2, err: expect.stringContaining('[not-report]') });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect((await world.json('diff')).plans[0].special.rateBp).toBe(900);
    rmSync(path);
    mkdirSync(path);
    expect(await sync('09', '9%')).toMatchObject({ code: 74, err: expect.stringContaining('[io]') });
  });

  test('is not made by a dry run', async () => {
    const world = await worldOf([STORIES[0]!]);
    const path = join(world.folder, 'r.html');
    const more = world.write('more.csv', ownTable({ '2026-11-20': ['1 0 5%'] }));
    await world.run('sync', more, '--dry-run', '--report', path);
    expect(existsSync(path)).toBe(false);
  });
});

describe('how long plans lasted', () => {
  /** Six merchants with a plan each; of one the second capture lies below the general rate. */
  const sixOf = (last: string, ...more: typeof STORIES) => [
    ...STORIES.slice(0, 1).map((one) => ({ ...one, captures: [[20, '9%', '8%'] as const, [0, last, '8%'] as const] })),
    ...Array.from({ length: 5 }, (_, i) => ({
      ...STORIES[2]!,
      shop: `守信店${i}`,
      captures: [
        [20, '9%', '8%'],
        [0, '9%', '8%'],
      ] as const,
    })),
    ...more,
  ];

  test.each([
    ['9%', 1000],
    ['7%', 833],
  ])('%s at last: the curve of all ends at %i permille', async (last, good) => {
    const world = await worldOf(sixOf(last));
    const { curve, shops } = await world.json('report');
    expect(curve.points.at(-1)).toMatchObject({ goodPermille: good, watched: 6 });
    expect(shops.map((shop: any) => shop.curve)).toEqual(shops.map(() => null));
    const page = await pageOf(world);
    expect(page).toMatch(new RegExp(`by day \\d+ about ${Math.round(good / 10)}% of the plans are still good`));
    expect(page.match(/<path class="band"/g)).toHaveLength(1);
  });

  test('is said without the terms of statistics, but for the evidence', async () => {
    const page = await pageOf(await worldOf(sixOf('7%')));
    const terms = /Turnbull|Kaplan|bootstrap|Greenwood/i;
    expect(page).toMatch(terms);
    expect(page.replace(/<details.*?<\/details>/gs, '')).not.toMatch(terms);
  });

  test('of too few plans there is no curve, and it is said in words', async () => {
    const page = await pageOf(await worldOf(sixOf('7%').slice(0, 3)));
    expect(page).not.toContain('class="band"');
    expect(page).toContain('All merchants together: Within 14 days of approval');
  });
});

describe('with little to show', () => {
  const reportOf = async (rows: string, ...argv: string[]) => {
    const world = makeWorld();
    const head = 'captured_at,shop_id,shop_name,plan_id,plan_type,rate,status';
    await world.run('sync', world.write('t.csv', `${head}\n${rows}\n`), '--quiet');
    return world.run('report', ...argv);
  };
  const PLAIN = '2026-11-19,1,店,0,general,5%,\n2026-11-19,1,店,77,special,9%,';

  test.each([
    ['no joined plan', [], 'No special plan is known as joined here: import your joined plans.', 0],
    ['none in this shop', ['--shop', '1'], 'No joined special plans match.', 0],
    ['one that is not joined, asked for', ['--plan', '77'], 'Nothing to exit.', 1],
  ])('%s', async (_, argv, said, cards) => {
    const { code, out } = await reportOf(PLAIN, ...argv);
    expect(code).toBe(0);
    expect(out).toContain(`">${said}</p>`);
    expect(out.match(/<article/g)?.length ?? 0).toBe(cards);
    expect(out).toContain(argv.length === 0 ? 'the list of joined plans' : '</html>');
  });

  test.each([
    ['0', 'not-special'],
    ['78', 'unknown-id'],
  ])('plan %s is %s', async (plan, code) => {
    expect(await reportOf(PLAIN, '--plan', plan)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(`[${code}]`),
    });
  });

  test('rates that are only stated as unknown draw no chart', async () => {
    const { out } = await reportOf('2026-11-19,1,店,0,general,-,\n2026-11-19,1,店,77,special,0,approved');
    expect(out.match(/<article/g)).toHaveLength(1);
    expect(out).toContain('No rate was read in this time.');
    expect(out).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test('what is nothing is no alarm', async () => {
  const page = await pageOf(await worldOf([STORIES[2]!]));
  expect([...page.matchAll(/<li class="(\w+)"><b>([^<]*)/g)].map(([, name, text]) => `${name} ${text}`)).toEqual([
    'none 0',
    'none —',
    'none 0',
    'keep 1',
  ]);
});

test('a plan takes 4 KB, and 300 are shown unless all are asked for', async () => {
  const captures = Array.from({ length: 30 }, (_, i) => [29 - i, `${9 + (i % 3)}%`, '8.38%'] as const);
  const many = Array.from({ length: 310 }, (_, i) => ({
    ...STORIES[0]!,
    shop: `示例店铺${i}`,
    captures: i % 10 === 0 ? captures : STORIES[0]!.captures,
  }));
  const world = await worldOf(many);
  const page = await pageOf(world, '--lang', 'zh');
  expect(page.match(/<article/g)).toHaveLength(300);
  expect(page).toContain('另有 10 个计划没有列出');
  expect(Buffer.byteLength(page) / 300).toBeLessThan(4_096);
  const all = await pageOf(world, '--all');
  expect(all.match(/<article/g)).toHaveLength(310);
});
