/** The HTML report where people look at it: in a real Chromium. `.ci/run` installs one where it can. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FIXTURES, makeWorld } from '../support/run.ts';
import { startStub } from '../support/stub.ts';
import { HOSTILE, type Plan, pageOf, STORIES, syncPlans } from './pages.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PLACES = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = PLACES.find((path) => path !== '' && existsSync(path));
if (!program)
  console.warn(`skipped: no Chromium (looked for ${PLACES.filter(Boolean).join(', ')}; CHROMIUM names another)`);

const LANGS = ['en', 'zh'] as const;
const HOSTILE_PLANS: readonly Plan[] = HOSTILE.map((name) => ({
  shop: name,
  plan: name,
  item: name,
  captures: STORIES[0]!.captures,
}));

let browser: Browser;
beforeAll(async () => {
  if (program) browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

interface Seen {
  readonly page: Page;
  /** Of the console, of errors, and all requests but that of the file itself. */
  readonly said: string[];
  readonly requests: string[];
}

const reports = new Map<string, string>();
/** Of the same plans it is made once. */
async function reportOf(plans: readonly Plan[], lang: string): Promise<string> {
  const key = JSON.stringify([plans, lang]);
  if (!reports.has(key)) {
    const world = makeWorld();
    await syncPlans(world, plans);
    reports.set(key, await pageOf(world, '--lang', lang));
  }
  return reports.get(key) ?? '';
}

/** Opens the report of these plans as a file. `change`: what becomes of its text first. */
async function look(
  plans: readonly Plan[],
  {
    lang = 'zh',
    change = (text: string) => text,
    ...options
  }: BrowserContextOptions & { lang?: string; change?: (text: string) => string } = {},
): Promise<Seen> {
  const path = makeWorld().write('r.html', change(await reportOf(plans, lang)));
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })).newPage();
  const [said, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, said, requests: requests.slice(1) };
}

const widthOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth');
const shopsOf = (page: Page) =>
  page.locator('#exit tbody th a').evaluateAll((links) => links.map((a) => a.firstChild?.textContent));
const cardsOf = (page: Page) => page.locator('article:visible').count();

describe.runIf(program)('in Chromium', () => {
  test.each(LANGS)('says nothing and asks for nothing: %s', async (lang) => {
    const { page, said, requests } = await look(STORIES, { lang });
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    expect(await cardsOf(page)).toBe(STORIES.length);
    const name = {
      en: '雅鹿官方旗舰店 招募淘客 (2616192): special 4.00%, general 5.50%',
      zh: '雅鹿官方旗舰店 招募淘客 (2616192)：定向 4.00%，通用 5.50%',
    };
    expect(await page.getByRole('img', { name: name[lang] }).count()).toBe(1);
  });

  test('hostile names are read, not run', async () => {
    const { page, said, requests } = await look(HOSTILE_PLANS);
    expect({ said, requests, hit: await page.evaluate('window.hit') }).toEqual({
      said: [],
      requests: [],
      hit: undefined,
    });
    expect(await shopsOf(page)).toContain('<script>window.hit=1</script>旗舰店');
    expect(await page.getByText('</title></svg><script>window.hit=4</script>').count()).toBeGreaterThan(2);
  });

  test('what would get in all the same is blocked by the policy of the page', async () => {
    const server = await startStub({ body: '' });
    const address = `${server.address}/x.png`;
    const intruders = `<script>window.hit=1</script><img src="${address}"><p id="on" onclick="window.hit=2">x</p><p style="color:red">x</p>`;
    const { page, said } = await look([STORIES[0]!], {
      change: (text) => text.replace('<main>', `<main>${intruders}`),
    });
    await page.locator('#on').click();
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(said.filter((text) => text.includes('Content Security Policy'))).toHaveLength(4);
    expect(server.got).toEqual([]);
  });

  test('reads without script', async () => {
    const { page } = await look(STORIES, { javaScriptEnabled: false });
    expect(await cardsOf(page)).toBe(STORIES.length);
    expect(await page.locator('article svg:visible').count()).toBe(STORIES.length);
    expect(await page.locator('.tools:visible, thead button').count()).toBe(0);
    await page.locator('article summary').first().click();
    expect(
      await page
        .getByText(/plans\.csv:\d+/)
        .first()
        .isVisible(),
    ).toBe(true);
  });

  test('is light or dark as the reader has it, and light on paper', async () => {
    const { page } = await look(STORIES, { colorScheme: 'light' });
    const colours = () =>
      page.evaluate(
        "[...document.querySelectorAll('body, article, path.special')].slice(0, 3).map((one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color, getComputedStyle(one).stroke].join())",
      );
    const light = await colours();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colours();
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    const paper = (await colours()) as string[];
    expect(dark).not.toEqual(light);
    expect(paper[0]).toContain('rgb(255, 255, 255),rgb(0, 0, 0)');
    expect(await page.locator('.tools:visible').count()).toBe(0);
  });

  test('is printed with two cards a row', async () => {
    const { page } = await look([...STORIES, ...STORIES.map((one) => ({ ...one, shop: `${one.shop}二店` }))]);
    const pages = async () =>
      (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)?.length;
    const two = await pages();
    // Twelve rows instead of six need at least a page more, whatever else is printed.
    await page.evaluate(
      "document.styleSheets[0].insertRule('@media print { .cards { grid-template-columns: 1fr !important } }', document.styleSheets[0].cssRules.length)",
    );
    expect(await pages()).toBeGreaterThan(two ?? Number.POSITIVE_INFINITY);
  });

  test.each([
    [390, 'zh', STORIES],
    [390, 'en', STORIES],
    [390, 'zh', HOSTILE_PLANS],
    [320, 'en', STORIES],
    [800, 'en', HOSTILE_PLANS],
  ] as const)('is no wider than a screen of %i: %s', async (width, lang, plans) => {
    const { page } = await look(plans, { lang, viewport: { width, height: 800 } });
    expect(await widthOf(page)).toBe(width);
  });

  test('tables are sorted from the keyboard', async () => {
    const { page } = await look(STORIES);
    const before = await shopsOf(page);
    await page.locator('#exit').getByRole('button', { name: '定向' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#exit thead th').nth(1).getAttribute('aria-sort')).toBe('ascending');
    expect(await shopsOf(page)).toEqual(['雅鹿官方旗舰店', '隆缘裳服饰旗舰店']);
    await page.keyboard.press('Space');
    expect(await shopsOf(page)).toEqual(['隆缘裳服饰旗舰店', '雅鹿官方旗舰店']);
    expect(before).toEqual(['雅鹿官方旗舰店', '隆缘裳服饰旗舰店']);
  });

  test('cards are filtered by verdict and by name', async () => {
    const { page } = await look(STORIES);
    await page.getByRole('button', { name: '退出', exact: true }).click();
    expect(await cardsOf(page)).toBe(2);
    await page.getByRole('searchbox').fill('雅鹿');
    expect(await cardsOf(page)).toBe(1);
    await page.locator('#exit tbody a').nth(1).click();
    await page.locator('#p2').waitFor();
  });

  test.each(LANGS)('labels of charts lie apart and within: %s', async (lang) => {
    const rates = ['0.5%', '3%', '8.01%', '8.02%', '14.6%', '22.75%', '89.9%', '90%'];
    const pairs = rates.flatMap((special) => rates.map((general) => [special, general] as const));
    const plans = pairs.map(
      ([special, general], i): Plan => ({
        shop: `店${i}`,
        plan: `P${i}`,
        captures: [
          [1 + (i % 70), '9%', general],
          [0, special, general],
        ],
      }),
    );
    const { page } = await look(plans, { lang });
    const wrong = await page.evaluate(`[...document.querySelectorAll('article svg, figure svg')].flatMap((svg) => {
      const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
      const boxes = [...svg.querySelectorAll('text, use')].map((one) => ({ of: one.textContent, ...['x', 'y', 'width', 'height'].reduce((box, key) => ({ ...box, [key]: one.getBBox()[key] }), {}) }));
      const texts = boxes.filter(({ of }) => of);
      const outside = boxes.filter((b) => b.x < 0 || b.y < 0 || b.x + b.width > width || b.y + b.height > height);
      const meeting = texts.filter((a, i) => texts.some((b, j) => j > i && a.x < b.x + b.width && b.x < a.x + a.width && a.y + 2 < b.y + b.height && b.y + 2 < a.y + a.height));
      return [...outside, ...meeting];
    })`);
    expect(wrong).toEqual([]);
  });

  // With TKGUARD_PICTURES=1 the pictures are made anew; what a font draws differs from one machine to the next.
  test.each(LANGS)('the READMEs show it: %s', async (lang) => {
    const path = join(FIXTURES, 'report', `report.${lang}.png`);
    if (process.env.TKGUARD_PICTURES) {
      const shown = STORIES.filter(({ captures }) => captures.some(([daysAgo]) => daysAgo === 0));
      const { page } = await look(shown, { lang, viewport: { width: 1000, height: 960 }, colorScheme: 'light' });
      await page.screenshot({ path });
    }
    expect(statSync(path).size).toBeLessThan(150_000);
  });
});
